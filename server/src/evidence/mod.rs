//! What was: every crash of a watched cluster is captured when the watch sees it, and kept where it outlives the pod.
//! Reading and watching never wait for the store; a store that is down is a sentence on the page.

mod capture;
mod incidents;
mod notice;
mod places;
mod requests;
mod told;
mod watch;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

pub use incidents::NotTaken;
pub use places::{Placed, Verdicts};
pub use told::Told;

use ::evidence::{Keeper, Limits, Store};
use runbook::{
    outcome::{Cause, Unknown},
    time::DAY_MS,
};
use sha2::{Digest, Sha256};
use tokio::task::AbortHandle;

use crate::{
    checks::Runner,
    clock::Clock,
    config,
    library::Library,
    sources::{ConfigProblem, Sources},
};

/// The shortest token of a webhook, in bytes.
const MIN_TOKEN_BYTES: usize = 16;
/// How long a page waits for the store.
const READ_LIMIT: Duration = Duration::from_secs(2);

/// Captures that are taken, and what was kept.
#[derive(Debug)]
pub struct Evidence {
    keeper: Arc<Keeper>,
    clock: Clock,
    figures: Arc<WatchFigures>,
    /// One watch of crashes for each cluster. They end with this.
    watches: Vec<AbortHandle>,
    inbox: incidents::Inbox,
    /// The digest of the webhook's token.
    webhook_token: Option<[u8; 32]>,
}

impl Drop for Evidence {
    fn drop(&mut self) {
        self.watches.iter().for_each(AbortHandle::abort);
    }
}

/// What the watch of crashes counts.
#[derive(Debug, Default)]
pub(crate) struct WatchFigures {
    /// Crashes that were seen.
    noticed: AtomicU64,
    /// Requests that captures put to API servers.
    requests: AtomicU64,
    /// Changes that came faster than they could be heard.
    unheard: AtomicU64,
    /// Crashes and verdicts by place.
    places: places::Places,
}

impl Evidence {
    /// Begins to keep, and to capture every crash of every cluster.
    pub fn start(
        section: &config::Evidence,
        clock: Clock,
        sources: &Arc<Sources>,
        library: &Arc<Library>,
        runner: &Arc<Runner>,
    ) -> Result<Arc<Self>, ConfigProblem> {
        let url = match section.place(|name| std::env::var(name).ok()) {
            Ok(url) => url,
            // Without a folder to keep in the portal serves all the same, and says so on its pages.
            Err(_) if section.url.is_none() && section.url_file.is_none() => String::new(),
            Err(problem) => return Err(ConfigProblem::new("evidence.url", problem, "See docs/evidence.md.")),
        };
        let limits = Limits {
            age_ms: i64::from(section.keep_days) * DAY_MS,
            bytes: u64::from(section.keep_mib) << 20,
            ..Limits::default()
        };
        let keeper = Keeper::start(&url, limits, Arc::new(move || clock.now()));
        let figures: Arc<WatchFigures> = Arc::default();
        let mut watches = Vec::new();
        if !keeper.is_off() {
            for cluster in sources.own().clusters() {
                let desk = capture::Desk {
                    keeper: Arc::clone(&keeper),
                    clock,
                    cluster: Arc::clone(cluster),
                    grant: sources.own().clone(),
                    library: Arc::clone(library),
                    runner: Arc::clone(runner),
                    figures: Arc::clone(&figures),
                    requests: requests::Requests::default(),
                    full: requests::FullCaptures::default(),
                    under_way: std::sync::Mutex::default(),
                };
                watches.push(tokio::spawn(watch::run(Arc::new(desk))).abort_handle());
            }
        }
        let webhook_token = match &section.webhook_token_file {
            Some(file) => Some(read_token(file)?),
            None => None,
        };
        let polls = !keeper.is_off() && webhook_token.is_none() && !sources.own().alertmanagers().is_empty();
        if polls {
            let poll = incidents::poll(Arc::clone(&keeper), Arc::clone(sources), clock);
            watches.push(tokio::spawn(poll).abort_handle());
        }
        let inbox = incidents::Inbox::open(&keeper, sources, clock);
        Ok(Arc::new(Self { keeper, clock, figures, watches, inbox, webhook_token }))
    }

    /// Reads what another process keeps, beside it. Captures nothing, and takes no messages.
    pub fn reading(section: &config::Evidence, clock: Clock, sources: &Arc<Sources>) -> Arc<Self> {
        let url = section.place(|name| std::env::var(name).ok()).unwrap_or_else(|_| "off".into());
        let keeper = Keeper::reading(&url, Arc::new(move || clock.now()));
        let inbox = incidents::Inbox::open(&keeper, sources, clock);
        Arc::new(Self { keeper, clock, figures: Arc::default(), watches: Vec::new(), inbox, webhook_token: None })
    }

    /// What takes captures.
    pub fn keeper(&self) -> &Arc<Keeper> {
        &self.keeper
    }

    /// The portal's time.
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// Reads from the store, for as long as a page can wait.
    pub async fn read<T>(
        &self,
        reading: impl AsyncFnOnce(Store) -> Result<T, ::evidence::StoreError>,
    ) -> Result<T, Unknown> {
        let unknown = |cause: Cause, reason: String| {
            let remedy = "Look at [evidence] in runlight.toml and at the log of Runlight; captures wait until then.";
            cause.unknown("What was kept", reason, remedy)
        };
        let Some(store) = self.keeper.store() else {
            let complaint = self.keeper.complaint();
            return Err(unknown(Cause::NotYet, complaint.unwrap_or_else(|| "The store is still being opened.".into())));
        };
        match tokio::time::timeout(READ_LIMIT, reading(store)).await {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(error)) => Err(unknown(Cause::Broken, format!("What was kept cannot be read: {error}."))),
            Err(_) => {
                Err(unknown(Cause::TimedOut, format!("The store did not answer within {} s.", READ_LIMIT.as_secs())))
            }
        }
    }

    /// Takes what a webhook tells, or says at once that it cannot.
    pub fn hear(&self, told: Told) -> Result<(), NotTaken> {
        if self.keeper.is_off() { Err(NotTaken::Off) } else { self.inbox.take(told) }
    }

    /// Whether a webhook of a portal that nobody signs in to sends the token that it should. Without one in the configuration nobody does. Digests are
    /// compared, so that the time it takes tells nothing.
    pub fn is_webhook_token(&self, given: &str) -> bool {
        let digest: [u8; 32] = Sha256::digest(given.as_bytes()).into();
        self.webhook_token.is_some_and(|wanted| wanted == digest)
    }

    /// Messages of webhooks that were taken, and that had to come again; alerts of them that the database did not take.
    pub fn webhook_figures(&self) -> [u64; 3] {
        [&self.inbox.taken, &self.inbox.refused, &*self.inbox.lost].map(|count| count.load(Ordering::Relaxed))
    }

    /// How long nothing has been heard from the webhook, in milliseconds, where one is expected: since the start, at first.
    pub fn webhook_silence_ms(&self) -> Option<i64> {
        let has_ever_come = self.inbox.taken.load(Ordering::Relaxed) > 0;
        if self.webhook_token.is_none() && !has_ever_come {
            return None;
        }
        Some(self.clock.now().ms_since(self.inbox.heard_at()).max(0))
    }

    /// Crashes since the start, by cluster and namespace, and verdicts of the last hour.
    pub fn places(&self) -> (Vec<Placed>, Verdicts) {
        self.figures.places.told(self.clock.now())
    }

    /// Crashes that the watch has seen, requests that their captures cost, changes that were not heard.
    pub fn watch_figures(&self) -> [u64; 3] {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        [of(&self.figures.noticed), of(&self.figures.requests), of(&self.figures.unheard)]
    }
}

fn read_token(file: &std::path::Path) -> Result<[u8; 32], ConfigProblem> {
    let wrong = |problem: String| {
        ConfigProblem::new("evidence.webhook_token_file", problem, "Write one line with a long random token into it.")
    };
    let text = std::fs::read_to_string(file);
    let text = text.map_err(|cause| wrong(format!("{} cannot be read: {cause}", file.display())))?;
    match text.trim() {
        token if token.len() >= MIN_TOKEN_BYTES => Ok(Sha256::digest(token.as_bytes()).into()),
        _ => Err(wrong(format!("the token in {} has less than {MIN_TOKEN_BYTES} bytes", file.display()))),
    }
}
