//! Ages as kubectl writes them: one or two units, `5m30s`, `3h20m`, `41d`.

use document::time::Timestamp;
use serde_json::{Value, json};

/// The age of a time stamp in an object, or `<unknown>`.
pub(super) fn since(value: Option<&Value>, now: Timestamp) -> Value {
    let then = value.and_then(Value::as_str).and_then(parse);
    json!(then.map_or_else(|| "<unknown>".to_owned(), |then| short(now.ms_since(then))))
}

/// Reads `2026-02-26T02:23:41Z`.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>().ok().map(|at| Timestamp(at.as_millisecond()))
}

/// A length of time.
pub(super) fn short(ms: i64) -> String {
    let (s, m, h, d) = (ms / 1_000, ms / 60_000, ms / 3_600_000, ms / 86_400_000);
    let two = |big: i64, big_unit: &str, small: i64, small_unit: &str| match small {
        0 => format!("{big}{big_unit}"),
        _ => format!("{big}{big_unit}{small}{small_unit}"),
    };
    match () {
        () if ms < 0 => "0s".to_owned(),
        () if s < 120 => format!("{s}s"),
        () if m < 10 => two(m, "m", s % 60, "s"),
        () if h < 3 => format!("{m}m"),
        () if h < 8 => two(h, "h", m % 60, "m"),
        () if h < 48 => format!("{h}h"),
        () if d < 8 => two(d, "d", h % 24, "h"),
        () if d < 730 => format!("{d}d"),
        () => two(d / 365, "y", d % 365, "d"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_ages_as_kubectl_does() {
        let cases = [
            (-5, "0s"),
            (119, "119s"),
            (120, "2m"),
            (330, "5m30s"),
            (3_600, "60m"),
            (12_000, "3h20m"),
            (36_000, "10h"),
            (200_000, "2d7h"),
            (41 * 86_400, "41d"),
            (800 * 86_400, "2y70d"),
        ];
        for (seconds, text) in cases {
            assert_eq!(short(seconds * 1_000), text);
        }
    }
}
