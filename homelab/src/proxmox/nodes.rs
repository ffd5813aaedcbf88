//! The node itself: how it stands, its clock, its storage and its figures of the last hour.

use document::time::Timestamp;
use http::StatusCode;
use serde_json::{Value, json};

use super::{Host, Query, Refusal, seconds};
use crate::{dice::Dice, lock};

const MEMORY_BYTES: u64 = 128 << 30;

/// `GET /nodes`.
pub(super) fn list(host: &Host) -> Value {
    let mut node =
        json!({ "node": host.name, "id": format!("node/{}", host.name), "type": "node", "status": "online" });
    if host.may_audit() {
        node["cpu"] = json!(0.21);
        node["maxcpu"] = json!(32);
        node["mem"] = json!(memory_used(host));
        node["maxmem"] = json!(MEMORY_BYTES);
        node["uptime"] = json!(3_201_744);
    }
    json!([node])
}

/// `GET /nodes/{node}/status`.
pub(super) fn status(host: &Host) -> Result<Value, Refusal> {
    host.require(&format!("/nodes/{}", host.name), &["Sys.Audit"])?;
    let wait = io_wait(host, host.now());
    let used = memory_used(host);
    Ok(json!({
        "cpu": 0.21, "wait": wait, "idle": 0, "uptime": 3_201_744, "pveversion": "pve-manager/9.0.10/deb1ca707ec72a89",
        "loadavg": if wait > 0.1 { ["19.82", "17.40", "11.02"] } else { ["2.11", "2.30", "2.28"] },
        "memory": { "total": MEMORY_BYTES, "used": used, "free": MEMORY_BYTES - used, "available": MEMORY_BYTES - used },
        "boot-info": { "mode": "efi", "secureboot": 0 },
        "current-kernel": {
            "sysname": "Linux", "release": "6.14.11-2-pve", "machine": "x86_64", "version": "#1 SMP PREEMPT_DYNAMIC PMX 6.14.11-2",
        },
        "swap": { "total": 8_u64 << 30, "used": 900_u64 << 20, "free": (8_u64 << 30) - (900_u64 << 20) },
        "rootfs": { "total": 94_u64 << 30, "used": 31_u64 << 30, "free": 63_u64 << 30, "avail": 63_u64 << 30 },
        "cpuinfo": { "model": "AMD EPYC 7302P 16-Core Processor", "cpus": 32, "cores": 16, "sockets": 1 },
        "ksm": { "shared": 0 },
    }))
}

/// `GET /nodes/{node}/time`. The homelab's nodes run on UTC.
pub(super) fn time(host: &Host) -> Value {
    let now = seconds(host.now());
    json!({ "time": now, "localtime": now, "timezone": "UTC" })
}

/// `GET /nodes/{node}/rrddata?timeframe=hour`: one point a minute.
pub(super) fn rrd(host: &Host, query: &Query) -> Result<Value, Refusal> {
    let step_s = match query.get("timeframe").map(String::as_str) {
        Some("hour") => 60,
        Some("day") => 1_800,
        _ => return Err(Refusal::new(StatusCode::BAD_REQUEST, "Parameter verification failed.")),
    };
    host.require(&format!("/nodes/{}", host.name), &["Sys.Audit"])?;
    let last = seconds(host.now()) / step_s * step_s;
    let points = (0..70).rev().map(|i| {
        let time = last - i * step_s;
        let wait = io_wait(host, Timestamp(time * 1_000));
        json!({
            "time": time, "iowait": wait, "cpu": 0.2 + wait / 4.0, "loadavg": 2.0 + wait * 40.0,
            "memused": memory_used(host), "memtotal": MEMORY_BYTES,
            "pressureiosome": wait * 160.0, "pressureiofull": wait * 130.0, "pressurecpusome": 1.4, "pressurememorysome": 0.2,
        })
    });
    Ok(points.collect())
}

/// `GET /version`.
pub(super) fn version() -> Value {
    json!({ "version": "9.0.10", "release": "9.0", "repoid": "deb1ca707ec72a89" })
}

/// `GET /cluster/ha/status/current`: nothing is kept running on a node that stands alone.
pub(super) fn ha_status(host: &Host) -> Result<Value, Refusal> {
    host.require("/", &["Sys.Audit"])?;
    Ok(json!([{ "id": "quorum", "type": "quorum", "node": host.name, "status": "OK", "quorate": 1 }]))
}

/// `GET /cluster/status`.
pub(super) fn cluster_status(host: &Host) -> Value {
    json!([{ "type": "node", "id": format!("node/{}", host.name), "name": host.name, "ip": host.address, "online": 1, "local": 1, "nodeid": 0 }])
}

/// The share of time that the processors waited for the disks: a backup reads them hard.
fn io_wait(host: &Host, at: Timestamp) -> f64 {
    let is_during_backup = lock(&host.backups)
        .runs(host.now())
        .iter()
        .any(|run| run.started_at <= at && run.ended_at.is_none_or(|end| at < end));
    let jitter = Dice::new(host.seed, &["wait", &seconds(at).to_string()]).between(0, 100);
    let jitter = i32::try_from(jitter).map_or(0.0, f64::from) / 10_000.0;
    if is_during_backup { 0.33 + 4.0 * jitter } else { 0.004 + jitter / 2.0 }
}

fn memory_used(host: &Host) -> u64 {
    // pihanga carries the agents' models and has little left.
    if host.name == "pihanga" { MEMORY_BYTES / 100 * 93 } else { MEMORY_BYTES / 100 * 61 }
}
