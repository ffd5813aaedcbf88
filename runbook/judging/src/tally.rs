//! Restarts against backup runs: how many lie inside, outside, or too close to a run's edge to tell. Arithmetic on
//! instants; it claims no cause.

use serde::{Deserialize, Serialize};

use crate::verdict::{Backups, Container, RestartRecord};
use document::{
    outcome::{BackupRun, TimeSpan},
    time::{DAY_MS, Timestamp},
};

/// How far back restarts are counted, in days.
pub const HORIZON_DAYS: i64 = 7;
/// Both clocks tell whole seconds, and asking takes a moment.
const MARGIN_MS: i64 = 2_000;
/// What lies between a restart and its record: a scrape, and the step in which records are read.
const RECORD_MARGIN_MS: i64 = 180_000;
/// What two clocks that could not be compared may differ by.
const UNCOMPARED_MARGIN_MS: i64 = 60_000;
/// Runs that follow one another within this are one backup.
const ONE_BACKUP_GAP_MS: i64 = 10 * 60_000;

/// Restarts against backup runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Restarts while a backup ran, oldest first.
    pub inside: Vec<Timestamp>,
    /// Restarts while none ran.
    pub outside: Vec<Timestamp>,
    /// Restarts within the clocks' margin of a run's edge, or before the list of runs begins.
    pub unclear: Vec<Timestamp>,
    /// Restarts that Kubernetes counts but that carry no date.
    pub undated: u32,
    /// From when on every restart is dated.
    pub complete_since: Timestamp,
    /// Whether restarts before the watch began are dated by a record.
    pub is_recorded: bool,
    /// The backups that the restarts inside lie in, oldest first.
    pub backups: Vec<Backup>,
    /// The time of judgement.
    pub now: Timestamp,
}

/// Runs that follow one another: one night's backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// From the first run's beginning to the last one's end, by our clock; to now while one runs.
    pub span: TimeSpan,
    /// The nodes that took part, each once.
    pub nodes: Vec<String>,
    /// Those of them that still run one.
    pub running_on: Vec<String>,
}

/// The history of restarts that is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// Instants at which runs of the container ended, oldest first.
    pub restarts: Vec<Timestamp>,
    /// Restarts as Kubernetes counts them.
    pub restart_count: u32,
    /// Since when the cluster has been watched.
    pub watching_since: Option<Timestamp>,
    /// Restarts beyond those, as recorded.
    pub record: Option<RestartRecord>,
}

impl History {
    /// What is known of a container's restarts.
    pub fn of(container: &Container, watching_since: Option<Timestamp>) -> Self {
        Self {
            restarts: container.end_times(),
            restart_count: container.restart_count,
            watching_since,
            record: container.record.known().cloned(),
        }
    }

    /// Every restart that has a date, oldest first, and how far that date may be off.
    fn dated(&self) -> Vec<(Timestamp, i64)> {
        let recorded = self.record.iter().flat_map(|record| &record.times).map(|at| (*at, RECORD_MARGIN_MS));
        let mut all: Vec<(Timestamp, i64)> = self.restarts.iter().map(|at| (*at, 0)).chain(recorded).collect();
        all.sort_unstable();
        all
    }

    /// How many restarts carry no date although they may lie after `horizon`.
    pub fn undated(&self, horizon: Timestamp) -> u32 {
        // What is older than a whole record is older than what is counted.
        if self.record.as_ref().is_some_and(|record| record.since <= horizon) {
            return 0;
        }
        self.restart_count.saturating_sub(u32::try_from(self.dated().len()).unwrap_or(u32::MAX))
    }
}

/// Counts the restarts of the last seven days against the runs.
pub fn tally(history: &History, backups: &Backups, now: Timestamp) -> Tally {
    let horizon = now.plus_ms(-HORIZON_DAYS * DAY_MS);
    let spans = run_spans(backups, now);
    let margin_ms = if backups.clock_ahead_ms.is_some() { MARGIN_MS } else { UNCOMPARED_MARGIN_MS };
    let grouped = group(&spans);
    let mut tally = Tally {
        inside: Vec::new(),
        outside: Vec::new(),
        unclear: Vec::new(),
        undated: history.undated(horizon),
        complete_since: horizon,
        is_recorded: history.record.is_some(),
        backups: Vec::new(),
        now,
    };
    if tally.undated > 0 {
        let watched = history.watching_since.or(history.restarts.first().copied());
        let recorded = history.record.as_ref().map(|record| record.since);
        let dated_since = watched.into_iter().chain(recorded).min().unwrap_or(now);
        tally.complete_since = horizon.max(dated_since);
    }
    for (restart, off_ms) in history.dated().into_iter().filter(|(restart, _)| *restart >= horizon) {
        let is_known = backups.known_since.is_none_or(|since| restart >= since);
        let side = if is_known { side(restart, &spans, margin_ms.max(off_ms)) } else { Side::Unclear };
        match side {
            Side::Inside => tally.inside.push(restart),
            Side::Unclear => tally.unclear.push(restart),
            Side::Outside => tally.outside.push(restart),
        }
    }
    let holds_restart =
        |backup: &Backup| tally.inside.iter().any(|at| backup.span.from <= *at && *at <= backup.span.to);
    tally.backups = grouped.into_iter().filter(holds_restart).collect();
    tally
}

impl Tally {
    /// Restarts that were judged.
    pub fn total(&self) -> usize {
        self.inside.len() + self.outside.len() + self.unclear.len()
    }

    /// Whether every judged restart lies in a backup.
    pub fn is_all_inside(&self) -> bool {
        !self.inside.is_empty() && self.outside.is_empty() && self.unclear.is_empty()
    }

    /// "5 of 5 restarts inside backup runs; 0 outside in 7 days".
    pub fn statement(&self) -> String {
        let (inside, total, outside) = (self.inside.len(), self.total(), self.outside.len());
        let mut text = match (total, self.undated) {
            (0, _) => format!("no dated restart in {HORIZON_DAYS} days"),
            (_, 0) => {
                format!("{inside} of {} inside backup runs; {outside} outside in {HORIZON_DAYS} days", count(total))
            }
            // What carries no date may lie anywhere: then nothing is said of seven days.
            (_, _) => format!("{inside} of {total} dated restarts inside backup runs; {outside} outside"),
        };
        if !self.unclear.is_empty() {
            text.push_str(&format!("; {} cannot be told", self.unclear.len()));
        }
        if self.undated > 0 {
            text.push_str(&format!("; {} more carry no date ({})", self.undated, self.extent()));
        }
        text
    }

    /// From when on restarts are dated: "watched since 02:10:00 UTC", "recorded since 2026-02-21 02:10:00 UTC".
    fn extent(&self) -> String {
        let is_today = self.now.ms_since(self.complete_since) < DAY_MS;
        let day = if is_today { String::new() } else { format!("{} ", self.complete_since.date()) };
        let how = if self.is_recorded { "recorded" } else { "watched" };
        format!("{how} since {day}{} UTC", self.complete_since.clock())
    }
}

impl Backup {
    /// "02:00 UTC to now, vzdump running on pihanga"; "02:00 to 03:12 UTC, vzdump on pihanga".
    pub fn describe(&self) -> String {
        let minute = |at: Timestamp| at.clock()[..5].to_owned();
        if self.running_on.is_empty() {
            let nodes = self.nodes.join(" and ");
            format!("{} to {} UTC, vzdump on {nodes}", minute(self.span.from), minute(self.span.to))
        } else {
            format!("{} UTC to now, vzdump running on {}", minute(self.span.from), self.running_on.join(" and "))
        }
    }
}

/// Runs by our clock. A run that only waits for the lock reads nothing, so it is none; an unfinished one lasts to now.
fn run_spans(backups: &Backups, now: Timestamp) -> Vec<(TimeSpan, &BackupRun)> {
    let ahead_ms = backups.clock_ahead_ms.unwrap_or(0);
    let is_here = |run: &&BackupRun| backups.host.as_ref().is_none_or(|host| *host == run.node);
    let mut spans: Vec<_> = backups
        .runs
        .iter()
        .filter(|run| !run.is_waiting)
        .filter(is_here)
        .map(|run| {
            let from = run.started_at.plus_ms(-ahead_ms);
            let to = run.ended_at.map_or(now, |end| end.plus_ms(-ahead_ms));
            (TimeSpan { from, to: to.max(from) }, run)
        })
        .collect();
    spans.sort_by_key(|(span, _)| span.from);
    spans
}

fn group(spans: &[(TimeSpan, &BackupRun)]) -> Vec<Backup> {
    let mut backups: Vec<Backup> = Vec::new();
    for (span, run) in spans {
        let follows = |last: &&mut Backup| span.from.ms_since(last.span.to) <= ONE_BACKUP_GAP_MS;
        if backups.last_mut().filter(follows).is_none() {
            backups.push(Backup { span: *span, nodes: Vec::new(), running_on: Vec::new() });
        }
        let Some(backup) = backups.last_mut() else { continue };
        backup.span.to = backup.span.to.max(span.to);
        add_once(&mut backup.nodes, &run.node);
        if run.ended_at.is_none() {
            add_once(&mut backup.running_on, &run.node);
        }
    }
    backups
}

fn add_once(nodes: &mut Vec<String>, node: &str) {
    if !nodes.iter().any(|known| known == node) {
        nodes.push(node.to_owned());
    }
}

enum Side {
    Inside,
    Outside,
    Unclear,
}

fn side(restart: Timestamp, spans: &[(TimeSpan, &BackupRun)], margin_ms: i64) -> Side {
    let depth = |(span, run): &(TimeSpan, &BackupRun)| {
        let from_start = restart.ms_since(span.from);
        // A running backup has no end to be close to.
        let to_end = if run.ended_at.is_none() { i64::MAX } else { span.to.ms_since(restart) };
        from_start.min(to_end)
    };
    match spans.iter().map(depth).max() {
        Some(deepest) if deepest >= margin_ms => Side::Inside,
        Some(deepest) if deepest > -margin_ms => Side::Unclear,
        _ => Side::Outside,
    }
}

fn count(restarts: usize) -> String {
    if restarts == 1 { "1 restart".into() } else { format!("{restarts} restarts") }
}
