//! One look at a node's backups every few seconds while anybody is interested, shared by all who are.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use runbook::time::{DAY_MS, Timestamp};
use tokio::{sync::watch as signal, time::Instant};

use super::{Proxmox, Task};
use crate::{
    clock::Clock,
    sources::{SourceFailure, api2::Connection},
};

const BETWEEN_LOOKS: Duration = Duration::from_secs(5);
/// The archive changes only when a task ends, which is seen at once; this is for tasks too short to be seen.
const BETWEEN_ARCHIVE_LOOKS: Duration = Duration::from_secs(60);
/// How far back ended backups are kept, in milliseconds.
const KEPT_MS: i64 = 2 * DAY_MS;
/// Proxmox' name for backup tasks.
const BACKUP: &str = "vzdump";

/// A node's backups at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupView {
    /// When the node was asked.
    pub asked_at: Timestamp,
    /// Running ones, oldest first.
    pub running: Result<Vec<Task>, SourceFailure>,
    /// Ones of the last two days that have ended, oldest first.
    pub ended: Result<Vec<Task>, SourceFailure>,
}

/// The shared look.
#[derive(Debug)]
pub(super) struct BackupWatch {
    version: signal::Sender<u64>,
    shared: Mutex<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    is_looking: bool,
    latest: Option<Arc<BackupView>>,
}

impl Proxmox {
    /// A number that grows whenever the node's backups change. While it is held, the node is asked every few seconds.
    pub fn backup_changes(&self) -> signal::Receiver<u64> {
        let receiver = self.backups.version.subscribe();
        let mut shared = self.backups.lock();
        if !std::mem::replace(&mut shared.is_looking, true) {
            tokio::spawn(look(self.connection.clone(), self.backups.clone(), self.clock));
        }
        receiver
    }

    /// The backups as last looked at; `None` while nobody holds `backup_changes` or before the first look.
    pub fn backups(&self) -> Option<Arc<BackupView>> {
        self.backups.lock().latest.clone()
    }
}

impl BackupWatch {
    pub(super) fn new() -> Self {
        Self { version: signal::Sender::new(0), shared: Mutex::default() }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the looking when nobody is interested any more. Under the same lock as its start, so that none is lost.
    fn ends(&self) -> bool {
        let mut shared = self.lock();
        if self.version.receiver_count() > 0 {
            return false;
        }
        *shared = Shared::default();
        true
    }

    fn publish(&self, view: BackupView) {
        let mut shared = self.lock();
        let is_news = shared.latest.as_ref().is_none_or(|latest| says_more(&view, latest));
        shared.latest = Some(Arc::new(view));
        drop(shared);
        if is_news {
            self.version.send_modify(|version| *version += 1);
        }
    }
}

async fn look(connection: Arc<Connection>, watch: Arc<BackupWatch>, clock: Clock) {
    let mut archive: Option<(Instant, Vec<Task>)> = None;
    let mut running_before = Vec::new();
    while !watch.ends() {
        let asked_at = clock.now();
        let running = connection.running_tasks(BACKUP).await;
        let running = running.map_err(|error| connection.failure("Running vzdump tasks", error));
        let ids = running.iter().flatten().map(|task| task.upid.clone()).collect::<Vec<_>>();
        if ids != running_before {
            running_before = ids;
            archive = None;
        }
        let ended = match archive.take().filter(|(at, _)| at.elapsed() < BETWEEN_ARCHIVE_LOOKS) {
            Some(known) => {
                let tasks = known.1.clone();
                archive = Some(known);
                Ok(tasks)
            }
            None => match connection.ended_tasks(BACKUP, asked_at.plus_ms(-KEPT_MS)).await {
                Ok(tasks) => {
                    archive = Some((Instant::now(), tasks.clone()));
                    Ok(tasks)
                }
                Err(error) => Err(connection.failure("Earlier vzdump tasks", error)),
            },
        };
        watch.publish(BackupView { asked_at, running, ended });
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}

/// Whether a reader would see a difference. The log's id of a lasting failure may change without one.
fn says_more(new: &BackupView, old: &BackupView) -> bool {
    let differs = |new: &Result<Vec<Task>, SourceFailure>, old: &Result<Vec<Task>, SourceFailure>| match (new, old) {
        (Ok(new), Ok(old)) => new != old,
        (Err(new), Err(old)) => new.reason != old.reason,
        _ => true,
    };
    differs(&new.running, &old.running) || differs(&new.ended, &old.ended)
}
