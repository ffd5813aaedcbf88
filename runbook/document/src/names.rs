//! Names that have rules: each is parsed once at the edge and trusted afterwards.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Why a text is not the name it was meant to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvalidName {
    /// What the text was meant to be, in words: "a namespace".
    pub expected: String,
    /// The rule it breaks, as a sentence without a full stop.
    pub rule: String,
}

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not {}: {}", self.expected, self.rule)
    }
}

impl std::error::Error for InvalidName {}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $expected:literal, $rule:path) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                $rule(text).map_err(|rule| InvalidName { expected: $expected.into(), rule: rule.into() })?;
                Ok(Self(text.to_owned()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidName;

            fn try_from(text: String) -> Result<Self, InvalidName> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    /// A Kubernetes namespace (RFC 1123 label).
    Namespace,
    "a namespace",
    dns_label
);
name!(
    /// A name of most Kubernetes objects (RFC 1123 subdomain).
    ObjectName,
    "an object name",
    dns_subdomain
);
name!(
    /// A container of a pod (RFC 1123 label).
    ContainerName,
    "a container name",
    dns_label
);
name!(
    /// A cluster as `runlight.toml` calls it, or a kubeconfig context that names one.
    ClusterName,
    "a cluster name",
    reference
);
name!(
    /// The stable id of a check: derived from its command's text, so that a link survives edits elsewhere.
    CheckId,
    "a check id",
    identifier
);
name!(
    /// A runbook's address inside the library: `alerts/HomelabPodCrashLooping`, without the `.md`.
    RunbookPath,
    "a runbook path",
    library_path
);

name!(
    /// One part of an API's path: a name, a namespace, a group, a version, a resource. These are Kubernetes' own rules for
    /// such a part, and whatever passes them cannot lead anywhere else, however often a server decodes it.
    PathSegment,
    "a part of a path",
    path_segment
);

/// Longest RFC 1123 subdomain, in bytes.
const MAX_SUBDOMAIN_BYTES: usize = 253;
/// Longest RFC 1123 label, in bytes.
const MAX_LABEL_BYTES: usize = 63;

fn dns_label(text: &str) -> Result<(), &'static str> {
    if text.len() > MAX_LABEL_BYTES {
        return Err("at most 63 characters");
    }
    if text.contains('.') {
        return Err("no dots");
    }
    dns_subdomain(text)
}

fn dns_subdomain(text: &str) -> Result<(), &'static str> {
    let is_alphanumeric = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    if text.is_empty() {
        return Err("it is empty");
    }
    if text.len() > MAX_SUBDOMAIN_BYTES {
        return Err("at most 253 characters");
    }
    if !text.bytes().all(|b| is_alphanumeric(b) || b == b'-' || b == b'.') {
        return Err("only a-z, 0-9, '-' and '.'");
    }
    let ends = [text.as_bytes()[0], text.as_bytes()[text.len() - 1]];
    if !ends.into_iter().all(is_alphanumeric) {
        return Err("it starts and ends with a letter or digit");
    }
    Ok(())
}

fn reference(text: &str) -> Result<(), &'static str> {
    if text.is_empty() {
        return Err("it is empty");
    }
    if text.len() > MAX_SUBDOMAIN_BYTES {
        return Err("at most 253 characters");
    }
    if text.starts_with('-') {
        return Err("it must not start with '-'");
    }
    if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._@:/".contains(&b)) {
        return Err("only letters, digits and - . _ @ : /");
    }
    Ok(())
}

fn identifier(text: &str) -> Result<(), &'static str> {
    if text.is_empty() || text.len() > MAX_LABEL_BYTES {
        return Err("1 to 63 characters");
    }
    if !text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
        return Err("only a-z, 0-9 and '-'");
    }
    Ok(())
}

fn library_path(text: &str) -> Result<(), &'static str> {
    if text.is_empty() || text.len() > 1024 {
        return Err("1 to 1,024 bytes");
    }
    if text.chars().any(|c| c.is_control() || c == '\\') {
        return Err("no control characters and no backslashes");
    }
    if text.split('/').any(|part| part.is_empty() || part == "." || part == "..") {
        return Err("no empty, '.' or '..' parts");
    }
    Ok(())
}

fn path_segment(text: &str) -> Result<(), &'static str> {
    if text.is_empty() {
        return Err("it is empty");
    }
    if text.len() > MAX_SUBDOMAIN_BYTES {
        return Err("at most 253 characters");
    }
    if matches!(text, "." | "..") {
        return Err("neither '.' nor '..'");
    }
    if text.chars().any(|c| c.is_control() || c.is_whitespace() || "/%?#".contains(c)) {
        return Err("no blanks, no control characters and none of / % ? #");
    }
    Ok(())
}

/// The name by which a wiki's link finds a page: case does not matter, and blanks are hyphens.
pub fn page_name(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '_'], "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_the_names_that_clusters_use() {
        assert!("kube-system".parse::<Namespace>().is_ok());
        assert!("kube-scheduler-talos-monitor".parse::<ObjectName>().is_ok());
        assert!("admin@monitoring-cluster".parse::<ClusterName>().is_ok());
        assert!("alerts/HomelabPodCrashLooping".parse::<RunbookPath>().is_ok());
    }

    #[test]
    fn a_part_of_a_path_leads_nowhere_else() {
        for text in [
            "web-0",
            "system:node:a",
            "a.b",
            "...",
            "UPID:pbs:0:0:0:0:verify:a\\x3ab:root@pam:",
            "a+b",
            "@x",
            "gr\u{fc}n",
        ] {
            assert!(text.parse::<PathSegment>().is_ok(), "{text:?}");
        }
        for text in [
            "",
            ".",
            "..",
            "a/b",
            "../x",
            "default/secrets/db",
            "a%2Fb",
            "%2e%2e",
            "a?watch=true",
            "a#b",
            "a b",
            "a\nb",
            "a\0",
            "\u{a0}",
            &"x".repeat(254),
        ] {
            assert!(text.parse::<PathSegment>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for text in ["", "../x", "Upper", "-a", "a-", "a.b", "a\nb", &"x".repeat(64)] {
            assert!(text.parse::<Namespace>().is_err(), "{text:?}");
        }
        for text in ["", "/etc/passwd", "a/../b", "a//b", "a\\b", "a\0b"] {
            assert!(text.parse::<RunbookPath>().is_err(), "{text:?}");
        }
        for text in ["--all", "a b", "a;b", "$x"] {
            assert!(text.parse::<ClusterName>().is_err(), "{text:?}");
        }
    }
}
