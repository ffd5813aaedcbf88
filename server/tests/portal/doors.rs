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
