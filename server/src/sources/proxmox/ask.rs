//! How the subjects beside this file are asked: privilege first, then the path, and a failure in words.

use serde::de::DeserializeOwned;

use super::Proxmox;
use crate::sources::SourceFailure;

/// A privilege and the path that it is needed on.
pub(super) type Needs<'a> = (&'static str, &'a str);

impl Proxmox {
    /// One answer of the API. `needs` is the privilege without which it would be empty or short.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        asked: &str,
        needs: Option<Needs<'_>>,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<T, SourceFailure> {
        let answer = async {
            if let Some((privilege, needed_on)) = needs {
                self.connection.require_privilege(privilege, needed_on).await?;
            }
            self.connection.get(path, query).await
        };
        answer.await.map_err(|error| self.connection.failure(asked, error))
    }

    /// A list of the API, entry by entry. `needs` is as for [`Self::ask`].
    pub(super) async fn ask_list<T: DeserializeOwned>(
        &self,
        asked: &str,
        needs: Option<Needs<'_>>,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Vec<T>, SourceFailure> {
        let answer = async {
            if let Some((privilege, needed_on)) = needs {
                self.connection.require_privilege(privilege, needed_on).await?;
            }
            self.connection.get_list(path, query).await
        };
        answer.await.map_err(|error| self.connection.failure(asked, error))
    }

    /// A list that shows what the token may see: with the privilege on `path` all of it, with the privilege on some paths
    /// below a part, which the report says.
    pub(super) async fn ask_seen_list<T: DeserializeOwned>(
        &self,
        asked: &str,
        (privilege, needed_on): Needs<'static>,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Vec<T>, SourceFailure> {
        let answer = async {
            self.connection.require_somewhere(privilege, needed_on).await?;
            self.connection.get_list(path, query).await
        };
        answer.await.map_err(|error| self.connection.failure(asked, error))
    }

    /// The path of this node in the API.
    pub(super) fn node_path(&self) -> String {
        format!("/nodes/{}", self.node())
    }
}
