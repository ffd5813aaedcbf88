//! Events and failed probes against the facts: what passed since then is no reason any more.

use document::time::Timestamp;

use super::{Answer, Case, FactKind, Found};
use crate::verdict::{Event, Evidence, Fact, Probe, State, lexicon::states};

/// An event that lies further before the end of the last run did not bring it about.
const BEFORE_AN_END_MS: i64 = 15 * 60_000;

impl Case<'_> {
    pub(super) fn weigh_event(&self, name: &str) -> Answer {
        let Some(events) = self.about() else { return self.no_events() };
        let found = events.iter().rev().find(|event| event.reason == name);
        let Some(event) = found else { return no(format!("no event {name}")) };
        match (self.passed_since(event), self.is_healthy()) {
            (Some(at), _) => no(format!(
                "{}: {}; it passed: {} was running at {} UTC",
                event.reason,
                event.message,
                self.container.name,
                at.clock()
            )),
            (None, true) => no(format!("{}: {}; {} is well now", event.reason, event.message, self.container.name)),
            (None, false) => {
                Answer::Yes(Found::new(super::points_of_reason(name), FactKind::Event, vec![evidence_of(event)]))
            }
        }
    }

    pub(super) fn weigh_probe(&self, probe: Probe) -> Answer {
        let Some(events) = self.about() else { return self.no_events() };
        let begins = format!("{} probe", probe.word());
        let says_so = |event: &&&Event| match event.reason.as_str() {
            "Unhealthy" | "ProbeWarning" => event.message.starts_with(&begins),
            "Killing" => event.message.contains(&format!("failed {} probe", probe.word().to_lowercase())),
            _ => false,
        };
        let Some(event) = events.iter().rev().find(says_so) else {
            return no(format!("no event of a failed {} probe", probe.word().to_lowercase()));
        };
        let is_over = match probe {
            Probe::Readiness => self.container.is_ready,
            Probe::Liveness | Probe::Startup => self.is_healthy() || self.lies_well_before_the_end(event),
        };
        if is_over {
            return no(format!("{}: {}; it has passed since", event.reason, event.message));
        }
        // A readiness probe ends no run: beside a crash it is one more sign of it.
        let (points, kind) = match probe {
            Probe::Readiness if self.container.latest_end().is_some() => (8, FactKind::Symptom),
            Probe::Readiness => (60, FactKind::Event),
            Probe::Liveness | Probe::Startup => (120, FactKind::Event),
        };
        Answer::Yes(Found::new(points, kind, vec![evidence_of(event)]))
    }

    /// The kubelet's own word that it holds the container back between two runs, since an instant.
    pub(super) fn find_back_off(&self, since: Timestamp) -> Option<&Event> {
        let events = self.facts.events.known()?;
        events.iter().rev().find(|event| {
            event.reason == "BackOff"
                && event.message.contains("restarting failed container")
                && event.at.is_none_or(|at| at >= since)
                && (event.container.as_deref() == Some(&self.container.name)
                    || (event.container.is_none() && self.is_alone()))
        })
    }

    fn is_alone(&self) -> bool {
        self.facts.containers.known().is_some_and(|containers| containers.len() == 1)
    }

    /// When the container ran after an event that says why it could not start: the obstacle is gone then. Many pods meet
    /// one in their first seconds, while volumes and accounts are still being made.
    pub(super) fn run_since(&self, event: &Event) -> Option<Timestamp> {
        self.passed_since(event).filter(|_| states::is_obstacle(&event.reason))
    }

    fn passed_since(&self, event: &Event) -> Option<Timestamp> {
        let ran_at = match &self.container.state {
            State::Running { started_at } => *started_at,
            _ => self.container.latest_end().and_then(|ended| ended.ended_at.or(ended.started_at)),
        };
        let is_before = |ran_at: &Timestamp| event.at.is_some_and(|at| ran_at.ms_since(at) > 0);
        ran_at.filter(|ran_at| states::is_obstacle(&event.reason) && is_before(ran_at))
    }

    fn lies_well_before_the_end(&self, event: &Event) -> bool {
        let end = self.container.latest_end().and_then(|ended| ended.ended_at);
        end.zip(event.at).is_some_and(|(end, at)| end.ms_since(at) > BEFORE_AN_END_MS)
    }

    /// Events about this container or the pod as a whole, when they are known.
    fn about(&self) -> Option<Vec<&Event>> {
        let events = self.facts.events.known()?;
        Some(events.iter().filter(|event| self.concerns(event.container.as_deref())).collect())
    }

    fn no_events(&self) -> Answer {
        match &self.facts.events {
            Fact::Unknown(unknown) => Answer::Open(vec![unknown.clone()]),
            Fact::Known(_) => no("no events".into()),
        }
    }
}

pub(super) fn evidence_of(event: &Event) -> Evidence {
    Evidence { text: format!("{}: {}", event.reason, event.message), source: "events".into(), at: event.at }
}

fn no(text: String) -> Answer {
    Answer::No(vec![Evidence { text, source: "events".into(), at: None }])
}
