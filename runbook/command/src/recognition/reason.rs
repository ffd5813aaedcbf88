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
    let near = names.filter(is_near).map(|name| (strsim::osa_distance(typed, name), name));
    near.filter(|(distance, _)| *distance <= allowed).min().map(|(_, name)| name)
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
