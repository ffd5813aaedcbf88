//! The one line that tells why a run ended: the root cause within the last burst of errors, or none.

use super::{Entry, Level, entry::read_entries, words};

/// Newest lines that are read: a cause that stands further from the end is none.
const MAX_LINES: usize = 2_000;

/// Calm entries between two errors that still belong to one burst.
const MAX_CALM_WITHIN: usize = 3;

/// Calm entries after an error that show that the program went on.
const MAX_CALM_AFTER: usize = 4;

/// The same after an error with which programs end.
const MAX_CALM_AFTER_FATAL: usize = 9;

/// How a run ended, as far as its source tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ending {
    /// Its exit code.
    pub exit_code: Option<i32>,
    /// Whether the kernel ended it for its memory.
    pub is_out_of_memory: bool,
}

/// The line, by its number among `lines` (oldest first), that a careful engineer would point at: of a stack trace the
/// innermost cause, of a burst of errors the one that the others follow from. None when the log does not tell.
pub fn find_telling_line(lines: &[&str], ending: Ending) -> Option<usize> {
    let skipped = lines.len().saturating_sub(MAX_LINES);
    let entries = read_entries(lines[skipped..].iter().copied());
    let burst = find_burst(&entries, ending)?;
    let chosen = choose(&entries, &burst)?;
    let is_mute = weigh(&entries[chosen]) <= Says::Consequence && !ending.is_out_of_memory;
    let warned = is_mute.then(|| find_warning_in(&entries[..burst[0]])).flatten();
    Some(entries[warned.unwrap_or(chosen)].telling + skipped)
}

/// The entries that may tell, oldest first: the last errors, with few calm entries between them and after them.
fn find_burst(entries: &[Entry], ending: Ending) -> Option<Vec<usize>> {
    if ending.is_out_of_memory {
        let told =
            (0..entries.len()).filter(|at| words::is_about_memory(&entries[*at].text) && is_error(&entries[*at]));
        return Some(told.collect()).filter(|told: &Vec<usize>| !told.is_empty());
    }
    let asked_to_end = entries.iter().rposition(|entry| words::is_signal(&entry.text) && entry.level < Level::Error);
    let is_clean = ending.exit_code == Some(0);
    let may_tell = |at: usize| {
        let entry = &entries[at];
        let follows_signal = asked_to_end.is_some_and(|signal| at > signal);
        is_error(entry)
            && !entry.is_benign
            && (!follows_signal || entry.level == Level::Fatal)
            && !(is_clean && entry.level < Level::Fatal)
    };
    let last = (0..entries.len()).rev().find(|at| may_tell(*at)).or_else(|| find_warning(entries, ending))?;
    if went_on(entries, last) {
        return None;
    }
    let mut burst = vec![last];
    let mut calm = 0;
    for at in (0..last).rev() {
        if may_tell(at) {
            burst.push(at);
            calm = 0;
        } else if words::is_recovery(&entries[at].text) {
            break;
        } else if !is_neutral(&entries[at]) {
            calm += 1;
        }
        if calm > MAX_CALM_WITHIN {
            break;
        }
    }
    burst.reverse();
    Some(burst)
}

fn is_error(entry: &Entry) -> bool {
    entry.level >= Level::Error
}

/// Neither calm work nor a failure: the orderly end, a wait, another try, a blank line, advice of the author.
fn is_neutral(entry: &Entry) -> bool {
    let text = entry.text.trim();
    text.is_empty() || words::is_ending(text) || words::is_retry(text) || entry.level == Level::Warn || is_error(entry)
}

/// Whether the program went on with its work after an entry.
fn went_on(entries: &[Entry], at: usize) -> bool {
    let after = &entries[at + 1..];
    let bound = if entries[at].level == Level::Fatal { MAX_CALM_AFTER_FATAL } else { MAX_CALM_AFTER };
    let calm = after.iter().filter(|entry| !is_neutral(entry) || entry.is_benign).count();
    calm > bound || after.iter().any(|entry| words::is_recovery(&entry.text))
}

/// Without any error: a warning, or an unlevelled sentence, that names a cause among the last words of a failed run.
fn find_warning(entries: &[Entry], ending: Ending) -> Option<usize> {
    if ending.exit_code == Some(0) || entries.iter().any(|entry| words::is_signal(&entry.text)) {
        return None;
    }
    find_warning_in(entries)
}

/// The last warning that names a cause, with no more than one calm entry after it.
fn find_warning_in(entries: &[Entry]) -> Option<usize> {
    let is_candidate = |entry: &Entry| {
        entry.level == Level::Warn
            && !entry.is_benign
            && words::names_cause(&entry.text)
            && !words::points_elsewhere(&entry.text)
    };
    let mut calm = 0;
    for (at, entry) in entries.iter().enumerate().rev() {
        if is_candidate(entry) {
            return Some(at);
        }
        calm += usize::from(!is_neutral(entry));
        if calm > 1 {
            return None;
        }
    }
    None
}

/// How much an entry says of the cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Says {
    /// It points at another line.
    Elsewhere,
    /// It only follows from others.
    Consequence,
    /// That something failed.
    Failure,
    /// Why.
    Cause,
}

fn weigh(entry: &Entry) -> Says {
    let text = entry.text.as_str();
    let names_cause = words::names_cause(text);
    if words::points_elsewhere(text) {
        Says::Elsewhere
    } else if words::is_consequence(text) && !(names_cause && says_more(text)) {
        Says::Consequence
    } else if names_cause {
        Says::Cause
    } else {
        Says::Failure
    }
}

/// Whether a sentence goes on behind a colon: "failed to start: listen tcp :80: address in use".
fn says_more(text: &str) -> bool {
    text.split(": ").skip(1).any(|rest| words::names_cause(rest) && !words::is_consequence(rest))
}

/// The entry of a burst that says most. Of equals the earliest, unless a later fatal one is about something else.
fn choose(entries: &[Entry], burst: &[usize]) -> Option<usize> {
    let best = burst.iter().map(|at| weigh(&entries[*at])).max()?;
    if best == Says::Elsewhere {
        return None;
    }
    let equals: Vec<usize> = burst.iter().copied().filter(|at| weigh(&entries[*at]) == best).collect();
    let fatal = equals.iter().copied().find(|at| entries[*at].level == Level::Fatal);
    let earliest = *equals.first()?;
    Some(match fatal {
        Some(fatal) if !is_about_the_same(&entries[earliest], &entries[fatal]) => fatal,
        _ => earliest,
    })
}

/// Whether two entries share a name: a host, a path, a variable, a rare word.
fn is_about_the_same(one: &Entry, other: &Entry) -> bool {
    if one.first == other.first {
        return true;
    }
    let names = |text: &str| -> Vec<String> {
        text.split(|c: char| c.is_whitespace() || "\"'`,;()[]{}=".contains(c))
            .map(|word| word.trim_matches([':', '.', '!']).to_lowercase())
            .filter(|word| word.len() >= 4 && !COMMON.contains(&word.as_str()))
            .collect()
    };
    let ours = names(&one.text);
    names(&other.text).iter().any(|name| ours.contains(name))
}

/// Words that any two errors may share.
const COMMON: [&str; 24] = [
    "error",
    "failed",
    "fatal",
    "with",
    "from",
    "could",
    "cannot",
    "unable",
    "while",
    "main",
    "level",
    "connect",
    "server",
    "this",
    "that",
    "when",
    "because",
    "exception",
    "not",
    "after",
    "before",
    "during",
    "start",
    "starting",
];
