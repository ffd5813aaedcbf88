//! What kubectl prints of a pod in READY, STATUS and RESTARTS, by kubectl's rules.

use runbook::time::Timestamp;

use super::wire::{WireContainerStatus, WirePod, WireState};

/// READY, STATUS and RESTARTS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Printed {
    pub(super) ready_containers: u16,
    pub(super) total_containers: u16,
    pub(super) word: String,
    pub(super) restarts: u32,
    pub(super) last_restart_at: Option<Timestamp>,
}

/// Restarts added up, with the latest end that is known.
#[derive(Default, Clone, Copy)]
struct Restarts {
    count: u32,
    last_at: Option<Timestamp>,
}

impl Restarts {
    fn add(&mut self, container: &WireContainerStatus) {
        self.count = self.count.saturating_add(container.restart_count);
        let ended_at = container.last_state.terminated.as_ref().and_then(|ended| ended.finished_at);
        self.last_at = self.last_at.max(ended_at);
    }
}

/// Computes them.
pub(super) fn print(pod: &WirePod) -> Printed {
    let status = &pod.status;
    let mut word = if status.reason.is_empty() { status.phase.clone() } else { status.reason.clone() };
    if status.conditions.iter().any(|c| c.kind == "PodScheduled" && c.reason == "SchedulingGated") {
        word = "SchedulingGated".into();
    }

    let mut ready = 0_usize;
    let mut restarts = Restarts::default();
    let mut sidecar_restarts = Restarts::default();
    let mut is_initializing = false;
    for (index, container) in status.init_container_statuses.iter().enumerate() {
        let is_sidecar = is_sidecar(pod, &container.name);
        restarts.add(container);
        if is_sidecar {
            sidecar_restarts.add(container);
        }
        let ended = container.state.terminated.as_ref();
        if ended.is_some_and(|ended| ended.exit_code == 0) {
            continue;
        }
        if is_sidecar && container.started == Some(true) {
            ready += usize::from(container.ready);
            continue;
        }
        is_initializing = true;
        word = match (ended_word(&container.state), waiting_word(&container.state)) {
            (Some(ended), _) => format!("Init:{ended}"),
            (None, Some(waiting)) if waiting != "PodInitializing" => format!("Init:{waiting}"),
            _ => format!("Init:{index}/{}", pod.spec.init_containers.len()),
        };
        break;
    }

    if !is_initializing || has_condition(pod, "Initialized") {
        // Only containers that still run count from here: init containers have done their work.
        restarts = sidecar_restarts;
        let mut has_running = false;
        for container in status.container_statuses.iter().rev() {
            restarts.add(container);
            if let Some(waiting) = waiting_word(&container.state) {
                word = waiting.into();
            } else if let Some(ended) = ended_word(&container.state) {
                word = ended;
            } else if container.ready && container.state.running.is_some() {
                has_running = true;
                ready += 1;
            }
        }
        if word == "Completed" && has_running {
            word = if has_condition(pod, "Ready") { "Running".into() } else { "NotReady".into() };
        }
    }

    let is_over = matches!(status.phase.as_str(), "Failed" | "Succeeded");
    if pod.metadata.deletion_timestamp.is_some() && status.reason == "NodeLost" {
        word = "Unknown".into();
    } else if pod.metadata.deletion_timestamp.is_some() && !is_over {
        word = "Terminating".into();
    }

    let sidecars = pod.spec.init_containers.iter().filter(|c| c.restart_policy.as_deref() == Some("Always")).count();
    Printed {
        ready_containers: small(ready),
        total_containers: small(pod.spec.containers.len() + sidecars),
        word,
        restarts: restarts.count,
        last_restart_at: restarts.last_at,
    }
}

/// An init container that keeps running beside the others.
pub(super) fn is_sidecar(pod: &WirePod, name: &str) -> bool {
    pod.spec.init_containers.iter().any(|c| c.name == name && c.restart_policy.as_deref() == Some("Always"))
}

fn waiting_word(state: &WireState) -> Option<&str> {
    state.waiting.as_ref().map(|waiting| waiting.reason.as_str()).filter(|reason| !reason.is_empty())
}

fn ended_word(state: &WireState) -> Option<String> {
    state.terminated.as_ref().map(|ended| match (ended.reason.as_str(), ended.signal) {
        ("", 0) => format!("ExitCode:{}", ended.exit_code),
        ("", signal) => format!("Signal:{signal}"),
        (reason, _) => reason.into(),
    })
}

fn has_condition(pod: &WirePod, kind: &str) -> bool {
    pod.status.conditions.iter().any(|condition| condition.kind == kind && condition.status == "True")
}

fn small(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// A pod with these init and main containers and statuses, running.
    fn pod(status: Value) -> Value {
        json!({
            "metadata": {"namespace": "kube-system", "name": "p", "uid": "u"},
            "spec": {"containers": [{"name": "a"}, {"name": "b"}]},
            "status": status,
        })
    }

    fn printed(pod: Value) -> (String, String, u32) {
        let pod: WirePod = serde_json::from_value(pod).expect("the fixture is a pod");
        let printed = print(&pod);
        let ready = format!("{}/{}", printed.ready_containers, printed.total_containers);
        (ready, printed.word, printed.restarts)
    }

    fn running(name: &str, restarts: u32) -> Value {
        json!({"name": name, "ready": true, "restartCount": restarts, "state": {"running": {}}})
    }

    fn ended(name: &str, reason: &str, code: i32, signal: i32) -> Value {
        json!({"name": name, "ready": false, "restartCount": 1,
            "state": {"terminated": {"reason": reason, "exitCode": code, "signal": signal}}})
    }

    fn waiting(name: &str, reason: &str) -> Value {
        json!({"name": name, "ready": false, "restartCount": 3, "state": {"waiting": {"reason": reason}}})
    }

    fn word(statuses: Value) -> String {
        printed(pod(json!({"phase": "Running", "containerStatuses": statuses}))).1
    }

    #[test]
    fn adds_up_the_containers_that_run() {
        let status = json!({"phase": "Running", "containerStatuses": [running("a", 2), running("b", 5)]});
        assert_eq!(printed(pod(status)), ("2/2".into(), "Running".into(), 7));
    }

    #[test]
    fn takes_the_first_containers_trouble_as_the_word() {
        assert_eq!(word(json!([waiting("a", "CrashLoopBackOff"), running("b", 0)])), "CrashLoopBackOff");
        assert_eq!(word(json!([running("a", 0), ended("b", "OOMKilled", 137, 0)])), "OOMKilled");
        assert_eq!(word(json!([ended("a", "", 3, 0), ended("b", "", 0, 9)])), "ExitCode:3");
        assert_eq!(word(json!([ended("a", "", 137, 9)])), "Signal:9");
    }

    #[test]
    fn a_pod_with_one_completed_container_is_running_or_not_ready() {
        let statuses = json!([ended("a", "Completed", 0, 0), running("b", 0)]);
        assert_eq!(word(statuses.clone()), "NotReady");
        let ready = json!([{"type": "Ready", "status": "True"}]);
        let status = json!({"phase": "Running", "conditions": ready, "containerStatuses": statuses});
        assert_eq!(printed(pod(status)).1, "Running");
    }

    #[test]
    fn counts_init_containers_until_they_are_done() {
        let mut initializing = pod(json!({"phase": "Pending", "initContainerStatuses": [
            ended("i", "Completed", 0, 0), waiting("j", "PodInitializing")]}));
        initializing["spec"]["initContainers"] = json!([{"name": "i"}, {"name": "j"}]);
        assert_eq!(printed(initializing.clone()), ("0/2".into(), "Init:1/2".into(), 4));
        initializing["status"]["initContainerStatuses"] = json!([waiting("i", "ImagePullBackOff")]);
        assert_eq!(printed(initializing.clone()).1, "Init:ImagePullBackOff");
        initializing["status"]["initContainerStatuses"] = json!([ended("i", "Error", 1, 0)]);
        assert_eq!(printed(initializing.clone()).1, "Init:Error");
        initializing["status"]["initContainerStatuses"] = json!([ended("i", "", 1, 0)]);
        assert_eq!(printed(initializing).1, "Init:ExitCode:1");
    }

    #[test]
    fn counts_sidecars_among_the_containers() {
        let mut sidecar = running("s", 4);
        sidecar["started"] = json!(true);
        let mut with_sidecar = pod(json!({"phase": "Running",
            "initContainerStatuses": [ended("i", "Completed", 0, 0), sidecar],
            "containerStatuses": [running("a", 1), running("b", 0)]}));
        with_sidecar["spec"]["initContainers"] = json!([{"name": "i"}, {"name": "s", "restartPolicy": "Always"}]);
        assert_eq!(printed(with_sidecar), ("3/3".into(), "Running".into(), 5));
    }

    #[test]
    fn says_when_a_pod_is_going_lost_gated_or_evicted() {
        let mut going = pod(json!({"phase": "Running", "containerStatuses": [running("a", 0)]}));
        going["metadata"]["deletionTimestamp"] = json!("2026-02-26T02:00:00Z");
        assert_eq!(printed(going.clone()).1, "Terminating");
        going["status"]["reason"] = json!("NodeLost");
        assert_eq!(printed(going.clone()).1, "Unknown");
        going["status"] = json!({"phase": "Succeeded"});
        assert_eq!(printed(going).1, "Succeeded");
        let gate = json!([{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]);
        assert_eq!(printed(pod(json!({"phase": "Pending", "conditions": gate}))).1, "SchedulingGated");
        assert_eq!(printed(pod(json!({"phase": "Failed", "reason": "Evicted"}))).1, "Evicted");
    }

    #[test]
    fn remembers_the_latest_end() {
        let at = |text: &str| json!({"terminated": {"exitCode": 1, "finishedAt": text}});
        let mut a = running("a", 1);
        a["lastState"] = at("2026-02-26T02:23:41Z");
        let mut b = running("b", 1);
        b["lastState"] = at("2026-02-26T01:00:00Z");
        let pod: WirePod =
            serde_json::from_value(pod(json!({"phase": "Running", "containerStatuses": [a, b]}))).expect("a pod");
        assert_eq!(print(&pod).last_restart_at, Some(Timestamp(1_772_072_621_000)));
    }
}
