//! `kubectl get` in every form that is not a plain table: names, YAML, JSON, templates, and orders of one's own.

use std::collections::HashMap;

use runbook::{
    check::{Get, Output, Resource},
    columns::{Columns, align},
    command::prints_secret_data,
    filter::{Budget, TooCostly},
    gotemplate::GoTemplate,
    jsonpath::{self, JsonPathError, Path, Template},
    outcome::{Cause, Unknown},
};
use serde_json::{Value, json};

use super::{
    super::{too_costly, workers, yaml},
    kinds::{Part, missing},
};
use crate::sources::cluster::{Cluster, GetRequest, KubeRow, KubeTable};

/// The question to one kind of objects.
pub(super) fn request(get: &Get, resource: &Resource) -> GetRequest {
    GetRequest {
        selector: get.selector.clone(),
        field_selector: get.field_selector.clone(),
        ..super::cluster::request(&resource.kind, &resource.names, &get.scope)
    }
}

/// The objects as the command prints them, and what of them is missing.
pub(super) async fn print(cluster: &Cluster, get: &Get, parts: &[Part]) -> Result<(String, Vec<Unknown>), Unknown> {
    if get.output == Output::Name {
        return print_names(cluster, get, parts).await;
    }
    let (mut value, complaints) = read(cluster, get, parts).await?;
    strip_managed_fields(&mut value);
    if let Some(path) = &get.sort_by {
        let path = Path::parse(path).map_err(unreadable)?;
        if let Some(items) = value.get_mut("items").and_then(Value::as_array_mut) {
            order(items, &path).map_err(too_costly)?;
        }
    }
    // Where nothing was found of what was named, kubectl prints nothing but the error.
    if !complaints.is_empty() && items(&value).is_empty() {
        return Ok((String::new(), complaints));
    }
    let text = write(value, &get.output, get.no_headers).await?;
    Ok((text, complaints))
}

/// A value in one of the forms that hold it whole. The command decides what that costs.
pub(super) async fn write(value: Value, output: &Output, no_headers: bool) -> Result<String, Unknown> {
    let output = output.clone();
    workers::run(move |budget| Ok(write_within(&value, &output, no_headers, budget))).await.map_err(too_costly)?
}

fn write_within(value: &Value, output: &Output, no_headers: bool, budget: &Budget) -> Result<String, Unknown> {
    Ok(match output {
        Output::JsonPath(template) => {
            Template::parse(template).map_err(unreadable)?.render_within(value, budget).map_err(beyond)?
        }
        Output::GoTemplate(template) => GoTemplate::parse(template)
            .and_then(|template| template.render_within(value, budget))
            .map_err(|error| unreadable(JsonPathError(error.0)))?,
        Output::CustomColumns(columns) => {
            let columns = Columns::parse(columns).map_err(unreadable)?;
            let cells = |item| columns.cells(item, budget);
            let rows: Result<Vec<Vec<String>>, TooCostly> = items(value).iter().map(cells).collect();
            let rows = rows.map_err(too_costly)?;
            let heads: Vec<String> = columns.heads().map(str::to_owned).collect();
            align((!no_headers).then_some(heads.as_slice()), &rows).join("\n")
        }
        Output::Json => print_json(value)?,
        Output::Yaml => yaml::write(value),
        Output::Table | Output::Wide | Output::Name => return Err(super::not_yet("This output")),
    })
}

async fn print_names(cluster: &Cluster, get: &Get, parts: &[Part]) -> Result<(String, Vec<Unknown>), Unknown> {
    let (mut text, mut complaints) = (String::new(), Vec::new());
    for part in parts {
        let mut table = match cluster.get_table(&part.request).await {
            Ok(table) => table,
            Err(failure) => {
                complaints.push(failure.to_unknown());
                continue;
            }
        };
        complaints.extend(table.missing.iter().map(|name| missing(cluster, &part.kind, name)));
        sort(cluster, get, &part.request, &mut table).await?;
        text.extend(table.rows.iter().map(|row| format!("{}/{}\n", part.kind.singular(), row.name)));
    }
    Ok((text, complaints))
}

/// One object when one is named, else a list that kubectl puts together itself, which has no version.
async fn read(cluster: &Cluster, get: &Get, parts: &[Part]) -> Result<(Value, Vec<Unknown>), Unknown> {
    let (mut objects, mut complaints) = (Vec::new(), Vec::new());
    for part in parts {
        let names = part.request.names.iter().map(|name| vec![name.clone()]);
        let requests = if names.len() == 0 { vec![Vec::new()] } else { names.collect() };
        for names in requests {
            let request = GetRequest { names, ..part.request.clone() };
            let answer = match get.output {
                _ if cluster.shows_secret_data() && prints_secret_data(&get.output, get.sort_by.as_deref()) => {
                    cluster.get_json_with_secret_data(&request).await
                }
                // Of secrets the recogniser lets only metadata be printed; their values do not come this far in any case.
                Output::JsonPath(_) | Output::CustomColumns(_) | Output::GoTemplate(_) => {
                    cluster.get_to_describe(&request).await
                }
                _ => cluster.get_json(&request).await,
            };
            match answer {
                Ok(mut value) => match value.get_mut("items").and_then(Value::as_array_mut) {
                    Some(items) => objects.append(items),
                    None => objects.push(value),
                },
                Err(failure) => complaints.push(failure.to_unknown()),
            }
        }
    }
    let is_one = matches!(parts, [Part { request: GetRequest { names, .. }, .. }] if names.len() == 1);
    let is_named = parts.iter().any(|part| !part.request.names.is_empty());
    if !is_named
        && objects.is_empty()
        && let Some(complaint) = complaints.pop()
    {
        return Err(complaint);
    }
    let value = match (is_one, objects.len()) {
        (true, 1) => objects.remove(0),
        _ => json!({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": objects}),
    };
    Ok((value, complaints))
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
    let budget = Budget::default();
    let mut keys: HashMap<(&str, &str), &Value> = HashMap::new();
    for item in objects {
        let field = |name: &str| item["metadata"][name].as_str().unwrap_or("");
        if let Some(key) = path.find(item, &budget).map_err(too_costly)?.first() {
            keys.insert((field("namespace"), field("name")), key);
        }
    }
    let key = |row: &KubeRow| keys.get(&(row.namespace.as_str(), row.name.as_str())).copied();
    let rows = std::mem::take(&mut table.rows);
    let mut keyed: Vec<(Option<&Value>, KubeRow)> = rows.into_iter().map(|row| (key(&row), row)).collect();
    jsonpath::sort(&mut keyed, |(key, _)| *key);
    table.rows = keyed.into_iter().map(|(_, row)| row).collect();
    Ok(())
}

/// Orders objects by what a path finds in them, which is looked for once in each.
fn order(objects: &mut Vec<Value>, path: &Path) -> Result<(), TooCostly> {
    let budget = Budget::default();
    let key = |object: &Value| Ok(path.find(object, &budget)?.first().map(|key| (*key).clone()));
    let keys: Vec<Option<Value>> = objects.iter().map(key).collect::<Result<_, TooCostly>>()?;
    let mut keyed: Vec<(Option<Value>, Value)> = keys.into_iter().zip(objects.drain(..)).collect();
    jsonpath::sort(&mut keyed, |(key, _)| key.as_ref());
    objects.extend(keyed.into_iter().map(|(_, object)| object));
    Ok(())
}

/// The objects of a list, or the one object.
fn items(value: &Value) -> &[Value] {
    match value.get("items").and_then(Value::as_array) {
        Some(items) => items,
        None => std::slice::from_ref(value),
    }
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
    print_json_with(value, "    ")
}

/// JSON with an indent of one's own.
pub(super) fn print_json_with(value: &Value, indent: &str) -> Result<String, Unknown> {
    let mut out = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(indent.as_bytes());
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, formatter);
    serde::Serialize::serialize(value, &mut serializer).map_err(unprintable)?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

fn unreadable(error: JsonPathError) -> Unknown {
    Cause::BadRequest.unknown(
        "The command's template",
        format!("{error}."),
        "Run it by hand: the command is there to be copied.",
    )
}

/// An entry of a list that is not there: mostly, because nothing was found.
fn beyond(error: JsonPathError) -> Unknown {
    Cause::NotFound.unknown(
        "An entry of a list",
        format!("It is not there: {error}."),
        "Run the command without its template to see what there is.",
    )
}

fn unprintable(error: impl std::fmt::Display) -> Unknown {
    Cause::BadRequest.unknown(
        "The objects",
        format!("They cannot be printed: {error}."),
        "Run the command by hand: it is there to be copied.",
    )
}
