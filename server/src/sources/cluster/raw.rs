//! Paths of an API server as they are: versions, health, the description of its kinds, `--raw`. Never Secrets, whose
//! data does not leave the cluster.

use bytes::Bytes;
use serde_json::Value;

use super::{Cluster, answered, connection::Asked, discovery::Kind, error::ClusterError, path::ApiPath};
use crate::sources::{Cause, SourceFailure};

/// Largest answer, in bytes: the description of the core kinds has some four million.
const MAX_BYTES: usize = 32 << 20;

/// A kind as the cluster knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownKind {
    /// Empty for the core group.
    pub group: String,
    /// `v1`.
    pub version: String,
    /// `Pod`.
    pub kind: String,
    /// `pods`.
    pub plural: String,
    /// `po`.
    pub short_names: Vec<String>,
    /// Whether its objects live in namespaces.
    pub is_namespaced: bool,
    /// `get`, `list`, and what Runlight never does.
    pub verbs: Vec<String>,
    /// `all`.
    pub categories: Vec<String>,
    /// Whether its objects hold secret data.
    pub is_secret: bool,
}

impl KnownKind {
    /// `v1`, `apps/v1`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }

    /// `pods`, `deployments.apps`.
    pub fn resource(&self) -> String {
        if self.group.is_empty() { self.plural.clone() } else { format!("{}.{}", self.plural, self.group) }
    }

    /// `pod`, `deployment.apps`: as `-o name` and tables of several kinds write it.
    pub fn singular(&self) -> String {
        let kind = self.kind.to_lowercase();
        if self.group.is_empty() { kind } else { format!("{kind}.{}", self.group) }
    }
}

impl From<&Kind> for KnownKind {
    fn from(kind: &Kind) -> Self {
        Self {
            group: kind.group.clone(),
            version: kind.version.clone(),
            kind: kind.kind.clone(),
            plural: kind.plural.clone(),
            short_names: kind.short_names.clone(),
            is_namespaced: kind.is_namespaced,
            verbs: kind.verbs.clone(),
            categories: kind.categories.clone(),
            is_secret: kind.is_secret(),
        }
    }
}

impl Cluster {
    /// The text at a path.
    pub async fn raw(&self, path: &str) -> Result<Bytes, SourceFailure> {
        let bare = path.split('?').next().unwrap_or(path);
        let asked = Asked::new(format!("{bare} of {}", self.name()), "get", bare, None);
        self.read_raw(path).await.map_err(|error| self.connection.failure(&asked, error))
    }

    async fn read_raw(&self, path: &str) -> Result<Bytes, ClusterError> {
        let answer = self.connection.get(&ApiPath::raw(path)?, "application/json, */*", MAX_BYTES).await?;
        match answered::text_holds_secrets(&answer) {
            true => Err(ClusterError::NotAsked {
                kind: Cause::BadRequest,
                reason: "The answer is of Secrets, whose data Runlight does not show.".into(),
                remedy: "Use kubectl get secret without -o, which shows names, types and ages.".into(),
            }),
            false => Ok(answer),
        }
    }

    /// The JSON at a path.
    pub async fn raw_json(&self, path: &str) -> Result<Value, SourceFailure> {
        let bytes = self.raw(path).await?;
        let asked = Asked::new(format!("{path} of {}", self.name()), "get", path, None);
        serde_json::from_slice(&bytes).map_err(|error| self.connection.failure(&asked, error.into()))
    }

    /// Every kind, in the API server's order: the core ones first.
    pub async fn kinds(&self) -> Result<Vec<KnownKind>, SourceFailure> {
        let asked = Asked::new(format!("Kinds of {}", self.name()), "get", "/apis", None);
        let kinds = self.discovery.all(&self.connection).await;
        Ok(kinds.map_err(|error| self.connection.failure(&asked, error))?.iter().map(KnownKind::from).collect())
    }

    /// The kind that a reader means by a word.
    pub async fn kind(&self, typed: &str) -> Result<KnownKind, SourceFailure> {
        let asked = Asked::new(format!("{typed} of {}", self.name()), "get", "/apis", None);
        let kind = self.discovery.find(&self.connection, typed).await;
        kind.map(|kind| KnownKind::from(&kind)).map_err(|error| self.connection.failure(&asked, error))
    }

    /// The kinds that a category such as `all` stands for; empty for a word that is none.
    pub async fn category(&self, word: &str) -> Result<Vec<KnownKind>, SourceFailure> {
        let asked = Asked::new(format!("Kinds of {}", self.name()), "get", "/apis", None);
        let kinds = self.discovery.category(&self.connection, word).await;
        Ok(kinds.map_err(|error| self.connection.failure(&asked, error))?.iter().map(KnownKind::from).collect())
    }
}
