//! Incidents: what a webhook or a poll tells of alerts, taken at once and written down in the background. Nothing is ever
//! sent back to whoever tells.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use ::evidence::{Alert, Entry, EntryKind, EvidenceId, Keeper, Store, StoreError};
use futures::{StreamExt, future::join_all, stream};
use runbook::time::Timestamp;
use tokio::sync::mpsc;
use tokio_stream::wrappers::WatchStream;

use super::told::{Told, bounded};
use crate::{clock::Clock, sources::Sources};

/// Messages that wait to be written down; whoever sends more is told to come again.
const MAX_WAITING: usize = 256;
/// The pause between two attempts to write a message down.
const PAUSE: Duration = Duration::from_secs(1);
/// Incidents that fire at most, as far as polls are compared with them.
const MAX_OPEN: usize = 1_000;
/// Names by which a poll and a webhook are known.
pub(super) const BY_WEBHOOK: &str = "webhook";
const BY_POLL: &str = "poll";

/// Where messages go.
#[derive(Debug)]
pub(crate) struct Inbox {
    sender: mpsc::Sender<Told>,
    /// Messages that were taken.
    pub(super) taken: AtomicU64,
    /// Messages that had to come again.
    pub(super) refused: AtomicU64,
    /// Alerts of messages that the database did not take.
    pub(super) lost: Arc<AtomicU64>,
    /// When the last message came; when this was opened, before the first.
    heard_at_ms: AtomicI64,
    clock: Clock,
}

/// Why a message was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTaken {
    /// Nothing is kept here.
    Off,
    /// Too many wait.
    Busy,
}

impl Inbox {
    /// An inbox whose messages are written down by a task of its own; that task ends with it.
    pub(super) fn open(keeper: &Arc<Keeper>, sources: &Arc<Sources>, clock: Clock) -> Self {
        let (sender, receiver) = mpsc::channel(MAX_WAITING);
        let lost = Arc::new(AtomicU64::new(0));
        tokio::spawn(write_down(receiver, Arc::clone(keeper), Arc::clone(sources), clock, Arc::clone(&lost)));
        let heard_at_ms = AtomicI64::new(clock.now().0);
        Self { sender, taken: AtomicU64::new(0), refused: AtomicU64::new(0), lost, heard_at_ms, clock }
    }

    /// Takes a message, or says at once that it cannot.
    pub(super) fn take(&self, told: Told) -> Result<(), NotTaken> {
        self.heard_at_ms.store(self.clock.now().0, Ordering::Relaxed);
        match self.sender.try_send(told) {
            Ok(()) => {
                self.taken.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
            Err(_) => {
                self.refused.fetch_add(1, Ordering::Relaxed);
                Err(NotTaken::Busy)
            }
        }
    }
}

impl Inbox {
    /// When the last message came, taken or not.
    pub(super) fn heard_at(&self) -> Timestamp {
        Timestamp(self.heard_at_ms.load(Ordering::Relaxed))
    }
}

async fn write_down(
    mut receiver: mpsc::Receiver<Told>,
    keeper: Arc<Keeper>,
    sources: Arc<Sources>,
    clock: Clock,
    all_lost: Arc<AtomicU64>,
) {
    while let Some(told) = receiver.recv().await {
        loop {
            let written = match keeper.store() {
                Some(store) => hear_all(&store, &told, &sources, clock.now(), BY_WEBHOOK).await,
                None => Err(StoreError::Slow),
            };
            match written {
                Ok(lost) => {
                    all_lost.fetch_add(lost, Ordering::Relaxed);
                    break;
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }
}

/// Writes every alert of a message down. Gives how many the database does not take: they hold up none of the others. The
/// error is one after which all of it may be tried again.
async fn hear_all(
    store: &Store,
    told: &Told,
    sources: &Sources,
    now: Timestamp,
    heard_by: &str,
) -> Result<u64, StoreError> {
    let mut lost = 0;
    for alert in &told.alerts {
        match hear_one(store, alert, told.left_out, sources, now, heard_by).await {
            Err(error) if error.may_pass() => return Err(error),
            Err(error) => {
                tracing::warn!(%error, "an alert cannot be written down");
                lost += 1;
            }
            Ok(()) => {}
        }
    }
    Ok(lost)
}

async fn hear_one(
    store: &Store,
    alert: &Alert,
    left_out: u64,
    sources: &Sources,
    now: Timestamp,
    heard_by: &str,
) -> Result<(), StoreError> {
    let (id, _) = store.hear(alert, &cluster_of(alert, sources), heard_by, now).await?;
    if left_out > 0 {
        let text = format!("{left_out} more alerts of the same message were left out by its sender.");
        remark(store, &id, alert.starts_at, text).await?;
    }
    Ok(())
}

async fn remark(store: &Store, id: &EvidenceId, at: Timestamp, text: String) -> Result<(), StoreError> {
    store.note(id, &Entry { kind: EntryKind::Remark, at, who: String::new(), text }).await
}

/// The name under which we know an alert's cluster; what the alert says where we know none.
fn cluster_of(alert: &Alert, sources: &Sources) -> String {
    match (alert.label("cluster"), sources.own().clusters()) {
        ("", [only]) => only.name().to_owned(),
        (name, _) => sources.own().cluster(name).map_or_else(|| name.to_owned(), |known| known.name().to_owned()),
    }
}

/// Without a webhook: hears of alerts from every Alertmanager that is polled, and of their end when they are told no
/// more.
pub(super) async fn poll(keeper: Arc<Keeper>, sources: Arc<Sources>, clock: Clock) {
    let mut progress = keeper.progress();
    while keeper.store().is_none() {
        if progress.changed().await.is_err() {
            return;
        }
    }
    let changes = sources.own().alertmanagers().iter();
    let mut changes = stream::select_all(changes.map(|source| WatchStream::new(source.alert_changes())));
    while changes.next().await.is_some() {
        let Some(store) = keeper.store() else { continue };
        if let Err(error) = compare(&store, &sources, clock.now()).await {
            tracing::warn!(%error, "incidents cannot be written down");
        }
    }
}

async fn compare(store: &Store, sources: &Sources, now: Timestamp) -> Result<(), StoreError> {
    let views = join_all(sources.own().alertmanagers().iter().map(|source| source.current())).await;
    let mut firing = Vec::new();
    let mut is_whole = true;
    for view in &views {
        match &view.alerts {
            Ok(alerts) => firing.extend(alerts.iter().map(|alert| Alert {
                fingerprint: alert.fingerprint.clone(),
                labels: bounded(&alert.labels),
                annotations: bounded(&alert.annotations),
                starts_at: alert.since,
                ends_at: None,
                generator_url: alert.generator_href.clone().unwrap_or_default(),
            })),
            // What cannot be asked has not ended.
            Err(_) => is_whole = false,
        }
    }
    let told = Told { alerts: firing, left_out: 0 };
    hear_all(store, &told, sources, now, BY_POLL).await?;
    if !is_whole {
        return Ok(());
    }
    for incident in store.open_incidents(MAX_OPEN).await? {
        let fires = told.alerts.iter().any(|alert| alert.incident_id() == incident.id);
        if incident.heard_by == BY_POLL && !fires {
            let ended = Alert { ends_at: Some(now), ..incident.alert.clone() };
            store.hear(&ended, &incident.cluster, BY_POLL, now).await?;
        }
    }
    Ok(())
}
