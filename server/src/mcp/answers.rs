//! Answers in words: where a runbook was found, what stands in it, what was refused and what to do next.

use app::{
    error::WireError,
    paths,
    server_side::{
        backend::{Candidate, Found},
        library::Row,
    },
};
use runbook::names::RunbookPath;

use crate::portal::{Portal, RunbookText};

/// Where an alert's labels lead.
pub(super) fn found(portal: &Portal, found: &Found) -> String {
    match found {
        Found::One { path, section, query } => {
            let values = query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            let mut text = format!("Runbook: {path}\n");
            text.extend(section.iter().map(|section| format!("Section: #{section}\n")));
            text.push_str(&format!("Page: {}\n", portal.link_to(&paths::runbook(path.as_str(), values))));
            query.iter().for_each(|(name, value)| text.push_str(&format!("{name}: {value}\n")));
            text
        }
        Found::Choice(choice) => {
            let mut text = match (choice.candidates.is_empty(), choice.alert.is_empty()) {
                (true, true) => "The labels name no alert: alertname is missing.\n".to_owned(),
                (true, false) => format!("No runbook is about {}.\n", choice.alert),
                (false, _) => "Several runbooks suit equally well:\n".to_owned(),
            };
            choice.candidates.iter().for_each(|it| text.push_str(&candidate(it)));
            if !choice.near.is_empty() {
                text.push_str("Near are:\n");
                choice.near.iter().for_each(|it| text.push_str(&candidate(it)));
            }
            choice.notes.iter().for_each(|note| text.push_str(&format!("{note}\n")));
            text
        }
    }
}

/// The one runbook that was found.
pub(super) fn path(found: &Found) -> Option<RunbookPath> {
    match found {
        Found::One { path, .. } => Some(path.clone()),
        Found::Choice(_) => None,
    }
}

fn candidate(candidate: &Candidate) -> String {
    let reasons = match candidate.reasons.as_slice() {
        [] => String::new(),
        reasons => format!(" ({})", reasons.join("; ")),
    };
    format!("- {}: {}{reasons}\n", candidate.path, candidate.title)
}

/// A runbook's text under its head.
pub(super) fn runbook(path: &RunbookPath, found: &RunbookText) -> String {
    let head: String = found.head.iter().map(|line| format!("{line}\n")).collect();
    format!("# {}\n\nPath: {path}\n{head}\n{}", found.title, found.text)
}

/// What a search found.
pub(super) fn hits(count: usize, rows: &[Row]) -> String {
    let mut text = match (count, rows.len()) {
        (0, _) => "No runbook holds these words.\n".to_owned(),
        (count, shown) if count > shown => format!("{count} runbooks; the best {shown}:\n"),
        (1, _) => "1 runbook:\n".to_owned(),
        (count, _) => format!("{count} runbooks:\n"),
    };
    for row in rows {
        let alert = row.summary.alert.as_ref().map_or_else(String::new, |alert| format!(", alert {alert}"));
        text.push_str(&format!("- {}: {}{alert}\n", row.summary.path, row.summary.title));
        row.passages.iter().for_each(|passage| text.push_str(&format!("    {}\n", passage.text.replace('\n', " "))));
    }
    text
}

/// Why something was not done, and where to go on.
pub(super) fn refused(error: &WireError) -> String {
    let links = error.links.iter().filter_map(|(title, href)| {
        let path = href.strip_prefix(paths::RUNBOOK_ROOT)?;
        let path = percent_encoding::percent_decode_str(path.split('?').next().unwrap_or(path)).decode_utf8_lossy();
        Some(format!("\n- {path}: {title}"))
    });
    let log = error.log_id.as_ref().map_or_else(String::new, |id| format!(" The log of Runlight has it under {id}."));
    format!("{error}{log}{}", links.collect::<String>())
}
