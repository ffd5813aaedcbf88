//! What an operator may allow beyond the default. Recognition on its own allows nothing of it.

use serde::Deserialize;

use super::kubectl;
use crate::check::{Check, ClusterAsk, ClusterQuestion, Question};

/// Whether the data of a cluster's Secrets may be shown to readers: `secret_data` in `[clusters.NAME]`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecretData {
    /// Commands that would print it are refused.
    #[default]
    Refuse,
    /// They are asked like any other. What they print is in their reports alone: nothing keeps it.
    Show,
}

impl Check {
    /// Whether what it prints may be the data of Secrets itself, and not only what is told of them.
    pub fn prints_secret_data(&self) -> bool {
        match &self.question {
            Question::Cluster(ClusterQuestion { ask: ClusterAsk::Helm(_), .. }) => false,
            Question::Several(checks) => checks.iter().any(Self::prints_secret_data),
            Question::Each(each) => each.from.prints_secret_data(),
            _ => self.reads_secret_data(),
        }
    }

    /// Whether the answer holds the data of Secrets, as far as the words tell. Which kind a word means is known to the
    /// cluster alone, which looks again.
    pub fn reads_secret_data(&self) -> bool {
        match &self.question {
            Question::Cluster(question) => match &question.ask {
                ClusterAsk::Get(get) => {
                    kubectl::names_secrets(&get.resources)
                        && kubectl::prints_secret_data(&get.output, get.sort_by.as_deref())
                }
                ClusterAsk::Helm(_) => true,
                _ => false,
            },
            Question::Several(checks) => checks.iter().any(Self::reads_secret_data),
            // What it asks for each word is recognised without this permission.
            Question::Each(each) => each.from.reads_secret_data(),
            _ => false,
        }
    }
}
