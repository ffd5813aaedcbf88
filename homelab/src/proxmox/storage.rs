//! Storages of a node: how full they are and what lies in them.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Host, Query, Refusal, seconds};
use crate::lock;

/// A storage.
struct Store {
    name: &'static str,
    kind: &'static str,
    content: &'static str,
    total_gib: u64,
    used_gib: u64,
}

const STORES: &[Store] = &[
    Store { name: "local", kind: "dir", content: "iso,vztmpl", total_gib: 94, used_gib: 31 },
    Store { name: "local-zfs", kind: "zfspool", content: "images,rootdir", total_gib: 1_800, used_gib: 1_210 },
    Store { name: "pbs", kind: "pbs", content: "backup", total_gib: 7_400, used_gib: 6_438 },
];

/// `GET /nodes/{node}/storage`.
pub(super) fn list(host: &Host, query: &Query) -> Value {
    let wanted = |name: &str, value: &str| query.get(name).is_none_or(|wanted| wanted == value);
    let stores = visible(host).iter().filter(|store| wanted("storage", store.name));
    let stores =
        stores.filter(|store| query.get("content").is_none_or(|kind| store.content.split(',').any(|it| it == kind)));
    stores
        .map(|store| {
            let mut row = sizes(store);
            row["storage"] = json!(store.name);
            row
        })
        .collect()
}

/// `GET /nodes/{node}/storage/{storage}/status`.
pub(super) fn status(host: &Host, name: &str) -> Result<Value, Refusal> {
    Ok(sizes(find(host, name)?))
}

/// `GET /nodes/{node}/storage/{storage}/content`.
pub(super) fn content(host: &Host, name: &str, query: &Query) -> Result<Value, Refusal> {
    let store = find(host, name)?;
    let mut volumes = Vec::new();
    match store.kind {
        "dir" => volumes.push(json!({
            "volid": "local:iso/talos-1.9.5-nocloud.iso", "format": "iso", "content": "iso", "size": 107_000_000, "ctime": 1_767_225_600,
        })),
        "zfspool" => {
            for guest in host.guests {
                let (name, format, gib) =
                    if guest.kind == "qemu" { ("vm", "raw", 120_u64) } else { ("subvol", "subvol", 16) };
                let content = if guest.kind == "qemu" { "images" } else { "rootdir" };
                volumes.push(json!({
                    "volid": format!("local-zfs:{name}-{}-disk-0", guest.id), "format": format, "content": content,
                    "size": gib << 30, "vmid": guest.id,
                }));
            }
        }
        _ => {
            let runs = lock(&host.backups).runs(host.now());
            for (run, guest) in runs.iter().filter(|run| run.ended_at.is_some()).flat_map(|run| host.guests.iter().map(move |it| (run, it))) {
                let kind = if guest.kind == "qemu" { "vm" } else { "ct" };
                let at = run.started_at.start_of_day().plus_ms(run.started_at.ms_of_day());
                volumes.push(json!({
                    "volid": format!("pbs:backup/{kind}/{}/{}", guest.id, at.rfc3339()), "format": format!("pbs-{kind}"),
                    "content": "backup", "size": guest.memory_gib << 31, "vmid": guest.id, "ctime": seconds(at),
                }));
            }
        }
    }
    let id = query.get("vmid").map(|id| id.parse::<u64>());
    volumes.retain(|volume| id.as_ref().is_none_or(|id| id.as_ref().ok() == volume["vmid"].as_u64().as_ref()));
    Ok(Value::Array(volumes))
}

/// `GET /storage`.
pub(super) fn configured(host: &Host) -> Value {
    let stores = visible(host).iter().map(|store| {
        let mut entry = json!({
            "storage": store.name, "type": store.kind, "content": store.content, "digest": "5b2f0c7d8e9a",
        });
        match store.kind {
            "dir" => entry["path"] = json!("/var/lib/vz"),
            "zfspool" => entry["pool"] = json!("rpool/data"),
            _ => {
                entry["server"] = json!("10.10.0.15");
                entry["datastore"] = json!("main");
                entry["username"] = json!("backup@pbs!pve");
            }
        }
        entry
    });
    stores.collect()
}

fn visible(host: &Host) -> &'static [Store] {
    if host.may("Datastore.Audit") { STORES } else { &[] }
}

fn find(host: &Host, name: &str) -> Result<&'static Store, Refusal> {
    host.require(&format!("/storage/{name}"), &["Datastore.Audit", "Datastore.AllocateSpace"])?;
    STORES
        .iter()
        .find(|store| store.name == name)
        .ok_or_else(|| Refusal(StatusCode::INTERNAL_SERVER_ERROR, format!("storage '{name}' does not exist").into()))
}

fn sizes(store: &Store) -> Value {
    let (total, used) = (store.total_gib << 30, store.used_gib << 30);
    json!({
        "type": store.kind, "content": store.content, "active": 1, "enabled": 1, "shared": i32::from(store.kind == "pbs"),
        "total": total, "used": used, "avail": total - used,
    })
}
