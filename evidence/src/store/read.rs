//! Reads what was kept: by id, by subject, by words.

use document::time::Timestamp;
use sqlx::{AssertSqlSafe, Row};

use super::{
    Gone, Store, StoreError, as_i64,
    keep::clean,
    rows::{self, CrashRow, unpack},
};
use crate::{Capture, EvidenceId, Owner, SharedPage};

/// What a link leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// A crash.
    Crash {
        /// What was captured.
        capture: Box<Capture>,
        /// How it is listed.
        row: Box<CrashRow>,
        /// Crashes of its loop, this one among them.
        in_loop: u64,
    },
    /// A page.
    Page {
        /// The page.
        page: Box<SharedPage>,
        /// Whether it stays whatever its age.
        is_pinned: bool,
    },
    /// It is no longer kept.
    Gone(Gone),
    /// Nothing was ever kept under this id, or that was long ago.
    Absent,
}

/// Crashes of the same owner around one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Neighbours {
    /// The first.
    pub first: Option<CrashRow>,
    /// The one before.
    pub previous: Option<CrashRow>,
    /// The one after.
    pub next: Option<CrashRow>,
    /// The last.
    pub last: Option<CrashRow>,
}

/// Whose crashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The cluster's name in the configuration.
    pub cluster: String,
    /// The namespace.
    pub namespace: String,
    /// What the pod belongs to.
    pub owner: Owner,
    /// One container only.
    pub container: Option<String>,
}

impl Store {
    /// What a link leads to.
    pub async fn find(&self, id: &EvidenceId) -> Result<Found, StoreError> {
        let sql = format!(
            "SELECT {}, body, (SELECT crashes FROM crash_loop WHERE crash_loop.id = crash.loop_id) AS in_loop \
             FROM crash JOIN crash_body USING (id) WHERE id = $1",
            rows::COLUMNS
        );
        let crash = sqlx::query(AssertSqlSafe(sql)).bind(id.to_string()).fetch_optional(&self.reader).await?;
        if let Some(row) = crash {
            let capture = Box::new(unpack(row.try_get("body")?)?);
            let in_loop: Option<i64> = row.try_get("in_loop")?;
            return Ok(Found::Crash {
                capture,
                row: Box::new(CrashRow::read(&row)?),
                in_loop: super::as_u64(in_loop.unwrap_or(1)),
            });
        }
        if let Some((page, is_pinned)) = self.page(id).await? {
            return Ok(Found::Page { page: Box::new(page), is_pinned });
        }
        Ok(self.gone(id).await?.map_or(Found::Absent, Found::Gone))
    }

    /// What was captured of a crash.
    pub async fn capture(&self, id: &EvidenceId) -> Result<Option<Capture>, StoreError> {
        let row = sqlx::query("SELECT body FROM crash_body WHERE id = $1").bind(id.to_string());
        let row = row.fetch_optional(&self.reader).await?;
        row.map(|row| unpack(row.try_get("body")?)).transpose()
    }

    /// The first and last crash of an owner's container, and those beside one.
    pub async fn neighbours(&self, of: &CrashRow) -> Result<Neighbours, StoreError> {
        let find = async |condition: &str, order: &str| -> Result<Option<CrashRow>, StoreError> {
            let sql = format!(
                "SELECT {} FROM crash WHERE cluster = $1 AND namespace = $2 AND owner_kind = $3 AND owner_name = $4 \
                 AND container = $5 AND id <> $6 AND at_ms {condition} $7 \
                 ORDER BY at_ms {order}, restart_count {order} LIMIT 1",
                rows::COLUMNS
            );
            let row = sqlx::query(AssertSqlSafe(sql))
                .bind(of.cluster.clone())
                .bind(of.namespace.clone())
                .bind(of.owner.kind.clone())
                .bind(of.owner.name.clone())
                .bind(of.container.clone())
                .bind(of.id.to_string())
                .bind(of.at.0)
                .fetch_optional(&self.reader)
                .await?;
            row.as_ref().map(CrashRow::read).transpose()
        };
        Ok(Neighbours {
            first: find("<", "ASC").await?,
            previous: find("<", "DESC").await?,
            next: find(">", "ASC").await?,
            last: find(">", "DESC").await?,
        })
    }

    /// Crashes of an owner that were kept in a stretch of time, newest first.
    pub async fn crashes_of(
        &self,
        subject: &Subject,
        since: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<CrashRow>, StoreError> {
        let sql = format!(
            "SELECT {} FROM crash WHERE cluster = $1 AND namespace = $2 AND owner_kind = $3 AND owner_name = $4 \
             AND ($5 = '' OR container = $5) AND at_ms BETWEEN $6 AND $7 ORDER BY at_ms DESC LIMIT $8",
            rows::COLUMNS
        );
        let found = sqlx::query(AssertSqlSafe(sql))
            .bind(clean(&subject.cluster))
            .bind(clean(&subject.namespace))
            .bind(clean(&subject.owner.kind))
            .bind(clean(&subject.owner.name))
            .bind(clean(subject.container.as_deref().unwrap_or("")))
            .bind(since.0)
            .bind(until.0)
            .bind(as_i64(limit))
            .fetch_all(&self.reader)
            .await?;
        found.iter().map(CrashRow::read).collect()
    }

    /// Crashes of a pod that were kept in a stretch of time, newest first.
    pub async fn crashes_of_pod(
        &self,
        cluster: &str,
        namespace: &str,
        pod: &str,
        since: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<CrashRow>, StoreError> {
        let sql = format!(
            "SELECT {} FROM crash WHERE cluster = $1 AND namespace = $2 AND pod = $3 AND at_ms BETWEEN $4 AND $5 \
             ORDER BY at_ms DESC LIMIT $6",
            rows::COLUMNS
        );
        let found = sqlx::query(AssertSqlSafe(sql))
            .bind(clean(cluster))
            .bind(clean(namespace))
            .bind(clean(pod))
            .bind(since.0)
            .bind(until.0)
            .bind(as_i64(limit))
            .fetch_all(&self.reader)
            .await?;
        found.iter().map(CrashRow::read).collect()
    }

    /// The newest crash of a pod with its log; of any container when none is named.
    pub async fn newest_with_log(
        &self,
        cluster: &str,
        namespace: &str,
        pod: &str,
        container: Option<&str>,
    ) -> Result<Option<Capture>, StoreError> {
        let row = sqlx::query(
            "SELECT body FROM crash JOIN crash_body USING (id) WHERE cluster = $1 AND namespace = $2 AND pod = $3 \
             AND ($4 = '' OR container = $4) AND is_full = 1 ORDER BY at_ms DESC LIMIT 1",
        )
        .bind(clean(cluster))
        .bind(clean(namespace))
        .bind(clean(pod))
        .bind(clean(container.unwrap_or("")))
        .fetch_optional(&self.reader)
        .await?;
        row.map(|row| unpack(row.try_get("body")?)).transpose()
    }

    /// The owner of a pod that was kept, for when the pod itself is gone.
    pub async fn owner_of(&self, cluster: &str, namespace: &str, pod: &str) -> Result<Option<Owner>, StoreError> {
        let row = sqlx::query(
            "SELECT owner_kind, owner_name FROM crash WHERE cluster = $1 AND namespace = $2 AND pod = $3 \
             ORDER BY at_ms DESC LIMIT 1",
        )
        .bind(clean(cluster))
        .bind(clean(namespace))
        .bind(clean(pod))
        .fetch_optional(&self.reader)
        .await?;
        row.map(|row| Ok(Owner { kind: row.try_get("owner_kind")?, name: row.try_get("owner_name")? })).transpose()
    }

    /// Crashes whose owner, pod, reason or telling line holds every one of these words, newest first. Without words the
    /// newest of all.
    pub async fn search(&self, words: &str, limit: usize) -> Result<Vec<CrashRow>, StoreError> {
        self.search_in(None, words, limit).await
    }

    /// The same in these clusters alone: what others hold takes no place of the list.
    pub async fn search_in(
        &self,
        clusters: Option<&[&str]>,
        words: &str,
        limit: usize,
    ) -> Result<Vec<CrashRow>, StoreError> {
        const MAX_WORDS: usize = 5;
        let patterns: Vec<String> = clean(words).to_lowercase().split_whitespace().take(MAX_WORDS).map(like).collect();
        let conditions: String = (1..=patterns.len()).map(|at| format!(" AND words LIKE ${at} ESCAPE '!'")).collect();
        let first = patterns.len() + 1;
        let (within, last) = match clusters {
            None => (String::new(), first),
            Some([]) => return Ok(Vec::new()),
            Some(clusters) => {
                let names: Vec<String> = (first..first + clusters.len()).map(|at| format!("${at}")).collect();
                (format!(" AND cluster IN ({})", names.join(", ")), first + clusters.len())
            }
        };
        let sql = format!(
            "SELECT {} FROM crash WHERE 1 = 1{conditions}{within} ORDER BY at_ms DESC LIMIT ${last}",
            rows::COLUMNS
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for value in patterns.into_iter().chain(clusters.into_iter().flatten().map(|name| clean(name))) {
            query = query.bind(value);
        }
        let found = query.bind(as_i64(limit)).fetch_all(&self.reader).await?;
        found.iter().map(CrashRow::read).collect()
    }

    /// The restart count up to which a container's crashes are counted.
    pub async fn counted(&self, cluster: &str, pod_uid: &str, container: &str) -> Result<Option<u32>, StoreError> {
        let row =
            sqlx::query("SELECT restart_count FROM counted WHERE cluster = $1 AND pod_uid = $2 AND container = $3")
                .bind(clean(cluster))
                .bind(clean(pod_uid))
                .bind(clean(container))
                .fetch_optional(&self.reader)
                .await?;
        row.map(|row| Ok(u32::try_from(row.try_get::<i64, _>("restart_count")?).unwrap_or(u32::MAX))).transpose()
    }
}

/// A word as a pattern that finds it anywhere.
fn like(word: &str) -> String {
    let mut pattern = String::from("%");
    for char in word.chars() {
        if "%_!".contains(char) {
            pattern.push('!');
        }
        pattern.push(char);
    }
    pattern.push('%');
    pattern
}
