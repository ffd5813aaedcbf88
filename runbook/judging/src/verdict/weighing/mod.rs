//! A condition against the facts: yes, no, open, or left to the reader, each with the facts behind it. "No" needs every
//! place to have been asked; one that could not be asked leaves the condition open.

mod event;
pub(crate) mod fold;
mod haystack;
mod node;
mod prose;
mod sources;
mod state;
pub(crate) mod support;
mod text;
pub(crate) mod wording;

use std::cell::OnceCell;

use document::{
    outcome::{Cause, Unknown},
    time::Timestamp,
};

use self::sources::Source;
use super::{
    Container, Evidence, Facts, State,
    language::{Clause, Condition, LinePart, Saying},
    lexicon::states::{self, Weight},
};

pub(crate) use self::sources::kubelet_excuse;

/// What facts say to a clause or a condition.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    Yes(Found),
    No(Vec<Evidence>),
    Open(Vec<Unknown>),
    /// No fact can tell; why, without a full stop, and what speaks for it.
    Left(String, Vec<Evidence>),
}

/// What speaks for a condition, and how much.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) points: u32,
    pub(crate) kind: FactKind,
    /// It rests on a line that stands well before the error that the log ends with.
    pub(crate) is_early: bool,
}

/// Kinds of facts, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FactKind {
    /// What remains when nothing else fits.
    Remainder,
    /// A word that says that something is wrong, not why.
    Symptom,
    /// Words of a row that no rule reads, found in one line.
    Words,
    /// An exit code.
    ExitCode,
    /// A line of a log.
    Log,
    /// An event.
    Event,
    /// A state.
    State,
}

impl Found {
    pub(super) fn new(points: u32, kind: FactKind, evidence: Vec<Evidence>) -> Self {
        Self { evidence, points, kind, is_early: false }
    }
}

/// What is asked: one container of a pod at one time.
pub(crate) struct Case<'f> {
    pub(crate) facts: &'f Facts,
    pub(crate) container: &'f Container,
    pub(crate) now: Timestamp,
    sources: OnceCell<Vec<Source>>,
}

impl<'f> Case<'f> {
    pub(crate) fn new(facts: &'f Facts, container: &'f Container, now: Timestamp) -> Self {
        Self { facts, container, now, sources: OnceCell::new() }
    }

    pub(super) fn evidence_of_status(&self, text: impl Into<String>, at: Option<Timestamp>) -> Evidence {
        Evidence { text: text.into(), source: format!("status of {}", self.container.name), at }
    }
}

/// Judges a condition. One "no" settles a conjunction, whatever is open beside it.
pub(crate) fn weigh(condition: &Condition, case: &Case<'_>) -> Answer {
    match condition {
        Condition::Is(clause) => case.weigh_clause(clause),
        Condition::Not(inner) => deny(inner, case),
        Condition::All(parts) => all(parts.iter().map(|part| weigh(part, case))),
        Condition::Any(parts) => any(parts.iter().map(|part| weigh(part, case))),
    }
}

fn all(answers: impl Iterator<Item = Answer>) -> Answer {
    let mut found = Found::new(0, FactKind::Remainder, Vec::new());
    let (mut no, mut open, mut left) = (Vec::new(), Vec::new(), None);
    let mut is_no = false;
    for answer in answers {
        match answer {
            Answer::Yes(part) => {
                found.points += part.points;
                found.is_early = (found.is_early || part.is_early) && found.kind.max(part.kind) <= FactKind::Log;
                found.kind = found.kind.max(part.kind);
                found.evidence.extend(part.evidence);
            }
            Answer::No(evidence) => {
                is_no = true;
                no.extend(evidence);
            }
            Answer::Open(unknowns) => open.extend(unknowns),
            Answer::Left(why, evidence) => {
                found.evidence.extend(evidence);
                left = left.or(Some(why));
            }
        }
    }
    match left {
        _ if is_no => Answer::No(no),
        _ if !open.is_empty() => Answer::Open(open),
        Some(why) => Answer::Left(why, found.evidence),
        None => Answer::Yes(found),
    }
}

fn any(answers: impl Iterator<Item = Answer>) -> Answer {
    let mut best: Option<Found> = None;
    let (mut no, mut open, mut left) = (Vec::new(), Vec::new(), None);
    for answer in answers {
        match answer {
            Answer::Yes(found) => {
                best = Some(match best {
                    None => found,
                    Some(mut known) if known.points >= found.points => {
                        known.evidence.extend(found.evidence);
                        known
                    }
                    Some(known) => {
                        let evidence = found.evidence.iter().cloned().chain(known.evidence).collect();
                        Found { evidence, ..found }
                    }
                });
            }
            Answer::No(evidence) => no.extend(evidence),
            Answer::Open(unknowns) => open.extend(unknowns),
            Answer::Left(why, evidence) => left = left.or(Some((why, evidence))),
        }
    }
    match (best, left) {
        (Some(found), _) => Answer::Yes(found),
        (None, _) if !open.is_empty() => Answer::Open(open),
        (None, Some((why, evidence))) => Answer::Left(why, evidence),
        (None, None) => Answer::No(no),
    }
}

/// A state that is not there can be shown; a line that is not there only by a log that is whole.
fn deny(inner: &Condition, case: &Case<'_>) -> Answer {
    // "0/1 ready" is said of what runs: that a container without an image is not ready tells nothing.
    if let (Condition::Is(Clause::Ready), State::Waiting { reason, message }) = (inner, &case.container.state)
        && states::find_reason(reason).is_some_and(|word| word.weight == Weight::Settles)
    {
        return Answer::No(vec![case.evidence_of_status(format!("waiting: {reason}: {message}"), None)]);
    }
    match weigh(inner, case) {
        Answer::Yes(found) => Answer::No(found.evidence),
        Answer::No(evidence) if !speaks_of_text(inner) || case.has_whole_log() => {
            Answer::Yes(Found::new(5, FactKind::Symptom, evidence))
        }
        Answer::No(evidence) => {
            Answer::Left("it asks for something to be absent, which a bounded log cannot show".into(), evidence)
        }
        other => other,
    }
}

fn speaks_of_text(condition: &Condition) -> bool {
    match condition {
        Condition::Is(clause) => matches!(clause, Clause::Line { .. } | Clause::Prose(_)),
        Condition::Not(inner) => speaks_of_text(inner),
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(speaks_of_text),
    }
}

impl Case<'_> {
    fn weigh_clause(&self, clause: &Clause) -> Answer {
        let answer = match clause {
            Clause::Line { parts, place } => return self.weigh_line(parts, *place),
            Clause::Prose(words) => return self.weigh_prose(words),
            Clause::Probe(probe) => return self.weigh_probe(*probe),
            Clause::Node(trouble) => return self.weigh_node(*trouble),
            Clause::Reason(name) => self.weigh_reason(name),
            Clause::Phase(name) => self.weigh_phase(name),
            Clause::Exit(codes) => self.weigh_exit(*codes),
            Clause::Restarts { more_than } => self.weigh_restarts(*more_than),
            Clause::Ready => self.weigh_ready(),
            Clause::Soon { within_s } => self.weigh_soon(*within_s),
            Clause::Lasting { at_least_s } => self.weigh_lasting(*at_least_s),
            Clause::Container(name) => return self.weigh_container(name),
            // Settled when the other rows are judged.
            Clause::Rest => return Answer::Yes(Found::new(0, FactKind::Remainder, Vec::new())),
        };
        match (answer, self.facts.node.as_ref().and_then(|node| Some((node, node.silent_since?)))) {
            // A silent kubelet's "no" is as old as its last report.
            (Answer::No(_), Some((node, since))) => Answer::Open(vec![Cause::Stale.unknown(
                format!("The state of {}", self.container.name),
                format!(
                    "Node {} has not reported since {} UTC, so the pod's status is as old as that.",
                    node.name,
                    since.clock()
                ),
                format!("See whether {} is up: kubectl describe node {}.", node.name, node.name),
            )]),
            (answer, _) => answer,
        }
    }
}

/// How much a condition would say at most: a row whose pattern is more particular wins over one that fits as well.
pub(crate) fn potential(condition: &Condition) -> u32 {
    match condition {
        Condition::All(parts) => parts.iter().map(potential).sum(),
        Condition::Any(parts) => parts.iter().map(potential).max().unwrap_or(0),
        Condition::Not(_) => 5,
        Condition::Is(clause) => match clause {
            Clause::Exit(codes) => points_of_exit(codes.from, codes.to),
            Clause::Reason(name) => points_of_reason(name),
            Clause::Line { parts, .. } => parts.iter().map(points_of_part).sum(),
            Clause::Probe(super::Probe::Readiness) => 60,
            Clause::Probe(_) => 120,
            Clause::Node(trouble) => node::points(*trouble),
            Clause::Prose(_) => 20,
            Clause::Soon { .. } => 10,
            Clause::Rest => 0,
            Clause::Phase(_) | Clause::Restarts { .. } | Clause::Ready => 8,
            Clause::Lasting { .. } | Clause::Container(_) => 5,
        },
    }
}

fn points_of_exit(from: i32, to: i32) -> u32 {
    match from {
        _ if to > from => 8,
        0..=2 | 255 => 15,
        _ => 25,
    }
}

fn points_of_reason(name: &str) -> u32 {
    if name == "Init:" {
        return 12;
    }
    let bare = name.strip_prefix("Init:").unwrap_or(name);
    let init = if bare == name { 0 } else { 20 };
    init + match states::find_reason(bare).map(|word| word.weight) {
        Some(Weight::Settles) => 200,
        Some(Weight::Symptom) | None => 10,
    }
}

/// More words say more; a single word may stand anywhere.
fn points_of_part(part: &LinePart) -> u32 {
    match part {
        LinePart::Words(words) => match words.split_whitespace().count() {
            0 | 1 => 30,
            count => 40 + u32::try_from(count.min(8)).unwrap_or(8) - 2,
        },
        LinePart::Regex(_) => 40,
        LinePart::Address(_) => 30,
        LinePart::Says(Saying::Timeout) => 20,
        LinePart::Says(Saying::Error) => 2,
        LinePart::Says(Saying::NotFound) => 25,
        LinePart::Says(_) => 40,
        LinePart::Product { is_required: true, .. } | LinePart::Path(_) => 15,
        LinePart::Product { .. } => 10,
        LinePart::Object(_) => 15,
    }
}
