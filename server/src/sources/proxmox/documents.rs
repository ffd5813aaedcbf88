//! Guests in full: lists, configurations, pending changes, snapshots, what an agent says.

use runbook::{
    check::GuestKind,
    loose::Items,
    proxmox::{
        Object,
        guests::{ListedGuest, PendingItem, Snapshot},
    },
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Proxmox, guests::path_word};
use crate::sources::{
    SourceFailure,
    api2::{ApiError, Connection},
};

impl Proxmox {
    /// The node's machines or containers.
    pub async fn guests(&self, kind: GuestKind) -> Result<Vec<ListedGuest>, SourceFailure> {
        let path = ["nodes", self.node(), path_word(kind)];
        self.ask_seen_list("Guests", ("VM.Audit", "/vms"), &path, &[]).await
    }

    /// Everything that the API tells of a guest's state.
    pub async fn guest_state(&self, kind: GuestKind, id: &str) -> Result<Object, SourceFailure> {
        self.of_guest("State", kind, id, &["status", "current"], &[]).await
    }

    /// A guest's configuration. Holds secrets: they are hidden where it is printed.
    pub async fn guest_config(
        &self,
        kind: GuestKind,
        id: &str,
        is_current: bool,
        snapshot: Option<&str>,
    ) -> Result<Object, SourceFailure> {
        let mut query = Vec::new();
        query.extend(is_current.then_some(("current", "1")));
        query.extend(snapshot.map(|name| ("snapshot", name)));
        self.of_guest("Configuration", kind, id, &["config"], &query).await
    }

    /// A guest's configuration with what waits for its next start.
    pub async fn guest_pending(&self, kind: GuestKind, id: &str) -> Result<Vec<PendingItem>, SourceFailure> {
        self.of_guest::<Items<_>>("Pending changes", kind, id, &["pending"], &[]).await.map(|items| items.read)
    }

    /// A guest's snapshots.
    pub async fn guest_snapshots(&self, kind: GuestKind, id: &str) -> Result<Vec<Snapshot>, SourceFailure> {
        self.of_guest::<Items<_>>("Snapshots", kind, id, &["snapshot"], &[]).await.map(|items| items.read)
    }

    /// What a machine's agent answers to one of the commands that only read.
    pub async fn guest_agent(&self, id: &str, command: &str) -> Result<Value, SourceFailure> {
        self.of_guest("Agent", GuestKind::Vm, id, &["agent", command], &[]).await
    }

    async fn of_guest<T: DeserializeOwned>(
        &self,
        asked: &str,
        kind: GuestKind,
        id: &str,
        below: &[&str],
        query: &[(&str, &str)],
    ) -> Result<T, SourceFailure> {
        let answer = async {
            self.connection.require_guest(kind, id).await?;
            let path: Vec<&str> =
                ["nodes", self.node(), path_word(kind), id].into_iter().chain(below.iter().copied()).collect();
            let answer = self.connection.get(&path, query).await;
            // The host passes on that the agent is silent as an error of its own.
            answer.map_err(|error| match (below, error) {
                (["agent", ..], ApiError::Answered { code: 500, .. }) => ApiError::SilentAgent { id: id.to_owned() },
                (_, error) => error,
            })
        };
        answer.await.map_err(|error| self.connection.failure(&format!("{asked} of guest {id}"), error))
    }
}

impl Connection {
    /// Fails in words unless this node has a guest of this kind with this number.
    async fn require_guest(&self, kind: GuestKind, id: &str) -> Result<(), ApiError> {
        let number: u32 = id.parse().map_err(|_| ApiError::NoSuch { what: format!("guest {id}") })?;
        self.require_privilege("VM.Audit", &format!("/vms/{number}")).await?;
        let guest = self.locate(number).await?;
        if guest.kind() == kind {
            return Ok(());
        }
        let what = match kind {
            GuestKind::Vm => format!("virtual machine {id}: it is a container, see pct"),
            GuestKind::Container => format!("container {id}: it is a virtual machine, see qm"),
        };
        Err(ApiError::NoSuch { what })
    }
}
