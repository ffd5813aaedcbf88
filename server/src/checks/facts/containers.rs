//! A pod's containers as facts: states and restarts from the watch; messages, amounts and probes from the whole pod.

use std::collections::BTreeMap;

use k8s_openapi::{
    api::core::v1::{self, ContainerState, ContainerStatus, Pod, Probe},
    apimachinery::pkg::{api::resource, util::intstr::IntOrString},
};
use runbook::{
    memory::Quantity,
    outcome::{Cause, Unknown},
    recovery::{find_longest_backoff_ms, read_backoff_ms},
    verdict::{Container, ContainerKind, Ended, Fact, MemoryUse, State},
};

use crate::sources::cluster::{self, CachedPod, Role};

/// Amounts as a container asks for them or is bound by them.
type Amounts = BTreeMap<String, resource::Quantity>;

/// Longest message that a fact carries, in characters.
const MAX_MESSAGE_CHARS: usize = 4_000;

/// The containers in the order of the watch: init containers first. `object` is the whole pod, when it could be read.
pub(super) fn read(pod: &CachedPod, object: Option<&Pod>, peak_of: &dyn Fn(&str) -> Fact<u64>) -> Vec<Container> {
    pod.containers.iter().map(|container| read_one(container, object, peak_of)).collect()
}

/// The longest back-off that the containers' present states tell of.
pub(super) fn longest_backoff_ms(containers: &[Container]) -> i64 {
    let stated = containers.iter().filter_map(|container| match &container.state {
        State::Waiting { message, .. } => read_backoff_ms(message),
        State::Running { .. } | State::Ended(_) | State::NotReported => None,
    });
    let pauses: Vec<_> = containers
        .iter()
        .filter_map(|container| match (&container.state, &container.last_ended) {
            (State::Running { started_at: Some(began) }, Some(Ended { ended_at: Some(ended), .. })) => {
                Some((*ended, *began))
            }
            _ => None,
        })
        .collect();
    stated.max().unwrap_or(0).max(find_longest_backoff_ms(&pauses))
}

fn read_one(container: &cluster::Container, object: Option<&Pod>, peak_of: &dyn Fn(&str) -> Fact<u64>) -> Container {
    let name = &*container.name;
    let spec = object.and_then(|pod| find_spec(pod, name));
    let status = object.and_then(|pod| find_status(pod, name));
    let resources = spec.and_then(|spec| spec.resources.as_ref());
    let memory = |amounts: Option<&Amounts>| {
        let Quantity(bytes) = amounts?.get("memory")?.0.parse().ok()?;
        Some(bytes)
    };
    let watched_limit =
        || container.memory_limit.as_deref().and_then(|limit| limit.parse().ok()).map(|Quantity(bytes)| bytes);
    Container {
        name: name.to_owned(),
        kind: match container.role {
            Role::Init => ContainerKind::Init,
            Role::Sidecar => ContainerKind::Sidecar,
            Role::Main => ContainerKind::Main,
        },
        image: container.image.to_string(),
        is_ready: container.is_ready,
        restart_count: container.restarts,
        restarts: container.restart_history.to_vec(),
        record: Fact::Unknown(not_judged(name)),
        state: read_state(container.state.as_ref(), status),
        last_ended: container
            .last_ended
            .as_deref()
            .map(|ended| read_end(ended, status.and_then(|one| one.last_state.as_ref()))),
        memory: MemoryUse {
            request_bytes: memory(resources.and_then(|all| all.requests.as_ref())),
            limit_bytes: memory(resources.and_then(|all| all.limits.as_ref())).or_else(watched_limit),
            peak_bytes: peak_of(name),
        },
        probes: spec.map_or_else(Vec::new, describe_probes),
    }
}

/// Restarts are asked for of the container that is judged alone.
fn not_judged(name: &str) -> Unknown {
    Cause::NotAsked.unknown(
        format!("Recorded restarts of {name}"),
        format!("{name} is not the container that is judged."),
        "Set it as container at the top of the page.",
    )
}

/// Why a container has no log of a present run.
pub(super) fn does_not_run(name: &str) -> Unknown {
    Cause::Untold.unknown(
        format!("Log of {name}"),
        format!("{name} does not run at the moment."),
        "Read the log of the run that ended.",
    )
}

fn find_spec<'p>(pod: &'p Pod, name: &str) -> Option<&'p v1::Container> {
    let spec = pod.spec.as_ref()?;
    spec.init_containers.iter().flatten().chain(&spec.containers).find(|one| one.name == name)
}

fn find_status<'p>(pod: &'p Pod, name: &str) -> Option<&'p ContainerStatus> {
    let status = pod.status.as_ref()?;
    let lists = [&status.init_container_statuses, &status.container_statuses];
    lists.into_iter().flatten().flatten().find(|one| one.name == name)
}

fn read_state(state: Option<&cluster::State>, status: Option<&ContainerStatus>) -> State {
    let whole = status.and_then(|status| status.state.as_ref());
    match state {
        None => State::NotReported,
        Some(cluster::State::Running { since }) => State::Running { started_at: *since },
        Some(cluster::State::Waiting { reason, message }) => {
            let whole = whole.and_then(|state| state.waiting.as_ref()?.message.as_deref());
            State::Waiting { reason: reason.to_string(), message: message_of(whole, message.as_deref()) }
        }
        Some(cluster::State::Ended(ended)) => State::Ended(read_end(ended, whole)),
    }
}

/// `state` is the container's state or last state in the whole pod; the watch cuts messages.
fn read_end(ended: &cluster::Ended, state: Option<&ContainerState>) -> Ended {
    let same = state.and_then(|state| state.terminated.as_ref()).filter(|end| end.exit_code == ended.exit_code);
    Ended {
        reason: ended.reason.to_string(),
        exit_code: ended.exit_code,
        message: message_of(same.and_then(|end| end.message.as_deref()), ended.message.as_deref()),
        started_at: ended.started_at,
        ended_at: ended.finished_at,
    }
}

fn message_of(whole: Option<&str>, cut: Option<&str>) -> String {
    whole.or(cut).unwrap_or("").chars().take(MAX_MESSAGE_CHARS).collect()
}

/// "liveness: HTTP GET :8080/healthz every 10 s, 3 failures, 1 s to answer".
fn describe_probes(spec: &v1::Container) -> Vec<String> {
    let probes =
        [(&spec.startup_probe, "startup"), (&spec.liveness_probe, "liveness"), (&spec.readiness_probe, "readiness")];
    let describe = |(probe, name): (&Option<Probe>, &str)| {
        let probe = probe.as_ref()?;
        Some(format!(
            "{name}: {} every {} s, {} failures, {} s to answer",
            describe_action(probe),
            probe.period_seconds.unwrap_or(10),
            probe.failure_threshold.unwrap_or(3),
            probe.timeout_seconds.unwrap_or(1),
        ))
    };
    probes.into_iter().filter_map(describe).collect()
}

fn describe_action(probe: &Probe) -> String {
    let word = |text: &Option<String>| text.as_deref().unwrap_or("").to_owned();
    let port = |port: &IntOrString| match port {
        IntOrString::Int(number) => number.to_string(),
        IntOrString::String(name) => name.clone(),
    };
    if let Some(get) = &probe.http_get {
        let (scheme, path) = (get.scheme.as_deref().unwrap_or("HTTP"), get.path.as_deref().unwrap_or("/"));
        return format!("{scheme} GET {}:{}{path}", word(&get.host), port(&get.port));
    }
    if let Some(socket) = &probe.tcp_socket {
        return format!("TCP {}:{}", word(&socket.host), port(&socket.port));
    }
    if let Some(grpc) = &probe.grpc {
        return format!("gRPC :{}{}", grpc.port, word(&grpc.service));
    }
    let command: Vec<&str> =
        probe.exec.iter().flat_map(|exec| exec.command.iter().flatten()).map(String::as_str).collect();
    if command.is_empty() { "a way of asking that Runlight does not know".into() } else { command.join(" ") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn typed<T: serde::de::DeserializeOwned>(object: serde_json::Value) -> T {
        serde_json::from_value(object).expect("it has its type's form")
    }

    #[test]
    fn describes_probes_with_the_defaults_that_kubernetes_fills_in() {
        let spec = typed(json!({"name": "web",
            "livenessProbe": {"httpGet": {"path": "/healthz", "port": 8080}, "timeoutSeconds": 5},
            "readinessProbe": {"tcpSocket": {"port": "web"}, "periodSeconds": 3, "failureThreshold": 1},
            "startupProbe": {"exec": {"command": ["sh", "-c", "test -f /ready"]}},
        }));
        assert_eq!(
            describe_probes(&spec),
            [
                "startup: sh -c test -f /ready every 10 s, 3 failures, 1 s to answer",
                "liveness: HTTP GET :8080/healthz every 10 s, 3 failures, 5 s to answer",
                "readiness: TCP :web every 3 s, 1 failures, 1 s to answer",
            ]
        );
        assert!(describe_probes(&typed(json!({"name": "web"}))).is_empty());
        assert_eq!(describe_action(&typed(json!({"later": {}}))), "a way of asking that Runlight does not know");
    }

    #[test]
    fn takes_the_whole_message_of_the_same_end_only() {
        let ended = cluster::Ended {
            reason: "Error".into(),
            exit_code: 1,
            signal: 0,
            message: Some("cut".into()),
            started_at: None,
            finished_at: None,
        };
        let whole = typed(json!({"terminated": {"exitCode": 1, "message": "cut and the rest"}}));
        assert_eq!(read_end(&ended, Some(&whole)).message, "cut and the rest");
        // The pod was read after another crash.
        let other = typed(json!({"terminated": {"exitCode": 137, "message": "another"}}));
        assert_eq!(read_end(&ended, Some(&other)).message, "cut");
        assert_eq!(read_end(&ended, None).message, "cut");
    }
}
