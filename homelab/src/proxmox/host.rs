//! The node as a host: services, packages, name servers, disks, network.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Host, Refusal};
use crate::dice::Dice;

/// Services with what they are.
const SERVICES: &[(&str, &str)] = &[
    ("chrony", "chrony, an NTP client/server"),
    ("cron", "Regular background program processing daemon"),
    ("postfix", "Postfix Mail Transport Agent"),
    ("pve-cluster", "The Proxmox VE cluster filesystem"),
    ("pve-firewall", "Proxmox VE firewall"),
    ("pve-ha-crm", "PVE Cluster HA Resource Manager Daemon"),
    ("pve-ha-lrm", "PVE Local HA Resource Manager Daemon"),
    ("pvedaemon", "PVE API Daemon"),
    ("pveproxy", "PVE API Proxy Server"),
    ("pvescheduler", "Proxmox VE scheduler"),
    ("pvestatd", "PVE Status Daemon"),
    ("qmeventd", "PVE Qemu Event Daemon"),
    ("spiceproxy", "PVE SPICE Proxy Server"),
    ("systemd-journald", "Journal Service"),
];

const PACKAGES: &[(&str, &str)] = &[
    ("proxmox-ve", "9.0.0"),
    ("pve-manager", "9.0.10"),
    ("proxmox-kernel-helper", "9.0.4"),
    ("proxmox-backup-client", "4.0.14-1"),
    ("qemu-server", "9.0.22"),
    ("pve-container", "6.0.13"),
    ("pve-qemu-kvm", "10.0.2-4"),
    ("zfsutils-linux", "2.3.4-pve1"),
];

/// `GET /nodes/{node}/services`.
pub(super) fn services(host: &Host) -> Result<Value, Refusal> {
    audit(host)?;
    Ok(SERVICES.iter().map(|(name, what)| state(name, what)).collect())
}

/// `GET /nodes/{node}/services/{service}/state`.
pub(super) fn service(host: &Host, name: &str) -> Result<Value, Refusal> {
    audit(host)?;
    match SERVICES.iter().find(|(known, _)| *known == name) {
        Some((name, what)) => Ok(state(name, what)),
        None => Err(Refusal::new(StatusCode::BAD_REQUEST, "Parameter verification failed.")),
    }
}

/// `GET /nodes/{node}/apt/versions`.
pub(super) fn packages(host: &Host) -> Result<Value, Refusal> {
    audit(host)?;
    let packages = PACKAGES.iter().map(|(name, version)| {
        let mut package = json!({
            "Package": name, "Version": version, "OldVersion": version, "CurrentState": "Installed", "Arch": "amd64",
            "Description": "A package of the simulated node.", "Title": name, "Origin": "Proxmox", "Priority": "optional",
            "Section": "admin",
        });
        match *name {
            "proxmox-ve" => package["RunningKernel"] = json!("6.14.11-2-pve"),
            "pve-manager" => package["ManagerVersion"] = json!("9.0.10/deb1ca707ec72a89"),
            _ => {}
        }
        package
    });
    Ok(packages.collect())
}

/// `GET /nodes/{node}/dns`.
pub(super) fn dns(host: &Host) -> Result<Value, Refusal> {
    audit(host)?;
    Ok(json!({ "search": "homelab", "dns1": "10.10.0.53" }))
}

/// `GET /nodes/{node}/disks/list`.
pub(super) fn disks(host: &Host) -> Result<Value, Refusal> {
    audit(host)?;
    let disk = |path: &str, bytes: u64, used: &str| {
        json!({
            "devpath": path, "size": bytes, "used": used, "gpt": 1, "mounted": 0, "health": "PASSED", "model": "Samsung_SSD_980_PRO",
            "serial": Dice::new(host.seed, &["disk", host.name, path]).hex(12).to_uppercase(), "vendor": "unknown",
            "osdid": -1, "osdid-list": [],
        })
    };
    Ok(json!([disk("/dev/nvme0n1", 1_000_204_886_016, "BIOS boot"), disk("/dev/nvme1n1", 2_000_398_934_016, "ZFS")]))
}

/// `GET /nodes/{node}/network`.
pub(super) fn network(host: &Host) -> Value {
    json!([
        { "iface": "eno1", "type": "eth", "active": 1, "exists": 1, "method": "manual", "method6": "manual" },
        {
            "iface": "vmbr0", "type": "bridge", "active": 1, "autostart": 1, "method": "static", "method6": "manual",
            "address": host.address, "netmask": "24", "cidr": format!("{}/24", host.address), "gateway": "10.10.0.1",
            "bridge_ports": "eno1",
        },
    ])
}

fn state(name: &str, what: &str) -> Value {
    // A node that stands alone has nothing to keep running.
    let is_running = !matches!(name, "pve-ha-crm");
    json!({
        "service": name, "name": name, "desc": what, "unit-state": "enabled",
        "state": if is_running { "running" } else { "dead" }, "active-state": if is_running { "active" } else { "inactive" },
    })
}

fn audit(host: &Host) -> Result<(), Refusal> {
    host.require(&format!("/nodes/{}", host.name), &["Sys.Audit"])
}
