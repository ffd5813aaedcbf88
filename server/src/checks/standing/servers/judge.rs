//! Judges what backup servers say: their work by our clock, what runs, and which restarts lie in it. Asks nothing.

use runbook::{
    outcome::{HostState, ServerTask, ServerWork, Unknown, WindowHost},
    server_work::{Known, statement, stretches},
    tally::{HORIZON_DAYS, History},
    time::{DAY_MS, Timestamp, ago},
    verdict::Container,
};

use crate::sources::backup_server::BackupTask;

/// Most tasks that one answer of the server holds: a full one may not be whole.
const FULL_ANSWER: usize = 1_000;
/// Both clocks tell whole seconds, and asking takes a moment.
const MARGIN_MS: i64 = 2_000;
/// What two clocks that could not be compared may differ by.
const UNCOMPARED_MARGIN_MS: i64 = 60_000;

/// What one backup server says.
#[derive(Debug)]
pub(in crate::checks::standing) struct Server {
    /// Its name in the configuration.
    pub(in crate::checks::standing) name: String,
    /// Its work of the last nights, oldest first, by our clock.
    pub(in crate::checks::standing) tasks: Result<Vec<ServerTask>, Unknown>,
    /// From when on the list is whole, when it is not whole for all nights.
    known_since: Option<Timestamp>,
    /// How far its clock is ahead of ours.
    ahead_ms: Result<i64, Unknown>,
}

/// A server by what it answered.
pub(super) fn assemble(name: &str, tasks: Result<Vec<BackupTask>, Unknown>, ahead_ms: Result<i64, Unknown>) -> Server {
    let shift_ms = -ahead_ms.as_ref().map_or(0, |ahead_ms| *ahead_ms);
    let known_since = match &tasks {
        Ok(tasks) if tasks.len() >= FULL_ANSWER => {
            // Tasks that run may have begun long before; the list itself begins with what has ended.
            tasks.iter().filter(|task| task.ended_at.is_some()).map(|task| task.started_at.plus_ms(shift_ms)).min()
        }
        _ => None,
    };
    let read = |task| read_task(name, task, shift_ms);
    Server {
        name: name.to_owned(),
        tasks: tasks.map(|tasks| tasks.into_iter().filter_map(read).collect()),
        known_since,
        ahead_ms,
    }
}

fn read_task(server: &str, task: BackupTask, shift_ms: i64) -> Option<ServerTask> {
    Some(ServerTask {
        server: server.to_owned(),
        work: ServerWork::of_worker(&task.worker_type)?,
        // What it works on may be absent: then it is the whole server.
        subject: task.worker_id.into_iter().collect(),
        started_at: task.started_at.plus_ms(shift_ms),
        status: match (&task.ended_at, task.status) {
            (None, _) => "running".into(),
            (Some(_), Some(status)) => status,
            (Some(_), None) => "ended without a status".into(),
        },
        ended_at: task.ended_at.map(|end| end.plus_ms(shift_ms)),
    })
}

/// The tasks that are known, oldest first.
pub(in crate::checks::standing) fn tasks(servers: &[Server]) -> Vec<ServerTask> {
    let mut tasks: Vec<ServerTask> =
        servers.iter().filter_map(|it| it.tasks.as_ref().ok()).flatten().cloned().collect();
    tasks.sort_by_key(|task| task.started_at);
    tasks
}

/// The restarts against each server's work, where a container is judged.
pub(in crate::checks::standing) fn statements(
    servers: &[Server],
    container: Option<&Container>,
    restarts: &[Timestamp],
    now: Timestamp,
) -> Vec<String> {
    let Some(container) = container else { return Vec::new() };
    let undated = History::of(container, None).undated(now.plus_ms(-HORIZON_DAYS * DAY_MS));
    let of_server = |server: &Server| match &server.tasks {
        Ok(tasks) => {
            let margin_ms = if server.ahead_ms.is_ok() { MARGIN_MS } else { UNCOMPARED_MARGIN_MS };
            let known = Known { server: &server.name, tasks, since: server.known_since, margin_ms };
            statement(&known, restarts, undated, now)
        }
        Err(unknown) => {
            Some(format!("whether restarts lie inside the work of {} is unknown: {}", server.name, unknown.reason))
        }
    };
    servers.iter().filter_map(of_server).collect()
}

/// "on pbs 2 backups since 02:00:04 UTC (40 min ago)"; nothing while nothing runs.
pub(in crate::checks::standing) fn summarise(server: &Server, now: Timestamp) -> Option<String> {
    match &server.tasks {
        Err(_) => Some(format!("what {} does is unknown", server.name)),
        Ok(tasks) => running(tasks, now).map(|words| format!("on {} {words}", server.name)),
    }
}

/// What one server does, as a row beside the nodes.
pub(in crate::checks::standing) fn describe(server: &Server, now: Timestamp) -> WindowHost {
    let (state, doing) = match &server.tasks {
        Err(unknown) => (HostState::Unknown, format!("unknown: {} {}", unknown.reason, unknown.remedy)),
        Ok(tasks) => match running(tasks, now) {
            Some(words) => (HostState::Reading, words),
            None => (HostState::Idle, "no backup comes in, nothing is pruned, collected or verified".into()),
        },
    };
    let clock = server.ahead_ms.as_ref().err().filter(|_| server.tasks.is_ok());
    let clock = clock.map(|unknown| format!("Its time is unknown: {} {}", unknown.reason, unknown.remedy));
    let cut = server.known_since.map(|at| {
        format!(
            "It has listed {FULL_ANSWER} tasks, back to {} {} UTC; what was before is not known.",
            at.date(),
            at.clock()
        )
    });
    WindowHost {
        name: server.name.clone(),
        state,
        doing,
        locked: Vec::new(),
        clock: None,
        pressure: None,
        next_run: None,
        carries: None,
        gaps: clock.into_iter().chain(cut).collect(),
    }
}

/// "2 backups since 02:00:04 UTC (40 min ago), a verification since …".
fn running(tasks: &[ServerTask], now: Timestamp) -> Option<String> {
    let running: Vec<ServerTask> = tasks.iter().filter(|task| task.ended_at.is_none()).cloned().collect();
    let words = stretches(&running, now).into_iter().map(|stretch| {
        let since = stretch.span.from;
        format!("{} since {} UTC ({})", stretch.count_words(), since.clock(), ago(now.ms_since(since)))
    });
    let words: Vec<String> = words.collect();
    (!words.is_empty()).then(|| words.join(", "))
}

#[cfg(test)]
mod tests {
    use runbook::outcome::Cause;

    use super::*;

    const NOW: Timestamp = Timestamp(1_772_075_421_000);

    fn task(worker: &str, minutes_ago: i64, took: Option<i64>) -> BackupTask {
        let started_at = NOW.plus_ms(-minutes_ago * 60_000);
        BackupTask {
            upid: format!("UPID:{worker}:{minutes_ago}"),
            worker_type: worker.into(),
            worker_id: Some("main".into()),
            user: "root@pam".into(),
            started_at,
            ended_at: took.map(|took| started_at.plus_ms(took * 60_000)),
            status: took.map(|_| "OK".into()),
        }
    }

    fn unknown() -> Unknown {
        Cause::Forbidden.unknown(
            "Tasks of pbs",
            "The token lacks Sys.Audit on /system/tasks.",
            "Give it the role Audit.",
        )
    }

    #[test]
    fn says_what_runs_and_leaves_out_the_servers_own_upkeep() {
        let tasks =
            vec![task("aptupdate", 5, None), task("backup", 40, None), task("garbage_collection", 90, Some(20))];
        let server = assemble("pbs", Ok(tasks), Ok(0));
        assert_eq!(summarise(&server, NOW).as_deref(), Some("on pbs a backup since 02:30:21 UTC (40 min ago)"));
        assert_eq!(describe(&server, NOW).state, HostState::Reading);
        let works: Vec<ServerWork> = super::tasks(&[server]).iter().map(|task| task.work).collect();
        assert_eq!(works, [ServerWork::GarbageCollection, ServerWork::Backup]);
    }

    #[test]
    fn a_server_that_cannot_be_asked_is_unknown_with_the_privilege_that_it_lacks() {
        let server = assemble("pbs", Err(unknown()), Err(unknown()));
        let row = describe(&server, NOW);
        assert_eq!(row.state, HostState::Unknown);
        assert_eq!(row.doing, "unknown: The token lacks Sys.Audit on /system/tasks. Give it the role Audit.");
        assert_eq!(summarise(&server, NOW).as_deref(), Some("what pbs does is unknown"));
    }

    #[test]
    fn tasks_are_dated_by_our_clock() {
        let server = assemble("pbs", Ok(vec![task("backup", 40, Some(10))]), Ok(600_000));
        assert_eq!(super::tasks(&[server])[0].started_at, NOW.plus_ms(-50 * 60_000));
    }

    #[test]
    fn a_full_list_is_known_only_from_its_beginning() {
        let mut many: Vec<BackupTask> = (0..1_000).map(|at| task("backup", 1_000 - at, Some(0))).collect();
        assert_eq!(assemble("pbs", Ok(many.clone()), Ok(0)).known_since, Some(NOW.plus_ms(-1_000 * 60_000)));
        many.pop();
        assert_eq!(assemble("pbs", Ok(many), Ok(0)).known_since, None);
    }
}
