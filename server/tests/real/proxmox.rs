//! Proxmox VE by a peer that we did not write: privileges, certificates, bad networks, running backups.

use std::collections::BTreeMap;

use libtest_mimic::Trial;
use runbook::{
    check::{GuestKind, Journal},
    time::Timestamp,
};
use serde_json::json;
use server::{
    clock::Clock,
    config::Config,
    portal::{Portal, PrintError},
    sources::Cause,
};

use crate::{
    not_run::{Ran, trials},
    peer::{Peer, connect},
};

/// The tests of this file.
pub(crate) fn tests() -> Vec<Trial> {
    trials![
        sees_a_backup_while_it_runs_and_not_after,
        an_empty_list_without_the_privilege_is_unknown,
        a_wrong_token_reads_as_unauthorized,
        another_certificate_than_the_pinned_one_is_refused_before_the_token_is_sent,
        a_certificate_authority_can_be_given_in_place_of_a_fingerprint,
        a_node_that_is_off_reads_as_broken_and_not_as_idle,
        slow_answers_and_dropped_connections_are_told_apart,
        an_error_page_in_html_is_not_taken_for_an_answer,
        a_guest_is_locked_while_it_is_backed_up_and_not_after,
        a_task_tells_its_state_and_its_log,
        lists_are_unknown_without_the_privilege_that_they_need,
        a_machine_is_found_by_what_its_agent_says,
        a_refusal_and_a_hanging_answer_are_told_apart,
        every_question_is_answered_or_says_why_not,
    ]
}

async fn sees_a_backup_while_it_runs_and_not_after() -> Ran {
    let mut peer = Peer::start()?;
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
    Ok(())
}

/// The peer answers 200 with an empty list, as Proxmox does.
async fn an_empty_list_without_the_privilege_is_unknown() -> Ran {
    let mut peer = Peer::start()?;
    peer.order(&json!({"do": "backup", "vmid": 200, "seconds": 60}));
    for token in ["no_sys_audit", "nothing"] {
        let (_sources, proxmox) = peer.connect(token).await;
        let failure = proxmox.running_tasks("vzdump").await.expect_err("it cannot know");
        assert_eq!(failure.kind, Cause::Forbidden);
        assert!(failure.to_string().contains("Sys.Audit"), "{failure}");
    }
    Ok(())
}

async fn a_wrong_token_reads_as_unauthorized() -> Ran {
    let peer = Peer::start()?;
    let section = server::config::Proxmox {
        token_file: Some(peer.write("wrong", "runlight@pve!auditor=not-the-secret\n")),
        ..peer.section("auditor")
    };
    let (_sources, proxmox) = connect(section, 15_000).await;
    let failure = proxmox.running_tasks("vzdump").await.expect_err("it is refused");
    assert_eq!(failure.kind, Cause::Unauthorized);
    let text = failure.to_string();
    assert!(text.contains("401") && !text.contains("not-the-secret"), "{text}");
    Ok(())
}

async fn another_certificate_than_the_pinned_one_is_refused_before_the_token_is_sent() -> Ran {
    let mut peer = Peer::start()?;
    let wrong = peer.says("fingerprint").replace(['0', '1', '2', '3', '4'], "F");
    let section = server::config::Proxmox { fingerprint: Some(wrong), ..peer.section("auditor") };
    let (_sources, proxmox) = connect(section, 15_000).await;
    let failure = proxmox.running_tasks("vzdump").await.expect_err("it is not trusted");
    assert_eq!(failure.kind, Cause::Certificate);
    assert!(failure.to_string().contains(&peer.says("fingerprint")), "names what it got: {failure}");
    assert_eq!(peer.requests(), []);
    Ok(())
}

async fn a_certificate_authority_can_be_given_in_place_of_a_fingerprint() -> Ran {
    let peer = Peer::start()?;
    let section = server::config::Proxmox {
        fingerprint: None,
        ca_file: Some(peer.says("authority").into()),
        ..peer.section("auditor")
    };
    let (_sources, proxmox) = connect(section, 15_000).await;
    assert_eq!(proxmox.running_tasks("vzdump").await.expect("an answer"), []);
    Ok(())
}

async fn a_node_that_is_off_reads_as_broken_and_not_as_idle() -> Ran {
    let mut peer = Peer::start()?;
    peer.order(&json!({"do": "offline", "node": "pihanga"}));
    let (_sources, proxmox) = peer.connect("auditor").await;
    let failure = proxmox.running_tasks("vzdump").await.expect_err("nobody can know");
    assert!(failure.to_string().contains("595"), "{failure}");
    assert!(failure.may_pass(), "{:?}", failure.kind);
    Ok(())
}

async fn slow_answers_and_dropped_connections_are_told_apart() -> Ran {
    let mut peer = Peer::start()?;
    peer.order(&json!({"do": "network", "latency": 30}));
    let (_sources, proxmox) = connect(peer.section("auditor"), 1_000).await;
    let failure = proxmox.running_tasks("vzdump").await.expect_err("it is slow");
    assert_eq!(failure.kind, Cause::TimedOut, "{failure}");
    peer.order(&json!({"do": "network", "drop": 1}));
    let failure = proxmox.running_tasks("vzdump").await.expect_err("it drops everything");
    assert_eq!(failure.kind, Cause::Unreachable, "{failure}");
    peer.order(&json!({"do": "network"}));
    proxmox.running_tasks("vzdump").await.expect("it answers again");
    Ok(())
}

async fn an_error_page_in_html_is_not_taken_for_an_answer() -> Ran {
    let mut peer = Peer::start()?;
    let (_sources, proxmox) = peer.connect("auditor").await;
    peer.order(&json!({"do": "fail", "path": "/access/permissions", "status": 500, "message": "<h1>oops</h1>"}));
    let failure = proxmox.running_tasks("vzdump").await.expect_err("it failed");
    assert_eq!(failure.kind, Cause::Broken, "{failure}");
    Ok(())
}

async fn a_guest_is_locked_while_it_is_backed_up_and_not_after() -> Ran {
    let mut peer = Peer::start()?;
    let (_sources, proxmox) = peer.connect("auditor").await;
    assert_eq!(proxmox.guest_status(200).await.expect("an answer").lock, None);
    peer.order(&json!({"do": "backup", "vmid": 200, "seconds": 4}));
    let locked = crate::parts::eventually("the lock", async || {
        let status = proxmox.guest_status(200).await.expect("an answer");
        (status.lock.as_deref() == Some("backup")).then_some(status)
    });
    assert_eq!((locked.await.name.as_str(), 200), ("talos-monitor", 200));
    let guests = proxmox.locked_guests().await.expect("an answer");
    assert_eq!(guests.iter().map(|guest| (guest.id, guest.lock.as_str())).collect::<Vec<_>>(), [(200, "backup")]);
    let freed = crate::parts::eventually("its end", async || {
        proxmox.locked_guests().await.expect("an answer").is_empty().then_some(())
    });
    freed.await;
    assert_eq!(proxmox.guest_status(999).await.expect_err("nobody has it").kind, Cause::NotFound);
    // It exists, and on another node.
    let elsewhere = proxmox.guest_status(100).await.expect_err("it is not here");
    assert!(elsewhere.reason.contains("it is on ruapehu"), "{elsewhere}");
    Ok(())
}

async fn a_task_tells_its_state_and_its_log() -> Ran {
    let mut peer = Peer::start()?;
    let (_sources, proxmox) = peer.connect("auditor").await;
    let upid = peer.order(&json!({"do": "backup", "vmid": 200, "seconds": 2}))["upid"].clone();
    let upid = upid.as_str().expect("a text");
    assert_eq!(proxmox.task_status(upid).await.expect("an answer")["status"], "running");
    let ended = crate::parts::eventually("its end", async || {
        let status = proxmox.task_status(upid).await.expect("an answer");
        (status["status"] == "stopped").then(|| status["exitstatus"].clone())
    });
    assert_eq!(ended.await, "OK");
    let log = proxmox.task_log(upid).await.expect("an answer");
    assert!(log.lines.iter().any(|line| line.t.contains("vzdump 200")), "{log:?}");
    assert_eq!(log.left_out, 0);
    assert!(proxmox.listed_tasks(&[]).await.expect("an answer").iter().any(|task| task.upid == upid));
    assert_eq!(proxmox.task_log("nonsense").await.expect_err("no task").kind, Cause::BadRequest);
    Ok(())
}

async fn lists_are_unknown_without_the_privilege_that_they_need() -> Ran {
    let peer = Peer::start()?;
    let (_sources, blind) = peer.connect("no_vm_audit").await;
    let failure = blind.guests(GuestKind::Vm).await.expect_err("it cannot know");
    assert_eq!(failure.kind, Cause::Forbidden);
    assert!(failure.reason.contains("VM.Audit on /vms"), "{failure}");
    let (_sources, blind) = peer.connect("no_datastore_audit").await;
    let failure = blind.storages(None, None, false).await.expect_err("it cannot know");
    assert!(failure.reason.contains("Datastore.Audit on /storage"), "{failure}");
    // A plain refusal names what it wants; the answer repeats it.
    let (_sources, auditor) = peer.connect("auditor").await;
    let journal = Journal { lines: Some(5), ..Journal::default() };
    let failure = auditor.host().journal(&journal, Timestamp(0)).await.expect_err("it is refused");
    assert_eq!(failure.kind, Cause::Forbidden, "{failure}");
    let (_sources, auditor) = peer.connect("auditor").await;
    let failure = auditor.guest_agent("200", "get-osinfo").await.expect_err("it is refused");
    assert_eq!(failure.kind, Cause::Forbidden, "{failure}");
    Ok(())
}

async fn a_machine_is_found_by_what_its_agent_says() -> Ran {
    let peer = Peer::start()?;
    let (_sources, proxmox) = peer.connect("all").await;
    let guests = proxmox.guests_with_addresses().await.expect("an answer");
    let monitor = guests.iter().find(|guest| guest.id == 200).expect("it is listed");
    assert!(monitor.addresses.iter().any(|address| address == "192.0.2.10"), "{monitor:?}");
    assert!(guests.iter().all(|guest| guest.node == "pihanga"), "{guests:?}");
    Ok(())
}

async fn a_refusal_and_a_hanging_answer_are_told_apart() -> Ran {
    let mut peer = Peer::start()?;
    let (_sources, proxmox) = connect(peer.section("auditor"), 1_000).await;
    peer.order(
        &json!({"do": "fail", "path": "/access/permissions", "status": 403, "message": "Permission check failed"}),
    );
    let failure = proxmox.running_tasks("vzdump").await.expect_err("it is refused");
    assert_eq!(failure.kind, Cause::Forbidden, "{failure}");
    peer.order(&json!({"do": "network", "hang": 1}));
    let failure = proxmox.running_tasks("vzdump").await.expect_err("it hangs");
    assert_eq!(failure.kind, Cause::TimedOut, "{failure}");
    Ok(())
}

/// Every question that the grammar knows, put to the peer as a runbook would: an answer, or words that say why not.
/// An answer that cannot be read would mean that our idea of the API is wrong.
async fn every_question_is_answered_or_says_why_not() -> Ran {
    let mut peer = Peer::start()?;
    let upid = peer.order(&json!({"do": "backup", "vmid": 200, "seconds": 1}))["upid"].clone();
    let upid = upid.as_str().expect("a text");
    let mut config = Config::default();
    config.proxmox.insert("pihanga".into(), peer.section("all"));
    let portal = Portal::open(&config, Clock::system(), Vec::new()).await.expect("a configuration");
    portal.library_read().await;
    let mut answered = 0;
    let mut unknown = Vec::new();
    let commands = [
        "qm list",
        "qm status 200",
        "qm status 200 --verbose",
        "qm config 200",
        "qm config 200 --current",
        "qm pending 200",
        "qm listsnapshot 200",
        "qm agent 200 network-get-interfaces",
        "qm agent 200 get-osinfo",
        "pct list",
        "pvesm status",
        "pvesm status --content backup",
        "pvesm list local",
        "pvecm status",
        "pvecm nodes",
        "pveversion",
        "pveversion -v",
        "ha-manager status",
        "ha-manager config",
        "cat /etc/pve/jobs.cfg",
        "cat /etc/pve/storage.cfg",
        "uptime",
        "free -h",
        "df -h /",
        "hostname",
        "uname -a",
        "systemctl status pveproxy",
        "systemctl list-units --type=service",
        "journalctl -n 5",
        "journalctl -u pveproxy -n 5",
        "pvenode task list",
        "pvesh get /version",
        "pvesh get /nodes",
        "pvesh get /cluster/resources",
        "pvesh get /cluster/status",
        "pvesh get /cluster/tasks",
        "pvesh get /nodes/pihanga/status",
        "pvesh get /nodes/pihanga/qemu",
        "pvesh get /nodes/pihanga/storage",
        "pvesh get /nodes/pihanga/rrddata --timeframe hour --output-format json",
        "pvesh get /storage --output-format json-pretty",
        "pvesh get /nodes/pihanga/network",
        "pvesh get /access/permissions",
        "pvesh get /nodes/pihanga/qemu --noborder --noheader --human-readable 0",
        "pvesh get /nodes/pihanga/status --output-format yaml",
        "pvenode task list --errors --limit 5",
        "pvenode task list --source active --typefilter vzdump",
        "pveum user list",
        "pveum acl list --output-format json",
        "pvesh get /nodes/pihanga/sdn/zones",
        "pvesh get /cluster/firewall/groups",
    ];
    for command in commands
        .iter()
        .map(|command| (*command).to_owned())
        .chain([format!("pvenode task status {upid}"), format!("pvenode task log {upid}")])
    {
        match portal.print_check(&format!("ssh root@pihanga '{command}'"), &BTreeMap::new()).await {
            Ok(_) => answered += 1,
            Err(PrintError::NoAnswer(why)) => {
                assert!(!why.reason.contains("not what the API"), "{command}: our idea of the API is wrong: {why:?}");
                unknown.push(format!("{command}: {}", why.reason));
            }
            Err(PrintError::Incomplete { complaints, .. }) => panic!("{command} is answered in part: {complaints:?}"),
            Err(PrintError::NotACheck(why)) => panic!("{command} is no check: {why}"),
        }
    }
    eprintln!("{answered} questions answered by the peer; {} not:\n{}", unknown.len(), unknown.join("\n"));
    assert!(answered >= 36, "{unknown:#?}");
    Ok(())
}
