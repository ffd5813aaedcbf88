//! What goes when: by age, then by size, oldest first, in small batches, never the pinned and never the youngest. What
//! goes leaves a word of what it was.

use document::time::{DAY_MS, Timestamp};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::{
    Store, StoreError, as_i64, as_u64,
    rows::{self, CrashRow},
};
use crate::EvidenceId;

/// Beyond this many times the bytes that are to be kept, the youngest go too: whoever can make crashes fills no disk.
const CEILING: u64 = 4;
/// Incidents that are kept; beyond, those that were heard of first go.
const MAX_INCIDENTS: i64 = 20_000;
/// Entries that go in one transaction.
const BATCH: usize = 100;
/// How long the word of what went is kept, in milliseconds.
const GONE_MS: i64 = 365 * DAY_MS;
/// How long counts are kept beyond the crashes, in milliseconds.
const COUNTS_MS: i64 = 90 * DAY_MS;

/// How much is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Entries older than this go, in milliseconds.
    pub age_ms: i64,
    /// The oldest go while there is more than this, in bytes of bodies.
    pub bytes: u64,
    /// Nothing younger than this goes, in milliseconds.
    pub at_least_ms: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { age_ms: 30 * DAY_MS, bytes: 1 << 30, at_least_ms: 3 * DAY_MS }
    }
}

/// What went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Crashes and pages.
    pub entries: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// What is no longer kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// The cluster it was about; empty where that is not known.
    pub cluster: String,
    /// What it was.
    pub what: String,
    /// When it happened.
    pub at: Timestamp,
    /// When it went.
    pub gone_at: Timestamp,
    /// What stands for it: the first crash of its loop.
    pub instead: Option<EvidenceId>,
}

/// How much there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Crashes.
    pub crashes: u64,
    /// Shared pages.
    pub pages: u64,
    /// Incidents.
    pub incidents: u64,
    /// Bytes of bodies.
    pub bytes: u64,
    /// The oldest crash.
    pub oldest_at: Option<Timestamp>,
}

impl Store {
    /// How much there is.
    pub async fn figures(&self) -> Result<Figures, StoreError> {
        let row = sqlx::query(
            "SELECT (SELECT COUNT(*) FROM crash) AS crashes, (SELECT COUNT(*) FROM page) AS pages, \
             (SELECT COUNT(*) FROM incident) AS incidents, \
             CAST((SELECT COALESCE(SUM(bytes), 0) FROM crash) + (SELECT COALESCE(SUM(bytes), 0) FROM page) AS BIGINT) \
             AS bytes, COALESCE((SELECT MIN(at_ms) FROM crash), 0) AS oldest",
        )
        .fetch_one(&self.reader)
        .await?;
        let oldest: i64 = row.try_get("oldest")?;
        Ok(Figures {
            crashes: as_u64(row.try_get("crashes")?),
            pages: as_u64(row.try_get("pages")?),
            incidents: as_u64(row.try_get("incidents")?),
            bytes: as_u64(row.try_get("bytes")?),
            oldest_at: (oldest > 0).then_some(Timestamp(oldest)),
        })
    }

    /// Removes a batch of what is too old, else of what is too much. Nothing removed means that all is within limits.
    pub async fn prune(&self, limits: &Limits, now: Timestamp) -> Result<Pruned, StoreError> {
        let too_old = now.0.saturating_sub(limits.age_ms.max(limits.at_least_ms));
        let pruned = self.remove_until(too_old, None, now).await?;
        if pruned.entries > 0 {
            return Ok(pruned);
        }
        self.forget(now).await?;
        let kept = self.figures().await?.bytes;
        let beyond = kept.saturating_sub(limits.bytes.saturating_mul(CEILING));
        if beyond > 0 {
            let pruned = self.remove_until(now.0.saturating_add(1), Some(beyond), now).await?;
            if pruned.entries > 0 {
                return Ok(pruned);
            }
        }
        match kept.checked_sub(limits.bytes).filter(|surplus| *surplus > 0) {
            Some(surplus) => self.remove_until(now.0.saturating_sub(limits.at_least_ms), Some(surplus), now).await,
            None => Ok(Pruned::default()),
        }
    }

    /// Removes a batch of what is older than an instant; no more than a surplus, when there is one.
    async fn remove_until(&self, until: i64, surplus: Option<u64>, now: Timestamp) -> Result<Pruned, StoreError> {
        let mut transaction = self.begin("retention").await?;
        let sql = format!(
            "SELECT {}, bytes FROM crash WHERE at_ms < $1 AND is_pinned = 0 ORDER BY at_ms LIMIT $2",
            rows::COLUMNS
        );
        let crashes = sqlx::query(AssertSqlSafe(sql)).bind(until).bind(as_i64(BATCH));
        let crashes = crashes.fetch_all(&mut *transaction).await?;
        let mut pruned = Pruned::default();
        for row in &crashes {
            if surplus.is_some_and(|surplus| pruned.bytes >= surplus) {
                break;
            }
            remove_crash(&mut transaction, &CrashRow::read(row)?, now, None).await?;
            pruned.entries += 1;
            pruned.bytes += as_u64(row.try_get("bytes")?);
        }
        let pages = sqlx::query(
            "SELECT id, title, cluster, at_ms, bytes FROM page WHERE at_ms < $1 AND is_pinned = 0 ORDER BY at_ms LIMIT $2",
        );
        let pages = pages.bind(until).bind(as_i64(BATCH)).fetch_all(&mut *transaction).await?;
        for row in &pages {
            if surplus.is_some_and(|surplus| pruned.bytes >= surplus) {
                break;
            }
            let (id, title): (String, String) = (row.try_get("id")?, row.try_get("title")?);
            let gone = Gone {
                cluster: row.try_get("cluster")?,
                what: format!("The page {title}"),
                at: Timestamp(row.try_get("at_ms")?),
                gone_at: now,
                instead: None,
            };
            leave_word(&mut transaction, &id, &gone).await?;
            sqlx::query("DELETE FROM page WHERE id = $1").bind(id).execute(&mut *transaction).await?;
            pruned.entries += 1;
            pruned.bytes += as_u64(row.try_get("bytes")?);
        }
        transaction.commit().await?;
        if pruned.entries > 0 && self.dialect == super::Dialect::Sqlite {
            // Gives the space back to the disk, some pages at a time.
            sqlx::query("PRAGMA incremental_vacuum(1000)").execute(&self.writer).await?;
        }
        Ok(pruned)
    }

    /// Forgets counts and words that nothing can refer to any more.
    async fn forget(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.begin("retention").await?;
        for (sql, age_ms) in [
            ("DELETE FROM tally WHERE hour_ms < $1", COUNTS_MS),
            ("DELETE FROM crash_loop WHERE last_at_ms < $1", COUNTS_MS),
            ("DELETE FROM counted WHERE last_at_ms < $1", COUNTS_MS),
            ("DELETE FROM kind WHERE last_at_ms < $1", COUNTS_MS),
            ("DELETE FROM gone WHERE gone_at_ms < $1", GONE_MS),
            // When it was heard of, not when it began: that is what its sender says.
            ("DELETE FROM entry WHERE incident IN (SELECT id FROM incident WHERE heard_at_ms < $1)", GONE_MS),
            ("DELETE FROM incident WHERE heard_at_ms < $1", GONE_MS),
        ] {
            sqlx::query(sql).bind(now.0.saturating_sub(age_ms)).execute(&mut *transaction).await?;
        }
        for sql in [
            "DELETE FROM entry WHERE incident IN \
             (SELECT id FROM incident ORDER BY heard_at_ms DESC, id LIMIT 1000000000 OFFSET $1)",
            "DELETE FROM incident WHERE id IN \
             (SELECT id FROM incident ORDER BY heard_at_ms DESC, id LIMIT 1000000000 OFFSET $1)",
        ] {
            sqlx::query(sql).bind(MAX_INCIDENTS).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Lets an entry stay whatever its age, or no longer. Gives whether there is one.
    pub async fn pin(&self, id: &EvidenceId, is_pinned: bool) -> Result<bool, StoreError> {
        let mut transaction = self.begin(id.as_str()).await?;
        let mut changed = 0;
        for sql in ["UPDATE crash SET is_pinned = $1 WHERE id = $2", "UPDATE page SET is_pinned = $1 WHERE id = $2"] {
            let update = sqlx::query(sql).bind(i64::from(is_pinned)).bind(id.to_string());
            changed += update.execute(&mut *transaction).await?.rows_affected();
        }
        transaction.commit().await?;
        Ok(changed > 0)
    }

    pub(super) async fn gone(&self, id: &EvidenceId) -> Result<Option<Gone>, StoreError> {
        let row = sqlx::query("SELECT cluster, what, at_ms, gone_at_ms, instead FROM gone WHERE id = $1");
        let row = row.bind(id.to_string()).fetch_optional(&self.reader).await?;
        row.map(|row| {
            Ok(Gone {
                cluster: row.try_get("cluster")?,
                what: row.try_get("what")?,
                at: Timestamp(row.try_get("at_ms")?),
                gone_at: Timestamp(row.try_get("gone_at_ms")?),
                instead: row.try_get::<String, _>("instead")?.parse().ok(),
            })
        })
        .transpose()
    }
}

/// Removes a crash and leaves a word of it.
pub(super) async fn remove_crash(
    transaction: &mut Transaction<'static, Any>,
    row: &CrashRow,
    now: Timestamp,
    instead: Option<EvidenceId>,
) -> Result<(), StoreError> {
    let gone = Gone { cluster: row.cluster.clone(), what: row.words(), at: row.at, gone_at: now, instead };
    leave_word(transaction, row.id.as_str(), &gone).await?;
    for sql in ["DELETE FROM crash WHERE id = $1", "DELETE FROM crash_body WHERE id = $1"] {
        sqlx::query(sql).bind(row.id.to_string()).execute(&mut **transaction).await?;
    }
    Ok(())
}

async fn leave_word(transaction: &mut Transaction<'static, Any>, id: &str, gone: &Gone) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO gone (id, cluster, what, at_ms, gone_at_ms, instead) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT DO NOTHING",
    )
    .bind(id.to_owned())
    .bind(gone.cluster.clone())
    .bind(gone.what.clone())
    .bind(gone.at.0)
    .bind(gone.gone_at.0)
    .bind(gone.instead.as_ref().map_or_else(String::new, EvidenceId::to_string))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
