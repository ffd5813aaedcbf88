//! Tasks: backups that come in, and what the server does with them every night.

use document::time::{DAY_MS, Timestamp};
use http::StatusCode;
use serde_json::{Value, json};

use super::{BackupServer, Query, Refusal, seconds, stores::STORE};
use crate::dice::Dice;

/// One task of the server.
#[derive(Debug, Clone)]
struct Task {
    worker: &'static str,
    id: String,
    user: &'static str,
    started_at: Timestamp,
    ended_at: Option<Timestamp>,
    status: &'static str,
    lines: Vec<String>,
}

/// The server's own work: type, minute of the day, minutes that it takes.
const CHORES: &[(&str, i64, i64)] =
    &[("prunejob", 270, 2), ("garbage_collection", 300, 47), ("verificationjob", 390, 95)];
/// Nights that the list remembers.
const NIGHTS: i64 = 7;

/// `GET /nodes/localhost/tasks`. Without Audit: the token's own tasks, which are none.
pub(super) fn list(server: &BackupServer, query: &Query) -> Result<Value, Refusal> {
    let number = |name: &str| query.get(name).map(|text| text.parse::<i64>().map_err(|_| invalid())).transpose();
    let is_running = query.get("running").is_some_and(|value| matches!(value.as_str(), "true" | "1"));
    let (since, until) = (number("since")?, number("until")?);
    let mut tasks = tasks(server);
    tasks.retain(|task| {
        let at = seconds(task.started_at);
        (!is_running || task.ended_at.is_none())
            && since.is_none_or(|since| at >= since)
            && until.is_none_or(|until| at <= until)
            && query.get("typefilter").is_none_or(|wanted| task.worker.contains(wanted.as_str()))
            && query.get("store").is_none_or(|wanted| task.id.starts_with(wanted.as_str()))
    });
    if !server.may_audit() {
        tasks.clear();
    }
    tasks.sort_by_key(|task| std::cmp::Reverse(task.started_at));
    let total = tasks.len();
    let start = usize::try_from(number("start")?.unwrap_or(0)).map_err(|_| invalid())?;
    let limit = match usize::try_from(number("limit")?.unwrap_or(50)).map_err(|_| invalid())? {
        0 => total,
        limit => limit,
    };
    let data: Vec<Value> = tasks.iter().skip(start).take(limit).map(|task| task.row(server)).collect();
    Ok(json!({ "data": data, "total": total }))
}

/// `GET /nodes/localhost/tasks/{upid}/status` and `/log`.
pub(super) fn one(server: &BackupServer, upid: &str, what: &str, query: &Query) -> Result<Value, Refusal> {
    server.require()?;
    let task = tasks(server).into_iter().find(|task| task.upid(server) == upid);
    let task = task.ok_or_else(|| Refusal(StatusCode::BAD_REQUEST, "unable to parse UPID".into()))?;
    if what == "status" {
        let mut row = task.row(server);
        row["status"] = json!(if task.ended_at.is_some() { "stopped" } else { "running" });
        row["exitstatus"] = json!(task.ended_at.map(|_| task.status));
        return Ok(json!({ "data": row }));
    }
    let number = |name: &str, otherwise: usize| {
        query.get(name).map_or(Ok(otherwise), |text| text.parse()).map_err(|_| invalid())
    };
    let (start, limit) = (number("start", 0)?, number("limit", 50)?);
    let lines = task.lines.iter().enumerate().skip(start).take(limit);
    let data: Vec<Value> = lines.map(|(index, line)| json!({ "n": index + 1, "t": line })).collect();
    Ok(json!({ "data": data, "total": task.lines.len(), "active": task.ended_at.is_none() }))
}

impl Task {
    /// `UPID:node:pid:pstart:task_id:starttime:type:id:user:`, with `:` and `/` of the id escaped.
    fn upid(&self, server: &BackupServer) -> String {
        let started = seconds(self.started_at);
        let pid = self.pid(server);
        let id = self.id.replace(':', "\\x3a").replace('/', "\\x2f");
        format!(
            "UPID:{}:{pid:08X}:{:08X}:00000001:{started:08X}:{}:{id}:{}:",
            server.name,
            pid * 13,
            self.worker,
            self.user
        )
    }

    fn pid(&self, server: &BackupServer) -> i64 {
        Dice::new(server.seed, &["pbs-task", self.worker, &self.id, &self.started_at.rfc3339()]).between(700, 99_000)
    }

    fn row(&self, server: &BackupServer) -> Value {
        let pid = self.pid(server);
        let mut row = json!({
            "upid": self.upid(server), "node": server.name, "pid": pid, "pstart": pid * 13, "starttime": seconds(self.started_at),
            "worker_type": self.worker, "worker_id": self.id, "user": self.user,
        });
        if let Some(ended_at) = self.ended_at {
            row["endtime"] = json!(seconds(ended_at));
            row["status"] = json!(self.status);
        }
        row
    }
}

fn tasks(server: &BackupServer) -> Vec<Task> {
    let now = server.now();
    let backups = server.nodes.iter().flat_map(|node| node.guest_backups()).map(|backup| {
        let group = format!("{}/{}", backup.kind, backup.id);
        let mut lines = vec![
            format!(
                "starting new backup on datastore '{STORE}' from ::ffff:10.10.0.20: \"{group}/{}\"",
                backup.started_at.rfc3339()
            ),
            "download 'index.json.blob' from previous backup.".to_owned(),
            "created new fixed index 1 (\"drive-scsi0.img.fidx\")".to_owned(),
        ];
        if backup.ended_at.is_some() {
            lines.push(if backup.has_failed {
                "backup failed: connection error".into()
            } else {
                "successfully finished backup".into()
            });
            lines.push(if backup.has_failed {
                "TASK ERROR: connection error: not connected".into()
            } else {
                "TASK OK".into()
            });
        }
        Task {
            worker: "backup",
            id: format!("{STORE}:{group}"),
            user: "backup@pbs!pve",
            started_at: backup.started_at,
            ended_at: backup.ended_at,
            status: if backup.has_failed { "connection error: not connected" } else { "OK" },
            lines,
        }
    });
    let mut tasks: Vec<Task> = backups.collect();
    for nights_ago in 0..=NIGHTS {
        let midnight = now.start_of_day().plus_ms(-nights_ago * DAY_MS);
        for (worker, minute, takes) in CHORES {
            let started_at = midnight.plus_ms(minute * 60_000);
            let ended_at = started_at.plus_ms(takes * 60_000);
            if started_at <= now {
                tasks.push(Task {
                    worker,
                    id: STORE.to_owned(),
                    user: "root@pam",
                    started_at,
                    ended_at: (ended_at <= now).then_some(ended_at),
                    status: "OK",
                    lines: vec![format!("starting {worker} on store {STORE}"), "TASK OK".to_owned()],
                });
            }
        }
    }
    tasks
}

fn invalid() -> Refusal {
    Refusal(StatusCode::BAD_REQUEST, "parameter verification errors".into())
}
