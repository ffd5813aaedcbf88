//! Words, quotes and pipes, with spans. Reads shell text; never runs it.
//!
//! A placeholder becomes one private-use character inside its word, and is replaced after all reading (nested
//! command lines included) is done. That is why a value can never become shell syntax.

mod fence;
mod lexer;
mod parser;
mod variables;

use std::{borrow::Cow, ops::Range};

pub use fence::{FencePart, is_command, read_fence};
pub(crate) use variables::{Variable, Variables};

use crate::{
    check::{Cause, Refusal},
    recognition::SecretData,
};

/// Longest command line that is read, in bytes.
pub const MAX_COMMAND_BYTES: usize = 64 * 1024;

/// The parameter that `$(hostname)` stands for where no host is asked.
pub(crate) const HOST_NAME: &str = "node";

/// A command line in words: the resolvable form of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// What it runs, in order.
    pub(crate) script: Script,
    /// What its private-use characters stand for.
    pub(crate) placeholders: Vec<Placeholder>,
    /// The host of the session that is open where it stands.
    pub(crate) host: Option<String>,
    /// What the operator allows of it.
    pub(crate) secret_data: SecretData,
}

/// Command lines, one after the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Script {
    pub(crate) items: Vec<Item>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    /// Stages joined by pipes.
    Pipe(Vec<Stage>),
    /// `for x in …; do …; done`.
    For(Loop),
}

/// A loop over given words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Loop {
    /// Index of the placeholder that stands for the variable.
    pub(crate) variable: usize,
    pub(crate) values: Vec<Word>,
    pub(crate) body: Script,
    pub(crate) span: Range<usize>,
}

/// A command with its redirections.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Stage {
    /// `NAME=value` in front of it.
    pub(crate) assignments: Vec<(String, Word)>,
    pub(crate) words: Vec<Word>,
    /// The file that its output goes to.
    pub(crate) output: Option<Word>,
    pub(crate) span: Range<usize>,
}

/// A word after quotes and escapes have been read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Word {
    /// Its text; placeholders are private-use characters.
    pub(crate) text: String,
    /// Where it stands in the source, quotes included.
    pub(crate) span: Range<usize>,
    /// Where its text begins in the source, when it stands there unchanged.
    pub(crate) verbatim_at: Option<usize>,
    /// Whether a placeholder is in it.
    pub(crate) has_placeholder: bool,
    /// Whether any of it is quoted or escaped.
    pub(crate) is_quoted: bool,
}

/// What a private-use character stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placeholder {
    /// Canonical name.
    pub(crate) name: String,
    /// Where it stands in the source.
    pub(crate) span: Range<usize>,
    pub(crate) kind: PlaceholderKind,
}

/// Where the value of a placeholder comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PlaceholderKind {
    /// From the bindings.
    Parameter,
    /// From the bindings; the answer of this command is offered.
    Answer {
        /// The command between the parentheses.
        command: String,
        /// Where it begins in the source, for a substitution in place.
        at: Option<usize>,
    },
    /// From the loop around it.
    Loop,
}

/// Reads a command line.
///
/// # Errors
/// What stands in the way of reading it, with its span.
pub(crate) fn parse(text: &str, variables: &Variables) -> Result<(Script, Vec<Placeholder>), Refusal> {
    refuse_odd_characters(text)?;
    let mut placeholders = Vec::new();
    let script = parser::parse(text, variables, &mut placeholders)?;
    Ok((script, placeholders))
}

/// Reads a command line that stood inside a word of another one, such as the argument of `ssh`. Its private-use
/// characters are those of the outer line.
pub(crate) fn parse_nested(word: &Word, placeholders: &mut Vec<Placeholder>) -> Result<Script, Refusal> {
    let before = placeholders.len();
    let place = |span: Range<usize>| match word.verbatim_at {
        Some(at) => span.start + at..span.end + at,
        None => word.span.clone(),
    };
    let mut script = parser::parse(&word.text, &Variables::default(), placeholders)
        .map_err(|refusal| Refusal { span: refusal.span.map(place).or(Some(word.span.clone())), ..refusal })?;
    for placeholder in &mut placeholders[before..] {
        placeholder.span = place(placeholder.span.clone());
        if let PlaceholderKind::Answer { at, .. } = &mut placeholder.kind {
            *at = at.and_then(|at| word.verbatim_at.map(|start| start + at));
        }
    }
    script.visit_words(&mut |inner| {
        inner.verbatim_at = inner.verbatim_at.and_then(|at| word.verbatim_at.map(|start| start + at));
        inner.span = place(inner.span.clone());
    });
    script.visit_spans(&mut |span| *span = place(span.clone()));
    Ok(script)
}

/// A command of given words whose last one is a text as it stands, placeholders apart.
pub(crate) fn literal(words: &[&str], text: &str) -> (Script, Vec<Placeholder>) {
    let span = 0..text.len();
    let mut placeholders = Vec::new();
    let mut last = Word { span: span.clone(), is_quoted: true, ..Word::default() };
    let mut at = 0;
    for mark in crate::binding::find_placeholders(text).into_iter().take(MAX_PLACEHOLDERS) {
        let crate::mark::MarkKind::Placeholder(name) = mark.kind else { continue };
        last.text.push_str(&text[at..mark.span.start]);
        last.text.push(marker(placeholders.len()));
        last.has_placeholder = true;
        at = mark.span.end;
        placeholders.push(Placeholder { name, span: mark.span, kind: PlaceholderKind::Parameter });
    }
    last.text.push_str(&text[at..]);
    let word = |text: &&str| Word { text: (*text).to_owned(), span: span.clone(), ..Word::default() };
    let words = words.iter().map(word).chain([last]).collect();
    let stage = Stage { words, span, ..Stage::default() };
    (Script { items: vec![Item::Pipe(vec![stage])] }, placeholders)
}

impl Script {
    fn visit_words(&mut self, visit: &mut impl FnMut(&mut Word)) {
        for item in &mut self.items {
            match item {
                Item::Pipe(stages) => {
                    for stage in stages {
                        stage.assignments.iter_mut().for_each(|(_, word)| visit(word));
                        stage.words.iter_mut().chain(&mut stage.output).for_each(&mut *visit);
                    }
                }
                Item::For(each) => {
                    each.values.iter_mut().for_each(&mut *visit);
                    each.body.visit_words(visit);
                }
            }
        }
    }

    fn visit_spans(&mut self, visit: &mut impl FnMut(&mut Range<usize>)) {
        for item in &mut self.items {
            match item {
                Item::Pipe(stages) => stages.iter_mut().for_each(|stage| visit(&mut stage.span)),
                Item::For(each) => {
                    visit(&mut each.span);
                    each.body.visit_spans(visit);
                }
            }
        }
    }
}

/// First private-use character: plane 15, which no text has a reason to use.
const FIRST_MARKER: u32 = 0xF_0000;
/// Most placeholders in one command line.
pub(crate) const MAX_PLACEHOLDERS: usize = 4096;

/// The character that stands for placeholder number `index`.
pub(crate) fn marker(index: usize) -> char {
    u32::try_from(index).ok().and_then(|index| char::from_u32(FIRST_MARKER + index)).unwrap_or('\u{FFFD}')
}

/// The placeholder number that a character stands for.
pub(crate) fn marked_index(c: char) -> Option<usize> {
    (c as u32).checked_sub(FIRST_MARKER).map(|index| index as usize).filter(|index| *index < MAX_PLACEHOLDERS)
}

impl Word {
    /// Its text with placeholders replaced.
    pub(crate) fn expand(&self, mut value: impl FnMut(usize) -> String) -> Cow<'_, str> {
        if !self.has_placeholder {
            return Cow::Borrowed(&self.text);
        }
        let mut text = String::with_capacity(self.text.len());
        for c in self.text.chars() {
            match marked_index(c) {
                Some(index) => text.push_str(&value(index)),
                None => text.push(c),
            }
        }
        Cow::Owned(text)
    }

    /// The numbers of its placeholders.
    pub(crate) fn placeholders(&self) -> impl Iterator<Item = usize> + '_ {
        let text = if self.has_placeholder { self.text.as_str() } else { "" };
        text.chars().filter_map(marked_index)
    }
}

/// A refusal of something that is not understood.
pub(crate) fn not_understood(span: Range<usize>, reason: impl Into<String>) -> Refusal {
    Refusal { cause: Cause::UnknownPart, reason: reason.into(), span: Some(span) }
}

/// Refuses characters that a reader cannot see, or that look like others.
fn refuse_odd_characters(text: &str) -> Result<(), Refusal> {
    if text.len() > MAX_COMMAND_BYTES {
        return Err(not_understood(0..0, "The command is longer than 64 KiB."));
    }
    if text.bytes().all(|b| matches!(b, b' '..=b'~' | b'\n' | b'\t')) {
        return Ok(());
    }
    for (at, c) in text.char_indices() {
        let what = match c {
            ' ' | '\n' | '\t' => continue,
            c if c.is_control() => "a control character",
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}' => {
                "a mark that turns the direction of writing"
            }
            '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}' => "an invisible character",
            c if c.is_whitespace() => "a blank that is not a plain space",
            c if c as u32 >= FIRST_MARKER => "a private-use character",
            _ => continue,
        };
        let span = at..at + c.len_utf8();
        return Err(not_understood(span, format!("U+{:04X} is {what}, which no command needs.", c as u32)));
    }
    Ok(())
}
