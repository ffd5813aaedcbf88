//! The description of the kinds, in OpenAPI v3: small, but with the fields that runbooks ask about.

use serde_json::{Map, Value, json};

use super::kinds::{KINDS, Kind};

/// The document at a path; none when the path is none of these.
pub(super) fn answer(segments: &[&str]) -> Option<Value> {
    match segments {
        ["openapi", "v3"] => Some(index()),
        ["openapi", "v3", "api", version] => document("", version),
        ["openapi", "v3", "apis", group, version] => document(group, version),
        _ => None,
    }
}

fn index() -> Value {
    let paths: Map<String, Value> = KINDS
        .iter()
        .map(|kind| {
            let path = path(kind.group, kind.version);
            let address = json!({ "serverRelativeURL": format!("/openapi/v3/{path}?hash=0") });
            (path, address)
        })
        .collect();
    json!({ "paths": paths })
}

fn path(group: &str, version: &str) -> String {
    if group.is_empty() { format!("api/{version}") } else { format!("apis/{group}/{version}") }
}

fn document(group: &str, version: &str) -> Option<Value> {
    let kinds: Vec<&Kind> = KINDS.iter().filter(|kind| kind.group == group && kind.version == version).collect();
    if kinds.is_empty() {
        return None;
    }
    let mut schemas = parts();
    let mut paths = Map::new();
    for kind in kinds {
        schemas.insert(format!("io.example.{version}.{}", kind.kind), schema(kind));
        let gvk = json!({ "group": group, "kind": kind.kind, "version": version });
        let place = if kind.is_namespaced { "namespaces/{namespace}/" } else { "" };
        let address = format!("/{}/{place}{}", self::path(group, version), kind.plural);
        paths.insert(address, json!({ "get": { "x-kubernetes-group-version-kind": gvk } }));
    }
    Some(json!({
        "openapi": "3.0.0", "info": { "title": "Simulated", "version": "v1" },
        "paths": paths, "components": { "schemas": schemas },
    }))
}

fn schema(kind: &Kind) -> Value {
    let field = |part: &str, words: &str| json!({ "description": words, "default": {}, "allOf": [{ "$ref": format!("#/components/schemas/io.example.{part}") }] });
    let (spec, status) = if kind.kind == "Pod" { ("PodSpec", "PodStatus") } else { ("Spec", "Status") };
    json!({
        "description": format!("{} of the simulated homelab.", kind.kind),
        "type": "object",
        "x-kubernetes-group-version-kind": [{ "group": kind.group, "kind": kind.kind, "version": kind.version }],
        "properties": {
            "apiVersion": { "type": "string", "description": "Group and version of this kind." },
            "kind": { "type": "string", "description": "The name of this kind." },
            "metadata": field("ObjectMeta", "Name, namespace and labels."),
            "spec": field(spec, "What is wanted."),
            "status": field(status, "What is so."),
        },
    })
}

/// The parts that kinds have in common.
fn parts() -> Map<String, Value> {
    let text = |words: &str| json!({ "type": "string", "description": words });
    let number = |words: &str| json!({ "type": "integer", "format": "int32", "description": words });
    let object = |words: &str, fields: Value| json!({ "type": "object", "description": words, "properties": fields });
    let list = |part: &str, words: &str| json!({ "type": "array", "description": words, "items": { "allOf": [{ "$ref": format!("#/components/schemas/io.example.{part}") }] } });
    let map =
        |words: &str| json!({ "type": "object", "description": words, "additionalProperties": { "type": "string" } });
    let all = [
        (
            "ObjectMeta",
            object(
                "What every object has.",
                json!({
                    "annotations": map("Notes of tools."), "labels": map("Words to select by."),
                    "name": text("The name."), "namespace": text("The namespace."),
                }),
            ),
        ),
        ("Spec", object("What is wanted of it.", json!({ "replicas": number("How many pods are wanted.") }))),
        ("Status", object("What is so.", json!({ "replicas": number("How many pods there are.") }))),
        (
            "PodSpec",
            object(
                "What is wanted of a pod.",
                json!({
                    "containers": list("Container", "The containers of the pod."),
                    "nodeName": text("The node that it runs on."),
                    "restartPolicy": { "type": "string", "description": "When containers are started again.",
                        "enum": ["Always", "Never", "OnFailure"] },
                }),
            ),
        ),
        (
            "PodStatus",
            object(
                "How a pod is.",
                json!({
                    "phase": text("How far it has come."), "reason": text("Why, in one word."),
                }),
            ),
        ),
        (
            "Container",
            object(
                "A program in a pod.",
                json!({
                    "image": text("What it is started from."), "name": text("Its name within the pod."),
                    "resources": map("What it may use."),
                }),
            ),
        ),
    ];
    all.into_iter().map(|(name, schema)| (format!("io.example.{name}"), schema)).collect()
}
