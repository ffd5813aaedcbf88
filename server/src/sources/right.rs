//! What can be granted: one source, or the data of one cluster's Secrets.

/// One thing that may be seen or not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// A cluster, by its section's name.
    Cluster(String),
    /// The data of a cluster's Secrets.
    SecretData(String),
    /// A Proxmox node.
    Proxmox(String),
    /// A backup server.
    Backup(String),
    /// A Prometheus.
    Prometheus(String),
    /// An Alertmanager.
    Alertmanager(String),
    /// A log store.
    Logs(String),
}

impl Right {
    /// The kind of source, as pages call it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Cluster(_) => "Kubernetes",
            Self::SecretData(_) => "Data of Secrets",
            Self::Proxmox(_) => "Proxmox VE",
            Self::Backup(_) => "Proxmox Backup Server",
            Self::Prometheus(_) => "Prometheus",
            Self::Alertmanager(_) => "Alertmanager",
            Self::Logs(_) => "Log store",
        }
    }

    /// The section's name.
    pub fn name(&self) -> &str {
        match self {
            Self::Cluster(name)
            | Self::SecretData(name)
            | Self::Proxmox(name)
            | Self::Backup(name)
            | Self::Prometheus(name)
            | Self::Alertmanager(name)
            | Self::Logs(name) => name,
        }
    }
}
