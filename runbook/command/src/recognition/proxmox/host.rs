//! What is asked of a node as a host, as far as its API answers: services, journal, load, memory, a few files.

use super::{
    super::{
        args::{Arg, Flag, Parsed, switch, value},
        reason::{Stop, refused, unknown},
        table::{Place, Verb, asks, changes, refuses},
    },
    no_words, question,
};
use crate::check::{Cause, Check, HostWord, Journal, ProxmoxAsk, Question, ServiceView, SizeUnit};

pub(super) const SYSTEMCTL_FLAGS: &[Flag] = &[
    switch("no-pager").ignored(),
    switch("full").or('l').ignored(),
    value("lines").or('n').ignored(),
    switch("all").or('a').ignored(),
    value("type").or('t'),
    value("state"),
    switch("quiet").or('q').ignored(),
    switch("plain").ignored(),
    switch("no-legend").ignored(),
];

const UNIT_FILES: &str = "is about the unit files of a host, which its API does not give.";

pub(super) const SYSTEMCTL_VERBS: &[Verb] = &[
    asks(&["status"], &[], |parsed, place| service(parsed, place, ServiceView::Status)),
    asks(&["is-active"], &[], |parsed, place| service(parsed, place, ServiceView::IsActive)),
    asks(&["is-enabled"], &[], |parsed, place| service(parsed, place, ServiceView::IsEnabled)),
    asks(&["is-failed"], &[], |parsed, place| service(parsed, place, ServiceView::IsFailed)),
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
    switch("no-pager").ignored(),
    switch("pager-end").or('e').ignored(),
    switch("catalog").or('x').ignored(),
    switch("quiet").or('q').ignored(),
    switch("no-hostname"),
    switch("vacuum-size").maybe(),
    switch("vacuum-time").maybe(),
    switch("vacuum-files").maybe(),
    switch("rotate"),
    switch("flush"),
];

pub(super) const FREE_FLAGS: &[Flag] = &[
    switch("human").or('h'),
    switch("kibi").or('k'),
    switch("mebi").or('m'),
    switch("gibi").or('g'),
    switch("bytes").or('b'),
    switch("total").or('t'),
    switch("wide").or('w').stops("The API gives buffers and cache in one figure, which `free -w` prints apart."),
    value("seconds").or('s').stops("The answer is as of now; run it again for a newer one."),
    value("count").or('c').stops("The answer is as of now; run it again for a newer one."),
];
pub(super) const DF_FLAGS: &[Flag] = &[
    switch("human-readable").or('h'),
    switch("si").or('H'),
    switch("print-type").or('T'),
    switch("k").or('k'),
    switch("m").or('m'),
    switch("all").or('a'),
];
pub(super) const UNAME_FLAGS: &[Flag] = &[
    switch("all").or('a'),
    switch("kernel-name").or('s'),
    switch("nodename").or('n'),
    switch("kernel-release").or('r'),
    switch("kernel-version").or('v'),
    switch("machine").or('m'),
    switch("operating-system").or('o'),
];
pub(super) const HOSTNAME_FLAGS: &[Flag] = &[
    switch("short").or('s').ignored(),
    switch("all-ip-addresses").or('I').stops("The addresses of a node stand in `pvesh get /nodes/NODE/network`."),
    switch("domain").or('d').stops("The API does not tell the domain of a node."),
    switch("fqdn").or('f').stops("The API does not tell the domain of a node."),
    switch("ip-address").or('i').stops("The API does not tell what a node's name resolves to there."),
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

fn service(parsed: &Parsed<'_>, place: &Place<'_>, view: ServiceView) -> Result<Question, Stop> {
    match parsed.operands.as_slice() {
        [] => Err(unknown(parsed.span.clone(), "No service is named.")),
        [arg] => one_service(arg, place, view),
        several => {
            let check =
                |arg| Ok(Check { question: one_service(arg, place, view)?, filters: Vec::new(), download: None });
            several.iter().map(check).collect::<Result<_, _>>().map(Question::Several)
        }
    }
}

fn one_service(arg: &Arg<'_>, place: &Place<'_>, view: ServiceView) -> Result<Question, Stop> {
    let unit = known_service(arg).ok_or_else(|| not_known(arg))?.to_owned();
    question(place, ProxmoxAsk::Service { unit, view })
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
    question(place, ProxmoxAsk::Uptime { pretty: parsed.has("pretty") })
}

/// `free`.
pub(super) fn memory(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    no_words(parsed)?;
    let units = [
        ("human", SizeUnit::Human),
        ("bytes", SizeUnit::Byte),
        ("mebi", SizeUnit::Mebi),
        ("gibi", SizeUnit::Gibi),
        ("kibi", SizeUnit::Kibi),
    ];
    question(place, ProxmoxAsk::Memory { unit: one_unit(parsed, &units)?, total: parsed.has("total") })
}

/// `df`, `df /`: the API tells about the root file system only.
pub(super) fn root_disk(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    let named = match parsed.operands.as_slice() {
        [] => false,
        [arg] if arg.as_str() == "/" => true,
        [arg, ..] => {
            let reason = "The API tells about a node's root file system only.";
            return Err(refused(Cause::NeedsShell, arg.span(), reason));
        }
    };
    let units = [
        ("human-readable", SizeUnit::Human),
        ("si", SizeUnit::HumanDecimal),
        ("m", SizeUnit::Mebi),
        ("k", SizeUnit::Kibi),
    ];
    let unit = one_unit(parsed, &units)?;
    question(place, ProxmoxAsk::RootDisk { unit, with_type: parsed.has("print-type"), named })
}

/// The unit that a flag names; with two of them the order would decide.
fn one_unit(parsed: &Parsed<'_>, units: &[(&str, SizeUnit)]) -> Result<SizeUnit, Stop> {
    let mut named = units.iter().filter(|(flag, _)| parsed.has(flag)).map(|(_, unit)| *unit);
    match (named.next(), named.next()) {
        (None, _) => Ok(SizeUnit::Kibi),
        (Some(unit), None) => Ok(unit),
        (Some(_), Some(_)) => Err(unknown(parsed.span.clone(), "Sizes are asked for in two units at once.")),
    }
}

/// `hostname`.
pub(super) fn host_name(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    names(parsed, place, vec![HostWord::NodeName])
}

/// `uname -a`.
pub(super) fn uname(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    let flags = [
        ("kernel-name", HostWord::KernelName),
        ("nodename", HostWord::NodeName),
        ("kernel-release", HostWord::KernelRelease),
        ("kernel-version", HostWord::KernelVersion),
        ("machine", HostWord::Machine),
        ("operating-system", HostWord::OperatingSystem),
    ];
    let named: Vec<HostWord> = flags.iter().filter(|(flag, _)| parsed.has(flag)).map(|(_, word)| *word).collect();
    let words = match (parsed.has("all"), named.is_empty()) {
        (true, _) => HostWord::ALL.to_vec(),
        (false, true) => vec![HostWord::KernelName],
        (false, false) => named,
    };
    names(parsed, place, words)
}

fn names(parsed: &Parsed<'_>, place: &Place<'_>, words: Vec<HostWord>) -> Result<Question, Stop> {
    no_words(parsed)?;
    if place.host.is_none() {
        return Err(refused(Cause::Local, parsed.span.clone(), "This tells about the machine it runs on."));
    }
    question(place, ProxmoxAsk::Host { words })
}
