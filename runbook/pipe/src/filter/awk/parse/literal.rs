//! Numbers, names, texts and patterns of awk.

use super::{
    super::{AwkError, Expression},
    Parser, pattern, refuse,
};
use crate::filter::pattern::Pattern;

impl Parser<'_> {
    pub(super) fn number(&mut self) -> Result<Expression, AwkError> {
        let rest = self.rest();
        let len = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        self.at += len;
        match rest[..len].parse() {
            Ok(number) => Ok(Expression::Number(number)),
            Err(_) => refuse("A number of this program is not read."),
        }
    }

    pub(super) fn name(&mut self) -> Result<String, AwkError> {
        let word = self.peek_word();
        if word.is_empty() {
            return refuse("A name is missing in this program.");
        }
        self.at += word.len();
        Ok(word.to_owned())
    }

    pub(super) fn string(&mut self) -> Result<String, AwkError> {
        let mut out = String::new();
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += at + 1;
                    return Ok(out);
                }
                '\\' => match chars.next() {
                    Some((_, 'n')) => out.push('\n'),
                    Some((_, 't')) => out.push('\t'),
                    Some((_, c @ ('"' | '\\' | '/'))) => out.push(c),
                    Some((_, c)) => {
                        out.push('\\');
                        out.push(c);
                    }
                    None => break,
                },
                c => out.push(c),
            }
        }
        refuse("A text of this program is never closed.")
    }

    pub(super) fn regex(&mut self) -> Result<Pattern, AwkError> {
        let mut is_escaped = false;
        let mut in_brackets = false;
        for (at, c) in self.rest().char_indices().skip(1) {
            match c {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '[' => in_brackets = true,
                ']' => in_brackets = false,
                '/' if !in_brackets => {
                    let text = &self.rest()[1..at];
                    self.at += at + 1;
                    return pattern(text);
                }
                _ => {}
            }
        }
        refuse("A pattern of this program is never closed.")
    }

    /// After `~`: a pattern, or a text that is one.
    pub(super) fn regex_operand(&mut self) -> Result<Pattern, AwkError> {
        self.skip_blanks();
        match self.rest().chars().next() {
            Some('/') => self.regex(),
            Some('"') => {
                let text = self.string()?;
                pattern(&text)
            }
            _ => refuse("A pattern that is computed is not carried out."),
        }
    }
}
