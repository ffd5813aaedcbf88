//! What a supervisor asks: alive, ready, figures.

use std::sync::Arc;

use axum::{Router, extract::State, response::IntoResponse, routing::get};
use http::{StatusCode, header};
use prometheus_client::{
    encoding::text::encode,
    metrics::{gauge::Gauge, info::Info},
    registry::Registry,
};

use super::{process, requests::Requests, streams::Streams};
use crate::portal::{Figures, Portal, backup_figures};

/// Everything that is counted, wherever it is kept.
#[derive(Clone)]
pub(super) struct Counted {
    pub(super) portal: Arc<Portal>,
    pub(super) requests: Requests,
    pub(super) streams: Streams,
}

/// `/healthz`.
pub(super) fn router() -> Router {
    Router::new().route("/healthz", get(|| async { "ok\n" }))
}

/// `/metrics`. On the portal's own address figures are for those who have signed in, and for a program with a token for
/// them; on the one for probes alone they are for whoever reaches it.
pub(super) fn figures(counted: Counted) -> Router {
    Router::new().route("/metrics", get(metrics)).with_state(counted)
}

/// `/readyz`, which waits for the library as pages do.
pub(super) fn readiness(portal: Arc<Portal>) -> Router {
    Router::new().route("/readyz", get(ready)).with_state(portal)
}

/// Ready means that pages can be read. A source that is down shows on its panels; restarting the portal would not
/// bring it back.
async fn ready(State(portal): State<Arc<Portal>>) -> impl IntoResponse {
    if portal.is_stopping() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n".to_owned());
    }
    // Where the folders lie is nobody's business who may only probe.
    let words = match portal.figures().library_folders_failing {
        0 => "ok\n".to_owned(),
        1 => "ok\n1 folder of the library cannot be read; its runbooks are those of before\n".to_owned(),
        count => format!("ok\n{count} folders of the library cannot be read; their runbooks are those of before\n"),
    };
    (StatusCode::OK, words)
}

/// OpenMetrics text, which Prometheus reads as its own.
async fn metrics(State(counted): State<Counted>) -> impl IntoResponse {
    let mut registry = Registry::with_prefix("runlight");
    let figures = Figures { evidence: counted.portal.kept_figures().await, ..counted.portal.figures() };
    figures.register(&mut registry);
    backup_figures::register(&counted.portal.backup_figures().await, &mut registry);
    counted.requests.register(&mut registry);
    let streams = Gauge::<i64>::default();
    streams.set(i64::try_from(counted.streams.count()).unwrap_or(i64::MAX));
    registry.register("live_streams", "Pages that are followed live", streams);
    registry.register("build", "Which build this is", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
    process::register(&mut registry);
    let mut text = String::new();
    match encode(&mut text, &registry) {
        Ok(()) => {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            (StatusCode::OK, [(header::CONTENT_TYPE, kind)], text)
        }
        Err(_) => {
            (StatusCode::INTERNAL_SERVER_ERROR, [(header::CONTENT_TYPE, "text/plain")], "no figures\n".to_owned())
        }
    }
}
