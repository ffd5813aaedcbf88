//! Questions to a Proxmox Backup Server through the whole portal.

use std::collections::BTreeMap;

use runbook::outcome::Unknown;
use server::portal::{Portal, PrintError};

use super::{DURING_BACKUP, NOON, World};

async fn print(world: &World, command: &str) -> Vec<String> {
    let lines = world.portal.print_check(command, &BTreeMap::new()).await;
    lines.unwrap_or_else(|error| panic!("{command}: {error:?}"))
}

async fn unknown(portal: &Portal, command: &str) -> Unknown {
    match portal.print_check(command, &BTreeMap::new()).await {
        Err(PrintError::NoAnswer(unknown)) => unknown,
        other => panic!("{command}: {other:?}"),
    }
}

#[tokio::test]
async fn prints_what_its_tools_print() {
    let world = World::start(DURING_BACKUP).await;
    for (command, expected) in [
        (
            "ssh root@10.10.0.15 'proxmox-backup-manager datastore list' | grep main",
            "│ main │ /mnt/datastore/main │ nightly backups │",
        ),
        ("proxmox-backup-manager datastore show main | grep gc-schedule", "│ gc-schedule │ 05:00"),
        ("proxmox-backup-manager task list | grep -c running", "2"),
        ("proxmox-backup-manager task list --all --limit 1000 | grep -c garbage_collection", "7"),
        ("proxmox-backup-manager garbage-collection status main | grep still-bad", "│ still-bad"),
        ("proxmox-backup-manager garbage-collection list | grep -o '05:00'", "05:00"),
        ("proxmox-backup-manager verify-job list | grep v-main", "│ v-main │ main  │ 06:30"),
        ("proxmox-backup-manager prune-job show default-main | grep keep-daily", "│ keep-daily"),
        ("proxmox-backup-manager user list | grep -o 'runlight@pbs'", "runlight@pbs"),
        ("proxmox-backup-manager disk list | grep -o ' sdb '", " sdb "),
        ("proxmox-backup-manager versions", "proxmox-backup-server 4.0.14-1 running version: 4.0.14"),
        ("proxmox-backup-client status --repository runlight@pbs@10.10.0.15:main | grep -o '(87 %)'", "(87 %)"),
        ("proxmox-backup-client list --repository 10.10.0.15:main | grep -c 'vm/'", "9"),
        ("proxmox-backup-client snapshot list vm/201 --repository 10.10.0.15:main | grep -c 'vm/201/'", "7"),
        ("proxmox-backup-manager datastore list --output-format json | jq -r '.[0].name'", "main"),
        ("proxmox-backup-manager task list --all --output-format json --limit 3 | jq length", "3"),
        ("proxmox-backup-manager garbage-collection status main --output-format json | jq -r '.store'", "main"),
        (
            "proxmox-backup-client snapshot list vm/201 --repository 10.10.0.15:main --output-format json | jq length",
            "7",
        ),
        ("ssh root@10.10.0.15 'uptime' | grep -o 'load average: 5.31'", "load average: 5.31"),
        ("ssh root@10.10.0.15 'free -h' | grep -c Mem", "1"),
        ("ssh root@10.10.0.15 'systemctl is-active proxmox-backup-proxy'", "active"),
        ("ssh root@10.10.0.15 'journalctl -n 5' | grep -o 'proxmox-backup-proxy'", "proxmox-backup-proxy"),
    ] {
        let lines = print(&world, command).await;
        let first = lines.first().map_or("", String::as_str);
        assert!(first.starts_with(expected), "{command}\nexpected {expected:?}\nprinted {lines:#?}");
    }
}

#[tokio::test]
async fn prints_the_log_of_a_task_that_it_listed() {
    let world = World::start(NOON).await;
    let upid =
        print(&world, "proxmox-backup-manager task list --all | grep -o 'UPID:[^ ]*garbage[^ ]*' | tail -1").await;
    let log = print(&world, &format!("proxmox-backup-manager task log '{}'", upid[0])).await;
    assert_eq!(log.last().map(String::as_str), Some("TASK OK"));
}

#[tokio::test]
async fn takes_no_empty_list_for_nothing_without_the_privilege() {
    let world = World::start(DURING_BACKUP).await;
    world.homelab.allow_backup_audit(false);
    for (command, privilege) in [
        ("proxmox-backup-manager task list", "Sys.Audit on /system/tasks"),
        ("proxmox-backup-manager datastore list", "Datastore.Audit on /datastore"),
        ("proxmox-backup-manager user list", "Sys.Audit on /access/users"),
        ("proxmox-backup-manager remote list", "Remote.Audit on /remote"),
        ("proxmox-backup-manager versions", "Sys.Audit on /system"),
        ("proxmox-backup-client status", "Datastore.Audit on /datastore"),
        ("proxmox-backup-client snapshot list --repository 10.10.0.15:main", "Datastore.Audit on /datastore/main"),
    ] {
        let unknown = unknown(&world.portal, command).await;
        assert!(unknown.reason.contains(privilege), "{command}: {unknown:?}");
        assert!(unknown.remedy.contains("runlight@pbs!demo"), "{command}: {unknown:?}");
    }
}

#[tokio::test]
async fn says_which_section_is_missing() {
    let world = World::start(NOON).await;
    let elsewhere = unknown(&world.portal, "ssh root@192.0.2.7 'proxmox-backup-manager task list'").await;
    assert!(elsewhere.remedy.contains("ssh_hosts = [\"192.0.2.7\"]"), "{elsewhere:?}");
    let mut config = world.config.clone();
    config.backup.clear();
    let portal = Portal::open(&config, world.homelab.clock(), Vec::new()).await.expect("a configuration");
    portal.library_read().await;
    let none = unknown(&portal, "proxmox-backup-manager task list").await;
    assert_eq!(none.reason, "No Proxmox Backup Server is configured.");
    assert!(none.remedy.contains("[backup.NAME]"), "{none:?}");
}

#[tokio::test]
async fn stands_among_the_sources_of_the_home_page() {
    let world = World::start(DURING_BACKUP).await;
    let home = world.get("/").await;
    home.has("Proxmox Backup Server");
    home.has("2 tasks run.");
    assert!(world.homelab.answer_with("pbs", Some(401)));
    let home = world.get("/").await;
    home.has("The backup server at");
    home.has("runlight@pbs!demo");
}
