//! A crash, and what it was captured with. Plain data; what could not be had says why.

use document::{
    outcome::{Report, Unknown},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::{Fingerprint, fingerprint, id::EvidenceId, log::KeptLog};

/// Something that was asked for when the crash was captured: the answer, or why there is none.
pub type Asked<T> = Result<T, Unknown>;

/// Which run of which container ended. Equal keys are the same crash, whoever captures it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CrashKey {
    /// The cluster's name in the configuration.
    pub cluster: String,
    /// Uid of the pod: another pod of the same name has another one.
    pub pod_uid: String,
    /// The container.
    pub container: String,
    /// Its restart count once the run had ended and the next one was due.
    pub restart_count: u32,
}

impl CrashKey {
    /// The id of its link.
    pub fn id(&self) -> EvidenceId {
        let count = self.restart_count.to_string();
        EvidenceId::of(&["crash", &self.cluster, &self.pod_uid, &self.container, &count])
    }
}

/// The workload that a pod belongs to, as far up as its name tells: `Deployment/web`, or the pod itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Owner {
    /// `Deployment`.
    pub kind: String,
    /// Its name.
    pub name: String,
}

impl Owner {
    /// The owner of a pod: of a ReplicaSet's pod its Deployment, of a pod that the node runs by itself, or that nobody
    /// owns, the pod.
    pub fn of_pod(pod: &str, owner: Option<(&str, &str)>, template_hash: Option<&str>) -> Self {
        let new = |kind: &str, name: &str| Self { kind: kind.to_owned(), name: name.to_owned() };
        match (owner, template_hash) {
            (Some(("ReplicaSet", name)), Some(hash)) => {
                match name.strip_suffix(hash).and_then(|it| it.strip_suffix('-')) {
                    Some(deployment) => new("Deployment", deployment),
                    None => new("ReplicaSet", name),
                }
            }
            // A CronJob's Jobs are named by the minute that they were due.
            (Some(("Job", name)), _) => match name.rsplit_once('-') {
                Some((cron, due)) if due.len() >= 8 && due.bytes().all(|byte| byte.is_ascii_digit()) => {
                    new("CronJob", cron)
                }
                _ => new("Job", name),
            },
            (Some(("Node", _)) | None, _) => new("Pod", pod),
            (Some((kind, name)), _) => new(kind, name),
        }
    }
}

/// How a run ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// `OOMKilled`, `Error`; may be empty.
    pub reason: String,
    /// Exit code.
    pub exit_code: i32,
    /// Signal; 0 for none.
    pub signal: i32,
    /// The termination message.
    pub message: Option<String>,
    /// When the run had started.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// One ended run of a container, as the watch tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crash {
    /// Which run.
    pub key: CrashKey,
    /// Namespace of the pod.
    pub namespace: String,
    /// Name of the pod.
    pub pod: String,
    /// What the pod belongs to.
    pub owner: Owner,
    /// The node; empty while unscheduled.
    pub node: String,
    /// `init`, `sidecar` or `main`.
    pub role: String,
    /// How the run ended.
    pub ended: Ended,
    /// When it ended, or when that was noticed where the source does not say.
    pub at: Timestamp,
    /// What the container was seen to do before, in words; empty when nothing was seen.
    pub before: String,
    /// What it did when the crash was noticed, in words.
    pub after: String,
    /// Image as the pod asks for it.
    pub image: String,
    /// The workload's revision: a hash of its template; empty where there is none.
    pub revision: String,
    /// `resources.limits.memory` as written; empty without one.
    pub memory_limit: String,
}

/// An event about the pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptEvent {
    /// When it was last seen.
    pub at: Option<Timestamp>,
    /// Whether it is a warning.
    pub is_warning: bool,
    /// `BackOff`.
    pub reason: String,
    /// The sentence.
    pub message: String,
    /// How often it was seen.
    pub count: u32,
}

/// What a ConfigMap that the pod refers to held, as a hash.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ConfigHash {
    /// Its name.
    pub name: String,
    /// The hash of its data.
    pub hash: String,
}

/// What was known of backups when the run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupThen {
    /// Whether a backup was at work then.
    pub is_running: bool,
    /// Which ones, one sentence each.
    pub work: Vec<String>,
}

/// The verdict at the time, and what judged it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The panel.
    pub report: Report,
    /// The runbook whose rows were judged; `None` for Runlight's own.
    pub runbook: Option<String>,
    /// Which version of its file.
    pub revision: Option<String>,
}

/// A crash with everything that was kept of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Capture {
    /// The crash.
    pub crash: Crash,
    /// When it was captured.
    pub captured_at: Timestamp,
    /// The log of the run that ended.
    pub log: Asked<KeptLog>,
    /// The line of it that tells why, when one does.
    pub telling: Option<String>,
    /// Events about the pod, oldest first.
    pub events: Asked<Vec<KeptEvent>>,
    /// ConfigMaps that the pod refers to.
    pub config: Asked<Vec<ConfigHash>>,
    /// Conditions of the node that were not as they should be: `MemoryPressure`.
    pub node_pressure: Asked<Vec<String>>,
    /// Backups at that time.
    pub backup: Asked<BackupThen>,
    /// The verdict.
    pub verdict: Option<Judged>,
}

impl Capture {
    /// The id of its link.
    pub fn id(&self) -> EvidenceId {
        self.crash.key.id()
    }

    /// What makes two crashes the same kind of crash.
    pub fn fingerprint(&self) -> Fingerprint {
        fingerprint::of(&self.crash, self.telling.as_deref())
    }

    /// Whether it has the log: a crash of a loop may have been counted alone.
    pub fn is_full(&self) -> bool {
        self.log.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::Owner;

    #[test]
    fn names_the_workload_above_what_owns_the_pod() {
        let name = |pod, owner, hash| {
            let Owner { kind, name } = Owner::of_pod(pod, owner, hash);
            format!("{kind}/{name}")
        };
        let hash = Some("5d4f8c7b9");
        assert_eq!(name("web-5d4f8c7b9-x2xkq", Some(("ReplicaSet", "web-5d4f8c7b9")), hash), "Deployment/web");
        assert_eq!(name("web-x", Some(("ReplicaSet", "web")), None), "ReplicaSet/web");
        assert_eq!(name("db-0", Some(("StatefulSet", "db")), None), "StatefulSet/db");
        assert_eq!(name("tidy-28912345-k", Some(("Job", "tidy-28912345")), None), "CronJob/tidy");
        assert_eq!(name("load-data-k", Some(("Job", "load-data")), None), "Job/load-data");
        assert_eq!(name("etcd-talos-1", Some(("Node", "talos-1")), None), "Pod/etcd-talos-1");
        assert_eq!(name("debug", None, None), "Pod/debug");
    }
}
