//! Questions to what carries a cluster and watches it: Proxmox VE, Proxmox Backup Server, Prometheus, Alertmanager.

use serde::{Deserialize, Serialize};

use super::{ApiFormat, HostWord, ProcFile, ServiceView, SizeUnit};

/// A question to Proxmox VE.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ProxmoxQuestion {
    /// The host that the command would have run on: `ssh root@10.10.0.20` gives `10.10.0.20`.
    pub host: Option<String>,
    /// What is asked.
    pub ask: ProxmoxAsk,
}

/// What can be asked of Proxmox VE.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case")]
pub enum ProxmoxAsk {
    /// `ps aux | grep vzdump`: the running tasks of a type on the node.
    RunningTasks {
        /// The worker's name: `vzdump`.
        task_type: String,
    },
    /// `pvenode task list`, `cat /var/log/pve/tasks/index`: tasks of the node.
    Tasks {
        /// `--name value` parameters that choose among them.
        parameters: Vec<(String, String)>,
    },
    /// `pvenode task log UPID`, `pvenode task status UPID`.
    Task {
        /// The task.
        upid: String,
        /// Its log rather than its state.
        log: bool,
    },
    /// `qm list`, `pct list`.
    Guests {
        /// Which.
        kind: GuestKind,
    },
    /// `qm status ID`, `pct status ID`.
    GuestStatus {
        /// Which.
        kind: GuestKind,
        /// Its number.
        id: String,
        /// `--verbose`.
        verbose: bool,
    },
    /// `qm config ID`, `pct config ID`.
    GuestConfig {
        /// Which.
        kind: GuestKind,
        /// Its number.
        id: String,
        /// `--current`: without pending changes.
        current: bool,
        /// `--snapshot`.
        snapshot: Option<String>,
    },
    /// `qm pending ID`, `pct pending ID`.
    GuestPending {
        /// Which.
        kind: GuestKind,
        /// Its number.
        id: String,
    },
    /// `qm listsnapshot ID`, `pct listsnapshot ID`.
    GuestSnapshots {
        /// Which.
        kind: GuestKind,
        /// Its number.
        id: String,
    },
    /// `qm guest cmd ID COMMAND`, for the agent's commands that the API offers as GET.
    GuestAgent {
        /// The VM's number.
        id: String,
        /// The agent's command: `network-get-interfaces`.
        command: String,
    },
    /// `pvesm status`.
    Storages {
        /// `--storage`.
        storage: Option<String>,
        /// `--content`.
        content: Option<String>,
        /// `--enabled 1`.
        enabled_only: bool,
    },
    /// `pvesm list STORAGE`.
    StorageContent {
        /// The storage.
        storage: String,
        /// `--content`.
        content: Option<String>,
        /// `--vmid`.
        guest_id: Option<String>,
    },
    /// `pvecm status`.
    ClusterStatus,
    /// `pvecm nodes`.
    ClusterNodes,
    /// `pveversion`.
    Version {
        /// `-v`: of every package.
        verbose: bool,
    },
    /// `ha-manager status`.
    HaStatus,
    /// `ha-manager config`.
    HaConfig,
    /// `cat /etc/pve/jobs.cfg`: the backup jobs.
    BackupJobs,
    /// `cat /etc/pve/storage.cfg`.
    StorageConfig,
    /// `uptime`.
    Uptime {
        /// `-p`: in words.
        pretty: bool,
    },
    /// `free`.
    Memory {
        /// `-h`, `-m`, …
        unit: SizeUnit,
        /// `-t`: with a line that adds up.
        total: bool,
    },
    /// `df`: the node's root file system.
    RootDisk {
        /// `-h`, `-m`, …
        unit: SizeUnit,
        /// `-T`: with its type.
        with_type: bool,
        /// `/` was named; otherwise df would list every file system.
        named: bool,
    },
    /// A file of `/proc` that the node's status holds in part.
    ProcFile(ProcFile),
    /// `hostname`, `uname`: what the node is.
    Host {
        /// In the order of uname.
        words: Vec<HostWord>,
    },
    /// `systemctl status UNIT`, for the units that the API knows.
    Service {
        /// The unit, without `.service`.
        unit: String,
        /// Which verb.
        view: ServiceView,
    },
    /// `systemctl list-units --type=service`.
    Services,
    /// `journalctl`.
    Journal(Journal),
    /// `pvesh get PATH`: an allow-listed path.
    Api {
        /// The path, with a leading slash.
        path: String,
        /// `--name value` parameters of a GET.
        parameters: Vec<(String, String)>,
        /// `--output-format`.
        format: ApiFormat,
    },
}

/// Which guests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GuestKind {
    /// `qm`.
    Vm,
    /// `pct`.
    Container,
}

/// `journalctl` of a node.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Journal {
    /// `-u`, without `.service`.
    pub units: Vec<String>,
    /// `-n`, in lines.
    pub lines: Option<u32>,
    /// `--since`, as typed.
    pub since: Option<String>,
    /// `--until`, as typed.
    pub until: Option<String>,
    /// `-b`: since this boot.
    pub this_boot: bool,
    /// `-f`.
    pub follow: bool,
}

/// A question to a Proxmox Backup Server.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BackupQuestion {
    /// The host that the command would have run on, or the one that `--repository` names.
    pub host: Option<String>,
    /// What is asked.
    pub ask: BackupAsk,
    /// `--output-format`.
    pub format: ApiFormat,
}

/// What can be asked of a Proxmox Backup Server.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case")]
pub enum BackupAsk {
    /// `proxmox-backup-manager task list`.
    Tasks {
        /// `--all`: finished ones too.
        all: bool,
        /// `--limit`.
        limit: Option<u32>,
    },
    /// `proxmox-backup-manager task log UPID`.
    TaskLog {
        /// The task.
        upid: String,
    },
    /// `proxmox-backup-manager datastore list`.
    Datastores,
    /// `proxmox-backup-manager datastore show STORE`.
    Datastore {
        /// The store.
        store: String,
    },
    /// `proxmox-backup-client status`: how full a store is.
    Usage {
        /// The store.
        store: Option<String>,
    },
    /// `proxmox-backup-manager garbage-collection status|list [STORE]`.
    GarbageCollection {
        /// The store; all of them when absent.
        store: Option<String>,
    },
    /// `proxmox-backup-manager verify-job|sync-job|prune-job list|show`, `remote list`, `disk list`, `user list`, …
    Items {
        /// What is listed: `verify-job`.
        what: String,
        /// `show NAME`.
        name: Option<String>,
    },
    /// `proxmox-backup-client snapshot list [GROUP]`, `proxmox-backup-client list`.
    Snapshots {
        /// The store.
        store: Option<String>,
        /// `vm/101`.
        group: Option<String>,
        /// `--ns`.
        namespace: Option<String>,
        /// `list`: groups, not snapshots.
        groups_only: bool,
    },
    /// `proxmox-backup-manager versions`, `proxmox-backup-client version`.
    Version {
        /// `--verbose`: of every package.
        verbose: bool,
    },
}

/// A question to a Prometheus.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PrometheusQuestion {
    /// Scheme, host and port as typed; the server answers only for one that is configured. Absent in PromQL fences.
    pub address: Option<String>,
    /// What is asked.
    pub ask: PrometheusAsk,
}

/// What can be asked of a Prometheus.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case")]
pub enum PrometheusAsk {
    /// `promtool query instant`, or a PromQL fence.
    Instant {
        /// The expression.
        query: String,
    },
    /// A GET of an allow-listed path, decoded: the answer is the body.
    Api {
        /// `/api/v1/alerts`.
        path: String,
        /// Parameters, decoded, in order.
        parameters: Vec<(String, String)>,
    },
}

/// A question to a log store: Loki or VictoriaLogs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LogStoreQuestion {
    /// Scheme, host and port as typed; the server answers only for one that is configured.
    pub address: Option<String>,
    /// What is asked.
    pub ask: LogStoreAsk,
}

/// What can be asked of a log store.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case")]
pub enum LogStoreAsk {
    /// `logcli query`: lines that a query chooses.
    Lines {
        /// LogQL.
        query: String,
        /// `--limit`.
        limit: Option<u32>,
        /// `--since`, in seconds.
        since_s: Option<u64>,
        /// `--output=raw`: the lines alone.
        raw: bool,
    },
    /// A GET of an allow-listed path, decoded: the answer is the body.
    Api {
        /// `/loki/api/v1/query_range`.
        path: String,
        /// Parameters, decoded, in order.
        parameters: Vec<(String, String)>,
    },
}

/// A question to an Alertmanager.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AlertmanagerQuestion {
    /// Scheme, host and port as typed.
    pub address: Option<String>,
    /// What is asked.
    pub ask: AlertmanagerAsk,
}

/// What can be asked of an Alertmanager.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case")]
pub enum AlertmanagerAsk {
    /// `amtool alert query [MATCHER…]`.
    Alerts {
        /// Matchers as typed.
        matchers: Vec<String>,
    },
    /// `amtool silence query [MATCHER…]`.
    Silences {
        /// Matchers as typed.
        matchers: Vec<String>,
    },
    /// A GET of an allow-listed path: the answer is the body.
    Api {
        /// `/api/v2/alerts`.
        path: String,
        /// Parameters, decoded, in order.
        parameters: Vec<(String, String)>,
    },
}
