//! Tables: the answers that `kubectl get` prints, for clients that accept `application/json;as=Table`.

mod age;
mod columns;
mod pods;

use std::sync::Arc;

use document::time::Timestamp;
use serde_json::{Value, json};

use super::{Query, kinds::Kind};

/// The form in which a client wants objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Objects,
    Table(Kept),
}

/// What a row keeps of its object: `includeObject`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    Nothing,
    Metadata,
    Object,
}

impl Format {
    /// The first form in the `Accept` header that is known. `Table` is `v1` only.
    pub(super) fn from_accept(accept: &str, query: &Query) -> Self {
        let wants_table = accept.split(',').map(str::trim).find_map(|form| {
            let has = |parameter: &str| form.split(';').any(|part| part.trim() == parameter);
            match form.split(';').next() {
                Some("application/json") if has("as=Table") => has("v=v1").then_some(true),
                Some("application/json") => Some(false),
                _ => None,
            }
        });
        match wants_table {
            Some(true) => Self::Table(match query.get("includeObject").map(String::as_str) {
                Some("None") => Kept::Nothing,
                Some("Object") => Kept::Object,
                _ => Kept::Metadata,
            }),
            _ => Self::Objects,
        }
    }
}

/// A column: its name, whether only `-o wide` shows it, and how a cell is made.
struct Column {
    name: &'static str,
    kind: &'static str,
    is_wide: bool,
    cell: fn(&Value, Timestamp) -> Value,
}

/// The table of some objects.
pub(super) fn of(kind: &Kind, meta: Value, objects: &[Arc<Value>], kept: Kept, now: Timestamp) -> Value {
    let columns = if kind.plural == "pods" { pods::COLUMNS } else { columns::of(kind.plural) };
    let definitions: Vec<Value> = columns
        .iter()
        .map(|column| {
            let format = if column.name == "Name" { "name" } else { "" };
            json!({
                "name": column.name, "type": column.kind, "format": format, "description": "",
                "priority": i32::from(column.is_wide),
            })
        })
        .collect();
    let rows: Vec<Value> = objects
        .iter()
        .map(|object| {
            let cells: Vec<Value> = columns.iter().map(|column| (column.cell)(object, now)).collect();
            let mut row = json!({ "cells": cells });
            match kept {
                Kept::Nothing => {}
                Kept::Object => row["object"] = Value::clone(object),
                Kept::Metadata => {
                    row["object"] = json!({
                        "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"],
                    });
                }
            }
            row
        })
        .collect();
    json!({
        "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": meta,
        "columnDefinitions": definitions, "rows": rows,
    })
}

const fn shown(name: &'static str, kind: &'static str, cell: fn(&Value, Timestamp) -> Value) -> Column {
    Column { name, kind, is_wide: false, cell }
}

const fn wide(name: &'static str, kind: &'static str, cell: fn(&Value, Timestamp) -> Value) -> Column {
    Column { name, kind, is_wide: true, cell }
}

/// The text at a JSON pointer, or `<none>`.
fn text(object: &Value, pointer: &str) -> Value {
    match object.pointer(pointer) {
        Some(Value::String(text)) if !text.is_empty() => json!(text),
        Some(value @ (Value::Number(_) | Value::Bool(_))) => json!(value.to_string()),
        _ => json!("<none>"),
    }
}

fn name(object: &Value, _: Timestamp) -> Value {
    object["metadata"]["name"].clone()
}

fn created(object: &Value, now: Timestamp) -> Value {
    age::since(object.pointer("/metadata/creationTimestamp"), now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chooses_the_first_form_it_knows() {
        let kubectl = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";
        assert_eq!(Format::from_accept(kubectl, &Query::new()), Format::Table(Kept::Metadata));
        let none = Query::from([("includeObject".into(), "None".into())]);
        assert_eq!(
            Format::from_accept("application/json;as=Table;g=meta.k8s.io;v=v1", &none),
            Format::Table(Kept::Nothing)
        );
        assert_eq!(Format::from_accept("application/json", &none), Format::Objects);
        assert_eq!(Format::from_accept("application/yaml, */*", &none), Format::Objects);
    }
}
