//! The library by folded names, made once for each state of the library, so that ten thousand firing alerts find their
//! runbooks as quickly as one.

use std::collections::{BTreeMap, HashMap};

use super::{Lookup, Match, Near, Reason, Wanted, near, tail};
use crate::alerts::{How, NamedAlert, fold};
use document::names::RunbookPath;

/// A runbook as the index takes it.
#[derive(Debug, Clone, Copy)]
pub struct Book<'a> {
    /// Its address.
    pub path: &'a RunbookPath,
    /// Its title.
    pub title: &'a str,
    /// The alerts that it names.
    pub alerts: &'a [NamedAlert],
    /// Which of the library's folders it lies in: an earlier one goes before a later one.
    pub folder: usize,
}

/// All runbooks, ready to be found.
#[derive(Debug, Default)]
pub struct Index {
    pub(super) shelves: Vec<Shelf>,
    /// Places in `shelves` with the reason, by folded name.
    names: HashMap<String, Vec<Claim>>,
}

/// A runbook with the names that it may be meant by.
#[derive(Debug)]
pub(super) struct Shelf {
    pub(super) path: RunbookPath,
    pub(super) title: String,
    pub(super) names: Vec<String>,
    folder: usize,
}

#[derive(Debug)]
struct Claim {
    shelf: usize,
    reason: Reason,
    section: Option<String>,
}

/// File names that say nothing; the folder's name counts in their place.
const GENERIC_NAMES: [&str; 5] = ["readme", "index", "runbook", "main", "playbook"];
/// Words around an alert's name in a file's name.
const AFFIXES: [&str; 3] = ["runbook", "alert", "playbook"];

impl Index {
    /// Reads the library.
    pub fn new<'a>(books: impl IntoIterator<Item = Book<'a>>) -> Self {
        let mut index = Self::default();
        for book in books {
            index.add(book);
        }
        index
    }

    fn add(&mut self, book: Book<'_>) {
        let shelf = self.shelves.len();
        let stem = telling_stem(book.path.as_str());
        let mut names = vec![book.path.to_string(), stem.to_owned(), book.title.to_owned()];
        for alert in book.alerts {
            self.claim(&alert.name, shelf, Reason::Named(alert.how), alert.section.clone());
            if alert.how.is_claim() {
                names.push(alert.name.clone());
            }
        }
        let folded = fold(stem);
        let bare = AFFIXES.iter().fold(folded.as_str(), |name, affix| {
            let name = name.strip_prefix(affix).unwrap_or(name);
            name.strip_suffix(affix).unwrap_or(name)
        });
        self.claim(stem, shelf, Reason::FileName, None);
        if bare != folded && !bare.is_empty() {
            self.claim(bare, shelf, Reason::FileName, None);
        }
        names.dedup();
        self.shelves.push(Shelf { path: book.path.clone(), title: book.title.to_owned(), names, folder: book.folder });
    }

    fn claim(&mut self, name: &str, shelf: usize, reason: Reason, section: Option<String>) {
        self.names.entry(fold(name)).or_default().push(Claim { shelf, reason, section });
    }

    /// The runbook for an alert. The path in the alert's own rule goes first, then runbooks that are for the alert, then
    /// those that mention it. Among equals an earlier folder of the library decides, then the component.
    pub fn find(&self, wanted: &Wanted<'_>) -> Lookup {
        let by_path = wanted.runbook.map(|written| tail::find(&self.shelves, written)).unwrap_or_default();
        let by_path = self.matches(by_path.into_iter().map(|(shelf, tail)| (shelf, Reason::Path { tail }, None)));
        let claims = self.names.get(&fold(wanted.alert)).map(Vec::as_slice).unwrap_or_default();
        let is_claim = |claim: &&Claim| match claim.reason {
            Reason::Named(how) => how.is_claim(),
            Reason::FileName | Reason::Path { .. } => true,
        };
        let of = |claim: &Claim| (claim.shelf, claim.reason.clone(), claim.section.clone());
        let tiers = [
            by_path,
            self.matches(claims.iter().filter(is_claim).map(of)),
            self.matches(claims.iter().filter(|claim| !is_claim(claim)).map(of)),
        ];
        match tiers.into_iter().find(|tier| !tier.is_empty()) {
            Some(tier) => self.choose(tier, wanted.component),
            None => Lookup::Missing(self.near(wanted.alert)),
        }
    }

    /// Runbooks with a name like this one, the nearest first.
    pub fn near(&self, name: &str) -> Vec<Near> {
        near::find(&self.shelves, name)
    }

    /// Alerts that more than one runbook of the same folder is for: the name as written, and the runbooks. Readers would
    /// have to choose each time.
    pub fn doubles(&self) -> Vec<(String, Vec<RunbookPath>)> {
        let mut doubles = BTreeMap::new();
        for claims in self.names.values() {
            let is_stated = |claim: &&Claim| matches!(claim.reason, Reason::Named(how) if how.is_claim());
            let Some(stated) = claims.iter().find(is_stated) else { continue };
            let folder = self.shelves[stated.shelf].folder;
            let rivals = claims.iter().filter(|claim| !matches!(claim.reason, Reason::Named(how) if !how.is_claim()));
            let mut shelves: Vec<usize> =
                rivals.map(|claim| claim.shelf).filter(|shelf| self.shelves[*shelf].folder == folder).collect();
            shelves.sort_unstable();
            shelves.dedup();
            if shelves.len() > 1 {
                let paths = shelves.iter().map(|shelf| self.shelves[*shelf].path.clone()).collect();
                doubles.insert(self.written(stated), paths);
            }
        }
        doubles.into_iter().collect()
    }

    /// One match for each runbook, its reasons in order.
    fn matches(&self, found: impl Iterator<Item = (usize, Reason, Option<String>)>) -> Vec<(usize, Match)> {
        let mut matches: BTreeMap<usize, Match> = BTreeMap::new();
        for (shelf, reason, section) in found {
            let Shelf { path, title, .. } = &self.shelves[shelf];
            let entry = matches.entry(shelf).or_insert_with(|| Match {
                path: path.clone(),
                title: title.clone(),
                section: section.clone(),
                reasons: Vec::new(),
            });
            // A reason that is about the whole file leads to its top.
            if section.is_none() {
                entry.section = None;
            }
            if !entry.reasons.contains(&reason) {
                entry.reasons.push(reason);
                entry.reasons.sort();
            }
        }
        matches.into_iter().collect()
    }

    fn choose(&self, mut tier: Vec<(usize, Match)>, component: Option<&str>) -> Lookup {
        if let Some(first) = tier.iter().map(|(shelf, _)| self.shelves[*shelf].folder).min() {
            tier.retain(|(shelf, _)| self.shelves[*shelf].folder == first);
        }
        if let Some(component) = component.map(fold).filter(|component| !component.is_empty()) {
            let lies_there =
                |path: &RunbookPath| path.as_str().split('/').rev().skip(1).any(|part| fold(part) == component);
            if tier.iter().any(|(_, found)| lies_there(&found.path)) {
                tier.retain(|(_, found)| lies_there(&found.path));
            }
        }
        // A title alone is easily left over from the file that this one was copied from.
        let is_named_twice = |found: &Match| found.reasons.len() > 1 && found.reasons.contains(&Reason::FileName);
        if tier.iter().any(|(_, found)| is_named_twice(found)) {
            tier.retain(|(_, found)| found.reasons != [Reason::Named(How::Title)]);
        }
        let mut found: Vec<Match> = tier.into_iter().map(|(_, found)| found).collect();
        match found.len() {
            1 => Lookup::One(found.remove(0)),
            _ => {
                found.sort_by(|a, b| a.path.cmp(&b.path));
                Lookup::Several(found)
            }
        }
    }

    /// The name behind a claim as its runbook writes it.
    fn written(&self, claim: &Claim) -> String {
        let names = &self.shelves[claim.shelf].names;
        let is_it = |name: &&String| {
            self.names.get(&fold(name)).is_some_and(|claims| claims.iter().any(|c| std::ptr::eq(c, claim)))
        };
        names.iter().rev().find(is_it).cloned().unwrap_or_default()
    }
}

/// The last part of a path that says something: `disk-full` of `alerts/disk-full/README`.
pub(super) fn telling_stem(path: &str) -> &str {
    let mut parts = path.rsplit('/');
    let last = parts.next().unwrap_or(path);
    let is_generic = GENERIC_NAMES.contains(&fold(last).as_str());
    if is_generic { parts.next().unwrap_or(last) } else { last }
}
