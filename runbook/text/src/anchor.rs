//! Heading anchors as GitHub makes them, unique in a file.

use std::{collections::HashMap, sync::LazyLock};

use regex::Regex;

/// Gives out anchors.
#[derive(Debug, Default)]
pub(crate) struct Anchors {
    /// How often an anchor has been asked for.
    taken: HashMap<String, usize>,
}

impl Anchors {
    /// The anchor of a heading with this text.
    pub(crate) fn make(&mut self, heading: &str) -> String {
        let slug = slug(heading);
        let slug = if slug.is_empty() { "section".to_owned() } else { slug };
        let mut count = self.taken.get(&slug).copied().unwrap_or(0);
        let mut anchor = if count == 0 { slug.clone() } else { format!("{slug}-{count}") };
        while count > 0 && self.taken.contains_key(&anchor) {
            count += 1;
            anchor = format!("{slug}-{count}");
        }
        self.taken.insert(slug, count + 1);
        self.taken.entry(anchor.clone()).or_insert(1);
        anchor
    }
}

/// Lower case, blanks as hyphens, and nothing else but letters with their marks, digits, hyphens and underscores.
pub(crate) fn slug(heading: &str) -> String {
    static DROPPED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[^\w\- \n]+").expect("a fixed pattern compiles"));
    let lower = heading.trim().to_lowercase();
    DROPPED.replace_all(&lower, "").replace([' ', '\n'], "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_anchors_as_github_does() {
        let mut anchors = Anchors::default();
        assert_eq!(anchors.make("Step 1: Identify the Crashing Pod"), "step-1-identify-the-crashing-pod");
        assert_eq!(anchors.make("Backup Window (02:00–03:30 UTC)"), "backup-window-02000330-utc");
        assert_eq!(anchors.make("Über_uns & Co"), "über_uns--co");
        assert_eq!(anchors.make("हिन्दी में"), "हिन्दी-में", "marks belong to their letters");
        assert_eq!(anchors.make("日本語 ガイド（1）"), "日本語-ガイド1");
        assert_eq!(anchors.make("½ of x² — done"), "-of-x--done");
        assert_eq!(anchors.make("🔥"), "section");
        // Known from GitHub's own pages.
        for (heading, anchor) in [
            ("🚀 Getting started", "-getting-started"),
            ("What's new in v1.2.3?", "whats-new-in-v123"),
            ("`kubectl get pods -A`", "kubectl-get-pods--a"),
            ("C++ / C# & friends", "c--c--friends"),
            ("Привет, мир!", "привет-мир"),
            ("a  b", "a--b"),
            ("--flag=value", "--flagvalue"),
            ("snake_case and kebab-case", "snake_case-and-kebab-case"),
            ("Ünïcödé ÀÉ", "ünïcödé-àé"),
            ("(in brackets) [too] {all}", "in-brackets-too-all"),
        ] {
            assert_eq!(slug(heading), anchor, "{heading}");
        }
    }

    #[test]
    fn numbers_what_comes_again() {
        let mut anchors = Anchors::default();
        let made = ["Fix", "Fix", "Fix 1", "Fix", "Fix"].map(|heading| anchors.make(heading));
        assert_eq!(made, ["fix", "fix-1", "fix-1-1", "fix-2", "fix-3"]);
    }
}
