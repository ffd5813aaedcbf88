//! A Proxmox VE node as a source: its tasks, its backup schedule, its guests. Never changes anything, and never takes the empty
//! list of a token without privileges for "nothing runs".

mod addresses;
mod api;
mod ask;
mod backup_watch;
mod cluster;
mod documents;
mod guests;
mod pressure;
mod schedule;
mod storage;
mod tasks;

use std::{sync::Arc, time::Duration};

pub use backup_watch::BackupView;
pub use cluster::Quorum;
pub use guests::{GuestPressure, GuestStatus};
pub use pressure::PressureSample;
pub use schedule::{BackupJob, Guest, LockedGuest, NodeTime, Schedule};
pub use tasks::{Task, TaskLog};

use self::{addresses::AddressBook, backup_watch::BackupWatch};
use crate::{
    clock::Clock,
    config,
    sources::{
        ConfigProblem, Host, SourceFailure, Standing,
        api2::{self, Connection},
    },
};

/// A configured Proxmox VE node.
pub struct Proxmox {
    connection: Arc<Connection>,
    hosts: Vec<String>,
    backups: Arc<BackupWatch>,
    addresses: AddressBook,
    clock: Clock,
}

impl Proxmox {
    /// Makes the client.
    pub(super) fn connect(
        name: &str,
        section: &config::Proxmox,
        timeout: Duration,
        clock: Clock,
    ) -> Result<Self, ConfigProblem> {
        let api = api2::Section {
            product: api2::VIRTUAL_ENVIRONMENT,
            name,
            url: &section.url,
            node: section.node.as_deref().unwrap_or(name),
            token_file: section.token_file.as_deref(),
            fingerprint: section.fingerprint.as_deref(),
            ca_file: section.ca_file.as_deref(),
        };
        let (connection, host) = api2::connect(&api, timeout)?;
        let mut hosts = vec![name.to_owned(), connection.node.clone(), host];
        hosts.extend(section.ssh_hosts.iter().cloned());
        Ok(Self {
            connection: Arc::new(connection),
            hosts,
            backups: Arc::new(BackupWatch::new()),
            addresses: AddressBook::default(),
            clock,
        })
    }

    /// What is counted of it.
    pub fn standing(&self) -> Standing {
        self.connection.figures.standing("proxmox", &self.connection.name)
    }

    /// The section's name in the configuration.
    pub fn name(&self) -> &str {
        &self.connection.name
    }

    /// The node's name in Proxmox.
    pub fn node(&self) -> &str {
        &self.connection.node
    }

    /// The node as a host.
    pub fn host(&self) -> Host<'_> {
        self.connection.host()
    }

    /// `10.10.0.20:8006`.
    pub fn address(&self) -> &str {
        &self.connection.address
    }

    /// How it stands, one sentence, or why it cannot be asked. Asks it.
    pub async fn status(&self) -> Result<String, SourceFailure> {
        let running = self.running_tasks("vzdump").await?;
        let time = self.node_time().await?;
        let backups = match running.len() {
            0 => "No backup runs".to_owned(),
            1 => "1 backup runs".to_owned(),
            many => format!("{many} backups run"),
        };
        Ok(format!("{backups} on {}; its time is {} {}.", self.node(), time.local_clock, time.time_zone))
    }

    /// Every name and address under which runbooks may reach it.
    pub fn hosts(&self) -> &[String] {
        &self.hosts
    }
}
