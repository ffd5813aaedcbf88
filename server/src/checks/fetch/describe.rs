//! `kubectl describe`: reads the objects that are meant, what else their descriptions need, and their events. Bounded:
//! a question about too many objects is not answered in part.

use std::sync::Arc;

use futures::future::join_all;
use runbook::{
    check::{Describe, Resource, Scope},
    describe::{self, Need, Related},
    outcome::{Cause, Unknown},
};
use serde_json::Value;

use super::{
    super::describe::{DescribeAnswer, Described},
    Answer, cluster,
};
use crate::{
    clock::Clock,
    sources::{
        SourceFailure,
        cluster::{Cluster, GetRequest, GetScope},
    },
};

/// Most objects that one command may describe.
const MAX_OBJECTS: usize = 200;
/// From so many objects on, the events of a whole namespace are read at once.
const MANY_OBJECTS: usize = 4;
/// What `all` stands for, as kubectl has it.
const ALL_KINDS: [&str; 10] = [
    "pods",
    "replicationcontrollers",
    "services",
    "daemonsets.apps",
    "deployments.apps",
    "replicasets.apps",
    "statefulsets.apps",
    "horizontalpodautoscalers.autoscaling",
    "cronjobs.batch",
    "jobs.batch",
];

/// Reads everything that the description of the asked objects takes.
pub(super) async fn describe(cluster: &Arc<Cluster>, asked: &Describe, clock: Clock) -> Result<Answer, Unknown> {
    let mut objects = Vec::new();
    let mut beside = Beside::default();
    for resource in &asked.resources {
        if resource.kind == "all" {
            for kind in ALL_KINDS {
                let resource = Resource { kind: kind.into(), names: Vec::new() };
                objects.extend(find(cluster, asked, &resource, &mut beside).await?);
            }
        } else {
            objects.extend(find(cluster, asked, resource, &mut beside).await?);
        }
        check_count(cluster, objects.len())?;
    }
    let what = words(asked, cluster, &objects);
    let events = Events::read(cluster, asked, &objects).await;
    let parts = objects.into_iter().map(|object| async {
        let related = read_needs(cluster, describe::needs(&object)).await;
        let events = events.about(cluster, &object).await;
        Described { object, related, events }
    });
    Ok(Answer::Describe(Box::new(DescribeAnswer {
        cluster: cluster.name().to_owned(),
        what,
        show_events: asked.show_events,
        objects: join_all(parts).await,
        missing: beside.missing,
        is_by_prefix: beside.is_by_prefix,
        asked_at: clock.now(),
    })))
}

/// What is to be said of an answer beside its objects.
#[derive(Default)]
struct Beside {
    missing: Vec<String>,
    is_by_prefix: bool,
}

/// "pods web-0 in apps".
fn words(asked: &Describe, cluster: &Cluster, objects: &[Value]) -> String {
    let named = |resource: &Resource| format!("{} {}", resource.kind, resource.names.join(" ")).trim_end().to_owned();
    let what = asked.resources.iter().map(named).collect::<Vec<_>>().join(", ");
    // Kinds of the whole cluster are in no namespace, whatever the command says.
    let is_somewhere = objects.first().is_none_or(|object| object["metadata"]["namespace"].is_string());
    let place = if is_somewhere { cluster::place(cluster, &asked.scope) } else { String::new() };
    format!("Description of {what}{place}")
}

fn check_count(cluster: &Cluster, count: usize) -> Result<(), Unknown> {
    match count {
        0..=MAX_OBJECTS => Ok(()),
        count => Err(Cause::TooLarge.unknown(
            format!("Descriptions from {}", cluster.name()),
            format!("The command means {count} objects; Runlight describes at most {MAX_OBJECTS} at once."),
            "Name one of them, or narrow the command by a namespace or a selector.",
        )),
    }
}

/// The objects of one kind that are meant: by name, by the beginning of a name, by labels, or all.
async fn find(
    cluster: &Cluster,
    asked: &Describe,
    resource: &Resource,
    beside: &mut Beside,
) -> Result<Vec<Value>, Unknown> {
    let request = GetRequest {
        kind: resource.kind.clone(),
        names: Vec::new(),
        scope: match &asked.scope {
            Scope::Default => GetScope::Default,
            Scope::Named(namespace) => GetScope::Namespace(namespace.clone()),
            Scope::All => GetScope::All,
        },
        selector: asked.selector.clone(),
        field_selector: None,
    };
    let unknown = |failure: SourceFailure| failure.to_unknown();
    if resource.names.is_empty() {
        let table = cluster.get_table(&request).await.map_err(unknown)?;
        check_count(cluster, table.rows.len())?;
        return Ok(entries(cluster.get_to_describe(&request).await.map_err(unknown)?));
    }
    let mut objects = Vec::new();
    for name in &resource.names {
        let named = GetRequest { names: vec![name.clone()], ..request.clone() };
        match cluster.get_to_describe(&named).await {
            Ok(object) => objects.push(object),
            Err(failure) if !failure.kind.is_absence() => return Err(failure.to_unknown()),
            Err(_) if resource.names.len() > 1 => beside.missing.push(format!("{}/{name}", resource.kind)),
            Err(failure) => match by_prefix(cluster, &request, name).await? {
                found if found.is_empty() => return Err(failure.to_unknown()),
                found => {
                    beside.is_by_prefix = true;
                    objects = found;
                }
            },
        }
    }
    Ok(objects)
}

/// The objects whose names begin with this: what kubectl describes when there is none of the name itself.
async fn by_prefix(cluster: &Cluster, request: &GetRequest, prefix: &str) -> Result<Vec<Value>, Unknown> {
    let Ok(table) = cluster.get_table(request).await else { return Ok(Vec::new()) };
    let rows: Vec<_> = table.rows.iter().filter(|row| row.name.starts_with(prefix)).collect();
    check_count(cluster, rows.len())?;
    let reading = rows.into_iter().map(|row| {
        let mut named = GetRequest { names: vec![row.name.clone()], ..request.clone() };
        if !row.namespace.is_empty() {
            named.scope = GetScope::Namespace(row.namespace.clone());
        }
        async move { cluster.get_to_describe(&named).await }
    });
    let mut objects = Vec::new();
    for answer in join_all(reading).await {
        match answer {
            Ok(object) => objects.push(object),
            // It has gone since the list was made.
            Err(failure) if failure.kind.is_absence() => {}
            Err(failure) => return Err(failure.to_unknown()),
        }
    }
    Ok(objects)
}

/// What was named for a description, each part read or the reason why not.
async fn read_needs(cluster: &Cluster, needs: Vec<Need>) -> Related {
    let reading = needs.into_iter().map(|need| async {
        let request = GetRequest {
            kind: need.kind.into(),
            names: need.name.iter().cloned().collect(),
            scope: need.namespace.clone().map_or(GetScope::All, GetScope::Namespace),
            selector: need.selector.clone(),
            field_selector: need.field_selector.clone(),
        };
        let answer = cluster.get_json(&request).await.map_err(|failure| reason(&failure, &need));
        (need, answer)
    });
    Related(join_all(reading).await.into_iter().collect())
}

fn reason(failure: &SourceFailure, need: &Need) -> String {
    match (failure.kind.is_absence(), &need.name) {
        (true, Some(name)) => format!("{} \"{name}\" not found", need.kind),
        _ => failure.reason.clone(),
    }
}

/// The events of the objects.
enum Events {
    /// `--show-events=false`.
    Unwanted,
    /// Read for each object by itself.
    OfEach,
    /// Read at once.
    All(Result<Vec<Value>, String>),
}

impl Events {
    async fn read(cluster: &Cluster, asked: &Describe, objects: &[Value]) -> Self {
        if asked.show_events == Some(false) {
            return Self::Unwanted;
        }
        if objects.len() < MANY_OBJECTS {
            return Self::OfEach;
        }
        let scope = match objects.first().and_then(|first| first["metadata"]["namespace"].as_str()) {
            Some(namespace) if asked.scope != Scope::All => GetScope::Namespace(namespace.to_owned()),
            _ => GetScope::All,
        };
        Self::All(read_events(cluster, scope, None).await)
    }

    /// The events that are about one object; `None` when they are not wanted.
    async fn about(&self, cluster: &Cluster, object: &Value) -> Option<Result<Vec<Value>, String>> {
        if !describe::has_events(object) {
            return None;
        }
        let read = match self {
            Self::Unwanted => return None,
            Self::All(events) => events.clone(),
            Self::OfEach => {
                let metadata = &object["metadata"];
                let scope =
                    metadata["namespace"].as_str().map_or(GetScope::All, |it| GetScope::Namespace(it.to_owned()));
                let name = metadata["name"].as_str().map(|name| format!("involvedObject.name={name}"));
                read_events(cluster, scope, name).await
            }
        };
        Some(read.map(|events| events.into_iter().filter(|event| describe::is_about(event, object)).collect()))
    }
}

async fn read_events(cluster: &Cluster, scope: GetScope, fields: Option<String>) -> Result<Vec<Value>, String> {
    let request =
        GetRequest { kind: "events".into(), names: Vec::new(), scope, selector: None, field_selector: fields };
    cluster.get_json(&request).await.map(entries).map_err(|failure| failure.reason)
}

/// The entries of a list.
fn entries(mut list: Value) -> Vec<Value> {
    match list["items"].take() {
        Value::Array(entries) => entries,
        _ => Vec::new(),
    }
}
