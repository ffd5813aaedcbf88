//! Which virtual machine a Kubernetes node is, and so which Proxmox node's backups touch it. Guesses nothing: two
//! candidates are no answer.

use serde::{Deserialize, Serialize};

/// A guest of Proxmox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    /// Its number: 201.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// The Proxmox node that runs it.
    pub node: String,
    /// Its addresses as far as the guest agent tells; empty without one.
    pub addresses: Vec<String>,
}

/// A node of Kubernetes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubernetesNode<'n> {
    /// Its name.
    pub name: &'n str,
    /// `status.addresses`, in any order.
    pub addresses: &'n [String],
}

/// The machine that a node is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Machine {
    /// This guest.
    Found {
        /// The guest.
        guest: Guest,
        /// How it was found.
        by: FoundBy,
    },
    /// Several could be: the configuration must say which.
    Several(Vec<Guest>),
    /// None could be.
    Missing,
}

/// How a machine was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FoundBy {
    /// The configuration says so.
    Configuration,
    /// An address is the same.
    Address,
    /// The name is the same, a domain aside.
    Name,
}

/// Finds the machine of a node: by configuration, else by address, else by name. `configured` maps names of Kubernetes
/// nodes to a guest's number or name.
pub fn find_machine(node: &KubernetesNode<'_>, guests: &[Guest], configured: &[(String, String)]) -> Machine {
    let named = configured.iter().find(|(name, _)| name == node.name).map(|(_, guest)| guest);
    if let Some(wanted) = named {
        // What the configuration says is not second-guessed: a guest that is not there is missing.
        return choose(guests, FoundBy::Configuration, |guest| {
            guest.name == *wanted || guest.id.to_string() == *wanted
        });
    }
    let by_address = choose(guests, FoundBy::Address, |guest| {
        guest.addresses.iter().any(|address| is_telling(address) && node.addresses.contains(address))
    });
    if by_address != Machine::Missing {
        return by_address;
    }
    choose(guests, FoundBy::Name, |guest| short(&guest.name).eq_ignore_ascii_case(short(node.name)))
}

fn choose(guests: &[Guest], by: FoundBy, is_it: impl Fn(&Guest) -> bool) -> Machine {
    let mut found: Vec<Guest> = guests.iter().filter(|guest| is_it(guest)).cloned().collect();
    match found.len() {
        0 => Machine::Missing,
        1 => Machine::Found { guest: found.remove(0), by },
        _ => Machine::Several(found),
    }
}

/// Every machine has loopback and link-local addresses, and pod networks repeat theirs in every cluster.
fn is_telling(address: &str) -> bool {
    let is_local = address.starts_with("127.") || address.starts_with("169.254.") || address == "::1";
    !is_local && !address.to_lowercase().starts_with("fe80:") && !address.is_empty()
}

fn short(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guest(id: u32, name: &str, address: &str) -> Guest {
        Guest { id, name: name.into(), node: "pihanga".into(), addresses: vec!["127.0.0.1".into(), address.into()] }
    }

    fn found(machine: Machine) -> Option<(u32, FoundBy)> {
        match machine {
            Machine::Found { guest, by } => Some((guest.id, by)),
            Machine::Several(_) | Machine::Missing => None,
        }
    }

    #[test]
    fn configuration_comes_before_address_before_name() {
        let guests = [guest(200, "talos-monitor", "10.0.0.9"), guest(201, "vm-b", "10.0.0.5"), guest(202, "vm-c", "")];
        let addresses = ["10.0.0.5".to_owned(), "127.0.0.1".to_owned()];
        let node = KubernetesNode { name: "talos-monitor", addresses: &addresses };
        let find = |configured: &[(&str, &str)]| {
            let configured: Vec<_> = configured.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
            find_machine(&node, &guests, &configured)
        };
        assert_eq!(found(find(&[("talos-monitor", "202")])), Some((202, FoundBy::Configuration)));
        assert_eq!(found(find(&[("other", "202")])), Some((201, FoundBy::Address)));
        assert_eq!(find(&[("talos-monitor", "999")]), Machine::Missing);
        let elsewhere = KubernetesNode { name: "Talos-Monitor.lan", addresses: &["10.9.9.9".to_owned()] };
        assert_eq!(found(find_machine(&elsewhere, &guests, &[])), Some((200, FoundBy::Name)));
    }

    #[test]
    fn two_candidates_are_no_answer() {
        let guests = [guest(200, "worker", "10.0.0.5"), guest(201, "worker", "10.0.0.6")];
        let node = KubernetesNode { name: "worker", addresses: &[] };
        assert!(matches!(find_machine(&node, &guests, &[]), Machine::Several(several) if several.len() == 2));
        assert_eq!(find_machine(&KubernetesNode { name: "x", addresses: &[] }, &guests, &[]), Machine::Missing);
    }
}
