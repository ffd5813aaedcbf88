//! Questions about the releases that Helm keeps in a cluster's Secrets.

use serde::{Deserialize, Serialize};

use super::{Output, Scope};

/// `helm list`, `status` and `history`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Helm {
    /// Where; `helm list` alone may ask everywhere.
    pub scope: Scope,
    /// What is asked.
    pub ask: HelmAsk,
}

/// What is asked of Helm.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HelmAsk {
    /// `list`.
    List {
        /// `-a`: in whatever state they are, not only deployed and failed.
        all: bool,
        /// `-q`: names alone.
        short: bool,
        /// `-o json`, `-o yaml`; otherwise a table.
        output: Output,
        /// `--max`; Helm's own is 256.
        max: Option<u32>,
        /// `--no-headers`.
        no_headers: bool,
    },
    /// `status NAME`: of its last revision.
    Status {
        /// The release's name.
        name: String,
        /// `--show-desc`.
        show_description: bool,
    },
    /// `history NAME`.
    History {
        /// The release's name.
        name: String,
        /// `-o json`, `-o yaml`; otherwise a table.
        output: Output,
        /// `--max`; Helm's own is 256.
        max: Option<u32>,
    },
}
