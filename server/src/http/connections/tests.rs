//! The loop over real sockets: half requests, full houses, stalled stops.

use std::sync::Arc;

use axum::routing::get;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::{Notify, oneshot},
};

use super::*;

const LONG: Duration = Duration::from_secs(60);

/// A server whose `/wait` answers when it is told to.
struct Served {
    address: SocketAddr,
    release: Arc<Notify>,
    arrived: Arc<Notify>,
    stop: Option<oneshot::Sender<()>>,
    running: tokio::task::JoinHandle<()>,
}

async fn served(limits: Limits) -> Served {
    let (release, arrived) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (held, told) = (Arc::clone(&release), Arc::clone(&arrived));
    let wait = move || async move {
        told.notify_one();
        held.notified().await;
        "done"
    };
    let router = Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/page", get(|| async { "page" }))
        .route("/wait", get(wait));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel();
    let running = tokio::spawn(run(
        listener,
        router,
        limits,
        (Crowds::default(), None),
        async move { drop(stopped.await) },
        std::future::pending,
    ));
    Served { address, release, arrived, stop: Some(stop), running }
}

fn limits(connections: usize) -> Limits {
    Limits { connections, of_one_peer: connections, spare: 2, head: LONG, stall: LONG, grace: LONG }
}

impl Served {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("an open port")
    }

    async fn half_request(&self) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(b"GET /page HTTP/1.1\r\nHost: localhost\r\nX-Slow: ").await.expect("written");
        stream
    }

    async fn send(&self, path: &str) -> TcpStream {
        let mut stream = self.connect().await;
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("written");
        stream
    }

    async fn get(&self, path: &str) -> String {
        read(self.send(path).await).await
    }
}

async fn read(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    // A connection that was ended from the other side is read up to there.
    let _ = tokio::time::timeout(LONG, stream.read_to_end(&mut bytes)).await.expect("an end");
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn half_requests_do_not_keep_whole_ones_out() {
    let served = served(limits(8)).await;
    let mut held = Vec::new();
    for _ in 0..100 {
        held.push(served.half_request().await);
    }
    for path in ["/healthz", "/page", "/healthz"] {
        assert!(served.get(path).await.starts_with("HTTP/1.1 200"), "{path}");
    }
}

#[tokio::test]
async fn a_head_that_does_not_end_is_not_waited_for() {
    let served = served(Limits { head: Duration::from_millis(50), ..limits(8) }).await;
    read(served.half_request().await).await;
    // One that never says anything, too.
    assert_eq!(read(served.connect().await).await, "");
}

#[tokio::test]
async fn probes_are_answered_in_a_full_house_and_others_are_told() {
    let served = served(limits(2)).await;
    let mut waiting = Vec::new();
    for _ in 0..2 {
        waiting.push(served.send("/wait").await);
        served.arrived.notified().await;
    }
    let told = served.get("/page").await;
    assert!(told.starts_with("HTTP/1.1 503") && told.contains("retry-after: 5"), "{told}");
    assert!(served.get("/healthz").await.starts_with("HTTP/1.1 200"));
    for stream in waiting {
        served.release.notify_one();
        assert!(read(stream).await.ends_with("done"));
    }
    assert!(served.get("/page").await.ends_with("page"));
}

#[tokio::test]
async fn a_stop_waits_for_open_requests_and_for_nobody_else() {
    let mut served = served(limits(8)).await;
    let (half, waiting) = (served.half_request().await, served.send("/wait").await);
    served.arrived.notified().await;
    drop(served.stop.take());
    served.release.notify_one();
    assert!(read(waiting).await.ends_with("done"));
    drop(half);
    tokio::time::timeout(LONG, served.running).await.expect("an end").expect("no panic");
}
