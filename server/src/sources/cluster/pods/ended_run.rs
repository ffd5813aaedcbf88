//! Tells from a pod's status which run of a container ended last, and from two of them that one did.

use std::sync::Arc;

use super::pod::{CachedPod, Container, Ended, State};

/// A pod in which the run of a container ended.
#[derive(Debug, Clone)]
pub struct PodChange {
    /// As it was; absent when it was not known.
    pub before: Option<Arc<CachedPod>>,
    /// As it is.
    pub after: Arc<CachedPod>,
}

/// The run of a container that ended last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedRun {
    /// The container's restart count once the next run has begun.
    pub restart_count: u32,
    /// How it ended.
    pub ended: Ended,
    /// Whether the next run has begun.
    pub has_restarted: bool,
}

impl Container {
    /// The run that ended last, if that was a failure or is followed by a restart. `None` also where the status does
    /// not tell which run it is about: it does so in a moment.
    pub fn ended_run(&self) -> Option<EndedRun> {
        let failed = |ended: &Ended| ended.exit_code != 0 || ended.signal != 0;
        let (restart_count, ended, has_restarted) = match (&self.state, self.last_ended.as_deref()) {
            (Some(State::Running { .. }), Some(last)) if self.restarts > 0 => (self.restarts, last, true),
            (Some(State::Ended(ended)), _) if failed(ended) => (self.restarts + 1, &**ended, false),
            (Some(State::Waiting { reason, .. }), Some(last)) if &**reason == "CrashLoopBackOff" => {
                (self.restarts + 1, last, false)
            }
            _ => return None,
        };
        Some(EndedRun { restart_count, ended: ended.clone(), has_restarted })
    }
}

impl PodChange {
    /// A change in which a run ended; `None` for any other. A pod that is being deleted ends by somebody's will.
    pub(super) fn of(before: Option<&Arc<CachedPod>>, after: &Arc<CachedPod>) -> Option<Self> {
        let before = before.filter(|before| before.uid == after.uid);
        if after.deleted_at.is_some() {
            return None;
        }
        let known = |name: &str| before.and_then(|before| before.container(name)?.ended_run());
        let is_new = |container: &Container| {
            container
                .ended_run()
                .is_some_and(|run| known(&container.name).is_none_or(|known| run.restart_count > known.restart_count))
        };
        after.containers.iter().any(is_new).then(|| Self { before: before.cloned(), after: Arc::clone(after) })
    }
}

#[cfg(test)]
mod tests {
    use runbook::time::Timestamp;
    use serde_json::{Value, json};

    use super::*;
    use crate::sources::cluster::pods::trim::{Shared, trim};

    fn pod(status: Value, deleted: bool) -> Arc<CachedPod> {
        let mut pod = json!({
            "metadata": {"namespace": "n", "name": "p", "uid": "u"},
            "spec": {"containers": [{"name": "a"}]},
            "status": {"containerStatuses": [status]},
        });
        if deleted {
            pod["metadata"]["deletionTimestamp"] = json!("2026-02-26T02:23:41Z");
        }
        let pod = serde_json::from_value(pod).expect("the fixture is a pod");
        Arc::new(trim(pod, None, Timestamp(0), &mut Shared::default()))
    }

    fn terminated(restarts: u32, code: i32) -> Value {
        json!({"name": "a", "restartCount": restarts, "state": {"terminated": {"exitCode": code}}})
    }

    fn waiting(restarts: u32, reason: &str) -> Value {
        json!({"name": "a", "restartCount": restarts, "state": {"waiting": {"reason": reason}},
            "lastState": {"terminated": {"exitCode": 1}}})
    }

    fn running(restarts: u32) -> Value {
        json!({"name": "a", "restartCount": restarts, "state": {"running": {}},
            "lastState": {"terminated": {"exitCode": 1}}})
    }

    #[test]
    fn one_run_is_one_whatever_the_container_does_next() {
        let course = [terminated(4, 1), waiting(4, "CrashLoopBackOff"), waiting(5, "ContainerCreating"), running(5)];
        let counts: Vec<Option<u32>> = course
            .into_iter()
            .map(|status| pod(status, false).containers[0].ended_run().map(|run| run.restart_count))
            .collect();
        assert_eq!(counts, [Some(5), Some(5), None, Some(5)]);
    }

    #[test]
    fn a_run_that_ended_well_or_by_deletion_is_no_crash() {
        assert_eq!(pod(terminated(0, 0), false).containers[0].ended_run(), None);
        assert_eq!(
            pod(json!({"name": "a", "restartCount": 0, "state": {"running": {}}}), false).containers[0].ended_run(),
            None
        );
        let before = pod(running(2), false);
        assert!(PodChange::of(Some(&before), &pod(terminated(2, 143), true)).is_none());
    }

    #[test]
    fn a_change_is_told_once() {
        let (run, end) = (pod(running(2), false), pod(terminated(2, 1), false));
        assert!(PodChange::of(Some(&run), &end).is_some());
        assert!(PodChange::of(Some(&end), &pod(running(3), false)).is_none());
        assert!(PodChange::of(Some(&run), &pod(running(3), false)).is_some(), "the end itself was not seen");
        assert!(PodChange::of(None, &end).is_some());
        assert!(PodChange::of(Some(&run), &run).is_none());
    }
}
