//! No answer: what was asked and what would give one; why there is none stands above, as the panel's sentence. The
//! Run button is the retry.

use runbook::outcome::Unknown;

use super::node::{Element, el};

/// The facts about an answer that is not there.
pub(super) fn draw(unknown: &Unknown) -> Element {
    let said = [("Asked", unknown.asked.as_str()), ("Remedy", &unknown.remedy)];
    let logged = unknown.log_id.as_deref().map(|id| ("In the log", id));
    let row = |(name, words): (&'static str, &str)| {
        el("div").child(el("dt").text(name)).child(el("dd").text(words.to_owned()))
    };
    el("dl").class("unknown").all(said.into_iter().chain(logged).filter(|(_, words)| !words.is_empty()).map(row))
}
