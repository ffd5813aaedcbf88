//! The runbooks: Markdown files of one or several folders, read once and read again when they change.
//! Never follows a link out of its folders, and never writes.

mod scan;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, RwLock},
    time::{Duration, SystemTime},
};

use runbook::{
    document::{DailyWindow, Runbook},
    names::RunbookPath,
    time::Timestamp,
};

use crate::checks::Telling;

/// How often the folders are looked through for changed files.
const RESCAN_INTERVAL: Duration = Duration::from_secs(2);
/// Near matches that an error page offers.
const MAX_SUGGESTIONS: usize = 5;
/// Milliseconds in a quarter of a year: the step of a runbook's decay rate.
const QUARTER_MS: f64 = 91.31 * 86_400_000.0;

/// All runbooks.
#[derive(Debug)]
pub struct Library {
    folders: Vec<PathBuf>,
    entries: RwLock<Arc<Entries>>,
}

/// Runbooks by address.
pub type Entries = BTreeMap<RunbookPath, Arc<Entry>>;

/// One runbook of the library.
#[derive(Debug)]
pub struct Entry {
    /// Its address.
    pub path: RunbookPath,
    /// Where the file lies, from its folder: `alerts/pod-crash-looping.md`.
    pub file: String,
    /// Its title, or the file's name when it has none.
    pub title: String,
    /// Its content.
    pub runbook: Arc<Runbook>,
    /// Daily windows that it names, shared by every question that is asked from it.
    pub windows: Arc<[DailyWindow]>,
    /// Words that it looks for in logs.
    pub telling: Arc<[Telling]>,
    /// When the file was last written.
    modified: SystemTime,
}

impl Library {
    /// Reads the folders. A folder that cannot be read is logged and skipped, so that the others still serve.
    pub fn open(folders: Vec<PathBuf>) -> Self {
        let entries = scan::scan(&folders, &Entries::new());
        Self { folders, entries: RwLock::new(Arc::new(entries)) }
    }

    /// The runbooks as they stand.
    pub fn entries(&self) -> Arc<Entries> {
        Arc::clone(&self.entries.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// The runbook under an address; `.md` at its end is forgiven.
    pub fn get(&self, path: &RunbookPath) -> Option<Arc<Entry>> {
        let entries = self.entries();
        entries.get(path).cloned().or_else(|| {
            let without_extension = path.as_str().strip_suffix(".md")?.parse().ok()?;
            entries.get::<RunbookPath>(&without_extension).cloned()
        })
    }

    /// The runbook that serves an alert: by its own word, else by its file's name. Case, `-` and `_` do not count.
    pub fn for_alert(&self, alert: &str) -> Option<RunbookPath> {
        let wanted = fold(alert);
        let entries = self.entries();
        let serves = |entry: &&Arc<Entry>| entry.runbook.metadata.alert.as_deref().map(fold).as_ref() == Some(&wanted);
        let is_named_so = |entry: &&Arc<Entry>| fold(file_stem(entry.path.as_str())) == wanted;
        let found = entries.values().find(serves).or_else(|| entries.values().find(is_named_so));
        found.map(|entry| entry.path.clone())
    }

    /// Runbooks whose address, alert or title is like `text`, most alike first.
    pub fn near(&self, text: &str) -> Vec<Arc<Entry>> {
        let wanted = text.to_lowercase();
        let mut scored: Vec<(f64, Arc<Entry>)> = self
            .entries()
            .values()
            .map(|entry| {
                let alert = entry.runbook.metadata.alert.as_deref().unwrap_or_default();
                let names = [entry.path.as_str(), file_stem(entry.path.as_str()), alert, entry.title.as_str()];
                let alike = |name: &str| strsim::jaro_winkler(&wanted, &name.to_lowercase());
                (names.into_iter().map(alike).fold(0.0, f64::max), Arc::clone(entry))
            })
            .filter(|(score, _)| *score > 0.7)
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        scored.into_iter().take(MAX_SUGGESTIONS).map(|(_, entry)| entry).collect()
    }

    /// The address of a related runbook, as `entry` writes it: from its own folder, or from the library's root.
    pub fn resolve_link(&self, entry: &Entry, written: &str) -> Option<RunbookPath> {
        let target = written.split(['#', '?']).next()?.trim_end_matches(".md");
        let folder = entry.path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
        let candidates = [join(folder, target), join("", target)];
        let entries = self.entries();
        let exact = candidates.into_iter().flatten().find(|path| entries.contains_key(path));
        // Runbooks are moved between folders more often than renamed.
        exact.or_else(|| {
            let wanted = file_stem(target);
            let mut same_name = entries.keys().filter(|path| file_stem(path.as_str()) == wanted);
            same_name.next().filter(|_| same_name.next().is_none()).cloned()
        })
    }

    /// Looks the folders through for changes, for as long as the library lives. Open pages keep the text they have.
    pub async fn keep_fresh(self: Arc<Self>) {
        let mut ticks = tokio::time::interval(RESCAN_INTERVAL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let library = Arc::clone(&self);
            let rescan = tokio::task::spawn_blocking(move || library.rescan());
            if let Err(cause) = rescan.await {
                tracing::error!(%cause, "looking through the library failed; the runbooks stay as they were");
            }
        }
    }

    fn rescan(&self) {
        let known = self.entries();
        let found = scan::scan(&self.folders, &known);
        let is_same = found.len() == known.len() && found.values().zip(known.values()).all(|(a, b)| Arc::ptr_eq(a, b));
        if !is_same {
            *self.entries.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(found);
        }
    }
}

impl Entry {
    /// When the runbook was last touched (its metadata's word, else the file's time) and how far it can be trusted
    /// at `now`: a decay rate of 0.1 takes 10 % of the confidence each quarter.
    pub fn freshness(&self, now: Timestamp) -> Option<app::server_side::backend::Freshness> {
        let metadata = &self.runbook.metadata;
        let stated = metadata.last_updated.as_deref().and_then(read_date);
        let written = self.modified.duration_since(SystemTime::UNIX_EPOCH).ok();
        let written = written.and_then(|age| i64::try_from(age.as_millis()).ok()).map(Timestamp);
        let touched_at = stated.or(written)?;
        let quarters = now.ms_since(touched_at).max(0) as f64 / QUARTER_MS;
        let confidence = metadata.decay_rate.filter(|rate| (0.0..1.0).contains(rate));
        let confidence = confidence.map(|rate| (1.0 - rate).powf(quarters));
        Some(app::server_side::backend::Freshness { touched_at, confidence })
    }
}

fn read_date(text: &str) -> Option<Timestamp> {
    let date: jiff::civil::Date = text.get(..10)?.parse().ok()?;
    let midnight = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Timestamp(midnight.timestamp().as_millisecond()))
}

/// `a/b` and `../c.md` give `a/c`; a path that leaves the library gives nothing.
fn join(folder: &str, relative: &str) -> Option<RunbookPath> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.trim_start_matches('/').split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    parts.join("/").parse().ok()
}

fn file_stem(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Where a file lies inside its folder, with `/` between its parts.
fn relative_name(folder: &Path, file: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> =
        file.strip_prefix(folder).ok()?.components().map(|part| part.as_os_str().to_str()).collect();
    parts.map(|parts| parts.join("/"))
}

#[cfg(test)]
mod tests;
