//! What open pages follow: one topic per question, however many people look. A topic asks again when its source says
//! that something changed, and ends with its last reader.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use app::panels::drawn;
use futures::{Stream, StreamExt, stream};
use runbook::{names::CheckId, outcome::Report};
use tokio::sync::watch;
use tokio_stream::wrappers::WatchStream;

use crate::checks::{Ask, Runner};

/// Changes that come faster than this are shown together.
const MIN_INTERVAL: Duration = Duration::from_millis(100);

/// A panel that a page gets: JSON, drawn and serialised once for all readers.
#[derive(Debug, Clone)]
pub struct Update {
    /// Which of the page's checks it answers.
    pub check: CheckId,
    /// An `app::answer::PanelUpdate`.
    pub panel: Arc<str>,
}

/// All topics.
#[derive(Debug)]
pub struct Hub {
    runner: Arc<Runner>,
    topics: Mutex<HashMap<Ask, watch::Sender<Option<Arc<str>>>>>,
}

impl Hub {
    /// A hub without topics.
    pub fn new(runner: Arc<Runner>) -> Arc<Self> {
        Arc::new(Self { runner, topics: Mutex::default() })
    }

    /// Every report on these questions from now on, the present one first.
    pub fn follow(self: &Arc<Self>, asks: Vec<(CheckId, Ask)>) -> impl Stream<Item = Update> + Send + use<> {
        stream::select_all(asks.into_iter().map(|(check, ask)| {
            WatchStream::new(self.subscribe(ask))
                .filter_map(move |panel| std::future::ready(panel.map(|panel| Update { check: check.clone(), panel })))
        }))
    }

    /// Topics that have readers now.
    pub fn topic_count(&self) -> usize {
        self.lock().len()
    }

    fn subscribe(self: &Arc<Self>, ask: Ask) -> watch::Receiver<Option<Arc<str>>> {
        let mut topics = self.lock();
        if let Some(topic) = topics.get(&ask) {
            return topic.subscribe();
        }
        let (sender, receiver) = watch::channel(None);
        topics.insert(ask.clone(), sender.clone());
        tokio::spawn(Arc::clone(self).keep(ask, sender));
        receiver
    }

    async fn keep(self: Arc<Self>, ask: Ask, sender: watch::Sender<Option<Arc<str>>>) {
        loop {
            tokio::select! {
                () = sender.closed() => {}
                () = self.publish_changes(&ask, &sender) => {}
            }
            let mut topics = self.lock();
            // Somebody may have come between the last reader's leaving and this lock.
            if sender.receiver_count() == 0 {
                topics.remove(&ask);
                return;
            }
        }
    }

    async fn publish_changes(&self, ask: &Ask, sender: &watch::Sender<Option<Arc<str>>>) {
        let mut changes = self.runner.changes(ask);
        let mut shown: Option<Report> = None;
        loop {
            let report = self.runner.run(ask).await;
            if shown.as_ref().is_none_or(|shown| says_something_else(shown, &report)) {
                match serde_json::to_string(&drawn::update(&report, &[])) {
                    Ok(json) => drop(sender.send_replace(Some(json.into()))),
                    Err(cause) => tracing::error!(%cause, "a panel cannot be written as JSON"),
                }
                shown = Some((*report).clone());
            }
            tokio::time::sleep(MIN_INTERVAL).await;
            changes.next().await;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Ask, watch::Sender<Option<Arc<str>>>>> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a reader would see a difference beyond the time of asking.
fn says_something_else(shown: &Report, new: &Report) -> bool {
    let mut new = new.clone();
    new.asked_at = shown.asked_at;
    if let (runbook::outcome::Body::Window(shown), runbook::outcome::Body::Window(new)) = (&shown.body, &mut new.body) {
        new.now = shown.now;
    }
    *shown != new
}
