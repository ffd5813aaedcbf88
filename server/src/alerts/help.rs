//! Which runbook helps with an alert, as a link: one runbook or a section of it, else the page that lists several or
//! helps to write the missing one.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use app::paths;
use runbook::{
    alerts::{names_a_runbook, rule_behind},
    lookup::{Lookup, Wanted},
    names::RunbookPath,
};

use crate::{library::Library, sources::alertmanager::Alert};

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
    known: RefCell<HashMap<Sought, Rc<Help>>>,
}

/// An alert's name, and the runbooks that its fields name.
type Sought = (String, Vec<String>);

impl<'a> Helper<'a> {
    pub(super) fn new(library: &'a Library) -> Self {
        Self { library, known: RefCell::default() }
    }

    /// Where help with an alert is.
    pub(super) fn help(&self, alert: &Alert) -> Rc<Help> {
        let fields = alert.annotations.iter().chain(&alert.labels).filter(|(name, _)| names_a_runbook(name));
        // What follows are the values of one alert.
        let runbooks = fields.map(|(_, text)| text.split(['?', '#']).next().unwrap_or(text).to_owned());
        let name = rule_behind(alert.name(), alert.label("rulename")).unwrap_or(alert.name());
        let key = (name.to_owned(), runbooks.filter(|path| !path.is_empty()).collect::<Vec<_>>());
        if let Some(known) = self.known.borrow().get(&key) {
            return Rc::clone(known);
        }
        let (name, runbooks) = &key;
        let found = self.library.find_by_any(&Wanted { alert: name, component: None, runbook: None }, runbooks);
        let help = Rc::new(match found {
            Lookup::One(found) => Help::Runbook { path: found.path, section: found.section, title: found.title },
            Lookup::Several(_) => Help::Several { alert: name.clone() },
            Lookup::Missing(_) => Help::Missing { alert: name.clone() },
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
