//! Tables, JSON and events, and how failures to get them read.

use std::fs;

use server::{
    config::Config,
    sources::{
        Cause, Sources,
        cluster::{GetRequest, GetScope},
    },
};

use super::{NOON, SHORT_MS, scene};

const CLUSTER: &str = "monitoring-cluster";

fn get(kind: &str, names: &[&str], scope: GetScope) -> GetRequest {
    GetRequest {
        kind: kind.into(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        scope,
        selector: None,
        field_selector: None,
    }
}

#[tokio::test]
async fn prints_any_kind_by_any_of_its_names() {
    let scene = scene(NOON).await;
    let cluster = scene.cluster(CLUSTER);
    let pods = cluster.get_table(&get("po", &[], GetScope::Namespace("kube-system".into()))).await.expect("pods");
    assert_eq!(pods.resource, "pods");
    assert!(pods.columns.iter().any(|column| column.name == "Restarts"));
    assert!(pods.rows.iter().all(|row| row.namespace == "kube-system" && row.cells.len() == pods.columns.len()));
    let nodes = cluster.get_table(&get("Node", &[], GetScope::All)).await.expect("nodes");
    assert!(!nodes.is_namespaced && !nodes.rows.is_empty());
}

#[tokio::test]
async fn prints_named_objects_and_says_which_are_missing() {
    let scene = scene(NOON).await;
    let cluster = scene.cluster(CLUSTER);
    let names = ["kube-scheduler-talos-monitor", "no-such-pod"];
    let scope = GetScope::Namespace("kube-system".into());
    let table = cluster.get_table(&get("pods", &names, scope.clone())).await.expect("a table");
    assert_eq!((table.rows.len(), table.missing.as_slice()), (1, &["no-such-pod".to_owned()][..]));
    let failure = cluster.get_table(&get("pods", &names[1..], scope)).await.expect_err("it does not exist");
    assert_eq!(failure.kind, Cause::NotFound);
    assert!(failure.reason.contains("no-such-pod"), "{}", failure.reason);
}

#[tokio::test]
async fn gives_objects_as_json_with_their_kinds() {
    let scene = scene(NOON).await;
    let cluster = scene.cluster(CLUSTER);
    let scope = GetScope::Namespace("kube-system".into());
    let list = cluster.get_json(&get("pods", &[], scope.clone())).await.expect("a list");
    assert_eq!((list["kind"].as_str(), list["items"][0]["kind"].as_str()), (Some("List"), Some("Pod")));
    let pod = cluster.get_json(&get("pod", &["kube-scheduler-talos-monitor"], scope)).await.expect("a pod");
    assert_eq!(pod["metadata"]["name"], "kube-scheduler-talos-monitor");
}

#[tokio::test]
async fn reads_no_more_of_secrets_than_names_and_types() {
    let scene = scene(NOON).await;
    for kind in ["secrets", "secret", "Secret"] {
        let asked = get(kind, &[], GetScope::All);
        let list = scene.cluster(CLUSTER).get_json(&asked).await.expect("names and types");
        let items = list["items"].as_array().expect("a list");
        assert!(!items.is_empty());
        for item in items {
            let fields: Vec<&String> = item.as_object().expect("an object").keys().collect();
            assert_eq!(fields, ["apiVersion", "kind", "metadata", "type"], "{kind}");
            assert!(item["metadata"]["name"].is_string() && item["metadata"]["annotations"].is_null(), "{item}");
        }
    }
}

#[tokio::test]
async fn names_a_kind_that_does_not_exist() {
    let scene = scene(NOON).await;
    let failure =
        scene.cluster(CLUSTER).get_table(&get("wombats", &[], GetScope::All)).await.expect_err("no such kind");
    assert_eq!(failure.kind, Cause::NoSuchKind);
    assert!(failure.reason.contains("wombats"));
}

#[tokio::test]
async fn names_the_time_limit_that_passed() {
    let scene = scene(NOON).await;
    let mut config: Config = scene.config.clone();
    config.server.check_timeout_ms = SHORT_MS;
    assert!(scene.homelab.hold_answers(CLUSTER, true));
    let sources = Sources::connect(&config, scene.homelab.clock()).await.expect("sources").own().clone();
    let cluster = sources.cluster(CLUSTER).expect("the cluster");
    let failure = cluster.get_table(&get("pods", &[], GetScope::All)).await.expect_err("too slow");
    assert_eq!(failure.kind, Cause::TimedOut);
    assert!(failure.reason.contains("within 1.5 s"), "{}", failure.reason);
}

#[tokio::test]
async fn says_what_a_refused_account_lacks() {
    let scene = scene(NOON).await;
    let cluster = scene.cluster(CLUSTER);
    let asked = get("pods", &[], GetScope::Namespace("kube-system".into()));
    cluster.get_table(&asked).await.expect("it knows the kinds now");
    assert!(scene.homelab.answer_with(CLUSTER, Some(403)));
    let failure = cluster.get_table(&asked).await.expect_err("forbidden");
    assert_eq!(failure.kind, Cause::Forbidden);
    assert!(failure.reason.contains("may not list pods in kube-system of monitoring-cluster"), "{}", failure.reason);
    assert!(failure.remedy.contains("ClusterRole view"), "{}", failure.remedy);
    assert_eq!(failure.asked, "pods in kube-system of monitoring-cluster");
}

#[tokio::test]
async fn reads_the_events_of_one_pod() {
    let scene = scene(NOON).await;
    let cluster = scene.cluster(CLUSTER);
    super::live(cluster).await;
    let story = scene.homelab.stories().into_iter().find(|story| story.cluster == CLUSTER && !story.pod.is_empty());
    let story = story.expect("a pod in trouble");
    let events = cluster.pod_events(story.namespace, &story.pod).await.expect("events");
    assert!(events.windows(2).all(|pair| pair[0].at <= pair[1].at));
}

#[tokio::test]
async fn trusts_no_api_server_that_another_authority_vouches_for() {
    let scene = scene(NOON).await;
    let path = scene.config.clusters[CLUSTER].kubeconfig.clone().expect("a kubeconfig");
    let text = fs::read_to_string(&path).expect("a kubeconfig");
    let mut kubeconfig: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    let authorities: Vec<_> =
        (0..2).map(|at| kubeconfig["clusters"][at]["cluster"]["certificate-authority-data"].clone()).collect();
    for (at, authority) in authorities.into_iter().rev().enumerate() {
        kubeconfig["clusters"][at]["cluster"]["certificate-authority-data"] = authority;
    }
    fs::write(&path, kubeconfig.to_string()).expect("written");
    let sources = Sources::connect(&scene.config, scene.homelab.clock()).await.expect("sources").own().clone();
    let name = kubeconfig["clusters"][0]["name"].as_str().expect("a name");
    let cluster = sources.cluster(name).expect("the cluster");
    let failure = cluster.get_table(&get("pods", &[], GetScope::All)).await.expect_err("not trusted");
    assert_eq!(failure.kind, Cause::Certificate, "{failure}");
    assert!(failure.remedy.contains("certificate-authority"), "{}", failure.remedy);
}
