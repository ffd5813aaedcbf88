//! Objects and how each stands, one below the other: the mark, what it is, what is with it.

use runbook::{
    outcome::{Finding, FindingState, Findings},
    time::Timestamp,
};

use super::{
    node::{Element, Node, el},
    shape, time,
};
use crate::answer::Word;

/// Rows; what is wrong comes first.
pub(super) fn draw(findings: &Findings, now: Timestamp) -> Vec<Node> {
    let mut rows: Vec<&Finding> = findings.rows.iter().collect();
    rows.sort_by_key(|row| match row.state {
        FindingState::Bad => 0,
        FindingState::Unknown => 1,
        FindingState::Good | FindingState::Plain => 2,
    });
    let rows = rows.into_iter().map(|row| draw_row(row, now));
    if findings.rows.is_empty() { Vec::new() } else { vec![el("ul").class("findings").all(rows).into()] }
}

fn draw_row(row: &Finding, now: Timestamp) -> Element {
    let word = match row.state {
        FindingState::Good => Word::Pass,
        FindingState::Bad => Word::Fail,
        FindingState::Unknown => Word::Unknown,
        FindingState::Plain => Word::Idle,
    };
    let spoken = if row.state == FindingState::Plain { "" } else { word.label() };
    let when = row.at.map(|at| el("span").class("fact-time").child(time::distance(at, now)));
    let head = el("p")
        .class("finding-head")
        .child(shape(word))
        .child(el("span").class("visually-hidden").text([spoken, " "].concat()))
        .child(el("span").class("finding-subject").text(row.subject.clone()))
        .child(el("span").class("finding-words").text(row.words.clone()))
        .all(when);
    let detail = row.detail.clone().map(|words| el("p").class("finding-detail").text(words));
    el("li").with("data-key", [&row.subject, " ", &row.words].concat()).child(head).all(detail)
}
