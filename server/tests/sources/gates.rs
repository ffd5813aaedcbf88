//! What leaves for an API server, whatever a command, a link or an object says: names lead to no other path, and an answer
//! that turns out to be a Secret is treated as one.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{Json, Router, extract::Request};
use serde_json::{Value, json};
use server::{
    config::Config,
    sources::{
        Cause, Grant, Sources,
        cluster::{GetRequest, GetScope, LogRequest},
    },
};

use super::{NOON, soon};
use crate::day;

/// What must not come through.
const SECRET: &str = "aHVudGVyMg==";

/// An API server that knows one kind, and answers with a Secret whatever it is asked for.
struct Stub {
    sources: Grant,
    asked: Arc<Mutex<Vec<String>>>,
    _folder: tempfile::TempDir,
}

impl Stub {
    async fn start() -> Self {
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = Arc::clone(&asked);
        let router = Router::new().fallback(move |request: Request| {
            let path = request.uri().to_string();
            log.lock().unwrap_or_else(PoisonError::into_inner).push(path.clone());
            async move { Json(answer(&path)) }
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        let folder = tempfile::tempdir().expect("a folder");
        let kubeconfig = json!({"apiVersion": "v1", "kind": "Config", "current-context": "c",
            "clusters": [{"name": "c", "cluster": {"server": format!("http://{address}")}}],
            "users": [{"name": "c", "user": {}}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "c"}}]});
        let file = folder.path().join("kubeconfig");
        std::fs::write(&file, kubeconfig.to_string()).expect("written");
        let config: Config = toml::from_str(&format!("[clusters.a]\nkubeconfig = {file:?}\n")).expect("TOML");
        let sources =
            Sources::connect(&config, day::clock(NOON)).await.expect("a configuration that can be right").own().clone();
        Self { sources, asked, _folder: folder }
    }

    /// Everything that was asked for below a kind's objects.
    fn asked(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.iter().filter(|path| path.contains("/things") || path.contains("secrets")).cloned().collect()
    }
}

fn answer(path: &str) -> Value {
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db", "namespace": "default"},
        "type": "Opaque", "data": {"password": SECRET}});
    let things = json!({"resource": "things", "responseKind": {"kind": "Thing"}, "scope": "Namespaced",
        "singularResource": "thing", "verbs": ["get", "list"]});
    match path.split('?').next().unwrap_or(path) {
        "/api" => json!({"kind": "APIGroupDiscoveryList", "items": [{"metadata": {"name": ""},
            "versions": [{"version": "v1", "resources": [things]}]}]}),
        "/apis" => json!({"kind": "APIGroupDiscoveryList", "items": []}),
        path if path.ends_with("/things") => {
            json!({"apiVersion": "v1", "kind": "SecretList", "metadata": {}, "items": [{"metadata": {"name": "db"},
                "data": {"password": SECRET}}]})
        }
        _ => secret,
    }
}

fn get(names: &[&str], namespace: &str) -> GetRequest {
    GetRequest {
        kind: "things".into(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        scope: GetScope::Namespace(namespace.into()),
        selector: None,
        field_selector: None,
    }
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_is_not_asked_for() {
    let stub = Stub::start().await;
    let cluster = stub.sources.cluster("a").expect("configured");
    let other = "default/secrets/db";
    for (namespace, name) in [
        ("default", other),
        ("default", ".."),
        ("default", "a%2Fb"),
        ("..", "db"),
        (other, "db"),
        ("a%2fsecrets", "db"),
    ] {
        let request = get(&[name], namespace);
        let failures = [
            cluster.get_json(&request).await.expect_err("no object"),
            cluster.get_table(&request).await.expect_err("no table"),
            cluster.get_to_describe(&request).await.expect_err("nothing to describe"),
        ];
        for failure in failures {
            assert_eq!(failure.kind, Cause::BadRequest, "{namespace} {name}: {failure}");
            assert!(failure.reason.contains("is no name that Kubernetes gives"), "{failure}");
        }
    }
    let request = LogRequest {
        namespace: "default".into(),
        pod: "../../secrets/db".into(),
        container: None,
        is_previous: false,
        tail_lines: None,
        since_s: None,
    };
    assert_eq!(cluster.logs(&request).await.expect_err("no log").kind, Cause::BadRequest);
    assert!(cluster.pod_events("../secrets", "db").await.is_err());
    assert!(soon("the end of the log", futures::StreamExt::next(&mut cluster.follow_logs(request))).await.is_some());
    assert_eq!(stub.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn an_answer_that_is_a_secret_is_treated_as_one() {
    let stub = Stub::start().await;
    let cluster = stub.sources.cluster("a").expect("configured");
    for request in [get(&["db"], "default"), get(&[], "default")] {
        for answer in [cluster.get_json(&request).await, cluster.get_to_describe(&request).await] {
            let answer = answer.expect("an answer").to_string();
            assert!(answer.contains("\"db\"") && !answer.contains(SECRET), "{answer}");
        }
    }
    let failure = cluster.raw("/api/v1/namespaces/default/things/db").await.expect_err("a Secret");
    assert!(failure.reason.contains("is of Secrets"), "{failure}");
    assert_eq!(stub.asked().len(), 5);
}
