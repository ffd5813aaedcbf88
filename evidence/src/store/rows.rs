//! A crash as it is listed, and bodies as they are stored.

use document::time::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{Row, any::AnyRow};

use super::StoreError;
use crate::{Fingerprint, Owner, id::EvidenceId};

/// The level of compression: bodies are small and written seldom.
const LEVEL: i32 = 9;
/// Largest body that is unpacked, in bytes.
const MAX_BODY_BYTES: usize = 16 << 20;

/// What a list tells of a crash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CrashRow {
    /// The id of its link.
    pub id: EvidenceId,
    /// The cluster.
    pub cluster: String,
    /// Namespace of the pod.
    pub namespace: String,
    /// The pod.
    pub pod: String,
    /// The container.
    pub container: String,
    /// Its restart count then.
    pub restart_count: u32,
    /// What the pod belongs to.
    pub owner: Owner,
    /// `OOMKilled`.
    pub reason: String,
    /// Exit code.
    pub exit_code: i32,
    /// The telling line; empty without one.
    pub telling: String,
    /// What kind of crash it is.
    pub kind: Fingerprint,
    /// When.
    pub at: Timestamp,
    /// Whether the log was kept.
    pub is_full: bool,
    /// Whether a backup was at work then; `None` when that was unknown.
    pub in_backup: Option<bool>,
    /// Whether it stays whatever its age.
    pub is_pinned: bool,
}

/// The columns that `CrashRow` reads.
pub(super) const COLUMNS: &str = "id, cluster, namespace, pod, container, restart_count, owner_kind, owner_name, reason, \
     exit_code, telling, fingerprint, at_ms, is_full, in_backup, is_pinned";

impl CrashRow {
    pub(super) fn read(row: &AnyRow) -> Result<Self, StoreError> {
        let in_backup: i64 = row.try_get("in_backup")?;
        Ok(Self {
            id: read_id(row, "id")?,
            cluster: row.try_get("cluster")?,
            namespace: row.try_get("namespace")?,
            pod: row.try_get("pod")?,
            container: row.try_get("container")?,
            restart_count: u32::try_from(row.try_get::<i64, _>("restart_count")?).unwrap_or(u32::MAX),
            owner: Owner { kind: row.try_get("owner_kind")?, name: row.try_get("owner_name")? },
            reason: row.try_get("reason")?,
            exit_code: i32::try_from(row.try_get::<i64, _>("exit_code")?).unwrap_or(-1),
            telling: row.try_get("telling")?,
            kind: Fingerprint(row.try_get("fingerprint")?),
            at: Timestamp(row.try_get("at_ms")?),
            is_full: row.try_get::<i64, _>("is_full")? != 0,
            in_backup: (in_backup >= 0).then_some(in_backup > 0),
            is_pinned: row.try_get::<i64, _>("is_pinned")? != 0,
        })
    }

    /// What it was, for when it is gone.
    pub fn words(&self) -> String {
        let reason = if self.reason.is_empty() { "ended" } else { &self.reason };
        format!(
            "Crash of {} in {}/{} on {}: {reason}, exit code {}",
            self.container, self.namespace, self.pod, self.cluster, self.exit_code
        )
    }
}

pub(super) fn read_id(row: &AnyRow, column: &str) -> Result<EvidenceId, StoreError> {
    let text: String = row.try_get(column)?;
    text.parse().map_err(|_| StoreError::Other(format!("{text} in {column} is no id")))
}

/// Packs a body.
pub(super) fn pack(body: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    let json = serde_json::to_vec(body).map_err(|error| StoreError::Refused(error.to_string()))?;
    zstd::bulk::compress(&json, LEVEL).map_err(|error| StoreError::Refused(error.to_string()))
}

/// Unpacks a body.
pub(super) fn unpack<T: DeserializeOwned>(body: &[u8]) -> Result<T, StoreError> {
    let broken = |cause: String| StoreError::Other(format!("an entry cannot be read: {cause}"));
    let json = zstd::bulk::decompress(body, MAX_BODY_BYTES).map_err(|cause| broken(cause.to_string()))?;
    serde_json::from_slice(&json).map_err(|cause| broken(cause.to_string()))
}
