//! `$X`, `${X}`, `$(…)`, backtick pairs and placeholders that people write, inside of a word.

use std::ops::Range;

use super::{
    super::{
        HOST_NAME, MAX_PLACEHOLDERS, Placeholder, PlaceholderKind, Variable, marked_index, marker, not_understood,
        variables::Scope,
    },
    Lexer,
    word::WordBuilder,
};
use crate::{
    binding::{Form, placeholder_at},
    check::Refusal,
};

/// Variables of the shell itself, whose value is nobody's to guess.
const RESERVED: [&str; 8] = ["IFS", "PATH", "LD_PRELOAD", "BASH_ENV", "ENV", "SHELLOPTS", "PS4", "PROMPT_COMMAND"];

impl Lexer<'_> {
    /// `$X`, `${X}`, `$(…)`, a backtick pair. Returns the value of a variable that the file sets.
    pub(super) fn expansion(
        &mut self,
        word: &mut WordBuilder,
        variables: &Scope<'_>,
        placeholders: &mut Vec<Placeholder>,
    ) -> Result<Option<String>, Refusal> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let next = bytes.get(start + 1).copied();
        if bytes[start] == b'`' || next == Some(b'(') {
            let (inner, end) = self.substitution()?;
            let command = self.text[inner.clone()].to_owned();
            let name = match command.trim() {
                // Where nobody can be asked, the reader knows the node.
                "hostname" | "hostname -s" | "uname -n" => HOST_NAME.to_owned(),
                _ => format!("answer-{}", answers(placeholders).saturating_add(1)),
            };
            let kind = PlaceholderKind::Answer { command, at: Some(inner.start) };
            push(word, placeholders, Placeholder { name, span: start..end, kind })?;
            self.at = end;
            return Ok(None);
        }
        if let Some(found) = placeholder_at(self.text, start) {
            let span = start..start + found.len;
            let name = self.text[span.clone()].trim_matches(|c| "${}".contains(c));
            if RESERVED.contains(&name) {
                return Err(not_understood(span, format!("`${name}` belongs to the shell itself.")));
            }
            self.at = span.end;
            word.is_verbatim = false;
            match variables.take(name, &span)? {
                Some(Variable::Literal(value)) => {
                    word.text.push_str(value);
                    word.has_placeholder |= value.chars().any(|c| marked_index(c).is_some());
                    return Ok(Some(value.clone()));
                }
                Some(Variable::Answer(command)) => {
                    let kind = PlaceholderKind::Answer { command: command.clone(), at: None };
                    push(word, placeholders, Placeholder { name: found.name, span, kind })?;
                }
                Some(Variable::TooLong) | None => {
                    push(word, placeholders, Placeholder { name: found.name, span, kind: PlaceholderKind::Parameter })?;
                }
            }
            return Ok(None);
        }
        match next {
            Some(b'{') => Err(not_understood(start..start + 2, "This form of `${…}` is not read.")),
            Some(c) if c.is_ascii_digit() || b"?$@*#!-".contains(&c) => {
                Err(not_understood(start..start + 2, format!("`${}` has a value only in a script.", c as char)))
            }
            Some(c) if c.is_ascii_alphabetic() || c == b'_' => {
                Err(not_understood(start..start + 2, "This variable has no name that Runlight reads."))
            }
            _ => {
                self.take_char(word);
                Ok(None)
            }
        }
    }

    /// The inside of `$(…)` or of a backtick pair, and where the whole ends.
    fn substitution(&self) -> Result<(Range<usize>, usize), Refusal> {
        let bytes = self.text.as_bytes();
        let open = self.at;
        let never = || not_understood(open..self.text.len(), "This substitution is never closed.");
        if bytes[open] == b'`' {
            let len = self.text[open + 1..].find('`').ok_or_else(never)?;
            return Ok((open + 1..open + 1 + len, open + len + 2));
        }
        if bytes.get(open + 2) == Some(&b'(') {
            return Err(not_understood(open..open + 3, "Shell arithmetic is not read."));
        }
        let (mut depth, mut at, mut quote) = (1_usize, open + 2, None);
        while let Some(&byte) = bytes.get(at) {
            match (quote, byte) {
                (Some(b'\''), b'\'') | (Some(b'"'), b'"') => quote = None,
                (Some(b'\''), _) => {}
                (_, b'\\') => at += 1,
                (None, b'\'' | b'"') => quote = Some(byte),
                (None, b'(') => depth += 1,
                (None, b')') => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok((open + 2..at, at + 1));
                    }
                }
                _ => {}
            }
            at += 1;
        }
        Err(never())
    }

    pub(super) fn placeholder(
        &mut self,
        word: &mut WordBuilder,
        placeholders: &mut Vec<Placeholder>,
    ) -> Result<bool, Refusal> {
        self.placeholder_of(&[Form::Written, Form::Braced], word, placeholders, self.text.len())
    }

    /// A placeholder of one of these forms that ends here at the latest.
    pub(super) fn placeholder_of(
        &mut self,
        forms: &[Form],
        word: &mut WordBuilder,
        placeholders: &mut Vec<Placeholder>,
        end: usize,
    ) -> Result<bool, Refusal> {
        if !matches!(self.text.as_bytes()[self.at], b'<' | b'{' | b'[' | b'A'..=b'Z') {
            return Ok(false);
        }
        match placeholder_at(self.text, self.at) {
            Some(found) if forms.contains(&found.form) && self.at + found.len <= end => {
                let span = self.at..self.at + found.len;
                self.at = span.end;
                push(word, placeholders, Placeholder { name: found.name, span, kind: PlaceholderKind::Parameter })?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}

/// The highest number that an answer has so far. It stands with the last one, or with what people have written since.
fn answers(placeholders: &[Placeholder]) -> usize {
    let mut highest = 0;
    for placeholder in placeholders.iter().rev() {
        let number = placeholder.name.strip_prefix("answer-").and_then(|number| number.parse().ok());
        highest = highest.max(number.unwrap_or(0));
        if number.is_some() && matches!(placeholder.kind, PlaceholderKind::Answer { .. }) {
            break;
        }
    }
    highest
}

fn push(word: &mut WordBuilder, placeholders: &mut Vec<Placeholder>, placeholder: Placeholder) -> Result<(), Refusal> {
    if placeholders.len() == MAX_PLACEHOLDERS {
        return Err(not_understood(placeholder.span, "The command has more than 4,096 placeholders."));
    }
    word.text.push(marker(placeholders.len()));
    word.has_placeholder = true;
    word.is_verbatim = false;
    placeholders.push(placeholder);
    Ok(())
}
