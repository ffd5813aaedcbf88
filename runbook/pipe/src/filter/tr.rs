//! `tr`, on the text as a whole, line breaks included.

use super::{Budget, Line, TooCostly, Translate, out};

/// Translates, deletes or squeezes characters.
pub(super) fn apply(translate: &Translate, lines: Vec<Line>, budget: &Budget) -> Result<Vec<Line>, TooCostly> {
    let (Some(from), Some(to)) = (expand(&translate.from), expand(translate.to.as_deref().unwrap_or_default())) else {
        return Ok(lines);
    };
    let is_from = |c: char| from.contains(&c) != translate.complement;
    let squeezed: &[char] = if translate.to.is_some() { &to } else { &from };
    let is_squeezed = |c: char| match translate.to {
        None => is_from(c),
        Some(_) => squeezed.contains(&c),
    };
    let size_bytes: usize = lines.iter().map(|line| line.text.len() + 1).sum();
    // Each character is held against the sets.
    budget.scan(size_bytes.saturating_mul(1 + (from.len() + to.len()) / 16))?;
    let widest = to.iter().map(|c| c.len_utf8()).max().unwrap_or(1);
    budget.build(size_bytes.saturating_mul(widest))?;
    let mut out = String::new();
    let mut last = None;
    let text = lines.iter().flat_map(|line| line.text.chars().chain(std::iter::once('\n')));
    for (count, c) in text.enumerate() {
        if count % CHECKED_EVERY == 0 {
            budget.check()?;
        }
        let c = if !is_from(c) {
            c
        } else if translate.delete {
            continue;
        } else if let Some(&fallback) = to.last() {
            let place = if translate.complement { None } else { from.iter().rposition(|known| *known == c) };
            place.and_then(|place| to.get(place)).copied().unwrap_or(fallback)
        } else {
            c
        };
        if translate.squeeze && is_squeezed(c) && last == Some(c) {
            continue;
        }
        last = Some(c);
        out.push(c);
    }
    out::lines(&out, budget)
}

/// After how many characters it is seen whether somebody has said stop.
const CHECKED_EVERY: usize = 4096;

/// Most characters of a set.
const MAX_SET_CHARS: usize = 16 * 1024;
/// Longest name of a class with its marks.
const MAX_CLASS_CHARS: usize = 16;

/// A set written out: ranges, classes and escapes. `None` when it is not read.
pub fn expand(set: &str) -> Option<Vec<char>> {
    let mut chars = set.chars().peekable();
    let mut out: Vec<char> = Vec::new();
    while let Some(c) = chars.next() {
        let c = match c {
            '[' if chars.peek() == Some(&':') => {
                let rest: String = chars.clone().take(MAX_CLASS_CHARS).collect();
                let name = rest.strip_prefix(':')?.split_once(":]")?.0;
                out.extend((0..=127_u8).map(char::from).filter(|c| is_in_class(name, *c).unwrap_or(false)));
                is_in_class(name, 'a')?;
                chars.nth(name.len() + 2);
                continue;
            }
            '[' if matches!(chars.peek(), Some('=' | '.')) => return None,
            '\\' => match chars.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some('r') => '\r',
                Some('\\') | None => '\\',
                Some('0'..='9') => return None,
                Some(other) => other,
            },
            c => c,
        };
        if out.len() > MAX_SET_CHARS {
            return None;
        }
        let mut ahead = chars.clone();
        if ahead.next() == Some('-')
            && let Some(end) = ahead.next()
            && end != '\\'
            && c <= end
        {
            if u32::from(end) - u32::from(c) > 0x2FF {
                return None;
            }
            out.extend(c..=end);
            chars = ahead;
        } else {
            out.push(c);
        }
    }
    Some(out)
}

fn is_in_class(name: &str, c: char) -> Option<bool> {
    Some(match name {
        "upper" => c.is_ascii_uppercase(),
        "lower" => c.is_ascii_lowercase(),
        "alpha" => c.is_ascii_alphabetic(),
        "digit" => c.is_ascii_digit(),
        "alnum" => c.is_ascii_alphanumeric(),
        "space" => matches!(c, ' ' | '\t'..='\r'),
        "blank" => matches!(c, ' ' | '\t'),
        "punct" => c.is_ascii_punctuation(),
        "cntrl" => c.is_ascii_control(),
        "print" => c.is_ascii_graphic() || c == ' ',
        "graph" => c.is_ascii_graphic(),
        _ => return None,
    })
}
