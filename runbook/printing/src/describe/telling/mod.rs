//! What tells of an object: its state, what it ended with, what is missing, and its events with the warnings marked.
//! Chooses and orders facts; says of each whether it is as it should be, and nothing of why.

mod conditions;
mod pod;

use serde_json::Value;

use self::conditions::condition_facts;
use super::{
    Events, Related, events,
    labels::selector,
    look::{Look, or_none, print},
    need::{Need, group_and_kind, pods_of_node, slices},
    network, node, time,
};
use document::outcome::{DescribedObject, Fact, FactGroup, ObjectEvent, ObjectEvents, Tone};

/// The telling parts of an object.
pub fn tell(object: &Value, related: &Related, events: Events<'_>) -> DescribedObject {
    let (_, kind) = group_and_kind(object);
    let mut groups = match group_and_kind(object) {
        ("", "Pod") => pod::groups(object),
        _ => vec![group("", own_facts(object, related))],
    };
    groups.retain(|group| !group.facts.is_empty());
    DescribedObject {
        kind: kind.to_owned(),
        namespace: object.text("metadata.namespace").to_owned(),
        name: object.text("metadata.name").to_owned(),
        groups,
        events: match events {
            _ if !super::has_events(object) => ObjectEvents::Unwanted,
            Events::Unwanted => ObjectEvents::Unwanted,
            Events::Unread(reason) => ObjectEvents::Unread(reason.to_owned()),
            Events::Read(list) => ObjectEvents::Read(list_events(list)),
        },
    }
}

/// The most telling fact of an object, with the part that it is about; `None` when nothing calls for attention.
pub fn worst(object: &DescribedObject) -> Option<(&FactGroup, &Fact)> {
    let facts = object.groups.iter().flat_map(|group| group.facts.iter().map(move |fact| (group, fact)));
    // Of equals the first one tells most.
    facts.rev().max_by_key(|(_, fact)| fact.tone).filter(|(_, fact)| fact.tone >= Tone::Unknown)
}

fn group(title: &str, facts: Vec<Fact>) -> FactGroup {
    FactGroup { title: title.to_owned(), facts }
}

/// A fact; nothing where there is nothing to say.
fn fact(name: &str, value: impl Into<String>, tone: Tone) -> Option<Fact> {
    let value = value.into();
    (!value.is_empty()).then(|| Fact { name: name.to_owned(), value, at: None, tone })
}

fn at(fact: Option<Fact>, instant: &str) -> Option<Fact> {
    fact.map(|fact| Fact { at: time::instant(instant), ..fact })
}

/// `Attention` where something is so that should not be.
fn attention_if(is_odd: bool) -> Tone {
    if is_odd { Tone::Attention } else { Tone::Plain }
}

fn own_facts(object: &Value, related: &Related) -> Vec<Fact> {
    let (spec, status) = (object.at("spec"), object.at("status"));
    let mut facts = match group_and_kind(object) {
        ("apps", "Deployment" | "StatefulSet" | "ReplicaSet") | ("", "ReplicationController") => replicas(object),
        ("apps", "DaemonSet") => daemons(status),
        ("batch", "Job") => job(spec, status),
        ("batch", "CronJob") => vec![
            fact("Schedule", spec.text("schedule"), Tone::Plain),
            fact("Suspended", if spec.is_true("suspend") { "yes" } else { "" }, Tone::Attention),
            at(
                fact("Last scheduled", if status.has("lastScheduleTime") { "ran" } else { "never" }, Tone::Plain),
                status.text("lastScheduleTime"),
            ),
            fact("Active jobs", status.list("active").len().to_string(), Tone::Plain),
        ],
        ("", "Node") => node_facts(object, related),
        ("", "Service") => service(object, related),
        ("", "PersistentVolumeClaim") => claim(object, related),
        ("", "PersistentVolume") => vec![
            phase(status, &["Bound", "Available"], &["Failed"]),
            fact(
                "Claim",
                [spec.text("claimRef.namespace"), spec.text("claimRef.name")].join("/").trim_matches('/'),
                Tone::Plain,
            ),
            fact("Capacity", spec.print("capacity.storage"), Tone::Plain),
            fact("Reclaim policy", spec.text("persistentVolumeReclaimPolicy"), Tone::Plain),
        ],
        ("", "Namespace") => vec![phase(status, &["Active"], &["Terminating"])],
        ("", "ConfigMap" | "Secret") => vec![
            fact("Type", object.text("type"), Tone::Plain),
            fact("Keys", object.fields("data").iter().map(|(key, _)| *key).collect::<Vec<_>>().join(", "), Tone::Plain),
        ],
        ("autoscaling", "HorizontalPodAutoscaler") => vec![
            fact(
                "Replicas",
                format!(
                    "{} current, {} desired, {} to {}",
                    status.number("currentReplicas"),
                    status.number("desiredReplicas"),
                    spec.print_or("minReplicas", "1"),
                    spec.number("maxReplicas")
                ),
                Tone::Plain,
            ),
            fact("Scales", [spec.text("scaleTargetRef.kind"), spec.text("scaleTargetRef.name")].join("/"), Tone::Plain),
        ],
        ("networking.k8s.io", "Ingress") => vec![
            fact(
                "Hosts",
                spec.list("rules").iter().map(|rule| rule.text("host")).collect::<Vec<_>>().join(", "),
                Tone::Plain,
            ),
            fact("Class", spec.text("ingressClassName"), Tone::Plain),
        ],
        _ => vec![
            at(
                fact(
                    "Being deleted",
                    if object.has("metadata.deletionTimestamp") { "yes" } else { "" },
                    Tone::Attention,
                ),
                object.text("metadata.deletionTimestamp"),
            ),
            fact("Phase", status.print("phase"), Tone::Plain),
        ],
    }
    .into_iter()
    .flatten()
    .collect::<Vec<_>>();
    facts.extend(condition_facts(object));
    facts
}

fn phase(status: &Value, good: &[&str], bad: &[&str]) -> Option<Fact> {
    let phase = status.text("phase");
    let tone = match phase {
        phase if good.contains(&phase) => Tone::Good,
        phase if bad.contains(&phase) => Tone::Failing,
        _ => Tone::Attention,
    };
    fact("Status", or_none(phase), tone)
}

fn replicas(object: &Value) -> Vec<Option<Fact>> {
    let (spec, status) = (object.at("spec"), object.at("status"));
    // A field that is left out stands for one.
    let wanted = spec.at("replicas").as_i64().unwrap_or(1);
    let ready = status.number("readyReplicas");
    let tone = match ready {
        ready if ready >= wanted => Tone::Good,
        0 => Tone::Failing,
        _ => Tone::Attention,
    };
    let updated = status.number("updatedReplicas");
    let is_rolling = object.text("kind") != "ReplicaSet" && status.has("updatedReplicas") && updated < wanted;
    vec![
        fact("Replicas", format!("{ready} of {wanted} ready"), if wanted == 0 { Tone::Plain } else { tone }),
        fact("Updated", if is_rolling { format!("{updated} of {wanted}") } else { String::new() }, Tone::Attention),
        fact("Selector", selector(spec.at("selector")), Tone::Plain),
        fact("Images", images(spec.at("template.spec")), Tone::Plain),
    ]
}

fn images(pod_spec: &Value) -> String {
    pod_spec.list("containers").iter().map(|container| container.text("image")).collect::<Vec<_>>().join(", ")
}

fn daemons(status: &Value) -> Vec<Option<Fact>> {
    let (wanted, ready) = (status.number("desiredNumberScheduled"), status.number("numberReady"));
    let misplaced = status.number("numberMisscheduled");
    let tone = if ready >= wanted { Tone::Good } else { Tone::Attention };
    vec![
        fact("Nodes", format!("{ready} of {wanted} ready"), if wanted == 0 { Tone::Plain } else { tone }),
        fact("Misscheduled", if misplaced > 0 { misplaced.to_string() } else { String::new() }, Tone::Attention),
    ]
}

fn job(spec: &Value, status: &Value) -> Vec<Option<Fact>> {
    let failed = status.number("failed");
    let words =
        format!("{} active, {} succeeded, {failed} failed", status.number("active"), status.number("succeeded"));
    vec![
        fact("Pods", words, attention_if(failed > 0)),
        at(
            fact("Started", if status.has("startTime") { "yes" } else { "not yet" }, Tone::Plain),
            status.text("startTime"),
        ),
        at(
            fact("Completed", if status.has("completionTime") { "yes" } else { "" }, Tone::Good),
            status.text("completionTime"),
        ),
        fact("Backoff limit", spec.print("backoffLimit"), Tone::Plain),
        fact("Suspended", if spec.is_true("suspend") { "yes" } else { "" }, Tone::Attention),
    ]
}

fn node_facts(node: &Value, related: &Related) -> Vec<Option<Fact>> {
    let name = node.text("metadata.name");
    let mut facts = vec![
        fact("Unschedulable", if node.is_true("spec.unschedulable") { "yes" } else { "" }, Tone::Attention),
        fact("Taints", super::labels::taints(node.list("spec.taints")).join(", "), Tone::Attention),
    ];
    match related.items(&pods_of_node(name)) {
        Err(reason) => facts.push(fact("Pods", reason, Tone::Unknown)),
        Ok(pods) => {
            facts.push(fact(
                "Pods",
                format!("{} of {}", pods.len(), node.print_or("status.allocatable.pods", "?")),
                Tone::Plain,
            ));
            facts.extend(
                node::shares(node, pods).into_iter().map(|(name, words)| fact(&capitalised(&name), words, Tone::Plain)),
            );
        }
    }
    let info = node.at("status.nodeInfo");
    let system = [info.text("kubeletVersion"), info.text("osImage"), info.text("kernelVersion")];
    let system: Vec<&str> = system.into_iter().filter(|it| !it.is_empty()).collect();
    facts.push(fact("System", system.join(", "), Tone::Plain));
    facts
}

fn service(object: &Value, related: &Related) -> Vec<Option<Fact>> {
    let (spec, metadata) = (object.at("spec"), object.at("metadata"));
    let slices = related.items(&slices(metadata.text("namespace"), metadata.text("name")));
    let mut facts = vec![
        fact("Type", spec.text("type"), Tone::Plain),
        fact("Address", spec.text("clusterIP"), Tone::Plain),
        fact("Selector", super::labels::joined_fields(spec.at("selector")), Tone::Plain),
    ];
    for port in spec.list("ports") {
        let behind = network::endpoints(slices, port.text("name"));
        let tone = match (&slices, behind.as_str()) {
            (Err(_), _) => Tone::Unknown,
            (Ok(_), "" | "<none>") if spec.has("selector") => Tone::Failing,
            _ => Tone::Plain,
        };
        let behind = if matches!(behind.as_str(), "" | "<none>") { "no ready endpoint" } else { &behind };
        let title = format!("Port {}", port.number("port"));
        facts.push(fact(&title, format!("{} to {behind}", port.print("targetPort")), tone));
    }
    facts
}

fn claim(object: &Value, related: &Related) -> Vec<Option<Fact>> {
    let (spec, status, metadata) = (object.at("spec"), object.at("status"), object.at("metadata"));
    let name = metadata.text("name");
    let users = related.items(&Need::list("pods", Some(metadata.text("namespace")))).map(|pods| {
        let uses =
            |pod: &&Value| pod.list("spec.volumes").iter().any(|it| it.text("persistentVolumeClaim.claimName") == name);
        pods.iter().filter(uses).map(|pod| pod.text("metadata.name")).collect::<Vec<_>>().join(", ")
    });
    vec![
        phase(status, &["Bound"], &["Lost"]),
        fact("Volume", spec.text("volumeName"), Tone::Plain),
        fact("Capacity", status.print_or("capacity.storage", &spec.print("resources.requests.storage")), Tone::Plain),
        fact("Storage class", spec.text("storageClassName"), Tone::Plain),
        match users {
            Ok(users) => fact("Used by", or_none(&users), Tone::Plain),
            Err(reason) => fact("Used by", reason, Tone::Unknown),
        },
    ]
}

/// Events, the newest first.
fn list_events(list: &[Value]) -> Vec<ObjectEvent> {
    let instant = |event: &Value, paths: &[&str]| paths.iter().find_map(|path| time::instant(event.text(path)));
    let event = |event: &Value| ObjectEvent {
        is_warning: event.text("type") == "Warning",
        reason: event.text("reason").to_owned(),
        message: events::message(event),
        source: events::source(event).to_owned(),
        count: event.number("series.count").max(event.number("count")).max(1).unsigned_abs(),
        last_at: instant(
            event,
            &["series.lastObservedTime", "lastTimestamp", "eventTime", "metadata.creationTimestamp"],
        ),
        first_at: instant(event, &["eventTime", "firstTimestamp", "metadata.creationTimestamp"]),
    };
    let mut listed: Vec<ObjectEvent> = list.iter().map(event).collect();
    listed.sort_by_key(|event| std::cmp::Reverse((event.last_at, event.first_at)));
    listed
}

/// `CPU requests`, `Memory limits`.
fn capitalised(name: &str) -> String {
    let (first, rest) = name.split_once(' ').unwrap_or((name, ""));
    let first = if first == "cpu" { "CPU".to_owned() } else { first.replacen('m', "M", 1) };
    format!("{first} {rest}")
}

/// A value in words, cut where it would fill the panel.
fn short(value: &Value) -> String {
    super::labels::shorten(&print(value), 400)
}

#[cfg(test)]
mod tests;
