//! What else must be read to describe an object: the pods of a node, the endpoints of a service. Names it; the reading
//! is done elsewhere.

use std::collections::BTreeMap;

use serde_json::Value;

use super::look::Look;

/// Objects that a description needs beside the one that it describes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Need {
    /// `pods`, `leases.coordination.k8s.io`.
    pub kind: &'static str,
    /// One namespace; `None` for all of them or for kinds of the whole cluster.
    pub namespace: Option<String>,
    /// One object; `None` for a list.
    pub name: Option<String>,
    /// Labels that the objects have.
    pub selector: Option<String>,
    /// Fields that the objects have.
    pub field_selector: Option<String>,
}

impl Need {
    /// The objects of a kind, in one namespace or everywhere.
    pub fn list(kind: &'static str, namespace: Option<&str>) -> Self {
        Self { kind, namespace: namespace.map(str::to_owned), name: None, selector: None, field_selector: None }
    }

    /// One object.
    pub fn one(kind: &'static str, namespace: &str, name: &str) -> Self {
        Self { name: Some(name.to_owned()), ..Self::list(kind, Some(namespace)) }
    }

    fn with_labels(self, selector: String) -> Self {
        Self { selector: Some(selector), ..self }
    }
}

/// What was read for a description, or why it could not be.
#[derive(Debug, Default)]
pub struct Related(pub BTreeMap<Need, Result<Value, String>>);

impl Related {
    /// The answer to a need.
    pub(super) fn get(&self, need: &Need) -> Result<&Value, &str> {
        match self.0.get(need) {
            Some(Ok(value)) => Ok(value),
            Some(Err(reason)) => Err(reason),
            None => Err("it was not asked for"),
        }
    }

    /// The entries of the list that answers a need.
    pub(super) fn items(&self, need: &Need) -> Result<&[Value], &str> {
        self.get(need).map(|value| value.list("items"))
    }
}

/// The API group and the kind: `("apps", "Deployment")`.
pub(super) fn group_and_kind(object: &Value) -> (&str, &str) {
    let group = object.text("apiVersion").split_once('/').map_or("", |(group, _)| group);
    (group, object.text("kind"))
}

/// What else is needed to describe an object, its events aside.
pub fn needs(object: &Value) -> Vec<Need> {
    let (namespace, name) = (object.text("metadata.namespace"), object.text("metadata.name"));
    match group_and_kind(object) {
        ("", "Node") => vec![pods_of_node(name), Need::one("leases.coordination.k8s.io", "kube-node-lease", name)],
        ("", "Service") => vec![slices(namespace, name)],
        ("", "PersistentVolumeClaim") => vec![Need::list("pods", Some(namespace))],
        ("", "Namespace") => vec![Need::list("resourcequotas", Some(name)), Need::list("limitranges", Some(name))],
        ("apps", "Deployment") => vec![replica_sets(object)],
        ("apps", "ReplicaSet" | "StatefulSet" | "DaemonSet") | ("", "ReplicationController") => vec![pods_of(object)],
        ("networking.k8s.io", "Ingress") => backends(object)
            .into_iter()
            .flat_map(|service| [slices(namespace, service), Need::one("services", namespace, service)])
            .collect(),
        _ => Vec::new(),
    }
}

/// The pods that a node runs.
pub(super) fn pods_of_node(node: &str) -> Need {
    let fields = format!("spec.nodeName={node},status.phase!=Succeeded,status.phase!=Failed");
    Need { field_selector: Some(fields), ..Need::list("pods", None) }
}

/// The endpoints of a service.
pub(super) fn slices(namespace: &str, service: &str) -> Need {
    let selector = format!("kubernetes.io/service-name={service}");
    Need::list("endpointslices.discovery.k8s.io", Some(namespace)).with_labels(selector)
}

/// The pods that a controller's selector covers.
pub(super) fn pods_of(controller: &Value) -> Need {
    selected("pods", controller)
}

/// The replica sets that a deployment's selector covers.
pub(super) fn replica_sets(deployment: &Value) -> Need {
    selected("replicasets.apps", deployment)
}

fn selected(kind: &'static str, controller: &Value) -> Need {
    let selector = controller.at("spec.selector");
    // A replication controller's selector is the labels themselves.
    let is_plain = controller.text("kind") == "ReplicationController";
    let words = if is_plain { super::labels::joined_fields(selector) } else { super::labels::selector_query(selector) };
    Need::list(kind, Some(controller.text("metadata.namespace"))).with_labels(words)
}

/// Names of the services that an ingress sends requests to, each once.
fn backends(ingress: &Value) -> Vec<&str> {
    let rules = ingress.list("spec.rules").iter().flat_map(|rule| rule.list("http.paths"));
    let mut names: Vec<&str> = rules
        .map(|path| path.at("backend"))
        .chain([ingress.at("spec.defaultBackend")])
        .collect::<Vec<_>>()
        .into_iter()
        .map(|backend| backend.text("service.name"))
        .filter(|name| !name.is_empty())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}
