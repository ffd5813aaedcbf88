//! How a source's failure reads: one kind, one sentence, one remedy. Causes go to the log once, under a short id.
//! Never holds a token, a header or an answer's body.

use std::{
    collections::hash_map::RandomState,
    error::Error,
    fmt,
    hash::BuildHasher,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

pub use runbook::outcome::Cause;
use runbook::outcome::Unknown;

/// Why a source gave no answer, for readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFailure {
    /// What kind of failure: for choosing a status code or whether to try again.
    pub kind: Cause,
    /// What was asked, in words: "Pods of homelab-prod".
    pub asked: String,
    /// Why there is no answer, one sentence with address and status.
    pub reason: String,
    /// What would give one, one sentence.
    pub remedy: String,
    /// The id under which the server's log has the cause.
    pub log_id: Option<String>,
}

impl SourceFailure {
    /// The failure as a report shows it.
    pub fn to_unknown(&self) -> Unknown {
        Unknown {
            cause: self.kind,
            asked: self.asked.clone(),
            reason: self.reason.clone(),
            remedy: self.remedy.clone(),
            log_id: self.log_id.clone(),
        }
    }

    /// Whether asking again later may help without anybody changing anything.
    pub fn may_pass(&self) -> bool {
        self.kind.may_pass()
    }
}

impl fmt::Display for SourceFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.reason, self.remedy)
    }
}

impl Error for SourceFailure {}

/// Writes causes to the log, never what was asked: that holds names out of links. Once a minute for the same failure of a source, so that a source that stays down does
/// not fill it.
#[derive(Debug, Default)]
pub(super) struct FailureLog {
    last: Mutex<Option<Logged>>,
}

#[derive(Debug)]
struct Logged {
    reason: String,
    id: String,
    at: Instant,
}

const NO_ANSWER: &str = "a source gave no answer";
const SAME_FAILURE_IS_SILENT: Duration = Duration::from_secs(60);

impl FailureLog {
    /// Logs a cause and returns the failure with the id under which it stands.
    pub(super) fn record(&self, source: &str, mut failure: SourceFailure, cause: &str) -> SourceFailure {
        // What a cluster does not have is an answer, and its reason says all there is to say.
        if failure.kind.is_absence() {
            tracing::debug!(source, kind = ?failure.kind, cause, "{NO_ANSWER}");
            return failure;
        }
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let id = match &*last {
            Some(logged) if logged.reason == failure.reason && logged.at.elapsed() < SAME_FAILURE_IS_SILENT => {
                logged.id.clone()
            }
            _ => {
                let id = short_id();
                tracing::warn!(source, log_id = %id, kind = ?failure.kind, cause, "{NO_ANSWER}");
                *last = Some(Logged { reason: failure.reason.clone(), id: id.clone(), at: Instant::now() });
                id
            }
        };
        failure.log_id = Some(id);
        failure
    }
}

/// An error with everything beneath it, joined by colons, each text once.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = String::new();
    for_each_cause(error, &mut |cause| {
        let part = cause.to_string();
        if !text.contains(&part) {
            text.push_str(if text.is_empty() { "" } else { ": " });
            text.push_str(&part);
        }
    });
    text
}

/// The first error of a type beneath (or at) this one.
pub(super) fn find_cause<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut found = None;
    for_each_cause(error, &mut |cause| found = found.or_else(|| cause.downcast_ref::<T>()));
    found
}

/// Walks an error's causes. `io::Error` hides the error that it wraps from `source()`, so it is opened here.
pub(super) fn for_each_cause<'a>(error: &'a (dyn Error + 'static), visit: &mut dyn FnMut(&'a (dyn Error + 'static))) {
    const MAX_DEPTH: usize = 16;
    let mut current = Some(error);
    for _ in 0..MAX_DEPTH {
        let Some(error) = current else { return };
        visit(error);
        current = match error.downcast_ref::<std::io::Error>().and_then(|io| io.get_ref()) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
}

/// Why no connection came about, in a few words, when the system said so.
pub(super) fn connection_words(error: &(dyn Error + 'static)) -> String {
    let Some(io) = find_cause::<std::io::Error>(error) else { return "the connection failed".into() };
    let mut words = None;
    for_each_cause(io, &mut |cause| {
        let kind = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        words = words.or(match kind {
            Some(std::io::ErrorKind::ConnectionRefused) => Some("connection refused"),
            Some(std::io::ErrorKind::ConnectionReset) => Some("connection reset"),
            Some(std::io::ErrorKind::ConnectionAborted | std::io::ErrorKind::BrokenPipe) => Some("connection broken"),
            Some(std::io::ErrorKind::HostUnreachable) => Some("no route to the host"),
            Some(std::io::ErrorKind::NetworkUnreachable) => Some("no route to the network"),
            Some(std::io::ErrorKind::UnexpectedEof) => Some("the connection was closed"),
            _ => None,
        });
    });
    let words = words.unwrap_or_else(|| {
        if chain(error).contains("failed to lookup address") {
            "the host name is not known"
        } else {
            "the connection failed"
        }
    });
    words.into()
}

fn short_id() -> String {
    // A fresh RandomState has fresh keys: enough randomness for an id that only has to be found in a log.
    format!("{:06x}", RandomState::new().hash_one(Instant::now()) & 0xff_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(reason: &str) -> SourceFailure {
        SourceFailure {
            kind: Cause::Unreachable,
            asked: "Pods".into(),
            reason: reason.into(),
            remedy: "Start it.".into(),
            log_id: None,
        }
    }

    #[test]
    fn keeps_the_id_while_the_same_failure_lasts() {
        let log = FailureLog::default();
        let first = log.record("a", failure("Down."), "refused").log_id;
        assert!(first.is_some());
        assert_eq!(log.record("a", failure("Down."), "refused").log_id, first);
        assert_ne!(log.record("a", failure("Denied."), "403").log_id, first);
    }

    #[test]
    fn logs_the_cause_under_its_id_and_nothing_that_was_asked() {
        let (log, mut id) = (FailureLog::default(), None);
        let words = crate::telemetry::tests::logged(|| {
            let asked = "Log of kube-system/web-0 in prod".to_owned();
            let failure = SourceFailure { asked, ..failure("It may not get the log of web-0 in kube-system.") };
            id = log.record("prod", failure, "the API server answered 403 Forbidden").log_id;
        });
        assert!(words.contains(&id.expect("an id")) && words.contains("Unreachable"), "{words}");
        assert!(words.contains("answered 403 Forbidden") && words.contains("prod"), "{words}");
        assert!(!words.contains("web-0") && !words.contains("kube-system"), "{words}");
    }

    #[test]
    fn opens_io_errors_that_wrap_others() {
        let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        let wrapped = std::io::Error::other(refused);
        assert_eq!(connection_words(&wrapped), "connection refused");
    }
}
