//! A page as somebody saw it and shared it: every report that was shown, with the values it was opened with.

use std::collections::BTreeMap;

use document::{outcome::Report, time::Timestamp};
use serde::{Deserialize, Serialize};

use crate::id::EvidenceId;

/// A page that was kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SharedPage {
    /// Its runbook's address.
    pub runbook: String,
    /// Its title.
    pub title: String,
    /// Which version of the runbook's file.
    pub revision: String,
    /// The values that it was opened with.
    pub bindings: BTreeMap<String, String>,
    /// The reports on it, each with the command that it answers; empty for a panel without one.
    pub reports: Vec<(String, Report)>,
    /// Who shared it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl SharedPage {
    /// The id of its link.
    pub fn id(&self) -> EvidenceId {
        let bindings: Vec<String> = self.bindings.iter().map(|(name, value)| format!("{name}={value}")).collect();
        EvidenceId::of(&["page", &self.runbook, &self.by, &self.at.0.to_string(), &bindings.join("\n")])
    }
}
