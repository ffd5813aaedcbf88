//! The verdict: which row of the runbook's own table fits this crash, by facts. Judges; never asks a source, never
//! reads a clock. What could not be asked makes a row *unknown*; it never makes it *does not*.

mod facts;

#[cfg(feature = "parse")]
mod clause;
#[cfg(feature = "parse")]
mod crash;
#[cfg(feature = "parse")]
mod describe;
#[cfg(feature = "parse")]
mod fold;
#[cfg(feature = "parse")]
mod judge;
#[cfg(feature = "parse")]
mod pattern;
#[cfg(feature = "parse")]
mod search;
#[cfg(feature = "parse")]
mod sentence;
#[cfg(feature = "parse")]
mod support;
#[cfg(feature = "parse")]
mod table;
#[cfg(feature = "parse")]
mod tokens;
#[cfg(feature = "parse")]
mod wording;
#[cfg(feature = "parse")]
mod words;

use serde::{Deserialize, Serialize};

pub use facts::{
    Backups, Container, ContainerKind, Ended, Event, Fact, Facts, LogText, MemoryUse, Node, Owner, RestartRecord,
    State, TextLine,
};

#[cfg(feature = "parse")]
pub(crate) use self::table::find_unread;
#[cfg(feature = "parse")]
pub use self::{
    crash::list_facts,
    fold::find_folded,
    judge::judge,
    table::{find_classifier, read_table},
    wording::find_telling_line,
    words::explain_exit_code,
};

use crate::{
    outcome::{Outcome, Unknown},
    time::Timestamp,
};

/// A runbook's table, read as rules. Rows stand in the table's order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classifier {
    /// Head of the first column, as plain text.
    pub head: String,
    /// One rule per row of the table.
    pub rules: Vec<Rule>,
}

impl Classifier {
    /// Rows that could not be read as rules, from 0, with the reason; lint reports them.
    pub fn unread(&self) -> impl Iterator<Item = (usize, &str)> {
        self.rules.iter().enumerate().filter_map(|(row, rule)| match &rule.reading {
            RuleReading::Unread { why } => Some((row, why.as_str())),
            RuleReading::When(_) | RuleReading::Remainder => None,
        })
    }
}

/// One row: a pattern and what the author says of it, as plain text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// The first cell.
    pub pattern: String,
    /// The likely cause; empty when the table has no such column.
    pub cause: String,
    /// What to do; empty when the table has no such column.
    pub action: String,
    /// What the pattern means.
    pub reading: RuleReading,
}

/// What a pattern means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RuleReading {
    /// It fits when this holds.
    When(Condition),
    /// It is what remains when no other row fits and the log has an error.
    Remainder,
    /// It is text for the reader.
    Unread {
        /// Why it cannot be judged, one sentence without a full stop.
        why: String,
    },
}

/// Clauses, joined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Condition {
    /// Every one holds: `+`, "and", "with".
    All(Vec<Condition>),
    /// At least one holds: `/`, "or".
    Any(Vec<Condition>),
    /// One clause.
    Is(Clause),
}

/// One thing to look up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Clause {
    /// A word that Kubernetes uses for a state or an event: `OOMKilled`, `FailedMount`.
    Reason(String),
    /// How the process ended.
    ExitCode(i32),
    /// One line that says all of this.
    Line {
        /// What the line must hold.
        parts: Vec<LinePart>,
        /// Where it is looked for.
        place: Place,
    },
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinePart {
    /// These words; case and spacing do not matter.
    Words(String),
    /// A host, with or without a port: `127.0.0.1:7445`.
    Address(String),
    /// Any of the ways in which programs say that time ran out.
    Timeout,
}

/// Where text is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// Both logs, events, and the messages of states.
    Anywhere,
    /// Both logs, and the messages of states (which may quote the log).
    Logs,
    /// The log of the run that ended.
    PreviousLog,
    /// Events alone.
    Events,
}

/// The table, judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The container that was judged; empty when none is known.
    pub container: String,
    /// One per row of the table, in its order.
    pub rows: Vec<RowVerdict>,
    /// The rows' first cells, as plain text.
    pub patterns: Vec<String>,
    /// How it stands as a whole.
    pub standing: Standing,
    /// The row that fits best, from 0.
    pub winner: Option<usize>,
    /// That row's action, as plain text. Absent when the facts speak against it.
    pub action: Option<String>,
    /// The one thing to read.
    pub sentence: String,
    /// What a reader must know beside it: an excluded pod, clocks that differ, rows left to the reader.
    pub notes: Vec<String>,
    /// The facts of the crash, to be shown underneath.
    pub facts: Vec<FactRow>,
    /// The portal's time of judgement.
    pub judged_at: Timestamp,
}

impl Verdict {
    /// How the panel stands.
    pub fn outcome(&self) -> Outcome {
        let summary = self.sentence.clone();
        match self.standing {
            Standing::Quiet => Outcome::Pass { summary },
            Standing::Fits | Standing::Doubted | Standing::Provisional | Standing::Nothing => Outcome::Warn { summary },
            Standing::Unknown => Outcome::Unknown(self.first_unknown().cloned().unwrap_or_else(|| Unknown {
                asked: "The facts of this crash".into(),
                reason: summary,
                remedy: "Run the checks of the runbook's steps by hand.".into(),
                log_id: None,
            })),
        }
    }

    fn first_unknown(&self) -> Option<&Unknown> {
        self.rows.iter().find_map(|row| match &row.outcome {
            RowOutcome::Unknown(unknown) => Some(unknown),
            RowOutcome::Matches | RowOutcome::DoesNot | RowOutcome::ForTheReader { .. } => None,
        })
    }
}

/// How the table stands as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// One row fits best, and nothing unasked could outdo it.
    Fits,
    /// A row's pattern fits, but its cause names a window that the restarts lie outside of.
    Doubted,
    /// A row fits so far; something that could not be asked may change that.
    Provisional,
    /// Everything was asked; no row fits.
    Nothing,
    /// No row fits so far; something that could not be asked may change that.
    Unknown,
    /// There is no crash to judge.
    Quiet,
}

/// One row, judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowVerdict {
    /// How it stands.
    pub outcome: RowOutcome,
    /// The facts behind that, the most telling first.
    pub evidence: Vec<Evidence>,
}

/// How a row stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowOutcome {
    /// Its pattern is there.
    Matches,
    /// Its pattern is not there, and everything needed to say so was asked.
    DoesNot,
    /// It cannot be told.
    Unknown(Unknown),
    /// The pattern is text that only a person can judge.
    ForTheReader {
        /// Why, one sentence without a full stop.
        why: String,
    },
}

impl RowOutcome {
    /// The word beside the row.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Matches => "matches",
            Self::DoesNot => "does not",
            Self::Unknown(_) => "unknown",
            Self::ForTheReader { .. } => "for you to judge",
        }
    }
}

/// A fact that a judgement rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The log line itself, or the field and its value.
    pub text: String,
    /// Where it stands: "previous log of app", "status of app", "events".
    pub source: String,
    /// When it happened.
    pub at: Option<Timestamp>,
}

/// A fact under the sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactRow {
    /// "Last state", "Memory".
    pub name: String,
    /// "OOMKilled, exit code 137 (killed with SIGKILL)"; for an unknown one, the reason.
    pub value: String,
    /// When it happened.
    pub at: Option<Timestamp>,
    /// Whether it could not be asked.
    pub is_unknown: bool,
}
