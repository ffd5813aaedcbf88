//! One HTTPS listener on loopback that can stop, hang up on everybody, and come back on its own port.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
};

use axum::{Router, middleware::map_response, response::Response};
use clock::Clock;
use http::{HeaderValue, header};
use hyper::server::conn::http1;
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;

use super::lock;

/// A router behind a port.
pub(super) struct Endpoint {
    address: SocketAddr,
    tls: TlsAcceptor,
    router: Router,
    hang_up: Arc<Notify>,
    /// The accept loop, which owns its connections: dropping it ends them all.
    serving: Mutex<Option<JoinSet<()>>>,
}

impl Endpoint {
    /// Listens on a free port of 127.0.0.1.
    pub(super) async fn open(router: Router, tls: TlsAcceptor, clock: Clock) -> io::Result<Self> {
        let router = router.layer(map_response(move |response: Response| async move { dated(response, clock) }));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let endpoint = Self {
            address: listener.local_addr()?,
            tls,
            router,
            hang_up: Arc::new(Notify::new()),
            serving: Mutex::new(None),
        };
        endpoint.serve(listener);
        Ok(endpoint)
    }

    /// Where it listens, or listened.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes the listener and every connection: the next client meets "connection refused".
    pub(super) async fn stop(&self) {
        let serving = lock(&self.serving).take();
        if let Some(mut serving) = serving {
            serving.shutdown().await;
        }
    }

    /// Listens again on the same port.
    pub(super) async fn reopen(&self) -> io::Result<()> {
        self.stop().await;
        let listener = TcpListener::bind(self.address).await?;
        self.serve(listener);
        Ok(())
    }

    /// Closes every connection, in the middle of whatever it was saying; the listener stays.
    pub(super) fn drop_connections(&self) {
        self.hang_up.notify_one();
    }

    fn serve(&self, listener: TcpListener) {
        let mut serving = JoinSet::new();
        serving.spawn(accept(listener, self.tls.clone(), self.router.clone(), Arc::clone(&self.hang_up)));
        *lock(&self.serving) = Some(serving);
    }
}

/// The answer with the time that it is in the homelab: a server's clock shows in every header.
fn dated(mut response: Response, clock: Clock) -> Response {
    let now = jiff::Timestamp::from_millisecond(clock.now().0);
    let text = now.and_then(|now| jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&now));
    if let Some(date) = text.ok().and_then(|text| HeaderValue::from_str(&text).ok()) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

async fn accept(listener: TcpListener, tls: TlsAcceptor, router: Router, hang_up: Arc<Notify>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => { connections.spawn(converse(stream, tls.clone(), router.clone())); }
                Err(error) => {
                    tracing::warn!(%error, "the simulated homelab stopped accepting connections");
                    return;
                }
            },
            () = hang_up.notified() => connections.abort_all(),
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

async fn converse(stream: TcpStream, tls: TlsAcceptor, router: Router) {
    // Clients come and go, and a test may cut them off: neither is worth more than a debug line.
    let outcome = async {
        let stream = tls.accept(stream).await.map_err(|error| error.to_string())?;
        let service = TowerToHyperService::new(router);
        http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.map_err(|error| error.to_string())
    };
    if let Err(error) = outcome.await {
        tracing::debug!(error, "a connection to the simulated homelab ended early");
    }
}
