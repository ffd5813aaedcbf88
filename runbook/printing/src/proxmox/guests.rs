//! `qm` and `pct`: lists of guests, how one stands, its configuration, its snapshots, what its agent says.

use document::loose;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Deserialize;
use serde_json::Value;

use super::{Level, Object, Sheet, cell, hide_secrets, maybe_number, number, plain, real, units::Offset};
use command::check::GuestKind;

/// A guest as the node's list has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ListedGuest {
    /// `201`.
    #[serde(deserialize_with = "number")]
    pub vmid: u64,
    /// `talos-monitor`.
    #[serde(default, deserialize_with = "loose::text")]
    pub name: String,
    /// `running`, `stopped`.
    #[serde(default, deserialize_with = "loose::text")]
    pub status: String,
    /// What QEMU says: `paused`.
    #[serde(default, deserialize_with = "loose::maybe_text")]
    pub qmpstatus: Option<String>,
    /// What holds it: `backup`.
    #[serde(default, deserialize_with = "loose::maybe_text")]
    pub lock: Option<String>,
    /// Memory that it may use, in bytes.
    #[serde(default, deserialize_with = "maybe_number")]
    pub maxmem: Option<u64>,
    /// Size of its first disk, in bytes.
    #[serde(default, deserialize_with = "maybe_number")]
    pub maxdisk: Option<u64>,
    /// Its process.
    #[serde(default, deserialize_with = "maybe_number")]
    pub pid: Option<u64>,
}

/// A pending change of a configuration.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PendingItem {
    /// The key.
    pub key: String,
    /// What holds now.
    pub value: Option<Value>,
    /// What will hold after the next start.
    pub pending: Option<Value>,
    /// Whether the key will be removed.
    #[serde(default, deserialize_with = "maybe_number")]
    pub delete: Option<u64>,
}

/// A snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Snapshot {
    /// Its name; `current` is the state now.
    #[serde(deserialize_with = "loose::text")]
    pub name: String,
    /// The one before it.
    #[serde(default, deserialize_with = "loose::maybe_text")]
    pub parent: Option<String>,
    /// When it was made, in seconds since 1970.
    #[serde(default, deserialize_with = "loose::maybe_instant")]
    pub snaptime: Option<i64>,
    /// What somebody wrote.
    #[serde(default, deserialize_with = "loose::text")]
    pub description: String,
}

/// `qm list`, `pct list`.
pub fn list(kind: GuestKind, mut guests: Vec<ListedGuest>) -> Sheet {
    guests.sort_by_key(|guest| guest.vmid);
    let mut sheet = match kind {
        GuestKind::Vm => Sheet::table(&[
            ("VMID", true),
            ("Name", false),
            ("Status", false),
            ("Memory (MiB)", true),
            ("Boot disk (GiB)", true),
            ("Lock", false),
        ]),
        GuestKind::Container => Sheet::table(&[("VMID", true), ("Name", false), ("Status", false), ("Lock", false)]),
    };
    if guests.is_empty() {
        return sheet;
    }
    sheet.frame(match kind {
        GuestKind::Vm => format!(
            "{:>10} {:<20} {:<10} {:<10} {:>12} {:<10}",
            "VMID", "NAME", "STATUS", "MEM(MB)", "BOOTDISK(GB)", "PID"
        ),
        GuestKind::Container => format!("{:<10} {:<10} {:<12} {:<20}", "VMID", "Status", "Lock", "Name"),
    });
    for guest in guests {
        let status = guest.qmpstatus.filter(|word| !word.is_empty()).unwrap_or(guest.status);
        let (id, name, lock) = (guest.vmid, guest.name, cell(guest.lock.as_deref()));
        if !lock.is_empty() {
            sheet.find(Level::Warn, format!("{name} ({id}) is locked: {lock}."));
        }
        match kind {
            GuestKind::Vm => {
                let memory = trimmed(guest.maxmem.map_or(0.0, real) / f64::from(1 << 20));
                let disk = guest.maxdisk.map_or(0.0, real) / f64::from(1 << 30);
                let pid = guest.pid.map_or(0, |pid| pid);
                sheet.row(
                    format!("{id:>10} {name:<20} {status:<10} {memory:<10} {disk:>12.2} {pid:<10}"),
                    vec![id.to_string(), name, status, memory, format!("{disk:.2}"), lock],
                );
            }
            GuestKind::Container => sheet
                .row(format!("{id:<10} {status:<10} {lock:<12} {name:<20}"), vec![id.to_string(), name, status, lock]),
        }
    }
    sheet
}

/// `qm status`: the word alone, or with `--verbose` every figure that the API gives.
pub fn status(kind: GuestKind, status: Object, is_verbose: bool) -> Sheet {
    let word = |key: &str| status.get(key).map(plain).filter(|word| !word.is_empty());
    let now = word("qmpstatus").or_else(|| word("status")).unwrap_or_else(|| "unknown".into());
    let lock = word("lock");
    let mut sheet = if is_verbose {
        let mut sheet = Sheet::table(&[("Key", false), ("Value", false)]);
        for (key, value) in status.iter().filter(|(key, _)| key.as_str() != "cpu") {
            if value.is_object() || value.is_array() {
                nested(&mut sheet, "", Some(key), value);
            } else {
                sheet.row(format!("{key}: {}", plain(value)), vec![key.clone(), plain(value)]);
            }
        }
        let tool = if kind == GuestKind::Vm { "qm" } else { "pct" };
        sheet.part(if tool == "qm" {
            "These are the figures that the API gives; qm itself prints more of them, such as blockstat and ballooninfo."
        } else {
            "These are the figures that the API gives; pct itself may print others."
        })
    } else {
        Sheet::text([format!("status: {now}")])
    };
    match lock {
        Some(lock) => sheet.find(Level::Warn, format!("It is {now} and locked: {lock}.")),
        None if now != "running" => sheet.find(Level::Warn, format!("It is {now}.")),
        None => {}
    }
    sheet
}

fn nested(sheet: &mut Sheet, prefix: &str, key: Option<&str>, value: &Value) {
    match value {
        Value::Object(object) => {
            if let Some(key) = key {
                sheet.line(format!("{prefix}{key}:"));
            }
            object.iter().for_each(|(key, value)| nested(sheet, &format!("\t{prefix}"), Some(key), value));
        }
        Value::Array(items) => {
            if let Some(key) = key {
                sheet.line(format!("{prefix}{key}:"));
            }
            items.iter().for_each(|value| nested(sheet, &format!("\t{prefix}"), None, value));
        }
        Value::Null => {}
        other => sheet.line(match key {
            Some(key) => format!("{prefix}{key}: {}", plain(other)),
            None => format!("{prefix}{}", plain(other)),
        }),
    }
}

/// `qm config`, `pct config`. Secrets are hidden, public keys are not.
pub fn config(config: Object) -> Sheet {
    let mut config = Value::Object(config);
    hide_secrets(&mut config);
    let Value::Object(config) = config else { return Sheet::default() };
    let mut sheet = Sheet::table(&[("Key", false), ("Value", false)]);
    for (key, value) in config.iter().filter(|(key, _)| !matches!(key.as_str(), "digest" | "lxc")) {
        let value = if key == "description" { encoded(&plain(value)) } else { plain(value) };
        sheet.row(format!("{key}: {value}"), vec![key.clone(), value]);
    }
    // Raw keys of containers: a list of pairs.
    for pair in config.get("lxc").and_then(Value::as_array).into_iter().flatten() {
        if let Some([key, value]) = pair.as_array().map(Vec::as_slice) {
            let (key, value) = (plain(key), plain(value));
            sheet.row(format!("{key}: {value}"), vec![key, value]);
        }
    }
    if let Some(lock) = config.get("lock").map(plain) {
        sheet.find(Level::Warn, format!("It is locked: {lock}."));
    }
    sheet
}

/// `qm pending`, `pct pending`.
pub fn pending(mut items: Vec<PendingItem>) -> Sheet {
    items.sort_by(|a, b| a.key.cmp(&b.key));
    let mut sheet = Sheet::table(&[("Key", false), ("Now", false), ("Pending", false)]);
    let mut changes = 0;
    for item in items.into_iter().filter(|item| item.key != "digest") {
        let key = item.key;
        let write = |value: Value| match key.as_str() {
            "description" => encoded(&plain(&value)),
            key if super::is_secret(key) => super::HIDDEN.to_owned(),
            _ => plain(&value),
        };
        let (value, pending) = (item.value.map(write), item.pending.map(write));
        let is_removed = item.delete.is_some_and(|delete| delete != 0);
        let written = |value: &Option<String>| cell(value.as_deref());
        changes += usize::from(is_removed || pending.is_some());
        let row = vec![key.clone(), written(&value), if is_removed { "removed".into() } else { written(&pending) }];
        match (value, pending) {
            (Some(value), _) if is_removed => sheet.row(format!("del {key}: {value}"), row),
            (Some(value), Some(pending)) => {
                sheet.row(format!("cur {key}: {value}"), row);
                let index = sheet.rows.len() - 1;
                sheet.row_line(format!("new {key}: {pending}"), index);
            }
            (Some(value), None) => sheet.row(format!("cur {key}: {value}"), row),
            (None, Some(pending)) => sheet.row(format!("new {key}: {pending}"), row),
            (None, None) => {}
        }
    }
    if changes > 0 {
        sheet.find(Level::Warn, format!("{changes} changes wait for the next start."));
    }
    sheet
}

/// `qm listsnapshot`, `pct listsnapshot`: a tree by age, the present state last.
pub fn snapshots(snapshots: &[Snapshot], offset: Offset) -> Sheet {
    let mut sheet = Sheet::table(&[("Name", false), ("Parent", false), ("Made", false), ("Description", false)]);
    let is_known = |name: &str| snapshots.iter().any(|snapshot| snapshot.name == name);
    let mut roots: Vec<&Snapshot> =
        snapshots.iter().filter(|it| it.parent.as_deref().is_none_or(|parent| !is_known(parent))).collect();
    roots.sort_by_key(|root| age(root));
    for root in roots {
        branch(&mut sheet, snapshots, root, "`->", offset);
    }
    sheet
}

fn age(snapshot: &Snapshot) -> i64 {
    snapshot.snaptime.unwrap_or(i64::MAX)
}

fn branch(sheet: &mut Sheet, all: &[Snapshot], snapshot: &Snapshot, prefix: &str, offset: Offset) {
    /// A tree that is deeper is none: snapshots that name each other.
    const MAX_DEPTH: usize = 200;
    if prefix.len() > MAX_DEPTH || sheet.rows.len() > all.len() {
        return;
    }
    let made = snapshot.snaptime.map_or_else(String::new, |at| offset.date_time(at));
    let description = match snapshot.description.lines().next_back().map(str::trim_end) {
        None | Some("") => "no-description",
        Some(line) => line,
    };
    let width = 30_usize.saturating_sub(prefix.len());
    sheet.row(
        format!("{prefix} {:<width$} {made:<23} {description}", snapshot.name),
        vec![
            snapshot.name.clone(),
            cell(snapshot.parent.as_deref()),
            made.clone(),
            snapshot.description.trim().to_owned(),
        ],
    );
    let mut children: Vec<&Snapshot> =
        all.iter().filter(|it| it.parent.as_deref() == Some(&snapshot.name) && it.name != snapshot.name).collect();
    children.sort_by_key(|child| age(child));
    for child in children {
        branch(sheet, all, child, &format!(" {prefix}"), offset);
    }
}

/// `qm agent ID COMMAND`: the agent's answer as indented JSON, nothing for an empty one.
pub fn agent(answer: &Value) -> Sheet {
    let answer = answer.get("result").unwrap_or(answer);
    match answer {
        Value::Null => Sheet::default(),
        Value::Object(object) if object.is_empty() => Sheet::default(),
        Value::String(text) => Sheet::text(text.trim_end().lines()),
        Value::Object(_) | Value::Array(_) => Sheet::text(super::indented(answer).lines()),
        other => Sheet::text([plain(other)]),
    }
}

/// As the file has it: everything but plain characters escaped.
fn encoded(text: &str) -> String {
    const ESCAPED: &AsciiSet = &CONTROLS.add(b'%');
    utf8_percent_encode(text, ESCAPED).to_string()
}

/// A whole number without a point.
fn trimmed(number: f64) -> String {
    format!("{number}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
        serde_json::from_value(value).expect("the fixture fits")
    }

    #[test]
    fn prints_lists_in_the_columns_of_qm_and_pct() {
        let guests = json!([
            {"vmid": 203, "name": "talos-worker-2", "status": "running", "maxmem": 51_539_607_552_u64, "maxdisk": 128_849_018_880_u64, "pid": 4711},
            {"vmid": "100", "name": "a", "status": "running", "qmpstatus": "paused", "maxmem": 536_870_912, "maxdisk": 0, "lock": "backup"},
        ]);
        let sheet = list(GuestKind::Vm, read(guests.clone()));
        let expected = "      VMID NAME                 STATUS     MEM(MB)    BOOTDISK(GB) PID       \n\
            \x20      100 a                    paused     512                0.00 0         \n\
            \x20      203 talos-worker-2       running    49152            120.00 4711      \n";
        assert_eq!(sheet.printed(), expected);
        assert_eq!(sheet.finding, Some((Level::Warn, "a (100) is locked: backup.".into())));
        let expected = "VMID       Status     Lock         Name                \n\
            100        paused     backup       a                   \n\
            203        running                 talos-worker-2      \n";
        assert_eq!(list(GuestKind::Container, read(guests)).printed(), expected);
        assert_eq!(list(GuestKind::Vm, Vec::new()).printed(), "");
    }

    #[test]
    fn prints_a_configuration_without_its_secrets() {
        let sheet = config(read(
            json!({"name": "a", "cores": 4, "cipassword": "hunter2", "sshkeys": "ssh-rsa%20AAA", "digest": "x",
            "description": "one\ntwo", "lxc": [["lxc.apparmor.profile", "unconfined"]]}),
        ));
        let expected = "cipassword: **********\ncores: 4\ndescription: one%0Atwo\nname: a\nsshkeys: ssh-rsa%20AAA\n\
            lxc.apparmor.profile: unconfined\n";
        assert_eq!(sheet.printed(), expected);
    }

    #[test]
    fn prints_pending_changes() {
        let sheet = pending(read(json!([
            {"key": "memory", "value": "4096", "pending": "8192"}, {"key": "cores", "value": 4},
            {"key": "ipconfig1", "pending": "ip=dhcp"}, {"key": "net1", "value": "virtio", "delete": 1},
            {"key": "cipassword", "value": "hunter2", "pending": "hunter3"}, {"key": "digest", "value": "x"},
        ])));
        let expected = "cur cipassword: **********\nnew cipassword: **********\ncur cores: 4\nnew ipconfig1: ip=dhcp\n\
            cur memory: 4096\nnew memory: 8192\ndel net1: virtio\n";
        assert_eq!(sheet.printed(), expected);
        assert_eq!(sheet.finding, Some((Level::Warn, "4 changes wait for the next start.".into())));
    }

    #[test]
    fn prints_snapshots_as_a_tree_by_age() {
        let sheet = snapshots(
            &read::<Vec<Snapshot>>(json!([
                {"name": "current", "parent": "b", "description": "You are here!"},
                {"name": "b", "parent": "a", "snaptime": 1_772_063_999, "description": ""},
                {"name": "a", "snaptime": 1_771_000_000, "description": "before\nthe update"},
            ])),
            Offset::default(),
        );
        let lines: Vec<String> =
            sheet.printed().lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(
            lines,
            [
                "`-> a 2026-02-13 16:26:40 the update",
                "`-> b 2026-02-25 23:59:59 no-description",
                "`-> current You are here!"
            ]
        );
        let circle = read::<Vec<Snapshot>>(json!([{"name": "a", "parent": "b"}, {"name": "b", "parent": "a"}]));
        assert!(snapshots(&circle, Offset::default()).rows.is_empty(), "a circle has no root");
    }

    #[test]
    fn prints_the_word_of_a_state_and_what_holds_it() {
        let sheet =
            status(GuestKind::Vm, read(json!({"status": "running", "qmpstatus": "running", "lock": "backup"})), false);
        assert_eq!(sheet.printed(), "status: running\n");
        assert_eq!(sheet.finding, Some((Level::Warn, "It is running and locked: backup.".into())));
        let verbose = status(
            GuestKind::Vm,
            read(json!({"status": "running", "ha": {"managed": 0}, "cpu": 0.1, "vmid": 1})),
            true,
        );
        assert_eq!(verbose.printed(), "ha:\n\tmanaged: 0\nstatus: running\nvmid: 1\n");
    }

    #[test]
    fn prints_what_an_agent_says_as_json() {
        assert_eq!(agent(&json!({"result": {}})).printed(), "");
        assert_eq!(
            agent(&json!({"result": [{"b": 1, "a": "x"}]})).printed(),
            "[\n   {\n      \"a\" : \"x\",\n      \"b\" : 1\n   }\n]\n"
        );
    }
}
