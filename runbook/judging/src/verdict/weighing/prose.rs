//! Words of a row that no rule reads: when they stand together in one line near the end, they speak for the row. Their
//! absence proves nothing.

use super::{
    Answer, Case, FactKind, Found,
    sources::{Lines, Source},
    text::NEAR_THE_END,
    wording::{self, Level},
};
use crate::verdict::{Evidence, Place, lexicon::fold_word};

/// Lines before the end of a log in which words count.
const LINES_LOOKED_AT: usize = 40;
/// What such words say.
const POINTS: u32 = 20;

impl Case<'_> {
    pub(super) fn weigh_prose(&self, words: &str) -> Answer {
        let stems: Vec<String> =
            words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(stem).collect();
        let left = || Answer::Left(format!("\"{words}\" is nothing that a rule can look up"), Vec::new());
        if stems.len() < 2 && stems.iter().all(|stem| stem.chars().count() < 5) {
            return left();
        }
        for source in self.sources(Place::Anywhere) {
            let Source::Lines(lines) = source else { continue };
            if let Some(at) = find(lines, &stems) {
                let text = lines.haystack.line(at).trim().to_owned();
                let evidence = vec![Evidence { text, source: lines.name.clone(), at: lines.at(at) }];
                return Answer::Yes(Found::new(POINTS, FactKind::Words, evidence));
            }
        }
        left()
    }
}

fn find(lines: &Lines, stems: &[String]) -> Option<usize> {
    let count = lines.haystack.len();
    let first = if lines.is_log() { count.saturating_sub(LINES_LOOKED_AT) } else { 0 };
    (first..count).rev().find(|at| {
        if !lines.haystack.may_hold_all(*at, stems) {
            return false;
        }
        let line = lines.haystack.line(*at);
        let level = wording::level(line);
        let is_near = *at + NEAR_THE_END >= count;
        let may_tell = !lines.is_log()
            || (!wording::is_access(line)
                && level != Level::Calm
                && (is_near || matches!(level, Level::Error | Level::Fatal)));
        may_tell && holds_all(line, stems)
    })
}

fn holds_all(line: &str, stems: &[String]) -> bool {
    let words: Vec<String> =
        line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(fold_word).collect();
    stems.iter().all(|stem| words.iter().any(|word| word.starts_with(stem.as_str())))
}

/// A word without its ending.
fn stem(word: &str) -> String {
    let word = fold_word(word.trim_matches(|c: char| !c.is_alphanumeric()));
    if word.chars().count() <= 5 {
        return word;
    }
    let bare = ["ing", "ed", "es", "s", "e"].iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(&word);
    bare.to_owned()
}
