//! The API of a Proxmox Backup Server: reading only, with a token, under `/api2/json`. What it has stored is what the
//! simulated nodes have sent.

mod host;
mod stores;
mod tasks;

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::{
    Router,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use document::time::Timestamp;
use http::{Method, StatusCode, header};
use serde_json::{Value, json};

use super::{dice::Dice, door::Door, proxmox::Host};
use clock::Clock;

/// A Proxmox Backup Server.
pub(super) struct BackupServer {
    pub(super) name: &'static str,
    /// By which runbooks reach it with ssh.
    pub(super) address: &'static str,
    /// `USER@REALM!NAME:SECRET`.
    pub(super) token: String,
    pub(super) door: Door,
    clock: Clock,
    seed: u64,
    /// The nodes that send their backups here.
    nodes: Vec<Arc<Host>>,
    /// Whether the token's role is Audit.
    may_audit: AtomicBool,
}

type Query = HashMap<String, String>;

/// A refusal: a status and the sentence that is the body.
struct Refusal(StatusCode, String);

impl BackupServer {
    /// The server of the homelab.
    pub(super) fn new(seed: u64, clock: Clock, nodes: Vec<Arc<Host>>) -> Self {
        let token = format!("runlight@pbs!demo:{}", Dice::new(seed, &["token", "pbs"]).uid());
        Self {
            name: "pbs",
            address: "10.10.0.15",
            door: Door::new("runlight@pbs!demo", &token),
            token,
            clock,
            seed,
            nodes,
            may_audit: AtomicBool::new(true),
        }
    }

    pub(super) fn allow_audit(&self, is_allowed: bool) {
        self.may_audit.store(is_allowed, Ordering::Relaxed);
    }

    fn may_audit(&self) -> bool {
        self.may_audit.load(Ordering::Relaxed)
    }

    /// Without the role this product says no more than that.
    fn require(&self) -> Result<(), Refusal> {
        if self.may_audit() { Ok(()) } else { Err(Refusal(StatusCode::FORBIDDEN, "permission check failed".into())) }
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// The API of a backup server.
pub(super) fn router(server: Arc<BackupServer>) -> Router {
    Router::new().fallback(answer).with_state(server)
}

async fn answer(State(server): State<Arc<BackupServer>>, request: Request) -> Response {
    let made_up = server.door.enter(&request).await;
    let document = match made_up.map(StatusCode::from_u16) {
        Some(status) => Err(Refusal(status.unwrap_or(StatusCode::BAD_GATEWAY), "made to fail".into())),
        None => dispatch(&server, &request),
    };
    match document {
        Ok(document) => axum::Json(document).into_response(),
        Err(Refusal(status, reason)) => (status, reason).into_response(),
    }
}

fn dispatch(server: &BackupServer, request: &Request) -> Result<Value, Refusal> {
    authenticate(server, request)?;
    let no_such_path = || Refusal(StatusCode::NOT_FOUND, "Path not found.".into());
    if request.method() != Method::GET {
        return Err(Refusal(StatusCode::FORBIDDEN, "permission check failed".into()));
    }
    let path = request.uri().path().strip_prefix("/api2/json/").ok_or_else(no_such_path)?;
    let query: Query = axum::extract::Query::try_from_uri(request.uri())
        .map_err(|_| Refusal(StatusCode::BAD_REQUEST, "parameter verification errors".into()))?
        .0;
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    let data = match segments[..] {
        ["version"] => json!({ "version": "4.0", "release": "14", "repoid": "7e1c2a" }),
        ["access", "permissions"] => permissions(server),
        ["access", "users"] => host::users(server)?,
        ["access", "acl"] => host::acl(server)?,
        ["nodes", "localhost", "tasks"] => return tasks::list(server, &query),
        ["nodes", "localhost", "tasks", upid, what @ ("status" | "log")] => {
            return tasks::one(server, upid, what, &query);
        }
        ["nodes", "localhost", "time"] => host::time(server),
        ["nodes", "localhost", "status"] => host::status(server)?,
        ["nodes", "localhost", "services"] => host::services(server)?,
        ["nodes", "localhost", "services", name, "state"] => host::service(server, name)?,
        ["nodes", "localhost", "apt", "versions"] => host::packages(server)?,
        ["nodes", "localhost", "disks", "list"] => host::disks(server)?,
        ["nodes", "localhost", "network"] => host::network(server)?,
        ["nodes", "localhost", "journal"] => host::journal(server)?,
        ["status", "datastore-usage"] => stores::usage(server),
        ["admin", "datastore"] => stores::names(server),
        ["admin", "datastore", store, "gc"] => stores::collection(server, store)?,
        ["admin", "datastore", store, "groups"] => stores::groups(server, store)?,
        ["admin", "datastore", store, "snapshots"] => stores::snapshots(server, store, &query)?,
        ["admin", "datastore", store, "active-operations"] => stores::operations(server, store)?,
        ["admin", "gc"] => stores::collections(server),
        ["config", what] => stores::configured(server, what).ok_or_else(no_such_path)?,
        _ => return Err(no_such_path()),
    };
    Ok(json!({ "data": data }))
}

fn authenticate(server: &BackupServer, request: &Request) -> Result<(), Refusal> {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match given.and_then(|value| value.strip_prefix("PBSAPIToken ").or_else(|| value.strip_prefix("PBSAPIToken="))) {
        Some(token) if token == server.token => Ok(()),
        _ => Err(Refusal(StatusCode::UNAUTHORIZED, "authentication failed - invalid credentials".into())),
    }
}

/// What the token may see where. Without Audit lists are empty rather than forbidden.
fn permissions(server: &BackupServer) -> Value {
    if !server.may_audit() {
        return json!({ "/": {}, "/datastore": {}, "/system": {}, "/access": {}, "/remote": {} });
    }
    let held = json!({ "Sys.Audit": true, "Datastore.Audit": true, "Remote.Audit": true, "Tape.Audit": true });
    ["/", "/access", "/datastore", "/remote", "/system"].iter().map(|path| ((*path).to_owned(), held.clone())).collect()
}

/// Seconds since 1970, as Proxmox counts.
fn seconds(at: Timestamp) -> i64 {
    at.0.div_euclid(1_000)
}
