//! The store: one SQL for SQLite and PostgreSQL. SQLite has one writer and several readers; a second process on one file
//! is refused. What stands in the database is whole or absent: everything that belongs together is one transaction.

mod claims;
mod error;
mod incidents;
mod keep;
mod messages;
mod open;
mod pages;
mod read;
mod retention;
mod rows;
mod schema;
mod seen;

use std::{fs::File, sync::Arc};

use sqlx::{Any, AnyPool, Transaction};

pub use error::StoreError;
pub use keep::Kept;
pub use open::Mode;
pub use read::{Found, Neighbours, Subject};
pub use retention::{Figures, Gone, Limits, Pruned};
pub use rows::CrashRow;
pub use seen::{Hour, Seen};

/// Crashes that follow one another within this, with one fingerprint and in one pod, are a loop.
pub(crate) const LOOP_GAP_MS: i64 = 3_600_000;
/// The time that one entry of a tally covers.
pub(crate) const HOUR_MS: i64 = 3_600_000;

/// A database with crashes, incidents and shared pages. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    dialect: Dialect,
    /// SQLite: one connection. PostgreSQL: the same pool as `reader`.
    writer: AnyPool,
    reader: AnyPool,
    /// Held for as long as this process may write to the file.
    _lock: Option<Arc<File>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Sqlite,
    Postgres,
}

impl Store {
    /// Begins to write about something: what is written about the same thing elsewhere waits until this has ended.
    async fn begin(&self, about: &str) -> Result<Transaction<'static, Any>, StoreError> {
        match self.dialect {
            Dialect::Sqlite => Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?),
            Dialect::Postgres => {
                let mut transaction = self.writer.begin().await?;
                sqlx::query("SELECT pg_advisory_xact_lock($1)")
                    .bind(lock_number(about))
                    .execute(&mut *transaction)
                    .await?;
                Ok(transaction)
            }
        }
    }

    /// Closes every connection. What was written stays.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }

    /// Lets a SQLite file grow to so many pages, or no further than it is: for tests of a full disk.
    #[doc(hidden)]
    pub async fn bound_pages(&self, pages: u32) {
        // The bound is the connection's own, and there is one that writes.
        let statement = format!("PRAGMA max_page_count = {pages}");
        drop(sqlx::query(sqlx::AssertSqlSafe(statement)).fetch_one(&self.writer).await);
    }

    /// `SQLite` or `PostgreSQL`.
    pub fn kind(&self) -> &'static str {
        match self.dialect {
            Dialect::Sqlite => "SQLite",
            Dialect::Postgres => "PostgreSQL",
        }
    }
}

/// A number for PostgreSQL's advisory locks.
fn lock_number(about: &str) -> i64 {
    use sha2::{Digest, Sha256};
    let hash = Sha256::digest(about.as_bytes());
    hash.iter().take(8).fold(0_i64, |number, byte| (number << 8) | i64::from(*byte))
}

/// A count as databases keep it.
fn as_i64(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn as_u64(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
