//! A look at every source, file and folder: does it answer, what may Runlight read there, and what would mend what is
//! missing. Asks in the ways that pages ask, prints nothing, changes nothing.

mod api2;
mod cluster;
mod common;
mod monitoring;
mod own;
mod rights;
mod sign_in;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use app::server_side::doctor::{Examination, Part, Row, State, Topic};
use futures::{
    FutureExt,
    future::{BoxFuture, Shared, join_all},
};
use tokio::time::Instant;

use crate::{clock::Clock, config::Config, library::Library, sign_in::SignIn, sources::Sources};

/// However many people look, the sources are asked this seldom.
const KEPT: Duration = Duration::from_secs(30);

/// One look that everybody shares; `None` when it broke off.
type Look = Shared<BoxFuture<'static, Option<Arc<Examination>>>>;

/// Who looks. Keeps the last look for a while.
pub struct Doctor {
    examiner: Arc<Examiner>,
    last: Mutex<Option<(Instant, Look)>>,
}

struct Examiner {
    config: Config,
    sources: Arc<Sources>,
    library: Arc<Library>,
    sign_in: Arc<SignIn>,
    clock: Clock,
}

impl Doctor {
    /// Looks at nothing yet.
    pub fn new(
        config: Config,
        sources: Arc<Sources>,
        library: Arc<Library>,
        sign_in: Arc<SignIn>,
        clock: Clock,
    ) -> Self {
        Self { examiner: Arc::new(Examiner { config, sources, library, sign_in, clock }), last: Mutex::default() }
    }

    /// How everything stands: the look that is under way or was taken just now, or a new one. `None` when it broke off,
    /// which is a fault of Runlight's own.
    pub async fn look(&self) -> Option<Arc<Examination>> {
        self.current().await
    }

    fn current(&self) -> Look {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, look)) = last.as_ref().filter(|(at, _)| at.elapsed() < KEPT) {
            return look.clone();
        }
        // It goes on when the page that asked for it is closed: the next page joins it.
        let examiner = Arc::clone(&self.examiner);
        let task = tokio::spawn(async move {
            // Folders that nobody has looked through yet would read as empty ones.
            examiner.library.read().await;
            Arc::new(examiner.examine().await)
        });
        let look = task.map(Result::ok).boxed().shared();
        *last = Some((Instant::now(), look.clone()));
        look
    }
}

impl Examiner {
    async fn examine(&self) -> Examination {
        let at = self.clock.now();
        let limit = Duration::from_millis(self.config.server.check_timeout_ms);
        let mut parts: Vec<BoxFuture<'_, Part>> = Vec::new();
        for cluster in self.sources.own().clusters() {
            let section = self.config.clusters.get(cluster.name());
            parts.push(bounded(limit, cluster::part(cluster), move |part| async move {
                cluster::examine(cluster, section, self.clock, part).await;
            }));
        }
        for host in self.sources.own().proxmox() {
            let section = self.config.proxmox.get(host.name());
            parts.push(bounded(limit, api2::proxmox_part(host), move |part| async move {
                api2::examine_proxmox(host, section, self.clock, part).await;
            }));
        }
        for server in self.sources.own().backup_servers() {
            let section = self.config.backup.get(server.name());
            parts.push(bounded(limit, api2::backup_part(server), move |part| async move {
                api2::examine_backup_server(server, section, self.clock, part).await;
            }));
        }
        for source in self.sources.own().prometheus() {
            let section = self.config.prometheus.get(source.name());
            parts.push(bounded(limit, monitoring::part(source.place()), move |part| async move {
                monitoring::examine_prometheus(source, section, self.clock, part).await;
            }));
        }
        for source in self.sources.own().alertmanagers() {
            let section = self.config.alertmanager.get(source.name());
            parts.push(bounded(limit, monitoring::part(source.place()), move |part| async move {
                monitoring::examine_alertmanager(source, section, self.clock, part).await;
            }));
        }
        for store in self.sources.own().log_stores() {
            let section = self.config.logs.get(store.name()).map(crate::config::Logs::monitoring);
            parts.push(bounded(limit, monitoring::part(store.place()), move |part| async move {
                monitoring::examine_logs(store, section.as_ref(), self.clock, part).await;
            }));
        }
        let mut parts = join_all(parts).await;
        parts.push(own::sources(&parts));
        parts.push(own::library(&self.library));
        parts.push(own::not_there_yet());
        parts.push(sign_in::part_of(&self.sign_in).await);
        parts.retain(|part| !part.rows.is_empty());
        Examination { at, parts }
    }
}

/// A part that is being looked at. What was found stays when time is up.
type Draft = Arc<Mutex<Part>>;

/// Looks at one part within a limit, so that one that is slow holds up neither the page nor the others.
fn bounded<'a, F>(limit: Duration, part: Part, examine: impl FnOnce(Draft) -> F + Send + 'a) -> BoxFuture<'a, Part>
where
    F: Future<Output = ()> + Send + 'a,
{
    let draft: Draft = Arc::new(Mutex::new(part));
    let looking = examine(Arc::clone(&draft));
    async move {
        let has_ended = tokio::time::timeout(limit, looking).await.is_ok();
        let mut part = draft.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if !has_ended {
            part.rows.push(Row::unknown(
                Topic::Reach,
                format!("Not every question was answered within {} s.", limit.as_secs_f32()),
                "Look at its load and at the way to it; if it stays slow, raise check_timeout_ms in [server] of \
                 runlight.toml.",
            ));
        }
        part
    }
    .boxed()
}

/// Adds a finding to a part.
fn note(draft: &Draft, row: Row) {
    draft.lock().unwrap_or_else(PoisonError::into_inner).rows.push(row);
}

fn set_version(draft: &Draft, version: &str) {
    draft.lock().unwrap_or_else(PoisonError::into_inner).version = Some(version.to_owned());
}

/// What a source's failure is as a finding.
fn failed(topic: Topic, failure: &crate::sources::SourceFailure) -> Row {
    Row::new(State::Unknown, topic, failure.reason.clone()).with(failure.remedy.clone(), Vec::new())
}
