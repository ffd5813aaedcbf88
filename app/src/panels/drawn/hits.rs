//! What a search finds as somebody types: a few lines under the field. Each is a link, so keys and screen readers need
//! nothing of their own.

use super::node::{Element, el, html};
use crate::{
    paths,
    server_side::library::{Passage, Row},
};

/// The list under the search field; `found` counts what there is beyond it.
pub fn hits(words: &str, found: usize, rows: &[Row]) -> String {
    let count = match found {
        0 => "No runbook has all of these words.".to_owned(),
        1 => "1 runbook".to_owned(),
        found if found > rows.len() => format!("{} of {found} runbooks; Enter shows all with “{words}”", rows.len()),
        found => format!("{found} runbooks"),
    };
    let list = (!rows.is_empty()).then(|| el("ul").all(rows.iter().map(hit)));
    let count = el("p").class("hits-count").with("role", "status").text(count);
    html(&[count].into_iter().chain(list).map(Into::into).collect::<Vec<_>>())
}

fn hit(row: &Row) -> Element {
    let runbook = &row.summary;
    let live = match runbook.checks {
        0 => "nothing runs here".to_owned(),
        checks => format!("{checks} of {} live", runbook.commands),
    };
    let link = el("a")
        .with("href", paths::runbook(runbook.path.as_str(), []))
        .child(el("span").class("hit-title").text(runbook.title.clone()))
        .child(el("span").class("hit-where").text(format!("{} · {live}", runbook.path)))
        .all(row.passages.first().map(passage));
    el("li").child(link)
}

fn passage(passage: &Passage) -> Element {
    el("span").class(if passage.is_command { "passage mono" } else { "passage" }).text(passage.text.clone())
}
