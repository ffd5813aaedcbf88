//! The runbooks: Markdown files of one or several folders, read once and read again when they change.
//! Never follows a link out of its folders, and never writes.

mod entry;
mod find;
mod history;
mod links;
mod list;
mod picture;
mod related;
mod scan;
mod shelf;
mod walk;

use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use app::server_side::library::{Freshness, FreshnessBasis};
use gix_hash::ObjectId;
use runbook::{names::RunbookPath, time::Timestamp};
use tokio::sync::watch;

pub use self::{
    entry::Entry,
    picture::{NoPicture, PictureFile},
    shelf::{Entries, FolderState, Remark, Shelf},
};
use history::Checkout;

/// How often the folders are looked through for changed files.
const RESCAN_INTERVAL: Duration = Duration::from_secs(2);
/// Milliseconds in a quarter of a year: the step of a runbook's decay rate.
const QUARTER_MS: f64 = 91.31 * 86_400_000.0;

/// All runbooks.
#[derive(Debug)]
pub struct Library {
    folders: Vec<PathBuf>,
    shelf: RwLock<Arc<Shelf>>,
    /// For each folder that is a git checkout: the commit that was read, and when each file was last committed.
    histories: RwLock<Vec<Option<(ObjectId, history::Dates)>>>,
    /// Counts the changes, for those who wait for one.
    changes: watch::Sender<u64>,
}

impl Library {
    /// Reads the folders. A folder that cannot be read is said to be so, and the others still serve.
    pub fn open(folders: Vec<PathBuf>) -> Self {
        let histories = RwLock::new(folders.iter().map(|_| None).collect());
        let library = Self { folders, shelf: RwLock::default(), histories, changes: watch::Sender::new(0) };
        library.rescan();
        library
    }

    /// The library as it stands.
    pub fn shelf(&self) -> Arc<Shelf> {
        Arc::clone(&self.shelf.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The runbook under an address; `.md` at its end is forgiven.
    pub fn get(&self, path: &RunbookPath) -> Option<Arc<Entry>> {
        let shelf = self.shelf();
        shelf.entries.get(path).cloned().or_else(|| {
            let without_extension = path.as_str().strip_suffix(".md")?.parse().ok()?;
            shelf.entries.get::<RunbookPath>(&without_extension).cloned()
        })
    }

    /// The address of a related runbook, as `entry` writes it: from its own folder, or from the library's root.
    pub fn resolve_link(&self, entry: &Entry, written: &str) -> Option<RunbookPath> {
        self.shelf().resolve(&entry.path, written)
    }

    /// When a runbook was last touched, by whose word, and how far it can be trusted at `now`: a decay rate of 0.1
    /// takes 10 % of the confidence each quarter.
    pub fn freshness(&self, entry: &Entry, now: Timestamp) -> Option<Freshness> {
        let metadata = &entry.runbook.metadata;
        let stated = metadata.last_updated.as_deref().and_then(read_date).map(|at| (at, FreshnessBasis::Stated));
        let committed = || self.committed_at(entry).map(|at| (at, FreshnessBasis::Commit));
        let written = || entry.written_at().map(|at| (at, FreshnessBasis::File));
        let (touched_at, basis) = stated.or_else(committed).or_else(written)?;
        let quarters = now.ms_since(touched_at).max(0) as f64 / QUARTER_MS;
        let confidence = metadata.decay_rate.filter(|rate| (0.0..1.0).contains(rate));
        let confidence = confidence.map(|rate| (1.0 - rate).powf(quarters));
        Some(Freshness { touched_at, basis, confidence })
    }

    fn committed_at(&self, entry: &Entry) -> Option<Timestamp> {
        let histories = self.histories.read().unwrap_or_else(PoisonError::into_inner);
        let (_, dates) = histories.get(entry.folder)?.as_ref()?;
        dates.get(&entry.file).copied()
    }

    /// Hears of every change from now on.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Looks the folders through for changes, for as long as the library lives. Open pages keep the text they have.
    pub async fn keep_fresh(self: Arc<Self>) {
        let mut ticks = tokio::time::interval(RESCAN_INTERVAL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let library = Arc::clone(&self);
            let rescan = tokio::task::spawn_blocking(move || {
                library.rescan();
                library.read_histories();
            });
            if let Err(cause) = rescan.await {
                tracing::error!(%cause, "looking through the library failed; the runbooks stay as they were");
            }
        }
    }

    /// Looks the folders through once.
    pub fn rescan(&self) {
        let known = self.shelf();
        let found = scan::scan(&self.folders, &known);
        if found.is_as(&known) {
            return;
        }
        log_news(&known, &found);
        *self.shelf.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(found.indexed());
        self.changes.send_modify(|count| *count += 1);
    }
}

impl Library {
    /// Reads the history of each checkout that has another commit than before. Until then, files have their own times.
    pub fn read_histories(&self) {
        for (position, folder) in self.folders.iter().enumerate() {
            let Some(checkout) = Checkout::around(folder) else { continue };
            let read = checkout.head().and_then(|head| {
                let histories = self.histories.read().unwrap_or_else(PoisonError::into_inner);
                let is_known = matches!(&histories[position], Some((known, _)) if *known == head);
                drop(histories);
                if is_known { Ok(None) } else { Ok(Some((head, checkout.dates()?))) }
            });
            match read {
                Ok(None) => {}
                Ok(Some(history)) => {
                    self.histories.write().unwrap_or_else(PoisonError::into_inner)[position] = Some(history);
                }
                // Said once for each state of the checkout would need to know the state; a debug line is enough, since
                // pages say by whose word a runbook is fresh.
                Err(cause) => tracing::debug!(folder = %folder.display(), %cause, "file times stand in for commits"),
            }
        }
    }
}

/// Says once what has become wrong, or right again, since the last look.
fn log_news(known: &Shelf, found: &Shelf) {
    for remark in found.remarks.iter().filter(|remark| !known.remarks.contains(remark)) {
        tracing::warn!(file = %remark.file, "{}", remark.words);
    }
    for (position, state) in found.folders.iter().enumerate() {
        let was_failing = known.folders.get(position).is_some_and(|known| known.failing_since.is_some());
        let folder = state.folder.display();
        match (&state.reason, was_failing) {
            (Some(cause), false) => {
                tracing::warn!(%folder, %cause, "the library folder cannot be read; its runbooks stay as they were");
            }
            (None, true) => tracing::info!(%folder, "the library folder can be read again"),
            _ => {}
        }
    }
}

fn read_date(text: &str) -> Option<Timestamp> {
    let date: jiff::civil::Date = text.get(..10)?.parse().ok()?;
    let midnight = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Timestamp(midnight.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests;
