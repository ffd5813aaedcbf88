//! The server as a host, and who may use it.

use http::StatusCode;
use serde_json::{Value, json};

use super::{BackupServer, Refusal, seconds};
use crate::{dice::Dice, voice::syslog_stamp};

const SERVICES: &[(&str, &str)] = &[
    ("proxmox-backup", "Proxmox Backup API Server"),
    ("proxmox-backup-proxy", "Proxmox Backup API Proxy Server"),
    ("chrony", "chrony, an NTP client/server"),
    ("cron", "Regular background program processing daemon"),
];

/// `GET /nodes/localhost/time`.
pub(super) fn time(server: &BackupServer) -> Value {
    let now = seconds(server.now());
    json!({ "time": now, "localtime": now, "timezone": "UTC" })
}

/// `GET /nodes/localhost/status`. Its shape is not quite that of Proxmox VE.
pub(super) fn status(server: &BackupServer) -> Result<Value, Refusal> {
    server.require()?;
    let is_busy = server.nodes.iter().any(|node| node.is_backing_up());
    Ok(json!({
        "cpu": 0.12, "wait": 0.04, "uptime": 5_110_201, "loadavg": if is_busy { [5.31, 4.02, 2.9] } else { [0.21, 0.18, 0.11] },
        "memory": { "total": 8_u64 << 30, "used": 3_u64 << 30, "free": 5_u64 << 30 },
        "swap": { "total": 0, "used": 0, "free": 0 },
        "root": { "total": 16_u64 << 30, "used": 5_u64 << 30, "avail": 11_u64 << 30 },
        "cpuinfo": { "model": "AMD EPYC 7302P 16-Core Processor", "cpus": 4, "sockets": 1 },
        "current-kernel": { "sysname": "Linux", "release": "6.14.11-2-pve", "machine": "x86_64", "version": "#1 SMP PREEMPT_DYNAMIC PMX 6.14.11-2" },
        "boot-info": { "mode": "efi", "secureboot": false }, "info": { "fingerprint": "" },
    }))
}

/// `GET /nodes/localhost/services`.
pub(super) fn services(server: &BackupServer) -> Result<Value, Refusal> {
    server.require()?;
    Ok(SERVICES.iter().map(|(name, what)| state(name, what)).collect())
}

/// `GET /nodes/localhost/services/{service}/state`.
pub(super) fn service(server: &BackupServer, name: &str) -> Result<Value, Refusal> {
    server.require()?;
    let known = SERVICES.iter().find(|(known, _)| *known == name);
    known
        .map(|(name, what)| state(name, what))
        .ok_or_else(|| Refusal(StatusCode::BAD_REQUEST, format!("unknown service name '{name}'")))
}

/// `GET /nodes/localhost/apt/versions`.
pub(super) fn packages(server: &BackupServer) -> Result<Value, Refusal> {
    server.require()?;
    let package = |name: &str, version: &str, more: &str| json!({ "Package": name, "Version": version, "OldVersion": version, "ExtraInfo": more, "Arch": "amd64" });
    Ok(json!([
        package("proxmox-backup", "4.0.0", "running kernel: 6.14.11-2-pve"),
        package("proxmox-backup-server", "4.0.14-1", "running version: 4.0.14"),
        package("proxmox-backup-client", "4.0.14-1", ""),
        package("zfsutils-linux", "2.3.4-pve1", ""),
    ]))
}

/// `GET /nodes/localhost/disks/list`.
pub(super) fn disks(server: &BackupServer) -> Result<Value, Refusal> {
    server.require()?;
    let disk = |name: &str, gib: u64, used: &str| {
        json!({
            "name": name, "used": used, "gpt": true, "disk-type": "hdd", "size": gib << 30, "model": "ST8000VN004", "wearout": 0.0,
            "status": "passed", "serial": Dice::new(server.seed, &["disk", name]).hex(8).to_uppercase(), "devpath": format!("/dev/{name}"),
        })
    };
    Ok(json!([disk("sda", 16, "bios"), disk("sdb", 7_452, "zfs")]))
}

/// `GET /nodes/localhost/network`.
pub(super) fn network(server: &BackupServer) -> Result<Value, Refusal> {
    server.require()?;
    Ok(json!([{
        "name": "eth0", "type": "eth", "autostart": true, "method": "static", "cidr": format!("{}/24", server.address),
        "gateway": "10.10.0.1", "active": true,
    }]))
}

/// `GET /nodes/localhost/journal`.
pub(super) fn journal(server: &BackupServer) -> Result<Value, Refusal> {
    server.require()?;
    let stamp = syslog_stamp(server.now());
    Ok(json!([
        "s=1;i=1;b=1",
        format!(
            "{stamp} pbs proxmox-backup-proxy[611]: rrd journal successfully committed (36 files in 0.012 seconds)"
        ),
        "s=1;i=2;b=1",
    ]))
}

/// `GET /access/users`.
pub(super) fn users(server: &BackupServer) -> Result<Value, Refusal> {
    if !server.may_audit() {
        return Ok(json!([]));
    }
    Ok(json!([
        { "userid": "root@pam", "enable": true, "expire": 0 },
        { "userid": "backup@pbs", "enable": true, "comment": "the nodes" },
        { "userid": "runlight@pbs", "enable": true, "comment": "reads only" },
    ]))
}

/// `GET /access/acl`.
pub(super) fn acl(server: &BackupServer) -> Result<Value, Refusal> {
    if !server.may_audit() {
        return Ok(json!([]));
    }
    Ok(json!([
        { "path": "/datastore/main", "ugid": "backup@pbs", "ugid_type": "user", "roleid": "DatastoreBackup", "propagate": true },
        { "path": "/", "ugid": "runlight@pbs!demo", "ugid_type": "user", "roleid": "Audit", "propagate": true },
    ]))
}

fn state(name: &str, what: &str) -> Value {
    json!({ "service": name, "name": name, "desc": what, "state": "running", "unit-state": "enabled" })
}
