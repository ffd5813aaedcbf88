//! The views' door: `Backend`, answered by the portal.

use std::{collections::BTreeMap, sync::Arc};

use app::{
    error::WireError,
    paths,
    server_side::{
        backend::{Backend, Caller, CheckAnswer, DemoLink, Found, HomeView, Query, RunbookView, SourceStatus},
        doctor::Examination,
        library::{LibraryQuery, LibraryView, Row},
    },
};
use async_trait::async_trait;
use runbook::{
    lookup::{Lookup, Wanted},
    names::{CheckId, RunbookPath},
};

use super::{Example, Portal, link, open};
use crate::library::Entry;

#[async_trait]
impl Backend for Portal {
    async fn home(&self, _caller: &Caller) -> Result<HomeView, WireError> {
        let (firing, sources) = futures::join!(self.alerts.board(), self.source_states());
        Ok(HomeView { firing, now: self.now(), sources, demo_links: self.demo_links() })
    }

    async fn doctor(&self, _caller: &Caller) -> Result<Arc<Examination>, WireError> {
        self.examine().await.ok_or_else(|| WireError {
            status: 500,
            title: "The look broke off".into(),
            message: "Runlight could not finish looking at its sources.".into(),
            next_step: "Look at the log of Runlight; runlight doctor asks the same on the command line.".into(),
            links: vec![("All runbooks".into(), paths::HOME.into())],
            log_id: None,
        })
    }

    async fn library(&self, _caller: &Caller, query: &LibraryQuery) -> Result<LibraryView, WireError> {
        Ok(self.library.list(query, self.now()))
    }

    async fn search(&self, _caller: &Caller, words: &str) -> Result<(usize, Vec<Row>), WireError> {
        Ok(self.library.hits(words, self.now()))
    }

    async fn open_runbook(&self, caller: &Caller, path: &RunbookPath, query: &Query) -> Result<RunbookView, WireError> {
        let entry = self.entry(caller, path)?;
        Ok(self.view(&entry, query).await)
    }

    async fn find_runbook(&self, _caller: &Caller, path: &str, query: &Query) -> Result<Found, WireError> {
        Ok(self.find(&link::read(path, query)).await)
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
        let ask = self.ask(&entry, command, &bindings).map_err(|error| open::cannot_be_run(&error))?;
        Ok(CheckAnswer { report: self.run(&ask).await })
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

    async fn source_states(&self) -> Vec<SourceStatus> {
        let clusters = self.sources.clusters().iter().map(|cluster| SourceStatus {
            name: cluster.name().to_owned(),
            kind: "Kubernetes",
            state: cluster.status().map_err(|failure| failure.to_unknown()),
        });
        let proxmox = self.sources.proxmox().iter().map(async |host| SourceStatus {
            name: host.name().to_owned(),
            kind: "Proxmox VE",
            state: host.status().await.map_err(|failure| failure.to_unknown()),
        });
        let backup = self.sources.backup_servers().iter().map(async |server| SourceStatus {
            name: server.name().to_owned(),
            kind: "Proxmox Backup Server",
            state: server.status().await.map_err(|failure| failure.to_unknown()),
        });
        let prometheus = self.sources.prometheus().iter().map(async |source| SourceStatus {
            name: source.name().to_owned(),
            kind: "Prometheus",
            state: source.status().await.map_err(|failure| failure.to_unknown()),
        });
        let alertmanagers = self.sources.alertmanagers().iter().map(async |source| SourceStatus {
            name: source.name().to_owned(),
            kind: "Alertmanager",
            state: source.status().await.map_err(|failure| failure.to_unknown()),
        });
        let (proxmox, backup, prometheus, alertmanagers) = futures::join!(
            futures::future::join_all(proxmox),
            futures::future::join_all(backup),
            futures::future::join_all(prometheus),
            futures::future::join_all(alertmanagers)
        );
        clusters.chain(proxmox).chain(backup).chain(prometheus).chain(alertmanagers).collect()
    }
}
