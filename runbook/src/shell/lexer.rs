//! Cuts shell text into words and operators. One pass, no recursion: nested substitutions are skipped by counting.

use std::ops::Range;

use super::{MAX_PLACEHOLDERS, Placeholder, PlaceholderKind, Variable, Variables, Word, marker, not_understood};
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

/// Variables of the shell itself, whose value is nobody's to guess.
const RESERVED: [&str; 8] = ["IFS", "PATH", "LD_PRELOAD", "BASH_ENV", "ENV", "SHELLOPTS", "PS4", "PROMPT_COMMAND"];

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
        variables: &Variables,
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

    fn word(&mut self, variables: &Variables, placeholders: &mut Vec<Placeholder>) -> Result<Token, Refusal> {
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
                _ => self.take_char(&mut word),
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
            if !(is_person && self.placeholder_within(word, placeholders, close)?) {
                self.take_char(word);
            }
        }
        self.at = close + 1;
        Ok(())
    }

    fn double_quoted(
        &mut self,
        word: &mut WordBuilder,
        variables: &Variables,
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

    /// `$X`, `${X}`, `$(…)`, a backtick pair. Returns the value of a variable that the file sets.
    fn expansion(
        &mut self,
        word: &mut WordBuilder,
        variables: &Variables,
        placeholders: &mut Vec<Placeholder>,
    ) -> Result<Option<String>, Refusal> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let next = bytes.get(start + 1).copied();
        if bytes[start] == b'`' || next == Some(b'(') {
            let (inner, end) = self.substitution()?;
            let command = self.text[inner.clone()].to_owned();
            let name = format!("answer-{}", answers(placeholders) + 1);
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
            match variables.get(name) {
                Some(Variable::Literal(value)) => {
                    word.text.push_str(value);
                    word.has_placeholder |= value.chars().any(|c| super::marked_index(c).is_some());
                    return Ok(Some(value.clone()));
                }
                Some(Variable::Answer(command)) => {
                    let kind = PlaceholderKind::Answer { command: command.clone(), at: None };
                    push(word, placeholders, Placeholder { name: found.name, span, kind })?;
                }
                None => {
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

    fn placeholder(&mut self, word: &mut WordBuilder, placeholders: &mut Vec<Placeholder>) -> Result<bool, Refusal> {
        self.placeholder_within(word, placeholders, self.text.len())
    }

    fn placeholder_within(
        &mut self,
        word: &mut WordBuilder,
        placeholders: &mut Vec<Placeholder>,
        end: usize,
    ) -> Result<bool, Refusal> {
        if !matches!(self.text.as_bytes()[self.at], b'<' | b'{' | b'[' | b'A'..=b'Z') {
            return Ok(false);
        }
        match placeholder_at(self.text, self.at) {
            Some(found) if found.form == Form::Written && self.at + found.len <= end => {
                let span = self.at..self.at + found.len;
                self.at = span.end;
                push(word, placeholders, Placeholder { name: found.name, span, kind: PlaceholderKind::Parameter })?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// `{a,b}` or `{1..3}`; not `{.status.phase}` or `{}`.
    fn is_brace_list(&self) -> bool {
        let rest = &self.text[self.at..];
        let inner = rest[1..].split(['}', ' ', '\n', '"', '\'']).next().unwrap_or_default();
        let closes = rest.as_bytes().get(inner.len() + 1) == Some(&b'}');
        let starts_plain = inner.starts_with(|c: char| c.is_ascii_alphanumeric());
        closes && starts_plain && (inner.contains(',') || inner.contains(".."))
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

fn answers(placeholders: &[Placeholder]) -> usize {
    placeholders.iter().filter(|p| p.name.starts_with("answer-")).count()
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

/// A word on its way.
struct WordBuilder {
    text: String,
    start: usize,
    text_at: usize,
    is_verbatim: bool,
    is_quoted: bool,
    has_placeholder: bool,
    quotes: usize,
}

impl WordBuilder {
    fn new(start: usize) -> Self {
        Self {
            text: String::new(),
            start,
            text_at: start,
            is_verbatim: true,
            is_quoted: false,
            has_placeholder: false,
            quotes: 0,
        }
    }

    fn open_quote(&mut self, text_at: usize) {
        // Text is verbatim when one pair of quotes holds all of it.
        self.is_verbatim &= self.text.is_empty() && self.quotes == 0;
        self.text_at = text_at;
        self.is_quoted = true;
        self.quotes += 1;
    }

    fn finish(self, end: usize) -> Word {
        let is_whole = self.quotes == 0 || self.text_at + self.text.len() + 1 == end;
        Word {
            verbatim_at: (self.is_verbatim && is_whole).then_some(self.text_at),
            text: self.text,
            span: self.start..end,
            has_placeholder: self.has_placeholder,
            is_quoted: self.is_quoted,
        }
    }
}
