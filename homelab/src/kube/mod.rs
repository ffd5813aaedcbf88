//! The Kubernetes API of one cluster: what comes in, who answers. It only ever reads; whatever would change something
//! is forbidden to the token that the demo hands out.

mod discovery;
mod kinds;
mod list;
mod logs;
mod metrics;
mod openapi;
mod path;
mod review;
mod select;
mod status;
mod table;
mod watch;

use std::{collections::HashMap, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, StatusCode, header};

use self::{path::Address, status::Status, table::Format};
use super::cluster::Cluster;

/// The API of a cluster.
pub(super) fn router(cluster: Arc<Cluster>) -> Router {
    Router::new().fallback(answer).with_state(cluster)
}

/// The query of a request, decoded. The API has no parameter that repeats.
type Query = HashMap<String, String>;

async fn answer(State(cluster): State<Arc<Cluster>>, request: Request) -> Response {
    if let Some(code) = cluster.door.enter(&request).await {
        return Status::made_up(code).into_response();
    }
    match dispatch(cluster, request).await {
        Ok(response) => response,
        Err(status) => status.into_response(),
    }
}

async fn dispatch(cluster: Arc<Cluster>, request: Request) -> Result<Response, Status> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    if matches!(path, "/healthz" | "/readyz" | "/livez") {
        return Ok("ok".into_response());
    }
    authenticate(&cluster, &parts.headers)?;
    let query: Query =
        axum::extract::Query::try_from_uri(&parts.uri).map_err(|e| Status::bad_request(e.body_text()))?.0;
    let accept = parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if parts.method == Method::POST && review::is_review(path) {
        return review::answer(&cluster, path, &parts.headers, body).await;
    }
    if let Some(document) = discovery::answer(path, accept) {
        return only_reads(&parts.method, path, "").map(|()| document);
    }
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    if let Some(document) = openapi::answer(&segments) {
        return only_reads(&parts.method, path, "").map(|()| axum::Json(document).into_response());
    }
    if let Some(document) = metrics::answer(&cluster, &segments, &query)? {
        return Ok(axum::Json(document).into_response());
    }
    let Some(address) = Address::parse(&segments) else {
        // Under a group that nobody serves, the real server's own web framework answers.
        return match kinds::is_served(&segments) {
            true => Err(Status::no_such_path()),
            false => Ok((StatusCode::NOT_FOUND, "404 page not found\n").into_response()),
        };
    };
    only_reads(&parts.method, address.kind.plural, address.kind.group)?;
    refuse_denied(&cluster, &address, &query)?;
    let format = Format::from_accept(accept, &query);
    match address {
        Address { kind, namespace: Some(namespace), name: Some(name), subresource: Some("log") }
            if kind.plural == "pods" =>
        {
            logs::answer(&cluster, namespace, name, &query)
        }
        Address { subresource: Some("" | "status") | None, .. } if is_watch(&query) => {
            watch::answer(&cluster, (path, &address), &query, format)
        }
        Address { name: Some(name), subresource: Some("status") | None, .. } => {
            list::one(&cluster, &address, name, format).map(|v| axum::Json(v).into_response())
        }
        Address { name: None, .. } => {
            list::many(&cluster, &address, &query, format).map(|v| axum::Json(v).into_response())
        }
        Address { .. } => Err(Status::no_such_path()),
    }
}

/// What the account may not do, as the real server refuses it.
fn refuse_denied(cluster: &Cluster, address: &Address<'_>, query: &Query) -> Result<(), Status> {
    let verb = match address.name {
        _ if is_watch(query) => "watch",
        Some(_) => "get",
        None => "list",
    };
    let plural = address.kind.plural;
    let what = address.subresource.map_or_else(|| plural.to_owned(), |subresource| format!("{plural}/{subresource}"));
    if cluster.denies(verb, &what) { Err(Status::forbidden(verb, &what, address.kind.group)) } else { Ok(()) }
}

fn is_watch(query: &Query) -> bool {
    query.get("watch").is_some_and(|value| value == "true" || value == "1")
}

fn authenticate(cluster: &Cluster, headers: &HeaderMap) -> Result<(), Status> {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let is_ours = given.and_then(|value| value.strip_prefix("Bearer ")).is_some_and(|token| token == cluster.token);
    if is_ours { Ok(()) } else { Err(Status::made_up(401)) }
}

fn only_reads(method: &Method, what: &str, group: &str) -> Result<(), Status> {
    let verb = match *method {
        Method::GET | Method::HEAD => return Ok(()),
        Method::POST => "create",
        Method::PUT => "update",
        Method::PATCH => "patch",
        Method::DELETE => "delete",
        _ => {
            return Err(Status::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "MethodNotAllowed",
                "the server does not allow this method",
            ));
        }
    };
    Err(Status::forbidden(verb, what, group))
}

/// How long a watch or a followed log waits before it looks at the clock again.
const TICK: Duration = Duration::from_millis(250);
