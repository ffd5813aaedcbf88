//! The parts of a pod that are read off the wire at all. Everything else (volumes, environment, annotations, managed
//! fields) is skipped by the parser and never held.

use std::collections::BTreeMap;

use runbook::{
    loose::{self, Items},
    time::Timestamp,
};
use serde::{Deserialize, Deserializer};

#[derive(Debug, Deserialize)]
pub(super) struct PodList {
    #[serde(default, deserialize_with = "loose::or_default")]
    pub(super) metadata: ListMeta,
    #[serde(default, deserialize_with = "loose::or_default")]
    pub(super) items: Vec<WirePod>,
    /// How many pods of the list could not be read.
    #[serde(skip)]
    pub(super) left_out: usize,
}

/// The same, pod by pod: slower, for a list that holds an odd one.
#[derive(Debug, Deserialize)]
struct OddPodList {
    #[serde(default, deserialize_with = "loose::or_default")]
    metadata: ListMeta,
    #[serde(default)]
    items: Items<WirePod>,
}

impl PodList {
    /// Reads a page of a list. A pod that cannot be read is left out and counted, and hides no other.
    pub(super) fn read(page: &[u8]) -> Result<Self, serde_json::Error> {
        match serde_json::from_slice(page) {
            Err(error) if error.is_data() => {
                let OddPodList { metadata, items } = serde_json::from_slice(page)?;
                if items.is_another_list() {
                    Err(error)
                } else {
                    Ok(Self { metadata, items: items.read, left_out: items.left_out })
                }
            }
            read => read,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ListMeta {
    #[serde(deserialize_with = "loose::text")]
    pub(super) resource_version: String,
    #[serde(rename = "continue")]
    pub(super) continue_token: Option<String>,
    pub(super) remaining_item_count: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct WirePod {
    pub(super) metadata: WireMeta,
    #[serde(default, deserialize_with = "loose::or_default")]
    pub(super) spec: WireSpec,
    #[serde(default, deserialize_with = "loose::or_default")]
    pub(super) status: WireStatus,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WireMeta {
    #[serde(deserialize_with = "loose::text")]
    pub(super) namespace: String,
    #[serde(deserialize_with = "loose::text")]
    pub(super) name: String,
    #[serde(deserialize_with = "loose::text")]
    pub(super) uid: String,
    #[serde(deserialize_with = "loose::text")]
    pub(super) resource_version: String,
    #[serde(deserialize_with = "instant")]
    pub(super) creation_timestamp: Option<Timestamp>,
    #[serde(deserialize_with = "instant")]
    pub(super) deletion_timestamp: Option<Timestamp>,
    #[serde(deserialize_with = "loose::or_default")]
    pub(super) labels: BTreeMap<String, String>,
    #[serde(deserialize_with = "loose::or_default")]
    pub(super) owner_references: Vec<WireOwner>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireOwner {
    #[serde(deserialize_with = "loose::text")]
    pub(super) kind: String,
    #[serde(deserialize_with = "loose::text")]
    pub(super) name: String,
    #[serde(deserialize_with = "loose::flag")]
    pub(super) controller: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WireSpec {
    #[serde(deserialize_with = "loose::text")]
    pub(super) node_name: String,
    #[serde(deserialize_with = "loose::or_default")]
    pub(super) containers: Vec<WireContainer>,
    #[serde(deserialize_with = "loose::or_default")]
    pub(super) init_containers: Vec<WireContainer>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WireContainer {
    #[serde(deserialize_with = "loose::text")]
    pub(super) name: String,
    #[serde(deserialize_with = "loose::text")]
    pub(super) image: String,
    pub(super) restart_policy: Option<String>,
    #[serde(deserialize_with = "loose::or_default")]
    pub(super) resources: WireResources,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireResources {
    #[serde(deserialize_with = "loose::or_default")]
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
    #[serde(deserialize_with = "loose::text")]
    pub(super) phase: String,
    #[serde(deserialize_with = "loose::text")]
    pub(super) reason: String,
    #[serde(rename = "podIP", deserialize_with = "loose::text")]
    pub(super) pod_ip: String,
    #[serde(deserialize_with = "loose::or_default")]
    pub(super) conditions: Vec<WireCondition>,
    #[serde(deserialize_with = "loose::or_default")]
    pub(super) container_statuses: Vec<WireContainerStatus>,
    #[serde(deserialize_with = "loose::or_default")]
    pub(super) init_container_statuses: Vec<WireContainerStatus>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireCondition {
    #[serde(rename = "type", deserialize_with = "loose::text")]
    pub(super) kind: String,
    #[serde(deserialize_with = "loose::text")]
    pub(super) status: String,
    #[serde(deserialize_with = "loose::text")]
    pub(super) reason: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WireContainerStatus {
    #[serde(deserialize_with = "loose::text")]
    pub(super) name: String,
    #[serde(deserialize_with = "loose::flag")]
    pub(super) ready: bool,
    pub(super) started: Option<bool>,
    #[serde(deserialize_with = "loose::or_default")]
    pub(super) restart_count: u32,
    #[serde(deserialize_with = "loose::or_default")]
    pub(super) state: WireState,
    #[serde(deserialize_with = "loose::or_default")]
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
    #[serde(deserialize_with = "loose::text")]
    pub(super) reason: String,
    #[serde(deserialize_with = "loose::text")]
    pub(super) message: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WireTerminated {
    #[serde(deserialize_with = "loose::or_default")]
    pub(super) exit_code: i32,
    #[serde(deserialize_with = "loose::or_default")]
    pub(super) signal: i32,
    #[serde(deserialize_with = "loose::text")]
    pub(super) reason: String,
    #[serde(deserialize_with = "loose::text")]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lets_no_odd_pod_hide_the_others() {
        let page = br#"{"metadata":{"resourceVersion":7},"items":[
            {"metadata":{"name":"a","namespace":"n","labels":null,"ownerReferences":null,"creationTimestamp":"0001-01-01T00:00:00Z"},
             "spec":{"containers":null},"status":null},
            {"metadata":{"name":"b"},"spec":{"containers":"none"}},
            {"metadata":{"name":"c"},"spec":{"containers":[{"name":"m","resources":{"limits":null}}]},
             "status":{"containerStatuses":[{"name":"m","restartCount":null,"state":null,"lastState":{"terminated":
                {"exitCode":null,"finishedAt":null}}}],"conditions":null,"reason":null}}, null]}"#;
        let list = PodList::read(page).expect("a list");
        let names: Vec<&str> = list.items.iter().map(|pod| pod.metadata.name.as_str()).collect();
        assert_eq!((names, list.left_out, list.metadata.resource_version.as_str()), (vec!["a", "c"], 2, "7"));
        assert_eq!(list.items[0].metadata.creation_timestamp, None, "the year 1 is no time");
        assert!(PodList::read(br#"{"items":null}"#).expect("a list").items.is_empty());
        assert!(PodList::read(b"{}").expect("a list").items.is_empty());
        assert!(PodList::read(br#"{"items":[7]}"#).is_err());
        assert!(PodList::read(b"<html>").is_err());
    }
}
