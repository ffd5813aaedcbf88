//! What is planned and what is held: backup jobs, guests under backup, and the node's own time.

use runbook::{check::GuestKind, loose, time::Timestamp};
use serde::Deserialize;

use super::Proxmox;
use crate::sources::{
    SourceFailure,
    api2::{ApiError, Connection},
};

/// Backup jobs that concern a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// The jobs, in the host's order.
    pub jobs: Vec<BackupJob>,
    /// The next run of all enabled jobs.
    pub next_run: Option<Timestamp>,
}

/// A planned backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupJob {
    /// Its id.
    pub id: String,
    /// A calendar event in the node's time zone: `02:00`, `mon..fri 02:30`.
    pub schedule: String,
    /// Whether it is switched on.
    pub is_enabled: bool,
    /// Its next run.
    pub next_run: Option<Timestamp>,
    /// Guest ids, or `all`.
    pub guests: String,
    /// Where backups go.
    pub storage: String,
}

/// A guest that is held by a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedGuest {
    /// `201`.
    pub id: u32,
    /// `talos-monitor`.
    pub name: String,
    /// `backup`, `snapshot`, `migrate`.
    pub lock: String,
    /// Whether it is a container and not a virtual machine.
    pub is_container: bool,
}

/// A guest of the node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// `201`.
    pub id: u32,
    /// `talos-monitor`; empty for one without a name.
    pub name: String,
    /// `backup`, `snapshot`, `migrate`.
    pub lock: Option<String>,
}

impl Guest {
    /// Its name, as Kubernetes calls the node that it is; else its number.
    pub fn label(&self) -> String {
        if self.name.is_empty() { self.id.to_string() } else { self.name.clone() }
    }

    /// Whether a backup holds it now.
    pub fn is_held_by_backup(&self) -> bool {
        self.lock.as_deref() == Some("backup")
    }
}

/// The node's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeTime {
    /// Its instant.
    pub at: Timestamp,
    /// `Pacific/Auckland`.
    pub time_zone: String,
    /// `14:02`, in its time zone.
    pub local_clock: String,
}

impl Proxmox {
    /// The backup jobs of this node.
    pub async fn schedule(&self) -> Result<Schedule, SourceFailure> {
        self.connection.schedule().await.map_err(|error| self.connection.failure("Backup schedule", error))
    }

    /// Guests of this node that are locked now.
    pub async fn locked_guests(&self) -> Result<Vec<LockedGuest>, SourceFailure> {
        self.connection.locked_guests().await.map_err(|error| self.connection.failure("Locked guests", error))
    }

    /// Guests of this node, without templates, by number.
    pub async fn all_guests(&self) -> Result<Vec<Guest>, SourceFailure> {
        let resources = self.connection.resources().await;
        let resources = resources.map_err(|error| self.connection.failure("Guests", error))?;
        let guests = resources.into_iter().filter(|guest| !guest.template);
        let guests = guests.map(|guest| Guest { id: guest.vmid, name: guest.name, lock: guest.lock });
        let mut guests: Vec<Guest> = guests.collect();
        guests.sort_by_key(|guest| guest.id);
        Ok(guests)
    }

    /// The node's own time and time zone.
    pub async fn node_time(&self) -> Result<NodeTime, SourceFailure> {
        self.connection.node_time().await.map_err(|error| self.connection.failure("Node time", error))
    }
}

impl Connection {
    async fn schedule(&self) -> Result<Schedule, ApiError> {
        self.require_privilege("Sys.Audit", "/").await?;
        let jobs: Vec<WireJob> = self.get_list(&["cluster", "backup"], &[]).await?;
        let here = |job: &WireJob| job.node.as_ref().is_none_or(|node| *node == self.node);
        let jobs: Vec<BackupJob> = jobs.into_iter().filter(here).map(BackupJob::from).collect();
        let next_run = jobs.iter().filter(|job| job.is_enabled).filter_map(|job| job.next_run).min();
        Ok(Schedule { jobs, next_run })
    }

    async fn locked_guests(&self) -> Result<Vec<LockedGuest>, ApiError> {
        let guests = self.resources().await?;
        Ok(guests
            .into_iter()
            .filter_map(|guest| {
                let is_container = guest.kind() == GuestKind::Container;
                let lock = guest.lock.filter(|lock| !lock.is_empty())?;
                Some(LockedGuest { id: guest.vmid, name: guest.name, lock, is_container })
            })
            .collect())
    }

    async fn node_time(&self) -> Result<NodeTime, ApiError> {
        let time: WireTime = self.get(&["nodes", &self.node, "time"], &[]).await?;
        // `localtime` is the node's wall clock counted as if it were UTC.
        let local = Timestamp(time.localtime.saturating_mul(1_000)).clock();
        Ok(NodeTime {
            at: Timestamp(time.time.saturating_mul(1_000)),
            time_zone: time.timezone,
            local_clock: local.chars().take(5).collect(),
        })
    }
}

#[derive(Deserialize)]
struct WireJob {
    #[serde(deserialize_with = "loose::text")]
    id: String,
    #[serde(default, deserialize_with = "loose::text")]
    schedule: String,
    /// Absent means enabled.
    #[serde(default, deserialize_with = "loose::maybe_text")]
    enabled: Option<String>,
    #[serde(default, rename = "next-run", deserialize_with = "loose::maybe_instant")]
    next_run: Option<i64>,
    node: Option<String>,
    #[serde(default, deserialize_with = "loose::maybe_text")]
    vmid: Option<String>,
    #[serde(default, deserialize_with = "loose::maybe_text")]
    all: Option<String>,
    pool: Option<String>,
    storage: Option<String>,
}

impl From<WireJob> for BackupJob {
    fn from(job: WireJob) -> Self {
        let guests = match (job.vmid, job.pool) {
            (Some(vmid), _) => vmid,
            (None, Some(pool)) => format!("pool {pool}"),
            (None, None) if job.all.as_deref() == Some("1") => "all".into(),
            (None, None) => "none".into(),
        };
        Self {
            id: job.id,
            schedule: job.schedule,
            is_enabled: job.enabled.as_deref() != Some("0"),
            next_run: job.next_run.map(|seconds| Timestamp(seconds.saturating_mul(1_000))),
            guests,
            storage: job.storage.unwrap_or_else(|| "local".into()),
        }
    }
}

#[derive(Deserialize)]
struct WireTime {
    #[serde(deserialize_with = "loose::instant")]
    time: i64,
    #[serde(deserialize_with = "loose::instant")]
    localtime: i64,
    timezone: String,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn job(wire: serde_json::Value) -> BackupJob {
        BackupJob::from(serde_json::from_value::<WireJob>(wire).expect("the fixture is a job"))
    }

    #[test]
    fn reads_jobs_as_the_host_writes_them() {
        let nightly = job(json!({"id": "backup-1", "schedule": "02:00", "enabled": 1, "next-run": 1_772_157_600,
            "all": 1, "storage": "pbs", "type": "vzdump", "mode": "snapshot"}));
        assert!(nightly.is_enabled);
        assert_eq!((nightly.guests.as_str(), nightly.storage.as_str()), ("all", "pbs"));
        assert_eq!(nightly.next_run, Some(Timestamp(1_772_157_600_000)));
        let off = job(json!({"id": "b", "schedule": "sat 03:00", "enabled": "0", "vmid": "201,202"}));
        assert!(!off.is_enabled);
        assert_eq!(off.guests, "201,202");
        assert!(job(json!({"id": "b", "pool": "prod"})).is_enabled);
        assert_eq!(job(json!({"id": "b", "vmid": 201})).guests, "201");
    }
}
