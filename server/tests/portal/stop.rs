//! The end of a process, in its order: probes first, then readers, then the port, then what is under way.

use std::{net::SocketAddr, sync::Arc};

use http::StatusCode;
use server::http::{ServeError, Stop};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    task::JoinHandle,
};

use super::{NOON, World, soon};

/// Far longer than a test takes, so that each step comes because it was asked for and not because time has passed.
const LONG_MS: u64 = 3_600_000;

struct Served {
    address: SocketAddr,
    stop: Stop,
    running: JoinHandle<Result<(), ServeError>>,
}

async fn serve(world: &World, drain_ms: u64) -> Served {
    let (tell, told) = tokio::sync::oneshot::channel();
    let mut server = world.config.server.clone();
    server.listen = "127.0.0.1:0".parse().expect("an address");
    server.drain_ms = drain_ms;
    let (portal, stop) = (Arc::clone(&world.portal), Stop::default());
    let asked = stop.clone();
    let running = tokio::spawn(async move {
        let announce = move |address| tell.send(address).expect("the test waits for it");
        server::http::serve_until(portal, &server, &asked, announce).await
    });
    Served { address: told.await.expect("it listens"), stop, running }
}

impl Served {
    async fn send(&self, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.expect("an open port");
        let request = format!("{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("written");
        stream
    }

    async fn status(&self, path: &str) -> u16 {
        let mut answer = String::new();
        self.send(&format!("GET {path}")).await.read_to_string(&mut answer).await.expect("read");
        answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{answer}"))
    }
}

/// Waits until a check has been begun.
async fn begun(world: &World) {
    let begun = async {
        while world.portal.figures().checks_run == 0 {
            tokio::task::yield_now().await;
        }
    };
    soon("the check", begun).await;
}

#[tokio::test]
async fn a_portal_that_is_asked_to_stop_sends_readers_away_and_finishes_what_it_has_begun() {
    let world = World::start(NOON).await;
    let served = serve(&world, LONG_MS).await;
    let mut stream = BufReader::new(served.send("GET /live?path=test-alert").await).lines();
    let line = async |lines: &mut tokio::io::Lines<BufReader<TcpStream>>, wanted: &str| loop {
        let line = lines.next_line().await.expect("read").expect("the stream is open");
        if line.starts_with(wanted) {
            return line;
        }
    };
    soon("hello", line(&mut stream, "event: hello")).await;
    assert_eq!(served.status("/readyz").await, 200);

    served.stop.ask();
    soon("probes that say so", world.portal.draining()).await;
    assert_eq!(served.status("/readyz").await, StatusCode::SERVICE_UNAVAILABLE.as_u16());
    assert_eq!(served.status("/healthz").await, 200);
    assert_eq!(served.status("/live?path=test-alert").await, StatusCode::SERVICE_UNAVAILABLE.as_u16());
    assert_eq!(served.status("/no/such/page").await, 404, "who has not heard is still answered");

    let mut kept = TcpStream::connect(served.address).await.expect("an open port");
    kept.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("written");
    let mut answer = String::new();
    // A connection that would be kept is ended by the portal, so that a proxy opens its next one elsewhere.
    soon("its end", kept.read_to_string(&mut answer)).await.expect("read");
    assert!(answer.contains("connection: close"), "{answer}");

    // What is under way: the source keeps its answer back.
    world.homelab.hold_answers("pihanga", true);
    let check = world.check("sshpass");
    let running = served.send(&format!("GET /r/test-alert?run={check}")).await;
    begun(&world).await;

    served.stop.ask();
    let retry = soon("a word when to come back", line(&mut stream, "retry:")).await;
    let wait_ms: u64 = retry.trim_start_matches("retry:").trim().parse().expect("a time");
    assert!((500..=4_000).contains(&wait_ms), "{retry}");
    let rest = async { while stream.next_line().await.expect("read").is_some() {} };
    soon("the stream's end", rest).await;
    assert!(!served.running.is_finished(), "a request is under way");

    world.homelab.hold_answers("pihanga", false);
    let mut answer = String::new();
    let mut running = running;
    soon("the answer", running.read_to_string(&mut answer)).await.expect("read");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    soon("the end", served.running).await.expect("it ends").expect("in order");
    assert!(TcpStream::connect(served.address).await.is_err(), "the port is closed");
}

#[tokio::test]
async fn asking_again_cuts_off_what_does_not_end() {
    let world = World::start(NOON).await;
    let served = serve(&world, 0).await;
    world.homelab.hold_answers("pihanga", true);
    let check = world.check("sshpass");
    let mut running = served.send(&format!("GET /r/test-alert?run={check}")).await;
    begun(&world).await;
    served.stop.ask();
    soon("the port's end", async { while TcpStream::connect(served.address).await.is_ok() {} }).await;
    assert!(!served.running.is_finished());
    served.stop.ask();
    soon("the end", served.running).await.expect("it ends").expect("in order");
    world.homelab.hold_answers("pihanga", false);
    let mut answer = Vec::new();
    // Cut off, whichever way the connection breaks.
    let _ = running.read_to_end(&mut answer).await;
}

#[tokio::test]
async fn probes_have_an_address_of_their_own_that_answers_nothing_else() {
    let world = World::start(NOON).await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
    let mut server = world.config.server.clone();
    server.listen = "127.0.0.1:0".parse().expect("an address");
    server.probes_listen = Some(free);
    let (portal, stop) = (Arc::clone(&world.portal), Stop::default());
    let (asked, (tell, told)) = (stop.clone(), tokio::sync::oneshot::channel());
    let running = tokio::spawn(async move {
        server::http::serve_until(portal, &server, &asked, move |address| tell.send(address).expect("awaited")).await
    });
    told.await.expect("it listens");
    let ask = async |path: &str| {
        let mut stream = TcpStream::connect(free).await.expect("an open port");
        // A kubelet names the pod's address.
        let request = format!("GET {path} HTTP/1.1\r\nHost: 10.42.0.7:8081\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("written");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("read");
        answer
    };
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert!(ask(path).await.starts_with("HTTP/1.1 200"), "{path}");
    }
    for path in ["/", "/r/test-alert", "/live?path=test-alert", "/doctor", "/api/run_check"] {
        assert!(ask(path).await.starts_with("HTTP/1.1 404"), "{path}");
    }
    stop.ask();
    soon("the end", running).await.expect("it ends").expect("in order");
}
