//! The cluster client's own error, and the one place where it becomes words.

use std::time::Duration;

use kube::client::AuthError;
use tokio::time::error::Elapsed;

use super::{
    connection::{Asked, Connection},
    credentials::{self, Facts},
    kubelet::Trouble,
    link,
};
use crate::sources::{
    failure::{Cause, SourceFailure, chain, connection_words, find_cause, for_each_cause},
    tls::{self, Blame, TlsFailure},
};

/// Why an API server gave no usable answer.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// It answered with a failure.
    #[error("the API server answered {code} {reason}: {message}")]
    Answered {
        /// HTTP status.
        code: u16,
        /// The API's word for it: `Forbidden`, `Expired`.
        reason: String,
        /// The API's sentence.
        message: String,
    },
    /// It did not answer in time.
    #[error("no answer within {0:?}")]
    TimedOut(Duration),
    /// The answer is larger than the bound.
    #[error("the answer is larger than {limit_bytes} bytes")]
    TooLarge {
        /// The bound.
        limit_bytes: usize,
    },
    /// The answer is not what the API promises.
    #[error("the answer cannot be read")]
    Unreadable(#[from] serde_json::Error),
    /// The question is not asked, or has no meaning to this cluster.
    #[error("{reason}")]
    NotAsked {
        /// What kind of failure this is to the reader.
        kind: Cause,
        /// One sentence.
        reason: String,
        /// One sentence.
        remedy: String,
    },
    /// The connection failed, was refused, or broke.
    #[error(transparent)]
    Client(#[from] kube::Error),
}

impl ClusterError {
    /// Whether a watch or a page of a list has become too old to go on from.
    pub(super) fn is_expired(&self) -> bool {
        matches!(self, Self::Answered { code: 410, .. })
    }

    /// The cause for the log. Output of credential plug-ins may hold tokens and stays out; so do sentences, which name
    /// objects.
    fn cause(&self) -> String {
        match self {
            Self::Answered { code, reason, .. } => format!("the API server answered {code} {reason}"),
            Self::NotAsked { .. } => "the question was not put".into(),
            Self::Client(error) if find_cause::<AuthError>(error).is_some() => {
                "credentials could not be had (details withheld)".into()
            }
            other => chain(other),
        }
    }
}

impl Connection {
    /// Puts an error into words and its cause into the log.
    pub(super) fn failure(&self, asked: &Asked, error: ClusterError) -> SourceFailure {
        let (kind, reason, remedy) = self.words(asked, &error);
        let failure = SourceFailure { kind, asked: asked.words.clone(), reason, remedy, log_id: None };
        self.log.record(&self.name, failure, &error.cause())
    }

    fn words(&self, asked: &Asked, error: &ClusterError) -> (Cause, String, String) {
        let target = self.target();
        let address = target.as_ref().map_or("an unknown address", |target| target.address.as_str());
        let server = format!("The API server of {} at {address}", self.name);
        let section = format!("[clusters.{}] in runlight.toml", self.name);
        let look = format!("Check that it runs and that this machine reaches it; its address comes from {section}.");
        match error {
            ClusterError::Answered { code: 401, .. } if target.is_some_and(|target| !target.has_credentials) => (
                Cause::Unauthorized,
                format!("{server} answered 401: the kubeconfig gives no credentials for this context."),
                format!("Give the context of {section} a user that the kubeconfig has, with a token or a certificate."),
            ),
            ClusterError::Answered { code: 401, .. } => (
                Cause::Unauthorized,
                format!("{server} answered 401: it does not accept the credentials."),
                format!("The token or client certificate may have expired: renew the credentials of {section}."),
            ),
            ClusterError::Answered { code: 403, message, .. } => self.forbidden(asked, message),
            ClusterError::Answered { code: 404, message, .. } => (
                Cause::NotFound,
                format!("{} says: {}", self.name, sentence(message)),
                "Check the name and the namespace; it may be gone already.".into(),
            ),
            ClusterError::Answered { code: 410, .. } => (
                Cause::Broken,
                format!("{server} answered 410: the list moved on while it was read."),
                "Ask again.".into(),
            ),
            ClusterError::Answered { code: code @ (429 | 500..), message, .. } => match Trouble::read(*code, message) {
                Some(trouble) => trouble.words(None),
                None => (
                    Cause::Broken,
                    format!("{server} answered {code}: {}", sentence(message)),
                    "Ask again in a while; the API server or the node behind it is in trouble.".into(),
                ),
            },
            ClusterError::Answered { code, message, .. } => (
                Cause::BadRequest,
                format!("{server} answered {code}: {}", sentence(message)),
                "Check the command's values.".into(),
            ),
            ClusterError::TimedOut(limit) => (
                Cause::TimedOut,
                format!("{server} did not answer within {} s.", limit.as_secs_f32()),
                "Ask again; if it stays slow, check the API server and etcd behind it.".into(),
            ),
            ClusterError::TooLarge { limit_bytes } => (
                Cause::TooLarge,
                format!("The answer of {} is larger than {} MB.", self.name, limit_bytes / 1_000_000),
                "Narrow the question to a namespace or with a selector.".into(),
            ),
            // It is JSON: so it is an API server, or a server behind it, and no page of a proxy.
            ClusterError::Unreadable(error) if error.is_data() => (
                Cause::Unreadable,
                format!("{server} answered in a form that Runlight does not know."),
                "Look at which server answers for this kind (kubectl get apiservices), and at Runlight's log.".into(),
            ),
            ClusterError::Unreadable(_) => (
                Cause::Unreadable,
                format!("{server} gave an answer that is not what the Kubernetes API promises."),
                format!("Check that the address in {section} is an API server and not a proxy's error page."),
            ),
            ClusterError::NotAsked { kind, reason, remedy } => (*kind, reason.clone(), remedy.clone()),
            ClusterError::Client(error) => self.client_words(error, &server, &section, look),
        }
    }

    fn forbidden(&self, asked: &Asked, message: &str) -> (Cause, String, String) {
        let account = user_in(message).map_or_else(|| "The account".to_owned(), |user| format!("The account {user}"));
        let place = asked.permission.namespace.as_ref().map_or("in all namespaces".into(), |n| format!("in {n}"));
        let (verb, resource) = (asked.permission.verb, &asked.permission.resource);
        (
            Cause::Forbidden,
            format!("{account} may not {verb} {resource} {place} of {} (403).", self.name),
            format!("Bind it to the ClusterRole view, or to a role with the verb {verb} on {resource}."),
        )
    }

    fn client_words(&self, error: &kube::Error, server: &str, section: &str, look: String) -> (Cause, String, String) {
        if let Some(auth) = find_cause::<AuthError>(error) {
            let facts = self.target().map_or_else(|| Facts::of_pod(&self.name), |target| target.facts.clone());
            let link::Trouble { kind, reason, remedy } = credentials::explain_auth(&facts, auth);
            return (kind, reason, remedy);
        }
        if let Some(tls) = find_cause::<rustls::Error>(error) {
            let TlsFailure { predicate, blame } = tls::explain(tls);
            let remedy = match blame {
                Blame::Client => format!("Renew the client-certificate in the kubeconfig of {section}."),
                Blame::Algorithms => "Give the API server a certificate with such a key and signature.".into(),
                Blame::Address => look,
                Blame::Pin | Blame::Server => {
                    format!("Check certificate-authority and server in the kubeconfig of {section}.")
                }
            };
            return (Cause::Certificate, format!("{server} {predicate}."), remedy);
        }
        if is_late(error) {
            return (Cause::Unreachable, format!("{server} cannot be reached: no connection in time."), look);
        }
        if matches!(error, kube::Error::SerdeError(_) | kube::Error::FromUtf8(_)) {
            return (
                Cause::Unreadable,
                format!("{server} gave an answer that is not what the Kubernetes API promises."),
                format!("Check that the address in {section} is an API server."),
            );
        }
        (Cause::Unreachable, format!("{server} cannot be reached: {}.", connection_words(error)), look)
    }
}

/// Whether a time limit ended it: the connection's own, or the system's.
fn is_late(error: &kube::Error) -> bool {
    let mut is_late = find_cause::<Elapsed>(error).is_some();
    for_each_cause(error, &mut |cause| {
        let kind = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        is_late |= kind == Some(std::io::ErrorKind::TimedOut);
    });
    is_late
}

/// The account in the API's sentence `pods is forbidden: User "x" cannot list …`.
fn user_in(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("User \"")?;
    rest.split_once('"').map(|(user, _)| user)
}

/// A source's own words as one sentence of bounded length, control characters made visible.
fn sentence(text: &str) -> String {
    const MAX_CHARS: usize = 400;
    let mut sentence: String =
        text.trim().chars().take(MAX_CHARS).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.trim().chars().count() > MAX_CHARS {
        sentence.push('…');
    }
    if sentence.is_empty() {
        sentence.push_str("no reason given");
    }
    if !sentence.ends_with(['.', '…']) {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_account_in_the_api_servers_words() {
        let message =
            r#"pods is forbidden: User "system:serviceaccount:runlight:runlight" cannot list resource "pods""#;
        assert_eq!(user_in(message), Some("system:serviceaccount:runlight:runlight"));
        assert_eq!(user_in("no"), None);
    }

    #[test]
    fn makes_one_bounded_sentence_of_foreign_text() {
        assert_eq!(sentence(" a\u{1b}[31m "), "a\u{fffd}[31m.");
        assert_eq!(sentence(""), "no reason given.");
        assert!(sentence(&"x".repeat(1_000)).chars().count() <= 402);
    }
}
