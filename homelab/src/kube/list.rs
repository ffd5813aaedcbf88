//! Lists with pages, and single objects.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    Query,
    path::Address,
    select::Selection,
    status::Status,
    table::{Format, Kept},
};
use crate::cluster::{Cluster, furniture::LEADER, store::Key};

/// One object.
pub(super) fn one(cluster: &Cluster, address: &Address, name: &str, format: Format) -> Result<Value, Status> {
    let key = Key::new(address.kind.plural, address.namespace.unwrap_or_default(), name);
    let object = cluster.look().store.get(&key).cloned().ok_or_else(|| Status::not_found(address.kind, name))?;
    let object = renewed(cluster, address, object);
    Ok(match format {
        Format::Objects => Value::clone(&object),
        Format::Table(kept) => {
            let meta = json!({ "resourceVersion": object["metadata"]["resourceVersion"] });
            table(cluster, address, meta, &[object], kept)
        }
    })
}

/// A page of objects.
pub(super) fn many(cluster: &Cluster, address: &Address, query: &Query, format: Format) -> Result<Value, Status> {
    let selection = Selection::parse(query, address.kind)?;
    let limit = match query.get("limit").filter(|text| !text.is_empty()) {
        Some(text) => text.parse::<usize>().map_err(|_| Status::not_a_number(text))?,
        None => 0,
    };
    let mark = query.get("continue").filter(|text| !text.is_empty()).map(|text| PageMark::parse(text)).transpose()?;
    let inside = cluster.look();
    // Every page of a list stands at the version of its first page, so a watch from there misses nothing.
    let version = mark.as_ref().map_or(inside.store.version(), |mark| mark.version);
    if inside.store.changes_after(version).is_err() {
        return Err(Status::expired("The provided continue parameter is too old to display a consistent list result."));
    }
    let is_ahead =
        |key: &Key| mark.as_ref().is_none_or(|mark| (&key.namespace, &key.name) > (&mark.namespace, &mark.name));
    let wanted: Vec<(&Key, &Arc<Value>)> = inside
        .store
        .list(address.kind.plural, address.namespace)
        .filter(|(key, object)| is_ahead(key) && selection.matches(object))
        .collect();
    let shown = if limit == 0 { wanted.len() } else { limit.min(wanted.len()) };
    let mut meta = json!({ "resourceVersion": version.to_string() });
    if let Some((last, _)) = wanted[..shown].last().filter(|_| shown < wanted.len()) {
        meta["continue"] =
            json!(PageMark { version, namespace: last.namespace.clone(), name: last.name.clone() }.write());
        meta["remainingItemCount"] = json!(wanted.len() - shown);
    }
    let objects: Vec<Arc<Value>> = wanted[..shown].iter().map(|(_, object)| Arc::clone(object)).collect();
    drop(inside);
    let objects: Vec<_> = objects.into_iter().map(|object| renewed(cluster, address, object)).collect();
    Ok(match format {
        Format::Table(kept) => table(cluster, address, meta, &objects, kept),
        Format::Objects => json!({
            "kind": format!("{}List", address.kind.kind),
            "apiVersion": address.kind.api_version(),
            "metadata": meta,
            "items": objects.iter().map(|object| without_type(object)).collect::<Vec<_>>(),
        }),
    })
}

/// A lease as its holder renewed it a moment ago; one whose holder is down stays as old as that.
fn renewed(cluster: &Cluster, address: &Address, object: Arc<Value>) -> Arc<Value> {
    match address.kind.plural {
        "leases" => renewed_lease(cluster, object),
        "endpoints" => renewed_election(cluster, object),
        _ => object,
    }
}

fn renewed_lease(cluster: &Cluster, object: Arc<Value>) -> Arc<Value> {
    let name = object["metadata"]["name"].as_str().unwrap_or("");
    let inside = cluster.look();
    let holder = inside.pods.values().flat_map(|pod| &pod.containers).find(|container| container.name == name);
    let renewed_at = match holder {
        Some(container) if !container.is_running() => container.last.as_ref().map(|death| death.finished_at),
        _ => Some(cluster.clock.now().plus_ms(-2_000)),
    };
    drop(inside);
    let Some(at) = renewed_at else { return object };
    let mut lease = Value::clone(&object);
    lease["spec"]["renewTime"] = json!(format!("{}T{}.000000Z", at.date(), at.clock()));
    Arc::new(lease)
}

/// The record of an election in Endpoints, with the pod that holds it now.
fn renewed_election(cluster: &Cluster, object: Arc<Value>) -> Arc<Value> {
    let record = object["metadata"]["annotations"][LEADER].as_str().and_then(|text| serde_json::from_str(text).ok());
    let Some::<Value>(mut record) = record else { return object };
    let inside = cluster.look();
    let holder = inside.pods.values().find(|pod| {
        pod.containers.iter().any(|container| record["holderIdentity"] == container.name && container.is_running())
    });
    if let Some(pod) = holder {
        record["holderIdentity"] = json!(format!("{}_{}", pod.name, pod.uid));
        record["renewTime"] = json!(cluster.clock.now().plus_ms(-2_000).rfc3339());
    }
    drop(inside);
    let mut endpoints = Value::clone(&object);
    endpoints["metadata"]["annotations"][LEADER] = json!(record.to_string());
    Arc::new(endpoints)
}

fn table(cluster: &Cluster, address: &Address, meta: Value, objects: &[Arc<Value>], kept: Kept) -> Value {
    super::table::of(address.kind, meta, objects, kept, cluster.clock.now())
}

/// Items of a list do not repeat their kind.
fn without_type(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(fields) = object.as_object_mut() {
        fields.remove("kind");
        fields.remove("apiVersion");
    }
    object
}

/// Where a page ended: `VERSION/NAMESPACE/NAME`. Clients must not read it.
struct PageMark {
    version: u64,
    namespace: String,
    name: String,
}

impl PageMark {
    fn parse(text: &str) -> Result<Self, Status> {
        let parts: Vec<&str> = text.split('/').collect();
        match parts[..] {
            [version, namespace, name] => version.parse().ok().map(|version| Self {
                version,
                namespace: namespace.to_owned(),
                name: name.to_owned(),
            }),
            _ => None,
        }
        .ok_or_else(|| Status::bad_request("continue key is not valid"))
    }

    fn write(&self) -> String {
        format!("{}/{}/{}", self.version, self.namespace, self.name)
    }
}
