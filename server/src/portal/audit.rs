//! Who had which check asked, and what came of it: a line of JSON each, on the log's target `audit`, once people sign in.
//! Names no pod, no value of a placeholder and nothing out of an answer.

use std::time::{Duration, Instant};

use app::server_side::backend::Caller;
use runbook::{
    names::{CheckId, RunbookPath},
    outcome::{Outcome, Report},
};

/// What is written.
pub(super) struct Audited<'a> {
    pub(super) caller: &'a Caller,
    pub(super) runbook: &'a RunbookPath,
    pub(super) check: &'a CheckId,
    /// The source's name; empty when none could be asked.
    pub(super) source: &'a str,
    pub(super) outcome: &'static str,
    pub(super) took: Duration,
}

impl Audited<'_> {
    /// The line.
    fn line(&self) -> String {
        let (issuer, who) = match self.caller {
            Caller::Local => ("", "this machine"),
            Caller::Person(person) => (person.issuer.as_str(), person.subject.as_str()),
            Caller::Machine(machine) => ("token", machine.name.as_str()),
        };
        serde_json::json!({
            "issuer": issuer,
            "who": who,
            "runbook": self.runbook.as_str(),
            "check": self.check.as_str(),
            "source": self.source,
            "outcome": self.outcome,
            "ms": u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX),
        })
        .to_string()
    }

    /// Writes it. Where nobody signs in there is nobody to name.
    pub(super) fn write(&self) {
        if !matches!(self.caller, Caller::Local) {
            tracing::info!(target: "audit", "{}", self.line());
        }
    }
}

/// Writes what a report came to.
pub(super) fn write(caller: &Caller, runbook: &RunbookPath, check: &CheckId, report: &Report, since: Instant) {
    let outcome = match report.outcome {
        Outcome::Pass { .. } => "pass",
        Outcome::Warn { .. } => "warn",
        Outcome::Fail { .. } => "fail",
        Outcome::Unknown(_) => "unknown",
    };
    let (source, took) = (report.source.as_str(), since.elapsed());
    Audited { caller, runbook, check, source, outcome, took }.write();
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use access::{Groups, Person};

    use super::*;

    #[test]
    fn names_who_what_and_the_outcome_and_no_line_of_its_own_making() {
        let person = Person {
            issuer: "https://id.example.org".into(),
            subject: "anna\n{\"who\":\"root\"}".into(),
            name: "Anna".into(),
            groups: Groups::default(),
        };
        let audited = Audited {
            caller: &Caller::Person(Arc::new(person)),
            runbook: &"alerts/x".parse().expect("a path"),
            check: &"a1b2".parse().expect("an id"),
            source: "homelab-prod",
            outcome: "pass",
            took: Duration::from_millis(12),
        };
        let line = audited.line();
        assert!(!line.contains('\n'), "{line}");
        let read: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(read["who"], "anna\n{\"who\":\"root\"}");
        assert_eq!((&read["runbook"], &read["check"], &read["ms"]), (&"alerts/x".into(), &"a1b2".into(), &12.into()));
    }
}
