//! The door: makes the caller of every request, here and nowhere else. Whoever has not signed in gets the way to the
//! sign-in page, the same for every address, and learns nothing of what stands behind it.

use std::{sync::Arc, time::Duration};

use access::{Caller, ReturnTo, Scope};
use app::{error::WireError, paths, server_side::sign_in::Problem};
use axum::{
    Extension, Form, Router,
    body::Body,
    extract::{Path, Query, Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde::Deserialize;
use tower_sessions::{
    Expiry, Session, SessionManagerLayer,
    cookie::{SameSite, time},
};

use super::Peer;
use crate::{
    clock::Clock,
    portal::Portal,
    sign_in::{NoEntry, Pending, Returned, Seat, SignIn},
};

/// How often an open stream looks whether its reader may still have it.
const LOOK_AGAIN: Duration = Duration::from_secs(10);
/// How long a stream lives on a proxy's word. The browser opens the next one by itself, and the proxy speaks again.
const WORD_LASTS: Duration = Duration::from_secs(30);
/// How a browser calls the session's cookie. The prefix makes browsers refuse it from anybody but this very host.
const SECURE_COOKIE: &str = "__Host-runlight";
/// The same without TLS, where browsers refuse the prefix.
const PLAIN_COOKIE: &str = "runlight";

/// What lets a caller in, for as long as they are in.
#[derive(Debug, Clone)]
pub(super) struct Admission {
    sign_in: Arc<SignIn>,
    hold: Hold,
}

/// By what a caller is in.
#[derive(Debug, Clone, Copy)]
enum Hold {
    /// By the configuration, which changes with the process.
    Open,
    /// By a session.
    Session(Seat),
    /// By the word of a proxy, which is given for one request: a stream asks for it anew every now and then.
    Word,
}

/// Puts the door before these routes. What is merged later is open to everybody.
pub(super) fn guard(routes: Router, portal: &Arc<Portal>) -> Router {
    let sign_in = Arc::clone(portal.sign_in());
    let doors = Router::new()
        .route(paths::SIGN_OUT, post(sign_out))
        .route(paths::SIGN_IN, post(enter))
        .route(&format!("{}/oidc/{{name}}", paths::SIGN_IN), get(go_to_provider))
        .route(&format!("{}/oidc/{{name}}/return", paths::SIGN_IN), get(come_back))
        .layer(axum::extract::DefaultBodyLimit::max(super::MAX_BODY_BYTES))
        .with_state(Arc::clone(&sign_in));
    let routes = routes.merge(doors).layer(middleware::from_fn_with_state(Arc::clone(&sign_in), identify));
    match sign_in.has_a_way_in() {
        true => routes.layer(session_layer(&sign_in)),
        false => routes,
    }
}

/// What an answer of the door carries until it leaves.
#[derive(Debug, Clone, Copy)]
struct TurnedAway;

/// A route adds which methods it has, and how long it is, to whatever is answered in its place; to whoever was turned away
/// that would tell that there is a route.
pub(super) fn without_methods(whole: Router) -> Router {
    Router::new().fallback_service(whole).layer(middleware::map_response(async |mut response: Response| {
        if response.extensions_mut().remove::<TurnedAway>().is_some() {
            response.headers_mut().remove(header::ALLOW);
            // The connection adds it to every answer alike.
            response.headers_mut().remove(header::CONTENT_LENGTH);
        }
        response
    }))
}

fn session_layer(sign_in: &SignIn) -> SessionManagerLayer<crate::sign_in::Sessions> {
    let is_https = sign_in.public_url().is_some_and(access::PublicUrl::is_https);
    let idle_s = i64::try_from(sign_in.sessions().idle().as_secs()).unwrap_or(i64::MAX);
    SessionManagerLayer::new(sign_in.sessions().clone())
        .with_name(if is_https { SECURE_COOKIE } else { PLAIN_COOKIE })
        .with_secure(is_https)
        .with_http_only(true)
        // A click in a chat comes from another site and must arrive signed in; a POST from there must not.
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(time::Duration::seconds(idle_s)))
}

/// Makes the caller, or sends the request away.
async fn identify(State(sign_in): State<Arc<SignIn>>, mut request: Request, next: Next) -> Response {
    let admission = |hold| Admission { sign_in: Arc::clone(&sign_in), hold };
    let known = match sign_in.has_a_way_in() {
        false => Ok(Some((Caller::Local, admission(Hold::Open)))),
        true => {
            recognise(&sign_in, &mut request).await.map(|known| known.map(|(caller, hold)| (caller, admission(hold))))
        }
    };
    match known {
        Err(response) => response,
        Ok(Some((caller, admission))) => {
            if !caller.may(scope_of(request.uri().path())) {
                return (StatusCode::FORBIDDEN, "This token is not for this address.\n").into_response();
            }
            if matches!(caller, Caller::Machine(_)) && leaves_something(&request) {
                return (
                    StatusCode::FORBIDDEN,
                    "A token reads: notes, shared pages and what is kept are a person's.\n",
                )
                    .into_response();
            }
            request.extensions_mut().insert(caller);
            request.extensions_mut().insert(admission);
            next.run(request).await
        }
        Ok(None) if is_entrance(request.uri().path()) => next.run(request).await,
        Ok(None) => {
            let mut response = turn_away(&request);
            response.extensions_mut().insert(TurnedAway);
            if request.method() == Method::HEAD {
                // A route would take the body off, and the absence of one would not.
                *response.body_mut() = Body::empty();
            }
            response
        }
    }
}

/// Who a request says it is, and proves. A body cannot be looked at by two threads, so the request is borrowed for this one alone.
async fn recognise(sign_in: &SignIn, request: &mut Request) -> Result<Option<(Caller, Hold)>, Response> {
    if let Some(token) = token_of(request.headers()) {
        // A token that is sent and wrong is never a reader with a session.
        let machine = token.and_then(|token| sign_in.machine(token));
        return machine.map(|machine| Some((machine, Hold::Open))).ok_or_else(unauthorized);
    }
    // Without a connection under it nobody knows who sends a request, so nobody's headers are believed.
    let peer = request.extensions().get::<Peer>().map(|Peer(address)| *address);
    if let Some(vouched) = peer.and_then(|peer| sign_in.vouched(peer, request.headers())) {
        let person = vouched.map_err(|refusal| disbelieved(&refusal))?;
        return Ok(Some((Caller::Person(Arc::new(person)), Hold::Word)));
    }
    let Some(session) = request.extensions().get::<Session>().cloned() else { return Ok(None) };
    let found = sign_in.sessions().person(&session).await;
    Ok(found.map(|(person, seat)| (Caller::Person(Arc::new(person)), Hold::Session(seat))))
}

/// One of our tokens, if the request carries any: `Some(None)` when it cannot be read. What other programs call a bearer
/// token is no business of ours.
fn token_of(headers: &HeaderMap) -> Option<Option<&str>> {
    let mut sent = headers.get_all(header::AUTHORIZATION).iter();
    let (first, second) = (sent.next()?, sent.next());
    let token = first.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    match (token, second) {
        (_, Some(_)) => Some(None),
        (Some(token), None) if token.starts_with("runlight_") => Some(Some(token)),
        _ => None,
    }
}

/// What a program's token must be for.
fn scope_of(path: &str) -> Scope {
    let is_below = |root: &str| path == root || path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'));
    match path {
        "/metrics" => Scope::Metrics,
        _ if is_below("/mcp") => Scope::Mcp,
        _ if is_below("/hooks") => Scope::Webhook,
        _ => Scope::Read,
    }
}

/// Whether a request leaves something in the portal's own store: what is sent is a question below `/api` alone, and what
/// has a scope of its own says so by it.
fn leaves_something(request: &Request) -> bool {
    let path = request.uri().path();
    let is_question = path.starts_with("/api/");
    !matches!(*request.method(), Method::GET | Method::HEAD) && !is_question && scope_of(path) == Scope::Read
}

/// What is there to sign in with.
fn is_entrance(path: &str) -> bool {
    path == paths::SIGN_IN || path == paths::SIGN_OUT || path.starts_with("/sign-in/oidc/")
}

/// The answer to whoever has not signed in. It depends on the address's form alone, never on what is there.
fn turn_away(request: &Request) -> Response {
    let path = request.uri().path();
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD)
        && !["/api/", "/live", "/files/", "/metrics", "/mcp", "/hooks/"].iter().any(|door| path.starts_with(door));
    if is_page {
        let wanted = request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        return see_other(&format!("{}?{}={}", paths::SIGN_IN, paths::RETURN_FIELD, ReturnTo::read(wanted).escaped()));
    }
    if path.starts_with("/api/") {
        let error = WireError {
            status: 401,
            title: "You are not signed in".into(),
            message: "The session has ended, or was signed out.".into(),
            next_step: "Load the page anew to sign in.".into(),
            links: Vec::new(),
            log_id: None,
        };
        return (StatusCode::UNAUTHORIZED, NO_STORE, axum::Json(error)).into_response();
    }
    unauthorized()
}

/// A proxy's headers that could be somebody else's.
fn disbelieved(refusal: &access::Refusal) -> Response {
    tracing::warn!(%refusal, "the headers of the proxy in front were not believed");
    (StatusCode::FORBIDDEN, NO_STORE, format!("{refusal}\n")).into_response()
}

const NO_STORE: [(header::HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

fn unauthorized() -> Response {
    let challenge = [(header::WWW_AUTHENTICATE, "Bearer realm=\"Runlight\""), (header::CACHE_CONTROL, "no-store")];
    (StatusCode::UNAUTHORIZED, challenge, "Sign in first.\n").into_response()
}

fn see_other(address: &str) -> Response {
    match HeaderValue::from_str(address) {
        Ok(location) => (StatusCode::SEE_OTHER, NO_STORE, [(header::LOCATION, location)]).into_response(),
        Err(_) => unauthorized(),
    }
}

/// What the form of the sign-in page sends.
#[derive(Debug, Deserialize)]
struct Typed {
    #[serde(default)]
    to: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
}

/// `POST /sign-in`.
async fn enter(
    State(sign_in): State<Arc<SignIn>>,
    session: Option<Extension<Session>>,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Response {
    let to = ReturnTo::read(&typed.to);
    let Some(Extension(session)) = session else { return see_other(paths::HOME) };
    if !says_where_it_comes_from(&headers) {
        return back(&to, Problem::Foreign);
    }
    let person = match sign_in.person(&typed.name, typed.password).await {
        Ok(person) => person,
        Err(NoEntry::Wrong) => return back(&to, Problem::Wrong),
        Err(NoEntry::TooMany) => return back(&to, Problem::TooMany),
    };
    begin(&sign_in, &session, person, &to).await
}

/// `GET /sign-in/oidc/NAME?to=…`: on to the provider.
async fn go_to_provider(
    State(sign_in): State<Arc<SignIn>>,
    Path(name): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Response {
    let to = ReturnTo::read(&wanted.to);
    let Some(provider) = sign_in.provider(&name) else { return see_other(paths::SIGN_IN) };
    match provider.begin(&to, Clock::system()).await {
        Ok((address, pending)) => (sign_in.seal().close(&pending), see_other(&address)).into_response(),
        Err(problem) => back(&to, problem),
    }
}

/// Where to go after signing in.
#[derive(Debug, Default, Deserialize)]
struct Wanted {
    #[serde(default)]
    to: String,
}

/// `GET /sign-in/oidc/NAME/return`: back from the provider. What began here is finished here, once.
async fn come_back(
    State(sign_in): State<Arc<SignIn>>,
    Path(name): Path<String>,
    session: Option<Extension<Session>>,
    headers: HeaderMap,
    Query(returned): Query<Returned>,
) -> Response {
    let (pending, jar) = sign_in.seal().open(&headers);
    let to = pending.as_ref().map_or_else(ReturnTo::home, Pending::to);
    let outcome = match (sign_in.provider(&name), pending) {
        (Some(provider), Some(pending)) => {
            provider.finish(returned, &pending, sign_in.named_groups(), Clock::system()).await
        }
        _ => Err(Problem::Expired),
    };
    let response = match (outcome, session) {
        (Ok(person), Some(Extension(session))) => begin(&sign_in, &session, person, &to).await,
        (Ok(_), None) => see_other(paths::SIGN_IN),
        (Err(problem), _) => back(&to, problem),
    };
    (jar, response).into_response()
}

/// Keeps who has signed in, and sends them where they wanted to go.
async fn begin(sign_in: &SignIn, session: &Session, person: access::Person, to: &ReturnTo) -> Response {
    match sign_in.sessions().begin(session, person).await {
        Ok(()) => see_other(to.as_str()),
        Err(cause) => {
            tracing::error!(%cause, "a session could not be kept");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// `POST /sign-out`: ends this session, whoever's it is, and the one at the provider where there is one.
async fn sign_out(
    State(sign_in): State<Arc<SignIn>>,
    session: Option<Extension<Session>>,
    headers: HeaderMap,
) -> Response {
    if !says_where_it_comes_from(&headers) {
        return (StatusCode::FORBIDDEN, "Sign out on the page of your account.\n").into_response();
    }
    let Some(Extension(session)) = session else { return see_other(paths::SIGN_IN) };
    let person = sign_in.sessions().person(&session).await.map(|(person, _)| person);
    if session.id().is_some() {
        let _ = session.flush().await;
    }
    let Some(address) = person.and_then(|person| sign_in.sign_out_address(&person)) else {
        return (FORGET, see_other(paths::SIGN_IN)).into_response();
    };
    // The page's policy lets a form lead to this portal alone, redirects included; this is a step of its own.
    let refresh = [(header::REFRESH, format!("0; url={address}"))];
    let words = format!("You are signed out here. Sign out there as well: {address}\n");
    (StatusCode::OK, NO_STORE, FORGET, refresh, words).into_response()
}

/// The browser keeps the text of runbooks that were read; the next one at this machine may be somebody else.
const FORGET: [(&str, &str); 1] = [("clear-site-data", "\"cache\", \"storage\"")];

/// Browsers say where a POST comes from, and `guard` has refused those of other sites. One that says nothing could come
/// from anywhere.
fn says_where_it_comes_from(headers: &HeaderMap) -> bool {
    headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site")
}

fn back(to: &ReturnTo, problem: Problem) -> Response {
    let (sign_in, why, field) = (paths::SIGN_IN, paths::PROBLEM_FIELD, paths::RETURN_FIELD);
    see_other(&format!("{sign_in}?{why}={}&{field}={}", problem.word(), to.escaped()))
}

impl Admission {
    /// Waits until the caller is no longer in.
    pub(super) async fn ended(self) {
        let seat = match self.hold {
            Hold::Open => return std::future::pending().await,
            Hold::Word => return tokio::time::sleep(WORD_LASTS).await,
            Hold::Session(seat) => seat,
        };
        let sessions = self.sign_in.sessions();
        let mut endings = sessions.endings();
        while sessions.is_open(seat) {
            // A session that ends by itself tells nobody.
            let _ = tokio::time::timeout(LOOK_AGAIN, endings.changed()).await;
        }
    }
}
