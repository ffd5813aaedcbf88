//! What an open page follows: its checks, the state of its alert, and on the home page what fires.

use std::{collections::BTreeMap, sync::Arc};

use app::{
    answer::{Brief, PanelUpdate},
    error::WireError,
    paths,
    server_side::backend::Caller,
};
use futures::{
    Stream, StreamExt,
    stream::{self, BoxStream},
};
use runbook::{
    binding::Bindings,
    names::{CheckId, RunbookPath},
};

use super::{Portal, open, situation};
use crate::{alerts::Subject, checks::Topic, library::Entry, live::Update, sources::Grant};

/// Questions that one page may follow.
const MAX_TOPICS: usize = 96;

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
    /// What a page that shows one version of a runbook's file should say once another takes its place.
    pub fn edits(
        &self,
        _caller: &Caller,
        path: RunbookPath,
        revision: String,
    ) -> impl Stream<Item = &'static str> + Send + use<> {
        let library = Arc::clone(&self.library);
        stream::once(async move {
            let mut changes = library.changes();
            loop {
                match library.get(&path) {
                    None => return Some("This runbook's file is no longer in the library. What you read stays."),
                    Some(entry) if entry.revision != revision => {
                        return Some("This runbook's file has changed since you opened the page.");
                    }
                    Some(_) => changes.changed().await.ok()?,
                }
            }
        })
        .filter_map(std::future::ready)
    }

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
        let grant = self.grant(caller);
        let reports = self.follow_reports(&grant, &entry, &bindings, shown);
        let subject = Subject {
            path: Some(path.clone()),
            name: open::alert_name(&entry, &shown.labels).unwrap_or_default(),
            bindings,
            labels: shown.labels.clone(),
            parameters: Vec::new(),
        };
        let alert = match subject.name.as_str() {
            "" => stream::empty().boxed(),
            _ => self.alerts.follow_page(&grant, subject).map(|drawn| update(paths::ALERT_TOPIC, drawn)).boxed(),
        };
        Ok(stream::select(reports, alert))
    }

    /// The reports of a page. One that looks at a pod which is not there follows only what is not about the pod, as every
    /// such page does, until the pod comes: made-up names make no questions of their own.
    fn follow_reports(
        &self,
        grant: &Grant,
        entry: &Entry,
        bindings: &Bindings,
        shown: &Shown,
    ) -> BoxStream<'static, Update> {
        let topics = self.topics(grant, entry, bindings, shown);
        let situation = situation(entry, grant, bindings);
        if !self.runner.is_about_a_stranger(&situation) {
            return self.hub.follow(topics).boxed();
        }
        let mut others = bindings.clone();
        others.0.retain(|name, _| !matches!(name.as_str(), "pod" | "container"));
        let shared = self.hub.follow(self.topics(grant, entry, &others, shown));
        let absent = self.standing_asks(grant, entry, bindings).into_iter().filter(|ask| ask.kind.needs_a_pod());
        let absent = stream::select_all(absent.map(|ask| self.hub.once(ask.kind.id(), Topic::from(ask)).boxed()));
        let (runner, hub) = (Arc::clone(&self.runner), Arc::clone(&self.hub));
        let known = async move { runner.until_known(&situation).await };
        let all = stream::once(async move { hub.follow(topics) }).flatten();
        stream::select(shared, absent).take_until(known).chain(all).boxed()
    }

    /// What a page follows, what its reader asked for first.
    fn topics(&self, grant: &Grant, entry: &Entry, bindings: &Bindings, shown: &Shown) -> Vec<(CheckId, Topic)> {
        let panels =
            self.standing_asks(grant, entry, bindings).into_iter().map(|ask| (ask.kind.id(), Topic::from(ask)));
        let mut unasked = open::Unasked::default();
        let asks = entry.runbook.commands.iter().filter_map(|command| {
            let ask = Self::ask(entry, command, (grant, bindings)).ok()?;
            let is_wanted = shown.checks.contains(&command.id);
            // What the page was opened with, by the same rule.
            let is_shown = match is_wanted {
                true => unasked.note(&ask),
                false => self.runner.is_cached(&ask) && unasked.take(&ask),
            };
            // What a topic has published stays with it; the data of Secrets is in its own report alone.
            let is_followed = is_shown && !ask.check.reads_secret_data();
            is_followed.then(|| (is_wanted, command.id.clone(), Topic::from(ask)))
        });
        let (wanted, others): (Vec<_>, Vec<_>) = asks.partition(|(is_wanted, ..)| *is_wanted);
        let asks = wanted.into_iter().chain(others).map(|(_, check, topic)| (check, topic));
        panels.chain(asks).take(MAX_TOPICS).collect()
    }

    /// The state of an alert that has no single runbook, from now on.
    pub fn follow_alert(
        &self,
        caller: &Caller,
        name: &str,
        labels: &[(String, String)],
    ) -> impl Stream<Item = Update> + Send + use<> {
        let subject = Subject::of_link(name, labels);
        self.alerts.follow_page(&self.grant(caller), subject).map(|drawn| update(paths::ALERT_TOPIC, drawn))
    }

    /// What fires, from now on.
    pub fn follow_home(&self, caller: &Caller) -> impl Stream<Item = Update> + Send + use<> {
        self.board.follow(&self.alerts, &self.grant(caller)).map(|drawn| update(paths::FIRING_TOPIC, drawn.to_string()))
    }
}

fn update(topic: &'static str, html: String) -> Update {
    let panel = PanelUpdate { brief: Brief::default(), panel: None, html };
    let panel: Arc<str> = serde_json::to_string(&panel).expect("strings and an enum can be written as JSON").into();
    Update { check: topic.parse().expect("a topic is a valid id"), panel }
}
