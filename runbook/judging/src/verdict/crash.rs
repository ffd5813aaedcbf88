//! The facts of a crash as short rows under the sentence. What could not be asked is a row too.

use crate::{
    memory::write_bytes,
    tally::{History, tally},
};
use document::time::Timestamp;

use super::{
    Aspect, Container, ContainerKind, Ended, Fact, FactRow, Facts, State,
    describe::{describe_exit, describe_state},
    weighing::{fold::strip_ansi, wording::find_telling_line},
};

/// What is known of the judged container: by kind, each once, what says most of the end first.
pub fn list_facts(facts: &Facts, now: Timestamp) -> Vec<FactRow> {
    let mut rows = Vec::new();
    match &facts.containers {
        Fact::Unknown(unknown) => rows.push(unknown_row(Aspect::End, "Containers", &unknown.reason)),
        Fact::Known(containers) => {
            if let Some(container) = facts.focus() {
                push_container(container, now, &mut rows);
            }
            push_others(containers, facts.focus(), &mut rows);
        }
    }
    if let Some(reason) = &facts.pod_reason {
        let message = facts.pod_message.as_ref().map_or_else(String::new, |message| format!(": {message}"));
        rows.push(row(Aspect::End, "Pod", format!("{}, {reason}{message}", facts.phase), None));
    }
    push_log(facts, &mut rows);
    push_events(facts, &mut rows);
    rows.extend(facts.focus().and_then(|container| backup_row(facts, container, now)));
    if let Some(node) = &facts.node {
        let silent = node.silent_since.map(|since| format!("silent since {} UTC", since.clock()));
        let troubles: Vec<String> = silent.into_iter().chain(node.troubles.iter().cloned()).collect();
        let state = if troubles.is_empty() { String::new() } else { format!(": {}", troubles.join(", ")) };
        rows.push(row(Aspect::Surroundings, "Node", format!("{}{state}", node.name), None));
    }
    if !facts.owners.is_empty() {
        let owners: Vec<String> = facts.owners.iter().map(|owner| format!("{} {}", owner.kind, owner.name)).collect();
        rows.push(row(Aspect::Surroundings, "Owner", owners.join(", of "), None));
    }
    rows.sort_by_key(|row| row.aspect);
    rows
}

fn push_container(container: &Container, now: Timestamp, rows: &mut Vec<FactRow>) {
    let latest = container.latest_end();
    if let Some(ended) = latest {
        rows.push(row(Aspect::End, "Last end", describe_end(ended), ended.ended_at));
    }
    // A run that ended otherwise than the one before says that there are two troubles.
    if let Some(before) = container.last_ended.as_ref().filter(|before| latest.is_some_and(|it| differs(it, before))) {
        rows.push(row(Aspect::End, "The end before", describe_end(before), before.ended_at));
    }
    let message = match &container.state {
        State::Waiting { message, .. } if !message.is_empty() => format!(": {message}"),
        _ => String::new(),
    };
    // How it ended stands above already.
    if !matches!(container.state, State::Ended(_)) {
        let since = if let State::Running { started_at } = &container.state { *started_at } else { None };
        rows.push(row(Aspect::End, "Now", format!("{}{message}", describe_state(container, now)), since));
    }
    let ends = container.end_times();
    let clocks: Vec<String> = ends.iter().rev().take(5).map(|end| end.clock()).collect();
    let restarts = match (container.restart_count, clocks.is_empty()) {
        (0, _) => "none".to_owned(),
        (count, true) => format!("{count}; none dated"),
        (count, false) => format!("{count}; latest at {} UTC", clocks.join(", ")),
    };
    rows.push(row(Aspect::End, "Restarts", restarts, ends.last().copied()));
    let kind = match container.kind {
        ContainerKind::Main => "Container",
        ContainerKind::Init => "Init container",
        ContainerKind::Sidecar => "Sidecar",
    };
    let ready = if container.is_ready { "ready" } else { "not ready" };
    let whole = format!("{}, {ready}, image {}", container.name, container.image);
    rows.push(row(Aspect::Container, kind, whole, None));
    rows.push(memory_row(container));
    rows.extend(container.probes.iter().map(|probe| row(Aspect::Container, "Probe", probe.clone(), None)));
}

/// "Error, exit code 1 (the program gave up with an error)".
fn describe_end(ended: &Ended) -> String {
    format!("{}, {}", ended.reason, describe_exit(ended.exit_code))
}

fn differs(one: &Ended, other: &Ended) -> bool {
    (&one.reason, one.exit_code) != (&other.reason, other.exit_code)
}

fn memory_row(container: &Container) -> FactRow {
    let memory = &container.memory;
    let amount = |bytes: Option<u64>| bytes.map_or_else(|| "none".to_owned(), write_bytes);
    let set = format!("limit {}, request {}", amount(memory.limit_bytes), amount(memory.request_bytes));
    match &memory.peak_bytes {
        Fact::Known(peak) => row(Aspect::Container, "Memory", format!("{set}, peak use {}", write_bytes(*peak)), None),
        Fact::Unknown(unknown) => {
            let words = format!("{set}; use unknown: {}", unknown.reason);
            FactRow { is_unknown: true, ..row(Aspect::Container, "Memory", words, None) }
        }
    }
}

/// Other containers of the pod that have ended too.
fn push_others(containers: &[Container], focus: Option<&Container>, rows: &mut Vec<FactRow>) {
    let is_other = |one: &&Container| focus.is_none_or(|focus| focus.name != one.name);
    for other in containers.iter().filter(is_other).filter(|one| one.restart_count > 0) {
        let end = other.latest_end().map_or_else(String::new, |end| format!(", last {}", describe_end(end)));
        let at = other.latest_end().and_then(|end| end.ended_at);
        let times = if other.restart_count == 1 { "once".to_owned() } else { format!("{} times", other.restart_count) };
        rows.push(row(Aspect::End, "Also restarted", format!("{}: {times}{end}", other.name), at));
    }
}

fn push_log(facts: &Facts, rows: &mut Vec<FactRow>) {
    let Some(container) = facts.focus().filter(|container| !container.has_never_ended()) else { return };
    match &facts.previous_log {
        Fact::Unknown(unknown) => rows.push(unknown_row(Aspect::Log, "Previous log", &unknown.reason)),
        Fact::Known(log) => match find_telling_line(&log.lines, container.latest_end()) {
            Some(at) => {
                let line = &log.lines[at];
                rows.push(row(Aspect::Log, "Telling line", strip_ansi(&line.text).trim().to_owned(), line.at));
            }
            None => rows.push(row(
                Aspect::Log,
                "Previous log",
                format!("no line of {} reports an error ({} lines)", container.name, log.lines.len()),
                None,
            )),
        },
    }
}

fn push_events(facts: &Facts, rows: &mut Vec<FactRow>) {
    match &facts.events {
        Fact::Unknown(unknown) => rows.push(unknown_row(Aspect::Event, "Events", &unknown.reason)),
        Fact::Known(events) => rows.extend(events.iter().rev().take(3).map(|event| {
            let count = if event.count > 1 { format!(" ({} times)", event.count) } else { String::new() };
            row(Aspect::Event, "Event", format!("{}: {}{count}", event.reason, event.message), event.at)
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
            Some(row(Aspect::Surroundings, "Backups", tally(&history, backups, now).statement(), None))
        }
        Fact::Known(_) => None,
        Fact::Unknown(unknown) => {
            (!facts.windows.is_empty()).then(|| unknown_row(Aspect::Surroundings, "Backups", &unknown.reason))
        }
    }
}

fn row(aspect: Aspect, name: &str, value: String, at: Option<Timestamp>) -> FactRow {
    FactRow { aspect, name: name.into(), value, at, is_unknown: false }
}

fn unknown_row(aspect: Aspect, name: &str, reason: &str) -> FactRow {
    FactRow { aspect, name: name.into(), value: reason.into(), at: None, is_unknown: true }
}
