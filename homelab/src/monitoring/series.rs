//! What the simulated Prometheus has scraped: a pure function of time over what happened in the clusters.

use std::collections::{BTreeMap, BTreeSet};

use document::time::Timestamp;
use promql_parser::label::{Matcher, Matchers};

use super::World;
use crate::{
    cluster::{Cluster, Container, Pod},
    story::Trouble,
};

/// Labels of a series, its name under `__name__`.
pub(super) type Labels = BTreeMap<String, String>;

/// The part of the homelab that an expression looks at.
pub(super) struct View<'a> {
    pub(super) world: &'a World,
    /// Only these pods, for looking at the past of a few.
    pub(super) pods: Option<BTreeSet<String>>,
}

impl View<'_> {
    /// Whether series of a pod can pass: tells most of them apart before their labels are made.
    fn may_have(&self, matchers: &Matchers, cluster: &Cluster, pod: &Pod) -> bool {
        let own = [("cluster", cluster.name), ("namespace", &pod.namespace), ("pod", &pod.name)];
        let passes = |matcher: &Matcher| {
            own.iter().find(|(label, _)| *label == matcher.name).is_none_or(|(_, value)| matcher.is_match(value))
        };
        self.pods.as_ref().is_none_or(|pods| pods.contains(&pod.name)) && matchers.matchers.iter().all(passes)
    }
}

/// Series with this name, or every series, as they stood at a moment. Some of them may not pass the matchers.
pub(super) fn at(view: &View<'_>, name: Option<&str>, matchers: &Matchers, at: Timestamp) -> Vec<(Labels, f64)> {
    let world = view.world;
    let is_wanted = |series: &str| name.is_none_or(|name| name == series);
    let mut found = Vec::new();
    for cluster in &world.clusters {
        if is_wanted("up") {
            found.extend(targets(cluster).map(|labels| (labels, 1.0)));
        }
        if is_wanted(RESTARTS) || is_wanted(WAITING) {
            let inside = cluster.look();
            for pod in inside.pods.values().filter(|pod| pod.created_at <= at && view.may_have(matchers, cluster, pod))
            {
                for container in &pod.containers {
                    found.extend(
                        of_container(cluster, pod, container, at).filter(|(labels, _)| is_wanted(&labels["__name__"])),
                    );
                }
            }
        }
        for (series, value) in of_nodes(cluster) {
            if is_wanted(&series["__name__"]) {
                found.push((series, value));
            }
        }
        if is_wanted(CERTIFICATE) && cluster.name == "homelab-prod" {
            let labels = [("namespace", "media"), ("name", "immich-server-tls"), ("condition", "False")];
            found.push((labelled(CERTIFICATE, cluster.name, &labels), 1.0));
        }
    }
    if is_wanted(STALLED) {
        for host in &world.hosts {
            let instance = format!("{}:9100", host.name);
            let labels =
                labels(STALLED, &[("cluster", "monitoring-cluster"), ("instance", &instance), ("job", "node")]);
            found.push((labels, host.stalled_s(at)));
        }
    }
    found
}

const RESTARTS: &str = "kube_pod_container_status_restarts_total";
const WAITING: &str = "kube_pod_container_status_waiting_reason";
const CERTIFICATE: &str = "certmanager_certificate_ready_status";
const STALLED: &str = "node_pressure_io_stalled_seconds_total";

fn of_container(
    cluster: &Cluster,
    pod: &Pod,
    container: &Container,
    at: Timestamp,
) -> impl Iterator<Item = (Labels, f64)> {
    let own =
        [("namespace", pod.namespace.as_str()), ("pod", &pod.name), ("container", container.name), ("uid", &pod.uid)];
    let later = container.restarted.iter().filter(|restarted| **restarted > at).count();
    let restarts = f64::from(container.restarts) - later as f64;
    let waiting = (container.trouble == Some(Trouble::BadImage)).then(|| {
        let mut labels = labelled(WAITING, cluster.name, &own);
        labels.insert("reason".into(), "ImagePullBackOff".into());
        (labels, 1.0)
    });
    std::iter::once((labelled(RESTARTS, cluster.name, &own), restarts)).chain(waiting)
}

fn of_nodes(cluster: &Cluster) -> impl Iterator<Item = (Labels, f64)> {
    const GIB: f64 = 1_073_741_824.0;
    cluster.inventory.nodes.iter().flat_map(|node| {
        let total = f64::from(u32::try_from(node.memory_gib).unwrap_or(u32::MAX)) * GIB;
        // The node of the story is short of memory; the others are not.
        let free_share = if node.name == "talos-monitor" { 0.07 } else { 0.42 };
        let own = [("instance", node.name)];
        [
            (labelled("node_memory_MemTotal_bytes", cluster.name, &own), total),
            (labelled("node_memory_MemAvailable_bytes", cluster.name, &own), total * free_share),
        ]
    })
}

fn targets(cluster: &Cluster) -> impl Iterator<Item = Labels> {
    let ksm = std::iter::once(labelled("up", cluster.name, &[("instance", "10.244.0.9:8080")]));
    let nodes = cluster.inventory.nodes.iter().map(|node| {
        let instance = format!("{}:9100", node.address);
        labels("up", &[("cluster", cluster.name), ("instance", &instance), ("job", "node-exporter")])
    });
    ksm.chain(nodes)
}

/// Labels of a series that kube-state-metrics exports, unless `own` says otherwise.
fn labelled(name: &str, cluster: &str, own: &[(&str, &str)]) -> Labels {
    let mut all = labels(name, &[("cluster", cluster), ("instance", "10.244.0.9:8080"), ("job", "kube-state-metrics")]);
    all.extend(labels(name, own));
    all
}

fn labels(name: &str, own: &[(&str, &str)]) -> Labels {
    let own = own.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned()));
    std::iter::once(("__name__".to_owned(), name.to_owned())).chain(own).collect()
}
