//! A log that goes on: lines as they are written, over lost connections and restarts of the container, none twice.

use std::{
    collections::{HashSet, VecDeque},
    hash::{BuildHasher, RandomState},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use futures::{Stream, stream};

use super::{
    Cluster,
    connection::Connection,
    error::ClusterError,
    kubelet::Excuse,
    lines::{Lines, Overlong},
    logs::{DEFAULT_TAIL_LINES, LogAnswer, LogRequest, MAX_LINE_BYTES, MAX_TAIL_LINES, RawLogLine, absence, read_line},
};
use crate::sources::{Cause, SourceFailure};

const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// The API takes whole seconds in `sinceTime`, and lines of two streams may swap: so much is asked for again.
const OVERLAP_NS: i128 = 2_000_000_000;
/// Most lines within the overlap that are remembered.
const MAX_REMEMBERED: usize = 20_000;

/// Lines, and interruptions where the log could not be followed for a while; after those that time cannot mend
/// (gone, forbidden) it ends.
pub type Followed = Pin<Box<dyn Stream<Item = Result<RawLogLine, SourceFailure>> + Send>>;

impl Cluster {
    /// Follows a container's log from its last lines on. Dropping the stream ends it.
    pub fn follow_logs(&self, request: LogRequest) -> Followed {
        let follower = Follower {
            connection: self.connection.clone(),
            request: LogRequest { is_previous: false, ..request },
            lines: None,
            seen: Seen::default(),
            pause: FIRST_PAUSE,
            is_over: false,
            is_interrupted: false,
            has_excused: false,
        };
        Box::pin(stream::unfold(follower, |mut follower| async move {
            let item = follower.next().await?;
            Some((item, follower))
        }))
    }
}

struct Follower {
    connection: Arc<Connection>,
    request: LogRequest,
    lines: Option<Lines>,
    seen: Seen,
    pause: Duration,
    is_over: bool,
    /// Whether the reader knows already that the log cannot be followed now.
    is_interrupted: bool,
    /// Whether the reader knows already that the node cannot follow it.
    has_excused: bool,
}

impl Follower {
    async fn next(&mut self) -> Option<Result<RawLogLine, SourceFailure>> {
        while !self.is_over {
            let Some(lines) = &mut self.lines else {
                match open(&self.connection, &self.request, self.seen.resume_from()).await {
                    Ok(lines) => self.lines = Some(lines),
                    Err(error) => {
                        if let Some(failure) = self.take_failure(error).await {
                            return Some(Err(failure));
                        }
                    }
                }
                continue;
            };
            match lines.next().await {
                Some(Ok(line)) => {
                    let (line, at_ns) = read_line(&line);
                    match Excuse::read(&line.text).filter(|_| at_ns.is_none()) {
                        Some(Excuse::NoLog) => {}
                        // Said once: the stream ends behind it, and comes again with every new try.
                        Some(Excuse::CannotFollow) if self.has_excused => {}
                        Some(excuse) => {
                            self.has_excused = true;
                            return Some(Err(self.excused(excuse)));
                        }
                        None if !self.seen.is_new(&line.text, at_ns) => {}
                        None => {
                            self.pause = FIRST_PAUSE;
                            self.is_interrupted = false;
                            return Some(Ok(line));
                        }
                    }
                }
                // The container ended, or the API server closed the connection: both may go on.
                None => {
                    self.lines = None;
                    self.rest().await;
                }
                Some(Err(error)) => {
                    self.lines = None;
                    if let Some(failure) = self.take_failure(error).await {
                        return Some(Err(failure));
                    }
                }
            }
        }
        None
    }

    /// What the reader must know of an error, if anything; rests before the next try.
    async fn take_failure(&mut self, error: ClusterError) -> Option<SourceFailure> {
        if let Some(LogAnswer::Waiting { .. } | LogAnswer::NoPreviousYet { .. }) = absence(&error, false) {
            self.rest().await;
            return None;
        }
        let asked = self.request.asked(&self.connection.name);
        let failure = self.connection.failure(&asked, error);
        if !failure.may_pass() && failure.kind != Cause::Unreadable {
            self.is_over = true;
            return Some(failure);
        }
        if std::mem::replace(&mut self.is_interrupted, true) {
            self.rest().await;
            return None;
        }
        Some(failure)
    }

    fn excused(&self, excuse: Excuse) -> SourceFailure {
        SourceFailure {
            kind: Cause::Broken,
            asked: self.request.asked(&self.connection.name).words,
            reason: excuse.reason().to_owned(),
            remedy: "The log is asked for again and again meanwhile.".into(),
            log_id: None,
        }
    }

    async fn rest(&mut self) {
        tokio::time::sleep(self.pause).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }
}

/// Opens the log where the reader stands. A function of its own, since a body that is being read cannot be shared.
async fn open(
    connection: &Connection,
    request: &LogRequest,
    resume_from: Option<String>,
) -> Result<Lines, ClusterError> {
    let mut request = request.clone();
    if resume_from.is_some() {
        request.since_s = None;
    }
    let path = request.path()?.with("follow", true);
    let path = match resume_from {
        Some(since) => path.with("sinceTime", since),
        None => path.with("tailLines", request.tail_lines.unwrap_or(DEFAULT_TAIL_LINES).min(MAX_TAIL_LINES)),
    };
    let response = connection.open(&path, "text/plain, application/json").await?;
    Ok(Lines::new(response.into_body(), MAX_LINE_BYTES, Overlong::IsCut))
}

/// Lines that were given already and may come again.
#[derive(Default)]
struct Seen {
    newest_ns: Option<i128>,
    /// In the order of arrival.
    recent: VecDeque<(i128, u64)>,
    /// The same, for looking up.
    known: HashSet<(i128, u64)>,
    hasher: RandomState,
}

impl Seen {
    /// Whether a line has not been given yet; from now on it has.
    fn is_new(&mut self, text: &str, at_ns: Option<i128>) -> bool {
        // Without a time stamp it is no line of the container, and nothing to tell it by.
        let Some(at_ns) = at_ns else { return true };
        let line = (at_ns, self.hasher.hash_one(text));
        if !self.known.insert(line) {
            return false;
        }
        let newest = self.newest_ns.map_or(at_ns, |newest| newest.max(at_ns));
        self.newest_ns = Some(newest);
        self.recent.push_back(line);
        while self.recent.len() > MAX_REMEMBERED
            || self.recent.front().is_some_and(|(at, _)| *at < newest - 2 * OVERLAP_NS)
        {
            if let Some(forgotten) = self.recent.pop_front() {
                self.known.remove(&forgotten);
            }
        }
        true
    }

    /// From when on to ask again, as RFC 3339.
    fn resume_from(&self) -> Option<String> {
        let since = jiff::Timestamp::from_nanosecond(self.newest_ns? - OVERLAP_NS).ok()?;
        Some(format!("{since:.0}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i128 = 1_000_000_000;

    #[test]
    fn gives_no_line_twice_after_a_reconnect() {
        let mut seen = Seen::default();
        assert!(seen.is_new("a", Some(10 * SECOND)));
        assert!(seen.is_new("a", Some(10 * SECOND + 1)));
        assert!(!seen.is_new("a", Some(10 * SECOND)));
        assert!(!seen.is_new("a", Some(10 * SECOND + 1)));
        assert!(seen.is_new("b", Some(10 * SECOND)));
    }

    #[test]
    fn lets_lines_through_that_arrive_out_of_order() {
        let mut seen = Seen::default();
        assert!(seen.is_new("late", Some(20 * SECOND)));
        assert!(seen.is_new("early", Some(19 * SECOND)));
    }

    #[test]
    fn resumes_before_the_newest_line_in_whole_seconds() {
        let mut seen = Seen::default();
        assert_eq!(seen.resume_from(), None);
        seen.is_new("a", Some(1_772_072_621 * SECOND + 999));
        seen.is_new("older", Some(1_772_072_620 * SECOND));
        assert_eq!(seen.resume_from().as_deref(), Some("2026-02-26T02:23:39Z"));
    }

    #[test]
    fn forgets_what_cannot_come_again() {
        let mut seen = Seen::default();
        for second in 0..1_000 {
            seen.is_new("a", Some(second * SECOND));
        }
        assert!(seen.recent.len() < 10);
    }
}
