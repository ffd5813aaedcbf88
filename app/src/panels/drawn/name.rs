//! Long names, cut in the middle by the style sheet: the whole name stays in the text, so it can be copied and read
//! aloud.

use super::node::{Element, el};

/// Characters at the end of a name that always stay in view: a pod's hash and ordinal.
const TAIL_CHARS: usize = 9;
/// Names up to this long are never cut.
const SHORT_CHARS: usize = 18;

/// A name in two parts, of which the first one shrinks.
pub(super) fn cut(name: &str) -> Element {
    let (head, tail) = split(name);
    if head.is_empty() {
        return el("span").class("name").text(tail.to_owned());
    }
    el("span")
        .class("name")
        .with("title", name.to_owned())
        .child(el("span").class("name-head").text(head.to_owned()))
        .child(el("span").class("name-tail").text(tail.to_owned()))
}

fn split(name: &str) -> (&str, &str) {
    let count = name.chars().count();
    if count <= SHORT_CHARS {
        return ("", name);
    }
    let at = name.char_indices().nth(count - TAIL_CHARS).map_or(0, |(at, _)| at);
    name.split_at(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_long_names_only_and_loses_nothing() {
        assert_eq!(split("web-0"), ("", "web-0"));
        assert_eq!(split("kube-scheduler-talos-monitor"), ("kube-scheduler-talo", "s-monitor"));
        assert_eq!(split("ééééééééééééééééééé"), ("éééééééééé", "ééééééééé"));
    }
}
