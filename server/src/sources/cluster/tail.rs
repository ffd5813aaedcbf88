//! The end of a log that goes on: one stream is held open for everybody who asks for the same log, and the newest lines
//! are kept. Ends with whoever holds it last.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use futures::StreamExt;
use tokio::{sync::watch, task::JoinHandle};

use super::{
    Cluster,
    follow::Followed,
    logs::{DEFAULT_TAIL_LINES, LogAnswer, LogBound, LogRequest, MAX_TAIL_LINES, RawLogLine},
};
use crate::sources::SourceFailure;

/// Without a line for so long, what is there already has come.
const SETTLED: Duration = Duration::from_millis(300);
/// Lines that come faster than this are told together.
const MIN_INTERVAL: Duration = Duration::from_millis(100);

/// Somebody's hold on a log that is followed.
#[derive(Debug)]
pub struct LogTail {
    /// Held, so that the stream goes on.
    _held: Arc<Shared>,
    changes: watch::Receiver<u64>,
}

/// All logs that are followed now.
#[derive(Debug, Default)]
pub(super) struct Tails {
    known: Mutex<HashMap<LogRequest, Weak<Shared>>>,
}

#[derive(Debug)]
struct Shared {
    state: Arc<Mutex<State>>,
    version: watch::Sender<u64>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct State {
    lines: VecDeque<RawLogLine>,
    /// Lines that have come, kept or not.
    come: usize,
    /// Whether everything that was there at the beginning has come.
    is_settled: bool,
    /// Whether the stream is broken: then the log is asked for in the ordinary way, which says why.
    is_broken: bool,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl LogTail {
    /// Waits until the log has grown, or cannot be followed any more.
    pub async fn changed(&mut self) {
        if self.changes.changed().await.is_err() {
            // The stream has ended for good; only other news can change the answer.
            std::future::pending::<()>().await;
        }
    }
}

impl Cluster {
    /// Follows a log for as long as somebody holds the answer.
    pub fn tail(&self, request: LogRequest) -> LogTail {
        let mut known = self.tails.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, tail| tail.strong_count() > 0);
        let going = known.get(&request).and_then(Weak::upgrade).filter(|tail| !tail.task.is_finished());
        let shared = going.unwrap_or_else(|| {
            let (state, version) = (Arc::new(Mutex::new(State::default())), watch::Sender::new(0));
            let followed = self.follow_logs(request.clone());
            let task = tokio::spawn(keep(followed, Arc::clone(&state), version.clone(), kept_lines(&request)));
            let shared = Arc::new(Shared { state, version, task });
            known.insert(request, Arc::downgrade(&shared));
            shared
        });
        let changes = shared.version.subscribe();
        LogTail { _held: shared, changes }
    }

    /// A container's log as it is now: out of the stream that is held open, if there is one, else by asking.
    pub async fn logs_now(&self, request: &LogRequest) -> Result<LogAnswer, SourceFailure> {
        let followed = {
            let known = self.tails.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.get(request).and_then(Weak::upgrade)
        };
        match followed.and_then(|shared| shared.answer(request)) {
            Some(answer) => Ok(answer),
            None => self.logs(request).await,
        }
    }

    /// Logs that are followed now.
    pub fn tail_count(&self) -> usize {
        let known = self.tails.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.values().filter(|tail| tail.strong_count() > 0).count()
    }
}

impl Shared {
    fn answer(&self, request: &LogRequest) -> Option<LogAnswer> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // An empty log may be a container that has not started: asking tells which.
        if !state.is_settled || state.is_broken || state.lines.is_empty() {
            return None;
        }
        let tail_lines = request.tail_lines.unwrap_or(DEFAULT_TAIL_LINES).min(MAX_TAIL_LINES);
        let bound = LogBound {
            tail_lines,
            is_asked_for: request.tail_lines == Some(tail_lines),
            dropped_lines: 0,
            is_cut_at_end: false,
            has_older: u32::try_from(state.come).is_ok_and(|come| come >= tail_lines),
        };
        Some(LogAnswer::Lines { lines: state.lines.iter().cloned().collect(), bound })
    }
}

/// A reader who asked for few lines still sees what is written while they look.
fn kept_lines(request: &LogRequest) -> usize {
    let lines = request.tail_lines.unwrap_or(0).clamp(DEFAULT_TAIL_LINES, MAX_TAIL_LINES);
    usize::try_from(lines).unwrap_or(usize::MAX)
}

async fn keep(mut followed: Followed, state: Arc<Mutex<State>>, version: watch::Sender<u64>, max_lines: usize) {
    let lock = || state.lock().unwrap_or_else(PoisonError::into_inner);
    let mut is_told = true;
    loop {
        let pause = if lock().is_settled { MIN_INTERVAL } else { SETTLED };
        tokio::select! {
            item = followed.next() => {
                let mut state = lock();
                match item {
                    Some(Ok(line)) => {
                        state.is_broken = false;
                        state.come += 1;
                        state.lines.push_back(line);
                        while state.lines.len() > max_lines {
                            state.lines.pop_front();
                        }
                    }
                    Some(Err(_)) => state.is_broken = true,
                    None => {
                        state.is_broken = true;
                        version.send_modify(|version| *version += 1);
                        return;
                    }
                }
                is_told = false;
            }
            () = tokio::time::sleep(pause), if !is_told || !lock().is_settled => {
                lock().is_settled = true;
                is_told = true;
                version.send_modify(|version| *version += 1);
            }
        }
    }
}
