//! Judges answers that are text from the start: YAML, JSON, templates. Shows them and does not call them good or bad.

use runbook::{
    check::{Check, ClusterAsk, ConfigAsk, Get, Helm, HelmAsk, Output, Question},
    filter::{self, Budget, Line, TooCostly},
    outcome::{Body, Document, Notation, Outcome, Report},
    time::Timestamp,
};

use super::Ask;

/// Lines that a panel shows; a longer answer says how many there are.
const MAX_LINES: usize = 5_000;

/// A text and where it comes from.
#[derive(Debug)]
pub(super) struct TextAnswer {
    /// Who answered.
    pub(super) source: String,
    /// What it is, in words: "deployments in apps as YAML".
    pub(super) what: String,
    /// The lines that the command prints.
    pub(super) text: String,
    /// When the source answered.
    pub(super) asked_at: Timestamp,
    /// How it stands, where that can be told.
    pub(super) outcome: Option<Outcome>,
    /// What the reader should know beside.
    pub(super) notes: Vec<String>,
    /// Whether it is the data of Secrets, which the configuration lets be shown.
    pub(super) is_secret_data: bool,
}

impl TextAnswer {
    /// A text of which nothing special is to be said.
    pub(super) fn new(source: &str, what: String, text: String, asked_at: Timestamp) -> Self {
        Self {
            source: source.to_owned(),
            what,
            text,
            asked_at,
            outcome: None,
            notes: Vec::new(),
            is_secret_data: false,
        }
    }
}

pub(super) fn judge(answer: &TextAnswer, ask: &Ask, now: Timestamp, budget: &Budget) -> Result<Report, TooCostly> {
    let all = lines(answer);
    let total = all.len();
    Ok(judge_kept(answer, &ask.check, now, filter::apply(&ask.check.filters, all, budget)?, total))
}

/// Judges what a pipe has left of so many lines.
pub(super) fn judge_kept(answer: &TextAnswer, check: &Check, now: Timestamp, kept: Vec<Line>, total: usize) -> Report {
    let mut notes = answer.notes.clone();
    if kept.len() > MAX_LINES {
        notes.push(format!("Showing the first {MAX_LINES} of {} lines.", kept.len()));
    }
    let summary = match (total, kept.len()) {
        (0, _) => "The answer is empty.".into(),
        (total, 0) => format!("None of {total} lines passes the command's filters."),
        (1, 1) => "1 line.".into(),
        (total, kept) if total == kept => format!("{total} lines."),
        (total, kept) => format!("{kept} lines out of {total}."),
    };
    let text: Vec<&str> = kept.iter().take(MAX_LINES).map(|line| line.text.as_str()).collect();
    Report {
        title: answer.what.clone(),
        source: answer.source.clone(),
        asked_at: answer.asked_at.min(now),
        outcome: answer.outcome.clone().unwrap_or(Outcome::Pass { summary }),
        body: body(text.join("\n"), check),
        notes,
    }
}

/// YAML and JSON fold; anything else stands as it is.
fn body(text: String, check: &Check) -> Body {
    match notation(check) {
        // Helm writes its JSON on one line, which would not fold.
        Some(Notation::Json) if text.lines().count() == 1 => {
            Body::Document(Document { notation: Notation::Json, text: filter::indent_json(&text).unwrap_or(text) })
        }
        Some(notation) if !text.is_empty() => Body::Document(Document { notation, text }),
        _ => Body::Text { text },
    }
}

/// The notation of an answer, which a filter that chooses lines would break.
fn notation(check: &Check) -> Option<Notation> {
    let Question::Cluster(question) = &check.question else { return None };
    let output = match &question.ask {
        ClusterAsk::Get(Get { output, .. }) | ClusterAsk::Version { output } => output,
        ClusterAsk::Config(ConfigAsk::View { output, .. }) => output,
        ClusterAsk::Helm(Helm { ask: HelmAsk::List { output, .. } | HelmAsk::History { output, .. }, .. }) => output,
        _ => return None,
    };
    match (output, check.filters.as_slice()) {
        (Output::Yaml, []) => Some(Notation::Yaml),
        (Output::Json, []) => Some(Notation::Json),
        _ => None,
    }
}

/// The lines that the command prints.
pub(super) fn lines(answer: &TextAnswer) -> Vec<Line> {
    let line = |(index, text): (usize, &str)| Line { text: text.to_owned(), origin: Some(index) };
    answer.text.lines().enumerate().map(line).collect()
}
