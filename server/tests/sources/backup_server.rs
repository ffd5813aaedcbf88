//! The backup server's own client: tasks for the window, and every way in which they cannot be known.

use std::fs;

use runbook::time::DAY_MS;
use server::sources::{Cause, Sources, backup_server::BackupServer};

use super::{DURING_BACKUP, NOON, SHORT_MS, Scene, scene};
use crate::day;

fn pbs(scene: &Scene) -> &BackupServer {
    scene.sources.backup_server_by_host("10.10.0.15").expect("a configured server")
}

#[tokio::test]
async fn knows_what_runs_and_what_ran() {
    let scene = scene(DURING_BACKUP).await;
    let now = scene.homelab.clock().now();
    let tasks = pbs(&scene).tasks_since(now.plus_ms(-DAY_MS)).await.expect("an answer");
    assert!(tasks.is_sorted_by_key(|task| task.started_at));
    let running: Vec<_> = tasks.iter().filter(|task| task.ended_at.is_none()).collect();
    let ids: Vec<_> = running.iter().filter_map(|task| task.worker_id.as_deref()).collect();
    assert!(ids.contains(&"main:vm/201") && ids.contains(&"main:vm/101"), "{ids:?}");
    assert!(running.iter().all(|task| task.worker_type == "backup" && task.status.is_none()));
    assert!(tasks.iter().any(|task| task.worker_type == "garbage_collection" && task.status.as_deref() == Some("OK")));
    // A task that began before and still runs belongs to the answer.
    let late = pbs(&scene).tasks_since(now).await.expect("an answer");
    assert_eq!(late.len(), running.len());
}

#[tokio::test]
async fn says_what_each_failure_means() {
    let scene = scene(NOON).await;
    for (status, kind) in
        [(401, Cause::Unauthorized), (403, Cause::Forbidden), (404, Cause::BadRequest), (500, Cause::Broken)]
    {
        assert!(scene.homelab.answer_with("pbs", Some(status)));
        let failure = pbs(&scene).running_tasks().await.expect_err("a failure");
        assert_eq!(failure.kind, kind, "{failure}");
        assert!(failure.reason.contains(&format!("answered {status}")), "{failure}");
    }
    assert!(scene.homelab.answer_with("pbs", None));
    assert!(scene.homelab.stop("pbs").await);
    let failure = pbs(&scene).running_tasks().await.expect_err("it is down");
    assert_eq!(failure.kind, Cause::Unreachable, "{failure}");
    assert!(failure.remedy.contains("[backup.pbs] in runlight.toml"), "{failure}");
}

#[tokio::test]
async fn trusts_the_pinned_certificate_alone_and_shows_no_secret() {
    let scene = scene(NOON).await;
    let mut config = scene.config.clone();
    let section = config.backup.get_mut("pbs").expect("the section");
    let token = fs::read_to_string(section.token_file.as_ref().expect("a token file")).expect("a token");
    let secret = token.trim().rsplit(':').next().expect("NAME:SECRET").to_owned();
    section.fingerprint = Some(vec!["AB"; 32].join(":"));
    let sources = Sources::connect(&config, scene.homelab.clock()).await.expect("sources").own().clone();
    let failure = sources.backup_servers()[0].running_tasks().await.expect_err("another certificate");
    assert_eq!(failure.kind, Cause::Certificate);
    assert!(!format!("{failure:?}").contains(&secret));
    assert!(scene.homelab.hold_answers("pbs", true));
    config.backup = scene.config.backup.clone();
    config.server.check_timeout_ms = SHORT_MS;
    let sources = Sources::connect(&config, scene.homelab.clock()).await.expect("sources").own().clone();
    let failure = sources.backup_servers()[0].running_tasks().await.expect_err("too slow");
    assert_eq!(failure.kind, Cause::TimedOut, "{failure}");
}

#[tokio::test]
async fn names_what_is_wrong_with_its_section() {
    let folder = tempfile::tempdir().expect("a folder");
    let token = folder.path().join("token");
    fs::write(&token, "runlight@pbs!ro=hunter2\n").expect("written");
    for (section, words) in [
        ("".to_owned(), "backup.p.url: it is missing. Set it to the API's address, such as https://10.10.0.15:8007."),
        ("url = \"http://10.0.0.1\"".to_owned(), "in the clear"),
        ("url = \"https://10.0.0.1\"".to_owned(), "backup.p.token_file: it is missing."),
        (format!("url = \"https://10.0.0.1\"\ntoken_file = {token:?}"), "It holds one line: USER@REALM!NAME:SECRET."),
    ] {
        let config = toml::from_str(&format!("[backup.p]\n{section}\n")).expect("TOML");
        let problem = match Sources::connect(&config, day::clock(NOON)).await {
            Err(problem) => problem.to_string(),
            // A token may be mended while the portal runs, so it keeps nothing from opening.
            Ok(sources) => {
                let failure = sources.own().backup_servers()[0].running_tasks().await.expect_err("no token");
                format!("{} {}", failure.reason, failure.remedy)
            }
        };
        assert!(problem.contains(words) && !problem.contains("hunter2"), "{problem}");
    }
}
