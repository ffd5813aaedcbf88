//! The way to one API server, made of files and programs that may be wrong today and right tomorrow. While no client can
//! be made the cluster is unknown with the reason, and it is tried again; nothing here keeps the portal from opening.

use std::{sync::Arc, time::Duration};

use kube::client::Client;
use tokio::{
    sync::{Notify, oneshot, watch},
    task::JoinSet,
};

use super::{
    credentials::{self, Facts},
    section::{Plan, Reading, Section},
};
use crate::sources::{Cause, renewed::Stamp};

/// Until the first attempt after one that failed.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// Credential plug-ins ask identity providers, which need not hear of a lasting failure more often than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How often the kubeconfig is looked at: it may have been renewed.
const LOOK_AT_FILES: Duration = Duration::from_secs(5);
/// Time that making a client may take before the cluster is said to be unknown: a plug-in may ask the network.
const LONGEST_MAKING: Duration = Duration::from_secs(8);

/// Where the API server is, as far as the kubeconfig could be read.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// `10.10.0.5:6443`, for sentences.
    pub(super) address: String,
    /// `https://10.10.0.5:6443`, as the kubeconfig has it.
    pub(super) url: String,
    /// The context's namespace.
    pub(super) default_namespace: String,
    /// The kubeconfig's context, if it is one.
    pub(super) context: Option<String>,
    /// Whether the kubeconfig gives any credentials for the context.
    pub(super) has_credentials: bool,
    /// What to say when the credentials turn out not to work.
    pub(super) facts: Facts,
}

/// Why no client can be made at present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) kind: Cause,
    /// One sentence.
    pub(super) reason: String,
    /// One sentence.
    pub(super) remedy: String,
}

/// What the way to the API server is like now.
#[derive(Clone, Default)]
struct State {
    target: Option<Arc<Target>>,
    client: Option<Result<Client, Trouble>>,
}

/// A client that is made in the background, and made anew when it is no longer accepted.
pub(super) struct Link {
    state: watch::Receiver<State>,
    renew: Arc<Notify>,
    _keeping: JoinSet<()>,
}

impl Link {
    /// Reads the section's files once, so that its names are known, and begins to make the client.
    pub(super) fn open(section: Section) -> Self {
        let reading = section.read();
        let state = State { target: reading.target.clone().map(Arc::new), client: None };
        let (sender, receiver) = watch::channel(state);
        let renew = Arc::new(Notify::new());
        // A page waits for panels about as long as an answer may take: credentials may have half of that.
        let limit = LONGEST_MAKING.min(section.timeout / 2);
        let mut keeping = JoinSet::new();
        keeping.spawn(Keeper { section, limit, state: sender, renew: Arc::clone(&renew) }.run(reading));
        Self { state: receiver, renew, _keeping: keeping }
    }

    /// What is known of the API server's place.
    pub(super) fn target(&self) -> Option<Arc<Target>> {
        self.state.borrow().target.clone()
    }

    /// The client, or why there is none. Waits for the first attempt.
    pub(super) async fn client(&self) -> Result<Client, Trouble> {
        let mut state = self.state.clone();
        let known = state.wait_for(|state| state.client.is_some()).await;
        match known.ok().and_then(|state| state.client.clone()) {
            Some(client) => client,
            // The keeper ends with the link alone.
            None => Err(Trouble {
                kind: Cause::Unauthorized,
                reason: "The credentials are not looked after any more.".into(),
                remedy: "Restart Runlight.".into(),
            }),
        }
    }

    /// The credentials were not accepted: they may have been renewed on disk.
    pub(super) fn renew(&self) {
        self.renew.notify_one();
    }
}

struct Keeper {
    section: Section,
    limit: Duration,
    state: watch::Sender<State>,
    renew: Arc<Notify>,
}

impl Keeper {
    async fn run(self, first: Reading) {
        let mut next = Some(first);
        let mut pause = FIRST_PAUSE;
        loop {
            let stamp = self.section.stamp();
            let reading = next.take().unwrap_or_else(|| self.section.read());
            let has_client = self.attempt(reading).await;
            if has_client {
                let made_at = tokio::time::Instant::now();
                tokio::select! {
                    () = self.renew.notified() => {}
                    () = self.replaced(&stamp) => continue,
                }
                if made_at.elapsed() > LONGEST_PAUSE {
                    pause = FIRST_PAUSE;
                }
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.replaced(&stamp) => {}
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Waits until the kubeconfig is another one than when it was last read.
    async fn replaced(&self, read: &Stamp) {
        loop {
            tokio::time::sleep(LOOK_AT_FILES).await;
            if self.section.stamp() != *read {
                return;
            }
        }
    }

    async fn attempt(&self, reading: Reading) -> bool {
        let target = reading.target.map(Arc::new);
        let client = match reading.plan {
            Err(trouble) => Err(trouble),
            Ok(plan) => self.make(plan, &target).await,
        };
        let is_made = client.is_ok();
        self.publish(target, client);
        is_made
    }

    /// Makes the client in a thread of its own: a plug-in is a program that is waited for, and one that hangs must hold
    /// up nobody, not even the end of this process.
    async fn make(&self, plan: Plan, target: &Option<Arc<Target>>) -> Result<Client, Trouble> {
        let (sender, mut receiver) = oneshot::channel();
        let (runtime, facts) = (tokio::runtime::Handle::current(), plan.facts.clone());
        let started = std::thread::Builder::new().name("credentials".into()).spawn(move || {
            let _entered = runtime.enter();
            let made = Client::try_from(plan.kube).map_err(|error| credentials::explain(&plan.facts, &error));
            // Nobody waits any more when the cluster is gone from the configuration.
            drop(sender.send(made));
        });
        if started.is_err() {
            return Err(credentials::cut_short(&facts));
        }
        if let Ok(made) = tokio::time::timeout(self.limit, &mut receiver).await {
            return made.unwrap_or_else(|_| Err(credentials::cut_short(&facts)));
        }
        self.publish(target.clone(), Err(credentials::slow(&facts, self.limit)));
        receiver.await.unwrap_or_else(|_| Err(credentials::cut_short(&facts)))
    }

    /// A failure does not take away a client that there is: it may still be accepted.
    fn publish(&self, target: Option<Arc<Target>>, client: Result<Client, Trouble>) {
        if let Err(trouble) = &client {
            tracing::warn!(cluster = %self.section.name, "{} {}", trouble.reason, trouble.remedy);
        }
        self.state.send_modify(|state| {
            if client.is_ok() || !matches!(state.client, Some(Ok(_))) {
                *state = State { target: target.or_else(|| state.target.take()), client: Some(client) };
            }
        });
    }
}
