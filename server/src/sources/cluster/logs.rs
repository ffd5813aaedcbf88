//! Logs of a container, once. Bounded in lines and bytes, and says what was bounded. What the API server says in place
//! of a log (no previous run yet, waiting to start) is never taken for one.

use std::collections::VecDeque;

use runbook::time::Timestamp;

use super::{
    Cluster,
    connection::Asked,
    error::ClusterError,
    lines::{Lines, Overlong},
    path::ApiPath,
};
use crate::sources::SourceFailure;

/// Lines that are fetched when the question sets no limit.
pub(super) const DEFAULT_TAIL_LINES: u32 = 1_000;
/// Most lines that are fetched.
pub(super) const MAX_TAIL_LINES: u32 = 10_000;
/// Most bytes that are kept of one answer; the newest ones.
const MAX_KEPT_BYTES: usize = 4 << 20;
/// Most bytes that are read of one answer.
const MAX_READ_BYTES: usize = 32 << 20;
/// Longest line that is kept, in bytes.
pub(super) const MAX_LINE_BYTES: usize = 256 << 10;

/// Which log is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LogRequest {
    /// Namespace of the pod.
    pub namespace: String,
    /// Name of the pod.
    pub pod: String,
    /// Which container; the API server answers 400 without it when there are several.
    pub container: Option<String>,
    /// The container's run before the current one.
    pub is_previous: bool,
    /// The newest lines only.
    pub tail_lines: Option<u32>,
    /// Lines of the last seconds only.
    pub since_s: Option<u64>,
}

/// What came in answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogAnswer {
    /// A log, oldest line first; may be empty.
    Lines {
        /// The lines.
        lines: Vec<RawLogLine>,
        /// What of the log they are.
        bound: LogBound,
    },
    /// There is no log of a previous run, or none yet: ask again after the next restart, or in a moment.
    NoPreviousYet {
        /// One sentence.
        reason: String,
    },
    /// The container has not started, or its log cannot be had at the moment.
    Waiting {
        /// One sentence.
        reason: String,
    },
}

/// A line as the container wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawLogLine {
    /// The kubelet's time stamp.
    pub at: Option<Timestamp>,
    /// The same as the kubelet writes it, to the nanosecond; empty without one.
    pub stamp: Box<str>,
    /// The text. Bytes that are no UTF-8 are marked U+FFFD; control characters still stand in it.
    pub text: String,
}

/// What part of a log was fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogBound {
    /// The limit in lines that was set, by the question or by Runlight.
    pub tail_lines: u32,
    /// Whether the question itself set it.
    pub is_asked_for: bool,
    /// Older lines that were left out because the rest is large enough.
    pub dropped_lines: usize,
    /// Whether the newest lines are missing because so much had to be read.
    pub is_cut_at_end: bool,
    /// Whether lines older than these may exist.
    pub has_older: bool,
}

impl LogBound {
    /// "last 50 lines; older lines not fetched".
    pub fn describe(&self, lines: usize) -> String {
        let mut words = match (self.has_older, lines) {
            (true, _) => format!("last {lines} lines; older lines not fetched"),
            (false, 1) => "the only line".into(),
            (false, _) => format!("all {lines} lines"),
        };
        if self.has_older && !self.is_asked_for && self.dropped_lines == 0 {
            words.push_str(&format!(" (Runlight fetches at most {} when the command sets no limit)", self.tail_lines));
        }
        if self.dropped_lines > 0 {
            words.push_str(&format!(" ({} MB are kept at most)", MAX_KEPT_BYTES >> 20));
        }
        if self.is_cut_at_end {
            words.push_str(&format!("; newest lines not read: more than {} MB", MAX_READ_BYTES >> 20));
        }
        words
    }
}

impl Cluster {
    /// A container's log as it is now.
    pub async fn logs(&self, request: &LogRequest) -> Result<LogAnswer, SourceFailure> {
        let asked = request.asked(self.name());
        let timeout = self.connection.timeout;
        let answer = tokio::time::timeout(timeout, self.read_logs(request)).await;
        match answer.unwrap_or(Err(ClusterError::TimedOut(timeout))) {
            Ok(answer) => Ok(answer),
            Err(error) => match absence(&error, request.is_previous) {
                Some(answer) => Ok(answer),
                None => Err(self.connection.failure(&asked, error)),
            },
        }
    }

    async fn read_logs(&self, request: &LogRequest) -> Result<LogAnswer, ClusterError> {
        let tail_lines = request.tail_lines.unwrap_or(DEFAULT_TAIL_LINES).min(MAX_TAIL_LINES);
        let path = request.path()?.with("tailLines", tail_lines).with("limitBytes", MAX_READ_BYTES);
        let response = self.connection.open(&path, "text/plain, application/json").await?;
        let mut source = Lines::new(response.into_body(), MAX_LINE_BYTES, Overlong::IsCut);
        let (mut lines, mut kept_bytes, mut read_bytes, mut dropped_lines) = (VecDeque::new(), 0, 0, 0);
        while let Some(line) = source.next().await {
            let line = line?;
            read_bytes += line.len() + 1;
            kept_bytes += line.len();
            lines.push_back(line);
            while kept_bytes > MAX_KEPT_BYTES {
                kept_bytes -= lines.pop_front().map_or(0, |oldest| oldest.len());
                dropped_lines += 1;
            }
        }
        if let Some(only) = lines.front().filter(|_| lines.len() == 1)
            && let Some(reason) = runtime_has_no_log(&String::from_utf8_lossy(only))
        {
            return Ok(not_yet(reason, request.is_previous));
        }
        let fetched = lines.len() + dropped_lines;
        let bound = LogBound {
            tail_lines,
            is_asked_for: request.tail_lines == Some(tail_lines),
            dropped_lines,
            is_cut_at_end: read_bytes >= MAX_READ_BYTES,
            has_older: dropped_lines > 0 || u32::try_from(fetched).is_ok_and(|fetched| fetched >= tail_lines),
        };
        Ok(LogAnswer::Lines { lines: lines.iter().map(|line| read_line(line).0).collect(), bound })
    }
}

impl LogRequest {
    pub(super) fn asked(&self, cluster: &str) -> Asked {
        let which = if self.is_previous { "Previous log" } else { "Log" };
        let words = format!("{which} of {}/{} in {cluster}", self.namespace, self.pod);
        Asked::new(words, "get", "pods/log", Some(&self.namespace))
    }

    /// Path and the part of the query that every way of asking has in common.
    pub(super) fn path(&self) -> Result<ApiPath, ClusterError> {
        let pods = ApiPath::of_group("", "v1")?.in_namespace(Some(&self.namespace))?.part("pods")?;
        let path = pods.part(&self.pod)?.part("log")?.with("timestamps", true);
        Ok(path
            .with_some("container", self.container.as_deref())
            .with_some("previous", self.is_previous.then_some(true))
            .with_some("sinceSeconds", self.since_s))
    }
}

/// Splits the kubelet's time stamp off. Also gives it in nanoseconds, which tell lines of one millisecond apart.
pub(super) fn read_line(line: &[u8]) -> (RawLogLine, Option<i128>) {
    let text = String::from_utf8_lossy(line);
    let text = text.strip_suffix('\r').unwrap_or(&text);
    let (stamp, rest) = text.split_once(' ').unwrap_or((text, ""));
    match stamp.parse::<jiff::Timestamp>() {
        Ok(at) => {
            let line =
                RawLogLine { at: Some(Timestamp(at.as_millisecond())), stamp: stamp.into(), text: rest.to_owned() };
            (line, Some(at.as_nanosecond()))
        }
        Err(_) => (RawLogLine { at: None, stamp: "".into(), text: text.to_owned() }, None),
    }
}

/// What the API server says with status 400 while a container has no log: an answer, not a failure.
pub(super) fn absence(error: &ClusterError, is_previous: bool) -> Option<LogAnswer> {
    let ClusterError::Answered { code: 400, message, .. } = error else { return None };
    if message.contains("previous terminated container") && message.contains("not found") {
        return Some(LogAnswer::NoPreviousYet {
            reason: "No previous log yet: the container has not restarted, or its earlier run is gone.".into(),
        });
    }
    if message.contains("is waiting to start") || message.contains("is not available") {
        let why = message.rsplit_once(": ").map_or(message.as_str(), |(_, why)| why);
        return Some(not_yet(format!("The container is waiting to start: {why}."), is_previous));
    }
    None
}

/// The text that stands in place of a log, with status 200, while the container runtime has dropped the old run's log
/// and the kubelet does not know of a newer one.
pub(super) fn runtime_has_no_log(text: &str) -> Option<String> {
    text.starts_with("unable to retrieve container logs for ").then(|| {
        "The node's container runtime has no log of that run at the moment; this passes within about a minute of a \
         crash."
            .to_owned()
    })
}

fn not_yet(reason: String, is_previous: bool) -> LogAnswer {
    if is_previous { LogAnswer::NoPreviousYet { reason } } else { LogAnswer::Waiting { reason } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bad_request(message: &str) -> ClusterError {
        ClusterError::Answered { code: 400, reason: "BadRequest".into(), message: message.into() }
    }

    #[test]
    fn splits_the_time_stamp_off_and_keeps_the_text_as_it_is() {
        let (line, nanos) = read_line(b"2026-02-26T02:23:41.123456789Z  two  spaces \xff");
        assert_eq!(line.at, Some(Timestamp(1_772_072_621_123)));
        assert_eq!(line.text, " two  spaces \u{fffd}");
        assert_eq!(nanos.map(|n| n % 1_000_000_000), Some(123_456_789));
        assert_eq!(read_line(b"no stamp here").0.text, "no stamp here");
        assert_eq!(read_line(b"2026-02-26T02:23:41Z").0.text, "");
    }

    #[test]
    fn tells_a_missing_previous_run_from_a_failure() {
        let missing = bad_request(r#"previous terminated container "web" in pod "web-0" not found"#);
        assert!(matches!(absence(&missing, true), Some(LogAnswer::NoPreviousYet { .. })));
        let waiting = bad_request(r#"container "web" in pod "web-0" is waiting to start: ContainerCreating"#);
        let Some(LogAnswer::Waiting { reason }) = absence(&waiting, false) else { panic!("not waiting") };
        assert!(reason.ends_with("ContainerCreating."));
        assert_eq!(absence(&bad_request("a container name must be specified for pod web-0"), false), None);
    }

    #[test]
    fn takes_the_runtimes_excuse_for_no_log() {
        assert!(runtime_has_no_log("unable to retrieve container logs for containerd://4f").is_some());
        assert!(runtime_has_no_log("2026-02-26T02:23:41Z unable to retrieve container logs for x").is_none());
    }

    #[test]
    fn says_what_was_bounded() {
        let bound =
            LogBound { tail_lines: 50, is_asked_for: true, dropped_lines: 0, is_cut_at_end: false, has_older: true };
        assert_eq!(bound.describe(50), "last 50 lines; older lines not fetched");
        assert_eq!(LogBound { has_older: false, ..bound }.describe(12), "all 12 lines");
    }
}
