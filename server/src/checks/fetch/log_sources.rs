//! Which containers a `kubectl logs` command means, by kubectl's own rules; on the page of an alert its pod comes first.

use std::{cmp::Reverse, sync::Arc};

use runbook::{
    check::{LogTarget, Logs, Scope},
    outcome::{Cause, Unknown},
};
use serde_json::Value;

use super::{
    super::Situation,
    cluster::{loaded_pods, request},
};
use crate::sources::cluster::{CachedPod, Cluster, GetRequest, PodView};

/// Names of other pods that a log panel lists.
const MAX_OTHERS: usize = 20;
/// Logs that are read for one command; kubectl knows no limit.
const MAX_LOGS: usize = 20;
/// Logs that are followed for one command: kubectl's `--max-log-requests`.
pub(super) const MAX_FOLLOWED: usize = 5;
/// The annotation by which a pod's author names the container that matters.
const DEFAULT_CONTAINER: &str = "kubectl.kubernetes.io/default-container";

/// One log that a command means.
pub(super) struct Source {
    pub(super) pod: Arc<CachedPod>,
    pub(super) container: Option<String>,
    /// How the container was chosen, when the command does not say.
    pub(super) choice: Option<&'static str>,
}

/// Everything that a command means.
pub(super) struct Sources {
    pub(super) logs: Vec<Source>,
    /// Other pods that the command covers and kubectl leaves out, too.
    pub(super) others: Vec<String>,
    /// Logs beyond the bound.
    pub(super) left_out: usize,
}

/// The logs that a command means.
pub(super) async fn find(cluster: &Arc<Cluster>, logs: &Logs, situation: &Situation) -> Result<Sources, Unknown> {
    let view = loaded_pods(cluster).await?;
    let namespace = &namespace(cluster, logs);
    let mut others = Vec::new();
    let pods: Vec<Arc<CachedPod>> = match &logs.target {
        LogTarget::Pod(name) => match view.pods.get(namespace, name) {
            Some(pod) => vec![Arc::clone(pod)],
            None => return Err(no_such_pod(cluster, namespace, &logs.target)),
        },
        LogTarget::Selector(selector) => selected(cluster, &view, namespace, selector).await?,
        LogTarget::Owner { kind, name } => {
            let selector = selector_of(cluster, kind, name, &logs.scope).await?;
            let mut pods = selected(cluster, &view, namespace, &selector).await?;
            pods.sort_by_key(|pod| (situation.pod.as_deref() != Some(&pod.name), rank(pod)));
            others = pods.iter().skip(1).map(|pod| pod.name.to_string()).take(MAX_OTHERS).collect();
            // kubectl shows the first pod of an owner.
            pods.truncate(1);
            if pods.is_empty() {
                return Err(no_such_pod(cluster, namespace, &logs.target));
            }
            pods
        }
    };
    let mut found = Vec::new();
    for pod in pods {
        found.extend(containers(cluster, logs, situation, pod).await?);
    }
    let bound = if logs.follow { MAX_FOLLOWED } else { MAX_LOGS };
    let left_out = found.len().saturating_sub(bound);
    found.truncate(bound);
    Ok(Sources { logs: found, others, left_out })
}

/// The containers of a pod that a command means.
async fn containers(
    cluster: &Cluster,
    logs: &Logs,
    situation: &Situation,
    pod: Arc<CachedPod>,
) -> Result<Vec<Source>, Unknown> {
    let one = |container: Option<String>, choice| vec![Source { pod: Arc::clone(&pod), container, choice }];
    if let Some(container) = &logs.container {
        return Ok(one(Some(container.clone()), None));
    }
    if !logs.all_containers {
        // On the page of an alert its own container comes first, else the one that crashes.
        if situation.pod.as_deref() == Some(&*pod.name) {
            if let Some(container) = situation.container.as_deref().and_then(|name| pod.container(name)) {
                return Ok(one(Some(container.name.to_string()), Some("the alert's container")));
            }
            if let Some(most) = pod.most_restarted().filter(|most| most.restarts > 0 && pod.containers.len() > 1) {
                return Ok(one(Some(most.name.to_string()), Some("restarted most")));
            }
        }
        if let [only] = &*pod.containers {
            return Ok(one(Some(only.name.to_string()), Some("the only container")));
        }
    }
    // The order of a pod's status is not that of its specification, by which kubectl goes.
    let names = [pod.name.to_string()];
    let request = request("pods", &names, &Scope::Named(pod.namespace.to_string()));
    let object = cluster.get_json(&request).await.map_err(|failure| failure.to_unknown())?;
    let listed = |field: &str| -> Vec<String> {
        let containers = object["spec"][field].as_array().into_iter().flatten();
        containers.filter_map(|container| container["name"].as_str()).map(str::to_owned).collect()
    };
    let (init, main, late) = (listed("initContainers"), listed("containers"), listed("ephemeralContainers"));
    if logs.all_containers {
        let all = init.into_iter().chain(main).chain(late);
        return Ok(all.flat_map(|name| one(Some(name), None)).collect());
    }
    let default = object["metadata"]["annotations"][DEFAULT_CONTAINER].as_str();
    if let Some(default) = default.filter(|name| main.iter().chain(&init).any(|known| known == name)) {
        return Ok(one(Some(default.to_owned()), Some("named by the pod's own annotation")));
    }
    Ok(match main.first() {
        Some(only) if main.len() == 1 => one(Some(only.clone()), Some("the only container")),
        first => one(first.cloned(), Some("the first container")),
    })
}

/// Pods with these labels, in the order of their names.
async fn selected(
    cluster: &Cluster,
    view: &PodView,
    namespace: &str,
    selector: &str,
) -> Result<Vec<Arc<CachedPod>>, Unknown> {
    let pods: Vec<&Arc<CachedPod>> = view.pods.in_namespace(namespace).collect();
    let fits = |pod: &&Arc<CachedPod>| has_labels(pod, selector);
    let mut wanted: Vec<Arc<CachedPod>> = match pods.iter().map(fits).collect::<Option<Vec<bool>>>() {
        Some(fit) => pods.iter().zip(fit).filter(|(_, fits)| *fits).map(|(pod, _)| Arc::clone(pod)).collect(),
        // Sets of values and the like: the API server reads them, and says which pods fit.
        None => {
            let request = GetRequest {
                selector: Some(selector.to_owned()),
                ..request("pods", &[], &Scope::Named(namespace.to_owned()))
            };
            let table = cluster.get_table(&request).await.map_err(|failure| failure.to_unknown())?;
            table.rows.iter().filter_map(|row| view.pods.get(namespace, &row.name).cloned()).collect()
        }
    };
    wanted.sort_by_key(|pod| Arc::clone(&pod.name));
    Ok(wanted)
}

/// The selector of an owner, in the words of `-l`.
async fn selector_of(cluster: &Cluster, kind: &str, name: &str, scope: &Scope) -> Result<String, Unknown> {
    let request = request(kind, &[name.to_owned()], scope);
    let object = cluster.get_json(&request).await.map_err(|failure| failure.to_unknown())?;
    let selector = &object["spec"]["selector"];
    let equal = selector.get("matchLabels").unwrap_or(selector).as_object().into_iter().flatten();
    let equal = equal.filter_map(|(key, value)| Some(format!("{key}={}", value.as_str()?)));
    let sets = selector["matchExpressions"].as_array().into_iter().flatten().filter_map(expression);
    let terms: Vec<String> = equal.chain(sets).collect();
    match terms.is_empty() {
        false => Ok(terms.join(",")),
        true => Err(Cause::NotFound.unknown(
            format!("Log of {kind}/{name}"),
            format!("{kind}/{name} selects no pods."),
            "Name a pod, or a kind that has pods.",
        )),
    }
}

/// `key in (a,b)`.
fn expression(term: &Value) -> Option<String> {
    let (key, operator) = (term["key"].as_str()?, term["operator"].as_str()?);
    let values: Vec<&str> = term["values"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    Some(match operator {
        "In" => format!("{key} in ({})", values.join(",")),
        "NotIn" => format!("{key} notin ({})", values.join(",")),
        "Exists" => key.to_owned(),
        "DoesNotExist" => format!("!{key}"),
        _ => return None,
    })
}

/// Whether a pod has what a plain selector asks for; `None` for a selector that is not plain.
pub(super) fn has_labels(pod: &CachedPod, selector: &str) -> Option<bool> {
    if selector.contains(['(', ' ', '<', '>']) {
        return None;
    }
    Some(selector.split(',').all(|term| has_label(pod, term)))
}

/// `app=web`, `app==web`, `app!=web`, `app`, `!app`.
fn has_label(pod: &CachedPod, term: &str) -> bool {
    if let Some((key, value)) = term.split_once("!=") {
        return pod.label(key) != Some(value);
    }
    if let Some((key, value)) = term.split_once('=') {
        return pod.label(key) == Some(value.trim_start_matches('='));
    }
    match term.strip_prefix('!') {
        Some(key) => pod.label(key).is_none(),
        None => pod.label(term).is_some(),
    }
}

/// kubectl's order of an owner's pods: assigned, running, ready, most restarts, oldest.
fn rank(pod: &CachedPod) -> (bool, u8, bool, Reverse<u32>, Option<runbook::time::Timestamp>) {
    let phase = match &*pod.phase {
        "Unknown" => 1,
        "Pending" => 2,
        _ => 0,
    };
    let restarts = pod.containers.iter().map(|container| container.restarts).max().unwrap_or(0);
    let is_ready = pod.total_containers > 0 && pod.ready_containers == pod.total_containers;
    (pod.node.is_empty(), phase, !is_ready, Reverse(restarts), pod.created_at)
}

pub(in crate::checks) fn namespace(cluster: &Cluster, logs: &Logs) -> String {
    match &logs.scope {
        Scope::Named(namespace) => namespace.clone(),
        Scope::Default | Scope::All => cluster.default_namespace(),
    }
}

pub(super) fn words(target: &LogTarget) -> String {
    match target {
        LogTarget::Pod(name) => format!("pod {name}"),
        LogTarget::Owner { kind, name } => format!("pod of {kind}/{name}"),
        LogTarget::Selector(selector) => format!("pod with {selector}"),
    }
}

pub(super) fn no_such_pod(cluster: &Cluster, namespace: &str, target: &LogTarget) -> Unknown {
    let what = words(target);
    Cause::NotFound.unknown(
        format!("Log of {what} in {namespace}"),
        format!("{} has no {what} in namespace {namespace} now.", cluster.name()),
        "It may have been replaced: choose a pod in the table above, or correct the values at the top.",
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn writes_expressions_as_selectors() {
        for (operator, values, expected) in [
            ("In", json!(["a", "b"]), Some("tier in (a,b)")),
            ("NotIn", json!(["a"]), Some("tier notin (a)")),
            ("Exists", json!(null), Some("tier")),
            ("DoesNotExist", json!(null), Some("!tier")),
            ("Near", json!(["a"]), None),
        ] {
            let term = json!({"key": "tier", "operator": operator, "values": values});
            assert_eq!(expression(&term).as_deref(), expected);
        }
    }
}
