//! Makes a crash out of a pod in which a run ended.

use ::evidence::{Crash, CrashKey, Ended, Owner};
use runbook::time::Timestamp;

use crate::sources::cluster::{CachedPod, Container, EndedRun, PodChange, Role, State};

/// Label of a pod by which its ReplicaSet tells its revision.
const TEMPLATE_HASH: &str = "pod-template-hash";
/// The same of a StatefulSet or DaemonSet.
const CONTROLLER_HASH: &str = "controller-revision-hash";

/// The crashes of a change: containers whose ended run is not the one that was known.
pub(super) fn crashes(cluster: &str, change: &PodChange, now: Timestamp) -> Vec<(Crash, EndedRun)> {
    let known = |name: &str| change.before.as_ref()?.container(name);
    let of = |container: &Container| {
        let run = container.ended_run()?;
        let before = known(&container.name);
        let was_known = before.and_then(Container::ended_run).is_some_and(|old| old.restart_count >= run.restart_count);
        (!was_known).then(|| (crash(cluster, &change.after, container, &run, before, now), run))
    };
    change.after.containers.iter().filter_map(of).collect()
}

fn crash(
    cluster: &str,
    pod: &CachedPod,
    container: &Container,
    run: &EndedRun,
    before: Option<&Container>,
    now: Timestamp,
) -> Crash {
    let owner = pod.owner.as_ref().map(|owner| (&*owner.kind, &*owner.name));
    let revision = [TEMPLATE_HASH, CONTROLLER_HASH].into_iter().find_map(|label| pod.label(label));
    let message = run.ended.message.as_deref().map(|message| {
        let mut lines = [message.to_owned()];
        crate::checks::mask_lines(&mut lines);
        let [message] = lines;
        message
    });
    Crash {
        key: CrashKey {
            cluster: cluster.to_owned(),
            pod_uid: pod.uid.to_string(),
            container: container.name.to_string(),
            restart_count: run.restart_count,
        },
        namespace: pod.namespace.to_string(),
        pod: pod.name.to_string(),
        owner: Owner::of_pod(&pod.name, owner, pod.label(TEMPLATE_HASH)),
        node: pod.node.to_string(),
        role: match container.role {
            Role::Init => "init",
            Role::Sidecar => "sidecar",
            Role::Main => "main",
        }
        .into(),
        ended: Ended {
            reason: run.ended.reason.to_string(),
            exit_code: run.ended.exit_code,
            signal: run.ended.signal,
            message,
            started_at: run.ended.started_at,
            finished_at: run.ended.finished_at,
        },
        at: run.ended.finished_at.unwrap_or(now),
        before: before.and_then(|before| before.state.as_ref()).map_or_else(String::new, words),
        after: container.state.as_ref().map_or_else(|| "no state".into(), words),
        image: container.image.to_string(),
        revision: revision.unwrap_or("").to_owned(),
        memory_limit: container.memory_limit.as_deref().unwrap_or("").to_owned(),
    }
}

fn words(state: &State) -> String {
    match state {
        State::Running { since: Some(since) } => format!("running since {} {} UTC", since.date(), since.clock()),
        State::Running { since: None } => "running".into(),
        State::Waiting { reason, .. } if reason.is_empty() => "waiting".into(),
        State::Waiting { reason, .. } => format!("waiting: {reason}"),
        State::Ended(ended) => format!("ended: {}, exit code {}", ended.reason, ended.exit_code),
    }
}
