//! Hears of every run that ends in one cluster, and takes each to the desk. At start, and when it could not keep up, it
//! looks through all pods for what is not kept yet.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use futures::{StreamExt, stream};
use runbook::time::DAY_MS;
use tokio::sync::{Semaphore, broadcast::error::RecvError};

use super::{capture::Desk, notice};
use crate::sources::cluster::{PodChange, PodWatchState};

/// Captures of one cluster that are under way at the same time.
const MAX_CAPTURING: usize = 8;
/// How long a start waits for the store, so that it need not ask again for what is kept.
const STORE_WAIT: Duration = Duration::from_secs(10);
/// Crashes that ended longer ago than this are not caught up: the kubelet has long lost their logs.
const CAUGHT_UP_MS: i64 = DAY_MS;

/// Captures until the process ends.
pub(super) async fn run(desk: Arc<Desk>) {
    let mut ends = desk.cluster.ended_runs();
    wait_for_first_list(&desk).await;
    catch_up(&desk).await;
    let turns = Arc::new(Semaphore::new(MAX_CAPTURING));
    loop {
        match ends.recv().await {
            Ok(change) => take(&desk, &change, &turns).await,
            Err(RecvError::Lagged(count)) => {
                desk.figures.unheard.fetch_add(count, Ordering::Relaxed);
                tracing::warn!(cluster = desk.cluster.name(), count, "crashes come faster than they are heard");
                catch_up(&desk).await;
            }
            Err(RecvError::Closed) => return,
        }
    }
}

/// Captures every crash of a change, each when it is its turn. What needs no question is kept at once.
async fn take(desk: &Arc<Desk>, change: &PodChange, turns: &Arc<Semaphore>) {
    for (crash, run) in notice::crashes(desk.cluster.name(), change, desk.clock.now()) {
        desk.note(&crash);
        if !desk.full.is_due(&crash) {
            desk.count(crash);
            continue;
        }
        let (desk, pod, turns) = (Arc::clone(desk), Arc::clone(&change.after), Arc::clone(turns));
        tokio::spawn(async move {
            // The semaphore is never closed.
            let _turn = turns.acquire().await;
            desk.capture(crash, &pod, &run).await;
        });
    }
}

async fn wait_for_first_list(desk: &Desk) {
    let mut changes = desk.cluster.pod_changes();
    while !matches!(desk.cluster.pods().state, PodWatchState::Live { .. } | PodWatchState::Stale { .. }) {
        if changes.changed().await.is_err() {
            return;
        }
    }
}

/// What ended while nobody watched, as far as the API server still tells: the last run of each container.
async fn catch_up(desk: &Arc<Desk>) {
    let store = async {
        let mut progress = desk.keeper.progress();
        while desk.keeper.store().is_none() {
            if progress.changed().await.is_err() {
                return;
            }
        }
    };
    drop(tokio::time::timeout(STORE_WAIT, store).await);
    let now = desk.clock.now();
    let pods = desk.cluster.pods().pods;
    let ended: Vec<_> = pods
        .iter()
        .filter(|pod| pod.deleted_at.is_none())
        .flat_map(|pod| {
            let change = PodChange { before: None, after: Arc::clone(pod) };
            let crashes = notice::crashes(desk.cluster.name(), &change, now);
            crashes.into_iter().map(|(crash, run)| (Arc::clone(pod), crash, run))
        })
        .filter(|(_, crash, _)| now.ms_since(crash.at) < CAUGHT_UP_MS)
        .collect();
    drop(pods);
    stream::iter(ended)
        .for_each_concurrent(MAX_CAPTURING, async |(pod, crash, run)| {
            if desk.is_counted(&crash).await {
                return;
            }
            desk.note(&crash);
            match desk.full.is_due(&crash) {
                true => desk.capture(crash, &pod, &run).await,
                false => desk.count(crash),
            }
        })
        .await;
}
