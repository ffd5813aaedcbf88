//! Patterns of grep, sed and awk: read at once, compiled when they are first used, and paid for at each look.
//!
//! A look may read far beyond the match that it finds, so that going on from match to match can cost the square of a
//! line's length. In long texts the bytes that a look reads are therefore counted.

use std::cell::{OnceCell, RefCell};

use regex::{Captures, Regex, RegexBuilder};
use regex_automata::{
    Anchored, Input,
    hybrid::dfa::{Cache, DFA},
};

use super::{Budget, GrepSyntax, TooCostly, posix, size};

/// Largest compiled pattern, in bytes. What was estimated at reading stays well below it.
const MAX_COMPILED_BYTES: usize = 8 << 20;
/// From this length on the bytes that a look reads are counted.
const COUNTED_FROM_BYTES: usize = 4096;

/// Why a pattern is not read, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError(
    /// One sentence for the reader.
    pub String,
);

/// A pattern that has been read.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// In the words of the `regex` crate.
    text: String,
    /// What compiling it takes, in bytes.
    size_bytes: usize,
    compiled: OnceCell<Regex>,
    reader: OnceCell<Option<Box<RefCell<Reader>>>>,
}

/// Counts what a look reads: an automaton that goes the same way, and its memory.
type Reader = (DFA, Cache);

impl Pattern {
    /// Reads one pattern.
    pub(crate) fn read(text: &str, syntax: GrepSyntax, ignore_case: bool) -> Result<Self, PatternError> {
        Self::of(posix::translate(text, syntax)?, ignore_case)
    }

    /// Reads a pattern that is translated already.
    pub(crate) fn of(text: String, ignore_case: bool) -> Result<Self, PatternError> {
        let size_bytes = size::estimate(&text)?;
        let text = if ignore_case { format!("(?i){text}") } else { text };
        Ok(Self { text, size_bytes, compiled: OnceCell::new(), reader: OnceCell::new() })
    }

    /// How many groups it has, the whole match included.
    pub(super) fn group_count(&self) -> usize {
        size::groups(&self.text) + 1
    }

    /// Whether it matches anywhere.
    pub(super) fn is_match(&self, text: &str, budget: &Budget) -> Result<bool, TooCostly> {
        budget.scan(text.len())?;
        Ok(self.compiled(budget)?.is_match(text))
    }

    /// Whether it matches all of a text.
    pub(super) fn is_full_match(&self, text: &str, budget: &Budget) -> Result<bool, TooCostly> {
        budget.scan(text.len())?;
        let found = self.compiled(budget)?.find(text);
        Ok(found.is_some_and(|found| found.start() == 0 && found.end() == text.len()))
    }

    /// The first match from `at` on.
    pub(super) fn find_at(&self, text: &str, at: usize, budget: &Budget) -> Result<Option<(usize, usize)>, TooCostly> {
        budget.pay(0)?;
        let Some(found) = self.compiled(budget)?.find_at(text, at) else {
            budget.scan(text.len().saturating_sub(at))?;
            return Ok(None);
        };
        let read = if text.len() < COUNTED_FROM_BYTES { 0 } else { self.read_from(text, found.start()) };
        budget.scan(found.start() - at + read.max(found.len()))?;
        Ok(Some((found.start(), found.end())))
    }

    /// The groups of the match that begins at `at`.
    pub(super) fn groups_at<'t>(
        &self,
        text: &'t str,
        at: usize,
        budget: &Budget,
    ) -> Result<Option<Captures<'t>>, TooCostly> {
        Ok(self.compiled(budget)?.captures_at(text, at))
    }

    /// Calls `each` with every match, in order and without overlaps, until it says `false`.
    pub(super) fn each_match(
        &self,
        text: &str,
        budget: &Budget,
        mut each: impl FnMut(usize, usize) -> Result<bool, TooCostly>,
    ) -> Result<(), TooCostly> {
        let (mut at, mut last_end) = (0, None);
        while at <= text.len() {
            let Some((start, end)) = self.find_at(text, at, budget)? else { return Ok(()) };
            if start == end && last_end == Some(end) {
                // Nothing right behind a match is no match of its own.
                at = next_char(text, at);
                continue;
            }
            if !each(start, end)? {
                return Ok(());
            }
            (at, last_end) = (end, Some(end));
        }
        Ok(())
    }

    fn compiled(&self, budget: &Budget) -> Result<&Regex, TooCostly> {
        if let Some(compiled) = self.compiled.get() {
            return Ok(compiled);
        }
        budget.build(self.size_bytes)?;
        let compiled = RegexBuilder::new(&self.text).size_limit(MAX_COMPILED_BYTES).build();
        // Only a pattern that was estimated too low can fail here.
        let compiled = compiled.map_err(|_| budget.exhaust(TooCostly::Bytes))?;
        Ok(self.compiled.get_or_init(|| compiled))
    }

    /// How many bytes a search reads from a match's beginning on.
    fn read_from(&self, text: &str, at: usize) -> usize {
        let all = text.len() - at;
        let Some(reader) = self.reader.get_or_init(|| reader(&self.text)) else { return all };
        let Ok(mut reader) = reader.try_borrow_mut() else { return all };
        let (automaton, cache) = &mut *reader;
        let input = Input::new(text).range(at..).anchored(Anchored::Yes);
        let Ok(mut state) = automaton.start_state_forward(cache, &input) else { return all };
        for (count, byte) in text.as_bytes()[at..].iter().enumerate() {
            match automaton.next_state(cache, state, *byte) {
                Ok(next) if next.is_dead() => return count + 1,
                Ok(next) if !next.is_quit() => state = next,
                _ => return all,
            }
        }
        all
    }
}

fn reader(pattern: &str) -> Option<Box<RefCell<Reader>>> {
    let config = DFA::config().unicode_word_boundary(true).skip_cache_capacity_check(true);
    let automaton = DFA::builder().configure(config).build(pattern).ok()?;
    let cache = automaton.create_cache();
    Some(Box::new(RefCell::new((automaton, cache))))
}

/// Where the character after `at` begins.
pub(super) fn next_char(text: &str, at: usize) -> usize {
    at + text[at..].chars().next().map_or(1, char::len_utf8)
}
