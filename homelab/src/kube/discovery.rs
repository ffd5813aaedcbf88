//! Discovery: which groups, versions and kinds there are, in the classic form and in the aggregated one.

use std::collections::BTreeMap;

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::header;
use serde_json::{Value, json};

use super::kinds::{KINDS, Kind};

const METRICS: &str = "metrics.k8s.io";

/// By its media type a client knows an aggregated document.
const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// The discovery document at a path; none when the path is none of discovery's.
pub(super) fn answer(path: &str, accept: &str) -> Option<Response> {
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    let is_aggregated = accept.split(',').any(|form| {
        ["v=v2", "as=APIGroupDiscoveryList"].iter().all(|wanted| form.split(';').any(|part| part.trim() == *wanted))
    });
    let aggregate = match segments[..] {
        ["api"] if is_aggregated => Some(aggregated(&[("", "v1")])),
        ["apis"] if is_aggregated => Some(aggregated(&groups().into_iter().collect::<Vec<_>>())),
        _ => None,
    };
    match aggregate {
        Some(document) => Some(([(header::CONTENT_TYPE, AGGREGATED)], document.to_string()).into_response()),
        None => classic(&segments).map(|document| Json(document).into_response()),
    }
}

fn classic(segments: &[&str]) -> Option<Value> {
    Some(match *segments {
        ["version"] => version(),
        ["api"] => json!({ "kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [] }),
        ["apis"] => json!({
            "kind": "APIGroupList", "apiVersion": "v1",
            "groups": groups().into_iter().map(|(name, version)| group(name, version)).collect::<Vec<_>>(),
        }),
        ["api", "v1"] => resources("", "v1"),
        ["apis", name] => groups().get(name).map(|version| group(name, version))?,
        ["apis", name, version] => groups().get(name).filter(|v| **v == version).map(|_| resources(name, version))?,
        _ => return None,
    })
}

fn version() -> Value {
    json!({
        "major": "1", "minor": "32", "gitVersion": "v1.32.3", "gitCommit": "simulated", "gitTreeState": "clean",
        "buildDate": "2025-03-11T19:52:21Z", "goVersion": "go1.23.6", "compiler": "gc", "platform": "linux/amd64",
    })
}

/// Named groups with their version.
fn groups() -> BTreeMap<&'static str, &'static str> {
    let others = [(METRICS, "v1beta1"), ("authentication.k8s.io", "v1"), ("authorization.k8s.io", "v1")];
    KINDS.iter().map(|kind| (kind.group, kind.version)).filter(|(group, _)| !group.is_empty()).chain(others).collect()
}

fn group(name: &str, version: &str) -> Value {
    let version = json!({ "groupVersion": format!("{name}/{version}"), "version": version });
    json!({ "kind": "APIGroup", "apiVersion": "v1", "name": name, "versions": [version], "preferredVersion": version })
}

fn resources(group: &str, version: &str) -> Value {
    let group_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    let mut resources: Vec<Value> = KINDS.iter().filter(|kind| kind.group == group).map(resource).collect();
    resources.extend(others(group).iter().map(|(name, kind, is_namespaced, verb)| {
        json!({ "name": name, "singularName": "", "namespaced": is_namespaced, "kind": kind, "verbs": [verb] })
    }));
    json!({ "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version, "resources": resources })
}

fn resource(kind: &Kind) -> Value {
    json!({
        "name": kind.plural, "singularName": kind.singular, "namespaced": kind.is_namespaced, "kind": kind.kind,
        "verbs": ["get", "list", "watch"], "shortNames": kind.short, "categories": kind.categories,
    })
}

/// What is served but not stored: plural name, kind, whether it is namespaced, and its verb.
fn others(group: &str) -> &'static [(&'static str, &'static str, bool, &'static str)] {
    match group {
        "" => &[("pods/log", "Pod", true, "get")],
        METRICS => &[("pods", "PodMetrics", true, "list"), ("nodes", "NodeMetrics", false, "list")],
        "authentication.k8s.io" => &[("selfsubjectreviews", "SelfSubjectReview", false, "create")],
        "authorization.k8s.io" => &[
            ("selfsubjectaccessreviews", "SelfSubjectAccessReview", false, "create"),
            ("selfsubjectrulesreviews", "SelfSubjectRulesReview", false, "create"),
        ],
        _ => &[],
    }
}

fn aggregated(groups: &[(&str, &str)]) -> Value {
    let items: Vec<Value> = groups
        .iter()
        .map(|(group, version)| {
            let stored = KINDS.iter().filter(|kind| kind.group == *group).map(|kind| {
                let mut entry = aggregated_resource(group, version, kind.plural, kind.kind, kind.is_namespaced);
                entry["singularResource"] = json!(kind.singular);
                entry["verbs"] = json!(["get", "list", "watch"]);
                entry["shortNames"] = json!(kind.short);
                entry["categories"] = json!(kind.categories);
                entry
            });
            let others = others(group).iter().filter(|(name, ..)| !name.contains('/')).map(|(name, kind, is_namespaced, verb)| {
                let mut entry = aggregated_resource(group, version, name, kind, *is_namespaced);
                entry["verbs"] = json!([verb]);
                entry
            });
            let resources: Vec<Value> = stored.chain(others).collect();
            let metadata = if group.is_empty() { json!({}) } else { json!({ "name": group }) };
            json!({ "metadata": metadata, "versions": [{ "version": version, "resources": resources, "freshness": "Current" }] })
        })
        .collect();
    json!({ "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items })
}

fn aggregated_resource(group: &str, version: &str, plural: &str, kind: &str, is_namespaced: bool) -> Value {
    json!({
        "resource": plural,
        "singularResource": "",
        "responseKind": { "group": group, "version": version, "kind": kind },
        "scope": if is_namespaced { "Namespaced" } else { "Cluster" },
    })
}
