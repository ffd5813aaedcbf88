//! How programs say that they failed: time-outs, errors, and the one line that tells most.

use std::sync::LazyLock;

use regex::Regex;

use super::fold::strip_ansi;
use crate::{
    log_reading::{self, Ending},
    verdict::{Ended, TextLine},
};

static TIMEOUT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)deadline[ -]?exceeded|timed[ -]?out|time(?:-| )out\b|etimedout|timeout")
        .expect("a fixed pattern compiles")
});

/// Words that may say that time ran out; [`says_timeout`] tells.
pub(super) fn timeout_words() -> &'static Regex {
    &TIMEOUT
}

/// How serious a line is, by its own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Fatal,
    Error,
    Warning,
    /// It says that all is well, or speaks of what others met.
    Calm,
    Plain,
}

static WARNING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i)\bwarn(?:ing)?\b|level"?[=:] ?"?warn|(?-i:^W[0-9]{4} )|\bretrying\b|\bwill retry\b|\bretry in\b"#)
        .expect("a fixed pattern compiles")
});

/// The level of a line without ANSI sequences.
pub(super) fn level(line: &str) -> Level {
    if CALM.is_match(line) {
        return Level::Calm;
    }
    if FATAL.is_match(line) {
        return Level::Fatal;
    }
    if WARNING.is_match(line) {
        return Level::Warning;
    }
    if ERROR.is_match(line) { Level::Error } else { Level::Plain }
}

static ACCESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r#""(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|PROPFIND) [^"]*"? ?[0-9]{3}\b"#,
        r"|\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) /\S*.{0,40}?\b[1-5][0-9]{2}\b",
        r#"|\b(?:status|status_code|code|response_code)"?[=:] ?"?[1-5][0-9]{2}\b.*\b(?:method|path|uri|url)"?[=:]"#,
        r#"|\b(?:method|verb)"?[=:] ?"?(?:GET|HEAD|POST|PUT|PATCH|DELETE)\b.*\b(?:status|code|response_code)"?[=:] ?"?[1-5][0-9]{2}\b"#,
    ))
    .expect("a fixed pattern compiles")
});

/// Whether a line tells of one request that was served: what it says was met by a visitor.
pub(super) fn is_access(line: &str) -> bool {
    ACCESS.is_match(line)
}

/// Whether a line says that time ran out. A setting (`timeout=5s`) says no such thing.
pub(crate) fn says_timeout(line: &str) -> bool {
    TIMEOUT.find_iter(line).any(|found| {
        let before = &line[..found.start()];
        let after = line[found.end()..].trim_start_matches(['s', 'S', '"', '\'']);
        let after_mark = after.trim_start_matches([' ', ':', '=']);
        let is_setting = before.ends_with("--")
            || before.ends_with(['?', '&'])
            || after.starts_with('=')
            || after.to_lowercase().starts_with("econds")
            || (found.as_str().eq_ignore_ascii_case("timeout") && after_mark.starts_with(|c: char| c.is_ascii_digit()));
        !is_setting
    })
}

static FATAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\bpanic\b|\bfatal\b|\btraceback\b|unhandled exception|uncaught|segmentation fault|core dumped",
        r"|leader ?election lost|lost leader election|out of ?memory|exec format error|\bsegfault\b",
        r"|(?-i:^F[0-9]{4} )|(?-i:\bException in thread\b)|\baborting\b|cannot start|failed to start",
    ))
    .expect("a fixed pattern compiles")
});

static ERROR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\berrors?\b|\b[a-z]*(?:error|exception)\b|\bfailed\b|\bfailure\b|\bcannot\b|\bunable to\b|\brefused\b",
        r"|\bdenied\b|\binvalid\b|\bno such\b|\bnot found\b|\bmissing\b|\btimed out\b|\bdeadline exceeded\b",
        r"|\bcritical\b|\bcrit\b|\bemerg\b|\balert\b|(?-i:^E[0-9]{4} )",
    ))
    .expect("a fixed pattern compiles")
});

/// Lines that use such words to say that all is well.
static CALM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i)\b(?:0|no|zero|without) (?:errors?|failures?|failed)\b|errors?[=:] ?(?:0|nil|null|none|<nil>)\b|level"?[=:] ?"?(?:info|debug|trace)|^(?-i:I[0-9]{4} )|\[(?:info|debug|notice|trace)\]|^(?:info|debug|trace|notice)\b|(?-i:\b(?:INFO|DEBUG|NOTICE|TRACE)\b)"#)
        .expect("a fixed pattern compiles")
});

/// Whether a line reports an error.
pub(crate) fn reports_error(line: &str) -> bool {
    let line = strip_ansi(line);
    is_fatal(&line) || (ERROR.is_match(&line) && !CALM.is_match(&line))
}

pub(super) fn is_fatal(line: &str) -> bool {
    FATAL.is_match(line) && !CALM.is_match(line)
}

/// The line that tells most about why a run ended; none where the log does not tell.
pub fn find_telling_line(lines: &[TextLine], end: Option<&Ended>) -> Option<usize> {
    let ending = Ending {
        exit_code: end.map(|end| end.exit_code),
        is_out_of_memory: end.is_some_and(|end| end.reason == "OOMKilled"),
    };
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    log_reading::find_telling_line(&texts, ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_no_timeout() {
        for line in [
            r#"Get "https://127.0.0.1:7445/leases/x?timeout=5s": connection refused"#,
            "starting with --timeout 30s",
            "probe timeout: 5s",
            "\"timeoutSeconds\": 3",
            "readTimeout=30",
        ] {
            assert!(!says_timeout(line), "{line}");
        }
    }

    #[test]
    fn knows_the_real_wordings_of_a_timeout() {
        for line in [
            "context deadline exceeded",
            "dial tcp 10.96.0.1:443: i/o timeout",
            "net/http: TLS handshake timeout",
            "(Client.Timeout exceeded while awaiting headers)",
            "etcdserver: request timed out",
            "Timeout: request did not complete within the allotted time",
            "connect ETIMEDOUT 10.0.0.4:5432",
            "urllib3.exceptions.ReadTimeoutError: Read timed out. (read timeout=10)",
            "leases/x?timeout=5s\": context deadline exceeded",
        ] {
            assert!(says_timeout(line), "{line}");
        }
    }

    #[test]
    fn the_end_of_the_run_says_what_may_tell() {
        let lines = ["level=info msg=\"batch 1\"", "level=error msg=\"chat is not configured\""];
        let lines: Vec<TextLine> = lines.iter().map(|text| TextLine { at: None, text: (*text).into() }).collect();
        let end = |reason: &str, exit_code| Ended {
            reason: reason.into(),
            exit_code,
            message: String::new(),
            started_at: None,
            ended_at: None,
        };
        assert_eq!(find_telling_line(&lines, Some(&end("Error", 1))), Some(1));
        assert_eq!(find_telling_line(&lines, Some(&end("OOMKilled", 137))), None);
        assert_eq!(find_telling_line(&lines, None), Some(1));
    }
}
