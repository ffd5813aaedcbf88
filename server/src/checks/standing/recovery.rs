//! The recovery: an explicit rule, and how long the pod has kept it. A pod that is gone is followed to the one that
//! stands in its place.

use std::sync::Arc;

use k8s_openapi::api::core::v1::Pod;
use runbook::{
    outcome::{Body, Cause, Outcome, Report},
    recovery::{Readiness, Recovery, RecoveryRule, RecoveryState, Subject, Watched, judge},
    time::Timestamp,
};

use super::{CaseFile, CaseFiles, PanelAsk, Situation};
use crate::sources::cluster::{CachedPod, State};

pub(super) async fn report(files: &Arc<CaseFiles>, ask: &PanelAsk, file: &CaseFile) -> Report {
    let recovery = judge_case(files, ask, file).await;
    Report {
        title: "Recovery".into(),
        source: file.cluster.clone(),
        asked_at: file.asked_at.min(recovery.judged_at),
        outcome: outcome(&recovery),
        body: Body::Recovery(Box::new(recovery)),
        notes: Vec::new(),
    }
}

/// How the recovery stands; the verdict says it, too.
pub(super) async fn judge_case(files: &Arc<CaseFiles>, ask: &PanelAsk, file: &CaseFile) -> Recovery {
    let (subject, backoff_ms) = match &file.replacement {
        None => (subject(file, None), file.longest_backoff_ms),
        Some(heir) => {
            // The alert's container may not be the heir's.
            let situation = Situation { container: None, ..ask.situation.clone() };
            let heir = files.gather(&situation, &file.facts.namespace, heir).await;
            (subject(&heir, Some(&file.facts.pod)), heir.longest_backoff_ms)
        }
    };
    let rule = RecoveryRule::new(ask.rules.recovery().cloned(), backoff_ms);
    judge(&rule, &subject, files.clock.now())
}

/// The page counts by itself: its sentence must stay true while it does.
fn outcome(recovery: &Recovery) -> Outcome {
    match &recovery.state {
        RecoveryState::Counting { quiet_since, recovers_at } => Outcome::Warn {
            summary: format!(
                "{} is ready and has been quiet since {} UTC; it counts as recovered at {} UTC unless it restarts.",
                recovery.pod,
                quiet_since.clock(),
                recovers_at.clock()
            ),
        },
        _ => recovery.outcome(),
    }
}

/// What is watched. `replaces` is the pod that it stands in the place of.
fn subject(file: &CaseFile, replaces: Option<&str>) -> Subject {
    let Some(pod) = &file.pod else {
        return match file.facts.containers.unknown() {
            Some(unknown) if unknown.cause != Cause::Gone => Subject::Unasked(unknown.clone()),
            _ => {
                let owner = file.facts.owners.last().map(|owner| format!("{} {}", owner.kind, owner.name));
                Subject::Gone { at: None, owner }
            }
        };
    };
    Subject::Pod(Watched {
        pod: pod.name.to_string(),
        replaces: replaces.map(str::to_owned),
        created_at: pod.created_at,
        readiness: readiness(pod, file.object.as_ref().ok()),
        has_succeeded: &*pod.phase == "Succeeded",
        last_restart_at: last_restart_at(pod),
        stale_since: file.stale_since,
    })
}

fn readiness(pod: &CachedPod, object: Option<&Pod>) -> Readiness {
    if pod.ready_containers < pod.total_containers || pod.total_containers == 0 {
        let why = match &*pod.status {
            "Running" => format!("{} of {} containers are ready", pod.ready_containers, pod.total_containers),
            status => status.to_owned(),
        };
        return Readiness::NotReady(why);
    }
    let conditions = object.and_then(|pod| pod.status.as_ref()?.conditions.as_ref());
    let ready = conditions.into_iter().flatten().find(|one| one.type_ == "Ready" && one.status == "True");
    let since = ready.and_then(|one| one.last_transition_time.as_ref());
    Readiness::Ready(since.map(|since| Timestamp(since.0.as_millisecond())))
}

/// When the latest run of a container that has restarted began; its end, while it has not begun again.
fn last_restart_at(pod: &CachedPod) -> Option<Timestamp> {
    let restarted = pod.containers.iter().filter(|container| container.restarts > 0);
    let latest = restarted.filter_map(|container| {
        let began = match &container.state {
            Some(State::Running { since }) => *since,
            _ => None,
        };
        began.max(container.last_end().and_then(|end| end.finished_at))
    });
    latest.max()
}
