//! Logs and what the kubelet says in place of one.

use futures::{AsyncBufReadExt, TryStreamExt};
use k8s_openapi::api::core::v1::Pod;
use kube::{Api, api::LogParams};

use super::{DURING_BACKUP, NOON, client, soon, still_homelab};

const SCHEDULER: &str = "kube-scheduler-talos-monitor";

#[tokio::test]
async fn a_previous_log_goes_through_the_phases_of_a_crash() {
    let homelab = still_homelab(DURING_BACKUP).await;
    let pods: Api<Pod> = Api::namespaced(client(&homelab, "monitoring-cluster").await, "kube-system");
    let previous = async || pods.logs(SCHEDULER, &LogParams { previous: true, ..LogParams::default() }).await;
    let older = previous().await.expect("the log of the crash before");
    assert!(
        older.contains("https://127.0.0.1:7445/") && older.trim_end().ends_with("\"Leaderelection lost\""),
        "{older}"
    );
    homelab.crash("monitoring-cluster", "kube-system", SCHEDULER, "kube-scheduler");
    let none = previous().await.expect("status 200");
    assert!(none.starts_with("unable to retrieve container logs for containerd://"), "{none}");
    homelab.advance("monitoring-cluster", "kube-system", SCHEDULER, "kube-scheduler");
    let newer = async {
        loop {
            let log = previous().await.expect("status 200");
            if !log.starts_with("unable") {
                break log;
            }
        }
    };
    let newer = soon("the previous log", newer).await;
    assert!(newer != older && newer.contains("Leaderelection lost"), "{newer}");
}

#[tokio::test]
async fn refuses_logs_that_do_not_exist() {
    let homelab = still_homelab(NOON).await;
    let stories = homelab.stories();
    let monitoring = client(&homelab, "monitoring-cluster").await;
    let grafana = &stories.iter().find(|story| story.container == "grafana-sc-dashboard").expect("a story").pod;
    let pods: Api<Pod> = Api::namespaced(monitoring, "monitoring");
    let error = async |params: LogParams| pods.logs(grafana, &params).await.expect_err("no log").to_string();
    let several = error(LogParams::default()).await;
    let expected = format!(
        "a container name must be specified for pod {grafana}, choose one of: [grafana-sc-dashboard grafana-sc-datasources grafana]"
    );
    assert!(several.contains(&expected), "{several}");
    let of = |name: &str| LogParams { container: Some(name.into()), ..LogParams::default() };
    assert!(error(of("nobody")).await.contains(&format!("container nobody is not valid for pod {grafana}")));
    let never = error(LogParams { previous: true, ..of("grafana") }).await;
    assert!(
        never.contains(&format!("previous terminated container \"grafana\" in pod \"{grafana}\" not found")),
        "{never}"
    );
    let image = stories.iter().find(|story| story.container == "paperless").expect("a story");
    let pods: Api<Pod> = Api::namespaced(client(&homelab, image.cluster).await, image.namespace);
    let waiting = pods.logs(&image.pod, &LogParams::default()).await.expect_err("no log").to_string();
    let expected = format!(
        "container \"paperless\" in pod \"{}\" is waiting to start: trying and failing to pull image",
        image.pod
    );
    assert!(waiting.contains(&expected), "{waiting}");
}

#[tokio::test]
async fn bounds_logs_by_lines_bytes_and_time() {
    let homelab = still_homelab(NOON).await;
    let pods: Api<Pod> = Api::namespaced(client(&homelab, "monitoring-cluster").await, "kube-system");
    let log = async |params: LogParams| pods.logs("etcd-talos-monitor", &params).await.expect("a log");
    assert_eq!(log(LogParams { tail_lines: Some(5), ..LogParams::default() }).await.lines().count(), 5);
    assert_eq!(log(LogParams { limit_bytes: Some(64), ..LogParams::default() }).await.len(), 64);
    let recent = log(LogParams { since_seconds: Some(120), timestamps: true, ..LogParams::default() }).await;
    assert!((10..=20).contains(&recent.lines().count()), "one line in nine seconds: {recent}");
    let stamp = recent.lines().next().and_then(|line| line.split_once(' ')).expect("a stamp").0;
    assert!(
        stamp.parse::<jiff::Timestamp>().is_ok() && stamp.len() == "2026-02-26T02:23:41.123456789Z".len(),
        "{stamp}"
    );
}

#[tokio::test]
async fn a_followed_log_ends_with_the_last_words_of_its_container() {
    let homelab = still_homelab(DURING_BACKUP).await;
    let pods: Api<Pod> = Api::namespaced(client(&homelab, "monitoring-cluster").await, "kube-system");
    let params = LogParams { follow: true, tail_lines: Some(1), ..LogParams::default() };
    let mut lines = pods.log_stream(SCHEDULER, &params).await.expect("a stream").lines();
    soon("the first line", lines.try_next()).await.expect("no error").expect("a line");
    homelab.crash("monitoring-cluster", "kube-system", SCHEDULER, "kube-scheduler");
    let rest: Vec<String> = soon("the end of the log", lines.try_collect()).await.expect("no error");
    assert!(rest.last().is_some_and(|line| line.ends_with("\"Leaderelection lost\"")), "{rest:?}");
}
