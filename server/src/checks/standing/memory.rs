//! Memory: what the container has and used, and the runbook's rule for raising the limit as a fragment to paste.

use runbook::{
    memory::{Present, advise},
    outcome::{Body, Cause, Outcome, Report, Unknown},
    time::Timestamp,
    verdict::{ContainerKind, Fact},
};

use super::{super::unanswered, CaseFile, PanelAsk};

pub(super) fn report(ask: &PanelAsk, file: &CaseFile, now: Timestamp) -> Report {
    let container = match (&file.facts.containers, file.facts.focus()) {
        (Fact::Unknown(unknown), _) => return unanswered(unknown.clone(), file.asked_at),
        (Fact::Known(_), Some(container)) => container,
        (Fact::Known(_), None) => return unanswered(no_container(file), file.asked_at),
    };
    let mut notes = Vec::new();
    if let Fact::Unknown(unknown) = &container.memory.peak_bytes {
        notes.push(format!("What it used is unknown: {} {}", unknown.reason, unknown.remedy));
    }
    let kind = file.owners.iter().rev().map(|owner| owner.kind.as_str()).find(|kind| *kind != "Node");
    let advice = advise(
        &Present {
            kind: kind.unwrap_or("Pod"),
            container: &container.name,
            is_init: container.kind == ContainerKind::Init,
            limit_bytes: container.memory.limit_bytes,
            request_bytes: container.memory.request_bytes,
            peak_bytes: container.memory.peak_bytes.known().copied(),
        },
        ask.rules.memory(),
    );
    let was_killed = container.latest_end().is_some_and(|end| end.reason == "OOMKilled");
    let summary = match (was_killed, container.memory.limit_bytes) {
        (true, _) => advice.sentence.clone(),
        (false, Some(_)) => format!("{} It was not killed for memory.", advice.sentence),
        (false, None) => format!("{} has no memory limit, and it was not killed for memory.", container.name),
    };
    Report {
        title: format!("Memory of {}", container.name),
        source: file.cluster.clone(),
        asked_at: file.asked_at.min(now),
        outcome: if was_killed { Outcome::Warn { summary } } else { Outcome::Pass { summary } },
        body: Body::Memory(advice),
        notes,
    }
}

fn no_container(file: &CaseFile) -> Unknown {
    Cause::Untold.unknown(
        format!("Memory of {}", file.facts.pod),
        "The pod reports no container.",
        "Look at its events.",
    )
}
