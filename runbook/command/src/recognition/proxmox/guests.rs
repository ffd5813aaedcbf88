//! `qm` and `pct`.

use super::{
    super::{
        args::{Arg, Flag, Parsed, truth, value},
        reason::{Stop, unknown},
        table::{Place, Verb, asks, changes, group, refuses},
    },
    no_words, question,
};
use crate::check::{Cause, GuestKind, ProxmoxAsk, Question};

const EXEC: &str = "runs a program inside a guest; Runlight runs none.";
const CONSOLE: &str = "opens a console.";

const LIST_FLAGS: &[Flag] = &[truth("full").ignored()];
const STATUS_FLAGS: &[Flag] = &[truth("verbose")];
const CONFIG_FLAGS: &[Flag] = &[truth("current"), value("snapshot")];

pub(super) const QM_VERBS: &[Verb] = &[
    asks(&["list"], LIST_FLAGS, |parsed, place| list(parsed, place, GuestKind::Vm)),
    asks(&["status"], STATUS_FLAGS, |parsed, place| status(parsed, place, GuestKind::Vm)),
    asks(&["config"], CONFIG_FLAGS, |parsed, place| config(parsed, place, GuestKind::Vm)),
    asks(&["pending"], &[], |parsed, place| pending(parsed, place, GuestKind::Vm)),
    asks(&["listsnapshot"], &[], |parsed, place| snapshots(parsed, place, GuestKind::Vm)),
    group(&["guest"], QM_GUEST_VERBS),
    asks(&["agent"], &[], agent),
    changes(&["start", "stop", "shutdown", "reboot", "reset", "suspend", "resume"], "changes whether a VM runs."),
    changes(&["create", "destroy", "clone", "template", "import"], "creates or removes a VM."),
    changes(
        &[
            "set",
            "resize",
            "cloudinit",
            "unlock",
            "disk",
            "importdisk",
            "importovf",
            "rescan",
            "move-disk",
            "move_disk",
            "unlink",
            "cleanup",
        ],
        "changes a VM.",
    ),
    changes(&["migrate", "remote-migrate", "mtunnel", "nbdstop"], "moves a VM."),
    changes(&["snapshot", "delsnapshot", "rollback"], "changes a VM's snapshots."),
    changes(&["sendkey"], "presses keys in a VM."),
    refuses(&["terminal", "monitor", "vncproxy"], Cause::Interactive, CONSOLE),
    refuses(&["wait"], Cause::Interactive, "waits until a VM has stopped."),
    refuses(&["showcmd"], Cause::NoSource, "prints the command line of a VM, which the API does not give."),
];

const QM_GUEST_VERBS: &[Verb] = &[
    asks(&["cmd"], &[], agent),
    refuses(&["exec", "exec-status"], Cause::NeedsShell, EXEC),
    changes(&["passwd"], "changes a password inside a guest."),
];

pub(super) const PCT_VERBS: &[Verb] = &[
    asks(&["list"], LIST_FLAGS, |parsed, place| list(parsed, place, GuestKind::Container)),
    asks(&["status"], STATUS_FLAGS, |parsed, place| status(parsed, place, GuestKind::Container)),
    asks(&["config"], CONFIG_FLAGS, |parsed, place| config(parsed, place, GuestKind::Container)),
    asks(&["pending"], &[], |parsed, place| pending(parsed, place, GuestKind::Container)),
    asks(&["listsnapshot"], &[], |parsed, place| snapshots(parsed, place, GuestKind::Container)),
    changes(&["start", "stop", "shutdown", "reboot", "suspend", "resume"], "changes whether a container runs."),
    changes(&["create", "destroy", "clone", "template", "restore"], "creates or removes a container."),
    changes(
        &["set", "resize", "unlock", "rescan", "move-volume", "move_volume", "fsck", "fstrim", "mount", "unmount"],
        "changes a container.",
    ),
    changes(&["migrate", "remote-migrate"], "moves a container."),
    changes(&["snapshot", "delsnapshot", "rollback"], "changes a container's snapshots."),
    changes(&["push", "pull"], "copies files into or out of a container."),
    refuses(&["exec"], Cause::NeedsShell, EXEC),
    refuses(&["enter", "console"], Cause::Interactive, CONSOLE),
    refuses(&["df"], Cause::NeedsShell, "looks into a container, which the API does not do."),
    refuses(&["cpusets"], Cause::NoSource, "prints what the API does not give."),
];

fn list(parsed: &Parsed<'_>, place: &Place<'_>, kind: GuestKind) -> Result<Question, Stop> {
    no_words(parsed)?;
    question(place, ProxmoxAsk::Guests { kind })
}

fn status(parsed: &Parsed<'_>, place: &Place<'_>, kind: GuestKind) -> Result<Question, Stop> {
    question(place, ProxmoxAsk::GuestStatus { kind, id: guest_id(parsed)?, verbose: parsed.has("verbose") })
}

fn config(parsed: &Parsed<'_>, place: &Place<'_>, kind: GuestKind) -> Result<Question, Stop> {
    let (id, current, snapshot) = (guest_id(parsed)?, parsed.has("current"), parsed.text("snapshot"));
    question(place, ProxmoxAsk::GuestConfig { kind, id, current, snapshot })
}

fn pending(parsed: &Parsed<'_>, place: &Place<'_>, kind: GuestKind) -> Result<Question, Stop> {
    question(place, ProxmoxAsk::GuestPending { kind, id: guest_id(parsed)? })
}

fn snapshots(parsed: &Parsed<'_>, place: &Place<'_>, kind: GuestKind) -> Result<Question, Stop> {
    question(place, ProxmoxAsk::GuestSnapshots { kind, id: guest_id(parsed)? })
}

/// The agent's commands that the API offers as GET.
const AGENT_COMMANDS: [&str; 11] = [
    "network-get-interfaces",
    "get-fsinfo",
    "get-host-name",
    "get-osinfo",
    "get-time",
    "get-timezone",
    "get-users",
    "get-vcpus",
    "get-memory-blocks",
    "get-memory-block-info",
    "info",
];

fn agent(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    let [id, command] = parsed.operands.as_slice() else {
        return Err(unknown(parsed.span.clone(), "A VM and one command of its agent are named."));
    };
    check_guest_id(id)?;
    if command.as_str() == "ping" {
        let reason = "The API pings the guest's agent only by POST, which Runlight never sends.";
        return Err(super::super::reason::refused(Cause::NoSource, command.span(), reason));
    }
    if !AGENT_COMMANDS.contains(&command.as_str()) {
        let reason = format!("`{}` is not one of the agent's commands that only read.", command.as_str());
        return Err(unknown(command.span(), reason));
    }
    question(place, ProxmoxAsk::GuestAgent { id: id.as_str().to_owned(), command: command.as_str().to_owned() })
}

fn guest_id(parsed: &Parsed<'_>) -> Result<String, Stop> {
    let id = super::only_word(parsed, "guest")?;
    check_guest_id(&parsed.operands[0])?;
    Ok(id)
}

/// 100 to 999,999,999, or a placeholder.
fn check_guest_id(arg: &Arg<'_>) -> Result<(), Stop> {
    let text = arg.as_str();
    let is_number = (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    // `XXX` and `VMID` are placeholders that are not marked as such.
    if is_number || arg.is_open() {
        return Ok(());
    }
    Err(unknown(arg.span(), format!("`{text}` is not the number of a guest.")))
}
