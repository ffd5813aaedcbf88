//! Which Prometheus and which Alertmanager a question goes to: by the address that a runbook writes, else by the
//! cluster that the reader looks at. Asks nothing.

use std::{sync::Arc, time::Duration};

use super::{
    ConfigProblem, Grant, alertmanager::Alertmanager, cluster::Cluster, log_store::LogStore, prometheus::Prometheus,
    web::Place,
};
use crate::{
    clock::Clock,
    config::{self, Config},
};

pub(super) type Connected = (Vec<Arc<Prometheus>>, Vec<Arc<Alertmanager>>, Vec<Arc<LogStore>>);

/// Makes the clients of every `[prometheus.NAME]`, `[alertmanager.NAME]` and `[logs.NAME]`.
pub(super) fn connect(
    config: &Config,
    clusters: &[Arc<Cluster>],
    timeout: Duration,
    clock: Clock,
) -> Result<Connected, ConfigProblem> {
    let mut prometheus = Vec::new();
    for (name, section) in &config.prometheus {
        let known = known_clusters(&format!("prometheus.{name}"), section, clusters)?;
        prometheus.push(Arc::new(Prometheus::connect(name, section, known, timeout, clock)?));
    }
    let mut alertmanagers = Vec::new();
    for (name, section) in &config.alertmanager {
        let known = known_clusters(&format!("alertmanager.{name}"), section, clusters)?;
        alertmanagers.push(Arc::new(Alertmanager::connect(name, section, known, timeout, clock)?));
    }
    let mut log_stores = Vec::new();
    for (name, section) in &config.logs {
        let known = known_clusters(&format!("logs.{name}"), &section.monitoring(), clusters)?;
        let holds_several = if known.is_empty() { clusters.len() > 1 } else { known.len() > 1 };
        log_stores.push(Arc::new(LogStore::connect(name, section, known, holds_several, timeout)?));
    }
    Ok((prometheus, alertmanagers, log_stores))
}

impl Grant {
    /// The Prometheus that a runbook names by this address.
    pub fn prometheus_at(&self, address: &str) -> Option<&Arc<Prometheus>> {
        self.prometheus().iter().find(|prometheus| prometheus.place().is_named(address))
    }

    /// The Alertmanager that a runbook names by this address.
    pub fn alertmanager_at(&self, address: &str) -> Option<&Arc<Alertmanager>> {
        self.alertmanagers().iter().find(|alertmanager| alertmanager.place().is_named(address))
    }

    /// The Prometheus that knows a cluster, or the only one when no cluster is chosen. One that lists the cluster wins
    /// over one that knows all.
    pub fn prometheus_of(&self, cluster: Option<&str>) -> Option<&Arc<Prometheus>> {
        choose(self.prometheus(), |prometheus| prometheus.place(), self.section_of(cluster))
    }

    /// The Alertmanager that knows a cluster, or the only one when no cluster is chosen.
    pub fn alertmanager_of(&self, cluster: Option<&str>) -> Option<&Arc<Alertmanager>> {
        choose(self.alertmanagers(), |alertmanager| alertmanager.place(), self.section_of(cluster))
    }

    /// The log store that a runbook names by this address.
    pub fn log_store_at(&self, address: &str) -> Option<&Arc<LogStore>> {
        self.log_stores().iter().find(|store| store.place().is_named(address))
    }

    /// The log store that holds a cluster's logs, or the only one when no cluster is chosen.
    pub fn log_store_of(&self, cluster: Option<&str>) -> Option<&Arc<LogStore>> {
        choose(self.log_stores(), |store| store.place(), self.section_of(cluster))
    }

    fn section_of<'a>(&'a self, cluster: Option<&'a str>) -> Option<&'a str> {
        cluster.map(|reference| self.cluster(reference).map_or(reference, |cluster| cluster.name()))
    }
}

fn choose<'a, T>(sources: &'a [Arc<T>], place: impl Fn(&T) -> &Place, cluster: Option<&str>) -> Option<&'a Arc<T>> {
    let Some(cluster) = cluster else {
        return match sources {
            [only] => Some(only),
            _ => None,
        };
    };
    let lists = |source: &&Arc<T>| place(source).clusters.iter().any(|known| known == cluster);
    let knows_all = |source: &&Arc<T>| place(source).clusters.is_empty();
    sources.iter().find(lists).or_else(|| sources.iter().find(knows_all))
}

/// The section names of the clusters that a section lists.
fn known_clusters(
    key: &str,
    section: &config::Monitoring,
    clusters: &[Arc<Cluster>],
) -> Result<Vec<String>, ConfigProblem> {
    let name_of = |reference: &String| {
        let is_meant = |cluster: &&Arc<Cluster>| cluster.name() == reference || cluster.is_called(reference);
        clusters.iter().find(is_meant).map(|cluster| cluster.name().to_owned()).ok_or_else(|| {
            let names: Vec<&str> = clusters.iter().map(|cluster| cluster.name()).collect();
            let remedy = match config::nearest(reference, names.iter().copied()) {
                Some(near) => format!("Did you mean {near}?"),
                None if names.is_empty() => "Add its [clusters.NAME] section, or leave the list out.".into(),
                None => format!("Configured are {}.", names.join(", ")),
            };
            ConfigProblem::new(format!("{key}.clusters"), format!("no cluster is configured as {reference}"), remedy)
        })
    };
    section.clusters.iter().map(name_of).collect()
}
