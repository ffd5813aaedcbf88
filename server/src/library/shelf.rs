//! The library at one moment: its runbooks, what leads from one to another, and the index for searching. Never changes;
//! a change of the folders makes a new one.

use std::{collections::BTreeMap, num::NonZero, path::PathBuf, sync::Arc, thread, time::SystemTime};

use runbook::{
    lookup,
    names::RunbookPath,
    search::{Index, Terms},
};

use super::{Entry, links, related::ByTag};

/// Runbooks by address.
pub type Entries = BTreeMap<RunbookPath, Arc<Entry>>;

/// The library at one moment.
#[derive(Debug, Default)]
pub struct Shelf {
    /// Every runbook.
    pub entries: Entries,
    /// The folders, in the order of the configuration.
    pub folders: Vec<FolderState>,
    /// What is to be said of single files.
    pub remarks: Vec<Remark>,
    /// For each runbook that is linked: from where.
    pub backlinks: BTreeMap<RunbookPath, Vec<RunbookPath>>,
    pub(super) tags: ByTag,
    /// The ways from an alert to its runbook.
    pub(super) alerts: lookup::Index,
    names: links::ByName,
    index: Index,
    /// Files that take too much work to be read, as they were when that was found out.
    pub(super) too_much: TooMuch,
}

/// Files by folder and name, with the time and the size by which they are known again.
pub(super) type TooMuch = BTreeMap<(usize, String), (SystemTime, u64)>;

/// How a folder of the library stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderState {
    /// Where it is.
    pub folder: PathBuf,
    /// Since when it cannot be read; its runbooks are those of before.
    pub failing_since: Option<SystemTime>,
    /// Why it cannot be read.
    pub reason: Option<String>,
}

/// What is to be said of a file: that it was left out, or how it is ambiguous.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Where it lies in its folder.
    pub file: String,
    /// One sentence.
    pub words: String,
}

impl Shelf {
    /// Puts runbooks together, without an index to search them by.
    pub(super) fn new(entries: Entries, folders: Vec<FolderState>, remarks: Vec<Remark>, too_much: TooMuch) -> Self {
        Self { entries, folders, remarks, too_much, ..Self::default() }
    }

    /// Whether a reader of the library would see no difference.
    pub(super) fn is_as(&self, other: &Self) -> bool {
        let same_entries = self.entries.len() == other.entries.len()
            && self.entries.values().zip(other.entries.values()).all(|(a, b)| Arc::ptr_eq(a, b));
        same_entries
            && self.folders == other.folders
            && self.remarks == other.remarks
            && self.too_much == other.too_much
    }

    /// Makes what leads from one runbook to another, and the index. Takes as long as a few files take to be read.
    pub(super) fn indexed(mut self) -> Self {
        self.names = links::ByName::of(&self.entries);
        self.tags = ByTag::of(&self.entries);
        for entry in self.entries.values() {
            let mut targets: Vec<RunbookPath> = entry
                .written_links
                .iter()
                .filter_map(|written| self.resolve(&entry.path, written))
                .filter(|target| *target != entry.path)
                .collect();
            targets.sort();
            targets.dedup();
            for target in targets {
                self.backlinks.entry(target).or_default().push(entry.path.clone());
            }
        }
        self.alerts = lookup::Index::new(self.entries.values().map(|entry| entry.as_book()));
        self.index = Index::build(&terms(&self.entries));
        self
    }

    /// The runbook that a link in the runbook at `from` leads to.
    pub fn resolve(&self, from: &RunbookPath, written: &str) -> Option<RunbookPath> {
        links::resolve(&self.entries, &self.names, from, written)
    }

    /// The runbooks that mention every word of a query, best first.
    pub fn search(&self, query: &str) -> Vec<Arc<Entry>> {
        let entries: Vec<&Arc<Entry>> = self.entries.values().collect();
        let found = self.index.find(query).into_iter();
        found.filter_map(|found| entries.get(found.document).map(|entry| Arc::clone(entry))).collect()
    }

    /// Different words in the index.
    pub fn word_count(&self) -> usize {
        self.index.word_count()
    }

    /// The folders that cannot be read now.
    pub fn failing_folders(&self) -> impl Iterator<Item = &FolderState> {
        self.folders.iter().filter(|folder| folder.failing_since.is_some())
    }
}

/// The words of every runbook, in order, read on every core.
fn terms(entries: &Entries) -> Vec<Terms> {
    let entries: Vec<&Arc<Entry>> = entries.values().collect();
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = entries.len().div_ceil(threads).max(1);
    let read = |part: &[&Arc<Entry>]| -> Vec<Terms> {
        part.iter().map(|entry| Terms::of(&entry.runbook, &entry.title, entry.path.as_str())).collect()
    };
    thread::scope(|scope| {
        let running: Vec<_> = entries.chunks(share).map(|part| (part.len(), scope.spawn(move || read(part)))).collect();
        // A thread that panics has found a bug; the words of its share are then missing, and the rest is found.
        let joined = running.into_iter().map(|(count, thread)| thread.join().unwrap_or(vec![Terms::default(); count]));
        joined.flatten().collect()
    })
}
