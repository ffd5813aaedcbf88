//! Addresses behind which many people are: this machine's own, and those of proxies. They are held to no share of one
//! person; what all readers together may take bounds them, too.

use std::{net::IpAddr, sync::Arc};

use ipnet::IpNet;

/// The networks that `[server]` names as `proxies`.
#[derive(Debug, Clone, Default)]
pub(super) struct Crowds(Arc<[IpNet]>);

impl Crowds {
    /// Takes the networks of the configuration.
    pub(super) fn new(proxies: &[IpNet]) -> Self {
        Self(proxies.into())
    }

    /// Whether many people come from this address.
    pub(super) fn include(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_loopback() || self.0.iter().any(|network| network.contains(&address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_and_proxies_speak_for_many() {
        let networks: Vec<IpNet> = ["10.42.0.0/16", "fd00::7/128"].map(|net| net.parse().expect("a network")).into();
        let crowds = Crowds::new(&networks);
        for (address, is_crowd) in [
            ("127.0.0.1", true),
            ("::1", true),
            ("10.42.3.4", true),
            ("::ffff:10.42.3.4", true),
            ("fd00::7", true),
            ("fd00::8", false),
            ("10.43.0.1", false),
        ] {
            assert_eq!(crowds.include(address.parse().expect("an address")), is_crowd, "{address}");
        }
    }
}
