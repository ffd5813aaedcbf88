//! What a check found: a report with its outcome and a body that a panel shows. Plain data for server and browser.

mod description;
mod document;

use serde::{Deserialize, Serialize};

pub use description::{DescribedObject, Description, Fact, FactGroup, ObjectEvent, ObjectEvents, Tone};
pub use document::{Document, Notation};

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

/// Why there is no answer, and what would give one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unknown {
    /// What was asked, in words: "Pods of homelab-prod".
    pub asked: String,
    /// Why there is no answer, one sentence: "Proxmox at pihanga:8006 answered 401."
    pub reason: String,
    /// What would give one: "Give the role Sys.Audit to runlight@pve!ro."
    pub remedy: String,
    /// The id under which the server's log has the cause, when there is one.
    pub log_id: Option<String>,
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
    Verdict(Box<crate::verdict::Verdict>),
    /// Whether it is over: `data-panel="recovery"`.
    Recovery(Box<crate::recovery::Recovery>),
    /// Several reports, one under the other, of one command: `data-panel="several"`.
    Several(Vec<Report>),
    /// What an expression has been over time: `data-panel="chart"`.
    Chart(Chart),
    /// Objects with what tells of them first: `data-panel="description"`.
    Description(Description),
    /// YAML or JSON, which folds: `data-panel="document"`.
    Document(Document),
    /// How to raise a memory limit: `data-panel="memory"`.
    Memory(crate::memory::MemoryAdvice),
    /// Objects and how each stands: `data-panel` is the findings' own word.
    Findings(Findings),
    /// Text as the tool prints it: `data-panel="text"`.
    Text {
        /// The whole text.
        text: String,
    },
}

impl Body {
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

/// Objects and how each stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    /// What they are.
    pub panel: FindingsPanel,
    /// One row each, in the order of asking.
    pub rows: Vec<Finding>,
}

/// What findings are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingsPanel {
    /// What a pod names, and whether it exists.
    References,
    /// Conditions of custom resources around a pod.
    Conditions,
    /// Leader elections around a pod.
    Leases,
}

impl FindingsPanel {
    /// The word in `data-panel`.
    pub fn word(self) -> &'static str {
        match self {
            Self::References => "references",
            Self::Conditions => "conditions",
            Self::Leases => "leases",
        }
    }
}

/// One object and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// In one word.
    pub state: FindingState,
    /// "Secret task-router-env".
    pub subject: String,
    /// "does not exist".
    pub words: String,
    /// More about it: "named by env of router".
    pub detail: Option<String>,
    /// When it became so.
    pub at: Option<Timestamp>,
}

/// How an object stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingState {
    /// As it should be.
    Good,
    /// Something is wrong.
    Bad,
    /// It could not be asked.
    Unknown,
    /// Neither good nor bad.
    Plain,
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

/// Backup runs of a node against a daily window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// "PBS Backup Window", or "Backups" when the runbook names none.
    pub label: String,
    /// The window nearest to now, and the one before, as instants.
    pub spans: Vec<TimeSpan>,
    /// Backup runs, oldest first; a running one has no end.
    pub runs: Vec<BackupRun>,
    /// The next run of the schedule.
    pub next_run: Option<Timestamp>,
    /// Guests that are locked for backup now: "talos-monitor (VM 201)".
    pub locked_guests: Vec<String>,
    /// The portal's time of judgement.
    pub now: Timestamp,
    /// The node's own local time as it prints it, when it could be asked: "14:02 Pacific/Auckland".
    pub node_time: Option<String>,
    /// Restarts of the alert's pod, drawn on the same axis.
    pub restarts: Vec<Timestamp>,
    /// What a panel of its own knows beyond one node's tasks.
    pub detail: Option<Box<WindowDetail>>,
}

/// A daily window over all Proxmox nodes and the last nights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowDetail {
    /// Where now lies: "inside PBS Backup Window, 38 min left".
    pub position: String,
    /// Restarts against what ran, with the arithmetic; absent while no pod is chosen.
    pub statement: Option<String>,
    /// Whose restarts.
    pub pod: Option<String>,
    /// What each Proxmox node does.
    pub hosts: Vec<WindowHost>,
    /// The last nights, newest first.
    pub nights: Vec<Night>,
}

/// What one Proxmox node does in a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowHost {
    /// Its name in the configuration.
    pub name: String,
    /// In one word.
    pub state: HostState,
    /// In words: "the backup reads since 02:00:04 UTC (40 min ago)".
    pub doing: String,
    /// Guests that are locked for backup.
    pub locked: Vec<String>,
    /// Its own time: "15:41 Pacific/Auckland".
    pub clock: Option<String>,
    /// How hard its disks are pressed, in words.
    pub pressure: Option<String>,
    /// The next run of its schedule.
    pub next_run: Option<Timestamp>,
    /// The machine of the pod's node, when it runs here.
    pub carries: Option<String>,
    /// What could not be asked, one sentence each.
    pub gaps: Vec<String>,
}

/// What a Proxmox node does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HostState {
    /// No backup runs.
    Idle,
    /// One waits for the lock: it reads nothing.
    Waiting,
    /// One reads.
    Reading,
    /// It could not be asked.
    Unknown,
}

/// One night of a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Night {
    /// The window.
    pub span: TimeSpan,
    /// What ran, oldest first.
    pub runs: Vec<BackupRun>,
    /// Runs that went past the window, in words.
    pub fit: Vec<String>,
    /// Restarts of the pod during it.
    pub restarts: usize,
}

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeSpan {
    /// First instant.
    pub from: Timestamp,
    /// First instant after it.
    pub to: Timestamp,
}

/// One backup run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupRun {
    /// The Proxmox node.
    pub node: String,
    /// Guest ids; empty for a job over several guests.
    pub guests: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; absent while it runs.
    pub ended_at: Option<Timestamp>,
    /// `OK`, an error text, or `running`.
    pub status: String,
    /// Whether it only waits for the global lock.
    pub is_waiting: bool,
}
