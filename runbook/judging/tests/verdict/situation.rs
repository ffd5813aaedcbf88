//! A situation as compact data, and the facts that it stands for. Times are `HH:MM:SS` on the day of `now`, with
//! `-1d ` and the like before them for other days.

use document::{
    outcome::{BackupRun, Cause, Unknown},
    time::{DAY_MS, Timestamp},
};
use judging::verdict::{
    Backups, Container, ContainerKind, Ended, Event, Fact, Facts, LogText, MemoryUse, Node, Owner, State, TextLine,
};
use serde::Deserialize;
use text::runbook::DailyWindow;

/// 2026-02-24T00:00:00Z.
const DAY: i64 = 1_771_891_200_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Situation {
    pub(crate) name: String,
    #[serde(default = "homelab")]
    pub(crate) table: String,
    #[serde(default = "at_night")]
    now: String,
    #[serde(default = "a_pod")]
    pod: String,
    alert_container: Option<String>,
    #[serde(default = "running")]
    phase: String,
    pod_reason: Option<String>,
    pod_message: Option<String>,
    containers: Asked<Vec<OneContainer>>,
    #[serde(default = "no_lines")]
    previous: Asked<Vec<String>>,
    #[serde(default = "no_lines")]
    current: Asked<Vec<String>>,
    #[serde(default = "no_lines")]
    events: Asked<Vec<String>>,
    node_silent_since: Option<String>,
    #[serde(default = "a_week_ago")]
    watching_since: String,
    #[serde(default = "no_backups")]
    backups: Asked<SomeBackups>,
    local_zone: Option<String>,
    excluded_by: Option<String>,
    pub(crate) expect: Expected,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expected {
    /// One letter per row: y matches, n does not, ? unknown, t text for the reader.
    pub(crate) rows: String,
    pub(crate) standing: String,
    /// From 1.
    pub(crate) row: Option<usize>,
    /// In the sentence.
    #[serde(default)]
    pub(crate) says: Vec<String>,
    /// Not in the sentence.
    #[serde(default)]
    pub(crate) silent: Vec<String>,
    /// Anywhere in the verdict: evidence, notes, facts.
    #[serde(default)]
    pub(crate) shows: Vec<String>,
}

/// Known, or `{unknown: reason}`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Asked<T> {
    Unknown { unknown: String },
    Known(T),
}

impl<T> Asked<T> {
    fn fact<U>(&self, asked: &str, read: impl FnOnce(&T) -> U) -> Fact<U> {
        match self {
            Self::Known(value) => Fact::Known(read(value)),
            Self::Unknown { unknown } => Fact::Unknown(Cause::NotAsked.unknown(asked, unknown.clone(), "Mend that.")),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneContainer {
    name: String,
    #[serde(default)]
    init: bool,
    #[serde(default)]
    sidecar: bool,
    #[serde(default)]
    ready: bool,
    #[serde(default)]
    restarts: u32,
    #[serde(default)]
    ends: Vec<String>,
    /// Waiting: `reason` or `reason: message`.
    waiting: Option<String>,
    /// Running since.
    running: Option<String>,
    /// Ended now.
    ended: Option<OneEnd>,
    last: Option<OneEnd>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneEnd {
    reason: String,
    code: i32,
    /// When the run began.
    started: Option<String>,
    at: Option<String>,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SomeBackups {
    #[serde(default)]
    runs: Vec<OneRun>,
    #[serde(default = "pihanga")]
    host: Option<String>,
    known_since: Option<String>,
    #[serde(default = "no_skew")]
    ahead_s: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneRun {
    #[serde(default = "pihanga")]
    node: Option<String>,
    from: String,
    to: Option<String>,
    #[serde(default)]
    waits: bool,
}

impl Situation {
    /// The facts and the time of judgement.
    pub(crate) fn facts(&self, windows: &[DailyWindow]) -> (Facts, Timestamp) {
        let now = instant(&self.now);
        let facts = Facts {
            namespace: "kube-system".into(),
            pod: self.pod.clone(),
            container: self.alert_container.clone(),
            phase: self.phase.clone(),
            pod_reason: self.pod_reason.clone(),
            pod_message: self.pod_message.clone(),
            containers: self.containers.fact("The pod", |all| all.iter().map(OneContainer::read).collect()),
            previous_log: self.previous.fact("The previous log", |lines| log(lines)),
            current_log: self.current.fact("The log", |lines| log(lines)),
            events: self.events.fact("Events", |events| events.iter().map(|event| read_event(event)).collect()),
            node: Some(Node {
                name: "talos-monitor".into(),
                silent_since: self.node_silent_since.as_deref().map(instant),
                troubles: Vec::new(),
            }),
            owners: vec![Owner { kind: "Node".into(), name: "talos-monitor".into() }],
            watching_since: Some(instant(&self.watching_since)),
            backups: self.backups.fact("Backup runs", SomeBackups::read),
            windows: windows.to_vec(),
            local_zone: self.local_zone.clone(),
            excluded_by: self.excluded_by.clone(),
        };
        (facts, now)
    }
}

impl OneContainer {
    fn read(&self) -> Container {
        let state = match (&self.waiting, &self.running, &self.ended) {
            (Some(waiting), ..) => {
                let (reason, message) = waiting.split_once(": ").unwrap_or((waiting, ""));
                State::Waiting { reason: reason.into(), message: message.into() }
            }
            (_, Some(since), _) => State::Running { started_at: Some(instant(since)) },
            (.., Some(end)) => State::Ended(end.read()),
            _ => State::NotReported,
        };
        Container {
            name: self.name.clone(),
            kind: match (self.init, self.sidecar) {
                (true, _) => ContainerKind::Init,
                (_, true) => ContainerKind::Sidecar,
                _ => ContainerKind::Main,
            },
            image: "registry.example/app:1".into(),
            is_ready: self.ready,
            restart_count: self.restarts,
            restarts: self.ends.iter().map(|end| instant(end)).collect(),
            record: Fact::Unknown(unknown_record()),
            state,
            last_ended: self.last.as_ref().map(OneEnd::read),
            memory: MemoryUse { request_bytes: None, limit_bytes: Some(256 << 20), peak_bytes: Fact::Known(200 << 20) },
            probes: Vec::new(),
        }
    }
}

fn unknown_record() -> Unknown {
    Cause::NotConfigured.unknown("Recorded restarts", "No Prometheus is configured.", "Add one.")
}

impl OneEnd {
    fn read(&self) -> Ended {
        Ended {
            reason: self.reason.clone(),
            exit_code: self.code,
            message: self.message.clone(),
            started_at: self.started.as_deref().map(instant),
            ended_at: self.at.as_deref().map(instant),
        }
    }
}

impl SomeBackups {
    fn read(&self) -> Backups {
        let read = |run: &OneRun| BackupRun {
            node: run.node.clone().unwrap(),
            guests: String::new(),
            started_at: instant(&run.from),
            ended_at: run.to.as_deref().map(instant),
            status: if run.to.is_some() { "OK".into() } else { "running".into() },
            is_waiting: run.waits,
        };
        Backups {
            runs: self.runs.iter().map(read).collect(),
            host: self.host.clone(),
            known_since: self.known_since.as_deref().map(instant),
            clock_ahead_ms: self.ahead_s.map(|seconds| seconds * 1_000),
        }
    }
}

/// `HH:MM:SS| text`, or a text alone.
fn log(lines: &[String]) -> LogText {
    let read = |line: &String| match line.split_once("| ") {
        Some((at, text)) => TextLine { at: Some(instant(at)), text: text.into() },
        None => TextLine { at: None, text: line.clone() },
    };
    LogText { lines: lines.iter().map(read).collect(), is_whole: false }
}

/// `Reason: message`, with `@container ` before it when it is about one.
/// `02:38:34| @web BackOff: Back-off restarting`: the time and the container may be left out.
fn read_event(text: &str) -> Event {
    let (at, text) = match text.split_once("| ") {
        Some((clock, rest)) => (Some(instant(clock)), rest),
        None => (None, text),
    };
    let (container, text) = match text.strip_prefix('@') {
        Some(rest) => rest.split_once(' ').map(|(name, rest)| (Some(name.to_owned()), rest)).unwrap(),
        None => (None, text),
    };
    let (reason, message) = text.split_once(": ").unwrap();
    Event { reason: reason.into(), message: message.into(), at, count: 1, container }
}

/// `02:14:03`, `02:14`, `-1d 02:14:03`.
pub(crate) fn instant(text: &str) -> Timestamp {
    let (days, clock) = match text.split_once("d ") {
        Some((days, clock)) => (days.parse::<i64>().unwrap(), clock),
        None => (0, text),
    };
    let mut parts = clock.split(':').map(|part| part.parse::<i64>().unwrap());
    let seconds = parts.next().unwrap() * 3_600 + parts.next().unwrap() * 60 + parts.next().unwrap_or(0);
    Timestamp(DAY + days * DAY_MS + seconds * 1_000)
}

fn homelab() -> String {
    "homelab".into()
}
fn at_night() -> String {
    "02:41:10".into()
}
fn a_pod() -> String {
    "kube-scheduler-talos-monitor".into()
}
fn running() -> String {
    "Running".into()
}
fn a_week_ago() -> String {
    "-8d 00:00:00".into()
}
fn no_lines() -> Asked<Vec<String>> {
    Asked::Known(Vec::new())
}
fn no_backups() -> Asked<SomeBackups> {
    Asked::Known(SomeBackups { runs: Vec::new(), host: pihanga(), known_since: None, ahead_s: Some(0) })
}
fn pihanga() -> Option<String> {
    Some("pihanga".into())
}
fn no_skew() -> Option<i64> {
    Some(0)
}
