//! Where an API is: its section, the names that runbooks give it, the clusters that it knows, its address for links.

/// A Prometheus or an Alertmanager as configuration describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// "Prometheus", "Alertmanager" or "Log store".
    pub kind: &'static str,
    /// The section's name in the configuration.
    pub name: String,
    /// Host and port, for sentences.
    pub address: String,
    /// Section names of the clusters that it knows; empty when it knows all.
    pub clusters: Vec<String>,
    /// The label by which it says a cluster.
    pub cluster_label: String,
    /// Where readers open it, without a slash at the end.
    pub external_url: String,
    pub(super) aliases: Vec<String>,
}

impl Place {
    /// `[prometheus.home] in runlight.toml`.
    pub fn section(&self) -> String {
        format!("[{}.{}] in runlight.toml", section_of(self.kind), self.name)
    }

    /// Whether a runbook means this API by `http://prometheus.monitoring.svc:9090`. An alias without a port stands for
    /// every port of its host.
    pub fn is_named(&self, address: &str) -> bool {
        let (host, port) = split(address);
        let means = |alias: &String| {
            let (known_host, known_port) = split(alias);
            known_host.eq_ignore_ascii_case(host) && (known_port.is_none() || known_port == port)
        };
        std::iter::once(&self.address).chain(std::iter::once(&self.name)).chain(&self.aliases).any(means)
    }

    /// Whether it knows a cluster, by its section's name.
    pub fn knows(&self, cluster: &str) -> bool {
        self.clusters.is_empty() || self.clusters.iter().any(|known| known == cluster)
    }

    /// The only cluster that it knows.
    pub fn only_cluster(&self) -> Option<&str> {
        match self.clusters.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}

/// What the sections of a kind begin with.
pub(super) fn section_of(kind: &str) -> String {
    if kind == "Log store" { "logs".to_owned() } else { kind.to_lowercase() }
}

/// Host and port of an address, its scheme and path left out. Without a port, the one that the scheme implies.
fn split(address: &str) -> (&str, Option<&str>) {
    let (scheme, rest) = address.split_once("://").map_or((None, address), |(scheme, rest)| (Some(scheme), rest));
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let has_port = |port: &str| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    match host.rsplit_once(':').filter(|(_, port)| has_port(port)) {
        Some((host, port)) => (host, Some(port)),
        None => (
            host,
            match scheme {
                Some("http") => Some("80"),
                Some("https") => Some("443"),
                _ => None,
            },
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_known_by_its_name_its_address_and_its_aliases() {
        let place = Place {
            kind: "Prometheus",
            name: "home".into(),
            address: "10.0.0.5:9090".into(),
            clusters: vec!["a".into()],
            cluster_label: "cluster".into(),
            external_url: String::new(),
            aliases: vec!["prometheus.monitoring.svc:9090".into(), "prom.example.org".into()],
        };
        for known in [
            "http://10.0.0.5:9090",
            "home",
            "http://Prometheus.monitoring.svc:9090",
            "prometheus.monitoring.svc:9090/graph",
            "https://prom.example.org",
            "http://prom.example.org:8080",
        ] {
            assert!(place.is_named(known), "{known}");
        }
        for other in
            ["http://10.0.0.5", "http://prometheus.monitoring.svc:9093", "http://prom.example.org.evil:9090", ""]
        {
            assert!(!place.is_named(other), "{other}");
        }
        assert!(place.knows("a") && !place.knows("b"));
    }
}
