//! Judges descriptions: what tells stands first, the whole text as kubectl prints it is kept beside it. Does no IO.

mod telling;

use runbook::{
    describe::{self, Events, Related},
    filter::{self, Budget, Line, TooCostly},
    outcome::{Body, Outcome, Report},
    time::Timestamp,
};
use serde_json::Value;

use super::Ask;

/// Lines that a panel shows; a longer answer says how many there are.
const MAX_LINES: usize = 5_000;

/// Objects that are described.
#[derive(Debug)]
pub(super) struct DescribeAnswer {
    /// The cluster.
    pub(super) cluster: String,
    /// What was asked for, in words.
    pub(super) what: String,
    /// What was found, in the order of the command.
    pub(super) objects: Vec<Described>,
    /// `--show-events`, as far as the command says it.
    pub(super) show_events: Option<bool>,
    /// Names of the command that do not exist, while others do.
    pub(super) missing: Vec<String>,
    /// The name did not exist, and these are the objects whose names begin with it.
    pub(super) is_by_prefix: bool,
    /// When the cluster answered.
    pub(super) asked_at: Timestamp,
}

/// One object with what its description takes.
#[derive(Debug)]
pub(super) struct Described {
    /// The object.
    pub(super) object: Value,
    /// What else was read for it.
    pub(super) related: Related,
    /// Its events, or why they could not be read; `None` when there are to be none.
    pub(super) events: Option<Result<Vec<Value>, String>>,
}

impl Described {
    fn events(&self) -> Events<'_> {
        match &self.events {
            None => Events::Unwanted,
            Some(Ok(events)) => Events::Read(events),
            Some(Err(reason)) => Events::Unread(reason),
        }
    }
}

/// The text that kubectl prints. Where it describes several objects it leaves their events out, unless told otherwise.
fn text(answer: &DescribeAnswer) -> String {
    let is_alone = answer.objects.len() == 1 && answer.missing.is_empty() && !answer.is_by_prefix;
    let with_events = answer.show_events.unwrap_or(is_alone);
    let text = |it: &Described| {
        let events = if with_events { it.events() } else { Events::Unwanted };
        describe::describe(&it.object, &it.related, events, answer.asked_at)
    };
    let mut texts: Vec<String> = answer.objects.iter().map(text).collect();
    if answer.is_by_prefix {
        texts.push(String::new());
        return texts.join("\n");
    }
    texts.join("\n\n")
}

/// The lines that the command prints.
pub(super) fn lines(answer: &DescribeAnswer) -> Vec<Line> {
    Line::of(&text(answer))
}

/// What is to be said beside the answer.
fn notes(answer: &DescribeAnswer) -> Vec<String> {
    answer.missing.iter().map(|name| format!("{name} does not exist in {}.", answer.cluster)).collect()
}

pub(super) fn judge(answer: &DescribeAnswer, ask: &Ask, now: Timestamp, budget: &Budget) -> Result<Report, TooCostly> {
    let all = lines(answer);
    let total = all.len();
    if ask.check.filters.is_empty() && !answer.objects.is_empty() {
        return Ok(telling::judge(answer, &all, now));
    }
    let kept = filter::apply(&ask.check.filters, all, budget)?;
    let mut notes = notes(answer);
    if kept.len() > MAX_LINES {
        notes.push(format!("Showing the first {MAX_LINES} of {} lines.", kept.len()));
    }
    let summary = match (answer.objects.len(), kept.len()) {
        (0, _) => format!("{} has nothing that the command means.", answer.cluster),
        (_, 0) => format!("None of {total} lines passes the command's filters."),
        (_, kept) => format!("{kept} lines out of {total}."),
    };
    let text: Vec<&str> = kept.iter().take(MAX_LINES).map(|line| line.text.as_str()).collect();
    Ok(Report {
        title: answer.what.clone(),
        source: answer.cluster.clone(),
        asked_at: answer.asked_at.min(now),
        outcome: Outcome::Pass { summary },
        body: Body::Text { text: text.join("\n") },
        notes,
    })
}
