//! The facts of a crash as its capture has them: what the watch knows, the log and the events that were fetched, and
//! Proxmox. Asks Kubernetes nothing.

use std::sync::Arc;

use runbook::{
    outcome::{Cause, Unknown},
    time::Timestamp,
    verdict::{Fact, Facts, LogText, Owner, TextLine},
};

use super::{CaseFiles, Key, containers, fetch};
use crate::sources::{
    Grant,
    cluster::{CachedPod, Cluster, PodEvent, RawLogLine},
};

/// What was captured of a crash.
pub struct Captured<'c> {
    /// For whom: what Runlight's own account sees.
    pub grant: &'c Grant,
    /// The cluster.
    pub cluster: &'c Arc<Cluster>,
    /// The pod as the watch knows it.
    pub pod: &'c CachedPod,
    /// The container.
    pub container: &'c str,
    /// The log of the run that ended.
    pub log: Result<CapturedLog<'c>, Unknown>,
    /// Events about the pod, oldest first.
    pub events: Result<&'c [PodEvent], Unknown>,
    /// When the run ended.
    pub at: Timestamp,
}

/// A log that was captured.
#[derive(Debug)]
pub struct CapturedLog<'c> {
    /// Its lines, oldest first.
    pub lines: &'c [RawLogLine],
    /// Whether these are all of them.
    pub is_whole: bool,
}

impl CaseFiles {
    /// The facts that a verdict on a capture rests on.
    pub(in crate::checks) async fn of_capture(self: &Arc<Self>, captured: &Captured<'_>) -> Facts {
        let pod = captured.pod;
        let key = Key {
            grant: captured.grant.clone(),
            cluster: captured.cluster.name().to_owned(),
            namespace: pod.namespace.to_string(),
            pod: pod.name.to_string(),
            container: Some(captured.container.to_owned()),
        };
        let not_asked = Cause::NotAsked.unknown(
            "Memory use",
            "A capture does not ask for it.",
            "Look at the pod\u{2019}s page while it runs.",
        );
        let mut facts = fetch::outline(&key, captured.at);
        facts.phase = pod.phase.to_string();
        facts.containers = Fact::Known(containers::read(pod, None, &|_| Fact::Unknown(not_asked.clone())));
        facts.previous_log = match &captured.log {
            Ok(log) => Fact::Known(LogText {
                is_whole: log.is_whole,
                lines: log.lines.iter().map(|line| TextLine { at: line.at, text: line.text.clone() }).collect(),
            }),
            Err(unknown) => Fact::Unknown(unknown.clone()),
        };
        facts.events = match &captured.events {
            Ok(events) => Fact::Known(events.iter().cloned().map(|event| fetch::read_event(event, "")).collect()),
            Err(unknown) => Fact::Unknown(unknown.clone()),
        };
        let owner = pod.owner.iter();
        facts.owners =
            owner.map(|owner| Owner { kind: owner.kind.to_string(), name: owner.name.to_string() }).collect();
        facts.watching_since = captured.cluster.pods().watching_since;
        let nights = self.nights_of(captured.grant, captured.cluster, &pod.node).await;
        facts.backups = nights.runs.clone();
        facts.local_zone = nights.zone.clone();
        facts
    }
}
