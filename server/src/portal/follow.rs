//! What an open page follows: its checks, the state of its alert, and on the home page what fires.

use std::{collections::BTreeMap, sync::Arc};

use app::{
    answer::{Brief, PanelUpdate},
    error::WireError,
    paths,
    server_side::backend::Caller,
};
use futures::{Stream, StreamExt, stream};
use runbook::names::{CheckId, RunbookPath};

use super::{Portal, open};
use crate::{alerts::Subject, checks::Topic, live::Update};

/// What a page shows and so wants to follow.
#[derive(Debug, Default)]
pub struct Shown {
    /// Checks that it shows.
    pub checks: Vec<CheckId>,
    /// Values for parameters.
    pub bindings: BTreeMap<String, String>,
    /// Other labels of its alert.
    pub labels: Vec<(String, String)>,
}

impl Portal {
    /// Every report on these checks of a runbook and the state of its alert, from now on. Checks that cannot be asked
    /// (an empty placeholder) are left out: the page says so itself.
    pub fn follow(
        &self,
        caller: &Caller,
        path: &RunbookPath,
        shown: &Shown,
    ) -> Result<impl Stream<Item = Update> + Send + use<>, WireError> {
        let entry = self.entry(caller, path)?;
        let bindings = open::valid_bindings(&shown.bindings)?;
        let mut unasked = open::Unasked::default();
        let asks = entry.runbook.commands.iter().filter_map(|command| {
            let ask = self.ask(&entry, command, &bindings).ok()?;
            // What the page was opened with, by the same rule.
            let is_wanted = match shown.checks.contains(&command.id) {
                true => unasked.note(&ask),
                false => self.runner.is_cached(&ask) && unasked.take(&ask),
            };
            // What a topic has published stays with it; the data of Secrets is in its own report alone.
            (is_wanted && !ask.check.reads_secret_data()).then(|| (command.id.clone(), Topic::from(ask)))
        });
        let panels = self.standing_asks(&entry, &bindings).into_iter().map(|ask| (ask.kind.id(), Topic::from(ask)));
        let reports = self.hub.follow(asks.chain(panels).collect());
        let subject = Subject {
            path: Some(path.clone()),
            name: open::alert_name(&entry, &shown.labels).unwrap_or_default(),
            bindings,
            labels: shown.labels.clone(),
            parameters: Vec::new(),
        };
        let alert = match subject.name.as_str() {
            "" => stream::empty().boxed(),
            _ => self.alerts.follow_page(subject).map(|drawn| update(paths::ALERT_TOPIC, drawn)).boxed(),
        };
        Ok(stream::select(reports, alert))
    }

    /// The state of an alert that has no single runbook, from now on.
    pub fn follow_alert(&self, name: &str, labels: &[(String, String)]) -> impl Stream<Item = Update> + Send + use<> {
        let subject = Subject::of_link(name, labels);
        self.alerts.follow_page(subject).map(|drawn| update(paths::ALERT_TOPIC, drawn))
    }

    /// What fires, from now on.
    pub fn follow_home(&self) -> impl Stream<Item = Update> + Send + use<> {
        self.board.follow(&self.alerts).map(|drawn| update(paths::FIRING_TOPIC, drawn.to_string()))
    }
}

fn update(topic: &'static str, html: String) -> Update {
    let panel = PanelUpdate { brief: Brief::default(), panel: None, html };
    let panel: Arc<str> = serde_json::to_string(&panel).expect("strings and an enum can be written as JSON").into();
    Update { check: topic.parse().expect("a topic is a valid id"), panel }
}
