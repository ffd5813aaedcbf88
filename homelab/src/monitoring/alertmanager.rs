//! `/api/v2` of the simulated Alertmanager: what the rules let fire, one silence, one inhibition.

use axum::response::{IntoResponse, Response};
use document::time::Timestamp;
use http::StatusCode;
use promql_parser::{label::Matchers, parser};
use serde_json::{Value, json};

use super::{
    Query, World,
    eval::matches,
    firing::{self, Firing},
    parameter, rfc3339,
    rules::RULES,
};

const HOUR_MS: i64 = 3_600_000;
/// The one silence: somebody knows of it.
const SILENCE_ID: &str = "6b2c1c0e-8f0a-4a53-9a67-5d1d9c4e7b10";
/// What it holds back.
const SILENCED: &str = "grafana-sc-dashboard";
/// While this one fires, memory on the same cluster is nobody's first question.
const INHIBITING: &str = "HomelabBackupWindowPressure";
const INHIBITED: &str = "HomelabNodeMemoryHigh";

/// Answers a GET.
pub(super) fn answer(world: &World, path: &str, query: &Query) -> Response {
    match path {
        "/-/healthy" | "/-/ready" => "OK".into_response(),
        "/api/v2/alerts" => alerts(world, query),
        "/api/v2/silences" => match matchers(query) {
            Ok(_) => axum::Json(json!([silence(world)])).into_response(),
            Err(refusal) => refusal,
        },
        "/api/v2/receivers" => axum::Json(json!([{ "name": "ntfy" }])).into_response(),
        "/api/v2/status" => axum::Json(json!({
            "cluster": { "peers": [], "status": "disabled" },
            "config": { "original": "route:\n  receiver: ntfy\nreceivers:\n- name: ntfy\n" },
            "uptime": rfc3339(world.born),
            "versionInfo": { "branch": "HEAD", "buildDate": "20240228-11:51:20", "buildUser": "root@demo",
                "goVersion": "go1.21.7", "revision": "0aa3c2aad14c", "version": "0.27.0" },
        }))
        .into_response(),
        path => {
            let message = format!("path {path} was not found");
            (StatusCode::NOT_FOUND, axum::Json(json!({ "code": 404, "message": message }))).into_response()
        }
    }
}

fn alerts(world: &World, query: &Query) -> Response {
    let matchers = match matchers(query) {
        Ok(matchers) => matchers,
        Err(refusal) => return refusal,
    };
    let wants = |name: &str| parameter(query, name) != Some("false");
    let all = firing::now(world);
    let is_pressed = all.iter().any(|firing| firing.rule == INHIBITING && firing.fires_since.is_some());
    let chosen = all.iter().filter_map(|firing| {
        let since = firing.fires_since?;
        let is_silenced = firing.labels.get("container").is_some_and(|container| container == SILENCED);
        let is_inhibited = firing.rule == INHIBITED && is_pressed;
        let is_wanted = match (is_silenced, is_inhibited) {
            (true, _) => wants("silenced"),
            (false, true) => wants("inhibited"),
            (false, false) => wants("active"),
        };
        let passes = is_wanted && matchers.iter().all(|group| matches(group, &firing.labels));
        passes.then(|| alert(world, firing, since, (is_silenced, is_inhibited)))
    });
    axum::Json(chosen.collect::<Vec<Value>>()).into_response()
}

fn alert(world: &World, firing: &Firing, since: Timestamp, (is_silenced, is_inhibited): (bool, bool)) -> Value {
    let now = world.clock.now();
    let expr = RULES.iter().find(|rule| rule.name == firing.rule).map_or("vector(1)", |rule| rule.expr);
    let silenced_by = if is_silenced { json!([SILENCE_ID]) } else { json!([]) };
    let inhibited_by = if is_inhibited { json!(["0aa3c2aad14c9e11"]) } else { json!([]) };
    json!({
        "labels": firing.labels,
        "annotations": { "summary": firing.summary, "description": firing.description },
        "startsAt": rfc3339(since), "endsAt": rfc3339(now.plus_ms(4 * 60_000)), "updatedAt": rfc3339(now),
        "fingerprint": firing.fingerprint, "receivers": [{ "name": "ntfy" }],
        "generatorURL": format!("http://prometheus.monitoring.svc:9090/graph?g0.expr={}&g0.tab=1", escaped(expr)),
        "status": {
            "state": if is_silenced || is_inhibited { "suppressed" } else { "active" },
            "silencedBy": silenced_by, "inhibitedBy": inhibited_by, "mutedBy": [],
        },
    })
}

fn silence(world: &World) -> Value {
    let from = world.born.plus_ms(-HOUR_MS / 2);
    json!({
        "id": SILENCE_ID, "status": { "state": "active" }, "createdBy": "kim",
        "comment": "Crashes while the backup runs, and comes back by itself.",
        "startsAt": rfc3339(from), "updatedAt": rfc3339(from), "endsAt": rfc3339(world.born.plus_ms(2 * HOUR_MS)),
        "matchers": [{ "name": "container", "value": SILENCED, "isRegex": false, "isEqual": true }],
    })
}

/// The matchers of `filter=`, each in a group of its own.
fn matchers(query: &Query) -> Result<Vec<Matchers>, Response> {
    let filters = query.iter().filter(|(name, _)| name == "filter");
    filters
        .map(|(_, text)| {
            let refuse = || {
                let message = format!("bad matcher format: {text}");
                (StatusCode::BAD_REQUEST, axum::Json(json!(message))).into_response()
            };
            match parser::parse(&format!("{{{}}}", quoted(text.trim_matches(['{', '}'])))) {
                Ok(parser::Expr::VectorSelector(selector)) => Ok(selector.matchers),
                _ => Err(refuse()),
            }
        })
        .collect()
}

/// A matcher whose value stands in quotes, as PromQL wants it: Alertmanager takes bare ones, too.
fn quoted(matcher: &str) -> String {
    let Some(at) = matcher.find(['=', '~']) else { return matcher.to_owned() };
    let end = at + matcher[at..].len() - matcher[at..].trim_start_matches(['=', '~']).len();
    let value = matcher[end..].trim();
    if value.starts_with('"') { matcher.to_owned() } else { format!("{}{}", &matcher[..end], json!(value)) }
}

fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}
