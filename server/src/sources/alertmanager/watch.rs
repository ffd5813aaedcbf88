//! One look at what fires every few seconds while anybody is interested, shared by all who are.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use runbook::time::Timestamp;
use tokio::{
    sync::{Mutex as AsyncMutex, watch as signal},
    time::Instant,
};

use super::{Alert, Alertmanager, WebApi, alert};
use crate::{clock::Clock, sources::SourceFailure};

const BETWEEN_LOOKS: Duration = Duration::from_secs(5);

/// What fires at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertView {
    /// When Alertmanager was asked.
    pub asked_at: Timestamp,
    /// Every alert, silenced and inhibited ones too, or why they cannot be known.
    pub alerts: Result<Arc<[Alert]>, SourceFailure>,
    /// How many alerts of the answer could not be read.
    pub left_out: usize,
}

/// The shared look.
#[derive(Debug)]
pub(super) struct AlertWatch {
    version: signal::Sender<u64>,
    is_looking: Mutex<bool>,
    latest: AsyncMutex<Option<(Instant, Arc<AlertView>)>>,
}

impl Default for AlertWatch {
    fn default() -> Self {
        Self { version: signal::Sender::new(0), is_looking: Mutex::new(false), latest: AsyncMutex::new(None) }
    }
}

impl Alertmanager {
    /// A number that grows whenever what fires changes. While it is held, Alertmanager is asked every few seconds.
    pub fn alert_changes(&self) -> signal::Receiver<u64> {
        let receiver = self.watch.version.subscribe();
        let mut is_looking = self.watch.is_looking.lock().unwrap_or_else(PoisonError::into_inner);
        if !std::mem::replace(&mut is_looking, true) {
            tokio::spawn(look(Arc::clone(&self.api), Arc::clone(&self.watch), self.clock));
        }
        receiver
    }

    /// What fires now, as of the last few seconds. Those who ask at the same time share one question, which goes on
    /// when they lose patience, so that the next one who asks finds its answer.
    pub async fn current(&self) -> Arc<AlertView> {
        let (api, watch, clock) = (Arc::clone(&self.api), Arc::clone(&self.watch), self.clock);
        let asking = tokio::spawn(async move { refresh(&api, &watch, clock, BETWEEN_LOOKS).await });
        match asking.await {
            Ok(view) => view,
            // The task is cancelled only when the process ends.
            Err(_) => refresh(&self.api, &self.watch, self.clock, BETWEEN_LOOKS).await,
        }
    }
}

async fn refresh(api: &WebApi, watch: &AlertWatch, clock: Clock, max_age: Duration) -> Arc<AlertView> {
    let mut latest = watch.latest.lock().await;
    if let Some((at, view)) = &*latest
        && at.elapsed() < max_age
    {
        return Arc::clone(view);
    }
    let asked_at = clock.now();
    let alerts = alert::read(api, &[]).await;
    let left_out = alerts.as_ref().map_or(0, |alerts| alerts.left_out);
    let alerts = alerts.map(|alerts| Arc::from(alerts.read)).map_err(|error| api.failure("Firing alerts", &error));
    let view = Arc::new(AlertView { asked_at, alerts, left_out });
    let is_news = latest.as_ref().is_none_or(|(_, shown)| says_more(&view, shown));
    *latest = Some((Instant::now(), Arc::clone(&view)));
    drop(latest);
    if is_news {
        watch.version.send_modify(|version| *version += 1);
    }
    view
}

async fn look(api: Arc<WebApi>, watch: Arc<AlertWatch>, clock: Clock) {
    loop {
        // Under the same lock as its start, so that no reader is lost.
        {
            let mut is_looking = watch.is_looking.lock().unwrap_or_else(PoisonError::into_inner);
            if watch.version.receiver_count() == 0 {
                *is_looking = false;
                return;
            }
        }
        refresh(&api, &watch, clock, Duration::ZERO).await;
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}

/// Whether a reader would see a difference. The log's id of a lasting failure may change without one.
fn says_more(new: &AlertView, old: &AlertView) -> bool {
    match (&new.alerts, &old.alerts) {
        (Ok(alerts), Ok(shown)) => alerts != shown || new.left_out != old.left_out,
        (Err(new), Err(old)) => new.reason != old.reason,
        _ => true,
    }
}
