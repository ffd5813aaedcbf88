//! Reviews: what the account may do, and who it is. Reading is allowed, nothing else.

use axum::{
    body::{Body, to_bytes},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

use super::status::Status;
use crate::cluster::Cluster;

/// Largest question.
const MAX_BYTES: usize = 65_536;
/// The verbs that read.
const READS: [&str; 3] = ["get", "list", "watch"];
/// The account whose token the demo hands out.
const ACCOUNT: &str = "runlight-demo";

/// Whether a path is one of a review.
pub(super) fn is_review(path: &str) -> bool {
    kind_of(path).is_some()
}

/// The answer to a review; nothing is stored.
pub(super) async fn answer(cluster: &Cluster, path: &str, headers: &HeaderMap, body: Body) -> Result<Response, Status> {
    let (kind, group) = kind_of(path).ok_or_else(Status::no_such_path)?;
    // kubectl would rather speak protobuf. To read that as "nothing was asked" would answer "no".
    if !headers.get(header::CONTENT_TYPE).is_some_and(|form| form.as_bytes().starts_with(b"application/json")) {
        return Err(Status::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UnsupportedMediaType",
            "the body of the request was in an unknown format - accepted media types include: application/json",
        ));
    }
    let body = to_bytes(body, MAX_BYTES).await.map_err(|error| Status::bad_request(error.to_string()))?;
    let review: Value = serde_json::from_slice(&body).map_err(|error| Status::bad_request(error.to_string()))?;
    let status = match kind {
        "SelfSubjectAccessReview" => may(cluster, &review["spec"]),
        "SelfSubjectRulesReview" => json!({
            "resourceRules": [{ "verbs": READS, "apiGroups": ["*"], "resources": ["*"] }],
            "nonResourceRules": [{ "verbs": ["get"], "nonResourceURLs": ["*"] }],
            "incomplete": false,
        }),
        _ => json!({ "userInfo": { "username": ACCOUNT, "groups": ["runlight:readers", "system:authenticated"] } }),
    };
    let answer = json!({
        "apiVersion": format!("{group}/v1"), "kind": kind, "metadata": {}, "spec": review["spec"], "status": status,
    });
    Ok((StatusCode::CREATED, axum::Json(answer)).into_response())
}

fn kind_of(path: &str) -> Option<(&'static str, &'static str)> {
    Some(match path {
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews" => ("SelfSubjectAccessReview", "authorization.k8s.io"),
        "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews" => ("SelfSubjectRulesReview", "authorization.k8s.io"),
        "/apis/authentication.k8s.io/v1/selfsubjectreviews" => ("SelfSubjectReview", "authentication.k8s.io"),
        _ => return None,
    })
}

fn may(cluster: &Cluster, spec: &Value) -> Value {
    let asked = &spec["resourceAttributes"];
    let verb = asked["verb"].as_str().filter(|verb| {
        let resource = asked["resource"].as_str().unwrap_or_default();
        let whole = match asked["subresource"].as_str().filter(|subresource| !subresource.is_empty()) {
            Some(subresource) => format!("{resource}/{subresource}"),
            None => resource.to_owned(),
        };
        !cluster.denies(verb, &whole)
    });
    let path_verb = spec["nonResourceAttributes"]["verb"].as_str();
    let is_allowed = verb.is_some_and(|verb| READS.contains(&verb)) || path_verb == Some("get");
    json!({ "allowed": is_allowed })
}
