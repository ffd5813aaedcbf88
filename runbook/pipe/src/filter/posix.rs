//! POSIX basic and extended patterns, as grep and sed read them, in the words of the `regex` crate.
//! Back-references and look-around have no counterpart: such patterns are refused.

use super::{GrepSyntax, pattern::PatternError};

/// Longest pattern, in bytes.
const MAX_PATTERN_BYTES: usize = 4096;
/// Most repetitions of repetitions around one part: each but the plainest takes a group of its own.
const MAX_STACKED: usize = 8;

/// Translates one pattern.
pub(crate) fn translate(pattern: &str, syntax: GrepSyntax) -> Result<String, PatternError> {
    if pattern.len() > MAX_PATTERN_BYTES {
        return Err(PatternError("This pattern is longer than 4 KiB.".into()));
    }
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
    /// Where the open groups begin in `out`.
    open_groups: Vec<usize>,
    /// Where the last part that can be repeated begins in `out`.
    atom_at: usize,
    /// Where its repetition begins, and how many are stacked on it.
    repetition: Option<(usize, usize)>,
}

impl<'a> Translator<'a> {
    fn new(pattern: &'a str, extended: bool) -> Self {
        let out = String::with_capacity(pattern.len() + 8);
        Self {
            chars: pattern.chars().peekable(),
            extended,
            out,
            at_start: true,
            open_groups: Vec::new(),
            atom_at: 0,
            repetition: None,
        }
    }

    fn run(mut self) -> Result<String, PatternError> {
        while let Some(c) = self.chars.next() {
            self.read(c)?;
        }
        if !self.open_groups.is_empty() {
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
            ('*', _) => return self.repeat("*"),
            ('^', true) => self.anchor("^"),
            ('^', false) if self.at_start => self.anchor("^"),
            ('$', true) => self.atom("$"),
            ('$', false) if self.at_end() => self.atom("$"),
            ('+' | '?', true) if self.at_start => self.atom(&format!("\\{c}")),
            ('+' | '?', true) => return self.repeat(&c.to_string()),
            ('{', true) if self.at_start => self.atom(r"\{"),
            ('{', true) => return self.interval(),
            ('(', true) => self.open(),
            (')', true) if !self.open_groups.is_empty() => self.close(),
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
            (')', false) if !self.open_groups.is_empty() => self.close(),
            (')', false) => return Err(PatternError("A group of this pattern is never opened.".into())),
            ('|', false) => self.alternative(),
            ('{', false) if self.at_start => self.atom(r"\{"),
            ('{', false) => return self.interval(),
            ('+' | '?', false) if self.at_start => self.atom(&format!("\\{c}")),
            ('+' | '?', false) => return self.repeat(&c.to_string()),
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
                    self.brace(&inner);
                    return self.read(c);
                }
                None if self.extended => {
                    self.brace(&inner);
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
            None => Err(PatternError("A repetition of this pattern is not read.".into())),
        }
    }

    /// A brace that opens no interval, with the digits behind it.
    fn brace(&mut self, digits: &str) {
        self.atom(r"\{");
        digits.chars().for_each(|digit| self.literal(digit));
    }

    fn atom(&mut self, text: &str) {
        self.begin_atom();
        self.out.push_str(text);
    }

    fn begin_atom(&mut self) {
        self.atom_at = self.out.len();
        self.repetition = None;
        self.at_start = false;
    }

    fn anchor(&mut self, text: &str) {
        self.begin_atom();
        self.out.push_str(text);
        self.at_start = true;
    }

    fn literal(&mut self, c: char) {
        self.begin_atom();
        if r"\.+*?()|[]{}^$#&-~".contains(c) {
            self.out.push('\\');
        }
        self.out.push(c);
    }

    /// A repetition of a repetition is one of the group around it; of `*`, `+` and `?` two are one or the other.
    fn repeat(&mut self, text: &str) -> Result<(), PatternError> {
        let (at, stacked) = match self.repetition {
            None => (self.out.len(), 0),
            Some((at, stacked)) => {
                let before = &self.out[at..];
                if let (true, true) = (is_plain(before), is_plain(text)) {
                    let both = if before == text { text } else { "*" };
                    self.out.replace_range(at.., both);
                    return Ok(());
                }
                // A group keeps the `regex` crate from reading `a{2}?` as a lazy repetition.
                self.out.insert_str(self.atom_at, "(?:");
                self.out.push(')');
                (self.out.len(), stacked + 1)
            }
        };
        if stacked > MAX_STACKED {
            return Err(PatternError("The repetitions of this pattern are stacked too high.".into()));
        }
        self.out.push_str(text);
        self.repetition = Some((at, stacked));
        Ok(())
    }

    fn open(&mut self) {
        self.open_groups.push(self.out.len());
        self.out.push('(');
        self.repetition = None;
        self.at_start = true;
    }

    fn close(&mut self) {
        self.out.push(')');
        self.atom_at = self.open_groups.pop().unwrap_or(0);
        self.repetition = None;
        self.at_start = false;
    }

    fn alternative(&mut self) {
        self.begin_atom();
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

fn is_plain(repetition: &str) -> bool {
    matches!(repetition, "*" | "+" | "?")
}
