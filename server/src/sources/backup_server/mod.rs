//! A Proxmox Backup Server as a source: what it does now and did, how full its stores are, what is planned. Never
//! changes anything, and never reads a backup's content.

mod items;
mod stores;
mod tasks;

use std::time::Duration;

pub use tasks::BackupTask;

use super::{
    ConfigProblem, Host, SourceFailure, Standing,
    api2::{self, ApiError, Connection},
};
use crate::config;

/// The server calls itself by this name in its own API.
const NODE: &str = "localhost";

/// A configured Proxmox Backup Server.
pub struct BackupServer {
    connection: Connection,
    hosts: Vec<String>,
}

impl BackupServer {
    /// Makes the client.
    pub(super) fn connect(
        name: &str,
        section: &config::BackupServer,
        timeout: Duration,
    ) -> Result<Self, ConfigProblem> {
        let api = api2::Section {
            product: api2::BACKUP_SERVER,
            name,
            url: &section.url,
            node: NODE,
            token_file: section.token_file.as_deref(),
            fingerprint: section.fingerprint.as_deref(),
            ca_file: section.ca_file.as_deref(),
        };
        let (connection, host) = api2::connect(&api, timeout)?;
        let mut hosts = vec![name.to_owned(), host];
        hosts.extend(section.ssh_hosts.iter().cloned());
        Ok(Self { connection, hosts })
    }

    /// What is counted of it.
    pub fn standing(&self) -> Standing {
        self.connection.figures.standing("backup", &self.connection.name)
    }

    /// The section's name in the configuration.
    pub fn name(&self) -> &str {
        &self.connection.name
    }

    /// The server as a host.
    pub fn host(&self) -> Host<'_> {
        self.connection.host()
    }

    /// `10.10.0.15:8007`.
    pub fn address(&self) -> &str {
        &self.connection.address
    }

    /// Every name and address under which runbooks may reach it.
    pub fn hosts(&self) -> &[String] {
        &self.hosts
    }

    /// How it stands, one sentence, or why it cannot be asked. Asks it.
    pub async fn status(&self) -> Result<String, SourceFailure> {
        let running = self.running_tasks().await?;
        Ok(match running.len() {
            0 => "No task runs.".to_owned(),
            1 => "1 task runs.".to_owned(),
            many => format!("{many} tasks run."),
        })
    }

    fn failure(&self, asked: &str, error: ApiError) -> SourceFailure {
        self.connection.failure(asked, error)
    }
}
