//! `Status` objects: how the API server says no.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};

/// A refusal.
#[derive(Debug, Clone)]
pub(super) struct Status {
    code: StatusCode,
    body: Value,
}

impl Status {
    pub(super) fn new(code: StatusCode, reason: &str, message: &str) -> Self {
        let body = json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": message, "reason": reason, "code": code.as_u16(),
        });
        Self { code, body }
    }

    /// A number in a query that is none, in the words of the language that the real server is written in.
    pub(super) fn not_a_number(text: &str) -> Self {
        Self::bad_request(format!("strconv.ParseInt: parsing \"{text}\": invalid syntax"))
    }

    /// Options of a log that have a rule and break it.
    pub(super) fn invalid_log_options(pod: &str, field: &str, rule: &str) -> Self {
        let message = format!("PodLogOptions \"{pod}\" is invalid: {field}: {rule}");
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Invalid", &message)
    }

    /// A watch from a version that is none. The real server means it as a bug of its own, and gives no reason.
    pub(super) fn invalid_version(text: &str) -> Self {
        let message = format!(
            "resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax"
        );
        let mut status = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "", &message);
        if let Some(fields) = status.body.as_object_mut() {
            fields.remove("reason");
        }
        status
    }

    pub(super) fn bad_request(message: impl AsRef<str>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message.as_ref())
    }

    pub(super) fn no_such_path() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFound", "the server could not find the requested resource")
    }

    pub(super) fn not_found(kind: &super::kinds::Kind, name: &str) -> Self {
        let group = if kind.group.is_empty() { String::new() } else { format!(".{}", kind.group) };
        let message = format!("{}{group} \"{name}\" not found", kind.plural);
        let mut status = Self::new(StatusCode::NOT_FOUND, "NotFound", &message);
        status.body["details"] = json!({ "name": name, "group": kind.group, "kind": kind.plural });
        status
    }

    pub(super) fn forbidden(verb: &str, what: &str, group: &str) -> Self {
        let message = format!(
            "{what} is forbidden: User \"runlight-demo\" cannot {verb} resource \"{what}\" in API group \"{group}\" at the \
             cluster scope"
        );
        Self::new(StatusCode::FORBIDDEN, "Forbidden", &message)
    }

    pub(super) fn expired(message: &str) -> Self {
        Self::new(StatusCode::GONE, "Expired", message)
    }

    /// What the real server says with a status that was asked for as a fault.
    pub(super) fn made_up(code: u16) -> Self {
        let code = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        match code {
            StatusCode::UNAUTHORIZED => Self::new(code, "Unauthorized", "Unauthorized"),
            StatusCode::FORBIDDEN => Self::forbidden("list", "pods", ""),
            StatusCode::GONE => Self::expired("The provided continue parameter is too old"),
            StatusCode::TOO_MANY_REQUESTS => Self::new(code, "TooManyRequests", "too many requests, try again later"),
            StatusCode::SERVICE_UNAVAILABLE => Self::new(code, "ServiceUnavailable", "apiserver not ready"),
            _ => Self::new(code, "InternalError", "Internal error occurred: etcdserver: request timed out"),
        }
    }

    /// The object itself, for `ERROR` events of a watch.
    pub(super) fn into_body(self) -> Value {
        self.body
    }
}

impl IntoResponse for Status {
    fn into_response(self) -> Response {
        (self.code, axum::Json(self.body)).into_response()
    }
}
