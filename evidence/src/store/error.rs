//! Why the store could not do what it was asked: a short reason that stands in a sentence on a page.

use std::path::PathBuf;

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No room.
    #[error("disk full")]
    Full,
    /// It may be read only.
    #[error("the database cannot be written")]
    ReadOnly,
    /// It cannot be reached.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// It took too long.
    #[error("the database did not answer in time")]
    Slow,
    /// A later version of Runlight has written it.
    #[error(
        "the database was made by a newer Runlight (its schema is {found}, this one knows {known}); use that version, or another database"
    )]
    Newer {
        /// Its version.
        found: i64,
        /// The newest that is known here.
        known: i64,
    },
    /// Another process writes to the file.
    #[error("another process keeps evidence in {}; give each its own file, or use PostgreSQL for several", .0.display())]
    InUse(PathBuf),
    /// The URL is none that can be used.
    #[error("[evidence] url: {0}")]
    Url(String),
    /// The database does not take this entry: trying again does not help.
    #[error("the database refused the entry: {0}")]
    Refused(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl StoreError {
    /// Whether the same may be taken later.
    pub fn may_pass(&self) -> bool {
        !matches!(self, Self::Refused(_))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) => {
                let code = database.code().unwrap_or_default();
                of_code(&code, database.message())
            }
            sqlx::Error::Io(cause) if cause.kind() == std::io::ErrorKind::StorageFull => Self::Full,
            sqlx::Error::Io(cause) => Self::Unreachable(cause.to_string()),
            sqlx::Error::PoolTimedOut => Self::Slow,
            sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                Self::Unreachable(error.to_string())
            }
            sqlx::Error::Configuration(cause) => Self::Url(cause.to_string()),
            sqlx::Error::Encode(_) => Self::Refused(error.to_string()),
            _ => Self::Other(error.to_string()),
        }
    }
}

/// SQLite has numbers, whose low byte is the kind; PostgreSQL has five letters, whose first two are the class.
fn of_code(code: &str, message: &str) -> StoreError {
    if code.len() == 5 && !code.starts_with("0x") {
        return match code {
            "53100" => StoreError::Full,
            "25006" => StoreError::ReadOnly,
            "57014" => StoreError::Slow,
            _ => match &code[..2] {
                "08" | "57" | "28" | "3D" | "53" => StoreError::Unreachable(message.to_owned()),
                // 54: a value that is longer than an index takes.
                "22" | "23" | "54" => StoreError::Refused(message.to_owned()),
                _ => StoreError::Other(message.to_owned()),
            },
        };
    }
    match code.parse::<i64>().map(|code| code & 0xff) {
        Ok(13) => StoreError::Full,
        Ok(8) => StoreError::ReadOnly,
        Ok(5 | 6) => StoreError::Slow,
        Ok(10 | 14) => StoreError::Unreachable(message.to_owned()),
        Ok(18..=20) => StoreError::Refused(message.to_owned()),
        _ => StoreError::Other(message.to_owned()),
    }
}
