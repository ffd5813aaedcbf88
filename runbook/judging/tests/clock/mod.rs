//! Instants as tests write them.

use document::time::{DAY_MS, Timestamp};

/// An instant of UTC, `2026-02-26 02:14:03` or without seconds.
pub(crate) fn at(text: &str) -> Timestamp {
    let (date, clock) = text.split_once(' ').unwrap();
    let mut date = date.split('-').map(|part| part.parse::<i64>().unwrap());
    let (year, month, day) = (date.next().unwrap(), date.next().unwrap(), date.next().unwrap());
    // Days are found by the calendar under test in `time`, so that no second one can be wrong.
    let wanted = format!("{year:04}-{month:02}-{day:02}");
    let midnight = (0..40_000).map(|day| Timestamp(day * DAY_MS)).find(|midnight| midnight.date() == wanted).unwrap();
    let mut clock = clock.split(':').map(|part| part.parse::<i64>().unwrap());
    let (hour, minute, second) = (clock.next().unwrap(), clock.next().unwrap(), clock.next().unwrap_or(0));
    midnight.plus_ms(((hour * 60 + minute) * 60 + second) * 1_000)
}
