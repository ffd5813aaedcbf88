//! The verdict: the runbook's own table against the facts of the crash.

use runbook::{
    outcome::{Body, Report, Unknown},
    time::Timestamp,
    verdict::judge,
};

use super::{super::unanswered, CaseFile, PanelAsk};

pub(super) fn report(ask: &PanelAsk, file: &CaseFile, now: Timestamp) -> Report {
    let Some(classifier) = ask.rules.classifier() else {
        return unanswered(no_table(), now);
    };
    let mut facts = file.facts.clone();
    facts.windows = ask.situation.windows.to_vec();
    let verdict = judge(classifier, &facts, now);
    Report {
        title: "Verdict".into(),
        source: file.cluster.clone(),
        asked_at: file.asked_at.min(now),
        outcome: verdict.outcome(),
        body: Body::Verdict(Box::new(verdict)),
        notes: Vec::new(),
    }
}

fn no_table() -> Unknown {
    Unknown {
        asked: "The verdict".into(),
        reason: "The runbook has no table of crash patterns any more: it has been edited since the page was opened."
            .into(),
        remedy: "Reload the page.".into(),
        log_id: None,
    }
}
