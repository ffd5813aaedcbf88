//! Runlight's own table, for runbooks that have none: what Kubernetes itself says, with remedies in our words. A team's
//! own row always leads: where a runbook has a classifier, this one is not asked.

use std::sync::LazyLock;

use super::{
    super::{Classifier, Origin},
    find_table,
};

/// The built-in classifier.
pub fn built_in() -> &'static Classifier {
    static BUILT_IN: LazyLock<Classifier> = LazyLock::new(|| {
        let book = text::parse(TABLE);
        let (_, classifier) = find_table(&book.blocks, &book.commands).expect("the built-in table is a classifier");
        Classifier { origin: Origin::BuiltIn, ..classifier }
    });
    &BUILT_IN
}

const TABLE: &str = include_str!("built_in.md");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_built_in_table_is_read_whole_and_says_what_to_do() {
        for rule in &built_in().rules {
            assert!(rule.is_read_whole(), "{}: {:?}", rule.pattern, rule.what_is_left());
            assert!(!rule.cause.is_empty() && !rule.action.is_empty(), "{}", rule.pattern);
        }
        assert!(built_in().rules.len() >= 40);
    }
}
