//! Proxmox VE and Proxmox Backup Server: what their APIs can answer in place of their command lines.

mod api;
mod backup;
mod files;
mod guests;
mod host;
mod processes;

pub(super) use processes::running_tasks;

use super::{
    args::{Arg, Flag, Parsed, Style, switch},
    reason::{Stop, unknown},
    table::{Does, Place, Program},
};
use crate::check::{ProxmoxAsk, ProxmoxQuestion, Question};

pub(super) static PROGRAMS: &[Program] = &[
    tool(&["qm"], "Proxmox VE: virtual machines", Does::Verbs(guests::QM_VERBS)),
    tool(&["pct"], "Proxmox VE: containers", Does::Verbs(guests::PCT_VERBS)),
    tool(&["pvesm"], "Proxmox VE: storage", Does::Verbs(api::PVESM_VERBS)),
    tool(&["pvecm"], "Proxmox VE: the cluster", Does::Verbs(api::PVECM_VERBS)),
    Program {
        flags: api::FORMAT_FLAGS,
        ..tool(&["pvesh"], "Proxmox VE: the API itself", Does::Verbs(api::PVESH_VERBS))
    },
    tool(&["ha-manager"], "Proxmox VE: high availability", Does::Verbs(api::HA_VERBS)),
    Program {
        flags: api::FORMAT_FLAGS,
        ..tool(&["pveum"], "Proxmox VE: users, groups, roles and what they may do", Does::Verbs(api::PVEUM_VERBS))
    },
    tool(&["pvenode"], "Proxmox VE: the node and its tasks", Does::Verbs(api::PVENODE_VERBS)),
    Program {
        names: &["pveversion"],
        summary: "Proxmox VE: versions",
        style: Style::Perl,
        flags: &[switch("verbose").or('v')],
        does: Does::Asks(api::version),
    },
    tool(&["proxmox-backup-manager"], "Proxmox Backup Server", Does::Verbs(backup::MANAGER_VERBS)),
    tool(&["proxmox-backup-client"], "Proxmox Backup Server, from a client", Does::Verbs(backup::CLIENT_VERBS)),
    on_host(&["systemctl"], host::SYSTEMCTL_FLAGS, Does::Verbs(host::SYSTEMCTL_VERBS)),
    on_host(&["journalctl"], host::JOURNALCTL_FLAGS, Does::Asks(host::journal)),
    on_host(&["uptime"], &[switch("pretty").or('p')], Does::Asks(host::uptime)),
    on_host(&["free"], host::FREE_FLAGS, Does::Asks(host::memory)),
    on_host(&["df"], host::DF_FLAGS, Does::Asks(host::root_disk)),
    on_host(&["hostname"], host::HOSTNAME_FLAGS, Does::Asks(host::host_name)),
    on_host(&["uname"], host::UNAME_FLAGS, Does::Asks(host::uname)),
    on_host(&["cat", "less", "more"], &[], Does::Asks(files::read_file)),
];

const fn tool(names: &'static [&'static str], summary: &'static str, does: Does) -> Program {
    Program { names, summary, style: Style::Perl, flags: &[], does }
}

const fn on_host(names: &'static [&'static str], flags: &'static [Flag], does: Does) -> Program {
    Program { names, summary: "The state of a Proxmox node, as its API gives it", style: Style::Posix, flags, does }
}

/// A question to the host that the command would have run on.
fn question(place: &Place<'_>, ask: ProxmoxAsk) -> Result<Question, Stop> {
    Ok(Question::Proxmox(ProxmoxQuestion { host: place.host(), ask }))
}

/// The only word of a command, such as a guest's number.
fn only_word(parsed: &Parsed<'_>, what: &str) -> Result<String, Stop> {
    match parsed.operands.as_slice() {
        [word] => Ok(word.as_str().to_owned()),
        [] => Err(unknown(parsed.span.clone(), format!("No {what} is named."))),
        [_, extra, ..] => Err(unknown(extra.span(), format!("Only one {what} can be named."))),
    }
}

/// No words at all.
fn no_words(parsed: &Parsed<'_>) -> Result<(), Stop> {
    match parsed.operands.first() {
        None => Ok(()),
        Some(arg) => Err(unknown(arg.span(), format!("`{}` does not belong here.", arg.as_str()))),
    }
}

/// Whether a word can stand in a path of the API: no slashes, no escapes.
fn is_path_word(arg: &Arg<'_>) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.:@+!".contains(c) || (arg.is_open() && "<> ".contains(c));
    let text = arg.as_str();
    !text.is_empty() && text != ".." && text != "." && text.chars().all(is_plain)
}
