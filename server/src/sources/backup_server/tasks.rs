//! Tasks of a backup server: backups that come in, verification, garbage collection, synchronisation.

use std::collections::BTreeMap;

use runbook::{
    loose,
    proxmox::{Object, tasks::LogLine},
    time::Timestamp,
};
use serde::Deserialize;

use super::{BackupServer, NODE};
use crate::sources::{SourceFailure, api2::ApiError};

/// Most tasks that one question returns.
const MAX_TASKS: &str = "1000";
/// Lines of a task's log that one answer holds.
const MAX_LOG_LINES: u64 = 5_000;

/// A task of a backup server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupTask {
    /// The server's id of it.
    pub upid: String,
    /// `backup`, `garbage_collection`, `verificationjob`, `prunejob`, `syncjob`, `reader`.
    pub worker_type: String,
    /// What it works on: `main:vm/201`, `main`; absent for tasks of the whole server.
    pub worker_id: Option<String>,
    /// Who started it.
    pub user: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; absent while it runs.
    pub ended_at: Option<Timestamp>,
    /// `OK`, `WARNINGS: 2` or an error text, once it has ended.
    pub status: Option<String>,
}

#[derive(Deserialize)]
struct WireTask {
    upid: String,
    worker_type: String,
    #[serde(default, deserialize_with = "loose::maybe_text")]
    worker_id: Option<String>,
    #[serde(default, deserialize_with = "loose::text")]
    user: String,
    #[serde(deserialize_with = "loose::instant")]
    starttime: i64,
    #[serde(default, deserialize_with = "loose::maybe_instant")]
    endtime: Option<i64>,
    #[serde(default, deserialize_with = "loose::maybe_text")]
    status: Option<String>,
}

impl BackupServer {
    /// Tasks that run now, and those that began since an instant, oldest first. Without the privilege to see them this
    /// is a failure, never an empty list.
    pub async fn tasks_since(&self, since: Timestamp) -> Result<Vec<BackupTask>, SourceFailure> {
        let since_s = since.0.div_euclid(1_000).max(0).to_string();
        let tasks = async {
            let ended = self.tasks(&[("since", &since_s)]).await?;
            // A long task may have begun before.
            let running = self.tasks(&[("running", "true")]).await?;
            let by_id: BTreeMap<String, BackupTask> =
                ended.into_iter().chain(running).map(|task| (task.upid.clone(), task)).collect();
            Ok(sorted(by_id.into_values().collect()))
        };
        tasks.await.map_err(|error| self.failure("Tasks", error))
    }

    /// Tasks that run now, oldest first.
    pub async fn running_tasks(&self) -> Result<Vec<BackupTask>, SourceFailure> {
        let tasks = self.tasks(&[("running", "true")]).await;
        tasks.map(sorted).map_err(|error| self.failure("Running tasks", error))
    }

    /// Tasks as the server's own tool lists them: those that run, or all.
    pub async fn listed_tasks(&self, is_all: bool, limit: u32) -> Result<Vec<Object>, SourceFailure> {
        let limit = limit.clamp(1, 1_000).to_string();
        let running = if is_all { "false" } else { "true" };
        let query = [("running", running), ("start", "0"), ("limit", limit.as_str())];
        let answer = async {
            self.connection.require_privilege("Sys.Audit", "/system/tasks").await?;
            self.connection.get_list(&["nodes", NODE, "tasks"], &query).await
        };
        answer.await.map_err(|error| self.failure("Tasks", error))
    }

    /// What a task said, up to a bound, and how many older lines were left out.
    pub async fn task_log(&self, upid: &str) -> Result<(Vec<LogLine>, u64), SourceFailure> {
        let path = ["nodes", NODE, "tasks", upid, "log"];
        let limit = MAX_LOG_LINES.to_string();
        let answer = async {
            self.connection.require_privilege("Sys.Audit", "/system/tasks").await?;
            let (lines, total) = self.connection.get_part(&path, &[("start", "0"), ("limit", &limit)]).await?;
            let left_out = total.map_or(0, |total| total.saturating_sub(MAX_LOG_LINES));
            if left_out == 0 {
                return Ok((lines, left_out));
            }
            let start = left_out.to_string();
            let (lines, _) = self.connection.get_part(&path, &[("start", &start), ("limit", &limit)]).await?;
            Ok((lines, left_out))
        };
        answer.await.map_err(|error| self.failure("Task log", error))
    }

    async fn tasks(&self, query: &[(&str, &str)]) -> Result<Vec<BackupTask>, ApiError> {
        // Without it the server lists the token's own tasks alone, which are none.
        self.connection.require_privilege("Sys.Audit", "/system/tasks").await?;
        let query: Vec<_> = query.iter().copied().chain([("limit", MAX_TASKS)]).collect();
        let tasks: Vec<WireTask> = self.connection.get_list(&["nodes", NODE, "tasks"], &query).await?;
        Ok(tasks.into_iter().map(BackupTask::from).collect())
    }
}

fn sorted(mut tasks: Vec<BackupTask>) -> Vec<BackupTask> {
    tasks.sort_by(|a, b| (a.started_at, &a.upid).cmp(&(b.started_at, &b.upid)));
    tasks
}

impl From<WireTask> for BackupTask {
    fn from(task: WireTask) -> Self {
        let instant = |seconds: i64| Timestamp(seconds.saturating_mul(1_000));
        Self {
            upid: task.upid,
            worker_type: task.worker_type,
            worker_id: task.worker_id.filter(|id| !id.is_empty()),
            user: task.user,
            started_at: instant(task.starttime),
            ended_at: task.endtime.map(instant),
            status: task.status.filter(|_| task.endtime.is_some()),
        }
    }
}
