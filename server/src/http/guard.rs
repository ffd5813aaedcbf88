//! Who may talk to the portal at all: its own host names only, and no other site's scripts.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

/// The host names that the portal answers to. Loopback names always count.
#[derive(Debug, Clone)]
pub(super) struct HostNames(Arc<[String]>);

impl HostNames {
    /// Takes the names of `[server] host_names`.
    pub(super) fn new(names: &[String]) -> Self {
        Self(names.iter().map(|name| name.to_lowercase()).collect())
    }

    /// Whether `host` (a Host header: name or address, with or without port) is one of the portal's own.
    fn includes(&self, host: &str) -> bool {
        let host = host.to_lowercase();
        let name = without_port(&host);
        let is_loopback = name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        is_loopback || self.0.iter().any(|own| *own == host || *own == name)
    }
}

/// Refuses requests under a foreign host name (DNS rebinding) and requests that another site's page makes behind its
/// reader's back. A link on another site that a person follows is welcome: alerts arrive that way.
pub(super) async fn admit(State(names): State<HostNames>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let Some(host) = host.or_else(|| request.uri().authority().map(|authority| authority.as_str())) else {
        return refuse(StatusCode::BAD_REQUEST, "The request names no host.");
    };
    if !names.includes(host) {
        return refuse(
            StatusCode::MISDIRECTED_REQUEST,
            "Runlight does not answer under this host name. Add it to host_names in [server] of runlight.toml.",
        );
    }
    if !is_from_own_page(request.headers(), request.method(), host) {
        return refuse(StatusCode::FORBIDDEN, "This request comes from another site. Open the page itself.");
    }
    next.run(request).await
}

/// Browsers say where a request comes from: `Sec-Fetch-Site`, and `Origin` on every POST. Clients that are no
/// browsers say neither, and carry nobody's session.
fn is_from_own_page(headers: &HeaderMap, method: &Method, host: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let is_navigation = text("sec-fetch-mode") == Some("navigate") && *method == Method::GET;
    let is_own_site = match text("sec-fetch-site") {
        Some("same-origin" | "none") | None => true,
        Some(_) => is_navigation,
    };
    let is_own_origin = match text("origin") {
        Some(origin) => origin.split_once("://").is_some_and(|(_, origin_host)| origin_host == host),
        None => true,
    };
    is_own_site && is_own_origin
}

/// Headers that every answer carries. Pages add their own Content-Security-Policy with a nonce.
pub(super) async fn add_security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed = [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        // Links carry pod names, which are nobody else's business.
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ];
    for (name, value) in fixed {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    response
}

/// The policy of a page whose inline scripts carry `nonce`. Nothing is styled inline, and nothing comes from elsewhere.
pub(super) fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
         font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

fn without_port(host: &str) -> &str {
    if let Some(inner) = host.strip_prefix('[') {
        return inner.split(']').next().unwrap_or(inner);
    }
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

fn refuse(status: StatusCode, sentence: &'static str) -> Response {
    (status, sentence).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn answers_to_loopback_and_configured_names_only() {
        let names = HostNames::new(&["Runlight.example.org".into()]);
        for host in ["localhost:8080", "127.0.0.1", "[::1]:8080", "runlight.example.org", "runlight.example.org:443"] {
            assert!(names.includes(host), "{host}");
        }
        for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8080", "10.0.0.1", ""] {
            assert!(!names.includes(host), "{host}");
        }
    }

    #[test]
    fn refuses_posts_of_other_sites() {
        let own = headers(&[("origin", "http://localhost:8080"), ("sec-fetch-site", "same-origin")]);
        assert!(is_from_own_page(&own, &Method::POST, "localhost:8080"));
        assert!(is_from_own_page(&headers(&[]), &Method::POST, "localhost:8080"));
        for foreign in [
            headers(&[("origin", "http://evil.example")]),
            headers(&[("origin", "null")]),
            headers(&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")]),
            headers(&[("sec-fetch-site", "same-site")]),
        ] {
            assert!(!is_from_own_page(&foreign, &Method::POST, "localhost:8080"), "{foreign:?}");
        }
    }

    #[test]
    fn welcomes_a_followed_link_and_refuses_an_embedded_request() {
        let followed = headers(&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")]);
        let embedded = headers(&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")]);
        assert!(is_from_own_page(&followed, &Method::GET, "localhost"));
        assert!(!is_from_own_page(&embedded, &Method::GET, "localhost"));
    }
}
