//! The schema, step by step. Steps are only ever added; a database with a step that is not known here is refused.

use sqlx::{
    AnyPool, AssertSqlSafe, Row, SqlSafeStr,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};

use super::{Dialect, StoreError};

/// Every step. `BYTES` stands for the type of bytes, which has another name in each database.
const STEPS: [&str; 3] = [include_str!("schema/1.sql"), include_str!("schema/2.sql"), include_str!("schema/3.sql")];

fn known() -> i64 {
    super::as_i64(STEPS.len())
}

pub(super) async fn bring_up_to_date(pool: &AnyPool, dialect: Dialect) -> Result<(), StoreError> {
    let bytes = match dialect {
        Dialect::Sqlite => "BLOB",
        Dialect::Postgres => "BYTEA",
    };
    let steps = STEPS.iter().zip(1_i64..).map(|(sql, version)| {
        let sql = AssertSqlSafe(sql.replace("BYTES", bytes)).into_sql_str();
        Migration::new(version, "".into(), MigrationType::Simple, sql, false)
    });
    let migrator = Migrator::with_migrations(steps.collect());
    match migrator.run(pool).await {
        Ok(()) => Ok(()),
        Err(MigrateError::VersionMissing(found)) => Err(StoreError::Newer { found, known: known() }),
        Err(MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) => Err(error.into()),
        Err(error) => Err(StoreError::Other(error.to_string())),
    }
}

/// Whether a database that is only read has a schema that is known.
pub(super) async fn check(pool: &AnyPool, _dialect: Dialect) -> Result<(), StoreError> {
    let row = sqlx::query("SELECT MAX(version) AS newest FROM _sqlx_migrations").fetch_one(pool).await?;
    let found: i64 = row.try_get("newest")?;
    if found > known() { Err(StoreError::Newer { found, known: known() }) } else { Ok(()) }
}
