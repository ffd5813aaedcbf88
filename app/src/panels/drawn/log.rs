//! Log lines of one container, with what matches marked and counted.

use runbook::outcome::{Log, LogLine};

use super::{
    button, empty, grouped,
    node::{Element, Node, el, text},
    note, search,
};

/// The log, or the sentence that says why there is none (yet).
pub(super) fn draw(log: &Log) -> Vec<Node> {
    if let Some(absence) = &log.absence {
        return vec![whose(log).into(), empty(absence.clone())];
    }
    // The outer box grows from its end, so it keeps showing the newest line until somebody scrolls away from it.
    let lines = el("div")
        .class("log-lines wraps")
        .with("tabindex", "0")
        .with("role", "group")
        .with("aria-label", ["Log of ", &log.pod].concat())
        .child(el("div").all(log.lines.iter().map(draw_line)));
    vec![whose(log).into(), toolbar(log).into(), lines.into(), note([text(log.extent.clone())])]
}

fn whose(log: &Log) -> Element {
    el("p")
        .class("log-whose")
        .child(el("span").class("mono").text(log.pod.clone()))
        .text(" · container ")
        .child(el("span").class("mono").text(log.container.clone()))
        .text(if log.is_previous { " · the run before the last restart" } else { "" })
        .text(if log.is_following { " · following" } else { "" })
}

fn draw_line(line: &LogLine) -> Element {
    let at = line.at.map(|at| el("time").with("datetime", at.rfc3339()).text(at.clock()));
    let spans = line.spans.iter().map(|span| match span.style.as_str() {
        "" => text(span.text.clone()),
        style => el("span").class(style.to_owned()).text(span.text.clone()).into(),
    });
    let words = el("span").class("line-text").all(spans);
    let div = el("div").class(if line.is_match { "line match" } else { "line" });
    // The browser takes the class away while a reader searches; this says what it was.
    let div = if line.is_match { div.with("data-match", "") } else { div };
    div.all(at).child(words)
}

fn toolbar(log: &Log) -> Element {
    let count = log.lines.iter().filter(|line| line.is_match).count();
    let words = match count {
        0 => "no line matches".to_owned(),
        1 => "1 line matches".to_owned(),
        count => [&grouped(count), " lines match"].concat(),
    };
    el("div")
        .class("toolbar")
        .child(el("span").with("data-position", "").text(words))
        .child(button("previous", "Previous"))
        .child(button("next", "Next"))
        .child(search("Search in this log", "search"))
        .child(button("wrap", "Wrap").with("aria-pressed", "true"))
        .child(button("tall", "Full height").with("aria-pressed", "false"))
}
