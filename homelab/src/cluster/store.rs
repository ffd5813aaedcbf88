//! The objects of one cluster with their versions, and the recent history that watches replay.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use serde_json::{Value, json};

/// Changes that are kept for watches; older ones answer 410.
const HISTORY: usize = 4_000;

/// Objects by kind, namespace and name.
#[derive(Debug, Default)]
pub(crate) struct Store {
    version: u64,
    /// Changes up to this version have been forgotten.
    forgotten: u64,
    objects: BTreeMap<Key, Arc<Value>>,
    history: VecDeque<Change>,
}

/// Where an object lies. Cluster-wide objects have an empty namespace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    /// The plural name of its kind, which is unique in this simulation.
    pub(crate) plural: &'static str,
    pub(crate) namespace: String,
    pub(crate) name: String,
}

impl Key {
    pub(crate) fn new(plural: &'static str, namespace: &str, name: &str) -> Self {
        Self { plural, namespace: namespace.to_owned(), name: name.to_owned() }
    }
}

/// One change. A deleted object is its last form with the version of its deletion.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) version: u64,
    pub(crate) key: Key,
    pub(crate) before: Option<Arc<Value>>,
    pub(crate) object: Arc<Value>,
    pub(crate) is_deletion: bool,
}

/// The history that was asked for has been forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Expired;

impl Store {
    /// The version of the newest change.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// Stores an object under its new version; an object that is equal to the stored one changes nothing.
    pub(crate) fn put(&mut self, plural: &'static str, mut object: Value) {
        let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default().to_owned();
        let key = Key { plural, namespace: text("namespace"), name: text("name") };
        let before = self.objects.get(&key).cloned();
        if let Some(before) = &before {
            object["metadata"]["resourceVersion"] = before["metadata"]["resourceVersion"].clone();
            if object == **before {
                return;
            }
        }
        let object = self.stamp(object);
        self.objects.insert(key.clone(), Arc::clone(&object));
        self.remember(Change { version: self.version, key, before, object, is_deletion: false });
    }

    /// Deletes an object; one that does not exist changes nothing.
    pub(crate) fn delete(&mut self, key: &Key) {
        if let Some(before) = self.objects.remove(key) {
            let object = self.stamp(Value::clone(&before));
            let change =
                Change { version: self.version, key: key.clone(), before: Some(before), object, is_deletion: true };
            self.remember(change);
        }
    }

    /// One object.
    pub(crate) fn get(&self, key: &Key) -> Option<&Arc<Value>> {
        self.objects.get(key)
    }

    /// The objects of a kind by namespace and name; all namespaces when `namespace` is `None`.
    pub(crate) fn list<'a>(
        &'a self,
        plural: &'static str,
        namespace: Option<&'a str>,
    ) -> impl Iterator<Item = (&'a Key, &'a Arc<Value>)> {
        let from = Key::new(plural, namespace.unwrap_or_default(), "");
        self.objects
            .range(from..)
            .take_while(move |(key, _)| key.plural == plural)
            .take_while(move |(key, _)| namespace.is_none_or(|namespace| key.namespace == namespace))
    }

    /// The changes after `version`, oldest first.
    pub(crate) fn changes_after(&self, version: u64) -> Result<impl Iterator<Item = &Change>, Expired> {
        if version < self.forgotten {
            return Err(Expired);
        }
        Ok(self.history.iter().skip_while(move |change| change.version <= version))
    }

    /// Forgets the history, so that every version a client may hold is too old.
    pub(crate) fn forget_history(&mut self) {
        self.version += 1;
        self.forgotten = self.version;
        self.history.clear();
    }

    fn stamp(&mut self, mut object: Value) -> Arc<Value> {
        self.version += 1;
        object["metadata"]["resourceVersion"] = json!(self.version.to_string());
        Arc::new(object)
    }

    fn remember(&mut self, change: Change) {
        self.history.push_back(change);
        if self.history.len() > HISTORY
            && let Some(oldest) = self.history.pop_front()
        {
            self.forgotten = oldest.version;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(name: &str, phase: &str) -> Value {
        json!({ "metadata": { "namespace": "a", "name": name }, "status": { "phase": phase } })
    }

    #[test]
    fn replays_only_what_a_client_has_not_seen() {
        let mut store = Store::default();
        store.put("pods", pod("x", "Running"));
        let seen = store.version();
        store.put("pods", pod("x", "Running"));
        assert_eq!(store.version(), seen, "an equal object is no change");
        store.put("pods", pod("x", "Failed"));
        store.delete(&Key::new("pods", "a", "x"));
        let changes: Vec<_> = store.changes_after(seen).expect("kept").map(|c| c.is_deletion).collect();
        assert_eq!(changes, [false, true]);
    }

    #[test]
    fn says_when_history_is_gone() {
        let mut store = Store::default();
        store.put("pods", pod("x", "Running"));
        let seen = store.version();
        store.forget_history();
        assert!(store.changes_after(seen).is_err());
        assert!(store.changes_after(store.version()).is_ok());
    }

    #[test]
    fn lists_one_namespace_or_all() {
        let mut store = Store::default();
        store.put("pods", pod("x", "Running"));
        store.put("pods", json!({ "metadata": { "namespace": "b", "name": "y" } }));
        store.put("nodes", json!({ "metadata": { "name": "n" } }));
        assert_eq!(store.list("pods", None).count(), 2);
        assert_eq!(store.list("pods", Some("b")).count(), 1);
        assert_eq!(store.list("pods", Some("")).count(), 0);
    }
}
