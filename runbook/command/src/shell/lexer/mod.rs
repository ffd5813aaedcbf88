//! Cuts shell text into words and operators. One pass, no recursion: nested substitutions are skipped by counting.

mod expansion;
mod word;

use std::ops::Range;

use self::word::WordBuilder;
use super::{Placeholder, Word, not_understood, variables::Scope};
use crate::{
    binding::{Form, placeholder_at},
    check::Refusal,
};

/// A word or an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Word(Word),
    /// Words that an unquoted variable of the file expands to: `$KUBECTL get pods`.
    Words(Vec<Word>),
    Operator(Operator, Range<usize>),
}

/// Longest list between braces that is looked at, in bytes.
const MAX_LIST_BYTES: usize = 512;

/// What stands between words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Pipe,
    PipeBoth,
    And,
    Or,
    Then,
    Newline,
    Background,
    /// `>` or `>>` of a descriptor: 1 output, 2 errors, 0 both (`&>`).
    Write(u8),
    /// `N>&M`.
    Duplicate,
    Read,
    HereDocument,
    Parenthesis,
}

/// Reads tokens one by one, so that an assignment is known to what follows it.
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Where the next token begins at the earliest.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// The next token.
    pub(super) fn next(
        &mut self,
        variables: &Scope<'_>,
        placeholders: &mut Vec<Placeholder>,
    ) -> Result<Option<Token>, Refusal> {
        self.skip_blanks();
        let bytes = self.text.as_bytes();
        let Some(&byte) = bytes.get(self.at) else { return Ok(None) };
        let start = self.at;
        let operator = match (byte, bytes.get(start + 1)) {
            (b'\n', _) => Some((Operator::Newline, 1)),
            (b'|', Some(b'|')) => Some((Operator::Or, 2)),
            (b'|', Some(b'&')) => Some((Operator::PipeBoth, 2)),
            (b'|', _) => Some((Operator::Pipe, 1)),
            (b'&', Some(b'&')) => Some((Operator::And, 2)),
            (b'&', Some(b'>')) => Some((Operator::Write(0), if bytes.get(start + 2) == Some(&b'>') { 3 } else { 2 })),
            (b'&', _) => Some((Operator::Background, 1)),
            (b';', Some(b';')) => return Err(not_understood(start..start + 2, "`;;` belongs to a shell script.")),
            (b';', _) => Some((Operator::Then, 1)),
            (b'(' | b')', _) => Some((Operator::Parenthesis, 1)),
            (b'<', _) if placeholder_at(self.text, start).is_some() => None,
            (b'<' | b'>', _) => Some(self.redirection(start, 1)),
            (b'0'..=b'9', Some(b'<' | b'>')) if placeholder_at(self.text, start + 1).is_none() => {
                let (operator, len) = self.redirection(start + 1, byte - b'0');
                Some((operator, len + 1))
            }
            _ => None,
        };
        if let Some((operator, len)) = operator {
            self.at = start + len;
            return Ok(Some(Token::Operator(operator, start..self.at)));
        }
        self.word(variables, placeholders).map(Some)
    }

    /// The redirection that begins at `at`, and its length.
    fn redirection(&self, at: usize, descriptor: u8) -> (Operator, usize) {
        let bytes = &self.text.as_bytes()[at..];
        match bytes {
            [b'<', b'<', ..] => (Operator::HereDocument, 2),
            [b'<', ..] => (Operator::Read, 1),
            [b'>', b'&', digit, ..] if digit.is_ascii_digit() => (Operator::Duplicate, 3),
            [b'>', b'&', ..] => (Operator::Write(0), 2),
            [b'>', b'>' | b'|', ..] => (Operator::Write(descriptor), 2),
            _ => (Operator::Write(descriptor), 1),
        }
    }

    fn skip_blanks(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b' ' | b'\t' => self.at += 1,
                b'\\' if bytes.get(self.at + 1) == Some(&b'\n') => self.at += 2,
                b'#' => {
                    self.at = bytes[self.at..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |n| self.at + n)
                }
                _ => return,
            }
        }
    }

    fn word(&mut self, variables: &Scope<'_>, placeholders: &mut Vec<Placeholder>) -> Result<Token, Refusal> {
        let mut word = WordBuilder::new(self.at);
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\n' | b'|' | b'&' | b';' | b')' | b'>' => break,
                b'(' => {
                    let span = self.at..self.at + 1;
                    return Err(not_understood(span, "A parenthesis here belongs to a shell function or a subshell."));
                }
                b'\'' => self.single_quoted(&mut word, placeholders)?,
                b'"' => self.double_quoted(&mut word, variables, placeholders)?,
                b'\\' => self.escape(&mut word),
                b'$' if matches!(bytes.get(self.at + 1), Some(b'\'' | b'"')) => {
                    return Err(not_understood(self.at..self.at + 2, "`$'…'` quoting is not read."));
                }
                b'$' | b'`' => {
                    if let Some(value) = self.expansion(&mut word, variables, placeholders)?
                        && value.contains(char::is_whitespace)
                    {
                        return self.split(word, &value);
                    }
                }
                _ if self.placeholder(&mut word, placeholders)? => {}
                b'<' => break,
                b'{' if self.is_brace_list() => {
                    let span = self.at..self.at + 1;
                    return Err(not_understood(span, "`{a,b}` lists are not read: write the words out."));
                }
                _ => self.take_plain(&mut word),
            }
        }
        Ok(Token::Word(word.finish(self.at)))
    }

    /// `$KUBECTL` standing alone whose value holds blanks: the shell would split it.
    fn split(&mut self, word: WordBuilder, value: &str) -> Result<Token, Refusal> {
        let span = word.start..self.at;
        let ends = self.text.as_bytes().get(self.at).is_none_or(|b| b" \t\n|&;)".contains(b));
        if !ends || word.text != value || value.contains(['"', '\'', '\\', '`', '$', '*', '?', '|', '&', ';', '<', '>'])
        {
            return Err(not_understood(span, "This variable holds blanks and is not quoted."));
        }
        let words = value
            .split_whitespace()
            .map(|text| Word { text: text.to_owned(), span: span.clone(), ..Word::default() })
            .collect();
        Ok(Token::Words(words))
    }

    fn single_quoted(&mut self, word: &mut WordBuilder, placeholders: &mut Vec<Placeholder>) -> Result<(), Refusal> {
        let open = self.at;
        let Some(len) = self.text[open + 1..].find('\'') else {
            return Err(not_understood(open..self.text.len(), "This quote is never closed."));
        };
        let close = open + 1 + len;
        self.at = open + 1;
        word.open_quote(self.at);
        while self.at < close {
            // Inside single quotes only placeholders written for people count; `$` is the inner program's.
            let is_person = matches!(self.text.as_bytes()[self.at], b'<' | b'{' | b'[' | b'A'..=b'Z');
            if !(is_person && self.placeholder_of(&[Form::Written], word, placeholders, close)?) {
                self.take_char(word);
            }
        }
        self.at = close + 1;
        Ok(())
    }

    fn double_quoted(
        &mut self,
        word: &mut WordBuilder,
        variables: &Scope<'_>,
        placeholders: &mut Vec<Placeholder>,
    ) -> Result<(), Refusal> {
        let open = self.at;
        let bytes = self.text.as_bytes();
        self.at += 1;
        word.open_quote(self.at);
        loop {
            match bytes.get(self.at) {
                None => return Err(not_understood(open..self.text.len(), "This quote is never closed.")),
                Some(b'"') => break,
                Some(b'\\') => match bytes.get(self.at + 1) {
                    Some(b'\n') => {
                        word.is_verbatim = false;
                        self.at += 2;
                    }
                    Some(b'"' | b'\\' | b'$' | b'`') => {
                        word.is_verbatim = false;
                        self.at += 1;
                        self.take_char(word);
                    }
                    _ => self.take_char(word),
                },
                Some(b'$' | b'`') => {
                    self.expansion(word, variables, placeholders)?;
                }
                Some(_) => {
                    if !self.placeholder(word, placeholders)? {
                        self.take_char(word);
                    }
                }
            }
        }
        self.at += 1;
        Ok(())
    }

    fn escape(&mut self, word: &mut WordBuilder) {
        word.is_verbatim = false;
        match self.text.as_bytes().get(self.at + 1) {
            Some(b'\n') => self.at += 2,
            Some(_) => {
                word.is_quoted = true;
                self.at += 1;
                self.take_char(word);
            }
            None => self.take_char(word),
        }
    }

    /// `{a,b}` or `{1..3}`; not `{.status.phase}` or `{}`.
    fn is_brace_list(&self) -> bool {
        let near = self.text.floor_char_boundary(self.at + MAX_LIST_BYTES);
        let rest = &self.text[self.at..near];
        let inner = rest[1..].split(['}', ' ', '\n', '"', '\'']).next().unwrap_or_default();
        let closes = rest.as_bytes().get(inner.len() + 1) == Some(&b'}');
        let starts_plain = inner.starts_with(|c: char| c.is_ascii_alphanumeric());
        closes && starts_plain && (inner.contains(',') || inner.contains(".."))
    }

    /// Takes a character, and those after it that mean nothing but themselves.
    fn take_plain(&mut self, word: &mut WordBuilder) {
        let rest = &self.text.as_bytes()[self.at..];
        let len = rest.iter().take_while(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'/')).count();
        match len {
            0 => self.take_char(word),
            len => {
                word.text.push_str(&self.text[self.at..self.at + len]);
                self.at += len;
            }
        }
    }

    fn take_char(&mut self, word: &mut WordBuilder) {
        if let Some(c) = self.text[self.at..].chars().next() {
            word.text.push(c);
            self.at += c.len_utf8();
            if super::marked_index(c).is_some() {
                word.has_placeholder = true;
            }
        }
    }
}
