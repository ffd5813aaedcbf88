//! The parts of a pod that are read off the wire at all. Everything else (volumes, environment, annotations, managed
//! fields) is skipped by the parser and never held.

use std::collections::BTreeMap;

use runbook::time::Timestamp;
use serde::{Deserialize, Deserializer};

#[derive(Debug, Deserialize)]
pub(super) struct PodList {
    #[serde(default)]
    pub(super) metadata: ListMeta,
    pub(super) items: Vec<WirePod>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ListMeta {
    pub(super) resource_version: String,
    #[serde(rename = "continue")]
    pub(super) continue_token: Option<String>,
    pub(super) remaining_item_count: Option<u64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WirePod {
    pub(super) metadata: WireMeta,
    #[serde(default)]
    pub(super) spec: WireSpec,
    #[serde(default)]
    pub(super) status: WireStatus,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WireMeta {
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) uid: String,
    pub(super) resource_version: String,
    #[serde(deserialize_with = "instant")]
    pub(super) creation_timestamp: Option<Timestamp>,
    #[serde(deserialize_with = "instant")]
    pub(super) deletion_timestamp: Option<Timestamp>,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) owner_references: Vec<WireOwner>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireOwner {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) controller: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WireSpec {
    pub(super) node_name: String,
    pub(super) containers: Vec<WireContainer>,
    pub(super) init_containers: Vec<WireContainer>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WireContainer {
    pub(super) name: String,
    pub(super) image: String,
    pub(super) restart_policy: Option<String>,
    pub(super) resources: WireResources,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireResources {
    pub(super) limits: WireLimits,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireLimits {
    pub(super) memory: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WireStatus {
    pub(super) phase: String,
    pub(super) reason: String,
    #[serde(rename = "podIP")]
    pub(super) pod_ip: String,
    pub(super) conditions: Vec<WireCondition>,
    pub(super) container_statuses: Vec<WireContainerStatus>,
    pub(super) init_container_statuses: Vec<WireContainerStatus>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireCondition {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) status: String,
    pub(super) reason: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WireContainerStatus {
    pub(super) name: String,
    pub(super) ready: bool,
    pub(super) started: Option<bool>,
    pub(super) restart_count: u32,
    pub(super) state: WireState,
    pub(super) last_state: WireState,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireState {
    pub(super) running: Option<WireRunning>,
    pub(super) waiting: Option<WireWaiting>,
    pub(super) terminated: Option<WireTerminated>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WireRunning {
    #[serde(deserialize_with = "instant")]
    pub(super) started_at: Option<Timestamp>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireWaiting {
    pub(super) reason: String,
    pub(super) message: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WireTerminated {
    pub(super) exit_code: i32,
    pub(super) signal: i32,
    pub(super) reason: String,
    pub(super) message: String,
    #[serde(deserialize_with = "instant")]
    pub(super) started_at: Option<Timestamp>,
    #[serde(deserialize_with = "instant")]
    pub(super) finished_at: Option<Timestamp>,
}

/// An RFC 3339 time. One that cannot be read is an unknown time, not a reason to lose the pod. The API writes times
/// that never were as year 1.
fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text
        .and_then(|text| text.parse::<jiff::Timestamp>().ok())
        .map(|t| Timestamp(t.as_millisecond()))
        .filter(|t| t.0 > 0))
}
