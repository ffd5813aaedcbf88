//! Objects and how each stands: what a pod names, what belongs to it, who leads. Plain data; judges nothing.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Objects and how each stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    /// What they are.
    pub panel: FindingsPanel,
    /// One row each, in the order of asking.
    pub rows: Vec<Finding>,
}

/// What findings are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingsPanel {
    /// What a pod names, and whether it exists.
    References,
    /// Conditions of custom resources around a pod.
    Conditions,
    /// Leader elections around a pod.
    Leases,
}

impl FindingsPanel {
    /// The word in `data-panel`.
    pub fn word(self) -> &'static str {
        match self {
            Self::References => "references",
            Self::Conditions => "conditions",
            Self::Leases => "leases",
        }
    }
}

/// One object and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// In one word.
    pub state: FindingState,
    /// "Secret task-router-env".
    pub subject: String,
    /// "does not exist".
    pub words: String,
    /// More about it: "named by env of router".
    pub detail: Option<String>,
    /// When it became so.
    pub at: Option<Timestamp>,
}

/// How an object stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingState {
    /// As it should be.
    Good,
    /// Something is wrong.
    Bad,
    /// It could not be asked.
    Unknown,
    /// Neither good nor bad.
    Plain,
}
