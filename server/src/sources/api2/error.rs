//! The client's own error, and the one place where it becomes words.

use std::{collections::BTreeMap, time::Duration};

use serde::Deserialize;

use super::{Connection, privileges::some_of};
use crate::sources::{
    ConfigProblem,
    failure::{Cause, SourceFailure, chain, connection_words, find_cause},
    tls::{self, Blame, TlsFailure},
};

/// Why a Proxmox product gave no usable answer.
#[derive(Debug, thiserror::Error)]
pub(in crate::sources) enum ApiError {
    /// It answered with a failure.
    #[error("the API answered {code}")]
    Answered {
        /// HTTP status; 595 and 596 mean that it could not pass the question on to the node.
        code: u16,
        /// What it said, in its own words.
        said: Option<String>,
        /// The node that the question was about, by the path that was asked.
        node: Option<String>,
    },
    /// Without this privilege it answers with an empty list, as if there were nothing.
    #[error("the token lacks {privilege} on {path}")]
    MissingPrivilege {
        /// `Sys.Audit`.
        privilege: &'static str,
        /// `/nodes/pihanga`.
        path: String,
        /// Paths below it on which the token has the privilege.
        elsewhere: Vec<String>,
    },
    /// What was asked about is not there.
    #[error("there is no {what}")]
    NoSuch {
        /// "guest 201".
        what: String,
    },
    /// A name that would lead to another path than the one that is meant; nothing was asked.
    #[error("{0:?} is no part of a path")]
    NoName(String),
    /// A guest's agent does not answer.
    #[error("the agent of guest {id} does not answer")]
    SilentAgent {
        /// `201`.
        id: String,
    },
    /// The files that the configuration names give no client.
    #[error("{0}")]
    NotReady(ConfigProblem),
    /// It did not answer in time.
    #[error("no answer within {0:?}")]
    TimedOut(Duration),
    /// The answer is larger than the bound.
    #[error("the answer is too large")]
    TooLarge,
    /// The answer is not what the API promises.
    #[error("the answer cannot be read")]
    Unreadable(#[from] serde_json::Error),
    /// A list, of which no entry is what was asked for.
    #[error("the answer is a list of something else")]
    OtherList,
    /// The connection failed, was refused, or broke.
    #[error(transparent)]
    Client(#[from] reqwest::Error),
}

impl ApiError {
    /// The cause for the log, without the names of what was asked about.
    fn cause(&self) -> String {
        match self {
            Self::NoSuch { .. } | Self::SilentAgent { .. } => "it has no answer to the question".into(),
            Self::NoName(_) => "the question was not put".into(),
            Self::MissingPrivilege { privilege, .. } => format!("the token lacks {privilege}"),
            other => chain(other),
        }
    }
}

impl Connection {
    /// Puts an error into words and its cause into the log.
    pub(in crate::sources) fn failure(&self, asked: &str, error: ApiError) -> SourceFailure {
        let (kind, reason, remedy) = self.words(&error);
        let asked = format!("{asked} on {}", self.name);
        let failure = SourceFailure { kind, asked, reason, remedy, log_id: None };
        self.log.record(&self.name, failure, &error.cause())
    }

    fn words(&self, error: &ApiError) -> (Cause, String, String) {
        let product = self.product;
        let host = format!("{} at {}", product.name, self.address);
        let section = format!("[{}.{}] in runlight.toml", product.section, self.name);
        let token = &self.token_id();
        match error {
            ApiError::NoName(name) => (
                Cause::BadRequest,
                format!("{name:?} is no name that {} gives, so it was not asked.", product.name),
                "Correct the name in the runbook, or the values at the top of the page.".into(),
            ),
            ApiError::Answered { code: 401, .. } => (
                Cause::Unauthorized,
                format!("{host} answered 401."),
                format!("The token {token} may have expired: see {section}."),
            ),
            ApiError::Answered { code: 403, said, .. } => match said.as_deref().and_then(lacking) {
                Some(privilege) => (
                    Cause::Forbidden,
                    format!("{host} answered 403: the token {token} has no {privilege}."),
                    format!("Give a role with {privilege} to {token}; with privilege separation, to its user as well."),
                ),
                None => (
                    Cause::Forbidden,
                    format!("{host} answered 403: the token {token} lacks a privilege."),
                    format!("Give {} to {token} and to its user.", product.role),
                ),
            },
            ApiError::Answered { code: code @ 595..=599, said, node } => {
                let node = node.as_deref().unwrap_or(&self.node);
                let why = said.as_ref().map_or_else(String::new, |said| format!(" ({})", said.trim_end_matches('.')));
                let remedy = if node == self.node {
                    format!("Check that {node} is up and in the Proxmox cluster, or correct node in {section}.")
                } else {
                    format!("Check that {node} is up and in the Proxmox cluster, or correct its name in the runbook.")
                };
                (
                    Cause::Unreachable,
                    format!("{host} answered {code}: it could not reach the node {node}{why}."),
                    remedy,
                )
            }
            ApiError::Answered { code: code @ 400..=500, said: Some(said), .. } if is_about_something_absent(said) => (
                Cause::NotFound,
                format!("{host} answered {code}: {}.", said.trim_end_matches('.')),
                "Correct the name, or ask the host that has it.".into(),
            ),
            ApiError::Answered { code: code @ (400 | 404 | 501), said, .. } => (
                Cause::BadRequest,
                match said {
                    Some(said) => format!("{host} answered {code}: {}.", said.trim_end_matches('.')),
                    None => format!("{host} answered {code}: it does not know the question."),
                },
                format!("Check that {section} leads to a {} and that its node is {}.", product.full_name, self.node),
            ),
            ApiError::Answered { code, said, .. } => (
                Cause::Broken,
                match said {
                    Some(said) => format!("{host} answered {code}: {}.", said.trim_end_matches('.')),
                    None => format!("{host} answered {code}."),
                },
                format!(
                    "Look at the services {} there, and check that the node is called {} as {section} has it.",
                    product.daemons, self.node
                ),
            ),
            ApiError::MissingPrivilege { privilege, path, elsewhere } if !elsewhere.is_empty() => (
                Cause::Forbidden,
                format!(
                    "The token {token} has {privilege} on {} alone, and not on {path}, which this asks for.",
                    some_of(elsewhere)
                ),
                format!("Ask for what it may see, or give a role with {privilege} on {path} to {token}."),
            ),
            ApiError::MissingPrivilege { privilege, path, .. } => (
                Cause::Forbidden,
                format!("The token {token} has no {privilege} on {path}, and without it {host} shows nothing."),
                format!(
                    "Give a role with {privilege} on {path} to {token}; with privilege separation, to its user as well."
                ),
            ),
            ApiError::NoSuch { what } => (
                Cause::NotFound,
                format!("{} has no {what}.", self.node),
                "Correct the number, or ask the node that has it.".into(),
            ),
            ApiError::SilentAgent { id } => (
                Cause::Broken,
                format!("The agent of guest {id} does not answer."),
                "Check that the guest runs, has qemu-guest-agent, and that its option agent is on.".into(),
            ),
            ApiError::NotReady(problem) => (
                Cause::Unauthorized,
                format!("{host} is not asked: {}: {}.", problem.key, problem.problem),
                problem.remedy.clone(),
            ),
            ApiError::TimedOut(limit) => (
                Cause::TimedOut,
                format!("{host} did not answer within {} s.", limit.as_secs_f32()),
                format!("Ask again; if it stays slow, look at the load of {}.", self.name),
            ),
            ApiError::TooLarge => (
                Cause::TooLarge,
                format!("The answer of {host} is larger than Runlight takes."),
                "Ask for a shorter time.".into(),
            ),
            // It is JSON: so it is the API, or one that is like it, and no page of a proxy.
            ApiError::OtherList => other_form(&host, product.full_name),
            ApiError::Unreadable(error) if error.is_data() => other_form(&host, product.full_name),
            ApiError::Unreadable(_) => (
                Cause::Unreadable,
                format!("{host} gave an answer that is not what the API of {} promises.", product.full_name),
                format!("Check that the address in {section} is a {} and not a proxy's error page.", product.full_name),
            ),
            ApiError::Client(error) => self.client_words(error, &host, &section),
        }
    }

    fn client_words(&self, error: &reqwest::Error, host: &str, section: &str) -> (Cause, String, String) {
        let look = format!("Check that it is up and that this machine reaches it; its address is url in {section}.");
        if let Some(tls) = find_cause::<rustls::Error>(error) {
            let TlsFailure { predicate, blame } = tls::explain(tls);
            let remedy = match blame {
                Blame::Pin => {
                    format!("If the certificate was renewed, compare with its panel and set fingerprint in {section}.")
                }
                Blame::Address => look,
                Blame::Algorithms => "Give the server a certificate with such a key and signature.".into(),
                Blame::Server | Blame::Client => format!("Set fingerprint or ca_file in {section}."),
            };
            return (Cause::Certificate, format!("{host} {predicate}."), remedy);
        }
        if error.is_timeout() {
            let (kind, words) = if error.is_connect() {
                (Cause::Unreachable, "cannot be reached: no connection in time")
            } else {
                (Cause::TimedOut, "did not answer in time")
            };
            return (kind, format!("{host} {words}."), look);
        }
        (Cause::Unreachable, format!("{host} cannot be reached: {}.", connection_words(error)), look)
    }
}

/// Longest sentence of an error that is repeated, in characters.
const MAX_SAID_CHARS: usize = 200;

/// What a failure's body says in a few plain words; nothing of error pages.
pub(super) fn said(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Message {
        message: Option<String>,
        error: Option<String>,
        /// What is wrong with each parameter.
        #[serde(default)]
        errors: BTreeMap<String, String>,
    }
    let text = match serde_json::from_slice(body) {
        Ok(Message { message, error, errors }) => {
            let by_parameter: Vec<String> =
                errors.iter().map(|(name, wrong)| format!("{name}: {}", wrong.trim())).collect();
            let whole = message.or(error).map(|said| said.trim().to_owned());
            let words: Vec<String> = whole.into_iter().chain(by_parameter).collect();
            words.join(" ")
        }
        Err(_) => str::from_utf8(body).ok()?.to_owned(),
    };
    plain_sentence(&text)
}

/// A few plain words as they came; nothing of error pages.
pub(super) fn plain_sentence(text: &str) -> Option<String> {
    let text = text.trim();
    let is_plain = !text.is_empty() && text.chars().count() <= MAX_SAID_CHARS;
    (is_plain && !text.contains(['<', '{', '\n']) && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

/// Whether a sentence says that a name leads to nothing.
fn is_about_something_absent(said: &str) -> bool {
    ["does not exist", "no such", "not found", "unable to find"].iter().any(|words| said.to_lowercase().contains(words))
}

/// Valid JSON of another form than the one that is known.
fn other_form(host: &str, full_name: &str) -> (Cause, String, String) {
    (
        Cause::Unreadable,
        format!("{host} answered in a form that Runlight does not know."),
        format!("Look at its version, and at Runlight's log: a {full_name} of another version may answer otherwise."),
    )
}

/// The privilege that a refusal names: `Permission check failed (/nodes/pihanga, Sys.Syslog)`.
fn lacking(said: &str) -> Option<String> {
    let (path, privilege) = said.strip_prefix("Permission check failed (")?.strip_suffix(')')?.split_once(", ")?;
    Some(format!("{} on {path}", privilege.replace('|', " or ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_a_plain_sentence_and_no_page() {
        let message = br#"{"data":null,"message":"storage 'x' does not exist\n"}"#;
        assert_eq!(said(message).as_deref(), Some("storage 'x' does not exist"));
        assert_eq!(said(b"authentication failed").as_deref(), Some("authentication failed"));
        let parameters =
            br#"{"data":null,"errors":{"vmid":"invalid format\n"},"message":"Parameter verification failed.\n"}"#;
        assert_eq!(said(parameters).as_deref(), Some("Parameter verification failed. vmid: invalid format"));
        for other in [&b"<h1>no</h1>"[..], br#"{"message":"<b>"}"#, br#"{"data":null}"#, b"", b"a\x1b[1m", &[b'a'; 300]]
        {
            assert_eq!(said(other), None);
        }
    }

    #[test]
    fn names_what_a_refusal_names() {
        let refusal = "Permission check failed (/nodes/pihanga, Sys.Syslog)";
        assert_eq!(lacking(refusal).as_deref(), Some("Sys.Syslog on /nodes/pihanga"));
        let several = "Permission check failed (/vms/201, VM.GuestAgent.Audit|VM.GuestAgent.Unrestricted)";
        let expected = "VM.GuestAgent.Audit or VM.GuestAgent.Unrestricted on /vms/201";
        assert_eq!(lacking(several).as_deref(), Some(expected));
        assert_eq!(lacking("permission check failed"), None);
    }
}
