//! The part of `sed` that chooses and rewrites lines: `s///`, `p`, `d`, `q` with addresses. No files, no branches.

use regex::Regex;

use super::{GrepSyntax, Line, Sed, posix};

/// Longest line that a script may build, in bytes.
const MAX_LINE_BYTES: usize = 1 << 20;

/// Why a script is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SedError(pub(crate) String);

/// Checks that the scripts can be carried out.
pub(crate) fn check(sed: &Sed) -> Result<(), SedError> {
    parse(sed).map(drop)
}

/// Carries out the scripts.
pub(super) fn apply(sed: &Sed, lines: Vec<Line>) -> Vec<Line> {
    let mut commands = match parse(sed) {
        Ok(commands) => commands,
        Err(SedError(reason)) => return vec![Line::made(format!("sed: {reason}"))],
    };
    let count = lines.len();
    let mut out = Vec::new();
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
                            out.push(line.clone());
                        }
                    }
                }
                Does::Print => out.push(line.clone()),
                Does::Delete => {
                    is_deleted = true;
                    break;
                }
                Does::Quit => {
                    ends = true;
                    break;
                }
                Does::LineNumber => out.push(Line::made((index + 1).to_string())),
            }
        }
        if !is_deleted && !sed.quiet {
            out.push(line);
        }
        if ends {
            break;
        }
    }
    out
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

fn parse(sed: &Sed) -> Result<Vec<Command>, SedError> {
    let syntax = if sed.extended { GrepSyntax::Extended } else { GrepSyntax::Basic };
    let mut commands = Vec::new();
    for script in &sed.scripts {
        let mut parser = Parser { rest: script, syntax };
        loop {
            parser.rest = parser.rest.trim_start_matches([' ', '\t', ';', '\n']);
            if parser.rest.is_empty() {
                break;
            }
            commands.push(parser.command()?);
        }
    }
    if commands.is_empty() { refuse("This script is empty.") } else { Ok(commands) }
}

fn refuse<T>(reason: &str) -> Result<T, SedError> {
    Err(SedError(reason.into()))
}

struct Parser<'a> {
    rest: &'a str,
    syntax: GrepSyntax,
}

impl Parser<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    fn command(&mut self) -> Result<Command, SedError> {
        let from = self.address()?;
        let mut to = None;
        if from.is_some() && self.rest.starts_with(',') {
            self.next();
            to = self.address()?;
            if to.is_none() {
                return refuse("The second address of this script is missing.");
            }
        }
        self.rest = self.rest.trim_start();
        let is_negated = self.rest.starts_with('!');
        if is_negated {
            self.next();
            self.rest = self.rest.trim_start();
        }
        let does = match self.next() {
            Some('s') => Does::Substitute(self.substitution()?),
            Some('p') => Does::Print,
            Some('d') => Does::Delete,
            Some('q') => Does::Quit,
            Some('=') => Does::LineNumber,
            Some(c) => return Err(SedError(format!("`{c}` of sed is not carried out."))),
            None => return refuse("This script ends too early."),
        };
        if !self.rest.trim_start_matches([' ', '\t']).is_empty()
            && !self.rest.trim_start_matches([' ', '\t']).starts_with([';', '\n'])
        {
            return refuse("What follows this command of sed is not read.");
        }
        Ok(Command { from, to, is_negated, does, is_open: false, last_line: None })
    }

    fn address(&mut self) -> Result<Option<Address>, SedError> {
        self.rest = self.rest.trim_start();
        let address = match self.rest.chars().next() {
            Some('$') => {
                self.next();
                Address::Last
            }
            Some('/') => {
                self.next();
                let text = self.delimited('/')?;
                let ignores_case = self.rest.starts_with('I');
                if ignores_case {
                    self.next();
                }
                Address::Matches(self.pattern(&text, ignores_case)?)
            }
            Some('+') => {
                self.next();
                Address::After(self.number()?)
            }
            Some(c) if c.is_ascii_digit() => {
                let first = self.number()?;
                if self.rest.starts_with('~') {
                    self.next();
                    Address::Step(first, self.number()?)
                } else {
                    Address::Line(first)
                }
            }
            _ => return Ok(None),
        };
        Ok(Some(address))
    }

    fn number(&mut self) -> Result<usize, SedError> {
        let len = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let number = self.rest[..len].parse();
        self.rest = &self.rest[len..];
        number.map_err(|_| SedError("A number of this script is not read.".into()))
    }

    fn pattern(&self, text: &str, ignores_case: bool) -> Result<Regex, SedError> {
        if text.is_empty() {
            return refuse("An empty pattern means the last one used, which is not read.");
        }
        let text = text.replace("\\n", "\n").replace("\\t", "\t");
        posix::translate(&text, self.syntax)
            .and_then(|pattern| posix::compile(&pattern, ignores_case))
            .map_err(|error| SedError(error.0))
    }

    /// Up to the delimiter; an escaped one stands for itself, brackets hide it.
    fn delimited(&mut self, delimiter: char) -> Result<String, SedError> {
        let mut out = String::new();
        let mut in_brackets = false;
        while let Some(c) = self.next() {
            match c {
                '\\' => match self.next() {
                    Some(c) if c == delimiter => out.push(c),
                    Some('\n') => out.push('\n'),
                    Some(c) => {
                        out.push('\\');
                        out.push(c);
                    }
                    None => break,
                },
                c if c == delimiter && !in_brackets => return Ok(out),
                c => {
                    match c {
                        '[' if delimiter != '[' => in_brackets = true,
                        ']' => in_brackets = false,
                        _ => {}
                    }
                    out.push(c);
                }
            }
        }
        refuse("A pattern of this script is never closed.")
    }

    fn substitution(&mut self) -> Result<Substitution, SedError> {
        let delimiter = match self.next() {
            Some(c) if c != '\\' && c != '\n' => c,
            _ => return refuse("`s` of sed needs a delimiter."),
        };
        let pattern = self.delimited(delimiter)?;
        let replacement = self.replacement(delimiter)?;
        let mut substitution = Substitution {
            pattern: Regex::new("").map_err(|_| SedError(String::new()))?,
            replacement,
            every: false,
            nth: 1,
            prints: false,
        };
        let mut ignores_case = false;
        while let Some(c) = self.rest.chars().next() {
            match c {
                'g' => substitution.every = true,
                'p' => substitution.prints = true,
                'I' | 'i' => ignores_case = true,
                '1'..='9' => {
                    substitution.nth = self.number()?;
                    continue;
                }
                ';' | '\n' | ' ' | '\t' | '}' => break,
                c => return Err(SedError(format!("`{c}` behind `s` is not carried out."))),
            }
            self.next();
        }
        substitution.pattern = self.pattern(&pattern, ignores_case)?;
        let groups = substitution.pattern.captures_len();
        if substitution.replacement.iter().any(|part| matches!(part, Part::Group(group) if *group >= groups)) {
            return refuse("The replacement names a group that the pattern does not have.");
        }
        Ok(substitution)
    }

    fn replacement(&mut self, delimiter: char) -> Result<Vec<Part>, SedError> {
        let mut parts = Vec::new();
        let mut text = String::new();
        while let Some(c) = self.next() {
            let group = match c {
                c if c == delimiter => {
                    parts.push(Part::Text(text));
                    return Ok(parts);
                }
                '&' => 0,
                '\\' => match self.next() {
                    Some(c @ '0'..='9') => c as usize - '0' as usize,
                    Some('n') => {
                        text.push('\n');
                        continue;
                    }
                    Some('t') => {
                        text.push('\t');
                        continue;
                    }
                    Some('U' | 'L' | 'u' | 'l' | 'E') => return refuse("Changing the case is not carried out."),
                    Some(c) => {
                        text.push(c);
                        continue;
                    }
                    None => break,
                },
                c => {
                    text.push(c);
                    continue;
                }
            };
            parts.push(Part::Text(std::mem::take(&mut text)));
            parts.push(Part::Group(group));
        }
        refuse("The replacement is never closed.")
    }
}
