//! Crashes to keep.

use document::{
    outcome::{Body, Cause, Outcome, Report},
    time::Timestamp,
};
use evidence::{
    BackupThen, Capture, ConfigHash, Crash, CrashKey, Ended, Judged, KeptEvent, KeptLine, KeptLog, Owner, Subject,
};

/// 3 November 2026, 02:23:41 UTC.
pub(crate) const NIGHT: Timestamp = Timestamp(1_793_672_621_000);
pub(crate) const MINUTE_MS: i64 = 60_000;

/// The crash of a scheduler whose lease was lost, at so many minutes after `NIGHT`.
pub(crate) fn crash(pod: &str, restart_count: u32, minutes: i64) -> Capture {
    let at = NIGHT.plus_ms(minutes * MINUTE_MS);
    let lines = [("starting", -2_000), ("leaderelection lost", 0)];
    let line = |(text, ms): (&str, i64)| KeptLine { at: Some(at.plus_ms(ms)), text: text.into() };
    Capture {
        crash: Crash {
            key: CrashKey {
                cluster: "prod".into(),
                pod_uid: format!("uid-{pod}"),
                container: "app".into(),
                restart_count,
            },
            namespace: "shop".into(),
            pod: pod.into(),
            owner: Owner { kind: "Deployment".into(), name: "web".into() },
            node: "talos-1".into(),
            role: "main".into(),
            ended: Ended { reason: "Error".into(), exit_code: 1, finished_at: Some(at), ..Ended::default() },
            at,
            before: "running".into(),
            after: "waiting: CrashLoopBackOff".into(),
            image: "registry.example/web:1.4.2".into(),
            revision: "5d4f8c7b9".into(),
            memory_limit: "256Mi".into(),
        },
        captured_at: at.plus_ms(900),
        log: Ok(KeptLog::of_lines(lines.map(line), false)),
        telling: Some("leaderelection lost".into()),
        events: Ok(vec![KeptEvent {
            at: Some(at),
            is_warning: true,
            reason: "BackOff".into(),
            message: "Back-off restarting failed container".into(),
            count: 3,
        }]),
        config: Ok(vec![ConfigHash { name: "web".into(), hash: "aa11".into() }]),
        node_pressure: Ok(Vec::new()),
        backup: Ok(BackupThen { is_running: true, work: vec!["vzdump of 101 on pihanga".into()] }),
        verdict: Some(Judged {
            report: Report {
                title: "Verdict".into(),
                source: "prod".into(),
                asked_at: at,
                outcome: Outcome::Pass { summary: "Row 2 fits.".into() },
                body: Body::Empty,
                notes: Vec::new(),
            },
            runbook: Some("alerts/pod-crash-looping".into()),
            revision: Some("f00d".into()),
        }),
    }
}

/// The same without what has to be asked for.
pub(crate) fn counted_alone(mut capture: Capture) -> Capture {
    let unasked = Cause::Gone.unknown("The log", "One of a loop.", "Look at the first.");
    capture.log = Err(unasked.clone());
    capture.events = Err(unasked);
    capture.telling = None;
    capture
}

pub(crate) fn web() -> Subject {
    Subject {
        cluster: "prod".into(),
        namespace: "shop".into(),
        owner: Owner { kind: "Deployment".into(), name: "web".into() },
        container: None,
    }
}
