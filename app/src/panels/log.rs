//! Log lines of one container, with what matches marked and counted.

use runbook::outcome::{Log, LogLine};

use super::{
    Drawing,
    controls::{Settings, button, search, switch},
    empty, grouped, note,
};
use crate::ui::node::{Element, Node, el, text};

/// The log, or the sentence that says why there is none (yet).
pub(super) fn draw(log: &Log, drawing: Drawing<'_>) -> Vec<Node> {
    let settings = drawing.settings;
    let mut drawn = vec![whose(log).into()];
    if let Some(absence) = &log.absence {
        drawn.push(empty(absence.clone()));
        return drawn;
    }
    let matches: Vec<bool> = log.lines.iter().map(|line| is_match(line, &settings.needle)).collect();
    let count = matches.iter().filter(|is_match| **is_match).count();
    let current = usize::try_from(settings.current.rem_euclid(isize::try_from(count.max(1)).unwrap_or(1))).unwrap_or(0);
    let mut seen = 0;
    let lines = log.lines.iter().zip(matches).map(|(line, is_match)| {
        let class = match (is_match, is_match && seen == current) {
            (_, true) => "line match current",
            (true, false) => "line match",
            (false, false) => "line",
        };
        seen += usize::from(is_match);
        draw_line(line, class)
    });
    let class = ["log-lines", if settings.wraps { " wraps" } else { "" }, if settings.is_tall { " tall" } else { "" }];
    // The outer box grows from its end, so it keeps showing the newest line until somebody scrolls away from it.
    let scroll = el("div")
        .class(class.concat())
        .with("tabindex", "0")
        .with("role", "region")
        .with("aria-label", ["Log of ", &log.pod].concat())
        .child(el("div").all(lines));
    drawn.push(toolbar(count, current, settings).into());
    drawn.push(scroll.into());
    drawn.push(note([text(log.extent.clone())]));
    drawn
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

fn draw_line(line: &LogLine, class: &'static str) -> Element {
    let at = line.at.map(|at| el("time").with("datetime", at.rfc3339()).text(at.clock()));
    let spans = line.spans.iter().map(|span| match span.style.as_str() {
        "" => text(span.text.clone()),
        style => el("span").class(style.to_owned()).text(span.text.clone()).into(),
    });
    el("div").class(class).all(at).child(el("span").class("line-text").all(spans))
}

fn toolbar(count: usize, current: usize, settings: &Settings) -> Element {
    let position = match count {
        0 => "no line matches".to_owned(),
        1 => "1 line matches".to_owned(),
        _ => ["match ", &grouped(current + 1), " of ", &grouped(count)].concat(),
    };
    let mut toolbar = el("div").class("toolbar").child(el("span").text(position));
    if count > 1 {
        toolbar = toolbar.child(button("previous", "Previous")).child(button("next", "Next"));
    }
    toolbar.child(search("Search in this log", "search")).child(switch("wrap", "Wrap", settings.wraps)).child(switch(
        "tall",
        "Full height",
        settings.is_tall,
    ))
}

/// With a search term its hits are the matches; without one, what the runbook looks for.
fn is_match(line: &LogLine, needle: &str) -> bool {
    if needle.is_empty() {
        return line.is_match;
    }
    let words: Vec<&str> = line.spans.iter().map(|span| span.text.as_str()).collect();
    words.concat().to_ascii_lowercase().contains(needle)
}
