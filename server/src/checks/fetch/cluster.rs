//! Questions to a cluster: pods out of the watch, tables, logs.

use std::{sync::Arc, time::Duration};

use futures::{
    Stream, StreamExt,
    stream::{self, BoxStream},
};
use runbook::{
    check::{ClusterAsk, Get, LogTarget, Logs, Output, Scope},
    outcome::Unknown,
    time::Timestamp,
};
use tokio_stream::wrappers::{IntervalStream, WatchStream};

use super::{
    super::{
        Situation,
        logs::ContainerLog,
        pods::{self, PodsAnswer},
        table::TableAnswer,
        text::TextAnswer,
    },
    Answer, not_yet, objects,
};
use crate::{
    clock::Clock,
    sources::{
        Sources,
        cluster::{CachedPod, Cluster, LogAnswer, LogRequest, PodView, PodWatchState, Role},
    },
};

/// How often a log that is followed is read again, and how often a missing one is asked for.
const LOG_INTERVAL: Duration = Duration::from_secs(2);
/// Names of other pods that a log panel lists.
const MAX_OTHERS: usize = 20;

/// The cluster that a command's context names, else the one that the reader looks at, else the only one.
pub(in crate::checks) fn find<'a>(
    sources: &'a Sources,
    context: Option<&str>,
    situation: &Situation,
) -> Result<&'a Arc<Cluster>, Unknown> {
    let known: Vec<&str> = sources.clusters().iter().map(|cluster| cluster.name()).collect();
    let Some(wanted) = context.or(situation.cluster.as_deref()) else {
        return match sources.clusters() {
            [only] => Ok(only),
            _ => Err(Unknown {
                asked: "A cluster".into(),
                reason: "The command names no cluster, and none is chosen.".into(),
                remedy: format!("Choose a cluster at the top of the page: {}.", known.join(", ")),
                log_id: None,
            }),
        };
    };
    sources.cluster(wanted).ok_or_else(|| Unknown {
        asked: format!("The cluster {wanted}"),
        reason: format!("No cluster is configured as {wanted}."),
        remedy: match crate::config::nearest(wanted, known.iter().copied()) {
            Some(near) => format!("Choose {near}, or add {wanted} to its aliases in runlight.toml."),
            None => format!("Add a section [clusters.NAME] with aliases = [\"{wanted}\"] to runlight.toml."),
        },
        log_id: None,
    })
}

pub(super) async fn get(cluster: &Arc<Cluster>, get: &Get, clock: Clock) -> Result<Answer, Unknown> {
    if pods::is_answered_by_watch(get) {
        let view = loaded_pods(cluster).await?;
        return Ok(Answer::Pods(PodsAnswer {
            cluster: cluster.name().to_owned(),
            get: get.clone(),
            asked_at: match view.state {
                PodWatchState::Stale { since, .. } => since,
                _ => clock.now(),
            },
            view,
            default_namespace: cluster.default_namespace().to_owned(),
        }));
    }
    let [resource] = get.resources.as_slice() else {
        return Err(not_yet("Several kinds at once"));
    };
    // `all` is no kind: it stands for a table of each of several.
    if resource.kind == "all" {
        return Err(not_yet("All kinds at once"));
    }
    if !matches!(get.output, Output::Table | Output::Wide) {
        return Ok(Answer::Text(TextAnswer {
            source: cluster.name().to_owned(),
            what: format!("{}{}", resource.kind, place(cluster, &get.scope)),
            text: objects::print(cluster, get, resource).await?,
            asked_at: clock.now(),
        }));
    }
    let request = objects::request(get, resource);
    let mut table = cluster.get_table(&request).await.map_err(|failure| failure.to_unknown())?;
    objects::sort(cluster, get, &request, &mut table).await?;
    if get.output != Output::Wide {
        table.drop_wide_columns();
    }
    table.add_label_columns(&get.label_columns, get.show_labels);
    let place = if table.is_namespaced { place(cluster, &get.scope) } else { String::new() };
    Ok(Answer::Table(TableAnswer {
        cluster: cluster.name().to_owned(),
        what: format!("{}{place}", table.resource),
        with_namespace: get.scope == Scope::All && table.is_namespaced,
        table,
        asked_at: clock.now(),
    }))
}

/// " in kube-system": where a question looks, to be put behind what it asks for.
pub(super) fn place(cluster: &Cluster, scope: &Scope) -> String {
    match scope {
        Scope::All => " in all namespaces".into(),
        Scope::Named(namespace) => format!(" in {namespace}"),
        Scope::Default => format!(" in {}", cluster.default_namespace()),
    }
}

pub(super) async fn logs(
    cluster: &Arc<Cluster>,
    logs: &Logs,
    situation: &Situation,
    clock: Clock,
) -> Result<Answer, Unknown> {
    let view = loaded_pods(cluster).await?;
    let namespace = match &logs.scope {
        Scope::Named(namespace) => namespace.as_str(),
        Scope::Default | Scope::All => cluster.default_namespace(),
    };
    let mut covered = covered_pods(&view, namespace, &logs.target, situation).into_iter();
    let Some(pod) = covered.next() else {
        let missing = no_such_pod(cluster, namespace, &logs.target);
        // To kubectl a name that is not there is an error; a selector that matches nothing is an answer.
        return match &logs.target {
            LogTarget::Selector(_) => Ok(Answer::Log(Box::new(ContainerLog {
                cluster: cluster.name().to_owned(),
                logs: logs.clone(),
                pod: missing.asked.trim_start_matches("Log of ").to_owned(),
                container: String::new(),
                choice: None,
                answer: LogAnswer::Waiting { reason: missing.reason },
                others: Vec::new(),
                asked_at: clock.now(),
            }))),
            _ => Err(missing),
        };
    };
    let (container, choice) = choose_container(&pod, logs, situation);
    let request = LogRequest {
        namespace: pod.namespace.to_string(),
        pod: pod.name.to_string(),
        container: container.clone(),
        is_previous: logs.previous,
        tail_lines: logs.tail_lines,
        since_s: logs.since_s,
    };
    let answer = cluster.logs(&request).await.map_err(|failure| failure.to_unknown())?;
    Ok(Answer::Log(Box::new(ContainerLog {
        cluster: cluster.name().to_owned(),
        logs: logs.clone(),
        pod: format!("{}/{}", pod.namespace, pod.name),
        container: container.as_deref().unwrap_or("").to_owned(),
        choice,
        answer,
        others: covered.map(|pod| pod.name.to_string()).take(MAX_OTHERS).collect(),
        asked_at: clock.now(),
    })))
}

/// Fires when the watch has news of what the question is about, or when a log may have grown.
pub(super) fn changes(cluster: &Arc<Cluster>, ask: &ClusterAsk, situation: &Situation) -> BoxStream<'static, ()> {
    match ask {
        ClusterAsk::Get(get) if pods::is_answered_by_watch(get) => pod_changes(cluster).boxed(),
        ClusterAsk::Logs(logs) if logs.previous => {
            let target = (logs.target.clone(), logs.scope.clone(), situation.clone());
            let watched = Arc::clone(cluster);
            let mut last = None;
            let restarts = pod_changes(cluster).filter(move |()| {
                let now = restart_mark(&watched, &target);
                let is_new = last.as_ref() != Some(&now);
                last = Some(now);
                std::future::ready(is_new)
            });
            // The log of a run can come later than the news that it has ended.
            stream::select(restarts, ticks()).boxed()
        }
        ClusterAsk::Logs(_) => ticks().boxed(),
        _ => stream::pending().boxed(),
    }
}

fn pod_changes(cluster: &Arc<Cluster>) -> impl Stream<Item = ()> + Send + Unpin + use<> {
    // The present version is what the first answer already shows.
    WatchStream::from_changes(cluster.pod_changes()).map(|_| ())
}

fn ticks() -> impl Stream<Item = ()> + Send + Unpin {
    IntervalStream::new(tokio::time::interval(LOG_INTERVAL)).map(|_| ())
}

fn restart_mark(cluster: &Cluster, target: &(LogTarget, Scope, Situation)) -> Vec<(Arc<str>, u32, bool)> {
    let namespace = match &target.1 {
        Scope::Named(namespace) => namespace.as_str(),
        Scope::Default | Scope::All => cluster.default_namespace(),
    };
    let pods = covered_pods(&cluster.pods(), namespace, &target.0, &target.2);
    pods.iter().map(|pod| (Arc::clone(&pod.name), pod.restarts, pod.ready_containers == pod.total_containers)).collect()
}

/// The pods of a cluster once they have been read, or why they cannot be.
pub(in crate::checks) async fn loaded_pods(cluster: &Cluster) -> Result<PodView, Unknown> {
    let mut changes = cluster.pod_changes();
    loop {
        changes.borrow_and_update();
        let view = cluster.pods();
        match &view.state {
            PodWatchState::Live { .. } | PodWatchState::Stale { .. } => return Ok(view),
            PodWatchState::Failed(failure) => return Err(failure.to_unknown()),
            PodWatchState::Loading { .. } => {}
        }
        if changes.changed().await.is_err() {
            return Err(Unknown {
                asked: format!("Pods of {}", cluster.name()),
                reason: "The watch of this cluster's pods has ended.".into(),
                remedy: "Restart Runlight.".into(),
                log_id: None,
            });
        }
    }
}

/// The pods that a log question covers: the alert's own first, then those that crash most.
fn covered_pods(view: &PodView, namespace: &str, target: &LogTarget, situation: &Situation) -> Vec<Arc<CachedPod>> {
    let covers = |pod: &&Arc<CachedPod>| match target {
        LogTarget::Pod(name) => *pod.name == **name,
        LogTarget::Owner { kind, name } => is_owned_by(pod, kind, name),
        LogTarget::Selector(selector) => selector.split(',').all(|term| has_label(pod, term)),
    };
    let mut pods: Vec<Arc<CachedPod>> = view.pods.in_namespace(namespace).filter(covers).cloned().collect();
    pods.sort_by_key(|pod| {
        let is_bound = situation.pod.as_deref() == Some(&pod.name);
        (std::cmp::Reverse((is_bound, pod.restarts)), Arc::clone(&pod.name))
    });
    pods
}

fn is_owned_by(pod: &CachedPod, kind: &str, name: &str) -> bool {
    let Some(owner) = &pod.owner else { return false };
    let has_kind = |wanted: &[&str]| wanted.contains(&kind.to_lowercase().trim_end_matches(".apps"));
    match &*owner.kind {
        // A Deployment's pods belong to its ReplicaSets, whose names add a hash.
        "ReplicaSet" => {
            let is_set = has_kind(&["replicaset", "replicasets", "rs"]) && *owner.name == *name;
            let of_deployment = owner.name.rsplit_once('-').is_some_and(|(deployment, _)| deployment == name);
            is_set || (has_kind(&["deployment", "deployments", "deploy"]) && of_deployment)
        }
        "StatefulSet" => has_kind(&["statefulset", "statefulsets", "sts"]) && *owner.name == *name,
        "DaemonSet" => has_kind(&["daemonset", "daemonsets", "ds"]) && *owner.name == *name,
        "Job" => has_kind(&["job", "jobs"]) && *owner.name == *name,
        _ => false,
    }
}

/// `app=web`, `app==web`, `app!=web`, `app`, `!app`: what selectors of `kubectl logs -l` use.
fn has_label(pod: &CachedPod, term: &str) -> bool {
    let term = term.trim();
    if let Some((key, value)) = term.split_once("!=") {
        return pod.label(key.trim()) != Some(value.trim());
    }
    if let Some((key, value)) = term.split_once('=') {
        return pod.label(key.trim()) == Some(value.trim_start_matches('=').trim());
    }
    match term.strip_prefix('!') {
        Some(key) => pod.label(key).is_none(),
        None => pod.label(term).is_some(),
    }
}

/// The command's container, else the alert's, else the only one, else the one that restarted most.
fn choose_container(pod: &CachedPod, logs: &Logs, situation: &Situation) -> (Option<String>, Option<&'static str>) {
    if let Some(container) = &logs.container {
        return (Some(container.clone()), None);
    }
    let bound = situation.container.as_deref().filter(|_| situation.pod.as_deref() == Some(&pod.name));
    if let Some(container) = bound.and_then(|name| pod.container(name)) {
        return (Some(container.name.to_string()), Some("the alert's container"));
    }
    let mut mains = pod.containers.iter().filter(|container| container.role == Role::Main);
    match (mains.next(), mains.next()) {
        (Some(only), None) => (Some(only.name.to_string()), Some("the only container")),
        _ => match pod.most_restarted() {
            Some(most) if most.restarts > 0 => (Some(most.name.to_string()), Some("restarted most")),
            Some(first) => (Some(first.name.to_string()), Some("the first container")),
            None => (None, None),
        },
    }
}

fn no_such_pod(cluster: &Cluster, namespace: &str, target: &LogTarget) -> Unknown {
    let what = match target {
        LogTarget::Pod(name) => format!("pod {name}"),
        LogTarget::Owner { kind, name } => format!("pod of {kind}/{name}"),
        LogTarget::Selector(selector) => format!("pod with {selector}"),
    };
    Unknown {
        asked: format!("Log of {what} in {namespace}"),
        reason: format!("{} has no {what} in namespace {namespace} now.", cluster.name()),
        remedy: "It may have been replaced: choose a pod in the table above, or correct the values at the top.".into(),
        log_id: None,
    }
}

/// When a pod's containers restarted within the last day, oldest first.
pub(super) fn restarts_of(sources: &Sources, situation: &Situation) -> Vec<Timestamp> {
    let (Some(namespace), Some(name)) = (&situation.namespace, &situation.pod) else { return Vec::new() };
    let Ok(cluster) = find(sources, None, situation) else { return Vec::new() };
    let view = cluster.pods();
    let pod = view.pods.get(namespace, name);
    let mut restarts: Vec<Timestamp> =
        pod.iter().flat_map(|pod| pod.containers.iter()).flat_map(|c| c.restart_history.iter().copied()).collect();
    restarts.sort_unstable();
    restarts
}

/// Fires with every change of the pods of the cluster that the reader looks at.
pub(super) fn situation_changes(sources: &Sources, situation: &Situation) -> BoxStream<'static, ()> {
    match find(sources, None, situation) {
        Ok(cluster) if situation.pod.is_some() => pod_changes(cluster).boxed(),
        _ => stream::pending().boxed(),
    }
}
