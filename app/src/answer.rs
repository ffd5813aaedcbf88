//! What running a check comes to, and the states that a panel can be in. Plain data that crosses the wire.

use runbook::outcome::{Body, Outcome, Report};
use serde::{Deserialize, Serialize};

use crate::error::WireError;

/// What running a check came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckAnswer {
    /// What was found.
    pub report: Report,
}

/// How a check's panel stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum PanelState {
    /// Not run yet.
    Idle,
    /// It needs these parameters first.
    Needs(Vec<String>),
    /// A binding breaks a rule: one sentence.
    Invalid(String),
    /// It has been run.
    Done(Box<Report>),
}

impl PanelState {
    /// The state in one word, with the sentence that goes with it.
    pub fn brief(&self) -> Brief {
        let Self::Done(report) = self else { return Brief::default() };
        let word = match report.outcome {
            Outcome::Pass { .. } => Word::Pass,
            Outcome::Warn { .. } => Word::Warn,
            Outcome::Fail { .. } => Word::Fail,
            Outcome::Unknown(_) => Word::Unknown,
        };
        Brief { word, summary: report.outcome.summary().to_owned() }
    }

    /// The value of `data-panel`, once there is an answer with a body.
    pub fn panel(&self) -> Option<String> {
        match self {
            Self::Done(report) if report.body != Body::Empty => Some(report.body.word().to_owned()),
            _ => None,
        }
    }

    /// Why the check cannot be run as it stands.
    pub fn why_not(&self) -> Option<String> {
        match self {
            Self::Needs(names) => Some(["Needs ", &names.join(" and "), "."].concat()),
            Self::Invalid(sentence) => Some(sentence.clone()),
            Self::Idle | Self::Done(_) => None,
        }
    }
}

/// A check's state as the rail and the sentence at the top show it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brief {
    /// The state.
    pub word: Word,
    /// One sentence; empty while the check has not been run.
    pub summary: String,
}

impl Brief {
    /// The state of a check whose question could not even be put.
    pub fn failed(error: &WireError) -> Self {
        Self { word: Word::Unknown, summary: error.message.clone() }
    }
}

/// A state: the closed set behind `data-outcome`. Ordered from the quietest to the most telling.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Word {
    /// Not run.
    #[default]
    Idle,
    /// Being asked.
    Running,
    /// Nothing wrong was found.
    Pass,
    /// The source could not be asked, or could not know.
    Unknown,
    /// Worth a look.
    Warn,
    /// Something is wrong.
    Fail,
}

impl Word {
    /// The value of `data-outcome`.
    pub fn attribute(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Running => "running",
            Self::Pass => "pass",
            Self::Unknown => "unknown",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }

    /// The word that a reader sees.
    pub fn label(self) -> &'static str {
        match self {
            Self::Idle => "not run",
            Self::Running => "running",
            Self::Pass => "ok",
            Self::Unknown => "unknown",
            Self::Warn => "attention",
            Self::Fail => "failing",
        }
    }

    /// Whether there is an answer, if only that there is none.
    pub fn has_run(self) -> bool {
        self >= Self::Pass
    }
}
