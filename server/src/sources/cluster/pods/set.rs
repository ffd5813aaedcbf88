//! All pods of a cluster as one value that is cheap to hand out: readers keep a version, the watch writes the next.

use std::{collections::BTreeMap, sync::Arc};

use super::pod::CachedPod;

/// Pods by namespace and name. A clone shares everything; a change copies at most the maps on its way, and only while
/// somebody still reads the older version.
#[derive(Debug, Clone, Default)]
pub struct PodSet {
    namespaces: BTreeMap<Arc<str>, Arc<ByName>>,
    len: usize,
}

type ByName = BTreeMap<Arc<str>, Arc<CachedPod>>;

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
        self.namespaces.get(namespace)?.get(name)
    }

    /// All of them, by namespace and name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<CachedPod>> {
        self.namespaces.values().flat_map(|pods| pods.values())
    }

    /// Those of one namespace, by name.
    pub fn in_namespace(&self, namespace: &str) -> impl Iterator<Item = &Arc<CachedPod>> {
        self.namespaces.get(namespace).into_iter().flat_map(|pods| pods.values())
    }

    /// Namespaces that have pods.
    pub fn namespaces(&self) -> impl Iterator<Item = &Arc<str>> {
        self.namespaces.keys()
    }

    pub(super) fn insert(&mut self, pod: CachedPod) {
        let pods = Arc::make_mut(self.namespaces.entry(pod.namespace.clone()).or_default());
        if pods.insert(pod.name.clone(), Arc::new(pod)).is_none() {
            self.len += 1;
        }
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
