//! A Kubernetes API that knows nothing but pods, as many as one likes: their list by pages, and a watch of their changes.

use std::{
    collections::HashMap,
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    body::Body,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use futures::StreamExt;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::broadcast, task::JoinHandle};
use tokio_stream::wrappers::BroadcastStream;

use crate::Outcome;

/// The cluster; it ends when this is dropped.
pub(crate) struct Cluster {
    address: SocketAddr,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

struct Shared {
    pods: usize,
    /// How many watches are open, and how often any list or watch was asked for.
    asked: AtomicUsize,
    version: AtomicUsize,
    changes: broadcast::Sender<String>,
}

impl Cluster {
    /// Serves so many pods on loopback.
    pub(crate) async fn start(pods: usize) -> Outcome<Self> {
        let shared = Arc::new(Shared {
            pods,
            asked: AtomicUsize::new(0),
            version: AtomicUsize::new(1),
            changes: broadcast::Sender::new(1_024),
        });
        let router = Router::new()
            .route("/api/v1/pods", get(pods_of))
            .route(
                "/version",
                get(|| async { axum::Json(json!({"major": "1", "minor": "36", "gitVersion": "v1.36.0"})) }),
            )
            .fallback(|| async { (StatusCode::NOT_FOUND, axum::Json(json!({"kind": "Status", "code": 404}))) })
            .with_state(Arc::clone(&shared));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        // It is ended by force; an error before that shows as a cluster that does not answer.
        let serving = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        Ok(Self { address, shared, serving })
    }

    /// Writes a kubeconfig that leads here.
    pub(crate) fn write_kubeconfig(&self, file: &Path) -> Outcome {
        let config = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "bench",
            "clusters": [{"name": "bench", "cluster": {"server": format!("http://{}", self.address)}}],
            "users": [{"name": "bench", "user": {"token": "bench"}}],
            "contexts": [{"name": "bench", "context": {"cluster": "bench", "user": "bench"}}],
        });
        Ok(std::fs::write(file, config.to_string())?)
    }

    /// Lets the pod that has restarted most restart once more.
    pub(crate) fn crash(&self) {
        let version = self.shared.version.fetch_add(1, Ordering::Relaxed) + 1;
        let event = json!({"type": "MODIFIED", "object": pod(0, 1_000_000 + version, version)});
        // Without a watch nobody is there to hear it.
        let _ = self.shared.changes.send(format!("{event}\n"));
    }

    /// How often its pods were asked for.
    pub(crate) fn asked(&self) -> usize {
        self.shared.asked.load(Ordering::Relaxed)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn pods_of(State(shared): State<Arc<Shared>>, Query(query): Query<HashMap<String, String>>) -> Response {
    shared.asked.fetch_add(1, Ordering::Relaxed);
    if query.contains_key("watch") {
        let changes = BroadcastStream::new(shared.changes.subscribe());
        return Body::from_stream(changes.map(|line| line.map(bytes::Bytes::from))).into_response();
    }
    let number = |name: &str| query.get(name).and_then(|text| text.parse::<usize>().ok());
    let from = number("continue").unwrap_or(0);
    let until = (from + number("limit").unwrap_or(usize::MAX / 2)).min(shared.pods);
    let version = shared.version.load(Ordering::Relaxed);
    let items: Vec<Value> = (from..until).map(|index| pod(index, index % 97, version)).collect();
    let mut metadata = json!({"resourceVersion": version.to_string()});
    if until < shared.pods {
        metadata["continue"] = until.to_string().into();
        metadata["remainingItemCount"] = (shared.pods - until).into();
    }
    axum::Json(json!({"kind": "PodList", "apiVersion": "v1", "metadata": metadata, "items": items})).into_response()
}

/// A pod as a deployment makes it, some 2 KB.
fn pod(index: usize, restarts: usize, version: usize) -> Value {
    let (app, name) = (format!("app-{}", index / 3), format!("app-{}-7c9d5f6b8-x{index}", index / 3));
    let environment: Vec<Value> =
        (0..8).map(|at| json!({"name": format!("SETTING_{at}"), "value": "a value of some length"})).collect();
    json!({
        "metadata": {
            "namespace": format!("team-{}", index % 40), "name": name, "uid": format!("00000000-0000-4000-8000-{index:012}"),
            "resourceVersion": version.to_string(), "creationTimestamp": "2026-11-01T08:00:00Z",
            "labels": {"app": app, "pod-template-hash": "7c9d5f6b8", "app.kubernetes.io/part-of": "bench"},
            "ownerReferences": [{"kind": "ReplicaSet", "name": format!("{app}-7c9d5f6b8"), "controller": true}],
        },
        "spec": {
            "nodeName": format!("node-{}", index % 50),
            "containers": [{"name": "app", "image": format!("registry.example.org/{app}:1.2.3"), "env": environment,
                "resources": {"limits": {"memory": "256Mi"}}}],
        },
        "status": {
            "phase": "Running", "podIP": format!("10.{}.{}.{}", index / 65_536, index / 256 % 256, index % 256),
            "conditions": [{"type": "Ready", "status": "True"}, {"type": "PodScheduled", "status": "True"}],
            "containerStatuses": [{
                "name": "app", "ready": true, "started": true, "restartCount": restarts,
                "state": {"running": {"startedAt": "2026-11-30T08:00:00Z"}},
                "lastState": {"terminated": {"exitCode": 1, "reason": "Error", "finishedAt": "2026-11-30T07:59:50Z"}},
            }],
        },
    })
}
