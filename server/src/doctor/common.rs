//! Findings that every kind of source shares: its clock, its certificate, the files with its secrets.

use std::{path::Path, time::Duration};

use app::server_side::doctor::{Row, State, Topic};
use runbook::time::{Span, Timestamp};

use crate::sources::tls::{self, Certificate, Lifetime};

/// Clocks may differ by this much: answers take time, and some clocks are told by the second.
const CLOCK_TOLERANCE_MS: i64 = 30_000;
/// Time that a look at a certificate may take.
const HANDSHAKE: Duration = Duration::from_secs(5);

/// Whether a source's clock agrees with Runlight's.
pub(super) fn clock(whose: &str, theirs: Timestamp, ours: Timestamp) -> Row {
    let ahead_ms = theirs.ms_since(ours);
    if ahead_ms.abs() <= CLOCK_TOLERANCE_MS {
        return Row::ok(Topic::Clock, format!("The clock of {whose} agrees with the one here."));
    }
    let (direction, span) = (if ahead_ms > 0 { "ahead of" } else { "behind" }, Span(ahead_ms.abs()));
    Row::warning(
        Topic::Clock,
        format!("The clock of {whose} is {span} {direction} the one here: ages and backup windows are off by as much."),
        "Look at the time service on both machines (chronyc tracking, or timedatectl), and set the one that is wrong.",
    )
}

/// Until when the certificate holds that a server shows at `host:port`. Nothing is said when it cannot be seen: whoever
/// cannot be reached has said so already.
pub(super) async fn server_certificate(address: &str, now: Timestamp) -> Option<Row> {
    let (host, port) = address.rsplit_once(':')?;
    let seen = tls::see(host, port.parse().ok()?, HANDSHAKE).await.ok()?;
    let certificate = Certificate::read(&seen)?;
    Some(lifetime(
        "Its certificate",
        &certificate,
        now,
        State::Warning,
        "Renew it there; a pinned fingerprint changes with it.",
    ))
}

/// Until when a certificate holds, and how bad it is when that is over.
pub(super) fn lifetime(what: &str, certificate: &Certificate, now: Timestamp, over: State, remedy: &str) -> Row {
    let until = certificate.not_after.date();
    match certificate.lifetime(now) {
        Lifetime::Long(days) => {
            Row::ok(Topic::Certificate, format!("{what} holds until {until}, {} more.", in_days(days)))
        }
        Lifetime::EndsIn(days) => {
            Row::warning(Topic::Certificate, format!("{what} ends in {}, on {until}.", in_days(days)), remedy)
        }
        Lifetime::Over => {
            let from = certificate.not_before.date();
            Row::new(over, Topic::Certificate, format!("{what} does not hold now: it is for {from} to {until}."))
                .with(remedy, Vec::new())
        }
    }
}

fn in_days(days: i64) -> String {
    match days {
        0 => "less than a day".to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}

/// Whether a file with a secret is for its owner alone. A file that is not there is a failure of its source.
pub(super) fn secret_file(what: &str, path: &Path) -> Option<Row> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o7777;
        if mode & 0o004 != 0 {
            let words =
                format!("The {what} {} can be read by every user of this machine (mode {mode:04o}).", path.display());
            let remedy = "Keep it for the user that Runlight runs as; for a mounted Secret set defaultMode: 0400.";
            let line = format!("chmod 600 {}", shell_quoted(&path.display().to_string()));
            return Some(Row::new(State::Warning, Topic::Files, words).with(remedy, vec![line]));
        }
    }
    Some(Row::ok(Topic::Files, format!("The {what} {} is for its owner alone.", path.display())))
}

/// A word as a shell reads it back.
pub(super) fn shell_quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./@:=".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_a_clock_that_is_off_and_in_which_direction() {
        let here = Timestamp(1_800_000_000_000);
        assert_eq!(clock("pihanga", here.plus_ms(-29_000), here).state, State::Ok);
        let row = clock("pihanga", here.plus_ms(-300_000), here);
        assert_eq!(row.state, State::Warning);
        assert!(row.words.contains("5 min behind"), "{}", row.words);
    }

    #[test]
    fn quotes_only_what_a_shell_would_read_otherwise() {
        assert_eq!(shell_quoted("/etc/runlight/pve.token"), "/etc/runlight/pve.token");
        assert_eq!(shell_quoted("a b's"), r"'a b'\''s'");
    }

    #[cfg(unix)]
    #[test]
    fn warns_of_a_secret_that_others_can_read() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("token");
        std::fs::write(&path, "x").expect("written");
        let state = |mode| {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("set");
            secret_file("token file", &path).map(|row| row.state)
        };
        assert_eq!(state(0o644), Some(State::Warning));
        assert_eq!(state(0o640), Some(State::Ok));
        assert_eq!(state(0o600), Some(State::Ok));
        assert_eq!(secret_file("token file", &folder.path().join("absent")), None);
    }
}
