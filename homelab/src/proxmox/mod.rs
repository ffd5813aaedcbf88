//! The API of one Proxmox VE node: reading only, with a token, under `/api2/json`.

mod guests;
mod host;
mod journal;
mod nodes;
mod privileges;
mod schedule;
mod storage;
mod tasks;

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use document::time::Timestamp;
use http::{Method, StatusCode, header};
use hyper::ext::ReasonPhrase;
use serde_json::{Value, json};

use self::{guests::Guest, privileges::Privileges};
use super::{
    backup::{self, Backups, Run},
    dice::Dice,
    door::Door,
    lock,
};
use clock::Clock;

/// A Proxmox VE node that stands alone.
pub(super) struct Host {
    pub(super) name: &'static str,
    /// By which runbooks reach it with ssh.
    pub(super) address: &'static str,
    /// `USER@REALM!ID=SECRET`.
    pub(super) token: String,
    pub(super) door: Door,
    clock: Clock,
    seed: u64,
    guests: &'static [Guest],
    backups: Mutex<Backups>,
    privileges: Mutex<Privileges>,
}

/// One guest's part of a backup run.
pub(super) struct GuestBackup {
    /// `vm` or `ct`.
    pub(super) kind: &'static str,
    pub(super) id: u32,
    pub(super) name: &'static str,
    pub(super) memory_gib: u64,
    pub(super) started_at: Timestamp,
    pub(super) ended_at: Option<Timestamp>,
    pub(super) has_failed: bool,
}

impl Host {
    /// The two nodes of the homelab.
    pub(super) fn all(seed: u64, clock: Clock) -> Vec<Self> {
        let host = |name, address, guests, usual_minutes| {
            let token = format!("runlight@pve!demo={}", Dice::new(seed, &["token", name]).uid());
            Self {
                name,
                address,
                door: Door::new("runlight@pve!demo", &token),
                token,
                clock,
                seed,
                guests,
                backups: Mutex::new(Backups::new(name, seed, usual_minutes)),
                privileges: Mutex::default(),
            }
        };
        vec![
            host("ruapehu", "10.10.0.10", guests::ON_RUAPEHU, backup::RUAPEHU_MINUTES),
            host("pihanga", "10.10.0.20", guests::ON_PIHANGA, backup::PIHANGA_MINUTES),
        ]
    }

    pub(super) fn is_backing_up(&self) -> bool {
        lock(&self.backups).is_running(self.clock.now())
    }

    pub(super) fn latest_backup(&self) -> Option<Run> {
        lock(&self.backups).latest(self.clock.now())
    }

    /// Seconds for which everything on it has waited for its disks, up to a moment: a counter as node_exporter has it.
    pub(super) fn stalled_s(&self, at: Timestamp) -> f64 {
        /// Share of a backup's time for which pihanga, whose disks are slow, stands still; the other one hardly does.
        const SHARE: f64 = 0.42;
        let share = if self.name == "pihanga" { SHARE } else { SHARE / 10.0 };
        let runs = lock(&self.backups).runs(self.clock.now());
        let waited = runs.iter().map(|run| at.min(run.ended_at.unwrap_or(at)).ms_since(run.started_at).max(0));
        waited.sum::<i64>() as f64 / 1_000.0 * share
    }

    pub(super) fn begin_backup(&self) {
        lock(&self.backups).begin(self.clock.now());
    }

    pub(super) fn end_backup(&self) {
        lock(&self.backups).end(self.clock.now());
    }

    pub(super) fn allow(&self, privilege: &'static str, is_allowed: bool) {
        lock(&self.privileges).allow(privilege, is_allowed);
    }

    fn may(&self, privilege: &str) -> bool {
        lock(&self.privileges).hold(privilege)
    }

    fn may_audit(&self) -> bool {
        self.may("Sys.Audit")
    }

    /// What the API says to a token without one of these privileges.
    fn require(&self, path: &str, privileges: &[&str]) -> Result<(), Refusal> {
        if privileges.iter().any(|privilege| self.may(privilege)) {
            return Ok(());
        }
        let reason = format!("Permission check failed ({path}, {})", privileges.join("|"));
        Err(Refusal(StatusCode::FORBIDDEN, reason.into()))
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What each guest's backup was in the runs of the last nights: one after the other.
    pub(super) fn guest_backups(&self) -> Vec<GuestBackup> {
        let guests: Vec<&Guest> = self.guests.iter().filter(|guest| guest.is_backed_up).collect();
        let count = i64::try_from(guests.len()).unwrap_or(1).max(1);
        let runs = lock(&self.backups).runs(self.clock.now());
        let of_run = |run: Run| {
            let step_ms = run.ended_at.map_or(0, |end| end.ms_since(run.started_at) / count);
            // A running job stands at its first guest.
            let shown = if run.ended_at.is_some() { guests.len() } else { 1 };
            let backups = guests.iter().take(shown).zip(0..).map(move |(guest, index)| {
                let started_at = run.started_at.plus_ms(step_ms * index);
                GuestBackup {
                    kind: if guest.kind == "qemu" { "vm" } else { "ct" },
                    id: guest.id,
                    name: guest.name,
                    memory_gib: guest.memory_gib,
                    started_at,
                    ended_at: run.ended_at.map(|_| started_at.plus_ms(step_ms)),
                    has_failed: run.has_errors && index + 1 == count,
                }
            });
            backups.collect::<Vec<_>>()
        };
        runs.into_iter().flat_map(of_run).collect()
    }

    /// The guest that the running backup works on, and the run.
    fn guest_under_backup(&self) -> Option<(&'static Guest, Run)> {
        let run = self.latest_backup().filter(|run| run.ended_at.is_none())?;
        // The longest one comes first on pihanga: it is the one that hurts, so the demo stays with it.
        self.guests.iter().find(|guest| guest.is_backed_up).map(|guest| (guest, run))
    }
}

/// The API of a node.
pub(super) fn router(host: Arc<Host>) -> Router {
    Router::new().fallback(answer).with_state(host)
}

type Query = HashMap<String, String>;

/// A refusal: a status and the words that stand after it in the status line, which is where Proxmox says why.
#[derive(Debug)]
struct Refusal(StatusCode, Cow<'static, str>);

impl Refusal {
    const fn new(status: StatusCode, reason: &'static str) -> Self {
        Self(status, Cow::Borrowed(reason))
    }
}

async fn answer(State(host): State<Arc<Host>>, request: Request) -> Response {
    let document = match host.door.enter(&request).await {
        Some(code) => Err(made_up(code)),
        None => dispatch(&host, &request),
    };
    match document {
        Ok(document) => axum::Json(document).into_response(),
        Err(Refusal(status, reason)) => {
            let mut response =
                (status, axum::Json(json!({ "data": null, "message": format!("{reason}\n") }))).into_response();
            if let Ok(phrase) = ReasonPhrase::try_from(reason.into_owned().into_bytes()) {
                response.extensions_mut().insert(phrase);
            }
            response
        }
    }
}

fn dispatch(host: &Host, request: &Request) -> Result<Value, Refusal> {
    authenticate(host, request)?;
    let no_such_path = || Refusal::new(StatusCode::NOT_IMPLEMENTED, "Method not implemented");
    if request.method() != Method::GET {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "Permission check failed"));
    }
    let path = request.uri().path().strip_prefix("/api2/json/").ok_or_else(no_such_path)?;
    let query: Query = axum::extract::Query::try_from_uri(request.uri())
        .map_err(|_| Refusal::new(StatusCode::BAD_REQUEST, "Parameter verification failed."))?
        .0;
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    let data = match segments[..] {
        ["version"] => nodes::version(),
        ["access", "permissions"] => lock(&host.privileges).document(),
        ["cluster", "backup"] => schedule::jobs(host)?,
        ["cluster", "jobs", "schedule-analyze"] => schedule::analyze(host, &query)?,
        ["cluster", "resources"] => guests::resources(host, &query),
        ["cluster", "tasks"] => tasks::of_cluster(host),
        ["cluster", "status"] => nodes::cluster_status(host),
        ["nodes"] => nodes::list(host),
        ["nodes", node, ..] if node != host.name && node != "localhost" => {
            return Err(Refusal::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "hostname lookup failed - failed to get address info",
            ));
        }
        ["nodes", _, "tasks"] => return tasks::list(host, &query),
        ["nodes", _, "tasks", upid, what @ ("status" | "log")] => tasks::one(host, upid, what, &query)?,
        ["nodes", _, "status"] => nodes::status(host)?,
        ["nodes", _, "time"] => nodes::time(host),
        ["nodes", _, "storage"] => storage::list(host, &query),
        ["nodes", _, "storage", name, "status"] => storage::status(host, name)?,
        ["nodes", _, "storage", name, "content"] => storage::content(host, name, &query)?,
        ["storage"] => storage::configured(host),
        ["cluster", "ha", "status", "current"] => nodes::ha_status(host)?,
        ["cluster", "ha", "resources"] => json!([]),
        ["cluster", "nextid"] => json!(301),
        ["cluster", "options"] => json!({ "keyboard": "en-us", "mac_prefix": "BC:24:11", "allowed-tags": [] }),
        ["pools"] => json!([]),
        ["nodes", _, "version"] => nodes::version(),
        ["nodes", _, "services"] => host::services(host)?,
        ["nodes", _, "services", name, "state"] => host::service(host, name)?,
        ["nodes", _, "apt", "versions"] => host::packages(host)?,
        ["nodes", _, "dns"] => host::dns(host)?,
        ["nodes", _, "disks", "list"] => host::disks(host)?,
        ["nodes", _, "network"] => host::network(host),
        ["nodes", _, "journal"] => journal::journal(host, &query)?,
        ["nodes", _, "syslog"] => return journal::syslog(host, &query),
        ["nodes", _, "rrddata"] => nodes::rrd(host, &query)?,
        ["nodes", _, kind @ ("qemu" | "lxc")] => guests::list(host, kind),
        ["nodes", _, kind @ ("qemu" | "lxc"), id, "status", "current"] => guests::current(host, kind, id)?,
        ["nodes", _, kind @ ("qemu" | "lxc"), id, "config"] => guests::config(host, kind, id)?,
        ["nodes", _, kind @ ("qemu" | "lxc"), id, "pending"] => guests::pending(host, kind, id)?,
        ["nodes", _, kind @ ("qemu" | "lxc"), id, "snapshot"] => guests::snapshots(host, kind, id)?,
        ["nodes", _, "qemu", id, "agent", command] => guests::agent(host, id, command)?,
        ["nodes", _, "lxc", id, "interfaces"] => guests::interfaces(host, id)?,
        _ => return Err(no_such_path()),
    };
    Ok(json!({ "data": data }))
}

fn authenticate(host: &Host, request: &Request) -> Result<(), Refusal> {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(given) = given.and_then(|value| value.strip_prefix("PVEAPIToken=")) else {
        return Err(Refusal::new(StatusCode::UNAUTHORIZED, "No ticket"));
    };
    let (id, ours) = (given.split('=').next(), host.token.split('=').next());
    match () {
        () if given == host.token => Ok(()),
        () if id == ours => Err(Refusal::new(StatusCode::UNAUTHORIZED, "invalid token value!")),
        () => Err(Refusal::new(StatusCode::UNAUTHORIZED, "no such token")),
    }
}

fn made_up(code: u16) -> Refusal {
    match code {
        401 => Refusal::new(StatusCode::UNAUTHORIZED, "invalid token value!"),
        403 => Refusal::new(StatusCode::FORBIDDEN, "Permission check failed"),
        // Proxmox' own number for a node that it cannot pass a question on to.
        595 => Refusal::new(StatusCode::from_u16(595).unwrap_or(StatusCode::BAD_GATEWAY), "No route to host"),
        code => Refusal::new(StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), "internal error"),
    }
}

/// Seconds since 1970, as Proxmox counts.
fn seconds(at: Timestamp) -> i64 {
    at.0.div_euclid(1_000)
}
