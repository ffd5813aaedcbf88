//! Storages: how full they are, what lies in them, how they are configured.

use runbook::proxmox::{
    Object,
    storage::{Storage, Volume},
};

use super::Proxmox;
use crate::sources::SourceFailure;

impl Proxmox {
    /// The node's storages, all or those that a question names.
    pub async fn storages(
        &self,
        storage: Option<&str>,
        content: Option<&str>,
        enabled_only: bool,
    ) -> Result<Vec<Storage>, SourceFailure> {
        let mut query = Vec::new();
        query.extend(storage.map(|name| ("storage", name)));
        query.extend(content.map(|name| ("content", name)));
        query.extend(enabled_only.then_some(("enabled", "1")));
        // Without the privilege storages are left out of the list.
        let path = ["nodes", self.node(), "storage"];
        let Some(storage) = storage else {
            return self.ask_seen_list("Storages", ("Datastore.Audit", "/storage"), &path, &query).await;
        };
        let needed_on = format!("/storage/{storage}");
        self.ask_list("Storages", Some(("Datastore.Audit", &needed_on)), &path, &query).await
    }

    /// The volumes of a storage.
    pub async fn storage_content(
        &self,
        storage: &str,
        content: Option<&str>,
        guest_id: Option<&str>,
    ) -> Result<Vec<Volume>, SourceFailure> {
        let mut query = Vec::new();
        query.extend(content.map(|name| ("content", name)));
        query.extend(guest_id.map(|id| ("vmid", id)));
        let asked = format!("Content of {storage}");
        let needed_on = format!("/storage/{storage}");
        let needs = Some(("Datastore.Audit", needed_on.as_str()));
        self.ask_list(&asked, needs, &["nodes", self.node(), "storage", storage, "content"], &query).await
    }

    /// How storages are configured.
    pub async fn storage_config(&self) -> Result<Vec<Object>, SourceFailure> {
        self.ask_list("Storage configuration", Some(("Datastore.Audit", "/storage")), &["storage"], &[]).await
    }
}
