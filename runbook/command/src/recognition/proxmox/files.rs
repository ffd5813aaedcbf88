//! Files of a node whose content its API gives.

use super::{
    super::{
        args::Parsed,
        reason::{Stop, refused},
        table::Place,
    },
    question,
};
use crate::check::{Cause, GuestKind, ProcFile, ProxmoxAsk, Question};

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
        "/etc/pve/jobs.cfg" => question(place, ProxmoxAsk::BackupJobs),
        "/etc/pve/storage.cfg" => question(place, ProxmoxAsk::StorageConfig),
        "/proc/loadavg" => question(place, ProxmoxAsk::ProcFile(ProcFile::LoadAverage)),
        "/proc/uptime" => question(place, ProxmoxAsk::ProcFile(ProcFile::Uptime)),
        "/proc/meminfo" => question(place, ProxmoxAsk::ProcFile(ProcFile::MemInfo)),
        "/etc/pve/vzdump.cron" => {
            let reason = "Proxmox VE keeps its backup jobs in /etc/pve/jobs.cfg since version 7.1.";
            Err(refused(Cause::NoSource, arg.span(), reason))
        }
        path if let Some((kind, id)) = guest_of(path) => {
            question(place, ProxmoxAsk::GuestConfig { kind, id, current: false, snapshot: None })
        }
        path => {
            let reason = format!("`{path}` is a file of a host, whose content no API gives.");
            Err(refused(Cause::NeedsShell, arg.span(), reason))
        }
    }
}

/// The guest whose configuration a file holds: `/etc/pve/qemu-server/101.conf`.
fn guest_of(path: &str) -> Option<(GuestKind, String)> {
    let (folder, file) = path.strip_prefix("/etc/pve/")?.split_once('/')?;
    let kind = match folder {
        "qemu-server" => GuestKind::Vm,
        "lxc" => GuestKind::Container,
        _ => return None,
    };
    let id = file.strip_suffix(".conf")?;
    let is_number = (1..=9).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
    let is_open = id.starts_with('<') && id.ends_with('>') && id.len() > 2 && !id[1..id.len() - 1].contains(['<', '>']);
    (is_number || is_open).then(|| (kind, id.to_owned()))
}
