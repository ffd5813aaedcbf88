//! Work that one process at a time does: a row says who, and until when.

use document::time::Timestamp;

use super::{Store, StoreError};

impl Store {
    /// Takes or renews a claim. `false` when another holder has it.
    pub async fn claim(&self, name: &str, holder: &str, now: Timestamp, for_ms: i64) -> Result<bool, StoreError> {
        let taken = sqlx::query(
            "INSERT INTO claim (name, holder, until_ms) VALUES ($1, $2, $3) ON CONFLICT (name) \
             DO UPDATE SET holder = $2, until_ms = $3 WHERE claim.holder = $2 OR claim.until_ms < $4 \
             OR claim.until_ms > $5",
        )
        .bind(name.to_owned())
        .bind(holder.to_owned())
        .bind(now.0.saturating_add(for_ms))
        .bind(now.0)
        // A claim that lasts much longer than anybody takes one for is of a clock that was set back since.
        .bind(now.0.saturating_add(for_ms.saturating_mul(10)))
        .execute(&self.writer)
        .await?;
        Ok(taken.rows_affected() > 0)
    }
}
