//! Where text may stand: the logs, the messages of states, the events. A source that could not be asked is kept as that.

use std::cell::OnceCell;

use document::{
    outcome::{Cause, Unknown},
    time::Timestamp,
};

use super::{Case, fold::strip_ansi, haystack::Haystack, wording};
use crate::verdict::{Event, Fact, LogText, Place, State};

/// A place of text, or why it could not be asked.
pub(super) enum Source {
    Lines(Box<Lines>),
    Unasked(Kind, Unknown),
}

/// Which place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Previous,
    Current,
    /// What a container waits for, in the kubelet's words.
    Waiting,
    /// The termination message and the pod's message.
    Message,
    Events,
}

/// The lines of one place.
pub(super) struct Lines {
    pub(super) kind: Kind,
    pub(super) name: String,
    /// "120 lines", "last 50 lines".
    pub(super) extent: String,
    pub(super) haystack: Haystack,
    times: Vec<Option<Timestamp>>,
    /// Of events: the reason of each.
    pub(super) reasons: Vec<String>,
    telling: OnceCell<Option<usize>>,
}

impl Lines {
    fn new(kind: Kind, name: String, extent: String, lines: Vec<(Option<Timestamp>, String)>) -> Self {
        let haystack = Haystack::new(lines.iter().map(|(_, text)| text.as_str()));
        let times = lines.into_iter().map(|(at, _)| at).collect();
        Self { kind, name, extent, haystack, times, reasons: Vec::new(), telling: OnceCell::new() }
    }

    pub(super) fn at(&self, line: usize) -> Option<Timestamp> {
        self.times.get(line).copied().flatten()
    }

    pub(super) fn is_log(&self) -> bool {
        matches!(self.kind, Kind::Previous | Kind::Current)
    }

    /// The line that tells most about the end.
    pub(super) fn telling(&self) -> Option<usize> {
        *self.telling.get_or_init(|| {
            let fatal = (0..self.haystack.len()).rev().find(|at| wording::is_fatal(self.haystack.line(*at)));
            fatal.or_else(|| (0..self.haystack.len()).rev().find(|at| wording::reports_error(self.haystack.line(*at))))
        })
    }
}

impl Case<'_> {
    /// Where text of a place may stand, the most telling first.
    pub(super) fn sources(&self, place: Place) -> impl Iterator<Item = &Source> {
        let is_meant = move |kind: Kind| match place {
            Place::Anywhere => true,
            Place::Logs => kind != Kind::Events && kind != Kind::Waiting,
            Place::PreviousLog => matches!(kind, Kind::Previous | Kind::Message),
            Place::Events => matches!(kind, Kind::Events | Kind::Waiting),
        };
        self.sources.get_or_init(|| self.gather()).iter().filter(move |source| match source {
            Source::Lines(lines) => is_meant(lines.kind),
            Source::Unasked(kind, _) => is_meant(*kind),
        })
    }

    /// Whether all of what the run that ended has written is known.
    pub(super) fn has_whole_log(&self) -> bool {
        let log = if self.container.has_never_ended() { &self.facts.current_log } else { &self.facts.previous_log };
        log.known().is_some_and(|log| log.is_whole && kubelet_excuse(log, "").is_none())
    }

    /// A log that cannot exist yet is no source, and what a healthy container writes is no evidence.
    fn gather(&self) -> Vec<Source> {
        if self.is_healthy() {
            return Vec::new();
        }
        let name = &self.container.name;
        let mut sources = Vec::new();
        let has_ended = !self.container.has_never_ended();
        let runs = matches!(self.container.state, State::Running { .. });
        if has_ended {
            sources.push(of_log(&self.facts.previous_log, Kind::Previous, format!("previous log of {name}")));
        }
        // While the container stands still there is no present run to have a log.
        let is_telling = !has_ended || !self.container.is_ready;
        if is_telling && (runs || (has_ended && self.facts.current_log.known().is_some())) {
            sources.push(of_log(&self.facts.current_log, Kind::Current, format!("log of {name}")));
        }
        sources.push(self.messages());
        sources.extend(self.waiting_message());
        sources.push(self.event_lines());
        sources
    }

    fn messages(&self) -> Source {
        let mut lines = Vec::new();
        let mut add = |text: &str, at| lines.extend(text.lines().map(|line| (at, line.to_owned())));
        if let Some(message) = &self.facts.pod_message {
            add(message, None);
        }
        if let Some(ended) = self.container.latest_end() {
            add(&ended.message, ended.ended_at);
        }
        let name = format!("status of {}", self.container.name);
        Source::Lines(Box::new(Lines::new(Kind::Message, name, count(lines.len(), "line"), lines)))
    }

    fn waiting_message(&self) -> Option<Source> {
        let State::Waiting { reason, message } = &self.container.state else { return None };
        let lines: Vec<_> = message.lines().map(|line| (None, line.to_owned())).collect();
        let reasons = vec![reason.clone(); lines.len()];
        let name = format!("status of {}", self.container.name);
        let mut made = Lines::new(Kind::Waiting, name, count(lines.len(), "line"), lines);
        made.reasons = reasons;
        Some(Source::Lines(Box::new(made)))
    }

    fn event_lines(&self) -> Source {
        let events = match &self.facts.events {
            Fact::Unknown(unknown) => return Source::Unasked(Kind::Events, unknown.clone()),
            Fact::Known(events) => events,
        };
        let is_about = |event: &&Event| self.concerns(event.container.as_deref()) && self.run_since(event).is_none();
        let about: Vec<&Event> = events.iter().filter(is_about).collect();
        let lines = about.iter().map(|event| (event.at, format!("{}: {}", event.reason, event.message))).collect();
        let mut made = Lines::new(Kind::Events, "events".into(), count(events.len(), "event"), lines);
        made.reasons = about.iter().map(|event| event.reason.clone()).collect();
        Source::Lines(Box::new(made))
    }
}

fn of_log(log: &Fact<LogText>, kind: Kind, name: String) -> Source {
    match log {
        Fact::Unknown(unknown) => Source::Unasked(kind, unknown.clone()),
        Fact::Known(log) => match kubelet_excuse(log, &name) {
            Some(unknown) => Source::Unasked(kind, unknown),
            None => {
                let lines = count(log.lines.len(), "line");
                let extent = if log.is_whole { lines } else { format!("last {lines}") };
                let text = log.lines.iter().map(|line| (line.at, strip_ansi(&line.text).into_owned())).collect();
                Source::Lines(Box::new(Lines::new(kind, name, extent, text)))
            }
        },
    }
}

/// What the kubelet sends as if it were a log, for up to a minute after a crash: it is no answer.
pub(crate) fn kubelet_excuse(log: &LogText, name: &str) -> Option<Unknown> {
    let [only] = log.lines.as_slice() else { return None };
    only.text.trim().starts_with("unable to retrieve container logs for ").then(|| {
        Cause::NotYet.unknown(
            format!("The {name}"),
            "The kubelet has not put the log of the last run away yet, and answered with an excuse in place of a log.",
            "Ask again in a minute.",
        )
    })
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
