//! Text of a sed script to commands. What writes, runs or branches is refused.

use super::{
    super::{GrepSyntax, Sed, pattern::Pattern},
    Address, Command, Does, Part, SedError, Substitution,
};

/// Longest scripts, in bytes.
const MAX_SCRIPT_BYTES: usize = 16 * 1024;

/// Reads all scripts.
pub(super) fn parse(sed: &Sed) -> Result<Vec<Command>, SedError> {
    let syntax = if sed.extended { GrepSyntax::Extended } else { GrepSyntax::Basic };
    if sed.scripts.iter().map(String::len).sum::<usize>() > MAX_SCRIPT_BYTES {
        return refuse("These scripts are longer than 16 KiB.");
    }
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

    fn pattern(&self, text: &str, ignores_case: bool) -> Result<Pattern, SedError> {
        if text.is_empty() {
            return refuse("An empty pattern means the last one used, which is not read.");
        }
        let text = text.replace("\\n", "\n").replace("\\t", "\t");
        Pattern::read(&text, self.syntax, ignores_case).map_err(|error| SedError(error.0))
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
        let (mut every, mut nth, mut prints, mut ignores_case) = (false, 1, false, false);
        while let Some(c) = self.rest.chars().next() {
            match c {
                'g' => every = true,
                'p' => prints = true,
                'I' | 'i' => ignores_case = true,
                '1'..='9' => {
                    nth = self.number()?;
                    continue;
                }
                ';' | '\n' | ' ' | '\t' | '}' => break,
                c => return Err(SedError(format!("`{c}` behind `s` is not carried out."))),
            }
            self.next();
        }
        let pattern = self.pattern(&pattern, ignores_case)?;
        let has_groups = replacement.iter().any(|part| matches!(part, Part::Group(1..)));
        let groups = if has_groups { pattern.group_count() } else { 1 };
        if replacement.iter().any(|part| matches!(part, Part::Group(group) if *group >= groups)) {
            return refuse("The replacement names a group that the pattern does not have.");
        }
        Ok(Substitution { pattern, replacement, every, nth, prints })
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
