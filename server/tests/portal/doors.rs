//! Who may come in, and what every answer carries.

use axum::body::Body;
use http::{Request, StatusCode, header};

use super::{NOON, Page, World};

#[tokio::test]
async fn answers_to_its_own_host_names_only() {
    let world = World::start(NOON).await;
    let ask = async |host: &str| {
        let request = Request::get("/").header(header::HOST, host).body(Body::empty()).expect("valid");
        world.send(request).await.status()
    };
    assert_eq!(ask("127.0.0.1:8080").await, StatusCode::OK);
    assert_eq!(ask("[::1]:8080").await, StatusCode::OK);
    assert_eq!(ask("rebound.example").await, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn takes_no_second_host_and_no_more_than_a_host() {
    let world = World::start(NOON).await;
    let ask = async |hosts: &[&str]| {
        let request = hosts.iter().fold(Request::get("/"), |request, host| request.header(header::HOST, *host));
        world.send(request.body(Body::empty()).expect("valid")).await.status()
    };
    assert_eq!(ask(&["localhost:80"]).await, StatusCode::OK);
    assert_eq!(ask(&["localhost:80.evil"]).await, StatusCode::BAD_REQUEST);
    assert_eq!(ask(&["localhost", "evil.example"]).await, StatusCode::BAD_REQUEST);
    assert_eq!(ask(&[]).await, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn begins_nothing_for_a_frame() {
    let world = World::start(NOON).await;
    let check = world.check("--tail=50");
    for inside in ["iframe", "embed", "object"] {
        for field in ["run", "download"] {
            let request = Request::get(format!("/r/test-alert?namespace=kube-system&pod=x-0&{field}={check}"))
                .header(header::HOST, "localhost:8080")
                .header("sec-fetch-site", "cross-site")
                .header("sec-fetch-mode", "navigate")
                .header("sec-fetch-user", "?1")
                .header("sec-fetch-dest", inside)
                .body(Body::empty())
                .expect("valid");
            assert_eq!(world.send(request).await.status(), StatusCode::FORBIDDEN, "{inside} {field}");
        }
    }
    world.get("/metrics").await.has("runlight_checks_total 0");
}

#[tokio::test]
async fn sends_no_file_to_a_page_of_another_site() {
    let world = World::start(NOON).await;
    let request = Request::get(format!("/r/test-alert?download={}", world.check("--sort-by")))
        .header(header::HOST, "localhost:8080")
        .header("sec-fetch-site", "cross-site")
        .header("sec-fetch-mode", "navigate")
        .header("sec-fetch-dest", "document")
        .body(Body::empty())
        .expect("valid");
    assert_eq!(world.send(request).await.status(), StatusCode::FORBIDDEN);
    world.get("/metrics").await.has("runlight_checks_total 0");
}

#[tokio::test]
async fn a_title_from_outside_stays_a_title() {
    let runbook = "# \\</title>\\<meta http-equiv=\"refresh\" content=\"0;url=https://evil.example/\">\n\nText.\n";
    let world = World::start_with(NOON, &[("hostile.md", runbook)]).await;
    let alert = "/alert/?alertname=%3C/title%3E%3Cmeta%20http-equiv%3D%22refresh%22%20content%3D%220;url=https://evil.example/%22%3E";
    for address in [alert, "/r/hostile", "/r/hostile%3C/title%3E%3Cmeta%20http-equiv%3Dx%3E"] {
        let page = world.get(address).await;
        page.has_not("<meta http-equiv");
        assert_eq!(page.text.matches("</title>").count(), 1, "{address}: {}", page.text);
    }
}

#[tokio::test]
async fn refuses_server_functions_that_another_site_calls() {
    let world = World::start(NOON).await;
    let request = Request::post("/api/run_check")
        .header(header::HOST, "localhost:8080")
        .header(header::ORIGIN, "http://evil.example")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from("{}"))
        .expect("valid");
    assert_eq!(world.send(request).await.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn refuses_bodies_that_no_check_needs() {
    let world = World::start(NOON).await;
    let request = Request::post("/api/run_check")
        .header(header::HOST, "localhost:8080")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CONTENT_LENGTH, "1000000")
        .body(Body::from(vec![b' '; 1_000_000]))
        .expect("valid");
    assert_eq!(world.send(request).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn sends_a_strict_policy_with_a_nonce_of_its_own_for_each_page() {
    let world = World::start(NOON).await;
    let policy = |page: &Page| page.headers["content-security-policy"].to_str().expect("text").to_owned();
    let (first, second) = (world.get("/").await, world.get("/").await);
    assert!(policy(&first).starts_with("default-src 'none'"));
    assert!(policy(&first).contains("frame-ancestors 'none'"));
    assert_ne!(policy(&first), policy(&second));
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(first.headers[name], value, "{name}");
    }
    let probe = world.get("/healthz").await;
    assert_eq!(probe.headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'");
}

#[tokio::test]
async fn tells_probes_how_it_stands() {
    let world = World::start(NOON).await;
    assert_eq!(world.get("/healthz").await.status, StatusCode::OK);
    assert_eq!(world.get("/readyz").await.status, StatusCode::OK);
    world.get("/metrics").await.has("runlight_runbooks ");
    world.portal.stop();
    assert_eq!(world.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn refuses_to_listen_beyond_this_machine_without_authentication() {
    let mut world = World::start(NOON).await;
    world.config.server.listen = "0.0.0.0:0".parse().expect("an address");
    let served = server::http::serve(world.portal, &world.config.server, |_| {}).await;
    let error = served.expect_err("must not listen").to_string();
    assert!(error.contains("no authentication is configured"), "{error}");
    drop(world.folder);
}

/// The port that a portal answers on, until the task is dropped.
async fn serve(world: &World, max_connections: usize) -> (std::net::SocketAddr, tokio::task::AbortHandle) {
    let (tell, told) = tokio::sync::oneshot::channel();
    let mut server = world.config.server.clone();
    server.listen = "127.0.0.1:0".parse().expect("an address");
    server.max_connections = max_connections;
    let portal = std::sync::Arc::clone(&world.portal);
    let running = tokio::spawn(async move {
        let announce = move |address| tell.send(address).expect("the test waits for it");
        server::http::serve(portal, &server, announce).await.expect("a free port");
    });
    (told.await.expect("it listens"), running.abort_handle())
}

#[tokio::test]
async fn half_requests_do_not_silence_the_portal() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let world = World::start(NOON).await;
    let (address, running) = serve(&world, 64).await;
    let connect = async || tokio::net::TcpStream::connect(address).await.expect("an open port");
    let mut held = Vec::new();
    for _ in 0..300 {
        let mut stream = connect().await;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-").await.expect("written");
        held.push(stream);
    }
    for path in ["/healthz", "/", "/r/test-alert"] {
        let mut stream = connect().await;
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("written");
        let mut answer = Vec::new();
        super::soon("an answer", stream.read_to_end(&mut answer)).await.expect("read");
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{path}: {}", String::from_utf8_lossy(&answer));
    }
    running.abort();
}
