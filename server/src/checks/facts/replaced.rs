//! Which pod stands in the place of one that is gone: the newest of the same owner. Without a known owner the name
//! must do, since controllers put their own before a hash.

use std::sync::Arc;

use runbook::verdict::Owner;

use crate::sources::cluster::CachedPod;

/// The name of the replacement.
pub(super) fn find_replacement<'a>(
    pods: impl Iterator<Item = &'a Arc<CachedPod>>,
    gone: &str,
    owners: &[Owner],
) -> Option<String> {
    let candidates = if owners.is_empty() { guess_owners(gone) } else { owners.to_vec() };
    let is_heir = |pod: &&Arc<CachedPod>| {
        *pod.name != *gone
            && pod.deleted_at.is_none()
            && pod.owner.as_ref().is_some_and(|owner| {
                candidates.iter().any(|known| belongs(&known.kind, &known.name, &owner.kind, &owner.name))
            })
    };
    pods.filter(is_heir).max_by_key(|pod| pod.created_at).map(|pod| pod.name.to_string())
}

/// Whether a pod with this direct owner belongs to a known one, which may be the owner's own owner.
fn belongs(known_kind: &str, known_name: &str, kind: &str, name: &str) -> bool {
    if known_kind == "Node" {
        return false;
    }
    let is_same = known_kind == kind && known_name == name;
    let of_deployment = known_kind == "Deployment" && kind == "ReplicaSet";
    let of_cron_job = known_kind == "CronJob" && kind == "Job";
    is_same || ((of_deployment || of_cron_job) && name.rsplit_once('-').is_some_and(|(stem, _)| stem == known_name))
}

/// `web-7d9f8b6c5d-x2x4q` may be a pod of the ReplicaSet `web-7d9f8b6c5d` and so of the Deployment `web`.
fn guess_owners(gone: &str) -> Vec<Owner> {
    let Some((stem, _)) = gone.rsplit_once('-') else { return Vec::new() };
    let owner = |kind: &str, name: &str| Owner { kind: kind.into(), name: name.into() };
    let mut owners = vec![owner("ReplicaSet", stem), owner("DaemonSet", stem), owner("Job", stem)];
    owners.extend(stem.rsplit_once('-').map(|(deployment, _)| owner("Deployment", deployment)));
    owners
}

#[cfg(test)]
mod tests {
    use runbook::time::Timestamp;

    use super::*;
    use crate::sources::cluster;

    fn pod(name: &str, kind: &str, owner: &str, created_ms: i64) -> Arc<CachedPod> {
        Arc::new(CachedPod {
            namespace: "web".into(),
            name: name.into(),
            uid: name.into(),
            created_at: Some(Timestamp(created_ms)),
            deleted_at: None,
            node: "n".into(),
            ip: "".into(),
            owner: Some(cluster::Owner { kind: kind.into(), name: owner.into() }),
            phase: "Running".into(),
            status: "Running".into(),
            ready_containers: 1,
            total_containers: 1,
            restarts: 0,
            last_restart_at: None,
            labels: Box::default(),
            containers: Box::default(),
        })
    }

    #[test]
    fn takes_the_newest_pod_of_the_same_owner() {
        let pods = [
            pod("web-1a-aaaaa", "ReplicaSet", "web-1a", 1),
            pod("web-2b-bbbbb", "ReplicaSet", "web-2b", 3),
            pod("web-2b-ccccc", "ReplicaSet", "web-2b", 2),
            pod("web-api-9c-ddddd", "ReplicaSet", "web-api-9c", 9),
        ];
        let of = |kind: &str, name: &str| vec![Owner { kind: kind.into(), name: name.into() }];
        let find = |gone: &str, owners: &[Owner]| find_replacement(pods.iter(), gone, owners);
        assert_eq!(find("web-1a-zzzzz", &of("Deployment", "web")).as_deref(), Some("web-2b-bbbbb"));
        assert_eq!(find("web-1a-zzzzz", &of("ReplicaSet", "web-1a")).as_deref(), Some("web-1a-aaaaa"));
        assert_eq!(find("web-1a-zzzzz", &[]).as_deref(), Some("web-2b-bbbbb"));
        assert_eq!(find("other-1a-zzzzz", &[]), None);
        assert_eq!(find("static", &[]), None);
    }

    #[test]
    fn a_node_is_no_owner_that_replaces() {
        let pods = [pod("etcd-n", "Node", "n", 1), pod("kube-scheduler-n", "Node", "n", 2)];
        let owners = [Owner { kind: "Node".into(), name: "n".into() }];
        assert_eq!(find_replacement(pods.iter(), "kube-apiserver-n", &owners), None);
    }
}
