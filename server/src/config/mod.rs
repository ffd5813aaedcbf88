//! `runlight.toml`: one struct per section. Unknown keys are errors that name the nearest known one.

mod evidence;
mod load;
mod monitoring;
mod notify;

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf, str::FromStr};

use access::{PublicUrl, SignIn};
use ipnet::IpNet;
use runbook::command::SecretData;
use serde::Deserialize;

pub use evidence::Evidence;
pub use load::{ConfigError, ENVIRONMENT_PREFIX, nearest};
pub use monitoring::{LogStoreKind, Logs, Monitoring};
pub use notify::{Notify, NotifyKind};

/// The whole configuration.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where and for whom the portal answers.
    pub server: Server,
    /// Where runbooks are.
    pub library: Library,
    /// `[clusters.NAME]`.
    pub clusters: BTreeMap<String, Cluster>,
    /// `[proxmox.NAME]`: one section per Proxmox VE node or per cluster of nodes.
    pub proxmox: BTreeMap<String, Proxmox>,
    /// `[backup.NAME]`: one section per Proxmox Backup Server.
    pub backup: BTreeMap<String, BackupServer>,
    /// `[prometheus.NAME]`.
    pub prometheus: BTreeMap<String, Monitoring>,
    /// `[alertmanager.NAME]`.
    pub alertmanager: BTreeMap<String, Monitoring>,
    /// `[logs.NAME]`: stores of logs.
    pub logs: BTreeMap<String, Logs>,
    /// Who may use the portal.
    pub sign_in: SignIn,
    /// What is kept of crashes, and where.
    pub evidence: Evidence,
    /// `[notify.NAME]`: who is told of verdicts.
    pub notify: BTreeMap<String, Notify>,
}

impl FromStr for Config {
    type Err = toml::de::Error;

    /// A configuration that is known to be right, such as the demo's; [`load`] explains what is wrong with a reader's.
    fn from_str(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }
}

/// `[server]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Address and port to listen on. Loopback only, as long as nobody can sign in.
    pub listen: SocketAddr,
    /// Another address for `/healthz`, `/readyz` and `/metrics` alone. It may reach beyond this machine: what it tells names
    /// sources and figures, no runbook and nothing out of an answer.
    pub probes_listen: Option<SocketAddr>,
    /// How long the portal goes on answering after it was asked to stop, in milliseconds: until whoever sends it requests
    /// has heard from `/readyz` that it stops.
    pub drain_ms: u64,
    /// `text` or `json`: how the log is written.
    pub log_format: LogFormat,
    /// A PEM file with a certificate: the portal then speaks TLS by itself.
    pub certificate_file: Option<PathBuf>,
    /// A PEM file with its key. Both are read again when they are replaced.
    pub key_file: Option<PathBuf>,
    /// Where readers open the portal, such as `https://runlight.example.org`. Needed as soon as anybody signs in.
    pub public_url: Option<PublicUrl>,
    /// Host names (with port when it is not the default one) that the portal answers to, besides loopback ones.
    pub host_names: Vec<String>,
    /// Networks of reverse proxies: one address of theirs speaks for many people, and is not held to the share of one.
    pub proxies: Vec<IpNet>,
    /// Longest time a check may take, in milliseconds.
    pub check_timeout_ms: u64,
    /// How long a page waits for panels that nobody asked for, in milliseconds; what comes later is drawn when it
    /// comes.
    pub page_wait_ms: u64,
    /// Checks that may ask a source at the same time.
    pub max_concurrent_checks: usize,
    /// Connections of readers that may be open at the same time. The system's limit on open files may allow fewer.
    pub max_connections: usize,
    /// Pages that may follow their panels live at the same time; others say that they are not live.
    pub max_live_streams: usize,
    /// `mask` or `show`: whether secrets that stand in an answer (environment values, descriptions of guests, log lines)
    /// are shown as dots. With `show` everybody who reaches the portal reads them.
    pub secrets_in_answers: SecretsInAnswers,
}

/// `log_format` of `[server]`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
}

/// `secrets_in_answers` of `[server]`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecretsInAnswers {
    /// As dots.
    #[default]
    Mask,
    /// As the source answers.
    Show,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            probes_listen: None,
            drain_ms: 0,
            log_format: LogFormat::Text,
            certificate_file: None,
            key_file: None,
            public_url: None,
            host_names: Vec::new(),
            proxies: Vec::new(),
            check_timeout_ms: 15_000,
            page_wait_ms: 700,
            max_concurrent_checks: 32,
            secrets_in_answers: SecretsInAnswers::Mask,
            max_connections: 4_096,
            max_live_streams: 2_048,
        }
    }
}

/// `[library]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Library {
    /// Folders with Markdown files; the first one wins when two hold the same path.
    pub folders: Vec<PathBuf>,
    /// Whether files are dated by the git checkout that their folder lies in; else by their own times.
    pub history: bool,
}

impl Default for Library {
    fn default() -> Self {
        Self { folders: Vec::new(), history: true }
    }
}

/// `[clusters.NAME]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cluster {
    /// A kubeconfig file; absent with `in_cluster`.
    pub kubeconfig: Option<PathBuf>,
    /// The context in it; its current context when absent.
    pub context: Option<String>,
    /// Use the account of the pod that Runlight runs in.
    pub in_cluster: bool,
    /// Other names under which runbooks and alerts know this cluster, such as `admin@monitoring-cluster`. The
    /// section's name, the context and `admin@NAME` always count.
    pub aliases: Vec<String>,
    /// Kubernetes nodes and the Proxmox guests that they are, by number or name: needed only where neither an address
    /// nor the name is the same.
    pub machines: BTreeMap<String, String>,
    /// Groups that see this cluster; everybody who may sign in when the list is empty.
    pub groups: Vec<String>,
    /// With `secret_data = "show"`: groups that see the data of Secrets. Nobody who signs in when the list is empty.
    pub secret_data_groups: Vec<String>,
    /// `refuse` or `show`: whether commands that print the data of this cluster's Secrets are asked. Everybody who
    /// reaches the portal then reads it.
    pub secret_data: SecretData,
}

/// `[proxmox.NAME]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Proxmox {
    /// `https://10.10.0.20:8006`.
    pub url: String,
    /// The node's name in Proxmox; the section's name when absent.
    pub node: Option<String>,
    /// Hosts by which runbooks reach this node by ssh, such as `10.10.0.20`. The section's name, the node's and the
    /// host of `url` always count.
    pub ssh_hosts: Vec<String>,
    /// A file with one line `USER@REALM!TOKENID=SECRET`.
    pub token_file: Option<PathBuf>,
    /// The certificate's SHA-256 fingerprint: `AA:BB:…`, as the Proxmox panel shows it.
    pub fingerprint: Option<String>,
    /// A PEM file with the certificate authority to trust instead.
    pub ca_file: Option<PathBuf>,
    /// Groups that see it; everybody who may sign in when the list is empty.
    pub groups: Vec<String>,
}

/// `[backup.NAME]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BackupServer {
    /// `https://10.10.0.15:8007`.
    pub url: String,
    /// Hosts by which runbooks reach this server by ssh or in a repository's name. The section's name and the host of
    /// `url` always count.
    pub ssh_hosts: Vec<String>,
    /// A file with one line `USER@REALM!NAME:SECRET`.
    pub token_file: Option<PathBuf>,
    /// The certificate's SHA-256 fingerprint, as the dashboard shows it.
    pub fingerprint: Option<String>,
    /// A PEM file with the certificate authority to trust instead.
    pub ca_file: Option<PathBuf>,
    /// Groups that see it; everybody who may sign in when the list is empty.
    pub groups: Vec<String>,
}
