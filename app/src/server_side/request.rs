//! What a page or a server function takes from its request, and how it says that it failed.

use std::{future::Future, str::FromStr, sync::Arc};

use http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use runbook::names::InvalidName;

use super::{
    backend::{Backend, Caller, Query},
    query,
};
use crate::error::WireError;

/// The portal and who asks it, as the server's router has put them into the context.
pub fn door() -> Result<(Arc<dyn Backend>, Caller), WireError> {
    use_context::<Arc<dyn Backend>>().zip(use_context::<Caller>()).ok_or_else(|| WireError {
        status: 503,
        title: "The portal is not ready".into(),
        message: "This request came in before the portal had started.".into(),
        next_step: "Try again in a moment.".into(),
        links: Vec::new(),
        log_id: None,
    })
}

/// A name from outside, checked.
pub fn parse<T: FromStr<Err = InvalidName>>(text: &str) -> Result<T, WireError> {
    text.parse().map_err(|invalid: InvalidName| WireError {
        status: 400,
        title: "The request cannot be understood".into(),
        message: format!("It names something that is {invalid}."),
        next_step: "Load the page anew and try again.".into(),
        links: Vec::new(),
        log_id: None,
    })
}

/// What is said of a request whose body is not what the server function takes. Nothing of the body is repeated. Sets the
/// response's status, since no code of the function itself runs.
pub fn malformed() -> WireError {
    let error = WireError {
        status: 400,
        title: "The request cannot be understood".into(),
        message: "Its body is not what this function takes.".into(),
        next_step: "Load the page anew and try again.".into(),
        links: Vec::new(),
        log_id: None,
    };
    if let Some(response) = use_context::<ResponseOptions>() {
        set_status(&response, error.status);
    }
    error
}

/// Waits for an answer and gives the response its status.
pub async fn answer<T>(work: impl Future<Output = Result<T, WireError>>) -> Result<T, WireError> {
    let response = use_context::<ResponseOptions>();
    let result = work.await;
    if let (Err(error), Some(response)) = (&result, response) {
        set_status(&response, error.status);
    }
    result
}

/// Gives the response a status. One that HTTP does not know becomes 500.
pub(super) fn set_status(response: &ResponseOptions, status: u16) {
    response.set_status(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
}

/// Sends the reader on to another address of this portal.
pub(super) fn redirect(response: &ResponseOptions, address: &str) {
    if let Ok(location) = HeaderValue::from_str(address) {
        response.insert_header(header::LOCATION, location);
        response.set_status(StatusCode::FOUND);
    }
}

/// Whether a navigation may start the checks that its address names. A page of another site can send a reader's browser
/// here without asking the reader; browsers say whether somebody pressed something, and that the answer fills a tab of
/// its own. What says neither (an old browser, a program) is believed: checks only read, and nobody else sees the answer.
pub fn may_start_checks(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let is_page = matches!(text("sec-fetch-dest"), None | Some("document"));
    let is_followed = match text("sec-fetch-site") {
        None | Some("none" | "same-origin") => true,
        Some(_) => text("sec-fetch-user") == Some("?1"),
    };
    is_page && is_followed
}

/// Whether this request may start the checks that its address names.
pub(super) fn starts_checks() -> bool {
    use_context::<Parts>().is_some_and(|parts| may_start_checks(&parts.headers))
}

/// The request's path below a prefix, decoded; empty when it is not below it.
pub(super) fn path_below(prefix: &str) -> String {
    let path = use_context::<Parts>().map(|parts| parts.uri.path().to_owned()).unwrap_or_default();
    percent_encoding::percent_decode_str(path.strip_prefix(prefix).unwrap_or("")).decode_utf8_lossy().into_owned()
}

/// A query as an address has it, decoded, in order.
pub fn read_query(text: &str) -> Query {
    query::read(text)
}

/// The request's query.
pub(super) fn page_query() -> Query {
    use_context::<Parts>().and_then(|parts| parts.uri.query().map(query::read)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::*;

    #[test]
    fn knows_who_may_start_checks() {
        for (pairs, may) in [
            (&[][..], true),
            (&[("sec-fetch-site", "none"), ("sec-fetch-dest", "document"), ("sec-fetch-user", "?1")], true),
            (&[("sec-fetch-site", "same-origin"), ("sec-fetch-dest", "document")], true),
            (&[("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "document"), ("sec-fetch-user", "?1")], true),
            (&[("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "document")], false),
            (&[("sec-fetch-site", "same-site"), ("sec-fetch-dest", "document")], false),
            (&[("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "iframe"), ("sec-fetch-user", "?1")], false),
            (&[("sec-fetch-site", "same-origin"), ("sec-fetch-dest", "image")], false),
            (&[("sec-fetch-site", "same-origin"), ("sec-fetch-dest", "embed")], false),
            (&[("sec-fetch-site", "none"), ("sec-fetch-dest", "object")], false),
        ] {
            let header = |(name, value): &(&'static str, &'static str)| {
                (HeaderName::from_static(name), HeaderValue::from_static(value))
            };
            let headers: HeaderMap = pairs.iter().map(header).collect();
            assert_eq!(may_start_checks(&headers), may, "{pairs:?}");
        }
    }
}
