//! What fires, as the pages show it: plain data that the portal fills in.

use runbook::{outcome::Unknown, time::Timestamp};

/// What fires, for the home page.
#[derive(Debug, Clone, PartialEq)]
pub struct FiringView {
    /// Alerts by the runbook that helps with them, the gravest group first. Bounded.
    pub groups: Vec<AlertGroup>,
    /// Alerts that are listed here.
    pub shown: usize,
    /// Alerts that fire, silenced and inhibited ones too.
    pub total: usize,
    /// Alertmanagers that could not be asked.
    pub unknown: Vec<Unknown>,
    /// When the others were asked.
    pub asked_at: Timestamp,
}

/// Alerts that one runbook helps with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertGroup {
    /// The runbook's title, or the alert's name when there is no runbook.
    pub title: String,
    /// The runbook, or the page that says that there is none.
    pub href: String,
    /// What a reader should know of that: "no runbook yet"; empty for one runbook.
    pub note: &'static str,
    /// Those that are listed.
    pub alerts: Vec<AlertRow>,
    /// Those that fire.
    pub total: usize,
}

/// One alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertRow {
    /// Its name.
    pub name: String,
    /// Its `severity`; empty when it has none.
    pub severity: String,
    /// What tells it from its like: `agents/task-router-0`.
    pub subject: String,
    /// Labels that stand nowhere else in the row.
    pub labels: Vec<(String, String)>,
    /// Since when it fires.
    pub since: Timestamp,
    /// Whether anybody is told.
    pub held: Held,
    /// Its runbook, with all its labels.
    pub href: String,
    /// The sentence of the verdict, where one is known already.
    pub verdict: Option<String>,
}

/// Whether anybody is told of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// It goes out.
    Not,
    /// A silence holds it back.
    Silenced,
    /// Another alert holds it back.
    Inhibited,
    /// Alertmanager has not looked at it yet.
    Unprocessed,
}

impl Held {
    /// The word that a reader sees; empty for one that goes out.
    pub fn word(self) -> &'static str {
        match self {
            Self::Not => "",
            Self::Silenced => "silenced",
            Self::Inhibited => "inhibited",
            Self::Unprocessed => "not processed yet",
        }
    }
}

/// The alert of a runbook's page.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertView {
    /// Its name.
    pub name: String,
    /// Whether it fires for the page's values.
    pub state: AlertState,
    /// The rule behind it, or why it is not known; `None` when no Prometheus is configured or it has no such rule.
    pub rule: Option<Result<RuleView, Unknown>>,
    /// Parameters that were filled in from the one alert that fires.
    pub filled: Vec<String>,
    /// Other alerts with the same labels: of the same pod, else of the same namespace.
    pub others: Vec<AlertRow>,
    /// How many there are.
    pub total_others: usize,
    /// When the portal looked.
    pub asked_at: Timestamp,
}

/// Whether an alert fires for a page's values.
#[derive(Debug, Clone, PartialEq)]
pub enum AlertState {
    /// No Alertmanager is configured.
    NotAsked,
    /// It could not be asked.
    Unknown(Unknown),
    /// It does not fire for these values; for how many others it does.
    Quiet {
        /// Alerts of the same name.
        elsewhere: usize,
        /// Some of them.
        choices: Vec<AlertRow>,
    },
    /// It fires once.
    Firing(Box<LiveAlert>),
    /// It fires for several, and the page's values do not say which is meant.
    Several {
        /// How many.
        total: usize,
        /// Some of them.
        choices: Vec<AlertRow>,
    },
}

/// An alert that fires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveAlert {
    /// Since when.
    pub since: Timestamp,
    /// Whether anybody is told.
    pub held: Held,
    /// Its severity; empty when it has none.
    pub severity: String,
    /// All its labels.
    pub labels: Vec<(String, String)>,
    /// Its annotations.
    pub annotations: Vec<(String, String)>,
    /// The expression that fired, on Prometheus' own page.
    pub generator_href: Option<String>,
    /// The dashboard that its annotations name; only http and https addresses are kept.
    pub dashboard_href: Option<String>,
    /// Where a silence for exactly these labels is made.
    pub silence_href: String,
    /// Which Alertmanager says so.
    pub source: String,
}

/// An alert's rule.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleView {
    /// The alert's name.
    pub name: String,
    /// Which Prometheus has it.
    pub source: String,
    /// The group that it stands in.
    pub group: String,
    /// Its expression.
    pub expression: String,
    /// How long it must hold, in seconds.
    pub for_s: f64,
    /// Labels that it adds.
    pub labels: Vec<(String, String)>,
    /// Annotations as it has them, templates included.
    pub annotations: Vec<(String, String)>,
    /// The matcher that leaves the page's pod out.
    pub excluded_by: Option<String>,
    /// The expression on Prometheus' own page.
    pub graph_href: String,
}
