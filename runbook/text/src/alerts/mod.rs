//! Which alerts a runbook speaks of, and how it says so. Whether it is *the* runbook of an alert is for `lookup`, which
//! sees the others too.

use std::fmt;

use serde::{Deserialize, Serialize};

pub(crate) mod find;

/// An alert that a runbook names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedAlert {
    /// As written: `HomelabPodCrashLooping`.
    pub name: String,
    /// Where it stands.
    pub how: How,
    /// The anchor of the section that is about it, when that is not the whole file.
    pub section: Option<String>,
}

/// How a runbook names an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum How {
    /// `alert:`, `alerts:` or `alertname:` in front matter.
    FrontMatter,
    /// A heading `Alert: NAME`.
    Heading,
    /// A line `Alert: NAME`, or a row of its table of metadata.
    Line,
    /// Its title, or a heading that is a name and nothing else.
    Title,
    /// A rule in one of its fences: `- alert: NAME`.
    Rule,
    /// A table with a column of alerts.
    Table,
    /// A list under a heading about alerts.
    List,
}

impl How {
    /// Whether this makes the runbook one *for* the alert, and not merely one that mentions it.
    pub fn is_claim(self) -> bool {
        matches!(self, Self::FrontMatter | Self::Heading | Self::Line | Self::Title)
    }
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FrontMatter => "its front matter names the alert",
            Self::Heading => "a heading names the alert",
            Self::Line => "a line \"Alert: …\" names it",
            Self::Title => "a heading is the alert's name",
            Self::Rule => "an alerting rule in it has this name",
            Self::Table => "a table in it lists the alert",
            Self::List => "a list in it names the alert",
        })
    }
}

/// Words by which labels, annotations and parameters say that they hold the runbook's address or path. Rules call it as
/// they like: `runbook_url`, `playbook`, `opsrecipe`, `sop`, `wiki_page`.
const RUNBOOK_WORDS: [&str; 10] =
    ["runbook", "playbook", "recipe", "sop", "wiki", "documentation", "docs", "guide", "procedure", "troubleshooting"];

/// Whether a label, an annotation or a parameter of this name may hold the runbook's address or path.
pub fn names_a_runbook(field: &str) -> bool {
    let field = field.to_ascii_lowercase();
    let words: Vec<&str> = field.split(['_', '-', '.', '/']).collect();
    RUNBOOK_WORDS.iter().any(|word| words.contains(word) || (word.len() > 4 && field.contains(word)))
}

/// The rule behind an alert that Grafana sends in its place when the rule gets no data or fails: all of them have one
/// name, and the rule's own stands in a label.
pub fn rule_behind<'a>(alert: &str, rulename: Option<&'a str>) -> Option<&'a str> {
    matches!(alert, "DatasourceNoData" | "DatasourceError")
        .then_some(rulename)
        .flatten()
        .filter(|name| !name.is_empty())
}

/// A name without what spelling varies in: letters and digits alone, in lower case. `HomelabPodCrashLooping` and
/// `homelab-pod-crash-looping` fold to the same.
pub fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_names_under_which_rules_keep_their_runbook() {
        for field in
            ["runbook_url", "runbook", "playbook", "opsrecipe", "sop_url", "wiki", "docs", "Troubleshooting_Guide"]
        {
            assert!(names_a_runbook(field), "{field}");
        }
        for field in ["pod", "isopod", "dashboard", "description", "docstring", "namespace", "wikiname"] {
            assert!(!names_a_runbook(field), "{field}");
        }
    }

    #[test]
    fn finds_the_rule_behind_grafanas_own_alerts() {
        assert_eq!(rule_behind("DatasourceNoData", Some("PodDown")), Some("PodDown"));
        assert_eq!(rule_behind("DatasourceError", None), None);
        assert_eq!(rule_behind("PodDown", Some("Other")), None);
    }
}
