//! The backup servers beside a daily window: what each does now and did in the last nights, by our clock, and how many
//! of the pod's restarts lie in it. A server that could not be asked is unknown, never idle.

mod judge;

use std::{sync::Arc, time::Duration};

use futures::{future::join_all, join};
use runbook::{tally::HORIZON_DAYS, time::DAY_MS};

pub(super) use self::judge::{Server, describe, statements, summarise, tasks};
use super::CaseFiles;
use crate::{
    checks::{facts::within, node_runs::compare},
    clock::Clock,
    sources::{Grant, backup_server::BackupServer},
};

/// Asks every configured backup server.
pub(super) async fn ask(files: &CaseFiles, grant: &Grant) -> Vec<Server> {
    let servers = grant.backup_servers().iter().map(|server| ask_one(server, files.clock, files.part_limit));
    join_all(servers).await
}

async fn ask_one(server: &Arc<BackupServer>, clock: Clock, limit: Duration) -> Server {
    let since = clock.now().plus_ms(-HORIZON_DAYS * DAY_MS);
    let asked = |what: &str| format!("{what} of {}", server.name());
    let host = server.host();
    let (tasks, ahead) = join!(
        within(limit, asked("Tasks"), server.tasks_since(since)),
        compare(clock, within(limit, asked("Time"), host.now()), |time| *time),
    );
    let ahead_ms = ahead.map(|(_, ahead_ms)| ahead_ms);
    judge::assemble(server.name(), tasks, ahead_ms)
}
