//! How far a rollout has come, in kubectl's words.

use serde_json::Value;

/// What an earlier look has said is not said again; two objects may say the same.
pub(super) fn take_down(kind: &str, objects: &[Value], lines: &mut Vec<String>) -> Result<Vec<String>, String> {
    let (earlier, mut open) = (lines.len(), Vec::new());
    for object in objects {
        let words = match progress(kind, object) {
            Progress::Done(words) => words,
            Progress::Waits(words) => {
                open.push(words.clone());
                words
            }
            Progress::Failed(words) => return Err(words),
        };
        if !lines[..earlier].contains(&words) {
            lines.push(words);
        }
    }
    Ok(open)
}

/// How far a rollout has come.
#[derive(Debug, PartialEq, Eq)]
enum Progress {
    Done(String),
    Waits(String),
    Failed(String),
}

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
    fn says_once_what_it_sees_twice_and_ends_when_all_is_done() {
        let deployment = |name: &str, available: u64| {
            json!({"metadata": {"name": name}, "spec": {"replicas": 2}, "status":
                {"updatedReplicas": 2, "replicas": 2, "availableReplicas": available}})
        };
        let mut lines = Vec::new();
        let mut look = |api: u64, web: u64| {
            take_down("Deployment", &[deployment("api", api), deployment("web", web)], &mut lines)
                .map(|open| open.len())
        };
        assert_eq!([look(1, 0), look(1, 0), look(2, 1), look(2, 2)], [Ok(2), Ok(2), Ok(1), Ok(0)]);
        let waits = |name: &str, ready: u64| {
            format!(
                "Waiting for deployment \"{name}\" rollout to finish: {ready} of 2 updated replicas are available..."
            )
        };
        let done = |name: &str| format!("deployment \"{name}\" successfully rolled out");
        assert_eq!(lines, [waits("api", 1), waits("web", 0), done("api"), waits("web", 1), done("web")]);
        let mut unborn = Vec::new();
        let objects = [json!({"metadata": {"generation": 2}}), json!({"metadata": {"generation": 2}})];
        assert_eq!(take_down("Deployment", &objects, &mut unborn).map(|open| open.len()), Ok(2));
        assert_eq!(unborn.len(), 2, "each of two objects has its line");
    }
}
