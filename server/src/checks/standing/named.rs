//! What a pod names outside itself, and by which part of it. Asks nothing.

use std::collections::BTreeMap;

use serde_json::Value;

/// An object that a pod names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Named {
    /// `ConfigMap`.
    pub(super) kind: &'static str,
    /// Its name.
    pub(super) name: String,
}

/// How a pod uses it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Use {
    /// Keys that must be in it.
    pub(super) keys: Vec<String>,
    /// By what: "env of router", "volume config".
    pub(super) places: Vec<String>,
    /// Whether anything needs it: the pod starts without an optional one.
    pub(super) is_needed: bool,
}

/// Everything that a pod names, each once.
pub(super) fn list(pod: &Value) -> BTreeMap<Named, Use> {
    let mut found = BTreeMap::new();
    let spec = &pod["spec"];
    for volume in items(&spec["volumes"]) {
        let place = format!("volume {}", text(&volume["name"]));
        take_source(volume, &place, &mut found);
        for source in items(&volume["projected"]["sources"]) {
            take_source(source, &place, &mut found);
        }
        note(&mut found, "PersistentVolumeClaim", &volume["persistentVolumeClaim"]["claimName"], &place, true, &[]);
    }
    for list in ["initContainers", "containers"] {
        for container in items(&spec[list]) {
            let place = format!("env of {}", text(&container["name"]));
            for from in items(&container["envFrom"]) {
                for (kind, field) in [("ConfigMap", "configMapRef"), ("Secret", "secretRef")] {
                    let source = &from[field];
                    note(&mut found, kind, &source["name"], &place, source["optional"] != true, &[]);
                }
            }
            for env in items(&container["env"]) {
                for (kind, field) in [("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")] {
                    let source = &env["valueFrom"][field];
                    let keys = [text(&source["key"])];
                    note(&mut found, kind, &source["name"], &place, source["optional"] != true, &keys);
                }
            }
        }
    }
    for secret in items(&spec["imagePullSecrets"]) {
        note(&mut found, "Secret", &secret["name"], "pulling images", false, &[]);
    }
    note(&mut found, "ServiceAccount", &spec["serviceAccountName"], "its account", true, &[]);
    found
}

/// A volume's source, or one of the sources of a projected volume.
fn take_source(source: &Value, place: &str, found: &mut BTreeMap<Named, Use>) {
    for (kind, field, name) in
        [("ConfigMap", "configMap", "name"), ("Secret", "secret", "secretName"), ("Secret", "secret", "name")]
    {
        let source = &source[field];
        let keys: Vec<String> = items(&source["items"]).map(|item| text(&item["key"])).collect();
        note(found, kind, &source[name], place, source["optional"] != true, &keys);
    }
}

fn note(
    found: &mut BTreeMap<Named, Use>,
    kind: &'static str,
    name: &Value,
    place: &str,
    is_needed: bool,
    keys: &[String],
) {
    let Some(name) = name.as_str().filter(|name| !name.is_empty()) else { return };
    let used = found.entry(Named { kind, name: name.to_owned() }).or_default();
    used.is_needed |= is_needed;
    // The pod starts without an optional key.
    for key in keys.iter().filter(|key| is_needed && !key.is_empty()) {
        if !used.keys.contains(key) {
            used.keys.push(key.clone());
        }
    }
    if !used.places.iter().any(|known| known == place) {
        used.places.push(place.to_owned());
    }
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or("").to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pod() -> Value {
        json!({"spec": {
            "serviceAccountName": "web",
            "imagePullSecrets": [{"name": "registry"}],
            "volumes": [
                {"name": "config", "configMap": {"name": "web-config", "items": [{"key": "app.yaml"}]}},
                {"name": "tls", "secret": {"secretName": "web-tls", "optional": true}},
                {"name": "data", "persistentVolumeClaim": {"claimName": "data-web-0"}},
                {"name": "all", "projected": {"sources": [{"secret": {"name": "web-env"}}, {"serviceAccountToken": {}}]}},
                {"name": "tmp", "emptyDir": {}},
            ],
            "initContainers": [{"name": "wait", "envFrom": [{"secretRef": {"name": "web-env"}}]}],
            "containers": [{"name": "web", "env": [
                {"name": "A", "value": "plain"},
                {"name": "B", "valueFrom": {"configMapKeyRef": {"name": "web-config", "key": "level"}}},
                {"name": "C", "valueFrom": {"secretKeyRef": {"name": "web-env", "key": "URL"}}},
                {"name": "D", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            ]}],
        }})
    }

    #[test]
    fn lists_what_a_pod_names_each_once() {
        let found = list(&pod());
        let names: Vec<String> = found.keys().map(|named| format!("{} {}", named.kind, named.name)).collect();
        assert_eq!(
            names,
            [
                "ConfigMap web-config",
                "PersistentVolumeClaim data-web-0",
                "Secret registry",
                "Secret web-env",
                "Secret web-tls",
                "ServiceAccount web"
            ]
        );
        let config = &found[&Named { kind: "ConfigMap", name: "web-config".into() }];
        assert_eq!(config.keys, ["app.yaml", "level"]);
        assert_eq!(config.places, ["volume config", "env of web"]);
        assert!(!found[&Named { kind: "Secret", name: "web-tls".into() }].is_needed);
        assert!(list(&json!({})).is_empty());
    }

    #[test]
    fn a_key_that_the_pod_can_do_without_is_not_missed() {
        let pod = json!({"spec": {"containers": [{"name": "web", "env": [
            {"valueFrom": {"configMapKeyRef": {"name": "web-config", "key": "level", "optional": true}}},
            {"valueFrom": {"configMapKeyRef": {"name": "web-config", "key": "port"}}},
        ]}]}});
        let found = list(&pod);
        assert_eq!(found[&Named { kind: "ConfigMap", name: "web-config".into() }].keys, ["port"]);
    }
}
