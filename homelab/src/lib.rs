//! The simulated homelab: three Kubernetes clusters, two Proxmox VE nodes, a Proxmox Backup Server, a Prometheus and an
//! Alertmanager that answer their real HTTP APIs on loopback. The portal reaches it through ordinary configuration and the same clients as a real one; nothing but the
//! command line and tests knows that it is here. It listens on 127.0.0.1 only and never asks anything of anybody.

mod backup;
mod backup_server;
mod certificate;
mod cluster;
mod configuration;
mod controls;
mod dice;
mod door;
mod endpoint;
mod exporter;
mod faults;
mod kube;
mod monitoring;
mod proxmox;
mod story;
mod voice;
mod voices;

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, task::JoinSet};

use self::{
    backup_server::BackupServer, certificate::Certificate, cluster::Cluster, endpoint::Endpoint, exporter::Exporter,
    proxmox::Host,
};
pub use self::{door::Asked, faults::Expiry, story::Story};
use clock::Clock;

/// How to start a homelab.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Every time stamp comes from here; whether a backup runs depends on it.
    pub clock: Clock,
    /// The same seed gives the same names.
    pub seed: u64,
    /// How fast troubles go on.
    pub pace: Pace,
}

impl Default for Options {
    fn default() -> Self {
        Self { clock: Clock::system(), seed: 7, pace: Pace::default() }
    }
}

/// How long a troubled container stays in each state, in milliseconds, a quarter more or less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// From a start to the next crash.
    pub running_ms: i64,
    /// `terminated`, while the kubelet has no previous log to give.
    pub terminated_ms: i64,
    /// Waiting out the back-off.
    pub waiting_ms: i64,
}

impl Default for Pace {
    /// Somebody who watches sees a crash within a minute.
    fn default() -> Self {
        Self { running_ms: 40_000, terminated_ms: 6_000, waiting_ms: 22_000 }
    }
}

impl Pace {
    /// This many times as fast as somebody who watches wants it: for a Prometheus that looks every half second.
    pub fn times(self, factor: u16) -> Self {
        let faster = |ms: i64| (ms / i64::from(factor.max(1))).max(1);
        Self {
            running_ms: faster(self.running_ms),
            terminated_ms: faster(self.terminated_ms),
            waiting_ms: faster(self.waiting_ms),
        }
    }

    /// Nothing happens by itself for a month: for tests that make it happen.
    pub const STILL: Self = Self { running_ms: 2_592_000_000, terminated_ms: 2_592_000_000, waiting_ms: 2_592_000_000 };
}

/// Why a homelab cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No port of 127.0.0.1 can be had.
    #[error("cannot listen on 127.0.0.1: {0}")]
    Listen(#[from] io::Error),
    /// No certificate can be made.
    #[error("cannot make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The certificate cannot be served.
    #[error("cannot serve TLS: {0}")]
    Tls(#[from] rustls::Error),
}

/// A running homelab. Dropping it ends it.
pub struct Homelab {
    clock: Clock,
    clusters: Vec<Served<Cluster>>,
    hosts: Vec<Served<Host>>,
    backup: Served<BackupServer>,
    monitoring: Vec<Served<monitoring::Api>>,
    world: Arc<monitoring::World>,
    exporter: Exporter,
    /// Something happened out of turn: look again when the next thing is due.
    nudge: Arc<Notify>,
    _time: JoinSet<()>,
}

/// A source with its API.
struct Served<T> {
    source: Arc<T>,
    endpoint: Endpoint,
    certificate: Certificate,
}

impl Homelab {
    /// Starts every API on a free port of 127.0.0.1, with a past that fits the clock, and lets time pass.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let Options { clock, seed, pace } = options;
        let mut hosts = Vec::new();
        for host in Host::all(seed, clock) {
            let certificate = Certificate::issue(host.name)?;
            let source = Arc::new(host);
            let endpoint =
                Endpoint::open(proxmox::router(Arc::clone(&source)), certificate.acceptor.clone(), clock).await?;
            hosts.push(Served { source, endpoint, certificate });
        }
        let nodes = hosts.iter().map(|host| Arc::clone(&host.source)).collect();
        let source = Arc::new(BackupServer::new(seed, clock, nodes));
        let certificate = Certificate::issue(source.name)?;
        let endpoint =
            Endpoint::open(backup_server::router(Arc::clone(&source)), certificate.acceptor.clone(), clock).await?;
        let backup = Served { source, endpoint, certificate };
        let last_backup =
            hosts.iter().find(|host| host.source.name == PRESSED).and_then(|host| host.source.latest_backup());
        let mut clusters = Vec::new();
        for inventory in cluster::inventory::all() {
            let certificate = Certificate::issue(inventory.cluster)?;
            let source = Arc::new(Cluster::new(inventory, seed, clock, pace, last_backup));
            let endpoint =
                Endpoint::open(kube::router(Arc::clone(&source)), certificate.acceptor.clone(), clock).await?;
            clusters.push(Served { source, endpoint, certificate });
        }
        let world = monitoring::World::new(
            clusters.iter().map(|cluster| Arc::clone(&cluster.source)).collect(),
            hosts.iter().map(|host| Arc::clone(&host.source)).collect(),
            clock,
        );
        let mut monitoring = Vec::new();
        for api in monitoring::Api::both(&world, seed) {
            let certificate = Certificate::issue(api.name)?;
            let source = Arc::new(api);
            let router = monitoring::router(Arc::clone(&source));
            let endpoint = Endpoint::open(router, certificate.acceptor.clone(), clock).await?;
            monitoring.push(Served { source, endpoint, certificate });
        }
        let exporter = Exporter::open(clusters.iter().map(|cluster| Arc::clone(&cluster.source)).collect()).await?;
        let nudge = Arc::new(Notify::new());
        let mut time = JoinSet::new();
        time.spawn(pass(
            clock,
            clusters.iter().map(|cluster| Arc::clone(&cluster.source)).collect(),
            hosts.iter().map(|host| Arc::clone(&host.source)).collect(),
            Arc::clone(&nudge),
        ));
        Ok(Self { clock, clusters, hosts, backup, monitoring, world, exporter, nudge, _time: time })
    }

    /// The time in the homelab.
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// The names of the clusters.
    pub fn clusters(&self) -> impl Iterator<Item = &'static str> {
        self.clusters.iter().map(|cluster| cluster.source.name)
    }

    /// Where a cluster's kube-state-metrics are, for a real Prometheus to scrape.
    pub fn metrics_url(&self, cluster: &str) -> String {
        self.exporter.url(cluster)
    }

    /// What is wrong in the homelab, with the labels of the alerts.
    pub fn stories(&self) -> Vec<Story> {
        story::PLOTS
            .iter()
            .map(|plot| {
                let pod = (!plot.pod.is_empty())
                    .then(|| self.cluster(plot.cluster).and_then(|c| c.source.find_pod(plot.namespace, plot.pod)))
                    .flatten();
                Story {
                    sentence: plot.sentence,
                    alertname: plot.alertname,
                    severity: plot.severity,
                    cluster: plot.cluster,
                    namespace: plot.namespace,
                    pod: pod.unwrap_or_default(),
                    container: plot.container,
                }
            })
            .collect()
    }

    fn cluster(&self, name: &str) -> Option<&Served<Cluster>> {
        self.clusters.iter().find(|cluster| cluster.source.name == name)
    }

    fn monitoring(&self, name: &str) -> Option<&Served<monitoring::Api>> {
        self.monitoring.iter().find(|api| api.source.name == name)
    }

    fn host(&self, name: &str) -> Option<&Served<Host>> {
        self.hosts.iter().find(|host| host.source.name == name)
    }
}

/// The Proxmox node whose backup presses on monitoring-cluster.
const PRESSED: &str = "pihanga";

/// Lets time pass in the clusters: sleeps until the next thing is due.
async fn pass(clock: Clock, clusters: Vec<Arc<Cluster>>, hosts: Vec<Arc<Host>>, nudge: Arc<Notify>) {
    // Even when nothing is due, old events must go.
    const LONGEST_SLEEP_MS: i64 = 30_000;
    loop {
        let is_under_pressure = hosts.iter().any(|host| host.name == PRESSED && host.is_backing_up());
        for cluster in &clusters {
            cluster.step(is_under_pressure && cluster.name == "monitoring-cluster");
        }
        let now = clock.now();
        let next = clusters.iter().filter_map(|cluster| cluster.due()).min();
        let sleep_ms = next.map_or(LONGEST_SLEEP_MS, |due| due.ms_since(now)).clamp(1, LONGEST_SLEEP_MS);
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(sleep_ms.unsigned_abs())) => {}
            () = nudge.notified() => {}
        }
    }
}

/// Locks, also after another holder panicked: what is inside is replaced whole and cannot be half-made.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
