//! Pages that were shared as they were seen.

use sqlx::Row;

use super::{
    Store, StoreError, as_i64,
    keep::clean,
    rows::{pack, unpack},
};
use crate::{EvidenceId, SharedPage};

impl Store {
    /// Keeps a page and gives the id of its link.
    pub async fn keep_page(&self, page: &SharedPage) -> Result<EvidenceId, StoreError> {
        let (id, body) = (page.id(), pack(page)?);
        let value = |name: &str| page.bindings.get(name).map_or_else(String::new, |value| clean(value));
        sqlx::query(
            "INSERT INTO page (id, title, cluster, namespace, at_ms, is_pinned, bytes, body) \
             VALUES ($1, $2, $3, $4, $5, 0, $6, $7) ON CONFLICT DO NOTHING",
        )
        .bind(id.to_string())
        .bind(clean(&page.title))
        .bind(value("cluster"))
        .bind(value("namespace"))
        .bind(page.at.0)
        .bind(as_i64(body.len()))
        .bind(body)
        .execute(&self.writer)
        .await?;
        Ok(id)
    }

    pub(super) async fn page(&self, id: &EvidenceId) -> Result<Option<(SharedPage, bool)>, StoreError> {
        let row = sqlx::query("SELECT body, is_pinned FROM page WHERE id = $1").bind(id.to_string());
        let Some(row) = row.fetch_optional(&self.reader).await? else { return Ok(None) };
        Ok(Some((unpack(row.try_get("body")?)?, row.try_get::<i64, _>("is_pinned")? != 0)))
    }
}
