//! What makes pods and looks after them: deployments, stateful sets, daemon sets, replica sets, jobs, cron jobs.

use document::time::kubectl_age;
use serde_json::Value;

use super::{
    labels::{joined_labels, selector, write_annotations, write_labels},
    look::{Look, capitalised, or_none},
    need::{Related, pods_of, replica_sets},
    page::Page,
    pod::{controller, write_template},
    storage, time,
};

/// A deployment, its events aside.
pub(super) fn write_deployment(page: &mut Page, object: &Value, related: &Related) {
    let (spec, status) = (object.at("spec"), object.at("status"));
    write_names(page, object);
    page.row(0, "CreationTimestamp", time::long(object.text("metadata.creationTimestamp")));
    write_marks(page, object);
    page.row(0, "Selector", selector(spec.at("selector")));
    let replicas = format!(
        "{} desired | {} updated | {} total | {} available | {} unavailable",
        spec.number("replicas"),
        status.number("updatedReplicas"),
        status.number("replicas"),
        status.number("availableReplicas"),
        status.number("unavailableReplicas")
    );
    page.row(0, "Replicas", replicas);
    page.row(0, "StrategyType", spec.text("strategy.type"));
    page.row(0, "MinReadySeconds", spec.number("minReadySeconds"));
    if spec.has("strategy.rollingUpdate") {
        let rolling = spec.at("strategy.rollingUpdate");
        let words = [rolling.print("maxUnavailable"), rolling.print("maxSurge")];
        page.row(0, "RollingUpdateStrategy", format_args!("{} max unavailable, {} max surge", words[0], words[1]));
    }
    write_template(page, spec.at("template"));
    write_conditions(page, status.list("conditions"));
    match related.items(&replica_sets(object)) {
        Ok(sets) => write_replica_sets(page, object, sets),
        Err(reason) => page.row(0, "NewReplicaSet", format_args!("<unknown: {reason}>")),
    }
}

fn write_replica_sets(page: &mut Page, deployment: &Value, sets: &[Value]) {
    let mut own: Vec<&Value> = sets.iter().filter(|set| is_controlled_by(set, deployment)).collect();
    own.sort_by_key(|set| (set.text("metadata.creationTimestamp"), set.text("metadata.name")));
    let template = without_hash(deployment.at("spec.template"));
    let newest = own.iter().position(|set| without_hash(set.at("spec.template")) == template);
    let new = newest.map(|at| own.remove(at));
    if new.is_some() || !own.is_empty() {
        own.sort_by_key(|set| set.text("metadata.name"));
        page.row(0, "OldReplicaSets", counted(own.into_iter()));
        page.row(0, "NewReplicaSet", counted(new.into_iter()));
    }
}

fn counted<'a>(sets: impl Iterator<Item = &'a Value>) -> String {
    let words = |set: &Value| {
        let (total, wanted) = (set.number("status.replicas"), set.number("spec.replicas"));
        format!("{} ({total}/{wanted} replicas created)", set.text("metadata.name"))
    };
    or_none(&sets.map(words).collect::<Vec<_>>().join(", ")).to_owned()
}

/// A replica set's template is its deployment's, with one label more.
fn without_hash(template: &Value) -> Value {
    let mut template = template.clone();
    if let Some(labels) = template.pointer_mut("/metadata/labels").and_then(Value::as_object_mut) {
        labels.remove("pod-template-hash");
    }
    template
}

fn is_controlled_by(object: &Value, owner: &Value) -> bool {
    let uid = owner.text("metadata.uid");
    object.list("metadata.ownerReferences").iter().any(|it| it.is_true("controller") && it.text("uid") == uid)
}

/// A stateful set, its events aside.
pub(super) fn write_stateful_set(page: &mut Page, object: &Value, related: &Related) {
    let spec = object.at("spec");
    write_names(page, object);
    page.row(0, "CreationTimestamp", time::long(object.text("metadata.creationTimestamp")));
    page.row(0, "Selector", selector(spec.at("selector")));
    write_marks(page, object);
    let replicas = (spec.number("replicas"), object.number("status.replicas"));
    page.row(0, "Replicas", format_args!("{} desired | {} total", replicas.0, replicas.1));
    page.row(0, "Update Strategy", spec.text("updateStrategy.type"));
    let rolling = spec.at("updateStrategy.rollingUpdate");
    if rolling.has("partition") {
        page.row(1, "Partition", rolling.number("partition"));
        if rolling.has("maxUnavailable") {
            page.row(1, "MaxUnavailable", rolling.print("maxUnavailable"));
        }
    }
    page.row(0, "Pods Status", pods_status(object, related));
    write_template(page, spec.at("template"));
    storage::write_claim_templates(page, spec.list("volumeClaimTemplates"));
}

/// A daemon set, its events aside.
pub(super) fn write_daemon_set(page: &mut Page, object: &Value, related: &Related) {
    let (spec, status) = (object.at("spec"), object.at("status"));
    write_names(page, object);
    page.row(0, "Selector", selector(spec.at("selector")));
    page.row(0, "Node-Selector", joined_labels(spec.at("template.spec.nodeSelector")));
    write_marks(page, object);
    let counts = [
        ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
        ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
        ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
        ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
        ("Number of Nodes Misscheduled", "numberMisscheduled"),
    ];
    for (title, field) in counts {
        page.line(0, format_args!("{title}: {}", status.number(field)));
    }
    page.row(0, "Pods Status", pods_status(object, related));
    write_template(page, spec.at("template"));
}

/// A replica set or a replication controller, its events aside.
pub(super) fn write_replica_set(page: &mut Page, object: &Value, related: &Related) {
    let (spec, status) = (object.at("spec"), object.at("status"));
    write_names(page, object);
    let is_plain = object.text("kind") == "ReplicationController";
    page.row(0, "Selector", if is_plain { joined_labels(spec.at("selector")) } else { selector(spec.at("selector")) });
    write_marks(page, object);
    if let Some(controller) = controller(object) {
        page.row(0, "Controlled By", controller);
    }
    page.row(
        0,
        "Replicas",
        format_args!("{} current / {} desired", status.number("replicas"), spec.number("replicas")),
    );
    page.row(0, "Pods Status", pods_status(object, related));
    write_template(page, spec.at("template"));
    write_conditions(page, status.list("conditions"));
}

/// A job, its events aside.
pub(super) fn write_job(page: &mut Page, object: &Value) {
    let (spec, status) = (object.at("spec"), object.at("status"));
    write_names(page, object);
    page.row(0, "Selector", selector(spec.at("selector")));
    write_marks(page, object);
    if let Some(controller) = controller(object) {
        page.row(0, "Controlled By", controller);
    }
    if spec.has("parallelism") {
        page.row(0, "Parallelism", spec.number("parallelism"));
    }
    page.row(0, "Completions", spec.print_or("completions", "<unset>"));
    let optional = [
        ("Completion Mode", "completionMode"),
        ("Suspend", "suspend"),
        ("Backoff Limit", "backoffLimit"),
        ("TTL Seconds After Finished", "ttlSecondsAfterFinished"),
    ];
    for (title, field) in optional.into_iter().filter(|(_, field)| spec.has(field)) {
        page.row(0, title, spec.print(field));
    }
    let (started, ended) = (status.text("startTime"), status.text("completionTime"));
    for (title, at) in [("Start Time", started), ("Completed At", ended)].into_iter().filter(|(_, at)| !at.is_empty()) {
        page.row(0, title, time::long(at));
    }
    if let (Some(from), Some(to)) = (time::instant(started), time::instant(ended)) {
        page.row(0, "Duration", kubectl_age(to.ms_since(from)));
    }
    if spec.has("activeDeadlineSeconds") {
        page.row(0, "Active Deadline Seconds", format_args!("{}s", spec.number("activeDeadlineSeconds")));
    }
    let ready = if status.has("ready") { format!(" ({} Ready)", status.number("ready")) } else { String::new() };
    let (active, succeeded, failed) = (status.number("active"), status.number("succeeded"), status.number("failed"));
    page.row(0, "Pods Statuses", format_args!("{active} Active{ready} / {succeeded} Succeeded / {failed} Failed"));
    if spec.text("completionMode") == "Indexed" {
        page.row(0, "Completed Indexes", capped(status.text("completedIndexes")));
    }
    write_template(page, spec.at("template"));
}

/// A list of numbers, cut at the first comma after fifty bytes.
fn capped(indexes: &str) -> String {
    match indexes.get(50..).and_then(|rest| rest.find(',')) {
        Some(at) => format!("{}...", &indexes[..=50 + at]),
        None => or_none(indexes).to_owned(),
    }
}

/// A cron job, its events aside.
pub(super) fn write_cron_job(page: &mut Page, object: &Value) {
    let (spec, status) = (object.at("spec"), object.at("status"));
    let job = spec.at("jobTemplate.spec");
    write_names(page, object);
    write_marks(page, object);
    page.row(0, "Schedule", spec.text("schedule"));
    page.row(0, "Concurrency Policy", spec.text("concurrencyPolicy"));
    page.row(0, "Suspend", spec.at("suspend").as_bool().map_or("<unset>", capitalised));
    page.row(0, "Time Zone", spec.print_or("timeZone", "<unset>"));
    page.row(0, "Successful Job History Limit", spec.print_or("successfulJobsHistoryLimit", "<unset>"));
    page.row(0, "Failed Job History Limit", spec.print_or("failedJobsHistoryLimit", "<unset>"));
    let deadline = spec.at("startingDeadlineSeconds").as_i64();
    page.row(0, "Starting Deadline Seconds", deadline.map_or_else(|| "<unset>".into(), |s| format!("{s}s")));
    let chosen = if job.has("selector") { selector(job.at("selector")) } else { "<unset>".into() };
    page.row(0, "Selector", chosen);
    page.row(0, "Parallelism", job.print_or("parallelism", "<unset>"));
    page.row(0, "Completions", job.print_or("completions", "<unset>"));
    if job.has("activeDeadlineSeconds") {
        page.row(0, "Active Deadline Seconds", format_args!("{}s", job.number("activeDeadlineSeconds")));
    }
    write_template(page, job.at("template"));
    let last = status.text("lastScheduleTime");
    page.row(0, "Last Schedule Time", if last.is_empty() { "<unset>".into() } else { time::long(last) });
    let active: Vec<&str> = status.list("active").iter().map(|job| job.text("name")).collect();
    page.row(0, "Active Jobs", or_none(&active.join(", ")));
}

/// `1 Running / 1 Waiting / 0 Succeeded / 0 Failed`: the pods that the controller owns.
fn pods_status(object: &Value, related: &Related) -> String {
    let pods = match related.items(&pods_of(object)) {
        Ok(pods) => pods,
        Err(reason) => return format!("<unknown: {reason}>"),
    };
    let own: Vec<&str> =
        pods.iter().filter(|pod| is_controlled_by(pod, object)).map(|pod| pod.text("status.phase")).collect();
    let count = |phase: &str| own.iter().filter(|it| **it == phase).count();
    let [running, waiting, succeeded, failed] = ["Running", "Pending", "Succeeded", "Failed"].map(count);
    format!("{running} Running / {waiting} Waiting / {succeeded} Succeeded / {failed} Failed")
}

fn write_names(page: &mut Page, object: &Value) {
    page.row(0, "Name", object.text("metadata.name"));
    page.row(0, "Namespace", object.text("metadata.namespace"));
}

fn write_marks(page: &mut Page, object: &Value) {
    write_labels(page, 0, "Labels", object.at("metadata.labels"));
    write_annotations(page, 0, object.at("metadata.annotations"));
}

fn write_conditions(page: &mut Page, conditions: &[Value]) {
    if !conditions.is_empty() {
        page.line(0, "Conditions:");
        page.head(1, &["Type", "Status", "Reason"]);
        for it in conditions {
            page.line(1, format_args!("{} \t{}\t{}", it.text("type"), it.text("status"), it.text("reason")));
        }
    }
}
