//! Puts a pod from kubectl's JSON and one from the cache into the same plain words, so that they can be compared.

use serde_json::Value;
use server::sources::cluster::{CachedPod, Container, Ended, State};

/// The facts of all pods of a list, one line each, by namespace and name.
pub(crate) fn from_kubectl(list: &Value) -> Vec<String> {
    let mut lines: Vec<String> = list["items"].as_array().expect("a list has items").iter().map(pod_of_json).collect();
    lines.sort();
    lines
}

/// The facts of cached pods, one line each, by namespace and name.
pub(crate) fn from_cache<'a>(pods: impl Iterator<Item = &'a CachedPod>) -> Vec<String> {
    let mut lines: Vec<String> = pods.map(pod_of_cache).collect();
    lines.sort();
    lines
}

fn pod_of_json(pod: &Value) -> String {
    let (metadata, spec, status) = (&pod["metadata"], &pod["spec"], &pod["status"]);
    let statuses = |key: &str| status[key].as_array().cloned().unwrap_or_default();
    let mut containers: Vec<String> =
        statuses("initContainerStatuses").iter().chain(&statuses("containerStatuses")).map(container_of_json).collect();
    containers.sort();
    format!(
        "{}/{} {} node={} phase={} ip={} deleting={} {}",
        text(&metadata["namespace"]),
        text(&metadata["name"]),
        text(&metadata["uid"]),
        text(&spec["nodeName"]),
        text(&status["phase"]),
        text(&status["podIP"]),
        !metadata["deletionTimestamp"].is_null(),
        containers.join(" ")
    )
}

fn container_of_json(container: &Value) -> String {
    let state = &container["state"];
    let now = match () {
        () if !state["running"].is_null() => "running".to_owned(),
        () if !state["terminated"].is_null() => ended_of_json(&state["terminated"]),
        () => format!("waiting:{}", text(&state["waiting"]["reason"])),
    };
    let last = &container["lastState"]["terminated"];
    let last = if last.is_null() { String::new() } else { ended_of_json(last) };
    format!(
        "[{} ready={} restarts={} now={now} last={last}]",
        text(&container["name"]),
        container["ready"],
        container["restartCount"]
    )
}

fn ended_of_json(ended: &Value) -> String {
    format!("{}:{}@{}", text(&ended["reason"]), ended["exitCode"], text(&ended["finishedAt"]))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn pod_of_cache(pod: &CachedPod) -> String {
    let mut containers: Vec<String> =
        pod.containers.iter().filter(|container| container.state.is_some()).map(container_of_cache).collect();
    containers.sort();
    format!(
        "{}/{} {} node={} phase={} ip={} deleting={} {}",
        pod.namespace,
        pod.name,
        pod.uid,
        pod.node,
        pod.phase,
        pod.ip,
        pod.deleted_at.is_some(),
        containers.join(" ")
    )
}

fn container_of_cache(container: &Container) -> String {
    let now = match &container.state {
        Some(State::Running { .. }) => "running".into(),
        Some(State::Ended(ended)) => ended_of_cache(ended),
        Some(State::Waiting { reason, .. }) => format!("waiting:{reason}"),
        None => String::new(),
    };
    let last = container.last_ended.as_deref().map(ended_of_cache).unwrap_or_default();
    format!("[{} ready={} restarts={} now={now} last={last}]", container.name, container.is_ready, container.restarts)
}

fn ended_of_cache(ended: &Ended) -> String {
    let at = ended.finished_at.map(|at| at.rfc3339()).unwrap_or_default();
    format!("{}:{}@{at}", ended.reason, ended.exit_code)
}
