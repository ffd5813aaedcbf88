//! What a proxy in front says of who asks. Read only where the proxy itself is at the other end; whoever calls this has
//! made sure of that.

use std::{collections::BTreeSet, fmt};

use http::HeaderMap;
use serde::Deserialize;

use crate::{Groups, Person, Proxy, groups::is_name};

/// Longest value that is looked at, in bytes.
const MAX_VALUE_BYTES: usize = 64 * 1024;

/// A kind of proxy, and with it the names of its headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// Authelia: `Remote-User`, `Remote-Groups` by comma.
    Authelia,
    /// authentik: `X-authentik-username`, `X-authentik-groups` by `|`.
    Authentik,
    /// oauth2-proxy: `X-Forwarded-User`, or `X-Auth-Request-User` behind nginx.
    #[serde(rename = "oauth2-proxy")]
    Oauth2Proxy,
    /// Tailscale Serve: `Tailscale-User-Login`; it knows no groups.
    Tailscale,
    /// Cloudflare Access: a signed assertion.
    Cloudflare,
    /// Headers that the configuration names.
    Custom,
}

/// One way in which a proxy names its headers.
struct Dialect<'a> {
    user: &'a str,
    /// What they are called, where that is another header.
    name: Option<&'a str>,
    groups: Option<&'a str>,
    separator: &'a str,
    /// Further headers that say who somebody is: none of them may come from elsewhere either.
    others: &'a [&'a str],
}

/// Why headers are not believed, although the proxy sent them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A header came twice.
    Second(String),
    /// A header came beside one that differs by underscores.
    Twin(String),
    /// Headers of two ways to name them came together.
    Mixed,
    /// A value cannot be a name.
    Unreadable(String),
    /// They may not use this portal.
    NotAllowed,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Second(header) => write!(f, "The proxy sent {header} twice. One of them may be a reader's own."),
            Self::Twin(header) => write!(
                f,
                "A header came that some servers take for {header}. The proxy must remove what readers send themselves."
            ),
            Self::Mixed => f.write_str(
                "Headers of both dialects came at once. The proxy must remove those that it does not set itself.",
            ),
            Self::Unreadable(header) => write!(f, "The value of {header} cannot be a name."),
            Self::NotAllowed => f.write_str("This account may not use the portal."),
        }
    }
}

/// The headers by which a preset says who somebody is.
pub fn identity_headers(proxy: &Proxy) -> Vec<String> {
    let dialects = dialects(proxy);
    let names = dialects.iter().flat_map(|dialect| dialect.names());
    names.map(str::to_owned).collect()
}

/// Who the proxy says it is; `None` when it says nothing. No header with groups means no group.
pub fn from_headers(proxy: &Proxy, headers: &HeaderMap, named: &BTreeSet<String>) -> Result<Option<Person>, Refusal> {
    let dialects = dialects(proxy);
    refuse_twins(&dialects, headers)?;
    let mut spoken = dialects.iter().filter(|dialect| dialect.names().any(|name| headers.contains_key(name)));
    let Some(dialect) = spoken.next() else { return Ok(None) };
    if spoken.next().is_some() {
        return Err(Refusal::Mixed);
    }
    let Some(user) = one(headers, dialect.user)? else { return Ok(None) };
    // A proxy that joins two headers writes a comma between them.
    if !is_name(user) || user.contains(',') {
        return Err(Refusal::Unreadable(dialect.user.into()));
    }
    let name = match dialect.name {
        Some(name) => one(headers, name)?.filter(|name| is_name(name)),
        None => None,
    };
    let groups = match dialect.groups {
        Some(header) => one(headers, header)?.unwrap_or(""),
        None => "",
    };
    let groups = Groups::of(groups.split(dialect.separator), named);
    if !groups.meet(&proxy.allow_groups)
        || !(proxy.allow_users.is_empty() || proxy.allow_users.iter().any(|it| it == user))
    {
        return Err(Refusal::NotAllowed);
    }
    Ok(Some(Person { issuer: "proxy".into(), subject: user.to_owned(), name: name.unwrap_or(user).to_owned(), groups }))
}

impl<'a> Dialect<'a> {
    fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        [Some(self.user), self.name, self.groups].into_iter().flatten().chain(self.others.iter().copied())
    }
}

fn dialects(proxy: &Proxy) -> Vec<Dialect<'_>> {
    match proxy.preset {
        Preset::Authelia => vec![Dialect {
            user: "Remote-User",
            name: Some("Remote-Name"),
            groups: Some("Remote-Groups"),
            separator: ",",
            others: &["Remote-Email"],
        }],
        Preset::Authentik => vec![Dialect {
            user: "X-authentik-username",
            name: Some("X-authentik-name"),
            groups: Some("X-authentik-groups"),
            separator: "|",
            others: &["X-authentik-email", "X-authentik-uid"],
        }],
        Preset::Oauth2Proxy => vec![
            Dialect {
                user: "X-Forwarded-User",
                name: Some("X-Forwarded-Preferred-Username"),
                groups: Some("X-Forwarded-Groups"),
                separator: ",",
                others: &["X-Forwarded-Email"],
            },
            Dialect {
                user: "X-Auth-Request-User",
                name: Some("X-Auth-Request-Preferred-Username"),
                groups: Some("X-Auth-Request-Groups"),
                separator: ",",
                others: &["X-Auth-Request-Email"],
            },
        ],
        Preset::Tailscale => vec![Dialect {
            user: "Tailscale-User-Login",
            name: Some("Tailscale-User-Name"),
            groups: None,
            separator: ",",
            others: &["Tailscale-User-Profile-Pic"],
        }],
        // Refused when the configuration is read; an assertion that nobody verified is nobody's word.
        Preset::Cloudflare => Vec::new(),
        Preset::Custom => vec![Dialect {
            user: proxy.user_header.as_deref().unwrap_or("X-Remote-User"),
            name: None,
            groups: proxy.groups_header.as_deref(),
            separator: proxy.groups_separator.as_deref().filter(|it| !it.is_empty()).unwrap_or(","),
            others: &[],
        }],
    }
}

/// The only value of a header. An empty one says nothing.
fn one<'h>(headers: &'h HeaderMap, name: &str) -> Result<Option<&'h str>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Refusal::Second(name.into()));
    }
    let unreadable = || Refusal::Unreadable(name.into());
    if value.len() > MAX_VALUE_BYTES {
        return Err(unreadable());
    }
    let text = std::str::from_utf8(value.as_bytes()).map_err(|_| unreadable())?.trim();
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// Some servers read `Remote_User` as `Remote-User`, so a proxy may have let one through.
fn refuse_twins(dialects: &[Dialect<'_>], headers: &HeaderMap) -> Result<(), Refusal> {
    for sent in headers.keys().map(http::HeaderName::as_str).filter(|name| name.contains('_')) {
        let meant = sent.replace('_', "-");
        let known = dialects.iter().flat_map(Dialect::names).find(|name| name.eq_ignore_ascii_case(&meant));
        if let Some(known) = known {
            return Err(Refusal::Twin(known.into()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};
    use proptest::prelude::*;

    use super::*;

    fn proxy(text: &str) -> Proxy {
        toml::from_str(&format!("from = [\"10.0.0.5\"]\n{text}")).expect("a section")
    }

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            let name: HeaderName = name.parse().expect("a name");
            headers.append(name, HeaderValue::from_bytes(value.as_bytes()).expect("a value"));
        }
        headers
    }

    fn read(preset: &str, pairs: &[(&str, &str)]) -> Result<Option<(String, String, Vec<String>)>, Refusal> {
        let proxy = proxy(&format!("preset = \"{preset}\""));
        let person = from_headers(&proxy, &headers(pairs), &BTreeSet::new())?;
        Ok(person.map(|it| (it.subject, it.name, it.groups.names().map(str::to_owned).collect())))
    }

    fn person(subject: &str, name: &str, groups: &[&str]) -> Result<Option<(String, String, Vec<String>)>, Refusal> {
        Ok(Some((subject.into(), name.into(), groups.iter().map(|group| (*group).to_owned()).collect())))
    }

    #[test]
    fn reads_each_presets_headers() {
        let authelia = [("Remote-User", "anna"), ("Remote-Groups", "sre,dev, ops"), ("Remote-Name", "Anna Ärger")];
        assert_eq!(read("authelia", &authelia), person("anna", "Anna Ärger", &["dev", "ops", "sre"]));
        let authentik = [("x-authentik-username", "anna"), ("x-authentik-groups", "a,b|sre")];
        assert_eq!(read("authentik", &authentik), person("anna", "anna", &["a,b", "sre"]));
        let forwarded =
            [("x-forwarded-user", "7"), ("x-forwarded-preferred-username", "anna"), ("x-forwarded-groups", "a,b")];
        assert_eq!(read("oauth2-proxy", &forwarded), person("7", "anna", &["a", "b"]));
        let nginx = [("x-auth-request-user", "anna"), ("x-auth-request-groups", "a")];
        assert_eq!(read("oauth2-proxy", &nginx), person("anna", "anna", &["a"]));
        let tailscale = [("tailscale-user-login", "anna@example.org"), ("tailscale-user-name", "Anna")];
        assert_eq!(read("tailscale", &tailscale), person("anna@example.org", "Anna", &[]));
        let custom =
            proxy("preset = \"custom\"\nuser_header = \"X-Me\"\ngroups_header = \"X-Us\"\ngroups_separator = \";\"");
        let found = from_headers(&custom, &headers(&[("x-me", "anna"), ("x-us", "a;b")]), &BTreeSet::new());
        assert_eq!(found.expect("believed").expect("somebody").groups.names().count(), 2);
    }

    #[test]
    fn no_header_is_nobody_and_no_groups_are_the_least_right() {
        assert_eq!(read("authelia", &[]), Ok(None));
        assert_eq!(read("authelia", &[("Remote-User", "")]), Ok(None));
        assert_eq!(read("authelia", &[("Remote-Groups", "sre")]), Ok(None));
        assert_eq!(read("authelia", &[("X-Forwarded-User", "anna")]), Ok(None));
        assert_eq!(read("authelia", &[("Remote-User", "anna")]), person("anna", "anna", &[]));
        assert_eq!(read("cloudflare", &[("cf-access-authenticated-user-email", "a@b")]), Ok(None));
    }

    #[test]
    fn a_second_header_and_a_twin_are_refused() {
        let second = [("Remote-User", "anna"), ("Remote-User", "root")];
        assert_eq!(read("authelia", &second), Err(Refusal::Second("Remote-User".into())));
        let groups = [("Remote-User", "anna"), ("Remote-Groups", "dev"), ("Remote-Groups", "sre")];
        assert_eq!(read("authelia", &groups), Err(Refusal::Second("Remote-Groups".into())));
        for twin in ["Remote_User", "REMOTE_USER", "Remote_Groups", "remote_email"] {
            assert!(
                matches!(read("authelia", &[("Remote-User", "anna"), (twin, "x")]), Err(Refusal::Twin(_))),
                "{twin}"
            );
        }
        for extra in ["x-forwarded-groups", "x-forwarded-user", "x-forwarded-email"] {
            let mixed = [("x-auth-request-user", "anna"), (extra, "sre")];
            assert_eq!(read("oauth2-proxy", &mixed), Err(Refusal::Mixed), "{extra}");
        }
    }

    #[test]
    fn a_value_that_is_no_name_is_refused() {
        let long = "x".repeat(300);
        for value in ["a\tb", "anna, root", &long] {
            let refused = Err(Refusal::Unreadable("Remote-User".into()));
            assert_eq!(read("authelia", &[("Remote-User", value)]), refused, "{value:.20}");
        }
        let huge = "g,".repeat(40_000);
        assert!(read("authelia", &[("Remote-User", "anna"), ("Remote-Groups", &huge)]).is_err());
        let mut broken = headers(&[]);
        broken.insert("remote-user", HeaderValue::from_bytes(b"ann\xff").expect("opaque bytes"));
        assert!(from_headers(&proxy("preset = \"authelia\""), &broken, &BTreeSet::new()).is_err());
    }

    #[test]
    fn lets_in_only_who_may() {
        let groups = proxy("preset = \"authelia\"\nallow_groups = [\"sre\"]");
        let users = proxy("preset = \"authelia\"\nallow_users = [\"anna\"]");
        let ask = |proxy: &Proxy, pairs: &[(&str, &str)]| from_headers(proxy, &headers(pairs), &BTreeSet::new());
        assert!(ask(&groups, &[("Remote-User", "anna"), ("Remote-Groups", "sre")]).is_ok());
        assert_eq!(ask(&groups, &[("Remote-User", "anna")]), Err(Refusal::NotAllowed));
        assert!(ask(&users, &[("Remote-User", "anna")]).is_ok());
        assert_eq!(ask(&users, &[("Remote-User", "bob"), ("Remote-Name", "anna")]), Err(Refusal::NotAllowed));
    }

    proptest! {
        #[test]
        fn whoever_is_believed_is_who_the_one_header_names(
            pairs in proptest::collection::vec(
                (prop_oneof![Just("remote-user"), Just("remote_user"), Just("remote-groups"), Just("remote-name")], "[ -~]{0,12}"),
                0..6,
            )
        ) {
            let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
            if let Ok(Some((subject, _, groups))) = read("authelia", &pairs) {
                let users: Vec<&str> = pairs.iter().filter(|(name, _)| *name == "remote-user").map(|(_, it)| it.trim()).collect();
                prop_assert_eq!(users, [subject.as_str()]);
                prop_assert!(!pairs.iter().any(|(name, _)| *name == "remote_user"));
                prop_assert!(groups.is_empty() || pairs.iter().filter(|(name, _)| *name == "remote-groups").count() == 1);
            }
        }
    }
}
