//! `pvesm`, `pvecm`, `pvesh`, `ha-manager`, `pvenode`, `pveversion`.

use super::{
    super::{
        args::{Arg, Flag, Parsed, switch, value},
        reason::{Stop, unknown},
        table::{Place, Verb, asks, changes, group, refuses},
    },
    is_path_word, no_words, only_word, question,
};
use crate::check::{ApiFormat, Cause, ProxmoxAsk, Question};

const STORAGE_STATUS_FLAGS: &[Flag] =
    &[value("storage"), value("content"), value("enabled"), value("target").ignored()];
const STORAGE_LIST_FLAGS: &[Flag] = &[value("content"), value("vmid")];

pub(super) const PVESM_VERBS: &[Verb] = &[
    asks(&["status"], STORAGE_STATUS_FLAGS, storages),
    asks(&["list"], STORAGE_LIST_FLAGS, storage_content),
    changes(&["add", "set", "remove"], "changes the storage configuration."),
    changes(&["alloc", "free", "import", "export", "prune-backups", "extractconfig"], "changes or copies volumes."),
    refuses(&["path"], Cause::NoSource, "prints a path on the node, which the API does not give."),
    refuses(
        &["scan", "nfsscan", "cifsscan", "lvmscan", "iscsiscan"],
        Cause::NeedsShell,
        "searches the network or the disks of a node.",
    ),
    refuses(&["apiinfo"], Cause::Local, "prints a number of its own."),
];

pub(super) const PVECM_VERBS: &[Verb] = &[
    asks(&["status"], &[], |parsed, place| plain(parsed, place, ProxmoxAsk::ClusterStatus)),
    asks(&["nodes"], &[], |parsed, place| plain(parsed, place, ProxmoxAsk::ClusterNodes)),
    changes(
        &["add", "addnode", "delnode", "create", "expected", "updatecerts", "qdevice", "mtunnel", "keygen"],
        "changes the cluster.",
    ),
    refuses(&["apiver"], Cause::Local, "prints a number of its own."),
];

pub(super) const HA_VERBS: &[Verb] = &[
    asks(&["status"], &[switch("verbose").maybe()], |parsed, place| plain(parsed, place, ProxmoxAsk::HaStatus)),
    asks(&["config"], &[value("type")], |parsed, place| plain(parsed, place, ProxmoxAsk::HaConfig)),
    changes(
        &["add", "set", "remove", "migrate", "relocate", "crm-command", "groupadd", "groupset", "groupremove", "rules"],
        "changes high availability.",
    ),
    refuses(&["groupconfig"], Cause::NoSource, "prints the groups of high availability."),
];

const TASK_FLAGS: &[Flag] = &[
    value("all").maybe().ignored(),
    value("errors").maybe().ignored(),
    value("limit").ignored(),
    value("source").ignored(),
];

pub(super) const PVENODE_VERBS: &[Verb] = &[
    group(
        &["task"],
        &[
            asks(&["list"], TASK_FLAGS, |parsed, place| plain(parsed, place, ProxmoxAsk::Tasks)),
            asks(&["log"], &[], |parsed, place| task(parsed, place, true)),
            asks(&["status"], &[], |parsed, place| task(parsed, place, false)),
            changes(&["stop"], "stops a task."),
        ],
    ),
    changes(&["startall", "stopall", "migrateall", "wakeonlan", "acme", "cert"], "changes the node or its guests."),
    refuses(&["config"], Cause::NoSource, "prints or changes the node's configuration."),
];

pub(super) const PVESH_VERBS: &[Verb] = &[
    asks(&["get"], PVESH_FLAGS, api),
    changes(&["set"], "changes what the path names."),
    changes(&["create"], "creates or starts something: it is a POST."),
    changes(&["delete"], "removes what the path names."),
    refuses(&["ls", "usage"], Cause::Local, "describes the API itself."),
    refuses(&["help"], Cause::Local, "prints a text of its own."),
];

/// Parameters that GET paths take. None of them makes a GET write.
const PVESH_PARAMETERS: [&str; 22] = [
    "type",
    "typefilter",
    "source",
    "limit",
    "start",
    "vmid",
    "storage",
    "content",
    "enabled",
    "since",
    "until",
    "timeframe",
    "cf",
    "statusfilter",
    "errors",
    "userfilter",
    "full",
    "current",
    "service",
    "lastentries",
    "verbose",
    "snapshot",
];

const PVESH_FLAGS: &[Flag] = &[
    value("output-format"),
    value("ticket").ignored(),
    value("type"),
    value("typefilter"),
    value("source"),
    value("limit"),
    value("start"),
    value("vmid"),
    value("storage"),
    value("content"),
    value("enabled"),
    value("since"),
    value("until"),
    value("timeframe"),
    value("cf"),
    value("statusfilter"),
    value("errors"),
    value("userfilter"),
    value("full"),
    value("current"),
    value("service"),
    value("lastentries"),
    value("verbose"),
    value("snapshot"),
];

/// Paths of the API that only tell. `*` is one word.
const PATHS: &[&str] = &[
    "/version",
    "/cluster/status",
    "/cluster/resources",
    "/cluster/tasks",
    "/cluster/log",
    "/cluster/nextid",
    "/cluster/options",
    "/cluster/backup",
    "/cluster/backup/*",
    "/cluster/backup/*/included_volumes",
    "/cluster/backup-info/not-backed-up",
    "/cluster/ha/status/current",
    "/cluster/ha/status/manager_status",
    "/cluster/ha/resources",
    "/cluster/ha/resources/*",
    "/cluster/ha/groups",
    "/cluster/ha/groups/*",
    "/cluster/ha/rules",
    "/cluster/config/nodes",
    "/cluster/config/totem",
    "/cluster/replication",
    "/cluster/jobs/schedule-analyze",
    "/cluster/mapping/pci",
    "/cluster/mapping/usb",
    "/cluster/mapping/dir",
    "/cluster/metrics/server",
    "/cluster/firewall/options",
    "/cluster/firewall/rules",
    "/cluster/ceph/status",
    "/cluster/sdn",
    "/cluster/sdn/zones",
    "/cluster/sdn/vnets",
    "/nodes",
    "/nodes/*/status",
    "/nodes/*/tasks",
    "/nodes/*/tasks/*/status",
    "/nodes/*/tasks/*/log",
    "/nodes/*/qemu",
    "/nodes/*/qemu/*/status/current",
    "/nodes/*/qemu/*/config",
    "/nodes/*/qemu/*/pending",
    "/nodes/*/qemu/*/snapshot",
    "/nodes/*/qemu/*/rrddata",
    "/nodes/*/qemu/*/agent/network-get-interfaces",
    "/nodes/*/qemu/*/agent/get-osinfo",
    "/nodes/*/qemu/*/agent/get-fsinfo",
    "/nodes/*/lxc",
    "/nodes/*/lxc/*/status/current",
    "/nodes/*/lxc/*/config",
    "/nodes/*/lxc/*/pending",
    "/nodes/*/lxc/*/snapshot",
    "/nodes/*/lxc/*/interfaces",
    "/nodes/*/lxc/*/rrddata",
    "/nodes/*/storage",
    "/nodes/*/storage/*/status",
    "/nodes/*/storage/*/content",
    "/nodes/*/storage/*/rrddata",
    "/nodes/*/services",
    "/nodes/*/services/*/state",
    "/nodes/*/disks/list",
    "/nodes/*/disks/zfs",
    "/nodes/*/disks/zfs/*",
    "/nodes/*/disks/lvm",
    "/nodes/*/disks/lvmthin",
    "/nodes/*/network",
    "/nodes/*/network/*",
    "/nodes/*/dns",
    "/nodes/*/time",
    "/nodes/*/subscription",
    "/nodes/*/version",
    "/nodes/*/rrddata",
    "/nodes/*/journal",
    "/nodes/*/syslog",
    "/nodes/*/netstat",
    "/nodes/*/replication",
    "/nodes/*/replication/*/status",
    "/nodes/*/replication/*/log",
    "/nodes/*/apt/versions",
    "/nodes/*/apt/update",
    "/nodes/*/certificates/info",
    "/nodes/*/hardware/pci",
    "/nodes/*/hardware/usb",
    "/nodes/*/ceph/status",
    "/nodes/*/firewall/options",
    "/nodes/*/firewall/rules",
    "/pools",
    "/pools/*",
    "/storage",
    "/storage/*",
    "/access/users",
    "/access/groups",
    "/access/roles",
    "/access/acl",
    "/access/domains",
    "/access/permissions",
];

fn api(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    let path = only_word(parsed, "path")?;
    let arg = &parsed.operands[0];
    let path = format!("/{}", path.trim_matches('/'));
    if !PATHS.iter().any(|known| matches(known, &path)) || !path.split('/').skip(1).all(|word| is_api_word(word, arg)) {
        let reason = format!("`{path}` is not a path of the API that Runlight asks.");
        return Err(unknown(arg.span(), reason));
    }
    for flag in ["noborder", "noheader", "human-readable"] {
        if parsed.has(flag) {
            let reason = format!("`--{flag}`: answers are shown in a box or as JSON.");
            return Err(unknown(parsed.span.clone(), reason));
        }
    }
    let format = match parsed.arg("output-format") {
        None => ApiFormat::Table,
        Some(arg) if arg.as_str() == "json" => ApiFormat::Json,
        Some(arg) if arg.as_str() == "json-pretty" => ApiFormat::JsonPretty,
        Some(arg) if arg.as_str() == "text" => ApiFormat::Table,
        Some(arg) => return Err(unknown(arg.span(), "Answers are shown as a table or as JSON.")),
    };
    let mut parameters = Vec::new();
    for (name, value) in parsed.flags().filter(|(name, _)| PVESH_PARAMETERS.contains(name)) {
        let Some(value) = value.filter(|value| is_path_word(value) || value.as_str().contains('/')) else {
            return Err(unknown(parsed.span.clone(), format!("`--{name}` needs a plain value.")));
        };
        parameters.push((name.to_owned(), value.as_str().to_owned()));
    }
    question(place, ProxmoxAsk::Api { path, parameters, format })
}

fn is_api_word(word: &str, arg: &Arg<'_>) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.:@+!".contains(c) || (arg.is_open() && "<>".contains(c));
    !word.is_empty() && word != ".." && word != "." && word.chars().all(is_plain)
}

fn matches(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some("*"), Some(word)) if !word.is_empty() => {}
            (Some(a), Some(b)) if a == b => {}
            _ => return false,
        }
    }
}

fn storages(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    no_words(parsed)?;
    let (storage, content) = (parsed.text("storage"), parsed.text("content"));
    let enabled_only = parsed.arg("enabled").is_some_and(|arg| arg.as_str() == "1");
    question(place, ProxmoxAsk::Storages { storage, content, enabled_only })
}

fn storage_content(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    let storage = only_word(parsed, "storage")?;
    question(
        place,
        ProxmoxAsk::StorageContent { storage, content: parsed.text("content"), guest_id: parsed.text("vmid") },
    )
}

fn task(parsed: &Parsed<'_>, place: &Place<'_>, log: bool) -> Result<Question, Stop> {
    question(place, ProxmoxAsk::Task { upid: only_word(parsed, "task")?, log })
}

fn plain(parsed: &Parsed<'_>, place: &Place<'_>, ask: ProxmoxAsk) -> Result<Question, Stop> {
    no_words(parsed)?;
    question(place, ask)
}

/// `pveversion [-v]`.
pub(super) fn version(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    no_words(parsed)?;
    question(place, ProxmoxAsk::Version { verbose: parsed.has("verbose") })
}
