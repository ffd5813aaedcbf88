//! Questions to a cluster: which one is meant, pods out of its watch, and when an answer may have changed.

use std::{sync::Arc, time::Duration};

use futures::{
    Stream, StreamExt,
    stream::{self, BoxStream},
};
use runbook::{
    check::{ClusterAsk, Get, Scope},
    outcome::{Cause, Unknown},
    time::Timestamp,
};
use tokio_stream::wrappers::{IntervalStream, WatchStream};

use super::{
    super::{
        Situation,
        pods::{self, Monitoring, PodsAnswer},
    },
    Answer, kinds,
};
use crate::{
    clock::Clock,
    sources::{
        Grant,
        cluster::{Cluster, GetRequest, GetScope, PodView, PodWatchState},
        remark,
    },
};

/// How often what no watch tells of is asked again while somebody looks.
const STATE_INTERVAL: Duration = Duration::from_secs(10);

/// The cluster that a command's context names, else the one that the reader looks at, else the only one.
pub(crate) fn find<'a>(
    grant: &'a Grant,
    context: Option<&str>,
    situation: &Situation,
) -> Result<&'a Arc<Cluster>, Unknown> {
    let known: Vec<&str> = grant.clusters().iter().map(|cluster| cluster.name()).collect();
    let Some(wanted) = context.or(situation.cluster.as_deref()) else {
        return match grant.clusters() {
            [only] => Ok(only),
            _ => Err(Cause::NotChosen.unknown(
                "A cluster",
                "The command names no cluster, and none is chosen.",
                format!("Choose a cluster at the top of the page: {}.", known.join(", ")),
            )),
        };
    };
    if let Some(unknown) = grant.without_cluster(wanted) {
        return Err(unknown);
    }
    grant.cluster(wanted).ok_or_else(|| {
        Cause::NotConfigured.unknown(
            format!("The cluster {wanted}"),
            format!("No cluster is configured as {wanted}."),
            match crate::config::nearest(wanted, known.iter().copied()) {
                Some(near) => format!("Choose {near}, or add {wanted} to its aliases in runlight.toml."),
                None => format!("Add a section [clusters.NAME] with aliases = [\"{wanted}\"] to runlight.toml."),
            },
        )
    })
}

pub(super) async fn get(cluster: &Arc<Cluster>, get: &Get, clock: Clock) -> Result<Answer, Unknown> {
    if pods::is_answered_by_watch(get) {
        let view = match loaded_pods(cluster).await {
            // An account with rights in one namespace may not be watched over all, and may ask there all the same.
            Err(_) if get.scope != Scope::All && cluster.may_not_list_all_pods() => {
                let parts = kinds::parts(cluster, get).await?;
                return kinds::get(cluster, get, &parts, clock).await;
            }
            view => view?,
        };
        remark::left_out(cluster.name(), view.left_out);
        return Ok(Answer::Pods(Box::new(PodsAnswer {
            cluster: cluster.name().to_owned(),
            get: get.clone(),
            asked_at: match view.state {
                PodWatchState::Stale { since, .. } => since,
                _ => clock.now(),
            },
            view,
            default_namespace: cluster.default_namespace(),
            monitoring: Monitoring::default(),
        })));
    }
    let parts = kinds::parts(cluster, get).await?;
    kinds::get(cluster, get, &parts, clock).await
}

/// The question for some objects of a kind.
pub(super) fn request(kind: &str, names: &[String], scope: &Scope) -> GetRequest {
    GetRequest {
        kind: kind.to_owned(),
        names: names.to_vec(),
        scope: match scope {
            Scope::Default => GetScope::Default,
            Scope::Named(namespace) => GetScope::Namespace(namespace.clone()),
            Scope::All => GetScope::All,
        },
        selector: None,
        field_selector: None,
    }
}

/// " in kube-system": where a question looks, to be put behind what it asks for.
pub(super) fn place(cluster: &Cluster, scope: &Scope) -> String {
    match scope {
        Scope::All => " in all namespaces".into(),
        Scope::Named(namespace) => format!(" in {namespace}"),
        Scope::Default => format!(" in {}", cluster.default_namespace()),
    }
}

/// Fires when the watch has news of what the question is about, or when a log may have grown.
pub(super) fn changes(cluster: &Arc<Cluster>, ask: &ClusterAsk, situation: &Situation) -> BoxStream<'static, ()> {
    match ask {
        ClusterAsk::Get(get) if pods::is_answered_by_watch(get) => pod_changes(cluster).boxed(),
        ClusterAsk::Logs(logs) => super::logs::changes(cluster, logs, situation),
        ClusterAsk::Get(get) if get.watch => ticks(STATE_INTERVAL).boxed(),
        ClusterAsk::Events(_) | ClusterAsk::Top(_) | ClusterAsk::Rollout(_) => ticks(STATE_INTERVAL).boxed(),
        _ => stream::pending().boxed(),
    }
}

pub(super) fn pod_changes(cluster: &Arc<Cluster>) -> impl Stream<Item = ()> + Send + Unpin + use<> {
    // The present version is what the first answer already shows.
    WatchStream::from_changes(cluster.pod_changes()).map(|_| ())
}

/// Fires again and again.
pub(super) fn ticks(every: Duration) -> impl Stream<Item = ()> + Send + Unpin {
    IntervalStream::new(tokio::time::interval(every)).map(|_| ())
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
            return Err(Cause::Broken.unknown(
                format!("Pods of {}", cluster.name()),
                "The watch of this cluster's pods has ended.",
                "Restart Runlight.",
            ));
        }
    }
}

/// When a pod's containers restarted within the last day, oldest first.
pub(super) fn restarts_of(grant: &Grant, situation: &Situation) -> Vec<Timestamp> {
    let (Some(namespace), Some(name)) = (&situation.namespace, &situation.pod) else { return Vec::new() };
    let Ok(cluster) = find(grant, None, situation) else { return Vec::new() };
    let view = cluster.pods();
    let pod = view.pods.get(namespace, name);
    let mut restarts: Vec<Timestamp> =
        pod.iter().flat_map(|pod| pod.containers.iter()).flat_map(|c| c.restart_history.iter().copied()).collect();
    restarts.sort_unstable();
    restarts
}

/// Fires with every change of the pods of the cluster that the reader looks at.
pub(super) fn situation_changes(grant: &Grant, situation: &Situation) -> BoxStream<'static, ()> {
    match find(grant, None, situation) {
        Ok(cluster) if situation.pod.is_some() => pod_changes(cluster).boxed(),
        _ => stream::pending().boxed(),
    }
}
