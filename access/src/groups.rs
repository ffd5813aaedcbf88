//! The groups of a caller: bounded, and free of what could break a log line or a page.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Groups that are kept of one person.
pub const MAX_GROUPS: usize = 512;
/// Longest name of a group or a person, in bytes.
pub(crate) const MAX_NAME_BYTES: usize = 256;

/// A set of group names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Groups(BTreeSet<String>);

impl Groups {
    /// Takes names from outside. One with control characters is left out rather than mended: another name may be what a
    /// mended one looks like. Of more than fit, those that `named` holds are kept first, so that a long list takes nobody's
    /// right away.
    pub fn of<'n>(names: impl IntoIterator<Item = &'n str>, named: &BTreeSet<String>) -> Self {
        let (mut kept, mut others) = (BTreeSet::new(), BTreeSet::new());
        for name in names.into_iter().map(str::trim).filter(|name| is_name(name)) {
            if named.contains(name) {
                kept.insert(name.to_owned());
            } else if others.len() < MAX_GROUPS {
                others.insert(name.to_owned());
            }
        }
        let room = MAX_GROUPS.saturating_sub(kept.len());
        kept.extend(others.into_iter().take(room));
        Self(kept)
    }

    /// Whether the caller is in one of these. An empty list asks for none.
    pub fn meet(&self, wanted: &[String]) -> bool {
        wanted.is_empty() || wanted.iter().any(|group| self.0.contains(group))
    }

    /// Their names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Whether this can be the name of a group or a person.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= MAX_NAME_BYTES && !name.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn ten_thousand_groups_are_bounded_and_take_no_right_away() {
        let many: Vec<String> = (0..10_000).map(|i| format!("g{i:05}")).chain(["sre".into()]).collect();
        let groups = Groups::of(many.iter().map(String::as_str), &named(&["sre"]));
        assert_eq!(groups.names().count(), MAX_GROUPS);
        assert!(groups.meet(&["sre".into()]));
    }

    #[test]
    fn a_name_that_could_pass_for_another_is_left_out() {
        let long = "x".repeat(MAX_NAME_BYTES + 1);
        let groups = Groups::of(["sre\n", "s\u{0}re", "a\rb", "\u{7f}", "", "  ", &long, "ok"], &named(&[]));
        assert_eq!(groups.names().collect::<Vec<_>>(), ["ok", "sre"]);
    }

    #[test]
    fn nobody_is_in_a_group_by_having_none() {
        assert!(!Groups::default().meet(&["sre".into()]));
        assert!(!Groups::of(["SRE"], &named(&[])).meet(&["sre".into()]));
        assert!(Groups::default().meet(&[]));
    }
}
