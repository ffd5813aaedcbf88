//! Signing in: who may, by which ways, and for how long it lasts. What needs no input or output is the crate `access`.

mod attempts;
mod oidc;
mod sessions;

use std::{collections::BTreeSet, net::IpAddr, sync::Arc, time::Duration};

use access::{Caller, Groups, Machine, Password, Person, PublicUrl, Refusal, Scope};
use app::{paths, server_side::sign_in::WaysIn};
use http::HeaderMap;
use tokio::sync::Semaphore;

use self::attempts::Attempts;
pub use self::{
    oidc::{Pending, Provider, Returned, Seal},
    sessions::{Seat, Sessions},
};
use crate::{config::Config, sources::ConfigProblem};

/// Passwords that are checked at the same time: each takes 19 MiB and a core.
const CONCURRENT_PASSWORDS: usize = 2;
/// The issuer of people whom the configuration names.
const LOCAL_ISSUER: &str = "local";

/// Every way in, and who is in.
#[derive(Debug)]
pub struct SignIn {
    section: access::SignIn,
    public_url: Option<PublicUrl>,
    named_groups: BTreeSet<String>,
    sessions: Sessions,
    attempts: Attempts,
    checking: Semaphore,
    providers: Vec<Provider>,
    seal: Seal,
}

/// Why a name and a password let nobody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoEntry {
    /// They do not belong together, or nobody has that name: nobody is told which.
    Wrong,
    /// Too many attempts.
    TooMany,
}

impl SignIn {
    /// The ways in of a configuration, once they make sense.
    pub fn open(config: &Config) -> Result<Arc<Self>, ConfigProblem> {
        let section = config.sign_in.clone();
        let public_url = config.server.public_url.clone();
        section
            .check(public_url.as_ref())
            .map_err(|found| ConfigProblem::new(found.key, found.problem, found.remedy))?;
        let mut providers = Vec::new();
        for (name, oidc) in &section.oidc {
            // Without a public address the section has been refused by now.
            let Some(public_url) = &public_url else { continue };
            providers.push(Provider::new(name, oidc, public_url)?);
        }
        let is_https = public_url.as_ref().is_some_and(PublicUrl::is_https);
        let hours = |hours: u32| Duration::from_secs(u64::from(hours) * 3600);
        Ok(Arc::new(Self {
            named_groups: named_groups(config),
            sessions: Sessions::new(hours(section.session_hours), hours(section.session_max_hours)),
            attempts: Attempts::new(),
            seal: Seal::new(section.key_file.as_deref(), is_https)?,
            providers,
            checking: Semaphore::new(CONCURRENT_PASSWORDS),
            public_url,
            section,
        }))
    }

    /// Whether anybody signs in here. Else only this machine is answered.
    pub fn has_a_way_in(&self) -> bool {
        self.section.has_a_way_in()
    }

    /// How many programs have a token for this.
    pub fn tokens_for(&self, scope: Scope) -> usize {
        self.section.tokens.values().filter(|token| token.scopes.contains(&scope)).count()
    }

    /// Where readers open the portal.
    pub fn public_url(&self) -> Option<&PublicUrl> {
        self.public_url.as_ref()
    }

    /// Who is signed in.
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// What the sign-in page offers.
    pub fn ways(&self) -> WaysIn {
        WaysIn {
            has_passwords: !self.section.users.is_empty(),
            providers: self.providers.iter().map(offer).collect(),
            has_proxy: self.section.proxy.is_some(),
            proxy_sign_out: self.section.proxy.as_ref().and_then(|proxy| proxy.sign_out_url.clone()),
            contact: self.section.contact.clone(),
        }
    }

    /// The person with this name and password.
    pub async fn person(&self, name: &str, password: String) -> Result<Person, NoEntry> {
        if !self.attempts.take(name) {
            return Err(NoEntry::TooMany);
        }
        let user = self.section.users.get(name);
        let hash = user.map_or_else(|| Password::of_nobody().clone(), |user| user.password.clone());
        // The semaphore is never closed.
        let _turn = self.checking.acquire().await;
        // A name that nobody has costs what a wrong password costs.
        let checked = tokio::task::spawn_blocking(move || hash.verify(&password)).await;
        match (user, checked) {
            (Some(user), Ok(true)) => Ok(Person {
                issuer: LOCAL_ISSUER.into(),
                subject: name.to_owned(),
                name: user.name.clone().unwrap_or_else(|| name.to_owned()),
                groups: Groups::of(user.groups.iter().map(String::as_str), &self.named_groups),
            }),
            _ => Err(NoEntry::Wrong),
        }
    }

    /// Whom a proxy in front vouches for: `None` when the other end is no such proxy, or when it says nothing.
    pub fn vouched(&self, peer: IpAddr, headers: &HeaderMap) -> Option<Result<Person, Refusal>> {
        let proxy = self.section.proxy.as_ref()?;
        let peer = peer.to_canonical();
        if !proxy.from.iter().any(|network| network.contains(&peer)) {
            return None;
        }
        access::from_headers(proxy, headers, &self.named_groups).transpose()
    }

    /// The provider of a section.
    pub fn provider(&self, name: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.name() == name)
    }

    /// Whether replicas share what seals a sign-in under way.
    pub fn has_key_file(&self) -> bool {
        self.section.key_file.is_some()
    }

    /// Every provider.
    pub fn providers(&self) -> &[Provider] {
        &self.providers
    }

    /// Where somebody signs out at the provider that vouches for them.
    pub fn sign_out_address(&self, person: &Person) -> Option<String> {
        self.providers.iter().find(|provider| provider.issuer() == person.issuer)?.sign_out_address()
    }

    /// What seals a sign-in that is on its way.
    pub fn seal(&self) -> &Seal {
        &self.seal
    }

    /// Groups that must not be lost out of a long list.
    pub fn named_groups(&self) -> &BTreeSet<String> {
        &self.named_groups
    }

    /// The program with this token. Every hash is looked at, so that time tells nothing.
    pub fn machine(&self, token: &str) -> Option<Caller> {
        let mut found = None;
        for (name, section) in &self.section.tokens {
            if section.hash.is_of(token) {
                found = Some(Machine {
                    name: name.clone(),
                    scopes: section.scopes.clone(),
                    groups: Groups::of(section.groups.iter().map(String::as_str), &self.named_groups),
                });
            }
        }
        found.map(|machine| Caller::Machine(Arc::new(machine)))
    }
}

/// A provider's button.
fn offer(provider: &Provider) -> app::server_side::sign_in::Provider {
    app::server_side::sign_in::Provider {
        label: provider.label().to_owned(),
        href: format!("{}/oidc/{}", paths::SIGN_IN, provider.name()),
    }
}

/// Every group that the configuration names.
fn named_groups(config: &Config) -> BTreeSet<String> {
    let clusters = config.clusters.values().flat_map(|it| it.groups.iter().chain(&it.secret_data_groups));
    let hosts = config.proxmox.values().flat_map(|it| &it.groups);
    let servers = config.backup.values().flat_map(|it| &it.groups);
    let monitoring = config.prometheus.values().chain(config.alertmanager.values()).flat_map(|it| &it.groups);
    let logs = config.logs.values().flat_map(|it| &it.groups);
    let of_sources = clusters.chain(hosts).chain(servers).chain(monitoring).chain(logs).cloned();
    of_sources.chain(config.sign_in.named_groups()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_loses_no_group_that_any_section_names() {
        let text = "[clusters.a]\ngroups = [\"g1\"]\nsecret_data_groups = [\"g2\"]\n[proxmox.a]\ngroups = [\"g3\"]\n\
                    [backup.a]\ngroups = [\"g4\"]\n[prometheus.a]\ngroups = [\"g5\"]\n\
                    [alertmanager.a]\ngroups = [\"g6\"]\n[logs.a]\ngroups = [\"g7\"]\n\
                    [sign_in.proxy]\npreset = \"authelia\"\nallow_groups = [\"g8\"]\n";
        let named = named_groups(&toml::from_str(text).expect("a configuration"));
        assert_eq!(
            named.iter().map(String::as_str).collect::<Vec<_>>(),
            ["g1", "g2", "g3", "g4", "g5", "g6", "g7", "g8"]
        );
    }
}
