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

/// A place in a file as editors count: line and column from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
}

impl Place {
    /// The place of a byte offset; one beyond the text or inside a character counts as the nearest before it.
    pub fn of(text: &str, offset: usize) -> Self {
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_characters_from_one() {
        let text = "a\n\u{e9}\u{e9}x\n";
        for (offset, line, column) in [(0, 1, 1), (1, 1, 2), (2, 2, 1), (3, 2, 1), (6, 2, 3), (8, 3, 1), (99, 3, 1)] {
            assert_eq!(Place::of(text, offset), Place { line, column }, "{offset}");
        }
    }
}
