//! Who owns a pod, upwards: its ReplicaSet, the Deployment of that. Follows controllers only, and not far.

use std::time::Duration;

use k8s_openapi::{api::core::v1::Pod, apimachinery::pkg::apis::meta::v1::OwnerReference};
use runbook::outcome::{Cause, Unknown};
use serde::Deserialize;
use serde_json::Value;

use super::fetch::get_object;
use crate::sources::cluster::{CachedPod, Cluster};

/// Owners that are followed: a pod's chain has two at most, an operator's one more.
const MAX_OWNERS: usize = 4;

/// An owner, and its object where it could be read.
#[derive(Debug, Clone)]
pub(in crate::checks) struct OwnerLink {
    /// `apps/v1`.
    pub(in crate::checks) api_version: String,
    /// `ReplicaSet`.
    pub(in crate::checks) kind: String,
    /// Its name.
    pub(in crate::checks) name: String,
    /// The whole object; a node's is not read here.
    pub(in crate::checks) object: Result<Value, Unknown>,
}

/// The owners of a pod, the nearest first.
pub(super) async fn follow(
    cluster: &Cluster,
    namespace: &str,
    pod: Option<&Pod>,
    cached: &CachedPod,
    limit: Duration,
) -> Vec<OwnerLink> {
    let mut chain: Vec<OwnerLink> = Vec::new();
    let mut next = match pod {
        Some(pod) => pod.metadata.owner_references.as_deref().and_then(controller),
        // The watch keeps no version of the owner's kind; its name without one is enough for discovery.
        None => cached.owner.as_ref().map(|owner| (String::new(), owner.kind.to_string(), owner.name.to_string())),
    };
    while let Some((api_version, kind, name)) = next.take().filter(|_| chain.len() < MAX_OWNERS) {
        let object = match kind.as_str() {
            // A static pod's owner is its node, which is no workload.
            "Node" => Err(not_read(&name)),
            _ => get_object(cluster, &typed(&api_version, &kind), namespace, &name, limit).await,
        };
        next = object.as_ref().ok().and_then(controller_of);
        chain.push(OwnerLink { api_version, kind, name, object });
    }
    chain
}

/// API version, kind and name of the one that controls an object.
fn controller(owners: &[OwnerReference]) -> Option<(String, String, String)> {
    let owner = owners.iter().find(|owner| owner.controller == Some(true)).or_else(|| owners.first())?;
    Some((owner.api_version.clone(), owner.kind.clone(), owner.name.clone()))
}

/// The same of an object of any kind.
fn controller_of(object: &Value) -> Option<(String, String, String)> {
    let owners = Vec::<OwnerReference>::deserialize(&object["metadata"]["ownerReferences"]).ok()?;
    controller(&owners)
}

/// `replicaset.apps`: a kind with its group, as kubectl takes it.
fn typed(api_version: &str, kind: &str) -> String {
    match api_version.split_once('/') {
        Some((group, _)) => format!("{}.{group}", kind.to_lowercase()),
        None => kind.to_lowercase(),
    }
}

fn not_read(name: &str) -> Unknown {
    Cause::NotAsked.unknown(format!("Node {name}"), "It is read as the pod's node.", "See the node's row.")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn follows_the_controller_before_other_owners() {
        let object = json!({"metadata": {"ownerReferences": [
            {"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": "1"},
            {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-1", "uid": "2", "controller": true},
        ]}});
        assert_eq!(controller_of(&object), Some(("apps/v1".into(), "ReplicaSet".into(), "web-1".into())));
        assert_eq!(controller_of(&json!({"metadata": {}})), None);
        assert_eq!(typed("apps/v1", "ReplicaSet"), "replicaset.apps");
        assert_eq!(typed("v1", "Node"), "node");
    }
}
