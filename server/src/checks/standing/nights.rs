//! Judges a daily window: where now lies, what runs, how the last nights' runs fitted, where the restarts lie. Asks
//! nothing.

use runbook::{
    daily::{UnknownZone, find_nearest, find_position, find_spans, fit},
    document::DailyWindow,
    host::FoundBy,
    outcome::{
        BackupRun, Body, HostState, Night, Outcome, Report, TimeSpan, Unknown, Window, WindowDetail, WindowHost,
    },
    tally::{HORIZON_DAYS, History, tally},
    time::{DAY_MS, Timestamp, ago},
};

use super::{
    CaseFile,
    window::{Host, is_about_backups},
};
use crate::{
    checks::facts::read_run,
    sources::proxmox::{GuestStatus, LockedGuest, PressureSample},
};

/// How far beyond its window a run still belongs to that night, in milliseconds.
const NIGHT_REACH_MS: i64 = 6 * 3_600_000;

pub(super) fn judge(window: &DailyWindow, hosts: &[Host], file: Option<&CaseFile>, now: Timestamp) -> Report {
    let zone = local_zone(hosts, file);
    let runs = runs(hosts);
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
        nights: list_nights(window, zone, &runs, &restarts, now),
        position: position.clone(),
    };
    Report {
        title: window.label.clone(),
        source: hosts.iter().map(|host| host.name.clone()).collect::<Vec<_>>().join(", "),
        asked_at: now,
        outcome: outcome(window, hosts, &position, now),
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
        [only] => only.time.as_ref().ok().map(|time| time.time_zone.as_str()),
        _ => None,
    })
}

fn runs(hosts: &[Host]) -> Vec<BackupRun> {
    let tasks = |host: &Host| {
        let ended = host.ended.as_ref().ok().cloned().into_iter().flatten();
        ended.chain(host.running.as_ref().ok().cloned().into_iter().flatten()).collect::<Vec<_>>()
    };
    let mut runs: Vec<BackupRun> = hosts.iter().flat_map(tasks).map(read_run).collect();
    runs.sort_by_key(|run| run.started_at);
    runs
}

/// Ends of the judged container's runs within the horizon.
fn restarts(file: Option<&CaseFile>, now: Timestamp) -> Vec<Timestamp> {
    let horizon = now.plus_ms(-HORIZON_DAYS * DAY_MS);
    let ends = file.and_then(|file| file.facts.focus()).map_or_else(Vec::new, |container| container.end_times());
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

fn outcome(window: &DailyWindow, hosts: &[Host], position: &str, now: Timestamp) -> Outcome {
    let mut words = vec![capitalise(position)];
    if !is_about_backups(window) {
        return Outcome::Pass { summary: format!("{}.", words.concat()) };
    }
    let Some(first) = hosts.first() else {
        return Outcome::Unknown(Unknown {
            asked: format!("Backups in the {}", window.label),
            reason: format!("{}; no Proxmox node is configured, so what really runs is not known.", words.concat()),
            remedy: "Add a [proxmox.NAME] section to runlight.toml.".into(),
            log_id: None,
        });
    };
    let failed: Vec<&Host> = hosts.iter().filter(|host| host.running.is_err()).collect();
    if failed.len() == hosts.len()
        && let Err(unknown) = &first.running
    {
        return Outcome::Unknown(unknown.clone());
    }
    let running = hosts.iter().filter_map(|host| Some((host, host.running.as_ref().ok()?.first()?)));
    let mut is_busy = false;
    for (host, task) in running {
        is_busy = true;
        let doing = if task.is_waiting { "a backup waits for the lock" } else { "a backup is running" };
        let since = format!("since {} UTC ({})", task.started_at.clock(), ago(now.ms_since(task.started_at)));
        words.push(format!("{doing} on {} {since}", host.name));
    }
    if !is_busy {
        words.push("no backup is running".into());
    }
    words.extend(failed.iter().map(|host| format!("whether one runs on {} is unknown", host.name)));
    let summary = format!("{}.", words.join("; "));
    if is_busy || !failed.is_empty() { Outcome::Warn { summary } } else { Outcome::Pass { summary } }
}

fn describe_host(host: &Host, now: Timestamp) -> WindowHost {
    let (state, doing) = match &host.running {
        Err(unknown) => (HostState::Unknown, format!("unknown: {} {}", unknown.reason, unknown.remedy)),
        Ok(tasks) => match tasks.first() {
            None => (HostState::Idle, "no backup is running".into()),
            Some(task) => {
                let since = format!("since {} UTC ({})", task.started_at.clock(), ago(now.ms_since(task.started_at)));
                let whom = if task.id.is_empty() { String::new() } else { format!(" of guest {}", task.id) };
                match task.is_waiting {
                    true => (HostState::Waiting, format!("the backup{whom} waits for the lock {since}")),
                    false => (HostState::Reading, format!("the backup{whom} reads {since}")),
                }
            }
        },
    };
    let gap = |name: &str, unknown: Option<&Unknown>| {
        unknown.map(|unknown| format!("{name} unknown: {} {}", unknown.reason, unknown.remedy))
    };
    WindowHost {
        name: host.name.clone(),
        state,
        doing,
        locked: locked(&host.locked),
        clock: host.time.as_ref().ok().map(|time| format!("{} {}", time.local_clock, time.time_zone)),
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
            gap("Earlier runs", host.ended.as_ref().err()),
            gap("Next run", host.schedule.as_ref().err()),
            gap("Locked guests", host.locked.as_ref().err()),
            gap("Node time", host.time.as_ref().err()),
            gap("IO pressure", host.pressure.as_ref().err()),
        ]
        .into_iter()
        .flatten()
        // The same failure is said once, above.
        .filter(|_| host.running.is_ok())
        .collect(),
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
    runs: &[BackupRun],
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
            restarts: restarts.iter().filter(|at| first <= **at && **at <= last).count(),
        }
    };
    spans.iter().rev().take(HORIZON_DAYS as usize).map(night).collect()
}

fn capitalise(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
