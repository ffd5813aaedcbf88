//! `grep`.

use regex::Regex;

use super::{Grep, GrepSyntax, Line, posix, room::Room};

/// Chooses lines as grep does.
pub(super) fn apply(grep: &Grep, lines: Vec<Line>) -> Vec<Line> {
    let Some(pattern) = pattern(grep) else { return Vec::new() };
    let mut matched: Vec<bool> = lines.iter().map(|line| matches(grep, &pattern, &line.text) != grep.invert).collect();
    if let Some(max) = grep.max {
        let mut seen = 0;
        for is_match in &mut matched {
            seen += u32::from(*is_match);
            *is_match &= seen <= max;
        }
    }
    if grep.count {
        return vec![Line::made(matched.iter().filter(|is_match| **is_match).count().to_string())];
    }
    if grep.only_matching {
        return if grep.invert { Vec::new() } else { parts(grep, &pattern, &lines, &matched) };
    }
    choose(grep, lines, &matched)
}

/// The pattern as one expression; `None` when it cannot be compiled, which recognition has ruled out.
pub(crate) fn pattern(grep: &Grep) -> Option<Regex> {
    let mut parts = Vec::new();
    for pattern in &grep.patterns {
        parts.push(format!("(?:{})", posix::translate(pattern, grep.syntax).ok()?));
    }
    let joined = parts.join("|");
    let whole = match (grep.line, grep.word) {
        (true, _) => format!("^(?:{joined})$"),
        _ => joined,
    };
    posix::compile(&whole, grep.ignore_case).ok()
}

/// Whether a line matches. `-w` wants a match between characters that are no part of a word.
fn matches(grep: &Grep, pattern: &Regex, text: &str) -> bool {
    if grep.word && !grep.line { find_word(pattern, text, 0).is_some() } else { pattern.is_match(text) }
}

/// The first match from `at` on that stands between characters that are no part of a word.
fn find_word(pattern: &Regex, text: &str, at: usize) -> Option<(usize, usize)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut from = at;
    while from <= text.len() {
        let found = pattern.find_at(text, from)?;
        let opens = !text[..found.start()].chars().next_back().is_some_and(is_word);
        let mut end = found.end();
        // grep also tries shorter matches that begin at the same place.
        while opens && end > found.start() {
            if !text[end..].chars().next().is_some_and(is_word) && is_full_match(pattern, &text[found.start()..end]) {
                return Some((found.start(), end));
            }
            end -= text[..end].chars().next_back().map_or(1, char::len_utf8);
            if found.end() - end > MAX_SHORTENING_BYTES {
                break;
            }
        }
        from = found.start() + text[found.start()..].chars().next().map_or(1, char::len_utf8);
    }
    None
}

/// How far a match is shortened in search of a word's end: time stays linear in the line.
const MAX_SHORTENING_BYTES: usize = 64;

fn is_full_match(pattern: &Regex, text: &str) -> bool {
    pattern.find(text).is_some_and(|found| found.start() == 0 && found.end() == text.len())
}

/// `-o`: every match on a line of its own.
fn parts(grep: &Grep, pattern: &Regex, lines: &[Line], matched: &[bool]) -> Vec<Line> {
    let mut out = Room::new();
    for (index, line) in lines.iter().enumerate().filter(|(index, _)| matched[*index]) {
        let mut at = 0;
        while at <= line.text.len() {
            let found = match grep.word {
                true => find_word(pattern, &line.text, at),
                false => pattern.find_at(&line.text, at).map(|found| (found.start(), found.end())),
            };
            let Some((start, end)) = found else { break };
            if end > start {
                let number = if grep.line_numbers { format!("{}:", index + 1) } else { String::new() };
                if !out.push(Line::made(format!("{number}{}", &line.text[start..end]))) {
                    return out.finish();
                }
            }
            at = if end > start { end } else { end + line.text[end..].chars().next().map_or(1, char::len_utf8) };
        }
    }
    out.finish()
}

/// Whole lines, with their context; groups of context are set apart by `--`.
fn choose(grep: &Grep, lines: Vec<Line>, matched: &[bool]) -> Vec<Line> {
    let size = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
    let (before, after) = (size(grep.before), size(grep.after));
    let has_context = before + after > 0;
    let mut shown = vec![false; lines.len()];
    let mut covered = 0;
    for (index, _) in matched.iter().enumerate().filter(|(_, is_match)| **is_match) {
        let from = index.saturating_sub(before).max(covered);
        let to = index.saturating_add(after).saturating_add(1).min(lines.len());
        shown[from.min(to)..to].fill(true);
        covered = to.max(covered);
    }
    let mut out = Vec::new();
    let mut last: Option<usize> = None;
    for (index, line) in lines.into_iter().enumerate().filter(|(index, _)| shown[*index]) {
        if has_context && last.is_some_and(|last| last + 1 < index) {
            out.push(Line::made("--".into()));
        }
        last = Some(index);
        out.push(match grep.line_numbers {
            true => Line::made(format!("{}{}{}", index + 1, if matched[index] { ':' } else { '-' }, line.text)),
            false => line,
        });
    }
    out
}

/// Whether grep's patterns can be read at all.
pub fn check(patterns: &[String], syntax: GrepSyntax) -> Result<(), posix::PatternError> {
    for pattern in patterns {
        let translated = posix::translate(pattern, syntax)?;
        // Without classes, groups and intervals a translation cannot fail, and compiling is what takes time.
        let is_simple = syntax == GrepSyntax::Fixed || !pattern.contains(['[', '(', '{']);
        if syntax == GrepSyntax::Perl || !is_simple {
            posix::compile(&translated, false)?;
        }
    }
    Ok(())
}
