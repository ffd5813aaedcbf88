//! Logs against `kubectl logs`, and what the API server says in place of a log.

use std::{collections::BTreeSet, time::Duration};

use libtest_mimic::Trial;
use server::sources::{
    Cause,
    cluster::{Cluster, LogAnswer, LogRequest},
};

use crate::{
    cluster::connect,
    not_run::{Ran, trials},
    parts::{Parts, eventually},
};

fn ask(parts: &Parts, pod: &str) -> LogRequest {
    LogRequest {
        namespace: parts.namespace.clone(),
        pod: pod.into(),
        container: None,
        is_previous: false,
        tail_lines: None,
        since_s: None,
    }
}

async fn lines(cluster: &Cluster, request: &LogRequest) -> Option<Vec<String>> {
    match cluster.logs(request).await.expect("the log can be asked for") {
        LogAnswer::Lines { lines, .. } => Some(lines.into_iter().map(|line| line.text).collect()),
        LogAnswer::NoPreviousYet { .. } | LogAnswer::Waiting { .. } => None,
    }
}

/// The tests of this file.
pub(crate) fn tests() -> Vec<Trial> {
    trials![
        shows_only_what_the_container_wrote_in_every_phase_of_a_crash_loop,
        knows_that_a_pod_that_never_started_has_no_log,
        asks_which_container_when_there_are_several,
        reads_the_end_of_fifty_megabytes_quickly,
        keeps_every_byte_of_a_wild_log_that_is_text,
        a_log_of_a_pod_that_is_not_there_is_a_failure_that_says_so,
    ]
}

/// Asks ten times a second for the log and the previous log of a pod that crashes, until it has restarted twice: so
/// every phase is met. Whatever comes as a line was written by the container.
async fn shows_only_what_the_container_wrote_in_every_phase_of_a_crash_loop() -> Ran {
    let parts = Parts::find()?;
    let (_sources, cluster) = connect(&parts, "admin").await;
    parts.kubectl(&["delete", "pod", "phases", "-n", &parts.namespace, "--ignore-not-found"]);
    parts.apply(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: phases}\nspec:\n  terminationGracePeriodSeconds: 0\n  \
         containers: [{name: app, image: 'docker.io/library/busybox:1.35', imagePullPolicy: IfNotPresent, \
         command: [sh, -c, 'echo begins; sleep 2; echo ends; exit 1']}]\n",
    );
    let (mut current, mut previous) = (BTreeSet::new(), BTreeSet::new());
    eventually("the second restart", async || {
        for (is_previous, met) in [(false, &mut current), (true, &mut previous)] {
            let request = LogRequest { is_previous, ..ask(&parts, "phases") };
            met.insert(match cluster.logs(&request).await.expect("the log can be asked for") {
                LogAnswer::Lines { lines, .. } => {
                    lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("|")
                }
                LogAnswer::NoPreviousYet { reason } => format!("none yet: {reason}"),
                LogAnswer::Waiting { reason } => format!("waiting: {reason}"),
            });
        }
        let restarts = parts.pod("phases")["status"]["containerStatuses"][0]["restartCount"].as_u64()?;
        (restarts >= 2).then_some(())
    })
    .await;
    eprintln!("log: {current:#?}\nprevious log: {previous:#?}");
    parts.kubectl(&["delete", "pod", "phases", "-n", &parts.namespace, "--wait=false"]);
    for text in current.iter().chain(&previous) {
        let is_written = ["", "begins", "begins|ends"].contains(&text.as_str());
        assert!(is_written || text.starts_with("none yet: ") || text.starts_with("waiting: "), "{text}");
    }
    assert!(previous.iter().any(|text| text.starts_with("none yet: ")), "before the first restart there is none");
    assert!(previous.contains("begins|ends"), "after it there is one");
    Ok(())
}

async fn knows_that_a_pod_that_never_started_has_no_log() -> Ran {
    let parts = Parts::find()?;
    let (_sources, cluster) = connect(&parts, "admin").await;
    for pod in ["bad-image", "missing-config", "failing-init"] {
        eventually("the trouble", async || {
            let pod = parts.pod(pod);
            pod["status"]["containerStatuses"][0]["state"]["waiting"].is_object().then_some(())
        })
        .await;
        let answer = cluster.logs(&ask(&parts, pod)).await;
        assert!(matches!(answer, Ok(LogAnswer::Waiting { .. })), "{pod}: {answer:?}");
    }
    Ok(())
}

async fn asks_which_container_when_there_are_several() -> Ran {
    let parts = Parts::find()?;
    let (_sources, cluster) = connect(&parts, "admin").await;
    let failure = cluster.logs(&ask(&parts, "one-of-two")).await.expect_err("the container is not given");
    assert_eq!(failure.kind, Cause::BadRequest);
    assert!(failure.reason.contains("web") && failure.reason.contains("sidecar"), "{failure}");
    let request = LogRequest { container: Some("web".into()), ..ask(&parts, "one-of-two") };
    let found = eventually("its log", async || lines(&cluster, &request).await.filter(|lines| !lines.is_empty())).await;
    assert_eq!(found, ["web is up"]);
    Ok(())
}

async fn reads_the_end_of_fifty_megabytes_quickly() -> Ran {
    let parts = Parts::find()?;
    let (_sources, cluster) = connect(&parts, "admin").await;
    let request = LogRequest { tail_lines: Some(1), ..ask(&parts, "long-log") };
    eventually("the last line", async || {
        lines(&cluster, &request).await.filter(|lines| lines == &["all 50 MB are written"])
    })
    .await;
    let LogAnswer::Lines { lines, bound } = cluster.logs(&ask(&parts, "long-log")).await.expect("a log") else {
        panic!("it has a log")
    };
    assert_eq!(lines.len(), 1_000);
    assert!(bound.has_older && !bound.is_asked_for);
    let theirs = parts.kubectl(&["logs", "long-log", "-n", &parts.namespace, "--tail=1000"]);
    assert!(theirs.lines().eq(lines.iter().map(|line| line.text.as_str())));
    Ok(())
}

async fn keeps_every_byte_of_a_wild_log_that_is_text() -> Ran {
    let parts = Parts::find()?;
    let (_sources, cluster) = connect(&parts, "admin").await;
    let request = ask(&parts, "wild-log");
    let ours = eventually("the last line", async || {
        lines(&cluster, &request).await.filter(|lines| lines.last().is_some_and(|last| last == "last line"))
    })
    .await;
    let theirs = parts.kubectl(&["logs", "wild-log", "-n", &parts.namespace]);
    let theirs: Vec<&str> = theirs.trim_end_matches('\n').split('\n').collect();
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.iter().zip(theirs) {
        if theirs.len() < 300_000 {
            assert_eq!(ours, theirs);
        } else {
            assert!(ours.starts_with("xxxx"), "a very long line may be cut, and is not lost");
        }
    }
    Ok(())
}

async fn a_log_of_a_pod_that_is_not_there_is_a_failure_that_says_so() -> Ran {
    let parts = Parts::find()?;
    let (_sources, cluster) = connect(&parts, "admin").await;
    let answer = tokio::time::timeout(Duration::from_secs(10), cluster.logs(&ask(&parts, "nobody"))).await;
    let failure = answer.expect("it answers").expect_err("there is no such pod");
    assert_eq!(failure.kind, Cause::NotFound);
    assert!(failure.reason.contains("nobody"), "{failure}");
    Ok(())
}
