//! Backup runs as Proxmox tells them, and its clock against ours: asked in one way by everything that speaks of backups.

use std::time::Duration;

use futures::join;
use runbook::{
    outcome::{BackupRun, Unknown},
    tally::HORIZON_DAYS,
    time::{DAY_MS, Timestamp},
};

use super::facts::within;
use crate::{
    clock::Clock,
    sources::proxmox::{NodeTime, Proxmox, Task},
};

/// Proxmox' name for backup tasks.
const BACKUP: &str = "vzdump";
/// Most tasks that one answer of Proxmox holds: a full one may not be whole.
const FULL_ANSWER: usize = 500;
/// Two clocks that tell whole seconds, and the way between them.
const SAME_CLOCK_MS: i64 = 2_000;

/// What one Proxmox node says of its backups, by its own clock.
#[derive(Debug)]
pub(super) struct NodeRuns {
    /// What runs now.
    pub(super) running: Result<Vec<BackupRun>, Unknown>,
    /// What ended in the last nights.
    pub(super) ended: Result<Vec<BackupRun>, Unknown>,
    /// Whether `ended` holds all of them.
    pub(super) is_whole: bool,
    /// Its clock.
    pub(super) time: Result<NodeClock, Unknown>,
}

/// A node's time, and how far it is ahead of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NodeClock {
    /// As the node tells it.
    pub(super) time: NodeTime,
    /// Milliseconds; zero for what cannot be told from the same time.
    pub(super) ahead_ms: i64,
}

impl NodeRuns {
    /// Those of both lists, oldest first; unknown when one of them is.
    pub(super) fn all(&self) -> Result<Vec<BackupRun>, Unknown> {
        let (running, ended) = (self.running.clone()?, self.ended.clone()?);
        Ok(sorted(ended.into_iter().chain(running)))
    }

    /// Those that are known, oldest first, by our clock as far as the node's could be compared.
    pub(super) fn known(&self) -> Vec<BackupRun> {
        let lists = [&self.ended, &self.running].into_iter().filter_map(|list| list.as_ref().ok());
        let ahead_ms = self.ahead_ms().unwrap_or(0);
        sorted(lists.flatten().map(|run| by_our_clock(run, ahead_ms)))
    }

    /// How far the node's clock is ahead of ours.
    pub(super) fn ahead_ms(&self) -> Option<i64> {
        self.time.as_ref().ok().map(|clock| clock.ahead_ms)
    }
}

/// Asks a node for the backups of the last nights.
pub(super) async fn ask(host: &Proxmox, clock: Clock, limit: Duration) -> NodeRuns {
    let asked = |what: &str| format!("{what} of {}", host.name());
    let since = clock.now().plus_ms(-HORIZON_DAYS * DAY_MS);
    let (running, ended, time) = join!(
        within(limit, asked("Running backups"), host.running_tasks(BACKUP)),
        within(limit, asked("Earlier backups"), host.recent_tasks(BACKUP, since)),
        compare(clock, within(limit, asked("Node time"), host.node_time()), |time| time.at),
    );
    let runs = |tasks: Vec<Task>| tasks.into_iter().map(read_run).collect::<Vec<_>>();
    NodeRuns {
        is_whole: ended.as_ref().is_ok_and(|tasks| tasks.len() < FULL_ANSWER),
        running: running.map(runs),
        ended: ended.map(runs),
        time: time.map(|(time, ahead_ms)| NodeClock { time, ahead_ms }),
    }
}

/// Asks a host for its time and sets it against ours: what it said, and how many milliseconds it is ahead.
pub(super) async fn compare<T, E>(
    clock: Clock,
    answer: impl Future<Output = Result<T, E>>,
    read: impl Fn(&T) -> Timestamp,
) -> Result<(T, i64), E> {
    let before = clock.now();
    let time = answer.await?;
    // The answer was made somewhere between the question and its arrival.
    let asked_at = before.plus_ms(clock.now().ms_since(before) / 2);
    let ahead_ms = ahead_ms(read(&time), asked_at);
    Ok((time, ahead_ms))
}

/// A task as a run.
pub(super) fn read_run(task: Task) -> BackupRun {
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

/// A run that a clock dates which is ahead of ours.
pub(super) fn by_our_clock(run: &BackupRun, ahead_ms: i64) -> BackupRun {
    BackupRun {
        started_at: run.started_at.plus_ms(-ahead_ms),
        ended_at: run.ended_at.map(|end| end.plus_ms(-ahead_ms)),
        ..run.clone()
    }
}

fn ahead_ms(theirs: Timestamp, ours: Timestamp) -> i64 {
    let ahead_ms = theirs.ms_since(ours);
    if ahead_ms.abs() <= SAME_CLOCK_MS { 0 } else { ahead_ms }
}

fn sorted(runs: impl Iterator<Item = BackupRun>) -> Vec<BackupRun> {
    let mut runs: Vec<BackupRun> = runs.collect();
    runs.sort_by_key(|run| run.started_at);
    runs
}

#[cfg(test)]
mod tests {
    use runbook::outcome::Cause;

    use super::*;

    const NOW: Timestamp = Timestamp(1_772_075_421_000);

    #[test]
    fn clocks_that_tell_whole_seconds_are_the_same_within_two() {
        for (theirs_ms, expected) in [(0, 0), (900, 0), (-2_000, 0), (2_001, 2_001), (-95_000, -95_000)] {
            assert_eq!(ahead_ms(NOW.plus_ms(theirs_ms), NOW), expected, "{theirs_ms}");
        }
    }

    #[test]
    fn runs_are_dated_by_our_clock_when_it_was_compared() {
        let run = |started_at| BackupRun {
            node: "pihanga".into(),
            guests: String::new(),
            started_at,
            ended_at: None,
            status: "running".into(),
            is_waiting: false,
        };
        let unknown = || Cause::Unauthorized.unknown("x", "It answered 401.", "Renew it.");
        let time = NodeTime { at: NOW, time_zone: "UTC".into(), local_clock: "02:40".into() };
        let node = NodeRuns {
            running: Ok(vec![run(NOW)]),
            ended: Err(unknown()),
            is_whole: false,
            time: Ok(NodeClock { time, ahead_ms: 95_000 }),
        };
        assert_eq!(node.known(), [run(NOW.plus_ms(-95_000))]);
        assert_eq!(node.all(), Err(unknown()));
        let node = NodeRuns { time: Err(unknown()), ..node };
        assert_eq!(node.known(), [run(NOW)]);
    }
}
