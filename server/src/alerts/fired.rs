//! One alert that fires, with what its source adds: the cluster it is about, its place among others, its link.

use std::cmp::Reverse;

use app::server_side::alerts::{AlertRow, Held};
use runbook::{binding, secret, time::Timestamp};

use super::help::Help;
use crate::{
    checks::Verdicts,
    sources::{
        Grant,
        alertmanager::{Alert, AlertState, Alertmanager},
    },
};

/// Labels that come first in a link, in the order of the alert strip.
const FIRST: [&str; 6] = ["cluster", "namespace", "pod", "container", "severity", "alertname"];
/// Labels that make the words by which an alert is told from its like, the most telling set that it has.
const SUBJECTS: [&[&str]; 6] = [
    &["namespace", "pod", "container"],
    &["namespace", "deployment"],
    &["namespace", "name"],
    &["node"],
    &["instance"],
    &["namespace"],
];
/// Labels that say how an alert came about rather than what it is about: the row leaves them out, the link keeps them.
const PLUMBING: [&str; 8] =
    ["alertname", "severity", "job", "uid", "endpoint", "service", "prometheus", "prometheus_replica"];
/// Labels that a row shows.
const MAX_LABELS: usize = 6;
/// Longest label value that a row shows, in characters.
const MAX_LABEL_CHARS: usize = 60;

/// An alert and where it comes from.
pub(super) struct Fired<'a> {
    pub(super) alert: &'a Alert,
    pub(super) source: &'a Alertmanager,
    /// The cluster by its section's name, or as the alert names it; `None` when nothing says.
    pub(super) cluster: Option<&'a str>,
}

impl<'a> Fired<'a> {
    pub(super) fn new(alert: &'a Alert, source: &'a Alertmanager, grant: &'a Grant) -> Self {
        let place = source.place();
        let named = alert.label(&place.cluster_label);
        let cluster = match named {
            Some(named) => Some(grant.cluster(named).map_or(named, |cluster| cluster.name())),
            None => place.only_cluster(),
        };
        Self { alert, source, cluster }
    }

    /// A label by its canonical name: `pod` for `pod_name`, the cluster by whatever name it has.
    pub(super) fn value(&self, canonical: &str) -> Option<&str> {
        if canonical == "cluster" {
            return self.cluster;
        }
        let exact = self.alert.label(canonical);
        exact.or_else(|| {
            let mut labels = self.alert.labels.iter();
            labels.find(|(name, _)| binding::canonical_name(name) == canonical).map(|(_, value)| value.as_str())
        })
    }

    /// The gravest first, then what goes out before what is held back, then the newest.
    pub(super) fn rank(&self) -> (u8, bool, Reverse<i64>) {
        let held = self.alert.state != AlertState::Active;
        (severity_rank(self.alert.label("severity")), held, Reverse(self.alert.since.0))
    }

    /// Everything that a link to its runbook carries.
    pub(super) fn link_labels(&self) -> Vec<(&str, &str)> {
        let cluster_label = self.source.place().cluster_label.as_str();
        let cluster = self.cluster.map(|cluster| ("cluster", cluster));
        let label = |name: &&'static str| self.alert.label(name).map(|value| (*name, value));
        let first = FIRST.iter().filter(|name| **name != "cluster").filter_map(label);
        let is_rest = |name: &str| !FIRST.contains(&name) && name != cluster_label;
        let rest = self.alert.labels.iter().filter(|(name, _)| is_rest(name));
        // An address is kept by browsers and written into logs: a value with a secret in it stands in none.
        let rest = rest.filter(|(_, value)| !holds_secret(value));
        cluster.into_iter().chain(first).chain(rest.map(|(name, value)| (name.as_str(), value.as_str()))).collect()
    }

    /// A line of a list, whose link leads to a runbook or to the page that looks for one.
    pub(super) fn row(&self, help: &Help) -> AlertRow {
        let used = SUBJECTS.iter().find(|set| set.iter().all(|name| self.alert.label(name).is_some()));
        // A container is told only where there is a pod.
        let used: Vec<&str> = match used {
            Some(set) => set.to_vec(),
            None if self.alert.label("pod").is_some() => vec!["namespace", "pod"],
            None => Vec::new(),
        };
        let subject: Vec<&str> = used.iter().filter_map(|name| self.alert.label(name)).collect();
        let cluster_label = self.source.place().cluster_label.as_str();
        // Of a pod, the instance is the exporter that told of it.
        let is_plumbing = |name: &str| PLUMBING.contains(&name) || (name == "instance" && used.contains(&"pod"));
        let is_shown = |name: &str| !used.contains(&name) && !is_plumbing(name) && name != cluster_label;
        let rest = self.alert.labels.iter().filter(|(name, _)| is_shown(name));
        let cluster = self.cluster.map(|cluster| ("cluster".to_owned(), cluster.to_owned()));
        let rest = rest.map(|(name, value)| (name.clone(), shortened(&secret::mask(value))));
        let labels = self.link_labels();
        AlertRow {
            name: self.alert.name().to_owned(),
            severity: self.alert.label("severity").unwrap_or("").to_owned(),
            subject: subject.join("/"),
            labels: cluster.into_iter().chain(rest).take(MAX_LABELS).collect(),
            since: self.alert.since,
            held: self.held(),
            href: help.href(labels),
            verdict: None,
        }
    }

    /// The sentence of the verdict on its pod, where there is one already.
    pub(super) fn verdict(&self, grant: &Grant, verdicts: &Verdicts, now: Timestamp) -> Option<String> {
        verdicts.of(grant, self.cluster?, self.value("namespace")?, self.value("pod")?, now)
    }

    pub(super) fn held(&self) -> Held {
        match self.alert.state {
            AlertState::Active => Held::Not,
            AlertState::Silenced(_) => Held::Silenced,
            AlertState::Inhibited => Held::Inhibited,
            AlertState::Unprocessed => Held::Unprocessed,
        }
    }
}

/// Whether a label's value holds a secret, such as the login in an exporter's address.
pub(super) fn holds_secret(value: &str) -> bool {
    !secret::spans(value).is_empty()
}

/// Known severities in their order; one that is not known stands between those that wake somebody and those that do
/// not.
pub(super) fn severity_rank(severity: Option<&str>) -> u8 {
    match severity {
        Some("critical" | "page" | "error") => 0,
        Some("warning" | "warn") => 1,
        None => 3,
        Some("info") => 4,
        Some("none") => 5,
        Some(_) => 2,
    }
}

fn shortened(value: &str) -> String {
    match value.char_indices().nth(MAX_LABEL_CHARS) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}
