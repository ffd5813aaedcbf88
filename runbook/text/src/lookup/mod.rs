//! Finds the runbook for an alert among all of a library: by the alert's name, by the path that its rule carries, and by
//! what is nearest when there is none. Pure: it reads no file and asks nobody.

mod doubles;
mod index;
mod near;
mod tail;

use std::fmt;

pub use doubles::problems;
pub use index::{Book, Index};

use crate::alerts::How;
use document::names::RunbookPath;

/// What a link or an alert tells about the runbook that it wants.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// The alert's name, in any case and spelling.
    pub alert: &'a str,
    /// What the alert is about, as kube-prometheus-stack puts it into its links: `kubernetes`. It decides between
    /// runbooks that suit equally well.
    pub component: Option<&'a str>,
    /// The runbook as the rule names it: a path or an address, perhaps into another checkout.
    pub runbook: Option<&'a str>,
}

/// What the library has.
#[derive(Debug, Clone, PartialEq)]
pub enum Lookup {
    /// One runbook.
    One(Match),
    /// Several that suit equally well, by address.
    Several(Vec<Match>),
    /// None; these are near, the nearest first.
    Missing(Vec<Near>),
}

/// A runbook that suits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// Its address.
    pub path: RunbookPath,
    /// Its title.
    pub title: String,
    /// The anchor of the section about the alert, when that is not the whole file.
    pub section: Option<String>,
    /// Why it suits, the strongest reason first.
    pub reasons: Vec<Reason>,
}

/// Why a runbook suits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The path that the rule carries ends like this file's.
    Path {
        /// The parts that are the same: `alerts/pod-crash-looping`.
        tail: String,
    },
    /// The runbook names the alert.
    Named(How),
    /// The file is called like the alert.
    FileName,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path { tail } => write!(f, "the path in the alert ends in {tail}, as this file's does"),
            Self::Named(how) => how.fmt(f),
            Self::FileName => f.write_str("its file is called like the alert"),
        }
    }
}

/// A runbook that does not suit, and might be meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    /// Its address.
    pub path: RunbookPath,
    /// Its title.
    pub title: String,
    /// The name of it that is like what was wanted.
    pub name: String,
    /// How alike they are: 0 to 1.
    pub likeness: f64,
}

#[cfg(test)]
mod tests;
