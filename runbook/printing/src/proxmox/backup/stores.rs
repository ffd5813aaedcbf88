//! Stores: how full they are, what lies in them, and what garbage collection found.

use document::loose;
use serde::Deserialize;
use serde_json::Value;

use super::{Field, Object, Sheet, draw, numeric, plain, real, sized, text, timed};
use crate::proxmox::{Level, boxed, maybe_number, units};
use document::outcome::Column;

/// Heads of the three sizes as the client prints them.
const SIZES: &[(&str, bool)] =
    &[("Store", false), ("Total", true), ("Used", true), ("Available", true), ("Used %", true)];
/// From here on a store is worth a look, in per cent.
const FULL_PERCENT: f64 = 85.0;
/// From here on backups fail soon, in per cent.
const TOO_FULL_PERCENT: f64 = 95.0;

/// How full a store is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StoreUsage {
    /// Its name.
    pub store: String,
    /// In bytes; absent when the store cannot be read.
    #[serde(default, deserialize_with = "maybe_number")]
    pub total: Option<u64>,
    /// In bytes.
    #[serde(default, deserialize_with = "maybe_number")]
    pub used: Option<u64>,
    /// In bytes.
    #[serde(default, deserialize_with = "maybe_number")]
    pub avail: Option<u64>,
    /// Why it cannot be read.
    #[serde(default, deserialize_with = "loose::maybe_text")]
    pub error: Option<String>,
    /// When it will be full, in seconds since 1970, as the server estimates.
    #[serde(default, rename = "estimated-full-date", deserialize_with = "loose::maybe_instant")]
    pub full_at: Option<i64>,
}

/// `proxmox-backup-client status`: sizes of one store, or of each.
pub fn usage(stores: &[StoreUsage], now_s: i64) -> Sheet {
    let mut sheet = Sheet::table(SIZES);
    for store in stores {
        let share = |part: Option<u64>| match (part, store.total) {
            (Some(part), Some(total)) if total > 0 => Some(real(part) * 100.0 / real(total)),
            _ => None,
        };
        let size = |size: Option<u64>| size.map_or_else(String::new, |size| units::bytes(real(size)));
        let used_percent = share(store.used);
        let percent = |share: Option<f64>| share.map_or_else(String::new, |share| format!("{share:.2} %"));
        if stores.len() > 1 {
            sheet.line(format!("{}:", store.store));
        }
        // As the client writes: bytes, and whole per cents behind them.
        let written = |part: Option<u64>| {
            let percent = share(part).map_or_else(String::new, |share| format!("({share:.0} %)"));
            part.map_or_else(String::new, |part| format!("{part} {percent:>8}"))
        };
        let columns = ["Name", "Value"].map(|name| Column { name: name.into(), is_numeric: false });
        let parts = [("total", store.total), ("used", store.used), ("avail", store.avail)];
        let drawn = boxed::draw(&columns, parts.map(|(name, part)| vec![name.to_owned(), written(part)]).to_vec());
        for line in drawn.lines {
            sheet.line(line.text);
        }
        sheet.silent_row(vec![
            store.store.clone(),
            size(store.total),
            size(store.used),
            size(store.avail),
            percent(used_percent),
        ]);
        judge(&mut sheet, store, used_percent, now_s);
    }
    sheet
}

fn judge(sheet: &mut Sheet, store: &StoreUsage, used_percent: Option<f64>, now_s: i64) {
    const DAY_S: i64 = 86_400;
    let name = &store.store;
    if let Some(error) = &store.error {
        sheet.find(Level::Fail, format!("{name} cannot be read: {error}."));
    }
    match used_percent {
        Some(percent) if percent >= TOO_FULL_PERCENT => {
            sheet.find(Level::Fail, format!("{name} is {percent:.1} % full: backups fail soon."));
        }
        Some(percent) if percent >= FULL_PERCENT => sheet.find(Level::Warn, format!("{name} is {percent:.1} % full.")),
        _ => {}
    }
    if let Some(days) = store.full_at.map(|at| at.saturating_sub(now_s) / DAY_S).filter(|days| (0..=30).contains(days))
    {
        sheet.find(Level::Warn, format!("{name} will be full in {days} days, as the server estimates."));
    }
}

/// `proxmox-backup-client list`: groups with their last snapshot.
pub fn groups(groups: &[Object]) -> Sheet {
    let column = |name: &str, is_numeric| Column { name: name.into(), is_numeric };
    let columns =
        [column("group", false), column("last snapshot", false), column("backup-count", true), column("files", false)];
    let mut rows: Vec<Vec<String>> = groups
        .iter()
        .map(|group| {
            let path = group_path(group);
            let last = group.get("last-backup").and_then(Value::as_i64);
            let last = last.map_or_else(String::new, |at| format!("{path}/{}", snapshot_time(at)));
            let count = group.get("backup-count").map_or_else(String::new, plain);
            vec![path, last, count, files(group)]
        })
        .collect();
    rows.sort();
    boxed::draw(&columns, rows)
}

/// `proxmox-backup-client snapshot list`.
pub fn snapshots(snapshots: &[Object]) -> Sheet {
    let column = |name: &str, is_numeric| Column { name: name.into(), is_numeric };
    let columns = [column("snapshot", false), column("size", true), column("files", false), column("verified", false)];
    let mut rows: Vec<(String, i64, Vec<String>)> = snapshots
        .iter()
        .map(|snapshot| {
            let path = group_path(snapshot);
            let at = snapshot.get("backup-time").and_then(Value::as_i64);
            let size = snapshot.get("size").and_then(Value::as_u64);
            let verified = snapshot.get("verification").and_then(|it| it.get("state")).map_or_else(String::new, plain);
            let cells = vec![
                format!("{path}/{}", at.map_or_else(String::new, snapshot_time)),
                size.map_or_else(String::new, |size| units::bytes(real(size))),
                files(snapshot),
                verified,
            ];
            (path, at.map_or(0, |at| at), cells)
        })
        .collect();
    rows.sort();
    let failed = rows.iter().filter(|(_, _, cells)| cells[3] == "failed").count();
    // The tool itself has no column for verification: the panel has.
    let printed: Vec<Vec<String>> = rows.iter().map(|(_, _, cells)| cells[..3].to_vec()).collect();
    let mut sheet = boxed::draw(&columns[..3], printed);
    sheet.columns = columns.to_vec();
    sheet.rows = rows.into_iter().map(|(_, _, cells)| cells).collect();
    if failed > 0 {
        sheet.find(Level::Fail, format!("{failed} snapshots failed verification."));
    }
    sheet
}

const COLLECTION: &[Field] = &[
    text("store"),
    text("schedule"),
    timed("last-run-endtime"),
    text("last-run-state"),
    numeric("duration"),
    timed("next-run"),
    sized("removed-bytes"),
    sized("pending-bytes"),
    sized("index-data-bytes"),
    sized("disk-bytes"),
    numeric("still-bad"),
];

/// `proxmox-backup-manager garbage-collection list`, or `status STORE`.
pub fn garbage_collection(stores: &[Object], is_one: bool, offset: units::Offset) -> Sheet {
    let mut sheet = match stores {
        [only] if is_one => super::draw_one(only.clone()),
        _ => draw(COLLECTION, stores, offset),
    };
    for store in stores {
        let word = |key: &str| store.get(key).map(plain);
        let name = word("store").unwrap_or_else(|| "The store".into());
        if let Some(state) = word("last-run-state").filter(|state| !state.is_empty() && state != "OK") {
            sheet.find(Level::Warn, format!("The last garbage collection of {name} ended: {state}."));
        }
        if store.get("still-bad").and_then(Value::as_u64).is_some_and(|bad| bad > 0) {
            sheet.find(Level::Fail, format!("{name} has bad chunks."));
        }
    }
    sheet
}

fn group_path(object: &Object) -> String {
    let word = |key: &str| object.get(key).map_or_else(String::new, plain);
    let group = format!("{}/{}", word("backup-type"), word("backup-id"));
    match object.get("ns").and_then(Value::as_str).filter(|ns| !ns.is_empty()) {
        Some(ns) => format!("{ns}: {group}"),
        None => group,
    }
}

/// `2026-02-26T02:00:05Z`.
fn snapshot_time(epoch_s: i64) -> String {
    document::time::Timestamp(epoch_s.saturating_mul(1_000)).rfc3339()
}

/// `drive-scsi0.img index.json qemu-server.conf`: names without the server's own endings.
fn files(object: &Object) -> String {
    let files = object.get("files").and_then(Value::as_array);
    let names = files.into_iter().flatten().filter_map(|file| {
        let name = file.as_str().or_else(|| file.get("filename").and_then(Value::as_str))?;
        let bare = name.rsplit_once('.').filter(|(_, end)| matches!(*end, "didx" | "fidx" | "blob"));
        Some(bare.map_or(name, |(bare, _)| bare).to_owned())
    });
    let mut names: Vec<String> = names.collect();
    names.sort();
    names.join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn objects(value: Value) -> Vec<Object> {
        serde_json::from_value(value).expect("objects")
    }

    #[test]
    fn says_how_full_a_store_is() {
        let stores: Vec<StoreUsage> = serde_json::from_value(json!([
            {"store": "main", "total": 1_099_511_627_776_u64, "used": 989_560_464_998_u64, "avail": 109_951_162_778_u64, "estimated-full-date": 1_772_800_000},
        ]))
        .expect("stores");
        let sheet = usage(&stores, 1_772_073_601);
        assert!(sheet.printed().contains("│ used  │ 989560464998   (90 %)  │"), "{}", sheet.printed());
        assert_eq!(sheet.finding, Some((Level::Warn, "main is 90.0 % full.".into())));
        assert_eq!(sheet.rows, [["main", "1.00 TiB", "921.60 GiB", "102.40 GiB", "90.00 %"]]);
    }

    // Columns, their order and the names of files are those of the sources of proxmox-backup-client
    // (proxmox-backup-client/src/snapshot.rs and main.rs), and of an answer that a runbook in public shows: three columns,
    // `index.json` among the files, a group's number of snapshots under `backup-count`.
    #[test]
    fn lists_snapshots_oldest_first_with_their_verification() {
        let sheet = snapshots(&objects(json!([
            {"backup-type": "vm", "backup-id": "201", "backup-time": 1_772_071_205, "size": 1_024, "verification": {"state": "failed"},
                "files": [{"filename": "qemu-server.conf.blob"}, {"filename": "drive-scsi0.img.fidx"}, {"filename": "index.json.blob"}]},
            {"backup-type": "vm", "backup-id": "201", "backup-time": 1_771_984_805, "size": 1_024, "files": []},
        ])));
        let text = sheet.printed();
        let lines: Vec<&str> = text.lines().filter(|line| line.contains("vm/201")).collect();
        assert!(lines[0].contains("vm/201/2026-02-25T02:00:05Z"), "{text}");
        assert!(
            lines[1].contains("vm/201/2026-02-26T02:00:05Z")
                && lines[1].contains("drive-scsi0.img index.json qemu-server.conf"),
            "{text}"
        );
        assert!(!text.contains("verified"), "the tool has no such column");
        assert_eq!(sheet.rows[1][3], "failed");
        assert_eq!(sheet.finding.map(|(level, _)| level), Some(Level::Fail));
    }

    #[test]
    fn lists_groups_and_garbage_collections() {
        let text = groups(&objects(
            json!([{"backup-type": "ct", "backup-id": "110", "last-backup": 1_772_071_205, "backup-count": 7}]),
        ))
        .printed();
        assert!(text.contains("│ ct/110 │ ct/110/2026-02-26T02:00:05Z │            7 │"), "{text}");
        let sheet = garbage_collection(
            &objects(json!([{"store": "main", "last-run-state": "OK", "still-bad": 2}])),
            false,
            units::Offset::default(),
        );
        assert_eq!(sheet.finding, Some((Level::Fail, "main has bad chunks.".into())));
    }
}
