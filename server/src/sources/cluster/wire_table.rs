//! The tables that an API server prints, as they come in: read into cells, or made of objects where a server cannot
//! print them.

use serde::Deserialize;
use serde_json::Value;

use super::{
    discovery::Kind,
    error::ClusterError,
    get::{KubeColumn, KubeRow, KubeTable},
};

impl KubeTable {
    /// Adds an answer's rows and gives the token of the next page.
    pub(super) fn add(&mut self, answer: &[u8], kind: &Kind) -> Result<Option<String>, ClusterError> {
        let wire: WireTable = match serde_json::from_slice(answer) {
            Ok(wire) => wire,
            Err(_) => WireTable::of_objects(serde_json::from_slice(answer)?, kind),
        };
        if self.columns.is_empty() {
            self.columns = wire.column_definitions.into_iter().map(KubeColumn::from).collect();
        }
        let width = self.columns.len();
        self.rows.extend(wire.rows.into_iter().map(|row| row.into_row(width)));
        Ok(wire.metadata.continue_token.filter(|token| !token.is_empty()))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireTable {
    #[serde(default)]
    metadata: WireListMeta,
    column_definitions: Vec<WireColumn>,
    #[serde(default)]
    rows: Vec<WireRow>,
}

#[derive(Default, Deserialize)]
struct WireListMeta {
    #[serde(rename = "continue")]
    continue_token: Option<String>,
}

#[derive(Deserialize)]
struct WireColumn {
    name: String,
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    priority: i32,
}

#[derive(Deserialize)]
struct WireRow {
    cells: Vec<Value>,
    #[serde(default)]
    object: Value,
}

impl WireTable {
    /// A table of names for servers of aggregated APIs that cannot print one.
    fn of_objects(answer: Value, kind: &Kind) -> Self {
        let objects = match answer["items"].as_array() {
            Some(items) => items.clone(),
            None => vec![answer],
        };
        let column = WireColumn { name: "Name".into(), kind: "string".into(), priority: 0 };
        let named = objects.into_iter().filter(|object| object["metadata"]["name"].is_string());
        tracing::debug!(kind = kind.kind, "the API server sent objects in place of a table");
        Self {
            metadata: WireListMeta::default(),
            column_definitions: vec![column],
            rows: named.map(|object| WireRow { cells: vec![object["metadata"]["name"].clone()], object }).collect(),
        }
    }
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
        other => other.to_string(),
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
        ] {
            assert_eq!(cell(&value), text);
        }
    }
}
