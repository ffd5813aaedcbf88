//! Times in panels: the clock and the distance, always both. A distance carries `data-at`, by which the page keeps it
//! true; an age carries `data-still`, since its change is no news.

use runbook::time::{Span, Timestamp};

use super::node::{Element, Node, el, text};
use crate::ui::time::{clock_text, distance_text, full_text};

/// `02:23:41 UTC (14 min ago)`, with the date when it is another day.
pub(super) fn instant(at: Timestamp, now: Timestamp) -> [Node; 4] {
    [clock(at, now).into(), text(" ("), beside_clock(at, now).into(), text(")")]
}

/// `02:23:41 UTC` alone.
pub(super) fn clock(at: Timestamp, now: Timestamp) -> Element {
    el("time").with("datetime", at.rfc3339()).text(clock_text(at, now))
}

/// `14 min ago` beside its clock.
pub(super) fn beside_clock(at: Timestamp, now: Timestamp) -> Element {
    el("span").with("data-at", at.0.to_string()).text(distance_text(at, now))
}

/// `14 min ago` alone, for places where the clock stands in the title.
pub(super) fn distance(at: Timestamp, now: Timestamp) -> Element {
    el("span").with("data-at", at.0.to_string()).with("title", full_text(at)).text(distance_text(at, now))
}

/// `14 min` alone: an age.
pub(super) fn age(since: Timestamp, now: Timestamp) -> Element {
    let title = ["since ", &full_text(since)].concat();
    el("span").with("data-still", "").with("title", title).text(Span(now.ms_since(since)).to_string())
}
