//! One API server: how it is asked. Only GET leaves here, and reviews, which create nothing; every answer is bounded in
//! time and size.

use std::{sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use http::{
    Request, Response,
    header::{ACCEPT, CONTENT_TYPE, DATE},
};
use http_body_util::BodyExt;
use kube::client::{Body, Client};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{
    error::ClusterError,
    link::{Link, Target, Trouble},
    path::ApiPath,
    review::Review,
    section::Section,
};
use crate::sources::{failure::FailureLog, figures::SourceFigures};

/// Questions that one API server gets from Runlight at the same time, watches and followed logs not counted.
const MAX_CONCURRENT_QUESTIONS: usize = 8;
/// Largest failure body that is read.
const MAX_STATUS_BYTES: usize = 64 << 10;
/// Largest answer to a review.
const MAX_REVIEW_BYTES: usize = 4 << 20;

/// A client with its bounds.
pub(super) struct Connection {
    /// The cluster's name in the configuration.
    pub(super) name: String,
    /// Time that an answer may take.
    pub(super) timeout: Duration,
    pub(super) log: FailureLog,
    pub(super) figures: SourceFigures,
    link: Link,
    permits: Semaphore,
}

/// What is asked, in words and as a permission, for failures.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// "Pods of homelab-prod".
    pub(super) words: String,
    /// What it takes.
    pub(super) permission: Permission,
}

/// A rule of Kubernetes' access control.
#[derive(Debug, Clone)]
pub(super) struct Permission {
    /// `list`.
    pub(super) verb: &'static str,
    /// `pods`, `certificates.cert-manager.io`.
    pub(super) resource: String,
    /// One namespace, or all.
    pub(super) namespace: Option<String>,
}

impl Asked {
    pub(super) fn new(words: String, verb: &'static str, resource: &str, namespace: Option<&str>) -> Self {
        let permission = Permission { verb, resource: resource.into(), namespace: namespace.map(str::to_owned) };
        Self { words, permission }
    }
}

impl Connection {
    pub(super) fn new(section: Section) -> Self {
        Self {
            name: section.name.clone(),
            timeout: section.timeout,
            log: FailureLog::default(),
            figures: SourceFigures::default(),
            link: Link::open(section),
            permits: Semaphore::new(MAX_CONCURRENT_QUESTIONS),
        }
    }

    /// Where the API server is, as far as the kubeconfig could be read.
    pub(super) fn target(&self) -> Option<Arc<Target>> {
        self.link.target()
    }

    /// The whole answer to a GET, within time and size.
    pub(super) async fn get(&self, path: &ApiPath, accept: &str, max_bytes: usize) -> Result<Bytes, ClusterError> {
        let client = self.client().await?;
        let answer = async {
            let _permit = self.permit().await;
            let response = self.send(client, path, accept).await?;
            read(response.into_body(), max_bytes).await
        };
        self.within(answer).await
    }

    /// The whole answer to a GET, and what the server's clock showed.
    pub(super) async fn get_dated(&self, path: &ApiPath) -> Result<(Bytes, Option<String>), ClusterError> {
        let client = self.client().await?;
        let answer = async {
            let _permit = self.permit().await;
            let response = self.send(client, path, "application/json").await?;
            let date = response.headers().get(DATE).and_then(|date| date.to_str().ok()).map(str::to_owned);
            Ok((read(response.into_body(), MAX_STATUS_BYTES).await?, date))
        };
        self.within(answer).await
    }

    /// A GET whose body goes on: a watch or a followed log. The time limit counts up to the answer's head.
    pub(super) async fn open(&self, path: &ApiPath, accept: &str) -> Result<Response<Body>, ClusterError> {
        let client = self.client().await?;
        self.within(self.send(client, path, accept)).await
    }

    /// The answer to a review: a question that the API takes as a POST and does not store.
    pub(super) async fn review(&self, review: Review, body: String) -> Result<Bytes, ClusterError> {
        let client = self.client().await?;
        let answer = async {
            let _permit = self.permit().await;
            let request = Request::post(review.path())
                .header(CONTENT_TYPE, "application/json")
                .header(ACCEPT, "application/json")
                .body(Body::from(body.into_bytes()))
                .map_err(kube::Error::HttpError)?;
            read(self.answer(client, request).await?.into_body(), MAX_REVIEW_BYTES).await
        };
        self.within(answer).await
    }

    /// The client, or why there is none: a wait that has its own limit and is none for the API server.
    async fn client(&self) -> Result<Client, ClusterError> {
        self.link.client().await.map_err(|Trouble { kind, reason, remedy }| ClusterError::NotAsked {
            kind,
            reason,
            remedy,
        })
    }

    async fn within<T>(&self, answer: impl Future<Output = Result<T, ClusterError>>) -> Result<T, ClusterError> {
        let limited = async {
            tokio::time::timeout(self.timeout, answer).await.map_err(|_| ClusterError::TimedOut(self.timeout))?
        };
        let is_word = |error: &ClusterError| matches!(error, ClusterError::Answered { .. });
        self.figures.count(limited, is_word).await
    }

    async fn permit(&self) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed; were it, going on without a permit would be the lesser harm.
        self.permits.acquire().await.ok()
    }

    async fn send(&self, client: Client, path: &ApiPath, accept: &str) -> Result<Response<Body>, ClusterError> {
        let request = Request::get(path.as_str()).header(ACCEPT, accept).body(Body::empty());
        let request = request.map_err(kube::Error::HttpError)?;
        self.answer(client, request).await
    }

    async fn answer(&self, client: Client, request: Request<Body>) -> Result<Response<Body>, ClusterError> {
        let response = client.send(request).await?;
        let code = response.status().as_u16();
        if code < 300 {
            return Ok(response);
        }
        if code == 401 {
            self.link.renew();
        }
        let body = match read(response.into_body(), MAX_STATUS_BYTES).await {
            Ok(bytes) => bytes,
            // The status alone says enough; its body is a courtesy.
            Err(_) => Bytes::new(),
        };
        Err(answered(code, &body))
    }
}

/// A failure's body: the API's `Status`, or whatever stood in its place.
fn answered(code: u16, body: &[u8]) -> ClusterError {
    match serde_json::from_slice::<kube::core::Status>(body) {
        Ok(status) => ClusterError::Answered { code, reason: status.reason, message: status.message },
        Err(_) => {
            ClusterError::Answered { code, reason: String::new(), message: String::from_utf8_lossy(body).into_owned() }
        }
    }
}

async fn read(mut body: Body, max_bytes: usize) -> Result<Bytes, ClusterError> {
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame?.into_data() {
            if bytes.len() + data.len() > max_bytes {
                return Err(ClusterError::TooLarge { limit_bytes: max_bytes });
            }
            bytes.extend_from_slice(&data);
        }
    }
    Ok(bytes.freeze())
}
