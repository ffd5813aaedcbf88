//! Takes captures and stores them one after the other, in the background. Whoever hands one over never waits: the queue
//! is bounded, what does not fit is lost, and what is lost is counted and said.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use document::time::Timestamp;
use tokio::sync::Notify;

use crate::{Capture, Limits, Mode, Store, StoreError, store::Kept};

/// Captures that wait at most: with a full log each some 70 MB.
const MAX_WAITING: usize = 256;
/// The first pause after a failure.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How long one capture may take to be stored.
const STORE_LIMIT: Duration = Duration::from_secs(60);
/// How often old entries are looked for.
const PRUNE_EVERY: Duration = Duration::from_secs(60);
/// How long a process has the right to remove old entries, in milliseconds.
const CLAIM_MS: i64 = 150_000;

/// Whether crashes are being kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// They are.
    Keeping,
    /// They are not: the configuration says so.
    Off,
    /// They are not, and wait as long as there is room.
    NotKeeping {
        /// Since when.
        since: Timestamp,
        /// Why, in a few words.
        why: String,
    },
}

/// What `/metrics` and pages tell of keeping.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KeeperFigures {
    /// Captures that wait to be stored.
    pub waiting: usize,
    /// Captures that were stored.
    pub stored: u64,
    /// Captures that were there already.
    pub known: u64,
    /// Captures that were lost: the queue was full, or the database refused them.
    pub lost: u64,
    /// Crashes that nobody saw: the restart count went on by more than one.
    pub missed: u64,
    /// Attempts that failed.
    pub failures: u64,
    /// Entries that were removed by age or size.
    pub pruned: u64,
    /// Milliseconds from the end of the last run that was stored to its row.
    pub last_delay_ms: i64,
}

/// What time it is.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Keeps captures. Lives as long as it is referred to.
pub struct Keeper {
    url: String,
    mode: Mode,
    limits: Limits,
    now: Now,
    inner: Mutex<Inner>,
    work: Notify,
    progress: tokio::sync::watch::Sender<u64>,
}

#[derive(Default)]
struct Inner {
    queue: VecDeque<Capture>,
    store: Option<Store>,
    failing: Option<(Timestamp, String)>,
    figures: KeeperFigures,
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").field("standing", &self.standing()).finish_non_exhaustive()
    }
}

impl Keeper {
    /// A keeper that opens `url` in the background, and again for as long as that fails. `off` keeps nothing.
    pub fn start(url: &str, limits: Limits, now: Now) -> Arc<Self> {
        Self::begin(url, Mode::Write, limits, now)
    }

    /// One that only reads, beside the process that keeps: it stores nothing and removes nothing.
    pub fn reading(url: &str, now: Now) -> Arc<Self> {
        Self::begin(url, Mode::Read, Limits::default(), now)
    }

    fn begin(url: &str, mode: Mode, limits: Limits, now: Now) -> Arc<Self> {
        let keeper = Arc::new(Self {
            url: url.to_owned(),
            mode,
            limits,
            now,
            inner: Mutex::default(),
            work: Notify::new(),
            progress: tokio::sync::watch::Sender::new(0),
        });
        if !keeper.is_off() {
            tokio::spawn(work(Arc::downgrade(&keeper)));
        }
        if !keeper.is_off() && mode == Mode::Write {
            tokio::spawn(prune(Arc::downgrade(&keeper)));
        }
        keeper
    }

    /// Whether the configuration says that nothing is kept.
    pub fn is_off(&self) -> bool {
        self.url == "off"
    }

    /// Takes a capture. Never waits: when there is no room the oldest that waits is lost.
    pub fn keep(&self, capture: Capture) {
        if self.is_off() || self.mode == Mode::Read {
            return;
        }
        let mut inner = self.lock();
        if inner.queue.len() >= MAX_WAITING {
            inner.queue.pop_front();
            inner.figures.lost += 1;
        }
        inner.queue.push_back(capture);
        drop(inner);
        self.work.notify_one();
    }

    /// Whether crashes are being kept.
    pub fn standing(&self) -> Standing {
        match (self.is_off(), &self.lock().failing) {
            (true, _) => Standing::Off,
            (false, None) => Standing::Keeping,
            (false, Some((since, why))) => Standing::NotKeeping { since: *since, why: why.clone() },
        }
    }

    /// Its counts.
    pub fn figures(&self) -> KeeperFigures {
        let inner = self.lock();
        KeeperFigures { waiting: inner.queue.len(), ..inner.figures }
    }

    /// The database, once it is open.
    pub fn store(&self) -> Option<Store> {
        self.lock().store.clone()
    }

    /// A number that grows whenever something was stored, lost or failed.
    pub fn progress(&self) -> tokio::sync::watch::Receiver<u64> {
        self.progress.subscribe()
    }

    /// One sentence for a page: what is not being kept since when and why, and what was lost; `None` when all is well.
    pub fn complaint(&self) -> Option<String> {
        let figures = self.figures();
        let lost = match figures.lost {
            0 => String::new(),
            1 => " 1 capture was lost.".to_owned(),
            lost => format!(" {lost} captures were lost."),
        };
        match self.standing() {
            Standing::Keeping if figures.lost == 0 => None,
            Standing::Keeping => Some(format!("Crashes are being kept again.{lost}")),
            Standing::Off => Some("Crashes are not being kept: the configuration says so ([evidence] url).".into()),
            Standing::NotKeeping { since, why } => {
                let waiting = match figures.waiting {
                    0 => String::new(),
                    1 => " 1 capture waits.".to_owned(),
                    waiting => format!(" {waiting} captures wait."),
                };
                Some(format!("Crashes are not being kept since {} UTC: {why}.{waiting}{lost}", since.clock()))
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn open(&self) -> Result<Store, StoreError> {
        if let Some(store) = self.store() {
            return Ok(store);
        }
        let store = Store::open(&self.url, self.mode).await?;
        self.lock().store = Some(store.clone());
        Ok(store)
    }

    /// Stores the oldest that waits. `false` when none does.
    async fn store_next(&self) -> Result<bool, StoreError> {
        let store = self.open().await?;
        let Some(capture) = self.lock().queue.front().cloned() else { return Ok(false) };
        let kept = tokio::time::timeout(STORE_LIMIT, store.keep(&capture, (self.now)())).await;
        let outcome = kept.unwrap_or(Err(StoreError::Slow));
        let mut inner = self.lock();
        match &outcome {
            Err(error) if error.may_pass() => {}
            _ => {
                // What waited longest may have been lost meanwhile, when the queue was full.
                if inner.queue.front().is_some_and(|front| front.crash.key == capture.crash.key) {
                    inner.queue.pop_front();
                }
            }
        }
        match outcome {
            Ok(Kept::New { missed }) => {
                inner.figures.stored += 1;
                inner.figures.missed += u64::from(missed);
                inner.figures.last_delay_ms = (self.now)().ms_since(capture.crash.at);
                Ok(true)
            }
            Ok(Kept::Known) => {
                inner.figures.known += 1;
                Ok(true)
            }
            Err(error) => {
                if !error.may_pass() {
                    inner.figures.lost += 1;
                }
                Err(error)
            }
        }
    }

    fn tell(&self, outcome: &Result<bool, StoreError>) {
        let mut inner = self.lock();
        match outcome {
            Ok(_) => inner.failing = None,
            Err(error) => {
                inner.figures.failures += 1;
                let since = inner.failing.as_ref().map_or_else(|| (self.now)(), |(since, _)| *since);
                if inner.failing.is_none() {
                    tracing::warn!(%error, "crashes are not being kept");
                }
                inner.failing = Some((since, error.to_string()));
            }
        }
        drop(inner);
        self.progress.send_modify(|count| *count += 1);
    }
}

async fn work(keeper: std::sync::Weak<Keeper>) {
    let mut pause = FIRST_PAUSE;
    loop {
        let Some(keeper) = keeper.upgrade() else { return };
        let outcome = keeper.store_next().await;
        keeper.tell(&outcome);
        match outcome {
            Ok(true) => pause = FIRST_PAUSE,
            Ok(false) => {
                pause = FIRST_PAUSE;
                let waited = keeper.work.notified();
                // Looks up now and then, so that a keeper that nobody refers to any more ends.
                drop(tokio::time::timeout(LONGEST_PAUSE, waited).await);
            }
            Err(_) => {
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

async fn prune(keeper: std::sync::Weak<Keeper>) {
    let holder = format!("{}-{:p}", std::process::id(), keeper.as_ptr());
    loop {
        tokio::time::sleep(PRUNE_EVERY).await;
        let Some(keeper) = keeper.upgrade() else { return };
        let Some(store) = keeper.store() else { continue };
        let now = (keeper.now)();
        match store.claim("retention", &holder, now, CLAIM_MS).await {
            Ok(true) => {}
            Ok(false) | Err(_) => continue,
        }
        loop {
            match store.prune(&keeper.limits, (keeper.now)()).await {
                Ok(pruned) if pruned.entries > 0 => keeper.lock().figures.pruned += pruned.entries,
                Ok(_) => break,
                Err(error) => {
                    tracing::warn!(%error, "old evidence cannot be removed");
                    break;
                }
            }
            tokio::task::yield_now().await;
        }
    }
}
