//! Guests of a node one at a time: how one stands, whether it is held, and how long it waits for disks.

use runbook::{check::GuestKind, loose};
use serde::Deserialize;

use super::Proxmox;
use crate::sources::{
    SourceFailure,
    api2::{ApiError, Connection},
};

/// How a guest stands now.
#[derive(Debug, Clone, PartialEq)]
pub struct GuestStatus {
    /// Machine or container.
    pub kind: GuestKind,
    /// `201`.
    pub id: u32,
    /// `talos-monitor`.
    pub name: String,
    /// `running`, `stopped`; of a machine also `paused` and the like.
    pub status: String,
    /// What holds it: `backup`, `snapshot`, `migrate`.
    pub lock: Option<String>,
    /// How long it has run, in seconds; 0 while it does not.
    pub uptime_s: u64,
    /// Stalls inside the guest's own group of processes. Hosts before Proxmox VE 9 do not measure them.
    pub pressure: GuestPressure,
}

/// The share of the last seconds in which some or all of a guest's tasks stood still, in per cent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct GuestPressure {
    /// Some task waited for IO.
    #[serde(rename = "pressureiosome", deserialize_with = "loose::maybe_real")]
    pub io_some_percent: Option<f64>,
    /// All tasks waited for IO.
    #[serde(rename = "pressureiofull", deserialize_with = "loose::maybe_real")]
    pub io_full_percent: Option<f64>,
    /// Some task waited for a processor.
    #[serde(rename = "pressurecpusome", deserialize_with = "loose::maybe_real")]
    pub cpu_some_percent: Option<f64>,
    /// Some task waited for memory.
    #[serde(rename = "pressurememorysome", deserialize_with = "loose::maybe_real")]
    pub memory_some_percent: Option<f64>,
    /// All tasks waited for memory.
    #[serde(rename = "pressurememoryfull", deserialize_with = "loose::maybe_real")]
    pub memory_full_percent: Option<f64>,
}

/// A guest as the list of resources has it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Resource {
    #[serde(deserialize_with = "loose::id")]
    pub(super) vmid: u32,
    #[serde(default, deserialize_with = "loose::text")]
    pub(super) name: String,
    pub(super) node: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, deserialize_with = "loose::text")]
    status: String,
    #[serde(default, deserialize_with = "loose::flag")]
    pub(super) template: bool,
    #[serde(default, deserialize_with = "loose::maybe_text")]
    pub(super) lock: Option<String>,
}

#[derive(Deserialize)]
struct WireStatus {
    #[serde(default, deserialize_with = "loose::text")]
    name: String,
    #[serde(deserialize_with = "loose::text")]
    status: String,
    #[serde(default, deserialize_with = "loose::maybe_text")]
    qmpstatus: Option<String>,
    #[serde(default, deserialize_with = "loose::maybe_text")]
    lock: Option<String>,
    #[serde(default, deserialize_with = "loose::count")]
    uptime: u64,
    #[serde(flatten)]
    pressure: GuestPressure,
}

impl Proxmox {
    /// How a guest of this node stands, by its number. Asks for machines and containers alike.
    pub async fn guest_status(&self, id: u32) -> Result<GuestStatus, SourceFailure> {
        let asked = format!("Guest {id}");
        self.connection.guest_status(id).await.map_err(|error| self.connection.failure(&asked, error))
    }
}

impl Connection {
    async fn guest_status(&self, id: u32) -> Result<GuestStatus, ApiError> {
        self.require_privilege("VM.Audit", &format!("/vms/{id}")).await?;
        let guest = self.locate(id).await?;
        let kind = guest.kind();
        let number = id.to_string();
        let path = ["nodes", &self.node, path_word(kind), &number, "status", "current"];
        let wire: WireStatus = self.get(&path, &[]).await?;
        Ok(GuestStatus {
            kind,
            id,
            name: wire.name,
            status: wire.qmpstatus.unwrap_or(wire.status),
            lock: wire.lock.filter(|lock| !lock.is_empty()),
            uptime_s: wire.uptime,
            pressure: wire.pressure,
        })
    }

    /// The guest with this number on this node.
    pub(super) async fn locate(&self, id: u32) -> Result<Resource, ApiError> {
        let guests: Vec<Resource> = self.get_list(&["cluster", "resources"], &[("type", "vm")]).await?;
        let guest = guests.into_iter().find(|guest| guest.vmid == id);
        match guest {
            Some(guest) if guest.node == self.node => Ok(guest),
            Some(guest) => Err(ApiError::NoSuch { what: format!("guest {id}: it is on {}", guest.node) }),
            None => Err(ApiError::NoSuch { what: format!("guest {id}") }),
        }
    }

    /// All guests of this node.
    pub(super) async fn resources(&self) -> Result<Vec<Resource>, ApiError> {
        // Without the privilege the list leaves guests out, which would read as "there is none".
        self.require_privilege("VM.Audit", "/vms").await?;
        let guests: Vec<Resource> = self.get_list(&["cluster", "resources"], &[("type", "vm")]).await?;
        Ok(guests.into_iter().filter(|guest| guest.node == self.node).collect())
    }
}

impl Resource {
    pub(super) fn kind(&self) -> GuestKind {
        if self.kind == "lxc" { GuestKind::Container } else { GuestKind::Vm }
    }

    pub(super) fn is_running(&self) -> bool {
        self.status == "running"
    }
}

/// How the API's paths call a kind of guest.
pub(super) fn path_word(kind: GuestKind) -> &'static str {
    match kind {
        GuestKind::Vm => "qemu",
        GuestKind::Container => "lxc",
    }
}
