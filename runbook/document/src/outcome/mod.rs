//! What a check found: a report with its outcome and a body that a panel shows. Plain data for server and browser.

mod description;
mod document;
mod findings;
mod memory;
mod recovery;
mod unknown;
mod verdict;
mod window;

use serde::{Deserialize, Serialize};

pub use description::{DescribedObject, Description, Fact, FactGroup, ObjectEvent, ObjectEvents, Tone};
pub use document::{Document, Notation};
pub use findings::{Finding, FindingState, Findings, FindingsPanel};
pub use memory::{MemoryAdvice, MemoryStep};
pub use recovery::{Recovery, RecoveryState};
pub use unknown::{Cause, Unknown};
pub use verdict::{
    AlsoFits, Aspect, Evidence, FactRow, LastLine, LastWords, Origin, RowOutcome, RowVerdict, Section, Standing,
    Verdict,
};
pub use window::{
    BackupRun, HostState, Night, ServerTask, ServerWork, Stretch, TimeSpan, Window, WindowDetail, WindowHost,
};

use crate::{chart::Chart, time::Timestamp};

/// What a check found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The panel's header in words: "Pods by restarts".
    pub title: String,
    /// Which source answered: `monitoring-cluster`, `pihanga`.
    pub source: String,
    /// When the facts were true, by the portal's clock.
    pub asked_at: Timestamp,
    /// How it stands.
    pub outcome: Outcome,
    /// What was found.
    pub body: Body,
    /// What the reader should know about this answer: bounds that were set, words that differ.
    pub notes: Vec<String>,
}

/// How a check stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub enum Outcome {
    /// Nothing wrong was found.
    Pass {
        /// One sentence.
        summary: String,
    },
    /// Worth a look.
    Warn {
        /// One sentence.
        summary: String,
    },
    /// Something is wrong.
    Fail {
        /// One sentence.
        summary: String,
    },
    /// The source could not be asked, or could not know.
    Unknown(Unknown),
}

impl Outcome {
    /// The word in `data-outcome`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pass { .. } => "pass",
            Self::Warn { .. } => "warn",
            Self::Fail { .. } => "fail",
            Self::Unknown(_) => "unknown",
        }
    }

    /// The sentence that says how it stands.
    pub fn summary(&self) -> &str {
        match self {
            Self::Pass { summary } | Self::Warn { summary } | Self::Fail { summary } => summary,
            Self::Unknown(unknown) => &unknown.reason,
        }
    }
}

/// What a panel shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "panel", rename_all = "kebab-case")]
pub enum Body {
    /// Nothing beyond the outcome.
    Empty,
    /// Pods with their restarts: `data-panel="restart-table"`.
    RestartTable(RestartTable),
    /// Any other table: `data-panel="table"`.
    Table(Table),
    /// Log lines: `data-panel="log"`.
    Log(Log),
    /// Backup runs against a daily window: `data-panel="window"`.
    Window(Window),
    /// A runbook's table judged against the facts of a crash: `data-panel="verdict"`.
    Verdict(Box<Verdict>),
    /// Whether it is over: `data-panel="recovery"`.
    Recovery(Box<Recovery>),
    /// Several reports, one under the other, of one command: `data-panel="several"`.
    Several(Vec<Report>),
    /// What an expression has been over time: `data-panel="chart"`.
    Chart(Chart),
    /// Objects with what tells of them first: `data-panel="description"`.
    Description(Description),
    /// YAML or JSON, which folds: `data-panel="document"`.
    Document(Document),
    /// How to raise a memory limit: `data-panel="memory"`.
    Memory(MemoryAdvice),
    /// Objects and how each stands: `data-panel` is the findings' own word.
    Findings(Findings),
    /// Text as the tool prints it: `data-panel="text"`.
    Text {
        /// The whole text.
        text: String,
    },
}

impl Body {
    /// How many rows or lines it shows.
    pub fn row_count(&self) -> usize {
        match self {
            Self::RestartTable(table) => table.rows.len(),
            Self::Table(table) => table.rows.len(),
            Self::Log(log) => log.lines.len(),
            Self::Several(reports) => reports.iter().map(|report| report.body.row_count()).sum(),
            Self::Text { text } | Self::Document(Document { text, .. }) => text.lines().count(),
            Self::Description(description) => description.text.lines().count(),
            Self::Findings(findings) => findings.rows.len(),
            Self::Empty | Self::Window(_) | Self::Verdict(_) | Self::Recovery(_) | Self::Chart(_) | Self::Memory(_) => {
                1
            }
        }
    }

    /// The word in `data-panel`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::RestartTable(_) => "restart-table",
            Self::Table(_) => "table",
            Self::Log(_) => "log",
            Self::Window(_) => "window",
            Self::Verdict(_) => "verdict",
            Self::Recovery(_) => "recovery",
            Self::Several(_) => "several",
            Self::Chart(_) => "chart",
            Self::Description(_) => "description",
            Self::Document(_) => "document",
            Self::Memory(_) => "memory",
            Self::Findings(findings) => findings.panel.word(),
            Self::Text { .. } => "text",
        }
    }
}

/// Pods with their restarts, one row per container that has run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RestartTable {
    /// In the order that the command asks for.
    pub rows: Vec<RestartRow>,
    /// Pods that the question covers, before filters chose rows.
    pub total_pods: usize,
    /// Since when the portal has watched this cluster's pods: restarts before are known only from last states.
    pub watching_since: Option<Timestamp>,
    /// Set while the watch is broken: the rows are as old as this.
    pub stale_since: Option<Timestamp>,
    /// The runbook's check that shows a pod's log, by id.
    pub logs_check: Option<String>,
    /// The Prometheus that has recorded restarts in the last hour; without one they are what the watch has seen.
    pub recorded_by: Option<String>,
    /// The alert whose rule says which pods it leaves out, when the rule is known.
    pub alert: Option<String>,
}

/// One container of a pod (or the pod, while no container has a status).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RestartRow {
    /// Namespace of the pod.
    pub namespace: String,
    /// Name of the pod.
    pub pod: String,
    /// Name of the container that restarted most; empty while none has a status.
    pub container: String,
    /// `1/2`, as kubectl prints it.
    pub ready: String,
    /// kubectl's STATUS word: `Running`, `CrashLoopBackOff`, `Error`, `Completed`.
    pub status: String,
    /// Restarts since the pod exists, all containers added up as kubectl does.
    pub restarts: u32,
    /// Restarts in the last hour that are known: seen by the watch, or dated by the last state.
    pub restarts_last_hour: u32,
    /// How the container last ended.
    pub last_state: Option<LastState>,
    /// When the pod was created.
    pub created_at: Option<Timestamp>,
    /// The node it runs on; empty while unscheduled.
    pub node: String,
    /// Whether this is the pod that the alert (the bindings) names.
    pub is_bound: bool,
    /// The matcher by which the rule of the page's alert leaves this pod out: `pod!~"etcd-.*"`.
    pub excluded_by: Option<String>,
}

/// How a container last ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastState {
    /// `OOMKilled`, `Error`, `Completed`.
    pub reason: String,
    /// Its exit code; absent when it never started, such as for `ImagePullBackOff`.
    pub exit_code: Option<i32>,
    /// When it ended.
    pub at: Option<Timestamp>,
}

/// A table in the source's own columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Column heads.
    pub columns: Vec<Column>,
    /// Rows; each has as many cells as `columns`.
    pub rows: Vec<Row>,
    /// Rows of the answer, before filters and bounds chose some.
    pub total_rows: usize,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// As the tool prints it.
    pub name: String,
    /// Numbers and ages stand on the right.
    pub is_numeric: bool,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its cells.
    pub cells: Vec<String>,
    /// Values that choosing this row binds: `("pod", "web-0")`. A check that tells more of it stands among them as
    /// `("run", id)`.
    pub binds: Vec<(String, String)>,
    /// Whether it is the alert's object.
    pub is_bound: bool,
}

/// Log lines of one container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// Whose: `kube-system/kube-scheduler-talos-monitor`.
    pub pod: String,
    /// Which container, and how it was chosen when the command does not say.
    pub container: String,
    /// `--previous`.
    pub is_previous: bool,
    /// The lines, oldest first.
    pub lines: Vec<LogLine>,
    /// "last 50 lines; older lines not fetched".
    pub extent: String,
    /// Whether the panel keeps following.
    pub is_following: bool,
    /// Set when there is no log (yet): "no previous log yet", with the reason. `lines` is then empty.
    pub absence: Option<String>,
}

/// One line of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// The kubelet's time stamp.
    pub at: Option<Timestamp>,
    /// The text in styled stretches; control characters are already visible marks.
    pub spans: Vec<StyledText>,
    /// Whether it matches what the runbook looks for.
    pub is_match: bool,
}

/// A stretch of text in one style.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StyledText {
    /// Plain text.
    pub text: String,
    /// Space-separated class names out of a closed set (`ansi-red ansi-bold`), empty for plain.
    pub style: String,
}
