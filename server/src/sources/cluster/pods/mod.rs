//! The pods of a cluster, kept by one watch however many people look. Says how old its knowledge is; never holds a
//! whole pod, and never shows an empty set where the cluster could not be asked.

mod ended_run;
mod pod;
mod set;
mod status;
mod trim;
mod watch;
mod wire;

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicI64, Ordering},
};

use runbook::time::Timestamp;
use tokio::sync::{broadcast, watch as signal};

pub use ended_run::{EndedRun, PodChange};
pub use pod::{CachedPod, Container, Ended, Owner, Role, State};
pub use set::{PodSet, RankBy};
pub(super) use watch::run as watch;

use crate::sources::failure::SourceFailure;

/// A version of a cluster's pods.
#[derive(Debug, Clone)]
pub struct PodView {
    /// How the watch stands.
    pub state: PodWatchState,
    /// The pods, as of the last change.
    pub pods: Arc<PodSet>,
    /// Since when the portal has watched without having to start anew: restarts before are known only from last
    /// states. `None` before the first list.
    pub watching_since: Option<Timestamp>,
    /// Pods that the cluster has listed in a form that nobody can read.
    pub left_out: usize,
}

/// How a watch stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PodWatchState {
    /// The first list is being read.
    Loading {
        /// Pods read so far.
        read: usize,
        /// All of them, when the API server says.
        total: Option<usize>,
    },
    /// Changes arrive as they happen.
    Live {
        /// First complete list.
        since: Timestamp,
    },
    /// There is a set, but changes do not arrive.
    Stale {
        /// Last word from the cluster.
        since: Timestamp,
        /// Why.
        failure: SourceFailure,
    },
    /// There has never been an answer.
    Failed(SourceFailure),
}

/// What the watch writes and everybody reads.
#[derive(Debug)]
pub(super) struct PodCache {
    view: RwLock<PodView>,
    version: signal::Sender<u64>,
    /// The API server's last sign of life, as a timestamp; 0 before the first.
    heard_ms: AtomicI64,
    ends: broadcast::Sender<PodChange>,
}

/// Changes that wait at most for whoever hears of ended runs; what is beyond is said to be lost.
const MAX_WAITING_ENDS: usize = 1_024;

impl PodCache {
    pub(super) fn new() -> Self {
        let view = PodView {
            state: PodWatchState::Loading { read: 0, total: None },
            pods: Arc::default(),
            watching_since: None,
            left_out: 0,
        };
        let (ends, _) = broadcast::channel(MAX_WAITING_ENDS);
        Self { view: RwLock::new(view), version: signal::Sender::new(0), heard_ms: AtomicI64::new(0), ends }
    }

    /// The current version.
    pub(super) fn view(&self) -> PodView {
        self.view.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A number that grows with every change of pods or state.
    pub(super) fn changes(&self) -> signal::Receiver<u64> {
        self.version.subscribe()
    }

    /// When the watch had its last sign of life.
    pub(super) fn heard_at(&self) -> Option<Timestamp> {
        Some(self.heard_ms.load(Ordering::Relaxed)).filter(|heard| *heard > 0).map(Timestamp)
    }

    fn hear(&self, now: Timestamp) {
        self.heard_ms.store(now.0, Ordering::Relaxed);
    }

    /// Every change in which a container's run ended, from now on.
    pub(super) fn ends(&self) -> broadcast::Receiver<PodChange> {
        self.ends.subscribe()
    }

    /// Says that a run ended. Never waits, and nobody need listen.
    fn tell_end(&self, change: PodChange) {
        drop(self.ends.send(change));
    }

    fn change(&self, change: impl FnOnce(&mut PodView)) {
        change(&mut self.view.write().unwrap_or_else(PoisonError::into_inner));
        self.version.send_modify(|version| *version += 1);
    }
}
