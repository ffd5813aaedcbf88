//! `pvenode task`: what the node did, and what one task said.

use document::loose;
use serde::Deserialize;

use super::{Level, Object, Sheet, boxed, cell, plain, units::Offset};
use document::outcome::Column;

/// A task in the node's list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ListedTask {
    /// Proxmox' id of it.
    pub upid: String,
    /// `vzdump`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it works on.
    #[serde(default, deserialize_with = "loose::text")]
    pub id: String,
    /// Who started it.
    #[serde(default, deserialize_with = "loose::text")]
    pub user: String,
    /// When it began, in seconds since 1970.
    #[serde(deserialize_with = "loose::instant")]
    pub starttime: i64,
    /// When it ended.
    #[serde(default, deserialize_with = "loose::maybe_instant")]
    pub endtime: Option<i64>,
    /// `OK`, `RUNNING` or an error.
    #[serde(default, deserialize_with = "loose::maybe_text")]
    pub status: Option<String>,
}

/// A line of a task's log.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LogLine {
    /// The text.
    #[serde(default, deserialize_with = "loose::text")]
    pub t: String,
}

/// `pvenode task list`, in a box by id as the tool sorts it; the panel has the newest first.
pub fn list(mut tasks: Vec<ListedTask>, offset: Offset) -> Sheet {
    if tasks.is_empty() {
        return Sheet::default();
    }
    tasks.sort_by(|a, b| a.upid.cmp(&b.upid));
    let column = |name: &str, is_numeric| Column { name: name.into(), is_numeric };
    let columns = [
        column("UPID", false),
        column("Type", false),
        column("ID", false),
        column("User", false),
        column("Starttime", true),
        column("Endtime", true),
        column("Status", false),
    ];
    let failed: Vec<&ListedTask> = tasks.iter().filter(|task| task.has_failed()).collect();
    let finding = failed.last().map(|task| {
        let what = if task.id.is_empty() { task.kind.clone() } else { format!("{} {}", task.kind, task.id) };
        let status = task.status.as_deref().map_or("without a status", |status| status);
        format!("{} of {} tasks failed; the last one is {what}: {status}.", failed.len(), tasks.len())
    });
    let rows = tasks.iter().map(|task| {
        vec![
            task.upid.clone(),
            task.kind.clone(),
            task.id.clone(),
            task.user.clone(),
            offset.date_time(task.starttime),
            task.endtime.map_or_else(String::new, |at| offset.date_time(at)),
            cell(task.status.as_deref()),
        ]
    });
    let mut sheet = boxed::draw(&columns, rows.collect());
    if let Some(finding) = finding {
        sheet.find(Level::Warn, finding);
    }
    sheet
}

impl ListedTask {
    fn has_failed(&self) -> bool {
        let status = self.status.as_deref().unwrap_or("OK");
        self.endtime.is_some() && status != "OK" && !status.starts_with("WARNINGS")
    }
}

/// `pvenode task status`.
pub fn status(task: &Object, offset: Offset) -> Sheet {
    let column = |name: &str| Column { name: name.into(), is_numeric: false };
    let mut rows: Vec<Vec<String>> =
        task.iter().filter(|(_, value)| !value.is_null()).map(|(key, value)| vec![key.clone(), plain(value)]).collect();
    rows.sort();
    let mut sheet = boxed::draw(&[column("key"), column("value")], rows);
    let word = |key: &str| task.get(key).map(plain);
    if let Some(started) = task.get("starttime").and_then(serde_json::Value::as_i64) {
        sheet.notes.push(format!("It began at {} by the node's clock.", offset.date_time(started)));
    }
    match (word("status").as_deref(), word("exitstatus")) {
        (Some("stopped"), Some(exit)) if exit != "OK" && !exit.starts_with("WARNINGS") => {
            sheet.find(Level::Fail, format!("It has failed: {exit}."));
        }
        (Some("stopped"), Some(exit)) if exit != "OK" => sheet.find(Level::Warn, format!("It has ended: {exit}.")),
        _ => {}
    }
    sheet
}

/// `pvenode task log`.
pub fn log(lines: Vec<LogLine>) -> Sheet {
    let error = lines.iter().map(|line| line.t.as_str()).rfind(|line| line.starts_with("TASK ERROR"));
    let error = error.map(|line| format!("It has failed: {}.", line.trim_start_matches("TASK ERROR:").trim()));
    let mut sheet = Sheet::text(lines.into_iter().map(|line| line.t));
    if let Some(error) = error {
        sheet.find(Level::Fail, error);
    }
    sheet
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_tasks_with_their_errors() {
        let tasks = serde_json::from_value(json!([
            {"upid": "UPID:b", "type": "vzdump", "id": "", "user": "root@pam", "starttime": 1_772_063_999, "status": "RUNNING"},
            {"upid": "UPID:a", "type": "vzdump", "id": "201", "user": "root@pam", "starttime": 1_771_977_600, "endtime": 1_771_981_200, "status": "job errors"},
        ]));
        let sheet = list(tasks.expect("tasks"), Offset::default());
        let text = sheet.printed();
        let lines: Vec<&str> = text.lines().filter(|line| line.contains("UPID:")).collect();
        assert!(
            lines[0].starts_with(
                "│ UPID:a │ vzdump │ 201 │ root@pam │ 2026-02-25 00:00:00 │ 2026-02-25 01:00:00 │ job errors │"
            ),
            "{text}"
        );
        assert_eq!(
            sheet.finding,
            Some((Level::Warn, "1 of 2 tasks failed; the last one is vzdump 201: job errors.".into()))
        );
    }

    #[test]
    fn says_how_a_task_ended() {
        let task: Object =
            serde_json::from_value(json!({"status": "stopped", "exitstatus": "job errors", "starttime": 0}))
                .expect("an object");
        assert_eq!(status(&task, Offset::default()).finding, Some((Level::Fail, "It has failed: job errors.".into())));
        let lines = ["INFO: start", "TASK ERROR: command failed"].map(|t| LogLine { t: t.into() });
        assert_eq!(log(lines.to_vec()).finding, Some((Level::Fail, "It has failed: command failed.".into())));
    }
}
