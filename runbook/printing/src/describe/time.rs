//! Instants and ages as kubectl writes them.

use document::time::Timestamp;

/// An instant of the API: `2026-02-26T02:23:41Z`, with or without a fraction.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>().ok().map(|at| Timestamp(at.as_millisecond()))
}

/// `Thu, 26 Feb 2026 02:23:41 +0000`. An absent instant is Go's first one, as in kubectl.
pub(super) fn long(text: &str) -> String {
    let format = |at: jiff::Timestamp| at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
    text.parse::<jiff::Timestamp>().map_or_else(|_| "Mon, 01 Jan 0001 00:00:00 +0000".into(), format)
}

/// How long ago an instant was, `<unknown>` for an absent one.
pub(super) fn since(text: &str, now: Timestamp) -> String {
    instant(text).map_or_else(|| "<unknown>".into(), |at| length(now.ms_since(at)))
}

/// A length of time in one or two units, the way of kubectl's AGE column.
pub(super) fn length(ms: i64) -> String {
    let seconds = ms.div_euclid(1_000);
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
    fn writes_instants_in_full() {
        assert_eq!(long("2026-02-26T02:23:41.123456Z"), "Thu, 26 Feb 2026 02:23:41 +0000");
        assert_eq!(long(""), "Mon, 01 Jan 0001 00:00:00 +0000");
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
            assert_eq!(length(seconds * 1_000), words, "{seconds}");
        }
    }
}
