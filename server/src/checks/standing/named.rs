//! What a pod names outside itself, and by which part of it. Asks nothing.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, KeyToPath, Pod, Volume};

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
pub(super) fn list(pod: &Pod) -> BTreeMap<Named, Use> {
    let mut found = Found::default();
    let Some(spec) = &pod.spec else { return found.0 };
    for volume in spec.volumes.iter().flatten() {
        found.take_volume(volume);
    }
    for container in spec.init_containers.iter().flatten().chain(&spec.containers) {
        found.take_environment(container);
    }
    for secret in spec.image_pull_secrets.iter().flatten() {
        found.note("Secret", &secret.name, "pulling images", Some(true), &[]);
    }
    if let Some(account) = &spec.service_account_name {
        found.note("ServiceAccount", account, "its account", None, &[]);
    }
    found.0
}

/// What has been found so far.
#[derive(Default)]
struct Found(BTreeMap<Named, Use>);

impl Found {
    fn take_volume(&mut self, volume: &Volume) {
        let place = format!("volume {}", volume.name);
        if let Some(map) = &volume.config_map {
            self.note("ConfigMap", &map.name, &place, map.optional, &keys(&map.items));
        }
        if let Some(secret) = &volume.secret {
            let name = secret.secret_name.as_deref().unwrap_or("");
            self.note("Secret", name, &place, secret.optional, &keys(&secret.items));
        }
        for source in volume.projected.iter().flat_map(|projected| projected.sources.iter().flatten()) {
            if let Some(map) = &source.config_map {
                self.note("ConfigMap", &map.name, &place, map.optional, &keys(&map.items));
            }
            if let Some(secret) = &source.secret {
                self.note("Secret", &secret.name, &place, secret.optional, &keys(&secret.items));
            }
        }
        if let Some(claim) = &volume.persistent_volume_claim {
            self.note("PersistentVolumeClaim", &claim.claim_name, &place, None, &[]);
        }
    }

    fn take_environment(&mut self, container: &Container) {
        let place = format!("env of {}", container.name);
        for from in container.env_from.iter().flatten() {
            if let Some(map) = &from.config_map_ref {
                self.note("ConfigMap", &map.name, &place, map.optional, &[]);
            }
            if let Some(secret) = &from.secret_ref {
                self.note("Secret", &secret.name, &place, secret.optional, &[]);
            }
        }
        for value in container.env.iter().flatten().filter_map(|variable| variable.value_from.as_ref()) {
            if let Some(map) = &value.config_map_key_ref {
                self.note("ConfigMap", &map.name, &place, map.optional, &[&map.key]);
            }
            if let Some(secret) = &value.secret_key_ref {
                self.note("Secret", &secret.name, &place, secret.optional, &[&secret.key]);
            }
        }
    }

    fn note(&mut self, kind: &'static str, name: &str, place: &str, optional: Option<bool>, keys: &[&String]) {
        if name.is_empty() {
            return;
        }
        let is_needed = optional != Some(true);
        let used = self.0.entry(Named { kind, name: name.to_owned() }).or_default();
        used.is_needed |= is_needed;
        // The pod starts without an optional key.
        for key in keys.iter().filter(|key| is_needed && !key.is_empty()) {
            if !used.keys.contains(key) {
                used.keys.push((*key).clone());
            }
        }
        if !used.places.iter().any(|known| known == place) {
            used.places.push(place.to_owned());
        }
    }
}

/// The keys that a volume takes out of a source; none when it takes them all.
fn keys(items: &Option<Vec<KeyToPath>>) -> Vec<&String> {
    items.iter().flatten().map(|item| &item.key).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pod() -> Pod {
        typed(json!({"spec": {
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
        }}))
    }

    fn typed(pod: serde_json::Value) -> Pod {
        serde_json::from_value(pod).expect("a pod")
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
        assert!(list(&typed(json!({}))).is_empty());
    }

    #[test]
    fn a_key_that_the_pod_can_do_without_is_not_missed() {
        let pod = typed(json!({"spec": {"containers": [{"name": "web", "env": [
            {"name": "A", "valueFrom": {"configMapKeyRef": {"name": "web-config", "key": "level", "optional": true}}},
            {"name": "B", "valueFrom": {"configMapKeyRef": {"name": "web-config", "key": "port"}}},
        ]}]}}));
        let found = list(&pod);
        assert_eq!(found[&Named { kind: "ConfigMap", name: "web-config".into() }].keys, ["port"]);
    }
}
