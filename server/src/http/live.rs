//! `/live`: the one event stream that a page opens. HTTP/1.1 allows six connections, so there is one for all panels.

use std::{convert::Infallible, net::IpAddr, sync::Arc, time::Duration};

use app::server_side::backend::Caller;
use axum::{
    Extension, Router,
    body::Body,
    extract::{RawQuery, State},
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
    routing::get,
};
use futures::{Stream, StreamExt, stream};
use http::{StatusCode, header};
use runbook::names::{CheckId, RunbookPath};

use super::{connections::Peer, door::Admission, streams::Streams};
use crate::{
    live::Update,
    portal::{Portal, Shown, query},
};

/// A page that has heard nothing for longer than twice this calls itself stale.
const PING_INTERVAL: Duration = Duration::from_secs(10);
/// How long a page waits before it comes back to a portal that has sent it away: each another while, so that a thousand
/// pages do not come at once.
const COME_BACK_MS: std::ops::RangeInclusive<u64> = 500..=4_000;
/// Panels that one page may follow.
const MAX_CHECKS: usize = 64;

/// The route. When the portal drains, its streams end one after another within `drain`.
pub(super) fn router(portal: Arc<Portal>, streams: Streams, drain: Duration) -> Router {
    Router::new().route("/live", get(enter)).with_state(Follow { portal, streams, drain })
}

#[derive(Clone)]
struct Follow {
    portal: Arc<Portal>,
    streams: Streams,
    drain: Duration,
}

/// Gives the stream a place, which it keeps until its reader leaves.
async fn enter(
    State(Follow { portal, streams, drain }): State<Follow>,
    peer: Option<Extension<Peer>>,
    Extension(caller): Extension<Caller>,
    Extension(admission): Extension<Admission>,
    RawQuery(raw): RawQuery,
) -> Response {
    // Without a connection under it, a request is this process's own.
    let peer = peer.map_or(IpAddr::from([127, 0, 0, 1]), |Extension(Peer(address))| address);
    if portal.is_stopping() {
        let words = "Runlight is about to stop. The page comes back by itself.";
        return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "2")], words).into_response();
    }
    let Some(seat) = streams.enter(peer) else {
        let words =
            "As many pages are followed live as Runlight takes. This page shows what it showed when it was opened.";
        return (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "30")], words).into_response();
    };
    let response = follow(portal, &caller, admission, raw, drain);
    response.map(|body| {
        Body::from_stream(body.into_data_stream().map(move |part| {
            let _held = &seat;
            part
        }))
    })
}

/// What a page wants to follow: `path=…&check=…&check=…&bind.pod=…&label.severity=…`. The home page has an empty path;
/// so has the page of an alert without a single runbook, which names its alert.
#[derive(Debug, Default)]
struct Wish {
    path: Option<RunbookPath>,
    is_home: bool,
    alert: Option<String>,
    revision: Option<String>,
    shown: Shown,
}

fn follow(
    portal: Arc<Portal>,
    caller: &Caller,
    admission: Admission,
    raw: Option<String>,
    drain: Duration,
) -> Response {
    let wish = read_wish(raw.as_deref().unwrap_or_default());
    if let Some(alert) = wish.alert.filter(|_| wish.is_home) {
        let edits = None::<stream::Empty<&'static str>>;
        let updates = portal.follow_alert(caller, &alert, &wish.shown.labels);
        return Sse::new(events(&portal, updates, edits, admission, drain)).into_response();
    }
    if wish.is_home {
        let edits = None::<stream::Empty<&'static str>>;
        return Sse::new(events(&portal, portal.follow_home(caller), edits, admission, drain)).into_response();
    }
    let Some(path) = wish.path else {
        return (StatusCode::BAD_REQUEST, "path= must name a runbook.").into_response();
    };
    match portal.follow(caller, &path, &wish.shown) {
        Ok(updates) => {
            let edits = wish.revision.map(|revision| portal.edits(caller, path, revision));
            Sse::new(events(&portal, updates, edits, admission, drain)).into_response()
        }
        Err(error) => {
            let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, error.to_string()).into_response()
        }
    }
}

fn events(
    portal: &Arc<Portal>,
    updates: impl Stream<Item = Update> + Send + 'static,
    edits: Option<impl Stream<Item = &'static str> + Send + 'static>,
    admission: Admission,
    drain: Duration,
) -> impl Stream<Item = Result<Event, Infallible>> + Send + 'static {
    let hello = stream::iter([now_event(portal, "hello")]);
    let panels = updates.map(|update| {
        // Both parts are JSON already; building the object by hand saves parsing the panel for each reader.
        let data = format!("{{\"check\":\"{}\",\"panel\":{}}}", update.check, update.panel);
        Event::default().event("report").data(data)
    });
    let pinging = Arc::clone(portal);
    let pings = stream::unfold(tokio::time::interval(PING_INTERVAL), move |mut ticks| {
        let portal = Arc::clone(&pinging);
        async move {
            ticks.tick().await;
            Some((now_event(&portal, "ping"), ticks))
        }
    });
    let edits = stream::iter(edits).flatten().map(|words| Event::default().event("edited").data(words));
    hello
        .chain(stream::select(stream::select(panels, edits), pings))
        .take_until(send_away(Arc::clone(portal), drain))
        .chain(stream::once(async { farewell() }))
        .take_until(admission.ended())
        .map(Ok)
}

/// Waits until this stream has to end: at some moment of the time in which the portal drains, at the latest when it stops.
async fn send_away(portal: Arc<Portal>, drain: Duration) {
    portal.draining().await;
    let own_moment = drain.mul_f64(fastrand::f64());
    let _ = tokio::time::timeout(own_moment, portal.stopped()).await;
}

/// Tells the browser when to come back. By then another replica may answer, or this one again.
fn farewell() -> Event {
    Event::default().retry(Duration::from_millis(fastrand::u64(COME_BACK_MS)))
}

fn now_event(portal: &Portal, name: &str) -> Event {
    let build = env!("CARGO_PKG_VERSION");
    Event::default().event(name).data(format!("{{\"now\":{},\"build\":\"{build}\"}}", portal.now().0))
}

fn read_wish(raw: &str) -> Wish {
    let mut wish = Wish::default();
    for (name, value) in query::decode(raw) {
        match name.as_str() {
            "path" if value.is_empty() => wish.is_home = true,
            "path" => wish.path = value.parse().ok(),
            "revision" => wish.revision = Some(value),
            "check" if wish.shown.checks.len() < MAX_CHECKS => wish.shown.checks.extend(value.parse::<CheckId>()),
            name => match name.split_once('.') {
                Some(("bind", parameter)) => drop(wish.shown.bindings.insert(parameter.to_owned(), value)),
                Some(("label", "alertname")) => {
                    wish.shown.labels.push(("alertname".to_owned(), value.clone()));
                    wish.alert = Some(value).filter(|name| !name.is_empty());
                }
                Some(("label", label)) => wish.shown.labels.push((label.to_owned(), value)),
                _ => {}
            },
        }
    }
    wish
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn reads_what_a_page_wants_to_follow() {
        let wish = read_wish("path=alerts%2Fx&revision=0f&check=a1&check=NOT+AN+ID&check=b2&bind.pod=web-0&noise=1");
        assert_eq!(wish.path.as_ref().map(RunbookPath::as_str), Some("alerts/x"));
        assert_eq!(wish.revision.as_deref(), Some("0f"));
        assert_eq!(wish.shown.checks.iter().map(CheckId::as_str).collect::<Vec<_>>(), ["a1", "b2"]);
        assert_eq!(wish.shown.bindings, BTreeMap::from([("pod".to_owned(), "web-0".to_owned())]));
    }

    #[test]
    fn bounds_the_panels_of_one_page() {
        let raw: String = (0..1_000).map(|i| format!("check=c{i}&")).collect();
        assert_eq!(read_wish(&raw).shown.checks.len(), MAX_CHECKS);
    }
}
