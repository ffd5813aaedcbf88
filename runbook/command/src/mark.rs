//! Stretches of a command's text that are not plain: placeholders, masked secrets, what keeps it from being a check.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// What stands in place of a secret.
pub const MASK: &str = "••••••";

/// A stretch of a command's text that is not plain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Byte range in `Command::text` (or in the code span it belongs to).
    pub span: Range<usize>,
    /// What stands there.
    pub kind: MarkKind,
}

/// What a marked stretch is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum MarkKind {
    /// A placeholder with this canonical name.
    Placeholder(String),
    /// A secret that stood in the file and has been replaced by dots.
    Masked,
    /// The part that keeps the command from being a check.
    Culprit,
}
