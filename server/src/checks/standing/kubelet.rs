//! What the kubelet has said of an object that a pod names: it looks up what Runlight may not ask for.

use runbook::verdict::{Container, Facts, State};

use super::named::Named;

/// What the kubelet has said of an object, by failing over it or by getting past it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// It complains.
    Complaint(String),
    /// It has started containers that need it.
    Started,
    Nothing,
}

/// Secrets are mostly beyond Runlight's rights, and rightly so; the kubelet looks them up all the same.
pub(super) fn said_by_kubelet(named: &Named, facts: &Facts) -> Word {
    let containers = facts.containers.known().map_or(&[][..], Vec::as_slice);
    let is_waiting = |one: &&Container| matches!(one.state, State::Waiting { .. } | State::NotReported);
    if !containers.iter().any(|one| is_waiting(&one) && one.has_never_ended()) {
        let has_begun = !containers.is_empty() && named.kind != "PersistentVolumeClaim";
        return if has_begun { Word::Started } else { Word::Nothing };
    }
    let waiting = containers.iter().filter_map(|one| match &one.state {
        State::Waiting { message, .. } => Some(message.as_str()),
        _ => None,
    });
    let events = facts.events.known().into_iter().flatten().rev().map(|event| event.message.as_str());
    let absent = format!("{} \"{}\" not found", named.kind.to_lowercase(), named.name);
    let keyless = format!("in {} {}/{}", named.kind, facts.namespace, named.name);
    let names_it = |message: &str| {
        message
            .split_once(keyless.as_str())
            .is_some_and(|(_, rest)| !rest.starts_with(|c: char| c.is_alphanumeric() || "-.".contains(c)))
    };
    waiting
        .chain(events)
        .find_map(|message| {
            if message.contains(&absent) {
                return Some("does not exist, says the kubelet".to_owned());
            }
            let (_, key) = message.split_once("couldn't find key ").filter(|_| names_it(message))?;
            Some(format!("has no key {}, says the kubelet", key.split(' ').next()?))
        })
        .map_or(Word::Nothing, Word::Complaint)
}

#[cfg(test)]
mod tests {
    use runbook::{
        outcome::{Cause, Unknown},
        verdict::{ContainerKind, Event, Fact, MemoryUse},
    };

    use super::*;

    fn unknown() -> Unknown {
        Cause::NotAsked.unknown("x", "Not asked.", "Ask.")
    }

    fn facts(state: State, events: &[&str]) -> Facts {
        let container = Container {
            name: "app".into(),
            kind: ContainerKind::Main,
            image: "i".into(),
            is_ready: false,
            restart_count: 0,
            restarts: Vec::new(),
            record: Fact::Unknown(unknown()),
            state,
            last_ended: None,
            memory: MemoryUse { request_bytes: None, limit_bytes: None, peak_bytes: Fact::Unknown(unknown()) },
            probes: Vec::new(),
        };
        let event = |message: &&str| Event {
            reason: "Failed".into(),
            message: (*message).into(),
            at: None,
            count: 1,
            container: None,
        };
        Facts {
            namespace: "web".into(),
            pod: "web-0".into(),
            container: None,
            phase: "Pending".into(),
            pod_reason: None,
            pod_message: None,
            containers: Fact::Known(vec![container]),
            previous_log: Fact::Unknown(unknown()),
            current_log: Fact::Unknown(unknown()),
            events: Fact::Known(events.iter().map(event).collect()),
            node: None,
            owners: Vec::new(),
            watching_since: None,
            backups: Fact::Unknown(unknown()),
            windows: Vec::new(),
            local_zone: None,
            excluded_by: None,
        }
    }

    fn waiting(message: &str) -> State {
        State::Waiting { reason: "CreateContainerConfigError".into(), message: message.into() }
    }

    #[test]
    fn takes_the_kubelets_complaint_about_this_object_only() {
        let secret = Named { kind: "Secret", name: "web-env".into() };
        let said = |state: State, events: &[&str]| said_by_kubelet(&secret, &facts(state, events));
        assert_eq!(
            said(waiting("secret \"web-env\" not found"), &[]),
            Word::Complaint("does not exist, says the kubelet".into())
        );
        assert_eq!(
            said(waiting(""), &["Error: couldn't find key URL in Secret web/web-env"]),
            Word::Complaint("has no key URL, says the kubelet".into())
        );
        assert_eq!(said(waiting("secret \"other\" not found"), &[]), Word::Nothing);
        assert_eq!(said(waiting(""), &["couldn't find key URL in Secret web/web-env-2"]), Word::Nothing);
    }

    #[test]
    fn a_container_that_has_begun_had_what_it_needs() {
        let secret = Named { kind: "Secret", name: "web-env".into() };
        let running = State::Running { started_at: None };
        assert_eq!(said_by_kubelet(&secret, &facts(running, &["secret \"web-env\" not found"])), Word::Started);
        let mut none = facts(waiting(""), &[]);
        none.containers = Fact::Known(Vec::new());
        assert_eq!(said_by_kubelet(&secret, &none), Word::Nothing);
    }
}
