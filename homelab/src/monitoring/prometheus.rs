//! `/api/v1` of the simulated Prometheus.

use std::collections::BTreeMap;

use axum::response::{IntoResponse, Response};
use document::time::Timestamp;
use http::StatusCode;
use promql_parser::parser::{self, Expr};
use serde_json::{Value as Json, json};

use super::{
    Query, World,
    eval::{Refused, eval},
    firing::{self, Firing},
    parameter, rfc3339,
    rules::{FILE, GROUP, RULES, Rule},
    series::{Labels, View},
    values::Value,
};

/// Most points of a series in one answer, as in the real one.
const MAX_POINTS: i64 = 11_000;

/// Why a question has no answer.
enum Failure {
    /// 400.
    BadData(String),
    /// 422.
    Execution(String),
}

/// Answers a GET.
pub(super) fn answer(world: &World, path: &str, query: &Query) -> Response {
    let data = match path {
        "/-/healthy" => return "Prometheus Server is Healthy.\n".into_response(),
        "/-/ready" => return "Prometheus Server is Ready.\n".into_response(),
        "/api/v1/query" => instant(world, query),
        "/api/v1/query_range" => range(world, query),
        "/api/v1/rules" => Ok(rules(world)),
        "/api/v1/alerts" => Ok(json!({ "alerts": firing::now(world).iter().map(alert).collect::<Vec<_>>() })),
        "/api/v1/status/buildinfo" => Ok(json!({
            "version": "3.0.1", "revision": "1f56e8492c31", "branch": "HEAD", "buildUser": "root@demo",
            "buildDate": "20241128-17:02:20", "goVersion": "go1.23.3",
        })),
        _ => return (StatusCode::NOT_FOUND, "404 page not found\n").into_response(),
    };
    match data {
        Ok(data) => axum::Json(json!({ "status": "success", "data": data })).into_response(),
        Err(failure) => {
            let (status, kind, error) = match failure {
                Failure::BadData(error) => (StatusCode::BAD_REQUEST, "bad_data", error),
                Failure::Execution(error) => (StatusCode::UNPROCESSABLE_ENTITY, "execution", error),
            };
            (status, axum::Json(json!({ "status": "error", "errorType": kind, "error": error }))).into_response()
        }
    }
}

fn instant(world: &World, query: &Query) -> Result<Json, Failure> {
    let tree = expression(query)?;
    let at = match parameter(query, "time") {
        Some(time) => instant_of("time", time)?,
        None => world.clock.now(),
    };
    Ok(match value(world, &tree, at)? {
        Value::Scalar(number) => json!({ "resultType": "scalar", "result": point(at, number) }),
        Value::Vector(samples) => {
            let samples =
                samples.iter().map(|(labels, number)| json!({ "metric": labels, "value": point(at, *number) }));
            json!({ "resultType": "vector", "result": samples.collect::<Vec<_>>() })
        }
    })
}

fn range(world: &World, query: &Query) -> Result<Json, Failure> {
    let tree = expression(query)?;
    let end_of = |name: &str| instant_of(name, parameter(query, name).unwrap_or(""));
    let (start, end) = (end_of("start")?, end_of("end")?);
    let step_ms = parameter(query, "step").and_then(|step| step.parse::<f64>().ok()).map(|step| step * 1_000.0);
    let step_ms = step_ms.filter(|step| *step >= 1.0).ok_or_else(|| {
        Failure::BadData("invalid parameter \"step\": zero or negative query resolution step widths are not accepted. Try a positive integer".into())
    })? as i64;
    if end < start {
        return Err(Failure::BadData("invalid parameter \"end\": end timestamp must not be before start time".into()));
    }
    if end.ms_since(start) / step_ms > MAX_POINTS {
        return Err(Failure::BadData(
            "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)".into(),
        ));
    }
    let mut series: BTreeMap<Labels, Vec<Json>> = BTreeMap::new();
    let mut at = start;
    while at <= end {
        let samples = match value(world, &tree, at)? {
            Value::Scalar(number) => vec![(Labels::new(), number)],
            Value::Vector(samples) => samples,
        };
        for (labels, number) in samples {
            series.entry(labels).or_default().push(point(at, number));
        }
        at = at.plus_ms(step_ms);
    }
    let result: Vec<Json> =
        series.iter().map(|(labels, points)| json!({ "metric": labels, "values": points })).collect();
    Ok(json!({ "resultType": "matrix", "result": result }))
}

fn expression(query: &Query) -> Result<Expr, Failure> {
    parser::parse(parameter(query, "query").unwrap_or(""))
        .map_err(|error| Failure::BadData(format!("invalid parameter \"query\": 1:1: parse error: {error}")))
}

fn value(world: &World, tree: &Expr, at: Timestamp) -> Result<Value, Failure> {
    eval(&View { world, pods: None }, tree, at).map_err(|Refused(error)| Failure::Execution(error))
}

fn instant_of(name: &str, text: &str) -> Result<Timestamp, Failure> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| seconds.is_finite());
    seconds.map(|seconds| Timestamp((seconds * 1_000.0).round() as i64)).ok_or_else(|| {
        Failure::BadData(format!("invalid parameter \"{name}\": cannot parse \"{text}\" to a valid timestamp"))
    })
}

/// A number at a moment, as Prometheus writes it: seconds, and the number as text.
fn point(at: Timestamp, number: f64) -> Json {
    let text = match number {
        number if number.is_nan() => "NaN".to_owned(),
        number if number.is_infinite() => if number > 0.0 { "+Inf" } else { "-Inf" }.to_owned(),
        number => number.to_string(),
    };
    let seconds = at.0 as f64 / 1_000.0;
    json!([seconds, text])
}

/// A number as Go's `%e` writes it, which Prometheus uses for the values of alerts: `1.2e+01`.
fn scientific(number: f64) -> String {
    let text = format!("{number:e}");
    match text.split_once('e').and_then(|(digits, exponent)| Some((digits, exponent.parse::<i32>().ok()?))) {
        Some((digits, exponent)) => format!("{digits}e{exponent:+03}"),
        None => text,
    }
}

fn rules(world: &World) -> Json {
    let all = firing::now(world);
    let now = rfc3339(world.clock.now());
    let rule = |rule: &Rule| {
        let own: Vec<&Firing> = all.iter().filter(|firing| firing.rule == rule.name).collect();
        let state = match own.iter().any(|firing| firing.fires_since.is_some()) {
            true => "firing",
            false if own.is_empty() => "inactive",
            false => "pending",
        };
        json!({
            "state": state, "name": rule.name, "query": rule.expr, "duration": rule.for_min * 60, "keepFiringFor": 0,
            "labels": { "severity": rule.severity },
            "annotations": { "summary": rule.summary, "description": rule.description },
            "alerts": own.into_iter().map(alert).collect::<Vec<_>>(), "health": "ok", "evaluationTime": 0.000_41,
            "lastEvaluation": now, "type": "alerting",
        })
    };
    let rules: Vec<Json> = RULES.iter().map(rule).collect();
    json!({ "groups": [{
        "name": GROUP, "file": FILE, "rules": rules, "interval": 30, "limit": 0, "evaluationTime": 0.002,
        "lastEvaluation": now,
    }] })
}

fn alert(firing: &Firing) -> Json {
    json!({
        "labels": firing.labels,
        "annotations": { "summary": firing.summary, "description": firing.description },
        "state": if firing.fires_since.is_some() { "firing" } else { "pending" },
        "activeAt": rfc3339(firing.active_at), "value": scientific(firing.value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `strconv.FormatFloat(v, 'e', -1, 64)` writes them.
    #[test]
    fn writes_the_values_of_alerts_as_go_does() {
        for (number, text) in [
            (12.0, "1.2e+01"),
            (0.0, "0e+00"),
            (1.0, "1e+00"),
            (0.5, "5e-01"),
            (-0.25, "-2.5e-01"),
            (14.482_758_620_689_655, "1.4482758620689655e+01"),
            (1e100, "1e+100"),
        ] {
            assert_eq!(scientific(number), text);
        }
    }
}
