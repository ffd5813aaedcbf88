//! What can go wrong with a Prometheus or an Alertmanager, and the one place where it becomes words.

use std::time::Duration;

use super::WebApi;
use crate::sources::{
    ConfigProblem,
    failure::{Cause, SourceFailure, chain, connection_words, find_cause},
    tls::{self, Blame, TlsFailure},
};

/// Why there was no usable answer.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// It answered with a failure.
    #[error("the API answered {code}")]
    Answered {
        /// HTTP status.
        code: u16,
        /// What it said, in its own words.
        message: Option<String>,
    },
    /// The files that the configuration names give no client.
    #[error("{0}")]
    NotReady(ConfigProblem),
    /// It did not answer in time.
    #[error("no answer within {0:?}")]
    TimedOut(Duration),
    /// The answer is larger than the bound.
    #[error("the answer is larger than {max_bytes} bytes")]
    TooLarge {
        /// The bound.
        max_bytes: usize,
    },
    /// The answer is not what the API promises.
    #[error("the answer cannot be read")]
    Unreadable(#[from] serde_json::Error),
    /// The answer can be read, but is another thing than what was asked for.
    #[error("the answer is not {0}")]
    Unexpected(&'static str),
    /// It answered with a part alone, where only the whole would tell.
    #[error("the answer is partial")]
    Partial(String),
    /// The path would lead to another place than the one that is meant; nothing was asked.
    #[error("this is no path of an API")]
    NoPath,
    /// The connection failed, was refused, or broke.
    #[error(transparent)]
    Client(#[from] reqwest::Error),
}

type Words = (Cause, String, String);

impl WebApi {
    /// Puts an error into words and its cause into the log.
    pub(in crate::sources) fn failure(&self, asked: &str, error: &WebError) -> SourceFailure {
        let (kind, reason, remedy) = self.words(error);
        let asked = format!("{asked} of {}", self.place.name);
        self.log.record(&self.place.name, SourceFailure { kind, asked, reason, remedy, log_id: None }, &chain(error))
    }

    fn words(&self, error: &WebError) -> Words {
        let kind = self.place.kind;
        let host = format!("{kind} at {}", self.place.address);
        let section = self.place.section();
        match error {
            WebError::NoPath => (
                Cause::BadRequest,
                format!("This is no path of {kind}, so it was not asked."),
                "Correct the address in the runbook.".into(),
            ),
            WebError::Answered { code: code @ (401 | 407), .. } => (
                Cause::Unauthorized,
                format!("{host} answered {code}."),
                format!("Check token_file, or user and password_file, of {section}."),
            ),
            WebError::Answered { code: 403, .. } => (
                Cause::Forbidden,
                format!("{host} answered 403: this login may not read it."),
                format!("Let the login of {section} read the API."),
            ),
            WebError::Answered { code: code @ (400 | 422), message: Some(message) } => (
                Cause::BadRequest,
                format!("{host} answered {code}: {}.", message.trim_end_matches('.')),
                "Correct the expression in the runbook, or the values at the top of the page.".into(),
            ),
            WebError::Answered { code: code @ (300..=399 | 404 | 405), .. } => (
                Cause::NotFound,
                format!("{host} answered {code}: its API is not there."),
                format!("Check that url of {section} leads to a {kind}, with the path prefix it is served under."),
            ),
            WebError::Answered { code, message } => (
                Cause::Broken,
                match message {
                    Some(message) => format!("{host} answered {code}: {}.", message.trim_end_matches('.')),
                    None => format!("{host} answered {code}."),
                },
                format!("Look at the log of {kind}, and at the proxy before it if there is one."),
            ),
            WebError::NotReady(problem) => (
                Cause::Unauthorized,
                format!("{host} is not asked: {}: {}.", problem.key, problem.problem),
                problem.remedy.clone(),
            ),
            WebError::TimedOut(limit) => (
                Cause::TimedOut,
                format!("{host} did not answer within {} s.", limit.as_secs_f32()),
                "Ask again; if it stays slow, raise check_timeout_ms in [server] of runlight.toml.".into(),
            ),
            WebError::TooLarge { max_bytes } => (
                Cause::TooLarge,
                format!("The answer of {host} is larger than the {} MiB that Runlight takes.", max_bytes >> 20),
                "Narrow the question by labels.".into(),
            ),
            WebError::Partial(why) => (
                Cause::Broken,
                format!("{host} answered in part only: {}.", why.trim_end_matches('.')),
                format!("Look at the servers and stores that {kind} asks for its answers."),
            ),
            // It is JSON: so it is the API, or one that is like it, and no page of a proxy.
            WebError::Unexpected(_) => self.other_form(&host),
            WebError::Unreadable(error) if error.is_data() => self.other_form(&host),
            WebError::Unreadable(_) => (
                Cause::Unreadable,
                format!("{host} gave an answer that is not what the API of {kind} promises."),
                format!("Check that url of {section} leads to a {kind} and not to a proxy's login page."),
            ),
            WebError::Client(error) => self.client_words(error, &host, &section),
        }
    }

    fn other_form(&self, host: &str) -> Words {
        let kind = self.place.kind;
        (
            Cause::Unreadable,
            format!("{host} answered in a form that Runlight does not know."),
            format!(
                "Check that url of {} leads to a {kind}; one of another version may answer otherwise, see Runlight's log.",
                self.place.section()
            ),
        )
    }

    fn client_words(&self, error: &reqwest::Error, host: &str, section: &str) -> Words {
        let look = format!("Check that it is up and that this machine reaches it; its address is url in {section}.");
        if let Some(tls) = find_cause::<rustls::Error>(error) {
            let TlsFailure { predicate, blame } = tls::explain(tls);
            let remedy = match blame {
                Blame::Address => look,
                Blame::Algorithms => "Give the server a certificate with such a key and signature.".into(),
                Blame::Pin | Blame::Server | Blame::Client => format!("Set fingerprint or ca_file in {section}."),
            };
            return (Cause::Certificate, format!("{host} {predicate}."), remedy);
        }
        if error.is_timeout() {
            return (Cause::Unreachable, format!("{host} cannot be reached: no connection in time."), look);
        }
        (Cause::Unreachable, format!("{host} cannot be reached: {}.", connection_words(error)), look)
    }
}
