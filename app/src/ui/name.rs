//! Where long names are cut. The style sheet cuts them in the middle; the whole name stays in the text, so it can be
//! copied and read aloud.

/// Characters at the end of a name that always stay in view: a pod's hash.
const TAIL_CHARS: usize = 6;
/// Names up to this long are never cut.
const SHORT_CHARS: usize = 12;

/// The part of a name that shrinks, and the part that stays; nothing shrinks of a short one.
pub fn split(name: &str) -> (&str, &str) {
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
        assert_eq!(split("kube-scheduler-talos-monitor"), ("kube-scheduler-talos-m", "onitor"));
        assert_eq!(split("ééééééééééééééééééé"), ("ééééééééééééé", "éééééé"));
    }
}
