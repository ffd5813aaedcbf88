//! Addresses of objects: `/api/v1/namespaces/kube-system/pods/coredns-0/log` and its like.

use super::kinds::{self, Kind};

/// What a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Address<'a> {
    pub(super) kind: &'static Kind,
    /// Absent for cluster-wide kinds, and for all namespaces.
    pub(super) namespace: Option<&'a str>,
    pub(super) name: Option<&'a str>,
    pub(super) subresource: Option<&'a str>,
}

impl<'a> Address<'a> {
    /// Reads the segments of a path.
    pub(super) fn parse(segments: &[&'a str]) -> Option<Self> {
        let (group, version, rest) = match segments {
            ["api", version, rest @ ..] => ("", *version, rest),
            ["apis", group, version, rest @ ..] => (*group, *version, rest),
            _ => return None,
        };
        let (namespace, rest) = match rest {
            // The namespace itself is an object, too.
            ["namespaces", namespace, rest @ ..] if !rest.is_empty() && !matches!(rest, ["status" | "finalize"]) => {
                (Some(*namespace), rest)
            }
            _ => (None, rest),
        };
        let kind = kinds::find(group, version, rest.first()?)?;
        if namespace.is_some() && !kind.is_namespaced {
            return None;
        }
        let (name, subresource) = match rest[1..] {
            [] => (None, None),
            [name] => (Some(name), None),
            [name, subresource] => (Some(name), Some(subresource)),
            _ => return None,
        };
        Some(Self { kind, namespace, name, subresource })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kind, namespace, name and subresource, with `-` for what is absent.
    fn parse(path: &str) -> Option<String> {
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        let address = Address::parse(&segments)?;
        let parts = [Some(address.kind.kind), address.namespace, address.name, address.subresource];
        Some(parts.map(|part| part.unwrap_or("-")).join(" "))
    }

    #[test]
    fn reads_every_shape_of_path() {
        for (path, parts) in [
            ("/api/v1/pods", "Pod - - -"),
            ("/api/v1/namespaces/a/pods/x/log", "Pod a x log"),
            ("/api/v1/namespaces/a", "Namespace - a -"),
            ("/api/v1/nodes/n", "Node - n -"),
            ("/apis/apps/v1/namespaces/a/deployments", "Deployment a - -"),
        ] {
            assert_eq!(parse(path).as_deref(), Some(parts), "{path}");
        }
    }

    #[test]
    fn refuses_what_does_not_exist() {
        for path in ["/api/v1/things", "/apis/apps/v2/deployments", "/api/v1/namespaces/a/nodes", "/x", "/api/v1"] {
            assert_eq!(parse(path), None, "{path}");
        }
    }
}
