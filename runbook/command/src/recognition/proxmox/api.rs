//! `pvesm`, `pvecm`, `pvesh`, `ha-manager`, `pvenode`, `pveversion`.

use super::{
    super::{
        args::{Arg, Flag, Parsed, Role, Takes, truth, value},
        reason::{Stop, unknown},
        table::{Place, Verb, asks, changes, group, refuses},
    },
    is_path_word, no_words, only_word, question,
};
use crate::{
    check::{ApiFormat, Cause, ProxmoxAsk, Question, TableForm},
    shapes,
};

/// How answers are printed, by the tools that print them as pvesh does.
pub(super) const FORMAT_FLAGS: &[Flag] = &[
    value("output-format"),
    truth("noborder"),
    truth("noheader"),
    truth("human-readable"),
    truth("quiet").stops("Nothing would be printed."),
];

const STORAGE_STATUS_FLAGS: &[Flag] = &[
    value("storage"),
    value("content"),
    value("enabled"),
    value("target").stops("Which storages two nodes share is not asked for."),
];
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
        &["add", "addnode", "delnode", "create", "expected", "updatecerts", "mtunnel", "keygen"],
        "changes the cluster.",
    ),
    group(&["qdevice"], &[changes(&["setup", "remove"], "changes the cluster.")]),
    refuses(&["apiver"], Cause::Local, "prints a number of its own."),
];

pub(super) const HA_VERBS: &[Verb] = &[
    asks(&["status"], &[truth("verbose")], |parsed, place| plain(parsed, place, ProxmoxAsk::HaStatus)),
    asks(&["config"], &[value("type")], |parsed, place| plain(parsed, place, ProxmoxAsk::HaConfig)),
    group(
        &["rules"],
        &[
            asks(&["list", "config"], RULE_FLAGS, |parsed, place| listed(parsed, place, "/cluster/ha/rules")),
            changes(&["add", "set", "remove"], "changes high availability."),
        ],
    )
    .with(FORMAT_FLAGS),
    changes(
        &["add", "set", "remove", "migrate", "relocate", "crm-command", "groupadd", "groupset", "groupremove"],
        "changes high availability.",
    ),
    refuses(&["groupconfig"], Cause::NoSource, "prints the groups of high availability."),
];

const RULE_FLAGS: &[Flag] = &[
    value("resource").stops("This choice among the rules is not read."),
    value("type").stops("This choice among the rules is not read."),
];

const ACCESS_FLAGS: &[Flag] = &[
    truth("enabled").stops("This choice among the users is not read."),
    truth("full").stops("This choice among the users is not read."),
];
const NO_ACCESS_CHANGE: &str = "changes who may do what.";

pub(super) const PVEUM_VERBS: &[Verb] = &[
    group(
        &["user"],
        &[
            asks(&["list"], ACCESS_FLAGS, |parsed, place| listed(parsed, place, "/access/users")),
            refuses(&["token", "tfa", "permissions"], Cause::NoSource, "is not offered."),
            changes(&["add", "modify", "delete"], NO_ACCESS_CHANGE),
        ],
    ),
    group(
        &["group"],
        &[
            asks(&["list"], ACCESS_FLAGS, |parsed, place| listed(parsed, place, "/access/groups")),
            changes(&["add", "modify", "delete"], NO_ACCESS_CHANGE),
        ],
    ),
    group(
        &["role"],
        &[
            asks(&["list"], ACCESS_FLAGS, |parsed, place| listed(parsed, place, "/access/roles")),
            changes(&["add", "modify", "delete"], NO_ACCESS_CHANGE),
        ],
    ),
    group(
        &["acl"],
        &[
            asks(&["list"], ACCESS_FLAGS, |parsed, place| listed(parsed, place, "/access/acl")),
            changes(&["modify", "delete"], NO_ACCESS_CHANGE),
        ],
    ),
    group(
        &["realm"],
        &[
            asks(&["list"], ACCESS_FLAGS, |parsed, place| listed(parsed, place, "/access/domains")),
            changes(&["add", "modify", "delete", "sync"], NO_ACCESS_CHANGE),
        ],
    ),
    group(
        &["pool"],
        &[
            asks(&["list"], ACCESS_FLAGS, |parsed, place| listed(parsed, place, "/pools")),
            changes(&["add", "modify", "delete"], NO_ACCESS_CHANGE),
        ],
    ),
    changes(
        &[
            "passwd", "useradd", "usermod", "userdel", "groupadd", "groupmod", "groupdel", "roleadd", "rolemod",
            "roledel", "aclmod", "acldel", "ticket",
        ],
        NO_ACCESS_CHANGE,
    ),
];

/// A whole list of the API.
fn listed(parsed: &Parsed<'_>, place: &Place<'_>, path: &str) -> Result<Question, Stop> {
    no_words(parsed)?;
    ask_path(parsed, place, path.to_owned(), &[])
}

/// By what tasks are chosen.
const TASK_FLAGS: &[Flag] = &[
    truth("noborder").stops("Tasks are printed in a box."),
    truth("noheader").stops("Tasks are printed with their head."),
    truth("errors"),
    value("limit"),
    value("source"),
    value("since"),
    value("until"),
    value("start"),
    value("statusfilter"),
    value("typefilter"),
    value("userfilter"),
    value("vmid"),
];

pub(super) const PVENODE_VERBS: &[Verb] = &[
    group(
        &["task"],
        &[
            asks(&["list"], TASK_FLAGS, tasks),
            asks(&["log"], &[], |parsed, place| task(parsed, place, true)),
            asks(&["status"], &[], |parsed, place| task(parsed, place, false)),
            changes(&["stop"], "stops a task."),
        ],
    ),
    group(
        &["cert"],
        &[
            refuses(
                &["info"],
                Cause::NoSource,
                "only reads, but its form is not printed: `pvesh get /nodes/NODE/certificates/info` tells the same.",
            ),
            changes(&["set", "delete"], "changes the node's certificate."),
        ],
    ),
    changes(&["startall", "stopall", "migrateall", "wakeonlan", "acme"], "changes the node or its guests."),
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
const PVESH_FLAGS: &[Flag] = &[
    value("ticket").ignored(),
    value("disk"),
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

fn api(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    let path = only_word(parsed, "path")?;
    let arg = &parsed.operands[0];
    let path = format!("/{}", path.trim_matches('/'));
    if shapes::of(&path).is_none() || !path.split('/').skip(1).all(|word| is_api_word(word, arg)) {
        let reason = format!("`{path}` is not a path of the API that Runlight asks.");
        return Err(unknown(arg.span(), reason));
    }
    ask_path(parsed, place, path, PVESH_FLAGS)
}

/// A path of the API with its parameters, written as its own tools write an answer of it.
fn ask_path(parsed: &Parsed<'_>, place: &Place<'_>, path: String, flags: &[Flag]) -> Result<Question, Stop> {
    let form = table_form(parsed);
    let format = match parsed.arg("output-format") {
        None => ApiFormat::Text(form),
        Some(arg) => read_format(arg, form)?,
    };
    question(place, ProxmoxAsk::Api { path, parameters: parameters(parsed, flags)?, format })
}

/// `--output-format`.
pub(super) fn read_format(arg: &Arg<'_>, form: TableForm) -> Result<ApiFormat, Stop> {
    match arg.as_str() {
        "text" => Ok(ApiFormat::Text(form)),
        "json" => Ok(ApiFormat::Json),
        "json-pretty" => Ok(ApiFormat::JsonPretty),
        "yaml" => Ok(ApiFormat::Yaml),
        _ => Err(unknown(arg.span(), "Answers are shown as a table, as JSON or as YAML.")),
    }
}

/// Flags with a value are parameters of the question under the same names.
fn parameters(parsed: &Parsed<'_>, flags: &[Flag]) -> Result<Vec<(String, String)>, Stop> {
    let mut parameters = Vec::new();
    let is_parameter = |flag: &&Flag| flag.takes == Takes::Value && flag.role == Role::Used;
    let names: Vec<&str> = flags.iter().filter(is_parameter).map(|flag| flag.long).collect();
    for (name, value) in parsed.any_of(&names) {
        let Some(value) = value.filter(|value| is_path_word(value) || value.as_str().contains('/')) else {
            return Err(unknown(parsed.span.clone(), format!("`--{name}` needs a plain value.")));
        };
        parameters.push((name.to_owned(), value.as_str().to_owned()));
    }
    Ok(parameters)
}

fn table_form(parsed: &Parsed<'_>) -> TableForm {
    TableForm {
        has_border: !parsed.has("noborder"),
        has_head: !parsed.has("noheader"),
        is_human: parsed.switched("human-readable").unwrap_or(true),
    }
}

fn is_api_word(word: &str, arg: &Arg<'_>) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.:@+!".contains(c) || (arg.is_open() && "<>".contains(c));
    !word.is_empty() && word != ".." && word != "." && word.chars().all(is_plain)
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

fn tasks(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    let mut parameters = parameters(parsed, TASK_FLAGS)?;
    if parsed.has("errors") {
        parameters.push(("errors".to_owned(), "1".to_owned()));
    }
    plain(parsed, place, ProxmoxAsk::Tasks { parameters })
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
