//! The one gate where the path of a question is made. Every word in it that comes from a command, a link or an object has
//! passed the rules of `PathSegment`, so that an API server which decodes a path before it routes comes to the same end.

use std::fmt::Display;

use runbook::names::PathSegment;

use super::error::ClusterError;
use crate::sources::{Cause, percent_encode};

/// Most letters of a refused name that a sentence repeats.
const MAX_SHOWN_LETTERS: usize = 80;

/// Where a question is asked, with its query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ApiPath {
    text: String,
    has_query: bool,
}

impl ApiPath {
    /// A path that is part of the program.
    pub(super) fn fixed(path: &'static str) -> Self {
        Self { text: path.to_owned(), has_query: path.contains('?') }
    }

    /// `/api/VERSION` of the core group, `/apis/GROUP/VERSION` of others.
    pub(super) fn of_group(group: &str, version: &str) -> Result<Self, ClusterError> {
        match group {
            "" => Self::fixed("/api").part(version),
            group => Self::fixed("/apis").part(group)?.part(version),
        }
    }

    /// A path that stands whole in a command or in an answer of the API server's own: one of the shapes that
    /// `kubectl get --raw` may have.
    pub(super) fn raw(path: &str) -> Result<Self, ClusterError> {
        match runbook::command::is_raw_path(path) {
            true => Ok(Self { text: path.to_owned(), has_query: path.contains('?') }),
            false => Err(ClusterError::NotAsked {
                kind: Cause::BadRequest,
                reason: format!("{} is not a path that Runlight asks.", shown(path)),
                remedy: "Ask for versions, health, lists and objects; of Secrets by kubectl get secret.".into(),
            }),
        }
    }

    /// With one more part.
    pub(super) fn part(mut self, part: &str) -> Result<Self, ClusterError> {
        debug_assert!(!self.has_query, "parts come before the query");
        let part: PathSegment =
            part.parse().map_err(|invalid: runbook::names::InvalidName| ClusterError::NotAsked {
                kind: Cause::BadRequest,
                reason: format!("{} is no name that Kubernetes gives: {}.", shown(part), invalid.rule),
                remedy: "Correct the name; if an object of the cluster carries it, look at who made that object."
                    .into(),
            })?;
        self.text.push('/');
        self.text.push_str(&percent_encode(part.as_str()));
        Ok(self)
    }

    /// With a namespace, when there is one.
    pub(super) fn in_namespace(self, namespace: Option<&str>) -> Result<Self, ClusterError> {
        match namespace {
            Some(namespace) => self.part("namespaces")?.part(namespace),
            None => Ok(self),
        }
    }

    /// With one more parameter. What it says may be anything.
    pub(super) fn with(mut self, name: &str, value: impl Display) -> Self {
        self.text.push(if self.has_query { '&' } else { '?' });
        self.text.push_str(name);
        self.text.push('=');
        self.text.push_str(&percent_encode(&value.to_string()));
        self.has_query = true;
        self
    }

    /// With one more parameter, when there is something to say.
    pub(super) fn with_some(self, name: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// As it is sent.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }
}

/// A name from outside as a sentence may repeat it.
fn shown(name: &str) -> String {
    let kept: String = name.chars().filter(|c| !c.is_control()).take(MAX_SHOWN_LETTERS).collect();
    format!("\"{kept}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(namespace: &str, name: &str) -> Result<String, ClusterError> {
        let path = ApiPath::of_group("", "v1")?.in_namespace(Some(namespace))?.part("pods")?.part(name)?;
        Ok(path.as_str().to_owned())
    }

    #[test]
    fn makes_paths_of_names() {
        assert_eq!(pod("kube-system", "web-0").expect("names"), "/api/v1/namespaces/kube-system/pods/web-0");
        let role = ApiPath::of_group("rbac.authorization.k8s.io", "v1").and_then(|path| path.part("clusterroles"));
        let role = role.and_then(|path| path.part("system:node")).expect("a name").with("pretty", true);
        assert_eq!(role.as_str(), "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode?pretty=true");
        let list = ApiPath::fixed("/api/v1/pods?limit=5").with_some("labelSelector", Some("a=b/c&d"));
        assert_eq!(list.as_str(), "/api/v1/pods?limit=5&labelSelector=a%3Db%2Fc%26d");
    }

    #[test]
    fn makes_no_path_of_what_is_no_name() {
        for name in ["default/secrets/db", "..", ".", "", "a%2Fb", "%2e%2e", "a?watch=true", "a#b", "a b", "a\nb"] {
            assert!(matches!(pod("default", name), Err(ClusterError::NotAsked { .. })), "{name:?}");
            assert!(matches!(pod(name, "web-0"), Err(ClusterError::NotAsked { .. })), "{name:?}");
        }
        assert!(ApiPath::of_group("../api", "v1").is_err() && ApiPath::of_group("apps", "v1/../..").is_err());
    }

    #[test]
    fn takes_whole_paths_of_known_shapes_only() {
        assert!(ApiPath::raw("/readyz?verbose").is_ok());
        for path in ["/api/v1/secrets", "/api/v1/pods?watch=true", "/api/v1/namespaces/a%2Fb", "version", ""] {
            assert!(ApiPath::raw(path).is_err(), "{path}");
        }
    }
}
