//! What crosses the wire when a check has been run: its state, and its panel as the server drew it. The browser puts
//! panels in place; it does not know what a report holds, so a new kind of panel costs it nothing.

use serde::{Deserialize, Serialize};

/// A panel's new content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PanelUpdate {
    /// How the check stands.
    pub brief: Brief,
    /// The value of `data-panel`; absent when the answer has no body.
    pub panel: Option<String>,
    /// The panel's content. Its text is escaped.
    pub html: String,
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
    /// Whether there is nothing to say yet.
    pub fn is_idle(&self) -> bool {
        self.word == Word::Idle && self.summary.is_empty()
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
