//! From the wire to the cache: keeps what panels use, shares strings that many pods have, carries restart history on.

use std::{collections::HashSet, sync::Arc};

use runbook::time::{DAY_MS, Timestamp};

use super::{
    pod::{CachedPod, Container, Ended, Owner, Role, State},
    status::{is_sidecar, print},
    wire::{WireContainer, WireContainerStatus, WirePod, WireState, WireTerminated},
};

/// Longest message that is kept, in bytes.
const MAX_MESSAGE_BYTES: usize = 256;
/// Restarts that are kept per container.
const MAX_HISTORY: usize = 64;

/// Strings that many pods have in common: node names, images, label keys and values, reasons.
#[derive(Debug, Default)]
pub(super) struct Shared(HashSet<Arc<str>>);

impl Shared {
    pub(super) fn get(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let new: Arc<str> = text.into();
        self.0.insert(new.clone());
        new
    }

    /// Forgets strings that no pod has any more.
    pub(super) fn sweep(&mut self) {
        self.0.retain(|text| Arc::strong_count(text) > 1);
        self.0.shrink_to_fit();
    }
}

/// Trims a pod. `before` is what the cache held under its name.
pub(super) fn trim(pod: WirePod, before: Option<&CachedPod>, now: Timestamp, shared: &mut Shared) -> CachedPod {
    let printed = print(&pod);
    let before = before.filter(|before| *before.uid == *pod.metadata.uid);
    let status = &pod.status;
    let inits = pod.spec.init_containers.iter().map(|spec| {
        let role = if is_sidecar(&pod, &spec.name) { Role::Sidecar } else { Role::Init };
        (spec, role, &status.init_container_statuses)
    });
    // The kubelet sorts these by name, and `.status.containerStatuses[0]` means its order.
    let mut main_specs: Vec<&WireContainer> = pod.spec.containers.iter().collect();
    let place = |spec: &WireContainer| status.container_statuses.iter().position(|known| known.name == spec.name);
    main_specs.sort_by_key(|spec| place(spec).unwrap_or(usize::MAX));
    let mains = main_specs.into_iter().map(|spec| (spec, Role::Main, &status.container_statuses));
    let containers = inits
        .chain(mains)
        .map(|(spec, role, statuses)| {
            let status = statuses.iter().find(|status| status.name == spec.name);
            container(spec, role, status, before.and_then(|before| before.container(&spec.name)), now, shared)
        })
        .collect();
    let owners = &pod.metadata.owner_references;
    let owner = owners.iter().find(|owner| owner.controller).or(owners.first());
    CachedPod {
        namespace: shared.get(&pod.metadata.namespace),
        name: before.map_or_else(|| pod.metadata.name.as_str().into(), |before| before.name.clone()),
        uid: pod.metadata.uid.as_str().into(),
        created_at: pod.metadata.creation_timestamp,
        deleted_at: pod.metadata.deletion_timestamp,
        node: shared.get(&pod.spec.node_name),
        ip: status.pod_ip.as_str().into(),
        owner: owner.map(|owner| Owner { kind: shared.get(&owner.kind), name: shared.get(&owner.name) }),
        phase: shared.get(&status.phase),
        status: shared.get(&printed.word),
        ready_containers: printed.ready_containers,
        total_containers: printed.total_containers,
        restarts: printed.restarts,
        last_restart_at: printed.last_restart_at,
        labels: pod.metadata.labels.iter().map(|(key, value)| (shared.get(key), shared.get(value))).collect(),
        containers,
    }
}

fn container(
    spec: &WireContainer,
    role: Role,
    status: Option<&WireContainerStatus>,
    before: Option<&Container>,
    now: Timestamp,
    shared: &mut Shared,
) -> Container {
    Container {
        name: shared.get(&spec.name),
        role,
        is_ready: status.is_some_and(|status| status.ready),
        restarts: status.map_or(0, |status| status.restart_count),
        state: status.and_then(|status| state(&status.state, shared)),
        last_ended: status
            .and_then(|status| status.last_state.terminated.as_ref())
            .map(|last| Box::new(ended(last, shared))),
        image: shared.get(&spec.image),
        memory_limit: spec.resources.limits.memory.as_deref().map(|limit| shared.get(limit)),
        restart_history: status.map_or_else(Box::default, |status| history(status, before, now)),
    }
}

fn state(state: &WireState, shared: &mut Shared) -> Option<State> {
    if let Some(running) = &state.running {
        return Some(State::Running { since: running.started_at });
    }
    if let Some(terminated) = &state.terminated {
        return Some(State::Ended(Box::new(ended(terminated, shared))));
    }
    let waiting = state.waiting.as_ref()?;
    Some(State::Waiting { reason: shared.get(&waiting.reason), message: message(&waiting.message) })
}

fn ended(ended: &WireTerminated, shared: &mut Shared) -> Ended {
    Ended {
        reason: shared.get(&ended.reason),
        exit_code: ended.exit_code,
        signal: ended.signal,
        message: message(&ended.message),
        started_at: ended.started_at,
        finished_at: ended.finished_at,
    }
}

fn message(text: &str) -> Option<Box<str>> {
    (!text.is_empty()).then(|| text[..text.floor_char_boundary(MAX_MESSAGE_BYTES)].into())
}

/// Known restarts. One that happened while nobody looked is dated by the last state; further ones between two looks
/// are dated by the look, which is late by at most the time between them.
fn history(status: &WireContainerStatus, before: Option<&Container>, now: Timestamp) -> Box<[Timestamp]> {
    let ended_at = status.last_state.terminated.as_ref().and_then(|ended| ended.finished_at);
    let mut known = before.map_or_else(Vec::new, |before| before.restart_history.to_vec());
    let new = match before {
        Some(before) => status.restart_count.saturating_sub(before.restarts),
        // At first sight only the last one has a date.
        None => u32::from(status.restart_count > 0 && ended_at.is_some()),
    };
    let kept = usize::try_from(new).unwrap_or(MAX_HISTORY).min(MAX_HISTORY);
    known.extend(std::iter::repeat_n(ended_at.unwrap_or(now), kept));
    let oldest = now.plus_ms(-DAY_MS);
    known.retain(|at| *at >= oldest);
    let surplus = known.len().saturating_sub(MAX_HISTORY);
    known.drain(..surplus);
    known.into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOON: Timestamp = Timestamp(1_772_107_200_000);

    fn pod(uid: &str, restarts: u32, ended_ms_ago: i64) -> WirePod {
        let finished = NOON.plus_ms(-ended_ms_ago).rfc3339();
        serde_json::from_value(json!({
            "metadata": {"namespace": "n", "name": "p", "uid": uid, "labels": {"app": "web"},
                "ownerReferences": [{"kind": "Node", "name": "x"}, {"kind": "ReplicaSet", "name": "web-1", "controller": true}]},
            "spec": {"nodeName": "talos", "containers": [
                {"name": "a", "image": "i", "resources": {"limits": {"memory": "256Mi"}}}]},
            "status": {"phase": "Running", "containerStatuses": [{"name": "a", "ready": true, "restartCount": restarts,
                "state": {"running": {"startedAt": finished}},
                "lastState": {"terminated": {"exitCode": 137, "reason": "OOMKilled", "finishedAt": finished,
                    "message": "é".repeat(300)}}}]},
        }))
        .expect("the fixture is a pod")
    }

    #[test]
    fn keeps_what_panels_use() {
        let pod = trim(pod("u", 3, 60_000), None, NOON, &mut Shared::default());
        assert_eq!((&*pod.namespace, &*pod.name, &*pod.node), ("n", "p", "talos"));
        assert_eq!(pod.owner.as_ref().map(|owner| &*owner.kind), Some("ReplicaSet"));
        assert_eq!(pod.label("app"), Some("web"));
        assert_eq!(pod.label("tier"), None);
        let container = pod.most_restarted().expect("a container");
        assert_eq!(container.memory_limit.as_deref(), Some("256Mi"));
        let end = container.last_end().expect("an end");
        assert_eq!((&*end.reason, end.exit_code), ("OOMKilled", 137));
        assert_eq!(end.message.as_ref().map(|m| m.len()), Some(MAX_MESSAGE_BYTES));
        assert_eq!(pod.restarts_text(NOON), "3 (60s ago)");
    }

    #[test]
    fn dates_only_the_last_restart_at_first_sight() {
        let pod = trim(pod("u", 26, 60_000), None, NOON, &mut Shared::default());
        assert_eq!(pod.restarts_since(NOON.plus_ms(-3_600_000)), 1);
        assert_eq!(pod.restarts_since(NOON.plus_ms(-30_000)), 0);
    }

    #[test]
    fn adds_restarts_that_the_watch_saw_and_keeps_them_over_a_relist() {
        let mut shared = Shared::default();
        let first = trim(pod("u", 1, 600_000), None, NOON, &mut shared);
        let second = trim(pod("u", 3, 60_000), Some(&first), NOON, &mut shared);
        let again = trim(pod("u", 3, 60_000), Some(&second), NOON, &mut shared);
        assert_eq!(again.restarts_since(NOON.plus_ms(-3_600_000)), 3);
        assert_eq!(again.restarts_since(NOON.plus_ms(-120_000)), 2);
    }

    #[test]
    fn forgets_the_history_of_an_older_pod_of_the_same_name() {
        let mut shared = Shared::default();
        let old = trim(pod("old", 5, 60_000), None, NOON, &mut shared);
        let new = trim(pod("new", 0, 60_000), Some(&old), NOON, &mut shared);
        assert_eq!(new.restarts_since(NOON.plus_ms(-3_600_000)), 0);
    }

    #[test]
    fn bounds_the_history_in_number_and_time() {
        let mut shared = Shared::default();
        let first = trim(pod("u", 1, 2 * DAY_MS), None, NOON, &mut shared);
        assert_eq!(first.containers[0].restart_history.len(), 0);
        let later = trim(pod("u", 1_000, 1_000), Some(&first), NOON, &mut shared);
        assert_eq!(later.containers[0].restart_history.len(), MAX_HISTORY);
    }

    #[test]
    fn keeps_containers_in_the_order_of_their_statuses() {
        let pod = serde_json::from_value(json!({
            "metadata": {"namespace": "n", "name": "p", "uid": "u"},
            "spec": {"containers": [{"name": "web"}, {"name": "new"}, {"name": "agent"}]},
            "status": {"containerStatuses": [{"name": "agent"}, {"name": "web"}]},
        }));
        let pod = trim(pod.expect("the fixture is a pod"), None, NOON, &mut Shared::default());
        assert_eq!(pod.containers.iter().map(|c| &*c.name).collect::<Vec<_>>(), ["agent", "web", "new"]);
    }

    #[test]
    fn shares_equal_strings_and_forgets_unused_ones() {
        let mut shared = Shared::default();
        let one = shared.get("talos");
        assert!(Arc::ptr_eq(&one, &shared.get("talos")));
        drop(one);
        shared.sweep();
        assert!(shared.0.is_empty());
    }
}
