//! Backup runs against a daily window, over one node or all. Plain data; judges nothing.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Backup runs of a node against a daily window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// "PBS Backup Window", or "Backups" when the runbook names none.
    pub label: String,
    /// The window nearest to now, and the one before, as instants.
    pub spans: Vec<TimeSpan>,
    /// Backup runs, oldest first; a running one has no end.
    pub runs: Vec<BackupRun>,
    /// The next run of the schedule.
    pub next_run: Option<Timestamp>,
    /// Guests that are locked for backup now: "talos-monitor (VM 201)".
    pub locked_guests: Vec<String>,
    /// The portal's time of judgement.
    pub now: Timestamp,
    /// The node's own local time as it prints it, when it could be asked: "14:02 Pacific/Auckland".
    pub node_time: Option<String>,
    /// Restarts of the alert's pod, drawn on the same axis.
    pub restarts: Vec<Timestamp>,
    /// What a panel of its own knows beyond one node's tasks.
    pub detail: Option<Box<WindowDetail>>,
}

/// A daily window over all Proxmox nodes and the last nights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowDetail {
    /// Where now lies: "inside PBS Backup Window, 38 min left".
    pub position: String,
    /// Restarts against what ran, with the arithmetic; absent while no pod is chosen.
    pub statement: Option<String>,
    /// Whose restarts.
    pub pod: Option<String>,
    /// What each Proxmox node does.
    pub hosts: Vec<WindowHost>,
    /// The last nights, newest first.
    pub nights: Vec<Night>,
    /// Restarts against the work of each backup server; empty while no pod is chosen or none is configured.
    pub server_statements: Vec<String>,
    /// What each backup server does.
    pub servers: Vec<WindowHost>,
    /// The backup servers' tasks of the last nights, oldest first.
    pub tasks: Vec<ServerTask>,
    /// The same, those that follow one another as one: what is drawn.
    pub stretches: Vec<Stretch>,
}

/// What one Proxmox node does in a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowHost {
    /// Its name in the configuration.
    pub name: String,
    /// In one word.
    pub state: HostState,
    /// In words: "the backup reads since 02:00:04 UTC (40 min ago)".
    pub doing: String,
    /// Guests that are locked for backup.
    pub locked: Vec<String>,
    /// Its own time: "15:41 Pacific/Auckland".
    pub clock: Option<String>,
    /// How hard its disks are pressed, in words.
    pub pressure: Option<String>,
    /// The next run of its schedule.
    pub next_run: Option<Timestamp>,
    /// The machine of the pod's node, when it runs here.
    pub carries: Option<String>,
    /// What could not be asked, one sentence each.
    pub gaps: Vec<String>,
}

/// What a Proxmox node does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HostState {
    /// No backup runs.
    Idle,
    /// One waits for the lock: it reads nothing.
    Waiting,
    /// One reads.
    Reading,
    /// It could not be asked.
    Unknown,
}

/// One night of a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Night {
    /// The window.
    pub span: TimeSpan,
    /// What ran, oldest first.
    pub runs: Vec<BackupRun>,
    /// Runs that went past the window, in words.
    pub fit: Vec<String>,
    /// What the backup servers did, oldest first.
    pub stretches: Vec<Stretch>,
    /// Restarts of the pod during it.
    pub restarts: usize,
}

/// One task of a backup server, by our clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerTask {
    /// The server's name in the configuration.
    pub server: String,
    /// What kind of work it is.
    pub work: ServerWork,
    /// What it works on: `main:vm/201`, `main`; empty for the whole server.
    pub subject: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; absent while it runs.
    pub ended_at: Option<Timestamp>,
    /// `OK`, an error text, or `running`.
    pub status: String,
}

/// Work of a backup server that its disks feel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServerWork {
    /// A backup comes in.
    Backup,
    /// A backup is read back.
    Restore,
    /// Snapshots are copied from or to another server, or to tape.
    Sync,
    /// Old snapshots are forgotten.
    Prune,
    /// What nothing refers to is removed.
    GarbageCollection,
    /// Snapshots are read and checked.
    Verification,
}

/// Tasks of one kind on one server that follow one another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// The server's name in the configuration.
    pub server: String,
    /// What kind of work it is.
    pub work: ServerWork,
    /// From the first beginning to the last end; to now while one runs.
    pub span: TimeSpan,
    /// How many tasks.
    pub tasks: usize,
    /// How many of them ended with something else than `OK`.
    pub failed: usize,
    /// Whether one of them still runs.
    pub is_running: bool,
}

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeSpan {
    /// First instant.
    pub from: Timestamp,
    /// First instant after it.
    pub to: Timestamp,
}

/// One backup run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupRun {
    /// The Proxmox node.
    pub node: String,
    /// Guest ids; empty for a job over several guests.
    pub guests: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; absent while it runs.
    pub ended_at: Option<Timestamp>,
    /// `OK`, an error text, or `running`.
    pub status: String,
    /// Whether it only waits for the global lock.
    pub is_waiting: bool,
}

impl ServerWork {
    /// The work that a worker of Proxmox Backup Server does; nothing for the upkeep of the server itself.
    pub fn of_worker(worker_type: &str) -> Option<Self> {
        Some(match worker_type {
            "backup" => Self::Backup,
            "reader" => Self::Restore,
            "syncjob" | "sync" | "tape-backup" | "tape-backup-job" | "tape-restore" => Self::Sync,
            "prune" | "prunejob" | "prune-group" => Self::Prune,
            "garbage_collection" => Self::GarbageCollection,
            "verify" | "verificationjob" | "verify_group" | "verify_snapshot" => Self::Verification,
            _ => return None,
        })
    }

    /// In words, as one piece of work.
    pub fn words(self) -> &'static str {
        match self {
            Self::Backup => "backup",
            Self::Restore => "restore",
            Self::Sync => "sync",
            Self::Prune => "prune",
            Self::GarbageCollection => "garbage collection",
            Self::Verification => "verification",
        }
    }
}

impl Stretch {
    /// "a backup", "2 backups", "a garbage collection".
    pub fn count_words(&self) -> String {
        match (self.tasks, self.work) {
            (1, work) => format!("a {}", work.words()),
            (many, work) => format!("{many} {}s", work.words()),
        }
    }
}
