//! When the nightly backups run: a pure function of the clock, plus what a test or a presenter begins by hand.

use document::time::{DAY_MS, Timestamp};

use super::dice::Dice;

const MINUTE_MS: i64 = 60_000;
/// 02:00 UTC.
const START_MS_OF_DAY: i64 = 120 * MINUTE_MS;
/// Nights that the task archive remembers.
const NIGHTS: i64 = 7;
/// How long each node usually takes. On every night both are at work at 02:40, when the demo begins, and have done
/// before the window of the runbooks ends at 03:30.
pub(super) const RUAPEHU_MINUTES: i64 = 46;
pub(super) const PIHANGA_MINUTES: i64 = 70;
/// A night takes this much more or less.
const VARIES_BY_MS: i64 = 4 * MINUTE_MS;

/// The backups of one Proxmox node.
#[derive(Debug, Clone)]
pub(super) struct Backups {
    node: &'static str,
    seed: u64,
    usual_minutes: i64,
    by_hand: Vec<Run>,
    /// Starts of scheduled runs that were ended early, with their ends.
    ended_early: Vec<(Timestamp, Timestamp)>,
}

/// One run of the backup job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    /// When it began.
    pub(super) started_at: Timestamp,
    /// When it ended; absent while it runs.
    pub(super) ended_at: Option<Timestamp>,
    /// Whether one guest could not be backed up.
    pub(super) has_errors: bool,
}

impl Backups {
    /// Backups that usually take `usual_minutes`.
    pub(super) fn new(node: &'static str, seed: u64, usual_minutes: i64) -> Self {
        Self { node, seed, usual_minutes, by_hand: Vec::new(), ended_early: Vec::new() }
    }

    /// The runs of the last seven nights and those begun by hand, oldest first.
    pub(super) fn runs(&self, now: Timestamp) -> Vec<Run> {
        let mut runs: Vec<Run> = (0..=NIGHTS)
            .rev()
            .map(|nights_ago| now.start_of_day().plus_ms(-nights_ago * DAY_MS))
            .filter_map(|midnight| self.scheduled(midnight, now))
            .chain(self.by_hand.iter().copied())
            .collect();
        runs.sort_by_key(|run| run.started_at);
        runs
    }

    /// Whether a backup is running.
    pub(super) fn is_running(&self, now: Timestamp) -> bool {
        self.runs(now).iter().any(|run| run.ended_at.is_none())
    }

    /// The newest run that has begun.
    pub(super) fn latest(&self, now: Timestamp) -> Option<Run> {
        self.runs(now).pop()
    }

    /// The next scheduled start.
    pub(super) fn next_start(&self, now: Timestamp) -> Timestamp {
        let today = now.start_of_day().plus_ms(START_MS_OF_DAY);
        if today > now { today } else { today.plus_ms(DAY_MS) }
    }

    /// Begins a run now, unless one is running.
    pub(super) fn begin(&mut self, now: Timestamp) {
        if !self.is_running(now) {
            self.by_hand.push(Run { started_at: now, ended_at: None, has_errors: false });
        }
    }

    /// Ends whatever is running.
    pub(super) fn end(&mut self, now: Timestamp) {
        let running = self.runs(now).into_iter().filter(|run| run.ended_at.is_none());
        self.ended_early.extend(running.map(|run| (run.started_at, now)));
        for run in &mut self.by_hand {
            run.ended_at.get_or_insert(now);
        }
    }

    /// The run of the night that follows `midnight`, if it has begun.
    fn scheduled(&self, midnight: Timestamp, now: Timestamp) -> Option<Run> {
        let mut dice = Dice::new(self.seed, &[self.node, &midnight.date()]);
        let started_at = midnight.plus_ms(START_MS_OF_DAY + dice.between(1_000, 6_000));
        let took_ms = self.usual_minutes * MINUTE_MS + dice.between(-VARIES_BY_MS, VARIES_BY_MS);
        let has_errors = dice.between(0, 5) == 0;
        let planned_end = started_at.plus_ms(took_ms);
        let cut = self.ended_early.iter().find(|(start, _)| *start == started_at).map(|(_, end)| *end);
        let ended_at = cut.or((planned_end <= now).then_some(planned_end));
        (started_at <= now).then_some(Run { started_at, ended_at, has_errors })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute_of_day: i64) -> Timestamp {
        Timestamp(20_000 * DAY_MS + minute_of_day * MINUTE_MS)
    }

    #[test]
    fn runs_in_its_window_and_at_no_other_time() {
        let backups = Backups::new("pihanga", 1, 70);
        assert!(!backups.is_running(at(119)));
        assert!(backups.is_running(at(160)));
        assert!(!backups.is_running(at(195)));
        assert_eq!(backups.next_start(at(119)), at(120));
        assert_eq!(backups.next_start(at(121)), at(120).plus_ms(DAY_MS));
    }

    #[test]
    fn keeps_on_every_night_what_the_demo_promises() {
        for day in 0..1_000 {
            for (node, minutes) in [("ruapehu", RUAPEHU_MINUTES), ("pihanga", PIHANGA_MINUTES)] {
                let backups = Backups::new(node, 7, minutes);
                let at = |minute| at(minute).plus_ms(day * DAY_MS);
                assert!(backups.is_running(at(160)), "{node} at {}", at(160).rfc3339());
                assert!(!backups.is_running(at(210)), "{node} at {}", at(210).rfc3339());
            }
        }
    }

    #[test]
    fn remembers_seven_nights() {
        let runs = Backups::new("pihanga", 1, 70).runs(at(600));
        assert_eq!(runs.len(), 8, "seven nights and today's");
        assert!(runs.is_sorted_by_key(|run| run.started_at));
        assert!(runs.iter().all(|run| run.ended_at.is_some()));
    }

    #[test]
    fn can_be_begun_and_ended_by_hand() {
        let mut backups = Backups::new("ruapehu", 1, 40);
        backups.begin(at(600));
        assert!(backups.is_running(at(601)));
        backups.end(at(602));
        assert!(!backups.is_running(at(603)));
        let mut nightly = Backups::new("ruapehu", 1, 40);
        nightly.end(at(130));
        assert!(!nightly.is_running(at(131)), "a scheduled run can be ended early");
    }
}
