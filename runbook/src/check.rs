//! Checks: typed, read-only questions. There is no variant that expresses a change, and none may be added.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::filter::Filter;

/// What Runlight makes of a command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub enum Reading {
    /// It can be run.
    Check {
        /// The typed question. Values may still hold placeholders.
        check: Box<Check>,
    },
    /// It is understood, and will not be run.
    Refused(Refusal),
    /// It is not understood in full, so it will not be run.
    Unknown(Refusal),
}

/// Why a command is not run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What kind of reason.
    pub cause: Cause,
    /// One sentence for the reader.
    pub reason: String,
    /// Byte range of the culprit in the command's text.
    pub span: Option<Range<usize>>,
}

/// The kinds of reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// It changes something.
    Changes,
    /// It opens a session or waits for a person.
    Interactive,
    /// It reads secret data.
    SecretData,
    /// It needs a shell on a host.
    NeedsShell,
    /// It runs a program that Runlight does not know.
    UnknownProgram,
    /// A flag, stage or substitution is not known.
    UnknownPart,
    /// No source can answer it truly.
    NoSource,
    /// It touches no source: it sets a variable, changes a directory, prints a text.
    Local,
}

/// A recognised command.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Check {
    /// What is asked, of which kind of source.
    pub question: Question,
    /// Pipe stages that Runlight carries out itself, in order.
    pub filters: Vec<Filter>,
    /// The file that the command would have written its output to: offered as a download.
    pub download: Option<String>,
}

/// One read-only question to one source.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "source", content = "ask", rename_all = "kebab-case")]
pub enum Question {
    /// Asked of a cluster.
    Cluster(ClusterQuestion),
    /// Asked of a Proxmox VE host.
    Proxmox(ProxmoxQuestion),
}

/// A question to a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ClusterQuestion {
    /// `--context`, else the reader's `cluster` binding (`None`).
    pub context: Option<String>,
    /// What is asked.
    pub ask: ClusterAsk,
}

/// What can be asked of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case")]
pub enum ClusterAsk {
    /// `kubectl get`.
    Get(Get),
    /// `kubectl logs`.
    Logs(Logs),
}

/// Which namespaces a question is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// The context's own namespace: `default`.
    Default,
    /// `-n`.
    Named(String),
    /// `-A`.
    All,
}

/// `kubectl get KIND [NAME…]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Get {
    /// What is listed: a kind as typed (`pods`, `po`, `certificates.cert-manager.io`) with its names; several for
    /// `get a,b` and `get TYPE/NAME TYPE/NAME`.
    pub resources: Vec<Resource>,
    /// Where.
    pub scope: Scope,
    /// `-l`.
    pub selector: Option<String>,
    /// `--field-selector`.
    pub field_selector: Option<String>,
    /// `--sort-by`, without braces and leading dot: `status.containerStatuses[0].restartCount`.
    pub sort_by: Option<String>,
    /// `-o`.
    pub output: Output,
    /// `--no-headers`.
    pub no_headers: bool,
    /// `--show-labels`.
    pub show_labels: bool,
    /// `-L`.
    pub label_columns: Vec<String>,
    /// `-w`: as a panel it is live anyway.
    pub watch: bool,
}

/// A kind and, when given, names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Resource {
    /// As typed.
    pub kind: String,
    /// Empty: all of them.
    pub names: Vec<String>,
}

/// `-o`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Output {
    /// The columns that kubectl prints.
    Table,
    /// With the wide columns.
    Wide,
    /// `kind/name` lines.
    Name,
    /// YAML.
    Yaml,
    /// JSON.
    Json,
    /// A JSONPath template.
    JsonPath(String),
    /// `NAME:.metadata.name,…`.
    CustomColumns(String),
}

/// `kubectl logs`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Logs {
    /// Whose.
    pub target: LogTarget,
    /// Where.
    pub scope: Scope,
    /// `-c`.
    pub container: Option<String>,
    /// `--all-containers`.
    pub all_containers: bool,
    /// `--previous`.
    pub previous: bool,
    /// `-f`: as a panel it follows.
    pub follow: bool,
    /// `--tail`, in lines.
    pub tail_lines: Option<u32>,
    /// `--since`, in seconds.
    pub since_s: Option<u64>,
    /// `--timestamps`.
    pub timestamps: bool,
    /// `--prefix`.
    pub prefix: bool,
}

/// Whose logs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogTarget {
    /// A pod by name.
    Pod(String),
    /// `TYPE/NAME`: a pod of that owner.
    Owner {
        /// As typed.
        kind: String,
        /// Its name.
        name: String,
    },
    /// `-l`.
    Selector(String),
}

/// A question to Proxmox VE.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ProxmoxQuestion {
    /// The host that the command would have run on: `ssh root@10.10.0.20` gives `10.10.0.20`.
    pub host: Option<String>,
    /// What is asked.
    pub ask: ProxmoxAsk,
}

/// What can be asked of Proxmox VE.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case")]
pub enum ProxmoxAsk {
    /// `ps aux | grep vzdump`: the running tasks of a type on the node.
    RunningTasks {
        /// The worker's name: `vzdump`.
        task_type: String,
    },
}
