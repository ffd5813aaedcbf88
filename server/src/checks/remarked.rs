//! What a source says of its own answer, in the report on it.

use runbook::outcome::{Outcome, Report};

use crate::sources::remark::Remark;

/// Puts a source's remark on its answer into the report. A partial answer never proves that all is well.
pub(super) fn tell(report: &mut Report, remark: &Remark) {
    let words = remark.words();
    match (&mut report.outcome, remark) {
        (_, Remark::Note(_)) => report.notes.push(words),
        (Outcome::Pass { summary }, Remark::Partial(_)) => {
            let summary = format!("{summary} {words}");
            report.outcome = Outcome::Warn { summary };
        }
        (Outcome::Warn { summary } | Outcome::Fail { summary }, Remark::Partial(_)) => {
            *summary = format!("{summary} {words}");
        }
        (Outcome::Unknown(unknown), Remark::Partial(_)) => unknown.reason = format!("{} {words}", unknown.reason),
    }
}

#[cfg(test)]
mod tests {
    use runbook::{
        outcome::{Body, Cause},
        time::Timestamp,
    };

    use super::*;

    fn told(outcome: Outcome, remark: Remark) -> Report {
        let mut report = Report {
            title: "x".into(),
            source: "y".into(),
            asked_at: Timestamp(0),
            outcome,
            body: Body::Empty,
            notes: Vec::new(),
        };
        tell(&mut report, &remark);
        report
    }

    #[test]
    fn lets_no_partial_answer_pass() {
        let part = || Remark::Partial("a store is away.".into());
        let passed = told(Outcome::Pass { summary: "The value is 1.".into() }, part());
        assert_eq!(passed.outcome.word(), "warn");
        assert_eq!(passed.outcome.summary(), "The value is 1. The answer is partial: a store is away.");
        let failed = told(Outcome::Fail { summary: "Bad.".into() }, part());
        assert_eq!(failed.outcome.word(), "fail");
        let unknown = Cause::NotFound.unknown("x", "No series.", "Look.");
        let Outcome::Unknown(unknown) = told(Outcome::Unknown(unknown), part()).outcome else { panic!("known") };
        assert_eq!(unknown.reason, "No series. The answer is partial: a store is away.");
    }

    #[test]
    fn a_note_changes_no_outcome() {
        let report = told(Outcome::Pass { summary: "Good.".into() }, Remark::Note("1 entry is left out.".into()));
        assert_eq!((report.outcome.word(), &*report.notes), ("pass", &["1 entry is left out.".to_owned()][..]));
    }
}
