//! Finds a runbook by the path or address that a rule carries: the file whose path has the longest tail in common with it.
//! The rule may have been written for another checkout, for a web site, or for a portal like this one.

use super::index::{Shelf, telling_stem};
use crate::alerts::fold;

/// Longest path or address that is looked at, in bytes.
const MAX_BYTES: usize = 2_048;

/// Places of the shelves with the longest tail in common, and that tail. At least the file's name must be the same, and
/// one that says nothing ("README") needs its folder's name, too.
pub(super) fn find(shelves: &[Shelf], written: &str) -> Vec<(usize, String)> {
    let Some(wanted) = parts(written) else { return Vec::new() };
    let mut best: Vec<(usize, String)> = Vec::new();
    let mut longest = 0;
    for (place, shelf) in shelves.iter().enumerate() {
        let path = shelf.path.as_str();
        let own: Vec<&str> = path.split('/').collect();
        let same = own.iter().rev().zip(wanted.iter().rev()).take_while(|(own, wanted)| fold(own) == **wanted).count();
        let is_told = same > 1 || (same == 1 && own.last().is_some_and(|last| telling_stem(path) == *last));
        if !is_told || same < longest {
            continue;
        }
        if same > longest {
            best.clear();
            longest = same;
        }
        best.push((place, own[own.len() - same..].join("/")));
    }
    best
}

/// The folded parts of a path, without scheme, host, query, anchor and extension. Nothing for what names no file.
fn parts(written: &str) -> Option<Vec<String>> {
    let path = written.trim();
    if path.is_empty() || path.len() > MAX_BYTES {
        return None;
    }
    let path = path.split(['#', '?']).next()?;
    let path = match path.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?.1,
        None => path,
    };
    let path = path.trim_end_matches('/').replace('\\', "/");
    let lower = path.to_lowercase();
    let extension = [".markdown", ".md", ".html", ".htm"].iter().find(|extension| lower.ends_with(**extension));
    let path = &path[..path.len() - extension.map_or(0, |extension| extension.len())];
    let parts: Vec<String> = path.split('/').map(fold).filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then_some(parts)
}
