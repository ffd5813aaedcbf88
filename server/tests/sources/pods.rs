//! The watch: churn, crashes, expired versions, lost connections, an API server that goes and comes back.

use homelab::Expiry;
use server::sources::{
    Cause,
    cluster::{PodWatchState, State},
};

use super::{NOON, Scene, live, pods_until, scene};

const CLUSTER: &str = "monitoring-cluster";
const SCHEDULER: &str = "kube-scheduler-talos-monitor";

/// A pod with one running main container, by namespace, name and container.
fn steady(scene: &Scene) -> (String, String, String) {
    let pods = scene.cluster(CLUSTER).pods().pods;
    let steady = pods.iter().find(|pod| {
        pod.containers.len() == 1
            && matches!(pod.containers[0].state, Some(State::Running { .. }))
            && pod.owner.is_some()
    });
    let pod = steady.expect("a steady pod");
    (pod.namespace.to_string(), pod.name.to_string(), pod.containers[0].name.to_string())
}

#[tokio::test]
async fn knows_every_pod_after_the_first_list() {
    let scene = scene(NOON).await;
    for cluster in scene.sources.clusters() {
        let view = live(cluster).await;
        assert!(!view.pods.is_empty());
        assert!(view.watching_since.is_some());
        assert!(cluster.status().expect("it is live").contains("pods in"));
    }
    let pod = scene.cluster(CLUSTER).pods().pods.get("kube-system", SCHEDULER).cloned().expect("the scheduler");
    assert_eq!(pod.total_containers, 1);
    assert!(!pod.node.is_empty() && pod.created_at.is_some());
}

#[tokio::test]
async fn sees_pods_come_and_go() {
    let scene = scene(NOON).await;
    let cluster = scene.cluster(CLUSTER);
    live(cluster).await;
    assert!(scene.homelab.create_pod(CLUSTER, "default", "visitor"));
    pods_until(cluster, "the new pod", |view| view.pods.get("default", "visitor").is_some()).await;
    assert!(scene.homelab.delete_pod(CLUSTER, "default", "visitor"));
    pods_until(cluster, "its end", |view| view.pods.get("default", "visitor").is_none()).await;
}

#[tokio::test]
async fn counts_a_restart_that_it_saw() {
    let scene = scene(NOON).await;
    let cluster = scene.cluster(CLUSTER);
    live(cluster).await;
    let (namespace, name, container) = steady(&scene);
    let before = cluster.pods().pods.get(&namespace, &name).cloned().expect("the pod");
    let since = scene.homelab.clock().now().plus_ms(-60_000);
    assert!(scene.homelab.crash(CLUSTER, &namespace, &name, &container));
    pods_until(cluster, "the crash", |view| {
        let pod = view.pods.get(&namespace, &name);
        pod.is_some_and(|pod| matches!(pod.containers[0].state, Some(State::Ended(_))))
    })
    .await;
    // Once through the back-off, once to the restart.
    assert!(scene.homelab.advance(CLUSTER, &namespace, &name, &container));
    pods_until(cluster, "the back-off", |view| {
        view.pods
            .get(&namespace, &name)
            .is_some_and(|pod| matches!(pod.containers[0].state, Some(State::Waiting { .. })))
    })
    .await;
    assert!(scene.homelab.advance(CLUSTER, &namespace, &name, &container));
    let view = pods_until(cluster, "the restart", |view| {
        view.pods.get(&namespace, &name).is_some_and(|pod| pod.restarts > before.restarts)
    })
    .await;
    let after = view.pods.get(&namespace, &name).expect("the pod");
    assert_eq!(after.restarts_since(since), before.restarts_since(since) + 1);
    assert!(after.containers[0].last_end().is_some());
    assert!(after.restarts_text(scene.homelab.clock().now()).contains("ago)"));
}

#[tokio::test]
async fn goes_on_after_its_version_expired() {
    for expiry in [Expiry::AsEvent, Expiry::AsStatus] {
        let scene = scene(NOON).await;
        let cluster = scene.cluster(CLUSTER);
        live(cluster).await;
        assert!(scene.homelab.expire_watches(CLUSTER, expiry));
        assert!(scene.homelab.create_pod(CLUSTER, "default", "late"));
        pods_until(cluster, "the pod after the expiry", |view| {
            view.pods.get("default", "late").is_some() && matches!(view.state, PodWatchState::Live { .. })
        })
        .await;
    }
}

#[tokio::test]
async fn goes_on_after_lost_connections() {
    let scene = scene(NOON).await;
    let cluster = scene.cluster(CLUSTER);
    live(cluster).await;
    assert!(scene.homelab.drop_connections(CLUSTER));
    assert!(scene.homelab.create_pod(CLUSTER, "default", "late"));
    pods_until(cluster, "the pod after the cut", |view| view.pods.get("default", "late").is_some()).await;
    live(cluster).await;
}

#[tokio::test]
async fn is_stale_while_the_api_server_is_away_and_live_again_after() {
    let scene = scene(NOON).await;
    let cluster = scene.cluster(CLUSTER);
    let before = live(cluster).await;
    assert!(scene.homelab.stop(CLUSTER).await);
    let view = pods_until(cluster, "staleness", |view| matches!(view.state, PodWatchState::Stale { .. })).await;
    let PodWatchState::Stale { since, failure } = view.state else { unreachable!("it was just matched") };
    assert_eq!(view.pods.len(), before.pods.len());
    assert!(since <= scene.homelab.clock().now());
    assert_eq!(failure.kind, Cause::Unreachable);
    assert!(failure.reason.contains(&cluster.address()), "{}", failure.reason);
    assert!(failure.log_id.is_some());
    assert!(cluster.status().is_err());

    assert!(scene.homelab.restart(CLUSTER).await.expect("the port is free"));
    let after = live(cluster).await;
    assert_eq!(after.watching_since, before.watching_since);
}

#[tokio::test]
async fn fails_in_words_where_there_never_was_an_answer() {
    let scene = scene(NOON).await;
    for (status, kind, word) in [
        (401, Cause::Unauthorized, "401"),
        (403, Cause::Forbidden, "list pods in all namespaces"),
        (503, Cause::Broken, "503"),
    ] {
        assert!(scene.homelab.answer_with(CLUSTER, Some(status)));
        let fresh = server::sources::Sources::connect(&scene.config, scene.homelab.clock())
            .await
            .expect("sources")
            .own()
            .clone();
        let cluster = fresh.cluster(CLUSTER).expect("the cluster");
        let view = pods_until(cluster, "the failure", |view| matches!(view.state, PodWatchState::Failed(_))).await;
        let PodWatchState::Failed(failure) = view.state else { unreachable!("it was just matched") };
        assert_eq!(failure.kind, kind);
        assert!(failure.reason.contains(word), "{}", failure.reason);
        assert!(view.pods.is_empty() && view.watching_since.is_none());

        assert!(scene.homelab.answer_with(CLUSTER, None));
        live(cluster).await;
    }
}
