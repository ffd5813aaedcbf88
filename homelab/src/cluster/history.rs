//! The past of troubled pods: at the start of the simulation they have been in trouble for a while.

use document::time::{DAY_MS, Timestamp};

use super::pod::{Container, Death, Life, Pod, State};
use crate::{Pace, backup::Run, story::Trouble};

const MINUTE_MS: i64 = 60_000;
/// Between two crashes of a controller while a backup presses on etcd: often enough for the alert to fire.
const UNDER_PRESSURE_MS: i64 = 3 * MINUTE_MS;
/// Between two crashes of a container that always crashes.
const USUALLY_MS: i64 = 7 * MINUTE_MS;

/// Gives a pod the restarts, last states and present state that its troubles have led to by `now`.
pub(crate) fn live_through(pod: &mut Pod, now: Timestamp, pace: &Pace, last_backup: Option<Run>) {
    let old_restarts = pod.workload.as_ref().map_or(0, |workload| workload.old_restarts);
    if old_restarts > 0 {
        // Many restarts take many days.
        pod.created_at = pod.created_at.min(now.plus_ms(-21 * DAY_MS - i64::from(old_restarts) * 3_600_000));
    }
    for container in &mut pod.containers {
        match container.trouble {
            Some(Trouble::BadImage) => {
                pod.created_at = now.plus_ms(-47 * MINUTE_MS);
                container.state = container.pull_state(true);
                container.due = Some(now.plus_ms(container.dice.between(pace.terminated_ms, pace.waiting_ms)));
            }
            Some(trouble) => suffer(container, trouble, old_restarts, now, pace, last_backup),
            None => {}
        }
    }
    let has_trouble = pod.containers.iter().any(|container| container.trouble.is_some());
    if let (false, true, Some(container)) = (has_trouble, old_restarts > 0, pod.containers.first_mut()) {
        let span_ms = now.ms_since(pod.created_at);
        let died_at = pod.created_at.plus_ms(container.dice.between(span_ms / 3, span_ms / 2));
        die(container, (1, "Error"), died_at, 3 * 3_600_000);
        container.restarts = old_restarts;
    }
}

fn suffer(
    container: &mut Container,
    trouble: Trouble,
    old_restarts: u32,
    now: Timestamp,
    pace: &Pace,
    last_backup: Option<Run>,
) {
    let dice = &mut container.dice;
    let recent = now.plus_ms(-dice.between(40_000, 150_000));
    let (died_at, tonight) = match last_backup {
        Some(run) if trouble.needs_pressure() => {
            let until = run.ended_at.map_or(recent, |end| end.plus_ms(-dice.between(4, 16) * MINUTE_MS));
            // A backup that has only just begun has crashed nothing yet: then the last crash is a night old.
            let first = run.started_at.plus_ms(3 * MINUTE_MS);
            let crashes = until.ms_since(first).max(0) / UNDER_PRESSURE_MS;
            if until > first { (until, crashes) } else { (first.plus_ms(-23 * 60 * MINUTE_MS), 0) }
        }
        _ if trouble == Trouble::Recovered => (now.plus_ms(-dice.between(300, 340) * MINUTE_MS), 0),
        _ => (recent, 0),
    };
    let life_ms = if trouble == Trouble::BadConfig { 6_000 } else { 4 * MINUTE_MS };
    die(container, trouble.ending(), died_at, life_ms);
    container.restarts = old_restarts + u32::try_from(tonight).unwrap_or(0);
    container.restarted = if trouble.needs_pressure() {
        count_back(died_at, UNDER_PRESSURE_MS, tonight)
    } else if trouble.is_recurring() {
        count_back(died_at, USUALLY_MS, i64::from(old_restarts))
    } else {
        count_back(died_at, 20 * MINUTE_MS, i64::from(old_restarts.min(3)))
    };
    container.due = trouble.is_recurring().then(|| now.plus_ms(container.dice.between(3_000, pace.running_ms)));
    if trouble == Trouble::BadConfig {
        let message = format!("back-off 5m0s restarting failed container={}", container.name);
        container.state = State::Waiting { reason: "CrashLoopBackOff", message };
        container.due = Some(now.plus_ms(container.dice.between(2_000, pace.waiting_ms)));
    }
}

/// The restarts that led to the last death, oldest first, as far back as a day.
fn count_back(died_at: Timestamp, apart_ms: i64, count: i64) -> Vec<Timestamp> {
    (0..count.min(DAY_MS / apart_ms)).rev().map(|n| died_at.plus_ms(20_000 - n * apart_ms)).collect()
}

/// Lets the container have died at `died_at` after a life of about `life_ms`, and run again since.
fn die(container: &mut Container, (exit_code, reason): (i32, &'static str), died_at: Timestamp, life_ms: i64) {
    let dice = &mut container.dice;
    let started_at = died_at.plus_ms(-dice.about(life_ms));
    let life = Life { id: format!("containerd://{}", dice.hex(64)), started_at };
    container.last = Some(Death { life, finished_at: died_at, exit_code, reason });
    let life = Life { id: format!("containerd://{}", dice.hex(64)), started_at: died_at.plus_ms(dice.about(20_000)) };
    container.state = State::Running(life);
}
