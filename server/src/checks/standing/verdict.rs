//! The verdict: the runbook's own table, or ours where it has none, against the facts of the crash.

use runbook::{
    outcome::{Body, Report},
    time::Timestamp,
    verdict::judge,
};

use super::{CaseFile, PanelAsk};

pub(super) fn report(ask: &PanelAsk, file: &CaseFile, now: Timestamp) -> Report {
    let mut facts = file.facts.clone();
    facts.windows = ask.situation.windows.to_vec();
    let verdict = judge(ask.rules.judged_by(), &facts, now);
    Report {
        title: "Verdict".into(),
        source: file.cluster.clone(),
        asked_at: file.asked_at.min(now),
        outcome: verdict.outcome(),
        body: Body::Verdict(Box::new(verdict)),
        notes: Vec::new(),
    }
}
