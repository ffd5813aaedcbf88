//! What a command makes of an answer: its filters and the judgement, within what a check may cost.

use std::time::Duration;

use runbook::{
    filter::{Budget, Filter, TooCostly},
    outcome::{Body, Cause, Report, Unknown},
    time::Timestamp,
};
use tokio::time::Instant;

use super::{Ask, Runner, backups, describe, fetch::Answer, logs, parts, pods, query, sheet, workers};

/// Longest text of a panel, in bytes.
const MAX_TEXT_BYTES: usize = 512 * 1024;
/// What work on an answer gets at least, however long the source took.
const LEAST_TIME: Duration = Duration::from_secs(1);

impl Runner {
    /// When a check that begins now must have ended.
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.timeout
    }

    /// Carries out what a command's filters decide the cost of. What is left of the check's time is all it gets.
    pub(super) async fn carry_out<T: Send + 'static>(
        &self,
        deadline: Instant,
        filters: &[Filter],
        work: impl FnOnce(&Budget) -> Result<T, TooCostly> + Send + 'static,
    ) -> Result<T, Unknown> {
        // Choosing lines by their number costs less than a way to another thread.
        let is_cheap = |filter: &Filter| matches!(filter, Filter::Head(_) | Filter::Tail(_) | Filter::Show);
        let done = match filters.iter().all(is_cheap) {
            true => work(&Budget::default()),
            false => {
                let deadline = deadline.max(Instant::now() + LEAST_TIME);
                tokio::time::timeout_at(deadline, workers::run(work)).await.unwrap_or(Err(TooCostly::Stopped))
            }
        };
        done.map_err(too_costly)
    }
}

/// What an answer means for the question.
pub(super) fn judge(answer: &Answer, ask: &Ask, now: Timestamp, budget: &Budget) -> Result<Report, TooCostly> {
    match answer {
        Answer::Pods(answer) => pods::judge(answer, ask, now, budget),
        Answer::Sheet(answer) => sheet::judge(answer, ask, now, budget),
        Answer::Describe(answer) => describe::judge(answer, ask, now, budget),
        Answer::Log(answer) => logs::judge(answer, ask, now, budget),
        Answer::Parts(answer) => parts::judge(answer, ask, now, budget),
        Answer::Backups(answer) => Ok(backups::judge(answer, ask, now)),
        Answer::Query(answer) => Ok(query::judge(answer, now)),
    }
}

/// Cuts a text that is longer than anybody reads on a page.
pub(super) fn bound_text(report: &mut Report) {
    if let Body::Text { text } = &mut report.body
        && text.len() > MAX_TEXT_BYTES
    {
        text.truncate(text.floor_char_boundary(MAX_TEXT_BYTES));
        report.notes.push("The text is cut here after 512 KiB; narrow the command to see the rest.".into());
    }
}

/// What is said where an answer came, and what the command makes of it costs too much.
pub(super) fn too_costly(reason: TooCostly) -> Unknown {
    Cause::TooCostly.unknown(
        "What the command makes of the answer",
        format!("This is too costly. {reason}"),
        "Narrow the command, or run it by hand: the command is there to be copied.",
    )
}
