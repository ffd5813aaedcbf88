//! One clause against the facts: yes, no, or open, each with the fact behind it. "No" needs every place to have been
//! asked; one that could not be asked leaves the clause open.

use document::{outcome::Unknown, time::Timestamp};

use super::{
    Clause, Condition, Container, Event, Evidence, Fact, Facts, LinePart, State,
    describe::{describe_exit, describe_state},
    words::{self, ReasonSource, Weight},
};

/// Milliseconds within which two ends of runs make a crash loop, whatever word the status shows.
const LOOP_WINDOW_MS: i64 = 3_600_000;

/// What facts say to a clause or a condition.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    Yes(Vec<Evidence>),
    No(Vec<Evidence>),
    Open(Vec<Unknown>),
}

/// What is asked: one container of a pod at one time.
pub(crate) struct Case<'f> {
    pub(crate) facts: &'f Facts,
    pub(crate) container: &'f Container,
    pub(crate) now: Timestamp,
}

/// Judges a condition. One "no" settles a conjunction, whatever is open beside it.
pub(crate) fn weigh(condition: &Condition, case: &Case<'_>) -> Answer {
    let (parts, is_all) = match condition {
        Condition::Is(clause) => return case.weigh_clause(clause),
        Condition::All(parts) => (parts, true),
        Condition::Any(parts) => (parts, false),
    };
    let (mut yes, mut no, mut open) = (Vec::new(), Vec::new(), Vec::new());
    let (mut is_yes, mut is_no) = (false, false);
    for part in parts {
        match weigh(part, case) {
            Answer::Yes(evidence) => {
                is_yes = true;
                yes.extend(evidence);
            }
            Answer::No(evidence) => {
                is_no = true;
                no.extend(evidence);
            }
            Answer::Open(unknowns) => open.extend(unknowns),
        }
    }
    match is_all {
        true if is_no => Answer::No(no),
        false if is_yes => Answer::Yes(yes),
        _ if !open.is_empty() => Answer::Open(open),
        true => Answer::Yes(yes),
        false => Answer::No(no),
    }
}

impl Case<'_> {
    fn weigh_clause(&self, clause: &Clause) -> Answer {
        let answer = match clause {
            Clause::Reason(name) => self.weigh_reason(name),
            Clause::ExitCode(code) => self.weigh_exit_code(*code),
            Clause::Line { parts, place } => return self.weigh_line(parts, *place),
        };
        match (answer, self.facts.node.as_ref().and_then(|node| Some((node, node.silent_since?)))) {
            // A silent kubelet's "no" is as old as its last report.
            (Answer::No(_), Some((node, since))) => Answer::Open(vec![Unknown {
                asked: format!("The state of {}", self.container.name),
                reason: format!(
                    "Node {} has not reported since {} UTC, so the pod's status is as old as that.",
                    node.name,
                    since.clock()
                ),
                remedy: format!("See whether {} is up: kubectl describe node {}.", node.name, node.name),
                log_id: None,
            }]),
            (answer, _) => answer,
        }
    }

    fn status(&self, text: impl Into<String>, at: Option<Timestamp>) -> Evidence {
        Evidence { text: text.into(), source: format!("status of {}", self.container.name), at }
    }

    fn weigh_reason(&self, name: &str) -> Answer {
        let bare = name.strip_prefix("Init:").unwrap_or(name);
        if bare != name && self.container.kind != super::ContainerKind::Init {
            return Answer::No(vec![self.status(format!("{} is not an init container", self.container.name), None)]);
        }
        match words::find_reason(bare).map(|word| word.source) {
            Some(ReasonSource::Event) => self.weigh_event(bare),
            Some(ReasonSource::Pod) => self.weigh_pod_reason(bare),
            Some(ReasonSource::Container) | None if bare == "CrashLoopBackOff" => self.weigh_crash_loop(),
            Some(ReasonSource::Container) | None => self.weigh_container_reason(bare),
        }
    }

    fn weigh_container_reason(&self, name: &str) -> Answer {
        let fits = |reason: &str| reason == name || words::siblings(name).contains(&reason);
        let container = self.container;
        let mut seen = Vec::new();
        if let State::Waiting { reason, message } = &container.state {
            let text =
                if message.is_empty() { format!("waiting: {reason}") } else { format!("waiting: {reason}: {message}") };
            seen.push((reason.as_str(), self.status(text, None)));
        }
        if let Some(ended) = container.latest_end() {
            let text = format!("ended: {}, {}", ended.reason, describe_exit(ended.exit_code));
            seen.push((ended.reason.as_str(), self.status(text, ended.ended_at)));
        }
        if let Some(found) = seen.iter().position(|(reason, _)| fits(reason)) {
            return Answer::Yes(vec![seen.swap_remove(found).1]);
        }
        let is_lost = container.latest_end().is_none() && container.restart_count > 0;
        if is_lost && words::is_termination(name) {
            return Answer::Open(vec![self.lost_last_state()]);
        }
        let none = || vec![self.status(describe_state(container, self.now), None)];
        Answer::No(if seen.is_empty() {
            none()
        } else {
            seen.into_iter().rev().map(|(_, evidence)| evidence).collect()
        })
    }

    /// The word CrashLoopBackOff stands only between two runs: ends of runs in the last hour say as much.
    fn weigh_crash_loop(&self) -> Answer {
        let container = self.container;
        if let State::Waiting { reason, message } = &container.state
            && reason == "CrashLoopBackOff"
        {
            let text = if message.is_empty() { reason.clone() } else { format!("{reason}: {message}") };
            return Answer::Yes(vec![self.status(format!("waiting: {text}"), None)]);
        }
        let ends = container.end_times();
        let recent = ends.iter().filter(|end| self.now.ms_since(**end) <= LOOP_WINDOW_MS).count();
        if recent >= 2 {
            let word = describe_state(container, self.now);
            let text = format!(
                "{recent} runs ended within the last hour; between crashes the status shows another word ({word})"
            );
            return Answer::Yes(vec![self.status(text, ends.last().copied())]);
        }
        let hour_ago = self.now.plus_ms(-LOOP_WINDOW_MS);
        if let Some(event) = self.find_back_off(hour_ago) {
            let text = format!("{}: {}; between crashes the status shows another word", event.reason, event.message);
            return Answer::Yes(vec![Evidence { text, source: "events".into(), at: event.at }]);
        }
        let is_watched = self.facts.watching_since.is_some_and(|since| since <= hour_ago);
        let undated = container.restart_count as usize > ends.len();
        let is_recent = ends.last().is_some_and(|end| *end >= hour_ago);
        if undated && is_recent && !is_watched {
            let since = self
                .facts
                .watching_since
                .map_or("not at all".to_owned(), |since| format!("since {} UTC", since.clock()));
            return Answer::Open(vec![Unknown {
                asked: format!("Restarts of {} in the last hour", container.name),
                reason: format!(
                    "{} restarts are counted but only {} dated: this cluster has been watched {since}.",
                    container.restart_count,
                    ends.len()
                ),
                remedy: "Wait for the next restart, or configure Prometheus for the restarts of the last hour.".into(),
                log_id: None,
            }]);
        }
        let text = match container.restart_count {
            0 => "no restarts".to_owned(),
            count => format!("{count} restarts in all, {recent} run ended within the last hour"),
        };
        Answer::No(vec![self.status(text, ends.last().copied())])
    }

    /// The kubelet's own word that it holds the container back between two runs, since an instant.
    fn find_back_off(&self, since: Timestamp) -> Option<&super::Event> {
        let events = self.facts.events.known()?;
        events.iter().rev().find(|event| {
            event.reason == "BackOff"
                && event.message.contains("restarting failed container")
                && event.at.is_some_and(|at| at >= since)
                && (event.container.as_deref() == Some(&self.container.name)
                    || (event.container.is_none() && self.is_alone()))
        })
    }

    fn is_alone(&self) -> bool {
        self.facts.containers.known().is_some_and(|containers| containers.len() == 1)
    }

    fn weigh_pod_reason(&self, name: &str) -> Answer {
        let facts = self.facts;
        let phase = format!("phase {}", facts.phase);
        let reason = facts.pod_reason.as_deref();
        let message = facts.pod_message.as_deref().unwrap_or_default();
        let text =
            reason.map_or(
                phase,
                |reason| if message.is_empty() { reason.to_owned() } else { format!("{reason}: {message}") },
            );
        let evidence = vec![Evidence { text, source: "status of the pod".into(), at: None }];
        let is_there =
            reason.is_some_and(|reason| reason.eq_ignore_ascii_case(name)) || facts.phase.eq_ignore_ascii_case(name);
        if is_there { Answer::Yes(evidence) } else { Answer::No(evidence) }
    }

    fn weigh_event(&self, name: &str) -> Answer {
        match &self.facts.events {
            Fact::Unknown(unknown) => Answer::Open(vec![unknown.clone()]),
            Fact::Known(events) => {
                let found = events
                    .iter()
                    .rev()
                    .filter(|event| self.concerns(event.container.as_deref()))
                    .find(|event| event.reason == name);
                match found {
                    Some(event) => {
                        let text = format!("{}: {}", event.reason, event.message);
                        let evidence = |text| vec![Evidence { text, source: "events".into(), at: event.at }];
                        match self.run_since(event) {
                            Some(at) => Answer::No(evidence(format!(
                                "{text}; it passed: {} was running at {} UTC",
                                self.container.name,
                                at.clock()
                            ))),
                            None => Answer::Yes(evidence(text)),
                        }
                    }
                    None => Answer::No(vec![Evidence {
                        text: format!("no event {name}"),
                        source: "events".into(),
                        at: None,
                    }]),
                }
            }
        }
    }

    /// When the container ran after an event that says why it could not start: the obstacle is gone then. Many pods meet
    /// one in their first seconds, while volumes and accounts are still being made.
    pub(crate) fn run_since(&self, event: &Event) -> Option<Timestamp> {
        let ran_at = match &self.container.state {
            State::Running { started_at } => *started_at,
            _ => self.container.latest_end().and_then(|ended| ended.ended_at.or(ended.started_at)),
        };
        ran_at.filter(|ran_at| words::is_obstacle(&event.reason) && event.at.is_some_and(|at| ran_at.ms_since(at) > 0))
    }

    fn weigh_exit_code(&self, code: i32) -> Answer {
        match self.container.latest_end() {
            // The kubelet writes 137 when it has lost track of a container: no process returned that.
            Some(ended) if ended.reason == "ContainerStatusUnknown" => Answer::Open(vec![Unknown {
                asked: format!("Exit code of {}", self.container.name),
                reason: "The kubelet lost track of the container and wrote an exit code of its own.".into(),
                remedy: "Look at the node: it restarted, or its container runtime did.".into(),
                log_id: None,
            }]),
            Some(ended) => {
                let evidence =
                    vec![self.status(
                        format!("ended: {}, {}", ended.reason, describe_exit(ended.exit_code)),
                        ended.ended_at,
                    )];
                if ended.exit_code == code { Answer::Yes(evidence) } else { Answer::No(evidence) }
            }
            None if self.container.restart_count > 0 => Answer::Open(vec![self.lost_last_state()]),
            None => Answer::No(vec![self.status("no run has ended", None)]),
        }
    }

    fn lost_last_state(&self) -> Unknown {
        Unknown {
            asked: format!("How {} last ended", self.container.name),
            reason: format!(
                "{} restarts are counted, but the status no longer holds how the last run ended.",
                self.container.restart_count
            ),
            remedy: "Wait for the next restart, or look at the node's kubelet log.".into(),
            log_id: None,
        }
    }
}

/// How much a condition says: a row whose pattern is more particular wins over one that fits as well.
pub(crate) fn weight(condition: &Condition) -> u32 {
    match condition {
        Condition::All(parts) => parts.iter().map(weight).sum(),
        Condition::Any(parts) => parts.iter().map(weight).min().unwrap_or(0),
        Condition::Is(Clause::ExitCode(code)) => {
            if *code <= 2 {
                15
            } else {
                25
            }
        }
        Condition::Is(Clause::Reason(name)) => {
            let bare = name.strip_prefix("Init:").unwrap_or(name);
            match words::find_reason(bare).map(|word| word.weight) {
                Some(Weight::Settles) => 200,
                Some(Weight::Symptom) | None => 10,
            }
        }
        Condition::Is(Clause::Line { parts, .. }) => parts
            .iter()
            .map(|part| match part {
                LinePart::Words(_) => 40,
                LinePart::Address(_) => 30,
                LinePart::Timeout => 20,
            })
            .sum(),
    }
}
