//! Asks the portal by the door for assistants: where the runbook is, then its verdict.

use std::{path::Path, time::Duration};

use futures::StreamExt;
use reqwest::{Client, redirect::Policy};
use serde_json::{Value, json};

use super::Place;

/// Largest answer that is read, in bytes.
const MAX_ANSWER_BYTES: usize = 1 << 20;
/// How long an answer may take: the portal has a limit of its own, and says so.
const PATIENCE: Duration = Duration::from_secs(90);

/// A verdict as text.
pub(super) struct Told {
    pub(super) text: String,
    /// Whether it could be judged.
    pub(super) is_known: bool,
}

/// The token of a file, else of the environment.
pub(super) fn token(file: Option<&Path>) -> Result<Option<String>, String> {
    let text = match file {
        Some(file) => {
            Some(std::fs::read_to_string(file).map_err(|cause| format!("{} cannot be read: {cause}", file.display()))?)
        }
        None => std::env::var("RUNLIGHT_TOKEN").ok(),
    };
    match text.as_deref().map(str::trim) {
        None | Some("") => Ok(None),
        Some(token) if token.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(Some(token.to_owned())),
        Some(_) => Err("the token is not one word on one line".into()),
    }
}

/// The verdict on a pod, by the runbook that is named or found.
pub(super) async fn verdict(place: &Place, token: Option<&str>) -> Result<Told, String> {
    let is_safe = place.portal.is_https() || place.portal.authority().is_loopback();
    if token.is_some() && !is_safe {
        return Err(format!("a token would be sent in the clear to {}. Use its https:// address.", place.portal));
    }
    // Another part of the process may have chosen it already; it is the same one.
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().timeout(PATIENCE).redirect(Policy::none()).build();
    let client = client.map_err(|error| format!("no client can be made: {error}"))?;
    let portal = Portal { client, address: place.portal.with_path("/mcp"), token };
    let values: Value = place.values.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let path = match &place.runbook {
        Some(path) => path.to_string(),
        None => {
            let mut labels = values.clone();
            if let Some(alert) = &place.alert {
                labels["alertname"] = json!(alert);
            }
            let found = portal.call("find_runbook", json!({"labels": labels})).await?;
            let path = found["structuredContent"]["path"].as_str().map(str::to_owned);
            path.ok_or_else(|| format!("{}Name one with --runbook.", text_of(&found)))?
        }
    };
    let judged = portal.call("verdict", json!({"path": path, "bindings": values})).await?;
    let is_known = judged["_meta"]["runlight/outcome"] != "unknown";
    Ok(Told { text: text_of(&judged).to_owned(), is_known })
}

struct Portal<'t> {
    client: Client,
    address: String,
    token: Option<&'t str>,
}

impl Portal<'_> {
    /// What a tool answers; an error is one sentence.
    async fn call(&self, tool: &str, arguments: Value) -> Result<Value, String> {
        let params = json!({"name": tool, "arguments": arguments});
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
        let request = self.client.post(&self.address).header("accept", "application/json, text/event-stream");
        let request = request.header("content-type", "application/json").body(message.to_string());
        let request = match self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let response = request.send().await.map_err(|error| {
            format!("{} cannot be asked: {}. Is the portal there?", self.address, crate::sources::chain(&error))
        })?;
        let status = response.status();
        match status.as_u16() {
            200 => {}
            401 => return Err(format!("{} wants a token: set RUNLIGHT_TOKEN, or give --token-file.", self.address)),
            403 => return Err(format!("{} does not take this token: it needs the scope mcp.", self.address)),
            _ => return Err(format!("{} answered {status}. Is this the portal's address?", self.address)),
        }
        let body = read(response).await?;
        let answer: Value =
            serde_json::from_slice(&body).map_err(|_| format!("{} did not answer in JSON.", self.address))?;
        let result = &answer["result"];
        match (result["isError"] == true, result["content"][0]["text"].as_str()) {
            (true, Some(words)) => Err(words.trim_end().to_owned()),
            (false, Some(_)) => Ok(result.clone()),
            _ => Err(answer["error"]["message"].as_str().unwrap_or("the portal gave no answer").to_owned()),
        }
    }
}

async fn read(response: reqwest::Response) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    let mut parts = response.bytes_stream();
    while let Some(part) = parts.next().await {
        let part = part.map_err(|error| format!("the answer broke off: {}", crate::sources::chain(&error)))?;
        if body.len() + part.len() > MAX_ANSWER_BYTES {
            return Err(format!("the answer has more than {MAX_ANSWER_BYTES} bytes"));
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}

fn text_of(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap_or("")
}
