//! `proxmox-backup-manager` and `proxmox-backup-client`.

use super::{
    super::{
        args::{Flag, Parsed, truth, value},
        reason::{Stop, unknown},
        table::{Place, Verb, asks, changes, group, refuses},
    },
    api::read_format,
    no_words, only_word,
};
use crate::check::{ApiFormat, BackupAsk, BackupQuestion, Cause, Question, TableForm};

const FORMAT: Flag = value("output-format");
const LIST_FLAGS: &[Flag] = &[FORMAT];
const TASK_FLAGS: &[Flag] = &[FORMAT, truth("all"), value("limit")];
const REPOSITORY_FLAGS: &[Flag] = &[FORMAT, value("repository"), value("ns"), value("keyfile").ignored()];
const SNAPSHOT_FLAGS: &[Flag] = &[FORMAT, value("repository"), value("ns"), value("keyfile").ignored(), value("group")];

const EDITS: Verb =
    changes(&["create", "update", "remove", "run", "delete", "disable", "enable"], "changes the server.");

pub(super) const MANAGER_VERBS: &[Verb] = &[
    group(
        &["task"],
        &[
            asks(&["list"], TASK_FLAGS, tasks),
            asks(&["log"], &[], |parsed, place| {
                question(parsed, place, BackupAsk::TaskLog { upid: only_word(parsed, "task")? })
            }),
            changes(&["stop"], "stops a task."),
        ],
    ),
    group(
        &["datastore"],
        &[
            asks(&["list"], LIST_FLAGS, |parsed, place| list(parsed, place, BackupAsk::Datastores)),
            asks(&["show"], LIST_FLAGS, |parsed, place| {
                question(parsed, place, BackupAsk::Datastore { store: only_word(parsed, "datastore")? })
            }),
            EDITS,
            changes(&["mount", "unmount", "uuid-mount"], "changes the server."),
        ],
    ),
    group(
        &["garbage-collection"],
        &[
            asks(&["status", "list"], LIST_FLAGS, |parsed, place| {
                let store = parsed.operands.first().map(|arg| arg.as_str().to_owned());
                question(parsed, place, BackupAsk::GarbageCollection { store })
            }),
            changes(&["start"], "starts a garbage collection."),
        ],
    ),
    items(&["verify-job"], VERIFY_JOBS),
    items(&["sync-job"], SYNC_JOBS),
    items(&["prune-job"], PRUNE_JOBS),
    items(&["remote"], REMOTES),
    items(&["disk"], DISKS),
    items(&["user"], USERS),
    items(&["acl"], ACLS),
    items(&["network"], NETWORKS),
    items(&["traffic-control"], TRAFFIC),
    items(
        &["notification"],
        &[refuses(&["endpoint", "matcher", "target"], Cause::NoSource, "is about notifications.")],
    ),
    asks(&["versions"], &[FORMAT, truth("verbose")], |parsed, place| {
        list(parsed, place, BackupAsk::Version { verbose: parsed.has("verbose") })
    }),
    changes(
        &[
            "verify",
            "pull",
            "push",
            "prune",
            "cert",
            "acme",
            "subscription",
            "ldap",
            "openid",
            "ad",
            "node",
            "dns",
            "backup-job",
            "tape",
            "s3",
            "report",
        ],
        "is not one of the commands that only read.",
    ),
];

const VERIFY_JOBS: &[Verb] = &[
    asks(&["list"], LIST_FLAGS, |parsed, place| item(parsed, place, "verify-job")),
    asks(&["show"], LIST_FLAGS, |parsed, place| show(parsed, place, "verify-job")),
    EDITS,
];
const SYNC_JOBS: &[Verb] = &[
    asks(&["list"], LIST_FLAGS, |parsed, place| item(parsed, place, "sync-job")),
    asks(&["show"], LIST_FLAGS, |parsed, place| show(parsed, place, "sync-job")),
    EDITS,
];
const PRUNE_JOBS: &[Verb] = &[
    asks(&["list"], LIST_FLAGS, |parsed, place| item(parsed, place, "prune-job")),
    asks(&["show"], LIST_FLAGS, |parsed, place| show(parsed, place, "prune-job")),
    EDITS,
];
const REMOTES: &[Verb] = &[
    asks(&["list"], LIST_FLAGS, |parsed, place| item(parsed, place, "remote")),
    asks(&["show"], LIST_FLAGS, |parsed, place| show(parsed, place, "remote")),
    EDITS,
];
const DISKS: &[Verb] = &[
    asks(&["list"], LIST_FLAGS, |parsed, place| item(parsed, place, "disk")),
    changes(&["initialize", "wipe", "fs", "zpool"], "changes disks."),
];
const USERS: &[Verb] = &[
    asks(&["list"], LIST_FLAGS, |parsed, place| item(parsed, place, "user")),
    EDITS,
    changes(&["generate-token", "delete-token", "tfa"], "changes who may log in."),
    refuses(&["list-tokens", "permissions"], Cause::NoSource, "is not offered."),
];
const ACLS: &[Verb] = &[asks(&["list"], LIST_FLAGS, |parsed, place| item(parsed, place, "acl")), EDITS];
const NETWORKS: &[Verb] = &[
    asks(&["list"], LIST_FLAGS, |parsed, place| item(parsed, place, "network")),
    EDITS,
    changes(&["changes", "reload", "revert"], "changes the network."),
];
const TRAFFIC: &[Verb] = &[asks(&["list"], LIST_FLAGS, |parsed, place| item(parsed, place, "traffic-control")), EDITS];

pub(super) const CLIENT_VERBS: &[Verb] = &[
    asks(&["list"], REPOSITORY_FLAGS, |parsed, place| {
        let store = store(parsed);
        let namespace = parsed.text("ns");
        list(parsed, place, BackupAsk::Snapshots { store, group: None, namespace, groups_only: true })
    }),
    group(
        &["snapshot", "snapshots"],
        &[
            asks(&["list"], SNAPSHOT_FLAGS, |parsed, place| {
                let group = parsed.operands.first().map(|arg| arg.as_str().to_owned()).or_else(|| parsed.text("group"));
                let (store, namespace) = (store(parsed), parsed.text("ns"));
                question(parsed, place, BackupAsk::Snapshots { store, group, namespace, groups_only: false })
            }),
            changes(&["forget", "notes", "protected", "upload-log"], "changes a snapshot."),
            refuses(&["files"], Cause::NoSource, "lists the archives of a snapshot."),
        ],
    ),
    asks(&["status"], REPOSITORY_FLAGS, |parsed, place| {
        let store = store(parsed);
        list(parsed, place, BackupAsk::Usage { store })
    }),
    asks(&["version"], REPOSITORY_FLAGS, |parsed, place| list(parsed, place, BackupAsk::Version { verbose: false })),
    changes(
        &[
            "backup",
            "restore",
            "prune",
            "garbage-collect",
            "mount",
            "unmount",
            "map",
            "unmap",
            "key",
            "change-owner",
            "group",
            "namespace",
            "benchmark",
        ],
        "writes, removes or copies backups.",
    ),
    refuses(&["login", "logout"], Cause::Interactive, "asks for a password."),
    refuses(&["catalog", "task"], Cause::NoSource, "is not offered."),
];

const fn items(names: &'static [&'static str], verbs: &'static [Verb]) -> Verb {
    group(names, verbs)
}

fn question(parsed: &Parsed<'_>, place: &Place<'_>, ask: BackupAsk) -> Result<Question, Stop> {
    if let Some(extra) = parsed.operands.get(1) {
        return Err(unknown(extra.span(), format!("`{}` does not belong here.", extra.as_str())));
    }
    let repository = parsed.text("repository");
    let named = repository
        .as_deref()
        .and_then(|text| text.rsplit_once(':'))
        .map(|(host, _)| host.rsplit('@').next().unwrap_or(host).to_owned())
        .filter(|host| !host.is_empty());
    let form = TableForm::default();
    let format = match parsed.arg("output-format") {
        None => ApiFormat::Text(form),
        Some(arg) => match read_format(arg, form)? {
            ApiFormat::Json | ApiFormat::JsonPretty if matches!(ask, BackupAsk::Usage { .. }) => {
                return Err(unknown(arg.span(), "How full a store is, is shown as a table."));
            }
            ApiFormat::Yaml => return Err(unknown(arg.span(), "The server's tools write text or JSON.")),
            format => format,
        },
    };
    Ok(Question::Backup(BackupQuestion { host: named.or_else(|| place.host()), ask, format }))
}

fn list(parsed: &Parsed<'_>, place: &Place<'_>, ask: BackupAsk) -> Result<Question, Stop> {
    no_words(parsed)?;
    question(parsed, place, ask)
}

fn item(parsed: &Parsed<'_>, place: &Place<'_>, what: &str) -> Result<Question, Stop> {
    list(parsed, place, BackupAsk::Items { what: what.to_owned(), name: None })
}

fn show(parsed: &Parsed<'_>, place: &Place<'_>, what: &str) -> Result<Question, Stop> {
    let name = only_word(parsed, "name")?;
    question(parsed, place, BackupAsk::Items { what: what.to_owned(), name: Some(name) })
}

fn tasks(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    list(parsed, place, BackupAsk::Tasks { all: parsed.has("all"), limit: parsed.number("limit")? })
}

/// The store of `--repository USER@HOST:STORE`.
fn store(parsed: &Parsed<'_>) -> Option<String> {
    let repository = parsed.text("repository")?;
    Some(repository.rsplit(':').next().unwrap_or(&repository).to_owned())
}
