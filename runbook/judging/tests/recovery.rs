//! The recovery rule and its countdown; memory advice.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use document::{outcome::Cause, time::Timestamp};
use judging::{
    memory::{MemoryRule, NotAQuantity, Present, Quantity, advise, write_bytes},
    recovery::{
        Readiness, Recovery, RecoveryRule, RecoveryState, Subject, Watched, find_longest_backoff_ms, find_stated_rule,
        judge, read_backoff_ms, read_stated_rule,
    },
};

const MINUTE: i64 = 60_000;
const NOW: Timestamp = Timestamp(1_771_900_870_000); // 2026-02-24T02:41:10Z

fn ago(minutes: i64) -> Timestamp {
    NOW.plus_ms(-minutes * MINUTE)
}

fn watched(readiness: Readiness, last_restart_at: Option<Timestamp>) -> Watched {
    Watched {
        pod: "web-0".into(),
        replaces: None,
        created_at: Some(ago(600)),
        readiness,
        has_succeeded: false,
        last_restart_at,
        stale_since: None,
    }
}

fn after(watched: Watched) -> Recovery {
    judge(&RecoveryRule::new(None, 0), &Subject::Pod(watched), NOW)
}

#[test]
fn the_rule_is_the_longest_backoff_and_five_minutes_at_least_ten() {
    for (backoff_ms, minutes) in [(0, 10), (10_000, 10), (5 * MINUTE, 10), (7 * MINUTE, 12), (-1, 10)] {
        assert_eq!(RecoveryRule::new(None, backoff_ms).quiet_ms, minutes * MINUTE, "{backoff_ms}");
    }
    assert_eq!(
        RecoveryRule::new(None, 10 * MINUTE).describe(),
        "Ready, and no restart for 15 min: the longest back-off seen, 10 min, and 5 min."
    );
}

#[test]
fn a_runbook_may_state_its_own_rule() {
    for (text, ms, words) in [
        ("Recovered when there are no restarts for 30 minutes.", 30 * MINUTE, "no restarts for 30 minutes"),
        ("Wait until the pod is stable for at least 15 min", 15 * MINUTE, "is stable for at least 15 min"),
        ("no further restarts within 1h", 60 * MINUTE, "no further restarts within 1h"),
        ("The pod has been ready for an hour", 60 * MINUTE, "has been ready for an hour"),
        ("without a restart for 90 seconds", 90_000, "without a restart for 90 seconds"),
    ] {
        assert_eq!(read_stated_rule(text), Some((ms, words.to_owned())), "{text}");
    }
    for text in [
        "Check that the restart rate is no longer increasing",
        "restarts more than 5 times in 1h",
        "no restarts for 0 minutes",
        "",
    ] {
        assert_eq!(read_stated_rule(text), None, "{text}");
    }
    let rule = RecoveryRule::new(read_stated_rule("no restarts for 30 minutes"), 5 * MINUTE);
    assert_eq!(rule.describe(), "Ready, and no restart for 30 min: the runbook says \"no restarts for 30 minutes\".");
}

#[test]
fn the_stated_rules_are_found_where_the_runbook_speaks_of_them() {
    let text = "# T\n\n## Step 1\n\nA pod is stable for 2 minutes at first.\n\n### OOM Kill\n\n1. Increase the limit by 75% \
                (or the next tier: 128Mi → 384Mi → 2Gi)\n\n## Verify recovery\n\n- Wait for no restarts for 30 minutes\n";
    let book = text::parse(text);
    assert_eq!(find_stated_rule(&book).map(|(ms, _)| ms), Some(30 * MINUTE));
    let tiers_bytes = vec![128 << 20, 384 << 20, 2 << 30];
    assert_eq!(MemoryRule::find(&book), MemoryRule { percent: 75, tiers_bytes });
    let silent = text::parse("# T\n\n## Disk\n\nGrow it by 20%: 1Gi, 2Gi, 4Gi.\n");
    assert_eq!((find_stated_rule(&silent), MemoryRule::find(&silent)), (None, MemoryRule::default()));
}

#[test]
fn counts_down_while_ready_and_quiet() {
    let recovery = after(watched(Readiness::Ready(Some(ago(6))), Some(ago(6))));
    assert_eq!(recovery.state, RecoveryState::Counting { quiet_since: ago(6), recovers_at: NOW.plus_ms(4 * MINUTE) });
    assert_eq!(recovery.quiet_ms(NOW), Some(6 * MINUTE));
    assert_eq!(
        recovery.line,
        "web-0 is ready and quiet since 02:35:10 UTC (6 min ago); recovered in 04:00 unless it restarts."
    );
}

#[test]
fn recovers_at_the_instant_at_which_both_hold() {
    let quiet = after(watched(Readiness::Ready(Some(ago(29))), Some(ago(30))));
    assert_eq!(quiet.state, RecoveryState::Recovered { at: ago(20) });
    assert_eq!(quiet.line, "Recovered at 02:21:10 UTC (20 min ago): no restart of web-0 for 10 min.");
    let late = after(watched(Readiness::Ready(Some(ago(3))), Some(ago(30))));
    assert_eq!(late.state, RecoveryState::Recovered { at: ago(3) });
    let to_the_millisecond = after(watched(Readiness::Ready(None), Some(ago(10))));
    assert_eq!(to_the_millisecond.state, RecoveryState::Recovered { at: NOW });
}

#[test]
fn does_not_recover_while_not_ready_however_quiet() {
    let recovery = after(watched(Readiness::NotReady("0 of 1 containers ready".into()), Some(ago(60))));
    assert_eq!(recovery.state, RecoveryState::NotReady { quiet_since: Some(ago(60)) });
    assert_eq!(recovery.line, "web-0 is not ready: 0 of 1 containers ready.");
    assert_eq!(recovery.outcome().word(), "fail");
}

#[test]
fn follows_the_owner_to_the_replacement() {
    let fresh = Watched {
        pod: "web-1".into(),
        replaces: Some("web-0".into()),
        created_at: Some(ago(2)),
        ..watched(Readiness::Ready(Some(ago(1))), None)
    };
    let recovery = after(fresh);
    assert_eq!(recovery.pod, "web-1");
    assert!(recovery.line.starts_with("web-1, which replaced web-0, is ready and quiet"), "{}", recovery.line);
    let gone = judge(
        &RecoveryRule::new(None, 0),
        &Subject::Gone { at: Some(ago(1)), owner: Some("ReplicaSet web-7d9f".into()) },
        NOW,
    );
    assert_eq!(
        gone.line,
        "The pod is gone since 02:40:10 UTC (60 s ago); ReplicaSet web-7d9f has not replaced it yet."
    );
    let orphan = judge(&RecoveryRule::new(None, 0), &Subject::Gone { at: None, owner: None }, NOW);
    assert_eq!(orphan.line, "The pod is gone, and it had no owner to replace it.");
}

#[test]
fn a_broken_watch_or_a_missing_date_is_unknown() {
    let stale = after(Watched { stale_since: Some(ago(3)), ..watched(Readiness::Ready(Some(ago(60))), Some(ago(60))) });
    assert!(matches!(stale.state, RecoveryState::Unknown(_)));
    assert_eq!(stale.outcome().word(), "unknown");
    let undated = after(Watched { created_at: None, ..watched(Readiness::Ready(None), None) });
    assert!(matches!(undated.state, RecoveryState::Unknown(_)));
    let unasked = Cause::TimedOut.unknown("web-0", "It did not answer.", "Wait.");
    let recovery = judge(&RecoveryRule::new(None, 0), &Subject::Unasked(unasked), NOW);
    assert_eq!((recovery.line.as_str(), recovery.quiet_ms(NOW)), ("It did not answer.", None));
}

#[test]
fn a_job_that_did_its_work_is_over() {
    let done = after(Watched { has_succeeded: true, ..watched(Readiness::NotReady("Completed".into()), Some(ago(2))) });
    assert!(matches!(done.state, RecoveryState::Recovered { .. }));
}

#[test]
fn a_restart_in_the_future_keeps_counting() {
    // The kubelet's clock is ahead of ours by a minute.
    let recovery = after(watched(Readiness::Ready(None), Some(ago(-1))));
    assert_eq!(recovery.quiet_ms(NOW), Some(0));
    assert!(matches!(recovery.state, RecoveryState::Counting { .. }));
}

#[test]
fn reads_the_kubelets_backoff() {
    for (message, ms) in [
        ("back-off 10s restarting failed container=web pod=web-0_default(uid)", Some(10_000)),
        ("back-off 2m40s restarting failed container=web", Some(160_000)),
        ("back-off 5m0s restarting failed container=web", Some(300_000)),
        ("Back-off pulling image \"x\"", None),
        ("back-off ", None),
        ("back-off 99999999999999999999s restarting", None),
        ("", None),
    ] {
        assert_eq!(read_backoff_ms(message), ms, "{message}");
    }
    let pauses = [(ago(30), ago(29)), (ago(20), ago(17)), (ago(12), ago(13)), (ago(11), ago(1))];
    assert_eq!(find_longest_backoff_ms(&pauses), 5 * MINUTE);
    assert_eq!(find_longest_backoff_ms(&pauses[..2]), 3 * MINUTE);
    assert_eq!(find_longest_backoff_ms(&[]), 0);
}

fn present(
    kind: &str,
    limit: Option<&str>,
    request: Option<&str>,
    peak: Option<&str>,
) -> (Vec<(String, String)>, String, String) {
    let bytes = |text: Option<&str>| text.map(|text| text.parse::<Quantity>().unwrap().0);
    let present = Present {
        kind,
        container: "web",
        is_init: false,
        limit_bytes: bytes(limit),
        request_bytes: bytes(request),
        peak_bytes: bytes(peak),
    };
    let advice = advise(&present, &MemoryRule::default());
    let yaml = advice.steps.first().map(|step| step.yaml.clone()).unwrap_or_default();
    (advice.steps.into_iter().map(|step| (step.label, write_bytes(step.limit_bytes))).collect(), advice.sentence, yaml)
}

fn steps(limit: &str, peak: Option<&str>) -> Vec<String> {
    present("Deployment", Some(limit), None, peak)
        .0
        .into_iter()
        .map(|(label, limit)| format!("{label}: {limit}"))
        .collect()
}

#[test]
fn memory_is_raised_by_half_or_to_the_next_tier() {
    assert_eq!(steps("256Mi", None), ["50 % more: 384Mi", "next tier: 512Mi"]);
    assert_eq!(steps("300Mi", None), ["50 % more: 450Mi", "next tier: 512Mi"]);
    assert_eq!(steps("100Mi", None), ["50 % more: 150Mi", "next tier: 256Mi"]);
    assert_eq!(steps("1Gi", None), ["50 % more: 1536Mi", "next tier: 2Gi"]);
    assert_eq!(steps("3Gi", None), ["50 % more: 4608Mi", "next tier: 4Gi"]);
    assert_eq!(steps("500M", None), ["50 % more: 716Mi", "next tier: 512Mi"]);
}

#[test]
fn a_peak_that_half_more_would_not_hold_asks_for_the_tier() {
    assert_eq!(steps("256Mi", Some("400Mi"))[0], "next tier: 512Mi");
    assert_eq!(steps("256Mi", Some("256Mi"))[0], "50 % more: 384Mi");
    let (_, sentence, _) = present("Deployment", Some("256Mi"), None, Some("2Gi"));
    assert!(sentence.contains("leaves less than a fifth of room"), "{sentence}");
}

#[test]
fn without_a_limit_there_is_nothing_to_raise() {
    let (steps, sentence, _) = present("Deployment", None, None, None);
    assert!(steps.is_empty());
    assert!(sentence.contains("the node ran out of memory"));
}

#[test]
fn the_fragment_fits_the_kind_and_keeps_the_request() {
    let (_, _, yaml) = present("Deployment", Some("256Mi"), Some("128Mi"), None);
    assert_eq!(
        yaml,
        "spec:\n  template:\n    spec:\n      containers:\n        - name: web\n          resources:\n            requests:\n              memory: 128Mi\n            limits:\n              memory: 384Mi\n"
    );
    let (_, _, guaranteed) = present("CronJob", Some("256Mi"), Some("256Mi"), None);
    assert!(guaranteed.contains("jobTemplate:") && guaranteed.matches("memory: 384Mi").count() == 2, "{guaranteed}");
    let (_, _, pod) = present("Pod", Some("256Mi"), Some("134217729"), None);
    assert!(pod.starts_with("spec:\n  containers:\n    - name: web\n") && pod.contains("memory: 134217729\n"), "{pod}");
}

#[test]
fn quantities_are_read_as_kubernetes_writes_them() {
    for (text, bytes) in [
        ("256Mi", 268_435_456),
        ("1Gi", 1_073_741_824),
        ("0.5Gi", 536_870_912),
        ("129M", 129_000_000),
        ("129e6", 129_000_000),
        ("128974848", 128_974_848),
        ("128974848000m", 128_974_848),
        ("64Ki", 65_536),
        ("0", 0),
    ] {
        assert_eq!(text.parse(), Ok(Quantity(bytes)), "{text}");
    }
    for text in ["", "Mi", "12Qi", "-1Gi", "NaN", "inf", "1e400", "99999Ei", "1 G i"] {
        assert_eq!(text.parse::<Quantity>(), Err(NotAQuantity(text.into())), "{text}");
    }
}
