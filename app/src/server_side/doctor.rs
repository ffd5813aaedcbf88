//! What a look at every source, file and folder came to: typed rows that the page draws and the command line prints.

use runbook::time::Timestamp;
use serde::Serialize;

use crate::answer::Word;

/// Everything that was looked at, at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Examination {
    /// When it began.
    pub at: Timestamp,
    /// The sources in the configuration's order, then what the portal itself needs.
    pub parts: Vec<Part>,
}

/// One source, or one thing that the portal itself needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// "Kubernetes", "Proxmox VE", "Library".
    pub kind: &'static str,
    /// Its name in the configuration; empty for what there is only one of.
    pub name: String,
    /// Where it is: `10.10.0.5:6443`.
    pub address: Option<String>,
    /// What it says it is: `v1.36.0`.
    pub version: Option<String>,
    /// What was found.
    pub rows: Vec<Row>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// How it stands.
    pub state: State,
    /// What it is about.
    pub topic: Topic,
    /// One sentence.
    pub words: String,
    /// What would mend it.
    pub remedy: Option<Remedy>,
}

/// How a finding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// As it should be.
    Ok,
    /// It works, and somebody should look at it.
    Warning,
    /// Something would be unknown on a page.
    Unknown,
    /// It is not there, and nothing is missing without it.
    NotConfigured,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// Whether it answers.
    Reach,
    /// What it lets Runlight read.
    Rights,
    /// Whether its clock and Runlight's agree.
    Clock,
    /// Until when its certificate, or Runlight's own, holds.
    Certificate,
    /// Files with secrets, and what they say.
    Files,
    /// What it knows.
    Content,
    /// What can be configured.
    Setup,
}

/// What would mend a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remedy {
    /// One sentence.
    pub words: String,
    /// Lines to copy: a role in YAML, or commands. Empty when the sentence says all.
    pub lines: Vec<String>,
}

impl Examination {
    /// Whether nothing would be unknown on a page.
    pub fn is_ok(&self) -> bool {
        self.count(State::Unknown) == 0
    }

    /// How many findings stand so.
    pub fn count(&self, state: State) -> usize {
        self.parts.iter().flat_map(|part| &part.rows).filter(|row| row.state == state).count()
    }
}

impl State {
    /// The mark that the page shows.
    pub fn word(self) -> Word {
        match self {
            Self::Ok => Word::Pass,
            Self::Warning => Word::Warn,
            Self::Unknown => Word::Unknown,
            Self::NotConfigured => Word::Idle,
        }
    }

    /// The word that a reader sees.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "attention",
            Self::Unknown => "unknown",
            Self::NotConfigured => "not configured",
        }
    }
}

impl Row {
    /// A finding without a remedy.
    pub fn new(state: State, topic: Topic, words: impl Into<String>) -> Self {
        Self { state, topic, words: words.into(), remedy: None }
    }

    /// What is as it should be.
    pub fn ok(topic: Topic, words: impl Into<String>) -> Self {
        Self::new(State::Ok, topic, words)
    }

    /// What somebody should look at.
    pub fn warning(topic: Topic, words: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(State::Warning, topic, words).with(remedy, Vec::new())
    }

    /// What would be unknown on a page.
    pub fn unknown(topic: Topic, words: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(State::Unknown, topic, words).with(remedy, Vec::new())
    }

    /// The same finding with a remedy and the lines to copy.
    pub fn with(self, words: impl Into<String>, lines: Vec<String>) -> Self {
        Self { remedy: Some(Remedy { words: words.into(), lines }), ..self }
    }
}
