//! The verdict on a crash as it is captured, by the same rules as on a page, with what was captured as its facts.

use std::sync::Arc;

use runbook::{
    crash_rules::CrashRules,
    document::DailyWindow,
    outcome::{Body, Cause, Report, Unknown},
    time::Timestamp,
    verdict::{Facts, judge},
};

use super::{Captured, Runner, masks};

/// What was judged of a capture.
#[derive(Debug)]
pub struct JudgedCapture {
    /// The verdict, with dots for secrets: it is going to be kept.
    pub verdict: Report,
    /// Backups that were at work when the run ended, one sentence each.
    pub backups: Result<Vec<String>, Unknown>,
}

impl Runner {
    /// Judges a capture.
    pub async fn judge_capture(
        self: &Arc<Self>,
        captured: &Captured<'_>,
        rules: &CrashRules,
        windows: &[DailyWindow],
    ) -> JudgedCapture {
        let mut facts = self.case_files.of_capture(captured).await;
        facts.windows = windows.to_vec();
        let now = self.clock.now();
        let verdict = judge(rules.judged_by(), &facts, now);
        let mut report = Report {
            title: "Verdict".into(),
            source: captured.cluster.name().to_owned(),
            asked_at: now,
            outcome: verdict.outcome(),
            body: Body::Verdict(Box::new(verdict)),
            notes: Vec::new(),
        };
        masks::mask(&mut report);
        JudgedCapture { verdict: report, backups: at_work(&facts, captured.at) }
    }
}

/// Which backups were at work at an instant of our clock.
fn at_work(facts: &Facts, at: Timestamp) -> Result<Vec<String>, Unknown> {
    let backups = match (facts.backups.known(), facts.backups.unknown()) {
        (Some(backups), _) => backups,
        (None, unknown) => {
            return Err(unknown.cloned().unwrap_or_else(|| {
                Cause::NotAsked.unknown(
                    "Backup runs",
                    "They were not asked for.",
                    "Add a [proxmox.NAME] section to runlight.toml.",
                )
            }));
        }
    };
    let then = at.plus_ms(backups.clock_ahead_ms.unwrap_or(0));
    let is_at_work = |run: &&runbook::outcome::BackupRun| {
        !run.is_waiting && run.started_at <= then && run.ended_at.is_none_or(|ended| ended >= then)
    };
    let words = |run: &runbook::outcome::BackupRun| {
        let what = if run.guests.is_empty() { "several guests".to_owned() } else { format!("guest {}", run.guests) };
        format!("Backup of {what} on {}, since {} UTC", run.node, run.started_at.clock())
    };
    Ok(backups.runs.iter().filter(is_at_work).map(words).collect())
}
