//! The files of `/etc/pve` that hold sections: a type, an id, and indented keys.

use serde_json::Value;

use super::{Object, Sheet, hide_secrets, plain};

/// `/etc/pve/jobs.cfg`, of `/cluster/backup`.
pub fn backup_jobs(jobs: Vec<Object>) -> Sheet {
    let mut sheet = Sheet::table(&[
        ("Job", false),
        ("Enabled", false),
        ("Schedule", false),
        ("Node", false),
        ("Guests", false),
        ("Storage", false),
        ("Mode", false),
    ]);
    for mut job in jobs {
        let text = |job: &Object, key: &str| job.get(key).map_or_else(String::new, plain);
        let (kind, id) = (text(&job, "type"), text(&job, "id"));
        let guests = match (text(&job, "vmid"), text(&job, "pool"), text(&job, "all").as_str()) {
            (ids, _, _) if !ids.is_empty() => ids,
            (_, pool, _) if !pool.is_empty() => format!("pool {pool}"),
            (_, _, "1") => "all".into(),
            _ => String::new(),
        };
        let is_enabled = job.get("enabled").is_none_or(|value| plain(value) != "0");
        sheet.silent_row(vec![
            id.clone(),
            if is_enabled { "yes" } else { "no" }.into(),
            text(&job, "schedule"),
            text(&job, "node"),
            guests,
            text(&job, "storage"),
            text(&job, "mode"),
        ]);
        // The API adds these; the file has them not.
        for key in ["id", "type", "next-run", "digest"] {
            job.remove(key);
        }
        let kind = if kind.is_empty() { "vzdump" } else { &kind };
        write(&mut sheet, kind, &id, job, &["schedule"]);
    }
    sheet.note(
        "The API tells the backup jobs; other jobs of the file, such as realm synchronisation, are not among them.",
    )
}

/// `/etc/pve/storage.cfg`, of `/storage`.
pub fn storages(storages: Vec<Object>) -> Sheet {
    let mut sheet =
        Sheet::table(&[("Storage", false), ("Type", false), ("Content", false), ("Where", false), ("Nodes", false)]);
    for mut storage in storages {
        let text = |key: &str| storage.get(key).map_or_else(String::new, plain);
        let (kind, id) = (text("type"), text("storage"));
        let place =
            ["path", "server", "pool", "vgname", "portal"].iter().map(|key| text(key)).find(|it| !it.is_empty());
        sheet.silent_row(vec![id.clone(), kind.clone(), text("content"), super::cell(place.as_deref()), text("nodes")]);
        for key in ["storage", "type", "digest"] {
            storage.remove(key);
        }
        let required: &[&str] = match kind.as_str() {
            "dir" | "btrfs" => &["path"],
            "nfs" => &["export", "server"],
            "cifs" => &["server", "share"],
            "pbs" => &["datastore", "server"],
            "lvm" => &["vgname"],
            "lvmthin" => &["thinpool", "vgname"],
            "zfspool" => &["pool"],
            "iscsi" | "iscsidirect" => &["portal", "target"],
            _ => &[],
        };
        write(&mut sheet, &kind, &id, storage, required);
    }
    sheet
}

/// One section: comment and disable first, then the keys that it must have, then the rest, each part by name.
fn write(sheet: &mut Sheet, kind: &str, id: &str, keys: Object, required: &[&str]) {
    let mut keys = Value::Object(keys);
    hide_secrets(&mut keys);
    let Value::Object(keys) = keys else { return };
    let mut written: Vec<(&String, &Value)> = keys.iter().filter(|(_, value)| !value.is_null()).collect();
    let rank = |key: &str| match key {
        "comment" => 0,
        "disable" => 1,
        key if required.contains(&key) => 2,
        _ => 3,
    };
    written.sort_by_key(|(key, _)| (rank(key), (*key).clone()));
    sheet.line(format!("{kind}: {id}"));
    for (key, value) in written {
        let line = match (key.as_str(), plain(value).as_str()) {
            ("disable", "0") => continue,
            ("disable", _) => "\tdisable".to_owned(),
            _ => format!("\t{key} {}", property(value)),
        };
        sheet.line(line);
    }
    sheet.line("");
}

/// Objects are written `key=value,key=value`, lists with commas.
fn property(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let parts: Vec<String> = object.iter().map(|(key, value)| format!("{key}={}", plain(value))).collect();
            parts.join(",")
        }
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        other => plain(other),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn objects(value: Value) -> Vec<Object> {
        serde_json::from_value(value).expect("objects")
    }

    #[test]
    fn writes_jobs_as_the_file_has_them() {
        let sheet = backup_jobs(objects(json!([{
            "id": "backup-1", "type": "vzdump", "schedule": "02:00", "enabled": 1, "all": 1, "storage": "pbs",
            "prune-backups": {"keep-daily": 7, "keep-weekly": 4}, "next-run": 1, "comment": "nightly", "node": "pihanga",
        }])));
        let expected = "vzdump: backup-1\n\tcomment nightly\n\tschedule 02:00\n\tall 1\n\tenabled 1\n\tnode pihanga\n\
            \tprune-backups keep-daily=7,keep-weekly=4\n\tstorage pbs\n\n";
        assert_eq!(sheet.printed(), expected);
        assert_eq!(sheet.rows, [["backup-1", "yes", "02:00", "pihanga", "all", "pbs", ""]]);
    }

    #[test]
    fn writes_storages_with_what_they_must_have_first_and_no_password() {
        let sheet = storages(objects(json!([
            {"storage": "pbs", "type": "pbs", "content": "backup", "server": "10.10.0.15", "datastore": "main",
                "password": "hunter2", "digest": "ab"},
            {"storage": "local", "type": "dir", "path": "/var/lib/vz", "content": "iso", "disable": 1},
        ])));
        let expected = "pbs: pbs\n\tdatastore main\n\tserver 10.10.0.15\n\tcontent backup\n\tpassword **********\n\n\
            dir: local\n\tdisable\n\tpath /var/lib/vz\n\tcontent iso\n\n";
        assert_eq!(sheet.printed(), expected);
    }
}
