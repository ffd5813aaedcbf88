//! Captures one crash: its log and events while the cluster still has them, the verdict, and what Proxmox did then.
//! Everything is masked before it is handed to the keeper.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
    time::Duration,
};

use ::evidence::{Asked, BackupThen, Capture, Crash, Judged, Keeper, KeptEvent, KeptLine, KeptLog};
use runbook::{
    crash_rules::CrashRules,
    log_reading::{Ending, find_telling_line},
    outcome::{Cause, Unknown},
};

use super::{
    WatchFigures,
    requests::{FullCaptures, Requests, owner_key},
};
use crate::{
    checks::{self, Captured, CapturedLog, Runner},
    clock::Clock,
    library::Library,
    sources::{
        Grant,
        cluster::{CachedPod, Cluster, EndedRun, LogAnswer, LogRequest, PodEvent, RawLogLine, State as ContainerState},
    },
};

/// Newest lines of a log that are asked for.
const LOG_LINES: u32 = 10_000;
/// How long a log is waited for that the node does not have yet: it has it once the next run has begun.
const LOG_WAIT: Duration = Duration::from_secs(60);
/// Crashes of one owner that wait for its full capture.
const MAX_WAITING: usize = 64;
/// How far a log's times may be off those of the run, in milliseconds.
const CLOCK_SLACK_MS: i64 = 2_000;

/// Where the crashes of one cluster are captured.
pub(super) struct Desk {
    pub(super) keeper: Arc<Keeper>,
    pub(super) clock: Clock,
    pub(super) cluster: Arc<Cluster>,
    pub(super) grant: Grant,
    pub(super) library: Arc<Library>,
    pub(super) runner: Arc<Runner>,
    pub(super) figures: Arc<WatchFigures>,
    pub(super) requests: Requests,
    pub(super) full: FullCaptures,
    /// Owners' containers that are being captured in full, with crashes that wait for it: they follow it in time, and
    /// are of its kind.
    pub(super) under_way: Mutex<HashMap<String, Vec<Capture>>>,
}

/// A log as it came.
struct Fetched {
    lines: Vec<RawLogLine>,
    has_older: bool,
}

impl Desk {
    /// A crash was seen: it pays for the questions about it.
    pub(super) fn note(&self, crash: &Crash) {
        self.figures.places.crashed(&crash.key.cluster, &crash.namespace);
        self.figures.noticed.fetch_add(1, Ordering::Relaxed);
        self.requests.pay();
    }

    /// Whether a crash is kept already.
    pub(super) async fn is_counted(&self, crash: &Crash) -> bool {
        let Some(store) = self.keeper.store() else { return false };
        let key = &crash.key;
        match store.counted(&key.cluster, &key.pod_uid, &key.container).await {
            Ok(counted) => counted.is_some_and(|counted| counted >= key.restart_count),
            Err(_) => false,
        }
    }

    /// Keeps a crash of a loop with what the watch tells alone.
    pub(super) fn count(&self, crash: Crash) {
        let not_asked = Cause::NotAsked.unknown(
            "What else there was",
            "It is one of a loop, of which a full capture is taken at most every 10 minutes.",
            "Look at the first of the loop.",
        );
        let capture = Capture {
            captured_at: self.clock.now(),
            log: Err(not_asked.clone()),
            telling: None,
            events: Err(not_asked.clone()),
            config: Err(not_asked.clone()),
            node_pressure: Err(not_asked.clone()),
            backup: Err(not_asked),
            verdict: None,
            crash,
        };
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        match under_way.get_mut(&owner_key(&capture.crash)) {
            Some(waiting) if waiting.len() < MAX_WAITING => waiting.push(capture),
            _ => self.keeper.keep(capture),
        }
    }

    /// Captures a crash in full, and lets those that waited for it follow.
    pub(super) async fn capture(&self, crash: Crash, pod: &CachedPod, run: &EndedRun) {
        let key = owner_key(&crash);
        let mark = |key: &str| {
            self.under_way.lock().unwrap_or_else(PoisonError::into_inner).entry(key.to_owned()).or_default();
        };
        mark(&key);
        self.capture_now(crash, pod, run).await;
        let waiting = self.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
        waiting.into_iter().flatten().for_each(|capture| self.keeper.keep(capture));
    }

    async fn capture_now(&self, crash: Crash, pod: &CachedPod, run: &EndedRun) {
        let fetched = self.fetch_log(&crash, run).await;
        let events = self.fetch_events(&crash).await;
        // Without one Runlight's own rows judge.
        let entry = self.library.about_crashes();
        let own = CrashRules::of(&runbook::parse(""));
        let rules = entry.as_ref().map_or(&own, |entry| entry.crash_rules());
        let captured = Captured {
            grant: &self.grant,
            cluster: &self.cluster,
            pod,
            container: &crash.key.container,
            log: match &fetched {
                Ok(log) => Ok(CapturedLog { lines: &log.lines, is_whole: !log.has_older }),
                Err(unknown) => Err(unknown.clone()),
            },
            events: events.as_deref().map_err(Unknown::clone),
            at: crash.at,
        };
        let windows = entry.as_ref().map_or(&[][..], |entry| &entry.windows);
        let judged = self.runner.judge_capture(&captured, rules, windows).await;
        let outcome = judged.verdict.outcome.clone();
        self.figures.places.judged(&crash, outcome, self.clock.now());
        let log = fetched.map(keep_log);
        let telling = log.as_ref().ok().and_then(|log| tell(log, &crash));
        self.keeper.keep(Capture {
            captured_at: self.clock.now(),
            telling,
            log,
            events: events.map(|events| events.into_iter().map(keep_event).collect()),
            config: Err(Cause::NotAsked.unknown(
                "ConfigMaps of the pod",
                "A capture puts two questions to the cluster, for the log and the events.",
                "Compare the workload's revision.",
            )),
            node_pressure: Err(Cause::NotAsked.unknown(
                "Conditions of the node",
                "A capture puts two questions to the cluster, for the log and the events.",
                "Look at the events: an eviction says why.",
            )),
            backup: judged.backups.map(|work| BackupThen { is_running: !work.is_empty(), work }),
            verdict: Some(Judged {
                report: judged.verdict,
                runbook: entry.as_ref().map(|entry| entry.path.as_str().to_owned()),
                revision: entry.as_ref().map(|entry| entry.revision.clone()),
            }),
            crash,
        });
    }

    /// The log of the run that ended. Between two runs the plain log is that one; afterwards the previous log. What is
    /// no log, or another run's, is asked for once more when the next run has begun.
    async fn fetch_log(&self, crash: &Crash, run: &EndedRun) -> Asked<Fetched> {
        let first = self.ask_log(crash, run, run.has_restarted).await;
        if first.is_ok() || !self.wait_for_restart(crash).await {
            return first;
        }
        self.ask_log(crash, run, true).await
    }

    async fn ask_log(&self, crash: &Crash, run: &EndedRun, is_previous: bool) -> Asked<Fetched> {
        let asked = format!("Log of {} in {}/{}", crash.key.container, crash.namespace, crash.pod);
        if !self.take_request() {
            return Err(Cause::Busy.unknown(
                asked,
                "The cluster had no question to spare: captures cost at most two a crash.",
                "Look at another crash of the loop.",
            ));
        }
        let request = LogRequest {
            namespace: crash.namespace.clone(),
            pod: crash.pod.clone(),
            container: Some(crash.key.container.clone()),
            is_previous,
            tail_lines: Some(LOG_LINES),
            since_s: None,
        };
        match self.cluster.logs(&request).await {
            Ok(LogAnswer::Lines { lines, .. }) if !is_of_run(&lines, run) => Err(Cause::Gone.unknown(
                asked,
                "The cluster answered with the log of another run.",
                "Look at the next crash; logs that are collected elsewhere have it.",
            )),
            Ok(LogAnswer::Lines { lines, bound }) => {
                Ok(Fetched { lines, has_older: bound.has_older || bound.is_cut_at_end })
            }
            Ok(LogAnswer::NoPreviousYet { reason } | LogAnswer::Waiting { reason }) => {
                Err(Cause::Gone.unknown(asked, reason, "Logs that are collected elsewhere have it."))
            }
            Err(failure) => Err(failure.to_unknown()),
        }
    }

    /// Waits until the container runs again, for a while. `false` when the pod is gone.
    async fn wait_for_restart(&self, crash: &Crash) -> bool {
        let mut changes = self.cluster.pod_changes();
        let restarted = async {
            loop {
                let view = self.cluster.pods();
                let pod = view.pods.get(&crash.namespace, &crash.pod).filter(|pod| *pod.uid == *crash.key.pod_uid);
                let Some(pod) = pod else { return false };
                let state = pod.container(&crash.key.container).and_then(|container| container.state.as_ref());
                if matches!(state, Some(ContainerState::Running { .. })) {
                    return true;
                }
                drop(view);
                if changes.changed().await.is_err() {
                    return false;
                }
            }
        };
        tokio::time::timeout(LOG_WAIT, restarted).await.unwrap_or(true)
    }

    async fn fetch_events(&self, crash: &Crash) -> Asked<Vec<PodEvent>> {
        let asked = format!("Events of {}/{}", crash.namespace, crash.pod);
        if !self.take_request() {
            return Err(Cause::Busy.unknown(
                asked,
                "The questions that the crash pays for went to its log.",
                "Look at another crash of the loop.",
            ));
        }
        let events = self.cluster.pod_events(&crash.namespace, &crash.pod).await;
        events.map_err(|failure| failure.to_unknown())
    }

    fn take_request(&self) -> bool {
        let is_taken = self.requests.take();
        if is_taken {
            self.figures.requests.fetch_add(1, Ordering::Relaxed);
        }
        is_taken
    }
}

/// Whether a log can be of a run: its last line was not written before the run began, nor its first after it ended.
fn is_of_run(lines: &[RawLogLine], run: &EndedRun) -> bool {
    let first = lines.iter().find_map(|line| line.at);
    let last = lines.iter().rev().find_map(|line| line.at);
    let is_earlier = |ended: &crate::sources::cluster::Ended| Some(last?.plus_ms(CLOCK_SLACK_MS) < ended.started_at?);
    let is_later = |ended: &crate::sources::cluster::Ended| Some(first?.plus_ms(-CLOCK_SLACK_MS) > ended.finished_at?);
    !is_earlier(&run.ended).unwrap_or(false) && !is_later(&run.ended).unwrap_or(false)
}

fn keep_log(log: Fetched) -> KeptLog {
    let mut texts: Vec<String> = log.lines.iter().map(|line| line.text.clone()).collect();
    checks::mask_lines(&mut texts);
    let lines = log.lines.iter().zip(texts).map(|(line, text)| KeptLine { at: line.at, text });
    KeptLog::of_lines(lines, log.has_older)
}

fn keep_event(event: PodEvent) -> KeptEvent {
    let mut words = [event.message];
    checks::mask_lines(&mut words);
    let [message] = words;
    KeptEvent { at: event.at, is_warning: event.is_warning, reason: event.reason, message, count: event.count }
}

fn tell(log: &KeptLog, crash: &Crash) -> Option<String> {
    let lines: Vec<&str> = log.lines().map(|line| line.text.as_str()).collect();
    let ending = Ending { exit_code: Some(crash.ended.exit_code), is_out_of_memory: crash.ended.reason == "OOMKilled" };
    find_telling_line(&lines, ending).map(|at| lines[at].trim().to_owned())
}
