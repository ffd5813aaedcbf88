//! Secrets on command lines: by the table of programs, by flags that say what they are, and by what is piped into a
//! program that reads a password. A command inside a word (`ssh host '…'`) is read as well.

use std::ops::Range;

use super::{
    Found,
    judge::{Candidate, Tie, is_secret},
    key, looks,
    program::{self, At, Part, Place, Rule},
    stand_in, value,
    words::{Segment, Word, segments},
};

/// Deepest nesting of command lines inside words.
const MAX_DEPTH: usize = 3;
/// Words of one command that are looked at.
const MAX_WORDS: usize = 60;

pub(super) fn read<'t>(text: &'t str, line: Range<usize>, found: &mut Found<'t>) {
    read_nested(text, line, 0, found);
}

fn read_nested<'t>(text: &'t str, range: Range<usize>, depth: usize, found: &mut Found<'t>) {
    let segments = segments(text, range);
    for (at, segment) in segments.iter().enumerate() {
        let input = if segment.is_piped { at.checked_sub(1).map(|before| &segments[before]) } else { None };
        Reader { text, words: &segment.words, input, found: &mut *found }.read();
        let is_line = |word: &&Word| word.is_quoted && text[word.inner.clone()].contains([' ', '\t']);
        if depth < MAX_DEPTH {
            segment
                .words
                .iter()
                .filter(is_line)
                .for_each(|word| read_nested(text, word.inner.clone(), depth + 1, found));
        }
    }
}

struct Reader<'r, 't> {
    text: &'t str,
    words: &'r [Word],
    /// The segment that is piped into this one.
    input: Option<&'r Segment>,
    found: &'r mut Found<'t>,
}

impl<'r, 't> Reader<'r, 't> {
    fn read(&mut self) {
        let words = self.words;
        for (at, word) in words.iter().enumerate() {
            let name = self.str(word);
            if name.starts_with('-') {
                self.flag(at, name);
            }
            let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
            let rest = &words[at + 1..];
            let rest = &rest[..rest.len().min(MAX_WORDS)];
            program::find(base).iter().for_each(|rule| self.rule(rule, rest));
        }
        self.beside_a_user();
        let reads_input = |word: &Word| {
            let word = self.str(word);
            word.starts_with('-') && READS_INPUT.iter().any(|flag| word.contains(flag))
        };
        if words.iter().any(reads_input) {
            self.input(words, Part::Whole);
        }
    }

    fn str(&self, word: &Word) -> &'t str {
        self.text.get(word.inner.clone()).unwrap_or("")
    }

    /// `--password x`: the flag says what it is. With `=` it is a pair like any other.
    fn flag(&mut self, at: usize, flag: &str) {
        let Some(value) = self.words.get(at + 1) else { return };
        let Some(kind) = (!flag.contains('=')).then(|| key::classify(flag)).flatten() else { return };
        let text = self.str(value);
        let is_followed = !text.starts_with('-') && !text.starts_with("#");
        let candidate = Candidate { value: text, is_quoted: value.is_quoted, rest: "" };
        // One dash and several letters may as well be a short flag with its value.
        let name = flag.trim_start_matches('-');
        let is_long = flag.starts_with("--")
            || name.len() > 3
                && (name.bytes().all(|b| b.is_ascii_lowercase() || b == b'.')
                    || name.starts_with(|c: char| c.is_ascii_uppercase()));
        if is_followed && is_long && is_secret(kind, Tie::Flag, &candidate) {
            let span = self.without_marks(value);
            self.found.likely(span, kind.what());
        }
    }

    /// `-u joe -p x`: beside a user's name, what no dictionary holds is a password, whatever the program is.
    fn beside_a_user(&mut self) {
        let is_flag = |word: &Word, flags: &[&str]| flags.contains(&self.str(word));
        let has_user = self.words.iter().any(|word| is_flag(word, &["-u", "-U", "--user", "--username", "-user"]));
        let reads_next = |word: &Word| {
            program::find(self.str(word)).iter().all(|rule| rule.places.iter().all(|place| place.at != At::Glued("-p")))
        };
        if !has_user || !self.words.iter().all(reads_next) {
            return;
        }
        let passwords: Vec<Range<usize>> = self
            .words
            .windows(2)
            .filter(|pair| is_flag(&pair[0], &["-p", "-P", "-w", "-pw"]))
            .map(|pair| self.without_marks(&pair[1]))
            .collect();
        passwords.into_iter().for_each(|span| self.keep(span, Part::Odd));
    }

    /// Prose ends a word with a mark that is no part of it.
    fn without_marks(&self, word: &Word) -> Range<usize> {
        if word.is_quoted {
            return word.inner.clone();
        }
        // Quotes within a word belong to its value: `key='x'`.
        if self.text[word.span.clone()].contains(['\'', '"']) {
            return word.span.clone();
        }
        match value::read(self.text, word.span.start, word.span.end) {
            Some(value) => value.span,
            None => word.span.clone(),
        }
    }

    fn rule(&mut self, rule: &Rule, rest: &'r [Word]) {
        let Some(rest) = self.behind(&rule.words, rest) else { return };
        rule.places.iter().for_each(|place| self.place(place, rest));
    }

    /// What stands behind the words that a rule wants.
    fn behind(&self, wanted: &[Vec<&str>], mut rest: &'r [Word]) -> Option<&'r [Word]> {
        for choices in wanted {
            let at = rest.iter().position(|word| choices.contains(&self.str(word)))?;
            rest = &rest[at + 1..];
        }
        Some(rest)
    }

    fn place(&mut self, place: &Place, rest: &'r [Word]) {
        let operands = || rest.iter().filter(|word| !self.str(word).starts_with(['-', '<', '>', '#']));
        let words: Vec<Range<usize>> = match place.at {
            At::Input => return self.input(rest, place.part),
            At::Flag(flag) => self.behind_flag(flag, true, rest),
            At::Glued(flag) => self.behind_flag(flag, false, rest),
            At::Operand(at) => operands().nth(at).map(|word| self.without_marks(word)).into_iter().collect(),
            At::Last => operands().next_back().map(|word| self.without_marks(word)).into_iter().collect(),
            At::Every => operands().map(|word| word.inner.clone()).collect(),
        };
        words.into_iter().for_each(|span| self.keep(span, place.part));
    }

    /// The values of a flag: `-p x`, `-px`, `--user=x`.
    fn behind_flag(&self, flag: &str, takes_next: bool, rest: &[Word]) -> Vec<Range<usize>> {
        let is_short = flag.len() == 2;
        let value = |(at, word): (usize, &Word)| {
            let text = &self.text[word.span.clone()];
            if text == flag {
                let next = rest.get(at + 1).filter(|_| takes_next)?;
                return (!self.str(next).starts_with('-')).then(|| self.without_marks(next));
            }
            let tail = text.strip_prefix(flag)?;
            let is_whole = tail.starts_with('=') || flag.ends_with([':', '=']);
            let is_glued = is_short || flag.ends_with('+') || !takes_next;
            // `-keyout` is no `-k`.
            let is_word = takes_next && looks::is_plain_word(tail);
            if !is_whole && (!is_glued || is_word) {
                return None;
            }
            let start = word.span.end - tail.len() + usize::from(tail.starts_with('='));
            // `--from-literal=key='x y'`: the quotes stand within the word.
            let is_mixed = tail.contains(['\'', '"']) && !tail.trim_start_matches('=').starts_with(['\'', '"', '$']);
            if is_mixed {
                return Some(start..word.span.end);
            }
            value::read(self.text, start, word.span.end).map(|value| value.span)
        };
        rest.iter().enumerate().filter_map(value).collect()
    }

    /// What `echo` prints into a program, or what stands behind `<<<`.
    fn input(&mut self, rest: &[Word], part: Part) {
        if let Some(at) = rest.iter().position(|word| self.text[word.span.clone()].starts_with("<<<")) {
            let word = &rest[at];
            let span = match word.span.len() {
                3 => rest.get(at + 1).map(|next| self.without_marks(next)),
                _ => value::read(self.text, word.span.start + 3, word.span.end).map(|value| value.span),
            };
            span.into_iter().for_each(|span| self.keep_input(span, part));
        }
        let Some(before) = self.input else { return };
        let is_printer = |word: &&Word| matches!(self.str(word), "echo" | "printf" | "print" | "yes");
        let has_printer = before.words.iter().any(|word| is_printer(&word));
        let last = before.words.iter().rev().find(|word| !self.str(word).starts_with(['-', '%']));
        if let Some(last) = last.filter(|word| has_printer && !is_printer(word)) {
            let span = self.without_line_break(self.without_marks(last));
            self.keep_input(span, part);
        }
    }

    fn without_line_break(&self, span: Range<usize>) -> Range<usize> {
        let kept = self.text[span.clone()].trim_end_matches("\\n").len();
        span.start..span.start + kept
    }

    /// What is encoded may be anything; what is read as a password is one.
    fn keep_input(&mut self, span: Range<usize>, part: Part) {
        let value = &self.text[span.clone()];
        let is_base64 = self.words.iter().any(|word| self.str(word) == "base64");
        let is_login = part == Part::Whole && self.words.iter().any(|word| self.str(word) == "chpasswd");
        if !is_login && (!is_base64 || looks::is_odd(value) || looks::is_random(value) || value.contains("assw")) {
            self.keep(span, part);
        }
    }

    fn keep(&mut self, span: Range<usize>, part: Part) {
        let Some(span) = part_of(self.text, span, part) else { return };
        let value = &self.text[span.clone()];
        let is_open = stand_in::is_placeholder(value)
            || matches!(part, Part::Whole | Part::Odd) && is_pair(value)
            || value.contains('$') && !looks::is_crypt_hash(value);
        if !is_open && !stand_in::is_generic(value) && !looks::is_code(value) {
            self.found.sure(span, "A password");
        }
    }
}

/// `username=ops`: a pair, which is judged by its key.
fn is_pair(word: &str) -> bool {
    word.split_once('=').is_some_and(|(key, value)| {
        key.len() > 2
            && !value.trim_matches('=').is_empty()
            && key.bytes().all(|b| b.is_ascii_lowercase() || b"_-.".contains(&b))
    })
}

/// The part of a word that is the secret.
fn part_of(text: &str, span: Range<usize>, part: Part) -> Option<Range<usize>> {
    let word = &text[span.clone()];
    let start = match part {
        Part::Whole => 0,
        Part::Odd if looks::is_odd(word) || looks::is_random(word) => 0,
        Part::Odd => return None,
        Part::Behind('/') => {
            // `user/x@db`, `10.0.0.5:25000/x`, and neither a path nor `file=/x`.
            let has_port = |head: &str| head.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
            let at = word.find('/').filter(|at| *at > 0 && (!word.contains(['=', '.']) || has_port(&word[..*at])))?;
            let end = word[at..].find('@').map_or(span.end, |end| span.start + at + end);
            return Some(span.start + at + 1..end);
        }
        Part::Behind(mark) => word.find(mark)? + mark.len_utf8(),
        Part::BehindPass => word.find("pass:")? + "pass:".len(),
    };
    let is_name = matches!(part, Part::Behind('='))
        && (looks::is_name(&word[start..]) || stand_in::is_open_key(&word[..start - 1]));
    let value = value::read(text, span.start + start, span.end)?;
    // Quotes around the word are off already; those around the value come off here.
    let end = if value.is_quoted { value.span.end } else { span.end };
    (!is_name).then_some(value.span.start..end)
}

/// Flags by which a program reads a secret from its input.
const READS_INPUT: &[&str] =
    &["password-stdin", "pass-stdin", "passphrase-fd", "with-token", "token-stdin", "-stdin", "api-key-stdin"];
