//! The part of `sed` that chooses and rewrites lines: `s///`, `p`, `d`, `q` with addresses. No files, no branches.

mod parse;

use regex::Regex;

use self::parse::parse;

use super::{Line, Sed, room::Room};

/// Longest line that a script may build, in bytes.
const MAX_LINE_BYTES: usize = 1 << 20;

/// Why a script is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SedError(
    /// One sentence for the reader.
    pub String,
);

/// Checks that the scripts can be carried out.
pub fn check(sed: &Sed) -> Result<(), SedError> {
    parse(sed).map(drop)
}

/// Carries out the scripts.
pub(super) fn apply(sed: &Sed, lines: Vec<Line>) -> Vec<Line> {
    let mut commands = match parse(sed) {
        Ok(commands) => commands,
        Err(SedError(reason)) => return vec![Line::made(format!("sed: {reason}"))],
    };
    let count = lines.len();
    let mut out = Room::new();
    for (index, mut line) in lines.into_iter().enumerate() {
        let mut is_deleted = false;
        let mut ends = false;
        for command in &mut commands {
            if !command.applies(index + 1, index + 1 == count, &line.text) {
                continue;
            }
            match &command.does {
                Does::Substitute(substitution) => {
                    if let Some((text, prints)) = substitution.run(&line.text) {
                        line = Line::made(text);
                        if prints {
                            ends |= !out.push(line.clone());
                        }
                    }
                }
                Does::Print => ends |= !out.push(line.clone()),
                Does::Delete => {
                    is_deleted = true;
                    break;
                }
                Does::Quit => {
                    ends = true;
                    break;
                }
                Does::LineNumber => ends |= !out.push(Line::made((index + 1).to_string())),
            }
        }
        if !is_deleted && !sed.quiet {
            ends |= !out.push(line);
        }
        if ends {
            break;
        }
    }
    out.finish()
}

#[derive(Debug)]
struct Command {
    from: Option<Address>,
    to: Option<Address>,
    is_negated: bool,
    does: Does,
    /// Whether a range is open.
    is_open: bool,
    /// The line at which `/x/,+N` or `a,b` with a number ends.
    last_line: Option<usize>,
}

#[derive(Debug)]
enum Address {
    Line(usize),
    /// `first~step`.
    Step(usize, usize),
    Last,
    Matches(Regex),
    /// `+N`, as a second address.
    After(usize),
}

#[derive(Debug)]
enum Does {
    Substitute(Substitution),
    Print,
    Delete,
    Quit,
    LineNumber,
}

#[derive(Debug)]
struct Substitution {
    pattern: Regex,
    replacement: Vec<Part>,
    every: bool,
    nth: usize,
    prints: bool,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Group(usize),
}

impl Command {
    fn applies(&mut self, number: usize, is_last: bool, text: &str) -> bool {
        self.covers(number, is_last, text) != self.is_negated
    }

    fn covers(&mut self, number: usize, is_last: bool, text: &str) -> bool {
        let Some(from) = &self.from else { return true };
        let Some(to) = &self.to else { return from.is_at(number, is_last, text) };
        if !self.is_open {
            if !from.is_at(number, is_last, text) {
                return false;
            }
            self.last_line = match to {
                Address::Line(line) => Some((*line).max(number)),
                Address::After(count) => Some(number.saturating_add(*count)),
                _ => None,
            };
            self.is_open =
                self.last_line.is_none_or(|last| last > number) && !matches!((to, is_last), (Address::Last, true));
            return true;
        }
        self.is_open = match self.last_line {
            Some(last) => number < last,
            None => !to.is_at(number, is_last, text),
        };
        true
    }
}

impl Address {
    fn is_at(&self, number: usize, is_last: bool, text: &str) -> bool {
        match self {
            Self::Line(line) => *line == number,
            Self::Step(first, 0) => *first == number,
            Self::Step(first, step) => number >= *first && (number - first).is_multiple_of(*step),
            Self::Last => is_last,
            Self::Matches(pattern) => pattern.is_match(text),
            Self::After(_) => false,
        }
    }
}

impl Substitution {
    fn run(&self, text: &str) -> Option<(String, bool)> {
        let mut out = String::new();
        let mut at = 0;
        let mut has_changed = false;
        for (index, found) in self.pattern.captures_iter(text).enumerate() {
            let Some(whole) = found.get(0) else { continue };
            if index + 1 < self.nth {
                continue;
            }
            out.push_str(&text[at..whole.start()]);
            for part in &self.replacement {
                match part {
                    Part::Text(text) => out.push_str(text),
                    Part::Group(group) => out.push_str(found.get(*group).map_or("", |group| group.as_str())),
                }
            }
            at = whole.end();
            has_changed = true;
            if !self.every || out.len() > MAX_LINE_BYTES {
                break;
            }
        }
        out.push_str(&text[at..]);
        has_changed.then_some((out, self.prints))
    }
}
