//! How programs say that they failed: time-outs, errors, and the one line that tells most.

use std::sync::LazyLock;

use regex::Regex;

use crate::log_reading::{self, Ending};

use super::{Ended, TextLine};

static TIMEOUT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)deadline[ -]?exceeded|timed[ -]?out|time(?:-| )out\b|etimedout|timeout")
        .expect("a fixed pattern compiles")
});

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
