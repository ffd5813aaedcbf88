//! The part of `sed` that chooses and rewrites lines: `s///`, `p`, `d`, `q` with addresses. No files, no branches.

mod parse;

use self::parse::parse;

use super::{Budget, Line, Sed, TooCostly, out::Out, pattern::Pattern};

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
pub(super) fn apply(sed: &Sed, lines: Vec<Line>, budget: &Budget) -> Result<Vec<Line>, TooCostly> {
    let mut commands = match parse(sed) {
        Ok(commands) => commands,
        Err(SedError(reason)) => return Ok(vec![Line::made(format!("sed: {reason}"))]),
    };
    let count = lines.len();
    let mut out = Out::new(budget);
    for (index, mut line) in lines.into_iter().enumerate() {
        let mut is_deleted = false;
        let mut ends = false;
        for command in &mut commands {
            budget.pay(0)?;
            if !command.applies(index + 1, index + 1 == count, &line.text, budget)? {
                continue;
            }
            match &command.does {
                Does::Substitute(substitution) => {
                    if let Some(text) = substitution.run(&line.text, budget)? {
                        line = Line::made(text);
                        if substitution.prints {
                            out.write(&line.text)?;
                        }
                    }
                }
                Does::Print => {
                    budget.build(line.text.len())?;
                    out.push(line.clone())?;
                }
                Does::Delete => {
                    is_deleted = true;
                    break;
                }
                Does::Quit => {
                    ends = true;
                    break;
                }
                Does::LineNumber => out.write(&(index + 1).to_string())?,
            }
        }
        if !is_deleted && !sed.quiet {
            out.push(line)?;
        }
        if ends {
            break;
        }
    }
    Ok(out.finish())
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
    Matches(Pattern),
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
    pattern: Pattern,
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
    fn applies(&mut self, number: usize, is_last: bool, text: &str, budget: &Budget) -> Result<bool, TooCostly> {
        Ok(self.covers(number, is_last, text, budget)? != self.is_negated)
    }

    fn covers(&mut self, number: usize, is_last: bool, text: &str, budget: &Budget) -> Result<bool, TooCostly> {
        let Some(from) = &self.from else { return Ok(true) };
        let Some(to) = &self.to else { return from.is_at(number, is_last, text, budget) };
        if !self.is_open {
            if !from.is_at(number, is_last, text, budget)? {
                return Ok(false);
            }
            self.last_line = match to {
                Address::Line(line) => Some((*line).max(number)),
                Address::After(count) => Some(number.saturating_add(*count)),
                _ => None,
            };
            self.is_open =
                self.last_line.is_none_or(|last| last > number) && !matches!((to, is_last), (Address::Last, true));
            return Ok(true);
        }
        self.is_open = match self.last_line {
            Some(last) => number < last,
            None => !to.is_at(number, is_last, text, budget)?,
        };
        Ok(true)
    }
}

impl Address {
    fn is_at(&self, number: usize, is_last: bool, text: &str, budget: &Budget) -> Result<bool, TooCostly> {
        Ok(match self {
            Self::Line(line) => *line == number,
            Self::Step(first, 0) => *first == number,
            Self::Step(first, step) => number >= *first && (number - first).is_multiple_of(*step),
            Self::Last => is_last,
            Self::Matches(pattern) => pattern.is_match(text, budget)?,
            Self::After(_) => false,
        })
    }
}

impl Substitution {
    /// The text with its matches replaced; `None` when there are none.
    fn run(&self, text: &str, budget: &Budget) -> Result<Option<String>, TooCostly> {
        let has_groups = self.replacement.iter().any(|part| matches!(part, Part::Group(1..)));
        let mut out = String::new();
        let (mut at, mut count, mut has_changed) = (0, 0, false);
        self.pattern.each_match(text, budget, |start, end| {
            count += 1;
            if count < self.nth {
                return Ok(true);
            }
            let groups = if has_groups { self.pattern.groups_at(text, start, budget)? } else { None };
            let group = |group: usize| match group {
                0 => &text[start..end],
                group => groups.as_ref().and_then(|groups| groups.get(group)).map_or("", |group| group.as_str()),
            };
            let before = &text[at..start];
            let parts = self.replacement.iter().map(|part| match part {
                Part::Text(text) => text.as_str(),
                Part::Group(number) => group(*number),
            });
            budget.build(before.len() + parts.clone().map(str::len).sum::<usize>())?;
            out.push_str(before);
            parts.for_each(|part| out.push_str(part));
            at = end;
            has_changed = true;
            Ok(self.every)
        })?;
        if !has_changed {
            return Ok(None);
        }
        budget.build(text.len() - at)?;
        out.push_str(&text[at..]);
        Ok(Some(out))
    }
}
