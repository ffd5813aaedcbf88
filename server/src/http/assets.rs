//! The files that pages need: style sheet, script, WebAssembly module, icons.
//!
//! Never compresses: the best compression was done once, when the site was built. Where the files come from is `site`'s
//! matter; once the portal listens, no file is read any more.

use axum::Router;
use axum::extract::Path;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;

use super::site::{Asset, Site};

/// Names under `/pkg/` change with their content, so browsers may keep them for good.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// Icons and the like keep their names; a day is short enough for a changed one to arrive.
const FOR_A_DAY: &str = "public, max-age=86400";

/// A service worker lives by its own file's policy: it may ask the portal, and nobody else.
const WORKER_POLICY: &str = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'";

/// Serves `/pkg/{name}` and every public file by its own name.
pub(super) fn router<S: Clone + Send + Sync + 'static>(site: &'static Site) -> Router<S> {
    let package = move |path, headers| async move { serve_package(site, path, &headers) };
    let router = Router::new().route("/pkg/{name}", get(package));
    site.public.iter().fold(router, |router, asset| {
        let serve = move |headers: HeaderMap| async move { asset.answer(FOR_A_DAY, &headers) };
        router.route(&format!("/{}", asset.name), get(serve))
    })
}

impl Asset {
    fn answer(&self, cache: &'static str, request: &HeaderMap) -> Response {
        let (encoding, bytes) = self.choose(request);
        let headers: [(HeaderName, &str); 4] = [
            (CONTENT_TYPE, content_type(&self.name)),
            (CACHE_CONTROL, cache),
            (VARY, "accept-encoding"),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        let mut response = match encoding {
            Some(encoding) => (headers, [(CONTENT_ENCODING, encoding)], bytes).into_response(),
            None => (headers, bytes).into_response(),
        };
        if self.name.ends_with(".js") {
            response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(WORKER_POLICY));
        }
        response
    }

    fn choose(&self, request: &HeaderMap) -> (Option<&'static str>, Bytes) {
        match (&self.brotli, &self.gzip) {
            (Some(bytes), _) if accepts(request, "br") => (Some("br"), bytes.clone()),
            (_, Some(bytes)) if accepts(request, "gzip") => (Some("gzip"), bytes.clone()),
            _ => (None, self.plain.clone()),
        }
    }
}

fn serve_package(site: &'static Site, Path(name): Path<String>, headers: &HeaderMap) -> Response {
    match site.package.iter().find(|asset| asset.name == name) {
        Some(asset) => asset.answer(FOR_GOOD, headers),
        None => {
            let gone = "This file belongs to another version of Runlight. Reload the page to get the current ones.\n";
            (StatusCode::NOT_FOUND, [(CACHE_CONTROL, "no-store")], gone).into_response()
        }
    }
}

/// Whether the request lists `coding` with a weight other than zero.
fn accepts(request: &HeaderMap, coding: &str) -> bool {
    request.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).any(|value| {
        value.split(',').any(|part| {
            let (name, weight) = part.split_once(';').unwrap_or((part, ""));
            let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32));
            name.trim().eq_ignore_ascii_case(coding) && !refused
        })
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "ico" => "image/x-icon",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;

    async fn ask(path: &str) -> Response {
        let request = Request::get(path).body(Body::empty()).expect("a valid address");
        router::<()>(Site::carried()).oneshot(request).await.expect("an infallible service")
    }

    fn request_with(accept_encoding: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(accept_encoding))])
    }

    #[tokio::test]
    async fn serves_the_style_sheet_for_good() {
        let answer = ask(&format!("/pkg/{}", Site::carried().css())).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[CONTENT_TYPE], "text/css; charset=utf-8");
        assert_eq!(answer.headers()[CACHE_CONTROL], FOR_GOOD);
        assert_eq!(answer.headers()[X_CONTENT_TYPE_OPTIONS], "nosniff");
    }

    #[tokio::test]
    async fn serves_public_files_by_their_own_names() {
        assert_eq!(ask("/robots.txt").await.status(), StatusCode::OK);
        assert_eq!(ask("/favicon.svg").await.headers()[CONTENT_TYPE], "image/svg+xml");
    }

    #[tokio::test]
    async fn says_that_an_unknown_file_is_of_another_version() {
        for path in ["/pkg/runlight-0.js", "/pkg/robots.txt", "/pkg/..%2Frobots.txt"] {
            let answer = ask(path).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
            assert_eq!(answer.headers()[CACHE_CONTROL], "no-store", "{path}");
        }
    }

    #[test]
    fn takes_the_best_encoding_that_the_browser_accepts() {
        let asset = Asset {
            name: "a.js".into(),
            plain: Bytes::from_static(b"plain"),
            brotli: Some(Bytes::from_static(b"br")),
            gzip: Some(Bytes::from_static(b"gz")),
        };
        let choice = |accept| asset.choose(&request_with(accept)).0;
        assert_eq!(choice("gzip, deflate, br"), Some("br"));
        assert_eq!(choice("gzip;q=1.0, br;q=0"), Some("gzip"));
        assert_eq!(choice("identity"), None);
        assert_eq!(asset.choose(&HeaderMap::new()), (None, Bytes::from_static(b"plain")));
    }
}
