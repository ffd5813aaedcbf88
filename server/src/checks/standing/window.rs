//! A daily window that the runbook names, now: what each Proxmox node does, what the last nights were really like, and
//! whether the pod's restarts lie in them. Asks here, judges in `nights`.

use std::{sync::Arc, time::Duration};

use futures::{future::join_all, join};
use runbook::{
    document::DailyWindow,
    outcome::{Cause, Report, Unknown},
};

use super::{CaseFile, CaseFiles, PanelAsk, nights, servers, unanswered};
use crate::{
    checks::{
        facts::{Machine, within},
        node_runs::{self, NodeRuns},
    },
    clock::Clock,
    sources::{
        Grant,
        proxmox::{GuestStatus, LockedGuest, PressureSample, Proxmox, Schedule},
    },
};

/// What one Proxmox node says.
#[derive(Debug)]
pub(super) struct Host {
    /// Its name in the configuration.
    pub(super) name: String,
    pub(super) runs: NodeRuns,
    pub(super) schedule: Result<Schedule, Unknown>,
    pub(super) locked: Result<Vec<LockedGuest>, Unknown>,
    pub(super) pressure: Result<Vec<PressureSample>, Unknown>,
    /// The machine of the pod's node, when this node carries it.
    pub(super) carries: Option<(Machine, Result<GuestStatus, Unknown>)>,
}

pub(super) async fn report(files: &Arc<CaseFiles>, ask: &PanelAsk, at: usize) -> Report {
    let grant = &ask.situation.grant;
    let Some(window) = ask.situation.windows.get(at) else {
        return unanswered(no_window(), files.clock.now());
    };
    let file = match (&ask.situation.namespace, &ask.situation.pod) {
        (Some(namespace), Some(pod)) => Some(files.gather(&ask.situation, namespace, pod).await),
        _ => None,
    };
    let (hosts, servers) = match is_about_backups(window) {
        true => join!(ask_hosts(files, grant, file.as_deref()), servers::ask(files, grant)),
        false => (Vec::new(), Vec::new()),
    };
    nights::judge(window, &hosts, &servers, file.as_deref(), files.clock.now())
}

/// Whether Proxmox has something to say to a window.
pub(super) fn is_about_backups(window: &DailyWindow) -> bool {
    let words = format!("{} {}", window.label, window.section).to_lowercase();
    ["backup", "vzdump", "pbs", "snapshot"].iter().any(|word| words.contains(word))
}

async fn ask_hosts(files: &CaseFiles, grant: &Grant, file: Option<&CaseFile>) -> Vec<Host> {
    let machine = file.and_then(|file| file.machine.as_ref());
    let hosts = grant.proxmox().iter().map(|host| ask_host(host, machine, files.clock, files.part_limit));
    join_all(hosts).await
}

async fn ask_host(host: &Proxmox, machine: Option<&Machine>, clock: Clock, limit: Duration) -> Host {
    let asked = |what: &str| format!("{what} of {}", host.name());
    let carries = async {
        let machine = machine.filter(|machine| machine.guest.node == host.node())?;
        let status = within(limit, asked("A guest"), host.guest_status(machine.guest.id)).await;
        Some((machine.clone(), status))
    };
    let (runs, schedule, locked, pressure, carries) = join!(
        node_runs::ask(host, clock, limit),
        within(limit, asked("Backup schedule"), host.schedule()),
        within(limit, asked("Locked guests"), host.locked_guests()),
        within(limit, asked("IO pressure"), host.node_pressure()),
        carries,
    );
    Host { name: host.name().to_owned(), runs, schedule, locked, pressure, carries }
}

fn no_window() -> Unknown {
    Cause::Gone.unknown(
        "A daily window",
        "The runbook does not name this window any more: it has been edited since the page was opened.",
        "Reload the page.",
    )
}
