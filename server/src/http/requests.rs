//! What is noted of each request: an id that the log, the answer and a proxy in front share, how long its answer took, and
//! under which route. Never the address itself, since addresses name pods.

use std::{fmt, sync::Arc, time::Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use prometheus_client::{
    metrics::{family::Family, histogram::Histogram},
    registry::Registry,
};
use tracing::Instrument;

use super::probes::Counted;
use crate::sources::LATENCY_BUCKETS_S;

/// The header that carries an id, in both directions.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest id that is taken over.
const MAX_ID_BYTES: usize = 64;

type Labels = [(&'static str, String); 3];

/// Latencies by route, method and kind of status.
#[derive(Debug, Clone)]
pub(super) struct Requests {
    latency: Family<Labels, Histogram, fn() -> Histogram>,
}

impl Default for Requests {
    fn default() -> Self {
        Self { latency: Family::new_with_constructor(|| Histogram::new(LATENCY_BUCKETS_S)) }
    }
}

impl Requests {
    /// Puts them under the name that `/metrics` shows.
    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "Seconds from a request's head to its answer's head";
        registry.register("http_request_duration_seconds", help, self.latency.clone());
    }
}

/// The name of one request in every log that it passes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct RequestId(Arc<str>);

impl RequestId {
    /// The id that a proxy gave, when it is one; else a new one.
    fn of(headers: &HeaderMap) -> Self {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
        let given = given.filter(|id| (1..=MAX_ID_BYTES).contains(&id.len()) && id.bytes().all(is_plain));
        Self(given.map_or_else(|| format!("{:016x}", fastrand::u64(..)).into(), Into::into))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Gives a request its id, and counts its answer. While the portal drains it tells proxies to keep no connection here.
pub(super) async fn note(State(counted): State<Counted>, request: Request, next: Next) -> Response {
    let id = RequestId::of(request.headers());
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = known_method(request.method());
    let span = tracing::info_span!("request", id = %id, method, route = %route);
    let asked_at = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let (took, status) = (asked_at.elapsed(), response.status().as_u16());
    let labels = [("route", route), ("method", method.to_owned()), ("status", format!("{}xx", status / 100))];
    counted.requests.latency.get_or_create(&labels).observe(took.as_secs_f64());
    let took_ms = took.as_millis();
    span.in_scope(|| match status {
        500.. => tracing::warn!(status, took_ms, "answered with a failure"),
        _ => tracing::debug!(status, took_ms, "answered"),
    });
    if counted.portal.is_stopping() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// A method may be any word; labels must not be.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id_for(given: Option<&'static str>) -> String {
        let given = given.map(|id| (REQUEST_ID, HeaderValue::from_static(id)));
        RequestId::of(&given.into_iter().collect()).to_string()
    }

    #[test]
    fn takes_over_an_id_and_makes_one_in_place_of_anything_else() {
        assert_eq!(id_for(Some("4bf92f35-77b3_4d.a6")), "4bf92f35-77b3_4d.a6");
        const LONG: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
        for wrong in [None, Some(""), Some("a b"), Some("a\"level\":\"x"), Some(LONG)] {
            let made = id_for(wrong);
            assert!(made.len() == 16 && made.bytes().all(|byte| byte.is_ascii_hexdigit()), "{wrong:?} {made}");
        }
        assert_ne!(id_for(None), id_for(None));
    }
}
