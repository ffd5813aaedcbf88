//! Answers as the tool itself prints them: what `runlight check` shows, and what pipe filters read.

use runbook::{columns, filter::Line, time::Timestamp};

use super::{backups, describe, fetch::Answer, logs, parts, pods, query_text};

/// The lines of an answer, before the pipe.
pub(super) fn lines(answer: &Answer, now: Timestamp) -> Vec<Line> {
    match answer {
        Answer::Sheet(answer) => answer.sheet.to_lines(),
        Answer::Pods(answer) => pods::lines(answer, now),
        Answer::Describe(answer) => describe::lines(answer),
        Answer::Log(answer) => logs::lines(answer),
        Answer::Parts(answer) => parts::lines(answer, now),
        Answer::Backups(answer) => backups::lines(answer),
        Answer::Query(answer) => query_text::lines(&answer.value),
    }
}

/// Cells in kubectl's columns. Without rows there is nothing, not even a head, as kubectl says "No resources found" on its
/// error stream.
pub(super) fn align(head: &[&str], rows: &[Vec<String>], without_header: bool) -> Vec<Line> {
    if rows.is_empty() {
        return Vec::new();
    }
    let head: Vec<String> = head.iter().map(|name| (*name).to_owned()).collect();
    Line::numbered(columns::align((!without_header).then_some(head.as_slice()), rows))
}
