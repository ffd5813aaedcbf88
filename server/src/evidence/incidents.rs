//! Incidents: what a webhook or a poll tells of alerts, taken at once and written down in the background. Nothing is ever
//! sent back to whoever tells.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use ::evidence::{Alert, Entry, EntryKind, EvidenceId, Keeper, Store, StoreError};
use futures::{StreamExt, future::join_all, stream};
use runbook::time::Timestamp;
use serde::Deserialize;
use tokio::sync::mpsc;
use tokio_stream::wrappers::WatchStream;

use crate::{clock::Clock, sources::Sources};

/// Messages that wait to be written down; whoever sends more is told to come again.
const MAX_WAITING: usize = 256;
/// Alerts of one message that are taken.
const MAX_ALERTS: usize = 1_000;
/// Labels of one alert that are kept, and annotations.
const MAX_PAIRS: usize = 64;
/// Bytes of a label's or annotation's name that are kept, and of a fingerprint.
const MAX_NAME_BYTES: usize = 256;
/// Bytes that all labels of an alert may have together, and all annotations.
const MAX_PAIRS_BYTES: usize = 16 << 10;
/// Bytes of a label's or annotation's value that are kept.
const MAX_VALUE_BYTES: usize = 4_096;
/// The pause between two attempts to write a message down.
const PAUSE: Duration = Duration::from_secs(1);
/// Incidents that fire at most, as far as polls are compared with them.
const MAX_OPEN: usize = 1_000;
/// Names by which a poll and a webhook are known.
pub(super) const BY_WEBHOOK: &str = "webhook";
const BY_POLL: &str = "poll";

/// What one message tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    alerts: Vec<Alert>,
    /// Alerts that the sender left out of the message.
    left_out: u64,
}

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

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireMessage {
    alerts: Vec<WireAlert>,
    #[serde(default)]
    truncated_alerts: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireAlert {
    #[serde(default)]
    status: String,
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    starts_at: String,
    #[serde(default)]
    ends_at: String,
    #[serde(default, rename = "generatorURL")]
    generator_url: String,
    #[serde(default)]
    fingerprint: String,
}

impl Told {
    /// Reads what Alertmanager's webhook sends (version 4), Grafana's, or vmalert's bare list of alerts. The error is one
    /// sentence that repeats nothing of the message.
    pub fn read(body: &[u8], now: Timestamp) -> Result<Self, &'static str> {
        const NO_MESSAGE: &str = "The body is not a webhook message of Alertmanager (version 4), Grafana or vmalert.";
        let message: WireMessage = match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'[') => {
                let alerts = serde_json::from_slice(body).map_err(|_| NO_MESSAGE)?;
                WireMessage { alerts, truncated_alerts: 0 }
            }
            _ => serde_json::from_slice(body).map_err(|_| NO_MESSAGE)?,
        };
        let beyond = message.alerts.len().saturating_sub(MAX_ALERTS);
        let left_out = message.truncated_alerts.saturating_add(u64::try_from(beyond).unwrap_or(u64::MAX));
        let alerts = message.alerts.into_iter().take(MAX_ALERTS).map(|alert| alert.read(now));
        let alerts =
            alerts.collect::<Option<Vec<Alert>>>().ok_or("An alert of the message has no readable startsAt.")?;
        Ok(Self { alerts, left_out })
    }
}

impl WireAlert {
    fn read(self, now: Timestamp) -> Option<Alert> {
        let instant = |text: &str| {
            let at = text.parse::<jiff::Timestamp>().ok()?;
            Some(Timestamp(at.as_millisecond()))
        };
        // An end in the year 1 is none yet; vmalert tells an end in the future while the alert fires.
        let ends_at = instant(&self.ends_at).filter(|at| at.0 > 0);
        let ends_at = match self.status.as_str() {
            "firing" => None,
            "resolved" => Some(ends_at.unwrap_or(now)),
            _ => ends_at.filter(|at| *at <= now),
        };
        let fingerprint = match self.fingerprint {
            given if (1..=MAX_NAME_BYTES).contains(&given.len()) => given,
            _ => {
                let labels: Vec<String> = self.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
                EvidenceId::of(&labels.iter().map(String::as_str).collect::<Vec<_>>()).to_string()
            }
        };
        Some(Alert {
            fingerprint,
            labels: bounded(&self.labels),
            annotations: bounded(&self.annotations),
            starts_at: instant(&self.starts_at)?,
            ends_at,
            generator_url: self.generator_url.chars().take(MAX_VALUE_BYTES).collect(),
        })
    }
}

/// Labels or annotations with dots for secrets and without what is too long or too much; those of a name that says which
/// pod they are about come first.
fn bounded(map: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let value = |text: &str| {
        let mut lines = [text[..text.floor_char_boundary(MAX_VALUE_BYTES)].to_owned()];
        crate::checks::mask_lines(&mut lines);
        let [text] = lines;
        text
    };
    const FIRST: [&str; 5] = ["alertname", "cluster", "namespace", "pod", "container"];
    let is_first = |name: &str| FIRST.contains(&name);
    let (first, rest): (Vec<_>, Vec<_>) = map.iter().partition(|(name, _)| is_first(name.as_str()));
    let mut left = MAX_PAIRS_BYTES;
    let mut fits = |name: &str, text: &str| {
        let room = left.checked_sub(name.len() + text.len());
        left = room.unwrap_or(left);
        room.is_some()
    };
    let pairs = first.into_iter().chain(rest).filter(|(name, _)| name.len() <= MAX_NAME_BYTES).take(MAX_PAIRS);
    pairs.map(|(name, text)| (name.clone(), value(text))).filter(|(name, text)| fits(name, text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_793_672_621_000);

    fn message(alerts: &str) -> String {
        format!(
            r#"{{"version":"4","groupKey":"x","truncatedAlerts":2,"status":"firing","receiver":"r","alerts":[{alerts}]}}"#
        )
    }

    #[test]
    fn reads_what_alertmanager_grafana_and_vmalert_send() {
        let firing = r#"{"status":"firing","labels":{"alertname":"A","pod":"p"},"annotations":{},"fingerprint":"f1",
            "startsAt":"2026-11-03T02:23:41Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://p/g"}"#;
        let told = Told::read(message(firing).as_bytes(), NOW).expect("a message");
        assert_eq!((told.alerts.len(), told.left_out), (1, 2));
        assert_eq!((told.alerts[0].starts_at, told.alerts[0].ends_at), (NOW, None));
        let resolved = firing.replace("firing", "resolved").replace("0001-01-01T00:00:00Z", "2026-11-03T02:33:41Z");
        let told = Told::read(message(&resolved).as_bytes(), NOW).expect("a message");
        assert_eq!(told.alerts[0].ends_at, Some(NOW.plus_ms(600_000)));
        let bare =
            r#" [{"labels":{"alertname":"A"},"startsAt":"2026-11-03T02:23:41Z","endsAt":"2026-11-03T02:27:41Z"}]"#;
        let told = Told::read(bare.as_bytes(), NOW).expect("a list");
        assert_eq!(told.alerts[0].ends_at, None, "an end that is to come is none");
        assert_eq!(told.alerts[0].fingerprint.len(), 16);
    }

    #[test]
    fn of_a_message_without_bounds_a_bounded_part_is_kept() {
        let labels: String = (0..5_000).map(|at| format!(r#""a{at}":"{}","#, "x".repeat(100))).collect();
        let long = "y".repeat(100_000);
        let alert = format!(
            r#"{{"status":"firing","fingerprint":"{long}","startsAt":"2026-11-03T02:23:41Z",
                "labels":{{{labels}"{long}":"z","pod":"p","alertname":"A"}}}}"#
        );
        let told = Told::read(message(&alert).as_bytes(), NOW).expect("a message");
        let kept = &told.alerts[0];
        assert_eq!((kept.label("pod"), kept.label("alertname")), ("p", "A"));
        assert!(kept.labels.len() <= MAX_PAIRS && kept.fingerprint.len() == 16);
        assert!(serde_json::to_string(kept).expect("JSON").len() < 2 * MAX_PAIRS_BYTES);
        // As many alerts as a sender says that it has left out, and one more than are taken.
        let one = r#"{"labels":{},"startsAt":"2026-11-03T02:23:41Z"},"#.repeat(MAX_ALERTS + 1);
        let body = format!(r#"{{"truncatedAlerts":{},"alerts":[{}]}}"#, u64::MAX, one.trim_end_matches(','));
        let told = Told::read(body.as_bytes(), NOW).expect("a message");
        assert_eq!((told.alerts.len(), told.left_out), (MAX_ALERTS, u64::MAX));
    }

    #[test]
    fn a_message_that_is_nested_without_end_is_refused() {
        let deep = format!(r#"{{"alerts":{}{}}}"#, "[".repeat(500_000), "]".repeat(500_000));
        assert!(Told::read(deep.as_bytes(), NOW).is_err());
        // What nobody reads is passed over without going down into it.
        let deep = format!(r#"{{"x":{}{},"alerts":[]}}"#, "[".repeat(500_000), "]".repeat(500_000));
        assert!(Told::read(deep.as_bytes(), NOW).is_ok_and(|told| told.alerts.is_empty()));
    }

    #[test]
    fn takes_no_nonsense_and_repeats_none() {
        for body in ["", "{}", "null", "[1]", r#"{"alerts":[{"labels":{},"startsAt":"soon"}]}"#] {
            let error = Told::read(body.as_bytes(), NOW).expect_err(body);
            assert!(!error.contains("soon"));
        }
    }

    #[test]
    fn a_secret_in_an_annotation_is_dots() {
        let alert = r#"{"status":"firing","labels":{"alertname":"A"},"annotations":{"d":"password: hunter2"},
            "startsAt":"2026-11-03T02:23:41Z"}"#;
        let told = Told::read(message(alert).as_bytes(), NOW).expect("a message");
        assert!(!told.alerts[0].annotations["d"].contains("hunter2"));
    }
}
