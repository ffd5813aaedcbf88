//! What the configuration allows beyond the default: the data of Secrets, cluster by cluster. What is decided here decides
//! what a page offers; the cluster as a source looks again before it reads.

use std::borrow::Cow;

use runbook::{
    binding::{BindError, Bindings},
    check::{Check, Question},
    document::Command,
};

use super::Portal;
use crate::checks::{Situation, find_cluster};

impl Portal {
    /// The command as it stands for these values: one that is refused for the data of Secrets alone is a check where
    /// the cluster that it asks lets that be shown.
    pub(super) fn permitted<'c>(&self, command: &'c Command, bindings: &Bindings) -> Cow<'c, Command> {
        match command.showing_secret_data() {
            Some(shown) if self.permits(&shown.resolve(bindings), &Situation::of(bindings)) => Cow::Owned(shown),
            _ => Cow::Borrowed(command),
        }
    }

    /// Whether every cluster that a check asks for the data of Secrets lets it be shown.
    pub(super) fn permits(&self, check: &Result<Check, BindError>, situation: &Situation) -> bool {
        match check {
            Ok(check) => self.permits_check(check, situation),
            // While values are missing, the reader's cluster stands for the one that will be asked.
            Err(BindError::Missing(_)) => self.shows_secret_data(None, situation),
            Err(BindError::Invalid { .. } | BindError::NotACheck(_)) => false,
        }
    }

    fn permits_check(&self, check: &Check, situation: &Situation) -> bool {
        match &check.question {
            Question::Cluster(question) if check.reads_secret_data() => {
                self.shows_secret_data(question.context.as_deref(), situation)
            }
            Question::Several(checks) => checks.iter().all(|check| self.permits_check(check, situation)),
            Question::Each(each) => self.permits_check(&each.from, situation),
            _ => true,
        }
    }

    fn shows_secret_data(&self, context: Option<&str>, situation: &Situation) -> bool {
        find_cluster(&self.sources, context, situation).is_ok_and(|cluster| cluster.shows_secret_data())
    }
}
