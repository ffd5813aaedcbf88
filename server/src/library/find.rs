//! The library's way from an alert to its runbook, and to what is near when there is none.

use runbook::lookup::{Book, Lookup, Near, Wanted};

use super::{Entry, Library};

impl Library {
    /// The runbook for an alert.
    pub fn find(&self, wanted: &Wanted<'_>) -> Lookup {
        self.shelf().alerts.find(wanted)
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
