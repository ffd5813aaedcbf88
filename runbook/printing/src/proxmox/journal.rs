//! The journal: points in time as people write them for `--since`, and the lines without what the API adds.

use super::units::Offset;
use document::time::{DAY_MS, Timestamp};

const DAY_S: i64 = DAY_MS / 1_000;

/// The instant that `--since` or `--until` means, in seconds since 1970; `None` when Runlight cannot tell.
pub fn point(text: &str, now: Timestamp, offset: Offset) -> Option<i64> {
    let now_s = now.0.div_euclid(1_000);
    let local_midnight = (now_s + offset.0).div_euclid(DAY_S) * DAY_S;
    let text = text.trim().to_ascii_lowercase();
    if let Some(epoch) = text.strip_prefix('@') {
        return epoch.parse().ok();
    }
    match text.as_str() {
        "now" => return Some(now_s),
        "today" => return Some(offset.to_epoch(local_midnight)),
        "yesterday" => return Some(offset.to_epoch(local_midnight - DAY_S)),
        "tomorrow" => return Some(offset.to_epoch(local_midnight + DAY_S)),
        _ => {}
    }
    if let Some(span) = text.strip_suffix(" ago").or_else(|| text.strip_prefix('-')) {
        return Some(now_s - span_s(span)?);
    }
    let (date, clock) = match text.split_once([' ', 't']) {
        Some((date, clock)) => (Some(date), Some(clock)),
        None if text.contains(':') => (None, Some(text.as_str())),
        None => (Some(text.as_str()), None),
    };
    let day = match date {
        Some(date) => days_of(date)? * DAY_S,
        None => local_midnight,
    };
    Some(offset.to_epoch(day + clock.map_or(Some(0), clock_s)?))
}

/// `10 minutes`, `1h30min`, `2 days`.
fn span_s(text: &str) -> Option<i64> {
    let mut total: i64 = 0;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let count: i64 = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start();
        let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let unit = match &rest[..end] {
            "s" | "sec" | "secs" | "second" | "seconds" => 1,
            "m" | "min" | "mins" | "minute" | "minutes" => 60,
            "h" | "hr" | "hrs" | "hour" | "hours" => 3_600,
            "d" | "day" | "days" => DAY_S,
            "w" | "week" | "weeks" => 7 * DAY_S,
            _ => return None,
        };
        total = total.checked_add(count.checked_mul(unit)?)?;
        rest = rest[end..].trim_start();
    }
    Some(total)
}

/// Days since 1970 of `2026-02-26`.
fn days_of(date: &str) -> Option<i64> {
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    let date = jiff::civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    let epoch = jiff::civil::Date::new(1970, 1, 1).ok()?;
    Some(i64::from(date.since(epoch).ok()?.get_days()))
}

/// Seconds of a day of `02:30` or `02:30:15`.
fn clock_s(text: &str) -> Option<i64> {
    let parts: Vec<i64> = text.trim_end_matches('z').split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    match parts[..] {
        [h @ 0..24, m @ 0..60] => Some(h * 3_600 + m * 60),
        [h @ 0..24, m @ 0..60, s @ 0..60] => Some(h * 3_600 + m * 60 + s),
        _ => None,
    }
}

/// The journal's lines without the cursors that stand before and after them.
pub fn lines(answer: Vec<String>) -> Vec<String> {
    let is_cursor = |line: &String| line.starts_with("s=") && line.contains(";i=");
    answer.into_iter().filter(|line| !is_cursor(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_points_in_time_as_journalctl_does() {
        let now = Timestamp(1_772_073_601_000); // 2026-02-26 02:40:01 UTC
        let at = |text: &str| point(text, now, Offset::default());
        assert_eq!(at("now"), Some(1_772_073_601));
        assert_eq!(at("today"), Some(1_772_064_000));
        assert_eq!(at("yesterday"), Some(1_771_977_600));
        assert_eq!(at("10 minutes ago"), Some(1_772_073_001));
        assert_eq!(at("1 hour ago"), at("-1h"));
        assert_eq!(at("1h 30min ago"), Some(1_772_073_601 - 5_400));
        assert_eq!(at("2026-02-26 02:00"), Some(1_772_071_200));
        assert_eq!(at("2026-02-26 02:00:05"), Some(1_772_071_205));
        assert_eq!(at("02:00"), Some(1_772_071_200));
        assert_eq!(at("2026-02-25"), Some(1_771_977_600));
        assert_eq!(at("@5"), Some(5));
        for nonsense in ["", "soon", "5 ago", "ago", "-", "25:00", "2026-13-01", "10 fortnights ago", "1 hour"] {
            assert_eq!(at(nonsense), None, "{nonsense}");
        }
        let auckland = Offset(46_800);
        assert_eq!(point("2026-02-26 15:00", now, auckland), Some(1_772_071_200));
        assert_eq!(point("today", now, auckland), Some(1_772_017_200));
    }

    #[test]
    fn drops_cursors() {
        let answer = ["s=4f;i=1;b=2", "Feb 26 02:40:01 pihanga pveproxy[1]: hello", "s=4f;i=9;b=2"].map(str::to_owned);
        assert_eq!(lines(answer.to_vec()), ["Feb 26 02:40:01 pihanga pveproxy[1]: hello"]);
    }
}
