//! Running backups, and every way in which they cannot be known.

use std::fs;

use server::{
    config::Config,
    sources::{Cause, Grant, Sources, proxmox::Proxmox},
};

use super::{DURING_BACKUP, NOON, SHORT_MS, Scene, scene, soon};

fn pihanga(scene: &Scene) -> &Proxmox {
    scene.sources.proxmox_by_host("10.10.0.20").expect("a configured host")
}

/// A connection of its own, with a changed section.
async fn with_section(scene: &Scene, change: impl FnOnce(&mut server::config::Proxmox)) -> Grant {
    let mut config: Config = scene.config.clone();
    change(config.proxmox.get_mut("pihanga").expect("the section"));
    Sources::connect(&config, scene.homelab.clock()).await.expect("sources").own().clone()
}

#[tokio::test]
async fn knows_a_backup_that_runs() {
    let scene = scene(DURING_BACKUP).await;
    let running = pihanga(&scene).running_tasks("vzdump").await.expect("an answer");
    assert!(!running.is_empty());
    assert!(running.iter().all(|task| task.ended_at.is_none() && task.task_type == "vzdump"));
    assert!(pihanga(&scene).status().await.expect("an answer").contains("run"));
}

#[tokio::test]
async fn knows_that_none_runs_and_when_the_next_does() {
    let scene = scene(NOON).await;
    let proxmox = pihanga(&scene);
    assert_eq!(proxmox.running_tasks("vzdump").await.expect("an answer"), []);
    let now = scene.homelab.clock().now();
    let ended = proxmox.recent_tasks("vzdump", now.plus_ms(-86_400_000)).await.expect("an answer");
    assert!(!ended.is_empty() && ended.iter().all(|task| task.ended_at.is_some() && task.status.is_some()));
    let schedule = proxmox.schedule().await.expect("an answer");
    assert!(schedule.next_run.is_some_and(|next| next > now));
    let time = proxmox.node_time().await.expect("an answer");
    assert!(now.ms_since(time.at).abs() < 60_000 && !time.time_zone.is_empty());
    proxmox.locked_guests().await.expect("an answer");
    proxmox.io_pressure().await.expect("an answer");
}

#[tokio::test]
async fn takes_no_empty_list_for_no_backup_without_the_privilege() {
    let scene = scene(DURING_BACKUP).await;
    assert!(scene.homelab.allow_audit("pihanga", false));
    let failure = pihanga(&scene).running_tasks("vzdump").await.expect_err("it cannot know");
    assert_eq!(failure.kind, Cause::Forbidden);
    assert!(failure.reason.contains("Sys.Audit on /nodes/pihanga"), "{}", failure.reason);
    assert!(failure.remedy.contains("Sys.Audit"), "{}", failure.remedy);
}

#[tokio::test]
async fn says_what_each_status_means() {
    let scene = scene(NOON).await;
    for (status, kind, word) in [
        (401, Cause::Unauthorized, "may have expired"),
        (403, Cause::Forbidden, "VM.Audit"),
        (595, Cause::Unreachable, "Check that pihanga is up"),
        (500, Cause::Broken, "pveproxy"),
    ] {
        assert!(scene.homelab.answer_with("pihanga", Some(status)));
        let failure = pihanga(&scene).running_tasks("vzdump").await.expect_err("a failure");
        assert_eq!(failure.kind, kind);
        assert!(failure.reason.contains(&format!("answered {status}")), "{}", failure.reason);
        assert!(failure.remedy.contains(word), "{}", failure.remedy);
    }
}

#[tokio::test]
async fn trusts_the_pinned_certificate_alone() {
    let scene = scene(NOON).await;
    let other = vec!["AB"; 32].join(":");
    let sources = with_section(&scene, |section| section.fingerprint = Some(other.clone())).await;
    let proxmox = sources.proxmox_by_host("pihanga").expect("the host");
    let failure = proxmox.running_tasks("vzdump").await.expect_err("another certificate");
    assert_eq!(failure.kind, Cause::Certificate);
    let real = scene.config.proxmox["pihanga"].fingerprint.clone().expect("pinned");
    assert!(failure.reason.contains(&other) && failure.reason.contains(&format!("found {real}")), "{}", failure.reason);

    let sources = with_section(&scene, |section| section.fingerprint = None).await;
    let proxmox = sources.proxmox_by_host("pihanga").expect("the host");
    let failure = proxmox.running_tasks("vzdump").await.expect_err("nobody vouches for it");
    assert_eq!(failure.kind, Cause::Certificate, "{failure}");
}

#[tokio::test]
async fn shows_no_secret_in_any_words() {
    let scene = scene(NOON).await;
    let token_file = scene.config.proxmox["pihanga"].token_file.clone().expect("a token");
    let token = fs::read_to_string(token_file).expect("a token");
    let secret = token.trim().split_once('=').expect("ID=SECRET").1;
    assert!(scene.homelab.answer_with("pihanga", Some(401)));
    let failure = pihanga(&scene).running_tasks("vzdump").await.expect_err("a failure");
    assert!(!format!("{failure:?} {failure}").contains(secret));
}

#[tokio::test]
async fn names_the_time_limit_that_passed() {
    let scene = scene(NOON).await;
    let mut config = scene.config.clone();
    config.server.check_timeout_ms = SHORT_MS;
    assert!(scene.homelab.hold_answers("pihanga", true));
    let sources = Sources::connect(&config, scene.homelab.clock()).await.expect("sources").own().clone();
    let proxmox = sources.proxmox_by_host("pihanga").expect("the host");
    let failure = proxmox.running_tasks("vzdump").await.expect_err("too slow");
    assert_eq!(failure.kind, Cause::TimedOut, "{failure}");
}

#[tokio::test]
async fn shares_one_look_at_backups_while_somebody_is_interested() {
    let scene = scene(NOON).await;
    let proxmox = pihanga(&scene);
    assert!(proxmox.backups().is_none());
    let mut changes = proxmox.backup_changes();
    let _another = proxmox.backup_changes();
    soon("the first look", changes.changed()).await.expect("the host lives");
    assert_eq!(proxmox.backups().expect("a look").running.as_deref(), Ok(&[][..]));
    assert!(scene.homelab.begin_backup("pihanga"));
    soon("the backup", async {
        while proxmox.backups().is_none_or(|view| view.running.as_ref().is_ok_and(Vec::is_empty)) {
            changes.changed().await.expect("the host lives");
        }
    })
    .await;
}
