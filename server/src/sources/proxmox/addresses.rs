//! Which addresses guests have, so that a Kubernetes node can be found among them: what the guest says of itself, and
//! what its configuration fixes. An address that nobody tells is absent, never guessed.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures::{StreamExt, stream};
use runbook::{check::GuestKind, host::Guest, loose};
use serde::Deserialize;
use serde_json::Value;
use tokio::{sync::Mutex, time::Instant};

use super::{
    Proxmox,
    guests::{Resource, path_word},
};
use crate::sources::{
    SourceFailure,
    api2::{ApiError, Connection},
};

/// Addresses change when somebody builds machines, not while a page is read.
const KEPT: Duration = Duration::from_secs(60);
/// An agent may take this part of the time for an answer: one that is silent keeps Proxmox waiting much longer.
const AGENT_SHARE: u32 = 7;
/// Guests asked at the same time: fewer than the host gets questions at once, so that others get through.
const MAX_CONCURRENT_GUESTS: usize = 3;

/// The last answer. Whoever asks while another is asking waits for the same answer.
pub(super) type AddressBook = Mutex<Option<(Instant, Arc<[Guest]>)>>;

type GuestConfig = BTreeMap<String, Value>;

#[derive(Deserialize)]
struct AgentAnswer {
    #[serde(default, deserialize_with = "loose::readable")]
    result: Vec<AgentInterface>,
}

#[derive(Deserialize)]
struct AgentInterface {
    #[serde(rename = "ip-addresses", default, deserialize_with = "loose::readable")]
    addresses: Vec<AgentAddress>,
}

#[derive(Deserialize)]
struct AgentAddress {
    #[serde(rename = "ip-address")]
    address: String,
}

#[derive(Deserialize)]
struct ContainerInterface {
    inet: Option<String>,
    inet6: Option<String>,
}

impl Proxmox {
    /// The guests of this node with their addresses, by number. What a guest's agent or configuration does not tell is
    /// left out; guests that the token may not see are a failure. An answer is kept for a minute.
    pub async fn guests_with_addresses(&self) -> Result<Arc<[Guest]>, SourceFailure> {
        let mut kept = self.addresses.lock().await;
        if let Some((_, guests)) = kept.as_ref().filter(|(at, _)| at.elapsed() < KEPT) {
            return Ok(Arc::clone(guests));
        }
        let guests = self.connection.guests_with_addresses().await;
        let guests: Arc<[Guest]> =
            guests.map_err(|error| self.connection.failure("Guests and their addresses", error))?.into();
        *kept = Some((Instant::now(), Arc::clone(&guests)));
        Ok(guests)
    }
}

impl Connection {
    async fn guests_with_addresses(&self) -> Result<Vec<Guest>, ApiError> {
        let mut resources = self.resources().await?;
        // A template never runs.
        resources.retain(|guest| !guest.template);
        resources.sort_unstable_by_key(|guest| guest.vmid);
        let guests = stream::iter(resources).map(|guest| self.with_addresses(guest)).buffered(MAX_CONCURRENT_GUESTS);
        guests.collect::<Vec<_>>().await.into_iter().collect()
    }

    async fn with_addresses(&self, guest: Resource) -> Result<Guest, ApiError> {
        let id = guest.vmid.to_string();
        let config: Result<GuestConfig, _> =
            self.get(&["nodes", &self.node, path_word(guest.kind()), &id, "config"], &[]).await;
        let config = match config {
            Ok(config) => config,
            // It may have been removed since the list was made.
            Err(ApiError::Answered { code: 500, .. }) => GuestConfig::new(),
            Err(error) => return Err(error),
        };
        let mut addresses = fixed_addresses(&config);
        if guest.is_running() {
            addresses.extend(self.live_addresses(&guest, &config).await);
        }
        addresses.sort_unstable();
        addresses.dedup();
        Ok(Guest { id: guest.vmid, name: guest.name, node: guest.node, addresses })
    }

    /// What a running guest says of itself; nothing when it has no agent, does not answer, or the token may not ask.
    async fn live_addresses(&self, guest: &Resource, config: &GuestConfig) -> Vec<String> {
        let id = guest.vmid.to_string();
        match guest.kind() {
            GuestKind::Vm if !has_agent(config) => Vec::new(),
            GuestKind::Vm => {
                let path = ["nodes", &self.node, "qemu", &id, "agent", "network-get-interfaces"];
                let answer =
                    tokio::time::timeout(self.timeout / AGENT_SHARE, self.get::<AgentAnswer>(&path, &[])).await;
                let Ok(Ok(answer)) = answer else { return Vec::new() };
                answer.result.into_iter().flat_map(|interface| interface.addresses).map(|it| it.address).collect()
            }
            GuestKind::Container => {
                let path = ["nodes", &self.node, "lxc", &id, "interfaces"];
                let answer =
                    tokio::time::timeout(self.timeout / AGENT_SHARE, self.get_list::<ContainerInterface>(&path, &[]))
                        .await;
                let Ok(Ok(interfaces)) = answer else { return Vec::new() };
                let both = interfaces.into_iter().flat_map(|interface| [interface.inet, interface.inet6]);
                both.flatten().map(|address| without_prefix(&address).to_owned()).collect()
            }
        }
    }
}

/// `agent: 1`, `agent: enabled=1,fstrim_cloned_disks=1`.
fn has_agent(config: &GuestConfig) -> bool {
    let Some(value) = config.get("agent") else { return false };
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.split(',').any(|part| matches!(part, "1" | "enabled=1"))
}

/// Addresses that the configuration fixes: `ipconfig0: ip=10.10.0.31/24,gw=…` of machines with cloud-init, and
/// `net0: …,ip=10.10.0.5/24` of containers.
fn fixed_addresses(config: &GuestConfig) -> Vec<String> {
    let is_network = |key: &str| {
        ["ipconfig", "net"].iter().any(|prefix| {
            key.strip_prefix(prefix).is_some_and(|n| !n.is_empty() && n.bytes().all(|digit| digit.is_ascii_digit()))
        })
    };
    let values = config.iter().filter(|(key, _)| is_network(key)).filter_map(|(_, value)| value.as_str());
    let parts = values.flat_map(|value| value.split(','));
    let given = parts.filter_map(|part| part.strip_prefix("ip=").or_else(|| part.strip_prefix("ip6=")));
    // `dhcp`, `auto` and `manual` are no addresses.
    given.map(without_prefix).filter(|address| address.parse::<std::net::IpAddr>().is_ok()).map(str::to_owned).collect()
}

fn without_prefix(address: &str) -> &str {
    address.split('/').next().unwrap_or(address)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn config(value: Value) -> GuestConfig {
        serde_json::from_value(value).expect("an object")
    }

    #[test]
    fn reads_the_addresses_that_a_configuration_fixes() {
        let machine = config(
            json!({"net0": "virtio=BC:24:11:00:00:01,bridge=vmbr0", "ipconfig0": "ip=10.10.0.31/24,gw=10.10.0.1",
            "ipconfig1": "ip=dhcp,ip6=fd00::31/64", "memory": 8192}),
        );
        assert_eq!(fixed_addresses(&machine), ["10.10.0.31", "fd00::31"]);
        let container =
            config(json!({"net0": "name=eth0,bridge=vmbr0,gw=10.10.0.1,ip=10.10.0.5/24,ip6=auto,type=veth"}));
        assert_eq!(fixed_addresses(&container), ["10.10.0.5"]);
        assert!(fixed_addresses(&config(json!({"nets": "ip=10.0.0.1/8", "net": "ip=10.0.0.1/8"}))).is_empty());
    }

    #[test]
    fn knows_whether_an_agent_is_switched_on() {
        for (value, expected) in [
            (json!(1), true),
            (json!("1"), true),
            (json!("enabled=1,fstrim_cloned_disks=1"), true),
            (json!("1,type=virtio"), true),
            (json!("0"), false),
            (json!("enabled=0,fstrim_cloned_disks=1"), false),
        ] {
            assert_eq!(has_agent(&config(json!({"agent": value}))), expected, "{value}");
        }
        assert!(!has_agent(&GuestConfig::new()));
    }
}
