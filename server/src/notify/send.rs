//! One message to one receiver of the configuration, and what its answer means. Follows no redirect, and goes nowhere but
//! to the address that the configuration names.

use std::{path::Path, time::Duration};

use reqwest::{Client, Method, StatusCode, Url, header, redirect::Policy};
use runbook::time::Timestamp;
use sha2::{Digest, Sha256};

use super::render::{self, News};
use crate::{
    config::{Notify, NotifyKind},
    sources::ConfigProblem,
};

/// How long a receiver is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest pause that a receiver may ask for, in milliseconds.
const MAX_PAUSE_MS: i64 = 24 * 3_600_000;
/// Bytes of a block of SHA-256, for signatures.
const BLOCK: usize = 64;

/// A receiver of the configuration.
#[derive(Debug)]
pub(super) struct Receiver {
    pub(super) name: String,
    pub(super) section: Notify,
}

/// What became of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sending {
    /// It took the message.
    Sent,
    /// It may take it later, perhaps not before a time of its own.
    Later {
        /// When it wants to be asked again.
        not_before: Option<Timestamp>,
        /// Why, one sentence.
        reason: String,
    },
    /// It will never take it.
    Never {
        /// Why, one sentence.
        reason: String,
    },
}

impl Receiver {
    /// A section that can be right. Reads no file yet: a secret may come later.
    pub(super) fn of(name: &str, section: &Notify) -> Result<Self, ConfigProblem> {
        let receiver = Self { name: name.to_owned(), section: section.clone() };
        let wrong = |key: &str, problem: &str, remedy: &str| {
            Err(ConfigProblem::new(format!("notify.{name}.{key}"), problem.to_owned(), remedy))
        };
        let needs_token = matches!(
            section.kind,
            NotifyKind::Gotify | NotifyKind::Pushover | NotifyKind::Telegram | NotifyKind::Matrix
        );
        if needs_token && section.token_file.is_none() {
            return wrong("token_file", "it is missing", "Name a file with the service's token.");
        }
        let needs_whom =
            matches!(section.kind, NotifyKind::Pushover | NotifyKind::Telegram | NotifyKind::Matrix | NotifyKind::Ntfy);
        if needs_whom && section.to.as_ref().is_none_or(String::is_empty) {
            return wrong(
                "to",
                "it is missing",
                "Name Pushover's user key, Telegram's chat, Matrix' room or ntfy's topic.",
            );
        }
        match (&section.url, &section.url_file, known_address(section.kind)) {
            (Some(_), Some(_), _) => wrong("url", "it stands beside url_file", "Keep one of them."),
            (None, None, None) => wrong("url", "it is missing", "Give the receiver's address, or url_file."),
            (Some(url), ..) => match address(url) {
                Ok(_) => Ok(receiver),
                Err(problem) => wrong("url", &problem, "Write an https address; http on this machine alone."),
            },
            _ => Ok(receiver),
        }
    }

    /// Sends once. `id` is the event's.
    pub(super) async fn send(&self, news: &News, id: &str, now: Timestamp) -> Sending {
        let (url, request) = match self.prepare(news, id) {
            Ok(prepared) => prepared,
            // A file may be mended while the message waits.
            Err(reason) => return Sending::Later { not_before: None, reason },
        };
        let client =
            Client::builder().timeout(PATIENCE).connect_timeout(PATIENCE).redirect(Policy::none()).no_proxy().build();
        let Ok(client) = client else {
            return Sending::Later { not_before: None, reason: "No client can be made here.".into() };
        };
        let method = if request.method == "PUT" { Method::PUT } else { Method::POST };
        let mut asked = client.request(method, url).body(request.body);
        for (name, value) in request.headers {
            asked = asked.header(name, value);
        }
        match asked.send().await {
            Ok(answer) => {
                let header =
                    |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
                read(answer.status(), header(header::CONTENT_TYPE), header(header::RETRY_AFTER), now)
            }
            // The error of the client would name the address, which may hold a secret.
            Err(error) => {
                let reason = if error.is_timeout() { "It did not answer in time." } else { "It cannot be reached." };
                Sending::Later { not_before: None, reason: reason.into() }
            }
        }
    }

    fn prepare(&self, news: &News, id: &str) -> Result<(Url, render::Outgoing), String> {
        let section = &self.section;
        let line = |file: &Option<std::path::PathBuf>| file.as_deref().map_or(Ok(String::new()), read_line);
        let base = match (&section.url, &section.url_file) {
            (Some(url), _) => url.clone(),
            (None, Some(file)) => read_line(file)?,
            (None, None) => known_address(section.kind).unwrap_or_default().to_owned(),
        };
        let token = line(&section.token_file)?;
        let mut outgoing = render::write(section.kind, news, id, &token, section.to.as_deref().unwrap_or_default());
        outgoing.headers.push(("runlight-event-id", id.to_owned()));
        let secret = line(&section.secret_file)?;
        if !secret.is_empty() {
            outgoing
                .headers
                .push(("runlight-signature", format!("sha256={}", sign(secret.as_bytes(), &outgoing.body))));
        }
        let path = match base.contains('?') {
            true => outgoing.path.replace('?', "&"),
            false => outgoing.path.clone(),
        };
        let base = if path.starts_with('/') { base.trim_end_matches('/') } else { &base };
        Ok((address(&format!("{base}{path}"))?, outgoing))
    }
}

/// Where a service is that there is one of.
fn known_address(kind: NotifyKind) -> Option<&'static str> {
    match kind {
        NotifyKind::Pushover => Some("https://api.pushover.net"),
        NotifyKind::Telegram => Some("https://api.telegram.org"),
        _ => None,
    }
}

/// https, or http on this machine. The address itself is not repeated: a secret may stand in it.
fn address(text: &str) -> Result<Url, String> {
    let url: Url = text.parse().map_err(|_| "it is no address".to_owned())?;
    let host = url.host_str().map(|host| host.trim_matches(['[', ']'])).unwrap_or_default();
    let is_here = host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
    match url.scheme() {
        "https" if !host.is_empty() => Ok(url),
        "http" if is_here => Ok(url),
        "http" => Err("with http the message would travel in the clear".into()),
        _ => Err("it is no http or https address".into()),
    }
}

fn read_line(file: &Path) -> Result<String, String> {
    let text = std::fs::read_to_string(file).map_err(|cause| format!("{} cannot be read: {cause}.", file.display()))?;
    Ok(text.trim().to_owned())
}

/// What an answer means.
fn read(status: StatusCode, content_type: &str, retry_after: &str, now: Timestamp) -> Sending {
    let never = |reason: String| Sending::Never { reason };
    match status.as_u16() {
        // A page for people is a sign-in or a parking page, whatever its status.
        200..=299 if content_type.starts_with("text/html") => {
            never("It answered with a web page: this is not the service, or something stands in front of it.".into())
        }
        200..=299 => Sending::Sent,
        300..=399 => {
            never(format!("It answered {status}: write the new address into the configuration; none is followed."))
        }
        429 | 503 => Sending::Later { not_before: pause(retry_after, now), reason: format!("It answered {status}.") },
        408 | 500..=599 => Sending::Later { not_before: None, reason: format!("It answered {status}.") },
        _ => never(format!("It answered {status}: look at the address, the token and whom it goes to.")),
    }
}

/// `Retry-After`: seconds, or a date.
fn pause(text: &str, now: Timestamp) -> Option<Timestamp> {
    let text = text.trim();
    let at = match text.parse::<i64>() {
        Ok(seconds) => now.plus_ms(seconds.clamp(0, MAX_PAUSE_MS / 1_000) * 1_000),
        Err(_) => Timestamp(jiff::fmt::rfc2822::parse(text).ok()?.timestamp().as_millisecond()),
    };
    Some(Timestamp(at.0.clamp(now.0, now.plus_ms(MAX_PAUSE_MS).0)))
}

/// HMAC with SHA-256, in hexadecimal.
fn sign(secret: &[u8], body: &[u8]) -> String {
    let mut key = [0_u8; BLOCK];
    match secret.len() > BLOCK {
        true => key[..32].copy_from_slice(&Sha256::digest(secret)),
        false => key[..secret.len()].copy_from_slice(secret),
    }
    let padded = |pad: u8| key.map(|byte| byte ^ pad);
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(body).finalize();
    let outer = Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize();
    outer.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_793_672_621_000);

    /// The second case of RFC 4231.
    #[test]
    fn signs_as_the_standard_says() {
        let signed = sign(b"Jefe", b"what do ya want for nothing?");
        assert_eq!(signed, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn an_answer_is_taken_for_what_it_means() {
        let read = |status: u16, kind: &str, after: &str| {
            read(StatusCode::from_u16(status).expect("a status"), kind, after, NOW)
        };
        assert_eq!(read(204, "", ""), Sending::Sent);
        assert!(matches!(read(200, "text/html; charset=utf-8", ""), Sending::Never { .. }));
        for status in [301, 302, 308, 400, 401, 404] {
            assert!(matches!(read(status, "", ""), Sending::Never { .. }), "{status}");
        }
        assert!(matches!(read(502, "", ""), Sending::Later { not_before: None, .. }));
        let at = |after: &str| match read(429, "", after) {
            Sending::Later { not_before, .. } => not_before.map(|at| at.ms_since(NOW)),
            other => panic!("{other:?}"),
        };
        assert_eq!(at("120"), Some(120_000));
        let date = jiff::Timestamp::from_millisecond(NOW.0 + 600_000).expect("a date");
        let date = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&date).expect("text");
        assert_eq!(at(&date), Some(600_000));
        assert_eq!(at("99999999999"), Some(MAX_PAUSE_MS));
        assert_eq!((at("soon"), at("-5")), (None, Some(0)));
    }

    #[test]
    fn a_message_goes_in_the_clear_to_this_machine_alone() {
        assert!(address("https://ntfy.example.org").is_ok() && address("http://127.0.0.1:8080/x").is_ok());
        for text in ["http://ntfy.example.org", "file:///etc/passwd", "ntfy", "ftp://x"] {
            assert!(address(text).is_err(), "{text}");
        }
    }
}
