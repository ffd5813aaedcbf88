//! The homelab's Prometheus and Alertmanager: the read APIs of the real ones, fed by what happens in the simulated
//! clusters. They evaluate the rules of the homelab, so what fires here has really happened there.

mod alertmanager;
mod eval;
mod firing;
mod prometheus;
mod rules;
mod series;
mod values;

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use document::time::Timestamp;
use http::{Method, StatusCode, header};

use self::firing::Firing;
use super::{cluster::Cluster, dice::Dice, door::Door, lock, proxmox::Host};
use clock::Clock;

/// What both of them look at.
pub(super) struct World {
    clusters: Vec<Arc<Cluster>>,
    hosts: Vec<Arc<Host>>,
    clock: Clock,
    /// When the simulation began.
    born: Timestamp,
    /// Alerts that fire beyond the homelab's own: for tests of long lists.
    made_up: AtomicUsize,
    firing: Mutex<Option<(Timestamp, Arc<[Firing]>)>>,
    /// Since when what fires has been active, so that the past is looked through once.
    active_since: Mutex<firing::Since>,
}

/// One of the two APIs.
pub(super) struct Api {
    pub(super) name: &'static str,
    /// The bearer token that it wants to see.
    pub(super) token: String,
    pub(super) door: Door,
    world: Arc<World>,
    answer: fn(&World, &str, &Query) -> Response,
}

/// Names and values of a request, decoded, in order.
pub(super) type Query = Vec<(String, String)>;

impl World {
    pub(super) fn new(clusters: Vec<Arc<Cluster>>, hosts: Vec<Arc<Host>>, clock: Clock) -> Arc<Self> {
        Arc::new(Self {
            clusters,
            hosts,
            clock,
            born: clock.now(),
            made_up: AtomicUsize::new(0),
            firing: Mutex::default(),
            active_since: Mutex::default(),
        })
    }

    /// Lets this many more alerts fire.
    pub(super) fn make_up_alerts(&self, count: usize) {
        self.made_up.store(count, Ordering::Relaxed);
        *lock(&self.firing) = None;
    }
}

impl Api {
    /// Prometheus and Alertmanager of a world.
    pub(super) fn both(world: &Arc<World>, seed: u64) -> [Self; 2] {
        let api = |name, answer| {
            let token = Dice::new(seed, &["token", name]).hex(40);
            Self { name, door: Door::new("runlight", &token), token, world: Arc::clone(world), answer }
        };
        [api("prometheus", prometheus::answer), api("alertmanager", alertmanager::answer)]
    }
}

/// The routes of an API.
pub(super) fn router(api: Arc<Api>) -> Router {
    Router::new().fallback(serve).with_state(api)
}

async fn serve(State(api): State<Arc<Api>>, request: Request) -> Response {
    let made_up = api.door.enter(&request).await;
    if let Some(status) = made_up.and_then(|code| StatusCode::from_u16(code).ok()) {
        return (status, "made up for a test\n").into_response();
    }
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if given != Some(&format!("Bearer {}", api.token)) {
        return (StatusCode::UNAUTHORIZED, "Unauthorized\n").into_response();
    }
    if request.method() != Method::GET {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let query: Query = match axum::extract::Query::try_from_uri(request.uri()) {
        Ok(query) => query.0,
        Err(_) => return StatusCode::BAD_REQUEST.into_response(),
    };
    let path = request.uri().path().to_owned();
    // Evaluating takes its time, which the other simulated APIs should not have to wait for.
    let answer = tokio::task::spawn_blocking(move || (api.answer)(&api.world, &path, &query));
    answer.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// The value of a parameter.
fn parameter<'a>(query: &'a Query, name: &str) -> Option<&'a str> {
    query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// `2026-11-23T07:04:08.604Z`, as both APIs write times.
fn rfc3339(at: Timestamp) -> String {
    format!("{}T{}.{:03}Z", at.date(), at.clock(), at.0.rem_euclid(1_000))
}
