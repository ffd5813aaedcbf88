//! The Proxmox cluster: members, votes, high availability, backup jobs, versions.

use runbook::proxmox::{
    Object,
    cluster::{HaEntry, Member, Votes},
};

use super::Proxmox;
use crate::sources::SourceFailure;

/// What decides in a cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Quorum {
    /// The cluster, if there is one, and its nodes.
    pub members: Vec<Member>,
    /// Votes of the nodes; empty without a cluster.
    pub votes: Vec<Votes>,
    /// corosync's own settings; empty without a cluster.
    pub totem: Object,
}

impl Proxmox {
    /// Who belongs to the cluster, and whether it decides.
    pub async fn quorum(&self) -> Result<Quorum, SourceFailure> {
        let members: Vec<Member> = self.ask_list("Cluster status", None, &["cluster", "status"], &[]).await?;
        // Without a cluster the other questions fail.
        if !members.iter().any(|member| member.kind == "cluster") {
            return Ok(Quorum { members, votes: Vec::new(), totem: Object::new() });
        }
        let votes = self.ask_list("Votes of the cluster", None, &["cluster", "config", "nodes"], &[]).await?;
        let totem = self.ask("Settings of the cluster", None, &["cluster", "config", "totem"], &[]).await?;
        Ok(Quorum { members, votes, totem })
    }

    /// Packages of the node with their versions.
    pub async fn packages(&self) -> Result<Vec<Object>, SourceFailure> {
        self.ask_list("Package versions", None, &["nodes", self.node(), "apt", "versions"], &[]).await
    }

    /// How high availability stands.
    pub async fn ha_status(&self) -> Result<Vec<HaEntry>, SourceFailure> {
        self.ask_list("High availability", None, &["cluster", "ha", "status", "current"], &[]).await
    }

    /// What high availability keeps running.
    pub async fn ha_resources(&self) -> Result<Vec<Object>, SourceFailure> {
        self.ask_list("Resources of high availability", None, &["cluster", "ha", "resources"], &[]).await
    }

    /// Backup jobs of the cluster as they are configured.
    pub async fn backup_jobs(&self) -> Result<Vec<Object>, SourceFailure> {
        self.ask_list("Backup jobs", Some(("Sys.Audit", "/")), &["cluster", "backup"], &[]).await
    }
}
