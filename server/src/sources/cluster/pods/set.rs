//! All pods of a cluster as one value that is cheap to hand out: readers keep a version, the watch writes the next.

use std::{collections::BTreeMap, sync::Arc};

use super::pod::{CachedPod, Container, Role};

/// Pods by namespace and name. A clone shares everything; a change copies at most the maps on its way, and only while
/// somebody still reads the older version.
#[derive(Debug, Clone, Default)]
pub struct PodSet {
    namespaces: BTreeMap<Arc<str>, Arc<ByName>>,
    len: usize,
}

type ByName = BTreeMap<Arc<str>, Entry>;

/// A pod with the numbers by which all pods are ranked: they stand in the map itself, so that ranking 50,000 pods
/// does not have to look into each of them.
#[derive(Debug, Clone)]
struct Entry {
    restarts: u32,
    first_restarts: Option<u32>,
    pod: Arc<CachedPod>,
}

/// Which restarts pods are ranked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RankBy {
    /// All containers added up, as kubectl's RESTARTS.
    AllContainers,
    /// `.status.containerStatuses[0].restartCount`; pods without a status come first.
    FirstContainer,
}

impl PodSet {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// One pod.
    pub fn get(&self, namespace: &str, name: &str) -> Option<&Arc<CachedPod>> {
        self.namespaces.get(namespace)?.get(name).map(|entry| &entry.pod)
    }

    /// All of them, by namespace and name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<CachedPod>> {
        self.namespaces.values().flat_map(|pods| pods.values()).map(|entry| &entry.pod)
    }

    /// Those of one namespace, by name.
    pub fn in_namespace(&self, namespace: &str) -> impl Iterator<Item = &Arc<CachedPod>> {
        self.namespaces.get(namespace).into_iter().flat_map(|pods| pods.values()).map(|entry| &entry.pod)
    }

    /// Namespaces that have pods.
    pub fn namespaces(&self) -> impl Iterator<Item = &Arc<str>> {
        self.namespaces.keys()
    }

    /// The pods that restarted most, least first; among equals those later in the order of `iter` count as more, so
    /// that these are the last lines of a stable sort.
    pub fn most_restarted(&self, count: usize, by: RankBy) -> Vec<&Arc<CachedPod>> {
        let entries = self.namespaces.values().flat_map(|pods| pods.values());
        let rank = |entry: &Entry| match by {
            RankBy::AllContainers => Some(entry.restarts),
            RankBy::FirstContainer => entry.first_restarts,
        };
        let mut ranked: Vec<(Option<u32>, usize, &Entry)> =
            entries.enumerate().map(|(place, entry)| (rank(entry), place, entry)).collect();
        let first = ranked.len().saturating_sub(count);
        if first > 0 && count > 0 {
            ranked.select_nth_unstable_by_key(first, |(restarts, place, _)| (*restarts, *place));
        }
        let mut most = ranked.split_off(first);
        most.sort_unstable_by_key(|(restarts, place, _)| (*restarts, *place));
        most.into_iter().map(|(_, _, entry)| &entry.pod).collect()
    }

    /// Puts a pod in the place of the one of its name. Gives it as it is shared from now on.
    pub(super) fn insert(&mut self, pod: CachedPod) -> Arc<CachedPod> {
        let pods = Arc::make_mut(self.namespaces.entry(pod.namespace.clone()).or_default());
        let has_status = |container: &&Container| container.role == Role::Main && container.state.is_some();
        let first = pod.containers.iter().find(has_status);
        let entry =
            Entry { restarts: pod.restarts, first_restarts: first.map(|first| first.restarts), pod: Arc::new(pod) };
        let shared = Arc::clone(&entry.pod);
        if pods.insert(entry.pod.name.clone(), entry).is_none() {
            self.len += 1;
        }
        shared
    }

    pub(super) fn remove(&mut self, namespace: &str, name: &str) {
        let Some(pods) = self.namespaces.get_mut(namespace) else { return };
        if Arc::make_mut(pods).remove(name).is_some() {
            self.len -= 1;
        }
        if pods.is_empty() {
            self.namespaces.remove(namespace);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::sources::cluster::pods::trim::{Shared, trim};

    fn pod(namespace: &str, name: &str, restarts: [u32; 2]) -> CachedPod {
        let status = |name: &str, count: u32| json!({"name": name, "restartCount": count, "state": {"running": {}}});
        let pod = serde_json::from_value(json!({
            "metadata": {"namespace": namespace, "name": name, "uid": name},
            "spec": {"containers": [{"name": "a"}, {"name": "b"}]},
            "status": {"phase": "Running", "containerStatuses": [status("a", restarts[0]), status("b", restarts[1])]},
        }));
        trim(pod.expect("the fixture is a pod"), None, runbook::time::Timestamp(0), &mut Shared::default())
    }

    fn set() -> PodSet {
        let mut set = PodSet::default();
        for (namespace, name, restarts) in
            [("b", "x", [3, 0]), ("a", "z", [0, 9]), ("a", "y", [3, 0]), ("a", "w", [1, 1])]
        {
            set.insert(pod(namespace, name, restarts));
        }
        set
    }

    fn names<'a>(pods: impl IntoIterator<Item = &'a Arc<CachedPod>>) -> Vec<&'a str> {
        pods.into_iter().map(|pod| &*pod.name).collect()
    }

    #[test]
    fn keeps_pods_by_namespace_and_name() {
        let mut set = set();
        assert_eq!(names(set.iter()), ["w", "y", "z", "x"]);
        assert_eq!(names(set.in_namespace("a")), ["w", "y", "z"]);
        set.insert(pod("b", "x", [4, 0]));
        assert_eq!(set.len(), 4);
        set.remove("b", "x");
        set.remove("b", "x");
        assert_eq!((set.len(), set.namespaces().count()), (3, 1));
    }

    #[test]
    fn ranks_like_the_last_lines_of_a_stable_sort() {
        let set = set();
        assert_eq!(names(set.most_restarted(3, RankBy::AllContainers)), ["y", "x", "z"]);
        assert_eq!(names(set.most_restarted(2, RankBy::FirstContainer)), ["y", "x"]);
        assert_eq!(set.most_restarted(0, RankBy::AllContainers).len(), 0);
        assert_eq!(set.most_restarted(99, RankBy::AllContainers).len(), 4);
    }

    #[test]
    fn a_reader_keeps_its_version() {
        let mut set = set();
        let before = set.clone();
        set.remove("a", "w");
        assert_eq!((before.len(), set.len()), (4, 3));
        assert!(Arc::ptr_eq(before.get("a", "y").expect("y"), set.get("a", "y").expect("y")));
    }
}
