//! One page of the library's list: what the filters of an address leave of it, with the filters that would narrow it
//! further.

use std::{collections::BTreeMap, sync::Arc};

use app::server_side::library::{Facet, LibraryQuery, LibraryView, Note, Passage, Row, RunbookSummary};
use runbook::{
    check::Reading,
    names::RunbookPath,
    search::{Place, passages},
    time::Timestamp,
};

use super::{Entry, Library, Shelf};

/// Runbooks on one page of the list.
const PAGE_ROWS: usize = 100;
/// Filters of one kind that are offered.
const MAX_FACETS: usize = 40;
/// Headings and commands that a found runbook shows.
const MAX_PASSAGES: usize = 2;
/// Runbooks that are offered while somebody types.
const MAX_HITS: usize = 8;

impl Library {
    /// What the home page shows of the library for an address.
    pub fn list(&self, query: &LibraryQuery, now: Timestamp) -> LibraryView {
        let shelf = self.shelf();
        let found = matching(&shelf, query);
        let pages = found.len().div_ceil(PAGE_ROWS).max(1);
        let page = query.page.clamp(1, pages);
        let rows = found.iter().skip((page - 1) * PAGE_ROWS).take(PAGE_ROWS);
        LibraryView {
            total: shelf.entries.len(),
            found: found.len(),
            rows: rows.map(|entry| self.row(entry, &query.words, now)).collect(),
            pages,
            domains: facets(found.iter().flat_map(|entry| &entry.runbook.metadata.domain), query.domain.as_deref()),
            tags: facets(found.iter().flat_map(|entry| &entry.runbook.metadata.tags), query.tag.as_deref()),
            folders: folders(&found, query.folder.as_deref()),
            near: if found.is_empty() { self.near_links(&query.words) } else { Vec::new() },
            notes: notes(&shelf),
            crashes: Vec::new(),
            query: LibraryQuery { page, ..query.clone() },
            now,
        }
    }

    /// The best few runbooks for words as they are typed.
    pub fn hits(&self, words: &str, now: Timestamp) -> (usize, Vec<Row>) {
        let found = self.shelf().search(words);
        (found.len(), found.iter().take(MAX_HITS).map(|entry| self.row(entry, words, now)).collect())
    }

    fn row(&self, entry: &Entry, words: &str, now: Timestamp) -> Row {
        let passage = |found: runbook::search::Passage| Passage {
            is_command: matches!(found.place, Place::Command(_)),
            anchor: match found.place {
                Place::Heading(id) => id,
                Place::Command(at) => {
                    let command = entry.runbook.commands.get(at);
                    command.map(|command| app::paths::check_anchor(command.id.as_str())).unwrap_or_default()
                }
            },
            text: found.text,
        };
        let passages = passages(&entry.runbook, words, MAX_PASSAGES);
        Row { summary: self.summarise(entry, now), passages: passages.into_iter().map(passage).collect() }
    }

    /// One line of the library.
    pub fn summarise(&self, entry: &Entry, now: Timestamp) -> RunbookSummary {
        let (metadata, commands) = (&entry.runbook.metadata, &entry.runbook.commands);
        RunbookSummary {
            path: entry.path.clone(),
            title: entry.title.clone(),
            alert: metadata.alert.clone(),
            domain: metadata.domain.clone(),
            tags: metadata.tags.clone(),
            steps: entry.runbook.steps.len(),
            checks: commands.iter().filter(|command| matches!(command.reading, Reading::Check { .. })).count(),
            commands: commands.len(),
            problems: entry.problem_count(),
            freshness: self.freshness(entry, now),
        }
    }

    fn near_links(&self, words: &str) -> Vec<(String, String)> {
        let near = self.near(words).into_iter();
        near.map(|near| (near.title, app::paths::runbook(near.path.as_str(), []))).collect()
    }
}

fn matching(shelf: &Shelf, query: &LibraryQuery) -> Vec<Arc<Entry>> {
    let all = match query.words.as_str() {
        "" => shelf.entries.values().cloned().collect(),
        words => shelf.search(words),
    };
    let is_wanted = |entry: &Arc<Entry>| {
        let metadata = &entry.runbook.metadata;
        let has_domain = |wanted: &String| metadata.domain.as_ref().is_some_and(|own| is_same(own, wanted));
        let has_tag = |wanted: &String| metadata.tags.iter().any(|own| is_same(own, wanted));
        let is_in =
            |wanted: &String| folder_of(entry) == *wanted || folder_of(entry).starts_with(&format!("{wanted}/"));
        query.domain.iter().all(has_domain) && query.tag.iter().all(has_tag) && query.folder.iter().all(is_in)
    };
    all.into_iter().filter(is_wanted).collect()
}

/// Names with how many runbooks have each, the most frequent first. A chosen one is always among them.
fn facets<'e>(names: impl Iterator<Item = &'e String>, chosen: Option<&str>) -> Vec<Facet> {
    // Keyed without case; shown as first written.
    let mut counts: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for name in names {
        counts.entry(name.to_lowercase()).or_insert_with(|| (name.clone(), 0)).1 += 1;
    }
    let mut facets: Vec<Facet> = counts
        .into_values()
        .map(|(name, count)| Facet { is_chosen: chosen.is_some_and(|chosen| is_same(chosen, &name)), name, count })
        .collect();
    facets.sort_by_key(|facet| (!facet.is_chosen, std::cmp::Reverse(facet.count)));
    facets.truncate(MAX_FACETS);
    facets
}

/// The folders one level below the chosen one.
fn folders(found: &[Arc<Entry>], chosen: Option<&str>) -> Vec<Facet> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for entry in found {
        let folder = folder_of(entry);
        let below = match chosen {
            None => Some(folder),
            Some(chosen) => folder.strip_prefix(chosen).and_then(|rest| rest.strip_prefix('/')),
        };
        let Some(next) = below.and_then(|below| below.split('/').next()).filter(|next| !next.is_empty()) else {
            continue;
        };
        let name = chosen.map_or_else(|| next.to_owned(), |chosen| format!("{chosen}/{next}"));
        *counts.entry(name).or_default() += 1;
    }
    let facets = counts.into_iter().map(|(name, count)| Facet { name, count, is_chosen: false });
    facets.take(MAX_FACETS).collect()
}

fn folder_of(entry: &Entry) -> &str {
    entry.path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn is_same(a: &str, b: &str) -> bool {
    a == b || a.to_lowercase() == b.to_lowercase()
}

/// What a reader of the library should know of its folders and files.
fn notes(shelf: &Shelf) -> Vec<Note> {
    let of_folder = |folder: &super::FolderState| {
        let since = folder.failing_since?.duration_since(std::time::UNIX_EPOCH).ok()?;
        let since = Timestamp(i64::try_from(since.as_millis()).ok()?);
        Some(Note {
            place: folder.folder.display().to_string(),
            words: format!(
                "This folder cannot be read since {} {} UTC: {}. Its runbooks are shown as they last were.",
                since.date(),
                since.clock(),
                folder.reason.as_deref().unwrap_or("no reason is known")
            ),
            is_grave: true,
        })
    };
    let of_file =
        |remark: &super::Remark| Note { place: remark.file.clone(), words: remark.words.clone(), is_grave: false };
    let doubled = doubled(&shelf.alerts.doubles());
    shelf.folders.iter().filter_map(of_folder).chain(shelf.remarks.iter().map(of_file)).chain(doubled).collect()
}

/// What is to be said of alerts with several runbooks, if any: each of their links asks which.
fn doubled(doubles: &[(String, Vec<RunbookPath>)]) -> Option<Note> {
    const SHOWN: usize = 3;
    let join = |paths: &[RunbookPath]| paths.iter().map(RunbookPath::as_str).collect::<Vec<_>>().join(", ");
    let shown = doubles.iter().take(SHOWN).map(|(alert, paths)| format!("{alert} ({})", join(paths)));
    let more = doubles.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(", and {more} more; runlight lint lists them") } else { String::new() };
    (!doubles.is_empty()).then(|| Note {
        place: "Alerts with several runbooks".into(),
        words: format!("Their links ask which one: {}{more}.", shown.collect::<Vec<_>>().join(", ")),
        is_grave: false,
    })
}
