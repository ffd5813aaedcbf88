//! What kube-state-metrics would serve in each cluster, for a real Prometheus to scrape: `/CLUSTER/metrics` in the text
//! format, over plain HTTP on loopback as in a pod. Reads the clusters, changes nothing.

mod text;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{StatusCode, header};
use tokio::{net::TcpListener, task::JoinSet};

use self::text::Exposition;
use super::cluster::{Cluster, Container, Pod, State as ContainerState};

/// The format that Prometheus asks for first of all.
const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";
/// The phases of a pod, as kube-state-metrics lists all of them for every pod.
const PHASES: [&str; 5] = ["Pending", "Succeeded", "Failed", "Unknown", "Running"];

/// A running exporter. Dropping it ends it.
pub(super) struct Exporter {
    address: SocketAddr,
    _serving: JoinSet<()>,
}

impl Exporter {
    /// Listens on a free port of 127.0.0.1.
    pub(super) async fn open(clusters: Vec<Arc<Cluster>>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let router = Router::new().route("/{cluster}/metrics", get(answer)).with_state(Arc::new(clusters));
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::warn!(%error, "the exporter of the simulated homelab stopped");
            }
        });
        Ok(Self { address, _serving: serving })
    }

    /// Where a cluster's metrics are.
    pub(super) fn url(&self, cluster: &str) -> String {
        format!("http://{}/{cluster}/metrics", self.address)
    }
}

async fn answer(State(clusters): State<Arc<Vec<Arc<Cluster>>>>, Path(name): Path<String>) -> Response {
    match clusters.iter().find(|cluster| cluster.name == name) {
        Some(cluster) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], expose(cluster)).into_response(),
        None => (StatusCode::NOT_FOUND, "There is no such cluster.\n").into_response(),
    }
}

fn expose(cluster: &Cluster) -> String {
    let inside = cluster.look();
    let pods = || inside.pods.values();
    let containers = || pods().flat_map(|pod| pod.containers.iter().map(move |container| (pod, container)));
    let mut text = Exposition::default();
    text.family("kube_pod_info", "gauge", "Where each pod runs and what made it.");
    for pod in pods() {
        text.sample(&info(cluster, pod), 1);
    }
    text.family("kube_pod_status_phase", "gauge", "The phase of each pod: 1 for the one it is in.");
    for pod in pods() {
        for phase in PHASES {
            text.sample(&[of_pod(pod).as_slice(), &[("phase", phase)]].concat(), u32::from(pod.phase() == phase));
        }
    }
    text.family("kube_pod_container_status_restarts_total", "counter", "How often each container has been restarted.");
    for (pod, container) in containers() {
        text.sample(&of_container(pod, container), container.restarts);
    }
    text.family("kube_pod_container_status_waiting_reason", "gauge", "Why a container waits.");
    for (pod, container) in containers() {
        if let ContainerState::Waiting { reason, .. } = &container.state {
            text.sample(&[of_container(pod, container).as_slice(), &[("reason", *reason)]].concat(), 1);
        }
    }
    text.family("kube_pod_container_status_last_terminated_reason", "gauge", "Why a container ended the last time.");
    for (pod, container) in containers() {
        if let Some(death) = &container.last {
            text.sample(&[of_container(pod, container).as_slice(), &[("reason", death.reason)]].concat(), 1);
        }
    }
    text.finish()
}

type Label<'a> = (&'static str, &'a str);

fn of_pod(pod: &Pod) -> [Label<'_>; 3] {
    [("namespace", &pod.namespace), ("pod", &pod.name), ("uid", &pod.uid)]
}

fn of_container<'a>(pod: &'a Pod, container: &'a Container) -> [Label<'a>; 4] {
    let [namespace, name, uid] = of_pod(pod);
    [namespace, name, uid, ("container", container.name)]
}

fn info<'a>(cluster: &'a Cluster, pod: &'a Pod) -> Vec<Label<'a>> {
    let node = cluster.inventory.nodes.iter().find(|node| node.name == pod.node);
    let (kind, owner) = pod.owner.as_ref().map_or(("", ""), |owner| (owner.kind, owner.name.as_str()));
    let more = [
        ("host_ip", node.map_or("", |node| node.address)),
        ("pod_ip", pod.ip.as_str()),
        ("node", pod.node),
        ("created_by_kind", kind),
        ("created_by_name", owner),
        ("priority_class", ""),
        ("host_network", if pod.is_on_host_network { "true" } else { "false" }),
    ];
    of_pod(pod).into_iter().chain(more).collect()
}
