//! A table of the columns of every kind but pods. Kinds that are not named get name and age, as custom resources
//! without printer columns do.

use document::time::Timestamp;
use serde_json::{Value, json};

use super::{Column, age, created, name, shown, text, wide};

pub(super) fn of(plural: &str) -> &'static [Column] {
    match plural {
        "nodes" => NODES,
        "namespaces" => NAMESPACES,
        "events" => EVENTS,
        "configmaps" => CONFIG_MAPS,
        "secrets" => SECRETS,
        "services" => SERVICES,
        "persistentvolumeclaims" => CLAIMS,
        "deployments" => DEPLOYMENTS,
        "replicasets" => REPLICA_SETS,
        "statefulsets" => STATEFUL_SETS,
        "daemonsets" => DAEMON_SETS,
        "jobs" => JOBS,
        "cronjobs" => CRON_JOBS,
        "leases" => LEASES,
        "endpoints" => ENDPOINTS,
        "applications" => APPLICATIONS,
        "certificates" => CERTIFICATES,
        _ => OTHERS,
    }
}

const OTHERS: &[Column] = &[shown("Name", "string", name), shown("Age", "date", created)];

const NODES: &[Column] = &[
    shown("Name", "string", name),
    shown("Status", "string", |node, _| json!(if condition(node, "Ready") == "True" { "Ready" } else { "NotReady" })),
    shown("Roles", "string", roles),
    shown("Age", "string", created),
    shown("Version", "string", |node, _| text(node, "/status/nodeInfo/kubeletVersion")),
    wide("Internal-IP", "string", |node, _| text(node, "/status/addresses/0/address")),
    wide("External-IP", "string", |_, _| json!("<none>")),
    wide("OS-Image", "string", |node, _| text(node, "/status/nodeInfo/osImage")),
    wide("Kernel-Version", "string", |node, _| text(node, "/status/nodeInfo/kernelVersion")),
    wide("Container-Runtime", "string", |node, _| text(node, "/status/nodeInfo/containerRuntimeVersion")),
];

const NAMESPACES: &[Column] = &[
    shown("Name", "string", name),
    shown("Status", "string", |o, _| text(o, "/status/phase")),
    shown("Age", "string", created),
];

const EVENTS: &[Column] = &[
    shown("Last Seen", "string", |e, now| age::since(e.get("lastTimestamp"), now)),
    shown("Type", "string", |e, _| text(e, "/type")),
    shown("Reason", "string", |e, _| text(e, "/reason")),
    shown("Object", "string", |e, _| {
        let kind = e["involvedObject"]["kind"].as_str().unwrap_or_default().to_lowercase();
        json!(format!("{kind}/{}", e["involvedObject"]["name"].as_str().unwrap_or_default()))
    }),
    wide("Subobject", "string", |e, _| text(e, "/involvedObject/fieldPath")),
    wide("Source", "string", |e, _| {
        let part = |name: &str| e["source"][name].as_str().unwrap_or_default();
        json!(format!("{}, {}", part("component"), part("host")))
    }),
    shown("Message", "string", |e, _| text(e, "/message")),
    wide("First Seen", "string", |e, now| age::since(e.get("firstTimestamp"), now)),
    wide("Count", "string", |e, _| text(e, "/count")),
    wide("Name", "string", name),
];

const CONFIG_MAPS: &[Column] =
    &[shown("Name", "string", name), shown("Data", "string", data_count), shown("Age", "string", created)];

const SECRETS: &[Column] = &[
    shown("Name", "string", name),
    shown("Type", "string", |o, _| text(o, "/type")),
    shown("Data", "string", data_count),
    shown("Age", "string", created),
];

const SERVICES: &[Column] = &[
    shown("Name", "string", name),
    shown("Type", "string", |o, _| text(o, "/spec/type")),
    shown("Cluster-IP", "string", |o, _| text(o, "/spec/clusterIP")),
    shown("External-IP", "string", |_, _| json!("<none>")),
    shown("Port(s)", "string", ports),
    shown("Age", "string", created),
    wide("Selector", "string", |o, _| selector(&o["spec"]["selector"])),
];

const CLAIMS: &[Column] = &[
    shown("Name", "string", name),
    shown("Status", "string", |o, _| text(o, "/status/phase")),
    shown("Volume", "string", |o, _| text(o, "/spec/volumeName")),
    shown("Capacity", "string", |o, _| text(o, "/status/capacity/storage")),
    shown("Access Modes", "string", |_, _| json!("RWO")),
    shown("StorageClass", "string", |o, _| text(o, "/spec/storageClassName")),
    shown("VolumeAttributesClass", "string", |_, _| json!("<unset>")),
    shown("Age", "string", created),
    wide("VolumeMode", "string", |o, _| text(o, "/spec/volumeMode")),
];

const DEPLOYMENTS: &[Column] = &[
    shown("Name", "string", name),
    shown("Ready", "string", ready_of_wanted),
    shown("Up-to-date", "string", |o, _| number(o, "/status/updatedReplicas")),
    shown("Available", "string", |o, _| number(o, "/status/availableReplicas")),
    shown("Age", "string", created),
    wide("Containers", "string", |o, _| each_container(o, "name")),
    wide("Images", "string", |o, _| each_container(o, "image")),
    wide("Selector", "string", |o, _| selector(&o["spec"]["selector"]["matchLabels"])),
];

const REPLICA_SETS: &[Column] = &[
    shown("Name", "string", name),
    shown("Desired", "integer", |o, _| number(o, "/spec/replicas")),
    shown("Current", "integer", |o, _| number(o, "/status/replicas")),
    shown("Ready", "integer", |o, _| number(o, "/status/readyReplicas")),
    shown("Age", "string", created),
    wide("Containers", "string", |o, _| each_container(o, "name")),
    wide("Images", "string", |o, _| each_container(o, "image")),
    wide("Selector", "string", |o, _| selector(&o["spec"]["selector"]["matchLabels"])),
];

const STATEFUL_SETS: &[Column] = &[
    shown("Name", "string", name),
    shown("Ready", "string", ready_of_wanted),
    shown("Age", "string", created),
    wide("Containers", "string", |o, _| each_container(o, "name")),
    wide("Images", "string", |o, _| each_container(o, "image")),
];

const DAEMON_SETS: &[Column] = &[
    shown("Name", "string", name),
    shown("Desired", "integer", |o, _| number(o, "/status/desiredNumberScheduled")),
    shown("Current", "integer", |o, _| number(o, "/status/currentNumberScheduled")),
    shown("Ready", "integer", |o, _| number(o, "/status/numberReady")),
    shown("Up-to-date", "integer", |o, _| number(o, "/status/updatedNumberScheduled")),
    shown("Available", "integer", |o, _| number(o, "/status/numberAvailable")),
    shown("Node Selector", "string", |_, _| json!("<none>")),
    shown("Age", "string", created),
    wide("Containers", "string", |o, _| each_container(o, "name")),
    wide("Images", "string", |o, _| each_container(o, "image")),
    wide("Selector", "string", |o, _| selector(&o["spec"]["selector"]["matchLabels"])),
];

const JOBS: &[Column] = &[
    shown("Name", "string", name),
    shown("Status", "string", |o, _| json!(if condition(o, "Complete") == "True" { "Complete" } else { "Running" })),
    shown("Completions", "string", |o, _| {
        json!(format!("{}/{}", o["status"]["succeeded"].as_u64().unwrap_or(0), o["spec"]["completions"]))
    }),
    shown("Duration", "string", |o, now| {
        let at = |name: &str| o["status"][name].as_str().and_then(age::parse);
        at("startTime")
            .map_or(json!(""), |start| json!(age::short(at("completionTime").unwrap_or(now).ms_since(start))))
    }),
    shown("Age", "string", created),
    wide("Containers", "string", |o, _| each_container(o, "name")),
    wide("Images", "string", |o, _| each_container(o, "image")),
    wide("Selector", "string", |o, _| selector(&o["spec"]["selector"]["matchLabels"])),
];

const CRON_JOBS: &[Column] = &[
    shown("Name", "string", name),
    shown("Schedule", "string", |o, _| text(o, "/spec/schedule")),
    shown("Timezone", "string", |_, _| json!("<none>")),
    shown("Suspend", "boolean", |_, _| json!("False")),
    shown("Active", "integer", |_, _| json!(0)),
    shown("Last Schedule", "string", |o, now| age::since(o.pointer("/status/lastScheduleTime"), now)),
    shown("Age", "string", created),
    wide("Containers", "string", |o, _| each_container(&o["spec"]["jobTemplate"], "name")),
    wide("Images", "string", |o, _| each_container(&o["spec"]["jobTemplate"], "image")),
    wide("Selector", "string", |_, _| json!("<none>")),
];

const LEASES: &[Column] = &[
    shown("Name", "string", name),
    shown("Holder", "string", |o, _| text(o, "/spec/holderIdentity")),
    shown("Age", "string", created),
];

const ENDPOINTS: &[Column] = &[
    shown("Name", "string", name),
    shown("Endpoints", "string", |o, _| match text(o, "/subsets/0/addresses/0/ip") {
        Value::String(ip) if ip != "<none>" => json!(format!("{ip}:{}", o["subsets"][0]["ports"][0]["port"])),
        none => none,
    }),
    shown("Age", "string", created),
];

const APPLICATIONS: &[Column] = &[
    shown("Name", "string", name),
    shown("Sync Status", "string", |o, _| text(o, "/status/sync/status")),
    shown("Health Status", "string", |o, _| text(o, "/status/health/status")),
    wide("Revision", "string", |o, _| text(o, "/status/sync/revision")),
];

const CERTIFICATES: &[Column] = &[
    shown("Name", "string", name),
    shown("Ready", "string", |o, _| json!(condition(o, "Ready"))),
    shown("Secret", "string", |o, _| text(o, "/spec/secretName")),
    wide("Issuer", "string", |o, _| text(o, "/spec/issuerRef/name")),
    wide("Status", "string", |o, _| text(o, "/status/conditions/0/message")),
    shown("Age", "date", created),
];

fn condition<'a>(object: &'a Value, kind: &str) -> &'a str {
    let conditions = object["status"]["conditions"].as_array().map_or(&[][..], Vec::as_slice);
    conditions.iter().find(|c| c["type"] == kind).and_then(|c| c["status"].as_str()).unwrap_or("Unknown")
}

fn number(object: &Value, pointer: &str) -> Value {
    json!(object.pointer(pointer).and_then(Value::as_u64).unwrap_or(0))
}

fn data_count(object: &Value, _: Timestamp) -> Value {
    json!(object["data"].as_object().map_or(0, serde_json::Map::len))
}

fn ready_of_wanted(object: &Value, _: Timestamp) -> Value {
    json!(format!("{}/{}", number(object, "/status/readyReplicas"), number(object, "/spec/replicas")))
}

fn roles(node: &Value, _: Timestamp) -> Value {
    let is_control_plane = node["metadata"]["labels"]["node-role.kubernetes.io/control-plane"].is_string();
    json!(if is_control_plane { "control-plane" } else { "<none>" })
}

fn ports(service: &Value, _: Timestamp) -> Value {
    let ports = service["spec"]["ports"].as_array().map_or(&[][..], Vec::as_slice);
    let one = |port: &Value| format!("{}/{}", port["port"], port["protocol"].as_str().unwrap_or("TCP"));
    json!(ports.iter().map(one).collect::<Vec<_>>().join(","))
}

fn selector(labels: &Value) -> Value {
    let labels = labels.as_object().into_iter().flatten();
    json!(labels.map(|(k, v)| format!("{k}={}", v.as_str().unwrap_or_default())).collect::<Vec<_>>().join(","))
}

fn each_container(object: &Value, field: &str) -> Value {
    let containers = object.pointer("/spec/template/spec/containers").and_then(Value::as_array);
    let texts = containers.into_iter().flatten().filter_map(|container| container[field].as_str());
    json!(texts.collect::<Vec<_>>().join(","))
}
