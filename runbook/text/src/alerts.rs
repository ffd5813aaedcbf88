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

/// A name without what spelling varies in: letters and digits alone, in lower case. `HomelabPodCrashLooping` and
/// `homelab-pod-crash-looping` fold to the same.
pub fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
