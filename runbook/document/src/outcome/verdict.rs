//! A verdict as a panel shows it: every row of the runbook's table with how it stands, and the facts underneath.

use serde::{Deserialize, Serialize};

use super::{Cause, Outcome, Recovery, Unknown};
use crate::time::Timestamp;

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
    /// The section of the runbook that this row means.
    pub leads_to: Option<Section>,
    /// The other rows that fit, the strongest first.
    pub also: Vec<AlsoFits>,
    /// Where the rows stand.
    pub origin: Origin,
    /// The one thing to read.
    pub sentence: String,
    /// What a reader must know beside it: an excluded pod, clocks that differ, rows left to the reader.
    pub notes: Vec<String>,
    /// What the run that ended wrote last; absent when no log of it could be read.
    pub last_words: Option<LastWords>,
    /// Whether it is over; absent when nobody asked.
    pub recovery: Option<Recovery>,
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
            Standing::Unknown => Outcome::Unknown(self.first_unknown().cloned().unwrap_or_else(|| {
                Cause::Untold.unknown(
                    "The facts of this crash",
                    summary,
                    "Run the checks of the runbook's steps by hand.",
                )
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

/// Where the rows of a classifier stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// In a table of the runbook.
    Table,
    /// In a list of it.
    List,
    /// Under headings of it.
    Headings,
    /// In sentences that begin with "If you see".
    Sentences,
    /// In Runlight's own table, because the runbook has none.
    BuiltIn,
}

impl Origin {
    /// What the rows belong to: "of the table".
    pub fn words(self) -> &'static str {
        match self {
            Self::Table => "of the table",
            Self::List => "of the list",
            Self::Headings => "of the headings",
            Self::Sentences => "of the sentences",
            Self::BuiltIn => "of Runlight's own table",
        }
    }
}

/// A section of the runbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The anchor of its heading.
    pub anchor: String,
    /// Its heading.
    pub title: String,
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
    /// The pattern as it was read; absent when it was not.
    pub read_as: Option<String>,
    /// Words of the pattern that were not judged, or why nothing was.
    pub unread: Option<String>,
}

/// A row that fits beside the one that leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlsoFits {
    /// The row, from 0.
    pub row: usize,
    /// Why the other one leads, one sentence.
    pub why: String,
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

/// The end of the log of the run that ended, and the line in it that tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastWords {
    /// A few lines, oldest first.
    pub lines: Vec<LastLine>,
    /// How many lines were read.
    pub total: usize,
    /// Whether the log has older lines that were not read.
    pub has_older: bool,
    /// The check of the runbook that shows the whole log.
    pub log_check: Option<String>,
}

/// One of the last lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastLine {
    /// When it was written.
    pub at: Option<Timestamp>,
    /// Without ANSI sequences.
    pub text: String,
    /// Whether it is the one that tells why the run ended.
    pub is_telling: bool,
    /// Lines that were left out before this one.
    pub left_out: usize,
}

/// What a fact is about: rows of one aspect stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// How runs ended, and how often.
    End,
    /// What the container wrote.
    Log,
    /// What Kubernetes noted.
    Event,
    /// What the container has and is asked: memory, probes, image.
    Container,
    /// What stands around it: node, owners, backups.
    Surroundings,
}

impl Aspect {
    /// What stands beside its rows.
    pub fn words(self) -> &'static str {
        match self {
            Self::End => "How it ended",
            Self::Log => "What it wrote",
            Self::Event => "What Kubernetes noted",
            Self::Container => "The container",
            Self::Surroundings => "Around it",
        }
    }
}

/// A fact under the sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactRow {
    /// What it is about.
    pub aspect: Aspect,
    /// "Last state", "Memory".
    pub name: String,
    /// "OOMKilled, exit code 137 (killed with SIGKILL)"; for an unknown one, the reason.
    pub value: String,
    /// When it happened.
    pub at: Option<Timestamp>,
    /// Whether it could not be asked.
    pub is_unknown: bool,
}
