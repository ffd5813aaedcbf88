//! The portal's clock. The demo's runs with a fixed offset, so that its nights happen while somebody watches.

use std::time::{SystemTime, UNIX_EPOCH};

use runbook::time::{DAY_MS, Timestamp};

/// System time plus a fixed offset.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Clock {
    offset_ms: i64,
}

impl Clock {
    /// The system's own time.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that shows `minute_of_day` (UTC, 0 to 1,439) right now and runs on from there: moved back by less than
    /// a day.
    pub fn starting_at(minute_of_day: u16) -> Self {
        let now = system_now();
        let wanted = now.start_of_day().plus_ms(i64::from(minute_of_day) * 60_000);
        let offset_ms = wanted.ms_since(now);
        Self { offset_ms: if offset_ms > 0 { offset_ms - DAY_MS } else { offset_ms } }
    }

    /// This clock's time.
    pub fn now(self) -> Timestamp {
        system_now().plus_ms(self.offset_ms)
    }

    /// Milliseconds to add to system time.
    pub fn offset_ms(self) -> i64 {
        self.offset_ms
    }
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
    fn starts_at_the_wanted_minute_and_never_ahead_of_the_system() {
        for minute in [0, 160, 1_439] {
            let clock = Clock::starting_at(minute);
            assert!(clock.offset_ms() <= 0 && clock.offset_ms() > -DAY_MS);
            assert_eq!(clock.now().ms_of_day() / 60_000, i64::from(minute));
        }
    }
}
