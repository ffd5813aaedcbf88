//! Opens the database that a URL names, and brings its schema up to date.

use std::{
    fs::{File, OpenOptions},
    path::{Path, PathBuf},
    str::FromStr,
    sync::{Arc, Once},
    time::Duration,
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use rustix::fs::{FlockOperation, flock};
use sqlx::{
    AnyConnection, AnyPool, ConnectOptions, Connection, Executor,
    any::{AnyConnectOptions, AnyPoolOptions},
};

use super::{Dialect, Store, StoreError, schema};

/// Connections that read, or all of PostgreSQL's.
const CONNECTIONS: u32 = 5;
/// How long a connection may take to come about or to become free.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often a file is tried that another process holds.
const LOCK_ATTEMPTS: u32 = 40;
const BETWEEN_LOCK_ATTEMPTS: Duration = Duration::from_millis(50);
/// How the one that writes to a file is set up. Space can be given back only if that is said before the first table.
const SETUP: &[&str] = &["PRAGMA auto_vacuum=2", "PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL"];

/// What the store is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// To keep: one process alone for a SQLite file.
    Write,
    /// To read beside the process that keeps. Changes no schema.
    Read,
}

impl Store {
    /// Opens `sqlite:PATH` or `postgres://…`.
    pub async fn open(url: &str, mode: Mode) -> Result<Self, StoreError> {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(sqlx::any::install_default_drivers);
        let store = match path_of(url) {
            Some(path) => open_file(&path, mode).await?,
            None if url.starts_with("postgres://") || url.starts_with("postgresql://") => open_server(url).await?,
            None if url.is_empty() => {
                return Err(StoreError::Url(
                    "there is no state folder; set it to sqlite:PATH, postgres://… or off".into(),
                ));
            }
            None => return Err(StoreError::Url("write sqlite:PATH, postgres://… or off".into())),
        };
        match mode {
            Mode::Write => schema::bring_up_to_date(&store.writer, store.dialect).await?,
            Mode::Read => schema::check(&store.reader, store.dialect).await?,
        }
        Ok(store)
    }
}

/// The file that a URL names, if it names one.
fn path_of(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))?;
    Some(PathBuf::from(path))
}

async fn open_file(path: &Path, mode: Mode) -> Result<Store, StoreError> {
    let lock = match mode {
        Mode::Write => Some(Arc::new(lock_soon(path).await?)),
        Mode::Read if !path.exists() => return Err(StoreError::Url(format!("{} is not there", path.display()))),
        Mode::Read => None,
    };
    let address = format!("sqlite:{}?mode=rwc", encode(path));
    let options = AnyConnectOptions::from_str(&address)?.disable_statement_logging();
    look(&options, SETUP).await?;
    let writer = pool(1, SETUP).connect_lazy_with(options.clone());
    let reader = pool(CONNECTIONS, &["PRAGMA query_only=1"]).connect_lazy_with(options);
    Ok(Store { dialect: Dialect::Sqlite, writer, reader, _lock: lock })
}

async fn open_server(url: &str) -> Result<Store, StoreError> {
    let options = AnyConnectOptions::from_str(url)?.disable_statement_logging();
    look(&options, &[]).await?;
    let pool: AnyPool = pool(CONNECTIONS, &[]).connect_lazy_with(options);
    Ok(Store { dialect: Dialect::Postgres, writer: pool.clone(), reader: pool, _lock: None })
}

/// Connects once by itself: a pool goes on trying, and says in the end only that it took long.
async fn look(options: &AnyConnectOptions, setup: &'static [&'static str]) -> Result<(), StoreError> {
    let attempt = async {
        let mut connection = AnyConnection::connect_with(options).await?;
        for statement in setup {
            connection.execute(*statement).await?;
        }
        connection.close().await
    };
    tokio::time::timeout(PATIENCE, attempt).await.map_err(|_| StoreError::Slow)?.map_err(StoreError::from)
}

fn pool(connections: u32, setup: &'static [&'static str]) -> AnyPoolOptions {
    let options = AnyPoolOptions::new().max_connections(connections).acquire_timeout(PATIENCE);
    // A full disk ends a transaction of SQLite by itself; its connection then waits for an end that never comes.
    let options = options.before_acquire(|connection, _| {
        let is_free = !connection.is_in_transaction();
        Box::pin(async move { Ok(is_free) })
    });
    options.after_connect(move |connection, _| {
        Box::pin(async move {
            for statement in setup {
                connection.execute(*statement).await?;
            }
            Ok(())
        })
    })
}

/// Takes the file for this process, and waits a moment for one that is just ending. A child that was started at the moment
/// when the lock was let go holds it, too, until its own program runs.
async fn lock_soon(path: &Path) -> Result<File, StoreError> {
    for _ in 0..LOCK_ATTEMPTS {
        match lock(path) {
            Err(StoreError::InUse(_)) => tokio::time::sleep(BETWEEN_LOCK_ATTEMPTS).await,
            answer => return answer,
        }
    }
    lock(path)
}

/// Takes the file for this process. The lock lies beside it: SQLite lets go of its own locks when another handle of the
/// file is closed.
fn lock(path: &Path) -> Result<File, StoreError> {
    let cannot = |cause: &std::io::Error| match cause.kind() {
        std::io::ErrorKind::StorageFull => StoreError::Full,
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly,
        _ => StoreError::Unreachable(format!("{}: {cause}", path.display())),
    };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|cause| cannot(&cause))?;
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".lock");
    let file =
        OpenOptions::new().write(true).create(true).truncate(false).open(beside).map_err(|cause| cannot(&cause))?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(StoreError::InUse(path.to_owned())),
        Err(cause) => Err(StoreError::Other(cause.to_string())),
    }
}

/// A path as it may stand in a URL.
fn encode(path: &Path) -> String {
    const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
    percent_encode(path.as_os_str().as_encoded_bytes(), ESCAPED).to_string()
}
