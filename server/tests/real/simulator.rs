//! The simulated homelab against the real cluster: the same questions to both, through the same client. Where they
//! differ, the simulator is wrong.

use std::path::Path;

use homelab::{Homelab, Options, Pace};
use http::Request;
use kube::{
    Client, Config,
    config::{KubeConfigOptions, Kubeconfig},
};
use libtest_mimic::Trial;
use serde_json::Value;

use crate::{
    day::{self, NOON},
    not_run::{Ran, trials},
    parts::Parts,
};

const AS_TABLE: &str = "application/json;as=Table;g=meta.k8s.io;v=v1";

/// Kinds that the simulator serves, by the path of their list.
const LISTS: &[&str] = &[
    "/api/v1/nodes",
    "/api/v1/namespaces",
    "/api/v1/pods",
    "/api/v1/events",
    "/api/v1/configmaps",
    "/api/v1/secrets",
    "/api/v1/services",
    "/api/v1/persistentvolumeclaims",
    "/apis/apps/v1/deployments",
    "/apis/apps/v1/replicasets",
    "/apis/apps/v1/statefulsets",
    "/apis/apps/v1/daemonsets",
    "/apis/batch/v1/jobs",
    "/apis/batch/v1/cronjobs",
    "/apis/coordination.k8s.io/v1/leases",
];

/// Questions that are refused, whatever runs in the cluster.
const REFUSED: &[&str] = &[
    "/api/v1/namespaces/default/pods/nobody",
    "/api/v1/namespaces/default/pods/nobody/log",
    "/apis/apps/v1/namespaces/default/deployments/nobody",
    "/api/v1/namespaces/default/nosuchkind",
    "/apis/nosuchgroup/v1/things",
    "/api/v1/pods?limit=x",
    "/api/v1/pods?labelSelector=a%20b%20c",
    "/api/v1/pods?fieldSelector=spec.foo%3Dx",
    "/api/v1/pods?watch=1&timeoutSeconds=1&resourceVersion=x",
];

/// The tests of this file.
pub(crate) fn tests() -> Vec<Trial> {
    trials![
        simulator_prints_the_columns_of_a_real_api_server,
        simulator_refuses_in_the_words_of_a_real_api_server,
        simulator_refuses_log_options_in_the_words_of_a_real_api_server,
    ]
}

async fn simulator_prints_the_columns_of_a_real_api_server() -> Ran {
    let parts = Parts::find()?;
    let (real, simulated, _homelab) = both(&parts).await;
    let mut differences = Vec::new();
    for path in LISTS {
        let (theirs, ours) = (columns(&real, path).await, columns(&simulated, path).await);
        if theirs != ours {
            differences.push(format!("{path}\n  real:      {theirs:?}\n  simulator: {ours:?}"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    Ok(())
}

async fn simulator_refuses_in_the_words_of_a_real_api_server() -> Ran {
    let parts = Parts::find()?;
    let (real, simulated, _homelab) = both(&parts).await;
    let mut differences = Vec::new();
    for path in REFUSED {
        let (theirs, ours) = (refusal(&real, path).await, refusal(&simulated, path).await);
        if theirs != ours {
            differences.push(format!("{path}\n  real:      {theirs}\n  simulator: {ours}"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    Ok(())
}

/// Log options are checked before the log is looked for, so any pod serves.
async fn simulator_refuses_log_options_in_the_words_of_a_real_api_server() -> Ran {
    let parts = Parts::find()?;
    let (real, simulated, _homelab) = both(&parts).await;
    let simulated_pod = first_pod_path(&simulated).await;
    let real_pod = format!("/api/v1/namespaces/{}/pods/exits-one", parts.namespace);
    let mut differences = Vec::new();
    for query in [
        "tailLines=-1",
        "tailLines=x",
        "sinceSeconds=0",
        "sinceSeconds=5&sinceTime=2026-01-01T00:00:00Z",
        "container=zz",
    ] {
        let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let theirs = refusal(&real, &format!("{real_pod}/log?{query}")).await.replace("exits-one", "POD");
        let ours =
            refusal(&simulated, &format!("{simulated_pod}/log?{query}")).await.replace(&name(&simulated_pod), "POD");
        if theirs != ours {
            differences.push(format!("{query}\n  real:      {theirs}\n  simulator: {ours}"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    Ok(())
}

async fn both(parts: &Parts) -> (Client, Client, Homelab) {
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    let options = Options { clock: day::clock(NOON), seed: 7, pace: Pace::STILL };
    let homelab = Homelab::start(options).await.expect("a free port");
    let kubeconfig = Kubeconfig::from_yaml(&homelab.kubeconfig()).expect("a kubeconfig");
    let simulated = client(kubeconfig, Some("admin@homelab-prod")).await;
    let file: &Path = &parts.kubeconfig("admin");
    let real = client(Kubeconfig::read_from(file).expect("a kubeconfig"), None).await;
    (real, simulated, homelab)
}

async fn client(kubeconfig: Kubeconfig, context: Option<&str>) -> Client {
    let options = KubeConfigOptions { context: context.map(str::to_owned), ..KubeConfigOptions::default() };
    let config = Config::from_custom_kubeconfig(kubeconfig, &options).await.expect("a usable context");
    Client::try_from(config).expect("a client")
}

/// Name, type, format and priority of each column.
async fn columns(client: &Client, path: &str) -> Vec<(String, String, String, i64)> {
    let request = Request::get(format!("{path}?limit=1")).header("accept", AS_TABLE).body(Vec::new());
    let table: Value = client.request(request.expect("a request")).await.expect("a table");
    let text = |column: &Value, key: &str| column[key].as_str().unwrap_or_default().to_owned();
    let columns = table["columnDefinitions"].as_array().expect("a table has columns").iter();
    columns
        .map(|column| {
            let priority = column["priority"].as_i64().unwrap_or_default();
            (text(column, "name"), text(column, "type"), text(column, "format"), priority)
        })
        .collect()
}

async fn refusal(client: &Client, path: &str) -> String {
    let request = Request::get(path).body(Vec::new()).expect("a request");
    match client.request_text(request).await {
        Ok(text) => format!("200 {}", text.chars().take(200).collect::<String>()),
        Err(kube::Error::Api(status)) => format!("{} {}: {}", status.code, status.reason, status.message),
        Err(error) => format!("{error:?}"),
    }
}

async fn first_pod_path(client: &Client) -> String {
    let request = Request::get("/api/v1/pods?limit=1").body(Vec::new()).expect("a request");
    let list: Value = client.request(request).await.expect("a list");
    let metadata = &list["items"][0]["metadata"];
    let text = |key: &str| metadata[key].as_str().expect("a text").to_owned();
    format!("/api/v1/namespaces/{}/pods/{}", text("namespace"), text("name"))
}
