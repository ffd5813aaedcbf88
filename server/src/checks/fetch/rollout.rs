//! `kubectl rollout status` and `history`. kubectl stays until a rollout is done; here it is said how it stands now, and
//! the panel asks again.

use std::sync::Arc;

use runbook::{
    check::{Rollout, RolloutAsk},
    columns::Layout,
    describe::describe_template,
    outcome::{Outcome, Unknown},
};
use serde_json::Value;

use super::{
    super::{
        rows::{Around, RowsAnswer},
        text::TextAnswer,
    },
    Answer,
    cluster::{place, request},
};
use crate::{
    clock::Clock,
    sources::cluster::{Cluster, GetRequest, KnownKind},
};

/// What is not as kubectl has it.
const STAYS: &str =
    "kubectl would stay until the rollout is done. This is how it stands now; while you look it is asked again.";
/// Where people write down why they changed something.
const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";

pub(super) async fn get(cluster: &Arc<Cluster>, rollout: &Rollout, clock: Clock) -> Result<Answer, Unknown> {
    let kind = cluster.kind(&rollout.resource.kind).await.map_err(|failure| failure.to_unknown())?;
    if !["Deployment", "DaemonSet", "StatefulSet"].contains(&kind.kind.as_str()) || kind.group != "apps" {
        return Err(Unknown {
            asked: format!("Rollout of {}", rollout.resource.kind),
            reason: format!("{} has no rollout: only deployments, daemon sets and stateful sets do.", kind.resource()),
            remedy: "Name one of those.".into(),
            log_id: None,
        });
    }
    let request = GetRequest {
        selector: rollout.selector.clone(),
        ..request(&kind.resource(), &rollout.resource.names, &rollout.scope)
    };
    let found = cluster.get_json(&request).await.map_err(|failure| failure.to_unknown())?;
    let objects = match found["items"].as_array() {
        Some(items) => items.clone(),
        None => vec![found],
    };
    match &rollout.ask {
        RolloutAsk::Status { .. } => status(cluster, rollout, &kind, &objects, clock),
        RolloutAsk::History { revision } => {
            // kubectl takes revision 0 for none in particular.
            let revision = revision.filter(|number| *number > 0);
            history(cluster, rollout, revision, &kind, &objects, clock).await
        }
    }
}

fn status(
    cluster: &Cluster,
    rollout: &Rollout,
    kind: &KnownKind,
    objects: &[Value],
    clock: Clock,
) -> Result<Answer, Unknown> {
    let mut lines = Vec::new();
    let mut waits = None;
    for object in objects {
        match progress(&kind.kind, object) {
            Progress::Done(words) => lines.push(words),
            Progress::Waits(words) => {
                waits.get_or_insert_with(|| words.clone());
                lines.push(words);
            }
            Progress::Failed(words) => {
                return Err(Unknown {
                    asked: format!("Rollout of {}", rollout.resource.names.join(", ")),
                    reason: format!("{} says: {words}.", cluster.name()),
                    remedy: "Look at the pods and events of the new revision.".into(),
                    log_id: None,
                });
            }
        }
    }
    let notes = match waits {
        Some(_) => vec![STAYS.to_owned()],
        None => Vec::new(),
    };
    let outcome = match waits {
        Some(words) => Outcome::Warn { summary: words },
        None => Outcome::Pass { summary: lines.last().map_or_else(|| "There is none.".into(), Clone::clone) },
    };
    let what = format!("rollout of {}{}", rollout.resource.names.join(", "), place(cluster, &rollout.scope));
    let text = lines.iter().map(|line| format!("{line}\n")).collect();
    Ok(Answer::Text(TextAnswer {
        outcome: Some(outcome),
        notes,
        ..TextAnswer::new(cluster.name(), what, text, clock.now())
    }))
}

/// How far a rollout has come.
#[derive(Debug, PartialEq, Eq)]
enum Progress {
    Done(String),
    Waits(String),
    Failed(String),
}

/// In kubectl's words.
fn progress(kind: &str, object: &Value) -> Progress {
    let name = object["metadata"]["name"].as_str().unwrap_or("");
    let spec = |path: &str| object.pointer(path).and_then(Value::as_i64);
    let status = |field: &str| object["status"][field].as_i64().unwrap_or(0);
    let is_observed = status("observedGeneration") >= object["metadata"]["generation"].as_i64().unwrap_or(0);
    match kind {
        "Deployment" => {
            if !is_observed {
                return Progress::Waits("Waiting for deployment spec update to be observed...".into());
            }
            let has_timed_out = object["status"]["conditions"].as_array().is_some_and(|conditions| {
                conditions.iter().any(|c| c["type"] == "Progressing" && c["reason"] == "ProgressDeadlineExceeded")
            });
            if has_timed_out {
                return Progress::Failed(format!("deployment {name:?} exceeded its progress deadline"));
            }
            let (updated, replicas) = (status("updatedReplicas"), status("replicas"));
            let waiting =
                |rest: String| Progress::Waits(format!("Waiting for deployment {name:?} rollout to finish: {rest}..."));
            match spec("/spec/replicas") {
                Some(wanted) if updated < wanted => {
                    waiting(format!("{updated} out of {wanted} new replicas have been updated"))
                }
                _ if replicas > updated => {
                    waiting(format!("{} old replicas are pending termination", replicas - updated))
                }
                _ if status("availableReplicas") < updated => {
                    waiting(format!("{} of {updated} updated replicas are available", status("availableReplicas")))
                }
                _ => Progress::Done(format!("deployment {name:?} successfully rolled out")),
            }
        }
        "DaemonSet" => {
            if object["spec"]["updateStrategy"]["type"] != "RollingUpdate" {
                return Progress::Failed("rollout status is only available for RollingUpdate strategy type".into());
            }
            if !is_observed {
                return Progress::Waits("Waiting for daemon set spec update to be observed...".into());
            }
            let (wanted, updated) = (status("desiredNumberScheduled"), status("updatedNumberScheduled"));
            let waiting =
                |rest: String| Progress::Waits(format!("Waiting for daemon set {name:?} rollout to finish: {rest}..."));
            if updated < wanted {
                return waiting(format!("{updated} out of {wanted} new pods have been updated"));
            }
            if status("numberAvailable") < wanted {
                return waiting(format!("{} of {wanted} updated pods are available", status("numberAvailable")));
            }
            Progress::Done(format!("daemon set {name:?} successfully rolled out"))
        }
        _ => stateful_set(object, spec("/spec/replicas"), status, is_observed),
    }
}

fn stateful_set(object: &Value, wanted: Option<i64>, status: impl Fn(&str) -> i64, is_observed: bool) -> Progress {
    if object["spec"]["updateStrategy"]["type"] != "RollingUpdate" {
        return Progress::Failed("rollout status is only available for RollingUpdate strategy type".into());
    }
    if status("observedGeneration") == 0 || !is_observed {
        return Progress::Waits("Waiting for statefulset spec update to be observed...".into());
    }
    let updated = status("updatedReplicas");
    if let Some(wanted) = wanted
        && status("readyReplicas") < wanted
    {
        return Progress::Waits(format!("Waiting for {} pods to be ready...", wanted - status("readyReplicas")));
    }
    let rolling = &object["spec"]["updateStrategy"]["rollingUpdate"];
    if rolling.is_object() {
        if let (Some(wanted), Some(partition)) = (wanted, rolling["partition"].as_i64())
            && updated < wanted - partition
        {
            return Progress::Waits(format!(
                "Waiting for partitioned roll out to finish: {updated} out of {} new pods have been updated...",
                wanted - partition
            ));
        }
        return Progress::Done(format!("partitioned roll out complete: {updated} new pods have been updated..."));
    }
    let revision = |field: &str| object["status"][field].as_str().unwrap_or("").to_owned();
    if revision("updateRevision") != revision("currentRevision") {
        return Progress::Waits(format!(
            "waiting for statefulset rolling update to complete {updated} pods at revision {}...",
            revision("updateRevision")
        ));
    }
    Progress::Done(format!(
        "statefulset rolling update complete {} pods at revision {}...",
        status("currentReplicas"),
        revision("currentRevision")
    ))
}

async fn history(
    cluster: &Cluster,
    rollout: &Rollout,
    revision: Option<u64>,
    kind: &KnownKind,
    objects: &[Value],
    clock: Clock,
) -> Result<Answer, Unknown> {
    // A deployment's revisions are its replica sets; the others keep theirs in objects of their own.
    let kept_as = if kind.kind == "Deployment" { "replicasets.apps" } else { "controllerrevisions.apps" };
    let mut revisions =
        cluster.get_json(&request(kept_as, &[], &rollout.scope)).await.map_err(|failure| failure.to_unknown())?;
    let all = match revisions["items"].take() {
        Value::Array(all) => all,
        _ => Vec::new(),
    };
    let mut answers = Vec::new();
    for object in objects {
        let name = object["metadata"]["name"].as_str().unwrap_or("");
        if let Some(number) = revision {
            let Some(template) = template_of(object, &all, number) else {
                return Err(no_revision(cluster, name, number));
            };
            let what = format!("revision {number} of {name}{}", place(cluster, &rollout.scope));
            let text = format!("{}/{name} with revision #{number}\n{}", kind.singular(), describe_template(&template));
            answers.push(Answer::Text(TextAnswer::new(cluster.name(), what, text, clock.now())));
            continue;
        }
        let rows = revisions_of(object, &all);
        let what = format!("revisions of {name}{}", place(cluster, &rollout.scope));
        let head = format!("{}/{name} ", kind.singular());
        answers.push(if rows.is_empty() {
            let text = format!("{head}\nNo rollout history found.\n");
            Answer::Text(TextAnswer::new(cluster.name(), what, text, clock.now()))
        } else {
            Answer::Rows(RowsAnswer {
                rows,
                numeric: &["REVISION"],
                layout: Layout::Tight,
                around: Around { before: vec![head], after: vec![String::new()] },
                ..RowsAnswer::new(cluster.name(), what, vec!["REVISION", "CHANGE-CAUSE"], clock.now())
            })
        });
    }
    super::kinds::together(cluster, format!("revisions{}", place(cluster, &rollout.scope)), answers, clock)
}

/// What the pods of one revision were made of.
fn template_of(object: &Value, all: &[Value], number: u64) -> Option<Value> {
    let is_it = |revision: &&Value| is_owned(revision, object) && number_of(revision) == i64::try_from(number).ok();
    let revision = all.iter().find(is_it)?;
    let mut template = match revision["data"]["spec"]["template"] {
        Value::Null => revision["spec"]["template"].clone(),
        ref template => template.clone(),
    };
    let cause = &revision["metadata"]["annotations"][CHANGE_CAUSE];
    if cause.as_str().is_some_and(|cause| !cause.is_empty()) && template["metadata"].is_object() {
        template["metadata"]["annotations"][CHANGE_CAUSE] = cause.clone();
    }
    Some(template)
}

fn no_revision(cluster: &Cluster, name: &str, number: u64) -> Unknown {
    Unknown {
        asked: format!("Revision {number} of {name} in {}", cluster.name()),
        reason: format!("{name} has no revision {number}, or does not keep it any more."),
        remedy: "Leave --revision out to see which there are.".into(),
        log_id: None,
    }
}

fn is_owned(revision: &Value, object: &Value) -> bool {
    let owners = revision["metadata"]["ownerReferences"].as_array();
    let uid = &object["metadata"]["uid"];
    owners.is_some_and(|owners| owners.iter().any(|owner| owner["uid"] == *uid && owner["controller"] == true))
}

fn number_of(revision: &Value) -> Option<i64> {
    let annotation = &revision["metadata"]["annotations"]["deployment.kubernetes.io/revision"];
    revision["revision"].as_i64().or_else(|| annotation.as_str()?.parse().ok())
}

/// Number and cause of each revision that belongs to an object, oldest first.
fn revisions_of(object: &Value, all: &[Value]) -> Vec<Vec<String>> {
    let own = all.iter().filter(|revision| is_owned(revision, object));
    let mut numbered: Vec<(i64, String)> = own
        .filter_map(|revision| {
            let cause = revision["metadata"]["annotations"][CHANGE_CAUSE].as_str().filter(|cause| !cause.is_empty());
            Some((number_of(revision)?, cause.unwrap_or("<none>").to_owned()))
        })
        .collect();
    numbered.sort();
    numbered.into_iter().map(|(number, cause)| vec![number.to_string(), cause]).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn speaks_of_deployments_as_kubectl_does() {
        let deployment = |status: Value| {
            json!({"metadata": {"name": "web", "generation": 2}, "spec": {"replicas": 3},
            "status": status})
        };
        for (status, expected) in [
            (json!({"observedGeneration": 1}), "Waiting for deployment spec update to be observed..."),
            (
                json!({"observedGeneration": 2, "updatedReplicas": 1, "replicas": 3}),
                "Waiting for deployment \"web\" rollout to finish: 1 out of 3 new replicas have been updated...",
            ),
            (
                json!({"observedGeneration": 2, "updatedReplicas": 3, "replicas": 4}),
                "Waiting for deployment \"web\" rollout to finish: 1 old replicas are pending termination...",
            ),
            (
                json!({"observedGeneration": 2, "updatedReplicas": 3, "replicas": 3, "availableReplicas": 2}),
                "Waiting for deployment \"web\" rollout to finish: 2 of 3 updated replicas are available...",
            ),
        ] {
            assert_eq!(progress("Deployment", &deployment(status)), Progress::Waits(expected.into()));
        }
        let done = json!({"observedGeneration": 2, "updatedReplicas": 3, "replicas": 3, "availableReplicas": 3});
        let words = "deployment \"web\" successfully rolled out".to_owned();
        assert_eq!(progress("Deployment", &deployment(done)), Progress::Done(words));
        let late = json!({"observedGeneration": 2,
            "conditions": [{"type": "Progressing", "reason": "ProgressDeadlineExceeded"}]});
        assert!(matches!(progress("Deployment", &deployment(late)), Progress::Failed(_)));
    }

    #[test]
    fn lists_the_revisions_of_one_object_in_order() {
        let revision = |number: &str, uid: &str, cause: &str| {
            json!({"metadata": {"ownerReferences": [{"uid": uid, "controller": true}], "annotations":
                {"deployment.kubernetes.io/revision": number, "kubernetes.io/change-cause": cause}}})
        };
        let all = [revision("10", "a", ""), revision("2", "a", "image"), revision("3", "b", "other")];
        let object = json!({"metadata": {"uid": "a"}});
        assert_eq!(revisions_of(&object, &all), [["2", "image"], ["10", "<none>"]]);
    }
}
