//! No answer: what was asked and what would give one; why there is none stands above, as the panel's sentence. The
//! Run button is the retry.

use runbook::outcome::Unknown;

use crate::{
    error::WireError,
    ui::node::{Element, el},
};

/// The facts about an answer that is not there.
pub(super) fn draw(unknown: &Unknown) -> Element {
    let asked = [("Asked", unknown.asked.as_str()), ("Remedy", &unknown.remedy)];
    facts(asked.into_iter().chain(unknown.log_id.as_deref().map(|id| ("In the log", id))))
}

/// The facts about a question that could not even be put.
pub(super) fn draw_error(error: &WireError) -> Element {
    let said = [("Not asked", error.title.as_str()), ("Reason", &error.message), ("Remedy", &error.next_step)];
    facts(said.into_iter().chain(error.log_id.as_deref().map(|id| ("In the log", id))))
}

fn facts<'a>(rows: impl Iterator<Item = (&'static str, &'a str)>) -> Element {
    let rows = rows.filter(|(_, words)| !words.is_empty());
    let row = |(name, words): (&'static str, &str)| {
        el("div").child(el("dt").text(name)).child(el("dd").text(words.to_owned()))
    };
    el("dl").class("unknown").all(rows.map(row))
}
