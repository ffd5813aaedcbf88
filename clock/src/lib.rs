//! The portal's clock. The demo's shows another hour than the system's, so that its nights happen while somebody
//! watches; a test's says what day it is.

use std::time::{SystemTime, UNIX_EPOCH};

use document::time::{DAY_MS, Timestamp};

/// What time it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock(Hands);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hands {
    /// System time plus an offset.
    Running { offset_ms: i64 },
    /// Always the same moment.
    Stopped(Timestamp),
}

impl Clock {
    /// The system's own time.
    pub fn system() -> Self {
        Self(Hands::Running { offset_ms: 0 })
    }

    /// A clock that shows this moment right now and runs on from there.
    pub fn at(moment: Timestamp) -> Self {
        Self(Hands::Running { offset_ms: moment.ms_since(system_now()) })
    }

    /// A clock that shows `minute_of_day` (UTC, 0 to 1,439) right now and runs on from there: moved back by less than
    /// a day.
    pub fn starting_at(minute_of_day: u16) -> Self {
        let now = system_now();
        Self(Hands::Running { offset_ms: latest(minute_of_day, now).ms_since(now) })
    }

    /// A clock that always shows this moment.
    pub fn stopped_at(moment: Timestamp) -> Self {
        Self(Hands::Stopped(moment))
    }

    /// This clock's time.
    pub fn now(self) -> Timestamp {
        match self.0 {
            Hands::Running { offset_ms } => system_now().plus_ms(offset_ms),
            Hands::Stopped(moment) => moment,
        }
    }
}

/// The last time that it was this minute of a day.
fn latest(minute_of_day: u16, now: Timestamp) -> Timestamp {
    let today = now.start_of_day().plus_ms(i64::from(minute_of_day) * 60_000);
    if today > now { today.plus_ms(-DAY_MS) } else { today }
}

fn system_now() -> Timestamp {
    // A system clock before 1970 reads as 1970: nothing sensible could be said of it anyway.
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wanted_minute_is_never_ahead_of_the_system() {
        let midnight = Timestamp(20_600 * DAY_MS);
        for now in [midnight, midnight.plus_ms(9_600_000), midnight.plus_ms(9_600_001), midnight.plus_ms(DAY_MS - 1)] {
            for minute in [0, 160, 1_439] {
                let found = latest(minute, now);
                assert!((0..DAY_MS).contains(&now.ms_since(found)), "{minute} at {now:?}");
                assert_eq!(found.ms_of_day(), i64::from(minute) * 60_000);
            }
        }
    }

    #[test]
    fn runs_on_from_a_moment_of_any_day_or_stands_still() {
        let moment = Timestamp(1_835_400_000_000);
        let before = system_now();
        let shown = Clock::at(moment).now();
        assert!((0..=system_now().ms_since(before)).contains(&shown.ms_since(moment)), "{shown:?}");
        assert_eq!(Clock::stopped_at(moment).now(), moment);
    }
}
