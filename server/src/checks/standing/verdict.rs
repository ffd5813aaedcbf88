//! The verdict: the runbook's own table, or ours where it has none, against the facts of the crash; with it what the
//! page shows first, the last lines before the end and whether it is over.

use std::sync::Arc;

use runbook::{
    outcome::{Body, Report},
    verdict::judge,
};

use super::{CaseFile, CaseFiles, PanelAsk, recovery};

pub(super) async fn report(files: &Arc<CaseFiles>, ask: &PanelAsk, file: &CaseFile) -> Report {
    let recovery = recovery::judge_case(files, ask, file).await;
    let now = files.clock.now();
    let mut facts = file.facts.clone();
    facts.windows = ask.situation.windows.to_vec();
    let mut verdict = judge(ask.rules.judged_by(), &facts, now);
    verdict.recovery = Some(recovery);
    if let Some(words) = &mut verdict.last_words {
        words.log_check = ask.situation.ended_log_check.as_ref().map(|check| check.as_str().to_owned());
    }
    Report {
        title: "Verdict".into(),
        source: file.cluster.clone(),
        asked_at: file.asked_at.min(now),
        outcome: verdict.outcome(),
        body: Body::Verdict(Box::new(verdict)),
        notes: Vec::new(),
    }
}
