//! States, exit codes and restarts against the facts.

use document::{
    outcome::{Cause, Unknown},
    time::Timestamp,
};

use super::{Answer, Case, FactKind, Found, event::evidence_of};
use crate::verdict::{
    Container, ContainerKind, Evidence, ExitCodes, State,
    describe::{describe_exit, describe_state},
    lexicon::states::{self, ReasonSource, Weight},
};

/// Milliseconds within which two ends of runs make a crash loop, whatever word the status shows.
const LOOP_WINDOW_MS: i64 = 3_600_000;

impl Case<'_> {
    pub(super) fn weigh_reason(&self, name: &str) -> Answer {
        if name == "Init:" {
            return self.weigh_initialising();
        }
        let bare = name.strip_prefix("Init:").unwrap_or(name);
        if bare != name && self.container.kind != ContainerKind::Init {
            let text = format!("{} is not an init container", self.container.name);
            return Answer::No(vec![self.evidence_of_status(text, None)]);
        }
        let answer = match (bare, states::find_reason(bare).map(|word| word.source)) {
            ("NodeNotReady", _) => match self.weigh_node(crate::verdict::NodeTrouble::NotReady) {
                Answer::No(_) => self.weigh_event(bare),
                other => other,
            },
            ("BackOff", _) => self.weigh_back_off(),
            ("CrashLoopBackOff", _) => self.weigh_crash_loop(),
            ("Running" | "Pending" | "Terminating" | "Unknown" | "Succeeded", _) => self.weigh_status(bare),
            (_, Some(ReasonSource::Event)) => self.weigh_event(bare),
            (_, Some(ReasonSource::Pod)) => self.weigh_pod_reason(bare),
            (_, Some(ReasonSource::Container) | None) => self.weigh_container_reason(bare),
        };
        // Of two words for one trouble the present one leads: `Init:CrashLoopBackOff` before the `Error` that it ended with.
        let is_present = bare != name && self.status_word() == name;
        match answer {
            Answer::Yes(found) => {
                Answer::Yes(Found { points: super::points_of_reason(name) + u32::from(is_present), ..found })
            }
            other => other,
        }
    }

    fn yes(&self, name: &str, evidence: Vec<Evidence>) -> Answer {
        let settles = states::find_reason(name).is_some_and(|word| word.weight == Weight::Settles);
        let kind = if settles { FactKind::State } else { FactKind::Symptom };
        Answer::Yes(Found::new(super::points_of_reason(name), kind, evidence))
    }

    fn weigh_container_reason(&self, name: &str) -> Answer {
        let fits = |reason: &str| reason == name || states::siblings(name).contains(&reason);
        let container = self.container;
        let mut seen = Vec::new();
        if let State::Waiting { reason, message } = &container.state {
            let text =
                if message.is_empty() { format!("waiting: {reason}") } else { format!("waiting: {reason}: {message}") };
            seen.push((reason.as_str(), self.evidence_of_status(text, None)));
        }
        if let Some(ended) = container.latest_end() {
            let text = format!("ended: {}, {}", ended.reason, describe_exit(ended.exit_code));
            seen.push((ended.reason.as_str(), self.evidence_of_status(text, ended.ended_at)));
        }
        if let Some(found) = seen.iter().position(|(reason, _)| fits(reason)) {
            return self.yes(name, vec![seen.swap_remove(found).1]);
        }
        let is_lost = container.latest_end().is_none() && container.restart_count > 0;
        if is_lost && states::is_termination(name) {
            return Answer::Open(vec![self.lost_last_state()]);
        }
        let none = || vec![self.evidence_of_status(describe_state(container, self.now), None)];
        Answer::No(if seen.is_empty() {
            none()
        } else {
            seen.into_iter().rev().map(|(_, evidence)| evidence).collect()
        })
    }

    /// The word CrashLoopBackOff stands only between two runs: ends of runs in the last hour say as much.
    pub(super) fn weigh_crash_loop(&self) -> Answer {
        let container = self.container;
        let name = "CrashLoopBackOff";
        if let State::Waiting { reason, message } = &container.state
            && reason == name
        {
            let text = if message.is_empty() { reason.clone() } else { format!("{reason}: {message}") };
            return self.yes(name, vec![self.evidence_of_status(format!("waiting: {text}"), None)]);
        }
        let ends = container.end_times();
        let recent = ends.iter().filter(|end| self.now.ms_since(**end) <= LOOP_WINDOW_MS).count();
        if recent >= 2 {
            let word = describe_state(container, self.now);
            let text = format!(
                "{recent} runs ended within the last hour; between crashes the status shows another word ({word})"
            );
            return self.yes(name, vec![self.evidence_of_status(text, ends.last().copied())]);
        }
        let hour_ago = self.now.plus_ms(-LOOP_WINDOW_MS);
        if let Some(event) = self.find_back_off(hour_ago) {
            let text = format!("{}: {}; between crashes the status shows another word", event.reason, event.message);
            return self.yes(name, vec![Evidence { text, source: "events".into(), at: event.at }]);
        }
        self.no_crash_loop(recent, &ends, hour_ago)
    }

    fn no_crash_loop(&self, recent: usize, ends: &[Timestamp], hour_ago: Timestamp) -> Answer {
        let container = self.container;
        let is_watched = self.facts.watching_since.is_some_and(|since| since <= hour_ago);
        let undated = container.restart_count as usize > ends.len();
        let is_recent = ends.last().is_some_and(|end| *end >= hour_ago);
        if undated && is_recent && !is_watched {
            let since = self
                .facts
                .watching_since
                .map_or("not at all".to_owned(), |since| format!("since {} UTC", since.clock()));
            return Answer::Open(vec![Cause::Untold.unknown(
                format!("Restarts of {} in the last hour", container.name),
                format!(
                    "{} restarts are counted but only {} dated: this cluster has been watched {since}.",
                    container.restart_count,
                    ends.len()
                ),
                "Wait for the next restart, or configure Prometheus for the restarts of the last hour.",
            )]);
        }
        let text = match container.restart_count {
            0 => "no restarts".to_owned(),
            count => format!("{count} restarts in all, {recent} run ended within the last hour"),
        };
        Answer::No(vec![self.evidence_of_status(text, ends.last().copied())])
    }

    /// That the kubelet holds a container back: by the event, or by the state that it brings.
    fn weigh_back_off(&self) -> Answer {
        if let Some(event) = self.find_back_off(self.now.plus_ms(-LOOP_WINDOW_MS)) {
            return self.yes("BackOff", vec![evidence_of(event)]);
        }
        match &self.container.state {
            State::Waiting { reason, .. } if reason == "CrashLoopBackOff" => self.weigh_crash_loop(),
            _ => self.weigh_event("BackOff"),
        }
    }

    /// An init container has not done its work yet.
    fn weigh_initialising(&self) -> Answer {
        let word = self.status_word();
        let evidence = vec![self.evidence_of_status(format!("STATUS {word}"), None)];
        if word.starts_with("Init:") {
            return Answer::Yes(Found::new(super::points_of_reason("Init:"), FactKind::Symptom, evidence));
        }
        Answer::No(evidence)
    }

    /// A word of kubectl's STATUS column.
    fn weigh_status(&self, name: &str) -> Answer {
        if name == "Terminating" {
            return Answer::Left("whether a pod is being deleted is not among the facts".into(), Vec::new());
        }
        let word = self.status_word();
        let is_there = word == name || (name == "Unknown" && self.facts.pod_reason.as_deref() == Some("NodeLost"));
        let evidence = vec![self.evidence_of_status(format!("STATUS {word}"), None)];
        if is_there { self.yes(name, evidence) } else { Answer::No(evidence) }
    }

    /// What kubectl prints as STATUS: what a container waits for, or how it ended, before the phase.
    pub(super) fn status_word(&self) -> String {
        let mut word = self.facts.pod_reason.clone().unwrap_or_else(|| self.facts.phase.clone());
        let containers = self.facts.containers.known().map_or(&[][..], Vec::as_slice);
        for one in containers.iter().filter(|one| one.kind == ContainerKind::Init) {
            match &one.state {
                State::Ended(ended) if ended.exit_code == 0 => {}
                State::Ended(ended) => return format!("Init:{}", ended.reason),
                State::Waiting { reason, .. } if reason != "PodInitializing" => return format!("Init:{reason}"),
                _ => return "Init:0/1".into(),
            }
        }
        let mut has_running = false;
        for one in containers.iter().rev().filter(|one| one.kind != ContainerKind::Init) {
            match &one.state {
                State::Waiting { reason, .. } => word.clone_from(reason),
                State::Ended(ended) => word.clone_from(&ended.reason),
                State::Running { .. } => has_running |= one.is_ready,
                State::NotReported => {}
            }
        }
        if word == "Completed" && has_running { "Running".into() } else { word }
    }

    pub(super) fn weigh_phase(&self, name: &str) -> Answer {
        let evidence = vec![Evidence {
            text: format!("phase {}", self.facts.phase),
            source: "status of the pod".into(),
            at: None,
        }];
        if self.facts.phase.eq_ignore_ascii_case(name) {
            return Answer::Yes(Found::new(8, FactKind::Symptom, evidence));
        }
        Answer::No(evidence)
    }

    fn weigh_pod_reason(&self, name: &str) -> Answer {
        let facts = self.facts;
        let reason = facts.pod_reason.as_deref();
        let message = facts.pod_message.as_deref().unwrap_or_default();
        let text = reason.map_or(format!("phase {}", facts.phase), |reason| {
            if message.is_empty() { reason.to_owned() } else { format!("{reason}: {message}") }
        });
        let evidence = vec![Evidence { text, source: "status of the pod".into(), at: None }];
        let is_there =
            reason.is_some_and(|reason| reason.eq_ignore_ascii_case(name)) || facts.phase.eq_ignore_ascii_case(name);
        if is_there { self.yes(name, evidence) } else { Answer::No(evidence) }
    }

    pub(super) fn weigh_exit(&self, codes: ExitCodes) -> Answer {
        match self.container.latest_end() {
            // The kubelet writes 137 when it has lost track of a container: no process returned that.
            Some(ended) if ended.reason == "ContainerStatusUnknown" => Answer::Open(vec![Cause::Untold.unknown(
                format!("Exit code of {}", self.container.name),
                "The kubelet lost track of the container and wrote an exit code of its own.",
                "Look at the node: it restarted, or its container runtime did.",
            )]),
            Some(ended) => {
                let text = format!("ended: {}, {}", ended.reason, describe_exit(ended.exit_code));
                let evidence = vec![self.evidence_of_status(text, ended.ended_at)];
                if codes.hold(ended.exit_code) {
                    let points = super::points_of_exit(codes.from, codes.to);
                    Answer::Yes(Found::new(points, FactKind::ExitCode, evidence))
                } else {
                    Answer::No(evidence)
                }
            }
            None if self.container.restart_count > 0 => Answer::Open(vec![self.lost_last_state()]),
            None => Answer::No(vec![self.evidence_of_status("no run has ended", None)]),
        }
    }

    pub(super) fn weigh_restarts(&self, more_than: u32) -> Answer {
        let count = self.container.restart_count;
        let text = if count == 1 { "1 restart".to_owned() } else { format!("{count} restarts") };
        let evidence = vec![self.evidence_of_status(text, None)];
        if count > more_than && !self.is_healthy() {
            Answer::Yes(Found::new(8, FactKind::Symptom, evidence))
        } else {
            Answer::No(evidence)
        }
    }

    pub(super) fn weigh_ready(&self) -> Answer {
        let is_ready = self.container.is_ready;
        let text = if is_ready { "ready" } else { "not ready" };
        let evidence = vec![self.evidence_of_status(text, None)];
        if is_ready { Answer::Yes(Found::new(8, FactKind::Symptom, evidence)) } else { Answer::No(evidence) }
    }

    pub(super) fn weigh_soon(&self, within_s: u32) -> Answer {
        let Some(ended) = self.container.latest_end() else {
            return Answer::No(vec![self.evidence_of_status("no run has ended", None)]);
        };
        let Some((from, to)) = ended.started_at.zip(ended.ended_at) else {
            return Answer::Open(vec![Cause::Untold.unknown(
                format!("How long {} ran", self.container.name),
                format!("The status does not say when the last run of {} began.", self.container.name),
                "Look at State and Last State in kubectl describe pod.",
            )]);
        };
        let ms = to.ms_since(from);
        let evidence = vec![self.evidence_of_status(format!("ran for {} s", ms / 1_000), ended.ended_at)];
        if ms <= i64::from(within_s) * 1_000 {
            Answer::Yes(Found::new(10, FactKind::Symptom, evidence))
        } else {
            Answer::No(evidence)
        }
    }

    /// How long a state has lasted is seldom told: only a pod that is too young speaks against it.
    pub(super) fn weigh_lasting(&self, at_least_s: u32) -> Answer {
        let scheduled = self
            .facts
            .events
            .known()
            .and_then(|events| events.iter().find(|event| event.reason == "Scheduled").and_then(|event| event.at));
        let age = scheduled.map(|at| self.now.ms_since(at));
        if let Some(ms) = age.filter(|ms| *ms < i64::from(at_least_s) * 1_000) {
            let text = format!("scheduled {} s ago", ms / 1_000);
            return Answer::No(vec![self.evidence_of_status(text, scheduled)]);
        }
        Answer::Yes(Found::new(5, FactKind::Symptom, Vec::new()))
    }

    /// Whether it is this container, or an init container of this name that the pod still waits for.
    pub(super) fn weigh_container(&self, name: &str) -> Answer {
        let containers = self.facts.containers.known().map_or(&[][..], Vec::as_slice);
        let is_done = |one: &Container| matches!(&one.state, State::Ended(ended) if ended.exit_code == 0);
        let is_waited_for = |one: &Container| one.name == name && one.kind == ContainerKind::Init && !is_done(one);
        if self.container.name == name || containers.iter().any(is_waited_for) {
            let evidence = vec![self.evidence_of_status(format!("container {name}"), None)];
            return Answer::Yes(Found::new(5, FactKind::Symptom, evidence));
        }
        let text = match containers.iter().any(|one| one.name == name) {
            true => format!("it is about {}, not about {name}", self.container.name),
            false => format!("the pod has no container {name}"),
        };
        Answer::No(vec![self.evidence_of_status(text, None)])
    }

    fn lost_last_state(&self) -> Unknown {
        Cause::Gone.unknown(
            format!("How {} last ended", self.container.name),
            format!(
                "{} restarts are counted, but the status no longer holds how the last run ended.",
                self.container.restart_count
            ),
            "Wait for the next restart, or look at the node's kubelet log.",
        )
    }

    /// Whether there is no crash: the pod does its work, or has done it.
    pub(crate) fn is_healthy(&self) -> bool {
        let is_heard = self.facts.node.as_ref().is_none_or(|node| node.silent_since.is_none());
        let Some(containers) = self.facts.containers.known() else { return false };
        if !is_heard || self.facts.pod_reason.is_some() {
            return false;
        }
        let runs = matches!(self.container.state, State::Running { .. }) && self.container.is_ready;
        let is_done = |one: &Container| matches!(&one.state, State::Ended(ended) if ended.exit_code == 0 && ended.reason != "OOMKilled");
        let is_first_run = self.container.restart_count == 0 && self.container.last_ended.is_none();
        let has_finished = self.facts.phase == "Succeeded"
            || (!containers.is_empty() && is_first_run && containers.iter().all(is_done));
        (runs && self.container.has_never_ended()) || has_finished
    }
}
