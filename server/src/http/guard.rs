//! Who may talk to the portal at all: its own host names only, no other site's scripts, and no page that frames it.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

use access::{Authority, PublicUrl};

/// The host names that the portal answers to. Loopback names always count.
#[derive(Debug, Clone)]
pub(super) struct HostNames {
    names: Arc<[Authority]>,
    public_url: Option<PublicUrl>,
}

impl HostNames {
    /// Takes the names of `[server] host_names`, and the one that readers open the portal under.
    pub(super) fn new(names: &[String], public_url: Option<&PublicUrl>) -> Self {
        let read = |name: &String| match name.parse() {
            Ok(authority) => Some(authority),
            Err(_) => {
                tracing::warn!(%name, "this is not a host name, and stands in host_names of [server] without effect");
                None
            }
        };
        // A proxy may send the port that it listens on, or none: the name tells.
        let public = public_url.map(|url| Authority { port: None, ..url.authority().clone() });
        Self { names: names.iter().filter_map(read).chain(public).collect(), public_url: public_url.cloned() }
    }

    /// Whether this is one of the portal's own names. One that is configured without a port stands for every port.
    fn includes(&self, host: &Authority) -> bool {
        let is_named = |own: &Authority| own.name == host.name && (own.port.is_none() || own.port == host.port);
        host.is_loopback() || self.names.iter().any(is_named)
    }
}

/// Refuses requests under a foreign host name (DNS rebinding), requests that another site's page makes behind its reader's
/// back, and pages that are to be shown inside another page. A link on another site that a person follows is welcome:
/// alerts arrive that way.
pub(super) async fn admit(State(names): State<HostNames>, request: Request, next: Next) -> Response {
    let Some(host) = host_of(&request) else {
        return refuse(StatusCode::BAD_REQUEST, "The request does not name one host, as HTTP requires.");
    };
    if !names.includes(&host) {
        return refuse(
            StatusCode::MISDIRECTED_REQUEST,
            "Runlight does not answer under this host name. Add it to host_names in [server] of runlight.toml.",
        );
    }
    if is_framed(request.headers()) {
        return refuse(StatusCode::FORBIDDEN, "Runlight is not shown inside another page. Open the page itself.");
    }
    if !is_from_own_page(request.headers(), request.method(), &host, names.public_url.as_ref()) {
        return refuse(
            StatusCode::FORBIDDEN,
            "This request comes from another site. Open the page itself; behind a proxy with TLS, let the proxy send \
             X-Forwarded-Proto.",
        );
    }
    next.run(request).await
}

/// The one host that a request names. Two of them, or one that contradicts the address, could be read differently by a
/// proxy in front, so that is none.
fn host_of(request: &Request) -> Option<Authority> {
    let mut written = request.headers().get_all(header::HOST).iter();
    let header = match (written.next(), written.next()) {
        (Some(host), None) => Some(host.to_str().ok()?.parse().ok()?),
        (None, _) => None,
        (Some(_), Some(_)) => return None,
    };
    let address = match request.uri().authority() {
        Some(authority) => Some(authority.as_str().parse().ok()?),
        None => None,
    };
    match (header, address) {
        (Some(header), Some(address)) => Some(header).filter(|header: &Authority| *header == address),
        (header, address) => header.or(address),
    }
}

/// Whether a browser asks for something to be shown inside another page. Nothing here may be, so nothing is begun for it.
fn is_framed(headers: &HeaderMap) -> bool {
    matches!(text(headers, "sec-fetch-dest"), Some("iframe" | "frame" | "embed" | "object" | "fencedframe"))
}

/// Browsers say where a request comes from: `Sec-Fetch-Site`, and `Origin` on every POST. Clients that are no
/// browsers say neither, and carry nobody's session.
fn is_from_own_page(headers: &HeaderMap, method: &Method, host: &Authority, public_url: Option<&PublicUrl>) -> bool {
    let is_navigation = text(headers, "sec-fetch-mode") == Some("navigate") && *method == Method::GET;
    let site = text(headers, "sec-fetch-site");
    let is_own_site = match site {
        Some("same-origin" | "none") | None => true,
        Some(_) => is_navigation,
    };
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let is_own_origin = match (origins.next(), origins.next()) {
        (None, _) => true,
        (Some(origin), None) => origin.to_str().is_ok_and(|origin| {
            public_url.is_some_and(|url| url.is_origin(origin)) || is_origin_of(origin, headers, host)
        }),
        (Some(_), Some(_)) => false,
    };
    is_own_site && is_own_origin
}

/// Whether an origin is the portal's own: same scheme, same host, same port. The portal speaks HTTP; a proxy in front that
/// speaks HTTPS says so by `X-Forwarded-Proto`, else the browser's own comparison has to do.
fn is_origin_of(origin: &str, headers: &HeaderMap, host: &Authority) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    let own_scheme = match text(headers, "x-forwarded-proto") {
        Some(forwarded) => forwarded.split(',').next().unwrap_or(forwarded).trim(),
        None if scheme == "https" && text(headers, "sec-fetch-site") == Some("same-origin") => "https",
        None => "http",
    };
    let is_same = |origin: Authority| origin.name == host.name && origin.port_under(scheme) == host.port_under(scheme);
    matches!(scheme, "http" | "https") && scheme == own_scheme && authority.parse().is_ok_and(is_same)
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
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
         font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
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

    fn host(text: &str) -> Authority {
        text.parse().expect("an authority")
    }

    fn asked(pairs: &[(&'static str, &'static str)]) -> Option<Authority> {
        let mut request = Request::new(axum::body::Body::empty());
        for (name, value) in pairs {
            request.headers_mut().append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        host_of(&request)
    }

    #[test]
    fn answers_to_loopback_and_configured_names_only() {
        let names = HostNames::new(&["Runlight.example.org".into(), "other.example.org:8443".into()], None);
        for own in [
            "localhost:8080",
            "127.0.0.1",
            "[::1]:8080",
            "runlight.example.org",
            "runlight.example.org:443",
            "other.example.org:8443",
        ] {
            assert!(names.includes(&host(own)), "{own}");
        }
        for other in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:8080",
            "10.0.0.1",
            "other.example.org",
            "other.example.org:80",
        ] {
            assert!(!names.includes(&host(other)), "{other}");
        }
    }

    #[test]
    fn takes_a_host_only_where_there_is_one() {
        assert_eq!(asked(&[("host", "localhost:80")]), Some(host("localhost:80")));
        for pairs in [
            &[][..],
            &[("host", "")],
            &[("host", "localhost:80.evil")],
            &[("host", "localhost"), ("host", "evil.example")],
            &[("host", "localhost"), ("host", "localhost")],
        ] {
            assert_eq!(asked(pairs), None, "{pairs:?}");
        }
        let mut absolute = Request::new(axum::body::Body::empty());
        *absolute.uri_mut() = "http://localhost:80/".parse().expect("an address");
        assert_eq!(host_of(&absolute), Some(host("localhost:80")));
        absolute.headers_mut().insert(header::HOST, HeaderValue::from_static("evil.example"));
        assert_eq!(host_of(&absolute), None);
    }

    #[test]
    fn refuses_posts_of_other_sites() {
        let own = headers(&[("origin", "http://localhost:8080"), ("sec-fetch-site", "same-origin")]);
        assert!(is_from_own_page(&own, &Method::POST, &host("localhost:8080"), None));
        assert!(is_from_own_page(&headers(&[]), &Method::POST, &host("localhost:8080"), None));
        for foreign in [
            headers(&[("origin", "http://evil.example")]),
            headers(&[("origin", "null")]),
            headers(&[("origin", "http://localhost:8081")]),
            headers(&[("origin", "http://localhost:8080.evil.example")]),
            headers(&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")]),
            headers(&[("sec-fetch-site", "same-site")]),
        ] {
            assert!(!is_from_own_page(&foreign, &Method::POST, &host("localhost:8080"), None), "{foreign:?}");
        }
    }

    #[test]
    fn compares_the_scheme_of_an_origin() {
        let own = host("runlight.example.org");
        for (pairs, is_own) in [
            (&[("origin", "http://runlight.example.org")][..], true),
            (&[("origin", "http://runlight.example.org:80")], true),
            (&[("origin", "https://runlight.example.org")], false),
            (&[("origin", "ftp://runlight.example.org")], false),
            (&[("origin", "https://runlight.example.org"), ("x-forwarded-proto", "https")], true),
            (&[("origin", "http://runlight.example.org"), ("x-forwarded-proto", "https")], false),
            (&[("origin", "https://runlight.example.org"), ("x-forwarded-proto", "https, http")], true),
            (&[("origin", "https://runlight.example.org"), ("sec-fetch-site", "same-origin")], true),
            (&[("origin", "ftp://runlight.example.org"), ("sec-fetch-site", "same-origin")], false),
            (&[("origin", "ftp://runlight.example.org"), ("x-forwarded-proto", "ftp")], false),
        ] {
            assert_eq!(is_from_own_page(&headers(pairs), &Method::POST, &own, None), is_own, "{pairs:?}");
        }
    }

    #[test]
    fn welcomes_a_followed_link_and_refuses_an_embedded_request() {
        let followed = headers(&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")]);
        let embedded = headers(&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")]);
        assert!(is_from_own_page(&followed, &Method::GET, &host("localhost"), None));
        assert!(!is_from_own_page(&embedded, &Method::GET, &host("localhost"), None));
    }

    #[test]
    fn knows_what_would_be_shown_inside_another_page() {
        for inside in ["iframe", "frame", "embed", "object", "fencedframe"] {
            assert!(is_framed(&headers(&[("sec-fetch-dest", inside)])), "{inside}");
        }
        for own in ["document", "empty", "image", "style", "script"] {
            assert!(!is_framed(&headers(&[("sec-fetch-dest", own)])), "{own}");
        }
    }
}
