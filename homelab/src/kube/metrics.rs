//! `metrics.k8s.io`: what `kubectl top` shows. Usage is made up from names, but stays within limits.

use serde_json::{Value, json};

use super::{Query, kinds, select::Selection, status::Status};
use crate::{
    cluster::{Cluster, Pod, store::Key, workload::Node},
    dice::Dice,
};

/// The metrics at a path; none when the path is none of theirs.
pub(super) fn answer(cluster: &Cluster, segments: &[&str], query: &Query) -> Result<Option<Value>, Status> {
    let ["apis", "metrics.k8s.io", "v1beta1", rest @ ..] = segments else { return Ok(None) };
    let kind = kinds::find("", "v1", if rest.first() == Some(&"nodes") { "nodes" } else { "pods" });
    let selection = Selection::parse(query, kind.ok_or_else(Status::no_such_path)?)?;
    let inside = cluster.look();
    // Metrics carry no fields to be chosen by: the objects that were measured decide.
    let is_wanted = |plural: &'static str, namespace: &str, name: &str| {
        inside.store.get(&Key::new(plural, namespace, name)).is_some_and(|object| selection.matches(object))
    };
    let pods =
        inside.pods.values().filter(|pod| pod.phase() == "Running" && is_wanted("pods", &pod.namespace, &pod.name));
    let items: Vec<Value> = match rest {
        ["pods"] => pods.map(|pod| of_pod(cluster, pod)).collect(),
        ["namespaces", namespace, "pods"] => {
            pods.filter(|pod| pod.namespace == *namespace).map(|pod| of_pod(cluster, pod)).collect()
        }
        ["nodes"] => cluster
            .inventory
            .nodes
            .iter()
            .filter(|node| is_wanted("nodes", "", node.name))
            .map(|node| of_node(cluster, node))
            .collect(),
        ["nodes", name] => {
            let node = cluster.inventory.nodes.iter().find(|node| node.name == *name);
            return node.map(|node| Some(of_node(cluster, node))).ok_or_else(|| missing("nodes", name));
        }
        ["namespaces", namespace, "pods", name] => {
            let pod = inside.pods.get(&((*namespace).to_owned(), (*name).to_owned()));
            return pod.map(|pod| Some(of_pod(cluster, pod))).ok_or_else(|| missing("pods", name));
        }
        _ => return Ok(None),
    };
    let kind = if rest == ["nodes"] { "NodeMetricsList" } else { "PodMetricsList" };
    Ok(Some(json!({ "kind": kind, "apiVersion": "metrics.k8s.io/v1beta1", "metadata": {}, "items": items })))
}

fn missing(plural: &str, name: &str) -> Status {
    kinds::find("", "v1", plural).map_or_else(Status::no_such_path, |kind| Status::not_found(kind, name))
}

fn of_pod(cluster: &Cluster, pod: &Pod) -> Value {
    let containers: Vec<Value> = pod
        .containers
        .iter()
        .map(|container| {
            let mut dice = Dice::new(0, &["usage", &pod.name, container.name]);
            let limit_mib = container.memory_limit.map_or(200, mebibytes);
            let memory_mib = dice.between(limit_mib / 3, limit_mib - limit_mib / 20);
            json!({ "name": container.name, "usage": {
                "cpu": format!("{}m", dice.between(1, 90)), "memory": format!("{memory_mib}Mi"),
            } })
        })
        .collect();
    json!({
        "kind": "PodMetrics", "apiVersion": "metrics.k8s.io/v1beta1",
        "metadata": { "name": pod.name, "namespace": pod.namespace, "creationTimestamp": cluster.clock.now().rfc3339() },
        "timestamp": cluster.clock.now().rfc3339(), "window": "15s", "containers": containers,
    })
}

fn of_node(cluster: &Cluster, node: &Node) -> Value {
    // talos-monitor is the node that is short of memory.
    let used_percent = if node.name == "talos-monitor" { 93 } else { Dice::new(0, &[node.name]).between(35, 70) };
    json!({
        "kind": "NodeMetrics", "apiVersion": "metrics.k8s.io/v1beta1",
        "metadata": { "name": node.name, "creationTimestamp": cluster.clock.now().rfc3339() },
        "timestamp": cluster.clock.now().rfc3339(), "window": "15s",
        "usage": {
            "cpu": format!("{}m", node.cpus * 320),
            "memory": format!("{}Mi", node.memory_gib * 1_024 * used_percent / 100),
        },
    })
}

/// `256Mi`, `2Gi`.
fn mebibytes(text: &str) -> i64 {
    let number = |unit: &str| text.strip_suffix(unit).and_then(|digits| digits.parse::<i64>().ok());
    number("Mi").or_else(|| number("Gi").map(|gibibytes| gibibytes * 1_024)).unwrap_or(200)
}
