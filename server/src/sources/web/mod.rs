//! One HTTP API that only tells, as Prometheus and Alertmanager have it: how it is asked, and under which names it is
//! known. Only GET leaves here; every answer is bounded in time and size.

mod connect;
mod error;
mod place;

use std::{sync::Arc, time::Duration};

use bytes::BytesMut;
use reqwest::Url;
use runbook::names::PathSegment;
use serde::Deserialize;
use tokio::sync::Semaphore;

pub(super) use self::connect::connect;
use self::connect::{Access, Ready};
pub use self::{error::WebError, place::Place};
use super::{SourceFailure, failure::FailureLog, figures::SourceFigures, renewed::Renewed};

/// Questions that one server gets from Runlight at the same time.
const MAX_CONCURRENT_QUESTIONS: usize = 6;
/// Longest sentence of an error that is repeated, in bytes.
const MAX_MESSAGE_BYTES: usize = 500;

/// A client with its bounds. The password or token is inside and never shown.
pub(super) struct WebApi {
    pub(super) place: Place,
    pub(super) timeout: Duration,
    /// Largest answer that is read, in bytes.
    pub(super) max_bytes: usize,
    pub(super) log: FailureLog,
    pub(super) figures: SourceFigures,
    url: Url,
    access: Access,
    /// Made when it is first needed, and anew when its files change or the login is not accepted any more.
    ready: Renewed<Ready>,
    permits: Semaphore,
}

/// Basic authentication. A bearer token stands in the client's headers instead.
struct Login {
    user: String,
    password: String,
}

/// How Prometheus (`error`) and Alertmanager (a bare string, or `message`) say why.
#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Prometheus { error: String },
    Alertmanager { message: String },
    Plain(String),
}

impl WebApi {
    /// The body of an answer to a GET. `path` begins with a slash and holds no escape; parameters are encoded here.
    pub(super) async fn get(&self, path: &str, parameters: &[(&str, &str)]) -> Result<BytesMut, WebError> {
        let is_plain = |part: &str| part.parse::<PathSegment>().is_ok();
        if !path.strip_prefix('/').is_some_and(|path| path.split('/').all(is_plain)) {
            return Err(WebError::NoPath);
        }
        let mut url = self.url.clone();
        url.set_path(&format!("{}{path}", self.url.path().trim_end_matches('/')));
        if !parameters.is_empty() {
            url.query_pairs_mut().extend_pairs(parameters);
        }
        let answer = async {
            // The semaphore is never closed; were it, going on without a permit would be the lesser harm.
            let _permit = self.permits.acquire().await.ok();
            self.read(url).await
        };
        let limited =
            async { tokio::time::timeout(self.timeout, answer).await.map_err(|_| WebError::TimedOut(self.timeout))? };
        self.figures.count(limited, |error| matches!(error, WebError::Answered { .. })).await
    }

    /// The body as it came, for a path that a runbook names.
    pub(super) async fn get_text(&self, path: &str, parameters: &[(String, String)]) -> Result<String, SourceFailure> {
        let parameters: Vec<(&str, &str)> =
            parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let body = self.get(path, &parameters).await.map_err(|error| self.failure(path, &error))?;
        Ok(String::from_utf8_lossy(&body).into_owned())
    }

    /// The client, made of its files as they are now.
    fn ready(&self) -> Result<Arc<Ready>, WebError> {
        self.ready.get(self.access.stamp(), || self.access.make()).map_err(WebError::NotReady)
    }

    async fn read(&self, url: Url) -> Result<BytesMut, WebError> {
        let ready = self.ready()?;
        let request = ready.client.get(url);
        let request = match &ready.login {
            Some(Login { user, password }) => request.basic_auth(user, Some(password)),
            None => request,
        };
        let mut response = request.send().await.map_err(reqwest::Error::without_url)?;
        let code = response.status().as_u16();
        if code == 401 {
            self.ready.forget();
        }
        let mut bytes = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(reqwest::Error::without_url)? {
            if bytes.len() + chunk.len() > self.max_bytes {
                return Err(WebError::TooLarge { max_bytes: self.max_bytes });
            }
            bytes.extend_from_slice(&chunk);
        }
        if code == 200 { Ok(bytes) } else { Err(WebError::Answered { code, message: message_of(&bytes) }) }
    }
}

/// The sentence of an error's body, when it has the API's own form.
fn message_of(body: &[u8]) -> Option<String> {
    let (Said::Prometheus { error: said } | Said::Alertmanager { message: said } | Said::Plain(said)) =
        serde_json::from_slice(body).ok()?;
    let mut said: String = said.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let end = (0..=MAX_MESSAGE_BYTES.min(said.len())).rev().find(|at| said.is_char_boundary(*at))?;
    said.truncate(end);
    Some(said)
}

#[cfg(test)]
mod tests {
    use super::message_of;

    #[test]
    fn repeats_what_the_api_says_and_nothing_else() {
        let prometheus = br#"{"status":"error","errorType":"bad_data","error":"1:5: parse error: unexpected end"}"#;
        assert_eq!(message_of(prometheus).as_deref(), Some("1:5: parse error: unexpected end"));
        assert_eq!(message_of(br#"{"code":404,"message":"no path"}"#).as_deref(), Some("no path"));
        assert_eq!(message_of(br#""bad matcher format: x""#).as_deref(), Some("bad matcher format: x"));
        assert_eq!(message_of(b"<html>login</html>"), None);
        assert_eq!(message_of(format!("\"{}\"", "é".repeat(400)).as_bytes()).map(|said| said.len()), Some(500));
    }
}
