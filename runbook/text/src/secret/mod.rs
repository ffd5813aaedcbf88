//! Finds plain-text secrets in any text: passwords on command lines, keys in files, headers, addresses, tokens.
//! Placeholders (`$X`, `<x>`, `{{ x }}`) and words of running prose are no secrets. Never prints what it finds, takes
//! time in proportion to the text, and leaves its lines as they are.

mod address;
mod block;
mod command;
mod header;
mod judge;
mod key;
mod looks;
mod pair;
mod program;
mod prose;
mod section;
mod shape;
mod stand_in;
#[cfg(test)]
mod tests;
mod trigger;
mod value;
mod words;

use std::{borrow::Cow, cell::OnceCell, ops::Range};

use crate::MASK;

/// A secret in a text.
#[derive(Debug, Clone)]
pub(crate) struct Secret {
    /// Byte range of the value alone, without quotes.
    pub(crate) span: Range<usize>,
    /// What it is, to begin a sentence with: "A password".
    pub(crate) what: &'static str,
    /// How sure that is.
    pub(crate) certainty: Certainty,
}

/// How sure it is that a value is a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Certainty {
    /// Its place or its shape leaves no doubt.
    Sure,
    /// It stands behind a word such as `password:`.
    Likely,
}

/// Looks at a text that is masked already, in case dots have made a new word of what stands around them.
const MAX_ROUNDS: usize = 8;

/// Every secret, in order, none overlapping another.
pub(crate) fn find(text: &str) -> Vec<Secret> {
    let mut secrets = look_through(text);
    for _ in 0..MAX_ROUNDS {
        if secrets.is_empty() {
            break;
        }
        let masked = Masked::of(text, &secrets);
        let more = look_through(&masked.text);
        if more.is_empty() {
            break;
        }
        let in_file = |secret: Secret| Secret { span: masked.in_file(secret.span), ..secret };
        secrets.extend(more.into_iter().map(in_file));
        secrets = in_order(secrets);
    }
    secrets
}

/// Where secrets stand in a text, in order, none overlapping another and none over a line's end.
pub fn spans(text: &str) -> Vec<Range<usize>> {
    find(text).into_iter().map(|secret| secret.span).collect()
}

/// A text with dots in place of its secrets; as it was when it holds none.
pub fn mask(text: &str) -> Cow<'_, str> {
    match find(text) {
        secrets if secrets.is_empty() => Cow::Borrowed(text),
        secrets => Cow::Owned(Masked::of(text, &secrets).text),
    }
}

fn look_through(text: &str) -> Vec<Secret> {
    let mut found = Found { text, secrets: Vec::new() };
    block::read(text, &mut found);
    section::read(text, &mut found);
    for line in lines(text) {
        let is_named = trigger::names_a_secret(&text[line.clone()]);
        let line = Line::new(text, line);
        if is_named {
            pair::read(&line, &mut found);
            header::read(&line, &mut found);
            prose::read(&line, &mut found);
        }
        address::read(&line, &mut found);
        shape::read(&line, &mut found);
    }
    for line in words::logical_lines(text) {
        if trigger::names_a_program(&text[line.clone()]) {
            command::read(text, line, &mut found);
        }
    }
    in_order(found.secrets)
}

/// The ranges of a text's lines, without their line breaks.
fn lines(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    text.split_inclusive('\n').map(move |whole| {
        let start = at;
        at += whole.len();
        start..start + whole.trim_end_matches(['\n', '\r']).len()
    })
}

/// In the order of the text, what overlaps taken together.
fn in_order(mut secrets: Vec<Secret>) -> Vec<Secret> {
    secrets.sort_by_key(|secret| (secret.span.start, std::cmp::Reverse(secret.span.end)));
    let mut kept: Vec<Secret> = Vec::with_capacity(secrets.len());
    for secret in secrets {
        match kept.last_mut() {
            Some(last) if secret.span.start < last.span.end => {
                last.span.end = last.span.end.max(secret.span.end);
                if secret.certainty == Certainty::Sure {
                    last.certainty = Certainty::Sure;
                }
            }
            _ => kept.push(secret),
        }
    }
    kept
}

/// One line of a text.
struct Line<'t> {
    /// The whole text: places are places in it.
    text: &'t str,
    span: Range<usize>,
    lower: OnceCell<String>,
}

impl<'t> Line<'t> {
    fn new(text: &'t str, span: Range<usize>) -> Self {
        Self { text, span, lower: OnceCell::new() }
    }

    /// The line in small letters, byte for byte.
    fn lower(&self) -> &str {
        self.lower.get_or_init(|| self.str().to_ascii_lowercase())
    }

    fn str(&self) -> &'t str {
        &self.text[self.span.clone()]
    }

    /// The places in the text where these words begin, as words of their own; they are given in small letters.
    fn places<'l>(&'l self, words: &'l str) -> impl Iterator<Item = usize> + 'l {
        let start = self.span.start;
        let is_own = move |at: &usize| {
            let before = self.lower()[..*at].bytes().next_back();
            !before.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        self.lower().match_indices(words).map(|(at, _)| at).filter(is_own).map(move |at| start + at)
    }

    fn has(&self, words: &str) -> bool {
        self.lower().contains(words)
    }
}

/// What has been found so far.
struct Found<'t> {
    text: &'t str,
    secrets: Vec<Secret>,
}

impl Found<'_> {
    /// Keeps a secret, line by line: a mask never takes a line break away.
    fn add(&mut self, span: Range<usize>, what: &'static str, certainty: Certainty) {
        let span = self.to_its_end(span);
        let Some(value) = self.text.get(span.clone()) else { return };
        let mut at = span.start;
        for part in value.split_inclusive('\n') {
            let start = at + (part.len() - part.trim_start().len());
            let end = at + part.trim_end().len();
            at += part.len();
            let is_masked = self.text.get(start..end).is_none_or(|part| part.chars().all(|c| c == '•'));
            if start < end && !is_masked {
                self.secrets.push(Secret { span: start..end, what, certainty });
            }
        }
    }

    /// Only the beginning of a long value was looked at.
    fn to_its_end(&self, span: Range<usize>) -> Range<usize> {
        let is_cut = span.len() + 16 >= value::MAX_LOOK_BYTES;
        let rest = self.text.as_bytes().get(span.end..).filter(|_| is_cut).unwrap_or(&[]);
        let more = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || b"+/=_-".contains(b)).count();
        span.start..span.end + more
    }

    fn sure(&mut self, span: Range<usize>, what: &'static str) {
        self.add(span, what, Certainty::Sure);
    }

    fn likely(&mut self, span: Range<usize>, what: &'static str) {
        self.add(span, what, Certainty::Likely);
    }
}

/// A text with dots for secrets, and the way back.
struct Masked {
    text: String,
    /// Where each mask stands, and what it stands for.
    moved: Vec<(Range<usize>, Range<usize>)>,
}

impl Masked {
    fn of(text: &str, secrets: &[Secret]) -> Self {
        let mut masked = Self { text: String::with_capacity(text.len()), moved: Vec::with_capacity(secrets.len()) };
        let mut done = 0;
        for secret in secrets {
            masked.text.push_str(&text[done..secret.span.start]);
            let start = masked.text.len();
            masked.text.push_str(MASK);
            masked.moved.push((start..masked.text.len(), secret.span.clone()));
            done = secret.span.end;
        }
        masked.text.push_str(&text[done..]);
        masked
    }

    /// A range of the masked text as one of the first text; a mask is never cut.
    fn in_file(&self, span: Range<usize>) -> Range<usize> {
        self.offset(span.start, false)..self.offset(span.end, true)
    }

    fn offset(&self, at: usize, is_end: bool) -> usize {
        let after = self.moved.partition_point(|(here, _)| here.end <= at);
        if let Some((here, original)) = self.moved.get(after)
            && here.start < at
        {
            return if is_end { original.end } else { original.start };
        }
        match after.checked_sub(1).map(|before| &self.moved[before]) {
            Some((here, original)) => original.end + (at - here.end),
            None => at,
        }
    }
}
