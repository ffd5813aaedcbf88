//! What tells of a pod: why it is not running, what each container does and how its last run ended.

use serde_json::Value;

use super::{Fact, FactGroup, Tone, at, attention_if, condition_facts, fact, group};
use crate::describe::{labels::shorten, look::Look, pod::controller};

/// Waiting for these is the way of every pod that starts.
const STARTING: [&str; 2] = ["ContainerCreating", "PodInitializing"];

/// The pod itself, then its containers, those in trouble first.
pub(super) fn groups(pod: &Value) -> Vec<FactGroup> {
    let mut groups = vec![group("", own_facts(pod))];
    let lists = [
        ("init container", "initContainers", "initContainerStatuses"),
        ("container", "containers", "containerStatuses"),
        ("debug container", "ephemeralContainers", "ephemeralContainerStatuses"),
    ];
    let mut containers: Vec<FactGroup> = Vec::new();
    for (what, list, statuses) in lists {
        let statuses = pod.at("status").list(statuses);
        for container in pod.at("spec").list(list) {
            let name = container.text("name");
            let status = statuses.iter().find(|status| status.text("name") == name);
            containers.push(group(&format!("{what} {name}"), container_facts(container, status, what)));
        }
    }
    let worst = |group: &FactGroup| group.facts.iter().map(|fact| fact.tone).max();
    containers.sort_by_key(|group| std::cmp::Reverse(worst(group).filter(|tone| *tone >= Tone::Unknown)));
    groups.extend(containers);
    groups
}

fn own_facts(pod: &Value) -> Vec<Fact> {
    let (spec, status) = (pod.at("spec"), pod.at("status"));
    let phase = status.text("phase");
    let tone = match phase {
        "Running" | "Succeeded" => Tone::Good,
        "Pending" => Tone::Attention,
        "Failed" => Tone::Failing,
        _ => Tone::Unknown,
    };
    let deleted = pod.text("metadata.deletionTimestamp");
    let explained = [status.text("reason"), status.text("message")].join(": ");
    let mut facts: Vec<Fact> = [
        at(fact("Terminating", if deleted.is_empty() { "" } else { "yes" }, Tone::Attention), deleted),
        at(fact("Phase", phase, tone), status.text("startTime")),
        fact("Reason", explained.trim_matches([':', ' ']), Tone::Failing),
        fact("Node", if spec.text("nodeName").is_empty() { "none yet" } else { spec.text("nodeName") }, Tone::Plain),
        fact("Address", status.text("podIP"), Tone::Plain),
        fact("Controlled by", controller(pod).map_or_else(String::new, |it| it.replacen('/', " ", 1)), Tone::Plain),
    ]
    .into_iter()
    .flatten()
    .collect();
    // A pod that has done its work is not ready, and need not be.
    let is_over = phase == "Succeeded" || phase == "Failed";
    // "ContainersReady" says what "Ready" says.
    let tells = |fact: &Fact| fact.tone > Tone::Good && !is_over && fact.name != "ContainersReady";
    facts.extend(condition_facts(pod).into_iter().filter(tells));
    facts
}

fn container_facts(container: &Value, status: Option<&Value>, what: &str) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(status) = status {
        let is_init = what == "init container" && container.text("restartPolicy") != "Always";
        let is_running = status.has("state.running");
        facts.push(state(status.at("state")));
        // What the kubelet adds to a back-off is the pod's name once more.
        let message = status.at("state.waiting").text("message");
        let is_news = status.text("state.waiting.reason") != "CrashLoopBackOff";
        facts.push(fact("Message", if is_news { shorten(message, 400) } else { String::new() }, Tone::Plain));
        facts.push(ended("Last state", status.at("lastState.terminated"), Tone::Attention));
        let is_unready = is_running && !status.is_true("ready") && !is_init;
        facts.push(fact("Ready", if is_unready { "no, although it runs" } else { "" }, Tone::Attention));
        let restarts = status.number("restartCount");
        facts.push(fact(
            "Restarts",
            if is_init && restarts == 0 { String::new() } else { restarts.to_string() },
            attention_if(restarts > 0),
        ));
        if is_unready {
            for (title, path) in [("Readiness", "readinessProbe"), ("Startup", "startupProbe")] {
                let words = container.has(path).then(|| super::super::container::probe(container.at(path)));
                facts.push(fact(title, words.unwrap_or_else(String::new), Tone::Plain));
            }
        }
    } else {
        facts.push(fact("State", "not started", Tone::Attention));
    }
    for (title, list) in [("Limits", "resources.limits"), ("Requests", "resources.requests")] {
        let amounts =
            container.fields(list).into_iter().map(|(name, amount)| format!("{name} {}", super::short(amount)));
        facts.push(fact(title, amounts.collect::<Vec<_>>().join(", "), Tone::Plain));
    }
    facts.push(fact("Image", container.text("image"), Tone::Plain));
    facts.into_iter().flatten().collect()
}

fn state(state: &Value) -> Option<Fact> {
    if state.has("running") {
        return at(fact("State", "running", Tone::Good), state.text("running.startedAt"));
    }
    if state.has("terminated") {
        return ended("State", state.at("terminated"), Tone::Failing);
    }
    let reason = state.text("waiting.reason");
    let tone = if STARTING.contains(&reason) { Tone::Attention } else { Tone::Failing };
    fact("State", if reason.is_empty() { "waiting".to_owned() } else { format!("waiting: {reason}") }, tone)
}

/// How a run ended. `bad` is what an end with a failure is worth.
fn ended(name: &str, ended: &Value, bad: Tone) -> Option<Fact> {
    if ended.is_null() {
        return None;
    }
    let (code, signal) = (ended.number("exitCode"), ended.number("signal"));
    let signal = if signal > 0 { format!(", signal {signal}") } else { String::new() };
    let message = match ended.text("message").trim() {
        "" => String::new(),
        message => format!(": {}", shorten(message, 400)),
    };
    let reason = if ended.text("reason").is_empty() { "ended" } else { ended.text("reason") };
    let tone = match reason {
        "OOMKilled" => Tone::Failing,
        _ if code != 0 => bad,
        _ => Tone::Plain,
    };
    at(fact(name, format!("{reason}, exit code {code}{signal}{message}"), tone), ended.text("finishedAt"))
}
