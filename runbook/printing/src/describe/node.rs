//! Nodes, with what their pods ask for.

use serde_json::Value;

use super::{
    labels::{self, write_annotations, write_labels},
    look::{Look, or_none, print},
    need::{Need, Related, pods_of_node},
    page::Page,
    resources::{Amounts, amount_of, of_pod},
    time,
};
use document::time::Timestamp;

/// A node, its events aside.
pub(super) fn write_node(page: &mut Page, node: &Value, related: &Related, now: Timestamp) {
    let (metadata, spec, status) = (node.at("metadata"), node.at("spec"), node.at("status"));
    let name = metadata.text("name");
    page.row(0, "Name", name);
    page.row(0, "Roles", or_none(&roles(metadata.at("labels")).join(",")));
    write_labels(page, 0, "Labels", metadata.at("labels"));
    write_annotations(page, 0, metadata.at("annotations"));
    page.row(0, "CreationTimestamp", time::long(metadata.text("creationTimestamp")));
    page.rows(0, "Taints", labels::taints(spec.list("taints")));
    page.row(0, "Unschedulable", spec.is_true("unschedulable"));
    write_lease(page, related.get(&Need::one("leases.coordination.k8s.io", "kube-node-lease", name)));
    write_conditions(page, status.list("conditions"));
    page.line(0, "Addresses:");
    for address in status.list("addresses") {
        page.row(1, address.text("type"), address.text("address"));
    }
    for (title, field) in [("Capacity", "capacity"), ("Allocatable", "allocatable")] {
        let amounts = status.fields(field);
        if !amounts.is_empty() {
            page.line(0, format_args!("{title}:"));
            amounts.iter().for_each(|(name, amount)| page.row(1, name, print(amount)));
        }
    }
    write_system(page, status.at("nodeInfo"));
    for (title, words) in [
        ("PodCIDR", spec.text("podCIDR").to_owned()),
        ("PodCIDRs", spec.joined("podCIDRs", ",")),
        ("ProviderID", spec.text("providerID").to_owned()),
    ] {
        if !words.is_empty() {
            page.row(0, title, words);
        }
    }
    match related.items(&pods_of_node(name)) {
        Ok(pods) => write_pods(page, node, pods, now),
        Err(reason) => page.row(0, "Pods", format_args!("<unknown: {reason}>")),
    }
}

/// The roles that a node's labels give it.
fn roles(labels: &Value) -> Vec<String> {
    let role = |(key, value): (&str, &Value)| match key.strip_prefix("node-role.kubernetes.io/") {
        Some(role) => Some(role.to_owned()),
        None => (key == "kubernetes.io/role").then(|| print(value)),
    };
    let mut roles: Vec<String> = labels.own_fields().into_iter().filter_map(role).filter(|it| !it.is_empty()).collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}

fn write_lease(page: &mut Page, lease: Result<&Value, &str>) {
    let lease = match lease {
        Ok(lease) => lease,
        Err(reason) => return page.row(0, "Lease", format_args!("<unknown: {reason}>")),
    };
    let at = |field: &str| match lease.text(field) {
        "" => "<unset>".to_owned(),
        at => time::long(at),
    };
    page.line(0, "Lease:");
    page.row(1, "HolderIdentity", lease.print_or("spec.holderIdentity", "<unset>"));
    page.row(1, "AcquireTime", at("spec.acquireTime"));
    page.row(1, "RenewTime", at("spec.renewTime"));
}

fn write_conditions(page: &mut Page, conditions: &[Value]) {
    if conditions.is_empty() {
        return;
    }
    page.line(0, "Conditions:");
    page.line(1, "Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage");
    page.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
    for it in conditions {
        let (beat, change) = (time::long(it.text("lastHeartbeatTime")), time::long(it.text("lastTransitionTime")));
        let (kind, status) = (it.text("type"), it.text("status"));
        let (reason, message) = (it.text("reason"), it.text("message"));
        page.line(1, format_args!("{kind} \t{status} \t{beat} \t{change} \t{reason} \t{message}"));
    }
}

fn write_system(page: &mut Page, info: &Value) {
    let rows = [
        ("Machine ID", "machineID"),
        ("System UUID", "systemUUID"),
        ("Boot ID", "bootID"),
        ("Kernel Version", "kernelVersion"),
        ("OS Image", "osImage"),
        ("Operating System", "operatingSystem"),
        ("Architecture", "architecture"),
        ("Container Runtime Version", "containerRuntimeVersion"),
        ("Kubelet Version", "kubeletVersion"),
        ("Kube-Proxy Version", "kubeProxyVersion"),
    ];
    page.line(0, "System Info:");
    // Newer nodes do not say the last one any more.
    for (title, field) in
        rows.into_iter().filter(|(_, field)| *field != "kubeProxyVersion" || !info.text(field).is_empty())
    {
        page.row(1, title, info.text(field));
    }
}

/// What the pods of a node ask for and may use, each with its share of the node.
pub(super) fn shares(node: &Value, pods: &[Value]) -> Vec<(String, String)> {
    let room = room(node);
    let mut shares = Vec::new();
    for list in ["requests", "limits"] {
        let mut total = Amounts::default();
        pods.iter().for_each(|pod| total.add(&of_pod(pod, list)));
        shares.extend(["cpu", "memory"].map(|name| (format!("{name} {list}"), total.share(name, &room))));
    }
    shares
}

/// What there is for pods.
fn room(node: &Value) -> Amounts {
    let has_allocatable = !node.fields("status.allocatable").is_empty();
    Amounts::read(node.at(if has_allocatable { "status.allocatable" } else { "status.capacity" }))
}

fn write_pods(page: &mut Page, node: &Value, pods: &[Value], now: Timestamp) {
    let room = room(node);
    page.row(0, "Non-terminated Pods", format_args!("({} in total)", pods.len()));
    page.line(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge");
    page.line(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---");
    let (mut requests, mut limits) = (Amounts::default(), Amounts::default());
    for pod in pods {
        let (asked, bound) = (of_pod(pod, "requests"), of_pod(pod, "limits"));
        let share = |name: &str, of: &Amounts| of.share(name, &room);
        let cells = [share("cpu", &asked), share("cpu", &bound), share("memory", &asked), share("memory", &bound)];
        let (namespace, name) = (pod.text("metadata.namespace"), pod.text("metadata.name"));
        let age = time::since(pod.text("metadata.creationTimestamp"), now);
        page.line(1, format_args!("{namespace}\t{name}\t\t{}\t{age}", cells.join("\t")));
        requests.add(&asked);
        limits.add(&bound);
    }
    page.line(0, "Allocated resources:");
    page.line(1, "(Total limits may be over 100 percent, i.e., overcommitted.)");
    page.head(1, &["Resource", "Requests", "Limits"]);
    let huge = room.names().filter(|name| name.starts_with("hugepages-"));
    for name in ["cpu", "memory", "ephemeral-storage"].into_iter().chain(huge) {
        page.line(1, format_args!("{name}\t{}\t{}", requests.share(name, &room), limits.share(name, &room)));
    }
    let is_extra = |name: &&str| {
        !["cpu", "memory", "ephemeral-storage", "storage", "pods"].contains(name) && !name.starts_with("hugepages-")
    };
    for name in room.names().filter(is_extra) {
        page.line(1, format_args!("{name}\t{}\t{}", amount_of(&requests, name), amount_of(&limits, name)));
    }
}
