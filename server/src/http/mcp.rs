//! `/mcp`: assistants, behind the same door as pages. Each request stands for itself, so nothing is kept of a caller
//! between two of them.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::to_bytes,
    extract::Request,
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use http::StatusCode;
use rmcp::transport::streamable_http_server::{
    StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
};

use crate::{
    config,
    mcp::{Assistants, MAX_MESSAGE_BYTES},
    portal::Portal,
};

/// Names under which this machine reaches itself.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// The route.
pub(super) fn router(portal: Arc<Portal>, server: &config::Server, patience: Duration) -> Router {
    let hosts = hosts(server);
    let bracketed =
        |host: &String| if host.contains(':') && !host.contains('.') { format!("[{host}]") } else { host.clone() };
    let origins: Vec<String> = hosts
        .iter()
        .map(|host| {
            // `::1` has colons and no port.
            let port = |(name, port): &(&str, &str)| {
                (!name.contains(':') || name.ends_with(']')) && port.parse::<u16>().is_ok()
            };
            host.rsplit_once(':').filter(port).map_or(host.clone(), |it| it.0.into())
        })
        .flat_map(|host| ["http", "https"].map(|scheme| format!("{scheme}://{}:*", bracketed(&host))))
        .collect();
    // `guard` has looked at both already, by stricter rules; an empty list would check nothing.
    let config = StreamableHttpServerConfig::default()
        .with_allowed_hosts(hosts)
        .with_allowed_origins(origins)
        .enforce_origin_validation()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_sse_keep_alive(None)
        .with_max_request_body_bytes(MAX_MESSAGE_BYTES);
    let assistants = Assistants::over_http(portal, patience);
    let service =
        StreamableHttpService::new(move || Ok(assistants.clone()), Arc::new(NeverSessionManager::default()), config);
    Router::new().route_service("/mcp", service).layer(middleware::from_fn(bounded))
}

/// A message is read before it is looked at, as far as a message may go.
async fn bounded(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match to_bytes(body, MAX_MESSAGE_BYTES).await {
        Ok(bytes) => next.run(Request::from_parts(parts, bytes.into())).await,
        Err(_) => {
            let words = format!("A message has at most {MAX_MESSAGE_BYTES} bytes, and comes without a long pause.\n");
            (StatusCode::PAYLOAD_TOO_LARGE, words).into_response()
        }
    }
}

/// The host names that the portal answers to.
fn hosts(server: &config::Server) -> Vec<String> {
    let public = server.public_url.as_ref().map(|url| url.authority().name.to_string());
    let named = server.host_names.iter().cloned().chain(public);
    LOOPBACK.into_iter().map(str::to_owned).chain(named).collect()
}
