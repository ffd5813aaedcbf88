//! One Proxmox VE API: how it is asked. Only GET leaves here; every answer is bounded in time and size.

use std::time::Duration;

use bytes::BytesMut;
use reqwest::{Client, Url};
use serde::{Deserialize, de::DeserializeOwned};
use tokio::sync::Semaphore;

use super::error::ProxmoxError;
use crate::sources::failure::FailureLog;

/// Questions that one host gets from Runlight at the same time. Its API serves few at once, and backups need it too.
const MAX_CONCURRENT_QUESTIONS: usize = 4;
/// Largest answer that is read, in bytes.
const MAX_BYTES: usize = 8 << 20;

/// A client with its bounds. The token is inside the client's headers, marked sensitive.
pub(super) struct Connection {
    /// The section's name in the configuration.
    pub(super) name: String,
    /// The node's name in Proxmox.
    pub(super) node: String,
    /// `10.10.0.20:8006`, for sentences.
    pub(super) address: String,
    /// `runlight@pve!ro`: the token without its secret.
    pub(super) token_id: String,
    pub(super) timeout: Duration,
    pub(super) log: FailureLog,
    url: Url,
    client: Client,
    permits: Semaphore,
}

#[derive(Deserialize)]
struct Envelope<T> {
    data: T,
}

impl Connection {
    pub(super) fn new(
        name: &str,
        node: String,
        address: String,
        token_id: String,
        url: Url,
        client: Client,
        timeout: Duration,
    ) -> Self {
        Self {
            name: name.into(),
            node,
            address,
            token_id,
            timeout,
            log: FailureLog::default(),
            url,
            client,
            permits: Semaphore::new(MAX_CONCURRENT_QUESTIONS),
        }
    }

    /// The `data` of an answer. `path` is given by parts, each of which may hold any character.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<T, ProxmoxError> {
        let mut url = self.url.clone();
        url.path_segments_mut().expect("the address has a host, so it has a path").extend(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let answer = async {
            // The semaphore is never closed; were it, going on without a permit would be the lesser harm.
            let _permit = self.permits.acquire().await.ok();
            self.read(url).await
        };
        let bytes =
            tokio::time::timeout(self.timeout, answer).await.map_err(|_| ProxmoxError::TimedOut(self.timeout))??;
        let envelope: Envelope<T> = serde_json::from_slice(&bytes)?;
        Ok(envelope.data)
    }

    async fn read(&self, url: Url) -> Result<BytesMut, ProxmoxError> {
        let mut response = self.client.get(url).send().await.map_err(reqwest::Error::without_url)?;
        let code = response.status().as_u16();
        let mut bytes = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(reqwest::Error::without_url)? {
            if bytes.len() + chunk.len() > MAX_BYTES {
                return Err(ProxmoxError::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        if code == 200 { Ok(bytes) } else { Err(ProxmoxError::Answered { code }) }
    }
}
