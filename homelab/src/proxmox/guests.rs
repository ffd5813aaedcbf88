//! Virtual machines and containers of a node.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Host, Query, Refusal};
use crate::dice::Dice;

/// A guest.
#[derive(Debug)]
pub(super) struct Guest {
    pub(super) id: u32,
    /// `qemu` or `lxc`.
    pub(super) kind: &'static str,
    pub(super) name: &'static str,
    pub(super) cpus: u32,
    pub(super) memory_gib: u64,
    /// Its address in the homelab's network.
    pub(super) address: &'static str,
    pub(super) is_backed_up: bool,
}

/// The guests of ruapehu.
pub(super) const ON_RUAPEHU: &[Guest] = &[
    vm(101, "talos-worker-1", 12, 48, "10.10.0.24"),
    vm(102, "talos-cp-1", 4, 8, "10.10.0.21"),
    vm(103, "talos-cp-2", 4, 8, "10.10.0.22"),
    container(110, "pihole", 1, 1, "10.10.0.53"),
    container(111, "pbs", 4, 8, "10.10.0.15"),
];

/// The guests of pihanga; the first one is what the nightly backup works on longest.
pub(super) const ON_PIHANGA: &[Guest] = &[
    vm(201, "talos-monitor", 4, 12, "10.10.0.31"),
    vm(202, "talos-cp-3", 4, 8, "10.10.0.23"),
    vm(203, "talos-worker-2", 12, 48, "10.10.0.25"),
    vm(204, "talos-agentic-cp", 4, 8, "10.10.0.41"),
    vm(205, "talos-agentic-w1", 8, 32, "10.10.0.42"),
    vm(206, "talos-agentic-w2", 8, 32, "10.10.0.43"),
    container(210, "unifi", 2, 2, "10.10.0.60"),
];

/// `GET /cluster/resources`. What the token may not see is left out.
pub(super) fn resources(host: &Host, query: &Query) -> Value {
    let kind = query.get("type").map(String::as_str);
    let guests = visible(host).iter().map(|guest| {
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
    visible(host).iter().filter(|guest| guest.kind == kind).map(|guest| summary(host, guest)).collect()
}

/// `GET …/{id}/status/current`: the only place with pressure figures.
pub(super) fn current(host: &Host, kind: &str, id: &str) -> Result<Value, Refusal> {
    let guest = find(host, kind, id)?;
    let mut status = summary(host, guest);
    let is_pressed = is_locked(host, guest);
    let (some, full) = if is_pressed { (61.4, 48.7) } else { (0.6, 0.3) };
    for (name, value) in [
        ("pressureiosome", some),
        ("pressureiofull", full),
        ("pressurecpusome", 2.1),
        ("pressurememorysome", 0.0),
        ("pressurememoryfull", 0.0),
    ] {
        status[name] = json!(value);
    }
    if kind == "qemu" {
        status["qmpstatus"] = json!("running");
        status["agent"] = json!(1);
        status["pressurecpufull"] = json!(0.0);
    }
    status["ha"] = json!({ "managed": 0 });
    Ok(status)
}

/// `GET …/{id}/config`.
pub(super) fn config(host: &Host, kind: &str, id: &str) -> Result<Value, Refusal> {
    let guest = find(host, kind, id)?;
    let hardware_address = hardware_address(guest);
    let digest = Dice::new(1, &[guest.name]).hex(40);
    let mut config = match kind {
        "qemu" => json!({
            "name": guest.name, "cores": guest.cpus, "memory": (guest.memory_gib * 1_024).to_string(), "onboot": 1,
            "scsi0": format!("local-zfs:vm-{}-disk-0,size=120G", guest.id), "ostype": "l26", "digest": digest,
            "net0": format!("virtio={hardware_address},bridge=vmbr0"), "agent": "1", "cipassword": "a-password-of-the-demo",
            "ciuser": "talos",
        }),
        _ => json!({
            "hostname": guest.name, "cores": guest.cpus, "memory": guest.memory_gib * 1_024, "onboot": 1,
            "rootfs": format!("local-zfs:subvol-{}-disk-0,size=16G", guest.id), "ostype": "debian", "digest": digest,
            "net0": format!(
                "name=eth0,bridge=vmbr0,gw=10.10.0.1,hwaddr={hardware_address},ip={}/24,type=veth", guest.address
            ),
        }),
    };
    if is_locked(host, guest) {
        config["lock"] = json!("backup");
    }
    Ok(config)
}

/// `GET …/{id}/pending`.
pub(super) fn pending(host: &Host, kind: &str, id: &str) -> Result<Value, Refusal> {
    let config = config(host, kind, id)?;
    let items = config.as_object().into_iter().flatten().map(|(key, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let mut item = json!({ "key": key, "value": text });
        // The worker on pihanga gets more memory with its next start.
        if id == "203" && key == "memory" {
            item["pending"] = json!("65536");
        }
        item
    });
    Ok(items.collect())
}

/// `GET …/{id}/snapshot`.
pub(super) fn snapshots(host: &Host, kind: &str, id: &str) -> Result<Value, Refusal> {
    find(host, kind, id)?;
    let made = super::seconds(host.now().start_of_day()) - 9 * 86_400;
    Ok(json!([
        { "name": "before-talos-1-9", "description": "before the upgrade", "snaptime": made },
        { "name": "current", "description": "You are here!", "parent": "before-talos-1-9" },
    ]))
}

/// `GET …/qemu/{id}/agent/{command}`.
pub(super) fn agent(host: &Host, id: &str, command: &str) -> Result<Value, Refusal> {
    let guest = find(host, "qemu", id)?;
    host.require(&format!("/vms/{id}"), &["VM.GuestAgent.Audit", "VM.GuestAgent.Unrestricted"])?;
    let address =
        |address: &str, prefix: u8| json!({ "ip-address": address, "ip-address-type": "ipv4", "prefix": prefix });
    match command {
        "get-host-name" => Ok(json!({ "result": { "host-name": guest.name } })),
        "get-osinfo" => Ok(json!({ "result": {
            "id": "talos", "name": "Talos", "pretty-name": "Talos (v1.9.5)", "kernel-release": "6.12.18-talos", "machine": "x86_64",
        } })),
        "network-get-interfaces" => Ok(json!({ "result": [
            { "name": "lo", "hardware-address": "00:00:00:00:00:00", "ip-addresses": [address("127.0.0.1", 8)] },
            {
                "name": "eth0", "hardware-address": hardware_address(guest).to_lowercase(),
                "ip-addresses": [address(guest.address, 24)],
            },
            // The pods' network begins with the same addresses in every cluster.
            { "name": "cilium_host", "hardware-address": "5e:11:22:33:44:55", "ip-addresses": [address("10.244.0.1", 32)] },
        ] })),
        _ => Err(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "command not supported by the simulated agent")),
    }
}

/// `GET …/lxc/{id}/interfaces`.
pub(super) fn interfaces(host: &Host, id: &str) -> Result<Value, Refusal> {
    let guest = find(host, "lxc", id)?;
    let interface = |name: &str, hardware: &str, address: &str, prefix: u8| {
        json!({
            "name": name, "hwaddr": hardware, "hardware-address": hardware, "inet": format!("{address}/{prefix}"),
            "ip-addresses": [{ "ip-address": address, "ip-address-type": "inet", "prefix": prefix }],
        })
    };
    let hardware = hardware_address(guest).to_lowercase();
    Ok(json!([interface("lo", "00:00:00:00:00:00", "127.0.0.1", 8), interface("eth0", &hardware, guest.address, 24),]))
}

/// Guests that the token may see.
fn visible(host: &Host) -> &'static [Guest] {
    if host.may("VM.Audit") { host.guests } else { &[] }
}

fn find(host: &Host, kind: &str, id: &str) -> Result<&'static Guest, Refusal> {
    host.require(&format!("/vms/{id}"), &["VM.Audit"])?;
    host.guests.iter().find(|guest| guest.kind == kind && guest.id.to_string() == id).ok_or_else(|| {
        let folder = if kind == "qemu" { "qemu-server" } else { "lxc" };
        let reason = format!("Configuration file 'nodes/{}/{folder}/{id}.conf' does not exist", host.name);
        Refusal(StatusCode::INTERNAL_SERVER_ERROR, reason.into())
    })
}

fn is_locked(host: &Host, guest: &Guest) -> bool {
    host.guest_under_backup().is_some_and(|(locked, _)| locked.id == guest.id)
}

fn hardware_address(guest: &Guest) -> String {
    let digits = Dice::new(1, &["mac", guest.name]).hex(6).to_uppercase();
    format!("BC:24:11:{}:{}:{}", &digits[0..2], &digits[2..4], &digits[4..6])
}

fn summary(host: &Host, guest: &Guest) -> Value {
    let mut dice = Dice::new(host.seed, &["guest", guest.name]);
    let memory_bytes = guest.memory_gib << 30;
    let mut row = json!({
        "vmid": guest.id, "name": guest.name, "status": "running", "maxcpu": guest.cpus, "cpus": guest.cpus,
        "cpu": 0.02 + 0.01 * f64::from(guest.id % 7), "maxmem": memory_bytes, "mem": memory_bytes / 10 * 8,
        "maxdisk": 120_u64 << 30, "uptime": dice.between(400_000, 4_000_000), "template": 0,
        "pid": dice.between(2_000, 90_000), "diskread": dice.between(1 << 30, 1 << 38), "diskwrite": dice.between(1 << 30, 1 << 38),
        "netin": dice.between(1 << 28, 1 << 36), "netout": dice.between(1 << 28, 1 << 36),
    });
    if guest.kind == "lxc"
        && let Some(row) = row.as_object_mut()
    {
        row.remove("pid");
    }
    if is_locked(host, guest) {
        row["lock"] = json!("backup");
    }
    row
}

const fn vm(id: u32, name: &'static str, cpus: u32, memory_gib: u64, address: &'static str) -> Guest {
    Guest { id, kind: "qemu", name, cpus, memory_gib, address, is_backed_up: true }
}

const fn container(id: u32, name: &'static str, cpus: u32, memory_gib: u64, address: &'static str) -> Guest {
    Guest { id, kind: "lxc", name, cpus, memory_gib, address, is_backed_up: true }
}
