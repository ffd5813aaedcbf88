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

/// The places of a text, whose lines are counted once.
#[derive(Debug)]
pub struct Places<'t> {
    text: &'t str,
    /// Where its lines begin.
    starts: Vec<usize>,
}

/// In a longer line columns are counted in bytes: counting characters again and again would take the square of its length.
const MAX_COUNTED_BYTES: usize = 4096;

impl<'t> Places<'t> {
    /// Counts the lines of a text.
    pub fn of(text: &'t str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    /// The place of a byte offset; one beyond the text or inside a character counts as the nearest before it.
    pub fn at(&self, offset: usize) -> Place {
        let end = self.text.floor_char_boundary(offset);
        let line = self.starts.partition_point(|start| *start <= end);
        let before = &self.text[self.starts[line - 1]..end];
        let is_counted = before.len() <= MAX_COUNTED_BYTES;
        Place { line, column: if is_counted { before.chars().count() } else { before.len() } + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_characters_from_one() {
        let text = "a\n\u{e9}\u{e9}x\n";
        for (offset, line, column) in [(0, 1, 1), (1, 1, 2), (2, 2, 1), (3, 2, 1), (6, 2, 3), (8, 3, 1), (99, 3, 1)] {
            assert_eq!(Places::of(text).at(offset), Place { line, column }, "{offset}");
        }
    }
}
