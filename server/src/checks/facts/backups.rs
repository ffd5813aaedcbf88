//! Backup runs of the last nights on every Proxmox node, by our clock, and which of those nodes carries the pod's
//! machine. One node that could not be asked leaves the question open, unless the machine is known to be elsewhere.

use std::{sync::Arc, time::Duration};

use futures::{future::join_all, join};
use runbook::{
    host::{FoundBy, Guest, KubernetesNode, Machine as Found, find_machine},
    outcome::{BackupRun, Unknown},
    time::{DAY_MS, Timestamp},
    verdict::{Backups, Fact},
};
use serde_json::Value;

use super::{CaseFiles, fetch::within, node::addresses};
use crate::{
    clock::Clock,
    sources::{
        cluster::Cluster,
        proxmox::{NodeTime, Proxmox, Task},
    },
};

/// Proxmox' name for backup tasks.
const BACKUP: &str = "vzdump";
/// Nights that are looked at.
const NIGHTS: i64 = 7;
/// Most tasks that one answer of Proxmox holds: a full one may not be whole.
const FULL_ANSWER: usize = 500;
/// Two clocks that tell whole seconds, and the way between them.
const SAME_CLOCK_MS: i64 = 2_000;

/// What Proxmox says of backups, for one Kubernetes node.
#[derive(Debug)]
pub(super) struct Nights {
    /// The runs, or why they are not known.
    pub(super) runs: Fact<Backups>,
    /// The zone of the node that carries the machine, or of the only one.
    pub(super) zone: Option<String>,
    /// The machine of the Kubernetes node.
    pub(super) machine: Option<Machine>,
}

/// The virtual machine that a Kubernetes node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::checks) struct Machine {
    /// The guest.
    pub(in crate::checks) guest: Guest,
    /// How it was found.
    pub(in crate::checks) by: FoundBy,
}

/// One Proxmox node's answers.
#[derive(Debug)]
struct Host {
    node: String,
    tasks: Result<Vec<Task>, Unknown>,
    is_whole: bool,
    time: Result<(NodeTime, Timestamp), Unknown>,
    guests: Result<Arc<[Guest]>, Unknown>,
}

/// Asks every configured Proxmox node.
pub(super) async fn fetch(
    files: &CaseFiles,
    cluster: &Cluster,
    node_name: &str,
    node: Option<&Result<Value, Unknown>>,
    limit: Duration,
) -> Nights {
    let hosts = files.sources.proxmox().iter().map(|host| ask(host, files.clock, limit));
    let hosts = join_all(hosts).await;
    let addresses = node.and_then(|node| node.as_ref().ok()).map_or_else(Vec::new, addresses);
    assemble(&hosts, &KubernetesNode { name: node_name, addresses: &addresses }, cluster.machines())
}

async fn ask(host: &Arc<Proxmox>, clock: Clock, limit: Duration) -> Host {
    let asked = |what: &str| format!("{what} of {}", host.name());
    let time = async {
        let before = clock.now();
        let time = within(limit, asked("Node time"), host.node_time()).await?;
        let half_way_ms = clock.now().ms_since(before) / 2;
        Ok((time, before.plus_ms(half_way_ms)))
    };
    let since = clock.now().plus_ms(-NIGHTS * DAY_MS);
    let (running, ended, time, guests) = join!(
        within(limit, asked("Running backups"), host.running_tasks(BACKUP)),
        within(limit, asked("Earlier backups"), host.recent_tasks(BACKUP, since)),
        time,
        within(limit, asked("Guests"), host.guests_with_addresses()),
    );
    let is_whole = ended.as_ref().is_ok_and(|tasks| tasks.len() < FULL_ANSWER);
    let tasks = running.and_then(|running| {
        let mut tasks = ended?;
        tasks.extend(running);
        Ok(tasks)
    });
    Host { node: host.node().to_owned(), tasks, is_whole, time, guests }
}

/// Puts the answers together. `configured` maps Kubernetes nodes to guests.
fn assemble(hosts: &[Host], node: &KubernetesNode<'_>, configured: &[(String, String)]) -> Nights {
    let guests: Vec<Guest> =
        hosts.iter().filter_map(|host| host.guests.as_ref().ok()).flat_map(|g| g.to_vec()).collect();
    let machine = match find_machine(node, &guests, configured) {
        Found::Found { guest, by } => Some(Machine { guest, by }),
        Found::Several(_) | Found::Missing => None,
    };
    let carries = |host: &&Host| machine.as_ref().is_none_or(|machine| machine.guest.node == host.node);
    let counted: Vec<&Host> = hosts.iter().filter(carries).collect();
    let zone = match counted.as_slice() {
        [only] => only.time.as_ref().ok().map(|(time, _)| time.time_zone.clone()),
        _ => None,
    };
    let runs = match counted.iter().find_map(|host| host.tasks.as_ref().err()) {
        Some(unknown) => Fact::Unknown(unknown.clone()),
        None if counted.is_empty() => Fact::Unknown(none_configured()),
        None => Fact::Known(collect(&counted, machine.as_ref())),
    };
    Nights { runs, zone, machine }
}

fn collect(hosts: &[&Host], machine: Option<&Machine>) -> Backups {
    let tasks = |host: &&&Host| host.tasks.as_ref().ok().cloned().into_iter().flatten().collect::<Vec<_>>();
    let mut runs: Vec<BackupRun> = hosts.iter().flat_map(|host| tasks(&host)).map(read_run).collect();
    runs.sort_by_key(|run| run.started_at);
    // A list that is full begins somewhere within the nights; what was before is not known.
    let beginnings = hosts
        .iter()
        .filter(|host| !host.is_whole)
        .filter_map(|host| host.tasks.as_ref().ok()?.iter().map(|task| task.started_at).min());
    let ahead: Vec<Option<i64>> = hosts.iter().map(|host| clock_ahead_ms(host)).collect();
    Backups {
        runs,
        host: machine.map(|machine| machine.guest.node.clone()),
        known_since: beginnings.max(),
        // Clocks that differ among each other cannot be told by one figure.
        clock_ahead_ms: match ahead.as_slice() {
            [first, rest @ ..] if rest.iter().all(|other| other == first) => *first,
            _ => None,
        },
    }
}

fn clock_ahead_ms(host: &Host) -> Option<i64> {
    let (time, asked_at) = host.time.as_ref().ok()?;
    // The node tells whole seconds, cut.
    let ahead_ms = time.at.plus_ms(500).ms_since(*asked_at);
    Some(if ahead_ms.abs() < SAME_CLOCK_MS { 0 } else { ahead_ms / 1_000 * 1_000 })
}

/// A task as a run.
pub(in crate::checks) fn read_run(task: Task) -> BackupRun {
    BackupRun {
        node: task.node,
        guests: task.id,
        started_at: task.started_at,
        status: match (&task.ended_at, task.status) {
            (None, _) => "running".into(),
            (Some(_), Some(status)) => status,
            (Some(_), None) => "ended without a status".into(),
        },
        ended_at: task.ended_at,
        is_waiting: task.is_waiting,
    }
}

fn none_configured() -> Unknown {
    Unknown {
        asked: "Backup runs".into(),
        reason: "No Proxmox node is configured, so whether a backup ran is not known.".into(),
        remedy: "Add a [proxmox.NAME] section to runlight.toml.".into(),
        log_id: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_772_075_421_000);

    fn task(node: &str, minutes_ago: i64) -> Task {
        Task {
            upid: format!("UPID:{node}:{minutes_ago}"),
            node: node.into(),
            task_type: BACKUP.into(),
            id: String::new(),
            user: "root@pam".into(),
            started_at: NOW.plus_ms(-minutes_ago * 60_000),
            ended_at: None,
            status: None,
            is_waiting: false,
        }
    }

    fn host(node: &str, ahead_ms: i64, guests: &[(u32, &str)]) -> Host {
        let guest = |(id, name): &(u32, &str)| Guest {
            id: *id,
            name: (*name).into(),
            node: node.into(),
            addresses: Vec::new(),
        };
        let time =
            NodeTime { at: NOW.plus_ms(ahead_ms), time_zone: "Pacific/Auckland".into(), local_clock: "16:30".into() };
        Host {
            node: node.into(),
            tasks: Ok(vec![task(node, 30)]),
            is_whole: true,
            time: Ok((time, NOW)),
            guests: Ok(guests.iter().map(guest).collect()),
        }
    }

    fn unknown() -> Unknown {
        Unknown { asked: "x".into(), reason: "It answered 401.".into(), remedy: "Renew it.".into(), log_id: None }
    }

    fn node(name: &str) -> KubernetesNode<'_> {
        KubernetesNode { name, addresses: &[] }
    }

    #[test]
    fn finds_the_host_of_the_pods_machine() {
        let hosts = [host("pihanga", 0, &[(201, "talos-monitor")]), host("ruapehu", 0, &[(301, "talos-prod")])];
        let nights = assemble(&hosts, &node("talos-monitor"), &[]);
        let backups = nights.runs.known().expect("both answered");
        assert_eq!(backups.host.as_deref(), Some("pihanga"));
        assert_eq!(backups.runs.len(), 1);
        assert_eq!(nights.zone.as_deref(), Some("Pacific/Auckland"));
        assert_eq!(nights.machine.map(|machine| machine.guest.id), Some(201));
    }

    #[test]
    fn a_silent_host_leaves_the_question_open_unless_the_machine_is_elsewhere() {
        let silent = Host { tasks: Err(unknown()), ..host("ruapehu", 0, &[]) };
        let hosts = [host("pihanga", 0, &[(201, "talos-monitor")]), silent];
        assert!(assemble(&hosts, &node("talos-monitor"), &[]).runs.known().is_some());
        assert_eq!(assemble(&hosts, &node("elsewhere"), &[]).runs.unknown(), Some(&unknown()));
    }

    #[test]
    fn without_a_proxmox_node_nothing_is_known() {
        assert_eq!(assemble(&[], &node("n"), &[]).runs.unknown(), Some(&none_configured()));
    }

    #[test]
    fn compares_clocks_and_says_when_it_cannot() {
        let ahead = |hosts: &[Host]| assemble(hosts, &node("n"), &[]).runs.known().and_then(|b| b.clock_ahead_ms);
        assert_eq!(ahead(&[host("a", 900, &[])]), Some(0));
        assert_eq!(ahead(&[host("a", 95_000, &[])]), Some(95_000));
        assert_eq!(ahead(&[host("a", 0, &[]), host("b", 95_000, &[])]), None);
        assert_eq!(ahead(&[Host { time: Err(unknown()), ..host("a", 0, &[]) }]), None);
    }

    #[test]
    fn a_full_list_is_known_only_from_its_beginning() {
        let cut = Host { is_whole: false, ..host("a", 0, &[]) };
        let nights = assemble(&[cut], &node("n"), &[]);
        assert_eq!(nights.runs.known().and_then(|b| b.known_since), Some(NOW.plus_ms(-30 * 60_000)));
    }
}
