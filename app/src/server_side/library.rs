//! What the library answers: which part of it an address asks for, and what a page shows of it.

use runbook::{names::RunbookPath, time::Timestamp};

use super::{backend::Query, evidence::CrashLink};
use crate::paths;

/// Longest query that is looked at, in characters.
const MAX_WORDS_CHARS: usize = 200;

/// Which part of the library an address asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LibraryQuery {
    /// Words to search for; empty for everything.
    pub words: String,
    /// Only runbooks with this tag.
    pub tag: Option<String>,
    /// Only runbooks of this area.
    pub domain: Option<String>,
    /// Only runbooks in this folder and below.
    pub folder: Option<String>,
    /// Which page of the list, from 1.
    pub page: usize,
}

impl LibraryQuery {
    /// Reads an address's query. What it does not know is not its own.
    pub fn read(query: &Query) -> Self {
        let value = |name: &str| {
            let found = query.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim());
            found.filter(|value| !value.is_empty()).map(|value| value.chars().take(MAX_WORDS_CHARS).collect::<String>())
        };
        Self {
            words: value(paths::SEARCH_FIELD).unwrap_or_default(),
            tag: value("tag"),
            domain: value("domain"),
            folder: value("folder").map(|folder| folder.trim_matches('/').to_owned()).filter(|f| !f.is_empty()),
            page: value("page").and_then(|page| page.parse().ok()).unwrap_or(1).max(1),
        }
    }

    /// Names and values that bring this part back, its page left out.
    pub fn fields(&self) -> Vec<(&'static str, &str)> {
        let words = (!self.words.is_empty()).then_some((paths::SEARCH_FIELD, self.words.as_str()));
        let named = [("domain", &self.domain), ("tag", &self.tag), ("folder", &self.folder)];
        let named = named.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
        words.into_iter().chain(named).collect()
    }

    /// The address of this part.
    pub fn address(&self) -> String {
        let page = self.page.to_string();
        let page = (self.page > 1).then_some(("page", page.as_str()));
        match paths::query(self.fields().into_iter().chain(page)).as_str() {
            "" => paths::HOME.to_owned(),
            query => format!("{}{query}", paths::HOME),
        }
    }

    /// The first page of this part, changed.
    pub fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut changed = Self { page: 1, ..self.clone() };
        change(&mut changed);
        changed
    }

    /// Whether it asks for everything.
    pub fn is_everything(&self) -> bool {
        self.fields().is_empty()
    }
}

/// A page of the library.
#[derive(Debug, Clone)]
pub struct LibraryView {
    /// What was asked for, its page being one that exists.
    pub query: LibraryQuery,
    /// Runbooks in the whole library.
    pub total: usize,
    /// Runbooks that were found.
    pub found: usize,
    /// Those on this page: by address, or the best first when words were searched for.
    pub rows: Vec<Row>,
    /// How many pages there are.
    pub pages: usize,
    /// Areas of what was found.
    pub domains: Vec<Facet>,
    /// Tags of what was found.
    pub tags: Vec<Facet>,
    /// Folders of what was found, one level below the chosen one.
    pub folders: Vec<Facet>,
    /// Kept crashes with the words, newest first.
    pub crashes: Vec<CrashLink>,
    /// When nothing was found: runbooks with a name like the words, as (title, address).
    pub near: Vec<(String, String)>,
    /// What is to be said of folders and files.
    pub notes: Vec<Note>,
    /// When the page was made.
    pub now: Timestamp,
}

/// A name by which the list can be narrowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// As the runbooks write it.
    pub name: String,
    /// Runbooks that have it.
    pub count: usize,
    /// Whether the list is narrowed by it now.
    pub is_chosen: bool,
}

/// What is to be said of a folder or file of the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Which one.
    pub place: String,
    /// A sentence or two.
    pub words: String,
    /// Whether it concerns the whole list rather than one file.
    pub is_grave: bool,
}

/// A line of the list.
#[derive(Debug, Clone)]
pub struct Row {
    /// The runbook.
    pub summary: RunbookSummary,
    /// Where the words that were searched for stand.
    pub passages: Vec<Passage>,
}

/// A heading or command that holds words that were searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Its text on one line.
    pub text: String,
    /// Its anchor on the runbook's page.
    pub anchor: String,
    /// Whether it is a command.
    pub is_command: bool,
}

/// A runbook in one line.
#[derive(Debug, Clone)]
pub struct RunbookSummary {
    /// Its address.
    pub path: RunbookPath,
    /// Its title.
    pub title: String,
    /// The alert it serves.
    pub alert: Option<String>,
    /// Its area.
    pub domain: Option<String>,
    /// Its free words.
    pub tags: Vec<String>,
    /// Steps in it.
    pub steps: usize,
    /// Commands in it that become checks.
    pub checks: usize,
    /// All commands in it.
    pub commands: usize,
    /// Problems in it that a person should mend.
    pub problems: usize,
    /// How far it can be trusted.
    pub freshness: Option<Freshness>,
}

/// How far a runbook can be trusted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Freshness {
    /// When it was last touched.
    pub touched_at: Timestamp,
    /// Who says so.
    pub basis: FreshnessBasis,
    /// 0 to 1; absent when the runbook states no decay rate.
    pub confidence: Option<f64>,
}

/// Who says when a runbook was last touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FreshnessBasis {
    /// The runbook itself.
    Stated,
    /// The last git commit of its file.
    Commit,
    /// The oldest commit that the checkout knows it by: its last one was then or earlier.
    OlderCommit,
    /// The time of its file, which a checkout or a copy may have set.
    File,
}

/// Another runbook that a reader may want next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Its address.
    pub path: RunbookPath,
    /// Its title.
    pub title: String,
    /// Why it is named, a few words.
    pub why: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> LibraryQuery {
        LibraryQuery::read(&pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn reads_what_it_writes() {
        let query = read(&[("q", " a&b "), ("tag", "x/y"), ("domain", "é"), ("folder", "/a/b/"), ("page", "3")]);
        assert_eq!(query.address(), "/?q=a%26b&domain=%C3%A9&tag=x%2Fy&folder=a%2Fb&page=3");
        assert_eq!(query.with(|query| query.tag = None).address(), "/?q=a%26b&domain=%C3%A9&folder=a%2Fb");
        assert_eq!(read(&[]).address(), "/");
        assert!(read(&[("tag", " "), ("folder", "/")]).is_everything());
    }

    #[test]
    fn bounds_what_comes_from_outside() {
        assert_eq!(read(&[("q", &"é".repeat(10_000))]).words.chars().count(), MAX_WORDS_CHARS);
        for page in ["0", "-1", "x", "99999999999999999999999"] {
            assert_eq!(read(&[("page", page)]).page, 1, "{page}");
        }
    }
}
