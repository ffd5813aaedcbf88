//! A Kubernetes cluster as a source: its pods by one watch, anything else by question. Never changes anything, and
//! never keeps the data of a secret; it reads it only where the configuration says so.

mod answered;
mod connection;
mod contexts;
mod credentials;
mod discovery;
mod error;
mod events;
mod examine;
mod follow;
mod get;
mod kinds;
mod kubelet;
mod lines;
mod link;
mod logs;
mod path;
mod pods;
mod raw;
mod review;
mod secret;
mod section;
mod tail;
mod wire_table;

use std::{sync::Arc, time::Duration};

use runbook::{command::SecretData, time::Timestamp};
use tokio::{sync::watch, task::JoinHandle};

pub use contexts::{KubeContext, contexts};
pub use error::ClusterError;
pub use events::PodEvent;
pub use examine::{Attempt, Credentials, Greeting};
pub use follow::Followed;
pub use get::{GetRequest, GetScope, KubeColumn, KubeRow, KubeTable};
pub use logs::{LogAnswer, LogBound, LogRequest, RawLogLine};
pub use pods::{
    CachedPod, Container, Ended, EndedRun, Owner, PodChange, PodSet, PodView, PodWatchState, RankBy, Role, State,
};
pub use raw::KnownKind;
pub use review::Review;
pub use tail::LogTail;

use self::{connection::Connection, discovery::Discovery, pods::PodCache};
use crate::{
    clock::Clock,
    config,
    sources::{Cause, ConfigProblem, SourceFailure, Standing},
};

/// A configured cluster.
pub struct Cluster {
    connection: Arc<Connection>,
    references: Vec<String>,
    machines: Vec<(String, String)>,
    secret_data: SecretData,
    discovery: Discovery,
    pods: Arc<PodCache>,
    tails: tail::Tails,
    watch: JoinHandle<()>,
}

impl Cluster {
    /// Begins to make the client and to watch the cluster's pods. Credentials that cannot be had are a state of the
    /// cluster, and are tried again.
    pub(super) fn connect(
        name: &str,
        section: &config::Cluster,
        timeout: Duration,
        clock: Clock,
    ) -> Result<Self, ConfigProblem> {
        let connection = Arc::new(Connection::new(section::Section::new(name, section, timeout)?));
        let pods = Arc::new(PodCache::new());
        let watch = tokio::spawn(pods::watch(connection.clone(), pods.clone(), clock));
        let mut references = vec![name.to_owned(), format!("admin@{name}")];
        references.extend(section.context.iter().chain(&section.aliases).cloned());
        let machines = section.machines.iter().map(|(node, guest)| (node.clone(), guest.clone())).collect();
        Ok(Self {
            connection,
            references,
            machines,
            secret_data: section.secret_data,
            discovery: Discovery::default(),
            pods,
            tails: tail::Tails::default(),
            watch,
        })
    }

    /// The section's name in the configuration.
    pub fn name(&self) -> &str {
        &self.connection.name
    }

    /// Whether runbooks and alerts may know it under this name: its section's, an alias, `admin@NAME`, or its context.
    pub fn is_called(&self, reference: &str) -> bool {
        let is_context = || self.connection.target().is_some_and(|it| it.context.as_deref() == Some(reference));
        self.references.iter().any(|known| known == reference) || is_context()
    }

    /// Kubernetes nodes and the Proxmox guests that they are, as far as the configuration says.
    pub fn machines(&self) -> &[(String, String)] {
        &self.machines
    }

    /// Whether its operator lets the data of its Secrets be shown.
    pub fn shows_secret_data(&self) -> bool {
        self.secret_data == SecretData::Show
    }

    /// `10.10.0.5:6443`; empty while the kubeconfig does not say.
    pub fn address(&self) -> String {
        self.connection.target().map_or_else(String::new, |target| target.address.clone())
    }

    /// The namespace of questions that name none.
    pub fn default_namespace(&self) -> String {
        self.connection.target().map_or_else(|| "default".to_owned(), |target| target.default_namespace.clone())
    }

    /// `https://10.10.0.5:6443`, as the kubeconfig has it; empty while it does not say.
    pub fn url(&self) -> String {
        self.connection.target().map_or_else(String::new, |target| target.url.clone())
    }

    /// Time that an answer may take.
    pub fn timeout(&self) -> Duration {
        self.connection.timeout
    }

    /// The pods as the watch knows them now. Cheap.
    pub fn pods(&self) -> PodView {
        self.pods.view()
    }

    /// Whether its pods are not known because the account may not list them over all namespaces.
    pub fn may_not_list_all_pods(&self) -> bool {
        matches!(&self.pods().state, PodWatchState::Failed(failure) if failure.kind == Cause::Forbidden)
    }

    /// A number that grows whenever `pods` would say something else. At most some twenty times a second.
    pub fn pod_changes(&self) -> watch::Receiver<u64> {
        self.pods.changes()
    }

    /// When the watch of its pods had its last sign of life.
    pub fn heard_at(&self) -> Option<Timestamp> {
        self.pods.heard_at()
    }

    /// What is counted of it.
    pub fn standing(&self) -> Standing {
        self.connection.figures.standing("cluster", &self.connection.name)
    }

    /// Every change in which the run of a container ended, from now on.
    pub fn ended_runs(&self) -> tokio::sync::broadcast::Receiver<PodChange> {
        self.pods.ends()
    }

    /// How it stands, one sentence, or why it cannot be asked.
    pub fn status(&self) -> Result<String, SourceFailure> {
        let view = self.pods();
        match view.state {
            PodWatchState::Live { since } => Ok(format!(
                "{} pods in {} namespaces, watched since {} UTC.",
                view.pods.len(),
                view.pods.namespaces().count(),
                since.clock()
            )),
            PodWatchState::Loading { read, total: Some(total) } => Ok(format!("Reading its pods: {read} of {total}.")),
            PodWatchState::Loading { .. } => Ok("Reading its pods.".into()),
            PodWatchState::Stale { failure, .. } | PodWatchState::Failed(failure) => Err(failure),
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.watch.abort();
    }
}
