//! Everything inside a panel's root: the line in words, what stands in the way of an answer, the body, the notes.

use runbook::outcome::Report;

use super::{Drawing, body, controls::Settings, note, unknown};
use crate::{
    answer::{PanelState, Word},
    error::WireError,
    live::context::Page,
    ui::{
        mark,
        node::{Element, Node, el, text},
        time,
    },
};

/// A check's state, as far as its panel shows it.
pub struct Shown<'a> {
    /// The page around it.
    pub page: Page,
    /// The state in one word.
    pub word: Word,
    /// What is known.
    pub state: Option<&'a PanelState>,
    /// Why the last question could not be put.
    pub error: Option<&'a WireError>,
    /// The report before the one in view.
    pub before: Option<&'a Report>,
    /// How many reports have come.
    pub turn: usize,
    /// What the reader has set.
    pub settings: &'a Settings,
}

/// The content of a panel's root.
pub fn sheet(shown: &Shown<'_>) -> Vec<Node> {
    let mut drawn: Vec<Node> = shown.error.map(|error| unknown::draw_error(error).into()).into_iter().collect();
    let Some(PanelState::Done(report)) = shown.state else { return drawn };
    let drawing = Drawing {
        report,
        before: shown.before,
        turn: shown.turn,
        now: shown.page.now(),
        settings: shown.settings,
        page: shown.page,
    };
    drawn.push(head(shown.word, drawing).into());
    // Screen readers hear this sentence when it changes, and nothing else of the panel.
    drawn.push(el("p").class("panel-summary").with("role", "status").text(report.outcome.summary().to_owned()).into());
    drawn.push(el("div").class("panel-body").all(body(drawing)).into());
    drawn.extend(report.notes.iter().map(|words| note([text(words.clone())])));
    drawn
}

/// `Pods by restarts · monitoring-cluster · 02:41:10 UTC, 4 s ago`.
fn head(word: Word, drawing: Drawing<'_>) -> Element {
    let (report, now) = (drawing.report, drawing.now);
    let asked = el("span")
        .class("panel-time")
        .child(time::clock(report.asked_at, now))
        .text(", ")
        .child(time::distance(report.asked_at, now));
    el("p")
        .class("panel-head")
        .child(mark::drawn(word))
        .child(el("span").class("panel-title").text(report.title.clone()))
        .child(el("span").class("panel-source").text(report.source.clone()))
        .child(asked)
}
