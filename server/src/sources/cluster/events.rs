//! Events of one pod: what kubelet, scheduler and controllers said about it within the last hour or so.

use runbook::time::Timestamp;
use serde::Deserialize;

use super::{Cluster, connection::Asked, error::ClusterError, path::ApiPath};
use crate::sources::SourceFailure;

/// Most events that are read; the API server keeps them for an hour and counts repeated ones.
const MAX_EVENTS: usize = 500;
/// Largest answer, in bytes.
const MAX_BYTES: usize = 8 << 20;

/// Something that happened to a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodEvent {
    /// When it was last seen.
    pub at: Option<Timestamp>,
    /// Whether it is a warning.
    pub is_warning: bool,
    /// `BackOff`, `Unhealthy`, `Killing`.
    pub reason: String,
    /// The sentence.
    pub message: String,
    /// How often it was seen.
    pub count: u32,
    /// Who says so: `kubelet`.
    pub source: String,
    /// The container that it is about, when it says so.
    pub container: Option<String>,
}

impl Cluster {
    /// A pod's events, oldest first.
    pub async fn pod_events(&self, namespace: &str, pod: &str) -> Result<Vec<PodEvent>, SourceFailure> {
        self.events_about("Pod", namespace, pod).await
    }

    /// Events about an object of a kind (`ReplicaSet`), oldest first.
    pub async fn events_about(&self, kind: &str, namespace: &str, name: &str) -> Result<Vec<PodEvent>, SourceFailure> {
        let words = format!("Events of {namespace}/{name} in {}", self.name());
        let asked = Asked::new(words, "list", "events", Some(namespace));
        self.read_events(kind, namespace, name).await.map_err(|error| self.connection.failure(&asked, error))
    }

    async fn read_events(&self, kind: &str, namespace: &str, name: &str) -> Result<Vec<PodEvent>, ClusterError> {
        let path = ApiPath::of_group("", "v1")?.in_namespace(Some(namespace))?.part("events")?;
        let selector = format!("involvedObject.kind={kind},involvedObject.name={name}");
        let path = path.with("limit", MAX_EVENTS).with("fieldSelector", selector);
        let answer = self.connection.get(&path, "application/json", MAX_BYTES).await?;
        let list: WireList = serde_json::from_slice(&answer)?;
        let mut events: Vec<PodEvent> = list.items.into_iter().map(PodEvent::from).collect();
        events.sort_by_key(|event| event.at);
        Ok(events)
    }
}

#[derive(Deserialize)]
struct WireList {
    items: Vec<WireEvent>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireEvent {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    message: String,
    count: Option<u32>,
    last_timestamp: Option<String>,
    event_time: Option<String>,
    series: Option<WireSeries>,
    source: Option<WireSource>,
    reporting_component: Option<String>,
    involved_object: Option<WireInvolved>,
    metadata: WireMeta,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireInvolved {
    field_path: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireSeries {
    count: Option<u32>,
    last_observed_time: Option<String>,
}

#[derive(Deserialize)]
struct WireSource {
    component: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireMeta {
    creation_timestamp: Option<String>,
}

impl From<WireEvent> for PodEvent {
    /// Old and new recorders put times and counts into different fields.
    fn from(event: WireEvent) -> Self {
        let series = event.series.as_ref();
        let times = [
            series.and_then(|series| series.last_observed_time.as_deref()),
            event.last_timestamp.as_deref(),
            event.event_time.as_deref(),
            event.metadata.creation_timestamp.as_deref(),
        ];
        let at = times.into_iter().flatten().find_map(|time| time.parse::<jiff::Timestamp>().ok());
        let source = event.source.and_then(|source| source.component).filter(|component| !component.is_empty());
        Self {
            at: at.map(|at| Timestamp(at.as_millisecond())),
            is_warning: event.kind == "Warning",
            count: series.and_then(|series| series.count).or(event.count).unwrap_or(1).max(1),
            source: source.or(event.reporting_component).unwrap_or_else(|| "unknown".into()),
            container: event.involved_object.and_then(|object| container_in(&object.field_path?)),
            reason: event.reason,
            message: event.message,
        }
    }
}

/// `web` in `spec.containers{web}`.
fn container_in(field_path: &str) -> Option<String> {
    let (_, rest) = field_path.split_once("ontainers{")?;
    rest.strip_suffix('}').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(wire: serde_json::Value) -> PodEvent {
        PodEvent::from(serde_json::from_value::<WireEvent>(wire).expect("the fixture is an event"))
    }

    #[test]
    fn reads_events_of_old_and_new_recorders() {
        let old = event(json!({"type": "Warning", "reason": "BackOff", "message": "Back-off", "count": 7,
            "lastTimestamp": "2026-02-26T02:23:41Z", "eventTime": null, "source": {"component": "kubelet"}, "metadata": {}}));
        assert_eq!((old.at, old.count, old.source.as_str()), (Some(Timestamp(1_772_072_621_000)), 7, "kubelet"));
        let new = event(json!({"type": "Normal", "reason": "Scheduled", "eventTime": "2026-02-26T02:23:41.5Z",
            "lastTimestamp": null, "source": {}, "reportingComponent": "default-scheduler", "metadata": {}}));
        assert_eq!((new.at, new.count), (Some(Timestamp(1_772_072_621_500)), 1));
        assert_eq!(container_in("spec.initContainers{wait-for-db}").as_deref(), Some("wait-for-db"));
        assert_eq!(container_in("spec.nodeName"), None);
        assert_eq!(new.source, "default-scheduler");
    }
}
