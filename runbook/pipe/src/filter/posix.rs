//! POSIX basic and extended patterns, as grep and sed read them, in the words of the `regex` crate.
//! Back-references and look-around have no counterpart: such patterns are refused.

use regex::{Regex, RegexBuilder};

use super::GrepSyntax;

/// Largest compiled pattern, in bytes.
const MAX_PATTERN_BYTES: usize = 1 << 20;

/// Why a pattern is not read, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError(
    /// One sentence for the reader.
    pub String,
);

/// Compiles a translated pattern.
pub(crate) fn compile(pattern: &str, ignore_case: bool) -> Result<Regex, PatternError> {
    RegexBuilder::new(pattern)
        .case_insensitive(ignore_case)
        .size_limit(MAX_PATTERN_BYTES)
        .build()
        .map_err(|_| PatternError("This pattern is not a regular expression that Runlight reads.".into()))
}

/// Translates one pattern.
pub(crate) fn translate(pattern: &str, syntax: GrepSyntax) -> Result<String, PatternError> {
    match syntax {
        GrepSyntax::Fixed => Ok(regex::escape(pattern)),
        GrepSyntax::Basic => Translator::new(pattern, false).run(),
        GrepSyntax::Extended => Translator::new(pattern, true).run(),
        GrepSyntax::Perl => translate_perl(pattern),
    }
}

/// Perl patterns are passed on when they hold nothing that the `regex` crate lacks.
fn translate_perl(pattern: &str) -> Result<String, PatternError> {
    let has_lookaround =
        ["(?=", "(?!", "(?<=", "(?<!", "(?>", "(?R", "\\K", "\\G"].iter().any(|mark| pattern.contains(mark));
    let bytes = pattern.as_bytes();
    let has_reference = bytes.windows(2).any(|pair| pair[0] == b'\\' && matches!(pair[1], b'1'..=b'9' | b'g' | b'k'));
    if has_lookaround || has_reference {
        return Err(PatternError("Look-around and back-references are not read.".into()));
    }
    Ok(pattern.to_owned())
}

struct Translator<'a> {
    chars: std::iter::Peekable<std::str::Chars<'a>>,
    extended: bool,
    out: String,
    /// Whether an expression begins here: `*` and `^` mean something else there.
    at_start: bool,
    open_groups: usize,
}

impl<'a> Translator<'a> {
    fn new(pattern: &'a str, extended: bool) -> Self {
        let out = String::with_capacity(pattern.len() + 8);
        Self { chars: pattern.chars().peekable(), extended, out, at_start: true, open_groups: 0 }
    }

    fn run(mut self) -> Result<String, PatternError> {
        while let Some(c) = self.chars.next() {
            self.read(c)?;
        }
        if self.open_groups > 0 {
            return Err(PatternError("A group of this pattern is never closed.".into()));
        }
        Ok(self.out)
    }

    fn read(&mut self, c: char) -> Result<(), PatternError> {
        match (c, self.extended) {
            ('\\', _) => return self.escape(),
            ('[', _) => return self.bracket(),
            ('.', _) => self.atom("."),
            ('*', _) if self.at_start => self.atom(r"\*"),
            ('*', _) => self.repeat("*"),
            ('^', true) => self.anchor("^"),
            ('^', false) if self.at_start => self.anchor("^"),
            ('$', true) => self.atom("$"),
            ('$', false) if self.at_end() => self.atom("$"),
            ('+' | '?', true) if self.at_start => self.atom(&format!("\\{c}")),
            ('+' | '?', true) => self.repeat(&c.to_string()),
            ('{', true) if self.at_start => self.atom(r"\{"),
            ('{', true) => return self.interval(),
            ('(', true) => self.open(),
            (')', true) if self.open_groups > 0 => self.close(),
            ('|', true) => self.alternative(),
            _ => self.literal(c),
        }
        Ok(())
    }

    fn escape(&mut self) -> Result<(), PatternError> {
        let Some(c) = self.chars.next() else {
            return Err(PatternError("This pattern ends in a backslash.".into()));
        };
        match (c, self.extended) {
            ('1'..='9', _) => return Err(PatternError("Back-references are not read.".into())),
            ('(', false) => self.open(),
            (')', false) if self.open_groups > 0 => self.close(),
            (')', false) => return Err(PatternError("A group of this pattern is never opened.".into())),
            ('|', false) => self.alternative(),
            ('{', false) if self.at_start => self.atom(r"\{"),
            ('{', false) => return self.interval(),
            ('+' | '?', false) if self.at_start => self.atom(&format!("\\{c}")),
            ('+' | '?', false) => self.repeat(&c.to_string()),
            ('w', _) => self.atom("[_[:alnum:]]"),
            ('W', _) => self.atom("[^_[:alnum:]]"),
            ('s', _) => self.atom("[[:space:]]"),
            ('S', _) => self.atom("[^[:space:]]"),
            ('b', _) => self.atom(r"\b"),
            ('B', _) => self.atom(r"\B"),
            ('<', _) => self.atom(r"\b{start}"),
            ('>', _) => self.atom(r"\b{end}"),
            ('`', _) => self.atom(r"\A"),
            ('\'', _) => self.atom(r"\z"),
            // grep takes other escaped letters as themselves, with a warning.
            _ => self.literal(c),
        }
        Ok(())
    }

    /// `[a-z]`, `[^]x]`, `[[:space:]]`. A backslash in it is a plain character.
    fn bracket(&mut self) -> Result<(), PatternError> {
        let never = || PatternError("A bracket of this pattern is never closed.".into());
        let mut class = String::from("[");
        if self.chars.next_if_eq(&'^').is_some() {
            class.push('^');
        }
        let mut is_first = true;
        loop {
            let c = self.chars.next().ok_or_else(never)?;
            match c {
                ']' if !is_first => break,
                '[' if self.chars.peek() == Some(&':') => {
                    let mut name = String::new();
                    self.chars.next();
                    loop {
                        match self.chars.next().ok_or_else(never)? {
                            ':' => break,
                            c => name.push(c),
                        }
                    }
                    if self.chars.next() != Some(']') || !name.bytes().all(|b| b.is_ascii_lowercase()) {
                        return Err(PatternError("A character class of this pattern is not read.".into()));
                    }
                    class.push_str(&format!("[:{name}:]"));
                }
                '[' if matches!(self.chars.peek(), Some('.' | '=')) => {
                    return Err(PatternError("Collating elements are not read.".into()));
                }
                '-' => {
                    let is_range = !is_first && self.chars.peek().is_some_and(|next| *next != ']');
                    class.push_str(if is_range { "-" } else { r"\-" });
                }
                '\\' | '[' | ']' | '&' | '~' | '^' => {
                    class.push('\\');
                    class.push(c);
                }
                _ => class.push(c),
            }
            is_first = false;
        }
        class.push(']');
        self.atom(&class);
        Ok(())
    }

    fn interval(&mut self) -> Result<(), PatternError> {
        let mut inner = String::new();
        loop {
            match self.chars.next() {
                Some('}') if self.extended => break,
                Some('\\') if !self.extended && self.chars.peek() == Some(&'}') => {
                    self.chars.next();
                    break;
                }
                Some(c) if c.is_ascii_digit() || c == ',' => inner.push(c),
                // `{` that opens no interval is a plain character in GNU's extended patterns.
                Some(c) if self.extended => {
                    self.out.push_str(r"\{");
                    self.out.push_str(&inner);
                    self.at_start = false;
                    return self.read(c);
                }
                None if self.extended => {
                    self.out.push_str(r"\{");
                    self.out.push_str(&inner);
                    return Ok(());
                }
                _ => return Err(PatternError("A repetition of this pattern is not read.".into())),
            }
        }
        let bounds: Vec<&str> = inner.split(',').collect();
        let number = |text: &str| text.parse::<u32>().ok().filter(|n| *n <= 1000);
        let repetition = match bounds.as_slice() {
            [n] => number(n).map(|n| format!("{{{n}}}")),
            ["", n] => number(n).map(|n| format!("{{0,{n}}}")),
            [n, ""] => number(n).map(|n| format!("{{{n},}}")),
            [n, m] => number(n).zip(number(m)).filter(|(n, m)| n <= m).map(|(n, m)| format!("{{{n},{m}}}")),
            _ => None,
        };
        match repetition {
            Some(repetition) => self.repeat(&repetition),
            None => return Err(PatternError("A repetition of this pattern is not read.".into())),
        }
        Ok(())
    }

    fn atom(&mut self, text: &str) {
        self.out.push_str(text);
        self.at_start = false;
    }

    fn anchor(&mut self, text: &str) {
        self.out.push_str(text);
        self.at_start = true;
    }

    fn literal(&mut self, c: char) {
        if r"\.+*?()|[]{}^$#&-~".contains(c) {
            self.out.push('\\');
        }
        self.out.push(c);
        self.at_start = false;
    }

    /// A repetition of a repetition is one of the group around it.
    fn repeat(&mut self, text: &str) {
        let is_repeated = self.out.ends_with(['*', '+', '?', '}']) && !self.ends_in_escape();
        if is_repeated {
            // `a**` and `a+*` mean what the outermost says; a group keeps the `regex` crate from reading `a+?`.
            let at = self.atom_start();
            self.out.insert_str(at, "(?:");
            self.out.push(')');
        }
        self.out.push_str(text);
    }

    fn ends_in_escape(&self) -> bool {
        let bytes = self.out.as_bytes();
        let slashes = bytes[..bytes.len().saturating_sub(1)].iter().rev().take_while(|b| **b == b'\\').count();
        slashes % 2 == 1
    }

    /// Where the last repeated atom begins; the whole expression so far is a safe answer for none of them, so the
    /// search goes back over one atom and its repetitions.
    fn atom_start(&self) -> usize {
        let body = self.out.trim_end_matches(['*', '+', '?']);
        let body = match body.rfind('{') {
            Some(open) if body.ends_with('}') && !body[..open].ends_with('\\') => &body[..open],
            _ => body,
        };
        if body.ends_with(']') && !body.ends_with("\\]") {
            return body
                .rfind(['['])
                .map_or(0, |at| body[..at].rfind('[').filter(|b| body[*b..at].len() < 2).unwrap_or(at));
        }
        if body.ends_with(')') && !body.ends_with("\\)") {
            return matching_open(body).unwrap_or(0);
        }
        let last = body.chars().next_back().map_or(0, char::len_utf8);
        let at = body.len() - last;
        if body[..at].ends_with('\\') { at - 1 } else { at }
    }

    fn open(&mut self) {
        self.out.push('(');
        self.open_groups += 1;
        self.at_start = true;
    }

    fn close(&mut self) {
        self.out.push(')');
        self.open_groups -= 1;
        self.at_start = false;
    }

    fn alternative(&mut self) {
        self.out.push('|');
        self.at_start = true;
    }

    /// In a basic pattern `$` is an anchor only at the end of the pattern, a group or an alternative.
    fn at_end(&self) -> bool {
        let mut rest = self.chars.clone();
        match rest.next() {
            None => true,
            Some('\\') => matches!(rest.next(), Some(')' | '|')),
            Some(_) => false,
        }
    }
}

/// The parenthesis that the last one of a text closes.
fn matching_open(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    for at in (0..bytes.len()).rev() {
        let is_escaped = at > 0 && bytes[at - 1] == b'\\';
        match bytes[at] {
            b')' if !is_escaped => depth += 1,
            b'(' if !is_escaped => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}
