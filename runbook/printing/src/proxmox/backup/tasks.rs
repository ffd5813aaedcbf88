//! Tasks and versions of a backup server.

use super::{Object, Sheet, boxed, plain};
use crate::proxmox::{Level, tasks::LogLine, units::Offset};
use document::outcome::Column;

/// `proxmox-backup-manager task list`.
pub fn tasks(tasks: &[Object], offset: Offset) -> Sheet {
    let column = |name: &str| Column { name: name.into(), is_numeric: false };
    let columns = ["starttime", "endtime", "upid", "status"].map(column);
    let mut rows: Vec<(i64, Vec<String>)> = tasks
        .iter()
        .map(|task| {
            let time = |key: &str| task.get(key).and_then(serde_json::Value::as_i64);
            let written = |at: Option<i64>| at.map_or_else(String::new, |at| offset.date_time(at));
            let status = task.get("status").map_or_else(|| "running".to_owned(), plain);
            let (start, end) = (time("starttime"), time("endtime"));
            let upid = task.get("upid").map_or_else(String::new, plain);
            (start.map_or(0, |at| at), vec![written(start), written(end), upid, status])
        })
        .collect();
    rows.sort();
    let failed = rows.iter().filter(|(_, cells)| has_failed(&cells[3])).count();
    let mut sheet = boxed::draw(&columns, rows.into_iter().map(|(_, cells)| cells).collect());
    if failed > 0 {
        sheet.find(Level::Warn, format!("{failed} of {} tasks failed.", tasks.len()));
    }
    sheet
}

fn has_failed(status: &str) -> bool {
    !matches!(status, "OK" | "running" | "") && !status.starts_with("WARNINGS")
}

/// `proxmox-backup-manager task log`.
pub fn log(lines: Vec<LogLine>) -> Sheet {
    crate::proxmox::tasks::log(lines)
}

/// `proxmox-backup-manager versions`.
pub fn versions(packages: &[Object]) -> Sheet {
    let mut sheet = Sheet::table(&[("Package", false), ("Version", false), ("More", false)]);
    for package in packages {
        let text = |key: &str| package.get(key).map_or_else(String::new, plain);
        let (name, version, more) = (text("Package"), text("OldVersion"), text("ExtraInfo"));
        let version = if version.is_empty() { text("Version") } else { version };
        sheet.row(format!("{name} {version} {more}").trim_end(), vec![name, version, more]);
    }
    sheet
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_tasks_by_their_start() {
        let list: Vec<Object> = serde_json::from_value(json!([
            {"upid": "UPID:pbs:2", "starttime": 1_772_071_205},
            {"upid": "UPID:pbs:1", "starttime": 1_771_984_805, "endtime": 1_771_990_000, "status": "connection error"},
        ]))
        .expect("objects");
        let sheet = tasks(&list, Offset::default());
        assert_eq!(sheet.rows[0][2..], ["UPID:pbs:1", "connection error"]);
        assert_eq!(sheet.rows[1], ["2026-02-26 02:00:05", "", "UPID:pbs:2", "running"]);
        assert_eq!(sheet.finding, Some((Level::Warn, "1 of 2 tasks failed.".into())));
    }
}
