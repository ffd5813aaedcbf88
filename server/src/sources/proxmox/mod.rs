//! A Proxmox VE node as a source: its tasks and its backup schedule. Never changes anything, and never takes the empty
//! list of a token without privileges for "nothing runs".

mod connect;
mod connection;
mod error;
mod fingerprint;
mod tasks;

use std::{sync::Arc, time::Duration};

pub use error::ProxmoxError;
pub use fingerprint::{Fingerprint, FingerprintMismatch, InvalidFingerprint};
pub use tasks::Task;

use self::connection::Connection;
use crate::{clock::Clock, config, sources::ConfigProblem};

/// A configured Proxmox VE node.
pub struct Proxmox {
    connection: Arc<Connection>,
    hosts: Vec<String>,
}

impl Proxmox {
    /// Makes the client.
    pub(super) fn connect(
        name: &str,
        section: &config::Proxmox,
        timeout: Duration,
        _clock: Clock,
    ) -> Result<Self, ConfigProblem> {
        let (connection, host) = connect::connect(name, section, timeout)?;
        let mut hosts = vec![name.to_owned(), connection.node.clone(), host];
        hosts.extend(section.ssh_hosts.iter().cloned());
        Ok(Self { connection: Arc::new(connection), hosts })
    }

    /// The section's name in the configuration.
    pub fn name(&self) -> &str {
        &self.connection.name
    }

    /// The node's name in Proxmox.
    pub fn node(&self) -> &str {
        &self.connection.node
    }

    /// `10.10.0.20:8006`.
    pub fn address(&self) -> &str {
        &self.connection.address
    }

    /// Every name and address under which runbooks may reach it.
    pub fn hosts(&self) -> &[String] {
        &self.hosts
    }
}
