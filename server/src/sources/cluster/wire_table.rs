//! The tables that an API server prints, as they come in: read into cells, or made of objects where a server cannot
//! print them.

use runbook::loose;
use serde::Deserialize;
use serde_json::Value;

use super::{
    discovery::Kind,
    error::ClusterError,
    get::{KubeColumn, KubeRow, KubeTable},
};
use crate::sources::remark;

impl KubeTable {
    /// Adds an answer's rows and gives the token of the next page.
    pub(super) fn add(&mut self, answer: &[u8], kind: &Kind) -> Result<Option<String>, ClusterError> {
        let wire: WireTable = match serde_json::from_slice(answer) {
            Ok(wire) => wire,
            Err(error) => match serde_json::from_slice::<Value>(answer)? {
                table if table["kind"] == "Table" => return Err(error.into()),
                objects => WireTable::of_objects(objects, kind),
            },
        };
        if self.columns.is_empty() {
            self.columns = wire.column_definitions.into_iter().map(KubeColumn::from).collect();
        }
        let width = self.columns.len();
        let all = wire.rows.len();
        let read = wire.rows.into_iter().flatten().map(|row| row.into_row(width));
        let before = self.rows.len();
        self.rows.extend(read);
        remark::left_out("the API server", all - (self.rows.len() - before));
        Ok(wire.metadata.continue_token.filter(|token| !token.is_empty()))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireTable {
    #[serde(default, deserialize_with = "loose::or_default")]
    metadata: WireListMeta,
    #[serde(deserialize_with = "loose::or_default")]
    column_definitions: Vec<WireColumn>,
    #[serde(default, deserialize_with = "loose::or_default")]
    rows: Vec<Option<WireRow>>,
}

#[derive(Default, Deserialize)]
struct WireListMeta {
    #[serde(rename = "continue")]
    continue_token: Option<String>,
}

#[derive(Deserialize)]
struct WireColumn {
    #[serde(default, deserialize_with = "loose::text")]
    name: String,
    #[serde(rename = "type", default, deserialize_with = "loose::text")]
    kind: String,
    #[serde(default, deserialize_with = "loose::or_default")]
    priority: i32,
}

#[derive(Deserialize)]
struct WireRow {
    #[serde(default, deserialize_with = "loose::or_default")]
    cells: Vec<Value>,
    #[serde(default)]
    object: Value,
}

impl WireTable {
    /// A table of names for servers of aggregated APIs that cannot print one.
    fn of_objects(answer: Value, kind: &Kind) -> Self {
        let objects = match answer["items"].as_array() {
            Some(items) => items.clone(),
            // An empty list may have no items at all.
            None if is_list(&answer) => Vec::new(),
            None => vec![answer],
        };
        let column = WireColumn { name: "Name".into(), kind: "string".into(), priority: 0 };
        tracing::debug!(kind = kind.kind, "the API server sent objects in place of a table");
        Self {
            metadata: WireListMeta::default(),
            column_definitions: vec![column],
            rows: objects
                .into_iter()
                .map(|object| {
                    let name = object["metadata"]["name"].clone();
                    name.is_string().then(|| WireRow { cells: vec![name], object })
                })
                .collect(),
        }
    }
}

/// Whether an answer is a list, by its own word for itself.
pub(super) fn is_list(answer: &Value) -> bool {
    answer.get("items").is_some() || answer["kind"].as_str().is_some_and(|kind| kind.ends_with("List"))
}

impl WireRow {
    fn into_row(self, width: usize) -> KubeRow {
        let mut cells: Vec<String> = self.cells.iter().map(cell).collect();
        cells.resize(width, String::new());
        let metadata = &self.object["metadata"];
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let labels = metadata["labels"].as_object().into_iter().flatten();
        KubeRow {
            cells,
            // Kinds of the whole cluster have no namespace in their metadata.
            namespace: text(&metadata["namespace"]).unwrap_or_else(String::new),
            name: text(&metadata["name"]).unwrap_or_else(String::new),
            labels: labels.filter_map(|(key, value)| Some((key.clone(), text(value)?))).collect(),
        }
    }
}

impl From<WireColumn> for KubeColumn {
    fn from(column: WireColumn) -> Self {
        let is_numeric = matches!(column.kind.as_str(), "integer" | "number");
        Self { name: column.name, priority: column.priority, is_numeric }
    }
}

/// A cell as kubectl prints it.
fn cell(value: &Value) -> String {
    match value {
        // kubectl cuts a cell at its first line break and says so with three dots.
        Value::String(text) => match text.find(['\n', '\r', '\u{c}']) {
            Some(at) => format!("{}...", &text[..at]),
            None => text.clone(),
        },
        Value::Null => "<none>".into(),
        // Go prints a list of a printer column in brackets, with blanks between.
        Value::Array(items) => format!("[{}]", items.iter().map(cell_in_list).collect::<Vec<_>>().join(" ")),
        other => other.to_string(),
    }
}

fn cell_in_list(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => cell(other),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn writes_cells_as_kubectl_does() {
        for (value, text) in [
            (json!("web"), "web"),
            (json!(3), "3"),
            (json!(null), "<none>"),
            (json!(true), "true"),
            (json!("first\nsecond"), "first..."),
            (json!(["a", "b", 3]), "[a b 3]"),
            (json!([]), "[]"),
        ] {
            assert_eq!(cell(&value), text);
        }
    }

    fn kind() -> Kind {
        Kind {
            group: String::new(),
            version: "v1".into(),
            plural: "things".into(),
            singular: "thing".into(),
            kind: "Thing".into(),
            short_names: Vec::new(),
            is_namespaced: true,
            verbs: vec!["list".into()],
            categories: Vec::new(),
        }
    }

    fn rows(answer: Value) -> Vec<String> {
        let mut table = KubeTable {
            resource: "things".into(),
            kind: "Thing".into(),
            is_namespaced: true,
            columns: Vec::new(),
            rows: Vec::new(),
            missing: Vec::new(),
            is_cut: false,
        };
        table.add(answer.to_string().as_bytes(), &kind()).expect("a table");
        table.rows.into_iter().map(|row| row.cells.join(" ")).collect()
    }

    #[test]
    fn takes_a_list_without_items_for_an_empty_one() {
        for empty in [
            json!({"kind": "Table", "metadata": null, "columnDefinitions": [{"name": "Name"}], "rows": null}),
            json!({"kind": "Table", "columnDefinitions": null, "rows": null}),
            json!({"kind": "ThingList", "items": null}),
            json!({"kind": "ThingList", "metadata": {}}),
            json!({"kind": "ThingList", "items": [null, {"metadata": {}}]}),
        ] {
            assert_eq!(rows(empty.clone()), Vec::<String>::new(), "{empty}");
        }
        let odd = json!({"kind": "Table", "columnDefinitions": [{"name": "Name", "priority": null}],
            "rows": [{"cells": ["a"]}, null, {"cells": null}]});
        assert_eq!(rows(odd), ["a", ""]);
    }
}
