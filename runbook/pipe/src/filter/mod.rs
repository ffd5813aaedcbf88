//! Pipe stages that Runlight carries out itself on a check's answer. Pure text in, text out: no IO, no panics.
//! Every stage pays from a budget before it looks at text or builds anything, so that it ends and stays small whatever
//! it is.

mod apply;
pub mod awk;
mod budget;
mod cut;
pub mod grep;
pub mod jq;
mod out;
mod pattern;
mod posix;
mod print;
pub mod sed;
mod size;
mod sort;
pub mod tr;

use serde::{Deserialize, Serialize};

pub use apply::{apply, decode as decode_base64, indent_json};
pub use budget::{Budget, Stop, TooCostly};
pub use pattern::PatternError;

/// One stage.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "stage", content = "with", rename_all = "kebab-case")]
pub enum Filter {
    /// `grep`.
    Grep(Grep),
    /// `head -n N`; negative as `head -n -N`: all but the last N.
    Head(i64),
    /// `tail -n`.
    Tail(TailFrom),
    /// `sort`.
    Sort(Sort),
    /// `uniq`.
    Uniq(Uniq),
    /// `wc`.
    Count(Count),
    /// `cut`.
    Cut(Cut),
    /// `tr`.
    Translate(Translate),
    /// `awk`: the subset that prints fields of lines that match.
    Awk(Awk),
    /// `sed`: `s///`, `p`, `d`, `q` with addresses.
    Sed(Sed),
    /// `jq`, without input or output of its own.
    Jq(Jq),
    /// `column -t`.
    Columns {
        /// `-s`: what separates cells; blanks when absent.
        separator: Option<String>,
    },
    /// `base64 -d`.
    DecodeBase64,
    /// `python3 -m json.tool`: JSON, indented.
    PrettyJson,
    /// `nl`, `cat -n`: lines with their numbers.
    Number,
    /// `tac`: the last line first.
    Reverse,
    /// `cat`, `less`, `more`, `tee`: shows what it gets.
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
    /// `-P`, as far as it is an extended pattern with `\d`, `\w` and lazy repetition.
    Perl,
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
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort {
    /// `-n`.
    pub numeric: bool,
    /// `-r`.
    pub reverse: bool,
    /// `-u`.
    pub unique: bool,
    /// `-h`.
    pub human: bool,
    /// `-V`.
    pub version: bool,
    /// `-f`.
    pub ignore_case: bool,
    /// `-b`.
    pub ignore_blanks: bool,
    /// `-k F[,G]`, in order.
    pub keys: Vec<SortKey>,
    /// `-t`.
    pub separator: Option<char>,
}

/// A key of `sort`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SortKey {
    /// First field, from 1.
    pub from: u32,
    /// Last field; the end of the line when absent.
    pub to: Option<u32>,
    /// `n` behind the key.
    pub numeric: bool,
    /// `r` behind the key.
    pub reverse: bool,
    /// `h` behind the key.
    pub human: bool,
}

/// `uniq`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Uniq {
    /// `-c`.
    pub count: bool,
    /// `-d`.
    pub only_repeated: bool,
    /// `-u`.
    pub only_unique: bool,
    /// `-i`.
    pub ignore_case: bool,
}

/// `wc`: all three when none is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Count {
    /// `-l`.
    pub lines: bool,
    /// `-w`.
    pub words: bool,
    /// `-c`.
    pub bytes: bool,
    /// `-m`.
    pub chars: bool,
}

/// `cut`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cut {
    /// `-f` or `-c`: first and last, from 1; open when absent.
    pub ranges: Vec<(u32, Option<u32>)>,
    /// `-c` or `-b`: of characters, not of fields.
    pub chars: bool,
    /// `-d`; a tab when absent.
    pub delimiter: Option<char>,
    /// `-s`.
    pub only_delimited: bool,
    /// `--complement`.
    pub complement: bool,
    /// `--output-delimiter`.
    pub output_delimiter: Option<String>,
}

/// `tr`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Translate {
    /// The first set, as typed.
    pub from: String,
    /// The second set, as typed.
    pub to: Option<String>,
    /// `-d`.
    pub delete: bool,
    /// `-s`.
    pub squeeze: bool,
    /// `-c`.
    pub complement: bool,
}

/// `awk`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Awk {
    /// The program, as typed.
    pub program: String,
    /// `-F`.
    pub separator: Option<String>,
    /// `-v NAME=VALUE`.
    pub variables: Vec<(String, String)>,
}

/// `sed`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sed {
    /// The scripts, as typed.
    pub scripts: Vec<String>,
    /// `-E`, `-r`.
    pub extended: bool,
    /// `-n`.
    pub quiet: bool,
}

/// `jq`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Jq {
    /// The program, as typed.
    pub program: String,
    /// `-r`.
    pub raw: bool,
    /// `-j`.
    pub join: bool,
    /// `-c`.
    pub compact: bool,
    /// `-s`.
    pub slurp: bool,
    /// `-S`.
    pub sort_keys: bool,
    /// `-R`.
    pub raw_input: bool,
    /// `-n`.
    pub null_input: bool,
    /// `--arg NAME VALUE`.
    pub arguments: Vec<(String, String)>,
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

impl Line {
    /// The lines of an answer, each with its number.
    pub fn of(text: &str) -> Vec<Self> {
        Self::numbered(text.lines().map(str::to_owned))
    }

    /// The same of lines that are already apart.
    pub fn numbered(lines: impl IntoIterator<Item = String>) -> Vec<Self> {
        lines.into_iter().enumerate().map(|(index, text)| Self { text, origin: Some(index) }).collect()
    }

    /// A line that a filter has made.
    pub(crate) fn made(text: String) -> Self {
        Self { text, origin: None }
    }
}
