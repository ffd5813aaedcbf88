//! Guests of a node: their addresses, how one stands, and what is said without the privileges.

use std::{collections::BTreeMap, sync::Arc};

use runbook::{
    check::GuestKind,
    host::{FoundBy, KubernetesNode, Machine, find_machine},
};
use server::sources::{Cause, proxmox::Proxmox};

use super::{DURING_BACKUP, NOON, Scene, scene};

fn pihanga(scene: &Scene) -> &Proxmox {
    scene.sources.proxmox_by_host("pihanga").expect("a configured host")
}

async fn addresses(proxmox: &Proxmox) -> BTreeMap<u32, Vec<String>> {
    let guests = proxmox.guests_with_addresses().await.expect("an answer");
    guests.iter().map(|guest| (guest.id, guest.addresses.clone())).collect()
}

#[tokio::test]
async fn finds_the_machine_of_a_kubernetes_node_by_its_address() {
    let scene = scene(NOON).await;
    let guests = pihanga(&scene).guests_with_addresses().await.expect("an answer");
    let node = KubernetesNode { name: "called-otherwise", addresses: &["10.10.0.31".to_owned()] };
    let Machine::Found { guest, by } = find_machine(&node, &guests, &[]) else { panic!("none of {guests:?}") };
    assert_eq!((guest.id, &*guest.name, &*guest.node, by), (201, "talos-monitor", "pihanga", FoundBy::Address));
}

#[tokio::test]
async fn asks_once_for_addresses_that_hardly_change() {
    let scene = scene(NOON).await;
    let first = pihanga(&scene).guests_with_addresses().await.expect("an answer");
    assert!(scene.homelab.stop("pihanga").await);
    let second = pihanga(&scene).guests_with_addresses().await.expect("the same answer");
    assert!(Arc::ptr_eq(&first, &second));
}

#[tokio::test]
async fn leaves_out_what_no_agent_and_no_configuration_tells() {
    let scene = scene(NOON).await;
    assert!(scene.homelab.allow("pihanga", "VM.GuestAgent.Audit", false));
    let addresses = addresses(pihanga(&scene)).await;
    assert_eq!(addresses[&201], Vec::<String>::new());
    assert!(addresses[&210].contains(&"10.10.0.60".to_owned()), "{addresses:?}");
}

#[tokio::test]
async fn takes_no_empty_list_of_guests_for_none_without_the_privilege() {
    let scene = scene(NOON).await;
    assert!(scene.homelab.allow("pihanga", "VM.Audit", false));
    for failure in [
        pihanga(&scene).guests_with_addresses().await.expect_err("it cannot know"),
        pihanga(&scene).locked_guests().await.expect_err("it cannot know"),
        pihanga(&scene).guest_status(201).await.expect_err("it cannot know"),
    ] {
        assert_eq!(failure.kind, Cause::Forbidden, "{failure}");
        assert!(failure.reason.contains("VM.Audit"), "{failure}");
    }
}

#[tokio::test]
async fn knows_what_holds_a_guest_and_how_long_it_waits() {
    let scene = scene(DURING_BACKUP).await;
    let status = pihanga(&scene).guest_status(201).await.expect("an answer");
    assert_eq!((status.kind, &*status.name, &*status.status), (GuestKind::Vm, "talos-monitor", "running"));
    assert_eq!(status.lock.as_deref(), Some("backup"));
    assert!(status.pressure.io_full_percent.is_some_and(|percent| percent > 40.0), "{status:?}");
    let free = pihanga(&scene).guest_status(210).await.expect("an answer");
    assert_eq!((free.kind, free.lock), (GuestKind::Container, None));
    let missing = pihanga(&scene).guest_status(999).await.expect_err("nobody has it");
    assert_eq!(missing.kind, Cause::NotFound);
    assert_eq!(missing.reason, "pihanga has no guest 999.");
}

#[tokio::test]
async fn knows_how_hard_the_node_is_pressed_now() {
    let scene = scene(DURING_BACKUP).await;
    let samples = pihanga(&scene).node_pressure().await.expect("an answer");
    assert_eq!(samples.len(), 10);
    assert!(samples.is_sorted_by_key(|sample| sample.at));
    let now = samples.last().expect("ten");
    assert!(now.io_wait_percent.is_some_and(|percent| percent > 30.0), "{now:?}");
    assert!(now.io_some_percent.is_some() && now.io_full_percent.is_some());
    assert!(scene.homelab.allow_audit("pihanga", false));
    let failure = pihanga(&scene).node_pressure().await.expect_err("it may not know");
    assert_eq!(failure.kind, Cause::Forbidden);
}
