//! The events at the end of a description.

use serde_json::Value;

use super::{look::Look, page::Page, time};
use document::time::Timestamp;

/// The events as a table, oldest first, or `<none>`. Those that cannot be read are said to be unknown.
pub(super) fn write_events(page: &mut Page, events: Result<&[Value], &str>, now: Timestamp) {
    let events = match events {
        Ok([]) => return page.row(0, "Events", "<none>"),
        Ok(events) => in_order(events),
        Err(reason) => return page.row(0, "Events", format_args!("<unknown: {reason}>")),
    };
    page.close_columns();
    page.line(0, "Events:");
    page.line(1, "Type\tReason\tAge\tFrom\tMessage");
    page.line(1, "----\t------\t----\t----\t-------");
    for event in events {
        let cells =
            [event.text("type"), event.text("reason"), &age(event, now), source(event), &message(event)].join("\t");
        page.line(1, cells);
    }
}

/// By the time at which they were last seen.
pub(super) fn in_order(events: &[Value]) -> Vec<&Value> {
    let mut events: Vec<&Value> = events.iter().collect();
    // An absent time is earlier than any other.
    events.sort_by_key(|event| time::instant(event.text("lastTimestamp")));
    events
}

/// `8s (x3 over 22s)`.
fn age(event: &Value, now: Timestamp) -> String {
    let first = if event.has("eventTime") { event.text("eventTime") } else { event.text("firstTimestamp") };
    let first = time::since(first, now);
    if event.has("series") {
        let last = time::since(event.text("series.lastObservedTime"), now);
        return format!("{last} (x{} over {first})", event.number("series.count"));
    }
    match event.number("count") {
        count if count > 1 => format!("{} (x{count} over {first})", time::since(event.text("lastTimestamp"), now)),
        _ => first,
    }
}

/// Who says so: `kubelet`.
pub(super) fn source(event: &Value) -> &str {
    match event.text("source.component") {
        "" => event.text("reportingComponent"),
        component => component,
    }
}

/// What is said, and of which part of the object.
pub(super) fn message(event: &Value) -> String {
    let message = event.text("message").trim();
    match event.text("involvedObject.fieldPath") {
        "" => message.to_owned(),
        path => format!("{path}: {message}"),
    }
}
