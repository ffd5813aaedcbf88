//! What a runbook says of itself: what is missing, and what is too old.

use runbook::{document::Runbook, problem::Severity, time::Timestamp};

use super::report::Found;

/// Milliseconds in a quarter of a year: the step of a decay rate.
const QUARTER_MS: f64 = 91.31 * 86_400_000.0;
/// Below this share of confidence a runbook counts as stale.
const LEAST_CONFIDENCE: f64 = 0.5;

/// What is missing or too old in one file.
pub(super) fn find(text: &str, runbook: &Runbook, now: Timestamp) -> Vec<Found> {
    missing(runbook).into_iter().chain(stale(text, runbook, now)).collect()
}

fn missing(runbook: &Runbook) -> Option<Found> {
    let metadata = &runbook.metadata;
    // A file that says nothing of itself has a finding of its own.
    if *metadata == runbook::document::Metadata::default() {
        return None;
    }
    let absent = [
        ("the alert it serves", metadata.alert.is_none()),
        ("its domain", metadata.domain.is_none()),
        ("when it was last updated", metadata.last_updated.is_none()),
    ];
    let absent: Vec<&str> = absent.into_iter().filter(|(_, is_absent)| *is_absent).map(|(what, _)| what).collect();
    (!absent.is_empty()).then(|| Found {
        severity: Severity::Info,
        code: "incomplete-metadata",
        message: format!("The file does not name {}.", absent.join(", nor ")),
        help: Some("Name it in front matter or in the closing section `## Metadata`.".into()),
        span: 0..0,
    })
}

fn stale(text: &str, runbook: &Runbook, now: Timestamp) -> Option<Found> {
    let written = runbook.metadata.last_updated.as_deref()?;
    let rate = runbook.metadata.decay_rate?;
    let date: jiff::civil::Date = written.get(..10)?.parse().ok()?;
    let updated = Timestamp(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond());
    let age_ms = now.ms_since(updated).max(0);
    let confidence = (1.0 - rate).powf(age_ms as f64 / QUARTER_MS);
    let at = text.rfind(written).unwrap_or_default();
    (confidence < LEAST_CONFIDENCE).then(|| Found {
        severity: Severity::Warning,
        code: "stale",
        message: format!(
            "Last updated {written}, {} ago: at a decay rate of {rate} its confidence is down to {:.0} %.",
            age(age_ms),
            confidence * 100.0
        ),
        help: Some("Try its steps, mend what has changed, and set the date.".into()),
        span: at..at + written.len(),
    })
}

fn age(age_ms: i64) -> String {
    let days = age_ms / runbook::time::DAY_MS;
    if days < 60 { format!("{days} days") } else { format!("{} months", days * 12 / 365) }
}
