//! Instants and durations as the page writes them. Plain arithmetic, so that the browser needs no calendar library.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Milliseconds in one day.
pub const DAY_MS: i64 = 86_400_000;

/// An instant in UTC: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Milliseconds of the UTC day that have passed: 0 to 86,399,999.
    pub fn ms_of_day(self) -> i64 {
        self.0.rem_euclid(DAY_MS)
    }

    /// Midnight (UTC) at or before this instant.
    pub fn start_of_day(self) -> Self {
        Self(self.0 - self.ms_of_day())
    }

    /// This instant moved by a number of milliseconds.
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this instant; negative when `earlier` is later.
    pub fn ms_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// `02:23:41`.
    pub fn clock(self) -> String {
        let seconds = self.ms_of_day() / 1_000;
        format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
    }

    /// `2026-02-26`.
    pub fn date(self) -> String {
        let (year, month, day) = civil_from_days(self.0.div_euclid(DAY_MS));
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// `2026-02-26T02:23:41Z`, for machines and `<time datetime>`.
    pub fn rfc3339(self) -> String {
        format!("{}T{}Z", self.date(), self.clock())
    }
}

/// `4 s ago`, `14 min ago`, `3 h ago`, `9 d ago`; `now` below one second and for clocks that run ahead.
pub fn ago(ms: i64) -> String {
    if ms < 1_000 { "now".into() } else { format!("{} ago", Span(ms)) }
}

/// A length of time in its largest whole unit, as `kubectl` users read it: `4 s`, `14 min`, `3 h`, `9 d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(
    /// Milliseconds.
    pub i64,
);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.max(0) / 1_000 {
            s @ 0..=119 => write!(f, "{s} s"),
            s @ 120..=7_199 => write!(f, "{} min", s / 60),
            s @ 7_200..=172_799 => write!(f, "{} h", s / 3_600),
            s => write!(f, "{} d", s / 86_400),
        }
    }
}

/// Year, month and day of a day number since 1970-01-01 (proleptic Gregorian calendar).
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    // Years are counted from March so that the leap day is the last one of its year.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

/// A length of time in one or two units, the way of kubectl's AGE column.
pub fn kubectl_age(ms: i64) -> String {
    let seconds = ms / 1_000;
    let pair = |large: i64, large_unit: &str, small: i64, small_unit: &str| match small {
        0 => format!("{large}{large_unit}"),
        small => format!("{large}{large_unit}{small}{small_unit}"),
    };
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    match () {
        () if seconds < -1 => "<invalid>".into(),
        () if seconds < 0 => "0s".into(),
        () if seconds < 120 => format!("{seconds}s"),
        () if minutes < 10 => pair(minutes, "m", seconds % 60, "s"),
        () if minutes < 180 => format!("{minutes}m"),
        () if hours < 8 => pair(hours, "h", minutes % 60, "m"),
        () if hours < 48 => format!("{hours}h"),
        () if days < 8 => pair(days, "d", hours % 24, "h"),
        () if days < 730 => format!("{days}d"),
        () if days < 8 * 365 => pair(days / 365, "y", days % 365, "d"),
        () => format!("{}y", days / 365),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_dates_around_leap_days() {
        assert_eq!(Timestamp(0).rfc3339(), "1970-01-01T00:00:00Z");
        assert_eq!(Timestamp(951_782_400_000).date(), "2000-02-29");
        assert_eq!(Timestamp(1_772_063_999_000).rfc3339(), "2026-02-25T23:59:59Z");
        assert_eq!(Timestamp(-1_000).rfc3339(), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn writes_ages_in_one_unit() {
        assert_eq!(ago(500), "now");
        assert_eq!(ago(-5_000), "now");
        assert_eq!(ago(4_200), "4 s ago");
        assert_eq!(ago(14 * 60_000), "14 min ago");
        assert_eq!(Span(3 * DAY_MS).to_string(), "3 d");
    }

    #[test]
    fn writes_ages_in_the_units_of_the_age_column() {
        let cases = [
            (-5, "<invalid>"),
            (0, "0s"),
            (119, "119s"),
            (120, "2m"),
            (125, "2m5s"),
            (600, "10m"),
            (10_799, "179m"),
            (10_800, "3h"),
            (10_860, "3h1m"),
            (28_800, "8h"),
            (172_800, "2d"),
            (176_400, "2d1h"),
            (691_200, "8d"),
            (63_072_000, "2y"),
            (63_158_400, "2y1d"),
            (252_288_000, "8y"),
        ];
        for (seconds, words) in cases {
            assert_eq!(kubectl_age(seconds * 1_000), words, "{seconds}");
        }
    }
}
