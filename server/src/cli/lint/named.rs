//! Contexts and hosts that commands name and no section of the configuration knows: such a command would be answered
//! with "no cluster is configured as …".

use runbook::{
    check::{Check, Question, Reading},
    document::{Command, Runbook},
    problem::Severity,
};

use super::report::Found;
use crate::config::{Config, nearest};

/// Names under which the configured sources are known.
#[derive(Debug, Default)]
pub(in crate::cli) struct Names {
    clusters: Vec<String>,
    hosts: Vec<String>,
}

/// A name as a command has it.
#[derive(Debug, PartialEq, Eq)]
enum Named<'c> {
    Cluster(&'c str),
    Host(&'c str),
    /// A host that a cluster's command is sent through: the cluster is found by other means.
    Via(&'c str),
}

impl Names {
    /// The names of a configuration.
    pub(in crate::cli) fn of(config: &Config) -> Self {
        let mut names = Self::default();
        for (name, section) in &config.clusters {
            names.clusters.extend([name.clone(), format!("admin@{name}")]);
            names.clusters.extend(section.context.clone());
            names.clusters.extend(section.aliases.iter().cloned());
        }
        for (name, section) in &config.proxmox {
            names.hosts.push(name.clone());
            names.hosts.extend(section.node.clone());
            names.hosts.extend(host_of(&section.url));
            names.hosts.extend(section.ssh_hosts.iter().cloned());
        }
        names
    }

    /// Clusters and hosts that a runbook's checks name and the configuration does not.
    #[cfg(feature = "homelab")]
    pub(in crate::cli) fn unknown(&self, runbook: &Runbook) -> (Vec<String>, Vec<String>) {
        let (mut clusters, mut hosts) = (Vec::new(), Vec::new());
        for command in &runbook.commands {
            let Reading::Check { check } = &command.reading else { continue };
            let mut named = Vec::new();
            collect(check, &mut named);
            for name in named {
                // Without a text to look in, a finding tells which names are unknown.
                match (self.judge(&name, command, ""), name) {
                    (Some(_), Named::Cluster(name)) => clusters.push(name.to_owned()),
                    (Some(_), Named::Host(name)) => hosts.push(name.to_owned()),
                    (Some(_), Named::Via(_)) | (None, _) => {}
                }
            }
        }
        (clusters, hosts)
    }

    /// What a runbook's checks name and the configuration does not.
    pub(super) fn find_unknown(&self, text: &str, runbook: &Runbook) -> Vec<Found> {
        let mut found = Vec::new();
        for command in &runbook.commands {
            let Reading::Check { check } = &command.reading else { continue };
            let mut named = Vec::new();
            collect(check, &mut named);
            named.dedup();
            found.extend(named.iter().filter_map(|name| self.judge(name, command, text)));
        }
        found
    }

    fn judge(&self, named: &Named<'_>, command: &Command, text: &str) -> Option<Found> {
        let is_host = |host: &str| self.hosts.iter().any(|known| known.eq_ignore_ascii_case(host));
        let (name, code, severity, message, help) = match *named {
            // A placeholder gets its value from the alert.
            Named::Cluster(name) | Named::Host(name) | Named::Via(name) if name.contains('<') => return None,
            Named::Cluster(name) if self.clusters.iter().any(|known| known == name) => return None,
            Named::Host(name) if is_host(name) => return None,
            Named::Via(name) if is_host(name) || self.clusters.iter().any(|known| known == name) => return None,
            Named::Cluster(name) => {
                let help = match nearest(name, self.clusters.iter().map(String::as_str)) {
                    Some(near) => {
                        format!("Did you mean {near}? Else add it to the aliases of a [clusters.NAME] section.")
                    }
                    None => "Add it to the aliases of a [clusters.NAME] section.".to_owned(),
                };
                (name, "unknown-cluster", Severity::Warning, format!("No cluster is configured as {name}."), help)
            }
            Named::Host(name) => {
                let help = format!("Add ssh_hosts = [\"{name}\"] to its [proxmox.NAME] section.");
                (
                    name,
                    "unknown-host",
                    Severity::Warning,
                    format!("No source is configured with the host {name}."),
                    help,
                )
            }
            Named::Via(name) => {
                let message =
                    format!("No source is configured with the host {name}, so the reader must choose the cluster.");
                let help = "Add it to the aliases of its [clusters.NAME] section.".to_owned();
                (name, "unknown-host", Severity::Info, message, help)
            }
        };
        let at = text.get(command.span.clone()).and_then(|line| line.find(name)).map(|at| command.span.start + at);
        let span = at.map_or_else(|| command.span.clone(), |at| at..at + name.len());
        Some(Found { severity, code, message, help: Some(help), span })
    }
}

fn collect<'c>(check: &'c Check, named: &mut Vec<Named<'c>>) {
    match &check.question {
        Question::Cluster(question) => {
            named.extend(question.context.as_deref().map(Named::Cluster));
            named.extend(question.via.as_deref().filter(|_| question.context.is_none()).map(Named::Via));
        }
        Question::Proxmox(question) => named.extend(question.host.as_deref().map(Named::Host)),
        // What its own command names is known with the words that it gets.
        Question::Each(each) => collect(&each.from, named),
        Question::Several(checks) => checks.iter().for_each(|check| collect(check, named)),
        // Addresses of these are answered by what the reader's cluster names.
        Question::Backup(_) | Question::Prometheus(_) | Question::Alertmanager(_) | Question::LogStore(_) => {}
    }
}

/// The host of `https://10.10.0.20:8006`.
fn host_of(url: &str) -> Option<String> {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest).split('/').next()?;
    let host = match authority.strip_prefix('[') {
        Some(address) => address.split(']').next()?,
        None => authority.split(':').next()?,
    };
    (!host.is_empty()).then(|| host.to_owned())
}
