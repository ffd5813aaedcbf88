//! What the islands of one page share.

use leptos::prelude::*;
use runbook::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    answer::{Brief, PanelUpdate, Word},
    error::WireError,
    paths,
};

/// What the server says of a page when it renders it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PageFacts {
    /// The runbook's address inside the library.
    pub path: String,
    /// Which version of the runbook's file the page shows.
    pub revision: String,
    /// Values for parameters.
    pub bindings: Vec<(String, String)>,
    /// Labels of the alert that are no parameters. They stay in every link.
    pub labels: Vec<(String, String)>,
    /// The checks of the page, in order.
    pub checks: Vec<CheckFacts>,
    /// Ids of checks that the address asks to run, in its order.
    pub runs: Vec<String>,
    /// The portal's time when the page was made.
    pub now: Timestamp,
}

impl PageFacts {
    /// A page that stands beside the runbooks: nothing can be run on it.
    #[cfg(feature = "ssr")]
    pub fn without_runbook(now: Timestamp) -> Self {
        let (path, revision, bindings, labels) = (String::new(), String::new(), Vec::new(), Vec::new());
        Self { path, revision, bindings, labels, checks: Vec::new(), runs: Vec::new(), now }
    }

    /// The query of this page: bindings, labels, then the checks it runs.
    pub fn query<'a>(&'a self, runs: &'a [String]) -> impl Iterator<Item = (&'a str, &'a str)> {
        let named = self.bindings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let labels = self.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        named.chain(labels).chain(runs.iter().map(|id| (paths::RUN_FIELD, id.as_str())))
    }
}

/// A check of a page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CheckFacts {
    /// Its id.
    pub id: String,
    /// Position of the step it stands in, if it stands in one.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub step: Option<usize>,
    /// Whether it is a command of the runbook; else a panel that asks by itself.
    #[serde(rename = "c")]
    pub is_command: bool,
    /// Whether every parameter it needs has a value.
    #[serde(rename = "r")]
    pub is_ready: bool,
    /// Whether its command names what the alert is about.
    #[serde(rename = "a")]
    pub is_specific: bool,
    /// How it stands when the page is made.
    #[serde(rename = "b", default, skip_serializing_if = "Brief::is_idle")]
    pub brief: Brief,
}

/// The shared state of a page. Copies are handles to the same state.
#[derive(Clone, Copy)]
pub struct Page {
    /// What the server said.
    pub facts: StoredValue<PageFacts>,
    /// One for each of the facts' checks, in the same order.
    pub slots: StoredValue<Vec<Slot>>,
    /// Ids of checks that have been asked to run, in order: what the address holds.
    pub runs: RwSignal<Vec<String>>,
    /// How the event stream stands.
    pub link: RwSignal<Link>,
    /// Portal time minus the browser's monotonic clock, in milliseconds.
    clock_offset_ms: StoredValue<i64>,
}

/// A check's live state.
#[derive(Clone, Copy)]
pub struct Slot {
    /// Its id.
    pub id: StoredValue<String>,
    /// Position of its step.
    pub step: Option<usize>,
    /// Whether it is a command of the runbook.
    pub is_command: bool,
    /// Whether it can be run.
    pub is_ready: bool,
    /// Whether it asks about what the alert is about.
    pub is_specific: bool,
    /// The state in one word.
    pub brief: RwSignal<Brief>,
    /// The value of `data-panel`, once an answer has brought one.
    pub panel: RwSignal<Option<String>>,
    /// What its panel shows; `None` as long as that is what the server rendered.
    pub html: RwSignal<Option<String>>,
    /// Why it could not be asked just now; empty when it could.
    pub problem: RwSignal<String>,
}

/// How the event stream stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Not open yet.
    Connecting,
    /// Open, and heard lately.
    Live,
    /// Nothing has been heard since this moment.
    Stale(Timestamp),
}

impl Page {
    /// The state of a page that has just been made.
    pub fn new(facts: PageFacts) -> Self {
        let slot = |check: &CheckFacts| Slot {
            id: StoredValue::new(check.id.clone()),
            step: check.step,
            is_command: check.is_command,
            is_ready: check.is_ready,
            is_specific: check.is_specific,
            brief: RwSignal::new(check.brief.clone()),
            panel: RwSignal::new(None),
            html: RwSignal::new(None),
            problem: RwSignal::new(String::new()),
        };
        Self {
            slots: StoredValue::new(facts.checks.iter().map(slot).collect()),
            runs: RwSignal::new(facts.runs.clone()),
            link: RwSignal::new(Link::Connecting),
            clock_offset_ms: StoredValue::new(facts.now.0 - elapsed_ms()),
            facts: StoredValue::new(facts),
        }
    }

    /// The page around this island. Every island that asks stands inside `LivePage`.
    pub fn current() -> Self {
        expect_context::<Self>()
    }

    /// The portal's time: what the server last said, plus what has passed since by the browser's monotonic clock.
    pub fn now(self) -> Timestamp {
        Timestamp(self.clock_offset_ms.get_value() + elapsed_ms())
    }

    /// The state of a check.
    pub fn slot(self, id: &str) -> Option<Slot> {
        self.slots.with_value(|slots| slots.iter().find(|slot| slot.id.with_value(|own| own == id)).copied())
    }

    /// The address of this page as it stands, without its anchor.
    pub fn address(self) -> String {
        self.facts.with_value(|facts| self.runs.with(|runs| paths::runbook(&facts.path, facts.query(runs))))
    }

    /// The address of this page with other values for some parameters: `?pod=web-0`.
    pub fn address_with(self, binds: &str) -> String {
        let (binds, anchor) = binds.split_at(binds.find('#').unwrap_or(binds.len()));
        let is_replaced = |name: &str| {
            let mut names = binds.trim_start_matches('?').split('&').filter_map(|pair| pair.split('=').next());
            names.any(|replaced| replaced == name)
        };
        self.facts.with_value(|facts| {
            self.runs.with_untracked(|runs| {
                let rest = paths::query(facts.query(runs).filter(|(name, _)| !is_replaced(name)));
                [&paths::runbook(&facts.path, []), binds, &rest.replacen('?', "&", 1), anchor].concat()
            })
        })
    }
}

impl Slot {
    /// Shows an answer.
    pub fn settle(self, update: PanelUpdate) {
        self.panel.set(update.panel);
        self.html.set(Some(update.html));
        self.brief.set(update.brief);
        self.problem.set(String::new());
    }

    /// Says why there is no answer. An older answer stays in view.
    pub fn fail(self, error: &WireError) {
        self.brief.set(Brief { word: Word::Unknown, summary: error.message.clone() });
        self.problem.set(error.to_string());
    }

    /// The state in one word.
    pub fn word(self) -> Word {
        self.brief.with(|brief| brief.word)
    }
}

#[cfg(feature = "hydrate")]
impl Page {
    /// Sets the clock by what the server says.
    pub fn set_clock(self, now: Timestamp) {
        self.clock_offset_ms.set_value(now.0 - elapsed_ms());
    }

    /// Runs a check, and writes into the address that it was run.
    pub fn run(self, slot: Slot) {
        if !slot.is_ready || slot.brief.with_untracked(|brief| brief.word == Word::Running) {
            return;
        }
        let id = slot.id.get_value();
        slot.brief.update(|brief| brief.word = Word::Running);
        if self.runs.with_untracked(|runs| !runs.contains(&id)) {
            self.runs.update(|runs| runs.push(id.clone()));
            super::browser::replace_address(&self.address());
        }
        leptos::task::spawn_local(async move {
            match super::ask::run_check(self, id).await {
                Ok(update) => slot.settle(update),
                Err(error) => slot.fail(&error),
            }
        });
    }
}

#[cfg(not(feature = "hydrate"))]
impl Page {
    /// Checks run in the browser's copy of the page only; the server answers forms.
    pub fn run(self, _slot: Slot) {}
}

#[cfg(feature = "hydrate")]
fn elapsed_ms() -> i64 {
    super::browser::elapsed_ms()
}

/// On the server a page is made in one instant.
#[cfg(not(feature = "hydrate"))]
fn elapsed_ms() -> i64 {
    0
}
