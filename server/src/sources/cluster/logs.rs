//! Logs of a container, once. Bounded in lines and bytes, and says what was bounded. What the API server says in place
//! of a log (no previous run yet, waiting to start) is never taken for one.

use std::{borrow::Cow, collections::VecDeque};

use bytes::Bytes;
use runbook::time::Timestamp;

use super::{
    Cluster,
    connection::Asked,
    error::ClusterError,
    kubelet::{Excuse, Trouble},
    lines::{Lines, Overlong},
    path::ApiPath,
};
use crate::sources::{
    SourceFailure,
    remark::{self, Remark},
};

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
                None => Err(self.connection.failure(&asked, self.of_node(request, error))),
            },
        }
    }

    /// An error with the node that it is about, where the API server cannot ask the node's kubelet.
    fn of_node(&self, request: &LogRequest, error: ClusterError) -> ClusterError {
        let ClusterError::Answered { code, message, .. } = &error else { return error };
        let Some(trouble) = Trouble::read(*code, message) else { return error };
        let view = self.pods();
        let pod = view.pods.get(&request.namespace, &request.pod);
        let node = pod.map(|pod| &*pod.node).filter(|node| !node.is_empty());
        let (kind, reason, remedy) = trouble.words(node);
        ClusterError::NotAsked { kind, reason, remedy }
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
        if let Some(excuse) = take_excuse(&mut lines) {
            if lines.is_empty() && dropped_lines == 0 {
                return Ok(not_yet(excuse.reason().to_owned(), request.is_previous));
            }
            remark::leave(Remark::Note(excuse.reason().to_owned()));
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
            let text = without_inner_stamps(rest, at).into_owned();
            let line = RawLogLine { at: Some(Timestamp(at.as_millisecond())), stamp: stamp.into(), text };
            (line, Some(at.as_nanosecond()))
        }
        Err(_) => (RawLogLine { at: None, stamp: "".into(), text: text.to_owned() }, None),
    }
}

/// Runtimes write a long line in pieces of 16 KiB, and kubelets before 1.31 put the stamp before each of them. The stamps
/// between the pieces are no part of the line.
fn without_inner_stamps(text: &str, first: jiff::Timestamp) -> Cow<'_, str> {
    /// Pieces are as large as a runtime's buffer: 16 KiB, or another multiple of this, give or take a line break.
    const PIECE_BYTES: usize = 4 << 10;
    const TOLERANCE_BYTES: usize = 4;
    /// The pieces of a line are written within a moment.
    const MAX_SECONDS: i64 = 300;
    let stamp_end = |rest: &str, at: usize| {
        let end = at + rest.get(at..)?.get(..40).unwrap_or(rest.get(at..)?).find(' ')?;
        let stamp: jiff::Timestamp = rest[at..end].parse().ok()?;
        ((stamp.as_second() - first.as_second()).abs() < MAX_SECONDS).then_some(end + 1)
    };
    let (mut whole, mut rest) = (String::new(), text);
    loop {
        let borders = (PIECE_BYTES..rest.len()).step_by(PIECE_BYTES);
        let near = |border: usize| border - TOLERANCE_BYTES..=border + TOLERANCE_BYTES;
        let inner = borders.flat_map(near).find_map(|at| Some((at, stamp_end(rest, at)?)));
        let Some((at, end)) = inner else { break };
        whole.push_str(&rest[..at]);
        rest = &rest[end..];
    }
    if whole.is_empty() {
        return Cow::Borrowed(text);
    }
    whole.push_str(rest);
    Cow::Owned(whole)
}

/// Takes off what a kubelet has written behind a log or in place of it. A line of the container always has a stamp.
fn take_excuse(lines: &mut VecDeque<Bytes>) -> Option<Excuse> {
    let mut found = None;
    while let Some(last) = lines.back()
        && let (RawLogLine { text, at: None, .. }, _) = read_line(last)
        && let Some(excuse) = Excuse::read(&text)
    {
        found = Some(excuse);
        lines.pop_back();
    }
    found
}

/// What the API server says with status 400 while a container has no log: an answer, not a failure.
pub(super) fn absence(error: &ClusterError, is_previous: bool) -> Option<LogAnswer> {
    let ClusterError::Answered { code: 400, message, .. } = error else { return None };
    if message.contains("previous terminated container") && message.contains("not found") {
        return Some(LogAnswer::NoPreviousYet {
            reason: "No previous log yet: the container has not restarted, or its earlier run is gone.".into(),
        });
    }
    if message.contains("is terminated") || message.contains("has been terminated") {
        let reason = "The container has ended, and its node keeps no log of that run any more.".to_owned();
        return Some(not_yet(reason, is_previous));
    }
    if message.contains("is waiting to start") || message.contains("is not available") {
        let why = message.rsplit_once(": ").map_or(message.as_str(), |(_, why)| why);
        return Some(not_yet(format!("The container is waiting to start: {why}."), is_previous));
    }
    None
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
    fn takes_a_kubelets_excuse_off_the_end_and_leaves_the_containers_own_lines() {
        let mut lines: VecDeque<Bytes> = VecDeque::from([
            Bytes::from_static(b"2026-02-26T02:23:41Z failed to open log file x"),
            Bytes::from_static(b"failed to create fsnotify watcher: too many open files"),
        ]);
        assert_eq!(take_excuse(&mut lines), Some(Excuse::CannotFollow));
        assert_eq!((take_excuse(&mut lines), lines.len()), (None, 1));
    }

    #[test]
    fn takes_the_stamps_between_the_pieces_of_a_long_line_off() {
        let stamp = "2026-02-26T02:23:41.123456789Z";
        let (first, second, third) = ("a".repeat(16_384), "é".repeat(8_192), "c".repeat(50));
        let line = format!("{stamp} {first}2026-02-26T02:23:42.5Z {second}{stamp} {third}");
        assert_eq!(read_line(line.as_bytes()).0.text, format!("{first}{second}{third}"));
        // A stamp at another place, or of another day, is the program's own.
        for own in [format!("{}{stamp} b", "a".repeat(5_000)), format!("{first}2025-02-26T02:23:42Z b")] {
            assert_eq!(read_line(format!("{stamp} {own}").as_bytes()).0.text, own);
        }
    }

    #[test]
    fn takes_a_run_that_has_ended_for_no_log() {
        let ended = bad_request("container \"main\" in pod \"api-1\" is terminated");
        assert!(matches!(absence(&ended, false), Some(LogAnswer::Waiting { .. })));
        assert!(matches!(absence(&ended, true), Some(LogAnswer::NoPreviousYet { .. })));
    }

    #[test]
    fn says_what_was_bounded() {
        let bound =
            LogBound { tail_lines: 50, is_asked_for: true, dropped_lines: 0, is_cut_at_end: false, has_older: true };
        assert_eq!(bound.describe(50), "last 50 lines; older lines not fetched");
        assert_eq!(LogBound { has_older: false, ..bound }.describe(12), "all 12 lines");
    }
}
