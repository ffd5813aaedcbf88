//! The library's way from an alert to its runbook, and to what is near when there is none.

use std::sync::Arc;

use runbook::lookup::{Book, Lookup, Near, Reason, Wanted};

use super::{Entry, Library};

impl Library {
    /// The runbook for an alert.
    pub fn find(&self, wanted: &Wanted<'_>) -> Lookup {
        self.shelf().alerts.find(wanted)
    }

    /// The same where any of several texts may be the runbook's own path: the first that leads to a file decides.
    pub fn find_by_any(&self, wanted: &Wanted<'_>, paths: &[String]) -> Lookup {
        let by_path = paths.iter().map(|path| self.find(&Wanted { runbook: Some(path), ..*wanted }));
        let leads = |found: &Lookup| match found {
            Lookup::One(one) => one.reasons.iter().any(|reason| matches!(reason, Reason::Path { .. })),
            Lookup::Several(all) => {
                all.iter().any(|one| one.reasons.iter().any(|it| matches!(it, Reason::Path { .. })))
            }
            Lookup::Missing(_) => false,
        };
        by_path.into_iter().find(leads).unwrap_or_else(|| self.find(wanted))
    }

    /// The runbook about crashes, where no alert says which is meant: the first that serves an alert about crash loops and
    /// has rows to judge them by.
    pub fn about_crashes(&self) -> Option<Arc<Entry>> {
        let serves = |entry: &&Arc<Entry>| {
            let alert = entry.runbook.metadata.alert.as_deref().unwrap_or("").to_lowercase();
            alert.contains("crashloop") && entry.crash_rules().classifier().is_some()
        };
        self.shelf().entries.values().find(serves).cloned()
    }

    /// Runbooks whose address, alert or title is like `text`, most alike first.
    pub fn near(&self, text: &str) -> Vec<Near> {
        self.shelf().alerts.near(text)
    }
}

impl Entry {
    /// What finding an alert's runbook needs to know of it.
    pub(super) fn as_book(&self) -> Book<'_> {
        Book { path: &self.path, title: &self.title, alerts: &self.runbook.alerts, folder: self.folder }
    }
}
