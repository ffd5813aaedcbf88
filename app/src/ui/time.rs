//! Times in words as a reader needs them. Nothing here reads a clock.

use runbook::time::{DAY_MS, Span, Timestamp, ago};

/// `02:23:41 UTC`, or `2026-02-25 02:23:41 UTC` when that is not the day of `now`.
pub fn clock_text(at: Timestamp, now: Timestamp) -> String {
    if at.start_of_day() == now.start_of_day() {
        format!("{} UTC", at.clock())
    } else {
        format!("{} {} UTC", at.date(), at.clock())
    }
}

/// `2026-11-23 02:23:41 UTC`.
pub fn full_text(at: Timestamp) -> String {
    [&at.date(), " ", &at.clock(), " UTC"].concat()
}

/// `14 min ago`, or `in 14 min`.
pub fn distance_text(at: Timestamp, now: Timestamp) -> String {
    let ms = now.ms_since(at);
    if ms <= -1_000 { format!("in {}", Span(-ms)) } else { ago(ms) }
}

/// `06:12`: a count of minutes and seconds.
pub fn count_text(ms: i64) -> String {
    let seconds = ms.max(0) / 1_000;
    format!("{:02}:{:02}", seconds / 60, seconds % 60)
}

/// `9 months ago`: for what is measured in weeks rather than minutes.
pub fn long_ago(at: Timestamp, now: Timestamp) -> String {
    let days = now.ms_since(at) / DAY_MS;
    match days {
        ..=0 => "today".into(),
        1 => "yesterday".into(),
        2..=20 => format!("{days} days ago"),
        21..=59 => format!("{} weeks ago", days / 7),
        60..=729 => format!("{} months ago", (days * 12 + 182) / 365),
        _ => format!("{} years ago", days / 365),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_day_when_it_is_another() {
        let now = Timestamp(3 * DAY_MS + 1_000);
        assert_eq!(clock_text(Timestamp(3 * DAY_MS), now), "00:00:00 UTC");
        assert_eq!(clock_text(Timestamp(3 * DAY_MS - 1_000), now), "1970-01-03 23:59:59 UTC");
    }

    #[test]
    fn tells_the_future_from_the_past() {
        let now = Timestamp(10_000_000);
        assert_eq!(distance_text(now.plus_ms(-840_000), now), "14 min ago");
        assert_eq!(distance_text(now.plus_ms(840_000), now), "in 14 min");
        assert_eq!(distance_text(now, now), "now");
    }

    #[test]
    fn counts_in_minutes_and_seconds() {
        assert_eq!(count_text(372_999), "06:12");
        assert_eq!(count_text(-1), "00:00");
        assert_eq!(count_text(6_000_000), "100:00");
    }

    #[test]
    fn measures_neglect_in_months() {
        let now = Timestamp(400 * DAY_MS);
        assert_eq!(long_ago(now, now), "today");
        assert_eq!(long_ago(now.plus_ms(-280 * DAY_MS), now), "9 months ago");
        assert_eq!(long_ago(now.plus_ms(-270 * DAY_MS), now), "9 months ago");
        assert_eq!(long_ago(now.plus_ms(-28 * DAY_MS), now), "4 weeks ago");
    }
}
