//! Commands of Proxmox VE, Proxmox Backup Server, Prometheus and Alertmanager.

use super::Words;
use crate::check::{
    AlertmanagerAsk, AlertmanagerQuestion, BackupAsk, GuestKind, Journal, PrometheusAsk, PrometheusQuestion, ProxmoxAsk,
};

fn guest(kind: GuestKind, verb: &str) -> Words {
    let tool = match kind {
        GuestKind::Vm => "qm",
        GuestKind::Container => "pct",
    };
    Words::new(&[tool, verb])
}

/// The command on a node.
pub(super) fn proxmox(ask: &ProxmoxAsk) -> Words {
    match ask {
        ProxmoxAsk::RunningTasks { task_type } => Words::new(&["pgrep", "-a", task_type]),
        ProxmoxAsk::Tasks => Words::new(&["pvenode", "task", "list"]),
        ProxmoxAsk::Task { upid, log } => Words::new(&["pvenode", "task", if *log { "log" } else { "status" }, upid]),
        ProxmoxAsk::Guests { kind } => guest(*kind, "list"),
        ProxmoxAsk::GuestStatus { kind, id, verbose } => guest(*kind, "status").word(id).flag("--verbose", *verbose),
        ProxmoxAsk::GuestConfig { kind, id, current, snapshot } => {
            guest(*kind, "config").word(id).flag("--current", *current).pair("--snapshot", snapshot.as_deref())
        }
        ProxmoxAsk::GuestPending { kind, id } => guest(*kind, "pending").word(id),
        ProxmoxAsk::GuestSnapshots { kind, id } => guest(*kind, "listsnapshot").word(id),
        ProxmoxAsk::GuestAgent { id, command } => Words::new(&["qm", "agent", id, command]),
        ProxmoxAsk::Storages { storage, content, enabled_only } => Words::new(&["pvesm", "status"])
            .pair("--storage", storage.as_deref())
            .pair("--content", content.as_deref())
            .pair("--enabled", enabled_only.then_some("1")),
        ProxmoxAsk::StorageContent { storage, content, guest_id } => Words::new(&["pvesm", "list", storage])
            .pair("--content", content.as_deref())
            .pair("--vmid", guest_id.as_deref()),
        ProxmoxAsk::ClusterStatus => Words::new(&["pvecm", "status"]),
        ProxmoxAsk::ClusterNodes => Words::new(&["pvecm", "nodes"]),
        ProxmoxAsk::Version { verbose } => Words::new(&["pveversion"]).flag("-v", *verbose),
        ProxmoxAsk::HaStatus => Words::new(&["ha-manager", "status"]),
        ProxmoxAsk::HaConfig => Words::new(&["ha-manager", "config"]),
        ProxmoxAsk::BackupJobs => Words::new(&["cat", "/etc/pve/jobs.cfg"]),
        ProxmoxAsk::StorageConfig => Words::new(&["cat", "/etc/pve/storage.cfg"]),
        ProxmoxAsk::Uptime => Words::new(&["uptime"]),
        ProxmoxAsk::Memory => Words::new(&["free"]),
        ProxmoxAsk::RootDisk => Words::new(&["df"]),
        ProxmoxAsk::Host => Words::new(&["hostname"]),
        ProxmoxAsk::Service { unit } => Words::new(&["systemctl", "status", unit]),
        ProxmoxAsk::Services => Words::new(&["systemctl", "list-units"]),
        ProxmoxAsk::Journal(journal) => print_journal(journal),
        ProxmoxAsk::Api { path, parameters, json } => {
            let mut words = Words::new(&["pvesh", "get", path]);
            for (name, value) in parameters {
                words = words.pair(&format!("--{name}"), Some(value));
            }
            words.pair("--output-format", json.then_some("json"))
        }
    }
}

fn print_journal(journal: &Journal) -> Words {
    let mut words = Words::new(&["journalctl"]);
    for unit in &journal.units {
        words = words.pair("-u", Some(unit));
    }
    words
        .long("--lines", journal.lines)
        .long("--since", journal.since.as_ref())
        .long("--until", journal.until.as_ref())
        .flag("-b", journal.this_boot)
        .flag("-f", journal.follow)
}

/// The command on a backup server.
pub(super) fn backup(ask: &BackupAsk) -> Words {
    let manager = |words: &[&str]| Words::new(&["proxmox-backup-manager"]).words(&owned(words));
    let client = |words: &[&str], store: Option<&String>| {
        let repository = store.map(|store| format!(":{store}"));
        Words::new(&["proxmox-backup-client"]).words(&owned(words)).pair("--repository", repository.as_deref())
    };
    match ask {
        BackupAsk::Tasks { all, limit } => manager(&["task", "list"]).flag("--all", *all).long("--limit", *limit),
        BackupAsk::TaskLog { upid } => manager(&["task", "log", upid]),
        BackupAsk::Datastores => manager(&["datastore", "list"]),
        BackupAsk::Datastore { store } => manager(&["datastore", "show", store]),
        BackupAsk::Usage { store } => client(&["status"], store.as_ref()),
        BackupAsk::GarbageCollection { store } => manager(&["garbage-collection", "status"]).words(store),
        BackupAsk::Items { what, name: None } => manager(&[what, "list"]),
        BackupAsk::Items { what, name: Some(name) } => manager(&[what, "show", name]),
        BackupAsk::Snapshots { store, group: _, groups_only: true } => client(&["list"], store.as_ref()),
        BackupAsk::Snapshots { store, group, groups_only: false } => {
            client(&["snapshot", "list"], store.as_ref()).words(group)
        }
        BackupAsk::Version => manager(&["versions"]),
    }
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// `promtool` or `curl`.
pub(super) fn prometheus(question: &PrometheusQuestion) -> Words {
    match &question.ask {
        PrometheusAsk::Instant { query } => {
            Words::new(&["promtool", "query", "instant", "--"]).words(&question.address).word(query)
        }
        PrometheusAsk::Api { path, parameters } => curl(question.address.as_deref(), path, parameters),
    }
}

/// `amtool` or `curl`.
pub(super) fn alertmanager(question: &AlertmanagerQuestion) -> Words {
    let amtool = Words::new(&["amtool"]).long("--alertmanager.url", question.address.as_ref());
    match &question.ask {
        AlertmanagerAsk::Alerts { matchers } => amtool.word("alert").word("query").words(matchers),
        AlertmanagerAsk::Silences { matchers } => amtool.word("silence").word("query").words(matchers),
        AlertmanagerAsk::Api { path, parameters } => curl(question.address.as_deref(), path, parameters),
    }
}

fn curl(address: Option<&str>, path: &str, parameters: &[(String, String)]) -> Words {
    let url = format!("{}{path}", address.unwrap_or_default());
    let mut words = Words::new(&["curl", "-s"]).flag("-G", !parameters.is_empty()).word(&url);
    for (name, value) in parameters {
        words = words.pair("--data-urlencode", Some(&format!("{name}={value}")));
    }
    words
}
