//! `public_url`: where readers open the portal. Cookies, return addresses and providers are tied to it.

use std::{fmt, str::FromStr};

use serde::Deserialize;

use crate::Authority;

/// Scheme and host of the portal, as readers' browsers know it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PublicUrl {
    is_https: bool,
    authority: Authority,
}

impl PublicUrl {
    /// Whether what the browser sends is protected on its way.
    pub fn is_https(&self) -> bool {
        self.is_https
    }

    /// The host and the port.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Whether an `Origin` header names this portal.
    pub fn is_origin(&self, origin: &str) -> bool {
        origin.parse::<Self>().is_ok_and(|origin| {
            origin.is_https == self.is_https
                && origin.authority.name == self.authority.name
                && origin.authority.port_under(origin.scheme()) == self.authority.port_under(self.scheme())
        })
    }

    /// An address of this portal.
    pub fn with_path(&self, path: &str) -> String {
        format!("{self}{path}")
    }

    fn scheme(&self) -> &'static str {
        if self.is_https { "https" } else { "http" }
    }
}

impl FromStr for PublicUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let (is_https, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return Err("begins with neither https:// nor http://"),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains('/') {
            return Err("has a path; Runlight is served at the root of a host name");
        }
        let authority = rest.parse().map_err(|_| "names no host")?;
        Ok(Self { is_https, authority })
    }
}

impl TryFrom<String> for PublicUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map_err(|problem| format!("public_url {problem}"))
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.authority.name;
        let name = if name.contains(':') { format!("[{name}]") } else { name.clone() };
        write!(f, "{}://{name}", self.scheme())?;
        self.authority.port.iter().try_for_each(|port| write!(f, ":{port}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_a_scheme_and_a_host() {
        for (text, as_written) in [
            ("https://runlight.example.org", "https://runlight.example.org"),
            ("https://Runlight.example.org/", "https://runlight.example.org"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("https://[fd00::1]:8443", "https://[fd00::1]:8443"),
        ] {
            assert_eq!(text.parse::<PublicUrl>().expect("an address").to_string(), as_written);
        }
        for wrong in
            ["", "runlight.example.org", "ftp://x", "https://", "https://x/y", "https://u@x", "https://x?y", "//x"]
        {
            assert!(wrong.parse::<PublicUrl>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn knows_its_own_origin() {
        let own: PublicUrl = "https://runlight.example.org".parse().expect("an address");
        assert!(own.is_origin("https://runlight.example.org") && own.is_origin("https://runlight.example.org:443"));
        for other in
            ["http://runlight.example.org", "https://runlight.example.org:8443", "https://evil.example", "null", ""]
        {
            assert!(!own.is_origin(other), "{other}");
        }
    }
}
