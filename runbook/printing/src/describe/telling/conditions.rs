//! Conditions: the API's own word on how an object stands. Those that are not as they should be come first.

use serde_json::Value;

use super::{Fact, Tone, at, fact};
use crate::describe::look::Look;

/// Endings of conditions that mean trouble when they are true.
const BAD_WHEN_TRUE: [&str; 11] = [
    "Pressure",
    "Unavailable",
    "Failure",
    "Failed",
    "Degraded",
    "Stalled",
    "Invalid",
    "InvalidRequest",
    "Denied",
    "FailureTarget",
    "Error",
];
/// Conditions that come and go in the course of things.
const NEUTRAL: [&str; 9] = [
    "Issuing",
    "Reconciling",
    "ScalingLimited",
    "Progressing",
    "Suspended",
    "DisruptionTarget",
    "Upgrading",
    "Healthy",
    "SuccessCriteriaMet",
];

/// What the conditions of an object say.
pub(super) fn condition_facts(object: &Value) -> Vec<Fact> {
    let list = object.at("status.conditions");
    let mut facts: Vec<Fact> = list.as_array().into_iter().flatten().filter_map(|it| condition(object, it)).collect();
    facts.sort_by_key(|fact| std::cmp::Reverse(fact.tone));
    facts
}

fn condition(object: &Value, it: &Value) -> Option<Fact> {
    let (kind, status) = (it.text("type"), it.text("status"));
    let (reason, message) = (it.text("reason"), it.text("message"));
    let tone = tone(object, kind, status);
    // What is as it should be needs no explanation.
    let words = match tone {
        Tone::Good | Tone::Plain => status.to_owned(),
        _ => [status, reason, message].into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(": "),
    };
    at(fact(kind, crate::describe::labels::shorten(&words, 400), tone), it.text("lastTransitionTime"))
}

fn tone(object: &Value, kind: &str, status: &str) -> Tone {
    let is_bad_when_true = BAD_WHEN_TRUE.iter().any(|ending| kind.ends_with(ending));
    match (status, is_bad_when_true) {
        ("True", true) => Tone::Failing,
        ("False", true) | ("True", false) if !NEUTRAL.contains(&kind) => Tone::Good,
        ("True" | "False", _) if NEUTRAL.contains(&kind) => match (kind, status) {
            // A rollout that makes no progress any more.
            ("Progressing" | "Healthy", "False") => Tone::Failing,
            _ => Tone::Plain,
        },
        ("False", false) if kind == "Ready" && object.text("kind") != "Pod" => Tone::Failing,
        ("False", _) => Tone::Attention,
        // A node whose kubelet is silent has unknown conditions.
        _ if object.text("kind") == "Node" && kind == "Ready" => Tone::Failing,
        _ => Tone::Attention,
    }
}
