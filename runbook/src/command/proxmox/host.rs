//! What is asked of a node as a host, as far as its API answers: services, journal, load, memory, a few files.

use super::{
    super::{
        args::{Arg, Flag, Parsed, switch, value},
        reason::{Stop, refused, unknown},
        stages,
        table::{Place, Verb, asks, changes, refuses},
    },
    no_words, question,
};
use crate::{
    check::{Cause, Journal, ProxmoxAsk, ProxmoxQuestion, Question},
    filter::Filter,
};

pub(super) const SYSTEMCTL_FLAGS: &[Flag] = &[
    switch("no-pager"),
    switch("full").or('l'),
    value("lines").or('n').ignored(),
    switch("all").or('a'),
    value("type").or('t'),
    value("state"),
    switch("quiet").or('q'),
    switch("plain"),
    switch("no-legend"),
];

const UNIT_FILES: &str = "is about the unit files of a host, which its API does not give.";

pub(super) const SYSTEMCTL_VERBS: &[Verb] = &[
    asks(&["status", "is-active", "is-enabled", "is-failed"], &[], service),
    asks(&["list-units"], &[], services),
    refuses(
        &[
            "cat",
            "show",
            "list-unit-files",
            "list-dependencies",
            "list-timers",
            "list-sockets",
            "list-jobs",
            "list-machines",
            "get-default",
            "is-system-running",
            "show-environment",
        ],
        Cause::NeedsShell,
        UNIT_FILES,
    ),
    changes(
        &["start", "stop", "restart", "reload", "reload-or-restart", "try-restart", "kill", "reset-failed", "clean"],
        "changes whether a service runs.",
    ),
    changes(
        &[
            "enable",
            "disable",
            "mask",
            "unmask",
            "preset",
            "edit",
            "revert",
            "set-property",
            "link",
            "set-default",
            "daemon-reload",
            "daemon-reexec",
            "isolate",
            "import-environment",
            "set-environment",
            "unset-environment",
        ],
        "changes services.",
    ),
    changes(
        &["reboot", "poweroff", "halt", "suspend", "hibernate", "kexec", "soft-reboot", "rescue", "emergency"],
        "changes whether the host runs.",
    ),
];

pub(super) const JOURNALCTL_FLAGS: &[Flag] = &[
    value("unit").or('u'),
    value("lines").or('n'),
    value("since").or('S'),
    value("until").or('U'),
    switch("boot").or('b').maybe(),
    switch("follow").or('f'),
    switch("no-pager"),
    switch("pager-end").or('e'),
    switch("catalog").or('x'),
    switch("quiet").or('q'),
    switch("no-hostname"),
    switch("vacuum-size").maybe(),
    switch("vacuum-time").maybe(),
    switch("vacuum-files").maybe(),
    switch("rotate"),
    switch("flush"),
];

pub(super) const FREE_FLAGS: &[Flag] = &[
    switch("human").or('h'),
    switch("mega").or('m'),
    switch("giga").or('g'),
    switch("bytes").or('b'),
    switch("total").or('t'),
    switch("wide").or('w'),
];
pub(super) const DF_FLAGS: &[Flag] = &[
    switch("human-readable").or('h'),
    switch("si").or('H'),
    switch("print-type").or('T'),
    switch("total"),
    switch("k").or('k'),
    switch("m").or('m'),
    switch("all").or('a'),
];
pub(super) const NAME_FLAGS: &[Flag] = &[
    switch("all").or('a'),
    switch("kernel-release").or('r'),
    switch("nodename").or('n'),
    switch("machine").or('m'),
    switch("kernel-name").or('s'),
    switch("fqdn").or('f'),
];

/// The services that the API of Proxmox VE knows.
const SERVICES: [&str; 26] = [
    "chrony",
    "corosync",
    "cron",
    "ksmtuned",
    "lxcfs",
    "postfix",
    "proxmox-firewall",
    "pve-cluster",
    "pve-firewall",
    "pve-guests",
    "pve-ha-crm",
    "pve-ha-lrm",
    "pve-lxc-syscalld",
    "pvedaemon",
    "pvefw-logger",
    "pveproxy",
    "pvescheduler",
    "pvestatd",
    "pvenetcommit",
    "qmeventd",
    "spiceproxy",
    "syslog",
    "systemd-journald",
    "systemd-timesyncd",
    "proxmox-backup",
    "proxmox-backup-proxy",
];

fn known_service<'a>(arg: &'a Arg<'_>) -> Option<&'a str> {
    let unit = arg.as_str();
    let unit = unit.strip_suffix(".service").unwrap_or(unit);
    SERVICES.contains(&unit).then_some(unit)
}

fn not_known(arg: &Arg<'_>) -> Stop {
    let reason = format!("`{}` is not a service that the API of Proxmox tells about.", arg.as_str());
    refused(Cause::NeedsShell, arg.span(), reason)
}

fn service(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    match parsed.operands.as_slice() {
        [] => Err(unknown(parsed.span.clone(), "No service is named.")),
        [arg] => {
            let unit = known_service(arg).ok_or_else(|| not_known(arg))?.to_owned();
            question(place, ProxmoxAsk::Service { unit })
        }
        [.., arg] => match parsed.operands.iter().find(|arg| known_service(arg).is_none()) {
            Some(arg) => Err(not_known(arg)),
            None => Err(unknown(arg.span(), "One service is asked about at a time.")),
        },
    }
}

fn services(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    no_words(parsed)?;
    let lists_services = parsed.arg("type").is_none_or(|arg| arg.as_str() == "service");
    if !lists_services || parsed.arg("state").is_some() || place.host.is_none() {
        return Err(refused(Cause::NeedsShell, parsed.span.clone(), "The units of a host cannot be asked of its API."));
    }
    question(place, ProxmoxAsk::Services)
}

/// `journalctl`, for the services of Proxmox, or for everything when a host is named.
pub(super) fn journal(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    for flag in ["vacuum-size", "vacuum-time", "vacuum-files", "rotate", "flush"] {
        if parsed.has(flag) {
            return Err(refused(Cause::Changes, parsed.span.clone(), format!("`--{flag}` changes the journal.")));
        }
    }
    no_words(parsed)?;
    let mut units = Vec::new();
    for arg in parsed.all("unit") {
        units.push(known_service(arg).ok_or_else(|| not_known(arg))?.to_owned());
    }
    if units.is_empty() && place.host.is_none() {
        return Err(refused(Cause::NeedsShell, parsed.span.clone(), "Whose journal this is cannot be told."));
    }
    let journal = Journal {
        units,
        lines: parsed.number("lines")?,
        since: parsed.text("since"),
        until: parsed.text("until"),
        this_boot: parsed.has("boot"),
        follow: parsed.has("follow"),
    };
    question(place, ProxmoxAsk::Journal(journal))
}

/// `uptime`.
pub(super) fn uptime(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    no_words(parsed)?;
    question(place, ProxmoxAsk::Uptime)
}

/// `free`.
pub(super) fn memory(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    no_words(parsed)?;
    question(place, ProxmoxAsk::Memory)
}

/// `df`, `df /`: the API tells about the root file system only.
pub(super) fn root_disk(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    match parsed.operands.as_slice() {
        [] => question(place, ProxmoxAsk::RootDisk),
        [arg] if arg.as_str() == "/" => question(place, ProxmoxAsk::RootDisk),
        [arg, ..] => Err(refused(Cause::NeedsShell, arg.span(), "The API tells about a node's root file system only.")),
    }
}

/// `hostname`, `uname -a`.
pub(super) fn host_name(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    no_words(parsed)?;
    if place.host.is_none() {
        return Err(refused(Cause::Local, parsed.span.clone(), "This tells about the machine it runs on."));
    }
    question(place, ProxmoxAsk::Host)
}

/// Files whose content the API gives.
pub(super) fn read_file(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    let [arg] = parsed.operands.as_slice() else {
        return Err(refused(
            Cause::NeedsShell,
            parsed.span.clone(),
            "This reads files of a host; Runlight opens no shell.",
        ));
    };
    match arg.as_str() {
        "/etc/pve/jobs.cfg" | "/etc/pve/vzdump.cron" => question(place, ProxmoxAsk::BackupJobs),
        "/etc/pve/storage.cfg" => question(place, ProxmoxAsk::StorageConfig),
        "/proc/loadavg" | "/proc/uptime" => question(place, ProxmoxAsk::Uptime),
        "/proc/meminfo" => question(place, ProxmoxAsk::Memory),
        path => {
            let reason = format!("`{path}` is a file of a host, whose content no API gives.");
            Err(refused(Cause::NeedsShell, arg.span(), reason))
        }
    }
}

/// Workers whose running tasks the API lists.
const TASK_TYPES: [&str; 5] = ["vzdump", "qmrestore", "vzrestore", "qmigrate", "vzmigrate"];

/// `ps aux | grep vzdump | grep -v grep` and its variants: the running tasks of a type, and how many stages after the
/// first one that takes up.
pub(in super::super) fn running_tasks(stages: &[Vec<Arg<'_>>], host: Option<&str>) -> Option<(Question, usize)> {
    let first = stages.first()?;
    let ask = |task_type: &str| {
        let ask = ProxmoxAsk::RunningTasks { task_type: task_type.to_owned() };
        Question::Proxmox(ProxmoxQuestion { host: host.map(str::to_owned), ask })
    };
    let program = first.first()?.as_str();
    if matches!(program, "pgrep" | "pidof") {
        let [.., last] = first.as_slice() else { return None };
        let plain = first[1..first.len() - 1].iter().all(|arg| arg.as_str().starts_with('-') && arg.as_str().len() < 6);
        return (plain && TASK_TYPES.contains(&last.as_str())).then(|| (ask(last.as_str()), 0));
    }
    let lists_all = first[1..].iter().all(|arg| {
        matches!(
            arg.as_str(),
            "aux"
                | "auxw"
                | "auxww"
                | "auxf"
                | "-ef"
                | "-eF"
                | "-aux"
                | "ax"
                | "-A"
                | "-e"
                | "axu"
                | "-efw"
                | "fax"
                | "faux"
        )
    });
    if program != "ps" || first.len() < 2 || !lists_all {
        return None;
    }
    let mut task_type = None;
    let mut absorbed = 0;
    for (index, words) in stages.iter().enumerate().skip(1) {
        let Ok(Some(Filter::Grep(grep))) = stages::grep(words) else { break };
        let [pattern] = grep.patterns.as_slice() else { break };
        let plain = pattern.replace(['[', ']', '(', ')'], "").to_ascii_lowercase();
        let is_plain_grep = !grep.count && !grep.only_matching && !grep.line_numbers && grep.before + grep.after == 0;
        if !is_plain_grep {
            break;
        }
        if !grep.invert && task_type.is_none() {
            let named = TASK_TYPES.into_iter().find(|name| plain == *name)?;
            task_type = Some(named);
        } else if !(grep.invert && plain == "grep") {
            break;
        }
        absorbed = index;
    }
    Some((ask(task_type?), absorbed))
}
