//! Checks: typed, read-only questions. There is no variant that expresses a change, and none may be added.

mod cluster;
mod form;
mod helm;
mod infrastructure;
mod path_words;
mod print;

use std::ops::Range;

use serde::{Deserialize, Serialize};

pub use cluster::{
    AccessQuestion, ClusterAsk, ClusterQuestion, ConfigAsk, Describe, Events, Get, LogTarget, Logs, Output, Resource,
    Rollout, RolloutAsk, Scope, Top, TopOrder, TopSubject, Wait, WaitFor,
};
pub use form::{ApiFormat, HostWord, ProcFile, ServiceView, SizeUnit, TableForm};
pub use helm::{Helm, HelmAsk};
pub use infrastructure::{
    AlertmanagerAsk, AlertmanagerQuestion, BackupAsk, BackupQuestion, GuestKind, Journal, LogStoreAsk,
    LogStoreQuestion, PrometheusAsk, PrometheusQuestion, ProxmoxAsk, ProxmoxQuestion,
};

use pipe::filter::Filter;

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

/// A value that a check of its own can give: `POD=$(kubectl get …)`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Supply {
    /// The parameter that it fills, by canonical name.
    pub parameter: String,
    /// The command between the parentheses.
    pub text: String,
    /// What that command asks; the first word of its answer is offered as the value.
    pub check: Check,
}

/// One read-only question to one source.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "source", content = "ask", rename_all = "kebab-case")]
pub enum Question {
    /// Asked of a cluster.
    Cluster(ClusterQuestion),
    /// Asked of a Proxmox VE host.
    Proxmox(ProxmoxQuestion),
    /// Asked of a Proxmox Backup Server.
    Backup(BackupQuestion),
    /// Asked of a Prometheus.
    Prometheus(PrometheusQuestion),
    /// Asked of an Alertmanager.
    Alertmanager(AlertmanagerQuestion),
    /// Asked of a log store.
    LogStore(LogStoreQuestion),
    /// Several questions, one after the other: `a; b`, `a && b`, a loop over given words.
    Several(Vec<Check>),
    /// One question for each word that another check prints: `… | xargs kubectl describe`.
    Each(Box<Each>),
}

/// A command that `xargs` runs for what another one prints.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Each {
    /// Whose lines are the words.
    pub from: Check,
    /// How they are put into the command.
    pub feed: Feed,
    /// The command, word by word.
    pub words: Vec<String>,
    /// The host that it would run on.
    pub host: Option<String>,
}

/// How `xargs` fills in what it reads.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Feed {
    /// Behind the command's words; at most so many at once (`-n`).
    Behind(Option<u32>),
    /// Each line in place of this mark (`-I`).
    InPlaceOf(String),
}
