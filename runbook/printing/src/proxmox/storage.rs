//! `pvesm`: how full storages are, and what lies in one.

use document::loose;
use serde::Deserialize;

use super::{Level, Sheet, maybe_number, number, real, units};

/// A storage as the node sees it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Storage {
    /// Its name.
    pub storage: String,
    /// `dir`, `zfspool`, `pbs`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What may lie in it: `images,rootdir`.
    #[serde(default, deserialize_with = "loose::text")]
    pub content: String,
    /// Whether it is reached now.
    #[serde(default, deserialize_with = "maybe_number")]
    pub active: Option<u64>,
    /// Whether it is switched on.
    #[serde(default, deserialize_with = "maybe_number")]
    pub enabled: Option<u64>,
    /// Size in bytes; 0 while it is not reached.
    #[serde(default, deserialize_with = "maybe_number")]
    pub total: Option<u64>,
    /// In bytes.
    #[serde(default, deserialize_with = "maybe_number")]
    pub used: Option<u64>,
    /// In bytes.
    #[serde(default, deserialize_with = "maybe_number")]
    pub avail: Option<u64>,
}

/// A volume of a storage.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Volume {
    /// `local-zfs:vm-201-disk-0`.
    pub volid: String,
    /// `raw`, `subvol`, `pbs-vm`.
    #[serde(default, deserialize_with = "loose::text")]
    pub format: String,
    /// `images`, `backup`.
    #[serde(default, deserialize_with = "loose::text")]
    pub content: String,
    /// In bytes.
    #[serde(default, deserialize_with = "maybe_number")]
    pub size: Option<u64>,
    /// The guest that it belongs to.
    #[serde(default, deserialize_with = "maybe_number")]
    pub vmid: Option<u64>,
}

/// From here on a storage is worth a look, in per cent.
const FULL_PERCENT: f64 = 85.0;
/// From here on backups and guests fail soon, in per cent.
const TOO_FULL_PERCENT: f64 = 95.0;

/// `pvesm status`.
pub fn status(mut storages: Vec<Storage>) -> Sheet {
    storages.sort_by(|a, b| a.storage.cmp(&b.storage));
    let mut sheet = Sheet::table(&[
        ("Name", false),
        ("Type", false),
        ("Status", false),
        ("Total", true),
        ("Used", true),
        ("Available", true),
        ("Used %", true),
    ]);
    let width = storages.iter().map(|it| it.storage.chars().count()).max().map_or(1, |longest| longest + 1);
    sheet.frame(format!(
        "{:<width$} {:>10} {:>10} {:>15} {:>15} {:>15} {:>8}",
        "Name", "Type", "Status", "Total (KiB)", "Used (KiB)", "Available (KiB)", "%"
    ));
    for it in storages {
        let (is_enabled, is_active) = (it.enabled.is_none_or(|it| it != 0), it.active.is_some_and(|it| it != 0));
        let word = match (is_enabled, is_active) {
            (false, _) => "disabled",
            (true, true) => "active",
            (true, false) => "inactive",
        };
        // What is not reached has no sizes; the tool prints zeros.
        let (total, used, avail) = (known(it.total), known(it.used), known(it.avail));
        let percent = if total > 0 { real(used) * 100.0 / real(total) } else { 0.0 };
        if word == "inactive" {
            sheet.find(Level::Fail, format!("The storage {} is not reached.", it.storage));
        } else if is_enabled && percent >= TOO_FULL_PERCENT {
            sheet.find(Level::Fail, format!("{} is {percent:.1} % full.", it.storage));
        } else if is_enabled && percent >= FULL_PERCENT {
            sheet.find(Level::Warn, format!("{} is {percent:.1} % full.", it.storage));
        }
        let shown = if is_enabled { format!("{percent:7.2}%") } else { format!("{:>8}", "N/A") };
        sheet.row(
            format!(
                "{:<width$} {:>10} {word:>10} {:>15} {:>15} {:>15} {shown}",
                it.storage,
                it.kind,
                total / 1_024,
                used / 1_024,
                avail / 1_024
            ),
            vec![
                it.storage,
                it.kind,
                word.into(),
                units::bytes(real(total)),
                units::bytes(real(used)),
                units::bytes(real(avail)),
                shown.trim().into(),
            ],
        );
    }
    sheet
}

fn known(size: Option<u64>) -> u64 {
    size.map_or(0, |size| size)
}

/// `pvesm list STORAGE`: what belongs to a guest first.
pub fn list(volumes: Vec<Volume>) -> Sheet {
    let mut sheet =
        Sheet::table(&[("Volume", false), ("Format", false), ("Type", false), ("Size", true), ("VMID", true)]);
    let longest = volumes.iter().map(|it| it.volid.chars().count()).max().map_or(0, |longest| longest);
    let digits = volumes.iter().filter_map(|it| it.size).max().map_or(1, |size| size.to_string().len());
    let line = |volume: &str, format: &str, kind: &str, size: &str, guest: &str| {
        format!("{volume:<longest$} {format:<7} {kind:<9} {size:>digits$} {guest}").trim_end().to_owned()
    };
    sheet.frame(line("Volid", "Format", "Type", "Size", "VMID"));
    let (of_guests, mut others): (Vec<Volume>, Vec<Volume>) = volumes.into_iter().partition(|it| it.vmid.is_some());
    others.sort_by(|a, b| a.format.cmp(&b.format));
    for it in of_guests.into_iter().chain(others) {
        let guest = it.vmid.map_or_else(String::new, |id| id.to_string());
        let size = it.size.map_or_else(String::new, |size| size.to_string());
        let human = it.size.map_or_else(String::new, |size| units::bytes(real(size)));
        sheet.row(
            line(&it.volid, &it.format, &it.content, &size, &guest),
            vec![it.volid, it.format, it.content, human, guest],
        );
    }
    sheet
}

/// One size of a filesystem, for `number` that must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Space {
    /// In bytes.
    #[serde(deserialize_with = "number")]
    pub total: u64,
    /// In bytes.
    #[serde(deserialize_with = "number")]
    pub used: u64,
    /// In bytes; a backup server tells `avail` alone.
    #[serde(default, deserialize_with = "maybe_number")]
    pub free: Option<u64>,
    /// What ordinary users may still take, in bytes.
    #[serde(default, deserialize_with = "maybe_number")]
    pub avail: Option<u64>,
}

impl Space {
    /// What is free, as far as either figure tells.
    pub fn left(&self) -> u64 {
        self.free.or(self.avail).unwrap_or(self.total.saturating_sub(self.used))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn prints_how_full_storages_are() {
        let storages = serde_json::from_value(json!([
            {"storage": "pbs", "type": "pbs", "content": "backup", "active": 1, "enabled": 1, "total": 1_048_576, "used": 943_718, "avail": 104_858},
            {"storage": "nas", "type": "nfs", "content": "iso", "active": 0, "enabled": 1, "total": 0, "used": 0, "avail": 0},
            {"storage": "old", "type": "dir", "content": "iso", "active": 0, "enabled": 0, "total": 0, "used": 0, "avail": 0},
        ]));
        let sheet = status(storages.expect("storages"));
        let expected = "\
Name       Type     Status     Total (KiB)      Used (KiB) Available (KiB)        %
nas         nfs   inactive               0               0               0    0.00%
old         dir   disabled               0               0               0      N/A
pbs         pbs     active            1024             921             102   90.00%
";
        assert_eq!(sheet.printed(), expected);
        assert_eq!(sheet.finding, Some((Level::Fail, "The storage nas is not reached.".into())));
    }

    #[test]
    fn prints_what_lies_in_a_storage() {
        let volumes = serde_json::from_value(json!([
            {"volid": "local:iso/talos.iso", "format": "iso", "content": "iso", "size": 98_304},
            {"volid": "local:vm-1", "format": "raw", "content": "images", "size": 1_024, "vmid": "201"},
        ]));
        let expected = "\
Volid               Format  Type       Size VMID
local:vm-1          raw     images     1024 201
local:iso/talos.iso iso     iso       98304
";
        assert_eq!(list(volumes.expect("volumes")).printed(), expected);
    }
}
