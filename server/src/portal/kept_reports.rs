//! What was captured of a crash as reports, so that the same code draws them as on a live page.

use ::evidence::Capture;
use runbook::{
    log_reading::{self, Level},
    log_text::LogStyler,
    outcome::{Body, Log, LogLine, Outcome, Report},
    time::Timestamp,
};

/// What is known of a crash, by name.
pub(super) fn facts(capture: &Capture) -> Vec<(&'static str, String)> {
    let crash = &capture.crash;
    let time = |at: Option<Timestamp>| at.map_or_else(String::new, |at| format!("{} {} UTC", at.date(), at.clock()));
    [
        ("Cluster", crash.key.cluster.clone()),
        ("Namespace", crash.namespace.clone()),
        ("Pod", crash.pod.clone()),
        ("Container", format!("{} ({})", crash.key.container, crash.role)),
        ("Owner", format!("{}/{}", crash.owner.kind, crash.owner.name)),
        ("Node", crash.node.clone()),
        ("Restart", crash.key.restart_count.to_string()),
        ("Run began", time(crash.ended.started_at)),
        ("Run ended", time(crash.ended.finished_at)),
        ("Signal", if crash.ended.signal == 0 { String::new() } else { crash.ended.signal.to_string() }),
        ("Message", crash.ended.message.clone().unwrap_or_default()),
        ("Before", crash.before.clone()),
        ("After", crash.after.clone()),
        ("Image", crash.image.clone()),
        ("Revision", crash.revision.clone()),
        ("Memory limit", crash.memory_limit.clone()),
        ("Captured", time(Some(capture.captured_at))),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .collect()
}

fn report(capture: &Capture, title: &str, outcome: Outcome, body: Body) -> Report {
    Report {
        title: title.to_owned(),
        source: capture.crash.key.cluster.clone(),
        asked_at: capture.captured_at,
        outcome,
        body,
        notes: Vec::new(),
    }
}

pub(super) fn log_report(capture: &Capture) -> Report {
    let log = match &capture.log {
        Ok(log) => log,
        Err(unknown) => return report(capture, "Log", Outcome::Unknown(unknown.clone()), Body::Empty),
    };
    let texts: Vec<&str> = log.lines().map(|line| line.text.as_str()).collect();
    let entries = log_reading::read_entries(texts.iter().copied());
    let errors: std::collections::BTreeSet<usize> = entries
        .iter()
        .filter(|entry| entry.level >= Level::Error && !entry.is_benign)
        .map(|entry| entry.telling)
        .collect();
    let mut styler = LogStyler::new();
    let mut lines: Vec<LogLine> = log
        .lines()
        .enumerate()
        .map(|(at, line)| LogLine { at: line.at, spans: styler.style(&line.text), is_match: errors.contains(&at) })
        .collect();
    if log.left_out > 0 {
        let words = format!("… {} lines between these were not kept …", log.left_out);
        lines.insert(log.head.len(), LogLine { at: None, spans: styler.style(&words), is_match: false });
    }
    let summary = match (log.len(), errors.len()) {
        (0, _) => "The run wrote nothing.".to_owned(),
        (lines, 0) => format!("{lines} lines; none reports an error."),
        (lines, 1) => format!("{lines} lines; 1 reports an error."),
        (lines, errors) => format!("{lines} lines; {errors} report errors."),
    };
    let outcome = if errors.is_empty() { Outcome::Pass { summary } } else { Outcome::Warn { summary } };
    let body = Body::Log(Log {
        pod: format!("{}/{}", capture.crash.namespace, capture.crash.pod),
        container: capture.crash.key.container.clone(),
        is_previous: false,
        lines,
        extent: log.extent(),
        is_following: false,
        absence: None,
    });
    report(capture, "Log", outcome, body)
}

pub(super) fn events_report(capture: &Capture) -> Report {
    let events = match &capture.events {
        Ok(events) => events,
        Err(unknown) => return report(capture, "Events", Outcome::Unknown(unknown.clone()), Body::Empty),
    };
    let lines: Vec<String> = events
        .iter()
        .map(|event| {
            let at = event.at.map_or_else(|| "no time".to_owned(), |at| format!("{} {} UTC", at.date(), at.clock()));
            let kind = if event.is_warning { "Warning" } else { "Normal" };
            format!("{at}  {kind}  {}  {} (x{})", event.reason, event.message, event.count)
        })
        .collect();
    let warnings = events.iter().filter(|event| event.is_warning).count();
    let summary = match (events.len(), warnings) {
        (0, _) => "There was no event about the pod.".to_owned(),
        (1, 0) => "1 event.".to_owned(),
        (1, _) => "1 event, a warning.".to_owned(),
        (all, warnings) => format!("{all} events, {warnings} of them warnings."),
    };
    let outcome = if warnings == 0 { Outcome::Pass { summary } } else { Outcome::Warn { summary } };
    let body = if lines.is_empty() { Body::Empty } else { Body::Text { text: lines.join("\n") } };
    report(capture, "Events", outcome, body)
}
