//! `pvesh get`: any path of the API that the grammar allows, as it is.

use runbook::proxmox::{hide_secrets, shapes};
use serde_json::Value;

use super::Proxmox;
use crate::sources::{SourceFailure, api2::ApiError};

impl Proxmox {
    /// The answer of a path, secrets hidden. A list that depends on a privilege is a failure without it.
    pub async fn api(&self, path: &str, parameters: &[(String, String)]) -> Result<Value, SourceFailure> {
        let path = self.own_path(path);
        if let Some(storage) = path.strip_prefix("/storage/") {
            return self.storage_entry(storage).await;
        }
        let needs = match path.as_str() {
            "/cluster/resources" => needed_by_kind(parameters),
            other => shapes::of(other).and_then(|shape| shape.needed_on(other)),
        };
        let needs = needs.as_ref().map(|(privilege, needed_on)| (*privilege, needed_on.as_str()));
        let words: Vec<&str> = path.split('/').filter(|word| !word.is_empty()).collect();
        let query: Vec<(&str, &str)> = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut answer: Value = self.ask(&format!("API path {path}"), needs, &words, &query).await?;
        hide_secrets(&mut answer);
        Ok(answer)
    }

    /// One storage's configuration. Its own path wants the privilege to change it; the list of all does not.
    async fn storage_entry(&self, storage: &str) -> Result<Value, SourceFailure> {
        let asked = format!("Configuration of {storage}");
        let needed_on = format!("/storage/{storage}");
        let needs = Some(("Datastore.Audit", needed_on.as_str()));
        let storages: Vec<Value> = self.ask(&asked, needs, &["storage"], &[]).await?;
        let found = storages.into_iter().find(|entry| entry["storage"] == storage);
        let mut entry = found
            .ok_or_else(|| self.connection.failure(&asked, ApiError::NoSuch { what: format!("storage {storage}") }))?;
        hide_secrets(&mut entry);
        Ok(entry)
    }

    /// On the node itself `localhost` is the node.
    fn own_path(&self, path: &str) -> String {
        match path.strip_prefix("/nodes/localhost") {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("{}{rest}", self.node_path()),
            _ => path.to_owned(),
        }
    }
}

/// What the list of resources leaves out without a privilege depends on its kind.
fn needed_by_kind(parameters: &[(String, String)]) -> Option<(&'static str, String)> {
    let kind = parameters.iter().find(|(name, _)| name == "type").map(|(_, value)| value.as_str());
    match kind {
        Some("storage") => Some(("Datastore.Audit", "/storage".to_owned())),
        Some("node") => Some(("Sys.Audit", "/nodes".to_owned())),
        Some("sdn") => Some(("SDN.Audit", "/sdn".to_owned())),
        _ => Some(("VM.Audit", "/vms".to_owned())),
    }
}
