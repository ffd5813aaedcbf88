//! Facts of a crash: plain data that a server fills in. Everything that has to be asked is a [`Fact`], so that "could
//! not be asked" travels with its reason.

use serde::{Deserialize, Serialize};

use document::{
    outcome::{BackupRun, Unknown},
    time::Timestamp,
};
use text::runbook::DailyWindow;

/// An answer, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Fact<T> {
    /// The source answered.
    Known(T),
    /// It did not.
    Unknown(Unknown),
}

impl<T> Fact<T> {
    /// The answer.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }

    /// Why there is none.
    pub fn unknown(&self) -> Option<&Unknown> {
        match self {
            Self::Known(_) => None,
            Self::Unknown(unknown) => Some(unknown),
        }
    }
}

/// What is known of one pod's crash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Namespace of the pod.
    pub namespace: String,
    /// Name of the pod.
    pub pod: String,
    /// The container that the alert names.
    pub container: Option<String>,
    /// `status.phase`: `Running`, `Pending`, `Failed`.
    pub phase: String,
    /// `status.reason`: `Evicted`, `NodeLost`.
    pub pod_reason: Option<String>,
    /// `status.message`.
    pub pod_message: Option<String>,
    /// Init containers first, then the others, in the order of the specification.
    pub containers: Fact<Vec<Container>>,
    /// Last log of the run that ended, of the container that [`Facts::focus`] names.
    pub previous_log: Fact<LogText>,
    /// Log of the present run of the same container.
    pub current_log: Fact<LogText>,
    /// Events about the pod, oldest first.
    pub events: Fact<Vec<Event>>,
    /// Where it runs; absent while unscheduled.
    pub node: Option<Node>,
    /// Owners from the pod upwards: ReplicaSet, Deployment.
    pub owners: Vec<Owner>,
    /// From when on every restart is among `Container::restarts`: the beginning of the watch, or of what the cache
    /// keeps, whichever is later. Before, only last states date them.
    pub watching_since: Option<Timestamp>,
    /// Backup runs of Proxmox.
    pub backups: Fact<Backups>,
    /// The runbook's daily windows.
    pub windows: Vec<DailyWindow>,
    /// What "local" means in them: the zone of the Proxmox node, `Pacific/Auckland`.
    pub local_zone: Option<String>,
    /// The part of the alert's real rule that excludes this pod.
    pub excluded_by: Option<String>,
}

impl Facts {
    /// The container to judge: the alert's, else the one in most trouble. Its logs are the ones to fetch.
    pub fn focus(&self) -> Option<&Container> {
        let containers = self.containers.known()?;
        let named = self.container.as_deref().and_then(|name| containers.iter().find(|one| one.name == name));
        // Once the main containers are done the kubelet ends the sidecars, by force where they do not listen: that is no
        // crash, however it ended them.
        let is_done = |one: &Container| matches!(one.state, State::Ended(_));
        let mut mains = containers.iter().filter(|one| one.kind == ContainerKind::Main).peekable();
        let all_done = mains.peek().is_some() && mains.all(is_done);
        let may_tell = |one: &&Container| !(all_done && one.kind == ContainerKind::Sidecar);
        named.or_else(|| containers.iter().filter(may_tell).max_by_key(|one| one.trouble()))
    }
}

/// One container of the pod.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// What part it has in the pod.
    pub kind: ContainerKind,
    /// As the specification names it.
    pub image: String,
    /// Whether its readiness holds.
    pub is_ready: bool,
    /// Restarts as Kubernetes counts them.
    pub restart_count: u32,
    /// Restarts whose time is known, oldest first: the instants at which runs ended.
    pub restarts: Vec<Timestamp>,
    /// Restarts beyond those, as a Prometheus has recorded them.
    pub record: Fact<RestartRecord>,
    /// Now.
    pub state: State,
    /// How the run before ended.
    pub last_ended: Option<Ended>,
    /// Memory: limit, request, use.
    pub memory: MemoryUse,
    /// Its probes in words: "liveness: HTTP GET :8080/healthz every 10 s, 3 failures, 1 s to answer".
    pub probes: Vec<String>,
}

/// Restarts that nobody watched, as recorded: to about a minute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestartRecord {
    /// When they were, oldest first; those that are known exactly are not among them.
    pub times: Vec<Timestamp>,
    /// From when on there is a record.
    pub since: Timestamp,
}

impl Container {
    /// How its latest finished run ended: the present state when it stands terminated, else the last one.
    pub fn latest_end(&self) -> Option<&Ended> {
        match &self.state {
            State::Ended(ended) => Some(ended),
            State::Waiting { .. } | State::Running { .. } | State::NotReported => self.last_ended.as_ref(),
        }
    }

    /// Whether no run of it has ended yet.
    pub fn has_never_ended(&self) -> bool {
        self.latest_end().is_none() && self.restart_count == 0
    }

    /// Instants at which runs ended, oldest first, each once.
    pub fn end_times(&self) -> Vec<Timestamp> {
        let present = self.latest_end().and_then(|ended| ended.ended_at);
        let last = self.last_ended.as_ref().and_then(|ended| ended.ended_at);
        let mut times: Vec<Timestamp> = self.restarts.iter().copied().chain(present).chain(last).collect();
        times.sort_unstable();
        // A watch and a status may round the same instant differently.
        times.dedup_by(|later, earlier| later.ms_since(*earlier) < 1_000);
        times
    }

    /// Every restart that has a date, oldest first: ends of runs as they are known, and as recorded.
    pub fn restart_times(&self) -> Vec<Timestamp> {
        let recorded = self.record.known().into_iter().flat_map(|record| record.times.iter().copied());
        let mut times: Vec<Timestamp> = self.end_times().into_iter().chain(recorded).collect();
        times.sort_unstable();
        times
    }

    /// Orders containers by trouble: stuck before failing before restarted; then by the latest end, then by count.
    fn trouble(&self) -> (u8, Option<Timestamp>, u32) {
        let failed = |ended: &Ended| ended.exit_code != 0;
        let rank = match &self.state {
            State::Waiting { reason, .. } if !matches!(reason.as_str(), "ContainerCreating" | "PodInitializing") => 3,
            State::Ended(ended) if failed(ended) => 3,
            State::Ended(_) if self.kind != ContainerKind::Init => 2,
            _ if self.restart_count > 0 => 1,
            _ => 0,
        };
        (rank, self.latest_end().and_then(|ended| ended.ended_at), self.restart_count)
    }
}

/// What part a container has in its pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContainerKind {
    /// It runs as long as the pod.
    Main,
    /// It must end before the others begin.
    Init,
    /// An init container that keeps running.
    Sidecar,
}

/// The state of a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// It has not begun, or waits to begin again.
    Waiting {
        /// `CrashLoopBackOff`, `ImagePullBackOff`.
        reason: String,
        /// The kubelet's sentence; may be empty.
        message: String,
    },
    /// It runs.
    Running {
        /// Since when.
        started_at: Option<Timestamp>,
    },
    /// It has ended.
    Ended(Ended),
    /// The pod has no status for it yet.
    NotReported,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// `OOMKilled`, `Error`, `Completed`.
    pub reason: String,
    /// The exit code.
    pub exit_code: i32,
    /// The termination message; may be empty.
    pub message: String,
    /// When the run began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// Lines of a log, as far as they were read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogText {
    /// Oldest first.
    pub lines: Vec<TextLine>,
    /// Whether these are all lines.
    pub is_whole: bool,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextLine {
    /// The kubelet's time stamp.
    pub at: Option<Timestamp>,
    /// The text, with or without ANSI sequences.
    pub text: String,
}

/// An event about the pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// `Unhealthy`, `FailedMount`.
    pub reason: String,
    /// The sentence.
    pub message: String,
    /// When it was last seen.
    pub at: Option<Timestamp>,
    /// How often.
    pub count: u32,
    /// The container it is about, when it says so.
    pub container: Option<String>,
}

/// The node of the pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Its name in Kubernetes.
    pub name: String,
    /// Set while its kubelet does not report: what the pod's status says is as old as this.
    pub silent_since: Option<Timestamp>,
    /// Conditions that are not as they should be: "DiskPressure since 02:10:00 UTC".
    pub troubles: Vec<String>,
}

/// An owner of the pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// `Deployment`.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// Memory of a container. Amounts in bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemoryUse {
    /// The request, when set.
    pub request_bytes: Option<u64>,
    /// The limit, when set.
    pub limit_bytes: Option<u64>,
    /// The most it was seen to use.
    pub peak_bytes: Fact<u64>,
}

/// Backup runs as Proxmox knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backups {
    /// Oldest first, in Proxmox's own time.
    pub runs: Vec<BackupRun>,
    /// The Proxmox node that runs the virtual machine of the pod's node: only its runs count. Absent: all count.
    pub host: Option<String>,
    /// From when on the list of runs is complete.
    pub known_since: Option<Timestamp>,
    /// How far Proxmox's clock is ahead of ours, in milliseconds; absent when it could not be compared.
    pub clock_ahead_ms: Option<i64>,
}
