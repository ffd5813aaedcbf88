//! Asks everything that the facts of a crash need, at the same time where nothing depends on the other. Thinks nothing.

use std::{sync::Arc, time::Duration};

use futures::join;
use k8s_openapi::api::core::v1::Pod;
use runbook::{
    memory::Quantity,
    outcome::{Cause, Unknown},
    time::{DAY_MS, Timestamp},
    verdict::{Backups, Event, Fact, Facts, LogText, Owner, State, TextLine},
};
use serde_json::Value;

use super::{
    super::{Situation, fetch::cluster::loaded_pods, typed::typed},
    CaseFile, CaseFiles, Key, backups, containers, node, owners, recorded,
    replaced::find_replacement,
};
use crate::sources::{
    SourceFailure,
    cluster::{CachedPod, Cluster, GetRequest, GetScope, LogAnswer, LogRequest, PodView, PodWatchState},
};

/// Lines of a log that are searched.
const LOG_LINES: u32 = 1_000;
/// How long the watch keeps the times of restarts.
const KEPT_MS: i64 = DAY_MS;

pub(super) async fn gather(files: &Arc<CaseFiles>, cluster: &Arc<Cluster>, key: &Key) -> CaseFile {
    let limit = files.part_limit;
    let listed = tokio::time::timeout(limit, loaded_pods(cluster)).await;
    let view = match listed.unwrap_or_else(|_| Err(late(format!("Pods of {}", cluster.name()), limit))) {
        Ok(view) => view,
        Err(unknown) => return empty(key, unknown, files.clock.now()),
    };
    let Some(pod) = view.pods.get(&key.namespace, &key.pod).cloned() else {
        return gone(files, cluster, key, &view).await;
    };
    let object = get_object(cluster, "pods", &key.namespace, &key.pod, limit).await;
    let object = object.and_then(|object| typed::<Pod>(object, &format!("Pod {} of {}", key.pod, cluster.name())));
    let first = containers::read(&pod, object.as_ref().ok(), &|_| Fact::Unknown(not_measured(cluster)));
    let mut facts = outline(key, files.clock.now());
    facts.containers = Fact::Known(first);
    let focus = facts.focus().cloned();
    let previous = async {
        match &focus {
            Some(one) if one.has_never_ended() => Fact::Unknown(no_run_has_ended(&one.name)),
            // Between two runs the plain log is the ended run's; `--previous` would be one too early, or an excuse.
            Some(one) => {
                let is_running = matches!(one.state, State::Running { .. });
                get_log(cluster, key, &one.name, is_running, limit).await
            }
            None => Fact::Unknown(no_run_has_ended("The container")),
        }
    };
    let current = async {
        match &focus {
            Some(one) if matches!(one.state, State::Running { .. }) => {
                get_log(cluster, key, &one.name, false, limit).await
            }
            one => Fact::Unknown(containers::does_not_run(one.as_ref().map_or("The container", |one| &one.name))),
        }
    };
    let (previous_log, current_log, (owners, events), (node, backups), usage, record) = join!(
        previous,
        current,
        async {
            let owners = owners::follow(cluster, &key.namespace, object.as_ref().ok(), &pod, limit).await;
            let events = get_events(cluster, key, &owners, limit).await;
            (owners, events)
        },
        async {
            let node = get_node(cluster, &pod, limit).await;
            let backups = backups::fetch(files, &key.grant, cluster, &pod.node, node.as_ref()).await;
            (node, backups)
        },
        get_usage(cluster, key, limit),
        async {
            let one = focus.as_ref()?;
            let (ends, since) = (one.end_times(), watching_since(&view, files.clock.now()));
            let record = recorded::fetch(files, (&key.grant, cluster), &pod, &one.name, (&ends, since)).await;
            Some((one.name.clone(), record))
        },
    );
    let peak_of = |name: &str| match &usage {
        Err(unknown) => Fact::Unknown(unknown.clone()),
        Ok(usage) => match usage.iter().find(|(container, _)| container == name) {
            Some((_, bytes)) => Fact::Known(files.remember_peak(&pod.uid, name, *bytes)),
            None => Fact::Unknown(not_measured(cluster)),
        },
    };
    let now = files.clock.now();
    facts.phase = pod.phase.to_string();
    let status = object.as_ref().ok().and_then(|pod| pod.status.as_ref());
    facts.pod_reason = status.and_then(|status| status.reason.clone()).filter(|reason| !reason.is_empty());
    facts.pod_message = status.and_then(|status| status.message.clone()).filter(|message| !message.is_empty());
    let mut all = containers::read(&pod, object.as_ref().ok(), &peak_of);
    if let Some((name, record)) = record
        && let Some(one) = all.iter_mut().find(|one| one.name == name)
    {
        one.record = record;
    }
    facts.containers = Fact::Known(all);
    facts.previous_log = previous_log;
    facts.current_log = current_log;
    facts.events = events;
    facts.node = node.as_ref().map(|node| node::read(&pod.node, node));
    facts.owners = owners.iter().map(|link| Owner { kind: link.kind.clone(), name: link.name.clone() }).collect();
    files.remember_owners(key, &facts.owners);
    let backoff_ms = facts.containers.known().map_or(0, |all| containers::longest_backoff_ms(all));
    facts.watching_since = watching_since(&view, now);
    facts.backups = backups.runs;
    facts.local_zone = backups.zone;
    CaseFile {
        facts,
        object,
        owners,
        machine: backups.machine,
        replacement: None,
        longest_backoff_ms: files.remember_backoff(&pod.uid, backoff_ms),
        stale_since: stale_since(&view),
        cluster: cluster.name().to_owned(),
        asked_at: now,
        pod: Some(pod),
    }
}

/// From when on the watch knows every restart.
fn watching_since(view: &PodView, now: Timestamp) -> Option<Timestamp> {
    view.watching_since.map(|since| since.max(now.plus_ms(-KEPT_MS)))
}

/// The pod is not there. Its backups and what may have replaced it still can be told.
async fn gone(files: &Arc<CaseFiles>, cluster: &Arc<Cluster>, key: &Key, view: &PodView) -> CaseFile {
    let owners = files.remembered_owners(key);
    let replacement = find_replacement(view.pods.in_namespace(&key.namespace), &key.pod, &owners);
    let remedy = match &replacement {
        None => "It may have been replaced: choose a pod in the table below, or correct the values at the top.".into(),
        Some(name) => format!("It was replaced by {name}: set that at the top."),
    };
    let unknown = Cause::Gone.unknown(
        format!("Pod {} in {} of {}", key.pod, key.namespace, cluster.name()),
        format!("{} has no pod {} in namespace {} now.", cluster.name(), key.pod, key.namespace),
        remedy,
    );
    let backups = files.nights_without_a_node(&key.grant, cluster).await;
    let mut file = empty(key, unknown, files.clock.now());
    file.facts.backups = backups.runs.clone();
    file.facts.local_zone = backups.zone.clone();
    file.facts.owners = owners;
    file.replacement = replacement;
    file.stale_since = stale_since(view);
    file
}

fn stale_since(view: &PodView) -> Option<Timestamp> {
    match view.state {
        PodWatchState::Stale { since, .. } => Some(since),
        PodWatchState::Live { .. } | PodWatchState::Loading { .. } | PodWatchState::Failed(_) => None,
    }
}

/// One object as JSON.
pub(super) async fn get_object(
    cluster: &Cluster,
    kind: &str,
    namespace: &str,
    name: &str,
    limit: Duration,
) -> Result<Value, Unknown> {
    let scope = if namespace.is_empty() { GetScope::All } else { GetScope::Namespace(namespace.to_owned()) };
    let request =
        GetRequest { kind: kind.to_owned(), names: vec![name.to_owned()], scope, selector: None, field_selector: None };
    within(limit, format!("{kind} {name} of {}", cluster.name()), cluster.get_json(&request)).await
}

async fn get_log(cluster: &Cluster, key: &Key, container: &str, is_previous: bool, limit: Duration) -> Fact<LogText> {
    let which = if is_previous { "Previous log" } else { "Log" };
    let asked = format!("{which} of {container} in {}/{}", key.namespace, key.pod);
    let request = LogRequest {
        namespace: key.namespace.clone(),
        pod: key.pod.clone(),
        container: Some(container.to_owned()),
        is_previous,
        tail_lines: Some(LOG_LINES),
        since_s: None,
    };
    match within(limit, asked.clone(), cluster.logs(&request)).await {
        Err(unknown) => Fact::Unknown(unknown),
        Ok(LogAnswer::Lines { lines, bound }) => Fact::Known(LogText {
            is_whole: !bound.has_older && !bound.is_cut_at_end,
            lines: lines.into_iter().map(|line| TextLine { at: line.at, text: line.text }).collect(),
        }),
        // Neither is a log: nothing may be concluded from what it does not say.
        Ok(LogAnswer::NoPreviousYet { reason } | LogAnswer::Waiting { reason }) => {
            Fact::Unknown(Cause::NotYet.unknown(
                asked,
                reason,
                "It is asked for again by itself; within a minute of a crash it is there.",
            ))
        }
    }
}

/// Events of the pod and of its owners, oldest first.
async fn get_events(cluster: &Cluster, key: &Key, owners: &[super::OwnerLink], limit: Duration) -> Fact<Vec<Event>> {
    let asked = |name: &str| format!("Events of {}/{name} in {}", key.namespace, cluster.name());
    let own = within(limit, asked(&key.pod), cluster.pod_events(&key.namespace, &key.pod));
    let above = owners.iter().filter(|owner| owner.kind != "Node").map(async |owner| {
        let found = cluster.events_about(&owner.kind, &key.namespace, &owner.name);
        (owner, within(limit, asked(&owner.name), found).await)
    });
    let (own, above) = join!(own, futures::future::join_all(above));
    let mut events: Vec<Event> = match own {
        Ok(events) => events.into_iter().map(|event| read_event(event, "")).collect(),
        Err(unknown) => return Fact::Unknown(unknown),
    };
    for (owner, found) in above {
        match found {
            Ok(found) => {
                let whose = format!(" ({} {})", owner.kind, owner.name);
                events.extend(found.into_iter().map(|event| read_event(event, &whose)));
            }
            Err(unknown) => return Fact::Unknown(unknown),
        }
    }
    events.sort_by_key(|event| event.at);
    Fact::Known(events)
}

pub(super) fn read_event(event: crate::sources::cluster::PodEvent, whose: &str) -> Event {
    Event {
        message: format!("{}{whose}", event.message),
        reason: event.reason,
        at: event.at,
        count: event.count,
        container: event.container,
    }
}

/// The pod's node as JSON; nothing while it is unscheduled.
async fn get_node(cluster: &Cluster, pod: &CachedPod, limit: Duration) -> Option<Result<Value, Unknown>> {
    if pod.node.is_empty() {
        return None;
    }
    Some(get_object(cluster, "nodes", "", &pod.node, limit).await)
}

/// What each container uses now, by the metrics API.
async fn get_usage(cluster: &Cluster, key: &Key, limit: Duration) -> Result<Vec<(String, u64)>, Unknown> {
    let metrics = get_object(cluster, "pods.metrics.k8s.io", &key.namespace, &key.pod, limit).await;
    let metrics = metrics.map_err(|unknown| match unknown.cause == Cause::NoSuchKind {
        true => Cause::NoSuchKind.unknown(
            format!("Memory use of {}/{}", key.namespace, key.pod),
            format!("{} has no metrics API.", cluster.name()),
            "Install metrics-server.",
        ),
        false => unknown,
    })?;
    let used = |container: &Value| {
        let Quantity(bytes) = container["usage"]["memory"].as_str()?.parse().ok()?;
        Some((container["name"].as_str()?.to_owned(), bytes))
    };
    Ok(metrics["containers"].as_array().into_iter().flatten().filter_map(used).collect())
}

fn not_measured(cluster: &Cluster) -> Unknown {
    Cause::Untold.unknown(
        "Memory use",
        format!("The metrics API of {} has no figure for it at the moment.", cluster.name()),
        "It has one while the container runs for a minute or more.",
    )
}

fn no_run_has_ended(name: &str) -> Unknown {
    Cause::NotFound.unknown(
        format!("Previous log of {name}"),
        format!("No run of {name} has ended, so it has no previous log."),
        "Look at its events.",
    )
}

/// An answer within a time of its own.
pub(in crate::checks) async fn within<T>(
    limit: Duration,
    asked: String,
    answer: impl Future<Output = Result<T, SourceFailure>>,
) -> Result<T, Unknown> {
    match tokio::time::timeout(limit, answer).await {
        Ok(answer) => answer.map_err(|failure| failure.to_unknown()),
        Err(_) => Err(late(asked, limit)),
    }
}

fn late(asked: String, limit: Duration) -> Unknown {
    Cause::TimedOut.unknown(
        asked,
        format!("There was no answer within {} s.", limit.as_secs_f32()),
        "It is asked again by itself; raise check_timeout_ms in [server] if it stays slow.",
    )
}

/// Facts of a pod whose cluster is not known.
pub(super) fn unasked(situation: &Situation, namespace: &str, pod: &str, unknown: Unknown, now: Timestamp) -> CaseFile {
    let key = Key {
        grant: situation.grant.clone(),
        // A name that no cluster has.
        cluster: situation.cluster.as_deref().unwrap_or("").to_owned(),
        namespace: namespace.to_owned(),
        pod: pod.to_owned(),
        container: situation.container.clone(),
    };
    empty(&key, unknown, now)
}

/// What is said when the gathering itself failed.
pub(super) fn broken(key: &Key, now: Timestamp) -> CaseFile {
    let unknown = Cause::Broken.unknown(
        format!("The facts of {}/{}", key.namespace, key.pod),
        "Runlight failed while it gathered them.",
        "Reload the page; the server's log has the cause.",
    );
    empty(key, unknown, now)
}

/// What is left to say when more pods are asked about than can be.
pub(super) fn too_many(key: &Key, now: Timestamp) -> CaseFile {
    let unknown = Cause::Busy.unknown(
        format!("The facts of {}/{}", key.namespace, key.pod),
        "Runlight gathers the facts of as many pods as it takes at the same time.",
        "Reload the page in a few seconds.",
    );
    empty(key, unknown, now)
}

fn empty(key: &Key, unknown: Unknown, now: Timestamp) -> CaseFile {
    let mut facts = outline(key, now);
    facts.containers = Fact::Unknown(unknown.clone());
    facts.previous_log = Fact::Unknown(unknown.clone());
    facts.current_log = Fact::Unknown(unknown.clone());
    facts.events = Fact::Unknown(unknown.clone());
    facts.backups = Fact::Unknown(unknown.clone());
    CaseFile {
        facts,
        pod: None,
        object: Err(unknown),
        owners: Vec::new(),
        machine: None,
        replacement: None,
        longest_backoff_ms: 0,
        stale_since: None,
        cluster: key.cluster.clone(),
        asked_at: now,
    }
}

/// Facts with nothing in them yet.
pub(super) fn outline(key: &Key, now: Timestamp) -> Facts {
    let open = || Cause::NotAsked.unknown("This part", "It was not asked.", "Reload the page.");
    Facts {
        namespace: key.namespace.clone(),
        pod: key.pod.clone(),
        container: key.container.clone(),
        phase: "Unknown".into(),
        pod_reason: None,
        pod_message: None,
        containers: Fact::Unknown(open()),
        previous_log: Fact::Unknown(open()),
        current_log: Fact::Unknown(open()),
        events: Fact::Unknown(open()),
        node: None,
        owners: Vec::new(),
        watching_since: Some(now),
        backups: Fact::<Backups>::Unknown(open()),
        windows: Vec::new(),
        local_zone: None,
        excluded_by: None,
    }
}
