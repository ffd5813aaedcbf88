//! The doors: routes, guards, limits. Everything that a browser or a probe can reach is listed here.

mod assets;
mod connections;
mod crowds;
mod door;
mod download;
mod guard;
mod hooks;
mod live;
mod mcp;
mod pages;
mod pictures;
mod probes;
mod process;
mod requests;
mod site;
mod stop;
mod streams;
mod tls;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use tokio::{net::TcpListener, task::JoinSet};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    limit::RequestBodyLimitLayer,
    timeout::{RequestBodyTimeoutLayer, TimeoutLayer},
};

use self::{connections::Limits, crowds::Crowds, probes::Counted, requests::Requests, streams::Streams};
pub use self::{connections::Peer, stop::Stop};
use crate::{config, portal::Portal};
use site::Site;

/// Largest request body: a check's id and its bindings need far less.
const MAX_BODY_BYTES: usize = 64 * 1024;
/// What a page may take besides the longest check in it.
const PAGE_ALLOWANCE: Duration = Duration::from_secs(5);

/// How long a request waits for the library to be read for the first time.
const LIBRARY_WAIT: Duration = Duration::from_secs(10);
/// Time for the head of a request.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// Longest pause within a request's body.
const BODY_PAUSE: Duration = Duration::from_secs(10);
/// Time for which a reader may take nothing of an answer.
const STALL_TIME: Duration = Duration::from_secs(60);
/// Connections of one address other than this machine's.
const CONNECTIONS_OF_ONE_PEER: usize = 128;
/// Connections beyond the limit in which probes are answered.
const SPARE_CONNECTIONS: usize = 32;
/// Connections to the address for probes alone.
const PROBE_CONNECTIONS: usize = 64;
/// Files that are left for everything but readers' connections: sources, runbooks, the event loop.
const KEPT_FILES: usize = 256;
/// Connections that there may be whatever the system says.
const MIN_CONNECTIONS: usize = 64;

/// Why the portal cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Everybody on the network would be the local caller.
    #[error(
        "listen = \"{0}\" reaches beyond this machine, but no authentication is configured. \
         Use 127.0.0.1, or give people a way to sign in: [sign_in] of runlight.toml; docs/sign-in.md says how."
    )]
    NotLoopback(SocketAddr),
    /// The address is taken, or may not be used.
    #[error("cannot listen on {0}: {1}. Choose another address with --listen.")]
    Bind(SocketAddr, std::io::Error),
    /// Its certificate or key cannot be used.
    #[error("{0}")]
    Certificate(crate::sources::ConfigProblem),
    /// The folder that `RUNLIGHT_SITE` names holds no site.
    #[error("RUNLIGHT_SITE names {0}, which cannot be read as a site: {1}. `cargo xtask client` makes one.")]
    Site(std::path::PathBuf, std::io::Error),
}

/// Serves until the process is asked to stop. `announce` gets the address once it is open.
pub async fn serve(
    portal: Arc<Portal>,
    server: &config::Server,
    announce: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    serve_until(portal, server, &Stop::on_signals(), announce).await
}

/// Serves until `stop` is asked. Then, in this order: `/readyz` says so, streams end one after another, and whoever still
/// comes is answered, for `drain_ms`; the port closes; requests that are under way end.
pub async fn serve_until(
    portal: Arc<Portal>,
    server: &config::Server,
    stop: &Stop,
    announce: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let sign_in = Arc::clone(portal.sign_in());
    if !server.listen.ip().is_loopback() && !sign_in.has_a_way_in() {
        return Err(ServeError::NotLoopback(server.listen));
    }
    let acceptor = tls::acceptor(server).map_err(ServeError::Certificate)?;
    let site = Site::find()?;
    let (listener, address) = open(server.listen).await?;
    match sign_in.public_url().filter(|_| sign_in.has_a_way_in()) {
        Some(public_url) => tracing::info!(%address, %public_url, "answering to those who have signed in"),
        None => tracing::info!(%address, "no authentication is configured: answering on loopback only"),
    }
    let routers = Routers::new(Arc::clone(&portal), server, site);
    // Dropped, and so ended, after everything else: whoever probes sees the whole of the end.
    let mut probing = JoinSet::new();
    if let Some(wanted) = server.probes_listen {
        let (listener, address) = open(wanted).await?;
        tracing::info!(%address, "answering probes");
        let limits = Limits { connections: PROBE_CONNECTIONS, ..limits(server) };
        let crowds = Crowds::new(&server.proxies);
        probing.spawn(connections::run(
            listener,
            routers.probes,
            limits,
            (crowds, None),
            std::future::pending(),
            std::future::pending,
        ));
    }
    announce(address);
    let close = async {
        stop.reach(1).await;
        tracing::info!("asked to stop: sending readers away");
        portal.drain();
        let _ = tokio::time::timeout(drain(server), stop.reach(2)).await;
        portal.stop();
    };
    connections::run(
        listener,
        routers.whole,
        limits(server),
        (Crowds::new(&server.proxies), acceptor),
        close,
        async || stop.again().await,
    )
    .await;
    Ok(())
}

async fn open(wanted: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeError> {
    let listener = TcpListener::bind(wanted).await.map_err(|cause| ServeError::Bind(wanted, cause))?;
    let address = listener.local_addr().map_err(|cause| ServeError::Bind(wanted, cause))?;
    Ok((listener, address))
}

/// Time in which whoever has not heard yet that the portal stops is still answered.
fn drain(server: &config::Server) -> Duration {
    Duration::from_millis(server.drain_ms)
}

fn limits(server: &config::Server) -> Limits {
    Limits {
        connections: server.max_connections.min(open_files().saturating_sub(KEPT_FILES)).max(MIN_CONNECTIONS),
        of_one_peer: CONNECTIONS_OF_ONE_PEER,
        spare: SPARE_CONNECTIONS,
        head: HEAD_TIME,
        stall: STALL_TIME,
        grace: answer_within(server) + PAGE_ALLOWANCE,
    }
}

/// How many files this process may have open, after asking the system for as many as it gives.
fn open_files() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let wanted = Rlimit { current: limit.maximum, maximum: limit.maximum };
    let current = match setrlimit(Resource::Nofile, wanted) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    };
    current.map_or(usize::MAX, |current| usize::try_from(current).unwrap_or(usize::MAX))
}

/// The longest that a page or a check may take.
fn answer_within(server: &config::Server) -> Duration {
    Duration::from_millis(server.check_timeout_ms) + PAGE_ALLOWANCE
}

/// The whole portal as one service, with the files that the binary carries.
pub fn router(portal: Arc<Portal>, server: &config::Server) -> Router {
    Routers::new(portal, server, Site::carried()).whole
}

/// What is answered on the portal's address, and on the one for probes alone.
struct Routers {
    whole: Router,
    probes: Router,
}

impl Routers {
    fn new(portal: Arc<Portal>, server: &config::Server, site: &'static Site) -> Self {
        let counted = Counted {
            portal: Arc::clone(&portal),
            requests: Requests::default(),
            streams: Streams::new(server.max_live_streams, Crowds::new(&server.proxies)),
        };
        let note = middleware::from_fn_with_state(counted.clone(), requests::note);
        let wait = middleware::from_fn_with_state(Arc::clone(&portal), wait_for_library);
        let pages = pages::router(Arc::clone(&portal), site)
            .layer(middleware::from_fn_with_state(Arc::clone(&portal), download::answer))
            .layer(CompressionLayer::new())
            .layer(TimeoutLayer::with_status_code(http::StatusCode::GATEWAY_TIMEOUT, answer_within(server)));
        let of_library = Router::new()
            .merge(pages)
            .merge(live::router(Arc::clone(&portal), counted.streams.clone(), drain(server)))
            .merge(pictures::router(Arc::clone(&portal)))
            .merge(hooks::incidents(Arc::clone(&portal)))
            .layer(wait.clone());
        let guarded = Router::new()
            .merge(of_library)
            .merge(probes::figures(counted.clone()))
            .layer(RequestBodyLimitLayer::new(MAX_BODY_BYTES))
            // These have bounds of their own, and words for what exceeds them.
            .merge(mcp::router(Arc::clone(&portal), server, answer_within(server)).layer(wait.clone()))
            .merge(hooks::webhook(Arc::clone(&portal)));
        let host_names = guard::HostNames::new(&server.host_names, portal.sign_in().public_url());
        // Open to everybody: what a supervisor asks, and the files that the sign-in page itself needs.
        let whole = door::guard(guarded, &portal)
            .merge(assets::router(site))
            .merge(probes::readiness(Arc::clone(&portal)).layer(wait.clone()))
            .merge(probes::router())
            .layer(RequestBodyLimitLayer::new(hooks::MAX_MESSAGE_BYTES))
            .layer(RequestBodyTimeoutLayer::new(BODY_PAUSE))
            .layer(CatchPanicLayer::new())
            .layer(middleware::from_fn_with_state(host_names, guard::admit))
            .layer(middleware::from_fn(guard::add_security_headers))
            .layer(note);
        let whole = door::without_methods(whole);
        // Who probes names an address of this pod or machine, never a host name that would have to be configured.
        let probes = Router::new()
            .merge(probes::readiness(portal).layer(wait))
            .merge(probes::router())
            .merge(probes::figures(counted))
            .layer(RequestBodyLimitLayer::new(0))
            .layer(middleware::from_fn(guard::add_security_headers));
        Self { whole, probes }
    }
}

/// The port is open before the library has been read for the first time; what needs it waits a while.
async fn wait_for_library(State(portal): State<Arc<Portal>>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(LIBRARY_WAIT, portal.library_read()).await {
        Ok(()) => next.run(request).await,
        Err(_) => {
            let words = "The library is still being read. Reload the page in a moment.\n";
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "5")], words).into_response()
        }
    }
}
