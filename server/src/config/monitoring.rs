//! `[prometheus.NAME]` and `[alertmanager.NAME]`: the same keys for both.

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
        }
    }
}

impl Monitoring {
    /// The files that it names.
    pub(super) fn files_mut(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        [self.ca_file.as_mut(), self.password_file.as_mut(), self.token_file.as_mut()].into_iter().flatten()
    }
}
