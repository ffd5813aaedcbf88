//! The sentences of the latest verdicts, by what they are about: the list of what fires says of each alert what is known
//! of it already. Nothing is asked for it, and nobody sees what another grant has judged.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use runbook::{
    outcome::{Body, Outcome, Report},
    time::Timestamp,
};

use super::{PanelKind, Topic};
use crate::sources::Grant;

/// Crashes of which a sentence is kept; beyond them the oldest goes.
const MAX_KEPT: usize = 2_000;
/// An older sentence says nothing of now.
const KEPT_MS: i64 = 30 * 60_000;

/// What was judged last.
#[derive(Debug, Default)]
pub struct Verdicts {
    told: Mutex<HashMap<Crash, (Timestamp, String)>>,
}

/// For whom it was judged; cluster, namespace, pod.
type Crash = (Grant, String, String, String);

impl Verdicts {
    /// Keeps the sentence of a verdict that is one.
    pub(super) fn note(&self, topic: &Topic, report: &Report) {
        let Topic::Panel(ask) = topic else { return };
        let situation = &ask.situation;
        let about = (&situation.cluster, &situation.namespace, &situation.pod);
        let (Some(cluster), Some(namespace), Some(pod)) = about else { return };
        if ask.kind != PanelKind::Verdict || matches!(report.outcome, Outcome::Unknown(_)) {
            return;
        }
        let Body::Verdict(verdict) = &report.body else { return };
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (situation.grant.clone(), cluster.clone(), namespace.clone(), pod.clone());
        if told.len() >= MAX_KEPT && !told.contains_key(&key) {
            let oldest = told.iter().min_by_key(|(_, (at, _))| *at).map(|(key, _)| key.clone());
            oldest.map(|oldest| told.remove(&oldest));
        }
        told.insert(key, (verdict.judged_at, verdict.sentence.clone()));
    }

    /// The sentence that is known of a pod now.
    pub fn of(&self, grant: &Grant, cluster: &str, namespace: &str, pod: &str, now: Timestamp) -> Option<String> {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, sentence) = told.get(&(grant.clone(), cluster.to_owned(), namespace.to_owned(), pod.to_owned()))?;
        (now.ms_since(*at) <= KEPT_MS).then(|| sentence.clone())
    }
}
