//! What panels say, above all when a source cannot be asked.

use app::server_side::backend::{Backend, Caller};
use serde_json::Value;

use super::{DURING_BACKUP, NOON, World, soon};

/// The report on the command that holds these words, as plain data.
async fn report(world: &World, words: &str, bindings: &[(&str, &str)]) -> Value {
    let path = "test-alert".parse().expect("a path");
    let check = world.check(words).parse().expect("an id");
    let bindings = bindings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let answer = world.portal.run_check(&Caller::Local, &path, &check, &bindings).await.expect("a check");
    serde_json::to_value(answer.report).expect("plain data")
}

fn outcome(report: &Value) -> &str {
    report["outcome"]["outcome"].as_str().unwrap_or_else(|| panic!("no outcome in {report}"))
}

fn text(report: &Value) -> String {
    report.to_string()
}

#[tokio::test]
async fn shows_the_rows_that_the_command_leaves_most_restarts_first() {
    let world = World::start(NOON).await;
    let report = report(&world, "--sort-by", &World::scheduler()).await;
    let rows = report["body"]["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 20);
    let restarts: Vec<u64> = rows.iter().map(|row| row["restarts"].as_u64().expect("a number")).collect();
    assert!(restarts.is_sorted_by(|a, b| a >= b), "{restarts:?}");
    let bound: Vec<&str> =
        rows.iter().filter(|row| row["is_bound"] == true).filter_map(|row| row["pod"].as_str()).collect();
    assert_eq!(bound, ["kube-scheduler-talos-monitor"]);
}

#[tokio::test]
async fn notes_that_pods_between_crashes_show_another_word() {
    let world = World::start(NOON).await;
    let report = report(&world, "grep CrashLoop", &[("cluster", "agentic")]).await;
    assert!(text(&report["notes"]).contains("shows another word"), "{report}");
}

#[tokio::test]
async fn shows_the_backup_that_runs_against_the_window() {
    let world = World::start(DURING_BACKUP).await;
    let report = report(&world, "sshpass", &World::scheduler()).await;
    assert_eq!(outcome(&report), "warn");
    let summary = report["outcome"]["summary"].as_str().expect("a sentence");
    assert!(summary.starts_with("vzdump is running on pihanga since 02:0"), "{summary}");
    assert!(summary.ends_with("inside the Backup Window."), "{summary}");
    assert!(text(&report["body"]["locked_guests"]).contains("talos-monitor"));
}

#[tokio::test]
async fn never_takes_missing_privileges_for_no_backup() {
    let world = World::start(DURING_BACKUP).await;
    assert!(world.homelab.allow_audit("pihanga", false));
    let report = report(&world, "sshpass", &World::scheduler()).await;
    assert_eq!(outcome(&report), "unknown");
    assert!(text(&report).contains("Sys.Audit"), "{report}");
}

#[tokio::test]
async fn names_the_expired_token() {
    let world = World::start(NOON).await;
    assert!(world.homelab.answer_with("pihanga", Some(401)));
    let report = report(&world, "sshpass", &World::scheduler()).await;
    assert_eq!(outcome(&report), "unknown");
    assert!(text(&report).contains("401") && text(&report).contains("[proxmox.pihanga]"), "{report}");
}

#[tokio::test]
async fn names_the_address_that_no_proxmox_is_configured_with() {
    let world = World::start(NOON).await;
    let report = report(&world, "192.0.2.1", &World::scheduler()).await;
    assert_eq!(outcome(&report), "unknown");
    assert!(text(&report).contains("ssh_hosts = [\\\"192.0.2.1\\\"]"), "{report}");
}

#[tokio::test]
async fn names_the_cluster_that_is_not_configured() {
    let world = World::start(NOON).await;
    let report = report(&world, "admin@nowhere", &World::scheduler()).await;
    assert_eq!(outcome(&report), "unknown");
    assert!(text(&report).contains("No cluster is configured as admin@nowhere."), "{report}");
}

#[tokio::test]
async fn names_the_permission_that_is_missing() {
    let world = World::start(NOON).await;
    report(&world, "--sort-by", &World::scheduler()).await;
    assert!(world.homelab.answer_with("monitoring-cluster", Some(403)));
    let report = report(&world, "--tail=50", &World::scheduler()).await;
    assert_eq!(outcome(&report), "unknown");
    assert!(text(&report).contains("pods/log"), "{report}");
}

#[tokio::test]
async fn says_that_an_api_server_is_down() {
    let world = World::start(NOON).await;
    report(&world, "--sort-by", &World::scheduler()).await;
    assert!(world.homelab.stop("monitoring-cluster").await);
    let log = report(&world, "--tail=50", &World::scheduler()).await;
    assert_eq!(outcome(&log), "unknown");
    assert!(text(&log).contains("127.0.0.1:"), "{log}");
}

#[tokio::test]
async fn names_the_time_limit_of_a_slow_source() {
    let mut world = World::start(NOON).await;
    assert!(world.homelab.hold_answers("monitoring-cluster", true));
    world.config.server.check_timeout_ms = 1_500;
    let world = world.reopened().await;
    let report = report(&world, "--tail=50", &World::scheduler()).await;
    assert_eq!(outcome(&report), "unknown");
    assert!(text(&report).contains("within 1.5 s"), "{report}");
}

#[tokio::test]
async fn tells_a_missing_previous_log_from_a_log() {
    let world = World::start(NOON).await;
    let pod =
        [("cluster", "monitoring-cluster"), ("namespace", "kube-system"), ("pod", "kube-apiserver-talos-monitor")];
    let report = report(&world, "--previous", &pod).await;
    assert!(report["body"]["lines"].as_array().is_some_and(Vec::is_empty), "{report}");
    let absence = report["body"]["absence"].as_str().expect("a sentence");
    assert!(absence.starts_with("No previous log yet"), "{absence}");
}

#[tokio::test]
async fn marks_the_lines_that_the_runbook_looks_for() {
    let world = World::start(DURING_BACKUP).await;
    let report = report(&world, "--previous", &World::scheduler()).await;
    let lines = report["body"]["lines"].as_array().unwrap_or_else(|| panic!("no lines in {report}"));
    assert!(lines.iter().any(|line| line["is_match"] == true), "{report}");
}

#[tokio::test]
async fn refuses_a_check_that_the_runbook_does_not_have() {
    let world = World::start(NOON).await;
    let answer = world.run("00000000", &World::scheduler()).await;
    assert_eq!(answer.status.as_u16(), 404);
    answer.has("Reload the page.");
}

#[tokio::test]
async fn asks_a_question_once_that_is_asked_twice_at_the_same_moment() {
    let world = World::start(NOON).await;
    report(&world, "--sort-by", &World::scheduler()).await;
    let (scheduler, cluster) = (World::scheduler(), "monitoring-cluster");
    let ask = || report(&world, "--tail=50", &scheduler);
    let logs = || world.asked(cluster, "/log").into_iter().map(|(caller, ..)| caller).collect::<Vec<_>>();
    assert!(world.homelab.hold_answers(cluster, true));
    let both = async { tokio::join!(ask(), ask(), ask()) };
    // Held until the question has come, so that all three wait for it.
    let release = soon("the question", async {
        while logs().is_empty() {
            tokio::task::yield_now().await;
        }
        world.homelab.hold_answers(cluster, false)
    });
    let ((first, second, third), _) = tokio::join!(both, release);
    assert_eq!(logs(), ["admin"], "asked once");
    assert_eq!(first, second);
    assert_eq!(first, third);
}
