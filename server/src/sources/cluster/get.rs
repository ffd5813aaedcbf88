//! `kubectl get` of anything: the columns that the API server prints, or the objects as JSON. Pages long lists, bounds
//! them, and says so. The data of secrets is read
//! by one question alone, where the configuration allows it.

use serde_json::{Value, json};

use super::{
    Cluster, answered, connection::Asked, discovery::Kind, error::ClusterError, path::ApiPath, wire_table::is_list,
};
use crate::sources::{Cause, SourceFailure, remark};

/// Rows of one page.
const PAGE_SIZE: usize = 500;
/// Most rows that are read of one list.
pub(super) const MAX_ROWS: usize = 10_000;
/// Largest answer, in bytes.
const MAX_BYTES: usize = 32 << 20;
/// Most names in one question.
const MAX_NAMES: usize = 50;
const AS_TABLE: &str = "application/json;as=Table;g=meta.k8s.io;v=v1,application/json;q=0.9";

/// What is read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GetRequest {
    /// The kind as typed: `po`, `pods`, `certificates.cert-manager.io`.
    pub kind: String,
    /// These objects; all of them when empty.
    pub names: Vec<String>,
    /// Where.
    pub scope: GetScope,
    /// `-l`.
    pub selector: Option<String>,
    /// `--field-selector`.
    pub field_selector: Option<String>,
}

/// Which namespaces.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum GetScope {
    /// The context's own.
    Default,
    /// One.
    Namespace(String),
    /// All.
    All,
}

/// What the API server prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeTable {
    /// `pods`, `certificates.cert-manager.io`.
    pub resource: String,
    /// `Pod`.
    pub kind: String,
    /// Whether its objects live in namespaces.
    pub is_namespaced: bool,
    /// Column heads.
    pub columns: Vec<KubeColumn>,
    /// Rows, in the API server's order.
    pub rows: Vec<KubeRow>,
    /// Names that were asked for and do not exist.
    pub missing: Vec<String>,
    /// Whether the list goes on beyond the bound.
    pub is_cut: bool,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeColumn {
    /// As the API server names it: `Name`. kubectl prints it in capitals.
    pub name: String,
    /// 0 is always printed, more only with `-o wide`.
    pub priority: i32,
    /// Whether it holds numbers.
    pub is_numeric: bool,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeRow {
    /// As many cells as there are columns.
    pub cells: Vec<String>,
    /// Empty for kinds of the whole cluster.
    pub namespace: String,
    /// The object's name.
    pub name: String,
    /// Its labels.
    pub labels: Vec<(String, String)>,
}

impl KubeTable {
    /// Leaves out what kubectl prints only with `-o wide`.
    pub fn drop_wide_columns(&mut self) {
        let kept: Vec<usize> = (0..self.columns.len()).filter(|at| self.columns[*at].priority == 0).collect();
        self.columns = kept.iter().map(|at| self.columns[*at].clone()).collect();
        for row in &mut self.rows {
            row.cells = kept.iter().filter_map(|at| row.cells.get(*at).cloned()).collect();
        }
    }

    /// Names as kubectl writes them where a question covers several kinds: `pod/web-0`.
    pub fn prefix_names(&mut self, singular: &str) {
        let Some(at) = self.columns.iter().position(|column| column.name == "Name") else { return };
        for cell in self.rows.iter_mut().filter_map(|row| row.cells.get_mut(at)) {
            *cell = format!("{singular}/{cell}");
        }
    }

    /// Adds kubectl's `-L` columns, and `--show-labels` as the last one.
    pub fn add_label_columns(&mut self, keys: &[String], show_labels: bool) {
        let heads = keys.iter().map(|key| key.rsplit('/').next().unwrap_or(key).to_uppercase());
        let heads = heads.chain(show_labels.then(|| "LABELS".to_owned()));
        self.columns.extend(heads.map(|name| KubeColumn { name, priority: 0, is_numeric: false }));
        for row in &mut self.rows {
            // A pod without the label has an empty cell, as kubectl prints it.
            let value = |key: &String| {
                let label = row.labels.iter().find(|(known, _)| known == key);
                label.map_or_else(String::new, |(_, value)| value.clone())
            };
            let mut cells: Vec<String> = keys.iter().map(value).collect();
            if show_labels {
                let all: Vec<String> = row.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
                cells.push(if all.is_empty() { "<none>".into() } else { all.join(",") });
            }
            row.cells.extend(cells);
        }
    }
}

impl Cluster {
    /// The table that `kubectl get` prints.
    pub async fn get_table(&self, request: &GetRequest) -> Result<KubeTable, SourceFailure> {
        let (kind, asked) = self.resolve(request).await?;
        self.read_table(request, &kind).await.map_err(|error| self.connection.failure(&asked, error))
    }

    /// The objects as JSON: one object for one name, a `List` otherwise.
    pub async fn get_json(&self, request: &GetRequest) -> Result<Value, SourceFailure> {
        let (kind, asked) = self.resolve(request).await?;
        self.read_json(request, &kind).await.map_err(|error| self.connection.failure(&asked, error))
    }

    /// The objects with what Secrets hold, where the operator lets that be shown; without it everywhere else.
    pub async fn get_json_with_secret_data(&self, request: &GetRequest) -> Result<Value, SourceFailure> {
        if !self.shows_secret_data() {
            return self.get_json(request).await;
        }
        let (kind, asked) = self.resolve(request).await?;
        self.read_objects(request, &kind).await.map_err(|error| self.connection.failure(&asked, error))
    }

    pub(super) async fn resolve(&self, request: &GetRequest) -> Result<(Kind, Asked), SourceFailure> {
        let name = self.name();
        let words = Asked::new(format!("{} of {name}", request.kind), "list", &request.kind, None);
        let found = match request.names.len() {
            0..=MAX_NAMES => self.discovery.find(&self.connection, &request.kind).await,
            many => Err(ClusterError::NotAsked {
                kind: Cause::BadRequest,
                reason: format!("The command names {many} objects; Runlight reads at most {MAX_NAMES} at once."),
                remedy: "Leave the names out, or use a selector.".into(),
            }),
        };
        let kind = found.map_err(|error| self.connection.failure(&words, error))?;
        let verb = if request.names.is_empty() { "list" } else { "get" };
        let namespace = self.namespace(request).filter(|_| kind.is_namespaced);
        let place = namespace.as_ref().map_or(String::new(), |namespace| format!(" in {namespace}"));
        let words = match request.names.as_slice() {
            [] => format!("{}{place} of {name}", kind.resource()),
            names => format!("{} {}{place} of {name}", kind.resource(), names.join(", ")),
        };
        let asked = Asked::new(words, verb, &kind.resource(), namespace.as_deref());
        Ok((kind, asked))
    }

    pub(super) fn namespace(&self, request: &GetRequest) -> Option<String> {
        match &request.scope {
            GetScope::Default => Some(self.default_namespace()),
            GetScope::Namespace(namespace) => Some(namespace.clone()),
            GetScope::All => None,
        }
    }

    async fn read_table(&self, request: &GetRequest, kind: &Kind) -> Result<KubeTable, ClusterError> {
        let mut table = KubeTable {
            resource: kind.resource(),
            kind: kind.kind.clone(),
            is_namespaced: kind.is_namespaced,
            columns: Vec::new(),
            rows: Vec::new(),
            missing: Vec::new(),
            is_cut: false,
        };
        let base = kind.path(self.namespace(request).as_deref())?;
        for name in &request.names {
            let path = base.clone().part(name)?;
            match self.connection.get(&path, AS_TABLE, MAX_BYTES).await {
                Ok(answer) => {
                    table.add(&answer, kind)?;
                }
                Err(ClusterError::Answered { code: 404, .. }) if request.names.len() > 1 => {
                    table.missing.push(name.clone());
                }
                Err(error) => return Err(error),
            }
        }
        if request.names.is_empty() {
            let base = select(base.with("limit", PAGE_SIZE), request);
            let mut next_page = None;
            while let Some(token) = {
                let path = base.clone().with_some("continue", next_page);
                let page = self.connection.get(&path, AS_TABLE, MAX_BYTES).await?;
                table.add(&page, kind)?
            } {
                if table.rows.len() >= MAX_ROWS {
                    table.is_cut = true;
                    break;
                }
                next_page = Some(token);
            }
        }
        Ok(table)
    }

    async fn read_json(&self, request: &GetRequest, kind: &Kind) -> Result<Value, ClusterError> {
        let mut value = self.read_objects(request, kind).await?;
        if kind.is_secret() || answered::holds_secrets(&value) {
            forget_data(&mut value);
        }
        Ok(value)
    }

    async fn read_objects(&self, request: &GetRequest, kind: &Kind) -> Result<Value, ClusterError> {
        let base = kind.path(self.namespace(request).as_deref())?;
        if request.names.is_empty() {
            let path = select(base.with("limit", MAX_ROWS), request);
            let mut list = self.read_value(&path).await?;
            if is_list(&list) && !list["items"].is_array() {
                // Go writes an empty list as null, and some servers leave it out.
                list["items"] = Value::Array(Vec::new());
            }
            if let Some(items) = list["items"].as_array_mut() {
                let all = items.len();
                items.retain(Value::is_object);
                remark::left_out(self.name(), all - items.len());
            }
            let is_of_secrets = answered::holds_secrets(&list);
            // The API server leaves these out of the items of a list, and kubectl puts them in again.
            let api_version = list["apiVersion"].clone();
            for item in list["items"].as_array_mut().into_iter().flatten() {
                if item["kind"].is_null() {
                    let known = if is_of_secrets { "Secret" } else { kind.kind.as_str() };
                    item["kind"] = Value::from(known);
                    item["apiVersion"] = api_version.clone();
                }
            }
            list["apiVersion"] = Value::from("v1");
            list["kind"] = Value::from("List");
            return Ok(list);
        }
        let mut objects = Vec::new();
        for name in &request.names {
            objects.push(self.read_value(&base.clone().part(name)?).await?);
        }
        if let [object] = &mut objects[..] {
            return Ok(object.take());
        }
        Ok(json!({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": objects}))
    }

    async fn read_value(&self, path: &ApiPath) -> Result<Value, ClusterError> {
        Ok(serde_json::from_slice(&self.connection.get(path, "application/json", MAX_BYTES).await?)?)
    }
}

/// Leaves of Secrets what a list of them may show: no data, and no annotation, which may hold a copy of it.
fn forget_data(value: &mut Value) {
    if let Some(items) = value.get_mut("items").and_then(Value::as_array_mut) {
        return items.iter_mut().for_each(forget_data);
    }
    let metadata = &value["metadata"];
    let kept = super::secret::SHOWN_METADATA.into_iter().filter(|field| !metadata[field].is_null());
    let metadata: serde_json::Map<String, Value> =
        kept.map(|field| (field.to_owned(), metadata[field].clone())).collect();
    *value = json!({
        "apiVersion": value["apiVersion"], "kind": value["kind"], "type": value["type"], "metadata": metadata,
    });
}

/// With what the request chooses by.
pub(super) fn select(path: ApiPath, request: &GetRequest) -> ApiPath {
    path.with_some("labelSelector", request.selector.as_deref())
        .with_some("fieldSelector", request.field_selector.as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> KubeTable {
        let column = |name: &str, priority| KubeColumn { name: name.into(), priority, is_numeric: false };
        let row = KubeRow {
            cells: vec!["web".into(), "10.0.0.1".into(), "5d".into()],
            namespace: "apps".into(),
            name: "web".into(),
            labels: vec![("app".into(), "web".into()), ("example.org/tier".into(), "front".into())],
        };
        KubeTable {
            resource: "services".into(),
            kind: "Service".into(),
            is_namespaced: true,
            columns: vec![column("Name", 0), column("IP", 1), column("Age", 0)],
            rows: vec![row],
            missing: Vec::new(),
            is_cut: false,
        }
    }

    #[test]
    fn forgets_what_secrets_hold() {
        let secret = json!({"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "data": {"password": "aHVudGVyMg=="},
            "stringData": {"a": "b"}, "metadata": {"name": "db", "labels": {"app": "db"},
            "annotations": {"last": "{\"data\":{\"password\":\"aHVudGVyMg==\"}}"}}});
        let mut list = json!({"kind": "List", "items": [secret.clone(), secret]});
        forget_data(&mut list);
        let text = list.to_string();
        assert!(!text.contains("aHVu") && !text.contains("stringData"), "{text}");
        assert!(text.contains("\"db\"") && text.contains("Opaque"), "{text}");
    }

    #[test]
    fn drops_wide_columns_with_their_cells() {
        let mut table = table();
        table.drop_wide_columns();
        let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["Name", "Age"]);
        assert_eq!(table.rows[0].cells, ["web", "5d"]);
    }

    #[test]
    fn adds_label_columns_last() {
        let mut table = table();
        table.add_label_columns(&["example.org/tier".into(), "absent".into()], true);
        let names: Vec<&str> = table.columns[3..].iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["TIER", "ABSENT", "LABELS"]);
        assert_eq!(table.rows[0].cells[3..], ["front", "", "app=web,example.org/tier=front"]);
    }
}
