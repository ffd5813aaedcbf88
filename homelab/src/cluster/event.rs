//! Events: what the kubelet says about pods, counted up as the real one does.

use document::time::Timestamp;
use serde_json::{Value, json};

use super::{
    pod::{Container, Happening, Pod, State, pull_error},
    store::{Key, Store},
};
use crate::{dice::Dice, story::Trouble};

/// The API server forgets events after an hour.
const KEPT_MS: i64 = 3_600_000;

/// What an event says.
pub(crate) struct Message {
    pub(crate) kind: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) text: String,
}

/// Tells the world what happened to a container.
pub(crate) fn record(store: &mut Store, pod: &Pod, container: &Container, what: Happening, now: Timestamp) {
    for message in messages(pod, container, what) {
        post(store, pod, Some(container.name), &message, 1, now, now);
    }
}

/// Stores an event that has been seen `times` since `first`; one that exists already is counted up.
pub(crate) fn post(
    store: &mut Store,
    pod: &Pod,
    container: Option<&str>,
    message: &Message,
    times: u64,
    first: Timestamp,
    now: Timestamp,
) {
    let field_path = container.map_or_else(String::new, |name| format!("spec.containers{{{name}}}"));
    // The kubelet speaks of a static pod by the id of its file.
    let is_static = pod.owner.as_ref().is_some_and(|owner| owner.kind == "Node");
    let about = if is_static { pod.uid.replace('-', "") } else { pod.uid.clone() };
    let id = Dice::new(0, &[&pod.uid, message.reason, &message.text]).hex(16);
    let name = format!("{}.{id}", pod.name);
    let key = Key::new("events", &pod.namespace, &name);
    let seen = store.get(&key).map(|event| {
        let first = event["firstTimestamp"].clone();
        (event["count"].as_u64().unwrap_or(1), first)
    });
    let (count, first) = seen.map_or((times, json!(first.rfc3339())), |(count, first)| (count + times, first));
    store.put(
        "events",
        json!({
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": { "name": name, "namespace": pod.namespace, "creationTimestamp": first, "uid": Dice::new(1, &[&id]).uid() },
            "involvedObject": {
                "apiVersion": "v1", "kind": "Pod", "name": pod.name, "namespace": pod.namespace, "uid": about,
                "fieldPath": field_path,
            },
            "type": message.kind,
            "reason": message.reason,
            "message": message.text,
            "source": { "component": "kubelet", "host": pod.node },
            "reportingComponent": "kubelet",
            "reportingInstance": pod.node,
            "count": count,
            "firstTimestamp": first,
            "lastTimestamp": now.rfc3339(),
        }),
    );
}

/// Forgets events that have not been seen for an hour.
pub(crate) fn forget_old(store: &mut Store, now: Timestamp) {
    // All times are UTC in one form, so they sort as text.
    let oldest = now.plus_ms(-KEPT_MS).rfc3339();
    let is_old = |event: &Value| event["lastTimestamp"].as_str().is_some_and(|at| at < oldest.as_str());
    let old: Vec<Key> =
        store.list("events", None).filter(|(_, event)| is_old(event)).map(|(key, _)| key.clone()).collect();
    for key in &old {
        store.delete(key);
    }
}

/// The events that a happening makes.
pub(crate) fn messages(pod: &Pod, container: &Container, what: Happening) -> Vec<Message> {
    let Container { name, image, .. } = container;
    let normal = |reason, text| Message { kind: "Normal", reason, text };
    let warning = |reason, text| Message { kind: "Warning", reason, text };
    match what {
        Happening::Died if container.trouble == Some(Trouble::LostLeader) => vec![warning(
            "Unhealthy",
            "Liveness probe failed: Get \"https://127.0.0.1:10259/healthz\": dial tcp 127.0.0.1:10259: connect: \
             connection refused"
                .to_owned(),
        )],
        Happening::Died => vec![],
        Happening::BackedOff => vec![warning(
            "BackOff",
            format!("Back-off restarting failed container {name} in pod {}_{}({})", pod.name, pod.namespace, pod.uid),
        )],
        Happening::Restarted => vec![
            normal("Pulled", format!("Container image \"{image}\" already present on machine")),
            normal("Created", format!("Created container: {name}")),
            normal("Started", format!("Started container {name}")),
        ],
        Happening::PullFailed => vec![
            normal("Pulling", format!("Pulling image \"{image}\"")),
            warning("Failed", format!("Failed to pull image \"{image}\": {}", pull_error(image))),
            warning("Failed", "Error: ErrImagePull".to_owned()),
        ],
        Happening::PullBackedOff => vec![
            normal("BackOff", format!("Back-off pulling image \"{image}\"")),
            warning("Failed", "Error: ImagePullBackOff".to_owned()),
        ],
    }
}

/// What a container in its present state has made its kubelet say last.
pub(crate) fn latest_happening(container: &Container) -> Happening {
    match &container.state {
        State::Waiting { reason: "ImagePullBackOff", .. } => Happening::PullBackedOff,
        State::Waiting { reason: "ErrImagePull", .. } => Happening::PullFailed,
        _ => Happening::BackedOff,
    }
}
