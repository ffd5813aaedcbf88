//! The listener's loop: how many connections there may be, how many of one peer, how long a request's head and a stalled
//! reader may take. Whoever sends half a request makes room for those who send whole ones, and probes are always answered.

mod slots;

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{Router, body::Body, response::IntoResponse};
use http::{HeaderValue, Request, Response, StatusCode, header};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use self::slots::{Busy, Slot, Slots};
use super::crowds::Crowds;

/// What the loop holds connections to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Open connections.
    pub(super) connections: usize,
    /// Open connections of one address that is not this machine's. A proxy beside the portal speaks for everybody.
    pub(super) of_one_peer: usize,
    /// Connections beyond `connections` in which probes alone are answered.
    pub(super) spare: usize,
    /// Time for the head of a request, counted from the end of the answer before.
    pub(super) head: Duration,
    /// Time for which a reader may take nothing of an answer.
    pub(super) stall: Duration,
    /// Time in which open requests may end once the process is asked to stop.
    pub(super) grace: Duration,
}

/// Who is at the other end of a request's connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// After a failed accept: most often there are too many open files, and some must close first.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_millis(50);
/// What is answered even when everything else waits.
const PROBES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Serves until `stop` is ready, then lets open requests end, at the longest until `cut` is ready.
pub(super) async fn run(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    (crowds, tls): (Crowds, Option<TlsAcceptor>),
    stop: impl Future<Output = ()>,
    cut: impl AsyncFnOnce(),
) {
    let slots = Arc::new(Slots::new(limits, crowds));
    let (stopping, _) = watch::channel(false);
    // Each connection holds a sender; the receiver ends with the last of them.
    let (alive, mut ended) = mpsc::channel::<()>(1);
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let Some(slot) = slots.enter(peer.ip()) else { continue };
                let (router, stopping, alive) = (router.clone(), stopping.subscribe(), alive.clone());
                let tls = tls.clone();
                tokio::spawn(async move {
                    serve_one((stream, tls), peer, router, limits, slot, stopping).await;
                    drop(alive);
                });
            }
            Err(cause) => {
                tracing::debug!(%cause, "a connection could not be accepted");
                tokio::time::sleep(PAUSE_AFTER_FAILURE).await;
            }
        }
    }
    drop((listener, alive));
    stopping.send_replace(true);
    // Nothing is ever sent: this waits for the last connection.
    let in_time = tokio::time::timeout(limits.grace, ended.recv());
    let is_cut = tokio::select! {
        in_time = in_time => in_time.is_err(),
        () = cut() => true,
    };
    if is_cut {
        tracing::warn!("some requests had not ended and were cut off");
    }
}

async fn serve_one(
    (stream, tls): (TcpStream, Option<TlsAcceptor>),
    peer: SocketAddr,
    router: Router,
    limits: Limits,
    slot: Slot,
    stopping: watch::Receiver<bool>,
) {
    // A page's packets should not wait for each other; without it they only arrive later.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.stall));
    let stream = Box::pin(stream);
    let Some(tls) = tls else { return talk(stream, peer, router, limits, slot, stopping).await };
    // Whoever begins a handshake and does not end it makes room like whoever sends half a request.
    let stream = tokio::select! {
        made = tokio::time::timeout(limits.head, tls.accept(stream)) => made,
        () = slot.evicted() => return,
    };
    if let Ok(Ok(stream)) = stream {
        talk(stream, peer, router, limits, slot, stopping).await;
    }
}

async fn talk(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    router: Router,
    limits: Limits,
    slot: Slot,
    mut stopping: watch::Receiver<bool>,
) {
    let is_spare = slot.is_spare();
    let work = slot.work();
    let service = service_fn(move |request: Request<Incoming>| {
        let busy = work.begin();
        answer(router.clone(), request, Peer(peer.ip()), is_spare, busy)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let mut is_stopping = false;
    loop {
        tokio::select! {
            // Whatever went wrong is the peer's: it closed, was too slow, or spoke something else than HTTP.
            _ = connection.as_mut() => return,
            () = slot.evicted() => return,
            _ = stopping.wait_for(|is_stopping| *is_stopping), if !is_stopping => {
                is_stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

async fn answer(
    router: Router,
    request: Request<Incoming>,
    peer: Peer,
    is_spare: bool,
    busy: Busy,
) -> Result<Response<Body>, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(peer);
    let response = match is_spare && !PROBES.contains(&request.uri().path()) {
        true => full(),
        false => router.oneshot(request).await?,
    };
    // The connection is at work until the last of the answer has left.
    Ok(response.map(|body| Body::new(busy.until_end_of(body))))
}

fn full() -> Response<Body> {
    let words = "Runlight has as many open connections as it takes. Try again in a few seconds.\n";
    let mut response = (StatusCode::SERVICE_UNAVAILABLE, words).into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

#[cfg(test)]
mod tests;
