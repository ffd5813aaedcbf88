//! What is kept of a pod: the fields that panels use, in shared and compact strings. At most about 2 KB each.

use std::sync::Arc;

use runbook::time::{Timestamp, kubectl_age};

/// A pod as the cache holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedPod {
    /// Namespace.
    pub namespace: Arc<str>,
    /// Name.
    pub name: Arc<str>,
    /// Uid: another pod of the same name has another one.
    pub uid: Box<str>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When its deletion was asked for.
    pub deleted_at: Option<Timestamp>,
    /// The node; empty while unscheduled.
    pub node: Arc<str>,
    /// Its address; empty while it has none.
    pub ip: Box<str>,
    /// The object that controls it, else its first owner.
    pub owner: Option<Owner>,
    /// `Pending`, `Running`, `Succeeded`, `Failed`, `Unknown`.
    pub phase: Arc<str>,
    /// kubectl's STATUS word.
    pub status: Arc<str>,
    /// First half of kubectl's READY.
    pub ready_containers: u16,
    /// Second half of kubectl's READY.
    pub total_containers: u16,
    /// kubectl's RESTARTS: all running containers added up.
    pub restarts: u32,
    /// When the last of them ended, as far as last states say.
    pub last_restart_at: Option<Timestamp>,
    /// Labels, by key.
    pub labels: Box<[(Arc<str>, Arc<str>)]>,
    /// Init containers first, then the others, in the order of the pod's status.
    pub containers: Box<[Container]>,
}

/// An owner of a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// `ReplicaSet`.
    pub kind: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
}

/// A container of a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// Name.
    pub name: Arc<str>,
    /// What part it has in the pod.
    pub role: Role,
    /// Whether it is ready.
    pub is_ready: bool,
    /// Restarts since the pod exists.
    pub restarts: u32,
    /// How it is now; `None` while it has no status.
    pub state: Option<State>,
    /// How it last ended before now.
    pub last_ended: Option<Box<Ended>>,
    /// Image as the pod asks for it.
    pub image: Arc<str>,
    /// `resources.limits.memory` as written: `256Mi`.
    pub memory_limit: Option<Arc<str>>,
    /// Instants of restarts that are known: dated by last states, or seen by the watch. Oldest first; at most the
    /// last 64 within 24 hours.
    pub restart_history: Box<[Timestamp]>,
}

/// A container's part in its pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Runs before the others and ends.
    Init,
    /// An init container that keeps running (restart policy `Always`).
    Sidecar,
    /// One of the pod's containers.
    Main,
}

/// How a container is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It runs.
    Running {
        /// Since when.
        since: Option<Timestamp>,
    },
    /// It waits to start.
    Waiting {
        /// `CrashLoopBackOff`, `ContainerCreating`; may be empty.
        reason: Arc<str>,
        /// The kubelet's sentence, cut at 256 bytes.
        message: Option<Box<str>>,
    },
    /// It has ended.
    Ended(Box<Ended>),
}

/// How a container ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// `OOMKilled`, `Error`, `Completed`; may be empty.
    pub reason: Arc<str>,
    /// Exit code.
    pub exit_code: i32,
    /// Signal; 0 for none.
    pub signal: i32,
    /// The termination message, cut at 256 bytes.
    pub message: Option<Box<str>>,
    /// When it had started.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

impl CachedPod {
    /// kubectl's READY: `1/2`.
    pub fn ready(&self) -> String {
        format!("{}/{}", self.ready_containers, self.total_containers)
    }

    /// kubectl's RESTARTS: `5 (2m10s ago)`.
    pub fn restarts_text(&self, now: Timestamp) -> String {
        match self.last_restart_at {
            Some(at) if self.restarts > 0 => format!("{} ({} ago)", self.restarts, kubectl_age(now.ms_since(at))),
            _ => self.restarts.to_string(),
        }
    }

    /// kubectl's AGE: `5d4h`, or `<unknown>`.
    pub fn age(&self, now: Timestamp) -> String {
        self.created_at.map_or_else(|| "<unknown>".into(), |at| kubectl_age(now.ms_since(at)))
    }

    /// Known restarts of all containers since an instant.
    pub fn restarts_since(&self, since: Timestamp) -> u32 {
        self.containers.iter().map(|container| container.restarts_since(since)).sum()
    }

    /// The container that restarted most, main ones winning ties; `None` while no container has a status.
    pub fn most_restarted(&self) -> Option<&Container> {
        let rank = |container: &Container| (container.restarts, container.role == Role::Main);
        self.containers.iter().reduce(|most, next| if rank(next) > rank(most) { next } else { most })
    }

    /// A container by name.
    pub fn container(&self, name: &str) -> Option<&Container> {
        self.containers.iter().find(|container| &*container.name == name)
    }

    /// The value of a label.
    pub fn label(&self, key: &str) -> Option<&str> {
        let at = self.labels.binary_search_by(|(k, _)| (**k).cmp(key)).ok()?;
        Some(&self.labels[at].1)
    }
}

impl Container {
    /// Known restarts since an instant.
    pub fn restarts_since(&self, since: Timestamp) -> u32 {
        let known = self.restart_history.iter().filter(|at| **at >= since).count();
        u32::try_from(known).unwrap_or(u32::MAX)
    }

    /// How it ended last: now, or before its current run.
    pub fn last_end(&self) -> Option<&Ended> {
        match &self.state {
            Some(State::Ended(ended)) => Some(ended),
            _ => self.last_ended.as_deref(),
        }
    }
}
