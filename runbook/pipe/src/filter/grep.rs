//! `grep`.

use super::{
    Budget, Grep, GrepSyntax, Line, TooCostly,
    out::Out,
    pattern::{Pattern, PatternError, next_char},
    posix,
};

/// Chooses lines as grep does.
pub(super) fn apply(grep: &Grep, lines: Vec<Line>, budget: &Budget) -> Result<Vec<Line>, TooCostly> {
    // Recognition has ruled out what cannot be read.
    let Ok(pattern) = pattern(grep) else { return Ok(Vec::new()) };
    budget.build(lines.len())?;
    let mut matched = Vec::with_capacity(lines.len());
    for line in &lines {
        matched.push(matches(grep, &pattern, &line.text, budget)? != grep.invert);
    }
    if let Some(max) = grep.max {
        let mut seen = 0;
        for is_match in &mut matched {
            seen += u32::from(*is_match);
            *is_match &= seen <= max;
        }
    }
    if grep.count {
        return Ok(vec![Line::made(matched.iter().filter(|is_match| **is_match).count().to_string())]);
    }
    if grep.only_matching {
        return if grep.invert { Ok(Vec::new()) } else { parts(grep, &pattern, &lines, &matched, budget) };
    }
    choose(grep, lines, &matched, budget)
}

/// The patterns as one.
pub(crate) fn pattern(grep: &Grep) -> Result<Pattern, PatternError> {
    let translate = |pattern: &String| posix::translate(pattern, grep.syntax).map(|text| format!("(?:{text})"));
    let parts: Result<Vec<String>, PatternError> = grep.patterns.iter().map(translate).collect();
    let joined = parts?.join("|");
    let whole = if grep.line { format!("^(?:{joined})$") } else { joined };
    Pattern::of(whole, grep.ignore_case)
}

/// Whether a line matches. `-w` wants a match between characters that are no part of a word.
fn matches(grep: &Grep, pattern: &Pattern, text: &str, budget: &Budget) -> Result<bool, TooCostly> {
    match grep.word && !grep.line {
        true => find_word(pattern, text, 0, budget).map(|found| found.is_some()),
        false => pattern.is_match(text, budget),
    }
}

/// The first match from `at` on that stands between characters that are no part of a word.
fn find_word(pattern: &Pattern, text: &str, at: usize, budget: &Budget) -> Result<Option<(usize, usize)>, TooCostly> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut from = at;
    while from <= text.len() {
        let Some((start, longest)) = pattern.find_at(text, from, budget)? else { return Ok(None) };
        let opens = !text[..start].chars().next_back().is_some_and(is_word);
        let mut end = longest;
        // grep also tries shorter matches that begin at the same place.
        while opens && end > start {
            if !text[end..].chars().next().is_some_and(is_word) && pattern.is_full_match(&text[start..end], budget)? {
                return Ok(Some((start, end)));
            }
            end -= text[..end].chars().next_back().map_or(1, char::len_utf8);
            if longest - end > MAX_SHORTENING_BYTES {
                break;
            }
        }
        from = next_char(text, start);
    }
    Ok(None)
}

/// How far a match is shortened in search of a word's end: time stays linear in the line.
const MAX_SHORTENING_BYTES: usize = 64;

/// `-o`: every match on a line of its own.
fn parts(
    grep: &Grep,
    pattern: &Pattern,
    lines: &[Line],
    matched: &[bool],
    budget: &Budget,
) -> Result<Vec<Line>, TooCostly> {
    let mut out = Out::new(budget);
    for (index, line) in lines.iter().enumerate().filter(|(index, _)| matched[*index]) {
        let mut at = 0;
        while at <= line.text.len() {
            let found = match grep.word {
                true => find_word(pattern, &line.text, at, budget)?,
                false => pattern.find_at(&line.text, at, budget)?,
            };
            let Some((start, end)) = found else { break };
            if end > start {
                match grep.line_numbers {
                    true => out.write_all(&[&(index + 1).to_string(), ":", &line.text[start..end]])?,
                    false => out.write(&line.text[start..end])?,
                }
            }
            at = if end > start { end } else { next_char(&line.text, end) };
        }
    }
    Ok(out.finish())
}

/// Whole lines, with their context; groups of context are set apart by `--`.
fn choose(grep: &Grep, lines: Vec<Line>, matched: &[bool], budget: &Budget) -> Result<Vec<Line>, TooCostly> {
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
    let mut out = Out::new(budget);
    let mut last: Option<usize> = None;
    for (index, line) in lines.into_iter().enumerate().filter(|(index, _)| shown[*index]) {
        if has_context && last.is_some_and(|last| last + 1 < index) {
            out.write("--")?;
        }
        last = Some(index);
        match grep.line_numbers {
            true => {
                let mark = if matched[index] { ":" } else { "-" };
                out.write_all(&[&(index + 1).to_string(), mark, &line.text])?;
            }
            false => out.push(line)?,
        }
    }
    Ok(out.finish())
}

/// Whether grep's patterns can be read at all.
pub fn check(patterns: &[String], syntax: GrepSyntax) -> Result<(), PatternError> {
    for pattern in patterns {
        // What holds no mark of a pattern means itself, and looking closer takes time.
        let is_plain = syntax == GrepSyntax::Fixed || !pattern.contains(['[', '(', '{', '\\', '*', '+', '?']);
        match is_plain && syntax != GrepSyntax::Perl {
            true => drop(posix::translate(pattern, syntax)?),
            false => drop(Pattern::read(pattern, syntax, false)?),
        }
    }
    Ok(())
}
