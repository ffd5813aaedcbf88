//! Text in logs, events and messages of states: where it may stand, and whether it does. A source that could not be
//! asked leaves the search open.

use std::ops::Range;

use document::outcome::Unknown;

use super::{
    Evidence, Fact, LinePart, LogText, Place, State, TextLine,
    clause::{Answer, Case},
    describe::describe_part,
    fold::{find_address, find_folded, strip_ansi},
    wording,
};

impl Case<'_> {
    /// Looks for one line that holds all parts.
    pub(crate) fn weigh_line(&self, parts: &[LinePart], place: Place) -> Answer {
        let mut open = Vec::new();
        let mut near = None;
        let mut searched = Vec::new();
        for source in self.sources(place) {
            match source {
                Source::Unasked(unknown) => open.push(unknown),
                Source::Lines { name, lines, extent } => {
                    if let Some(line) = lines.iter().rev().find(|line| holds_all(&line.text, parts)) {
                        let text = strip_ansi(&line.text).trim().to_owned();
                        return Answer::Yes(vec![Evidence { text, source: name, at: line.at }]);
                    }
                    near = near.or_else(|| near_miss(&lines, parts, &name));
                    searched.push(format!("{name} ({extent})"));
                }
            }
        }
        if !open.is_empty() {
            return Answer::Open(open);
        }
        let wanted: Vec<String> = parts.iter().map(describe_part).collect();
        let source = if searched.is_empty() { "logs and events".into() } else { searched.join(", ") };
        let absent = Evidence { text: format!("not found: {}", wanted.join(" in one line with ")), source, at: None };
        Answer::No(near.into_iter().chain([absent]).collect())
    }

    /// Where text may stand, the most telling first. A log that cannot exist yet is no source.
    fn sources(&self, place: Place) -> Vec<Source> {
        let name = &self.container.name;
        let mut sources = Vec::new();
        let has_ended = !self.container.has_never_ended();
        let has_begun = has_ended || matches!(self.container.state, State::Running { .. });
        if place != Place::Events && has_ended {
            sources.push(Source::of_log(&self.facts.previous_log, format!("previous log of {name}")));
        }
        if matches!(place, Place::Anywhere | Place::Logs) {
            // While the container stands still there is no present run to have a log.
            let runs = matches!(self.container.state, State::Running { .. });
            if has_begun && (runs || self.facts.current_log.known().is_some()) {
                sources.push(Source::of_log(&self.facts.current_log, format!("log of {name}")));
            }
        }
        if place != Place::Events {
            sources.push(self.state_messages());
        }
        if matches!(place, Place::Anywhere | Place::Events) {
            sources.push(match &self.facts.events {
                Fact::Unknown(unknown) => Source::Unasked(unknown.clone()),
                Fact::Known(events) => Source::Lines {
                    name: "events".into(),
                    extent: count(events.len(), "event"),
                    lines: events
                        .iter()
                        .filter(|event| self.concerns(event.container.as_deref()) && self.run_since(event).is_none())
                        .map(|event| TextLine { at: event.at, text: format!("{}: {}", event.reason, event.message) })
                        .collect(),
                },
            });
        }
        sources
    }

    fn state_messages(&self) -> Source {
        let mut lines = Vec::new();
        let mut add = |text: &str, at| lines.extend(text.lines().map(|line| TextLine { at, text: line.to_owned() }));
        if let Some(message) = &self.facts.pod_message {
            add(message, None);
        }
        if let State::Waiting { message, .. } = &self.container.state {
            add(message, None);
        }
        if let Some(ended) = self.container.latest_end() {
            add(&ended.message, ended.ended_at);
        }
        Source::Lines { name: format!("status of {}", self.container.name), extent: count(lines.len(), "line"), lines }
    }

    /// Whether an event about this container, or about the pod as a whole, counts.
    pub(crate) fn concerns(&self, container: Option<&str>) -> bool {
        container.is_none_or(|name| name == self.container.name)
    }
}

enum Source {
    Lines { name: String, lines: Vec<TextLine>, extent: String },
    Unasked(Unknown),
}

impl Source {
    fn of_log(log: &Fact<LogText>, name: String) -> Self {
        match log {
            Fact::Unknown(unknown) => Self::Unasked(unknown.clone()),
            Fact::Known(log) => match kubelet_excuse(log, &name) {
                Some(unknown) => Self::Unasked(unknown),
                None => {
                    let lines = count(log.lines.len(), "line");
                    let extent = if log.is_whole { lines } else { format!("last {lines}") };
                    Self::Lines { name, lines: log.lines.clone(), extent }
                }
            },
        }
    }
}

/// What the kubelet sends as if it were a log, for up to a minute after a crash: it is no answer.
pub(crate) fn kubelet_excuse(log: &LogText, name: &str) -> Option<Unknown> {
    let [only] = log.lines.as_slice() else { return None };
    only.text.trim().starts_with("unable to retrieve container logs for ").then(|| Unknown {
        asked: format!("The {name}"),
        reason:
            "The kubelet has not put the log of the last run away yet, and answered with an excuse in place of a log."
                .into(),
        remedy: "Ask again in a minute.".into(),
        log_id: None,
    })
}

fn holds_all(line: &str, parts: &[LinePart]) -> bool {
    let line = strip_ansi(line);
    parts.iter().all(|part| holds(&line, part).is_some())
}

fn holds(line: &str, part: &LinePart) -> Option<Range<usize>> {
    match part {
        LinePart::Words(words) => find_folded(line, words),
        LinePart::Address(address) => find_address(line, address),
        LinePart::Timeout => wording::says_timeout(line).then_some(0..line.len()),
    }
}

/// The line that names the address, yet says something else: it shows why the row does not fit.
fn near_miss(lines: &[TextLine], parts: &[LinePart], name: &str) -> Option<Evidence> {
    let is_address = |part: &&LinePart| matches!(part, LinePart::Address(_));
    let address = parts.iter().find(is_address).filter(|_| parts.len() > 1)?;
    let line = lines.iter().rev().find(|line| holds(&strip_ansi(&line.text), address).is_some())?;
    let text = strip_ansi(&line.text).trim().to_owned();
    Some(Evidence { text, source: name.to_owned(), at: line.at })
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
