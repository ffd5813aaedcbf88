//! What a runbook's tables are taken for and why, which cells are read and as what, and which can never match: for lint.

use std::ops::Range;

use serde::Serialize;

use document::problem::{Problem, Severity};
use text::{
    plain,
    runbook::{Block, Command, Runbook, TableBlock},
};

use super::{
    super::{Classifier, Clause, Condition, Origin, Rule, RuleReading, lexicon::states},
    find_classifier, one_line,
    table::{MAX_ROWS, assess},
};

/// What is made of one table, list, run of headings or sentences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableAccount {
    /// Which of these it is.
    pub origin: Origin,
    /// Its heads.
    pub heads: Vec<String>,
    /// The line of its first row, from 1.
    pub line: usize,
    /// Whether its rows are judged.
    pub is_judged: bool,
    /// Why, or why not: one sentence without a full stop.
    pub why: String,
    /// Its cells of patterns; empty when it is not judged.
    pub cells: Vec<CellAccount>,
}

/// What is made of one cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CellAccount {
    /// The cell, as plain text.
    pub pattern: String,
    /// As what it is read; absent when it is left to the reader.
    pub read_as: Option<String>,
    /// Words that were not read, or why nothing was; no full stop.
    pub note: Option<String>,
    /// Why it can never lead, when that is so.
    pub never: Option<String>,
}

/// An account of every table of a runbook, in order.
pub fn explain_tables(runbook: &Runbook) -> Vec<TableAccount> {
    let mut accounts = Vec::new();
    for_tables(&runbook.blocks, &mut |table| accounts.push(account(table, &runbook.commands)));
    // Only the first that is taken is judged.
    let mut is_taken = false;
    for account in accounts.iter_mut().filter(|account| account.is_judged) {
        if std::mem::replace(&mut is_taken, true) {
            account.is_judged = false;
            account.why = "it is a table of patterns, but an earlier one is judged".into();
        }
    }
    accounts
}

fn account(table: &TableBlock, commands: &[Command]) -> TableAccount {
    let heads = table.head.iter().map(|cell| one_line(&plain(cell, commands))).collect();
    let line = table.places.first().map_or(1, |place| place.line);
    match assess(table, commands) {
        Err(why) => TableAccount { origin: Origin::Table, heads, line, is_judged: false, why, cells: Vec::new() },
        Ok(classifier) => {
            let read = classifier.rules.iter().filter(|rule| rule.is_judged_by_facts()).count();
            let rest = table.rows.len().saturating_sub(MAX_ROWS);
            let bound = if rest > 0 {
                format!("; {rest} rows beyond the first {MAX_ROWS} are not read")
            } else {
                String::new()
            };
            let why = format!(
                "its column \"{}\" holds patterns: {read} of {} cells are read{bound}",
                classifier.head,
                classifier.rules.len()
            );
            TableAccount { origin: Origin::Table, heads, line, is_judged: true, why, cells: explain_cells(&classifier) }
        }
    }
}

fn explain_cells(classifier: &Classifier) -> Vec<CellAccount> {
    let rules = &classifier.rules;
    rules
        .iter()
        .enumerate()
        .map(|(at, rule)| CellAccount {
            pattern: rule.pattern.clone(),
            read_as: rule.is_judged_by_facts().then(|| rule.read_as()).flatten(),
            note: rule.what_is_left(),
            never: why_never(at, rules),
        })
        .collect()
}

/// Why a row can never lead: it contradicts itself, or an earlier one asks for the same.
fn why_never(at: usize, rules: &[Rule]) -> Option<String> {
    let RuleReading::When(condition) = &rules[at].reading else { return None };
    if let Some(why) = contradiction(condition) {
        return Some(why);
    }
    let earlier =
        rules[..at].iter().position(|rule| rule.reading == rules[at].reading && rule.left == rules[at].left)?;
    Some(format!("row {} asks for the same and stands before it", earlier + 1))
}

fn contradiction(condition: &Condition) -> Option<String> {
    let parts = match condition {
        Condition::All(parts) => parts,
        Condition::Any(parts) => {
            let first = contradiction(parts.first()?)?;
            return parts.iter().all(|part| contradiction(part).is_some()).then_some(first);
        }
        Condition::Is(Clause::Reason(name)) if name == "Terminating" => {
            return Some("whether a pod is being deleted is not among the facts".into());
        }
        Condition::Not(_) | Condition::Is(_) => return None,
    };
    let exits: Vec<_> = parts
        .iter()
        .filter_map(|part| if let Condition::Is(Clause::Exit(codes)) = part { Some(codes) } else { None })
        .collect();
    let apart = exits.windows(2).find(|two| two[0].to < two[1].from || two[1].to < two[0].from);
    if let Some(two) = apart {
        return Some(format!("a run ends once, with {} or with {}, not both", two[0], two[1]));
    }
    let denied = parts.iter().find(|part| matches!(part, Condition::Not(inner) if parts.contains(inner)));
    denied.map(|part| format!("it asks for a thing and for {part}")).or_else(|| parts.iter().find_map(contradiction))
}

/// An account of the list, the headings or the sentences that are judged where a runbook has no table of patterns. `text`:
/// the file, for the line of the first row.
pub fn explain_text(runbook: &Runbook, text: &str) -> Option<TableAccount> {
    let (_, classifier) = find_classifier(&runbook.blocks, &runbook.commands)?;
    if classifier.origin == Origin::Table {
        return None;
    }
    let read = classifier.rules.iter().filter(|rule| rule.is_judged_by_facts()).count();
    let line = classifier.rules.first().and_then(|rule| find_line(text, &rule.pattern)).map_or(1, |(line, _)| line);
    Some(TableAccount {
        origin: classifier.origin,
        heads: Vec::new(),
        line,
        is_judged: true,
        why: format!(
            "no table of patterns stands in the file, and here {read} of {} rows are read",
            classifier.rules.len()
        ),
        cells: explain_cells(&classifier),
    })
}

/// Rows of the list, the headings or the sentences that are judged, which facts alone cannot tell.
pub fn find_unjudged_text_rows(runbook: &Runbook, text: &str) -> Vec<Problem> {
    let Some((_, classifier)) = find_classifier(&runbook.blocks, &runbook.commands) else { return Vec::new() };
    if classifier.origin == Origin::Table {
        return Vec::new();
    }
    let say = |rule: &Rule| {
        let (line, span) = find_line(text, &rule.pattern).unwrap_or((1, 0..0));
        rule.what_is_left().map(|why| unjudged(&why, line, span))
    };
    classifier.rules.iter().filter(|rule| !rule.is_read_whole()).filter_map(say).collect()
}

/// The line that holds the words of a pattern, from 1, and where it stands in the file.
fn find_line(text: &str, pattern: &str) -> Option<(usize, Range<usize>)> {
    let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let wanted = bare(pattern);
    let mut start = 0;
    for (at, line) in text.split_inclusive('\n').enumerate() {
        let end = start + line.trim_end().len();
        if !wanted.is_empty() && bare(line).contains(&wanted) {
            return Some((at + 1, start..end));
        }
        start += line.len();
    }
    None
}

fn unjudged(why: &str, line: usize, span: Range<usize>) -> Problem {
    Problem {
        severity: Severity::Info,
        code: "unjudged-table-row".into(),
        message: format!("This row of the table is left to the reader: {why}."),
        help: Some("Name a state, an exit code, or the words of a log line in backticks.".into()),
        line,
        span,
    }
}

/// Rows of tables of patterns that cannot be judged by facts alone, for lint.
pub fn find_unjudged_rows(runbook: &Runbook) -> Vec<Problem> {
    let mut problems = Vec::new();
    for_tables(&runbook.blocks, &mut |table| {
        let Ok(classifier) = assess(table, &runbook.commands) else { return };
        for (rule, place) in classifier.rules.iter().zip(&table.places).filter(|(rule, _)| !rule.is_read_whole()) {
            problems.extend(rule.what_is_left().map(|why| unjudged(&why, place.line, place.span.clone())));
        }
    });
    problems
}

fn for_tables(blocks: &[Block], take: &mut dyn FnMut(&TableBlock)) {
    for block in blocks {
        match block {
            Block::Quote { content, .. } | Block::Details { content, .. } => for_tables(content, take),
            Block::List { items, .. } => items.iter().for_each(|item| for_tables(&item.content, take)),
            Block::Table(table) => take(table),
            _ => {}
        }
    }
}

impl Condition {
    /// Whether it asks for anything that facts can deny: more than words that may speak for it.
    pub(crate) fn asks_for_facts(&self) -> bool {
        match self {
            Self::Is(Clause::Prose(_)) => false,
            Self::Is(_) => true,
            Self::Not(inner) => inner.asks_for_facts(),
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::asks_for_facts),
        }
    }

    /// Whether nothing of it is mere prose.
    pub(crate) fn is_all_facts(&self) -> bool {
        match self {
            Self::Is(clause) => !matches!(clause, Clause::Prose(_)),
            Self::Not(inner) => inner.is_all_facts(),
            Self::All(parts) | Self::Any(parts) => parts.iter().all(Self::is_all_facts),
        }
    }

    /// Whether both name one cause.
    pub(crate) fn shares_a_cause_with(&self, other: &Self) -> bool {
        let mut own = Vec::new();
        let mut others = Vec::new();
        self.list_causes(&mut own);
        other.list_causes(&mut others);
        own.iter().any(|cause| others.contains(cause))
    }

    fn list_causes<'c>(&'c self, causes: &mut Vec<&'c Clause>) {
        match self {
            Self::Is(clause) => {
                let settles = |name: &str| {
                    let reason = states::find_reason(name);
                    reason.is_some_and(|reason| reason.weight == states::Weight::Settles)
                };
                let is_cause = match clause {
                    Clause::Reason(name) => settles(name),
                    Clause::Exit(_) | Clause::Line { .. } | Clause::Probe(_) | Clause::Node(_) => true,
                    _ => false,
                };
                if is_cause {
                    causes.push(clause);
                }
            }
            Self::Not(_) => {}
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.list_causes(causes)),
        }
    }
}
