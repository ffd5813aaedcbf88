//! Messages about incidents that wait to be sent, and what became of them. A process that ends loses none.

use document::time::Timestamp;
use sqlx::{Row, any::AnyRow};

use super::{Store, StoreError, as_i64, keep::clean};
use crate::{EvidenceId, Message};

/// Messages of one incident to one receiver.
const MAX_PER_INCIDENT: usize = 10;

impl Store {
    /// Puts a message into the queue. `false` when it was told already, or when its incident has had as many as it may.
    pub async fn queue_message(&self, message: &Message, now: Timestamp) -> Result<bool, StoreError> {
        let mut transaction = self.begin(message.incident.as_str()).await?;
        let count = sqlx::query("SELECT COUNT(*) AS messages FROM message WHERE incident = $1 AND receiver = $2");
        let count = count.bind(message.incident.to_string()).bind(clean(&message.receiver));
        let count: i64 = count.fetch_one(&mut *transaction).await?.try_get("messages")?;
        // The end is always told.
        if count >= as_i64(MAX_PER_INCIDENT) && message.kind != "recovered" {
            return Ok(false);
        }
        let queued = sqlx::query(
            "INSERT INTO message (id, receiver, incident, kind, sentence, body, state, tries, made_at_ms, next_at_ms, reason) \
             VALUES ($1, $2, $3, $4, $5, $6, 'waiting', 0, $7, $8, '') ON CONFLICT DO NOTHING",
        )
        .bind(message.id.to_string())
        .bind(clean(&message.receiver))
        .bind(message.incident.to_string())
        .bind(clean(&message.kind))
        .bind(clean(&message.sentence))
        .bind(clean(&message.body))
        .bind(now.0)
        .bind(now.0)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(queued.rows_affected() > 0)
    }

    /// The last message of an incident to a receiver.
    pub async fn last_message(&self, incident: &EvidenceId, receiver: &str) -> Result<Option<Message>, StoreError> {
        let row = sqlx::query(
            "SELECT * FROM message WHERE incident = $1 AND receiver = $2 ORDER BY made_at_ms DESC, kind DESC LIMIT 1",
        );
        let row = row.bind(incident.to_string()).bind(clean(receiver)).fetch_optional(&self.reader).await?;
        row.as_ref().map(read).transpose()
    }

    /// Messages whose turn it is, the oldest first.
    pub async fn due_messages(&self, now: Timestamp, limit: usize) -> Result<Vec<Message>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM message WHERE state = 'waiting' AND next_at_ms <= $1 ORDER BY made_at_ms LIMIT $2",
        );
        let rows = rows.bind(now.0).bind(as_i64(limit)).fetch_all(&self.reader).await?;
        rows.iter().map(read).collect()
    }

    /// What became of a try: sent, given up, or to be tried again.
    pub async fn settle_message(
        &self,
        id: &EvidenceId,
        state: &'static str,
        tries: u32,
        next_at: Timestamp,
        reason: &str,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE message SET state = $1, tries = $2, next_at_ms = $3, reason = $4 WHERE id = $5")
            .bind(state.to_owned())
            .bind(i64::from(tries))
            .bind(next_at.0)
            .bind(clean(reason))
            .bind(id.to_string())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Messages by state, and removal of those that were made before an instant.
    pub async fn forget_messages(&self, before: Timestamp) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM message WHERE made_at_ms < $1").bind(before.0).execute(&self.writer).await?;
        Ok(())
    }
}

fn read(row: &AnyRow) -> Result<Message, StoreError> {
    Ok(Message {
        id: super::rows::read_id(row, "id")?,
        receiver: row.try_get("receiver")?,
        incident: super::rows::read_id(row, "incident")?,
        kind: row.try_get("kind")?,
        sentence: row.try_get("sentence")?,
        body: row.try_get("body")?,
        state: row.try_get("state")?,
        tries: u32::try_from(row.try_get::<i64, _>("tries")?).unwrap_or(u32::MAX),
        made_at: Timestamp(row.try_get("made_at_ms")?),
        reason: row.try_get("reason")?,
    })
}
