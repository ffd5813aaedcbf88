//! Stores: how full they are, what lies in them, what is planned for them.

use document::time::{DAY_MS, Timestamp};
use http::StatusCode;
use serde_json::{Value, json};

use super::{BackupServer, Query, Refusal, seconds};

/// The only store.
pub(super) const STORE: &str = "main";
const TOTAL_BYTES: u64 = 7_400 << 30;
const USED_BYTES: u64 = 6_438 << 30;

/// `GET /admin/datastore`.
pub(super) fn names(server: &BackupServer) -> Value {
    if server.may_audit() { json!([{ "store": STORE, "comment": "nightly backups" }]) } else { json!([]) }
}

/// `GET /status/datastore-usage`.
pub(super) fn usage(server: &BackupServer) -> Value {
    if !server.may_audit() {
        return json!([]);
    }
    let full_at = seconds(server.now().start_of_day()) + 61 * 86_400;
    json!([{
        "store": STORE, "total": TOTAL_BYTES, "used": USED_BYTES, "avail": TOTAL_BYTES - USED_BYTES,
        "estimated-full-date": full_at, "gc-status": gc(server), "history-start": 0, "history-delta": 86_400, "history": [],
        "mount-status": "nonremovable",
    }])
}

/// `GET /admin/datastore/{store}/gc`.
pub(super) fn collection(server: &BackupServer, store: &str) -> Result<Value, Refusal> {
    find(server, store)?;
    Ok(gc(server))
}

/// `GET /admin/gc`.
pub(super) fn collections(server: &BackupServer) -> Value {
    if server.may_audit() { json!([gc(server)]) } else { json!([]) }
}

/// `GET /admin/datastore/{store}/active-operations`.
pub(super) fn operations(server: &BackupServer, store: &str) -> Result<Value, Refusal> {
    find(server, store)?;
    let writing = server.nodes.iter().filter(|node| node.is_backing_up()).count();
    Ok(json!({ "read": 0, "write": writing }))
}

/// `GET /admin/datastore/{store}/groups`.
pub(super) fn groups(server: &BackupServer, store: &str) -> Result<Value, Refusal> {
    let snapshots = snapshots(server, store, &Query::new())?;
    let mut groups: Vec<Value> = Vec::new();
    for snapshot in snapshots.as_array().into_iter().flatten() {
        let is_it = |group: &&mut Value| {
            group["backup-type"] == snapshot["backup-type"] && group["backup-id"] == snapshot["backup-id"]
        };
        match groups.iter_mut().find(is_it) {
            Some(group) => {
                let at = snapshot["backup-time"].as_i64().max(group["last-backup"].as_i64());
                group["last-backup"] = json!(at);
                group["backup-count"] = json!(group["backup-count"].as_i64().unwrap_or(0) + 1);
            }
            None => groups.push(json!({
                "backup-type": snapshot["backup-type"], "backup-id": snapshot["backup-id"], "last-backup": snapshot["backup-time"],
                "backup-count": 1, "owner": "backup@pbs!pve",
                "files": ["drive-scsi0.img.fidx", "qemu-server.conf.blob", "index.json.blob"],
            })),
        }
    }
    Ok(Value::Array(groups))
}

/// `GET /admin/datastore/{store}/snapshots`.
pub(super) fn snapshots(server: &BackupServer, store: &str, query: &Query) -> Result<Value, Refusal> {
    find(server, store)?;
    let backups = server.nodes.iter().flat_map(|node| node.guest_backups());
    let backups = backups.filter(|backup| backup.ended_at.is_some() && !backup.has_failed);
    let wanted = |name: &str, value: &str| query.get(name).is_none_or(|wanted| wanted == value);
    let backups = backups.filter(|it| wanted("backup-type", it.kind) && wanted("backup-id", &it.id.to_string()));
    let snapshots = backups.map(|backup| {
        json!({
            "backup-type": backup.kind, "backup-id": backup.id.to_string(), "backup-time": seconds(backup.started_at),
            "size": backup.memory_gib << 31, "owner": "backup@pbs!pve", "protected": false, "comment": backup.name,
            "verification": { "state": "ok", "upid": "UPID:pbs:0" },
            "files": [{ "filename": "drive-scsi0.img.fidx" }, { "filename": "qemu-server.conf.blob" }, { "filename": "index.json.blob" }],
        })
    });
    Ok(snapshots.collect())
}

/// `GET /config/…`.
pub(super) fn configured(server: &BackupServer, what: &str) -> Option<Value> {
    let items = match what {
        "datastore" => json!([{
            "name": STORE, "path": "/mnt/datastore/main", "comment": "nightly backups", "gc-schedule": "05:00",
        }]),
        "verify" => json!([{
            "id": "v-main", "store": STORE, "schedule": "06:30", "ignore-verified": true, "outdated-after": 30,
        }]),
        "prune" => {
            json!([{ "id": "default-main", "store": STORE, "schedule": "04:30", "keep-daily": 7, "keep-weekly": 4 }])
        }
        "sync" | "remote" | "traffic-control" => json!([]),
        _ => return None,
    };
    Some(if server.may_audit() { items } else { json!([]) })
}

fn gc(server: &BackupServer) -> Value {
    let today = server.now().start_of_day().plus_ms(300 * 60_000);
    let last = if today.plus_ms(47 * 60_000) <= server.now() { today } else { today.plus_ms(-DAY_MS) };
    let ended = last.plus_ms(47 * 60_000);
    let next: Timestamp = last.plus_ms(DAY_MS);
    json!({
        "store": STORE, "schedule": "05:00", "last-run-state": "OK", "last-run-endtime": seconds(ended), "duration": 2_820,
        "next-run": seconds(next), "index-file-count": 96, "index-data-bytes": USED_BYTES * 11, "disk-bytes": USED_BYTES,
        "disk-chunks": 2_611_004, "removed-bytes": 38_u64 << 30, "removed-chunks": 15_210, "pending-bytes": 9_u64 << 30,
        "pending-chunks": 3_702, "removed-bad": 0, "still-bad": 0,
    })
}

fn find(server: &BackupServer, store: &str) -> Result<(), Refusal> {
    server.require()?;
    if store == STORE {
        return Ok(());
    }
    Err(Refusal(StatusCode::BAD_REQUEST, format!("no such datastore '{store}'")))
}
