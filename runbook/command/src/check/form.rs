//! What flags change in the answer of a host's tool: units, words, views. A pipe reads the text that they make.

use serde::{Deserialize, Serialize};

/// How `pvesh` writes an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApiFormat {
    /// A table of text.
    Text(TableForm),
    /// On one line.
    Json,
    /// Indented.
    JsonPretty,
    /// As YAML.
    Yaml,
}

/// How `pvesh` draws a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TableForm {
    /// In a box; not with `--noborder`.
    pub has_border: bool,
    /// Its columns' names first; not with `--noheader`.
    pub has_head: bool,
    /// Sizes, times and shares as people write them; plain numbers with `--human-readable 0`.
    pub is_human: bool,
}

impl Default for TableForm {
    fn default() -> Self {
        Self { has_border: true, has_head: true, is_human: true }
    }
}

/// How sizes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SizeUnit {
    /// 1,024 bytes, which is what tools write when they are not told.
    Kibi,
    /// `-b`.
    Byte,
    /// `-m`.
    Mebi,
    /// `-g`.
    Gibi,
    /// `-h`.
    Human,
    /// `df -H`: in powers of 1,000.
    HumanDecimal,
}

/// A file of `/proc`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProcFile {
    /// `/proc/loadavg`.
    LoadAverage,
    /// `/proc/uptime`.
    Uptime,
    /// `/proc/meminfo`.
    MemInfo,
}

/// What `hostname` and `uname` print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HostWord {
    /// `uname -s`.
    KernelName,
    /// `hostname`, `uname -n`.
    NodeName,
    /// `uname -r`.
    KernelRelease,
    /// `uname -v`.
    KernelVersion,
    /// `uname -m`.
    Machine,
    /// `uname -o`.
    OperatingSystem,
}

impl HostWord {
    /// All of them, as `uname -a` prints them.
    pub const ALL: [Self; 6] = [
        Self::KernelName,
        Self::NodeName,
        Self::KernelRelease,
        Self::KernelVersion,
        Self::Machine,
        Self::OperatingSystem,
    ];

    /// uname's flag for it.
    pub fn flag(self) -> char {
        match self {
            Self::KernelName => 's',
            Self::NodeName => 'n',
            Self::KernelRelease => 'r',
            Self::KernelVersion => 'v',
            Self::Machine => 'm',
            Self::OperatingSystem => 'o',
        }
    }
}

/// What `systemctl` says of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceView {
    /// `status`.
    Status,
    /// `is-active`.
    IsActive,
    /// `is-enabled`.
    IsEnabled,
    /// `is-failed`.
    IsFailed,
}
