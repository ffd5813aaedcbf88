//! Lines laid end to end, so that a search looks at all of them at once; and which line a find stands in.

use std::{
    cell::{OnceCell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use memchr::memmem;
use regex::Regex;

use super::{
    fold::{fold, matters, may_leave_names_out, split_at_wildcards, unquoted},
    wording,
};
use crate::verdict::{language::Saying, lexicon::sayings};

/// Lines, searchable.
pub(super) struct Haystack {
    text: String,
    /// Where each line begins in `text`.
    starts: Vec<usize>,
    /// The text without what does not matter, a line break between lines.
    folded: String,
    /// Where each line begins in `folded`.
    folded_starts: Vec<usize>,
    sayings: RefCell<HashMap<Saying, Rc<[usize]>>>,
    unquoted: OnceCell<Vec<(usize, String)>>,
    /// The text in small letters, byte for byte where `text` has it.
    lower: OnceCell<String>,
}

impl Haystack {
    pub(super) fn new<'l>(lines: impl Iterator<Item = &'l str>) -> Self {
        let mut made = Self {
            text: String::new(),
            starts: Vec::new(),
            folded: String::new(),
            folded_starts: Vec::new(),
            sayings: RefCell::default(),
            unquoted: OnceCell::new(),
            lower: OnceCell::new(),
        };
        for line in lines {
            made.starts.push(made.text.len());
            made.folded_starts.push(made.folded.len());
            made.text.push_str(line);
            if line.is_ascii() {
                made.folded.reserve(line.len());
                for byte in line.bytes() {
                    let c = char::from(byte);
                    if matters(c) {
                        made.folded.push(c.to_ascii_lowercase());
                    }
                }
            } else {
                made.folded.extend(line.chars().filter(|c| matters(*c)).map(fold));
            }
            made.text.push('\n');
            made.folded.push('\n');
        }
        made
    }

    pub(super) fn line(&self, at: usize) -> &str {
        let end = self.starts.get(at + 1).map_or(self.text.len(), |next| *next);
        self.text[self.starts[at]..end].trim_end_matches('\n')
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// Lines that may hold the words, in order: those with the longest piece between placeholders.
    pub(super) fn lines_with_words(&self, words: &str) -> Vec<usize> {
        let pieces = split_at_wildcards(words);
        let Some(longest) = pieces.iter().max_by_key(|piece| piece.len()) else { return Vec::new() };
        let needle: String = longest.iter().collect();
        if !needle.chars().any(char::is_alphanumeric) {
            return Vec::new();
        }
        let found = memmem::find_iter(self.folded.as_bytes(), needle.as_bytes());
        let mut lines = lines_of(&self.folded_starts, found);
        if may_leave_names_out(words) {
            let bare = self.unquoted().iter().filter(|(_, text)| text.contains(&needle)).map(|(at, _)| *at);
            lines.extend(bare);
            lines.sort_unstable();
            lines.dedup();
        }
        lines
    }

    /// The lines that quote names, folded without them.
    fn unquoted(&self) -> &[(usize, String)] {
        self.unquoted.get_or_init(|| {
            let bare = |at: usize| unquoted(self.line(at)).map(|text| (at, text));
            let folded = |text: String| text.chars().filter(|c| matters(*c)).map(fold).collect();
            (0..self.len()).filter_map(bare).map(|(at, text)| (at, folded(text))).collect()
        })
    }

    /// Lines that may hold an address, in order.
    pub(super) fn lines_with_address(&self, address: &str) -> Vec<usize> {
        lines_of(&self.starts, memmem::find_iter(self.lower().as_bytes(), address.to_ascii_lowercase().as_bytes()))
    }

    fn lower(&self) -> &str {
        self.lower.get_or_init(|| self.text.to_ascii_lowercase())
    }

    /// Whether a line may hold words that begin with these, in small letters without accents.
    pub(super) fn may_hold_all(&self, at: usize, stems: &[String]) -> bool {
        let line = self.line(at);
        let end = self.starts[at] + line.len();
        !line.is_ascii() || stems.iter().all(|stem| self.lower()[self.starts[at]..end].contains(stem.as_str()))
    }

    /// Lines that hold this text as it is, case aside where it is ASCII.
    pub(super) fn lines_with(&self, expression: &Regex) -> Vec<usize> {
        lines_of(&self.starts, expression.find_iter(&self.text).map(|found| found.start()))
    }

    /// Lines that say a thing in any of its ways.
    pub(super) fn lines_that_say(&self, saying: Saying) -> Rc<[usize]> {
        if let Some(known) = self.sayings.borrow().get(&saying) {
            return Rc::clone(known);
        }
        let lines: Vec<usize> = match (saying, sayings::expression(saying)) {
            (Saying::Timeout, _) => {
                let may = self.lines_with(wording::timeout_words());
                may.into_iter().filter(|at| wording::says_timeout(self.line(*at))).collect()
            }
            (_, Some(expression)) => self.lines_with(expression),
            (_, None) => (0..self.len()).filter(|at| wording::reports_error(self.line(*at))).collect(),
        };
        let lines: Rc<[usize]> = lines.into();
        self.sayings.borrow_mut().insert(saying, Rc::clone(&lines));
        lines
    }
}

/// The lines in which ascending places lie, each once.
fn lines_of(starts: &[usize], places: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut lines: Vec<usize> = Vec::new();
    for place in places {
        let line = starts.partition_point(|start| *start <= place).saturating_sub(1);
        if lines.last() != Some(&line) {
            lines.push(line);
        }
    }
    lines
}
