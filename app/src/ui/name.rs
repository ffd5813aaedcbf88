//! Long names, cut in the middle by the style sheet: the whole name stays in the text, so it can be copied and read
//! aloud.

use leptos::prelude::*;

/// Characters at the end of a name that always stay in view: a pod's hash and ordinal.
const TAIL_CHARS: usize = 9;
/// Names up to this long are never cut.
const SHORT_CHARS: usize = 18;

/// A name in two parts, of which the first one shrinks.
pub fn cut(name: &str) -> AnyView {
    let (head, tail) = split(name);
    let (head, tail, title) = (head.to_owned(), tail.to_owned(), name.to_owned());
    view! {
        <span class="name" title=title>
            <span class="name-head">{head}</span>
            <span class="name-tail">{tail}</span>
        </span>
    }
    .into_any()
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
