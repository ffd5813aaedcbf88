//! Workloads: what owns pods. One row of an inventory becomes a workload, its pods and their API objects.

use std::sync::Arc;

use document::time::Timestamp;

use super::pod::{Container, Life, Pod, State};
use crate::{dice::Dice, story::Trouble, voice::Voice};

/// A row of an inventory.
#[derive(Debug)]
pub(crate) struct Workload {
    pub(crate) namespace: &'static str,
    pub(crate) kind: Kind,
    pub(crate) name: &'static str,
    pub(crate) containers: Vec<Program>,
    /// Restarts of the first pod's first container before the simulation began, that nobody needs to worry about.
    pub(crate) old_restarts: u32,
}

/// What kind of workload it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Deployment {
        replicas: usize,
    },
    StatefulSet {
        replicas: usize,
    },
    /// A pod on every node.
    DaemonSet,
    /// A static pod on every control-plane node.
    Static,
    /// Nightly, with the pods of its last runs.
    CronJob {
        schedule: &'static str,
        every_hours: i64,
    },
}

/// A container of a workload.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Program {
    pub(crate) name: &'static str,
    pub(crate) image: &'static str,
    pub(crate) voice: &'static Voice,
    pub(crate) memory_limit: Option<&'static str>,
    pub(crate) trouble: Option<Trouble>,
}

/// What `ownerReferences` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) api_version: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) uid: String,
}

/// The nodes of a cluster.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub(crate) name: &'static str,
    pub(crate) address: &'static str,
    pub(crate) is_control_plane: bool,
    pub(crate) memory_gib: i64,
    pub(crate) cpus: i64,
}

impl Workload {
    pub(crate) fn deployment(
        namespace: &'static str,
        name: &'static str,
        replicas: usize,
        containers: Vec<Program>,
    ) -> Self {
        Self { namespace, kind: Kind::Deployment { replicas }, name, containers, old_restarts: 0 }
    }

    pub(crate) fn stateful(
        namespace: &'static str,
        name: &'static str,
        replicas: usize,
        containers: Vec<Program>,
    ) -> Self {
        Self { namespace, kind: Kind::StatefulSet { replicas }, name, containers, old_restarts: 0 }
    }

    pub(crate) fn daemon(namespace: &'static str, name: &'static str, containers: Vec<Program>) -> Self {
        Self { namespace, kind: Kind::DaemonSet, name, containers, old_restarts: 0 }
    }

    pub(crate) fn control_plane(name: &'static str, containers: Vec<Program>) -> Self {
        Self { namespace: "kube-system", kind: Kind::Static, name, containers, old_restarts: 0 }
    }

    pub(crate) fn cron(
        namespace: &'static str,
        name: &'static str,
        schedule: &'static str,
        every_hours: i64,
        containers: Vec<Program>,
    ) -> Self {
        Self { namespace, kind: Kind::CronJob { schedule, every_hours }, name, containers, old_restarts: 0 }
    }

    pub(crate) fn with_old_restarts(mut self, restarts: u32) -> Self {
        self.old_restarts = restarts;
        self
    }

    /// The hash in the names of a Deployment's ReplicaSet and pods.
    pub(crate) fn template_hash(&self, seed: u64) -> String {
        Dice::new(seed, &["template", self.namespace, self.name]).suffix(10)
    }

    /// A stable uid for this workload, or (`of` says which) for something it owns.
    pub(crate) fn uid(&self, seed: u64, of: &str) -> String {
        Dice::new(seed, &["uid", self.namespace, self.name, of]).uid()
    }

    /// Its pods as they are when the simulation begins.
    pub(crate) fn pods(self: &Arc<Self>, seed: u64, nodes: &'static [Node], now: Timestamp) -> Vec<Pod> {
        let hash = self.template_hash(seed);
        let dice = |name: &str| Dice::new(seed, &["pod", self.namespace, self.name, name]);
        let workers: Vec<&Node> = match nodes.iter().filter(|node| !node.is_control_plane).collect::<Vec<_>>() {
            workers if workers.is_empty() => nodes.iter().collect(),
            workers => workers,
        };
        let first = dice("node").roll() as usize;
        let spread = |i: usize| workers[(first + i) % workers.len()];
        match self.kind {
            Kind::Deployment { replicas } => (0..replicas)
                .map(|i| {
                    let suffix = dice(&i.to_string()).suffix(5);
                    self.pod(seed, format!("{}-{hash}-{suffix}", self.name), spread(i), now)
                })
                .collect(),
            Kind::StatefulSet { replicas } => {
                (0..replicas).map(|i| self.pod(seed, format!("{}-{i}", self.name), spread(i), now)).collect()
            }
            Kind::DaemonSet => nodes
                .iter()
                .map(|node| self.pod(seed, format!("{}-{}", self.name, dice(node.name).suffix(5)), node, now))
                .collect(),
            Kind::Static => nodes
                .iter()
                .filter(|node| node.is_control_plane)
                .map(|node| self.pod(seed, format!("{}-{}", self.name, node.name), node, now))
                .collect(),
            Kind::CronJob { every_hours, .. } => (0..2)
                .map(|i| {
                    let minute = now.0.div_euclid(60_000) - i * every_hours * 60 - every_hours * 20;
                    let suffix = dice(&minute.to_string()).suffix(5);
                    let name = format!("{}-{minute}-{suffix}", self.name);
                    let mut pod = self.pod(seed, name, spread(0), now);
                    pod.complete(Timestamp(minute * 60_000));
                    pod
                })
                .collect(),
        }
    }

    /// One pod of this workload, healthy and some days old.
    pub(crate) fn pod(self: &Arc<Self>, seed: u64, name: String, node: &Node, now: Timestamp) -> Pod {
        let mut dice = Dice::new(seed, &["pod", self.namespace, &name]);
        let uid = dice.uid();
        let created_at = now.plus_ms(-dice.between(3 * 3_600_000, 60 * 86_400_000));
        let is_on_host_network = matches!(self.kind, Kind::Static) || self.name.contains("flannel");
        let ip = if is_on_host_network {
            node.address.to_owned()
        } else {
            format!("10.244.{}.{}", dice.between(0, 4), dice.between(2, 250))
        };
        let containers = self
            .containers
            .iter()
            .map(|program| {
                let mut dice = Dice::new(seed, &["container", self.namespace, &name, program.name]);
                let started_at = created_at.plus_ms(dice.between(1_500, 20_000));
                let life = Life { id: format!("containerd://{}", dice.hex(64)), started_at };
                Container {
                    name: program.name,
                    image: program.image.to_owned(),
                    memory_limit: program.memory_limit,
                    voice: program.voice,
                    trouble: program.trouble,
                    state: State::Running(life),
                    last: None,
                    restarts: 0,
                    restarted: Vec::new(),
                    due: None,
                    dice,
                }
            })
            .collect();
        let owner = self.pod_owner(seed, node, &name);
        Pod {
            namespace: self.namespace.to_owned(),
            labels: self.pod_labels(seed, &name),
            name,
            uid,
            node: node.name,
            created_at,
            owner,
            workload: Some(Arc::clone(self)),
            ip,
            is_on_host_network,
            containers,
        }
    }

    fn pod_labels(&self, seed: u64, name: &str) -> Vec<(String, String)> {
        let mut labels =
            vec![("app.kubernetes.io/name".to_owned(), self.name.to_owned()), ("app".to_owned(), self.name.to_owned())];
        match self.kind {
            Kind::Deployment { .. } => labels.push(("pod-template-hash".into(), self.template_hash(seed))),
            Kind::StatefulSet { .. } => labels.push(("statefulset.kubernetes.io/pod-name".into(), name.to_owned())),
            Kind::DaemonSet => labels.push(("pod-template-generation".into(), "3".into())),
            Kind::Static => labels.extend([
                ("component".to_owned(), self.name.to_owned()),
                ("tier".to_owned(), "control-plane".to_owned()),
            ]),
            Kind::CronJob { .. } => labels.push(("job-name".into(), job_of(name).to_owned())),
        }
        labels
    }

    fn pod_owner(&self, seed: u64, node: &Node, pod: &str) -> Option<Owner> {
        let (api_version, kind, name) = match self.kind {
            Kind::Deployment { .. } => ("apps/v1", "ReplicaSet", format!("{}-{}", self.name, self.template_hash(seed))),
            Kind::StatefulSet { .. } => ("apps/v1", "StatefulSet", self.name.to_owned()),
            Kind::DaemonSet => ("apps/v1", "DaemonSet", self.name.to_owned()),
            Kind::Static => ("v1", "Node", node.name.to_owned()),
            Kind::CronJob { .. } => ("batch/v1", "Job", job_of(pod).to_owned()),
        };
        let uid = self.uid(seed, &format!("{kind}/{name}"));
        Some(Owner { api_version, kind, name, uid })
    }
}

/// `backup-29391840` of `backup-29391840-x7k2p`.
pub(crate) fn job_of(pod: &str) -> &str {
    pod.rsplit_once('-').map_or(pod, |(job, _)| job)
}
