//! Prints what the pod cache costs at 50,000 pods: memory per pod, time of the first list, time of a restart table.
//! Run it with `cargo run --release --example pod_cache [PODS]`.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    extract::{Query, State},
    response::{IntoResponse, Response},
    routing::get,
};
use runbook::time::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use server::{
    clock::Clock,
    config::Config,
    sources::{
        Sources,
        cluster::{PodSet, PodWatchState, RankBy},
    },
};

/// Rows of a restart table.
const TOP: usize = 20;
const ROUNDS: usize = 200;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pods: usize = std::env::args().nth(1).map_or(Ok(50_000), |count| count.parse())?;
    if std::env::args().nth(2).as_deref() == Some("serve") {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        return Ok(axum::serve(listener, api(pods)).await?);
    }
    // The API server is a process of its own, so that only the cache's memory is measured here.
    let mut api =
        Command::new(std::env::current_exe()?).args([&pods.to_string(), "serve"]).stdout(Stdio::piped()).spawn()?;
    let mut address = String::new();
    BufReader::new(api.stdout.take().ok_or("no output")?).read_line(&mut address)?;
    let address = address.trim();

    let folder = tempfile::tempdir()?;
    let kubeconfig = folder.path().join("kubeconfig");
    fs::write(&kubeconfig, kubeconfig_for(&format!("http://{address}")).to_string())?;
    let config: Config = toml::from_str(&format!("[clusters.big]\nkubeconfig = {kubeconfig:?}\n"))?;

    let before = resident_bytes()?;
    let started = Instant::now();
    let sources = Sources::connect(&config, Clock::system()).await?;
    let cluster = sources.own().cluster("big").ok_or("no such cluster")?;
    let mut changes = cluster.pod_changes();
    while !matches!(cluster.pods().state, PodWatchState::Live { .. }) {
        changes.changed().await?;
    }
    let view = cluster.pods();
    println!("first list of {} pods: {:.1} s", view.pods.len(), started.elapsed().as_secs_f32());
    // The allocator gives pages of parsed answers back after a while only.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let per_pod = resident_bytes()?.saturating_sub(before) / pods.max(1);
    println!("resident memory per pod, client and parser included: {per_pod} bytes (budget 2,048)");

    let now = Timestamp(Clock::system().now().0);
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let started = Instant::now();
            std::hint::black_box(top_by_restarts(&view.pods, now));
            started.elapsed()
        })
        .collect();
    times.sort();
    println!(
        "restart table, top {TOP}: p50 {:?}, p99 {:?} (budget 10 ms)",
        times[ROUNDS / 2],
        times[ROUNDS * 99 / 100]
    );
    api.kill()?;
    api.wait()?;
    Ok(())
}

/// What a restart table asks: the pods that restarted most, with restarts of the last hour.
fn top_by_restarts(pods: &PodSet, now: Timestamp) -> Vec<(String, u32, u32)> {
    let top = pods.most_restarted(TOP, RankBy::AllContainers);
    top.iter().map(|pod| (pod.name.to_string(), pod.restarts, pod.restarts_since(now.plus_ms(-3_600_000)))).collect()
}

fn resident_bytes() -> Result<usize, Box<dyn std::error::Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).ok_or("no VmRSS")?;
    let kib: usize = line.split_whitespace().nth(1).ok_or("no figure")?.parse()?;
    Ok(kib * 1_024)
}

fn kubeconfig_for(server: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Config", "current-context": "big",
        "clusters": [{"name": "big", "cluster": {"server": server}}],
        "users": [{"name": "big", "user": {}}],
        "contexts": [{"name": "big", "context": {"cluster": "big", "user": "big"}}]})
}

#[derive(Deserialize)]
struct ListQuery {
    limit: Option<usize>,
    #[serde(rename = "continue")]
    from: Option<usize>,
    watch: Option<bool>,
}

fn api(pods: usize) -> Router {
    Router::new().route("/api/v1/pods", get(list)).route("/version", get(|| async { "{}" })).with_state(pods)
}

async fn list(State(pods): State<usize>, Query(query): Query<ListQuery>) -> Response {
    if query.watch == Some(true) {
        let silence = futures::stream::pending::<Result<bytes::Bytes, std::io::Error>>();
        return axum::body::Body::from_stream(silence).into_response();
    }
    let from = query.from.unwrap_or(0);
    let to = (from + query.limit.unwrap_or(pods)).min(pods);
    let next = if to < pods { to.to_string() } else { String::new() };
    let metadata = json!({"resourceVersion": "1", "continue": next, "remainingItemCount": pods - to});
    Json(json!({"kind": "PodList", "metadata": metadata, "items": (from..to).map(pod).collect::<Vec<_>>()}))
        .into_response()
}

/// A pod with two containers, about as large as real ones are.
fn pod(number: usize) -> Value {
    let (namespace, workload) = (format!("team-{}", number % 200), format!("service-{}", number / 5));
    let name = format!("{workload}-{:08x}-{:05x}", number * 2_654_435_761 % 0xffff_ffff, number % 0xf_ffff);
    let container = |name: &str| {
        json!({"name": name, "image": format!("registry.example/{name}:1.{}", number % 40),
            "env": (0..20).map(|n| json!({"name": format!("VARIABLE_{n}"), "value": "x".repeat(60)})).collect::<Vec<_>>(),
            "resources": {"limits": {"memory": "256Mi"}}, "volumeMounts": [{"name": "token", "mountPath": "/var/run"}]})
    };
    let status = |name: &str, restarts: usize| {
        json!({"name": name, "ready": true, "started": true, "restartCount": restarts,
            "containerID": format!("containerd://{number:064x}"), "imageID": format!("{number:064x}"),
            "state": {"running": {"startedAt": "2026-02-26T02:23:41Z"}},
            "lastState": if restarts == 0 { json!({}) } else { json!({"terminated": {"exitCode": 1, "reason": "Error",
                "startedAt": "2026-02-26T01:23:41Z", "finishedAt": "2026-02-26T02:23:40Z"}}) }})
    };
    json!({
        "metadata": {"namespace": namespace, "name": name, "uid": format!("{number:036x}"), "resourceVersion": "1",
            "creationTimestamp": "2026-02-20T00:00:00Z",
            "labels": {"app.kubernetes.io/name": workload, "app.kubernetes.io/instance": workload,
                "pod-template-hash": format!("{:08x}", number / 5)},
            "annotations": {"checksum/config": format!("{number:064x}")},
            "ownerReferences": [{"kind": "ReplicaSet", "name": format!("{workload}-x"), "controller": true}],
            "managedFields": [{"manager": "kubelet", "fieldsV1": {"f:status": "x".repeat(1_500)}}]},
        "spec": {"nodeName": format!("worker-{}", number % 300), "containers": [container("app"), container("proxy")]},
        "status": {"phase": "Running", "podIP": format!("10.{}.{}.{}", number >> 16 & 255, number >> 8 & 255, number & 255),
            "conditions": [{"type": "Ready", "status": "True"}],
            "containerStatuses": [status("app", number * 7_919 % 97), status("proxy", 0)]},
    })
}
