//! Which runbook helps with an alert, as a link: one runbook or a section of it, else the page that lists several or
//! helps to write the missing one.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use app::paths;
use runbook::{
    lookup::{Lookup, Wanted},
    names::RunbookPath,
};

use crate::{library::Library, sources::alertmanager::Alert};

/// Annotations and labels by which a rule names its runbook.
const NAMES: [&str; 2] = ["runbook_url", "runbook"];

/// Where help is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Help {
    /// In one runbook.
    Runbook {
        /// Its address.
        path: RunbookPath,
        /// The anchor of the section about the alert.
        section: Option<String>,
        /// Its title.
        title: String,
    },
    /// In several that suit equally well.
    Several {
        /// The alert's name.
        alert: String,
    },
    /// Nowhere yet.
    Missing {
        /// The alert's name.
        alert: String,
    },
}

/// Looks help up. Thousands of alerts have a handful of names, so what was found is kept.
pub(super) struct Helper<'a> {
    library: &'a Library,
    known: RefCell<HashMap<(String, String), Rc<Help>>>,
}

impl<'a> Helper<'a> {
    pub(super) fn new(library: &'a Library) -> Self {
        Self { library, known: RefCell::default() }
    }

    /// Where help with an alert is.
    pub(super) fn help(&self, alert: &Alert) -> Rc<Help> {
        let named = NAMES.iter().find_map(|name| alert.annotations.get(*name).or_else(|| alert.labels.get(*name)));
        // What follows are the values of one alert.
        let runbook = named.map_or("", |text| text.split(['?', '#']).next().unwrap_or(text));
        let key = (alert.name().to_owned(), runbook.to_owned());
        if let Some(known) = self.known.borrow().get(&key) {
            return Rc::clone(known);
        }
        let wanted =
            Wanted { alert: alert.name(), component: None, runbook: Some(runbook).filter(|path| !path.is_empty()) };
        let help = Rc::new(match self.library.find(&wanted) {
            Lookup::One(found) => Help::Runbook { path: found.path, section: found.section, title: found.title },
            Lookup::Several(_) => Help::Several { alert: alert.name().to_owned() },
            Lookup::Missing(_) => Help::Missing { alert: alert.name().to_owned() },
        });
        self.known.borrow_mut().insert(key, Rc::clone(&help));
        help
    }
}

impl Help {
    /// Its address, with the values of an alert.
    pub(super) fn href<'q>(&self, query: impl IntoIterator<Item = (&'q str, &'q str)>) -> String {
        match self {
            Self::Runbook { path, section, .. } => {
                let address = paths::runbook(path.as_str(), query);
                section.iter().fold(address, |address, section| format!("{address}#{section}"))
            }
            Self::Several { alert } | Self::Missing { alert } => paths::alert(alert, query),
        }
    }

    /// What it is called.
    pub(super) fn title(&self) -> &str {
        match self {
            Self::Runbook { title, .. } => title.strip_prefix("Alert: ").unwrap_or(title),
            Self::Several { alert } | Self::Missing { alert } if alert.is_empty() => "Alerts without a name",
            Self::Several { alert } | Self::Missing { alert } => alert,
        }
    }

    /// What a reader should know of it.
    pub(super) fn note(&self) -> &'static str {
        match self {
            Self::Runbook { .. } => "",
            Self::Several { .. } => "several runbooks suit",
            Self::Missing { .. } => "no runbook yet",
        }
    }
}
