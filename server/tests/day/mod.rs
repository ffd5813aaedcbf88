//! What day it is in the homelabs of the tests, whatever day it is here.

use runbook::time::Timestamp;
use server::clock::Clock;

/// 02:40 UTC: both backups run.
pub(crate) const DURING_BACKUP: u16 = 160;
/// 12:00 UTC: none does.
pub(crate) const NOON: u16 = 720;
/// 2026-02-24T00:00:00Z, a Tuesday.
const DAY: Timestamp = Timestamp(1_771_891_200_000);

/// A clock that starts at this minute of the tests' day and runs on.
pub(crate) fn clock(minute_of_day: u16) -> Clock {
    Clock::at(moment(minute_of_day))
}

/// This minute of the tests' day.
pub(crate) fn moment(minute_of_day: u16) -> Timestamp {
    DAY.plus_ms(i64::from(minute_of_day) * 60_000)
}
