//! What others send: Alertmanager's webhook, and what a reader writes on an incident. Everything is written into our own
//! store; no source is changed by it.

use std::sync::Arc;

use access::Caller;
use axum::{
    Extension, Form, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use tower_http::limit::RequestBodyLimitLayer;

use crate::{
    evidence::{NotTaken, Told},
    portal::{IncidentFormat, Portal},
};

/// Largest message of a webhook.
pub(super) const MAX_MESSAGE_BYTES: usize = 1 << 20;

/// The webhook, with a limit of its own.
pub(super) fn webhook(portal: Arc<Portal>) -> Router {
    Router::new()
        .route("/hooks/alertmanager", post(take))
        .layer(DefaultBodyLimit::max(MAX_MESSAGE_BYTES))
        .layer(RequestBodyLimitLayer::new(MAX_MESSAGE_BYTES))
        .with_state(portal)
}

/// Notes on incidents, incidents as files, and what is kept on purpose.
pub(super) fn incidents(portal: Arc<Portal>) -> Router {
    Router::new()
        .route("/incidents/{id}/markdown", get(markdown))
        .route("/incidents/{id}/json", get(json))
        .route("/incidents/{id}/note", post(note))
        .route("/share", post(share))
        .route("/evidence/{id}/pin", post(pin))
        .with_state(portal)
}

async fn take(
    State(portal): State<Arc<Portal>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(evidence) = portal.evidence() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "Nothing is kept here.\n").into_response();
    };
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    // The door has looked at a token's scope; where nobody signs in there is one token for this.
    if !matches!(caller, Caller::Machine(_)) && !evidence.is_webhook_token(given.unwrap_or("")) {
        let words = "The token is not the one of webhook_token_file in [evidence] of runlight.toml.\n";
        return (StatusCode::UNAUTHORIZED, words).into_response();
    }
    let told = match Told::read(&body, portal.now()) {
        Ok(told) => told,
        Err(words) => return (StatusCode::BAD_REQUEST, format!("{words}\n")).into_response(),
    };
    match evidence.hear(told) {
        Ok(()) => (StatusCode::ACCEPTED, "taken\n").into_response(),
        Err(NotTaken::Off) => (StatusCode::SERVICE_UNAVAILABLE, "Nothing is kept here.\n").into_response(),
        Err(NotTaken::Busy) => {
            let words = "Too many messages wait. Send it again.\n";
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "5")], words).into_response()
        }
    }
}

async fn markdown(
    State(portal): State<Arc<Portal>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Response {
    file(portal.incident_file(&caller, &id, IncidentFormat::Markdown).await, "text/markdown; charset=utf-8")
}

async fn json(
    State(portal): State<Arc<Portal>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Response {
    file(portal.incident_file(&caller, &id, IncidentFormat::Json).await, "application/json")
}

fn file(found: Result<String, app::error::WireError>, kind: &'static str) -> Response {
    match found {
        Ok(text) => ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], text).into_response(),
        Err(error) => refuse(&error),
    }
}

fn refuse(error: &app::error::WireError) -> Response {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, format!("{error}\n")).into_response()
}

/// What a reader writes on an incident.
#[derive(Deserialize)]
struct Written {
    /// Who; a name that the reader gives.
    #[serde(default)]
    who: String,
    /// The words; empty for "I have it".
    #[serde(default)]
    text: String,
}

async fn note(
    State(portal): State<Arc<Portal>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Form(written): Form<Written>,
) -> Response {
    match portal.note_on_incident(&caller, &id, &written.who, &written.text).await {
        Ok(()) => Redirect::to(&app::paths::incident(&id)).into_response(),
        Err(error) => refuse(&error),
    }
}

/// Whether an entry is to stay.
#[derive(Deserialize)]
struct Pin {
    /// `yes` or `no`.
    keep: String,
}

async fn pin(
    State(portal): State<Arc<Portal>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Form(pin): Form<Pin>,
) -> Response {
    match portal.pin_evidence(&caller, &id, pin.keep == "yes").await {
        Ok(()) => Redirect::to(&app::paths::evidence(&id)).into_response(),
        Err(error) => refuse(&error),
    }
}

/// A page to keep: its runbook and its query, as the address has it.
#[derive(Deserialize)]
struct Shared {
    path: String,
    #[serde(default)]
    query: String,
}

async fn share(
    State(portal): State<Arc<Portal>>,
    Extension(caller): Extension<Caller>,
    Form(page): Form<Shared>,
) -> Response {
    match portal.share(&caller, &page.path, &page.query).await {
        Ok(id) => Redirect::to(&app::paths::evidence(&id)).into_response(),
        Err(error) => refuse(&error),
    }
}
