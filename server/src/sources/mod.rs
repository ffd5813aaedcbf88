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
mod grant;
pub mod log_store;
mod monitoring;
pub mod prometheus;
pub mod proxmox;
pub mod remark;
pub(crate) mod renewed;
mod right;
mod secret_file;
pub mod tls;
pub mod web;

use std::{fmt, sync::Arc, time::Duration};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

pub use api2::{Found, Host, JournalLines, Shown, knock};
pub(crate) use failure::chain;
pub use failure::{Cause, SourceFailure};
pub(crate) use figures::LATENCY_BUCKETS_S;
pub use figures::Standing;
use grant::Gates;
pub use grant::Grant;
pub(crate) use renewed::{Renewed, Stamp};
pub use right::Right;
pub use secret_file::exposure;

use self::{backup_server::BackupServer, cluster::Cluster, proxmox::Proxmox};
use crate::{clock::Clock, config::Config, patience::Patience};

/// Every configured source. It cannot be asked for anything but grants.
pub struct Sources {
    own: Grant,
    gates: Gates,
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
        let monitoring = monitoring::connect(config, &clusters, timeout, clock)?;
        let patience = Patience::of_pages(config.server.page_wait_ms);
        let own = Grant::everything(clusters, proxmox, backup_servers, monitoring, patience);
        Ok(Self { own, gates: Gates::of(config) })
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

/// The one line of a file that holds a secret.
pub(crate) fn secret(key: &str, path: &std::path::Path) -> Result<String, ConfigProblem> {
    let text = secret_file::read(key, path)?;
    let line = text.trim_end_matches(['\r', '\n']);
    match line.is_empty() || line.contains(['\r', '\n']) {
        true => Err(ConfigProblem::new(
            key,
            format!("the file {} does not hold one line", path.display()),
            "It holds the secret alone, on one line.",
        )),
        false => Ok(line.to_owned()),
    }
}

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
    const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(value, ESCAPED).to_string()
}
