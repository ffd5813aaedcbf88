//! The work of a backup server: in words, as stretches, and against a pod's restarts.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

mod clock;

use clock::at;
use document::{
    outcome::{ServerTask, ServerWork},
    time::Timestamp,
};
use judging::server_work::{Known, statement, stretches};

/// A task of the backup server; an empty end is none.
fn task(work: ServerWork, from: &str, to: &str) -> ServerTask {
    let ended_at = (!to.is_empty()).then(|| at(to));
    ServerTask {
        server: "pbs".into(),
        work,
        subject: "main".into(),
        started_at: at(from),
        status: if ended_at.is_some() { "OK".into() } else { "running".into() },
        ended_at,
    }
}

/// Restarts against tasks: the tasks, since when they are whole, the margin, the restarts, how many carry no date, what
/// is said at 07:00.
#[test]
fn restarts_are_set_against_the_work_of_a_backup_server() {
    use ServerWork::{Backup, GarbageCollection, Verification};
    type Case<'a> = (&'a str, Vec<ServerTask>, Option<&'a str>, i64, &'a [&'a str], u32, Option<&'a str>);
    let cases: Vec<Case<'_>> = vec![
        ("nothing to set against it", vec![], None, 2_000, &[], 0, None),
        (
            "inside a backup that ended",
            vec![task(Backup, "2026-02-26 02:00", "2026-02-26 02:40")],
            None,
            2_000,
            &["2026-02-26 02:14", "2026-02-26 02:24"],
            0,
            Some("2 of 2 restarts while pbs worked (2 during backup); 0 while it did not, in 7 days"),
        ),
        (
            "a task that runs has no end to be close to",
            vec![task(GarbageCollection, "2026-02-26 05:00", "")],
            None,
            60_000,
            &["2026-02-26 06:59:59"],
            0,
            Some("1 of 1 restart while pbs worked (1 during garbage collection); 0 while it did not, in 7 days"),
        ),
        (
            "a task over midnight that began before the window",
            vec![task(Verification, "2026-02-25 23:30", "2026-02-26 01:10")],
            None,
            2_000,
            &["2026-02-26 00:00", "2026-02-26 03:00"],
            0,
            Some("1 of 2 restarts while pbs worked (1 during verification); 1 while it did not, in 7 days"),
        ),
        (
            "two kinds of work at once",
            vec![
                task(Backup, "2026-02-26 02:00", "2026-02-26 02:40"),
                task(Verification, "2026-02-26 01:00", "2026-02-26 03:00"),
            ],
            None,
            2_000,
            &["2026-02-26 02:14"],
            0,
            Some(
                "1 of 1 restart while pbs worked (1 during backup, 1 during verification); 0 while it did not, in 7 days",
            ),
        ),
        (
            "at the edge, with clocks that were never compared",
            vec![task(Backup, "2026-02-26 02:00", "2026-02-26 02:40")],
            None,
            60_000,
            &["2026-02-26 02:40:30"],
            0,
            Some("0 of 1 restart while pbs worked; 0 while it did not, in 7 days; 1 cannot be told"),
        ),
        (
            "before the list of tasks begins",
            vec![task(Backup, "2026-02-26 02:00", "2026-02-26 02:40")],
            Some("2026-02-26 02:00"),
            2_000,
            &["2026-02-25 02:10"],
            0,
            Some("0 of 1 restart while pbs worked; 0 while it did not, in 7 days; 1 cannot be told"),
        ),
        (
            "restarts without a date leave the week open",
            vec![task(Backup, "2026-02-26 02:00", "2026-02-26 02:40")],
            None,
            2_000,
            &["2026-02-26 02:10"],
            4,
            Some("1 of 1 dated restart while pbs worked (1 during backup); 0 while it did not"),
        ),
        ("older than a week", vec![], None, 2_000, &["2026-02-18 02:10"], 0, None),
    ];
    for (name, tasks, since, margin_ms, restarts, undated, expected) in cases {
        let known = Known { server: "pbs", tasks: &tasks, since: since.map(at), margin_ms };
        let restarts: Vec<Timestamp> = restarts.iter().map(|text| at(text)).collect();
        let said = statement(&known, &restarts, undated, at("2026-02-26 07:00"));
        assert_eq!(said.as_deref(), expected, "{name}");
    }
}

#[test]
fn tasks_that_follow_one_another_are_one_stretch_of_their_kind() {
    let failed = ServerTask {
        status: "connection error: not connected".into(),
        ..task(ServerWork::Backup, "2026-02-26 02:12", "2026-02-26 02:20")
    };
    let tasks = [
        task(ServerWork::Verification, "2026-02-26 01:50", "2026-02-26 02:05"),
        task(ServerWork::Backup, "2026-02-26 02:00", "2026-02-26 02:11"),
        failed,
        task(ServerWork::Backup, "2026-02-26 02:31", ""),
    ];
    let found = stretches(&tasks, at("2026-02-26 02:40"));
    let text: Vec<String> = found
        .iter()
        .map(|it| {
            let (from, to) = (it.span.from.clock(), it.span.to.clock());
            format!("{} {} {} {} {} {}", it.work.words(), &from[..5], &to[..5], it.tasks, it.failed, it.is_running)
        })
        .collect();
    assert_eq!(
        text,
        ["verification 01:50 02:05 1 0 false", "backup 02:00 02:20 2 1 false", "backup 02:31 02:40 1 0 true"]
    );
}

#[test]
fn the_servers_own_upkeep_is_no_work_on_backups() {
    for (worker, expected) in [
        ("backup", Some(ServerWork::Backup)),
        ("prunejob", Some(ServerWork::Prune)),
        ("garbage_collection", Some(ServerWork::GarbageCollection)),
        ("verificationjob", Some(ServerWork::Verification)),
        ("verify_snapshot", Some(ServerWork::Verification)),
        ("syncjob", Some(ServerWork::Sync)),
        ("reader", Some(ServerWork::Restore)),
        ("aptupdate", None),
        ("logrotate", None),
        ("", None),
    ] {
        assert_eq!(ServerWork::of_worker(worker), expected, "{worker}");
    }
}
