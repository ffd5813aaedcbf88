//! Incidents: told by a webhook or a poll, twice or out of order, and one all the same.

use document::time::Timestamp;
use sqlx::{Any, Row, Transaction, any::AnyRow};

use super::{
    Store, StoreError, as_i64,
    keep::{clean, shorten},
};
use crate::{Alert, Entry, EntryKind, EvidenceId, Incident};

/// Entries of one incident that are kept, besides its beginning and its end.
const MAX_ENTRIES: i64 = 1_000;
/// Remarks of one incident that are kept: a sender makes them, and they must leave room for notes.
const MAX_REMARKS: i64 = 20;

impl Store {
    /// Notes that an alert fires or has ended. Gives its incident's id, and whether that was news.
    pub async fn hear(
        &self,
        alert: &Alert,
        cluster: &str,
        heard_by: &str,
        now: Timestamp,
    ) -> Result<(EvidenceId, bool), StoreError> {
        let id = alert.incident_id();
        let body = serde_json::to_string(alert).map_err(|error| StoreError::Refused(error.to_string()))?;
        let ends_at = alert.ends_at.map_or(0, |at| at.0);
        let mut transaction = self.begin(id.as_str()).await?;
        let known = sqlx::query("SELECT ends_at_ms FROM incident WHERE id = $1").bind(id.to_string());
        let known = known.fetch_optional(&mut *transaction).await?;
        let known = known.map(|row| row.try_get::<i64, _>("ends_at_ms")).transpose()?;
        match known {
            // What has ended does not fire again with the same beginning: such news is old.
            Some(ended) if ended != 0 || ends_at == 0 => return Ok((id, false)),
            Some(_) => {
                sqlx::query("UPDATE incident SET ends_at_ms = $1, body = $2 WHERE id = $3")
                    .bind(ends_at)
                    .bind(clean(&body))
                    .bind(id.to_string())
                    .execute(&mut *transaction)
                    .await?;
            }
            None => {
                sqlx::query(
                    "INSERT INTO incident (id, fingerprint, alertname, cluster, namespace, pod, starts_at_ms, \
                     ends_at_ms, heard_at_ms, heard_by, is_end_alone, body) \
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
                )
                .bind(id.to_string())
                .bind(shorten(&clean(&alert.fingerprint)))
                .bind(shorten(&clean(alert.label("alertname"))))
                .bind(shorten(&clean(cluster)))
                .bind(shorten(&clean(alert.label("namespace"))))
                .bind(shorten(&clean(alert.label("pod"))))
                .bind(alert.starts_at.0)
                .bind(ends_at)
                .bind(now.0)
                .bind(heard_by.to_owned())
                .bind(i64::from(ends_at != 0))
                .bind(clean(&body))
                .execute(&mut *transaction)
                .await?;
                note(&mut transaction, &id, EntryKind::Fired, alert.starts_at, "", "").await?;
            }
        }
        if let Some(at) = alert.ends_at {
            note(&mut transaction, &id, EntryKind::Ended, at, "", "").await?;
        }
        transaction.commit().await?;
        Ok((id, true))
    }

    /// Writes something on an incident's time line. The same words at the same time stand there once.
    pub async fn note(&self, incident: &EvidenceId, entry: &Entry) -> Result<(), StoreError> {
        let mut transaction = self.begin(incident.as_str()).await?;
        note(&mut transaction, incident, entry.kind, entry.at, &entry.who, &entry.text).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// An incident with its time line, oldest first.
    pub async fn incident(&self, id: &EvidenceId) -> Result<Option<(Incident, Vec<Entry>)>, StoreError> {
        let row = sqlx::query("SELECT * FROM incident WHERE id = $1").bind(id.to_string());
        let Some(row) = row.fetch_optional(&self.reader).await? else { return Ok(None) };
        let incident = read(&row)?;
        let rows = sqlx::query("SELECT kind, at_ms, who, text FROM entry WHERE incident = $1 ORDER BY at_ms, id");
        let rows = rows.bind(id.to_string()).fetch_all(&self.reader).await?;
        let entries = rows.iter().map(|row| {
            Ok(Entry {
                kind: EntryKind::of_word(&row.try_get::<String, _>("kind")?),
                at: Timestamp(row.try_get("at_ms")?),
                who: row.try_get("who")?,
                text: row.try_get("text")?,
            })
        });
        Ok(Some((incident, entries.collect::<Result<_, StoreError>>()?)))
    }

    /// The newest incidents, of one place when it is given as cluster and namespace.
    pub async fn incidents(&self, place: Option<(&str, &str)>, limit: usize) -> Result<Vec<Incident>, StoreError> {
        let (cluster, namespace) = place.unwrap_or(("", ""));
        let rows = sqlx::query(
            "SELECT * FROM incident WHERE ($1 = '' OR cluster = $1) AND ($2 = '' OR namespace = $2) \
             ORDER BY starts_at_ms DESC LIMIT $3",
        )
        .bind(clean(cluster))
        .bind(clean(namespace))
        .bind(as_i64(limit))
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(read).collect()
    }

    /// Incidents that fire, as far as anybody has said.
    pub async fn open_incidents(&self, limit: usize) -> Result<Vec<Incident>, StoreError> {
        let rows = sqlx::query("SELECT * FROM incident WHERE ends_at_ms = 0 ORDER BY starts_at_ms DESC LIMIT $1");
        let rows = rows.bind(as_i64(limit)).fetch_all(&self.reader).await?;
        rows.iter().map(read).collect()
    }

    /// The newest note on incidents about the pods of an owner.
    pub async fn last_note(&self, cluster: &str, namespace: &str, owner: &str) -> Result<Option<Entry>, StoreError> {
        let row = sqlx::query(
            "SELECT entry.kind AS kind, entry.at_ms AS at_ms, entry.who AS who, entry.text AS text \
             FROM entry JOIN incident ON incident.id = entry.incident WHERE entry.kind = 'note' \
             AND incident.cluster = $1 AND incident.namespace = $2 \
             AND (incident.pod = $3 OR incident.pod LIKE $4 ESCAPE '!') \
             ORDER BY entry.at_ms DESC LIMIT 1",
        )
        .bind(clean(cluster))
        .bind(clean(namespace))
        .bind(clean(owner))
        .bind(format!("{}-%", clean(owner).replace('!', "!!").replace('%', "!%").replace('_', "!_")))
        .fetch_optional(&self.reader)
        .await?;
        row.map(|row| {
            Ok(Entry {
                kind: EntryKind::Note,
                at: Timestamp(row.try_get("at_ms")?),
                who: row.try_get("who")?,
                text: row.try_get("text")?,
            })
        })
        .transpose()
    }
}

fn read(row: &AnyRow) -> Result<Incident, StoreError> {
    let body: String = row.try_get("body")?;
    let mut alert: Alert = serde_json::from_str(&body).map_err(|error| StoreError::Other(error.to_string()))?;
    let ends_at: i64 = row.try_get("ends_at_ms")?;
    alert.ends_at = (ends_at != 0).then_some(Timestamp(ends_at));
    Ok(Incident {
        id: super::rows::read_id(row, "id")?,
        alert,
        cluster: row.try_get("cluster")?,
        heard_at: Timestamp(row.try_get("heard_at_ms")?),
        heard_by: row.try_get("heard_by")?,
        is_end_alone: row.try_get::<i64, _>("is_end_alone")? != 0,
    })
}

async fn note(
    transaction: &mut Transaction<'static, Any>,
    incident: &EvidenceId,
    kind: EntryKind,
    at: Timestamp,
    who: &str,
    text: &str,
) -> Result<(), StoreError> {
    let count = sqlx::query(
        "SELECT COUNT(*) AS entries, COALESCE(SUM(CASE WHEN kind = 'remark' THEN 1 ELSE 0 END), 0) AS remarks \
         FROM entry WHERE incident = $1",
    );
    let row = count.bind(incident.to_string()).fetch_one(&mut **transaction).await?;
    let (entries, remarks): (i64, i64) = (row.try_get("entries")?, row.try_get("remarks")?);
    match kind {
        // Each stands there once, whatever else was written.
        EntryKind::Fired | EntryKind::Ended => {}
        EntryKind::Remark if remarks >= MAX_REMARKS => return Ok(()),
        _ if entries >= MAX_ENTRIES => {
            return Err(StoreError::Refused(format!("an incident takes at most {MAX_ENTRIES} entries")));
        }
        _ => {}
    }
    let id = EvidenceId::of(&[incident.as_str(), kind.word(), &at.0.to_string(), who, text]);
    sqlx::query("INSERT INTO entry (id, incident, kind, at_ms, who, text) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING")
        .bind(id.to_string())
        .bind(incident.to_string())
        .bind(kind.word().to_owned())
        .bind(at.0)
        .bind(clean(who))
        .bind(clean(text))
        .execute(&mut **transaction)
        .await?;
    Ok(())
}
