//! Proxmox VE by a peer that we did not write: privileges, certificates, bad networks, running backups.

use runbook::time::Timestamp;
use serde_json::json;
use server::sources::FailureKind;

use crate::peer::{Peer, connect};

#[tokio::test(flavor = "multi_thread")]
async fn sees_a_backup_while_it_runs_and_not_after() {
    let Some(mut peer) = Peer::start() else { return };
    let (_sources, proxmox) = peer.connect("auditor").await;
    assert_eq!(proxmox.running_tasks("vzdump").await.expect("an answer"), []);
    let upid = peer.order(&json!({"do": "backup", "vmid": 200, "seconds": 3}))["upid"].clone();
    let running = proxmox.running_tasks("vzdump").await.expect("an answer");
    let [task] = &*running else { panic!("one task, not {running:?}") };
    assert_eq!((task.upid.as_str(), &*task.id, &*task.node), (upid.as_str().expect("a text"), "200", "pihanga"));
    assert!(task.ended_at.is_none() && !task.is_waiting);
    let ended = crate::parts::eventually("its end", async || {
        let running = proxmox.running_tasks("vzdump").await.expect("an answer");
        running.is_empty().then_some(())
    });
    ended.await;
    let recent = proxmox.recent_tasks("vzdump", Timestamp(0)).await.expect("an answer");
    let [task] = &*recent else { panic!("one task, not {recent:?}") };
    assert_eq!(task.status.as_deref(), Some("OK"));
    assert!(task.ended_at.is_some());
}

/// The peer answers 200 with an empty list, as Proxmox does.
#[tokio::test(flavor = "multi_thread")]
async fn an_empty_list_without_the_privilege_is_unknown() {
    let Some(mut peer) = Peer::start() else { return };
    peer.order(&json!({"do": "backup", "vmid": 200, "seconds": 60}));
    for token in ["no_sys_audit", "nothing"] {
        let (_sources, proxmox) = peer.connect(token).await;
        let failure = proxmox.running_tasks("vzdump").await.expect_err("it cannot know");
        assert_eq!(failure.kind, FailureKind::Forbidden);
        assert!(failure.to_string().contains("Sys.Audit"), "{failure}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_reads_as_unauthorized() {
    let Some(peer) = Peer::start() else { return };
    let section = server::config::Proxmox {
        token_file: Some(peer.write("wrong", "runlight@pve!auditor=not-the-secret\n")),
        ..peer.section("auditor")
    };
    let (_sources, proxmox) = connect(section, 15_000).await;
    let failure = proxmox.running_tasks("vzdump").await.expect_err("it is refused");
    assert_eq!(failure.kind, FailureKind::Unauthorized);
    let text = failure.to_string();
    assert!(text.contains("401") && !text.contains("not-the-secret"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_certificate_than_the_pinned_one_is_refused_before_the_token_is_sent() {
    let Some(mut peer) = Peer::start() else { return };
    let wrong = peer.says("fingerprint").replace(['0', '1', '2', '3', '4'], "F");
    let section = server::config::Proxmox { fingerprint: Some(wrong), ..peer.section("auditor") };
    let (_sources, proxmox) = connect(section, 15_000).await;
    let failure = proxmox.running_tasks("vzdump").await.expect_err("it is not trusted");
    assert_eq!(failure.kind, FailureKind::Certificate);
    assert!(failure.to_string().contains(&peer.says("fingerprint")), "names what it got: {failure}");
    assert_eq!(peer.requests(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_authority_can_be_given_in_place_of_a_fingerprint() {
    let Some(peer) = Peer::start() else { return };
    let section = server::config::Proxmox {
        fingerprint: None,
        ca_file: Some(peer.says("authority").into()),
        ..peer.section("auditor")
    };
    let (_sources, proxmox) = connect(section, 15_000).await;
    assert_eq!(proxmox.running_tasks("vzdump").await.expect("an answer"), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_off_reads_as_broken_and_not_as_idle() {
    let Some(mut peer) = Peer::start() else { return };
    peer.order(&json!({"do": "offline", "node": "pihanga"}));
    let (_sources, proxmox) = peer.connect("auditor").await;
    let failure = proxmox.running_tasks("vzdump").await.expect_err("nobody can know");
    assert!(failure.to_string().contains("595"), "{failure}");
    assert!(failure.may_pass(), "{:?}", failure.kind);
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_answers_and_dropped_connections_are_told_apart() {
    let Some(mut peer) = Peer::start() else { return };
    peer.order(&json!({"do": "network", "latency": 30}));
    let (_sources, proxmox) = connect(peer.section("auditor"), 1_000).await;
    let failure = proxmox.running_tasks("vzdump").await.expect_err("it is slow");
    assert_eq!(failure.kind, FailureKind::TimedOut, "{failure}");
    peer.order(&json!({"do": "network", "drop": 1}));
    let failure = proxmox.running_tasks("vzdump").await.expect_err("it drops everything");
    assert_eq!(failure.kind, FailureKind::Unreachable, "{failure}");
    peer.order(&json!({"do": "network"}));
    proxmox.running_tasks("vzdump").await.expect("it answers again");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_page_in_html_is_not_taken_for_an_answer() {
    let Some(mut peer) = Peer::start() else { return };
    let (_sources, proxmox) = peer.connect("auditor").await;
    peer.order(&json!({"do": "fail", "path": "/access/permissions", "status": 500, "message": "<h1>oops</h1>"}));
    let failure = proxmox.running_tasks("vzdump").await.expect_err("it failed");
    assert_eq!(failure.kind, FailureKind::Broken, "{failure}");
}
