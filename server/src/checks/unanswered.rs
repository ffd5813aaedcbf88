//! The report on a question that got no answer.

use runbook::{
    outcome::{Body, Outcome, Report, Unknown},
    time::Timestamp,
};

/// The report, with the reason as its outcome.
pub(super) fn unanswered(unknown: Unknown, asked_at: Timestamp) -> Report {
    Report {
        title: unknown.asked.clone(),
        source: String::new(),
        asked_at,
        outcome: Outcome::Unknown(unknown),
        body: Body::Empty,
        notes: Vec::new(),
    }
}
