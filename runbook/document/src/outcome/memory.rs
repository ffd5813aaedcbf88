//! Memory advice as a panel shows it.

use serde::{Deserialize, Serialize};

/// Two ways to raise a limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryAdvice {
    /// One plain sentence.
    pub sentence: String,
    /// The ways, the advised one first; empty when no limit can be advised.
    pub steps: Vec<MemoryStep>,
}

/// A new limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryStep {
    /// "50 % more", "next tier".
    pub label: String,
    /// The new limit, in bytes.
    pub limit_bytes: u64,
    /// The new request, in bytes; it follows the limit only where both were equal.
    pub request_bytes: Option<u64>,
    /// The fragment of the manifest.
    pub yaml: String,
}
