//! `sort`, by bytes as with `LC_ALL=C`.

use std::cmp::Ordering;

use super::{Line, Sort, SortKey};

/// Orders lines as sort does: by its keys, and equal ones by the whole line.
pub(super) fn apply(sort: &Sort, mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by(|a, b| compare(sort, &a.text, &b.text, true));
    if sort.unique {
        lines.dedup_by(|a, b| compare(sort, &a.text, &b.text, false) == Ordering::Equal);
    }
    lines
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
    let trim = |text: &str| if sort.ignore_blanks { text.trim_start().to_owned() } else { text.to_owned() };
    if sort.version {
        return compare_versions(&trim(left), &trim(right));
    }
    if sort.ignore_case {
        return trim(left).to_ascii_uppercase().cmp(&trim(right).to_ascii_uppercase());
    }
    if sort.ignore_blanks { trim(left).cmp(&trim(right)) } else { left.as_bytes().cmp(right.as_bytes()) }
}

/// The text of a key: fields are separated by a character, or begin with the blanks in front of them.
fn field<'a>(sort: &Sort, key: &SortKey, text: &'a str) -> &'a str {
    let mut starts = vec![0];
    match sort.separator {
        Some(separator) => {
            starts.extend(text.match_indices(separator).map(|(at, mark)| at + mark.len()));
        }
        None => {
            let bytes = text.as_bytes();
            let is_blank = |b: u8| b == b' ' || b == b'\t';
            for at in 1..bytes.len() {
                if is_blank(bytes[at]) && !is_blank(bytes[at - 1]) {
                    starts.push(at);
                }
            }
        }
    }
    let index = |n: u32| usize::try_from(n).unwrap_or(usize::MAX).saturating_sub(1);
    let Some(&start) = starts.get(index(key.from)) else { return "" };
    let end = match key.to {
        None => text.len(),
        Some(to) => match starts.get(index(to).saturating_add(1)) {
            Some(&next) => next - sort.separator.map_or(0, char::len_utf8),
            None => text.len(),
        },
    };
    if end <= start { "" } else { &text[start..end] }
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
        let number = |text: &'_ [u8], from: usize, to: usize| {
            text.get(from..to).unwrap_or_default().iter().copied().skip_while(|b| *b == b'0').collect::<Vec<u8>>()
        };
        let (left, right) = (number(a, i, end_a), number(b, j, end_b));
        let ordering = left.len().cmp(&right.len()).then_with(|| left.cmp(&right));
        if ordering != Ordering::Equal {
            return ordering;
        }
        (i, j) = (end_a, end_b);
    }
    Ordering::Equal
}
