//! What open pages follow: one topic per question, however many people look. A topic asks again when its source says
//! that something changed, and ends with its last reader.

mod board;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use app::panels::drawn;
use futures::{Stream, StreamExt, stream};
use runbook::{
    names::CheckId,
    outcome::{Body, Report},
    recovery::Recovery,
};
use tokio::sync::watch;
use tokio_stream::wrappers::WatchStream;

pub use self::board::Board;
use crate::checks::{Runner, Topic};

/// Questions that are kept up to date at the same time. What is beyond them is answered once.
const MAX_TOPICS: usize = 4_096;
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
    topics: Mutex<HashMap<Topic, watch::Sender<Option<Arc<str>>>>>,
}

impl Hub {
    /// A hub without topics.
    pub fn new(runner: Arc<Runner>) -> Arc<Self> {
        Arc::new(Self { runner, topics: Mutex::default() })
    }

    /// Every report on these questions from now on, the present one first.
    pub fn follow(self: &Arc<Self>, topics: Vec<(CheckId, Topic)>) -> impl Stream<Item = Update> + Send + use<> {
        stream::select_all(topics.into_iter().map(|(check, topic)| {
            match self.subscribe(&topic) {
                Some(receiver) => WatchStream::new(receiver)
                    .filter_map(move |panel| {
                        std::future::ready(panel.map(|panel| Update { check: check.clone(), panel }))
                    })
                    .boxed(),
                None => self.once(check, topic).boxed(),
            }
        }))
    }

    /// The present report on a question, and no later one.
    pub fn once(&self, check: CheckId, topic: Topic) -> impl Stream<Item = Update> + Send + use<> {
        let runner = Arc::clone(&self.runner);
        let report = async move { runner.run(&topic).await };
        stream::once(report).filter_map(move |report| {
            std::future::ready(write(&report).map(|panel| Update { check: check.clone(), panel }))
        })
    }

    /// Topics that have readers now.
    pub fn topic_count(&self) -> usize {
        self.lock().len()
    }

    fn subscribe(self: &Arc<Self>, topic: &Topic) -> Option<watch::Receiver<Option<Arc<str>>>> {
        let mut topics = self.lock();
        if let Some(known) = topics.get(topic) {
            return Some(known.subscribe());
        }
        if topics.len() >= MAX_TOPICS {
            return None;
        }
        let (sender, receiver) = watch::channel(None);
        topics.insert(topic.clone(), sender.clone());
        tokio::spawn(Arc::clone(self).keep(topic.clone(), sender));
        Some(receiver)
    }

    async fn keep(self: Arc<Self>, topic: Topic, sender: watch::Sender<Option<Arc<str>>>) {
        loop {
            tokio::select! {
                () = sender.closed() => {}
                () = self.publish_changes(&topic, &sender) => {}
            }
            let mut topics = self.lock();
            // Somebody may have come between the last reader's leaving and this lock.
            if sender.receiver_count() == 0 {
                topics.remove(&topic);
                return;
            }
        }
    }

    async fn publish_changes(&self, topic: &Topic, sender: &watch::Sender<Option<Arc<str>>>) {
        let mut changes = self.runner.changes(topic);
        let mut shown: Option<Report> = None;
        loop {
            let report = self.runner.run(topic).await;
            if shown.as_ref().is_none_or(|shown| says_something_else(shown, &report)) {
                if let Some(panel) = write(&report) {
                    drop(sender.send_replace(Some(panel)));
                }
                shown = Some((*report).clone());
            }
            tokio::time::sleep(MIN_INTERVAL).await;
            changes.next().await;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Topic, watch::Sender<Option<Arc<str>>>>> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A panel as it travels.
fn write(report: &Report) -> Option<Arc<str>> {
    serde_json::to_string(&drawn::update(report, &[]))
        .map(Into::into)
        .inspect_err(|cause| tracing::error!(%cause, "a panel cannot be written as JSON"))
        .ok()
}

/// The page itself counts.
fn forget_count(shown: &Recovery, new: &mut Recovery) {
    if shown.state == new.state {
        new.judged_at = shown.judged_at;
        new.line.clone_from(&shown.line);
    }
}

/// Whether a reader would see a difference beyond the time of asking.
fn says_something_else(shown: &Report, new: &Report) -> bool {
    let mut new = new.clone();
    new.asked_at = shown.asked_at;
    match (&shown.body, &mut new.body) {
        (Body::Window(shown), Body::Window(new)) => new.now = shown.now,
        (Body::Verdict(shown), Body::Verdict(new)) => {
            new.judged_at = shown.judged_at;
            if let (Some(shown), Some(new)) = (&shown.recovery, &mut new.recovery) {
                forget_count(shown, new);
            }
        }
        (Body::Recovery(shown), Body::Recovery(new)) => forget_count(shown, new),
        _ => {}
    }
    *shown != new
}
