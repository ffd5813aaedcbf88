//! `sort`, by bytes as with `LC_ALL=C`.

use std::cmp::Ordering;

use super::{Budget, Line, Sort, SortKey, TooCostly};

/// Lines that are ordered at once; what is longer is merged from such runs, step by step.
const RUN_LINES: usize = 512;

/// Orders lines as sort does: by its keys, and equal ones by the whole line.
pub(super) fn apply(sort: &Sort, mut lines: Vec<Line>, budget: &Budget) -> Result<Vec<Line>, TooCostly> {
    let mut ordered = order(sort, &lines, budget)?;
    if sort.unique {
        ordered.dedup_by(|a, b| compare(sort, &lines[*a].text, &lines[*b].text, false) == Ordering::Equal);
    }
    let take = |index: usize| std::mem::replace(&mut lines[index], Line { text: String::new(), origin: None });
    Ok(ordered.into_iter().map(take).collect())
}

/// The lines' positions in order. A merge sort: it pays for each comparison, and can be stopped.
fn order(sort: &Sort, lines: &[Line], budget: &Budget) -> Result<Vec<usize>, TooCostly> {
    budget.build(2 * lines.len() * size_of::<usize>())?;
    let mut from: Vec<usize> = (0..lines.len()).collect();
    for run in from.chunks_mut(RUN_LINES) {
        let size_bytes: usize = run.iter().map(|index| lines[*index].text.len() + 1).sum();
        budget.pay(run.len())?;
        budget.scan(size_bytes.saturating_mul(2 * RUN_LINES.ilog2() as usize))?;
        run.sort_by(|a, b| compare(sort, &lines[*a].text, &lines[*b].text, true));
    }
    let mut width = RUN_LINES;
    while width < from.len() {
        let mut to = Vec::with_capacity(from.len());
        for pair in from.chunks(2 * width) {
            let (mut left, mut right) = pair.split_at(width.min(pair.len()));
            while let ([a, rest_left @ ..], [b, rest_right @ ..]) = (left, right) {
                budget.scan(lines[*a].text.len() + lines[*b].text.len())?;
                match compare(sort, &lines[*a].text, &lines[*b].text, true) {
                    Ordering::Greater => {
                        to.push(*b);
                        right = rest_right;
                    }
                    _ => {
                        to.push(*a);
                        left = rest_left;
                    }
                }
            }
            to.extend_from_slice(left);
            to.extend_from_slice(right);
        }
        from = to;
        width *= 2;
    }
    Ok(from)
}

fn compare(sort: &Sort, a: &str, b: &str, last_resort: bool) -> Ordering {
    let whole = SortKey { from: 1, ..SortKey::default() };
    let keys: &[SortKey] = if sort.keys.is_empty() { std::slice::from_ref(&whole) } else { &sort.keys };
    for key in keys {
        // A key with letters of its own ignores the general ones.
        let has_own = key.numeric || key.human || key.reverse;
        let numeric = if has_own { key.numeric } else { sort.numeric };
        let human = if has_own { key.human } else { sort.human };
        let reverse = if has_own { key.reverse } else { sort.reverse };
        let (left, right) = if sort.keys.is_empty() { (a, b) } else { (field(sort, key, a), field(sort, key, b)) };
        let ordering = compare_by(sort, numeric, human, left, right);
        if ordering != Ordering::Equal {
            return if reverse { ordering.reverse() } else { ordering };
        }
    }
    if !last_resort || sort.unique {
        return Ordering::Equal;
    }
    let ordering = a.as_bytes().cmp(b.as_bytes());
    if sort.reverse { ordering.reverse() } else { ordering }
}

fn compare_by(sort: &Sort, numeric: bool, human: bool, left: &str, right: &str) -> Ordering {
    if human {
        return human_key(left).partial_cmp(&human_key(right)).unwrap_or(Ordering::Equal);
    }
    if numeric {
        return numeric_key(left).partial_cmp(&numeric_key(right)).unwrap_or(Ordering::Equal);
    }
    let (left, right) = match sort.ignore_blanks {
        true => (left.trim_start(), right.trim_start()),
        false => (left, right),
    };
    if sort.version {
        return compare_versions(left, right);
    }
    if sort.ignore_case {
        let upper = |byte: u8| byte.to_ascii_uppercase();
        return left.bytes().map(upper).cmp(right.bytes().map(upper));
    }
    left.as_bytes().cmp(right.as_bytes())
}

/// The text of a key: fields are separated by a character, or begin with the blanks in front of them.
fn field<'a>(sort: &Sort, key: &SortKey, text: &'a str) -> &'a str {
    let index = |n: u32| usize::try_from(n).unwrap_or(usize::MAX).saturating_sub(1);
    let Some(start) = field_start(sort, text, index(key.from)) else { return "" };
    let next = key.to.and_then(|to| field_start(sort, text, index(to).saturating_add(1)));
    let end = next.map_or(text.len(), |next| next - sort.separator.map_or(0, char::len_utf8));
    if end <= start { "" } else { &text[start..end] }
}

/// Where a field begins, counted from 0.
fn field_start(sort: &Sort, text: &str, index: usize) -> Option<usize> {
    let Some(earlier) = index.checked_sub(1) else { return Some(0) };
    match sort.separator {
        Some(separator) => text.match_indices(separator).nth(earlier).map(|(at, mark)| at + mark.len()),
        None => {
            let is_blank = |b: u8| b == b' ' || b == b'\t';
            let pairs = text.as_bytes().windows(2).enumerate();
            pairs.filter(|(_, pair)| is_blank(pair[1]) && !is_blank(pair[0])).nth(earlier).map(|(at, _)| at + 1)
        }
    }
}

/// The number at the beginning of a text, as `sort -n` reads it: no sign but a minus, no exponent.
fn numeric_key(text: &str) -> f64 {
    let text = text.trim_start_matches([' ', '\t']);
    let sign = usize::from(text.starts_with('-'));
    let mut has_point = false;
    let end = text[sign..]
        .bytes()
        .position(|b| {
            let is_point = b == b'.' && !has_point;
            has_point |= is_point;
            !(b.is_ascii_digit() || is_point)
        })
        .map_or(text.len(), |at| at + sign);
    let number = text[..end].trim_end_matches('.');
    number.parse().unwrap_or(0.0)
}

/// `sort -h`: by sign, then by unit, then by number.
fn human_key(text: &str) -> (i32, f64) {
    let number = numeric_key(text);
    let text = text.trim_start_matches([' ', '\t', '-']);
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').chars().next();
    let order =
        unit.and_then(|unit| "KMGTPEZYRQ".find(if unit == 'k' { 'K' } else { unit })).map_or(0, |at| at as i32 + 1);
    let order = if number == 0.0 { 0 } else { order };
    (if number < 0.0 { -order } else { order }, number)
}

/// Digits without their leading zeros.
fn number(text: &[u8], from: usize, to: usize) -> &[u8] {
    let digits = text.get(from..to).unwrap_or_default();
    &digits[digits.iter().take_while(|digit| **digit == b'0').count()..]
}

/// Digits compare as numbers; of other characters letters come first, `~` before everything.
fn compare_versions(a: &str, b: &str) -> Ordering {
    let order = |byte: Option<&u8>| match byte {
        None => 0,
        Some(b'~') => -1,
        Some(byte) if byte.is_ascii_digit() => 0,
        Some(byte) if byte.is_ascii_alphabetic() => i32::from(*byte),
        Some(byte) => i32::from(*byte) + 256,
    };
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let (mut i, mut j) = (0, 0);
    let is_text = |text: &[u8], at: usize| text.get(at).is_some_and(|byte| !byte.is_ascii_digit());
    while i < a.len() || j < b.len() {
        while is_text(a, i) || is_text(b, j) {
            let ordering = order(a.get(i)).cmp(&order(b.get(j)));
            if ordering != Ordering::Equal {
                return ordering;
            }
            (i, j) = (i + 1, j + 1);
        }
        let digits =
            |text: &[u8], at: usize| text[at.min(text.len())..].iter().take_while(|b| b.is_ascii_digit()).count();
        let (end_a, end_b) = (i + digits(a, i), j + digits(b, j));
        let (left, right) = (number(a, i, end_a), number(b, j, end_b));
        let ordering = left.len().cmp(&right.len()).then_with(|| left.cmp(right));
        if ordering != Ordering::Equal {
            return ordering;
        }
        (i, j) = (end_a, end_b);
    }
    Ordering::Equal
}
