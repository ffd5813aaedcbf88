//! Signing in at a provider of OpenID Connect: a small one that lies in every way that a test asks for.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Form, Json, Router,
    body::Body,
    extract::State,
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, Request, StatusCode, header};
use openidconnect::{
    JsonWebKeyId, PrivateSigningKey,
    core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{NOON, Page, World, day};

/// What the provider does.
struct Lies {
    issuer: String,
    key: CoreEdDsaPrivateSigningKey,
    /// Laid over the claims of the next token; null takes one away.
    claims: Value,
    /// Laid over its header.
    head: Value,
    userinfo: Value,
    is_unsigned: bool,
    answers_html: bool,
    challenge: String,
    nonce: String,
    discoveries: usize,
}

type Stub = Arc<Mutex<Lies>>;

fn key(id: &str) -> CoreEdDsaPrivateSigningKey {
    let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).expect("a key");
    // The library reads the older form of PKCS #8, which ends with the seed.
    let der = pair.serialize_der();
    let mut old = vec![0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    old.extend_from_slice(&der[16..48]);
    let base64 = base64::engine::general_purpose::STANDARD.encode(old);
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{base64}\n-----END PRIVATE KEY-----\n");
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new(id.into()))).expect("a key")
}

async fn stub() -> Stub {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let issuer = format!("http://{}", listener.local_addr().expect("an address"));
    let stub = Arc::new(Mutex::new(Lies {
        issuer,
        key: key("one"),
        claims: json!({}),
        head: json!({}),
        userinfo: json!({"sub": "7"}),
        is_unsigned: false,
        answers_html: false,
        challenge: String::new(),
        nonce: String::new(),
        discoveries: 0,
    }));
    let router = Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/jwks", get(jwks))
        .route("/token", post(token))
        .route("/userinfo", get(userinfo))
        .with_state(Arc::clone(&stub));
    tokio::spawn(async move { axum::serve(listener, router).await });
    stub
}

async fn discovery(State(stub): State<Stub>) -> Response {
    let mut lies = stub.lock().expect("unpoisoned");
    lies.discoveries += 1;
    if lies.answers_html {
        return Html("<h1>Sign in to the hotel's network</h1>").into_response();
    }
    let at = |path: &str| format!("{}{path}", lies.issuer);
    Json(json!({
        "issuer": lies.issuer,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/userinfo"),
        "jwks_uri": at("/jwks"),
        "end_session_endpoint": at("/end"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["none", "EdDSA"],
    }))
    .into_response()
}

async fn jwks(State(stub): State<Stub>) -> Json<Value> {
    let lies = stub.lock().expect("unpoisoned");
    Json(json!({"keys": [lies.key.as_verification_key()]}))
}

async fn userinfo(State(stub): State<Stub>) -> Json<Value> {
    Json(stub.lock().expect("unpoisoned").userinfo.clone())
}

async fn token(State(stub): State<Stub>, Form(form): Form<BTreeMap<String, String>>) -> Response {
    let lies = stub.lock().expect("unpoisoned");
    let proves = URL_SAFE_NO_PAD.encode(Sha256::digest(form.get("code_verifier").map_or("", String::as_str)));
    if form.get("code").map(String::as_str) != Some("good") || proves != lies.challenge {
        return (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"}))).into_response();
    }
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs();
    let mut claims = json!({
        "iss": lies.issuer, "sub": "7", "aud": "runlight", "iat": now, "exp": now + 300, "nonce": lies.nonce,
        "preferred_username": "anna", "groups": ["sre"],
    });
    let mut head = json!({"alg": "EdDSA", "kid": "one"});
    lay_over(&mut claims, &lies.claims);
    lay_over(&mut head, &lies.head);
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&head), part(&claims));
    let signature = match lies.is_unsigned {
        true => String::new(),
        false => {
            let signature = lies.key.sign(&CoreJwsSigningAlgorithm::EdDsa, signed.as_bytes()).expect("signed");
            URL_SAFE_NO_PAD.encode(signature)
        }
    };
    let token = format!("{signed}.{signature}");
    Json(json!({"access_token": "t", "token_type": "Bearer", "id_token": token})).into_response()
}

fn lay_over(value: &mut Value, with: &Value) {
    for (name, new) in with.as_object().expect("an object") {
        match new.is_null() {
            true => drop(value.as_object_mut().expect("an object").remove(name)),
            false => value[name] = new.clone(),
        }
    }
}

/// A portal that signs in at the stub.
async fn world(stub: &Stub, more: &str) -> World {
    let section = section(stub, more);
    World::configured(day::clock(NOON), &[], |config| {
        config.server.public_url = Some("http://localhost:8080".parse().expect("an address"));
        config.sign_in = toml::from_str(&section).expect("a section");
    })
    .await
}

fn section(stub: &Stub, more: &str) -> String {
    let issuer = stub.lock().expect("unpoisoned").issuer.clone();
    format!("[oidc.home]\nissuer = \"{issuer}\"\nclient_id = \"runlight\"\nlabel = \"the house\"\n{more}\n")
}

async fn get_page(world: &World, address: &str, cookie: &str) -> Page {
    let request = Request::get(address).header(header::HOST, "localhost:8080").header(header::COOKIE, cookie);
    Page::read(world.send(request.body(Body::empty()).expect("valid")).await).await
}

fn location(page: &Page) -> String {
    page.headers
        .get(header::LOCATION)
        .unwrap_or_else(|| panic!("no way on: {} {}", page.status, page.text))
        .to_str()
        .expect("text")
        .to_owned()
}

fn cookies(headers: &HeaderMap) -> String {
    let all = headers.get_all(header::SET_COOKIE).iter().map(|it| it.to_str().expect("text"));
    all.filter(|it| !it.contains("Max-Age=0"))
        .map(|it| it.split(';').next().expect("a pair"))
        .collect::<Vec<_>>()
        .join("; ")
}

/// A sign-in that has gone to the provider: the cookie and the state.
async fn begun(world: &World, stub: &Stub, to: &str) -> (String, String) {
    let escaped = percent_encoding::utf8_percent_encode(to, percent_encoding::NON_ALPHANUMERIC);
    let page = get_page(world, &format!("/sign-in/oidc/home?to={escaped}"), "").await;
    let address = location(&page);
    let query: BTreeMap<String, String> =
        server::portal::query::decode(address.split_once('?').unwrap_or_else(|| panic!("{address}")).1)
            .into_iter()
            .collect();
    assert_eq!(query["code_challenge_method"], "S256");
    assert_eq!(query["redirect_uri"], "http://localhost:8080/sign-in/oidc/home/return");
    let mut lies = stub.lock().expect("unpoisoned");
    lies.challenge.clone_from(&query["code_challenge"]);
    lies.nonce.clone_from(&query["nonce"]);
    drop(lies);
    (cookies(&page.headers), query["state"].clone())
}

/// The whole way; where it ends and with which cookies.
async fn signed_in(world: &World, stub: &Stub, to: &str) -> (String, String) {
    let (cookie, state) = begun(world, stub, to).await;
    let page = get_page(world, &format!("/sign-in/oidc/home/return?code=good&state={state}"), &cookie).await;
    (location(&page), cookies(&page.headers))
}

#[tokio::test]
async fn a_person_of_a_provider_arrives_at_the_very_link() {
    let stub = stub().await;
    let world = world(&stub, "").await;
    get_page(&world, "/sign-in", "").await.has("the house");
    let link = "/r/test-alert?cluster=a&x=%2F%26%3D%23+b&y=1%252B1&u=%C3%BC&&e";
    let (place, cookie) = signed_in(&world, &stub, link).await;
    assert_eq!(place, link);
    let account = get_page(&world, "/account", &cookie).await;
    for word in ["anna", "sre", &stub.lock().expect("unpoisoned").issuer] {
        account.has(word);
    }
    // Sign-out goes on to the provider.
    let request = Request::post("/sign-out")
        .header(header::HOST, "localhost:8080")
        .header(header::ORIGIN, "http://localhost:8080")
        .header(header::COOKIE, &cookie);
    let out = Page::read(world.send(request.body(Body::empty()).expect("valid")).await).await;
    let refresh = out.headers[header::REFRESH].to_str().expect("text");
    assert!(refresh.contains("/end?") && refresh.contains("post_logout_redirect_uri="), "{refresh}");
    assert_eq!(get_page(&world, "/account", &cookie).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_is_not_the_providers_word_lets_nobody_in() {
    let stub = stub().await;
    let world = world(&stub, "").await;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs();
    for (claims, head, is_unsigned) in [
        (json!({"nonce": "another"}), json!({}), false),
        (json!({"nonce": null}), json!({}), false),
        (json!({"aud": "another"}), json!({}), false),
        (json!({"aud": ["runlight", "another"]}), json!({}), false),
        (json!({"iss": "https://another.example"}), json!({}), false),
        (json!({"exp": now - 120}), json!({}), false),
        (json!({"iat": now + 600, "exp": now + 900}), json!({}), false),
        (json!({"sub": ""}), json!({}), false),
        (json!({}), json!({"alg": "none"}), true),
        (json!({}), json!({"alg": "none"}), false),
        (json!({}), json!({"alg": "HS256"}), false),
        (json!({}), json!({"alg": "RS256"}), false),
        (json!({}), json!({"kid": "another"}), false),
        (json!({}), json!({}), true),
    ] {
        {
            let mut lies = stub.lock().expect("unpoisoned");
            (lies.claims, lies.head, lies.is_unsigned) = (claims.clone(), head.clone(), is_unsigned);
        }
        let (place, cookie) = signed_in(&world, &stub, "/").await;
        assert!(place.contains("problem=disbelieved"), "{claims} {head}: {place}");
        assert_eq!(cookie, "", "{claims} {head}");
    }
    // A minute's difference between two clocks is none.
    {
        let mut lies = stub.lock().expect("unpoisoned");
        (lies.claims, lies.head, lies.is_unsigned) = (json!({"exp": now - 20, "iat": now + 20}), json!({}), false);
    }
    assert_eq!(signed_in(&world, &stub, "/").await.0, "/");
}

#[tokio::test]
async fn a_way_back_without_its_beginning_leads_nowhere() {
    let stub = stub().await;
    let world = world(&stub, "").await;
    let (cookie, state) = begun(&world, &stub, "/r/test-alert").await;
    let good = format!("/sign-in/oidc/home/return?code=good&state={state}");
    let is_out = async |address: &str, cookie: &str, problem: &str| {
        let page = get_page(&world, address, cookie).await;
        let place = location(&page);
        assert!(place.contains(&format!("problem={problem}")), "{address}: {place}");
        assert_eq!(cookies(&page.headers), "", "{address}");
    };
    is_out(&good, "", "expired").await;
    is_out(&good, "runlight-sign-in=AAAAAAAA", "expired").await;
    is_out("/sign-in/oidc/home/return?code=good&state=another", &cookie, "expired").await;
    is_out("/sign-in/oidc/home/return?code=good", &cookie, "expired").await;
    is_out(&format!("/sign-in/oidc/home/return?state={state}"), &cookie, "expired").await;
    is_out(&format!("/sign-in/oidc/home/return?error=access_denied&state={state}"), &cookie, "refused").await;
    is_out(&format!("{good}&iss=https://another.example"), &cookie, "disbelieved").await;
    is_out(&format!("/sign-in/oidc/home/return?code=stolen&state={state}"), &cookie, "disbelieved").await;
    is_out(&format!("/sign-in/oidc/other/return?code=good&state={state}"), &cookie, "expired").await;
    // A code of a sign-in that somebody else began does not fit this one's proof.
    let (other, other_state) = begun(&world, &stub, "/").await;
    is_out(&good, &cookie, "disbelieved").await;
    let finished = get_page(&world, &format!("/sign-in/oidc/home/return?code=good&state={other_state}"), &other).await;
    assert_eq!(location(&finished), "/");
    // Twice the same is one sign-in: the browser has given the cookie back.
    let gone = finished
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .any(|it| it.to_str().is_ok_and(|it| it.contains("Max-Age=0")));
    assert!(gone);
}

#[tokio::test]
async fn groups_come_from_where_the_configuration_says() {
    let stub = stub().await;
    let nested = world(&stub, "groups_claim = \"realm_access.roles\"").await;
    stub.lock().expect("unpoisoned").claims = json!({"realm_access": {"roles": ["ops", "dev"]}});
    let (_, cookie) = signed_in(&nested, &stub, "/").await;
    get_page(&nested, "/account", &cookie).await.has("dev, ops");
    let plain = world(&stub, "").await;
    // One string is one group.
    stub.lock().expect("unpoisoned").claims = json!({"groups": "sre,admin"});
    let (_, cookie) = signed_in(&plain, &stub, "/").await;
    get_page(&plain, "/account", &cookie).await.has("sre,admin");
    // Absent from the token, they are asked for; about somebody else they are not taken.
    stub.lock().expect("unpoisoned").claims = json!({"groups": null});
    stub.lock().expect("unpoisoned").userinfo = json!({"sub": "7", "groups": ["told"]});
    let (_, cookie) = signed_in(&plain, &stub, "/").await;
    get_page(&plain, "/account", &cookie).await.has("told");
    stub.lock().expect("unpoisoned").userinfo = json!({"sub": "8", "groups": ["told"]});
    assert!(signed_in(&plain, &stub, "/").await.0.contains("disbelieved"));
    // Nowhere: the least right.
    stub.lock().expect("unpoisoned").userinfo = json!({"sub": "7"});
    let (_, cookie) = signed_in(&plain, &stub, "/").await;
    get_page(&plain, "/account", &cookie).await.has("you see what needs no group");
    // Ten thousand of them are bounded.
    let many: Vec<String> = (0..10_000).map(|i| format!("group-{i}")).collect();
    stub.lock().expect("unpoisoned").claims = json!({"groups": many});
    assert_eq!(signed_in(&plain, &stub, "/").await.0, "/");
}

#[tokio::test]
async fn only_who_may_comes_in() {
    let stub = stub().await;
    let groups = world(&stub, "allow_groups = [\"ops\"]").await;
    assert!(signed_in(&groups, &stub, "/").await.0.contains("not-allowed"));
    let users = world(&stub, "allow_users = [\"a@example.org\"]").await;
    stub.lock().expect("unpoisoned").claims = json!({"email": "a@example.org", "email_verified": false});
    assert!(signed_in(&users, &stub, "/").await.0.contains("not-allowed"));
    stub.lock().expect("unpoisoned").claims = json!({"email": "a@example.org", "email_verified": true});
    assert_eq!(signed_in(&users, &stub, "/").await.0, "/");
}

#[tokio::test]
async fn what_somebody_writes_about_themselves_lets_nobody_in() {
    let stub = stub().await;
    let users = world(&stub, "allow_users = [\"a@example.org\", \"berta\"]").await;
    for claims in [
        json!({"preferred_username": null, "email": "a@example.org", "email_verified": false}),
        json!({"preferred_username": null, "email": "a@example.org"}),
        json!({"preferred_username": null, "name": "berta"}),
        json!({"preferred_username": "", "name": "berta"}),
    ] {
        stub.lock().expect("unpoisoned").claims = claims.clone();
        let (place, cookie) = signed_in(&users, &stub, "/").await;
        assert!(place.contains("not-allowed") && cookie.is_empty(), "{claims}: {place}");
    }
    let by_address = world(&stub, "allow_users = [\"a@example.org\"]\nname_claim = \"email\"").await;
    stub.lock().expect("unpoisoned").claims = json!({"email": "a@example.org", "email_verified": false});
    assert!(signed_in(&by_address, &stub, "/").await.0.contains("not-allowed"));
    stub.lock().expect("unpoisoned").claims = json!({"preferred_username": "berta"});
    assert_eq!(signed_in(&users, &stub, "/").await.0, "/");
}

#[tokio::test]
async fn a_provider_that_is_down_keeps_nobody_out_who_is_in() {
    let stub = stub().await;
    let world = world(&stub, "").await;
    let (_, cookie) = signed_in(&world, &stub, "/").await;
    stub.lock().expect("unpoisoned").answers_html = true;
    assert_eq!(get_page(&world, "/account", &cookie).await.status, StatusCode::OK);
    let fresh = self::world(&stub, "").await;
    let page = get_page(&fresh, "/sign-in/oidc/home?to=/r/x", "").await;
    let place = location(&page);
    assert!(place.contains("problem=unreachable") && place.contains("/r/x"), "{place}");
    let told = get_page(&fresh, &place, "").await;
    assert_eq!(told.status, StatusCode::BAD_GATEWAY);
    told.has("Whoever is signed in stays so");
}

#[tokio::test]
async fn an_issuer_is_taken_as_it_is_written() {
    let stub = stub().await;
    let issuer = stub.lock().expect("unpoisoned").issuer.clone();
    // The provider calls itself something else: a slash is a difference.
    stub.lock().expect("unpoisoned").issuer = format!("{issuer}/");
    let section = format!("[oidc.home]\nissuer = \"{issuer}\"\nclient_id = \"runlight\"\n");
    let world = World::configured(day::clock(NOON), &[], |config| {
        config.server.public_url = Some("http://localhost:8080".parse().expect("an address"));
        config.sign_in = toml::from_str(&section).expect("a section");
    });
    let page = get_page(&world.await, "/sign-in/oidc/home?to=/", "").await;
    assert!(location(&page).contains("unreachable"));
}

#[tokio::test]
async fn two_replicas_with_one_key_finish_each_others_sign_ins() {
    let stub = stub().await;
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("key");
    std::fs::write(&key, [7; 64]).expect("written");
    let configured = async |with_key: bool| {
        let section = section(&stub, "");
        World::configured(day::clock(NOON), &[], |config| {
            config.server.public_url = Some("http://localhost:8080".parse().expect("an address"));
            config.sign_in = toml::from_str(&section).expect("a section");
            config.sign_in.key_file = with_key.then(|| key.clone());
        })
        .await
    };
    let (one, two, stranger) = (configured(true).await, configured(true).await, configured(false).await);
    let (cookie, state) = begun(&one, &stub, "/r/test-alert").await;
    let address = format!("/sign-in/oidc/home/return?code=good&state={state}");
    assert!(location(&get_page(&stranger, &address, &cookie).await).contains("expired"));
    assert_eq!(location(&get_page(&two, &address, &cookie).await), "/r/test-alert");
}
