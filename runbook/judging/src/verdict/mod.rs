//! The verdict: which row of the runbook's own table fits this crash, by facts. Judges; never asks a source, never
//! reads a clock. What could not be asked makes a row *unknown*; it never makes it *does not*.

mod facts;
mod language;

mod crash;
mod describe;
mod finding;
mod judge;
mod last_words;
mod lexicon;
mod reading;
mod sentence;
mod weighing;

use serde::{Deserialize, Serialize};

pub use self::{
    facts::{
        Backups, Container, ContainerKind, Ended, Event, Fact, Facts, LogText, MemoryUse, Node, Owner, RestartRecord,
        State, TextLine,
    },
    language::{Clause, Condition, ExitCodes, LinePart, NodeTrouble, Place, Probe, Saying},
};

pub use self::{
    crash::list_facts,
    finding::{
        CellAccount, TableAccount, built_in, explain_tables, explain_text, find_classifier, find_unjudged_rows,
        find_unjudged_text_rows, read_table,
    },
    judge::judge,
    lexicon::states::explain_exit_code,
    weighing::{fold::find_folded, wording::find_telling_line},
};

pub use document::outcome::{
    AlsoFits, Aspect, Evidence, FactRow, LastLine, LastWords, Origin, RowOutcome, RowVerdict, Section, Standing,
    Verdict,
};

/// What a runbook classifies crashes by, read as rules: the rows of its table, of a list, its headings or sentences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classifier {
    /// Head of the column of patterns, as plain text.
    pub head: String,
    /// One rule per row, in the runbook's order.
    pub rules: Vec<Rule>,
    /// Where the rows stand.
    pub origin: Origin,
}

impl Classifier {
    /// Rows that could not be read as rules, from 0, with the reason; lint reports them.
    pub fn unread(&self) -> impl Iterator<Item = (usize, String)> {
        self.rules
            .iter()
            .enumerate()
            .filter(|(_, rule)| !rule.is_judged_by_facts())
            .filter_map(|(row, rule)| Some((row, rule.what_is_left()?)))
    }

    /// Whether it was read from rows with these patterns: what a page marks at its rows belongs to them.
    pub fn has_rows_of(&self, other: &Self) -> bool {
        let patterns = |one: &Self| one.rules.iter().map(|rule| rule.pattern.clone()).collect::<Vec<_>>();
        self.head == other.head && patterns(self) == patterns(other)
    }
}

/// One row: a pattern and what the author says of it, as plain text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// The cell of the pattern.
    pub pattern: String,
    /// The likely cause; empty when the table has no such column.
    pub cause: String,
    /// What to do; empty when the table has no such column.
    pub action: String,
    /// What the pattern means.
    pub reading: RuleReading,
    /// Words of the pattern that could not be read.
    pub left: Vec<Stretch>,
    /// The section of the runbook that the row means.
    pub leads_to: Option<Section>,
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

/// Words of a pattern that were not understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// As they stand in the cell.
    pub text: String,
    /// Whether they make the row a narrower one ("after a deploy"); else they adorn it ("on the Pi").
    pub narrows: bool,
}

impl Rule {
    /// The pattern as it was read, for a reader: "exit code 137, and a failed liveness probe".
    pub fn read_as(&self) -> Option<String> {
        match &self.reading {
            RuleReading::When(condition) => Some(condition.to_string()),
            RuleReading::Remainder => Some("what remains when no other row fits and the log has an error".into()),
            RuleReading::Unread { .. } => None,
        }
    }

    /// Whether facts can deny it.
    pub fn is_judged_by_facts(&self) -> bool {
        match &self.reading {
            RuleReading::When(condition) => condition.asks_for_facts(),
            RuleReading::Remainder => true,
            RuleReading::Unread { .. } => false,
        }
    }

    /// Whether nothing of it was left unread that matters.
    pub(crate) fn is_read_whole(&self) -> bool {
        match &self.reading {
            RuleReading::When(condition) => condition.is_all_facts() && self.narrowing().is_none(),
            RuleReading::Remainder => true,
            RuleReading::Unread { .. } => false,
        }
    }

    /// Whether it asks, beside other things, that no other row fits.
    pub(crate) fn asks_for_the_rest(&self) -> bool {
        matches!(&self.reading, RuleReading::When(Condition::All(parts)) if parts.contains(&Condition::Is(Clause::Rest)))
    }

    /// Whether it rests on this exit code.
    pub(crate) fn names_exit(&self, code: i32) -> bool {
        fn names(condition: &Condition, code: i32) -> bool {
            match condition {
                Condition::Is(Clause::Exit(codes)) => codes.hold(code),
                Condition::Is(_) | Condition::Not(_) => false,
                Condition::All(parts) | Condition::Any(parts) => parts.iter().any(|part| names(part, code)),
            }
        }
        matches!(&self.reading, RuleReading::When(condition) if names(condition, code))
    }

    /// Words that make it a narrower row and that nobody could read.
    pub(crate) fn narrowing(&self) -> Option<&str> {
        self.left.iter().find(|stretch| stretch.narrows).map(|stretch| stretch.text.as_str())
    }

    /// What of it was not read, without a full stop.
    pub(crate) fn what_is_left(&self) -> Option<String> {
        match &self.reading {
            RuleReading::Unread { why } => Some(why.clone()),
            RuleReading::When(condition) if !condition.asks_for_facts() => {
                Some(format!("\"{}\" is looked for by its words alone, and their absence proves nothing", self.pattern))
            }
            RuleReading::When(condition) if !condition.is_all_facts() => {
                Some("a part of it is looked for by its words alone, and their absence proves nothing".into())
            }
            RuleReading::When(_) if !self.left.is_empty() => {
                let texts: Vec<String> = self.left.iter().map(|stretch| format!("\"{}\"", stretch.text)).collect();
                Some(format!("{} is nothing that can be looked up", texts.join(" and ")))
            }
            RuleReading::When(_) | RuleReading::Remainder => None,
        }
    }
}
