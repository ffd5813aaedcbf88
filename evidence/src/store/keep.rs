//! Keeps a crash: once, whoever brings it. Of a loop the first, the newest and the newest with a log stay.

use document::time::Timestamp;
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::{
    HOUR_MS, LOOP_GAP_MS, Store, StoreError, as_i64,
    rows::{self, CrashRow, pack},
};
use crate::{Capture, EvidenceId};

/// What became of a capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// It is stored.
    New {
        /// Restarts between the last one that was counted and this one: crashes that nobody saw.
        missed: u32,
    },
    /// It was there already.
    Known,
}

impl Store {
    /// Keeps a crash. A second capture of the same crash changes nothing.
    pub async fn keep(&self, capture: &Capture, now: Timestamp) -> Result<Kept, StoreError> {
        let key = &capture.crash.key;
        let body = pack(capture)?;
        let about = format!("{}/{}/{}", key.cluster, key.pod_uid, key.container);
        let mut transaction = self.begin(&about).await?;
        let counted = sqlx::query(
            "SELECT restart_count, loop_id, last_at_ms FROM counted \
             WHERE cluster = $1 AND pod_uid = $2 AND container = $3",
        )
        .bind(clean(&key.cluster))
        .bind(clean(&key.pod_uid))
        .bind(clean(&key.container))
        .fetch_optional(&mut *transaction)
        .await?;
        let mut missed = 0;
        let mut before = None;
        if let Some(row) = counted {
            let count: i64 = row.try_get("restart_count")?;
            if count >= i64::from(key.restart_count) {
                return self.keep_late(transaction, capture, body).await;
            }
            missed = u32::try_from(i64::from(key.restart_count) - count - 1).unwrap_or(0);
            before = Some((row.try_get::<String, _>("loop_id")?, row.try_get::<i64, _>("last_at_ms")?));
        }
        let fingerprint = kind_of(&mut transaction, capture).await?;
        let loop_id = continued_loop(&mut transaction, before, &fingerprint, capture.crash.at).await?;
        let is_new_loop = loop_id.is_none();
        let loop_id = loop_id.unwrap_or_else(|| capture.id().to_string());
        insert(&mut transaction, capture, &fingerprint, &loop_id, body).await?;
        count(&mut transaction, capture, &fingerprint, &loop_id, i64::from(missed)).await?;
        if !is_new_loop {
            thin(&mut transaction, &loop_id, now).await?;
        }
        transaction.commit().await?;
        Ok(Kept::New { missed })
    }
}

impl Store {
    /// A crash whose container has been counted further: known, or one whose log came late. The latter is kept, without
    /// taking the count back.
    async fn keep_late(
        &self,
        mut transaction: Transaction<'static, Any>,
        capture: &Capture,
        body: Vec<u8>,
    ) -> Result<Kept, StoreError> {
        let id = capture.id().to_string();
        let known = sqlx::query("SELECT id FROM crash WHERE id = $1 UNION SELECT id FROM gone WHERE id = $1");
        let is_known = known.bind(id.clone()).fetch_optional(&mut *transaction).await?.is_some();
        if is_known || !capture.is_full() {
            transaction.rollback().await?;
            return Ok(Kept::Known);
        }
        let fingerprint = capture.fingerprint().0;
        insert(&mut transaction, capture, &fingerprint, &id, body).await?;
        count_kind(&mut transaction, capture, &fingerprint).await?;
        transaction.commit().await?;
        Ok(Kept::New { missed: 0 })
    }
}

/// The kind of a crash. One that was counted alone has no telling line: it is of the kind of its owner's last crash that
/// ended in the same way and was captured in full.
async fn kind_of(transaction: &mut Transaction<'static, Any>, capture: &Capture) -> Result<String, StoreError> {
    let own = capture.fingerprint().0;
    if capture.is_full() {
        return Ok(own);
    }
    let crash = &capture.crash;
    let row = sqlx::query(
        "SELECT fingerprint FROM crash WHERE cluster = $1 AND namespace = $2 AND owner_kind = $3 AND owner_name = $4 \
         AND container = $5 AND reason = $6 AND exit_code = $7 AND is_full = 1 ORDER BY at_ms DESC LIMIT 1",
    )
    .bind(clean(&crash.key.cluster))
    .bind(clean(&crash.namespace))
    .bind(clean(&crash.owner.kind))
    .bind(clean(&crash.owner.name))
    .bind(clean(&crash.key.container))
    .bind(clean(&crash.ended.reason))
    .bind(i64::from(crash.ended.exit_code))
    .fetch_optional(&mut **transaction)
    .await?;
    Ok(row.map(|row| row.try_get("fingerprint")).transpose()?.unwrap_or(own))
}

/// The loop that a crash goes on with: the container's last crash was of the same kind and not long ago.
async fn continued_loop(
    transaction: &mut Transaction<'static, Any>,
    before: Option<(String, i64)>,
    fingerprint: &str,
    at: Timestamp,
) -> Result<Option<String>, StoreError> {
    let Some((loop_id, last_at)) = before.filter(|(_, last_at)| at.0.saturating_sub(*last_at) <= LOOP_GAP_MS) else {
        return Ok(None);
    };
    let known = sqlx::query("SELECT fingerprint FROM crash_loop WHERE id = $1")
        .bind(loop_id.clone())
        .fetch_optional(&mut **transaction)
        .await?;
    let Some(row) = known else { return Ok(None) };
    if row.try_get::<String, _>("fingerprint")? != fingerprint {
        return Ok(None);
    }
    sqlx::query("UPDATE crash_loop SET last_at_ms = $1 WHERE id = $2")
        .bind(at.0.max(last_at))
        .bind(loop_id.clone())
        .execute(&mut **transaction)
        .await?;
    Ok(Some(loop_id))
}

async fn insert(
    transaction: &mut Transaction<'static, Any>,
    capture: &Capture,
    fingerprint: &str,
    loop_id: &str,
    body: Vec<u8>,
) -> Result<(), StoreError> {
    let crash = &capture.crash;
    let telling = capture.telling.clone().unwrap_or_default();
    let words =
        [&crash.owner.name, &crash.pod, &crash.key.container, &crash.ended.reason, &telling].map(String::as_str);
    let in_backup = capture.backup.as_ref().map_or(-1, |backup| i64::from(backup.is_running));
    let bytes = as_i64(body.len());
    sqlx::query(
        "INSERT INTO crash (id, cluster, namespace, pod, pod_uid, container, restart_count, owner_kind, owner_name, \
         reason, exit_code, telling, fingerprint, at_ms, loop_id, is_full, in_backup, is_pinned, bytes, words) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 0, $18, $19)",
    )
    .bind(capture.id().to_string())
    .bind(clean(&crash.key.cluster))
    .bind(clean(&crash.namespace))
    .bind(clean(&crash.pod))
    .bind(clean(&crash.key.pod_uid))
    .bind(clean(&crash.key.container))
    .bind(i64::from(crash.key.restart_count))
    .bind(clean(&crash.owner.kind))
    .bind(clean(&crash.owner.name))
    .bind(clean(&crash.ended.reason))
    .bind(i64::from(crash.ended.exit_code))
    .bind(shorten(&clean(&telling)))
    .bind(fingerprint.to_owned())
    .bind(crash.at.0)
    .bind(loop_id.to_owned())
    .bind(i64::from(capture.is_full()))
    .bind(in_backup)
    .bind(bytes)
    .bind(shorten(&clean(&words.join(" ").to_lowercase())))
    .execute(&mut **transaction)
    .await?;
    sqlx::query("INSERT INTO crash_body (id, body) VALUES ($1, $2)")
        .bind(capture.id().to_string())
        .bind(body)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// Counts a crash for its container, its loop, its kind and its hour. Those that nobody saw are no kind's.
async fn count(
    transaction: &mut Transaction<'static, Any>,
    capture: &Capture,
    fingerprint: &str,
    loop_id: &str,
    missed: i64,
) -> Result<(), StoreError> {
    let (crash, at) = (&capture.crash, capture.crash.at.0);
    sqlx::query(
        "INSERT INTO counted (cluster, pod_uid, container, restart_count, loop_id, last_at_ms) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (cluster, pod_uid, container) \
         DO UPDATE SET restart_count = excluded.restart_count, loop_id = excluded.loop_id, \
         last_at_ms = excluded.last_at_ms",
    )
    .bind(clean(&crash.key.cluster))
    .bind(clean(&crash.key.pod_uid))
    .bind(clean(&crash.key.container))
    .bind(i64::from(crash.key.restart_count))
    .bind(loop_id.to_owned())
    .bind(at)
    .execute(&mut **transaction)
    .await?;
    sqlx::query(
        "INSERT INTO crash_loop (id, fingerprint, first_at_ms, last_at_ms, crashes) VALUES ($1, $2, $3, $3, 1) \
         ON CONFLICT (id) DO UPDATE SET crashes = crash_loop.crashes + 1 + $4",
    )
    .bind(loop_id.to_owned())
    .bind(fingerprint.to_owned())
    .bind(at)
    .bind(missed)
    .execute(&mut **transaction)
    .await?;
    count_kind(transaction, capture, fingerprint).await
}

/// Counts a crash for its kind and its hour.
async fn count_kind(
    transaction: &mut Transaction<'static, Any>,
    capture: &Capture,
    fingerprint: &str,
) -> Result<(), StoreError> {
    let (crash, at) = (&capture.crash, capture.crash.at.0);
    sqlx::query(
        "INSERT INTO kind (fingerprint, cluster, namespace, owner_kind, owner_name, container, first_at_ms, \
         last_at_ms, crashes) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 1) \
         ON CONFLICT (fingerprint) DO UPDATE SET crashes = kind.crashes + 1, \
         first_at_ms = CASE WHEN kind.first_at_ms < $7 THEN kind.first_at_ms ELSE $7 END, \
         last_at_ms = CASE WHEN kind.last_at_ms > $7 THEN kind.last_at_ms ELSE $7 END",
    )
    .bind(fingerprint.to_owned())
    .bind(clean(&crash.key.cluster))
    .bind(clean(&crash.namespace))
    .bind(clean(&crash.owner.kind))
    .bind(clean(&crash.owner.name))
    .bind(clean(&crash.key.container))
    .bind(at)
    .execute(&mut **transaction)
    .await?;
    let in_backup = capture.backup.as_ref().is_ok_and(|backup| backup.is_running);
    sqlx::query(
        "INSERT INTO tally (fingerprint, hour_ms, crashes, in_backup, backup_unknown) VALUES ($1, $2, 1, $3, $4) \
         ON CONFLICT (fingerprint, hour_ms) DO UPDATE SET crashes = tally.crashes + 1, \
         in_backup = tally.in_backup + $3, backup_unknown = tally.backup_unknown + $4",
    )
    .bind(fingerprint.to_owned())
    .bind(at - at.rem_euclid(HOUR_MS))
    .bind(i64::from(in_backup))
    .bind(i64::from(capture.backup.is_err()))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Leaves of a loop the first, the newest, the newest with a log, and what is pinned. What goes leaves a word.
async fn thin(transaction: &mut Transaction<'static, Any>, loop_id: &str, now: Timestamp) -> Result<(), StoreError> {
    let all = sqlx::query(AssertSqlSafe(format!(
        "SELECT {} FROM crash WHERE loop_id = $1 ORDER BY at_ms, restart_count",
        rows::COLUMNS
    )))
    .bind(loop_id.to_owned())
    .fetch_all(&mut **transaction)
    .await?;
    let all: Vec<CrashRow> = all.iter().map(CrashRow::read).collect::<Result<_, _>>()?;
    let newest_full = all.iter().rposition(|row| row.is_full);
    let stays = |at: usize| at == 0 || at + 1 == all.len() || Some(at) == newest_full || all[at].is_pinned;
    for row in all.iter().enumerate().filter(|(at, _)| !stays(*at)).map(|(_, row)| row) {
        let instead: EvidenceId = all[0].id.clone();
        super::retention::remove_crash(transaction, row, now, Some(instead)).await?;
    }
    Ok(())
}

/// Text as every database takes it: PostgreSQL has no NUL.
pub(super) fn clean(text: &str) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text.to_owned() }
}

/// Enough of a line to list it.
pub(super) fn shorten(text: &str) -> String {
    const MAX_CHARS: usize = 500;
    text.chars().take(MAX_CHARS).collect()
}
