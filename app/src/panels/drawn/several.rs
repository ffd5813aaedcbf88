//! Several reports of one command, one under the other: each with its own name, mark and sentence.

use runbook::outcome::Report;

use super::{
    body, brief,
    node::{Element, Node, el},
    state,
};

/// The reports, each in a section of its own.
pub(super) fn draw(reports: &[Report], kept: &[(&str, &str)]) -> Vec<Node> {
    reports.iter().map(|report| section(report, kept).into()).collect()
}

fn section(report: &Report, kept: &[(&str, &str)]) -> Element {
    let head = el("p")
        .class("part-head")
        .child(state(brief(report).word))
        .child(el("span").class("panel-title").text(report.title.clone()));
    let summary = el("p").class("part-summary").text(report.outcome.summary().to_owned());
    let notes = report.notes.iter().map(|words| el("p").class("note").text(words.clone()));
    el("section")
        .class("part")
        .with("data-part", report.body.word())
        .child(head)
        .child(summary)
        .all(body(report, kept))
        .all(notes)
}
