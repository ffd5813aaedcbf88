//! How a provider is asked: with bounds on time and bytes, never led elsewhere by it.

use std::{path::Path, time::Duration};

use futures::{FutureExt, future::BoxFuture};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::{Client, redirect::Policy};
use serde_json::Value;

use crate::sources::{ConfigProblem, tls::Trust};

/// Longest time that an answer may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Largest answer: a document of discovery with its keys has a hundredth of it.
const MAX_BYTES: usize = 1 << 20;

/// A client for one provider.
#[derive(Debug, Clone)]
pub(super) struct Http(Client);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    /// It could not be had.
    #[error("{0}")]
    Failed(String),
    /// It is larger than any that is meant.
    #[error("the answer is larger than 1 MiB")]
    TooLarge,
    /// It is no JSON, such as a page of a proxy in front.
    #[error("the answer is no JSON")]
    NoJson,
}

impl Http {
    /// Trusts the authority of a file, or the system's.
    pub(super) fn new(section: &str, ca_file: Option<&Path>) -> Result<Self, ConfigProblem> {
        let trust = Trust {
            section,
            fingerprint: None,
            ca_file,
            fingerprint_hint: "",
            ca_hint: "It holds the authority's certificate in PEM.",
        };
        // A code must not be handed on to whom the provider's answer names.
        let mut builder = Client::builder().timeout(TIMEOUT).redirect(Policy::none()).no_proxy();
        if let Some(tls) = trust.client_config()? {
            builder = builder.tls_backend_preconfigured(tls);
        }
        let client = builder.build().map_err(|cause| {
            ConfigProblem::new(section, format!("no client can be made of it: {cause}"), "Check ca_file.")
        })?;
        Ok(Self(client))
    }

    /// Sends what the protocol's library has made.
    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let request = reqwest::Request::try_from(request).map_err(|cause| HttpError::Failed(cause.to_string()))?;
        let answer = self.0.execute(request).await.map_err(|cause| failed(&cause))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut response = HttpResponse::new(read(answer).await?);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }

    /// What stands at an address that is shown to whoever has the token.
    pub(super) async fn get_json(&self, address: &str, token: &str) -> Result<Value, HttpError> {
        let answer = self.0.get(address).bearer_auth(token).send().await.map_err(|cause| failed(&cause))?;
        if !answer.status().is_success() {
            return Err(HttpError::Failed(format!("status {}", answer.status())));
        }
        serde_json::from_slice(&read(answer).await?).map_err(|_| HttpError::NoJson)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = BoxFuture<'c, Result<HttpResponse, HttpError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        self.exchange(request).boxed()
    }
}

async fn read(mut answer: reqwest::Response) -> Result<Vec<u8>, HttpError> {
    let mut bytes = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(|cause| failed(&cause))? {
        if bytes.len() + part.len() > MAX_BYTES {
            return Err(HttpError::TooLarge);
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes)
}

/// Without the address, which may hold a code.
fn failed(cause: &reqwest::Error) -> HttpError {
    let mut words = Vec::new();
    let mut source = std::error::Error::source(cause);
    while let Some(cause) = source {
        words.push(cause.to_string());
        source = cause.source();
    }
    if words.is_empty() {
        words.push(if cause.is_timeout() { "there was no answer in time" } else { "it could not be sent" }.into());
    }
    HttpError::Failed(words.join(": "))
}
