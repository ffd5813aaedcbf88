//! The watch itself: a paged list, then changes, for ever. Recovers from everything that passes: expired versions,
//! restarted API servers, cut networks. Says so while it does.

use std::{sync::Arc, time::Duration};

use runbook::time::Timestamp;
use serde::Deserialize;

use super::{
    PodCache, PodChange, PodWatchState,
    set::PodSet,
    trim::{Shared, trim},
    wire::{PodList, WireMeta, WirePod},
};
use crate::{
    clock::Clock,
    sources::{
        cluster::{
            connection::{Asked, Connection},
            error::ClusterError,
            lines::{Lines, Overlong},
            path::ApiPath,
        },
        failure::SourceFailure,
    },
};

/// Pods of one page of the first list.
const PAGE_SIZE: usize = 500;
/// Largest page, in bytes: 500 pods are some 5 MB.
const MAX_PAGE_BYTES: usize = 64 << 20;
/// Largest single change, in bytes; etcd holds no larger object.
const MAX_EVENT_BYTES: usize = 8 << 20;
/// Time after which the API server ends a watch by itself, so that a half-dead one cannot last.
const WATCH_SECONDS: u64 = 290;
/// Silence after which the API server is asked whether it is still there.
const QUIET: Duration = Duration::from_secs(15);
/// Changes are published together for this long.
const BATCH: Duration = Duration::from_millis(50);
/// Most changes published together.
const MAX_BATCH: usize = 1_024;
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// Watches until dropped.
pub(in crate::sources::cluster) async fn run(connection: Arc<Connection>, cache: Arc<PodCache>, clock: Clock) {
    let words = format!("Pods of {}", connection.name);
    let asked = Asked::new(words, "list", "pods", None);
    let watch = Watch { asked, connection, cache, clock };
    let mut shared = Shared::default();
    let mut pause = FIRST_PAUSE;
    let mut version = None;
    loop {
        let end = match version.take() {
            None => watch.list(&mut shared).await.map(|listed| version = Some(listed)),
            Some(from) => {
                let mut reached = from;
                let end = watch.follow(&mut reached, &mut shared).await;
                // An answer that says no makes the version suspect: a restarted API server may not know it.
                if !matches!(end, Err(ClusterError::Answered { .. } | ClusterError::Unreadable(_))) {
                    version = Some(reached);
                }
                end
            }
        };
        match end {
            Ok(()) => pause = FIRST_PAUSE,
            Err(error) if error.is_expired() => {
                tracing::debug!(cluster = %watch.connection.name, "the watch's version expired; listing anew");
                pause = FIRST_PAUSE;
                tokio::time::sleep(BATCH).await;
            }
            Err(error) => {
                watch.tell_failure(watch.connection.failure(&watch.asked, error));
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

struct Watch {
    connection: Arc<Connection>,
    cache: Arc<PodCache>,
    clock: Clock,
    asked: Asked,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "object", rename_all = "UPPERCASE")]
enum Event {
    Added(WirePod),
    Modified(WirePod),
    Deleted(WirePod),
    Bookmark(WirePod),
}

/// The API server's reason to end a watch.
#[derive(Deserialize)]
struct Failure {
    r#type: String,
    object: kube::core::Status,
}

fn read_event(line: &[u8]) -> Result<Event, ClusterError> {
    let error = match serde_json::from_slice::<Event>(line) {
        Ok(event) => return Ok(event),
        Err(error) => error,
    };
    if let Ok(Failure { r#type, object }) = serde_json::from_slice(line)
        && r#type == "ERROR"
    {
        return Err(ClusterError::Answered { code: object.code, reason: object.reason, message: object.message });
    }
    // A pod that cannot be read hides no other: the watch goes on behind it, and what was known of it stays.
    match serde_json::from_slice(line) {
        Ok(Odd { object }) if !object.metadata.resource_version.is_empty() => {
            Ok(Event::Bookmark(WirePod { metadata: object.metadata, ..WirePod::default() }))
        }
        _ => Err(error.into()),
    }
}

/// A change of an object that is like a pod only in what every object has.
#[derive(Deserialize)]
struct Odd {
    object: OddObject,
}

#[derive(Deserialize)]
struct OddObject {
    metadata: WireMeta,
}

impl Watch {
    /// Reads the whole list by pages and publishes it at once. Gives the version to watch from.
    async fn list(&self, shared: &mut Shared) -> Result<String, ClusterError> {
        let before = self.cache.view().pods;
        let now = self.clock.now();
        let mut pods = PodSet::default();
        let (mut next_page, mut left_out) = (None, 0);
        let version = loop {
            let path = ApiPath::fixed("/api/v1/pods").with("limit", PAGE_SIZE).with_some("continue", next_page);
            let page = self.connection.get(&path, "application/json", MAX_PAGE_BYTES).await?;
            let page = PodList::read(&page)?;
            left_out += page.left_out;
            for pod in page.items {
                let known = before.get(&pod.metadata.namespace, &pod.metadata.name);
                pods.insert(trim(pod, known.map(|known| &**known), now, shared));
            }
            match page.metadata.continue_token.filter(|token| !token.is_empty()) {
                None => break page.metadata.resource_version,
                Some(token) => {
                    self.tell_progress(pods.len(), page.metadata.remaining_item_count);
                    next_page = Some(token);
                }
            }
        };
        // What ended while the watch was broken. The very first list is looked through by whoever wants to know.
        let was_watching = self.cache.view().watching_since.is_some();
        let ends: Vec<PodChange> = match was_watching {
            true => pods.iter().filter_map(|pod| PodChange::of(before.get(&pod.namespace, &pod.name), pod)).collect(),
            false => Vec::new(),
        };
        drop(before);
        self.hear();
        let now = self.clock.now();
        self.cache.change(|view| {
            view.pods = Arc::new(pods);
            view.left_out = left_out;
            view.watching_since = view.watching_since.or(Some(now));
            view.state = live(view.watching_since.unwrap_or(now));
        });
        ends.into_iter().for_each(|end| self.cache.tell_end(end));
        shared.sweep();
        Ok(version)
    }

    /// Takes changes from a version on until the watch ends. `Ok` is the end that the API server sets by itself.
    async fn follow(&self, version: &mut String, shared: &mut Shared) -> Result<(), ClusterError> {
        let path = ApiPath::fixed("/api/v1/pods?watch=true&allowWatchBookmarks=true")
            .with("timeoutSeconds", WATCH_SECONDS)
            .with("resourceVersion", &*version);
        let response = self.connection.open(&path, "application/json").await?;
        self.hear();
        self.tell_live();
        let mut lines = Lines::new(response.into_body(), MAX_EVENT_BYTES, Overlong::Fails);
        loop {
            let Ok(line) = tokio::time::timeout(QUIET, lines.next()).await else {
                self.probe().await?;
                continue;
            };
            self.hear();
            let Some(line) = line else { return Ok(()) };
            let mut events = vec![read_event(&line?)?];
            let until = tokio::time::Instant::now() + BATCH;
            let mut end = None;
            while events.len() < MAX_BATCH && end.is_none() {
                match tokio::time::timeout_at(until, lines.next()).await {
                    Err(_) => break,
                    Ok(None) => end = Some(Ok(())),
                    Ok(Some(line)) => match line.and_then(|line| read_event(&line)) {
                        Ok(event) => events.push(event),
                        Err(error) => end = Some(Err(error)),
                    },
                }
            }
            self.apply(events, version, shared);
            if let Some(end) = end {
                return end;
            }
        }
    }

    /// Asks the API server for a sign of life. Any answer is one, a refusal too.
    async fn probe(&self) -> Result<(), ClusterError> {
        match self.connection.open(&ApiPath::fixed("/version"), "application/json").await {
            Ok(_) | Err(ClusterError::Answered { .. }) => {
                self.hear();
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn hear(&self) {
        self.cache.hear(self.clock.now());
    }

    fn apply(&self, mut events: Vec<Event>, version: &mut String, shared: &mut Shared) {
        if let Some(Event::Added(pod) | Event::Modified(pod) | Event::Deleted(pod) | Event::Bookmark(pod)) =
            events.last_mut()
        {
            version.clone_from(&pod.metadata.resource_version);
        }
        events.retain(|event| !matches!(event, Event::Bookmark(_)));
        if events.is_empty() {
            return;
        }
        let now = self.clock.now();
        let mut ends = Vec::new();
        self.cache.change(|view| {
            let pods = Arc::make_mut(&mut view.pods);
            for event in events {
                match event {
                    Event::Added(pod) | Event::Modified(pod) => {
                        let known = pods.get(&pod.metadata.namespace, &pod.metadata.name).cloned();
                        let pod = pods.insert(trim(pod, known.as_deref(), now, shared));
                        ends.extend(PodChange::of(known.as_ref(), &pod));
                    }
                    Event::Deleted(pod) => pods.remove(&pod.metadata.namespace, &pod.metadata.name),
                    Event::Bookmark(_) => {}
                }
            }
        });
        ends.into_iter().for_each(|end| self.cache.tell_end(end));
    }

    fn tell_progress(&self, read: usize, remaining: Option<u64>) {
        let total = remaining.and_then(|remaining| usize::try_from(remaining).ok()).map(|remaining| read + remaining);
        self.cache.change(|view| {
            if view.watching_since.is_none() {
                view.state = PodWatchState::Loading { read, total };
            }
        });
    }

    fn tell_live(&self) {
        self.cache.change(|view| view.state = live(view.watching_since.unwrap_or_else(|| self.clock.now())));
    }

    fn tell_failure(&self, failure: SourceFailure) {
        let since = self.cache.heard_at().unwrap_or_else(|| self.clock.now());
        self.cache.change(|view| {
            view.state = match (&view.state, view.watching_since) {
                (_, None) => PodWatchState::Failed(failure),
                (PodWatchState::Stale { since, .. }, _) => PodWatchState::Stale { since: *since, failure },
                (_, Some(_)) => PodWatchState::Stale { since, failure },
            };
        });
    }
}

fn live(since: Timestamp) -> PodWatchState {
    PodWatchState::Live { since }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_on_behind_a_pod_that_cannot_be_read() {
        let odd =
            br#"{"type":"MODIFIED","object":{"metadata":{"name":"a","resourceVersion":"12"},"spec":{"containers":7}}}"#;
        let Ok(Event::Bookmark(pod)) = read_event(odd) else { panic!("the version is lost") };
        assert_eq!(pod.metadata.resource_version, "12");
        let expired = br#"{"type":"ERROR","object":{"kind":"Status","metadata":{},"code":410,"reason":"Expired","message":"old"}}"#;
        assert!(read_event(expired).is_err_and(|error| error.is_expired()));
        assert!(read_event(br#"{"type":"ADDED","object":7}"#).is_err());
    }
}
