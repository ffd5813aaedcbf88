//! Commands that ask several questions: one after the other, or one for each word that another check prints. Their
//! answers stand under each other, or go through one pipe.

use futures::{FutureExt, future::BoxFuture};
use runbook::{
    check::{Check, Each, Question},
    filter::{self, Budget, Line},
    outcome::{Body, Cause, Outcome, Report, Unknown},
};

use super::{Ask, Printed, Runner, parts, remarked::tell, unanswered};
use crate::sources::remark::Remark;

/// The questions behind `xargs`.
struct Unfolded {
    checks: Vec<Check>,
    /// What was left out, or could not be had, of the words.
    complaints: Vec<Unknown>,
    /// What the sources say of the first answer.
    remarks: Vec<Remark>,
}

impl Runner {
    /// The lines that the command itself would print.
    pub fn print<'a>(&'a self, ask: &'a Ask) -> BoxFuture<'a, Result<Printed, Unknown>> {
        let print = async move {
            let mut printed = match &ask.check.question {
                Question::Several(checks) => self.print_several(ask, checks).await?,
                Question::Each(each) => {
                    let unfolded = self.unfold(ask, each).await?;
                    let mut printed = self.print_several(ask, &unfolded.checks).await?;
                    printed.complaints.extend(unfolded.complaints);
                    printed.remarks.extend(unfolded.remarks);
                    printed
                }
                _ => return self.print_one(ask).await,
            };
            let (lines, filters) = (std::mem::take(&mut printed.lines), ask.check.filters.clone());
            let apply = move |budget: &Budget| filter::apply(&filters, Line::numbered(lines), budget);
            let kept = self.carry_out(self.deadline(), &ask.check.filters, apply).await?;
            printed.lines = kept.into_iter().map(|line| line.text).collect();
            Ok(printed)
        };
        print.boxed()
    }

    /// The questions behind `xargs`, made of what its first command prints.
    async fn unfold(&self, ask: &Ask, each: &Each) -> Result<Unfolded, Unknown> {
        let printed = self.print(&ask.about(&each.from)).await?;
        let unread = |reason: String| {
            Cause::BadRequest.unknown(
                "The command behind xargs",
                reason,
                "Narrow what stands before it, or run it by hand: the command is there to be copied.",
            )
        };
        if printed.holds_secret_data {
            let reason = "What a Secret holds would stand in the address of another question, where no secret belongs.";
            return Err(unread(reason.into()));
        }
        let (checks, left_out) = each.unfold(&printed.lines).map_err(|refusal| unread(refusal.reason))?;
        let mut complaints = printed.complaints;
        if left_out > 0 {
            let asked = checks.len();
            let reason = format!("Only the first {asked} questions are asked; {left_out} more words are left out.");
            complaints.push(unread(reason));
        }
        Ok(Unfolded { checks, complaints, remarks: printed.remarks })
    }

    async fn print_several(&self, ask: &Ask, checks: &[Check]) -> Result<Printed, Unknown> {
        let (mut printed, mut failed) = (Printed::default(), Vec::new());
        // One after the other, as a shell runs them: what one prints stands before what the next one prints.
        for check in checks {
            match self.print(&ask.about(check)).await {
                Ok(more) => {
                    printed.lines.extend(more.lines);
                    printed.complaints.extend(more.complaints);
                    printed.remarks.extend(more.remarks);
                    printed.holds_secret_data |= more.holds_secret_data;
                }
                Err(unknown) => failed.push(unknown),
            }
        }
        match failed.pop() {
            Some(last) if failed.len() + 1 == checks.len() => Err(last),
            last => {
                printed.complaints.extend(failed.into_iter().chain(last));
                Ok(printed)
            }
        }
    }

    /// Several questions: a report of each, and the worst of them in one word.
    pub(super) async fn judge_several(&self, ask: &Ask, checks: &[Check]) -> Report {
        let asked_at = self.clock.now();
        if !ask.check.filters.is_empty() {
            return self.judge_printed(ask).await;
        }
        let asks: Vec<Ask> = checks.iter().map(|check| ask.about(check)).collect();
        let reports: Vec<Report> = futures::future::join_all(asks.iter().map(|ask| self.judge(ask))).await;
        let mut sources: Vec<&str> = reports.iter().map(|report| report.source.as_str()).collect();
        sources.retain(|source| !source.is_empty());
        sources.dedup();
        let title = format!("{} questions", reports.len());
        Report {
            source: sources.join(", "),
            asked_at,
            outcome: parts::summarise(&reports, &title),
            title,
            body: Body::Several(reports),
            notes: Vec::new(),
        }
    }

    /// Several questions whose answers go through one pipe: the text that it leaves.
    async fn judge_printed(&self, ask: &Ask) -> Report {
        let asked_at = self.clock.now();
        let printed = match self.print(ask).await {
            Ok(printed) => printed,
            Err(unknown) => return unanswered(unknown, asked_at),
        };
        let summary = format!("{} lines after the command's filters.", printed.lines.len());
        let outcome = match printed.complaints.first() {
            Some(complaint) => Outcome::Fail { summary: complaint.reason.clone() },
            None => Outcome::Pass { summary },
        };
        let holds_secret_data = printed.holds_secret_data;
        let mut report = Report {
            title: "Several questions in one pipe".into(),
            source: String::new(),
            asked_at,
            outcome,
            body: Body::Text { text: printed.lines.join("\n") },
            notes: printed.complaints.into_iter().skip(1).map(|complaint| complaint.reason).collect(),
        };
        printed.remarks.iter().for_each(|remark| tell(&mut report, remark));
        if holds_secret_data { report } else { self.masked(report) }
    }

    pub(super) async fn judge_each(&self, ask: &Ask, each: &Each) -> Report {
        let asked_at = self.clock.now();
        if !ask.check.filters.is_empty() {
            return self.judge_printed(ask).await;
        }
        match self.unfold(ask, each).await {
            Err(unknown) => unanswered(unknown, asked_at),
            Ok(unfolded) => {
                let mut report = self.judge_several(ask, &unfolded.checks).await;
                report.notes.extend(unfolded.complaints.into_iter().map(|complaint| complaint.reason));
                if unfolded.checks.is_empty() {
                    report.title = "No question".into();
                    let summary = "The command before xargs prints nothing, so nothing is asked.".into();
                    report.outcome = Outcome::Pass { summary };
                }
                unfolded.remarks.iter().for_each(|remark| tell(&mut report, remark));
                report
            }
        }
    }
}
