//! Judges answers of several parts: a table for each kind, a log for each container. The pipe reads all of it as one
//! text; the panel shows what it leaves part by part.

use runbook::{
    filter::{self, Budget, Line, TooCostly},
    outcome::{Body, Outcome, Report, Unknown},
    time::Timestamp,
};

use super::{Ask, fetch::Answer, logs, print, sheet};

/// Several answers to one command.
#[derive(Debug)]
pub(super) struct PartsAnswer {
    /// Who answered.
    pub(super) source: String,
    /// What they are, in words: "All of kube-system".
    pub(super) what: String,
    /// Each of them.
    pub(super) parts: Vec<Answer>,
    /// Whether an empty line stands between them, as between kubectl's tables.
    pub(super) has_gaps: bool,
    /// What was asked for too and cannot be had.
    pub(super) complaints: Vec<Unknown>,
    /// What the reader should know beside.
    pub(super) notes: Vec<String>,
    /// When the source answered.
    pub(super) asked_at: Timestamp,
}

pub(super) fn judge(answer: &PartsAnswer, ask: &Ask, now: Timestamp, budget: &Budget) -> Result<Report, TooCostly> {
    let kept = filter::apply(&ask.check.filters, lines(answer, now), budget)?;
    let mut notes = answer.notes.clone();
    let body = if kept.iter().any(|line| line.origin.is_none()) {
        let text: Vec<&str> = kept.iter().map(|line| line.text.as_str()).collect();
        Body::Text { text: text.join("\n") }
    } else {
        Body::Several(judge_parts(answer, ask, now, &kept))
    };
    let outcome = match (&body, answer.complaints.first()) {
        (_, Some(complaint)) => {
            notes.extend(answer.complaints.iter().skip(1).map(|more| more.reason.clone()));
            Outcome::Fail { summary: complaint.reason.clone() }
        }
        (Body::Several(reports), None) => summarise(reports, &answer.what),
        _ => Outcome::Pass { summary: format!("{} lines after the command's filters.", kept.len()) },
    };
    Ok(Report {
        title: answer.what.clone(),
        source: answer.source.clone(),
        asked_at: answer.asked_at.min(now),
        outcome,
        body,
        notes,
    })
}

/// Several reports in one word and one sentence: the worst of them speaks for all.
pub(super) fn summarise(reports: &[Report], what: &str) -> Outcome {
    let rank = |report: &&Report| match report.outcome {
        Outcome::Fail { .. } => 3,
        Outcome::Unknown(_) => 2,
        Outcome::Warn { .. } => 1,
        Outcome::Pass { .. } => 0,
    };
    let Some(worst) = reports.iter().rev().max_by_key(rank) else {
        return Outcome::Pass { summary: format!("There is nothing in {what}.") };
    };
    let summary = format!("{}: {}", worst.title, worst.outcome.summary());
    match &worst.outcome {
        Outcome::Pass { .. } => Outcome::Pass { summary: format!("{} answers.", reports.len()) },
        Outcome::Warn { .. } => Outcome::Warn { summary },
        Outcome::Fail { .. } => Outcome::Fail { summary },
        // The parts that are known are in view; the one that is not says why itself.
        Outcome::Unknown(unknown) => Outcome::Unknown(Unknown { reason: summary, ..unknown.clone() }),
    }
}

/// The lines that the command prints: each part's, one after the other.
pub(super) fn lines(answer: &PartsAnswer, now: Timestamp) -> Vec<Line> {
    let mut all: Vec<Line> = Vec::new();
    for part in &answer.parts {
        let lines = print::lines(part, now);
        if !lines.is_empty() && !all.is_empty() && answer.has_gaps {
            all.push(Line { text: String::new(), origin: Some(all.len()) });
        }
        all.extend(lines.into_iter().map(|line| line.text).collect::<Vec<_>>().into_iter().zip(all.len()..).map(at));
    }
    all
}

fn at((text, index): (String, usize)) -> Line {
    Line { text, origin: Some(index) }
}

fn judge_parts(answer: &PartsAnswer, ask: &Ask, now: Timestamp, kept: &[Line]) -> Vec<Report> {
    let mut reports = Vec::new();
    let mut start = 0;
    for part in &answer.parts {
        let own = print::lines(part, now).len();
        if own > 0 && start > 0 && answer.has_gaps {
            start += 1;
        }
        let is_own = |index: &usize| (start..start + own).contains(index);
        let lines: Vec<Line> = kept
            .iter()
            .filter_map(|line| line.origin.filter(is_own).map(|index| at((line.text.clone(), index - start))))
            .collect();
        start += own;
        match part {
            // A pipe that leaves nothing of a part, or only its head, chose others; an empty part is told by the count.
            Answer::Sheet(answer) if answer.sheet.has_more_than_a_frame(&lines) => {
                reports.push(sheet::judge_kept(answer, ask, now, &lines));
            }
            Answer::Log(log) if own == 0 || !lines.is_empty() => reports.push(logs::judge_kept(log, ask, now, lines)),
            _ => {}
        }
    }
    reports
}
