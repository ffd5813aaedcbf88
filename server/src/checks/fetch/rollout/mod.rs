//! `kubectl rollout status` and `history`. The first stays until a rollout is done, as kubectl does, though no longer than
//! the portal waits for an answer; what is not done by then is said, and never counts as done.

mod progress;

use std::{sync::Arc, time::Duration};

use runbook::{
    check::{Rollout, RolloutAsk},
    columns::Layout,
    describe::describe_template,
    outcome::{Cause, Outcome, Unknown},
};
use serde_json::Value;

use self::progress::take_down;
use super::{
    super::sheet::SheetAnswer,
    Answer,
    cluster::{place, request},
    rows::{Around, Rows},
    wait::Patience,
};
use crate::{
    clock::Clock,
    sources::cluster::{Cluster, GetRequest, KnownKind},
};

/// Where people write down why they changed something.
const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";

pub(super) async fn get(cluster: &Arc<Cluster>, rollout: &Rollout, clock: Clock) -> Result<Answer, Unknown> {
    let kind = cluster.kind(&rollout.resource.kind).await.map_err(|failure| failure.to_unknown())?;
    if !["Deployment", "DaemonSet", "StatefulSet"].contains(&kind.kind.as_str()) || kind.group != "apps" {
        return Err(Cause::BadRequest.unknown(
            format!("Rollout of {}", rollout.resource.kind),
            format!("{} has no rollout: only deployments, daemon sets and stateful sets do.", kind.resource()),
            "Name one of those.",
        ));
    }
    let request = GetRequest {
        selector: rollout.selector.clone(),
        ..request(&kind.resource(), &rollout.resource.names, &rollout.scope)
    };
    match &rollout.ask {
        RolloutAsk::Status { watch: false, .. } => {
            let mut lines = Vec::new();
            let open = see(cluster, rollout, &kind, &read(cluster, &request).await?, &mut lines)?;
            Ok(answer(cluster, rollout, &lines, open.into_iter().next(), clock))
        }
        RolloutAsk::Status { watch: true, timeout_s } => {
            // kubectl takes 0 for no bound at all.
            let asked = timeout_s.filter(|seconds| *seconds > 0).map(Duration::from_secs);
            let patience = Patience::begin(cluster, asked);
            let mut lines = Vec::new();
            loop {
                let objects = read(cluster, &request).await?;
                let open = see(cluster, rollout, &kind, &objects, &mut lines)?;
                if open.is_empty() {
                    return Ok(answer(cluster, rollout, &lines, None, clock));
                }
                if !patience.lasts().await {
                    return Err(goes_on(cluster, rollout, &open, &patience));
                }
            }
        }
        RolloutAsk::History { revision } => {
            let objects = read(cluster, &request).await?;
            // kubectl takes revision 0 for none in particular.
            let revision = revision.filter(|number| *number > 0);
            history(cluster, rollout, revision, &kind, &objects, clock).await
        }
    }
}

async fn read(cluster: &Cluster, request: &GetRequest) -> Result<Vec<Value>, Unknown> {
    let found = cluster.get_json(request).await.map_err(|failure| failure.to_unknown())?;
    Ok(match found["items"].as_array() {
        Some(items) => items.clone(),
        None => vec![found],
    })
}

/// One look: adds the lines that are new, and says what is not done yet.
fn see(
    cluster: &Cluster,
    rollout: &Rollout,
    kind: &KnownKind,
    objects: &[Value],
    lines: &mut Vec<String>,
) -> Result<Vec<String>, Unknown> {
    take_down(&kind.kind, objects, lines).map_err(|words| {
        Cause::Untold.unknown(
            format!("Rollout of {}", rollout.resource.names.join(", ")),
            format!("{} says: {words}.", cluster.name()),
            "Look at the pods and events of the new revision.",
        )
    })
}

fn what(cluster: &Cluster, rollout: &Rollout) -> String {
    format!("rollout of {}{}", rollout.resource.names.join(", "), place(cluster, &rollout.scope))
}

fn answer(cluster: &Cluster, rollout: &Rollout, lines: &[String], open: Option<String>, clock: Clock) -> Answer {
    let outcome = match open {
        Some(words) => Outcome::Warn { summary: words },
        None => Outcome::Pass { summary: lines.last().map_or_else(|| "There is none.".into(), Clone::clone) },
    };
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    Answer::from(SheetAnswer {
        outcome: Some(outcome),
        ..SheetAnswer::text(cluster.name(), what(cluster, rollout), text, clock.now())
    })
}

/// What kubectl calls a timeout.
fn goes_on(cluster: &Cluster, rollout: &Rollout, open: &[String], patience: &Patience) -> Unknown {
    Cause::NotYet.unknown(
        what(cluster, rollout),
        format!("The rollout still goes on after {}: {}", patience.words(), open.join(" ")),
        "Run it again, or look at the pods and events of the new revision.",
    )
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
            answers.push(Answer::from(SheetAnswer::text(cluster.name(), what, text, clock.now())));
            continue;
        }
        let rows = revisions_of(object, &all);
        let what = format!("revisions of {name}{}", place(cluster, &rollout.scope));
        let head = format!("{}/{name} ", kind.singular());
        answers.push(if rows.is_empty() {
            let text = format!("{head}\nNo rollout history found.\n");
            Answer::from(SheetAnswer::text(cluster.name(), what, text, clock.now()))
        } else {
            Rows {
                rows,
                numeric: &["REVISION"],
                layout: Layout::Tight,
                around: Around { before: vec![head], after: vec![String::new()] },
                ..Rows::new(cluster.name(), what, vec!["REVISION", "CHANGE-CAUSE"], clock.now())
            }
            .answer()
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
    Cause::NotFound.unknown(
        format!("Revision {number} of {name} in {}", cluster.name()),
        format!("{name} has no revision {number}, or does not keep it any more."),
        "Leave --revision out to see which there are.",
    )
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
