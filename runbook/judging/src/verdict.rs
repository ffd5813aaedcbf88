//! The verdict: which row of the runbook's own table fits this crash, by facts. Judges; never asks a source, never
//! reads a clock. What could not be asked makes a row *unknown*; it never makes it *does not*.

mod facts;

mod clause;
mod crash;
mod describe;
mod fold;
mod judge;
mod pattern;
mod search;
mod sentence;
mod support;
mod table;
mod tokens;
mod wording;
mod words;

use serde::{Deserialize, Serialize};

pub use facts::{
    Backups, Container, ContainerKind, Ended, Event, Fact, Facts, LogText, MemoryUse, Node, Owner, RestartRecord,
    State, TextLine,
};

pub use self::{
    crash::list_facts,
    fold::find_folded,
    judge::judge,
    table::{find_classifier, find_unjudged_rows, read_table},
    wording::find_telling_line,
    words::explain_exit_code,
};

pub use document::outcome::{Evidence, FactRow, RowOutcome, RowVerdict, Standing, Verdict};

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
