//! The facts of a crash as short rows under the sentence. What could not be asked is a row too.

use crate::{
    memory::write_bytes,
    tally::{History, tally},
};
use document::time::Timestamp;

use super::{
    Container, ContainerKind, Fact, FactRow, Facts, State,
    describe::{describe_exit, describe_state},
    weighing::{fold::strip_ansi, wording::find_telling_line},
};

/// What is known of the judged container, in the order in which a reader asks.
pub fn list_facts(facts: &Facts, now: Timestamp) -> Vec<FactRow> {
    let mut rows = Vec::new();
    match &facts.containers {
        Fact::Unknown(unknown) => rows.push(unknown_row("Containers", &unknown.reason)),
        Fact::Known(containers) => {
            if let Some(container) = facts.focus() {
                push_container(container, now, &mut rows);
            }
            push_others(containers, facts.focus(), &mut rows);
        }
    }
    if let Some(reason) = &facts.pod_reason {
        let message = facts.pod_message.as_ref().map_or_else(String::new, |message| format!(": {message}"));
        rows.push(row("Pod", format!("{}, {reason}{message}", facts.phase), None));
    }
    push_log(facts, &mut rows);
    push_events(facts, &mut rows);
    rows.extend(facts.focus().and_then(|container| backup_row(facts, container, now)));
    if let Some(node) = &facts.node {
        let silent = node.silent_since.map(|since| format!("silent since {} UTC", since.clock()));
        let troubles: Vec<String> = silent.into_iter().chain(node.troubles.iter().cloned()).collect();
        let state = if troubles.is_empty() { String::new() } else { format!(": {}", troubles.join(", ")) };
        rows.push(row("Node", format!("{}{state}", node.name), None));
    }
    if !facts.owners.is_empty() {
        let owners: Vec<String> = facts.owners.iter().map(|owner| format!("{} {}", owner.kind, owner.name)).collect();
        rows.push(row("Owner", owners.join(", of "), None));
    }
    if let Some(since) = facts.watching_since {
        rows.push(row("Restarts are dated since", format!("{} UTC", since.clock()), Some(since.min(now))));
    }
    rows
}

fn push_container(container: &Container, now: Timestamp, rows: &mut Vec<FactRow>) {
    let kind = match container.kind {
        ContainerKind::Main => "Container",
        ContainerKind::Init => "Init container",
        ContainerKind::Sidecar => "Sidecar",
    };
    let ready = if container.is_ready { "ready" } else { "not ready" };
    rows.push(row(kind, format!("{}, {ready}, image {}", container.name, container.image), None));
    let message = match &container.state {
        State::Waiting { message, .. } if !message.is_empty() => format!(": {message}"),
        _ => String::new(),
    };
    let since = if let State::Running { started_at } = &container.state { *started_at } else { None };
    rows.push(row("State", format!("{}{message}", describe_state(container, now)), since));
    if let Some(ended) = &container.last_ended {
        rows.push(row("Last state", format!("{}, {}", ended.reason, describe_exit(ended.exit_code)), ended.ended_at));
    }
    let ends = container.end_times();
    let clocks: Vec<String> = ends.iter().rev().take(5).map(|end| end.clock()).collect();
    let restarts = match (container.restart_count, clocks.is_empty()) {
        (0, _) => "none".to_owned(),
        (count, true) => format!("{count}; none dated"),
        (count, false) => format!("{count}; latest at {} UTC", clocks.join(", ")),
    };
    rows.push(row("Restarts", restarts, ends.last().copied()));
    rows.push(memory_row(container));
    rows.extend(container.probes.iter().map(|probe| row("Probe", probe.clone(), None)));
}

fn memory_row(container: &Container) -> FactRow {
    let memory = &container.memory;
    let amount = |bytes: Option<u64>| bytes.map_or_else(|| "none".to_owned(), write_bytes);
    let set = format!("limit {}, request {}", amount(memory.limit_bytes), amount(memory.request_bytes));
    match &memory.peak_bytes {
        Fact::Known(peak) => row("Memory", format!("{set}, peak use {}", write_bytes(*peak)), None),
        Fact::Unknown(unknown) => {
            FactRow { is_unknown: true, ..row("Memory", format!("{set}; use unknown: {}", unknown.reason), None) }
        }
    }
}

/// Other containers of the pod that have ended too.
fn push_others(containers: &[Container], focus: Option<&Container>, rows: &mut Vec<FactRow>) {
    let is_other = |one: &&Container| focus.is_none_or(|focus| focus.name != one.name);
    for other in containers.iter().filter(is_other).filter(|one| one.restart_count > 0) {
        let end = other
            .latest_end()
            .map_or_else(String::new, |end| format!(", last {}, {}", end.reason, describe_exit(end.exit_code)));
        let at = other.latest_end().and_then(|end| end.ended_at);
        rows.push(row("Also restarted", format!("{}: {} times{end}", other.name, other.restart_count), at));
    }
}

fn push_log(facts: &Facts, rows: &mut Vec<FactRow>) {
    let Some(container) = facts.focus().filter(|container| !container.has_never_ended()) else { return };
    match &facts.previous_log {
        Fact::Unknown(unknown) => rows.push(unknown_row("Previous log", &unknown.reason)),
        Fact::Known(log) => match find_telling_line(&log.lines, container.latest_end()) {
            Some(at) => {
                let line = &log.lines[at];
                rows.push(row("Telling line", strip_ansi(&line.text).trim().to_owned(), line.at));
            }
            None => rows.push(row(
                "Previous log",
                format!("no line of {} reports an error ({} lines)", container.name, log.lines.len()),
                None,
            )),
        },
    }
}

fn push_events(facts: &Facts, rows: &mut Vec<FactRow>) {
    match &facts.events {
        Fact::Unknown(unknown) => rows.push(unknown_row("Events", &unknown.reason)),
        Fact::Known(events) => rows.extend(events.iter().rev().take(3).map(|event| {
            let count = if event.count > 1 { format!(" ({} times)", event.count) } else { String::new() };
            row("Event", format!("{}: {}{count}", event.reason, event.message), event.at)
        })),
    }
}

/// Restarts against backup runs; nothing when neither the runbook nor Proxmox speaks of any.
fn backup_row(facts: &Facts, container: &Container, now: Timestamp) -> Option<FactRow> {
    let history = History::of(container, facts.watching_since);
    let is_spoken_of =
        facts.backups.known().is_some_and(|backups| !backups.runs.is_empty()) || !facts.windows.is_empty();
    match &facts.backups {
        Fact::Known(backups) if !history.restarts.is_empty() && is_spoken_of => {
            Some(row("Backups", tally(&history, backups, now).statement(), None))
        }
        Fact::Known(_) => None,
        Fact::Unknown(unknown) => (!facts.windows.is_empty()).then(|| unknown_row("Backups", &unknown.reason)),
    }
}

fn row(name: &str, value: String, at: Option<Timestamp>) -> FactRow {
    FactRow { name: name.into(), value, at, is_unknown: false }
}

fn unknown_row(name: &str, reason: &str) -> FactRow {
    FactRow { name: name.into(), value: reason.into(), at: None, is_unknown: true }
}
