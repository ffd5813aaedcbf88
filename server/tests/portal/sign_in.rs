//! Who gets in, who does not, and what those who do not can find out.

use std::{collections::BTreeSet, sync::LazyLock};

use axum::body::Body;
use http::{Method, Request, StatusCode, header};
use server::{config::Config, http::Peer, portal::Portal};

use super::{NOON, Page, World, day, soon};

const PASSWORD: &str = "correct horse";
static HASH: LazyLock<String> = LazyLock::new(|| access::hash_password(PASSWORD).expect("a hash"));

/// A portal with a user, a token for figures, a token for reading, and a proxy in front.
async fn closed(public_url: &str) -> World {
    World::configured(day::clock(NOON), &[], |config| {
        config.server.public_url = Some(public_url.parse().expect("an address"));
        config.sign_in = toml::from_str(&section()).expect("a section");
    })
    .await
}

fn section() -> String {
    let (figures, reader) = (access::new_token([1; 32]).hash, access::new_token([2; 32]).hash);
    format!(
        "contact = \"the platform team\"\n\
         [users.anna]\npassword = \"{hash}\"\nname = \"Anna\"\ngroups = [\"sre\"]\n\
         [tokens.prometheus]\nhash = \"{figures}\"\nscopes = [\"metrics\"]\n\
         [tokens.reader]\nhash = \"{reader}\"\nscopes = [\"read\"]\n\
         [proxy]\npreset = \"authelia\"\nfrom = [\"10.9.8.7\"]\n",
        hash = *HASH
    )
}

fn figures_token() -> String {
    format!("Bearer {}", access::new_token([1; 32]).token)
}

fn reader_token() -> String {
    format!("Bearer {}", access::new_token([2; 32]).token)
}

const OWN: [(&str, &str); 2] = [("host", "localhost:8080"), ("origin", "http://localhost:8080")];

async fn ask(world: &World, method: Method, address: &str, headers: &[(&str, &str)], body: &str) -> Page {
    let mut request = Request::builder().method(method).uri(address);
    if !headers.iter().any(|(name, _)| *name == "host") {
        request = request.header("host", "localhost:8080");
    }
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    Page::read(world.send(request.body(Body::from(body.to_owned())).expect("a valid request")).await).await
}

async fn get(world: &World, address: &str, headers: &[(&str, &str)]) -> Page {
    ask(world, Method::GET, address, headers, "").await
}

async fn type_in(world: &World, name: &str, password: &str, to: &str) -> Page {
    let escape =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let body = format!("name={}&password={}&to={}", escape(name), escape(password), escape(to));
    let headers = [OWN[0], OWN[1], ("content-type", "application/x-www-form-urlencoded")];
    ask(world, Method::POST, "/sign-in", &headers, &body).await
}

/// The cookie that signs Anna in.
async fn signed_in(world: &World) -> String {
    let page = type_in(world, "anna", PASSWORD, "/").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    assert_eq!(page.headers[header::LOCATION], "/");
    let cookie = page.headers[header::SET_COOKIE].to_str().expect("text");
    cookie.split(';').next().expect("a pair").to_owned()
}

/// Addresses of what is there, each beside one of the same form for what is not.
const PAIRS: [(&str, &str); 30] = [
    ("/", "/nowhere"),
    ("/?q=crash", "/?q=zzzz"),
    ("/doctor", "/doctors"),
    ("/account", "/accounts"),
    ("/r/test-alert", "/r/no-such-alert"),
    ("/r/alerts/pod-crash-looping", "/r/alerts/no-such-runbook"),
    ("/r/test-alert?cluster=monitoring-cluster", "/r/test-alert?cluster=no-such-cluster"),
    ("/r/test-alert?pod=kube-scheduler-talos-monitor", "/r/test-alert?pod=nobody"),
    ("/r/test-alert?download=a1b2", "/r/nobody?download=a1b2"),
    ("/r/test-alert?run=a1b2", "/r/test-alert?run=ffff"),
    ("/alert/TestAlert", "/alert/NoSuchAlert"),
    ("/alert/HomelabPodCrashLooping?cluster=monitoring-cluster", "/alert/HomelabPodCrashLooping?cluster=nobody"),
    ("/runbooks/kubernetes/KubePodCrashLooping", "/runbooks/kubernetes/NoSuchAlert"),
    ("/e/0000000000000001", "/e/ffffffffffffffff"),
    ("/i/0000000000000001", "/i/ffffffffffffffff"),
    ("/live?path=test-alert", "/live?path=nowhere"),
    ("/live?path=", "/live?path=&label.alertname=NoSuchAlert"),
    ("/files/alerts/picture.png", "/files/alerts/nothing.png"),
    ("/mcp", "/mcp/x"),
    ("/hooks/alertmanager", "/hooks/nothing"),
    ("/metrics", "/metrics?x"),
    ("/incidents/0000000000000001/markdown", "/incidents/ffffffffffffffff/markdown"),
    ("/incidents/0000000000000001/json", "/incidents/ffffffffffffffff/nothing"),
    ("/incidents/0000000000000001/note", "/incidents/ffffffffffffffff/notes"),
    ("/share", "/shares"),
    ("/evidence/0000000000000001/pin", "/evidence/ffffffffffffffff/pins"),
    ("/api/run_check", "/api/no_such_function"),
    ("/files/alerts/%2e%2e/%2e%2e/etc/passwd", "/files/alerts/%2e%2e/nothing"),
    ("/r/%74est-alert", "/r/%6eobody"),
    ("/live?path=alerts/pod-crash-looping&cluster=monitoring-cluster", "/live?path=alerts/nothing&cluster=nobody"),
];

#[tokio::test]
async fn nobody_learns_what_is_there_without_signing_in() {
    let world = closed("http://localhost:8080").await;
    let mut seen = 0;
    for (there, absent) in PAIRS {
        for method in [Method::GET, Method::HEAD, Method::POST] {
            let mut answers = BTreeSet::new();
            for address in [there, absent] {
                let page = ask(&world, method.clone(), address, &OWN, "").await;
                assert!(
                    [StatusCode::SEE_OTHER, StatusCode::UNAUTHORIZED].contains(&page.status),
                    "{method} {address}: {}",
                    page.status
                );
                let location = page.headers.get(header::LOCATION).map(|it| it.to_str().expect("text"));
                let to = location.map(|it| it.strip_prefix("/sign-in?to=").expect("to the sign-in page").to_owned());
                if let Some(to) = &to {
                    let decoded = percent_encoding::percent_decode_str(to).decode_utf8().expect("UTF-8");
                    assert_eq!(decoded, address);
                }
                let mut names: Vec<String> = page.headers.keys().map(ToString::to_string).collect();
                names.sort();
                answers.insert((page.status, to.is_some(), page.text, names));
                seen += 1;
            }
            assert_eq!(answers.len(), 1, "{method} {there} is told from {absent}: {answers:?}");
        }
    }
    assert!(seen >= 60, "{seen}");
}

#[tokio::test]
async fn server_functions_answer_alike_whatever_they_are_asked() {
    let world = closed("http://localhost:8080").await;
    let mut answers = BTreeSet::new();
    for (function, body) in [
        ("run_check", "{\"path\":\"test-alert\",\"check\":\"a1b2\",\"bindings\":{}}"),
        ("run_check", "{\"path\":\"nowhere\",\"check\":\"a1b2\",\"bindings\":{}}"),
        ("search", "{\"words\":\"crash\"}"),
        ("search", "not json"),
        ("no_such_function", ""),
    ] {
        let headers = [OWN[0], OWN[1], ("content-type", "application/json")];
        let page = ask(&world, Method::POST, &format!("/api/{function}"), &headers, body).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        answers.insert(page.text);
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert!(answers.iter().all(|text| text.contains("not signed in")));
}

#[tokio::test]
async fn probes_and_the_sign_in_page_are_open_and_tell_nothing() {
    let world = closed("http://localhost:8080").await;
    assert_eq!(get(&world, "/healthz", &[]).await.text, "ok\n");
    assert_eq!(get(&world, "/readyz", &[]).await.text, "ok\n");
    let page = get(&world, "/sign-in", &[]).await;
    assert_eq!(page.status, StatusCode::OK);
    page.has("the platform team");
    for told in ["monitoring-cluster", "homelab-prod", "TestAlert", "pihanga", "anna", "/r/"] {
        page.has_not(told);
    }
    // The page's own address cannot make it say anything.
    let odd = get(&world, "/sign-in?problem=%3Cb%3Ehello&to=//evil.example/x", &[]).await;
    odd.has_not("hello");
    odd.has_not("evil.example");
}

#[tokio::test]
async fn a_sign_in_returns_to_the_very_link() {
    let world = closed("http://localhost:8080").await;
    let link = "/r/test-alert?cluster=a&x=%2F%26%3D%23+b&y=1%252B1&z='();:@!$,[]|~*&u=%C3%BC&run=&&e";
    let sent = get(&world, link, &[]).await;
    let place = sent.headers[header::LOCATION].to_str().expect("text").to_owned();
    let page = get(&world, &place, &[]).await;
    assert_eq!(page.status, StatusCode::OK);
    let value = page.text.split("name=\"to\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let value = value.expect("the form carries it").replace("&amp;", "&").replace("&#x27;", "'").replace("&#39;", "'");
    assert_eq!(value, link);
    let entered = type_in(&world, "anna", PASSWORD, &value).await;
    assert_eq!(entered.headers[header::LOCATION], link);
}

#[tokio::test]
async fn a_sign_in_leads_to_no_other_site() {
    let world = closed("http://localhost:8080").await;
    for elsewhere in
        ["//evil.example", "https://evil.example/", "/\\evil.example", "/a\r\nx: y", "javascript:1", "/sign-out"]
    {
        assert_eq!(type_in(&world, "anna", PASSWORD, elsewhere).await.headers[header::LOCATION], "/", "{elsewhere}");
    }
}

#[tokio::test]
async fn a_wrong_password_and_a_name_that_nobody_has_are_answered_alike() {
    let world = closed("http://localhost:8080").await;
    let (wrong, nobody) =
        (type_in(&world, "anna", "guess", "/r/x").await, type_in(&world, "nobody", "guess", "/r/x").await);
    for page in [&wrong, &nobody] {
        assert_eq!(page.status, StatusCode::SEE_OTHER);
        assert!(page.headers.get(header::SET_COOKIE).is_none());
    }
    let told = |page: &Page| {
        let mut headers = page.headers.clone();
        headers.remove("x-request-id");
        (page.text.clone(), headers)
    };
    assert_eq!(told(&wrong), told(&nobody));
    let place = wrong.headers[header::LOCATION].to_str().expect("text");
    let page = get(&world, place, &[]).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    page.has("do not belong together");
}

#[tokio::test]
async fn many_attempts_are_not_looked_at() {
    let world = closed("http://localhost:8080").await;
    let mut places = Vec::new();
    for _ in 0..30 {
        places
            .push(type_in(&world, "anna", "", "/").await.headers[header::LOCATION].to_str().expect("text").to_owned());
    }
    let last = places.last().expect("some");
    assert!(last.contains("too-many"), "{last}");
    assert_eq!(get(&world, last, &[]).await.status, StatusCode::TOO_MANY_REQUESTS);
    // Not even the right one.
    assert!(type_in(&world, "anna", PASSWORD, "/").await.headers.get(header::SET_COOKIE).is_none());
}

#[tokio::test]
async fn whoever_has_signed_in_reads_and_signs_out() {
    let world = closed("http://localhost:8080").await;
    let cookie = signed_in(&world).await;
    let page = get(&world, "/r/test-alert", &[("cookie", &cookie)]).await;
    assert_eq!(page.status, StatusCode::OK);
    page.has("Anna");
    let account = get(&world, "/account", &[("cookie", &cookie)]).await;
    account.has("sre");
    assert_eq!(get(&world, "/metrics", &[("cookie", &cookie)]).await.status, StatusCode::OK);
    // A browser that does not say where the click was.
    let silent = ask(&world, Method::POST, "/sign-out", &[("cookie", &cookie)], "").await;
    assert_eq!(silent.status, StatusCode::FORBIDDEN);
    let foreign = [OWN[0], ("origin", "http://evil.example"), ("cookie", &cookie)];
    assert_eq!(ask(&world, Method::POST, "/sign-out", &foreign, "").await.status, StatusCode::FORBIDDEN);
    assert_eq!(get(&world, "/sign-out", &[("cookie", &cookie)]).await.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(get(&world, "/account", &[("cookie", &cookie)]).await.status, StatusCode::OK);
    let out = ask(&world, Method::POST, "/sign-out", &[OWN[0], OWN[1], ("cookie", &cookie)], "").await;
    assert_eq!(out.headers[header::LOCATION], "/sign-in");
    assert_eq!(out.headers["clear-site-data"], "\"cache\", \"storage\"", "kept runbooks go, too");
    assert_eq!(get(&world, "/account", &[("cookie", &cookie)]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_sign_in_form_of_another_site_signs_nobody_in() {
    let world = closed("http://localhost:8080").await;
    let body = format!("name=anna&password={}", PASSWORD.replace(' ', "+"));
    let form = ("content-type", "application/x-www-form-urlencoded");
    let foreign =
        ask(&world, Method::POST, "/sign-in", &[OWN[0], ("origin", "http://evil.example"), form], &body).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    let silent = ask(&world, Method::POST, "/sign-in", &[OWN[0], form], &body).await;
    assert!(silent.headers[header::LOCATION].to_str().expect("text").contains("foreign"));
    assert!(silent.headers.get(header::SET_COOKIE).is_none());
}

#[tokio::test]
async fn the_cookie_is_held_to_this_host_and_to_tls() {
    let plain = closed("http://localhost:8080").await;
    let cookie =
        type_in(&plain, "anna", PASSWORD, "/").await.headers[header::SET_COOKIE].to_str().expect("text").to_owned();
    assert!(cookie.starts_with("runlight=") && !cookie.contains("Secure"), "{cookie}");
    let world = closed("https://runlight.example.org").await;
    let headers = [
        ("host", "runlight.example.org"),
        ("origin", "https://runlight.example.org"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let body = format!("name=anna&password={}", PASSWORD.replace(' ', "+"));
    let page = ask(&world, Method::POST, "/sign-in", &headers, &body).await;
    let cookie = page.headers[header::SET_COOKIE].to_str().expect("text");
    for part in ["__Host-runlight=", "HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=43200"] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    // The cookie of another host, and one that nobody gave out.
    for wrong in ["__Host-runlight=AAAAAAAAAAAAAAAAAAAAAA", "__Host-runlight=x", "runlight=x", "__Host-runlight="] {
        let page = get(&world, "/account", &[headers[0], ("cookie", wrong)]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{wrong}");
    }
}

#[tokio::test]
async fn a_click_in_a_chat_arrives_signed_in() {
    let world = closed("http://localhost:8080").await;
    let cookie = signed_in(&world).await;
    let click = [
        ("cookie", cookie.as_str()),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-dest", "document"),
        ("sec-fetch-user", "?1"),
    ];
    assert_eq!(get(&world, "/r/test-alert?pod=x", &click).await.status, StatusCode::OK);
    // Without a session the same click leads to the sign-in page, and back.
    assert_eq!(get(&world, "/r/test-alert?pod=x", &click[1..]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_token_does_what_it_is_for() {
    let world = closed("http://localhost:8080").await;
    let (figures, reader) = (figures_token(), reader_token());
    let status = async |address: &str, token: &str| get(&world, address, &[("authorization", token)]).await.status;
    assert_eq!(status("/metrics", &figures).await, StatusCode::OK);
    assert_eq!(status("/metrics", &reader).await, StatusCode::FORBIDDEN);
    assert_eq!(status("/r/test-alert", &reader).await, StatusCode::OK);
    assert_eq!(status("/r/test-alert", &figures).await, StatusCode::FORBIDDEN);
    assert_eq!(status("/mcp", &reader).await, StatusCode::FORBIDDEN);
    assert_eq!(status("/metrics", "Bearer runlight_guess").await, StatusCode::UNAUTHORIZED);
    let huge = format!("Bearer runlight_{}", "x".repeat(64 * 1024));
    assert_eq!(status("/metrics", &huge).await, StatusCode::UNAUTHORIZED);
    let twice = [("authorization", figures.as_str()), ("authorization", reader.as_str())];
    assert_eq!(get(&world, "/metrics", &twice).await.status, StatusCode::UNAUTHORIZED);
    // A wrong token is not a reader with a session.
    let cookie = signed_in(&world).await;
    let both = [("authorization", "Bearer runlight_guess"), ("cookie", cookie.as_str())];
    assert_eq!(get(&world, "/account", &both).await.status, StatusCode::UNAUTHORIZED);
    // What another program calls a token is none of ours.
    let other = [("authorization", "Bearer eyJhbGciOiJub25lIn0.e30."), ("cookie", cookie.as_str())];
    assert_eq!(get(&world, "/account", &other).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_token_that_reads_leaves_nothing() {
    let world = closed("http://localhost:8080").await;
    for address in ["/share", "/incidents/00/note", "/evidence/00/pin"] {
        let request = Request::post(address).header("host", "localhost:8080").header("authorization", reader_token());
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = Page::read(world.send(request.body(Body::from("text=x")).expect("a valid request")).await).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{address}");
    }
}

async fn from_peer(world: &World, peer: Option<&str>, headers: &[(&str, &str)]) -> Page {
    let request = Request::get("/account").header("host", "localhost:8080");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let mut request = request.body(Body::empty()).expect("a valid request");
    if let Some(peer) = peer {
        request.extensions_mut().insert(Peer(peer.parse().expect("an address")));
    }
    Page::read(world.send(request).await).await
}

#[tokio::test]
async fn headers_are_believed_from_the_proxy_alone() {
    let world = closed("http://localhost:8080").await;
    let bob = [("remote-user", "bob"), ("remote-groups", "ops,dev")];
    for peer in ["10.9.8.7", "::ffff:10.9.8.7"] {
        let page = from_peer(&world, Some(peer), &bob).await;
        assert_eq!(page.status, StatusCode::OK);
        page.has("bob");
        page.has("dev, ops");
    }
    for peer in [Some("10.9.8.8"), Some("127.0.0.1"), Some("::1"), None] {
        assert_eq!(from_peer(&world, peer, &bob).await.status, StatusCode::SEE_OTHER, "{peer:?}");
    }
    let proxy = Some("10.9.8.7");
    from_peer(&world, proxy, &[("remote-user", "bob")]).await.has("you see what needs no group");
    assert_eq!(from_peer(&world, proxy, &[("remote-groups", "sre")]).await.status, StatusCode::SEE_OTHER);
    for twin in [("remote_user", "root"), ("remote-user", "root"), ("remote-groups", "sre")] {
        let page = from_peer(&world, proxy, &[bob[0], bob[1], twin]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{twin:?}");
        page.has_not("root");
    }
}

#[tokio::test]
async fn a_stream_ends_with_its_session() {
    use futures::StreamExt;
    let world = closed("http://localhost:8080").await;
    let cookie = signed_in(&world).await;
    let request = Request::get("/live?path=").header("host", "localhost:8080").header("cookie", &cookie);
    let response = world.send(request.body(Body::empty()).expect("valid")).await;
    assert_eq!(response.status(), StatusCode::OK);
    let mut body = response.into_body().into_data_stream();
    soon("the first words", body.next()).await.expect("a part").expect("a readable part");
    ask(&world, Method::POST, "/sign-out", &[OWN[0], OWN[1], ("cookie", &cookie)], "").await;
    soon("the end of the stream", async { while body.next().await.is_some() {} }).await;
}

#[tokio::test]
async fn what_is_half_configured_does_not_start() {
    let open = async |change: fn(&mut Config)| {
        let mut config = Config::default();
        change(&mut config);
        Portal::open(&config, day::clock(NOON), Vec::new()).await.err().map(|problem| problem.to_string())
    };
    let problem = open(|config| config.sign_in = toml::from_str(&section()).expect("a section")).await;
    assert!(problem.expect("refused").starts_with("server.public_url: "));
    let problem = open(|config| {
        config.server.public_url = Some("http://localhost".parse().expect("an address"));
        config.sign_in = toml::from_str("[proxy]\npreset = \"authelia\"").expect("a section");
    });
    assert!(problem.await.expect("refused").starts_with("sign_in.proxy.from: "));
    assert_eq!(open(|_| ()).await, None);
}

#[tokio::test]
async fn a_portal_that_people_sign_in_to_listens_beyond_this_machine() {
    let world = closed("http://localhost:8080").await;
    let mut server = world.config.server.clone();
    server.listen = "0.0.0.0:0".parse().expect("an address");
    let (tell, told) = tokio::sync::oneshot::channel();
    let portal = std::sync::Arc::clone(&world.portal);
    let running = tokio::spawn(async move {
        let announce = move |address: std::net::SocketAddr| tell.send(address).expect("the test waits for it");
        server::http::serve(portal, &server, announce).await
    });
    soon("the address", told).await.expect("it listens");
    running.abort();
}
