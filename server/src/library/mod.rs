//! The runbooks: Markdown files of one or several folders, read once and read again when they change.
//! Never follows a link out of its folders, and never writes.

mod beneath;
mod entry;
mod find;
mod format;
mod history;
mod links;
mod list;
mod picture;
mod related;
mod scan;
mod shelf;
mod walk;

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use app::server_side::library::{Freshness, FreshnessBasis};
use gix_hash::ObjectId;
use runbook::{names::RunbookPath, time::Timestamp};
use tokio::sync::watch;

pub(crate) use self::format::{is_markdown, other_format};
pub use self::{
    entry::Entry,
    picture::{NoPicture, PictureFile},
    shelf::{Entries, FolderState, Remark, Shelf},
};
use history::{Budget, Checkout, LastCommit};

/// How often a checkout is looked at for another commit.
const HISTORY_INTERVAL: Duration = Duration::from_secs(5);
/// Steps that reading the history of one checkout may take: a large repository needs a few million.
const HISTORY_STEPS: u64 = 50_000_000;
/// How long the history of one checkout may take to be read.
const HISTORY_TIME_LIMIT: Duration = Duration::from_secs(30);
/// How often the folders are looked through for changed files.
const RESCAN_INTERVAL: Duration = Duration::from_secs(2);
/// Milliseconds in a quarter of a year: the step of a runbook's decay rate.
const QUARTER_MS: f64 = 91.31 * 86_400_000.0;

/// All runbooks.
#[derive(Debug)]
pub struct Library {
    folders: Vec<PathBuf>,
    /// Whether files are dated by their commits.
    reads_history: bool,
    shelf: RwLock<Arc<Shelf>>,
    /// What is known of each folder's commits.
    histories: RwLock<Vec<History>>,
    /// Counts the changes, for those who wait for one.
    changes: watch::Sender<u64>,
    /// Whether the folders have been looked through once.
    is_read: watch::Sender<bool>,
}

/// What is known of a folder's commits. Without any, the times of its files stand in for them.
#[derive(Debug, Default)]
enum History {
    /// It is no git checkout, or has not been read yet.
    #[default]
    None,
    /// Of this state of the checkout.
    Read(State, history::Dates),
    /// Why this state could not be read, or which one it is.
    Failed(Option<State>, String),
}

/// What the dates of files depend on: the commit that is checked out, and which files there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    head: ObjectId,
    names: u64,
}

impl Library {
    /// A library that has not been read yet: [`Self::keep_fresh`] does so, or [`Self::rescan`].
    pub fn new(folders: Vec<PathBuf>) -> Self {
        let histories = RwLock::new(folders.iter().map(|_| History::None).collect());
        let (changes, is_read) = (watch::Sender::new(0), watch::Sender::new(false));
        Self { folders, reads_history: true, shelf: RwLock::default(), histories, changes, is_read }
    }

    /// Reads the folders. A folder that cannot be read is said to be so, and the others still serve.
    pub fn open(folders: Vec<PathBuf>) -> Self {
        let library = Self::new(folders);
        library.rescan();
        library
    }

    /// Waits until the folders have been looked through once.
    pub async fn read(&self) {
        // The sender lives as long as the library, so waiting cannot fail.
        let _ = self.is_read.subscribe().wait_for(|is_read| *is_read).await;
    }

    /// Files are dated by their own times where `is_read` is false; git's files are not opened then.
    #[must_use]
    pub fn with_history(self, is_read: bool) -> Self {
        Self { reads_history: is_read, ..self }
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
        let committed = || match self.last_commit(entry)? {
            LastCommit::At(at) => Some((at, FreshnessBasis::Commit)),
            LastCommit::AtOrBefore(at) => Some((at, FreshnessBasis::OlderCommit)),
        };
        let written = || entry.written_at().map(|at| (at, FreshnessBasis::File));
        let (touched_at, basis) = stated.or_else(committed).or_else(written)?;
        let quarters = now.ms_since(touched_at).max(0) as f64 / QUARTER_MS;
        let confidence = metadata.decay_rate.filter(|rate| (0.0..1.0).contains(rate));
        let confidence = confidence.map(|rate| (1.0 - rate).powf(quarters));
        Some(Freshness { touched_at, basis, confidence })
    }

    fn last_commit(&self, entry: &Entry) -> Option<LastCommit> {
        let histories = self.histories.read().unwrap_or_else(PoisonError::into_inner);
        match histories.get(entry.folder)? {
            History::Read(_, dates) => dates.get(&entry.file).copied(),
            History::None | History::Failed(..) => None,
        }
    }

    /// Hears of every change from now on.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Looks the folders through for changes and for commits, for as long as the library lives. Open pages keep the text
    /// they have, and a long history delays no look.
    pub async fn keep_fresh(self: Arc<Self>) {
        let again = |interval: Duration, look: fn(&Self)| {
            let library = Arc::clone(&self);
            async move {
                let mut ticks = tokio::time::interval(interval);
                ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
                loop {
                    ticks.tick().await;
                    let library = Arc::clone(&library);
                    if let Err(cause) = tokio::task::spawn_blocking(move || look(&library)).await {
                        tracing::error!(%cause, "looking through the library failed; the runbooks stay as they were");
                    }
                }
            }
        };
        futures::join!(again(RESCAN_INTERVAL, Self::rescan), again(HISTORY_INTERVAL, Self::read_histories));
    }

    /// Looks the folders through once.
    pub fn rescan(&self) {
        let known = self.shelf();
        let found = scan::scan(&self.folders, &known);
        if !found.is_as(&known) {
            log_news(&known, &found);
            *self.shelf.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(found.indexed());
            self.changes.send_modify(|count| *count += 1);
        }
        self.is_read.send_replace(true);
    }
}

impl Library {
    /// Reads the history of each checkout that has another commit or other files than before. Until then, files have
    /// their own times.
    pub fn read_histories(&self) {
        for (position, folder) in self.folders.iter().enumerate().filter(|_| self.reads_history) {
            let Some(checkout) = Checkout::around(folder) else { continue };
            let shelf = self.shelf();
            let files = || shelf.entries.values().filter(|entry| entry.folder == position).map(|entry| &*entry.file);
            let names = names_of(files());
            let state = checkout.head().map(|head| State { head, names });
            let histories = self.histories.read().unwrap_or_else(PoisonError::into_inner);
            let is_known = histories[position].is_of(&state);
            drop(histories);
            if is_known {
                continue;
            }
            let read = state.map_err(|cause| History::Failed(None, cause.to_string())).and_then(|state| {
                let mut budget = Budget::new(HISTORY_STEPS, Instant::now() + HISTORY_TIME_LIMIT);
                let dates = checkout.dates(&files().collect(), &mut budget);
                dates
                    .map(|dates| History::Read(state, dates))
                    .map_err(|cause| History::Failed(Some(state), cause.to_string()))
            });
            let history = read.unwrap_or_else(|failed| failed);
            if let History::Failed(_, cause) = &history {
                tracing::warn!(folder = %folder.display(), %cause, "file times stand in for commits");
            }
            self.histories.write().unwrap_or_else(PoisonError::into_inner)[position] = history;
        }
    }
}

impl History {
    /// Whether this is all that can be known of a checkout in this state.
    fn is_of(&self, state: &Result<State, history::Unreadable>) -> bool {
        match (self, state) {
            (Self::Read(known, _) | Self::Failed(Some(known), _), Ok(state)) => known == state,
            (Self::Failed(None, known), Err(cause)) => *known == cause.to_string(),
            _ => false,
        }
    }
}

/// A number that two lists of the same names have in common.
fn names_of<'n>(names: impl Iterator<Item = &'n str>) -> u64 {
    let mut hasher = DefaultHasher::new();
    names.for_each(|name| name.hash(&mut hasher));
    hasher.finish()
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
