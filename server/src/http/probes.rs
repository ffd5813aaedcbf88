//! What a supervisor asks: alive, ready, figures.

use std::sync::Arc;

use axum::{Router, extract::State, response::IntoResponse, routing::get};
use http::{StatusCode, header};

use crate::portal::Portal;

/// `/healthz` and `/metrics`.
pub(super) fn router(portal: Arc<Portal>) -> Router {
    Router::new().route("/healthz", get(|| async { "ok\n" })).route("/metrics", get(metrics)).with_state(portal)
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

/// Prometheus text format.
async fn metrics(State(portal): State<Arc<Portal>>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], portal.figures().to_string())
}
