//! Backup runs of the last nights on every Proxmox node, by our clock, and which of those nodes carries the pod's
//! machine. One node that could not be asked leaves the question open, unless the machine is known to be elsewhere.

use std::{sync::Arc, time::Duration};

use futures::{future::join_all, join};
use runbook::{
    host::{FoundBy, Guest, KubernetesNode, Machine as Found, find_machine},
    outcome::{BackupRun, Cause, Unknown},
    verdict::{Backups, Fact},
};
use serde_json::Value;

use super::{CaseFiles, fetch::within, node::addresses};
use crate::{
    checks::node_runs::{self, NodeRuns},
    clock::Clock,
    sources::{Grant, cluster::Cluster, proxmox::Proxmox},
};

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
    runs: NodeRuns,
    guests: Result<Arc<[Guest]>, Unknown>,
}

/// Asks every configured Proxmox node.
pub(super) async fn fetch(
    files: &CaseFiles,
    grant: &Grant,
    cluster: &Cluster,
    node_name: &str,
    node: Option<&Result<Value, Unknown>>,
) -> Nights {
    let hosts = grant.proxmox().iter().map(|host| ask(host, files.clock, files.part_limit));
    let hosts = join_all(hosts).await;
    let addresses = node.and_then(|node| node.as_ref().ok()).map_or_else(Vec::new, addresses);
    assemble(&hosts, &KubernetesNode { name: node_name, addresses: &addresses }, cluster.machines())
}

async fn ask(host: &Arc<Proxmox>, clock: Clock, limit: Duration) -> Host {
    let (runs, guests) = join!(
        node_runs::ask(host, clock, limit),
        within(limit, format!("Guests of {}", host.name()), host.guests_with_addresses()),
    );
    Host { node: host.node().to_owned(), runs, guests }
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
        [only] => only.runs.time.as_ref().ok().map(|clock| clock.time.time_zone.clone()),
        _ => None,
    };
    let runs = match counted.iter().map(|host| host.runs.all()).collect::<Result<Vec<_>, _>>() {
        Err(unknown) => Fact::Unknown(unknown),
        Ok(_) if counted.is_empty() => Fact::Unknown(none_configured()),
        Ok(runs) => Fact::Known(collect(&counted, runs.into_iter().flatten().collect(), machine.as_ref())),
    };
    Nights { runs, zone, machine }
}

fn collect(hosts: &[&Host], mut runs: Vec<BackupRun>, machine: Option<&Machine>) -> Backups {
    runs.sort_by_key(|run| run.started_at);
    // A list that is full begins somewhere within the nights; what was before is not known.
    let beginnings = hosts
        .iter()
        .filter(|host| !host.runs.is_whole)
        .filter_map(|host| host.runs.ended.as_ref().ok()?.iter().map(|run| run.started_at).min());
    let ahead: Vec<Option<i64>> = hosts.iter().map(|host| host.runs.ahead_ms()).collect();
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

fn none_configured() -> Unknown {
    Cause::NotConfigured.unknown(
        "Backup runs",
        "No Proxmox node is configured, so whether a backup ran is not known.",
        "Add a [proxmox.NAME] section to runlight.toml.",
    )
}

#[cfg(test)]
mod tests {
    use runbook::time::Timestamp;

    use super::*;
    use crate::{checks::node_runs::NodeClock, sources::proxmox::NodeTime};

    const NOW: Timestamp = Timestamp(1_772_075_421_000);

    fn run(node: &str, minutes_ago: i64) -> BackupRun {
        BackupRun {
            node: node.into(),
            guests: String::new(),
            started_at: NOW.plus_ms(-minutes_ago * 60_000),
            ended_at: None,
            status: "running".into(),
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
        let time = NodeTime { at: NOW, time_zone: "Pacific/Auckland".into(), local_clock: "16:30".into() };
        Host {
            node: node.into(),
            runs: NodeRuns {
                running: Ok(vec![run(node, 30)]),
                ended: Ok(vec![run(node, 90)]),
                is_whole: true,
                time: Ok(NodeClock { time, ahead_ms }),
            },
            guests: Ok(guests.iter().map(guest).collect()),
        }
    }

    /// The same host, but something of its runs.
    fn but(mut host: Host, change: impl FnOnce(&mut NodeRuns)) -> Host {
        change(&mut host.runs);
        host
    }

    fn unknown() -> Unknown {
        Cause::Unauthorized.unknown("x", "It answered 401.", "Renew it.")
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
        assert_eq!(backups.runs.len(), 2);
        assert_eq!(nights.zone.as_deref(), Some("Pacific/Auckland"));
        assert_eq!(nights.machine.map(|machine| machine.guest.id), Some(201));
    }

    #[test]
    fn a_silent_host_leaves_the_question_open_unless_the_machine_is_elsewhere() {
        let silent: [fn(&mut NodeRuns); 2] = [|runs| runs.running = Err(unknown()), |runs| runs.ended = Err(unknown())];
        for silence in silent {
            let silent = but(host("ruapehu", 0, &[]), silence);
            let hosts = [host("pihanga", 0, &[(201, "talos-monitor")]), silent];
            assert!(assemble(&hosts, &node("talos-monitor"), &[]).runs.known().is_some());
            assert_eq!(assemble(&hosts, &node("elsewhere"), &[]).runs.unknown(), Some(&unknown()));
        }
    }

    #[test]
    fn without_a_proxmox_node_nothing_is_known() {
        assert_eq!(assemble(&[], &node("n"), &[]).runs.unknown(), Some(&none_configured()));
    }

    #[test]
    fn compares_clocks_and_says_when_it_cannot() {
        let ahead = |hosts: &[Host]| assemble(hosts, &node("n"), &[]).runs.known().and_then(|b| b.clock_ahead_ms);
        assert_eq!(ahead(&[host("a", 0, &[])]), Some(0));
        assert_eq!(ahead(&[host("a", 95_000, &[])]), Some(95_000));
        assert_eq!(ahead(&[host("a", 0, &[]), host("b", 95_000, &[])]), None);
        assert_eq!(ahead(&[but(host("a", 0, &[]), |runs| runs.time = Err(unknown()))]), None);
    }

    #[test]
    fn a_full_list_is_known_only_from_its_beginning() {
        let cut = but(host("a", 0, &[]), |runs| runs.is_whole = false);
        let nights = assemble(&[cut], &node("n"), &[]);
        assert_eq!(nights.runs.known().and_then(|b| b.known_since), Some(NOW.plus_ms(-90 * 60_000)));
    }
}
