//! What is configured on a backup server: stores, jobs, remotes, users; and its versions.

use runbook::proxmox::{Object, backup::Listing, plain};

use super::{BackupServer, NODE};
use crate::sources::{SourceFailure, api2::ApiError};

impl BackupServer {
    /// All entries of a list.
    pub async fn items(&self, listing: &Listing) -> Result<Vec<Object>, SourceFailure> {
        self.list(listing).await.map_err(|error| self.failure(listing.what, error))
    }

    /// One entry of a list.
    pub async fn item(&self, listing: &Listing, name: &str) -> Result<Object, SourceFailure> {
        let answer = async {
            let entries = self.list(listing).await?;
            let is_wanted = |entry: &Object| entry.get(listing.key()).is_some_and(|key| plain(key) == name);
            entries
                .into_iter()
                .find(is_wanted)
                .ok_or_else(|| ApiError::NoSuch { what: format!("{} {name}", listing.what) })
        };
        answer.await.map_err(|error| self.failure(&format!("{} {name}", listing.what), error))
    }

    /// Packages with their versions; the server's own first.
    pub async fn packages(&self) -> Result<Vec<Object>, SourceFailure> {
        let answer = async {
            self.connection.require_privilege("Sys.Audit", "/system").await?;
            self.connection.get_list(&["nodes", NODE, "apt", "versions"], &[]).await
        };
        answer.await.map_err(|error| self.failure("Package versions", error))
    }

    async fn list(&self, listing: &Listing) -> Result<Vec<Object>, ApiError> {
        let (privilege, path) = listing.needs;
        self.connection.require_somewhere(privilege, path).await?;
        self.connection.get_list(listing.path, &[]).await
    }
}
