//! What is counted of one source: how long its answers took, how often there was none, and since when it is silent.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use prometheus_client::metrics::{counter::Counter, histogram::Histogram};

/// Upper bounds of latencies, in seconds: from an answer out of a cache to the longest that a check may take.
pub(crate) const LATENCY_BUCKETS_S: [f64; 13] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0];

/// The counters of one source.
#[derive(Debug)]
pub(crate) struct SourceFigures {
    latency: Histogram,
    silences: Counter,
    is_heard: AtomicBool,
    heard_at: Mutex<Option<Instant>>,
}

/// How a source stands by what it was last asked.
#[derive(Debug, Clone)]
pub struct Standing {
    /// `cluster`, `proxmox`, `backup`, `prometheus`, `alertmanager`.
    pub kind: &'static str,
    /// The section's name.
    pub name: String,
    /// How long its answers took, refusals counted.
    pub latency: Histogram,
    /// Questions to which nothing came back.
    pub silences: Counter,
    /// Whether the last question got an answer; none before the first.
    pub is_heard: Option<bool>,
    /// Since the last answer.
    pub silent_for: Option<Duration>,
}

impl Default for SourceFigures {
    fn default() -> Self {
        Self {
            latency: Histogram::new(LATENCY_BUCKETS_S),
            silences: Counter::default(),
            is_heard: AtomicBool::new(false),
            heard_at: Mutex::new(None),
        }
    }
}

impl SourceFigures {
    /// Waits for an answer and counts it. `is_word` says of an error whether the source itself said it.
    pub(crate) async fn count<T, E>(
        &self,
        answer: impl Future<Output = Result<T, E>>,
        is_word: impl FnOnce(&E) -> bool,
    ) -> Result<T, E> {
        let asked_at = Instant::now();
        let answer = answer.await;
        let is_heard = answer.as_ref().err().is_none_or(is_word);
        if is_heard {
            self.latency.observe(asked_at.elapsed().as_secs_f64());
            *self.heard_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        } else {
            self.silences.inc();
        }
        self.is_heard.store(is_heard, Ordering::Relaxed);
        answer
    }

    /// How it stands now.
    pub(crate) fn standing(&self, kind: &'static str, name: &str) -> Standing {
        let heard_at = *self.heard_at.lock().unwrap_or_else(PoisonError::into_inner);
        let was_asked = heard_at.is_some() || self.silences.get() > 0;
        Standing {
            kind,
            name: name.to_owned(),
            latency: self.latency.clone(),
            silences: self.silences.clone(),
            is_heard: was_asked.then(|| self.is_heard.load(Ordering::Relaxed)),
            silent_for: heard_at.map(|at| at.elapsed()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn tells_a_refusal_from_silence() {
        let figures = SourceFigures::default();
        assert_eq!(figures.standing("proxmox", "p").is_heard, None);
        let ask = async |answer: Result<(), &'static str>| {
            let _ = figures.count(async { answer }, |error| *error == "403").await;
            figures.standing("proxmox", "p")
        };
        assert_eq!(ask(Err("no route")).await.is_heard, Some(false));
        assert_eq!(ask(Err("403")).await.is_heard, Some(true));
        let standing = ask(Ok(())).await;
        assert_eq!((standing.is_heard, standing.silences.get()), (Some(true), 1));
        assert!(standing.silent_for.is_some());
    }
}
