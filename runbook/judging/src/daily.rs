//! Daily windows as instants: zones, daylight saving, windows over midnight. Knows no clock: `now` is a parameter.

use jiff::{
    civil::Date,
    tz::{Offset, TimeZone},
};

use document::{
    outcome::TimeSpan,
    time::{DAY_MS, Span, Timestamp},
};
use text::runbook::DailyWindow;

/// A zone that cannot be told, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownZone(
    /// As written.
    pub String,
);

/// Where an instant lies against a daily window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// In this span of it.
    Inside(TimeSpan),
    /// Between two.
    Outside {
        /// The span that closed last.
        last: TimeSpan,
        /// The span that opens next.
        next: TimeSpan,
    },
}

impl Position {
    /// "inside PBS Backup Window, 38 min left"; "outside PBS Backup Window, which opens in 5 h".
    pub fn describe(&self, window: &DailyWindow, now: Timestamp) -> String {
        match self {
            Self::Inside(span) => format!("inside {}, {} left", window.label, Span(span.to.ms_since(now))),
            Self::Outside { next, .. } => {
                format!("outside {}, which opens in {}", window.label, Span(next.from.ms_since(now)))
            }
        }
    }
}

/// How a real run lies against the window that announces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// It lies in the window.
    Within,
    /// It touches the window, beginning before it or ending after it.
    Past {
        /// Milliseconds from its beginning to the window's, when it began early.
        early_ms: i64,
        /// Milliseconds from the window's end to its own, when it ended late.
        late_ms: i64,
    },
    /// It lies elsewhere.
    Elsewhere,
}

impl Fit {
    /// "began 8 min before the window", "ended 30 min after the window"; nothing for a run within it.
    pub fn describe(self) -> Option<String> {
        match self {
            Self::Within => None,
            Self::Elsewhere => Some("ran outside of the window".into()),
            Self::Past { early_ms, late_ms: 0 } => Some(format!("began {} before the window", Span(early_ms))),
            Self::Past { early_ms: 0, late_ms } => Some(format!("went on for {} after the window", Span(late_ms))),
            Self::Past { early_ms, late_ms } => {
                Some(format!("began {} before the window and went on for {} after it", Span(early_ms), Span(late_ms)))
            }
        }
    }
}

/// The window's spans that touch `from..to`, oldest first. `local_zone` is what "local" means: the node's zone.
///
/// In the hour that daylight saving skips, a time stands for the same time an hour on; in the hour that it repeats, a
/// window opens in the first and closes in the second.
pub fn find_spans(
    window: &DailyWindow,
    local_zone: Option<&str>,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<TimeSpan>, UnknownZone> {
    let zone = read_zone(&window.zone, local_zone)?;
    let unknown = || UnknownZone(window.zone.clone());
    // A window of the day before may reach over midnight; an offset moves the date by one more.
    let mut date = date_of(from.plus_ms(-2 * DAY_MS), &zone).ok_or_else(unknown)?;
    let last = date_of(to.plus_ms(DAY_MS), &zone).ok_or_else(unknown)?;
    let mut spans = Vec::new();
    while date <= last {
        let span = span_of(window, date, &zone).ok_or_else(unknown)?;
        if span.from < to && span.to > from && span.from < span.to {
            spans.push(span);
        }
        date = date.tomorrow().map_err(|_| unknown())?;
    }
    Ok(spans)
}

/// Where `now` lies against the window.
pub fn find_position(window: &DailyWindow, local_zone: Option<&str>, now: Timestamp) -> Result<Position, UnknownZone> {
    let spans = find_spans(window, local_zone, now.plus_ms(-3 * DAY_MS), now.plus_ms(3 * DAY_MS))?;
    if let Some(inside) = spans.iter().find(|span| span.from <= now && now < span.to) {
        return Ok(Position::Inside(*inside));
    }
    let last = spans.iter().rfind(|span| span.to <= now);
    let next = spans.iter().find(|span| span.from > now);
    last.zip(next)
        .map(|(last, next)| Position::Outside { last: *last, next: *next })
        .ok_or_else(|| UnknownZone(window.zone.clone()))
}

/// The span nearest to `now` and the one before it, oldest first: what a panel draws.
pub fn find_nearest(
    window: &DailyWindow,
    local_zone: Option<&str>,
    now: Timestamp,
) -> Result<Vec<TimeSpan>, UnknownZone> {
    let nearest = match find_position(window, local_zone, now)? {
        Position::Inside(span) => span,
        Position::Outside { last, next } => {
            if next.from.ms_since(now) < now.ms_since(last.to) {
                next
            } else {
                last
            }
        }
    };
    let mut spans = find_spans(window, local_zone, nearest.from.plus_ms(-2 * DAY_MS), nearest.to)?;
    spans.retain(|span| span.from <= nearest.from);
    Ok(spans.split_off(spans.len().saturating_sub(2)))
}

/// How a run lies against a window's spans. `run.to` of a running one is now.
pub fn fit(run: TimeSpan, spans: &[TimeSpan]) -> Fit {
    let Some(span) = spans.iter().find(|span| run.from < span.to && span.from < run.to) else { return Fit::Elsewhere };
    let (early_ms, late_ms) = (span.from.ms_since(run.from).max(0), run.to.ms_since(span.to).max(0));
    if early_ms == 0 && late_ms == 0 { Fit::Within } else { Fit::Past { early_ms, late_ms } }
}

fn span_of(window: &DailyWindow, date: Date, zone: &TimeZone) -> Option<TimeSpan> {
    let at = |date: Date, minutes: u16| {
        let (hour, minute) = (i8::try_from(minutes / 60).ok()?, i8::try_from(minutes % 60).ok()?);
        (hour < 24).then(|| zone.to_ambiguous_zoned(date.at(hour, minute, 0, 0)))
    };
    let closing_date = if window.closes_min <= window.opens_min { date.tomorrow().ok()? } else { date };
    let from = at(date, window.opens_min)?.compatible().ok()?;
    let to = at(closing_date, window.closes_min)?.later().ok()?;
    let instant = |zoned: jiff::Zoned| Timestamp(zoned.timestamp().as_millisecond());
    Some(TimeSpan { from: instant(from), to: instant(to) })
}

fn date_of(at: Timestamp, zone: &TimeZone) -> Option<Date> {
    Some(jiff::Timestamp::from_millisecond(at.0).ok()?.to_zoned(zone.clone()).date())
}

fn read_zone(written: &str, local_zone: Option<&str>) -> Result<TimeZone, UnknownZone> {
    let name = written.trim();
    let unknown = || UnknownZone(written.to_owned());
    if name.to_lowercase().starts_with("local") {
        return match local_zone {
            Some(local) if !local.to_lowercase().starts_with("local") => read_zone(local, None),
            _ => Err(unknown()),
        };
    }
    let upper = name.to_uppercase();
    if let Some((_, minutes)) = ABBREVIATIONS.iter().find(|(abbreviation, _)| *abbreviation == upper) {
        return fixed(*minutes).ok_or_else(unknown);
    }
    let offset = upper.strip_prefix("UTC").or_else(|| upper.strip_prefix("GMT")).unwrap_or(&upper);
    if let Some(minutes) = read_offset(offset) {
        return fixed(minutes).ok_or_else(unknown);
    }
    let name = if upper == "NZT" { "Pacific/Auckland" } else { name };
    // Bare words of the database such as `EST5EDT` are not what people write; `Area/Place` is.
    if name.contains('/') { TimeZone::get(name).map_err(|_| unknown()) } else { Err(unknown()) }
}

/// `+2`, `-03:30`, `+0530` in minutes.
fn read_offset(text: &str) -> Option<i32> {
    let text = text.trim();
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' | '−' => -1,
        _ => return None,
    };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = if digits.len() > 2 { digits.split_at(digits.len() - 2) } else { (digits.as_str(), "0") };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

fn fixed(minutes: i32) -> Option<TimeZone> {
    Offset::from_seconds(minutes * 60).ok().map(TimeZone::fixed)
}

/// Abbreviations with one meaning among people who run clusters, in minutes ahead of UTC. As written: CET is not CEST.
/// CST and IST are left out: each means several zones.
const ABBREVIATIONS: [(&str, i32); 29] = [
    ("UTC", 0),
    ("GMT", 0),
    ("Z", 0),
    ("WET", 0),
    ("WEST", 60),
    ("BST", 60),
    ("CET", 60),
    ("CEST", 120),
    ("EET", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("EST", -300),
    ("EDT", -240),
    ("CDT", -300),
    ("MST", -420),
    ("MDT", -360),
    ("PST", -480),
    ("PDT", -420),
    ("AKST", -540),
    ("AKDT", -480),
    ("JST", 540),
    ("KST", 540),
    ("SGT", 480),
    ("HKT", 480),
    ("AWST", 480),
    ("AEST", 600),
    ("AEDT", 660),
    ("NZST", 720),
    ("NZDT", 780),
];
