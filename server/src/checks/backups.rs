//! Judges `ps aux | grep vzdump` and its like: what is running on the Proxmox node, against the window that the
//! runbook names, last night's runs and the next one.

use jiff::{ToSpan, tz::TimeZone};
use runbook::{
    document::DailyWindow,
    filter::Line,
    outcome::{BackupRun, Body, Outcome, Report, TimeSpan, Window},
    time::{DAY_MS, Timestamp, ago},
};

use super::Ask;

/// What a Proxmox node says of its backups.
#[derive(Debug)]
pub(super) struct BackupsAnswer {
    /// The node's name.
    pub(super) node: String,
    /// The worker that was asked for: `vzdump`.
    pub(super) task_type: String,
    /// Whether runs that have ended could be asked for.
    pub(super) knows_earlier_runs: bool,
    /// Runs of the last day and those that run now, oldest first.
    pub(super) runs: Vec<BackupRun>,
    /// The next run of the schedule.
    pub(super) next_run: Option<Timestamp>,
    /// Guests that are locked for backup now.
    pub(super) locked_guests: Vec<String>,
    /// The node's own time.
    pub(super) node_time: Option<String>,
    /// Restarts of the alert's pod.
    pub(super) restarts: Vec<Timestamp>,
    /// What could not be asked, one sentence each.
    pub(super) gaps: Vec<String>,
    /// When the node answered.
    pub(super) asked_at: Timestamp,
}

impl BackupsAnswer {
    fn running(&self) -> impl Iterator<Item = &BackupRun> {
        self.runs.iter().filter(|run| run.ended_at.is_none())
    }
}

pub(super) fn judge(answer: &BackupsAnswer, ask: &Ask, now: Timestamp) -> Report {
    let mut notes = answer.gaps.clone();
    let named = ask.situation.windows.first();
    let spans = named.map_or_else(Vec::new, |window| occurrences(window, now));
    if let Some(window) = named
        && spans.is_empty()
    {
        notes.push(format!("The runbook's time zone {} is not known, so its window is not drawn.", window.zone));
    }
    let summary = summarise(answer, named, &spans, now);
    let is_running = answer.running().next().is_some();
    let outcome = if is_running { Outcome::Warn { summary } } else { Outcome::Pass { summary } };
    Report {
        title: format!("Running {} tasks", answer.task_type),
        source: answer.node.clone(),
        asked_at: answer.asked_at.min(now),
        outcome,
        body: Body::Window(Window {
            label: named.map_or_else(|| "Backups".into(), |window| window.label.clone()),
            spans,
            runs: answer.runs.clone(),
            next_run: answer.next_run,
            locked_guests: answer.locked_guests.clone(),
            now,
            node_time: answer.node_time.clone(),
            restarts: answer.restarts.clone(),
            detail: None,
        }),
        notes,
    }
}

/// One line for each running task, as `ps` would list processes.
pub(super) fn lines(answer: &BackupsAnswer) -> Vec<Line> {
    let line = |(index, run): (usize, &BackupRun)| Line {
        text: format!("{} {} {} {}", run.node, run.started_at.rfc3339(), answer.task_type, run.guests)
            .trim_end()
            .to_owned(),
        origin: Some(index),
    };
    answer.running().enumerate().map(line).collect()
}

fn summarise(answer: &BackupsAnswer, window: Option<&DailyWindow>, spans: &[TimeSpan], now: Timestamp) -> String {
    let BackupsAnswer { node, task_type, .. } = answer;
    let place = match window {
        Some(window) if spans.iter().any(|span| span.from <= now && now < span.to) => {
            format!(", inside the {}", window.label)
        }
        Some(window) if !spans.is_empty() => format!(", outside the {}", window.label),
        _ => String::new(),
    };
    if let Some(run) = answer.running().next() {
        let since = format!("since {} UTC ({})", run.started_at.clock(), ago(now.ms_since(run.started_at)));
        let doing = if run.is_waiting { "is waiting for the backup lock" } else { "is running" };
        return format!("{task_type} {doing} on {node} {since}{place}.");
    }
    let last = answer.runs.iter().filter_map(|run| run.ended_at.map(|ended| (ended, run))).next_back();
    let last = match last {
        Some((ended, run)) => format!(
            " The last run began at {} UTC and ended at {} UTC ({}): {}.",
            run.started_at.clock(),
            ended.clock(),
            ago(now.ms_since(ended)),
            run.status
        ),
        None if answer.knows_earlier_runs => " No run in the last 24 hours.".into(),
        None => " Earlier runs could not be asked for.".into(),
    };
    format!("No {task_type} is running on {node}{place}.{last}")
}

/// Yesterday's, today's and tomorrow's window, as far as they lie within a day of now.
fn occurrences(window: &DailyWindow, now: Timestamp) -> Vec<TimeSpan> {
    let Some(zone) = read_zone(&window.zone) else { return Vec::new() };
    let Ok(instant) = jiff::Timestamp::from_millisecond(now.0) else { return Vec::new() };
    let today = instant.to_zoned(zone.clone()).date();
    let at = |days: i64, minutes: u16| {
        let date = today.checked_add(days.days()).ok()?;
        let time = date.at(i8::try_from(minutes / 60).ok()?, i8::try_from(minutes % 60).ok()?, 0, 0);
        Some(Timestamp(time.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond()))
    };
    let closes_next_day = i64::from(window.closes_min <= window.opens_min);
    (-2..=1)
        .filter_map(|day| {
            Some(TimeSpan { from: at(day, window.opens_min)?, to: at(day + closes_next_day, window.closes_min)? })
        })
        .filter(|span| span.to.ms_since(now) > -DAY_MS && span.from.ms_since(now) < DAY_MS)
        .collect()
}

fn read_zone(text: &str) -> Option<TimeZone> {
    match text {
        "" | "UTC" | "GMT" | "Z" => Some(TimeZone::UTC),
        name => TimeZone::get(name).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: i64 = 3_600_000;
    /// 2026-03-10T00:00:00Z.
    const MIDNIGHT: Timestamp = Timestamp(1_773_100_800_000);

    fn window(opens_min: u16, closes_min: u16, zone: &str) -> DailyWindow {
        DailyWindow { label: "Backup Window".into(), opens_min, closes_min, zone: zone.into(), section: String::new() }
    }

    fn clocks(spans: &[TimeSpan]) -> Vec<String> {
        spans.iter().map(|span| format!("{} {}-{}", span.from.date(), span.from.clock(), span.to.clock())).collect()
    }

    fn answer(runs: Vec<BackupRun>) -> BackupsAnswer {
        BackupsAnswer {
            node: "pihanga".into(),
            task_type: "vzdump".into(),
            knows_earlier_runs: true,
            runs,
            next_run: None,
            locked_guests: Vec::new(),
            node_time: None,
            restarts: Vec::new(),
            gaps: Vec::new(),
            asked_at: MIDNIGHT,
        }
    }

    fn run(from: Timestamp, to: Option<Timestamp>) -> BackupRun {
        BackupRun {
            node: "pihanga".into(),
            guests: String::new(),
            started_at: from,
            ended_at: to,
            status: "OK".into(),
            is_waiting: false,
        }
    }

    #[test]
    fn finds_the_windows_around_now() {
        let spans = occurrences(&window(120, 210, "UTC"), MIDNIGHT.plus_ms(3 * HOUR_MS));
        let expected = ["2026-03-09 02:00:00-03:30:00", "2026-03-10 02:00:00-03:30:00", "2026-03-11 02:00:00-03:30:00"];
        assert_eq!(clocks(&spans), expected);
    }

    #[test]
    fn lets_a_window_run_over_midnight() {
        let spans = occurrences(&window(23 * 60, 60, "UTC"), MIDNIGHT);
        let expected = ["2026-03-08 23:00:00-01:00:00", "2026-03-09 23:00:00-01:00:00", "2026-03-10 23:00:00-01:00:00"];
        assert_eq!(clocks(&spans), expected);
    }

    #[test]
    fn reads_a_named_zone() {
        let spans = occurrences(&window(120, 210, "Pacific/Auckland"), MIDNIGHT);
        assert_eq!(clocks(&spans), ["2026-03-09 13:00:00-14:30:00", "2026-03-10 13:00:00-14:30:00"]);
        assert!(occurrences(&window(120, 210, "Nowhere/Else"), MIDNIGHT).is_empty());
    }

    #[test]
    fn never_takes_unasked_runs_for_none() {
        let unasked = BackupsAnswer { knows_earlier_runs: false, ..answer(Vec::new()) };
        let summary = summarise(&unasked, None, &[], MIDNIGHT);
        assert_eq!(summary, "No vzdump is running on pihanga. Earlier runs could not be asked for.");
    }

    #[test]
    fn says_what_runs_and_where_it_stands_to_the_window() {
        let now = MIDNIGHT.plus_ms(2 * HOUR_MS + 40 * 60_000);
        let named = window(120, 210, "UTC");
        let running = answer(vec![run(MIDNIGHT.plus_ms(2 * HOUR_MS), None)]);
        assert_eq!(
            summarise(&running, Some(&named), &occurrences(&named, now), now),
            "vzdump is running on pihanga since 02:00:00 UTC (40 min ago), inside the Backup Window."
        );
        let later = MIDNIGHT.plus_ms(12 * HOUR_MS);
        let ended = answer(vec![run(MIDNIGHT.plus_ms(2 * HOUR_MS), Some(MIDNIGHT.plus_ms(3 * HOUR_MS)))]);
        assert_eq!(
            summarise(&ended, Some(&named), &occurrences(&named, later), later),
            "No vzdump is running on pihanga, outside the Backup Window. The last run began at 02:00:00 UTC and ended \
             at 03:00:00 UTC (9 h ago): OK."
        );
    }
}
