//! Judges `ps aux | grep vzdump` and its like: what is running on the Proxmox node, against the window that the
//! runbook names, last night's runs and the next one.

use runbook::{
    daily::find_spans,
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
    /// The node's time zone: what "local" means in the runbook.
    pub(super) time_zone: Option<String>,
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
    let spans = named.map_or_else(Vec::new, |window| occurrences(window, answer.time_zone.as_deref(), now));
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

/// The windows within a day of now; none in a zone that is not known.
fn occurrences(window: &DailyWindow, zone: Option<&str>, now: Timestamp) -> Vec<TimeSpan> {
    // The caller says that an unknown zone is not drawn.
    find_spans(window, zone, now.plus_ms(-DAY_MS), now.plus_ms(DAY_MS)).unwrap_or_else(|_| Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: i64 = 3_600_000;
    /// 2026-03-10T00:00:00Z.
    const MIDNIGHT: Timestamp = Timestamp(1_773_100_800_000);

    fn window(opens_min: u16, closes_min: u16, zone: &str) -> DailyWindow {
        DailyWindow {
            label: "Backup Window".into(),
            opens_min,
            closes_min,
            zone: zone.into(),
            section: String::new(),
            block: None,
        }
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
            time_zone: Some("Pacific/Auckland".into()),
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
    fn draws_the_windows_within_a_day_and_none_of_a_zone_that_is_not_known() {
        let now = MIDNIGHT.plus_ms(3 * HOUR_MS);
        let days = |zone: &str| -> Vec<String> {
            let spans = occurrences(&window(120, 210, zone), Some("Pacific/Auckland"), now);
            spans.iter().map(|span| format!("{} {}", span.from.date(), span.from.clock())).collect()
        };
        assert_eq!(days("UTC"), ["2026-03-09 02:00:00", "2026-03-10 02:00:00", "2026-03-11 02:00:00"]);
        assert_eq!(days("local"), days("Pacific/Auckland"));
        assert!(days("Nowhere/Else").is_empty());
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
            summarise(&running, Some(&named), &occurrences(&named, None, now), now),
            "vzdump is running on pihanga since 02:00:00 UTC (40 min ago), inside the Backup Window."
        );
        let later = MIDNIGHT.plus_ms(12 * HOUR_MS);
        let ended = answer(vec![run(MIDNIGHT.plus_ms(2 * HOUR_MS), Some(MIDNIGHT.plus_ms(3 * HOUR_MS)))]);
        assert_eq!(
            summarise(&ended, Some(&named), &occurrences(&named, None, later), later),
            "No vzdump is running on pihanga, outside the Backup Window. The last run began at 02:00:00 UTC and ended \
             at 03:00:00 UTC (9 h ago): OK."
        );
    }
}
