//! What Runlight asks: clusters, Proxmox hosts and backup servers, Prometheus and Alertmanager, each by its own client with
//! its own error. A source that is down is
//! a source with a state; only configuration that cannot be right is an error here.

mod address;
pub mod alertmanager;
mod api2;
pub mod backup_server;
pub mod cluster;
mod failure;
mod figures;
mod monitoring;
pub mod prometheus;
pub mod proxmox;
pub mod remark;
pub(crate) mod renewed;
mod secret_file;
pub mod tls;
pub mod web;

use std::{fmt, sync::Arc, time::Duration};

pub use api2::{Found, Host, JournalLines, Shown, knock};
pub use failure::{FailureKind, SourceFailure};
pub(crate) use figures::LATENCY_BUCKETS_S;
pub use figures::Standing;
pub use secret_file::exposure;

use self::{
    alertmanager::Alertmanager, backup_server::BackupServer, cluster::Cluster, prometheus::Prometheus, proxmox::Proxmox,
};
use crate::{clock::Clock, config::Config, patience::Patience};

/// Every configured source.
pub struct Sources {
    clusters: Vec<Arc<Cluster>>,
    proxmox: Vec<Arc<Proxmox>>,
    backup_servers: Vec<Arc<BackupServer>>,
    prometheus: Vec<Arc<Prometheus>>,
    alertmanagers: Vec<Arc<Alertmanager>>,
    patience: Patience,
}

/// Configuration that cannot be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The key: `clusters.homelab-prod.kubeconfig`.
    pub key: String,
    /// What is wrong, without a full stop.
    pub problem: String,
    /// What to do, one sentence.
    pub remedy: String,
}

impl Sources {
    /// Makes all clients and starts the watches. Needs a tokio runtime; asks no source before it returns.
    pub async fn connect(config: &Config, clock: Clock) -> Result<Self, ConfigProblem> {
        // Both clients take the process's provider; the first to install one wins, and it is the same one.
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let timeout = Duration::from_millis(config.server.check_timeout_ms);
        let mut clusters: Vec<Arc<Cluster>> = Vec::new();
        for (name, section) in &config.clusters {
            let cluster = Cluster::connect(name, section, timeout, clock)?;
            if let Some((other, reference)) = shared_name(&clusters, &cluster, section) {
                return Err(ConfigProblem::new(
                    format!("clusters.{name}.aliases"),
                    format!("{reference} is also a name of {other}"),
                    "Give each cluster aliases of its own.",
                ));
            }
            clusters.push(Arc::new(cluster));
        }
        let mut proxmox = Vec::new();
        for (name, section) in &config.proxmox {
            proxmox.push(Arc::new(Proxmox::connect(name, section, timeout, clock)?));
        }
        let mut backup_servers = Vec::new();
        for (name, section) in &config.backup {
            backup_servers.push(Arc::new(BackupServer::connect(name, section, timeout)?));
        }
        let (prometheus, alertmanagers) = monitoring::connect(config, &clusters, timeout, clock)?;
        let patience = Patience::of_pages(config.server.page_wait_ms);
        Ok(Self { clusters, proxmox, backup_servers, prometheus, alertmanagers, patience })
    }

    /// A cluster by its section's name, its context, an alias, or `admin@NAME`. Section names win over the rest.
    pub fn cluster(&self, reference: &str) -> Option<&Arc<Cluster>> {
        let by_name = self.clusters.iter().find(|cluster| cluster.name() == reference);
        by_name.or_else(|| self.clusters.iter().find(|cluster| cluster.is_called(reference)))
    }

    /// All clusters, by name.
    pub fn clusters(&self) -> &[Arc<Cluster>] {
        &self.clusters
    }

    /// The Proxmox node that a command would reach under this host name or address.
    pub fn proxmox_by_host(&self, host: &str) -> Option<&Arc<Proxmox>> {
        self.proxmox.iter().find(|proxmox| proxmox.hosts().iter().any(|known| known.eq_ignore_ascii_case(host)))
    }

    /// The backup server that a command would reach under this host name or address.
    pub fn backup_server_by_host(&self, host: &str) -> Option<&Arc<BackupServer>> {
        self.backup_servers.iter().find(|server| server.hosts().iter().any(|known| known.eq_ignore_ascii_case(host)))
    }

    /// All Proxmox Backup Servers, by name.
    pub fn backup_servers(&self) -> &[Arc<BackupServer>] {
        &self.backup_servers
    }

    /// How long what can do without an answer waits for it.
    pub fn patience(&self) -> Patience {
        self.patience
    }

    /// How every source stands by what it was last asked.
    pub fn standings(&self) -> Vec<Standing> {
        let clusters = self.clusters.iter().map(|cluster| cluster.standing());
        let proxmox = self.proxmox.iter().map(|proxmox| proxmox.standing());
        let backup = self.backup_servers.iter().map(|server| server.standing());
        let prometheus = self.prometheus.iter().map(|prometheus| prometheus.standing());
        let alertmanagers = self.alertmanagers.iter().map(|alertmanager| alertmanager.standing());
        clusters.chain(proxmox).chain(backup).chain(prometheus).chain(alertmanagers).collect()
    }

    /// All Proxmox nodes, by name.
    pub fn proxmox(&self) -> &[Arc<Proxmox>] {
        &self.proxmox
    }
}

impl ConfigProblem {
    pub(crate) fn new(key: impl Into<String>, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { key: key.into(), problem: problem.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}. {}", self.key, self.problem, self.remedy)
    }
}

impl std::error::Error for ConfigProblem {}

/// How long a connection may take to come about, of the time that an answer may take: a host that is down is said soon.
fn connect_within(timeout: Duration) -> Duration {
    (timeout / 5).max(Duration::from_secs(1)).min(timeout)
}

/// An alias that another cluster has too. Contexts may repeat: every kubeconfig may call its own `default`.
fn shared_name<'a>(
    clusters: &'a [Arc<Cluster>],
    new: &Cluster,
    section: &'a crate::config::Cluster,
) -> Option<(&'a str, &'a str)> {
    section.aliases.iter().find_map(|alias| {
        let other = clusters.iter().find(|other| other.is_called(alias) && other.name() != new.name())?;
        Some((other.name(), alias.as_str()))
    })
}

/// A value as it may stand in a path or query: everything but unreserved characters is escaped.
pub(crate) fn percent_encode(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
