//! `[prometheus.NAME]` and `[alertmanager.NAME]`: the same keys for both; `[logs.NAME]`, which has more.

use std::path::PathBuf;

use serde::Deserialize;

/// A Prometheus or an Alertmanager.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Monitoring {
    /// `https://prometheus.example.org`, with the path prefix that it is served under, if any.
    pub url: String,
    /// The clusters that it knows, by their section's name or an alias; all of them when the list is empty.
    pub clusters: Vec<String>,
    /// The label by which its series or alerts say their cluster.
    pub cluster_label: String,
    /// Addresses by which runbooks name it, such as `prometheus.monitoring.svc:9090`. The section's name and the host
    /// of `url` always count.
    pub addresses: Vec<String>,
    /// Where readers open it, for links; `url` when absent.
    pub external_url: Option<String>,
    /// A PEM file with the certificate authority to trust.
    pub ca_file: Option<PathBuf>,
    /// The certificate's SHA-256 fingerprint instead: `AA:BB:…`.
    pub fingerprint: Option<String>,
    /// The user of basic authentication.
    pub user: Option<String>,
    /// A file with that user's password.
    pub password_file: Option<PathBuf>,
    /// A file with a bearer token instead.
    pub token_file: Option<PathBuf>,
    /// Groups that see it; everybody who may sign in when the list is empty.
    pub groups: Vec<String>,
    /// What `[logs.NAME]` says of its tenant; no key of the others.
    #[serde(skip)]
    pub tenant: Option<String>,
}

/// `[logs.NAME]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Logs {
    /// `loki` or `victoria-logs`.
    pub kind: LogStoreKind,
    /// `https://loki.example.org`, with the path prefix that it is served under, if any.
    pub url: String,
    /// The tenant, sent as `X-Scope-OrgID`.
    pub tenant: Option<String>,
    /// The query for a pod's lines, with `<cluster>`, `<namespace>` and `<pod>`; absent for the labels `namespace` and `pod`.
    pub query: Option<String>,
    /// The clusters whose logs it holds; all of them when the list is empty.
    pub clusters: Vec<String>,
    /// The label by which its streams say their cluster, where it holds several.
    pub cluster_label: String,
    /// Addresses by which runbooks name it. The section's name and the host of `url` always count.
    pub addresses: Vec<String>,
    /// A PEM file with the certificate authority to trust.
    pub ca_file: Option<PathBuf>,
    /// The certificate's SHA-256 fingerprint instead.
    pub fingerprint: Option<String>,
    /// The user of basic authentication.
    pub user: Option<String>,
    /// A file with that user's password.
    pub password_file: Option<PathBuf>,
    /// A file with a bearer token instead.
    pub token_file: Option<PathBuf>,
    /// Groups that see it; everybody who may sign in when the list is empty.
    pub groups: Vec<String>,
}

/// `kind` of `[logs.NAME]`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogStoreKind {
    /// Grafana Loki.
    #[default]
    Loki,
    /// VictoriaLogs.
    VictoriaLogs,
}

impl Default for Logs {
    fn default() -> Self {
        Self {
            kind: LogStoreKind::default(),
            url: String::new(),
            tenant: None,
            query: None,
            clusters: Vec::new(),
            cluster_label: "cluster".into(),
            addresses: Vec::new(),
            ca_file: None,
            fingerprint: None,
            user: None,
            password_file: None,
            token_file: None,
            groups: Vec::new(),
        }
    }
}

impl Logs {
    /// What it has in common with a Prometheus.
    pub fn monitoring(&self) -> Monitoring {
        Monitoring {
            url: self.url.clone(),
            clusters: self.clusters.clone(),
            cluster_label: self.cluster_label.clone(),
            addresses: self.addresses.clone(),
            external_url: None,
            ca_file: self.ca_file.clone(),
            fingerprint: self.fingerprint.clone(),
            user: self.user.clone(),
            password_file: self.password_file.clone(),
            token_file: self.token_file.clone(),
            groups: self.groups.clone(),
            tenant: self.tenant.clone(),
        }
    }

    /// The files that it names.
    pub(super) fn files_mut(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        [self.ca_file.as_mut(), self.password_file.as_mut(), self.token_file.as_mut()].into_iter().flatten()
    }
}

impl Default for Monitoring {
    fn default() -> Self {
        Self {
            url: String::new(),
            clusters: Vec::new(),
            cluster_label: "cluster".into(),
            addresses: Vec::new(),
            external_url: None,
            ca_file: None,
            fingerprint: None,
            user: None,
            password_file: None,
            token_file: None,
            groups: Vec::new(),
            tenant: None,
        }
    }
}

impl Monitoring {
    /// The files that it names.
    pub(super) fn files_mut(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        [self.ca_file.as_mut(), self.password_file.as_mut(), self.token_file.as_mut()].into_iter().flatten()
    }
}
