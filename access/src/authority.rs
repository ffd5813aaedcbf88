//! A host name or address with its port, as `Host` and `Origin` write it. Read strictly: a name that a lenient reader would
//! cut short may belong to somebody else.

use std::{net::IpAddr, str::FromStr};

/// `localhost:8080`, `[::1]`, `runlight.example.org`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// In lower case, without brackets.
    pub name: String,
    /// As written; a scheme may imply one.
    pub port: Option<u16>,
}

/// What is no host name or address, or has more to it than a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoAuthority;

impl Authority {
    /// Whether the name can only be this machine.
    pub fn is_loopback(&self) -> bool {
        self.name == "localhost" || self.name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// The port that is meant under a scheme.
    pub fn port_under(&self, scheme: &str) -> Option<u16> {
        self.port.or(match scheme {
            "http" => Some(80),
            "https" => Some(443),
            _ => None,
        })
    }
}

impl FromStr for Authority {
    type Err = NoAuthority;

    fn from_str(text: &str) -> Result<Self, NoAuthority> {
        let (name, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let (inner, rest) = rest.split_once(']').ok_or(NoAuthority)?;
                let address: std::net::Ipv6Addr = inner.parse().map_err(|_| NoAuthority)?;
                let port = if rest.is_empty() { None } else { Some(rest.strip_prefix(':').ok_or(NoAuthority)?) };
                (address.to_string(), port)
            }
            None => {
                let (name, port) = text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port)));
                let is_name_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
                if name.is_empty() || !name.bytes().all(is_name_letter) {
                    return Err(NoAuthority);
                }
                (name.to_ascii_lowercase(), port)
            }
        };
        Ok(Self { name, port: port.map(read_port).transpose()? })
    }
}

/// Digits alone: the standard library would also take `+80`.
fn read_port(text: &str) -> Result<u16, NoAuthority> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|port| is_number && *port != 0).ok_or(NoAuthority)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_and_addresses_with_and_without_a_port() {
        for (text, name, port) in [
            ("localhost", "localhost", None),
            ("LocalHost:8080", "localhost", Some(8080)),
            ("127.0.0.1:80", "127.0.0.1", Some(80)),
            ("[::1]", "::1", None),
            ("[0:0::1]:65535", "::1", Some(65_535)),
            ("my_host-1.example.org:443", "my_host-1.example.org", Some(443)),
        ] {
            assert_eq!(text.parse(), Ok(Authority { name: name.into(), port }), "{text}");
        }
    }

    #[test]
    fn takes_nothing_that_two_readers_could_read_differently() {
        for text in [
            "",
            ":80",
            "localhost:",
            "localhost:0",
            "localhost:+80",
            "localhost:80 ",
            " localhost",
            "localhost:80.evil",
            "localhost:80.evil.example",
            "localhost:99999",
            "localhost:80:80",
            "localhost@evil.example",
            "user@localhost",
            "localhost/evil",
            "localhost,evil.example",
            "localhost#.evil.example",
            "[::1",
            "[::1]evil",
            "[::1].evil.example",
            "[::1]:80.evil",
            "[localhost]",
            "[127.0.0.1]",
            "::1",
            "l\u{f6}calhost",
        ] {
            assert_eq!(text.parse::<Authority>(), Err(NoAuthority), "{text:?}");
        }
    }

    #[test]
    fn knows_what_can_only_be_this_machine() {
        let is_loopback = |text: &str| text.parse::<Authority>().expect("an authority").is_loopback();
        for own in ["localhost", "127.0.0.1:1", "127.8.9.1", "[::1]:8080"] {
            assert!(is_loopback(own), "{own}");
        }
        for other in ["localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "0.0.0.0", "127.1", "[::]"] {
            assert!(!is_loopback(other), "{other}");
        }
    }
}
