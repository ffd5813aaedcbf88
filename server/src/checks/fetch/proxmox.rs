//! Questions to Proxmox VE: what runs on a node now, what ran last night, what runs next.

use std::{sync::Arc, time::Duration};

use futures::{StreamExt, join, stream, stream::BoxStream};
use runbook::{
    check::{Journal, ProxmoxAsk, ProxmoxQuestion},
    outcome::{Cause, Unknown},
    time::DAY_MS,
};
use tokio_stream::wrappers::{IntervalStream, WatchStream};

use super::{
    super::{
        Situation,
        backups::BackupsAnswer,
        node_runs::{by_our_clock, compare, read_run},
    },
    Answer, cluster, host, node, recorded,
};
use crate::{
    clock::Clock,
    sources::{
        Grant, SourceFailure,
        proxmox::{LockedGuest, Proxmox},
    },
};

/// How often a journal that is followed is read again.
const JOURNAL_INTERVAL: Duration = Duration::from_secs(5);

pub(super) async fn fetch(
    grant: &Grant,
    question: &ProxmoxQuestion,
    situation: &Situation,
    clock: Clock,
) -> Result<Answer, Unknown> {
    // A backup server is a host like a node, and runbooks look at its load and journal in the same way.
    if let Some(server) = question.host.as_deref().and_then(|host| grant.backup_server_by_host(host))
        && host::is_asked(&question.ask)
    {
        let answer = host::ask(server.host(), &question.ask, clock).await.map_err(|failure| failure.to_unknown())?;
        return Ok(Answer::from(answer));
    }
    let host = find(grant, question.host.as_deref())?;
    match &question.ask {
        ProxmoxAsk::RunningTasks { task_type } => backups(grant, host, task_type, situation, clock).await,
        ask => node::ask(host, ask, clock).await.map(Answer::from),
    }
}

pub(super) fn changes(grant: &Grant, question: &ProxmoxQuestion, situation: &Situation) -> BoxStream<'static, ()> {
    match &question.ask {
        ProxmoxAsk::RunningTasks { .. } => {
            let restarts = cluster::situation_changes(grant, situation);
            match find(grant, question.host.as_deref()) {
                // Holding the receiver is what keeps the node being looked at.
                Ok(host) => {
                    stream::select(WatchStream::from_changes(host.backup_changes()).map(|_| ()), restarts).boxed()
                }
                Err(_) => stream::pending().boxed(),
            }
        }
        ProxmoxAsk::Journal(Journal { follow: true, .. }) => {
            IntervalStream::new(tokio::time::interval(JOURNAL_INTERVAL)).map(|_| ()).boxed()
        }
        _ => stream::pending().boxed(),
    }
}

/// The node that a command would have reached, or the only one.
fn find<'a>(grant: &'a Grant, host: Option<&str>) -> Result<&'a Arc<Proxmox>, Unknown> {
    let known: Vec<&str> = grant.proxmox().iter().map(|host| host.name()).collect();
    let Some(wanted) = host else {
        return match grant.proxmox() {
            [only] => Ok(only),
            _ => Err(Cause::NotChosen.unknown(
                "A Proxmox node",
                "The command does not say on which Proxmox node it runs.",
                format!("Write it as ssh root@NODE '…'. Configured are: {}.", known.join(", ")),
            )),
        };
    };
    if let (None, Some(unknown)) = (grant.proxmox_by_host(wanted), grant.without_host(wanted)) {
        return Err(unknown);
    }
    grant.proxmox_by_host(wanted).ok_or_else(|| {
        Cause::NotConfigured.unknown(
            format!("Proxmox at {wanted}"),
            format!("No Proxmox node is configured with the address {wanted}."),
            format!("Add ssh_hosts = [\"{wanted}\"] to its [proxmox.NAME] section in runlight.toml."),
        )
    })
}

async fn backups(
    grant: &Grant,
    host: &Proxmox,
    task_type: &str,
    situation: &Situation,
    clock: Clock,
) -> Result<Answer, Unknown> {
    let since = clock.now().plus_ms(-DAY_MS);
    let (running, recent, schedule, locked, node_time) = join!(
        host.running_tasks(task_type),
        host.recent_tasks(task_type, since),
        host.schedule(),
        host.locked_guests(),
        compare(clock, host.node_time(), |time| time.at),
    );
    let running = running.map_err(|failure| failure.to_unknown())?;
    let mut gaps = Vec::new();
    let recent = or_gap(recent, &mut gaps);
    let next_run = or_gap(schedule, &mut gaps).and_then(|schedule| schedule.next_run);
    let locked = or_gap(locked, &mut gaps);
    let node_time = or_gap(node_time, &mut gaps);
    let ahead_ms = node_time.as_ref().map_or(0, |(_, ahead_ms)| *ahead_ms);
    let read = |task| by_our_clock(&read_run(task), ahead_ms);
    Ok(Answer::Backups(BackupsAnswer {
        node: host.node().to_owned(),
        task_type: task_type.to_owned(),
        knows_earlier_runs: recent.is_some(),
        runs: recent.into_iter().flatten().chain(running).map(read).collect(),
        next_run,
        locked_guests: locked.iter().flatten().filter(|guest| guest.lock == "backup").map(name_guest).collect(),
        time_zone: node_time.as_ref().map(|(time, _)| time.time_zone.clone()),
        node_time: node_time.map(|(time, _)| format!("{} {}", time.local_clock, time.time_zone)),
        restarts: recorded::restarts_of(grant, situation, &mut gaps).await,
        gaps,
        asked_at: clock.now(),
    }))
}

/// What adds to the answer without being it: its absence is said beside the answer.
fn or_gap<T>(answer: Result<T, SourceFailure>, gaps: &mut Vec<String>) -> Option<T> {
    answer
        .map_err(|failure| {
            let gap = format!("{}: {} {}", failure.asked, failure.reason, failure.remedy);
            if !gaps.contains(&gap) {
                gaps.push(gap);
            }
        })
        .ok()
}

fn name_guest(guest: &LockedGuest) -> String {
    let kind = if guest.is_container { "container" } else { "VM" };
    format!("{} ({kind} {})", guest.name, guest.id)
}
