//! What `runlight preview` shows beside a runbook: what lint says of its file.

/// Lint's word on a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LintView {
    /// How many commands there are, and what becomes of them, one sentence.
    pub commands: String,
    /// The findings, in the order of the file.
    pub findings: Vec<LintFinding>,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LintFinding {
    /// `error`, `warning` or `info`.
    pub severity: &'static str,
    /// Its code, as docs/lint.md lists it.
    pub code: String,
    /// Line in the file, from 1.
    pub line: usize,
    /// What is found.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}
