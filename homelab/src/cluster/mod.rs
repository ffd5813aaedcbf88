//! One simulated cluster: its pods, which live on, and its API objects, which follow them.

mod event;
pub(crate) mod furniture;
mod history;
pub(crate) mod inventory;
pub(crate) mod pod;
mod pod_json;
pub(crate) mod store;
pub(crate) mod workload;
mod workload_json;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
};

use document::time::Timestamp;
use serde_json::Value;
use tokio::sync::watch;

use self::{inventory::Inventory, store::Key, workload::Workload};
pub(crate) use self::{
    pod::{Container, Death, Life, Pod, State},
    store::Store,
};
use super::{Pace, backup::Run, dice::Dice, door::Door, lock, story::Trouble};
use clock::Clock;

use crate::Expiry;

/// A cluster.
pub(crate) struct Cluster {
    pub(crate) name: &'static str,
    /// The bearer token that its API wants to see.
    pub(crate) token: String,
    pub(crate) clock: Clock,
    pub(crate) inventory: Inventory,
    pub(crate) door: Door,
    pub(crate) expiry: Mutex<Expiry>,
    /// What the demo's account may not do: verb and resource, such as `get` and `pods/log`.
    pub(crate) denied: Mutex<BTreeSet<(String, String)>>,
    seed: u64,
    pace: Pace,
    /// When the simulation began: ages of what does not change count from here.
    born: Timestamp,
    inside: Mutex<Inside>,
    /// The newest version: wakes watches.
    newest: watch::Sender<u64>,
}

/// What changes.
pub(crate) struct Inside {
    pub(crate) store: Store,
    pub(crate) pods: BTreeMap<(String, String), Pod>,
}

impl Cluster {
    /// A cluster with a past.
    pub(crate) fn new(inventory: Inventory, seed: u64, clock: Clock, pace: Pace, last_backup: Option<Run>) -> Self {
        let now = clock.now();
        let token = Dice::new(seed, &["token", inventory.cluster]).hex(40);
        let cluster = Self {
            name: inventory.cluster,
            door: Door::new("admin", &token),
            token,
            clock,
            inventory,
            expiry: Mutex::default(),
            denied: Mutex::default(),
            seed,
            pace,
            born: now,
            inside: Mutex::new(Inside { store: Store::default(), pods: BTreeMap::new() }),
            newest: watch::Sender::new(0),
        };
        cluster.change(|inside| {
            for (plural, object) in furniture::objects(&cluster.inventory, seed, now) {
                inside.store.put(plural, object);
            }
            for workload in &cluster.inventory.workloads {
                for mut pod in workload.pods(seed, cluster.inventory.nodes, now) {
                    history::live_through(&mut pod, now, &pace, last_backup);
                    cluster.publish_past(inside, &pod, now);
                    inside.pods.insert((pod.namespace.clone(), pod.name.clone()), pod);
                }
                cluster.publish_workload(inside, workload);
            }
        });
        cluster
    }

    /// Whether the demo's account may not do this with `pods` or `pods/log`.
    pub(crate) fn denies(&self, verb: &str, resource: &str) -> bool {
        lock(&self.denied).contains(&(verb.to_owned(), resource.to_owned()))
    }

    /// Looks inside.
    pub(crate) fn look(&self) -> MutexGuard<'_, Inside> {
        lock(&self.inside)
    }

    /// Wakes at every change.
    pub(crate) fn follow(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    /// Lets everything happen that is due by now.
    pub(crate) fn step(&self, is_under_pressure: bool) {
        let now = self.clock.now();
        self.change(|inside| {
            let due: Vec<_> = inside
                .pods
                .iter()
                .filter(|(_, pod)| pod.due().is_some_and(|due| due <= now))
                .map(|(key, _)| key.clone())
                .collect();
            for key in due {
                let Some(mut pod) = inside.pods.remove(&key) else { continue };
                for (index, happening) in pod.step(now, &self.pace, is_under_pressure) {
                    event::record(&mut inside.store, &pod, &pod.containers[index], happening, now);
                }
                self.publish(inside, pod);
            }
            event::forget_old(&mut inside.store, now);
        });
    }

    /// When `step` has something to do next.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.look().pods.values().filter_map(Pod::due).min()
    }

    /// The namespace's first pod whose name is, or begins with, `name`.
    pub(crate) fn find_pod(&self, namespace: &str, name: &str) -> Option<String> {
        let inside = self.look();
        inside.pods.keys().find(|(ns, pod)| ns == namespace && pod.starts_with(name)).map(|(_, pod)| pod.clone())
    }

    /// Ends a running container now. False when there is no such container, or it does not run.
    pub(crate) fn crash(&self, namespace: &str, pod: &str, container: &str) -> bool {
        let now = self.clock.now();
        self.change(|inside| {
            let Some(mut pod) = inside.pods.remove(&(namespace.to_owned(), pod.to_owned())) else { return false };
            let mut has_crashed = false;
            for container in pod.containers.iter_mut().filter(|c| c.name == container && c.is_running()) {
                container.crash(now, &self.pace);
                has_crashed = true;
            }
            self.publish(inside, pod);
            has_crashed
        })
    }

    /// Lets a container's next change of state be due now. False when it has none.
    pub(crate) fn make_due(&self, namespace: &str, pod: &str, container: &str) -> bool {
        let now = self.clock.now();
        let mut inside = self.look();
        let pod = inside.pods.get_mut(&(namespace.to_owned(), pod.to_owned()));
        let container = pod.and_then(|pod| pod.containers.iter_mut().find(|c| c.name == container));
        container.and_then(|container| container.due.as_mut()).map(|due| *due = now).is_some()
    }

    /// Deletes a pod; its workload, if it has one, makes another. False when there is no such pod.
    pub(crate) fn delete_pod(&self, namespace: &str, name: &str) -> bool {
        let now = self.clock.now();
        self.change(|inside| {
            let Some(pod) = inside.pods.remove(&(namespace.to_owned(), name.to_owned())) else { return false };
            let message = event::Message {
                kind: "Normal",
                reason: "Killing",
                text: format!("Stopping container {}", pod.containers.first().map_or("", |c| c.name)),
            };
            event::post(&mut inside.store, &pod, None, &message, 1, now, now);
            inside.store.delete(&Key::new("pods", namespace, name));
            if let Some(workload) = &pod.workload {
                let successor = self.successor(workload, &pod, inside.store.version(), now);
                self.publish(inside, successor);
            }
            true
        })
    }

    /// Creates a healthy pod that nothing owns.
    pub(crate) fn create_pod(&self, namespace: &str, name: &str) -> bool {
        let now = self.clock.now();
        let Some(workload) = self.inventory.workloads.iter().find(|w| w.name == "coredns") else {
            return false;
        };
        let mut pod = workload.pod(self.seed, name.to_owned(), &self.inventory.nodes[0], now);
        pod.namespace = namespace.to_owned();
        pod.labels = vec![("app".to_owned(), name.to_owned())];
        (pod.owner, pod.workload) = (None, None);
        pod.begin(now);
        self.change(|inside| self.publish(inside, pod));
        true
    }

    /// Keeps an object as it is; it must have a name and a namespace.
    pub(crate) fn keep(&self, plural: &'static str, object: Value) {
        self.change(|inside| inside.store.put(plural, object));
    }

    /// Forgets the history of changes: every running watch ends, and its next one is too old.
    pub(crate) fn expire_watches(&self, expiry: Expiry) {
        *lock(&self.expiry) = expiry;
        self.change(|inside| inside.store.forget_history());
    }

    fn successor(&self, workload: &Arc<Workload>, old: &Pod, version: u64, now: Timestamp) -> Pod {
        let is_named_by_chance = matches!(workload.kind, workload::Kind::Deployment { .. } | workload::Kind::DaemonSet);
        let name = match old.name.rsplit_once('-') {
            Some((stem, _)) if is_named_by_chance => {
                format!("{stem}-{}", Dice::new(self.seed, &[&old.name, &version.to_string()]).suffix(5))
            }
            _ => old.name.clone(),
        };
        let node = self.inventory.nodes.iter().find(|node| node.name == old.node).unwrap_or(&self.inventory.nodes[0]);
        let mut pod = workload.pod(self.seed ^ version, name, node, now);
        pod.owner.clone_from(&old.owner);
        pod.begin(now);
        for container in &mut pod.containers {
            container.due = container.next_crash(now, &self.pace);
            if container.trouble == Some(Trouble::BadImage) {
                container.state = container.pull_state(false);
                container.due = Some(now.plus_ms(container.dice.about(self.pace.terminated_ms)));
            }
        }
        pod
    }

    fn publish(&self, inside: &mut Inside, pod: Pod) {
        inside.store.put("pods", self.pod_json(&pod));
        let workload = pod.workload.clone();
        inside.pods.insert((pod.namespace.clone(), pod.name.clone()), pod);
        if let Some(workload) = workload {
            self.publish_workload(inside, &workload);
        }
    }

    /// Publishes a pod at the start, with the events of its last hour.
    fn publish_past(&self, inside: &mut Inside, pod: &Pod, now: Timestamp) {
        inside.store.put("pods", self.pod_json(pod));
        for container in pod.containers.iter().filter(|c| c.trouble.is_some_and(|t| t != Trouble::Recovered)) {
            let last = container.last.as_ref().map_or(now.plus_ms(-30_000), |death| death.finished_at.plus_ms(5_000));
            for message in event::messages(pod, container, event::latest_happening(container)) {
                let times = 5 + u64::from(container.restarts);
                event::post(
                    &mut inside.store,
                    pod,
                    Some(container.name),
                    &message,
                    times,
                    last.plus_ms(-2_700_000),
                    last,
                );
            }
        }
    }

    fn publish_workload(&self, inside: &mut Inside, workload: &Arc<Workload>) {
        let pods: Vec<&Pod> = inside
            .pods
            .values()
            .filter(|pod| pod.workload.as_ref().is_some_and(|of| Arc::ptr_eq(of, workload)))
            .collect();
        for (plural, object) in workload_json::objects(workload, self.seed, &pods, self.born) {
            inside.store.put(plural, object);
        }
    }

    fn pod_json(&self, pod: &Pod) -> Value {
        let mut object = pod.to_json();
        let address = self.inventory.nodes.iter().find(|node| node.name == pod.node).map_or("", |node| node.address);
        object["status"]["hostIP"] = address.into();
        object
    }

    fn change<T>(&self, make: impl FnOnce(&mut Inside) -> T) -> T {
        let mut inside = self.look();
        let made = make(&mut inside);
        let version = inside.store.version();
        drop(inside);
        self.newest.send_replace(version);
        made
    }
}
