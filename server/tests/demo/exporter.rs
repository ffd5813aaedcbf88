//! What the simulated kube-state-metrics serves, and whether it follows what happens to the pods.

use std::{collections::BTreeMap, io::Write, process::Stdio};

use homelab::Homelab;

use super::{DURING_BACKUP, soon, still_homelab};

const POD: (&str, &str) = ("kube-system", "kube-scheduler-talos-monitor");

async fn scrape(homelab: &Homelab, cluster: &str) -> String {
    let response = reqwest::get(homelab.metrics_url(cluster)).await.expect("an answer");
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    response.text().await.expect("text")
}

/// Samples of a family that carry all of these words, with their values.
fn samples<'t>(text: &'t str, family: &str, words: &[&str]) -> BTreeMap<&'t str, f64> {
    let of_family = text.lines().filter(|line| line.starts_with(&format!("{family}{{")));
    let wanted = of_family.filter(|line| words.iter().all(|word| line.contains(word)));
    wanted
        .map(|line| line.rsplit_once(' ').expect("a value"))
        .map(|(name, v)| (name, v.parse().expect("a number")))
        .collect()
}

fn restarts(text: &str) -> f64 {
    let found = samples(text, "kube_pod_container_status_restarts_total", &[POD.0, POD.1]);
    assert_eq!(found.len(), 1, "{found:?}");
    found.into_values().sum()
}

#[tokio::test]
async fn restarts_count_up_as_pods_crash() {
    let homelab = still_homelab(DURING_BACKUP).await;
    let before = scrape(&homelab, "monitoring-cluster").await;
    assert!(samples(&before, "kube_pod_container_status_waiting_reason", &[POD.1]).is_empty());
    assert!(homelab.crash("monitoring-cluster", POD.0, POD.1, "kube-scheduler"));
    let advance = || assert!(homelab.advance("monitoring-cluster", POD.0, POD.1, "kube-scheduler"));
    advance();
    let waiting = soon("the back-off", async {
        loop {
            let text = scrape(&homelab, "monitoring-cluster").await;
            if !samples(&text, "kube_pod_container_status_waiting_reason", &[POD.1, "CrashLoopBackOff"]).is_empty() {
                break text;
            }
        }
    })
    .await;
    assert!(restarts(&waiting).total_cmp(&restarts(&before)).is_eq(), "a restart counts when it has happened");
    assert_eq!(samples(&waiting, "kube_pod_container_status_last_terminated_reason", &[POD.1, "Error"]).len(), 1);
    advance();
    soon("the restart", async {
        while restarts(&scrape(&homelab, "monitoring-cluster").await) < restarts(&before) + 1.0 {}
    })
    .await;
}

#[tokio::test]
async fn every_pod_is_told_of_once_and_in_one_phase() {
    let homelab = still_homelab(DURING_BACKUP).await;
    for cluster in ["homelab-prod", "monitoring-cluster", "agentic"] {
        let text = scrape(&homelab, cluster).await;
        let pods = samples(&text, "kube_pod_info", &[]);
        assert!(pods.len() > 10, "{cluster}: {}", pods.len());
        let phases = samples(&text, "kube_pod_status_phase", &[]);
        assert_eq!(phases.len(), pods.len() * 5, "{cluster}");
        let true_ones = phases.values().filter(|value| **value > 0.0).count();
        assert_eq!(true_ones, pods.len(), "{cluster}: each pod is in one phase");
    }
    let unknown = reqwest::get(homelab.metrics_url("nowhere")).await.expect("an answer");
    assert_eq!(unknown.status(), 404);
}

#[tokio::test]
async fn promtool_reads_it_without_complaint() {
    let homelab = still_homelab(DURING_BACKUP).await;
    let text = scrape(&homelab, "homelab-prod").await;
    let promtool = std::process::Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut promtool) = promtool else {
        eprintln!("NOT RUN: there is no promtool; on Debian: apt-get install prometheus");
        return;
    };
    promtool.stdin.take().expect("piped").write_all(text.as_bytes()).expect("it reads");
    let output = promtool.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
