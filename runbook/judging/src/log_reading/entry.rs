//! From lines to entries: a message with all that belongs to it, such as the frames of its stack trace.

use std::{borrow::Cow, sync::LazyLock};

use regex::Regex;

use super::{Level, cause, payload::Payload, words};

/// How Python begins a stack trace.
pub(super) const TRACEBACK: &str = "Traceback (most recent call last)";

/// More of a line is not read.
const MAX_BYTES: usize = 4_096;

/// A message of a program: one line, or several that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its first line.
    pub first: usize,
    /// Its last line.
    pub last: usize,
    /// How grave it is, by its level or, without one, by its words.
    pub level: Level,
    /// Whether the program named a level.
    pub has_level: bool,
    /// The line that says most: of a stack trace, the innermost cause.
    pub telling: usize,
    /// What the telling line says, without colours; of a JSON line its message and error.
    pub text: String,
    /// An error that is never why a run ended: a client that went away, a request that failed, an orderly end.
    pub is_benign: bool,
}

/// A line that only goes on with what an earlier one began.
static CONTINUES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(?:\s+\S|\s*$|at \S+[.(]|caused by:|Caused by:|Suppressed:|\.\.\. \d+ |--->|--- End|goroutine \d+ |created by |",
        r"\[signal |During handling of|The above exception|exit status \d+$|note: run with|stack backtrace:|Stack trace:|",
        r"#\d+ |thrown in |DETAIL:|HINT:|CONTEXT:|STATEMENT:|QUERY:|[})\]]|Node\.js v\d|what\(\):|main\.main\(|runtime\.|",
        r"[\w./-]+\.(?:go|rs|py|js):\d+$|[\w.$/*()]+\(0x[0-9a-f, .]*\)$|[\w./*()-]+\(\.\.\.\)$|\*{5,}$|Description:|Action:)",
    ))
    .expect("a fixed pattern compiles")
});

/// What PostgreSQL logs beside the message before it.
static COMPANION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?:DETAIL|HINT|CONTEXT|STATEMENT|QUERY|LOCATION):\s").expect("a fixed pattern compiles")
});

/// The stamp of a line, which is no part of its words.
static STAMP: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^\W{0,2}(?:\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d(?::\d\d)?|\d\d:\d\d:\d\d|\d\d/\w{3}/\d{4}|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d",
        r"|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{1,2}:\d\d[AP]M|\d{10}(?:\.\d+)?\b)[\d.,:+Z-]*",
    ))
    .expect("a fixed pattern compiles")
});

/// Colours, and what else a terminal would act on.
static ESCAPE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07\x1b]*(?:\x07|\x1b\\)?)").expect("a fixed pattern compiles")
});

/// A line as it is read: without colours and without what a progress bar has overwritten.
pub(super) fn clean(line: &str) -> Cow<'_, str> {
    let mut line = line.trim_end();
    if line.len() > MAX_BYTES && !line.starts_with('{') {
        let mut end = MAX_BYTES;
        while !line.is_char_boundary(end) {
            end -= 1;
        }
        line = &line[..end];
    }
    if let Some(at) = line.rfind('\r') {
        line = &line[at + 1..];
    }
    without_escapes(line)
}

/// A line without what a terminal acts on: colours, moves, titles and the addresses of links.
pub(crate) fn without_escapes(line: &str) -> Cow<'_, str> {
    if line.contains('\u{1b}') { ESCAPE.replace_all(line, "") } else { Cow::Borrowed(line) }
}

/// Reads lines, oldest first, into entries.
pub fn read_entries<'l>(lines: impl IntoIterator<Item = &'l str>) -> Vec<Entry> {
    let lines: Vec<Cow<'_, str>> = lines.into_iter().map(clean).collect();
    let mut entries = Vec::new();
    let mut first = 0;
    while first < lines.len() {
        let last = end_of_entry(&lines, first);
        entries.push(read_entry(&lines, first, last));
        first = last + 1;
    }
    entries
}

/// The last line that belongs to the entry which begins at `first`.
fn end_of_entry(lines: &[Cow<'_, str>], first: usize) -> usize {
    let mut trace = Trace::of(&lines[first]);
    let mut last = first;
    for (at, line) in lines.iter().enumerate().skip(first + 1) {
        let begins = begins_entry(line);
        let belongs = if begins {
            COMPANION.is_match(line) && !line.starts_with('{')
        } else {
            trace.takes(line) || CONTINUES.is_match(line)
        };
        let belongs = belongs || (trace == Trace::Message && cause::is_thrown(lines, at));
        if !belongs {
            break;
        }
        trace = trace.then(line);
        last = at;
    }
    // Blank lines at the end belong to nobody.
    while last > first && lines[last].trim().is_empty() {
        last -= 1;
    }
    last
}

/// Whether a line is the head of a message by its own form: a stamp, a level, a JSON object.
fn begins_entry(line: &str) -> bool {
    if line.starts_with([' ', '\t']) {
        return false;
    }
    line.starts_with("{\"") || STAMP.is_match(line) || Level::of_text(line).is_some() && !is_exception(line)
}

/// `builtins.ValueError: no route`, `java.net.ConnectException: refused`, `Error: no route`
fn is_exception(line: &str) -> bool {
    cause::is_exception(line)
}

/// What kind of trace is being read, which says what its next lines may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trace {
    None,
    /// A message of a failure: a trace may follow it.
    Message,
    /// A calm message: no trace is its own.
    Calm,
    /// Frames of Python, until the line of the exception.
    Python,
    /// The exception of Python was read; another trace may follow.
    PythonEnd,
    /// A panic: all lines without a head are its own.
    Panic,
    /// A banner: all lines without a head are its own.
    Banner,
}

impl Trace {
    fn of(line: &str) -> Self {
        let line = line.trim_start();
        if line.contains(TRACEBACK) {
            Self::Python
        } else if words::is_fatal(line)
            && ["panic", "panicked at", "fatal error:", "SIG", "terminate called", "Uncaught", "Unhandled"]
                .iter()
                .any(|word| line.contains(word))
        {
            Self::Panic
        } else if line.starts_with("*****") || line.contains("APPLICATION FAILED TO START") {
            Self::Banner
        } else if is_exception(line) {
            Self::Message
        } else if begins_entry(line) {
            let is_calm = Level::of_text(&without_stamp(line))
                .or_else(|| Level::of_text(line))
                .is_some_and(|level| level < Level::Warn);
            if is_calm { Self::Calm } else { Self::Message }
        } else {
            Self::None
        }
    }

    /// Whether a line without a head belongs to the trace.
    fn takes(self, line: &str) -> bool {
        let is_python = line.starts_with(TRACEBACK);
        match self {
            Self::None | Self::Calm => false,
            Self::Message => is_python || is_exception(line) || line.starts_with("panic: "),
            Self::Python => true,
            Self::PythonEnd => is_python || is_exception(line),
            Self::Panic => !words::is_ending(line) || line.starts_with("exit status"),
            Self::Banner => true,
        }
    }

    fn then(self, line: &str) -> Self {
        match self {
            Self::Message | Self::PythonEnd if line.starts_with(TRACEBACK) => Self::Python,
            Self::Python if !line.starts_with([' ', '\t']) && is_exception(line) => Self::PythonEnd,
            Self::Message if line.starts_with("panic: ") => Self::Panic,
            other => other,
        }
    }
}

fn read_entry(lines: &[Cow<'_, str>], first: usize, last: usize) -> Entry {
    let head = &lines[first];
    let payload = Payload::of(head);
    let words_of_head = payload.as_ref().map_or_else(|| without_stamp(head), |payload| payload.text.clone());
    let named = match &payload {
        Some(payload) => payload.level,
        None => Level::of_text(without_stamp(head).as_str()).or_else(|| Level::of_text(head)),
    };
    let telling = if last > first { cause::find(&lines[first..=last]).map_or(first, |at| first + at) } else { first };
    let text = match &payload {
        Some(payload) if telling == first => payload.text.clone(),
        _ => without_stamp(lines[telling].trim_start()),
    };
    let by_words = weigh_words(&words_of_head, &lines[first..=last]);
    let level = match named {
        // An error beside a calm message, as programs log it that are about to end.
        Some(Level::Info) if payload.as_ref().map_or_else(|| carries_error(head), |payload| payload.has_error) => {
            Level::Warn
        }
        Some(level) if level >= Level::Error => level.max(by_words),
        Some(level) => level,
        None => by_words,
    };
    let is_benign = words::is_benign(&words_of_head) || (telling != first && words::is_benign(&text));
    Entry { first, last, level, has_level: named.is_some(), telling, text, is_benign }
}

/// Whether a line of logfmt has a field with an error: `level=info msg=exiting err="no route"`.
fn carries_error(line: &str) -> bool {
    static FIELD: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"\b(?:err|error)=(?:"[^"]|[^\s"])"#).expect("a fixed pattern compiles"));
    FIELD.is_match(line) && words::is_failure(line)
}

/// The gravity of an entry by what it says.
fn weigh_words(head: &str, lines: &[Cow<'_, str>]) -> Level {
    if words::is_fatal(head) {
        return Level::Fatal;
    }
    let has_trace = lines.len() > 1 && lines.iter().any(|line| cause::is_exception(line));
    if has_trace || words::is_failure(head) || cause::is_exception(head) { Level::Error } else { Level::Info }
}

/// The words of a line behind its stamp.
fn without_stamp(line: &str) -> String {
    let end = STAMP.find(line).map_or(0, |stamp| stamp.end());
    line[end..].trim_start_matches([']', ' ', '\t', '|', '-']).to_owned()
}
