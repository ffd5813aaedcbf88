//! Commands of Proxmox VE, Proxmox Backup Server, Prometheus and Alertmanager.

use pipe::words::Words;

use crate::check::{
    AlertmanagerAsk, AlertmanagerQuestion, ApiFormat, BackupAsk, BackupQuestion, GuestKind, HostWord, Journal,
    LogStoreAsk, LogStoreQuestion, ProcFile, PrometheusAsk, PrometheusQuestion, ProxmoxAsk, ServiceView, SizeUnit,
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
        ProxmoxAsk::Tasks { parameters } => with_parameters(Words::new(&["pvenode", "task", "list"]), parameters),
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
        ProxmoxAsk::Uptime { pretty } => Words::new(&["uptime"]).flag("-p", *pretty),
        ProxmoxAsk::Memory { unit, total } => sized("free", *unit).flag("-t", *total),
        ProxmoxAsk::RootDisk { unit, with_type, named } => {
            sized("df", *unit).flag("-T", *with_type).words(&named.then(|| "/".to_owned()))
        }
        ProxmoxAsk::ProcFile(file) => Words::new(&[
            "cat",
            match file {
                ProcFile::LoadAverage => "/proc/loadavg",
                ProcFile::Uptime => "/proc/uptime",
                ProcFile::MemInfo => "/proc/meminfo",
            },
        ]),
        ProxmoxAsk::Host { words } if words.as_slice() == [HostWord::NodeName] => Words::new(&["hostname"]),
        ProxmoxAsk::Host { words } => {
            let flags: String = words.iter().map(|word| word.flag()).collect();
            Words::new(&["uname", &format!("-{flags}")])
        }
        ProxmoxAsk::Service { unit, view } => Words::new(&[
            "systemctl",
            match view {
                ServiceView::Status => "status",
                ServiceView::IsActive => "is-active",
                ServiceView::IsEnabled => "is-enabled",
                ServiceView::IsFailed => "is-failed",
            },
            unit,
        ]),
        ProxmoxAsk::Services => Words::new(&["systemctl", "list-units"]),
        ProxmoxAsk::Journal(journal) => print_journal(journal),
        ProxmoxAsk::Api { path, parameters, format } => {
            in_format(with_parameters(Words::new(&["pvesh", "get", path]), parameters), *format)
        }
    }
}

fn with_parameters(words: Words, parameters: &[(String, String)]) -> Words {
    parameters.iter().fold(words, |words, (name, value)| words.pair(&format!("--{name}"), Some(value)))
}

fn in_format(words: Words, format: ApiFormat) -> Words {
    match format {
        ApiFormat::Text(form) => words
            .flag("--noborder", !form.has_border)
            .flag("--noheader", !form.has_head)
            .pair("--human-readable", (!form.is_human).then_some("0")),
        ApiFormat::Json => words.pair("--output-format", Some("json")),
        ApiFormat::JsonPretty => words.pair("--output-format", Some("json-pretty")),
        ApiFormat::Yaml => words.pair("--output-format", Some("yaml")),
    }
}

fn sized(tool: &str, unit: SizeUnit) -> Words {
    let flag = match unit {
        SizeUnit::Kibi => None,
        SizeUnit::Byte => Some("-b"),
        SizeUnit::Mebi => Some("-m"),
        SizeUnit::Gibi => Some("-g"),
        SizeUnit::Human => Some("-h"),
        SizeUnit::HumanDecimal => Some("-H"),
    };
    Words::new(&[tool]).words(&flag.map(str::to_owned))
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
pub(super) fn backup(question: &BackupQuestion) -> Words {
    let manager = |words: &[&str]| Words::new(&["proxmox-backup-manager"]).words(&owned(words));
    let client = |words: &[&str], store: Option<&String>| {
        let repository = store.map(|store| format!(":{store}"));
        Words::new(&["proxmox-backup-client"]).words(&owned(words)).pair("--repository", repository.as_deref())
    };
    let words = match &question.ask {
        BackupAsk::Tasks { all, limit } => manager(&["task", "list"]).flag("--all", *all).long("--limit", *limit),
        BackupAsk::TaskLog { upid } => manager(&["task", "log", upid]),
        BackupAsk::Datastores => manager(&["datastore", "list"]),
        BackupAsk::Datastore { store } => manager(&["datastore", "show", store]),
        BackupAsk::Usage { store } => client(&["status"], store.as_ref()),
        BackupAsk::GarbageCollection { store } => manager(&["garbage-collection", "status"]).words(store),
        BackupAsk::Items { what, name: None } => manager(&[what, "list"]),
        BackupAsk::Items { what, name: Some(name) } => manager(&[what, "show", name]),
        BackupAsk::Snapshots { store, group: _, namespace, groups_only: true } => {
            client(&["list"], store.as_ref()).pair("--ns", namespace.as_deref())
        }
        BackupAsk::Snapshots { store, group, namespace, groups_only: false } => {
            client(&["snapshot", "list"], store.as_ref()).pair("--ns", namespace.as_deref()).words(group)
        }
        BackupAsk::Version { verbose } => manager(&["versions"]).flag("--verbose", *verbose),
    };
    in_format(words, question.format)
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

/// `logcli` or `curl`.
pub(super) fn log_store(question: &LogStoreQuestion) -> Words {
    match &question.ask {
        LogStoreAsk::Lines { query, limit, since_s, raw } => Words::new(&["logcli", "query"])
            .long("--addr", question.address.as_ref())
            .long("--limit", limit.map(|limit| limit.to_string()).as_ref())
            .long("--since", since_s.map(|since_s| format!("{since_s}s")).as_ref())
            .long("--output", raw.then(|| "raw".to_owned()).as_ref())
            .word("--")
            .word(query),
        LogStoreAsk::Api { path, parameters } => curl(question.address.as_deref(), path, parameters),
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
