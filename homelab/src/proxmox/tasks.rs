//! Tasks: what runs, what ran, how it ended and what it said.

use document::time::{DAY_MS, Timestamp};
use http::StatusCode;
use serde_json::{Value, json};

use super::{Host, Query, Refusal, guests::Guest, seconds};
use crate::{backup::Run, dice::Dice, lock};

/// A task has left the list of active ones this long after its end.
const ACTIVE_AFTER_END_MS: i64 = 20_000;

/// One task of a node.
#[derive(Debug, Clone)]
struct Task {
    kind: &'static str,
    /// A guest's id; empty for a job over several guests.
    id: String,
    user: &'static str,
    started_at: Timestamp,
    ended_at: Option<Timestamp>,
    outcome: &'static str,
    pid: i64,
}

/// `GET /nodes/{node}/tasks`. Without Sys.Audit: an empty list, with status 200.
pub(super) fn list(host: &Host, query: &Query) -> Result<Value, Refusal> {
    let now = host.now();
    let source = query.get("source").map_or("archive", String::as_str);
    if !matches!(source, "active" | "archive" | "all") {
        return Err(invalid());
    }
    let is_active = |task: &Task| task.ended_at.is_none_or(|end| now.ms_since(end) < ACTIVE_AFTER_END_MS);
    let since = number(query, "since")?;
    let until = number(query, "until")?;
    let matches_text = |name: &str, value: &str| query.get(name).is_none_or(|wanted| wanted == value);
    let mut tasks: Vec<Task> = tasks(host, now)
        .into_iter()
        .filter(|task| match source {
            "active" => is_active(task),
            "archive" => !is_active(task),
            _ => true,
        })
        .filter(|task| matches_text("typefilter", task.kind) && matches_text("vmid", &task.id))
        .filter(|task| since.is_none_or(|since| seconds(task.started_at) >= since))
        .filter(|task| until.is_none_or(|until| seconds(task.started_at) <= until))
        .filter(|task| query.get("errors").is_none_or(|value| value != "1") || task.outcome != "OK")
        .collect();
    if !host.may_audit() {
        tasks.clear();
    }
    tasks.sort_by_key(|task| std::cmp::Reverse(task.started_at));
    let total = tasks.len();
    let start = usize::try_from(number(query, "start")?.unwrap_or(0)).map_err(|_| invalid())?;
    let limit = usize::try_from(number(query, "limit")?.unwrap_or(50)).map_err(|_| invalid())?;
    let data: Vec<Value> = tasks.iter().skip(start).take(limit).map(|task| task.row(host)).collect();
    Ok(json!({ "data": data, "total": total }))
}

/// `GET /cluster/tasks`: the recent ones.
pub(super) fn of_cluster(host: &Host) -> Value {
    if !host.may_audit() {
        return json!([]);
    }
    let mut tasks = tasks(host, host.now());
    tasks.sort_by_key(|task| std::cmp::Reverse(task.started_at));
    tasks.iter().take(25).map(|task| task.row(host)).collect()
}

/// `GET /nodes/{node}/tasks/{upid}/status` and `/log`.
pub(super) fn one(host: &Host, upid: &str, what: &str, query: &Query) -> Result<Value, Refusal> {
    host.require(&format!("/nodes/{}", host.name), &["Sys.Audit"])?;
    let now = host.now();
    let task = tasks(host, now)
        .into_iter()
        .find(|task| task.upid(host) == upid)
        .ok_or(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "unable to parse worker upid"))?;
    if what == "status" {
        return Ok(task.status(host));
    }
    let start = usize::try_from(number(query, "start")?.unwrap_or(0)).map_err(|_| invalid())?;
    let limit = usize::try_from(number(query, "limit")?.unwrap_or(50)).map_err(|_| invalid())?;
    let lines = task.log(host, now);
    let numbered = lines.iter().enumerate().skip(start).take(limit).map(|(i, line)| json!({ "n": i + 1, "t": line }));
    Ok(numbered.collect())
}

impl Task {
    /// `UPID:node:pid:pstart:starttime:type:id:user:`, numbers in hexadecimal.
    fn upid(&self, host: &Host) -> String {
        let Self { kind, id, user, pid, .. } = self;
        format!("UPID:{}:{pid:08X}:{:08X}:{:08X}:{kind}:{id}:{user}:", host.name, pid * 91, seconds(self.started_at))
    }

    fn row(&self, host: &Host) -> Value {
        let mut row = self.facts(host);
        match self.ended_at {
            Some(end) => {
                row["endtime"] = json!(seconds(end));
                row["status"] = json!(self.outcome);
            }
            None => row["status"] = json!("RUNNING"),
        }
        row
    }

    /// The status of one task has other words than the list: `running` and `stopped`.
    fn status(&self, host: &Host) -> Value {
        let mut status = self.facts(host);
        match self.ended_at {
            Some(_) => {
                status["status"] = json!("stopped");
                status["exitstatus"] = json!(self.outcome);
            }
            None => status["status"] = json!("running"),
        }
        status
    }

    fn facts(&self, host: &Host) -> Value {
        json!({
            "upid": self.upid(host), "node": host.name, "pid": self.pid, "pstart": self.pid * 91,
            "starttime": seconds(self.started_at), "type": self.kind, "id": self.id, "user": self.user,
        })
    }

    fn log(&self, host: &Host, now: Timestamp) -> Vec<String> {
        let until = self.ended_at.unwrap_or(now);
        if self.kind != "vzdump" {
            return vec!["starting task".to_owned(), format!("TASK {}", self.outcome)];
        }
        let guests: Vec<&Guest> = host.guests.iter().filter(|guest| guest.is_backed_up).collect();
        let span_ms = until.ms_since(self.started_at).max(1);
        let mut lines = vec![format!(
            "INFO: starting new backup job: vzdump --all 1 --mode snapshot --storage pbs --quiet 1 --node {}",
            host.name
        )];
        // While it runs, the log stands at the first guest; when it has ended, it names them all.
        let shown = if self.ended_at.is_some() { guests.len() } else { 1 };
        for (index, guest) in guests.iter().take(shown).enumerate() {
            let start = self
                .started_at
                .plus_ms(span_ms * i64::try_from(index).unwrap_or(0) / i64::try_from(guests.len()).unwrap_or(1));
            lines.push(format!("INFO: Starting Backup of VM {} ({})", guest.id, guest.kind));
            lines.push(format!("INFO: Backup started at {} {}", start.date(), start.clock()));
            lines.push(format!("INFO: VM Name: {}", guest.name));
            lines.push("INFO: backup mode: snapshot".to_owned());
            match self.ended_at {
                None => {
                    let percent = (span_ms * 100 / (75 * 60_000)).clamp(1, 97);
                    lines.push(format!("INFO: {percent:>3}% (of 120.0 GiB), read: 61.2 MiB/s, write: 18.4 MiB/s"));
                }
                Some(_) if self.outcome != "OK" && index + 1 == guests.len() => {
                    lines.push(format!(
                        "ERROR: Backup of VM {} failed - backup write data failed: command error: protocol canceled",
                        guest.id
                    ));
                }
                Some(_) => lines.push(format!("INFO: Finished Backup of VM {}", guest.id)),
            }
        }
        if self.ended_at.is_some() {
            lines.push(if self.outcome == "OK" {
                "INFO: Backup job finished successfully".to_owned()
            } else {
                "INFO: Backup job finished with errors".to_owned()
            });
            lines.push(if self.outcome == "OK" {
                "TASK OK".to_owned()
            } else {
                format!("TASK ERROR: {}", self.outcome)
            });
        }
        lines
    }
}

fn tasks(host: &Host, now: Timestamp) -> Vec<Task> {
    let backups = lock(&host.backups).runs(now);
    let mut tasks: Vec<Task> = backups.into_iter().map(|run| backup(host, run)).collect();
    for days_ago in 0..7 {
        let midnight = now.start_of_day().plus_ms(-days_ago * DAY_MS);
        let mut dice = Dice::new(host.seed, &["tasks", host.name, &midnight.date()]);
        for (kind, id, user, hour, seconds) in CHORES {
            let started_at = midnight.plus_ms(hour * 3_600_000 + dice.between(0, 1_800_000));
            let ended_at = started_at.plus_ms(seconds * 1_000 + dice.between(0, 4_000));
            if ended_at <= now {
                let pid = dice.between(100_000, 3_900_000);
                tasks.push(Task {
                    kind,
                    id: (*id).to_owned(),
                    user,
                    started_at,
                    ended_at: Some(ended_at),
                    outcome: "OK",
                    pid,
                });
            }
        }
    }
    tasks
}

/// What else happens in a day: type, guest, user, hour, seconds.
const CHORES: &[(&str, &str, &str, i64, i64)] = &[
    ("aptupdate", "", "root@pam", 4, 9),
    ("vncproxy", "201", "root@pam", 9, 140),
    ("imgdel", "", "root@pam", 5, 2),
    ("srvreload", "networking", "root@pam", 18, 1),
];

fn backup(host: &Host, run: Run) -> Task {
    let pid = Dice::new(host.seed, &["vzdump", &run.started_at.rfc3339()]).between(100_000, 3_900_000);
    Task {
        kind: "vzdump",
        id: String::new(),
        user: "root@pam",
        started_at: run.started_at,
        ended_at: run.ended_at,
        outcome: if run.has_errors { "job errors" } else { "OK" },
        pid,
    }
}

fn number(query: &Query, name: &str) -> Result<Option<i64>, Refusal> {
    query.get(name).map(|text| text.parse().map_err(|_| invalid())).transpose()
}

fn invalid() -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "Parameter verification failed.")
}
