//! What is wrong with a runbook, with the place and a way out. Reading a runbook never fails: it returns these.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// One finding of lint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// How much it matters.
    pub severity: Severity,
    /// A stable kebab-case name: `plain-text-secret`.
    pub code: String,
    /// One plain sentence. Never repeats a secret.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Line in the file, from 1.
    pub line: usize,
    /// Byte range in the file.
    pub span: Range<usize>,
}

/// How much a problem matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Should be mended.
    Warning,
    /// `runlight lint` exits 1.
    Error,
}
