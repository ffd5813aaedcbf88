//! Parameters and the values they get. Values are checked here, once, and can never become shell syntax: they
//! replace parts of words after the shell's own reading.

use std::collections::BTreeMap;

use crate::document::{Mark, MarkKind};
use serde::{Deserialize, Serialize};

/// Values by canonical parameter name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bindings(pub BTreeMap<String, String>);

impl Bindings {
    /// The value of a canonical name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// Why a command could not be resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum BindError {
    /// These parameters are empty.
    Missing(Vec<String>),
    /// A value breaks its parameter's rule.
    Invalid {
        /// The parameter.
        name: String,
        /// The rule, as a sentence without a full stop.
        rule: String,
    },
    /// With the values filled in it is no longer a check.
    NotACheck(String),
}

/// A stretch of a command as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Piece {
    /// The author's text.
    Text(String),
    /// A placeholder with its value.
    Filled {
        /// Its canonical name.
        name: String,
        /// What stands in its place.
        value: String,
    },
    /// A placeholder without a value.
    Placeholder {
        /// Its canonical name.
        name: String,
        /// As the author wrote it: `<pod>`.
        text: String,
    },
    /// A secret that stood in the file, as dots.
    Masked(String),
}

/// Cuts a command's text at its marks and fills in values.
pub fn fill(text: &str, marks: &[Mark], bindings: &Bindings) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for mark in marks {
        let (Some(before), Some(marked)) = (text.get(at..mark.span.start), text.get(mark.span.clone())) else {
            continue;
        };
        let piece = match &mark.kind {
            MarkKind::Placeholder(name) => match bindings.get(name) {
                Some(value) => Piece::Filled { name: name.clone(), value: value.to_owned() },
                None => Piece::Placeholder { name: name.clone(), text: marked.to_owned() },
            },
            MarkKind::Masked => Piece::Masked(marked.to_owned()),
            MarkKind::Culprit => continue,
        };
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        pieces.push(piece);
        at = mark.span.end;
    }
    if let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    pieces
}
