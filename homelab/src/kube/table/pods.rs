//! The columns of pods. The word under STATUS is made as the API server's printer makes it.

use document::time::Timestamp;
use serde_json::{Value, json};

use super::{Column, age, created, name, shown, text, wide};

pub(super) const COLUMNS: &[Column] = &[
    shown("Name", "string", name),
    shown("Ready", "string", ready),
    shown("Status", "string", |pod, _| json!(status(pod))),
    shown("Restarts", "string", restarts),
    shown("Age", "string", created),
    wide("IP", "string", |pod, _| text(pod, "/status/podIP")),
    wide("Node", "string", |pod, _| text(pod, "/spec/nodeName")),
    wide("Nominated Node", "string", |pod, _| text(pod, "/status/nominatedNodeName")),
    wide("Readiness Gates", "string", |_, _| json!("<none>")),
];

fn containers(pod: &Value) -> &[Value] {
    pod["status"]["containerStatuses"].as_array().map_or(&[], Vec::as_slice)
}

fn ready(pod: &Value, _: Timestamp) -> Value {
    let ready = containers(pod).iter().filter(|container| container["ready"] == true).count();
    let total = pod["spec"]["containers"].as_array().map_or(0, Vec::len);
    json!(format!("{ready}/{total}"))
}

/// The reason of the first container that does not run, else the pod's phase.
fn status(pod: &Value) -> String {
    let phase = pod["status"]["phase"].as_str().unwrap_or("Unknown");
    let reason_of = |container: &Value| {
        let waiting = container["state"]["waiting"]["reason"].as_str();
        let terminated = &container["state"]["terminated"];
        waiting
            .or(terminated["reason"].as_str())
            .map(str::to_owned)
            .or_else(|| terminated["exitCode"].as_i64().map(|code| format!("ExitCode:{code}")))
    };
    let reason = containers(pod).iter().find_map(reason_of);
    let has_running = containers(pod).iter().any(|c| c["ready"] == true && c["state"]["running"].is_object());
    match reason {
        // Only a container that ended well beside one that runs does not count.
        Some(reason) if reason == "Completed" && has_running => "NotReady".to_owned(),
        Some(reason) => reason,
        None => phase.to_owned(),
    }
}

/// `5 (2m ago)`: all containers together, and when the latest of them ended.
fn restarts(pod: &Value, now: Timestamp) -> Value {
    let count: u64 = containers(pod).iter().filter_map(|container| container["restartCount"].as_u64()).sum();
    let latest = containers(pod)
        .iter()
        .filter_map(|container| container["lastState"]["terminated"]["finishedAt"].as_str().and_then(age::parse))
        .max();
    match latest {
        Some(at) if count > 0 => json!(format!("{count} ({} ago)", age::short(now.ms_since(at)))),
        _ => json!(count.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(state: Value) -> Value {
        json!({
            "spec": { "containers": [{}, {}] },
            "status": { "phase": "Running", "containerStatuses": [
                { "ready": true, "restartCount": 0, "state": { "running": {} }, "lastState": {} },
                { "ready": false, "restartCount": 5, "state": state,
                  "lastState": { "terminated": { "finishedAt": "1970-01-01T00:01:00Z" } } },
            ] },
        })
    }

    #[test]
    fn names_what_keeps_a_pod_from_running() {
        assert_eq!(status(&pod(json!({ "waiting": { "reason": "CrashLoopBackOff" } }))), "CrashLoopBackOff");
        assert_eq!(status(&pod(json!({ "terminated": { "reason": "OOMKilled", "exitCode": 137 } }))), "OOMKilled");
        assert_eq!(status(&pod(json!({ "terminated": { "exitCode": 3 } }))), "ExitCode:3");
        assert_eq!(status(&pod(json!({ "running": {} }))), "Running");
    }

    #[test]
    fn counts_restarts_and_says_when() {
        let pod = pod(json!({ "running": {} }));
        assert_eq!(restarts(&pod, Timestamp(180_000)), "5 (2m ago)");
        assert_eq!(ready(&pod, Timestamp(0)), "1/2");
    }
}
