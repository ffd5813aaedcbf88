//! Text as a shell would cut it into words, with the place of each. A quote without an end is a letter: prose has them.

use std::ops::Range;

/// A word of a command line.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// With its quotes.
    pub(super) span: Range<usize>,
    /// Without the quotes, where they stand around all of it.
    pub(super) inner: Range<usize>,
    /// Whether quotes stand around all of it.
    pub(super) is_quoted: bool,
}

/// The words between two of `|`, `;`, `&`, brackets and backticks.
#[derive(Debug, Default)]
pub(super) struct Segment {
    pub(super) words: Vec<Word>,
    /// Whether it reads what the segment before it prints.
    pub(super) is_piped: bool,
}

/// Lines, joined where a backslash ends one.
pub(super) fn logical_lines(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut lines = super::lines(text).peekable();
    std::iter::from_fn(move || {
        let mut line = lines.next()?;
        while text[line.clone()].ends_with('\\') {
            match lines.next() {
                Some(next) => line.end = next.end,
                None => break,
            }
        }
        Some(line)
    })
}

/// The segments of a line.
pub(super) fn segments(text: &str, range: Range<usize>) -> Vec<Segment> {
    let mut cutter =
        Cutter { text, end: range.end, at: range.start, unclosed: [false; 2], segments: vec![Segment::default()] };
    cutter.run();
    cutter.segments
}

struct Cutter<'t> {
    text: &'t str,
    end: usize,
    at: usize,
    /// Whether a single or a double quote is known to have no end from here on.
    unclosed: [bool; 2],
    segments: Vec<Segment>,
}

impl Cutter<'_> {
    fn run(&mut self) {
        while let Some(byte) = self.peek(0) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                b'\\' if matches!(self.peek(1), Some(b'\n' | b'\r')) => self.at += 2,
                b'|' => {
                    let is_or = self.peek(1) == Some(b'|');
                    self.separate(!is_or);
                    self.at += if is_or { 2 } else { 1 };
                }
                b';' | b'&' | b'(' | b')' | b'`' => {
                    self.separate(false);
                    self.at += 1;
                }
                _ => self.word(),
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        let at = self.at + ahead;
        (at < self.end).then(|| self.text.as_bytes()[at])
    }

    fn separate(&mut self, is_piped: bool) {
        self.segments.push(Segment { words: Vec::new(), is_piped });
    }

    fn word(&mut self) {
        let start = self.at;
        let mut quoted_to = None;
        while let Some(byte) = self.peek(0) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b'|' | b';' | b'&' | b'(' | b')' | b'`' => break,
                b'\\' => {
                    self.at +=
                        if self.peek(1).is_some_and(|b| b.is_ascii() && !matches!(b, b'\n' | b'\r')) { 2 } else { 1 }
                }
                b'\'' | b'"' if self.opens(start) => {
                    if let Some(close) = self.close(byte) {
                        quoted_to = (self.at == start).then_some(close);
                        self.at = close + 1;
                        continue;
                    }
                    self.at += 1;
                }
                _ => self.at += 1,
            }
        }
        let is_quoted = quoted_to.is_some_and(|close| close + 1 == self.at && close > start);
        let inner = if is_quoted { start + 1..self.at - 1 } else { start..self.at };
        if let Some(segment) = self.segments.last_mut() {
            segment.words.push(Word { span: start..self.at, inner, is_quoted });
        }
    }

    /// A quote opens at the beginning of a word, behind a mark, and in a flag: `-p'x'`. In `don't` it is a letter.
    fn opens(&self, start: usize) -> bool {
        let bytes = self.text.as_bytes();
        self.at == start || bytes[start] == b'-' || b"=:,([{@<+'\"".contains(&bytes[self.at - 1])
    }

    fn close(&mut self, quote: u8) -> Option<usize> {
        let which = usize::from(quote == b'"');
        if self.unclosed[which] {
            return None;
        }
        let bytes = &self.text.as_bytes()[..self.end];
        let mut at = self.at + 1;
        while at < self.end {
            match bytes[at] {
                b'\\' if quote == b'"' => at += 1,
                byte if byte == quote => return Some(at),
                _ => {}
            }
            at += 1;
        }
        self.unclosed[which] = true;
        None
    }
}
