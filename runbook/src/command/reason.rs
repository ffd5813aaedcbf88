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
    let near = names.map(|name| (distance(typed, name), name)).filter(|(distance, _)| *distance <= allowed).min();
    near.map(|(_, name)| name)
}

/// Edit distance, with swapped neighbours counted once. Names are short.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(40).collect(), b.chars().take(40).collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(row[j - 1] + 1).min(rows[i - 1][j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
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
