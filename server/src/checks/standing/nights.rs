//! Judges a daily window: where now lies, what runs, how the last nights' runs fitted, where the restarts lie. Asks
//! nothing.

use runbook::{
    daily::{UnknownZone, find_nearest, find_position, find_spans, fit},
    document::DailyWindow,
    host::FoundBy,
    outcome::{
        BackupRun, Body, Cause, HostState, Night, Outcome, Report, Stretch, TimeSpan, Unknown, Window, WindowDetail,
        WindowHost,
    },
    server_work::stretches,
    tally::{HORIZON_DAYS, History, tally},
    time::{DAY_MS, Span, Timestamp, ago},
};

use super::{
    CaseFile,
    servers::{self, Server},
    window::{Host, is_about_backups},
};
use crate::{
    checks::node_runs::{NodeClock, by_our_clock},
    sources::proxmox::{GuestStatus, LockedGuest, PressureSample},
};

/// How far beyond its window a run still belongs to that night, in milliseconds.
const NIGHT_REACH_MS: i64 = 6 * 3_600_000;

pub(super) fn judge(
    window: &DailyWindow,
    hosts: &[Host],
    servers: &[Server],
    file: Option<&CaseFile>,
    now: Timestamp,
) -> Report {
    let zone = local_zone(hosts, file);
    let runs = runs(hosts);
    let tasks = servers::tasks(servers);
    let stretches = stretches(&tasks, now);
    let restarts = restarts(file, now);
    let mut notes = Vec::new();
    let position = match find_position(window, zone, now) {
        Ok(position) => position.describe(window, now),
        Err(UnknownZone(written)) => {
            notes.push(format!("What the time zone \"{written}\" means is not known, so the window is not drawn."));
            format!("the {} is in a time zone that is not known", window.label)
        }
    };
    // An unknown zone has been said above: nothing is drawn in its place.
    let spans = find_nearest(window, zone, now).unwrap_or_else(|_| Vec::new());
    let detail = WindowDetail {
        statement: statement(window, file, zone, &restarts, now),
        pod: file.map(|file| file.facts.pod.clone()),
        hosts: hosts.iter().map(|host| describe_host(host, now)).collect(),
        nights: list_nights(window, zone, (&runs, &stretches), &restarts, now),
        position: position.clone(),
        server_statements: servers::statements(servers, file.and_then(|file| file.facts.focus()), &restarts, now),
        servers: servers.iter().map(|server| servers::describe(server, now)).collect(),
        tasks,
        stretches,
    };
    let sources = hosts.iter().map(|host| &host.name).chain(servers.iter().map(|server| &server.name));
    Report {
        title: window.label.clone(),
        source: sources.map(String::as_str).collect::<Vec<_>>().join(", "),
        asked_at: now,
        outcome: outcome(window, (hosts, servers), &position, now),
        body: Body::Window(Window {
            label: window.label.clone(),
            spans,
            next_run: next_run(hosts),
            locked_guests: hosts.iter().flat_map(|host| locked(&host.locked)).collect(),
            node_time: None,
            runs,
            restarts,
            now,
            detail: Some(Box::new(detail)),
        }),
        notes,
    }
}

/// What "local" means: the zone of the node that carries the machine, else of the only node.
fn local_zone<'h>(hosts: &'h [Host], file: Option<&'h CaseFile>) -> Option<&'h str> {
    let of_case = file.and_then(|file| file.facts.local_zone.as_deref());
    of_case.or_else(|| match hosts {
        [only] => only.runs.time.as_ref().ok().map(|clock| clock.time.time_zone.as_str()),
        _ => None,
    })
}

/// Every node's runs, by our clock.
fn runs(hosts: &[Host]) -> Vec<BackupRun> {
    let mut runs: Vec<BackupRun> = hosts.iter().flat_map(|host| host.runs.known()).collect();
    runs.sort_by_key(|run| run.started_at);
    runs
}

/// Restarts of the judged container within the horizon that have a date.
fn restarts(file: Option<&CaseFile>, now: Timestamp) -> Vec<Timestamp> {
    let horizon = now.plus_ms(-HORIZON_DAYS * DAY_MS);
    let ends = file.and_then(|file| file.facts.focus()).map_or_else(Vec::new, |container| container.restart_times());
    ends.into_iter().filter(|end| *end >= horizon).collect()
}

/// "5 of 5 restarts inside backup runs; 0 outside in 7 days".
fn statement(
    window: &DailyWindow,
    file: Option<&CaseFile>,
    zone: Option<&str>,
    restarts: &[Timestamp],
    now: Timestamp,
) -> Option<String> {
    let file = file?;
    let container = file.facts.focus()?;
    if is_about_backups(window) {
        return Some(match file.facts.backups.known() {
            Some(backups) => tally(&History::of(container, file.facts.watching_since), backups, now).statement(),
            None => {
                let reason = file.facts.backups.unknown().map_or("it could not be asked.", |unknown| &unknown.reason);
                format!("Whether restarts lie inside backup runs is unknown: {reason}")
            }
        });
    }
    let spans = find_spans(window, zone, now.plus_ms(-HORIZON_DAYS * DAY_MS), now.plus_ms(1)).ok()?;
    let is_inside = |at: &&Timestamp| spans.iter().any(|span| span.from <= **at && **at < span.to);
    let (inside, total) = (restarts.iter().filter(is_inside).count(), restarts.len());
    Some(format!("{inside} of {total} dated restarts inside the window; {} outside in 7 days", total - inside))
}

fn outcome(window: &DailyWindow, (hosts, servers): (&[Host], &[Server]), position: &str, now: Timestamp) -> Outcome {
    let mut words = vec![capitalise(position)];
    if !is_about_backups(window) {
        return Outcome::Pass { summary: format!("{}.", words.concat()) };
    }
    let Some(first) = hosts.first() else {
        return Outcome::Unknown(Cause::NotConfigured.unknown(
            format!("Backups in the {}", window.label),
            format!("{}; no Proxmox node is configured, so what really runs is not known.", words.concat()),
            "Add a [proxmox.NAME] section to runlight.toml.",
        ));
    };
    let failed: Vec<&Host> = hosts.iter().filter(|host| host.runs.running.is_err()).collect();
    if failed.len() == hosts.len()
        && let Err(unknown) = &first.runs.running
    {
        return Outcome::Unknown(unknown.clone());
    }
    let mut said = None;
    for (host, run) in hosts.iter().filter_map(|host| Some((host, running_of(host)?))) {
        let verb = if run.is_waiting { "a backup waits for the lock on" } else { "a backup is running on" };
        let since = format!("since {} UTC ({})", run.started_at.clock(), ago(now.ms_since(run.started_at)));
        // Nodes that do the same share one verb.
        match (said.replace(verb) == Some(verb), words.last_mut()) {
            (true, Some(before)) => before.push_str(&format!(" and on {} {since}", host.name)),
            _ => words.push(format!("{verb} {} {since}", host.name)),
        }
    }
    let is_busy = said.is_some();
    if !is_busy {
        words.push("no backup is running".into());
    }
    words.extend(failed.iter().map(|host| format!("whether one runs on {} is unknown", host.name)));
    words.extend(servers.iter().filter_map(|server| servers::summarise(server, now)));
    let is_open = !failed.is_empty() || servers.iter().any(|server| server.tasks.is_err());
    let summary = format!("{}.", words.join("; "));
    if is_busy || is_open { Outcome::Warn { summary } } else { Outcome::Pass { summary } }
}

/// What runs on a node now, by our clock.
fn running_of(host: &Host) -> Option<BackupRun> {
    let first = host.runs.running.as_ref().ok()?.first()?;
    Some(by_our_clock(first, host.runs.ahead_ms().unwrap_or(0)))
}

fn describe_host(host: &Host, now: Timestamp) -> WindowHost {
    let (state, doing) = match (&host.runs.running, running_of(host)) {
        (Err(unknown), _) => (HostState::Unknown, format!("unknown: {} {}", unknown.reason, unknown.remedy)),
        (Ok(_), None) => (HostState::Idle, "no backup is running".into()),
        (Ok(_), Some(run)) => {
            let since = format!("since {} UTC ({})", run.started_at.clock(), ago(now.ms_since(run.started_at)));
            let whom = if run.guests.is_empty() { String::new() } else { format!(" of guest {}", run.guests) };
            match run.is_waiting {
                true => (HostState::Waiting, format!("the backup{whom} waits for the lock {since}")),
                false => (HostState::Reading, format!("the backup{whom} reads {since}")),
            }
        }
    };
    let gap = |name: &str, unknown: Option<&Unknown>| {
        unknown.map(|unknown| format!("{name} unknown: {} {}", unknown.reason, unknown.remedy))
    };
    WindowHost {
        name: host.name.clone(),
        state,
        doing,
        locked: locked(&host.locked),
        clock: host.runs.time.as_ref().ok().map(describe_clock),
        pressure: host.pressure.as_ref().ok().and_then(|samples| samples.last()).map(describe_pressure),
        next_run: host.schedule.as_ref().ok().and_then(|schedule| schedule.next_run),
        carries: host.carries.as_ref().map(|(machine, status)| {
            let how = match machine.by {
                FoundBy::Configuration => "as configured",
                FoundBy::Address => "found by its address",
                FoundBy::Name => "found by its name",
            };
            let status = match status {
                Ok(status) => describe_guest(status),
                Err(unknown) => format!("; its pressure is unknown: {} {}", unknown.reason, unknown.remedy),
            };
            format!("{} (guest {}, {how}){status}", machine.guest.name, machine.guest.id)
        }),
        gaps: [
            gap("Earlier runs", host.runs.ended.as_ref().err()),
            gap("Next run", host.schedule.as_ref().err()),
            gap("Locked guests", host.locked.as_ref().err()),
            gap("Node time", host.runs.time.as_ref().err()),
            gap("IO pressure", host.pressure.as_ref().err()),
        ]
        .into_iter()
        .flatten()
        // The same failure is said once, above.
        .filter(|_| host.runs.running.is_ok())
        .collect(),
    }
}

/// "15:41 Pacific/Auckland", and what lies between its clock and ours.
fn describe_clock(NodeClock { time, ahead_ms }: &NodeClock) -> String {
    let words = format!("{} {}", time.local_clock, time.time_zone);
    match ahead_ms {
        0 => words,
        ahead if *ahead > 0 => format!("{words}; its clock is {} ahead of ours, which is taken off here", Span(*ahead)),
        behind => format!("{words}; its clock is {} behind ours, which is added here", Span(-behind)),
    }
}

fn locked(guests: &Result<Vec<LockedGuest>, Unknown>) -> Vec<String> {
    let held = guests.iter().flatten().filter(|guest| guest.lock == "backup");
    held.map(|guest| {
        let kind = if guest.is_container { "container" } else { "VM" };
        format!("{} ({kind} {})", guest.name, guest.id)
    })
    .collect()
}

/// "IO wait 23 %, some tasks stood still 61 % of the time, all of them 40 % (02:40:00 UTC)".
fn describe_pressure(sample: &PressureSample) -> String {
    let share = |words: &str, value: Option<f64>| value.map(|value| format!("{words} {value:.0} %"));
    let parts: Vec<String> = [
        share("IO wait", sample.io_wait_percent),
        share("some tasks stalled for IO", sample.io_some_percent),
        share("all of them", sample.io_full_percent),
    ]
    .into_iter()
    .flatten()
    .collect();
    format!("{} ({} UTC)", parts.join(", "), sample.at.clock())
}

fn describe_guest(status: &GuestStatus) -> String {
    let lock = status.lock.as_ref().map_or_else(String::new, |lock| format!(", locked for {lock}"));
    let stalls = match (status.pressure.io_some_percent, status.pressure.io_full_percent) {
        (Some(some), Some(full)) => {
            format!("; inside it some tasks stalled for IO {some:.0} %, all of them {full:.0} %")
        }
        (Some(some), None) => format!("; inside it some tasks stalled for IO {some:.0} %"),
        (None, _) => "; this version of Proxmox does not measure pressure inside guests".into(),
    };
    format!(", {}{lock}{stalls}", status.status)
}

fn next_run(hosts: &[Host]) -> Option<Timestamp> {
    hosts.iter().filter_map(|host| host.schedule.as_ref().ok()?.next_run).min()
}

/// The last nights, newest first: what ran, how it fitted, and how many restarts lie there.
fn list_nights(
    window: &DailyWindow,
    zone: Option<&str>,
    (runs, stretches): (&[BackupRun], &[Stretch]),
    restarts: &[Timestamp],
    now: Timestamp,
) -> Vec<Night> {
    // An unknown zone has been said in the notes; there are then no nights to speak of.
    let Ok(spans) = find_spans(window, zone, now.plus_ms(-HORIZON_DAYS * DAY_MS), now) else { return Vec::new() };
    let night = |span: &TimeSpan| {
        let ends = |run: &BackupRun| run.ended_at.unwrap_or(now);
        let (from, to) = (span.from.plus_ms(-NIGHT_REACH_MS), span.to.plus_ms(NIGHT_REACH_MS));
        let of_night: Vec<&BackupRun> = runs.iter().filter(|run| run.started_at < to && ends(run) > from).collect();
        let first = of_night.iter().map(|run| run.started_at).min().map_or(span.from, |at| at.min(span.from));
        let last = of_night.iter().map(|run| ends(run)).max().map_or(span.to, |at| at.max(span.to));
        let fits = of_night.iter().filter_map(|run| {
            let whole = TimeSpan { from: run.started_at, to: ends(run).max(run.started_at) };
            fit(whole, &[*span]).describe().map(|words| format!("{} {words}", run.node))
        });
        Night {
            span: *span,
            runs: of_night.iter().map(|run| (*run).clone()).collect(),
            fit: fits.collect(),
            stretches: stretches.iter().filter(|it| it.span.from < to && it.span.to > from).cloned().collect(),
            restarts: restarts.iter().filter(|at| first <= **at && **at <= last).count(),
        }
    };
    spans.iter().rev().take(HORIZON_DAYS as usize).map(night).collect()
}

fn capitalise(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
