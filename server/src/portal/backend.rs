//! The views' door: `Backend`, answered by the portal.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use app::{
    error::WireError,
    paths,
    server_side::{
        backend::{
            AccountView, Backend, Caller, CheckAnswer, DemoLink, Found, HomeView, PanelState, Query, RunbookView,
            SourceStatus,
        },
        doctor::{Examination, Part},
        evidence::EvidenceView,
        incident::IncidentView,
        library::{LibraryQuery, LibraryView, Row},
    },
};
use async_trait::async_trait;
use runbook::{
    lookup::{Lookup, Wanted},
    names::{CheckId, RunbookPath},
};

use super::{Example, Portal, audit, link, open};
use crate::{
    library::Entry,
    sources::{Grant, Right},
};

#[async_trait]
impl Backend for Portal {
    async fn home(&self, caller: &Caller) -> Result<HomeView, WireError> {
        let grant = self.grant(caller);
        let (firing, sources) = futures::join!(self.alerts.board(&grant), source_states(&grant));
        Ok(HomeView { firing, now: self.now(), sources, demo_links: self.links(&grant) })
    }

    async fn account(&self, caller: &Caller) -> Result<AccountView, WireError> {
        let grant = self.grant(caller);
        // The data of Secrets is there only where a cluster shows it to anybody.
        let is_there = |right: &&Right| match right {
            Right::SecretData(name) => grant.cluster(name).is_some_and(|cluster| grant.shows_secret_data(cluster)),
            _ => true,
        };
        Ok(AccountView {
            sources: grant.rights().filter(is_there).map(|right| (right.kind(), right.name().to_owned())).collect(),
            withheld: grant.withheld_count(),
            contact: self.sign_in.ways().contact,
        })
    }

    async fn doctor(&self, caller: &Caller) -> Result<Arc<Examination>, WireError> {
        let grant = self.grant(caller);
        self.examine().await.map(|examination| seen(examination, &grant)).ok_or_else(|| WireError {
            status: 500,
            title: "The look broke off".into(),
            message: "Runlight could not finish looking at its sources.".into(),
            next_step: "Look at the log of Runlight; runlight doctor asks the same on the command line.".into(),
            links: vec![("All runbooks".into(), paths::HOME.into())],
            log_id: None,
        })
    }

    async fn library(&self, caller: &Caller, query: &LibraryQuery) -> Result<LibraryView, WireError> {
        let mut view = self.library.list(query, self.now());
        view.crashes = self.search_crashes(&self.grant(caller), &query.words).await;
        Ok(view)
    }

    async fn search(&self, _caller: &Caller, words: &str) -> Result<(usize, Vec<Row>), WireError> {
        Ok(self.library.hits(words, self.now()))
    }

    async fn open_runbook(&self, caller: &Caller, path: &RunbookPath, query: &Query) -> Result<RunbookView, WireError> {
        let entry = self.entry(caller, path)?;
        let since = Instant::now();
        let view = self.view(&self.grant(caller), &entry, query).await;
        for (_, named) in query.iter().filter(|(name, _)| name == paths::RUN_FIELD) {
            let ran = view.panels.iter().find(|(check, _)| check.as_str() == named);
            if let Some((check, PanelState::Done(report))) = ran {
                audit::write(caller, path, check, report, since);
            }
        }
        Ok(view)
    }

    async fn find_runbook(&self, caller: &Caller, path: &str, query: &Query) -> Result<Found, WireError> {
        Ok(self.find(&self.grant(caller), &link::read(path, query)).await)
    }

    async fn evidence(&self, caller: &Caller, id: &str) -> Result<EvidenceView, WireError> {
        self.find_evidence(&self.grant(caller), id).await
    }

    async fn incident(&self, caller: &Caller, id: &str) -> Result<IncidentView, WireError> {
        self.find_incident(&self.grant(caller), id).await
    }

    async fn run_check(
        &self,
        caller: &Caller,
        path: &RunbookPath,
        check: &CheckId,
        bindings: &BTreeMap<String, String>,
    ) -> Result<CheckAnswer, WireError> {
        let entry = self.entry(caller, path)?;
        let bindings = open::valid_bindings(bindings)?;
        let command = open::command(&entry, check)?;
        let ask = Self::ask(&entry, command, (&self.grant(caller), &bindings))
            .map_err(|error| open::cannot_be_run(&error))?;
        let since = Instant::now();
        let report = self.run(&ask).await;
        audit::write(caller, path, check, &report, since);
        Ok(CheckAnswer { report })
    }
}

impl Portal {
    /// The runbook under an address, or a page's worth of near matches.
    pub(super) fn entry(&self, _caller: &Caller, path: &RunbookPath) -> Result<Arc<Entry>, WireError> {
        self.library.get(path).ok_or_else(|| self.not_found(path.as_str()))
    }

    pub(super) fn link(&self, example: &Example) -> DemoLink {
        let labels = example.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let wanted = Wanted { alert: &example.alert, ..Wanted::default() };
        let href = match self.library.find(&wanted) {
            Lookup::One(found) => paths::runbook(found.path.as_str(), labels),
            Lookup::Several(_) | Lookup::Missing(_) => paths::alert(&example.alert, labels),
        };
        DemoLink { story: example.sentence.clone(), href }
    }

    fn not_found(&self, wanted: &str) -> WireError {
        let near = self.library.near(wanted);
        let next_step = if near.is_empty() { "Look it up in the library." } else { "Did you mean one of these?" };
        let mut links: Vec<(String, String)> =
            near.into_iter().map(|near| (near.title, paths::runbook(near.path.as_str(), []))).collect();
        links.push(("All runbooks".into(), paths::HOME.into()));
        WireError {
            status: 404,
            title: "No such runbook".into(),
            message: "The library has no runbook under this address.".into(),
            next_step: next_step.into(),
            links,
            log_id: None,
        }
    }
}

/// What an examination says of sources that somebody may see, and of the portal itself.
fn seen(examination: Arc<Examination>, grant: &Grant) -> Arc<Examination> {
    if grant.withheld_count() == 0 {
        return examination;
    }
    let is_seen = |part: &&Part| {
        part.name.is_empty() || grant.rights().any(|right| right.kind() == part.kind && right.name() == part.name)
    };
    let parts = examination.parts.iter().filter(is_seen).cloned().collect();
    Arc::new(Examination { at: examination.at, parts })
}

/// How every source stands that somebody may see.
async fn source_states(grant: &Grant) -> Vec<SourceStatus> {
    let clusters = grant.clusters().iter().map(|cluster| SourceStatus {
        name: cluster.name().to_owned(),
        kind: "Kubernetes",
        state: cluster.status().map_err(|failure| failure.to_unknown()),
    });
    let proxmox = grant.proxmox().iter().map(async |host| SourceStatus {
        name: host.name().to_owned(),
        kind: "Proxmox VE",
        state: host.status().await.map_err(|failure| failure.to_unknown()),
    });
    let backup = grant.backup_servers().iter().map(async |server| SourceStatus {
        name: server.name().to_owned(),
        kind: "Proxmox Backup Server",
        state: server.status().await.map_err(|failure| failure.to_unknown()),
    });
    let prometheus = grant.prometheus().iter().map(async |source| SourceStatus {
        name: source.name().to_owned(),
        kind: "Prometheus",
        state: source.status().await.map_err(|failure| failure.to_unknown()),
    });
    let alertmanagers = grant.alertmanagers().iter().map(async |source| SourceStatus {
        name: source.name().to_owned(),
        kind: "Alertmanager",
        state: source.status().await.map_err(|failure| failure.to_unknown()),
    });
    let logs = grant.log_stores().iter().map(async |source| SourceStatus {
        name: source.name().to_owned(),
        kind: "Log store",
        state: source.status().await.map_err(|failure| failure.to_unknown()),
    });
    let (proxmox, backup, prometheus, alertmanagers, logs) = futures::join!(
        futures::future::join_all(proxmox),
        futures::future::join_all(backup),
        futures::future::join_all(prometheus),
        futures::future::join_all(alertmanagers),
        futures::future::join_all(logs)
    );
    clusters.chain(proxmox).chain(backup).chain(prometheus).chain(alertmanagers).chain(logs).collect()
}
