//! Pipe stages that Runlight carries out itself on a check's answer. Pure text in, text out.

use serde::{Deserialize, Serialize};

/// One stage.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "kebab-case")]
pub enum Filter {
    /// `grep`.
    Grep(Grep),
    /// `head -n`.
    Head {
        /// `-n N`; negative as `head -n -N`: all but the last N.
        lines: i64,
    },
    /// `tail -n`.
    Tail(TailFrom),
    /// `sort`.
    Sort(Sort),
    /// `uniq`.
    Uniq {
        /// `-c`.
        count: bool,
    },
    /// `wc -l`.
    CountLines,
    /// `cat`, `less`, `more`: shows what it gets.
    Show,
}

/// `grep`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Grep {
    /// `-e`, or the one pattern; a line matches when one of them does.
    pub patterns: Vec<String>,
    /// How patterns are read.
    pub syntax: GrepSyntax,
    /// `-i`.
    pub ignore_case: bool,
    /// `-v`.
    pub invert: bool,
    /// `-w`.
    pub word: bool,
    /// `-x`.
    pub line: bool,
    /// `-c`.
    pub count: bool,
    /// `-o`.
    pub only_matching: bool,
    /// `-n`.
    pub line_numbers: bool,
    /// `-B`, in lines.
    pub before: u32,
    /// `-A`, in lines.
    pub after: u32,
    /// `-m`, in lines.
    pub max: Option<u32>,
}

/// How grep reads its patterns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GrepSyntax {
    /// `-G`, the default.
    Basic,
    /// `-E`.
    Extended,
    /// `-F`.
    Fixed,
}

/// Where `tail` begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TailFrom {
    /// `-n N`: the last N lines.
    Last(u64),
    /// `-n +N`: from line N on.
    Line(u64),
}

/// `sort`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort {
    /// `-n`.
    pub numeric: bool,
    /// `-r`.
    pub reverse: bool,
    /// `-u`.
    pub unique: bool,
    /// `-h`.
    pub human: bool,
    /// `-k F[,G]`: first and last field, from 1.
    pub key: Option<(u32, Option<u32>)>,
    /// `-t`.
    pub separator: Option<char>,
}

/// A line on its way through the filters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its text, without the line break.
    pub text: String,
    /// Which line of the answer it is, as long as it is that line unchanged. Tables and logs keep their own rows
    /// through filters that only choose lines.
    pub origin: Option<usize>,
}
