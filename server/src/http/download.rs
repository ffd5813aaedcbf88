//! `/r/PATH?download=ID`: a check's printed answer as a file. Names only a check of the runbook and values for its
//! parameters, as the page itself does; the runbook's own file name is cleaned before a browser sees it.

use std::sync::Arc;

use app::{
    paths,
    server_side::{
        backend::{Caller, Query},
        request::may_start_checks,
    },
};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, Method, StatusCode, Uri, header};
use runbook::names::{CheckId, RunbookPath};

use crate::portal::{Portal, query};

/// Longest file name, in bytes.
const MAX_NAME_BYTES: usize = 80;

/// Answers a request for a file; lets any other one pass.
pub(super) async fn answer(State(portal): State<Arc<Portal>>, request: Request, next: Next) -> Response {
    let Some(wish) = Wish::read(request.method(), request.uri()) else { return next.run(request).await };
    if !may_start_checks(request.headers()) {
        let words = "Another site asks for this file. Open the runbook's page and press Download there.";
        return (StatusCode::FORBIDDEN, words).into_response();
    }
    let Some(caller) = request.extensions().get::<Caller>() else { return StatusCode::UNAUTHORIZED.into_response() };
    match portal.download(caller, &wish.path, &wish.check, &wish.query).await {
        Ok(file) => {
            let name = file_name(file.name.as_deref(), &wish.check);
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")),
                (header::CONTENT_DISPOSITION, disposition(&name)),
            ];
            (headers, file.text).into_response()
        }
        Err(error) => {
            let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, error.to_string()).into_response()
        }
    }
}

/// Which file is asked for.
#[derive(Debug, PartialEq, Eq)]
struct Wish {
    path: RunbookPath,
    check: CheckId,
    query: Query,
}

impl Wish {
    fn read(method: &Method, uri: &Uri) -> Option<Self> {
        let path = uri.path().strip_prefix(paths::RUNBOOK_ROOT).filter(|_| *method == Method::GET)?;
        let path = percent_encoding::percent_decode_str(path).decode_utf8().ok()?.parse().ok()?;
        let query = query::decode(uri.query()?);
        let check = query.iter().find(|(name, _)| name == paths::DOWNLOAD_FIELD)?.1.parse().ok()?;
        Some(Self { path, check, query })
    }
}

/// A name that no system takes for a path, a hidden file or a program's file.
fn file_name(written: Option<&str>, check: &CheckId) -> String {
    let last = written.unwrap_or("").rsplit(['/', '\\']).next().unwrap_or("");
    let kept = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' };
    let clean: String = last.chars().map(kept).take(MAX_NAME_BYTES).collect();
    let clean = clean.trim_matches(['.', '-']);
    match clean.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).as_deref() {
        _ if clean.is_empty() => format!("check-{}.txt", check.as_str()),
        Some("txt" | "log" | "yaml" | "yml" | "json" | "csv" | "tsv" | "md" | "out") => clean.to_owned(),
        // Whatever else the author calls it, it is text.
        _ => format!("{clean}.txt"),
    }
}

fn disposition(name: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("attachment; filename=\"{name}\""))
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleans_file_names() {
        let check: CheckId = "a1b2c3d4".parse().expect("it is an id");
        let cases = [
            (Some("pods.yaml"), "pods.yaml"),
            (Some("/etc/cron.d/evil"), "evil.txt"),
            (Some("..\\..\\run.exe"), "run.exe.txt"),
            (Some(".bashrc"), "bashrc.txt"),
            (Some("a\"b\r\nX-Evil: 1.log"), "a-b--X-Evil--1.log"),
            (Some("backup-$(date +%F).yaml"), "backup---date---F-.yaml"),
            (Some("über.json"), "ber.json"),
            (Some("../"), "check-a1b2c3d4.txt"),
            (Some("/dev/null"), "null.txt"),
            (None, "check-a1b2c3d4.txt"),
        ];
        for (written, expected) in cases {
            assert_eq!(file_name(written, &check), expected, "{written:?}");
        }
        assert!(file_name(Some(&"x".repeat(500)), &check).len() <= MAX_NAME_BYTES + 4);
    }

    #[test]
    fn reads_only_what_names_a_check_of_a_runbook() {
        let wish = |uri: &'static str| Wish::read(&Method::GET, &Uri::from_static(uri));
        let found = wish("/r/alerts/Pod%20x?pod=web-0&download=a1b2").expect("it names both");
        assert_eq!((found.path.as_str(), found.check.as_str()), ("alerts/Pod x", "a1b2"));
        for uri in
            ["/r/x", "/r/x?pod=1", "/r/x?download=", "/r/x?download=../..", "/e/x?download=a1", "/r/%ff?download=a1"]
        {
            assert_eq!(wish(uri), None, "{uri}");
        }
        assert_eq!(Wish::read(&Method::POST, &Uri::from_static("/r/x?download=a1")), None);
    }
}
