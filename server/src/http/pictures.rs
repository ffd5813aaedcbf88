//! `/files/…`: the pictures of the library, and no other file.

use std::sync::Arc;

use access::Caller;
use axum::{
    Extension, Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{StatusCode, header};

use crate::{
    library::{NoPicture, PictureFile},
    portal::Portal,
};

/// A picture may change with its runbook; an open page keeps it for a while.
const CACHING: &str = "private, max-age=60";
/// An SVG file may hold scripts. Inside a page they never run; opened by itself, this keeps them from it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'";

/// The route.
pub(super) fn router(portal: Arc<Portal>) -> Router {
    Router::new().route("/files/{*path}", get(send)).with_state(portal)
}

async fn send(
    State(portal): State<Arc<Portal>>,
    Extension(caller): Extension<Caller>,
    Path(path): Path<String>,
) -> Response {
    let read = tokio::task::spawn_blocking(move || portal.picture(&caller, &path));
    match read.await {
        Ok(Ok(PictureFile { bytes, content_type })) => {
            let headers = [
                (header::CONTENT_TYPE, content_type),
                (header::CACHE_CONTROL, CACHING),
                (header::CONTENT_SECURITY_POLICY, POLICY),
            ];
            (headers, bytes).into_response()
        }
        Ok(Err(error)) => {
            let status = match error {
                NoPicture::Absent => StatusCode::NOT_FOUND,
                NoPicture::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
                NoPicture::NoPicture => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            };
            (status, [(header::CACHE_CONTROL, "no-store")], error.to_string()).into_response()
        }
        Err(cause) => {
            tracing::error!(%cause, "reading a picture failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
