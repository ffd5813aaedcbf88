//! One API: how it is asked. Only GET leaves here; every answer is bounded in time and size.

use std::{sync::Arc, time::Duration};

use bytes::BytesMut;
use reqwest::Url;
use serde::{Deserialize, de::DeserializeOwned};
use tokio::sync::Semaphore;

use runbook::{loose::Items, names::PathSegment};

use super::{
    ApiError, Product, Section,
    connect::{Access, Ready},
    error::{plain_sentence, said},
};
use crate::sources::{failure::FailureLog, figures::SourceFigures, remark, renewed::Renewed};

/// Questions that one host gets from Runlight at the same time. Its API serves few at once, and backups need it too.
const MAX_CONCURRENT_QUESTIONS: usize = 4;
/// Largest answer that is read, in bytes.
const MAX_BYTES: usize = 8 << 20;

/// An API with its bounds. The token is inside the client's headers, marked sensitive.
pub(in crate::sources) struct Connection {
    /// What it is.
    pub(in crate::sources) product: &'static Product,
    /// The section's name in the configuration.
    pub(in crate::sources) name: String,
    /// The node's name in Proxmox.
    pub(in crate::sources) node: String,
    /// `10.10.0.20:8006`, for sentences.
    pub(in crate::sources) address: String,
    pub(in crate::sources) timeout: Duration,
    pub(in crate::sources) log: FailureLog,
    pub(in crate::sources) figures: SourceFigures,
    url: Url,
    access: Access,
    /// Made when it is first needed, and anew when its files change or the token is not accepted any more.
    ready: Renewed<Ready>,
    permits: Semaphore,
}

#[derive(Deserialize)]
struct Envelope<T> {
    data: T,
    /// Of lists that are given in parts: how many there are in all.
    #[serde(default, deserialize_with = "runbook::loose::maybe_count")]
    total: Option<u64>,
}

impl Connection {
    pub(super) fn new(section: &Section<'_>, address: String, url: Url, access: Access, timeout: Duration) -> Self {
        Self {
            product: section.product,
            name: section.name.into(),
            node: section.node.into(),
            address,
            timeout,
            log: FailureLog::default(),
            figures: SourceFigures::default(),
            url,
            access,
            ready: Renewed::default(),
            permits: Semaphore::new(MAX_CONCURRENT_QUESTIONS),
        }
    }

    /// The `data` of an answer. `path` is given by parts, each of which has to be one part of a path.
    pub(in crate::sources) async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<T, ApiError> {
        Ok(self.ask(path, query).await?.data)
    }

    /// A list, entry by entry: one that cannot be read is left out, which the report says.
    pub(in crate::sources) async fn get_list<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Vec<T>, ApiError> {
        Ok(self.ask_list(path, query).await?.0)
    }

    /// A list that is given in parts, and how many there are in all.
    pub(in crate::sources) async fn get_part<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<(Vec<T>, Option<u64>), ApiError> {
        self.ask_list(path, query).await
    }

    async fn ask_list<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<(Vec<T>, Option<u64>), ApiError> {
        let Envelope { data, total } = self.ask::<Items<T>>(path, query).await?;
        if data.is_another_list() {
            return Err(ApiError::OtherList);
        }
        remark::left_out(&self.name, data.left_out);
        Ok((data.read, total))
    }

    async fn ask<T: DeserializeOwned>(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Envelope<T>, ApiError> {
        if let Some(part) = path.iter().find(|part| part.parse::<PathSegment>().is_err()) {
            return Err(ApiError::NoName((*part).to_owned()));
        }
        let mut url = self.url.clone();
        url.path_segments_mut().expect("the address has a host, so it has a path").extend(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let answer = async {
            // The semaphore is never closed; were it, going on without a permit would be the lesser harm.
            let _permit = self.permits.acquire().await.ok();
            let node = path.iter().position(|part| *part == "nodes").and_then(|at| path.get(at + 1));
            self.read(url, node.copied()).await
        };
        let limited =
            async { tokio::time::timeout(self.timeout, answer).await.map_err(|_| ApiError::TimedOut(self.timeout))? };
        let bytes = self.figures.count(limited, |error| matches!(error, ApiError::Answered { .. })).await?;
        Ok(serde_json::from_slice(&bytes)?)
    }

    /// The client, made of its files as they are now.
    fn ready(&self) -> Result<Arc<Ready>, ApiError> {
        self.ready.get(self.access.stamp(), || self.access.make()).map_err(ApiError::NotReady)
    }

    /// `runlight@pve!ro`: the token without its secret, for sentences.
    pub(in crate::sources) fn token_id(&self) -> String {
        match self.ready() {
            Ok(ready) => ready.token_id.clone(),
            Err(_) => format!("of {}", self.name),
        }
    }

    async fn read(&self, url: Url, node: Option<&str>) -> Result<BytesMut, ApiError> {
        let mut response = self.ready()?.client.get(url).send().await.map_err(reqwest::Error::without_url)?;
        let code = response.status().as_u16();
        if code == 401 {
            self.ready.forget();
        }
        // Proxmox VE says why in the status line; HTTP/2 and many proxies have none.
        let phrase = response.extensions().get::<hyper::ext::ReasonPhrase>().cloned();
        let mut bytes = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(reqwest::Error::without_url)? {
            if bytes.len() + chunk.len() > MAX_BYTES {
                return Err(ApiError::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        if code == 200 {
            return Ok(bytes);
        }
        let said = said(&bytes).or_else(|| plain_sentence(&String::from_utf8_lossy(phrase.as_ref()?.as_bytes())));
        Err(ApiError::Answered { code, said, node: node.map(str::to_owned) })
    }
}
