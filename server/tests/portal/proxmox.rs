//! Questions to Proxmox through the whole portal: what the tools print, what pipes make of it, what stays unknown.

use std::collections::BTreeMap;

use runbook::outcome::Unknown;
use server::portal::PrintError;

use super::{DURING_BACKUP, NOON, World};

async fn print(world: &World, command: &str) -> Result<Vec<String>, PrintError> {
    world.portal.print_check(command, &BTreeMap::new()).await
}

/// On pihanga, what the command prints.
async fn on_pihanga(world: &World, command: &str) -> Vec<String> {
    let command = format!("ssh root@10.10.0.20 \"{command}\"");
    print(world, &command).await.unwrap_or_else(|error| panic!("{command}: {error:?}"))
}

async fn unknown(world: &World, command: &str) -> Unknown {
    match print(world, command).await {
        Err(PrintError::NoAnswer(unknown)) => unknown,
        other => panic!("{command}: {other:?}"),
    }
}

#[tokio::test]
async fn prints_what_the_tools_print() {
    let world = World::start(NOON).await;
    for (command, expected) in [
        ("qm list | awk 'NR>1 {print \\$2}' | head -1", "talos-monitor"),
        ("qm list | head -1 | tr -s ' '", " VMID NAME STATUS MEM(MB) BOOTDISK(GB) PID "),
        ("pct list | awk 'NR>1 {print \\$1,\\$2,\\$3}'", "210 running unifi"),
        ("qm status 201", "status: running"),
        ("qm config 201 | grep cores", "cores: 4"),
        ("qm config 201 | grep cipassword", "cipassword: **********"),
        ("qm pending 203 | grep ^new", "new memory: 65536"),
        ("qm listsnapshot 201 | wc -l", "2"),
        ("pvesm status | awk '\\$1==\\\"pbs\\\" {print \\$2,\\$3,\\$7}'", "pbs active 87.00%"),
        ("pvesm list local", "Volid"),
        ("pvecm nodes", "Error: Corosync config"),
        ("pveversion", "pve-manager/9.0.10/deb1ca707ec72a89 (running kernel: 6.14.11-2-pve)"),
        ("ha-manager status", "quorum OK"),
        ("cat /etc/pve/jobs.cfg | grep schedule", "\tschedule 02:00"),
        ("cat /etc/pve/storage.cfg | head -1", "dir: local"),
        ("uptime | grep -o 'load average.*'", "load average: 2.11, 2.30, 2.28"),
        ("free -m | awk '/^Mem:/ {print \\$2}'", "131072"),
        ("df -h / | tail -1 | awk '{print \\$5}'", "33%"),
        ("hostname", "pihanga"),
        ("uname -r", "6.14.11-2-pve"),
        ("systemctl is-active pveproxy", "active"),
        ("journalctl -u pvescheduler --since '12 hours ago' | grep -c 'starting new backup job'", "1"),
        ("pvesh get /version --output-format json | jq -r .release", "9.0"),
        ("pvesh get /nodes/localhost/status --output-format json-pretty | grep uptime", "   \"uptime\" : 3201744"),
        ("pvesh get /storage/pbs --output-format json | jq -r .server", "10.10.0.15"),
        ("pvenode task list | grep -c vzdump", "8"),
        ("pvenode task list --limit 2 | grep -c UPID:", "2"),
        ("pvenode task list --typefilter vzdump --limit 3 | grep -c vzdump", "3"),
        ("pvesh get /nodes/pihanga/qemu --noborder --noheader | awk '{print \\$2}' | sort | head -1", "201"),
        ("pvesh get /nodes/pihanga/storage --noborder | head -1 | grep -o storage", "storage"),
        ("pvesh get /version --output-format yaml | head -2", "---"),
        ("systemctl is-active pveproxy pvedaemon | sort -u", "active"),
        ("cat /etc/pve/qemu-server/201.conf | grep cores", "cores: 4"),
    ] {
        let lines = on_pihanga(&world, command).await;
        let first = lines.first().map_or("", String::as_str);
        assert!(first.starts_with(expected), "{command}\nexpected {expected:?}\nprinted {lines:#?}");
    }
}

#[tokio::test]
async fn draws_boxes_as_pvesh_does() {
    let world = World::start(NOON).await;
    let lines = on_pihanga(&world, "pvesh get /nodes/pihanga/storage").await;
    assert!(
        lines[0].starts_with("┌─") && lines[2].starts_with("╞═") && lines[lines.len() - 1].starts_with("└─"),
        "{lines:#?}"
    );
    assert!(lines[1].contains("│ storage ") && lines[1].contains("│ used_fraction │"), "{lines:#?}");
    assert_eq!(lines.iter().filter(|line| line.contains("GiB") || line.contains("TiB")).count(), 3);
}

#[tokio::test]
async fn shows_what_holds_a_guest_while_it_is_backed_up() {
    let world = World::start(DURING_BACKUP).await;
    let status = on_pihanga(&world, "qm status 201 --verbose").await;
    assert!(status.iter().any(|line| line == "lock: backup"), "{status:#?}");
    let upid = on_pihanga(&world, "pvenode task list | grep RUNNING | awk '{print \\$2}'").await;
    let log = on_pihanga(&world, &format!("pvenode task log {}", upid[0])).await;
    assert!(log.iter().any(|line| line.contains("Starting Backup of VM 201")), "{log:#?}");
}

/// Without a privilege the API answers 200 with an empty list.
#[tokio::test]
async fn names_the_privilege_that_is_missing() {
    let world = World::start(NOON).await;
    for (privilege, commands) in [
        ("VM.Audit", &["qm list", "pct list", "qm status 201", "qm config 201", "pvesh get /nodes/pihanga/qemu"][..]),
        (
            "Sys.Audit",
            &[
                "pvenode task list",
                "cat /etc/pve/jobs.cfg",
                "uptime",
                "systemctl status pveproxy",
                "pvesh get /cluster/tasks",
            ],
        ),
        (
            "Datastore.Audit",
            &["pvesm status", "pvesm list local", "cat /etc/pve/storage.cfg", "pvesh get /storage/pbs"],
        ),
        ("Sys.Syslog", &["journalctl -n 5", "journalctl -u pveproxy -n 5"]),
        ("VM.GuestAgent.Audit", &["qm agent 201 network-get-interfaces"]),
    ] {
        assert!(world.homelab.allow("pihanga", privilege, false));
        for command in commands {
            let unknown = unknown(&world, &format!("ssh root@10.10.0.20 '{command}'")).await;
            assert!(unknown.reason.contains(privilege), "{command}: {unknown:?}");
            assert!(unknown.remedy.contains("runlight@pve!demo"), "{command}: {unknown:?}");
        }
        assert!(world.homelab.allow("pihanga", privilege, true));
    }
}

#[tokio::test]
async fn says_what_is_not_there_and_what_proves_nothing() {
    let world = World::start(NOON).await;
    for (command, words) in [
        ("qm status 999", "pihanga has no guest 999"),
        ("qm config 210", "it is a container, see pct"),
        ("pvesm list nowhere", "storage 'nowhere' does not exist"),
        ("df -h | grep sda", "root file system alone"),
        ("journalctl -u pveproxy --since 'a while ago'", "a while ago"),
        ("systemctl list-units --type=service | grep nginx", "services of Proxmox"),
    ] {
        let unknown = unknown(&world, &format!("ssh root@10.10.0.20 \"{command}\"")).await;
        assert!(unknown.reason.contains(words), "{command}: {unknown:?}");
    }
}

#[tokio::test]
async fn following_the_link_of_a_guests_row_fills_its_number_in() {
    let text = "# Guests\n\n```bash\nssh root@10.10.0.20 'pvesh get /cluster/resources --type vm'\n\
                ssh root@10.10.0.20 'qm status <vmid>'\n```\n";
    let world = World::start_with(NOON, &[("guests.md", text)]).await;
    let commands = runbook::parse(text).commands;
    let page = world.get(&format!("/r/guests?run={}", commands[0].id)).await;
    let link = page.text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let link = link.map(|link| link.replace("&amp;", "&")).find(|link| link.contains("vmid=201"));
    let link = link.unwrap_or_else(|| panic!("no row binds the number of 201: {}", page.text));
    let link = link.split('#').next().expect("an address");
    let address = if link.starts_with('?') { format!("/r/guests{link}") } else { link.to_owned() };
    let bound = world.get(&address).await;
    bound.has("value=\"201\"");
    let separator = if address.contains('?') { '&' } else { '?' };
    world.get(&format!("{address}{separator}run={}", commands[1].id)).await.has("status: running");
}
