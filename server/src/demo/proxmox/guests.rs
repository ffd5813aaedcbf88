//! Virtual machines and containers of a node.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Host, Query, Refusal};
use crate::demo::dice::Dice;

/// A guest.
#[derive(Debug)]
pub(super) struct Guest {
    pub(super) id: u32,
    /// `qemu` or `lxc`.
    pub(super) kind: &'static str,
    pub(super) name: &'static str,
    pub(super) cpus: u32,
    pub(super) memory_gib: u64,
    pub(super) is_backed_up: bool,
}

/// The guests of ruapehu.
pub(super) const ON_RUAPEHU: &[Guest] = &[
    vm(101, "talos-worker-1", 12, 48),
    vm(102, "talos-cp-1", 4, 8),
    vm(103, "talos-cp-2", 4, 8),
    container(110, "pihole", 1, 1),
    container(111, "pbs", 4, 8),
];

/// The guests of pihanga; the first one is what the nightly backup works on longest.
pub(super) const ON_PIHANGA: &[Guest] = &[
    vm(201, "talos-monitor", 4, 12),
    vm(202, "talos-cp-3", 4, 8),
    vm(203, "talos-worker-2", 12, 48),
    vm(204, "talos-agentic-cp", 4, 8),
    vm(205, "talos-agentic-w1", 8, 32),
    vm(206, "talos-agentic-w2", 8, 32),
    container(210, "unifi", 2, 2),
];

/// `GET /cluster/resources`.
pub(super) fn resources(host: &Host, query: &Query) -> Value {
    let kind = query.get("type").map(String::as_str);
    let guests = host.guests.iter().map(|guest| {
        let mut row = summary(host, guest);
        row["id"] = json!(format!("{}/{}", guest.kind, guest.id));
        row["node"] = json!(host.name);
        row["type"] = json!(guest.kind);
        row
    });
    let node = json!({ "id": format!("node/{}", host.name), "type": "node", "node": host.name, "status": "online" });
    match kind {
        Some("vm") => guests.collect(),
        Some("node") => json!([node]),
        Some(_) => json!([]),
        None => guests.chain([node]).collect(),
    }
}

/// `GET /nodes/{node}/qemu` and `/lxc`.
pub(super) fn list(host: &Host, kind: &str) -> Value {
    host.guests.iter().filter(|guest| guest.kind == kind).map(|guest| summary(host, guest)).collect()
}

/// `GET …/{id}/status/current`: the only place with pressure figures.
pub(super) fn current(host: &Host, kind: &str, id: &str) -> Result<Value, Refusal> {
    let guest = find(host, kind, id)?;
    let mut status = summary(host, guest);
    let is_pressed = host.guest_under_backup().is_some_and(|(locked, _)| locked.id == guest.id);
    let (some, full) = if is_pressed { (61.4, 48.7) } else { (0.6, 0.3) };
    for (name, value) in
        [("pressureiosome", some), ("pressureiofull", full), ("pressurecpusome", 2.1), ("pressurememorysome", 0.0)]
    {
        status[name] = json!(value);
    }
    status["qmpstatus"] = json!("running");
    status["ha"] = json!({ "managed": 0 });
    Ok(status)
}

/// `GET …/{id}/config`.
pub(super) fn config(host: &Host, kind: &str, id: &str) -> Result<Value, Refusal> {
    let guest = find(host, kind, id)?;
    let mut config = json!({
        "name": guest.name, "cores": guest.cpus, "memory": (guest.memory_gib * 1_024).to_string(), "onboot": 1,
        "scsi0": format!("local-zfs:vm-{}-disk-0,size=120G", guest.id), "ostype": "l26", "digest": Dice::new(1, &[guest.name]).hex(40),
    });
    if host.guest_under_backup().is_some_and(|(locked, _)| locked.id == guest.id) {
        config["lock"] = json!("backup");
    }
    Ok(config)
}

fn find(host: &Host, kind: &str, id: &str) -> Result<&'static Guest, Refusal> {
    host.guests
        .iter()
        .find(|guest| guest.kind == kind && guest.id.to_string() == id)
        .ok_or(Refusal(StatusCode::INTERNAL_SERVER_ERROR, "Configuration file does not exist"))
}

fn summary(host: &Host, guest: &Guest) -> Value {
    let mut dice = Dice::new(host.seed, &["guest", guest.name]);
    let memory_bytes = guest.memory_gib << 30;
    let mut row = json!({
        "vmid": guest.id, "name": guest.name, "status": "running", "maxcpu": guest.cpus, "cpus": guest.cpus,
        "cpu": 0.02 + 0.01 * f64::from(guest.id % 7), "maxmem": memory_bytes, "mem": memory_bytes / 10 * 8,
        "maxdisk": 120_u64 << 30, "uptime": dice.between(400_000, 4_000_000), "template": 0,
        "diskread": dice.between(1 << 30, 1 << 38), "diskwrite": dice.between(1 << 30, 1 << 38),
        "netin": dice.between(1 << 28, 1 << 36), "netout": dice.between(1 << 28, 1 << 36),
    });
    if host.guest_under_backup().is_some_and(|(locked, _)| locked.id == guest.id) {
        row["lock"] = json!("backup");
    }
    row
}

const fn vm(id: u32, name: &'static str, cpus: u32, memory_gib: u64) -> Guest {
    Guest { id, kind: "qemu", name, cpus, memory_gib, is_backed_up: true }
}

const fn container(id: u32, name: &'static str, cpus: u32, memory_gib: u64) -> Guest {
    Guest { id, kind: "lxc", name, cpus, memory_gib, is_backed_up: true }
}
