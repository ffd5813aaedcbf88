//! An incident: one firing of one alert, with what was noted about it. Notes are Runlight's own; nothing is sent back.

use std::collections::BTreeMap;

use document::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::EvidenceId;

/// An alert as a webhook, or a poll, tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Alertmanager's fingerprint of its labels.
    pub fingerprint: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Its annotations.
    pub annotations: BTreeMap<String, String>,
    /// When it began.
    pub starts_at: Timestamp,
    /// When it ended; `None` while it fires.
    pub ends_at: Option<Timestamp>,
    /// Where its expression can be looked at.
    pub generator_url: String,
}

impl Alert {
    /// The id of its incident: a firing that is told of twice is one.
    pub fn incident_id(&self) -> EvidenceId {
        EvidenceId::of(&["incident", &self.fingerprint, &self.starts_at.0.to_string()])
    }

    /// The value of a label; empty without one.
    pub fn label(&self, name: &str) -> &str {
        self.labels.get(name).map_or("", String::as_str)
    }
}

/// One firing of one alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// The id of its link.
    pub id: EvidenceId,
    /// The alert, as it was last told of.
    pub alert: Alert,
    /// The cluster's name in the configuration; the label's value when none is known under it.
    pub cluster: String,
    /// When it was first heard of.
    pub heard_at: Timestamp,
    /// How: `webhook` or `poll`.
    pub heard_by: String,
    /// Whether its beginning was never told, only its end.
    pub is_end_alone: bool,
}

/// What stands on an incident's time line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What kind.
    pub kind: EntryKind,
    /// When.
    pub at: Timestamp,
    /// Who; empty for Runlight itself.
    pub who: String,
    /// The words.
    pub text: String,
}

/// Kinds of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// The alert fired.
    Fired,
    /// It ended.
    Ended,
    /// Somebody has it.
    Taken,
    /// Somebody wrote something down.
    Note,
    /// The verdict changed.
    Verdict,
    /// Somebody ran a check.
    Check,
    /// Something was not told, or was told twice.
    Remark,
}

impl EntryKind {
    /// As it is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fired => "fired",
            Self::Ended => "ended",
            Self::Taken => "taken",
            Self::Note => "note",
            Self::Verdict => "verdict",
            Self::Check => "check",
            Self::Remark => "remark",
        }
    }

    pub(crate) fn of_word(word: &str) -> Self {
        let all = [Self::Fired, Self::Ended, Self::Taken, Self::Note, Self::Verdict, Self::Check];
        all.into_iter().find(|kind| kind.word() == word).unwrap_or(Self::Remark)
    }
}
