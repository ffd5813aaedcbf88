//! The last lines before the end, the telling one marked, and the way to the whole log.

use runbook::verdict::{LastLine, LastWords};

use super::{
    grouped,
    node::{Element, el},
    rows,
};

/// The lines.
pub(super) fn draw(words: &LastWords, kept: &[(&str, &str)]) -> Element {
    let whole = words.log_check.as_deref().map(|check| rows::whole_log(check, kept));
    let is_told = words.lines.iter().any(|line| line.is_telling);
    let label = el("span").class("verdict-label").text(if is_told {
        "Last lines before the end".to_owned()
    } else {
        let read = if words.has_older { "the last " } else { "" };
        ["Last lines before the end; none of ", read, &lines(words.total), " tells why"].concat()
    });
    el("div")
        .class("last-words")
        .child(el("p").class("last-words-head").child(label).all(whole))
        .child(el("ol").class("last-lines").all(words.lines.iter().flat_map(draw_line)))
}

fn lines(count: usize) -> String {
    if count == 1 { "1 line".to_owned() } else { [&grouped(count), " lines"].concat() }
}

fn draw_line(line: &LastLine) -> Vec<Element> {
    let gap =
        (line.left_out > 0).then(|| el("li").class("left-out").text([&lines(line.left_out), " between"].concat()));
    let at = line.at.map(|at| el("time").with("datetime", at.rfc3339()).text(at.clock()));
    let spoken = line.is_telling.then(|| el("span").class("visually-hidden").text("This line tells: "));
    let words = el("code").text(line.text.clone());
    let class = if line.is_telling { "last-line telling" } else { "last-line" };
    gap.into_iter().chain([el("li").class(class).all(at).all(spoken).child(words)]).collect()
}
