//! Whether a row whose cause names a backup or another window is borne out by when the restarts happened.

use crate::{
    daily::{UnknownZone, find_spans},
    tally::{Backup, HORIZON_DAYS, History, Tally, tally},
};
use document::{
    outcome::Unknown,
    time::{DAY_MS, Timestamp},
};
use text::runbook::DailyWindow;

use super::Case;
use crate::verdict::{Fact, Rule};

/// What the times of the restarts say to a row's cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Support {
    /// The row names no window.
    Unasked,
    /// Every restart lies inside.
    Full(String),
    /// The latest restart and most others lie inside.
    Partial(String),
    /// They do not bear it out.
    Against(String),
    /// It cannot be told.
    Open(String),
}

/// Compares restarts with the window that the rule names.
pub(crate) fn find_support(rule: &Rule, case: &Case<'_>) -> Support {
    let text = format!("{} {} {}", rule.pattern, rule.cause, rule.action).to_lowercase();
    let is_named = |window: &&DailyWindow| text.contains(&window.label.to_lowercase());
    let windows = &case.facts.windows;
    let speaks_of_windows = text.contains("window") || text.contains("transient");
    let window = windows.iter().find(is_named).or_else(|| windows.first().filter(|_| speaks_of_windows));
    let is_backup = |text: &str| text.contains("backup") || text.contains("vzdump") || text.contains("pbs");
    if is_backup(&text) || window.is_some_and(|window| is_backup(&window.label.to_lowercase())) {
        return match &case.facts.backups {
            Fact::Known(backups) => {
                weigh_backups(&tally(&History::of(case.container, case.facts.watching_since), backups, case.now), case)
            }
            Fact::Unknown(unknown) => weigh_without_runs(window, unknown, case),
        };
    }
    window.map_or(Support::Unasked, |window| match count_inside(window, case) {
        Ok((_, 0)) => Support::Open("no restart carries a date".into()),
        Ok((inside, total)) => {
            let text = format!("{inside} of {} inside the {}", restarts(total), describe(window));
            if inside == total { Support::Full(text) } else { Support::Against(text) }
        }
        Err(UnknownZone(zone)) => Support::Open(zone_unknown(window, &zone)),
    })
}

fn weigh_backups(tally: &Tally, case: &Case<'_>) -> Support {
    let (inside, outside, total) = (tally.inside.len(), tally.outside.len(), tally.total());
    if total == 0 {
        return Support::Open("no restart of the last 7 days carries a date to compare with the backups".into());
    }
    let lie = if total == 1 { "lies" } else { "lie" };
    let whose = match tally.backups.as_slice() {
        [backup] => format!("{} ({})", name_night(backup, case.now), backup.describe()),
        [] => "a backup run".into(),
        several => format!("backup runs of {} nights", several.len()),
    };
    let mut text = format!("{inside} of {} {lie} inside {whose}", restarts(total));
    if outside > 0 && inside > 0 {
        text.push_str(&format!(" and {outside} outside"));
    }
    if !tally.unclear.is_empty() {
        text.push_str(&format!("; {} cannot be told", tally.unclear.len()));
    }
    let latest_is_outside = tally.outside.last() > tally.inside.last().max(tally.unclear.last());
    if tally.is_all_inside() {
        Support::Full(text)
    } else if latest_is_outside || outside >= inside.max(1) {
        Support::Against(format!(
            "{text}, so the backup does not explain {}",
            if inside == 0 { "this" } else { "all of them" }
        ))
    } else if inside == 0 {
        Support::Open(text)
    } else {
        Support::Partial(text)
    }
}

/// "tonight's backup", "last night's backup", "the backup of 2026-02-21".
fn name_night(backup: &Backup, now: Timestamp) -> String {
    match now.ms_since(backup.span.to) {
        ms if ms < DAY_MS / 4 => "tonight's backup".into(),
        ms if ms < DAY_MS => "last night's backup".into(),
        _ => format!("the backup of {}", backup.span.from.date()),
    }
}

/// Without the real runs, the runbook's window is all there is; it does not say whether a backup ran.
fn weigh_without_runs(window: Option<&DailyWindow>, unknown: &Unknown, case: &Case<'_>) -> Support {
    let reason = without_stop(&unknown.reason);
    let unknown_runs = format!("whether a backup was running is unknown: {reason}");
    let Some(window) = window else { return Support::Open(unknown_runs) };
    Support::Open(match count_inside(window, case) {
        Ok((_, 0)) => unknown_runs,
        Ok((inside, total)) => {
            format!("{inside} of {} inside the {}, but {unknown_runs}", restarts(total), describe(window))
        }
        Err(UnknownZone(zone)) => format!("{}; {unknown_runs}", zone_unknown(window, &zone)),
    })
}

/// Dated restarts of the last days inside the window's spans, and all of them.
fn count_inside(window: &DailyWindow, case: &Case<'_>) -> Result<(usize, usize), UnknownZone> {
    let from = case.now.plus_ms(-HORIZON_DAYS * DAY_MS);
    let spans = find_spans(window, case.facts.local_zone.as_deref(), from, case.now.plus_ms(1))?;
    let times: Vec<Timestamp> = case.container.restart_times().into_iter().filter(|at| *at >= from).collect();
    let is_inside = |at: &&Timestamp| spans.iter().any(|span| span.from <= **at && **at < span.to);
    Ok((times.iter().filter(is_inside).count(), times.len()))
}

/// "PBS Backup Window (02:00 to 03:30 UTC)".
fn describe(window: &DailyWindow) -> String {
    let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    format!("{} ({} to {} {})", window.label, clock(window.opens_min), clock(window.closes_min), window.zone)
}

fn zone_unknown(window: &DailyWindow, zone: &str) -> String {
    format!("the zone \"{zone}\" of the {} cannot be told", window.label)
}

fn restarts(total: usize) -> String {
    if total == 1 { "1 restart".into() } else { format!("{total} restarts") }
}

/// A sentence as a part of another.
pub(crate) fn without_stop(sentence: &str) -> &str {
    sentence.trim().trim_end_matches('.')
}
