//! A Kubernetes cluster as a source: its pods by one watch, anything else by question. Never changes anything, and
//! never keeps the data of a secret; it reads it only where the configuration says so.

mod answered;
mod connect;
mod connection;
mod discovery;
mod error;
mod events;
mod follow;
mod get;
mod kinds;
mod lines;
mod logs;
mod path;
mod pods;
mod raw;
mod review;
mod secret;
mod tail;
mod wire_table;

use std::{sync::Arc, time::Duration};

use runbook::command::SecretData;
use tokio::{sync::watch, task::JoinHandle};

pub use error::ClusterError;
pub use events::PodEvent;
pub use follow::Followed;
pub use get::{GetRequest, GetScope, KubeColumn, KubeRow, KubeTable};
pub use logs::{LogAnswer, LogBound, LogRequest, RawLogLine};
pub use pods::{CachedPod, Container, Ended, Owner, PodSet, PodView, PodWatchState, RankBy, Role, State, kubectl_age};
pub use raw::KnownKind;
pub use review::Review;
pub use tail::LogTail;

use self::{connection::Connection, discovery::Discovery, pods::PodCache};
use crate::{
    clock::Clock,
    config,
    sources::{ConfigProblem, SourceFailure},
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
    /// Makes the client and starts the watch of its pods.
    pub(super) async fn connect(
        name: &str,
        section: &config::Cluster,
        timeout: Duration,
        clock: Clock,
    ) -> Result<Self, ConfigProblem> {
        let (connection, context) = connect::connect(name, section, timeout).await?;
        let connection = Arc::new(connection);
        let pods = Arc::new(PodCache::new());
        let watch = tokio::spawn(pods::watch(connection.clone(), pods.clone(), clock));
        let mut references = vec![name.to_owned(), format!("admin@{name}")];
        references.extend(context);
        references.extend(section.aliases.iter().cloned());
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

    /// Every name under which runbooks and alerts may know it; the section's name first.
    pub fn references(&self) -> &[String] {
        &self.references
    }

    /// Kubernetes nodes and the Proxmox guests that they are, as far as the configuration says.
    pub fn machines(&self) -> &[(String, String)] {
        &self.machines
    }

    /// Whether its operator lets the data of its Secrets be shown.
    pub fn shows_secret_data(&self) -> bool {
        self.secret_data == SecretData::Show
    }

    /// `10.10.0.5:6443`.
    pub fn address(&self) -> &str {
        &self.connection.address
    }

    /// The namespace of questions that name none.
    pub fn default_namespace(&self) -> &str {
        &self.connection.default_namespace
    }

    /// `https://10.10.0.5:6443`, as the kubeconfig has it.
    pub fn url(&self) -> &str {
        &self.connection.url
    }

    /// Time that an answer may take.
    pub fn timeout(&self) -> Duration {
        self.connection.timeout
    }

    /// The pods as the watch knows them now. Cheap.
    pub fn pods(&self) -> PodView {
        self.pods.view()
    }

    /// A number that grows whenever `pods` would say something else. At most some twenty times a second.
    pub fn pod_changes(&self) -> watch::Receiver<u64> {
        self.pods.changes()
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
