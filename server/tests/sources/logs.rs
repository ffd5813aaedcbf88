//! Logs in every phase of a crash, and following one over cuts.

use futures::StreamExt;
use server::sources::{
    Cause,
    cluster::{LogAnswer, LogRequest, RawLogLine, State},
};

use super::{NOON, Scene, live, pods_until, scene, soon};

const CLUSTER: &str = "monitoring-cluster";

/// The log of a healthy pod that nothing has happened to yet.
async fn quiet_pod(scene: &Scene) -> LogRequest {
    let cluster = scene.cluster(CLUSTER);
    let view = live(cluster).await;
    let quiet = view.pods.iter().find(|pod| {
        pod.restarts == 0 && pod.containers.len() == 1 && matches!(pod.containers[0].state, Some(State::Running { .. }))
    });
    let pod = quiet.expect("a quiet pod");
    LogRequest {
        namespace: pod.namespace.to_string(),
        pod: pod.name.to_string(),
        container: Some(pod.containers[0].name.to_string()),
        is_previous: false,
        tail_lines: Some(20),
        since_s: None,
    }
}

fn previous(request: &LogRequest) -> LogRequest {
    LogRequest { is_previous: true, ..request.clone() }
}

#[tokio::test]
async fn reads_the_last_lines_with_their_times() {
    let scene = scene(NOON).await;
    let request = quiet_pod(&scene).await;
    let answer = scene.cluster(CLUSTER).logs(&request).await.expect("an answer");
    let LogAnswer::Lines { lines, bound } = answer else { panic!("no lines") };
    assert!(!lines.is_empty() && lines.len() <= 20);
    assert!(lines.iter().all(|line| line.at.is_some()));
    assert!(bound.is_asked_for && bound.tail_lines == 20);
}

#[tokio::test]
async fn tells_phases_of_a_crash_apart() {
    let scene = scene(NOON).await;
    let cluster = scene.cluster(CLUSTER);
    let request = quiet_pod(&scene).await;
    let container = request.container.clone().expect("one");
    let answer = cluster.logs(&previous(&request)).await.expect("an answer");
    assert!(matches!(answer, LogAnswer::NoPreviousYet { .. }), "{answer:?}");

    assert!(scene.homelab.crash(CLUSTER, &request.namespace, &request.pod, &container));
    let state_is = |wanted: fn(&State) -> bool| {
        let (namespace, pod) = (request.namespace.clone(), request.pod.clone());
        move |view: &server::sources::cluster::PodView| {
            view.pods.get(&namespace, &pod).is_some_and(|pod| pod.containers[0].state.as_ref().is_some_and(wanted))
        }
    };
    pods_until(cluster, "the crash", state_is(|state| matches!(state, State::Ended(_)))).await;
    let answer = cluster.logs(&previous(&request)).await.expect("an answer");
    assert!(matches!(answer, LogAnswer::NoPreviousYet { .. }), "{answer:?}");

    for wanted in
        [|state: &State| matches!(state, State::Waiting { .. }), |state: &State| matches!(state, State::Running { .. })]
    {
        assert!(scene.homelab.advance(CLUSTER, &request.namespace, &request.pod, &container));
        pods_until(cluster, "the next phase", state_is(wanted)).await;
    }
    let answer = cluster.logs(&previous(&request)).await.expect("an answer");
    assert!(matches!(&answer, LogAnswer::Lines { lines, .. } if !lines.is_empty()), "{answer:?}");
}

#[tokio::test]
async fn says_that_a_pod_is_not_there() {
    let scene = scene(NOON).await;
    let request = LogRequest { pod: "no-such-pod".into(), container: None, ..quiet_pod(&scene).await };
    let failure = scene.cluster(CLUSTER).logs(&request).await.expect_err("no such pod");
    assert_eq!(failure.kind, Cause::NotFound);
    let mut lines = scene.cluster(CLUSTER).follow_logs(request);
    let first = soon("the end", lines.next()).await.expect("a reason");
    assert_eq!(first.map_err(|failure| failure.kind), Err(Cause::NotFound));
    assert!(soon("the end", lines.next()).await.is_none());
}

#[tokio::test]
async fn follows_over_a_cut_without_a_line_twice() {
    let scene = scene(NOON).await;
    let request = quiet_pod(&scene).await;
    let mut lines = scene.cluster(CLUSTER).follow_logs(request);
    let mut seen: Vec<RawLogLine> = Vec::new();
    for cut in [false, true] {
        if cut {
            assert!(scene.homelab.drop_connections(CLUSTER));
        }
        let wanted = seen.len() + 3;
        while seen.len() < wanted {
            // An interruption is told once; the lines go on after it.
            if let Ok(line) = soon("a line", lines.next()).await.expect("it goes on") {
                seen.push(line);
            }
        }
    }
    for (at, line) in seen.iter().enumerate() {
        assert!(!seen[..at].contains(line), "twice: {line:?}");
    }
}

#[tokio::test]
async fn holds_one_stream_open_for_everybody_who_follows_the_same_log() {
    let scene = scene(NOON).await;
    let cluster = scene.cluster(CLUSTER);
    let request = quiet_pod(&scene).await;
    let (mut first, second) = (cluster.tail(request.clone()), cluster.tail(request.clone()));
    assert_eq!(cluster.tail_count(), 1);
    let lines = async || match cluster.logs_now(&request).await {
        Ok(LogAnswer::Lines { lines, .. }) => lines,
        other => panic!("no lines: {other:?}"),
    };
    soon("the lines that are there", first.changed()).await;
    let before = lines().await;
    assert!(!before.is_empty());
    while lines().await.len() < before.len() + 2 {
        soon("more lines", first.changed()).await;
    }
    let after = lines().await;
    assert_eq!(after[..before.len()], before[..], "what was shown stays, and new lines come after it");
    drop(first);
    assert_eq!(cluster.tail_count(), 1, "somebody still looks");
    drop(second);
    assert_eq!(cluster.tail_count(), 0);
}
