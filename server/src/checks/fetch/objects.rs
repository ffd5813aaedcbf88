//! `kubectl get` in every form that is not a plain table: names, YAML, JSON, templates, and orders of one's own.

use runbook::{
    check::{Get, Output, Resource, Scope},
    columns::{Columns, print_table},
    jsonpath::{self, JsonPathError, Path, Template},
    outcome::Unknown,
};
use serde_json::{Value, json};

use super::super::yaml;
use crate::sources::cluster::{Cluster, GetRequest, GetScope, KubeTable};

/// The question to one kind of objects.
pub(super) fn request(get: &Get, resource: &Resource) -> GetRequest {
    GetRequest {
        kind: resource.kind.clone(),
        names: resource.names.clone(),
        scope: match &get.scope {
            Scope::Default => GetScope::Default,
            Scope::Named(namespace) => GetScope::Namespace(namespace.clone()),
            Scope::All => GetScope::All,
        },
        selector: get.selector.clone(),
        field_selector: get.field_selector.clone(),
    }
}

/// The objects as the command prints them.
pub(super) async fn print(cluster: &Cluster, get: &Get, resource: &Resource) -> Result<String, Unknown> {
    let request = request(get, resource);
    if get.output == Output::Name {
        let mut table = cluster.get_table(&request).await.map_err(|failure| failure.to_unknown())?;
        sort(cluster, get, &request, &mut table).await?;
        return Ok(table.rows.iter().map(|row| format!("{}/{}\n", singular(&table), row.name)).collect());
    }
    let mut value = cluster.get_json(&request).await.map_err(|failure| failure.to_unknown())?;
    strip_managed_fields(&mut value);
    if value["items"].is_array() {
        // kubectl prints a list that it puts together itself, which has no version.
        value["metadata"] = json!({ "resourceVersion": "" });
    }
    if let Some(path) = &get.sort_by {
        let path = Path::parse(path).map_err(unreadable)?;
        if let Some(items) = value.get_mut("items").and_then(Value::as_array_mut) {
            items.sort_by(|a, b| jsonpath::compare(path.find(a).first().copied(), path.find(b).first().copied()));
        }
    }
    match &get.output {
        Output::JsonPath(template) => Ok(Template::parse(template).map_err(unreadable)?.render(&value)),
        Output::CustomColumns(columns) => {
            let columns = Columns::parse(columns).map_err(unreadable)?;
            let rows: Vec<Vec<String>> = items(&value).iter().map(|item| columns.cells(item)).collect();
            let heads: Vec<String> = columns.heads().map(str::to_owned).collect();
            Ok(print_table((!get.no_headers).then_some(heads.as_slice()), &rows))
        }
        Output::Json => print_json(&value),
        Output::Yaml => Ok(yaml::write(&value)),
        Output::Table | Output::Wide | Output::Name => Err(super::not_yet("This output")),
    }
}

/// Puts a table's rows in the order that `--sort-by` asks for. Its cells are for people, so the objects decide.
pub(super) async fn sort(
    cluster: &Cluster,
    get: &Get,
    request: &GetRequest,
    table: &mut KubeTable,
) -> Result<(), Unknown> {
    let Some(path) = &get.sort_by else { return Ok(()) };
    let path = Path::parse(path).map_err(unreadable)?;
    let value = cluster.get_json(request).await.map_err(|failure| failure.to_unknown())?;
    let objects = items(&value);
    let key = |namespace: &str, name: &str| {
        let is_it = |item: &&Value| {
            let metadata = &item["metadata"];
            metadata["name"] == name && metadata["namespace"].as_str().unwrap_or("") == namespace
        };
        objects.iter().find(is_it).and_then(|item| path.find(item).first().copied())
    };
    table.rows.sort_by(|a, b| jsonpath::compare(key(&a.namespace, &a.name), key(&b.namespace, &b.name)));
    Ok(())
}

/// The objects of a list, or the one object.
fn items(value: &Value) -> &[Value] {
    match value.get("items").and_then(Value::as_array) {
        Some(items) => items,
        None => std::slice::from_ref(value),
    }
}

/// `pod`, `deployment.apps`, as `-o name` writes it.
fn singular(table: &KubeTable) -> String {
    let group = table.resource.split_once('.').map(|(_, group)| group);
    let kind = table.kind.to_lowercase();
    group.map_or_else(|| kind.clone(), |group| format!("{kind}.{group}"))
}

/// kubectl leaves them out, too: they fill screens and tell a reader nothing.
fn strip_managed_fields(value: &mut Value) {
    let strip = |object: &mut Value| {
        if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.remove("managedFields");
        }
    };
    strip(value);
    if let Some(items) = value.get_mut("items").and_then(Value::as_array_mut) {
        items.iter_mut().for_each(strip);
    }
}

/// JSON with kubectl's indent of four blanks.
fn print_json(value: &Value) -> Result<String, Unknown> {
    let mut out = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, formatter);
    serde::Serialize::serialize(value, &mut serializer).map_err(unprintable)?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

fn unreadable(error: JsonPathError) -> Unknown {
    Unknown {
        asked: "The command's template".into(),
        reason: format!("{error}."),
        remedy: "Run it by hand: the command is there to be copied.".into(),
        log_id: None,
    }
}

fn unprintable(error: impl std::fmt::Display) -> Unknown {
    Unknown {
        asked: "The objects".into(),
        reason: format!("They cannot be printed: {error}."),
        remedy: "Run the command by hand: it is there to be copied.".into(),
        log_id: None,
    }
}
