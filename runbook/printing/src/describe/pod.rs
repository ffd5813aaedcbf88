//! Pods, and the templates that controllers make pods of.

use serde_json::Value;

use super::{
    container::{Of, write_containers, write_resources},
    labels::{self, write_annotations, write_labels, write_tolerations},
    look::{Look, or_none},
    page::Page,
    time,
    volume::write_volumes,
};
use document::time::Timestamp;

/// A pod, its events aside.
pub(super) fn write_pod(page: &mut Page, pod: &Value, now: Timestamp) {
    let (spec, status) = (pod.at("spec"), pod.at("status"));
    write_head(page, pod, now);
    if spec.has("resources") {
        page.line(0, "Resources:");
        write_resources(page, 1, spec.at("resources"));
    }
    let lists = [
        ("Init Containers", "initContainers", "initContainerStatuses"),
        ("Containers", "containers", "containerStatuses"),
        ("Ephemeral Containers", "ephemeralContainers", "ephemeralContainerStatuses"),
    ];
    for (heading, containers, statuses) in lists {
        let containers = spec.list(containers);
        if heading == "Containers" || !containers.is_empty() {
            write_containers(page, heading, containers, status.list(statuses), Of::Pod(pod));
        }
    }
    let conditions = status.list("conditions");
    let gates = spec.list("readinessGates");
    if !gates.is_empty() {
        page.line(0, "Readiness Gates:");
        page.line(1, "Type\tStatus");
        for gate in gates.iter().map(|gate| gate.text("conditionType")) {
            let condition = conditions.iter().find(|condition| condition.text("type") == gate);
            page.line(1, format_args!("{gate} \t{} ", condition.map_or("<none>", |it| it.text("status"))));
        }
    }
    if !conditions.is_empty() {
        page.line(0, "Conditions:");
        page.line(1, "Type\tStatus");
        for condition in conditions {
            page.line(1, format_args!("{} \t{} ", condition.text("type"), condition.text("status")));
        }
    }
    write_volumes(page, spec.list("volumes"), false);
    page.row(0, "QoS Class", quality_of_service(pod));
    write_labels(page, 0, "Node-Selectors", spec.at("nodeSelector"));
    write_tolerations(page, 0, spec.list("tolerations"));
    write_spread(page, 0, spec.list("topologySpreadConstraints"));
}

fn write_head(page: &mut Page, pod: &Value, now: Timestamp) {
    let (metadata, spec, status) = (pod.at("metadata"), pod.at("spec"), pod.at("status"));
    page.row(0, "Name", metadata.text("name"));
    page.row(0, "Namespace", metadata.text("namespace"));
    if spec.has("priority") {
        page.row(0, "Priority", spec.number("priority"));
    }
    let named = [
        ("Priority Class Name", "priorityClassName"),
        ("Runtime Class Name", "runtimeClassName"),
        ("Service Account", "serviceAccountName"),
    ];
    for (title, field) in named.into_iter().filter(|(_, field)| !spec.text(field).is_empty()) {
        page.row(0, title, spec.text(field));
    }
    match spec.text("nodeName") {
        "" => page.row(0, "Node", "<none>"),
        node => page.row(0, "Node", format_args!("{node}/{}", status.text("hostIP"))),
    }
    if status.has("startTime") {
        page.row(0, "Start Time", time::long(status.text("startTime")));
    }
    write_labels(page, 0, "Labels", metadata.at("labels"));
    write_annotations(page, 0, metadata.at("annotations"));
    let has_ended = ["Failed", "Succeeded"].contains(&status.text("phase"));
    if metadata.has("deletionTimestamp") && !has_ended {
        let since = time::since(metadata.text("deletionTimestamp"), now);
        page.row(0, "Status", format_args!("Terminating (lasts {since})"));
        page.row(0, "Termination Grace Period", format_args!("{}s", metadata.number("deletionGracePeriodSeconds")));
    } else {
        page.row(0, "Status", status.text("phase"));
    }
    for (title, field) in [("Reason", "reason"), ("Message", "message")] {
        if !status.text(field).is_empty() {
            page.row(0, title, status.text(field));
        }
    }
    if spec.has("securityContext.seccompProfile") {
        page.row(0, "SeccompProfile", spec.text("securityContext.seccompProfile.type"));
        if spec.has("securityContext.seccompProfile.localhostProfile") {
            page.row(0, "LocalhostProfile", spec.text("securityContext.seccompProfile.localhostProfile"));
        }
    }
    page.row(0, "IP", status.text("podIP"));
    match status.list("podIPs") {
        [] => page.row(0, "IPs", "<none>"),
        addresses => {
            page.line(0, "IPs:");
            addresses.iter().for_each(|address| page.row(1, "IP", address.text("ip")));
        }
    }
    if let Some(controller) = controller(pod) {
        page.row(0, "Controlled By", controller);
    }
    if !status.text("nominatedNodeName").is_empty() {
        page.row(0, "NominatedNodeName", status.text("nominatedNodeName"));
    }
}

/// `ReplicaSet/web-7f9c`: what made an object and looks after it.
pub(super) fn controller(object: &Value) -> Option<String> {
    let owner = object.list("metadata.ownerReferences").iter().find(|owner| owner.is_true("controller"))?;
    Some(format!("{}/{}", owner.text("kind"), owner.text("name")))
}

/// What a controller makes pods of.
pub(super) fn write_template(page: &mut Page, template: &Value) {
    let spec = template.at("spec");
    page.line(0, "Pod Template:");
    write_labels(page, 1, "Labels", template.at("metadata.labels"));
    if !template.fields("metadata.annotations").is_empty() {
        write_annotations(page, 1, template.at("metadata.annotations"));
    }
    if !spec.text("serviceAccountName").is_empty() {
        page.row(1, "Service Account", spec.text("serviceAccountName"));
    }
    if !spec.list("initContainers").is_empty() {
        write_containers(page, "Init Containers", spec.list("initContainers"), &[], Of::Template);
    }
    write_containers(page, "Containers", spec.list("containers"), &[], Of::Template);
    write_volumes(page, spec.list("volumes"), true);
    write_spread(page, 1, spec.list("topologySpreadConstraints"));
    if !spec.text("priorityClassName").is_empty() {
        page.row(1, "Priority Class Name", spec.text("priorityClassName"));
    }
    write_labels(page, 1, "Node-Selectors", spec.at("nodeSelector"));
    write_tolerations(page, 1, spec.list("tolerations"));
}

fn write_spread(page: &mut Page, level: usize, constraints: &[Value]) {
    if constraints.is_empty() {
        return;
    }
    let mut constraints: Vec<&Value> = constraints.iter().collect();
    constraints.sort_by_key(|constraint| constraint.text("topologyKey"));
    let words = |constraint: &&Value| {
        let selector = match constraint.has("labelSelector") {
            true => format!(" for selector {}", labels::selector(constraint.at("labelSelector"))),
            false => String::new(),
        };
        format!(
            "{}:{} when max skew {} is exceeded{selector}",
            constraint.text("topologyKey"),
            constraint.text("whenUnsatisfiable"),
            constraint.number("maxSkew")
        )
    };
    page.rows(level, "Topology Spread Constraints", constraints.iter().map(words));
}

/// The class that the API server gave the pod.
fn quality_of_service(pod: &Value) -> &str {
    or_none(pod.text("status.qosClass"))
}
