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

    fn parse(path: &str) -> Option<(&'static str, Option<&str>, Option<&str>, Option<&str>)> {
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        Address::parse(&segments).map(|a| (a.kind.kind, a.namespace, a.name, a.subresource))
    }

    #[test]
    fn reads_every_shape_of_path() {
        assert_eq!(parse("/api/v1/pods"), Some(("Pod", None, None, None)));
        assert_eq!(parse("/api/v1/namespaces/a/pods/x/log"), Some(("Pod", Some("a"), Some("x"), Some("log"))));
        assert_eq!(parse("/api/v1/namespaces/a"), Some(("Namespace", None, Some("a"), None)));
        assert_eq!(parse("/api/v1/nodes/n"), Some(("Node", None, Some("n"), None)));
        assert_eq!(parse("/apis/apps/v1/namespaces/a/deployments"), Some(("Deployment", Some("a"), None, None)));
    }

    #[test]
    fn refuses_what_does_not_exist() {
        for path in ["/api/v1/things", "/apis/apps/v2/deployments", "/api/v1/namespaces/a/nodes", "/x", "/api/v1"] {
            assert_eq!(parse(path), None, "{path}");
        }
    }
}
