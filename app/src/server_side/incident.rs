//! What the views show of an incident.

use runbook::time::Timestamp;

/// One firing of one alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentView {
    /// Its id.
    pub id: String,
    /// The alert and where.
    pub title: String,
    /// Whether it fires, one sentence.
    pub state: String,
    /// When it began.
    pub starts_at: Timestamp,
    /// When it ended.
    pub ends_at: Option<Timestamp>,
    /// When the page was made.
    pub now: Timestamp,
    /// The alert's labels.
    pub labels: Vec<(String, String)>,
    /// Where its runbook is found.
    pub runbook: String,
    /// Everything that happened, oldest first.
    pub lines: Vec<Line>,
    /// The same as Markdown.
    pub markdown: String,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// When.
    pub at: Timestamp,
    /// What.
    pub words: String,
    /// Where there is more.
    pub href: Option<String>,
}
