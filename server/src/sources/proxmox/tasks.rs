//! Tasks of a node: what `ps aux | grep vzdump` asks for, by the API.

use runbook::{
    loose,
    proxmox::{
        Object,
        tasks::{ListedTask, LogLine},
    },
    time::Timestamp,
};
use serde::Deserialize;

use super::Proxmox;
use crate::sources::{
    Cause, SourceFailure,
    api2::{ApiError, Connection},
};

/// Most tasks that one question returns.
const MAX_TASKS: &str = "500";
/// Before what a backup was started as, in its log.
const JOB: &str = "starting new backup job:";
/// Lines of a task's log in which it says that it waits, and what it does.
const LOG_LINES: &str = "60";
/// Tasks that a list shows.
const MAX_LISTED_TASKS: &str = "50";

/// Lines of a task's log that one answer holds.
const MAX_LOG_LINES: u64 = 5_000;

/// A task's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskLog {
    /// Oldest first.
    pub lines: Vec<LogLine>,
    /// How many older lines were left out.
    pub left_out: u64,
}

/// A task of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Proxmox' id of it.
    pub upid: String,
    /// The node.
    pub node: String,
    /// `vzdump`.
    pub task_type: String,
    /// What it works on: a guest's id; empty for a job over several guests.
    pub id: String,
    /// Who started it.
    pub user: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; absent while it runs.
    pub ended_at: Option<Timestamp>,
    /// `OK` or an error text, once it has ended.
    pub status: Option<String>,
    /// Whether it only waits for another backup's lock, as its log says.
    pub is_waiting: bool,
    /// What a running backup was started as, as its log begins: `vzdump 201 --storage pbs`.
    pub job: Option<String>,
}

#[derive(Deserialize)]
struct WireTask {
    upid: String,
    node: String,
    #[serde(rename = "type")]
    task_type: String,
    #[serde(default, deserialize_with = "loose::text")]
    id: String,
    #[serde(default, deserialize_with = "loose::text")]
    user: String,
    #[serde(deserialize_with = "loose::instant")]
    starttime: i64,
    #[serde(default, deserialize_with = "loose::maybe_instant")]
    endtime: Option<i64>,
    #[serde(default, deserialize_with = "loose::maybe_text")]
    status: Option<String>,
}

impl Proxmox {
    /// Running tasks of a type, oldest first. Without the privilege to see them this is a failure, never an empty
    /// list.
    pub async fn running_tasks(&self, task_type: &str) -> Result<Vec<Task>, SourceFailure> {
        let asked = format!("Running {task_type} tasks");
        self.connection.running_tasks(task_type).await.map_err(|error| self.connection.failure(&asked, error))
    }

    /// Tasks of a type that have ended, begun since an instant, oldest first. The archive holds about 1,000 tasks.
    pub async fn recent_tasks(&self, task_type: &str, since: Timestamp) -> Result<Vec<Task>, SourceFailure> {
        let asked = format!("Earlier {task_type} tasks");
        self.connection.ended_tasks(task_type, since).await.map_err(|error| self.connection.failure(&asked, error))
    }

    /// Tasks of the node: those that have ended, and those that run, unless the parameters choose otherwise.
    pub async fn listed_tasks(&self, parameters: &[(String, String)]) -> Result<Vec<ListedTask>, SourceFailure> {
        let node = self.node_path();
        let given = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let defaults = [("source", "all"), ("limit", MAX_LISTED_TASKS)].into_iter();
        let missing = defaults.filter(|(name, _)| parameters.iter().all(|(given, _)| given != name));
        let query: Vec<(&str, &str)> = given.chain(missing).collect();
        self.ask_list("Tasks", Some(("Sys.Audit", &node)), &["nodes", self.node(), "tasks"], &query).await
    }

    /// How a task stands.
    pub async fn task_status(&self, upid: &str) -> Result<Object, SourceFailure> {
        let node = self.node_of(upid)?;
        let needed_on = format!("/nodes/{node}");
        self.ask("Task", Some(("Sys.Audit", &needed_on)), &["nodes", node, "tasks", upid, "status"], &[]).await
    }

    /// What a task said, the last lines of it.
    pub async fn task_log(&self, upid: &str) -> Result<TaskLog, SourceFailure> {
        let node = self.node_of(upid)?;
        let path = ["nodes", node, "tasks", upid, "log"];
        let limit = MAX_LOG_LINES.to_string();
        let answer = async {
            self.connection.require_privilege("Sys.Audit", &format!("/nodes/{node}")).await?;
            let (lines, total) = self.connection.get_part(&path, &[("start", "0"), ("limit", &limit)]).await?;
            let left_out = total.map_or(0, |total| total.saturating_sub(MAX_LOG_LINES));
            if left_out == 0 {
                return Ok(TaskLog { lines, left_out });
            }
            let start = left_out.to_string();
            let (lines, _) = self.connection.get_part(&path, &[("start", &start), ("limit", &limit)]).await?;
            Ok(TaskLog { lines, left_out })
        };
        answer.await.map_err(|error| self.connection.failure("Task log", error))
    }

    /// The node that a task's id names: `UPID:pihanga:…`.
    fn node_of<'u>(&self, upid: &'u str) -> Result<&'u str, SourceFailure> {
        let node = upid.strip_prefix("UPID:").and_then(|rest| rest.split(':').next()).filter(|node| !node.is_empty());
        node.ok_or_else(|| SourceFailure {
            kind: Cause::BadRequest,
            asked: format!("Task on {}", self.name()),
            reason: format!("{upid} is no task of Proxmox: their ids begin with UPID:NODE:."),
            remedy: "Take the id from pvenode task list.".into(),
            log_id: None,
        })
    }
}

impl Connection {
    pub(super) async fn running_tasks(&self, task_type: &str) -> Result<Vec<Task>, ApiError> {
        let mut tasks = self.tasks("active", task_type, &[]).await?;
        tasks.retain(|task| task.ended_at.is_none());
        for task in &mut tasks {
            let log = self.first_lines(&task.upid).await?;
            task.is_waiting = says_it_waits(log.iter().map(|line| line.t.as_str()));
            task.job = log.iter().find_map(|line| Some(line.t.split_once(JOB)?.1.trim().to_owned()));
        }
        Ok(tasks)
    }

    pub(super) async fn ended_tasks(&self, task_type: &str, since: Timestamp) -> Result<Vec<Task>, ApiError> {
        let since_s = since.0.div_euclid(1_000).to_string();
        let mut tasks = self.tasks("archive", task_type, &[("since", since_s.as_str())]).await?;
        tasks.retain(|task| task.ended_at.is_some() && task.started_at >= since);
        Ok(tasks)
    }

    async fn tasks(&self, source: &str, task_type: &str, more: &[(&str, &str)]) -> Result<Vec<Task>, ApiError> {
        self.require_privilege("Sys.Audit", &format!("/nodes/{}", self.node)).await?;
        let mut query = vec![("source", source), ("typefilter", task_type), ("limit", MAX_TASKS)];
        query.extend_from_slice(more);
        let tasks: Vec<WireTask> = self.get_list(&["nodes", &self.node, "tasks"], &query).await?;
        // Older versions do not know every filter; what they send beyond the question is left out here.
        let of_type = tasks.into_iter().filter(|task| task.task_type == task_type);
        let mut tasks: Vec<Task> = of_type.map(Task::from).collect();
        tasks.sort_by(|a, b| (a.started_at, &a.upid).cmp(&(b.started_at, &b.upid)));
        Ok(tasks)
    }

    async fn first_lines(&self, upid: &str) -> Result<Vec<LogLine>, ApiError> {
        let path = ["nodes", &self.node, "tasks", upid, "log"];
        let log: Result<Vec<LogLine>, _> = self.get_list(&path, &[("start", "0"), ("limit", LOG_LINES)]).await;
        match log {
            Ok(lines) => Ok(lines),
            // The task may have ended and gone since the list was made.
            Err(ApiError::Answered { .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}

impl From<WireTask> for Task {
    fn from(task: WireTask) -> Self {
        let instant = |seconds: i64| Timestamp(seconds.saturating_mul(1_000));
        Self {
            upid: task.upid,
            node: task.node,
            task_type: task.task_type,
            id: task.id,
            user: task.user,
            started_at: instant(task.starttime),
            ended_at: task.endtime.map(instant),
            status: task.status.filter(|_| task.endtime.is_some()),
            is_waiting: false,
            job: None,
        }
    }
}

fn says_it_waits<'a>(lines: impl Iterator<Item = &'a str>) -> bool {
    lines.fold(false, |waits, line| {
        (waits || line.contains("trying to get global lock")) && !line.contains("got global lock")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_a_task_that_waits_for_the_lock() {
        let waiting = ["INFO: trying to get global lock - waiting..."];
        let running = ["INFO: trying to get global lock - waiting...", "INFO: got global lock", "INFO: starting"];
        assert!(says_it_waits(waiting.into_iter()));
        assert!(!says_it_waits(running.into_iter()));
    }
}
