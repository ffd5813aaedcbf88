//! The watch cache against `kubectl get pods -o json`, through everything that happens to a watch.

use std::time::Duration;

use libtest_mimic::Trial;
use server::sources::cluster::{Cluster, PodWatchState};

use crate::{
    cluster::{connect, connect_through_wire, live},
    described,
    not_run::{Ran, trials},
    parts::{Parts, eventually},
    wire::Weather,
};

/// Waits until cache and kubectl say the same of every pod of the test's namespace, in the same moment.
async fn agrees_with_kubectl(parts: &Parts, cluster: &Cluster) {
    let mut last = (Vec::new(), Vec::new());
    for _ in 0..200 {
        let theirs = described::from_kubectl(&parts.get_json(&["pods", "-n", &parts.namespace]));
        let view = cluster.pods();
        let ours = described::from_cache(view.pods.in_namespace(&parts.namespace).map(|pod| &**pod));
        if ours == theirs && matches!(view.state, PodWatchState::Live { .. }) {
            return;
        }
        last = (ours, theirs);
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    let (ours, theirs) = last;
    let missing: Vec<_> = theirs.iter().filter(|line| !ours.contains(line)).collect();
    let surplus: Vec<_> = ours.iter().filter(|line| !theirs.contains(line)).collect();
    panic!("only kubectl says: {missing:#?}\nonly the cache says: {surplus:#?}\nstate: {:?}", cluster.pods().state);
}

fn extra_pod(name: &str, script: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec:\n  terminationGracePeriodSeconds: 0\n  \
         containers: [{{name: app, image: 'docker.io/library/busybox:1.35', imagePullPolicy: IfNotPresent, \
         command: [sh, -c, '{script}']}}]\n"
    )
}

/// The tests of this file.
pub(crate) fn tests() -> Vec<Trial> {
    trials![
        cache_agrees_with_kubectl_after_pods_come_crash_and_go,
        says_that_it_is_stale_while_the_network_is_cut_and_recovers,
        notices_a_network_that_falls_silent,
        lists_anew_when_its_version_is_gone_after_an_api_server_restart,
        says_ready_status_and_restarts_in_kubectls_words,
        sorts_the_restart_table_as_kubectl_does,
    ]
}

async fn cache_agrees_with_kubectl_after_pods_come_crash_and_go() -> Ran {
    let parts = Parts::find()?;
    let (_sources, cluster) = connect(&parts, "admin").await;
    live(&cluster).await;
    agrees_with_kubectl(&parts, &cluster).await;
    for name in ["churn-a", "churn-b", "churn-c"] {
        parts.apply(&extra_pod(name, "sleep 1; exit 7"));
    }
    agrees_with_kubectl(&parts, &cluster).await;
    eventually("a crash", async || {
        let pods = cluster.pods().pods;
        pods.get(&parts.namespace, "churn-a").filter(|pod| pod.restarts > 0).cloned()
    })
    .await;
    agrees_with_kubectl(&parts, &cluster).await;
    parts.kubectl(&["delete", "pod", "churn-a", "churn-b", "churn-c", "-n", &parts.namespace, "--wait=false"]);
    eventually("their end", async || cluster.pods().pods.get(&parts.namespace, "churn-c").is_none().then_some(()))
        .await;
    agrees_with_kubectl(&parts, &cluster).await;
    Ok(())
}

async fn says_that_it_is_stale_while_the_network_is_cut_and_recovers() -> Ran {
    let parts = Parts::find()?;
    let folder = tempfile::tempdir().expect("a folder");
    let (wire, _sources, cluster) = connect_through_wire(&parts, folder.path()).await;
    live(&cluster).await;
    wire.set(Weather::Cut);
    eventually("a stale watch", async || matches!(cluster.pods().state, PodWatchState::Stale { .. }).then_some(()))
        .await;
    assert!(!cluster.pods().pods.is_empty(), "the pods that were known stay");
    parts.apply(&extra_pod("while-cut", "exec tail -f /dev/null"));
    wire.set(Weather::Fair);
    live(&cluster).await;
    agrees_with_kubectl(&parts, &cluster).await;
    assert!(cluster.pods().pods.get(&parts.namespace, "while-cut").is_some());
    parts.kubectl(&["delete", "pod", "while-cut", "-n", &parts.namespace, "--wait=false"]);
    Ok(())
}

async fn notices_a_network_that_falls_silent() -> Ran {
    let parts = Parts::find()?;
    let folder = tempfile::tempdir().expect("a folder");
    let (wire, _sources, cluster) = connect_through_wire(&parts, folder.path()).await;
    live(&cluster).await;
    wire.set(Weather::Silent);
    eventually("a stale watch", async || matches!(cluster.pods().state, PodWatchState::Stale { .. }).then_some(()))
        .await;
    wire.set(Weather::Fair);
    live(&cluster).await;
    agrees_with_kubectl(&parts, &cluster).await;
    Ok(())
}

async fn lists_anew_when_its_version_is_gone_after_an_api_server_restart() -> Ran {
    let parts = Parts::find_alone()?;
    let folder = tempfile::tempdir().expect("a folder");
    let (wire, _sources, cluster) = connect_through_wire(&parts, folder.path()).await;
    live(&cluster).await;
    let list: serde_json::Value =
        serde_json::from_str(&parts.kubectl(&["get", "--raw", "/api/v1/pods?limit=1"])).expect("JSON");
    let old = list["metadata"]["resourceVersion"].as_str().expect("a version").to_owned();
    wire.set(Weather::Cut);
    // What happens now is not in the window that a fresh API server keeps: it answers 410 to the old version.
    for round in 0..3 {
        let name = format!("unseen-{round}");
        parts.apply(&extra_pod(&name, "exit 0"));
        parts.kubectl(&["delete", "pod", &name, "-n", &parts.namespace]);
    }
    parts.apply(&extra_pod("seen-later", "exec tail -f /dev/null"));
    parts.restart("api-server")?;
    let path = format!("/api/v1/pods?watch=1&timeoutSeconds=1&resourceVersion={old}");
    let answer = parts.try_kubectl(&["get", "--raw", &path]);
    let text = [answer.stdout, answer.stderr].concat();
    assert!(String::from_utf8_lossy(&text).contains("too old resource version"), "the version is gone");
    wire.set(Weather::Fair);
    live(&cluster).await;
    agrees_with_kubectl(&parts, &cluster).await;
    assert!(cluster.pods().pods.get(&parts.namespace, "seen-later").is_some());
    parts.kubectl(&["delete", "pod", "seen-later", "-n", &parts.namespace, "--wait=false"]);
    Ok(())
}

/// READY, STATUS and RESTARTS of kubectl's own table, against the cache's words for them.
async fn says_ready_status_and_restarts_in_kubectls_words() -> Ran {
    let parts = Parts::find()?;
    let (_sources, cluster) = connect(&parts, "admin").await;
    live(&cluster).await;
    let mut last = String::new();
    for _ in 0..200 {
        let theirs = words_of_kubectl(&parts);
        let view = cluster.pods();
        let mut ours: Vec<String> = view
            .pods
            .in_namespace(&parts.namespace)
            .map(|pod| format!("{} {} {} {}", pod.name, pod.ready(), pod.status, pod.restarts))
            .collect();
        ours.sort();
        if ours == theirs {
            return Ok(());
        }
        last = format!("kubectl: {theirs:#?}\ncache: {ours:#?}");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    panic!("{last}");
}

fn words_of_kubectl(parts: &Parts) -> Vec<String> {
    let table = parts.kubectl(&["get", "pods", "-n", &parts.namespace, "--no-headers"]);
    let mut words: Vec<String> =
        table.lines().map(|line| line.split_whitespace().take(4).collect::<Vec<_>>().join(" ")).collect();
    words.sort();
    words
}

/// The owner's first command. kubectl leaves rows with equal keys in no defined order, so keys are compared.
async fn sorts_the_restart_table_as_kubectl_does() -> Ran {
    let parts = Parts::find()?;
    let (_sources, cluster) = connect(&parts, "admin").await;
    live(&cluster).await;
    let portal = crate::cluster::portal(&parts.kubeconfig("admin")).await;
    let path = "{.status.containerStatuses[0].restartCount}";
    let mut last = (Vec::new(), Vec::new());
    for _ in 0..100 {
        let sort = format!("--sort-by={path}");
        let names = "jsonpath={range .items[*]}{.metadata.name}={.status.containerStatuses[0].restartCount} {end}";
        let theirs = parts.kubectl(&["get", "pods", "-n", &parts.namespace, &sort, "-o", names]);
        let theirs: Vec<(&str, &str)> = theirs.split_whitespace().filter_map(|pair| pair.split_once('=')).collect();
        let command = format!("kubectl get pods -n {} --no-headers --sort-by='{path}'", parts.namespace);
        let ours = portal.print_check(&command, &Default::default()).await.expect("an answer");
        let key = |line: &String| {
            let name = line.split_whitespace().next().unwrap_or_default().to_owned();
            theirs.iter().find(|(known, _)| *known == name).map(|(_, key)| (*key).to_owned())
        };
        let ours: Vec<Option<String>> = ours.iter().map(key).collect();
        let theirs: Vec<Option<String>> = theirs.iter().map(|(_, key)| Some((*key).to_owned())).collect();
        if ours == theirs {
            return Ok(());
        }
        last = (ours, theirs);
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    panic!("ours {:?}\nkubectl {:?}", last.0, last.1);
}
