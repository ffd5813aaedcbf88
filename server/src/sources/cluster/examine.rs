//! What a look at a cluster needs besides its answers: how it introduces itself, whose credentials are used, and whether
//! they suffice. Asks in the ways that the rest asks.

use bytes::Bytes;
use runbook::time::Timestamp;
use serde_json::{Value, json};

use super::{Cluster, Review, connection::Asked, error::ClusterError, path::ApiPath};
use crate::sources::{Cause, SourceFailure, tls};

/// How an API server introduces itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Greeting {
    /// `v1.36.0`.
    pub version: String,
    /// What its clock shows, to the second.
    pub date: Option<Timestamp>,
}

/// Whose credentials are used, as far as the kubeconfig could be read.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The context.
    pub context: Option<String>,
    /// Whether there are any.
    pub are_given: bool,
    /// The program that is asked for them.
    pub plugin: Option<String>,
    /// The client's certificate.
    pub certificate: Option<tls::Certificate>,
}

/// Something that an account may or may not do.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// `list`.
    pub verb: &'a str,
    /// Empty for the core group.
    pub group: &'a str,
    /// `pods`, `pods/log`.
    pub resource: &'a str,
    /// All of them when there is none.
    pub namespace: Option<&'a str>,
}

impl Cluster {
    /// Version and clock, as the API server itself tells them.
    pub async fn greet(&self) -> Result<Greeting, SourceFailure> {
        let asked = Asked::new(format!("Version of {}", self.name()), "get", "/version", None);
        let greeting = self
            .connection
            .get_dated(&ApiPath::fixed("/version"))
            .await
            .and_then(|(body, date)| read(&body, date.as_deref()));
        greeting.map_err(|error| self.connection.failure(&asked, error))
    }

    /// Whose credentials are used; `None` while the kubeconfig cannot be read.
    pub fn credentials(&self) -> Option<Credentials> {
        let target = self.connection.target()?;
        Some(Credentials {
            context: target.context.clone(),
            are_given: target.has_credentials,
            plugin: target.facts.plugin.clone(),
            certificate: target.facts.certificate.clone(),
        })
    }

    /// Whether Runlight's account may do something, as the cluster says.
    pub async fn may(&self, attempt: Attempt<'_>) -> Result<bool, SourceFailure> {
        let (resource, subresource) = attempt.resource.split_once('/').unwrap_or((attempt.resource, ""));
        let status = self
            .review(
                Review::Access,
                &json!({ "resourceAttributes": {
                    "verb": attempt.verb, "group": attempt.group, "resource": resource, "subresource": subresource,
                    // The API takes no namespace as all of them.
                    "namespace": attempt.namespace.unwrap_or(""),
                } }),
            )
            .await?;
        // A review without a verdict allows nothing, and is no refusal either.
        status["allowed"].as_bool().ok_or_else(|| self.nonsense("access review", "whether something is allowed"))
    }

    /// The name under which the cluster knows Runlight's account; `None` where it is too old to tell.
    pub async fn account(&self) -> Result<Option<String>, SourceFailure> {
        match self.review(Review::Identity, &Value::Null).await {
            Ok(status) => match status["userInfo"]["username"].as_str() {
                Some(name) => Ok(Some(name.to_owned())),
                None => Err(self.nonsense("review of its account", "a name")),
            },
            Err(failure) if failure.kind.is_absence() => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    fn nonsense(&self, what: &str, missing: &str) -> SourceFailure {
        let asked = Asked::new(format!("The account of Runlight in {}", self.name()), "create", "reviews", None);
        self.connection.failure(
            &asked,
            ClusterError::NotAsked {
                kind: Cause::Unreadable,
                reason: format!("The API server of {} answered the {what} without {missing}.", self.name()),
                remedy:
                    "Check that the address in the kubeconfig is an API server, and the webhooks that authorise there."
                        .into(),
            },
        )
    }
}

fn read(body: &Bytes, date: Option<&str>) -> Result<Greeting, ClusterError> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Version {
        git_version: String,
    }
    let Version { git_version } = serde_json::from_slice(body)?;
    let at = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
    Ok(Greeting { version: git_version, date: at.map(|at| Timestamp(at.timestamp().as_millisecond())) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_version_and_the_clock() {
        let body = Bytes::from_static(br#"{"gitVersion": "v1.36.0", "major": "1"}"#);
        let greeting = read(&body, Some("Mon, 30 Nov 2026 02:40:07 GMT")).expect("a version");
        assert_eq!(greeting.version, "v1.36.0");
        assert_eq!(greeting.date.map(Timestamp::rfc3339).as_deref(), Some("2026-11-30T02:40:07Z"));
        assert!(read(&Bytes::from_static(b"{}"), None).is_err());
    }
}
