//! `[sign_in]` of `runlight.toml`: every way in, and who may use it.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    path::PathBuf,
};

use ipnet::IpNet;
use serde::Deserialize;

use crate::{Password, Preset, Scope, TokenHash};

/// `[sign_in]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SignIn {
    /// How long a session lasts without being used.
    pub session_hours: u32,
    /// How long a session lasts at most.
    pub session_max_hours: u32,
    /// Whom a reader asks who lacks a right: a name, a channel, an address.
    pub contact: Option<String>,
    /// A file with at least 32 random bytes, the same for every replica: what is sealed by one is then opened by another.
    pub key_file: Option<PathBuf>,
    /// `[sign_in.users.NAME]`: people whom Runlight knows by a password.
    pub users: BTreeMap<String, User>,
    /// `[sign_in.tokens.NAME]`: programs.
    pub tokens: BTreeMap<String, Token>,
    /// `[sign_in.proxy]`: a proxy in front that signs people in.
    pub proxy: Option<Proxy>,
    /// `[sign_in.oidc.NAME]`: OpenID Connect providers.
    pub oidc: BTreeMap<String, Oidc>,
}

impl Default for SignIn {
    fn default() -> Self {
        Self {
            session_hours: 12,
            session_max_hours: 7 * 24,
            contact: None,
            key_file: None,
            users: BTreeMap::new(),
            tokens: BTreeMap::new(),
            proxy: None,
            oidc: BTreeMap::new(),
        }
    }
}

/// `[sign_in.users.NAME]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// An argon2id hash, as `runlight user add` prints it.
    #[serde(deserialize_with = "parsed")]
    pub password: Password,
    /// What they are called on pages; the section's name when absent.
    #[serde(default)]
    pub name: Option<String>,
    /// Their groups.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// `[sign_in.tokens.NAME]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// The token's hash, as `runlight token new` prints it.
    #[serde(deserialize_with = "parsed")]
    pub hash: TokenHash,
    /// What it is for: `read`, `metrics`, `webhook`, `mcp`.
    pub scopes: Vec<Scope>,
    /// Groups whose rights it has.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// `[sign_in.proxy]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proxy {
    /// Which headers it sends.
    pub preset: Preset,
    /// Addresses and networks that it connects from. Nobody else's headers are believed.
    #[serde(default, deserialize_with = "networks")]
    pub from: Vec<IpNet>,
    /// With `preset = "custom"`: the header with the user's name.
    #[serde(default)]
    pub user_header: Option<String>,
    /// With `preset = "custom"`: the header with the groups.
    #[serde(default)]
    pub groups_header: Option<String>,
    /// With `preset = "custom"`: what stands between two groups.
    #[serde(default)]
    pub groups_separator: Option<String>,
    /// Where a reader signs out at the proxy.
    #[serde(default)]
    pub sign_out_url: Option<String>,
    /// Only people of these groups come in.
    #[serde(default)]
    pub allow_groups: Vec<String>,
    /// Only these people come in.
    #[serde(default)]
    pub allow_users: Vec<String>,
}

/// `[sign_in.oidc.NAME]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    /// The issuer, exactly as the provider writes it.
    pub issuer: String,
    /// The client's id there.
    pub client_id: String,
    /// A file with the client's secret; a public client has none.
    #[serde(default)]
    pub client_secret_file: Option<PathBuf>,
    /// What stands on the button: "Sign in with …"; the section's name when absent.
    #[serde(default)]
    pub label: Option<String>,
    /// Scopes beside `openid`.
    #[serde(default = "default_scopes")]
    pub scopes: Vec<String>,
    /// The claim with the groups; nested ones with dots.
    #[serde(default = "default_groups_claim")]
    pub groups_claim: String,
    /// The claim with what they are called.
    #[serde(default = "default_name_claim")]
    pub name_claim: String,
    /// Only people of these groups come in.
    #[serde(default)]
    pub allow_groups: Vec<String>,
    /// Only these people come in, by subject, name or verified e-mail address.
    #[serde(default)]
    pub allow_users: Vec<String>,
    /// A PEM file with the certificate authority of a private provider.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
}

fn default_scopes() -> Vec<String> {
    vec!["profile".into(), "groups".into()]
}

fn default_groups_claim() -> String {
    "groups".into()
}

fn default_name_claim() -> String {
    "preferred_username".into()
}

impl SignIn {
    /// Whether anybody can sign in at all.
    pub fn has_a_way_in(&self) -> bool {
        !self.users.is_empty() || !self.tokens.is_empty() || self.proxy.is_some() || !self.oidc.is_empty()
    }

    /// The files that it names.
    pub fn files_mut(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        let of_providers =
            self.oidc.values_mut().flat_map(|oidc| [oidc.client_secret_file.as_mut(), oidc.ca_file.as_mut()]);
        of_providers.flatten().chain(self.key_file.as_mut())
    }

    /// Groups that this section names: those that must never be lost out of a long list.
    pub fn named_groups(&self) -> BTreeSet<String> {
        let of_proxy = self.proxy.iter().flat_map(|proxy| &proxy.allow_groups);
        let of_oidc = self.oidc.values().flat_map(|oidc| &oidc.allow_groups);
        of_proxy.chain(of_oidc).cloned().collect()
    }
}

/// Networks, and addresses as networks of one.
fn networks<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<IpNet>, D::Error> {
    let read = |text: String| {
        let address = text.parse::<IpAddr>().map(IpNet::from);
        let network = address.or_else(|_| text.parse::<IpNet>());
        network.map_err(|_| serde::de::Error::custom("an address such as 10.0.0.5 or a network such as 10.0.0.0/24"))
    };
    Vec::<String>::deserialize(from)?.into_iter().map(read).collect()
}

/// What has rules is read by its own rules; serde then says where it stands.
fn parsed<'de, D: serde::Deserializer<'de>, T: std::str::FromStr<Err: std::fmt::Display>>(
    from: D,
) -> Result<T, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(serde::de::Error::custom)
}
