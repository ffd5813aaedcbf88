//! The level at which a program logged a line, in the spellings of the common loggers.

use std::sync::LazyLock;

use regex::Regex;

/// How grave a line is. The order is that of gravity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// For the program's authors.
    Debug,
    /// Work as usual.
    Info,
    /// Unusual, yet the program goes on.
    Warn,
    /// Something failed.
    Error,
    /// The program cannot go on.
    Fatal,
}

/// What stands before a level: the stamp, the process, the thread, the logger. More than that is the message.
const MAX_WORDS_BEFORE: usize = 7;

/// klog, glog: `E0226 02:14:07.123456       1 leaderelection.go:332] …`
static KLOG: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^([IWEFD])\d{4} \d\d:\d\d:\d\d").expect("a fixed pattern compiles"));

/// logrus on a terminal: `ERRO[0012] …`
static LOGRUS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(TRAC|DEBU|INFO|WARN|ERRO|FATA|PANI)\[[^\]]{1,40}\]").expect("a fixed pattern compiles")
});

/// Ruby's logger: `E, [2026-02-26T02:14:07.123456 #1] ERROR -- : …`
static RUBY: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^([DIWEFA]), \[").expect("a fixed pattern compiles"));

/// Redis and Valkey: `1:M 26 Feb 2026 02:14:07.123 # …`
static REDIS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\d+:[A-Z] \d{1,2} \w{3} \d{4} [\d:.]+ ([#*.-]) ").expect("a fixed pattern compiles")
});

impl Level {
    /// The level that a line of text names before its message. JSON is read by [`super::payload`].
    pub(super) fn of_text(line: &str) -> Option<Self> {
        let line = line.trim_start();
        of_letter(line).or_else(|| of_assignment(line)).or_else(|| of_words(line))
    }

    /// A level by its name, whatever its case: "ERROR", "eror", "wrn", "critical".
    pub(super) fn of_name(name: &str) -> Option<Self> {
        let name = name.trim().trim_matches(['[', ']', '<', '>', '(', ')', ':', '"']);
        if name.len() > 12 {
            return None;
        }
        Some(match name.to_ascii_lowercase().as_str() {
            "trace" | "trc" | "debug" | "dbg" | "dbug" | "verbose" | "vrb" | "fine" | "finer" | "finest" | "config" => {
                Self::Debug
            }
            "info" | "inf" | "information" | "informational" | "notice" | "note" | "log" | "success" | "ok" => {
                Self::Info
            }
            "warn" | "wrn" | "warning" | "attention" => Self::Warn,
            "error" | "err" | "eror" | "erro" | "fail" | "severe" | "failure" => Self::Error,
            "fatal" | "ftl" | "fata" | "critical" | "crit" | "crt" | "panic" | "pnc" | "dpanic" | "emerg"
            | "emergency" | "alert" => Self::Fatal,
            _ => return None,
        })
    }

    /// A level by its number: syslog's 0 to 7, and the tens of pino and bunyan.
    pub(super) fn of_number(number: i64) -> Option<Self> {
        Some(match number {
            0..=2 => Self::Fatal,
            3 => Self::Error,
            4 => Self::Warn,
            5 | 6 => Self::Info,
            7 | 10..=29 => Self::Debug,
            30..=39 => Self::Info,
            40..=49 => Self::Warn,
            50..=59 => Self::Error,
            60..=69 => Self::Fatal,
            _ => return None,
        })
    }
}

fn of_letter(line: &str) -> Option<Level> {
    let letter = |regex: &Regex| regex.captures(line).and_then(|found| found.get(1)).map(|found| found.as_str());
    if let Some(letter) = letter(&KLOG).or_else(|| letter(&RUBY)) {
        return Some(match letter {
            "F" => Level::Fatal,
            "E" => Level::Error,
            "W" => Level::Warn,
            "D" => Level::Debug,
            _ => Level::Info,
        });
    }
    if let Some(word) = letter(&LOGRUS) {
        return Some(match word {
            "PANI" | "FATA" => Level::Fatal,
            "ERRO" => Level::Error,
            "WARN" => Level::Warn,
            "INFO" => Level::Info,
            _ => Level::Debug,
        });
    }
    // Redis marks errors and mere advice alike with `#`: the words decide then.
    letter(&REDIS).filter(|mark| *mark != "#").map(|_| Level::Info)
}

/// logfmt: `level=error`, `lvl=eror`, `severity=ERROR`.
fn of_assignment(line: &str) -> Option<Level> {
    static KEY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?i)(?:^|[\s,{\["])(?:level|lvl|severity|loglevel|log_level|levelname|log\.level)"?[=:]\s?"?([a-z]{3,13})\b"#)
            .expect("a fixed pattern compiles")
    });
    KEY.captures(line).and_then(|found| Level::of_name(&found[1]))
}

/// A level as a word of its own among the first: in capitals anywhere there, in small letters only where punctuation
/// makes it one (`[error]`, `error:`).
fn of_words(line: &str) -> Option<Level> {
    let words = line.split_whitespace().take(MAX_WORDS_BEFORE + 1);
    for (at, word) in words.enumerate() {
        // `[2026-02-26T02:14:07Z ERROR app::db]`, `[core:error]`, `<3>`, `|ERROR|`
        for piece in word.split(['[', ']', '|', '(', ')', ',']).filter(|piece| !piece.is_empty()) {
            let is_bracketed = word.len() != piece.len();
            if let Some(level) = of_piece(piece, is_bracketed, at) {
                return Some(level);
            }
        }
    }
    None
}

fn of_piece(piece: &str, is_bracketed: bool, at: usize) -> Option<Level> {
    let (word, ends_in_colon) = match piece.strip_suffix(':') {
        Some(word) => (word, true),
        None => (piece, false),
    };
    // apache's `core:error`, python's `ERROR:root:text`
    let word = if is_bracketed { word.rsplit(':').next().unwrap_or(word) } else { word };
    let word = match word.split_once(':') {
        Some((first, _)) if at == 0 && is_capital(first) => first,
        _ => word,
    };
    let level = Level::of_name(word)?;
    let lower = word.chars().any(|c| c.is_ascii_lowercase());
    let is_titled = lower && word.starts_with(|c: char| c.is_ascii_uppercase());
    // "log", "note", "ok", "config", "alert" are words of messages more often than levels.
    let is_ambiguous = matches!(
        word.to_ascii_lowercase().as_str(),
        "log" | "note" | "ok" | "config" | "alert" | "fail" | "fine" | "success" | "verbose" | "failure" | "attention"
    );
    let is_level = match (is_bracketed, ends_in_colon) {
        (true, _) => true,
        (false, true) => at <= 4 || !lower,
        (false, false) => !lower && !is_ambiguous && word.len() >= 3 || (is_titled && at == 2 && !is_ambiguous),
    };
    is_level.then_some(level)
}

fn is_capital(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(level: Option<Level>, lines: &[&str]) {
        for line in lines {
            assert_eq!(Level::of_text(line), level, "{line}");
        }
    }

    #[test]
    fn reads_the_spellings_of_fatal() {
        check(
            Some(Level::Fatal),
            &[
                "F0226 02:14:07.123456       1 main.go:12] lease lost",
                "level=fatal msg=\"no route\"",
                "FATA[0003] no route",
                "2026-02-26 02:14:07.120 UTC [1] FATAL:  no data folder",
                "2026/02/26 02:14:07 [emerg] 1#1: no upstream",
                "2026-02-26T02:14:07Z FTL no route error=\"dial\"",
                "[02:14:07 FTL] no route",
                "CRITICAL:root:no route",
                "crit: Host[9]",
            ],
        );
    }

    #[test]
    fn reads_the_spellings_of_error() {
        check(
            Some(Level::Error),
            &[
                "E0226 02:14:07.123456       1 reflector.go:1] no route",
                "t=2026-02-26T02:14:07Z lvl=eror msg=x",
                "ts=2026-02-26T02:14:07Z caller=main.go:1 level=error err=x",
                "2026-02-26T02:14:07.000Z\tERROR\tsetup\tx",
                "2026-02-26 02:14:07,120 [main] ERROR o.x.Main - x",
                "2026-02-26 02:14:07.120 ERROR 1 --- [           main] o.x.Main : x",
                "ERROR:app:x",
                "2026-02-26 02:14:07,120 - app - ERROR - x",
                "[2026-02-26 02:14:07 +0000] [7] [ERROR] x",
                "[2026-02-26T02:14:07Z ERROR app::db] x",
                "[Thu Feb 26 02:14:07.120 2026] [core:error] [pid 1] x",
                "2026/02/26 02:14:07 [error] 7#7: *1 x",
                "fail: Host.Kestrel[13]",
                "[02:14:07 ERR] x",
                "2:14AM ERR x error=y",
                "E, [2026-02-26T02:14:07.120 #1] ERROR -- : x",
                "SEVERE: x",
                "2026-02-26 02:14:07+00:00 [ERROR] [Entrypoint]: x",
                "02:14:07.120 [error] GenServer x terminating",
                "error: x",
            ],
        );
    }

    #[test]
    fn reads_calm_levels() {
        check(
            Some(Level::Info),
            &[
                "I0226 02:14:07.123456       1 main.go:1] error rate 0",
                "level=info msg=\"retried after error\"",
                "INFO:     Application startup complete.",
                "2026-02-26 02:14:07.120 UTC [1] LOG:  ready",
                "1:M 26 Feb 2026 02:14:07.120 * Ready to accept connections",
                "2026-02-26 02:14:07 0 [Note] mariadbd: ready for connections.",
            ],
        );
        check(Some(Level::Warn), &["W0226 02:14:07.1 1 x.go:1] y", "warn: Host[1]", "[WARN] x", "WARNING: x"]);
    }

    #[test]
    fn takes_no_word_of_a_message_for_a_level() {
        check(
            None,
            &[
                "the fatal flaw of this",
                "panic room opened",
                "GET /error 200",
                "Usage: app [options]",
                "an error occurred while reading",
                "1:M 26 Feb 2026 02:14:07.120 # Server initialized",
                "",
            ],
        );
    }
}
