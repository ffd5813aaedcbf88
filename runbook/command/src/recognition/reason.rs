//! Why a command is not run, in words for the reader.

use std::ops::Range;

use crate::check::{Cause, Reading, Refusal};

/// What ends recognition.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Stop {
    /// Understood, and not run.
    Refused(Refusal),
    /// Not understood in full.
    Unknown(Refusal),
}

impl From<Stop> for Reading {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Refused(refusal) => Self::Refused(refusal),
            Stop::Unknown(refusal) => Self::Unknown(refusal),
        }
    }
}

/// Not understood.
pub(crate) fn unknown(span: Range<usize>, reason: impl Into<String>) -> Stop {
    Stop::Unknown(Refusal { cause: Cause::UnknownPart, reason: reason.into(), span: Some(span) })
}

/// Understood, and not run.
pub(crate) fn refused(cause: Cause, span: Range<usize>, reason: impl Into<String>) -> Stop {
    Stop::Refused(Refusal { cause, reason: reason.into(), span: Some(span) })
}

/// The known name nearest to a misspelt one, when one is near.
pub(crate) fn nearest<'n>(typed: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let allowed = match typed.chars().count() {
        0..=2 => return None,
        3..=5 => 1,
        _ => 2,
    };
    let is_near = |name: &&str| name.len().abs_diff(typed.len()) <= allowed;
    let near = names.filter(is_near).map(|name| (distance(typed, name), name));
    near.filter(|(distance, _)| *distance <= allowed).min().map(|(_, name)| name)
}

/// Longest name that is compared, in bytes.
const MAX_NAME_BYTES: usize = 40;

/// Edit distance, with swapped neighbours counted once. Names are short, and ASCII where they are known.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() > MAX_NAME_BYTES || b.len() > MAX_NAME_BYTES {
        return usize::MAX;
    }
    let mut before = [0_usize; MAX_NAME_BYTES + 1];
    let mut last: [usize; MAX_NAME_BYTES + 1] = std::array::from_fn(|index| index);
    for i in 1..=a.len() {
        let mut row = [i; MAX_NAME_BYTES + 1];
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        (before, last) = (last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_only_what_is_near() {
        let names = ["namespace", "tail", "previous", "since"];
        assert_eq!(nearest("namesapce", names.into_iter()), Some("namespace"));
        assert_eq!(nearest("tial", names.into_iter()), Some("tail"));
        assert_eq!(nearest("grace-period", names.into_iter()), None);
        assert_eq!(nearest("x", names.into_iter()), None);
    }
}
