//! What a pod names (ConfigMaps, Secrets, claims, its account, pull secrets) and whether it exists. Of a Secret only
//! its existence is asked, never its data.

use std::collections::BTreeMap;

use futures::future::join_all;
use runbook::outcome::{Body, Finding, FindingState, Findings, FindingsPanel, Outcome, Report, Unknown};
use serde_json::Value;

use super::{
    super::unanswered,
    CaseFile, CaseFiles, PanelAsk,
    kubelet::{Word, said_by_kubelet},
};
use crate::{
    checks::fetch::cluster,
    sources::{
        FailureKind,
        cluster::{Cluster, GetRequest, GetScope},
    },
};

/// Most objects that are looked up for one pod.
const MAX_OBJECTS: usize = 60;

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

pub(super) async fn report(files: &CaseFiles, ask: &PanelAsk, file: &CaseFile) -> Report {
    let pod = match &file.object {
        Ok(pod) => pod,
        Err(unknown) => return unanswered(unknown.clone(), file.asked_at),
    };
    let cluster = match cluster::find(&files.sources, None, &ask.situation) {
        Ok(cluster) => cluster,
        Err(unknown) => return unanswered(unknown, file.asked_at),
    };
    let named = list(pod);
    let cut = named.len().saturating_sub(MAX_OBJECTS);
    let rows = named.into_iter().take(MAX_OBJECTS).map(|(named, used)| async move {
        let found = look_up(files, cluster, &file.facts.namespace, &named).await;
        judge(&named, &used, found, &said_by_kubelet(&named, &file.facts))
    });
    let rows = join_all(rows).await;
    let now = files.clock.now();
    let mut notes =
        vec!["Of a Secret only its existence is asked; Runlight never reads its keys or values.".to_owned()];
    if cut > 0 {
        notes.push(format!("The pod names {cut} more objects, which were not looked up."));
    }
    Report {
        title: format!("What {} names", file.facts.pod),
        source: file.cluster.clone(),
        asked_at: now,
        outcome: outcome(&rows),
        body: Body::Findings(Findings { panel: FindingsPanel::References, rows }),
        notes,
    }
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
    for key in keys.iter().filter(|key| !key.is_empty()) {
        if !used.keys.contains(key) {
            used.keys.push(key.clone());
        }
    }
    if !used.places.iter().any(|known| known == place) {
        used.places.push(place.to_owned());
    }
}

/// What a look at an object came to.
enum Found {
    /// It is there; its keys where they may be read, and a word on how it stands.
    There {
        keys: Option<Vec<String>>,
        word: String,
        is_well: bool,
    },
    Missing,
    Unasked(Unknown),
}

async fn look_up(files: &CaseFiles, cluster: &Cluster, namespace: &str, named: &Named) -> Found {
    let request = GetRequest {
        kind: named.kind.to_lowercase(),
        names: vec![named.name.clone()],
        scope: GetScope::Namespace(namespace.to_owned()),
        selector: None,
        field_selector: None,
    };
    let answer = async {
        match named.kind {
            // The table says that it is there, and holds nothing of what is in it.
            "Secret" => cluster.get_table(&request).await.map(|_| Value::Null),
            _ => cluster.get_json(&request).await,
        }
    };
    match tokio::time::timeout(files.part_limit, answer).await {
        Ok(Ok(object)) => read(named, &object),
        Ok(Err(failure)) if failure.kind == FailureKind::NotFound => Found::Missing,
        Ok(Err(failure)) => Found::Unasked(failure.to_unknown()),
        Err(_) => Found::Unasked(Unknown {
            asked: format!("{} {}", named.kind, named.name),
            reason: format!("There was no answer within {} s.", files.part_limit.as_secs_f32()),
            remedy: "It is asked again by itself.".into(),
            log_id: None,
        }),
    }
}

fn read(named: &Named, object: &Value) -> Found {
    match named.kind {
        "ConfigMap" => {
            let keys = ["data", "binaryData"].iter().filter_map(|part| object[*part].as_object()).flatten();
            Found::There {
                keys: Some(keys.map(|(key, _)| key.clone()).collect()),
                word: "exists".into(),
                is_well: true,
            }
        }
        "PersistentVolumeClaim" => {
            let phase = text(&object["status"]["phase"]);
            Found::There { keys: None, is_well: phase == "Bound", word: format!("exists, {}", phase.to_lowercase()) }
        }
        _ => Found::There { keys: None, word: "exists".into(), is_well: true },
    }
}

fn judge(named: &Named, used: &Use, found: Found, word: &Word) -> Finding {
    let complaint = match word {
        Word::Complaint(words) => Some(words.clone()),
        Word::Started | Word::Nothing => None,
    };
    let (state, words) = match found {
        Found::There { .. } | Found::Unasked(_) if complaint.is_some() => {
            (FindingState::Bad, complaint.unwrap_or_else(String::new))
        }
        Found::Unasked(_) if *word == Word::Started && named.kind == "Secret" && used.is_needed => {
            (FindingState::Good, "was there when the containers started; Runlight may not ask for it".into())
        }
        Found::Unasked(unknown) if named.kind == "Secret" => (
            FindingState::Unknown,
            format!(
                "unknown: {} Secrets are left out of Runlight's role on purpose; the pod's events say when one is \
                 missing.",
                unknown.reason
            ),
        ),
        Found::Unasked(unknown) => (FindingState::Unknown, format!("unknown: {} {}", unknown.reason, unknown.remedy)),
        Found::Missing if used.is_needed => (FindingState::Bad, "does not exist".into()),
        Found::Missing => (FindingState::Plain, "does not exist; the pod can do without".into()),
        Found::There { keys, word, is_well } => {
            let missing: Vec<&str> = keys
                .iter()
                .flat_map(|keys| used.keys.iter().filter(|key| !keys.contains(key)).map(String::as_str))
                .collect();
            match (missing.as_slice(), is_well) {
                ([], true) => (FindingState::Good, word),
                ([], false) => (FindingState::Bad, word),
                (keys, _) => (FindingState::Bad, format!("{word}, but has no key {}", keys.join(", "))),
            }
        }
    };
    let keys = if used.keys.is_empty() { String::new() } else { format!(", keys {}", used.keys.join(", ")) };
    Finding {
        state,
        subject: format!("{} {}", named.kind, named.name),
        words,
        detail: Some(format!("named by {}{keys}", used.places.join(", "))),
        at: None,
    }
}

fn outcome(rows: &[Finding]) -> Outcome {
    let with = |state: FindingState| rows.iter().filter(move |row| row.state == state);
    if let Some(bad) = with(FindingState::Bad).next() {
        return Outcome::Fail { summary: format!("{} {}.", bad.subject, bad.words) };
    }
    let unknown = with(FindingState::Unknown).count();
    match (rows.len(), unknown) {
        (0, _) => Outcome::Pass { summary: "The pod names nothing outside itself.".into() },
        (1, 0) => Outcome::Pass { summary: "The one object that the pod names exists.".into() },
        (all, 0) => Outcome::Pass { summary: format!("All {all} objects that the pod names exist.") },
        (all, unknown) => {
            Outcome::Warn { summary: format!("Of {unknown} of {all} objects it is unknown whether they exist.") }
        }
    }
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
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
    fn tells_missing_objects_and_keys_from_unknown_ones() {
        let named = Named { kind: "ConfigMap", name: "web-config".into() };
        let used = Use { keys: vec!["level".into()], places: vec!["env of web".into()], is_needed: true };
        let judged = |found| judge(&named, &used, found, &Word::Nothing);
        assert_eq!(judged(Found::Missing).state, FindingState::Bad);
        let there = read(&named, &json!({"data": {"other": "x"}}));
        assert_eq!(judged(there).words, "exists, but has no key level");
        assert_eq!(judged(read(&named, &json!({"binaryData": {"level": ""}}))).state, FindingState::Good);
        let unknown = Unknown { asked: "x".into(), reason: "403.".into(), remedy: "Bind it.".into(), log_id: None };
        assert_eq!(judged(Found::Unasked(unknown.clone())).state, FindingState::Unknown);
        let secret = Named { kind: "Secret", name: "web-env".into() };
        let started = judge(&secret, &used, Found::Unasked(unknown.clone()), &Word::Started);
        assert_eq!(started.state, FindingState::Good);
        let complaint = Word::Complaint("has no key URL, says the kubelet".into());
        let told = judge(&secret, &used, Found::Unasked(unknown), &complaint);
        assert_eq!((told.state, told.words.as_str()), (FindingState::Bad, "has no key URL, says the kubelet"));
        let optional = Use { is_needed: false, ..used.clone() };
        assert_eq!(judge(&named, &optional, Found::Missing, &Word::Nothing).state, FindingState::Plain);
    }
}
