//! Which runbooks a reader of one may want next: what it names, what serves the same alert, what shares its tags or its
//! links, and what links to it.

use std::collections::{BTreeMap, HashMap};

use app::server_side::library::Related;
use runbook::{alerts::fold, names::RunbookPath};

use super::{Entries, Entry, Shelf, links};

/// Related runbooks that a page names.
const MAX_RELATED: usize = 6;
/// Backlinks that a page names.
const MAX_BACKLINKS: usize = 20;
/// A page that more runbooks link to is a table of contents: linking to it, too, says nothing.
const MAX_COMMON_LINKERS: usize = 6;
/// What a reason is worth, against the rarity of a shared tag (0 for a tag that all have).
const NAMED: f64 = 100.0;
const SAME_ALERT: f64 = 50.0;
const COMMON_LINK: f64 = 0.6;
/// Below this a resemblance is chance.
const LEAST: f64 = 0.5;

/// Runbooks by tag, without case.
#[derive(Debug, Default)]
pub(super) struct ByTag(HashMap<String, Vec<RunbookPath>>);

impl ByTag {
    pub(super) fn of(entries: &Entries) -> Self {
        let mut tags: HashMap<String, Vec<RunbookPath>> = HashMap::new();
        for entry in entries.values() {
            for tag in tags_of(entry) {
                tags.entry(tag).or_default().push(entry.path.clone());
            }
        }
        Self(tags)
    }
}

/// What speaks for a runbook.
#[derive(Default)]
struct Case {
    weight: f64,
    reasons: Vec<String>,
    tags: Vec<String>,
}

impl Shelf {
    /// Runbooks that a reader of `entry` may want next, the likeliest first.
    pub fn related(&self, entry: &Entry) -> Vec<Related> {
        let mut cases: BTreeMap<RunbookPath, Case> = BTreeMap::new();
        let declared = links::declared(&entry.runbook);
        for written in &entry.written_links {
            if let Some(path) = self.resolve(&entry.path, written) {
                let why = if declared.contains(written) { "declared as related" } else { "named in the text" };
                cases.entry(path).or_default().add(NAMED, why);
            }
        }
        if let Some(alert) = entry.runbook.metadata.alert.as_deref().map(fold) {
            let serves = |other: &Entry| other.runbook.metadata.alert.as_deref().map(fold).as_ref() == Some(&alert);
            for other in self.entries.values().filter(|other| serves(other)) {
                cases.entry(other.path.clone()).or_default().add(SAME_ALERT, "serves the same alert");
            }
        }
        for tag in tags_of(entry) {
            let holders = self.tags.0.get(&tag).map(Vec::as_slice).unwrap_or_default();
            let rarity = (self.entries.len() as f64 / holders.len().max(1) as f64).ln();
            for path in holders {
                let case = cases.entry(path.clone()).or_default();
                case.weight += rarity;
                case.tags.push(tag.clone());
            }
        }
        self.add_common_links(entry, &mut cases);
        cases.remove(&entry.path);
        let mut cases: Vec<_> = cases.into_iter().filter(|(_, case)| case.weight >= LEAST).collect();
        cases.sort_by(|(_, a), (_, b)| b.weight.total_cmp(&a.weight));
        cases.into_iter().take(MAX_RELATED).filter_map(|(path, case)| self.name(path, case.why())).collect()
    }

    /// Runbooks whose text or metadata links to this one.
    pub fn backlinks_of(&self, entry: &Entry) -> Vec<Related> {
        let from = self.backlinks.get(&entry.path).map(Vec::as_slice).unwrap_or_default();
        from.iter().take(MAX_BACKLINKS).filter_map(|path| self.name(path.clone(), String::new())).collect()
    }

    fn add_common_links(&self, entry: &Entry, cases: &mut BTreeMap<RunbookPath, Case>) {
        for target in entry.written_links.iter().filter_map(|written| self.resolve(&entry.path, written)) {
            let linkers = self.backlinks.get(&target).map(Vec::as_slice).unwrap_or_default();
            let Some(named) = self.entries.get(&target).filter(|_| linkers.len() <= MAX_COMMON_LINKERS) else {
                continue;
            };
            for path in linkers {
                cases.entry(path.clone()).or_default().add(COMMON_LINK, &format!("links to {} as well", named.title));
            }
        }
    }

    fn name(&self, path: RunbookPath, why: String) -> Option<Related> {
        let title = self.entries.get(&path)?.title.clone();
        Some(Related { path, title, why })
    }
}

impl Case {
    fn add(&mut self, weight: f64, reason: &str) {
        if !self.reasons.iter().any(|known| known == reason) {
            self.weight += weight;
            self.reasons.push(reason.to_owned());
        }
    }

    /// The two strongest reasons.
    fn why(self) -> String {
        let tags = (!self.tags.is_empty()).then(|| format!("shares {}", self.tags.join(", ")));
        self.reasons.into_iter().chain(tags).take(2).collect::<Vec<_>>().join("; ")
    }
}

fn tags_of(entry: &Entry) -> Vec<String> {
    let mut tags: Vec<String> = entry.runbook.metadata.tags.iter().map(|tag| tag.to_lowercase()).collect();
    tags.sort();
    tags.dedup();
    tags
}
