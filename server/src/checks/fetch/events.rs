//! `kubectl events`: what happened to objects lately, oldest first, with how often.

use std::sync::Arc;

use runbook::{
    check::{Events, Scope},
    outcome::{Cause, Outcome, Unknown},
    time::{Timestamp, kubectl_age},
};
use serde_json::Value;

use super::{
    Answer,
    cluster::{place, request},
    rows::Rows,
};
use crate::{
    clock::Clock,
    sources::cluster::{Cluster, GetRequest},
};

pub(super) async fn get(cluster: &Arc<Cluster>, events: &Events, clock: Clock) -> Result<Answer, Unknown> {
    let field_selector = match &events.about {
        Some(about) => Some(about_selector(cluster, about).await?),
        None => None,
    };
    let request = GetRequest { field_selector, ..request("events", &[], &events.scope) };
    let mut list = cluster.get_json(&request).await.map_err(|failure| failure.to_unknown())?;
    let Value::Array(mut items) = list["items"].take() else { return Err(no_list(cluster)) };
    let is_wanted = |event: &Value| {
        let kind = event["type"].as_str().unwrap_or("");
        events.types.is_empty() || events.types.iter().any(|wanted| wanted.eq_ignore_ascii_case(kind))
    };
    items.retain(is_wanted);
    // As kubectl does: with Go's sort, so that equal times stand where it leaves them.
    runbook::jsonpath::gosort::sort(&mut items, |a, b| time_of(a) < time_of(b));
    let now = clock.now();
    let with_namespace = events.scope == Scope::All;
    let mut heads = vec!["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"];
    if with_namespace {
        heads.insert(0, "NAMESPACE");
    }
    let about = events.about.as_ref().map_or_else(String::new, |about| format!(" of {about}"));
    let what = format!("events{about}{}", place(cluster, &events.scope));
    let rows: Vec<Vec<String>> = items.iter().map(|event| row(event, with_namespace, now)).collect();
    Ok(Rows {
        rows,
        without_header: events.no_headers,
        is_newest_last: true,
        outcome: judge(&items),
        ..Rows::new(cluster.name(), what, heads, now)
    }
    .answer())
}

/// Warnings are worth a look; the newest is named.
fn judge(events: &[Value]) -> Option<Outcome> {
    let warnings: Vec<&Value> = events.iter().filter(|event| event["type"] == "Warning").collect();
    let newest = warnings.last()?;
    let summary = format!(
        "{} of {} events are warnings; the newest: {} ({}).",
        warnings.len(),
        events.len(),
        text(newest, "/reason"),
        object(newest),
    );
    Some(Outcome::Warn { summary })
}

fn row(event: &Value, with_namespace: bool, now: Timestamp) -> Vec<String> {
    let mut cells = Vec::new();
    if with_namespace {
        cells.push(text(event, "/metadata/namespace"));
    }
    cells.extend([last_seen(event, now), text(event, "/type"), text(event, "/reason"), object(event)]);
    cells.push(text(event, "/message").trim().to_owned());
    cells
}

/// `3m`, or `2s (x14 over 5m)` for what was seen more than once.
fn last_seen(event: &Value, now: Timestamp) -> String {
    let ago = |at: Option<Timestamp>| at.map_or_else(|| "<unknown>".into(), |at| kubectl_age(now.ms_since(at)));
    let first = ago(time(event, "/eventTime").or_else(|| time(event, "/firstTimestamp")));
    if !event["series"].is_null() {
        let count = event["series"]["count"].as_i64().unwrap_or(0);
        return format!("{} (x{count} over {first})", ago(time(event, "/series/lastObservedTime")));
    }
    match event["count"].as_i64() {
        Some(count) if count > 1 => format!("{} (x{count} over {first})", ago(time(event, "/lastTimestamp"))),
        _ => first,
    }
}

/// Old and new recorders put the time into different fields.
fn time_of(event: &Value) -> Option<Timestamp> {
    if !event["series"].is_null() {
        return time(event, "/series/lastObservedTime");
    }
    time(event, "/lastTimestamp").or_else(|| time(event, "/eventTime"))
}

fn time(event: &Value, path: &str) -> Option<Timestamp> {
    let at: jiff::Timestamp = event.pointer(path)?.as_str()?.parse().ok()?;
    Some(Timestamp(at.as_millisecond()))
}

fn object(event: &Value) -> String {
    format!("{}/{}", text(event, "/involvedObject/kind"), text(event, "/involvedObject/name"))
}

fn text(event: &Value, path: &str) -> String {
    event.pointer(path).and_then(Value::as_str).map_or_else(String::new, str::to_owned)
}

async fn about_selector(cluster: &Cluster, about: &str) -> Result<String, Unknown> {
    let Some((kind, name)) = about.split_once('/') else {
        return Err(Cause::BadRequest.unknown(
            format!("Events of {about}"),
            "--for must be in resource/name form.",
            "Write --for=pod/NAME.",
        ));
    };
    let kind = cluster.kind(kind).await.map_err(|failure| failure.to_unknown())?;
    let (api_version, kind) = (kind.api_version(), kind.kind);
    Ok(format!("involvedObject.kind={kind},involvedObject.apiVersion={api_version},involvedObject.name={name}"))
}

fn no_list(cluster: &Cluster) -> Unknown {
    Cause::Unreadable.unknown(
        format!("Events of {}", cluster.name()),
        format!("{} gave an answer that is no list of events.", cluster.name()),
        "Check that the address of the cluster is an API server.",
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: Timestamp = Timestamp(1_772_072_700_000);

    #[test]
    fn says_when_it_was_seen_as_kubectl_does() {
        let at = |time: &str| json!(time);
        for (event, expected) in [
            (json!({"firstTimestamp": at("2026-02-26T02:24:50Z"), "count": 1}), "10s"),
            (
                json!({"firstTimestamp": at("2026-02-26T02:20:00Z"), "lastTimestamp": at("2026-02-26T02:24:55Z"),
                    "count": 14}),
                "5s (x14 over 5m)",
            ),
            (
                json!({"eventTime": at("2026-02-26T02:20:00Z"),
                    "series": {"count": 3, "lastObservedTime": at("2026-02-26T02:24:59Z")}}),
                "1s (x3 over 5m)",
            ),
            (json!({}), "<unknown>"),
        ] {
            assert_eq!(last_seen(&event, NOW), expected, "{event}");
        }
    }
}
