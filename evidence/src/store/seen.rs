//! Whether a crash was seen before, how often, and inside a backup or not.

use document::time::Timestamp;
use sqlx::Row;

use super::{HOUR_MS, Store, StoreError, Subject, as_u64, keep::clean};
use crate::Fingerprint;

/// How often a kind of crash was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// In the stretch that was asked for.
    pub crashes: u64,
    /// Of these inside a backup.
    pub in_backup: u64,
    /// Of these nobody knows whether a backup was at work.
    pub backup_unknown: u64,
    /// When it was seen first of all.
    pub first_at: Option<Timestamp>,
}

/// Crashes of one hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hour {
    /// When the hour began.
    pub from: Timestamp,
    /// Crashes in it.
    pub crashes: u64,
    /// Of these inside a backup.
    pub in_backup: u64,
}

impl Store {
    /// How often a kind of crash was seen since an instant.
    pub async fn seen(&self, kind: &Fingerprint, since: Timestamp) -> Result<Seen, StoreError> {
        let row = sqlx::query(
            "SELECT CAST(COALESCE(SUM(crashes), 0) AS BIGINT) AS crashes, \
             CAST(COALESCE(SUM(in_backup), 0) AS BIGINT) AS in_backup, \
             CAST(COALESCE(SUM(backup_unknown), 0) AS BIGINT) AS backup_unknown, \
             COALESCE((SELECT first_at_ms FROM kind WHERE fingerprint = $1), 0) AS first_at_ms \
             FROM tally WHERE fingerprint = $1 AND hour_ms >= $2",
        )
        .bind(kind.0.clone())
        .bind(since.0 - HOUR_MS)
        .fetch_one(&self.reader)
        .await?;
        let first_at: i64 = row.try_get("first_at_ms")?;
        Ok(Seen {
            crashes: as_u64(row.try_get("crashes")?),
            in_backup: as_u64(row.try_get("in_backup")?),
            backup_unknown: as_u64(row.try_get("backup_unknown")?),
            first_at: (first_at > 0).then_some(Timestamp(first_at)),
        })
    }

    /// Crashes of an owner by the hour since an instant, of every kind, oldest first.
    pub async fn by_hour(&self, subject: &Subject, since: Timestamp) -> Result<Vec<Hour>, StoreError> {
        let rows = sqlx::query(
            "SELECT hour_ms, CAST(SUM(tally.crashes) AS BIGINT) AS crashes, \
             CAST(SUM(tally.in_backup) AS BIGINT) AS in_backup FROM kind JOIN tally USING (fingerprint) \
             WHERE cluster = $1 AND namespace = $2 AND owner_kind = $3 AND owner_name = $4 \
             AND ($5 = '' OR container = $5) AND hour_ms >= $6 GROUP BY hour_ms ORDER BY hour_ms",
        )
        .bind(clean(&subject.cluster))
        .bind(clean(&subject.namespace))
        .bind(clean(&subject.owner.kind))
        .bind(clean(&subject.owner.name))
        .bind(clean(subject.container.as_deref().unwrap_or("")))
        .bind(since.0 - HOUR_MS)
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Hour {
                    from: Timestamp(row.try_get("hour_ms")?),
                    crashes: as_u64(row.try_get("crashes")?),
                    in_backup: as_u64(row.try_get("in_backup")?),
                })
            })
            .collect()
    }
}
