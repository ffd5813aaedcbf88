//! Judges logs: which lines tell something, and whether what came is a log at all.

use std::collections::BTreeSet;

use runbook::{
    check::Logs,
    filter::{self, Budget, Line, TooCostly},
    log_reading::{self, Level},
    log_text,
    outcome::{Body, Log, LogLine, Outcome, Report},
    time::Timestamp,
};

use super::Ask;
use crate::sources::cluster::{LogAnswer, RawLogLine};

/// Lines that a panel shows: the newest.
const MAX_PANEL_LINES: usize = 1_000;

/// The log of one container, or of several joined.
#[derive(Debug)]
pub(super) struct ContainerLog {
    /// The cluster.
    pub(super) cluster: String,
    /// What the command asks for.
    pub(super) logs: Logs,
    /// `namespace/pod`.
    pub(super) pod: String,
    /// The container that was asked.
    pub(super) container: String,
    /// How the container was chosen, when the command does not say: "the only container".
    pub(super) choice: Option<&'static str>,
    /// What the source says.
    pub(super) answer: LogAnswer,
    /// Other pods that the command covers too, which are not shown.
    pub(super) others: Vec<String>,
    /// When the run ended whose log was kept by Runlight, because the cluster has none.
    pub(super) kept_at: Option<Timestamp>,
    /// The log store that has the lines, and the query that chose them: the log does not go on.
    pub(super) stored: Option<(String, String)>,
    /// When the source answered.
    pub(super) asked_at: Timestamp,
}

pub(super) fn judge(log: &ContainerLog, ask: &Ask, now: Timestamp, budget: &Budget) -> Result<Report, TooCostly> {
    Ok(judge_kept(log, ask, now, filter::apply(&ask.check.filters, lines(log), budget)?))
}

/// Judges what a pipe has left of the lines.
pub(super) fn judge_kept(log: &ContainerLog, ask: &Ask, now: Timestamp, kept: Vec<Line>) -> Report {
    let which = if log.logs.previous { "Previous log" } else { "Log" };
    let mut notes = Vec::new();
    if let Some(at) = log.kept_at {
        let time = format!("{} {} UTC", at.date(), at.clock());
        notes
            .push(format!("The cluster has no previous log now. Runlight kept this one when the run ended at {time}."));
    }
    if let Some((store, query)) = &log.stored {
        notes.push(format!("The lines are those that the log store {store} has for {query}."));
    }
    if !log.others.is_empty() {
        notes.push(format!("The command covers {} more pods: {}.", log.others.len(), log.others.join(", ")));
    }
    let (body, outcome) = match &log.answer {
        LogAnswer::Lines { lines, bound } => {
            judge_lines(ask, log, (lines, kept), bound.describe(lines.len()), &mut notes)
        }
        LogAnswer::NoPreviousYet { reason } | LogAnswer::Waiting { reason } => {
            let absence =
                if log.logs.previous { format!("{reason} It appears here when there is one.") } else { reason.clone() };
            let body = Body::Log(Log { absence: Some(absence), ..panel(log, Vec::new(), String::new()) });
            // No container at all is no good news; one that has not started yet says so itself.
            let outcome = match log.container.is_empty() {
                true => Outcome::Warn { summary: reason.clone() },
                false => Outcome::Pass { summary: reason.clone() },
            };
            (body, outcome)
        }
    };
    Report {
        title: format!("{which} of {}", name(log)),
        source: log.cluster.clone(),
        asked_at: log.asked_at.min(now),
        outcome,
        body,
        notes,
    }
}

/// The pod without its namespace. Words that stand for a pod that is not there are kept whole.
fn name(log: &ContainerLog) -> &str {
    if log.pod.contains(' ') { &log.pod } else { log.pod.rsplit('/').next().unwrap_or(&log.pod) }
}

/// The lines that kubectl prints.
pub(super) fn lines(log: &ContainerLog) -> Vec<Line> {
    let LogAnswer::Lines { lines, .. } = &log.answer else { return Vec::new() };
    let print = |(index, line): (usize, &RawLogLine)| Line { text: text(log, line), origin: Some(index) };
    lines.iter().enumerate().map(print).collect()
}

fn text(log: &ContainerLog, line: &RawLogLine) -> String {
    let mut text = String::new();
    if log.logs.prefix {
        text.push_str(&format!("[pod/{}/{}] ", log.pod.rsplit('/').next().unwrap_or(&log.pod), log.container));
    }
    if log.logs.timestamps && !line.stamp.is_empty() {
        text.push_str(&line.stamp);
        text.push(' ');
    }
    text.push_str(&line.text);
    text
}

fn judge_lines(
    ask: &Ask,
    log: &ContainerLog,
    (raw, kept): (&[RawLogLine], Vec<Line>),
    extent: String,
    notes: &mut Vec<String>,
) -> (Body, Outcome) {
    if kept.iter().any(|line| line.origin.is_none()) {
        let text: Vec<&str> = kept.iter().map(|line| line.text.as_str()).collect();
        let summary = format!("{} lines after the command's filters.", kept.len());
        return (Body::Text { text: text.join("\n") }, Outcome::Pass { summary });
    }
    if kept.len() > MAX_PANEL_LINES {
        notes.push(format!("Showing the last {MAX_PANEL_LINES} of {} lines.", kept.len()));
    }
    let skipped = kept.len().saturating_sub(MAX_PANEL_LINES);
    let mut styler = log_text::LogStyler::new();
    let of_raw: Vec<&RawLogLine> = kept.iter().skip(skipped).filter_map(|line| raw.get(line.origin?)).collect();
    let errors = find_errors(&of_raw);
    let shown: Vec<LogLine> = of_raw
        .iter()
        .enumerate()
        .map(|(at, line)| LogLine {
            at: line.at,
            spans: styler.style(&line.text),
            is_match: errors.contains(&at) || ask.situation.telling.iter().any(|words| words.is_in(&line.text)),
        })
        .collect();
    let named = of_raw.iter().filter(|line| ask.situation.telling.iter().any(|words| words.is_in(&line.text))).count();
    let outcome = match (raw.len(), shown.len()) {
        (0, _) => Outcome::Pass { summary: "The log is empty.".into() },
        (all, 0) => Outcome::Pass { summary: format!("None of {all} lines passes the command's filters.") },
        (_, shown) => judge_found(shown, errors.len(), named, ask.situation.telling.len()),
    };
    (Body::Log(panel(log, shown, extent)), outcome)
}

/// The lines of the log that report errors, each message once, however many lines its stack trace has.
fn find_errors(lines: &[&RawLogLine]) -> BTreeSet<usize> {
    let entries = log_reading::read_entries(lines.iter().map(|line| line.text.as_str()));
    let errors = entries.iter().filter(|entry| entry.level >= Level::Error && !entry.is_benign);
    errors.map(|entry| entry.telling).collect()
}

/// Errors and words that the runbook names want attention; a log without either says what was looked for.
fn judge_found(shown: usize, errors: usize, named: usize, words: usize) -> Outcome {
    let lines = if shown == 1 { "1 line".to_owned() } else { format!("{shown} lines") };
    let report = |count: usize| if count == 1 { "reports an error" } else { "report errors" };
    let hold = |count: usize| if count == 1 { "holds" } else { "hold" };
    match (errors, named) {
        (0, 0) => {
            let wanted = match words {
                0 => "no error",
                _ => "no error and no words that the runbook looks for",
            };
            Outcome::Pass { summary: format!("Looked through {lines}: {wanted}.") }
        }
        (0, named) => {
            Outcome::Warn { summary: format!("{named} of {lines} {} words that the runbook looks for.", hold(named)) }
        }
        (errors, 0) => Outcome::Warn { summary: format!("{errors} of {lines} {}.", report(errors)) },
        (errors, named) => Outcome::Warn {
            summary: format!(
                "{errors} of {lines} {}; {named} {} words that the runbook looks for.",
                report(errors),
                hold(named)
            ),
        },
    }
}

fn panel(log: &ContainerLog, lines: Vec<LogLine>, extent: String) -> Log {
    let container = match log.choice {
        Some(choice) if !log.container.is_empty() => format!("{} ({choice})", log.container),
        _ => log.container.clone(),
    };
    Log {
        pod: log.pod.clone(),
        container,
        is_previous: log.logs.previous,
        lines,
        extent,
        is_following: !log.logs.previous && log.stored.is_none(),
        absence: None,
    }
}
