//! What of the sources somebody may see. Code that asks gets a grant and never all sources, so that nothing can be asked
//! without saying for whom; equal grants share answers, unequal ones never do, because a grant is part of every key.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use access::Groups;
use runbook::outcome::{Cause, Unknown};

use super::{
    Sources, Standing, alertmanager::Alertmanager, backup_server::BackupServer, cluster::Cluster, log_store::LogStore,
    prometheus::Prometheus, proxmox::Proxmox, right::Right,
};
use crate::{config::Config, patience::Patience};

/// Which groups see what. What is named here without a group is seen by nobody who signs in.
#[derive(Debug, Clone, Default)]
pub(super) struct Gates {
    groups: BTreeMap<Right, Gate>,
    contact: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Gate {
    Everybody,
    Groups(Vec<String>),
    Nobody,
}

/// What somebody may see. The empty one shows nothing.
#[derive(Clone, Default)]
pub struct Grant(Arc<Granted>);

#[derive(Default)]
struct Granted {
    rights: BTreeSet<Right>,
    clusters: Vec<Arc<Cluster>>,
    proxmox: Vec<Arc<Proxmox>>,
    backup_servers: Vec<Arc<BackupServer>>,
    prometheus: Vec<Arc<Prometheus>>,
    alertmanagers: Vec<Arc<Alertmanager>>,
    log_stores: Vec<Arc<LogStore>>,
    withheld: Withheld,
    patience: Patience,
}

/// What there is beyond a grant, so that an answer can say which right is missing.
#[derive(Default)]
struct Withheld {
    clusters: Vec<Arc<Cluster>>,
    proxmox: Vec<Arc<Proxmox>>,
    backup_servers: Vec<Arc<BackupServer>>,
    prometheus: Vec<Arc<Prometheus>>,
    alertmanagers: Vec<Arc<Alertmanager>>,
    log_stores: Vec<Arc<LogStore>>,
    gates: Gates,
}

impl Gates {
    /// What the sections of a configuration ask for.
    pub(super) fn of(config: &Config) -> Self {
        let gate = |groups: &Vec<String>| match groups.as_slice() {
            [] => Gate::Everybody,
            groups => Gate::Groups(groups.to_vec()),
        };
        let mut all = BTreeMap::new();
        for (name, section) in &config.clusters {
            all.insert(Right::Cluster(name.clone()), gate(&section.groups));
            // Secrets are shown to groups that are named for it, and to nobody else.
            let secrets = match section.secret_data_groups.as_slice() {
                [] => Gate::Nobody,
                groups => Gate::Groups(groups.to_vec()),
            };
            all.insert(Right::SecretData(name.clone()), secrets);
        }
        all.extend(config.proxmox.iter().map(|(name, it)| (Right::Proxmox(name.clone()), gate(&it.groups))));
        all.extend(config.backup.iter().map(|(name, it)| (Right::Backup(name.clone()), gate(&it.groups))));
        all.extend(config.prometheus.iter().map(|(name, it)| (Right::Prometheus(name.clone()), gate(&it.groups))));
        all.extend(config.alertmanager.iter().map(|(name, it)| (Right::Alertmanager(name.clone()), gate(&it.groups))));
        all.extend(config.logs.iter().map(|(name, it)| (Right::Logs(name.clone()), gate(&it.groups))));
        Self { groups: all, contact: config.sign_in.contact.clone() }
    }

    fn admits(&self, right: &Right, groups: &Groups) -> bool {
        match self.groups.get(right) {
            Some(Gate::Everybody) => true,
            Some(Gate::Groups(wanted)) => groups.meet(wanted),
            Some(Gate::Nobody) | None => false,
        }
    }

    /// The groups that a right is given to.
    fn groups_of(&self, right: &Right) -> &[String] {
        match self.groups.get(right) {
            Some(Gate::Groups(groups)) => groups,
            Some(Gate::Everybody | Gate::Nobody) | None => &[],
        }
    }
}

impl Sources {
    /// What Runlight's own account may see: for its command line and its own work, never for a reader who has signed in.
    pub fn own(&self) -> &Grant {
        &self.own
    }

    /// What somebody in these groups may see. `None` is whoever sits at a portal that nobody signs in to.
    pub fn grant(&self, groups: Option<&Groups>) -> Grant {
        let Some(groups) = groups else { return self.own.clone() };
        let own = &*self.own.0;
        let rights: BTreeSet<Right> =
            own.rights.iter().filter(|right| self.gates.admits(right, groups)).cloned().collect();
        let (clusters, clusters_beyond) =
            split(&own.clusters, |it| rights.contains(&Right::Cluster(it.name().to_owned())));
        let (proxmox, proxmox_beyond) =
            split(&own.proxmox, |it| rights.contains(&Right::Proxmox(it.name().to_owned())));
        let (backup_servers, servers_beyond) =
            split(&own.backup_servers, |it| rights.contains(&Right::Backup(it.name().to_owned())));
        let (prometheus, prometheus_beyond) =
            split(&own.prometheus, |it| rights.contains(&Right::Prometheus(it.name().to_owned())));
        let (alertmanagers, alertmanagers_beyond) =
            split(&own.alertmanagers, |it| rights.contains(&Right::Alertmanager(it.name().to_owned())));
        let (log_stores, log_stores_beyond) =
            split(&own.log_stores, |it| rights.contains(&Right::Logs(it.name().to_owned())));
        let withheld = Withheld {
            log_stores: log_stores_beyond,
            clusters: clusters_beyond,
            proxmox: proxmox_beyond,
            backup_servers: servers_beyond,
            prometheus: prometheus_beyond,
            alertmanagers: alertmanagers_beyond,
            gates: self.gates.clone(),
        };
        let patience = own.patience;
        Grant(Arc::new(Granted {
            rights,
            clusters,
            proxmox,
            backup_servers,
            prometheus,
            alertmanagers,
            log_stores,
            withheld,
            patience,
        }))
    }
}

fn split<T>(all: &[Arc<T>], is_granted: impl Fn(&T) -> bool) -> (Vec<Arc<T>>, Vec<Arc<T>>) {
    all.iter().cloned().partition(|source| is_granted(source))
}

impl Grant {
    /// All of these sources.
    pub(super) fn everything(
        clusters: Vec<Arc<Cluster>>,
        proxmox: Vec<Arc<Proxmox>>,
        backup_servers: Vec<Arc<BackupServer>>,
        (prometheus, alertmanagers, log_stores): super::monitoring::Connected,
        patience: Patience,
    ) -> Self {
        let of_clusters = clusters.iter().map(|it| it.name().to_owned());
        let rights = of_clusters.flat_map(|name| [Right::Cluster(name.clone()), Right::SecretData(name)]);
        let rights = rights.chain(proxmox.iter().map(|it| Right::Proxmox(it.name().to_owned())));
        let rights = rights.chain(backup_servers.iter().map(|it| Right::Backup(it.name().to_owned())));
        let rights = rights.chain(prometheus.iter().map(|it| Right::Prometheus(it.name().to_owned())));
        let rights = rights.chain(alertmanagers.iter().map(|it| Right::Alertmanager(it.name().to_owned())));
        let rights = rights.chain(log_stores.iter().map(|it| Right::Logs(it.name().to_owned()))).collect();
        let withheld = Withheld::default();
        Self(Arc::new(Granted {
            rights,
            clusters,
            proxmox,
            backup_servers,
            prometheus,
            alertmanagers,
            log_stores,
            withheld,
            patience,
        }))
    }

    /// Whether this is granted.
    pub fn includes(&self, right: &Right) -> bool {
        self.0.rights.contains(right)
    }

    /// Everything that is granted.
    pub fn rights(&self) -> impl Iterator<Item = &Right> {
        self.0.rights.iter()
    }

    /// How many sources there are beyond it.
    pub fn withheld_count(&self) -> usize {
        let beyond = &self.0.withheld;
        let monitoring = beyond.prometheus.len() + beyond.alertmanagers.len() + beyond.log_stores.len();
        beyond.clusters.len() + beyond.proxmox.len() + beyond.backup_servers.len() + monitoring
    }

    /// A cluster by its section's name, its context, an alias, or `admin@NAME`. Section names win over the rest.
    pub fn cluster(&self, reference: &str) -> Option<&Arc<Cluster>> {
        // A name that another cluster has as its own leads there or nowhere, whatever the reader may see.
        find_cluster(&self.0.withheld.clusters, &self.0.clusters, reference)
    }

    /// All clusters, by name.
    pub fn clusters(&self) -> &[Arc<Cluster>] {
        &self.0.clusters
    }

    /// Whether a cluster of this name is there and not granted.
    pub fn withholds_cluster(&self, reference: &str) -> bool {
        self.cluster(reference).is_none() && self.withheld_cluster(reference).is_some()
    }

    fn withheld_cluster(&self, reference: &str) -> Option<&Arc<Cluster>> {
        find_cluster(&self.0.clusters, &self.0.withheld.clusters, reference)
    }

    /// Whether the data of a cluster's Secrets may be shown.
    pub fn shows_secret_data(&self, cluster: &Cluster) -> bool {
        cluster.shows_secret_data() && self.includes(&Right::SecretData(cluster.name().to_owned()))
    }

    /// The Proxmox node that a command would reach under this host name or address.
    pub fn proxmox_by_host(&self, host: &str) -> Option<&Arc<Proxmox>> {
        self.0.proxmox.iter().find(|it| has_host(it.hosts(), host))
    }

    /// The backup server that a command would reach under this host name or address.
    pub fn backup_server_by_host(&self, host: &str) -> Option<&Arc<BackupServer>> {
        self.0.backup_servers.iter().find(|it| has_host(it.hosts(), host))
    }

    /// All Proxmox Backup Servers, by name.
    pub fn backup_servers(&self) -> &[Arc<BackupServer>] {
        &self.0.backup_servers
    }

    /// All Proxmox nodes, by name.
    pub fn proxmox(&self) -> &[Arc<Proxmox>] {
        &self.0.proxmox
    }

    /// All Prometheus servers, by name.
    pub fn prometheus(&self) -> &[Arc<Prometheus>] {
        &self.0.prometheus
    }

    /// All Alertmanagers, by name.
    pub fn alertmanagers(&self) -> &[Arc<Alertmanager>] {
        &self.0.alertmanagers
    }

    /// All log stores, by name.
    pub fn log_stores(&self) -> &[Arc<LogStore>] {
        &self.0.log_stores
    }

    /// Clusters that there are and that are not granted, by name.
    pub fn withheld_clusters(&self) -> impl Iterator<Item = &str> {
        self.0.withheld.clusters.iter().map(|cluster| cluster.name())
    }

    /// How every source stands by what it was last asked.
    pub fn standings(&self) -> Vec<Standing> {
        let granted = &self.0;
        let clusters = granted.clusters.iter().map(|cluster| cluster.standing());
        let proxmox = granted.proxmox.iter().map(|proxmox| proxmox.standing());
        let backup = granted.backup_servers.iter().map(|server| server.standing());
        let prometheus = granted.prometheus.iter().map(|prometheus| prometheus.standing());
        let alertmanagers = granted.alertmanagers.iter().map(|alertmanager| alertmanager.standing());
        let log_stores = granted.log_stores.iter().map(|store| store.standing());
        clusters.chain(proxmox).chain(backup).chain(prometheus).chain(alertmanagers).chain(log_stores).collect()
    }

    /// How long what can do without an answer waits for it.
    pub fn patience(&self) -> Patience {
        self.0.patience
    }

    /// What to say of a cluster that is there and not granted.
    pub fn without_cluster(&self, reference: &str) -> Option<Unknown> {
        let cluster = self.withheld_cluster(reference)?;
        Some(self.missing(format!("The cluster {reference}"), &Right::Cluster(cluster.name().to_owned())))
    }

    /// What to say of a host, a Proxmox node or a backup server, that is there and not granted.
    pub fn without_host(&self, host: &str) -> Option<Unknown> {
        let beyond = &self.0.withheld;
        let node = beyond.proxmox.iter().find(|it| has_host(it.hosts(), host));
        let server = beyond.backup_servers.iter().find(|it| has_host(it.hosts(), host));
        let right = node.map(|it| Right::Proxmox(it.name().to_owned()));
        let right = right.or_else(|| server.map(|it| Right::Backup(it.name().to_owned())))?;
        Some(self.missing(format!("Proxmox at {host}"), &right))
    }

    /// What to say of a Prometheus or an Alertmanager that is there and not granted: the one at an address, else the only
    /// one of its kind.
    pub fn without_monitoring(&self, kind: &str, address: Option<&str>) -> Option<Unknown> {
        let beyond = &self.0.withheld;
        let is_meant = |place: &super::web::Place| address.is_none_or(|address| place.is_named(address));
        let right = match kind {
            "Prometheus" => beyond
                .prometheus
                .iter()
                .find(|it| is_meant(it.place()))
                .map(|it| Right::Prometheus(it.name().to_owned())),
            "Log store" => {
                beyond.log_stores.iter().find(|it| is_meant(it.place())).map(|it| Right::Logs(it.name().to_owned()))
            }
            _ => beyond
                .alertmanagers
                .iter()
                .find(|it| is_meant(it.place()))
                .map(|it| Right::Alertmanager(it.name().to_owned())),
        };
        Some(self.missing(kind.to_owned(), &right?))
    }

    fn missing(&self, asked: String, right: &Right) -> Unknown {
        let gates = &self.0.withheld.gates;
        let groups = match gates.groups_of(right) {
            [] => "nobody who signs in".to_owned(),
            [only] => format!("the group {only}"),
            several => format!("the groups {}", several.join(", ")),
        };
        let remedy = match &gates.contact {
            Some(contact) => format!("Ask {contact} for it."),
            None => "Ask whoever runs this portal for it.".to_owned(),
        };
        Cause::Withheld.unknown(asked, format!("It is shown to {groups} alone, and you are not among them."), remedy)
    }
}

fn has_host(hosts: &[String], host: &str) -> bool {
    hosts.iter().any(|known| known.eq_ignore_ascii_case(host))
}

/// A cluster among some, unless one of the others has the name as its own.
fn find_cluster<'a>(others: &[Arc<Cluster>], some: &'a [Arc<Cluster>], reference: &str) -> Option<&'a Arc<Cluster>> {
    let by_name = some.iter().find(|cluster| cluster.name() == reference);
    by_name.or_else(|| {
        let is_taken = others.iter().any(|cluster| cluster.name() == reference);
        some.iter().find(|cluster| !is_taken && cluster.is_called(reference))
    })
}

impl PartialEq for Grant {
    fn eq(&self, other: &Self) -> bool {
        self.0.rights == other.0.rights
    }
}

impl Eq for Grant {}

impl Hash for Grant {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.rights.hash(state);
    }
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(&self.0.rights).finish()
    }
}
