//! Whether it is over, as a panel shows it.

use serde::{Deserialize, Serialize};

use super::{Outcome, Unknown};
use crate::time::Timestamp;

/// How the recovery stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovery {
    /// The rule in words.
    pub rule: String,
    /// Milliseconds of quiet that the rule wants.
    pub needed_ms: i64,
    /// The pod that is watched now.
    pub pod: String,
    /// How it stands.
    pub state: RecoveryState,
    /// One plain sentence: the final line when it is over.
    pub line: String,
    /// The portal's time of judgement.
    pub judged_at: Timestamp,
}

/// How the recovery stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum RecoveryState {
    /// Ready and quiet since `quiet_since`; recovered at `recovers_at` unless it restarts.
    Counting {
        /// When the quiet began.
        quiet_since: Timestamp,
        /// When the rule will hold.
        recovers_at: Timestamp,
    },
    /// Not ready: the rule cannot hold yet.
    NotReady {
        /// Since when it has not restarted.
        quiet_since: Option<Timestamp>,
    },
    /// The rule holds since this instant.
    Recovered {
        /// When it began to hold.
        at: Timestamp,
    },
    /// The pod is gone and nothing has replaced it.
    Gone,
    /// It cannot be told.
    Unknown(Unknown),
}

impl Recovery {
    /// How the panel stands.
    pub fn outcome(&self) -> Outcome {
        let summary = self.line.clone();
        match &self.state {
            RecoveryState::Recovered { .. } => Outcome::Pass { summary },
            RecoveryState::Counting { .. } | RecoveryState::Gone => Outcome::Warn { summary },
            RecoveryState::NotReady { .. } => Outcome::Fail { summary },
            RecoveryState::Unknown(unknown) => Outcome::Unknown(unknown.clone()),
        }
    }

    /// Milliseconds of quiet at `now`, at most what the rule wants; for the countdown "06:12 of 15:00".
    pub fn quiet_ms(&self, now: Timestamp) -> Option<i64> {
        match &self.state {
            RecoveryState::Counting { quiet_since, .. } => Some(now.ms_since(*quiet_since).clamp(0, self.needed_ms)),
            RecoveryState::Recovered { .. } => Some(self.needed_ms),
            RecoveryState::NotReady { .. } | RecoveryState::Gone | RecoveryState::Unknown(_) => None,
        }
    }
}
