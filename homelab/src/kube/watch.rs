//! Watches: an answer that goes on, one JSON object a line.

use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::{Body, Bytes},
    response::{IntoResponse, Response},
};
use futures::stream;
use http::{StatusCode, header};
use serde_json::{Value, json};
use tokio::sync::watch::Receiver;

use super::{Query, TICK, kinds::Kind, path::Address, select::Selection, status::Status, table, table::Format};
use crate::{
    cluster::{
        Cluster,
        store::{Change, Expired},
    },
    door::OpenStream,
    faults::Expiry,
    lock,
};

/// The real server sends a bookmark about once a minute; somebody who watches a demo has less patience.
const BOOKMARK_EVERY: Duration = Duration::from_secs(10);

/// Begins a watch.
pub(super) fn answer(
    cluster: &Arc<Cluster>,
    (path, address): (&str, &Address),
    query: &Query,
    format: Format,
) -> Result<Response, Status> {
    let mut selection_query = query.clone();
    if let Some(name) = address.name {
        let fields = selection_query.entry("fieldSelector".to_owned()).or_default();
        *fields = format!("{fields},metadata.name={name}");
    }
    let wants = |name: &str| query.get(name).is_some_and(|value| value == "true" || value == "1");
    let timeout_s = query.get("timeoutSeconds").and_then(|text| text.parse::<u64>().ok()).unwrap_or(1_800);
    let mut feed = Feed {
        cluster: Arc::clone(cluster),
        kind: address.kind,
        namespace: address.namespace.map(str::to_owned),
        selection: Selection::parse(&selection_query, address.kind)?,
        format,
        wants_bookmarks: wants("allowWatchBookmarks"),
        changed: cluster.follow(),
        seen: 0,
        ready: VecDeque::new(),
        ends_at: Instant::now() + Duration::from_secs(timeout_s),
        bookmark_at: Instant::now() + BOOKMARK_EVERY,
        has_ended: false,
        _stream: cluster.door.begin_stream(path.to_owned()),
    };
    match query.get("resourceVersion").map(String::as_str) {
        // A streaming list asks for version 0, too, but wants to hear where it ends.
        _ if wants("sendInitialEvents") => feed.begin_with_all(true),
        None | Some("" | "0") => feed.begin_with_all(false),
        Some(text) => {
            let version: u64 = text.parse().map_err(|_| Status::invalid_version(text))?;
            feed.begin_after(version)?;
        }
    }
    let lines =
        stream::unfold(feed, |mut feed| async move { feed.next().await.map(|line| (Ok::<_, Infallible>(line), feed)) });
    Ok((StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], Body::from_stream(lines)).into_response())
}

/// What one client is still to be told.
struct Feed {
    cluster: Arc<Cluster>,
    kind: &'static Kind,
    namespace: Option<String>,
    selection: Selection,
    format: Format,
    wants_bookmarks: bool,
    changed: Receiver<u64>,
    /// Changes up to this version have been considered.
    seen: u64,
    ready: VecDeque<Bytes>,
    ends_at: Instant,
    bookmark_at: Instant,
    has_ended: bool,
    _stream: OpenStream,
}

impl Feed {
    /// Tells of every object that there is, then goes on.
    fn begin_with_all(&mut self, ends_with_bookmark: bool) {
        let cluster = Arc::clone(&self.cluster);
        let inside = cluster.look();
        self.seen = inside.store.version();
        let namespace = self.namespace.clone();
        for (_, object) in inside.store.list(self.kind.plural, namespace.as_deref()) {
            if self.selection.matches(object) {
                self.push("ADDED", object);
            }
        }
        if ends_with_bookmark {
            self.push_bookmark(json!({ "k8s.io/initial-events-end": "true" }));
        }
    }

    /// Goes on after a version that the client knows.
    fn begin_after(&mut self, version: u64) -> Result<(), Status> {
        let newest = {
            let inside = self.cluster.look();
            inside
                .store
                .changes_after(version)
                .map(|_| inside.store.version())
                .map_err(|Expired| inside.store.version())
        };
        self.seen = version;
        let Err(newest) = newest else { return Ok(()) };
        let status = Status::expired(&format!("too old resource version: {version} ({newest})"));
        match *lock(&self.cluster.expiry) {
            Expiry::AsStatus => return Err(status),
            Expiry::AsEvent => self.ready.push_back(line(&json!({ "type": "ERROR", "object": status.into_body() }))),
        }
        self.has_ended = true;
        Ok(())
    }

    /// The next line; none when the watch is over.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(line) = self.ready.pop_front() {
                return Some(line);
            }
            if self.has_ended {
                return None;
            }
            self.changed.mark_unchanged();
            self.collect();
            if !self.ready.is_empty() || self.has_ended {
                continue;
            }
            let now = Instant::now();
            if now >= self.ends_at {
                self.has_ended = true;
                self.push_bookmark(json!({}));
            } else if now >= self.bookmark_at {
                self.bookmark_at = now + BOOKMARK_EVERY;
                self.push_bookmark(json!({}));
            } else {
                let pause = self.ends_at.min(self.bookmark_at).saturating_duration_since(now).max(TICK);
                // Both ends of the wait lead to another look.
                let _woken_or_not = tokio::time::timeout(pause, self.changed.changed()).await;
            }
        }
    }

    /// Takes up what has changed.
    fn collect(&mut self) {
        let cluster = Arc::clone(&self.cluster);
        let inside = cluster.look();
        match inside.store.changes_after(self.seen) {
            Ok(changes) => changes.for_each(|change| self.consider(change)),
            Err(Expired) => self.has_ended = true,
        }
        self.seen = inside.store.version();
    }

    fn consider(&mut self, change: &Change) {
        let is_in_sight = change.key.plural == self.kind.plural
            && self.namespace.as_ref().is_none_or(|namespace| *namespace == change.key.namespace);
        if !is_in_sight {
            return;
        }
        let was_wanted = change.before.as_ref().is_some_and(|before| self.selection.matches(before));
        let is_wanted = !change.is_deletion && self.selection.matches(&change.object);
        match (was_wanted, is_wanted) {
            (false, true) => self.push("ADDED", &change.object),
            (true, true) => self.push("MODIFIED", &change.object),
            (true, false) => self.push("DELETED", &change.object),
            (false, false) => {}
        }
    }

    fn push(&mut self, what: &str, object: &Arc<Value>) {
        let shown = match self.format {
            Format::Objects => Value::clone(object),
            Format::Table(kept) => {
                let meta = json!({ "resourceVersion": object["metadata"]["resourceVersion"] });
                table::of(self.kind, meta, std::slice::from_ref(object), kept, self.cluster.clock.now())
            }
        };
        self.ready.push_back(line(&json!({ "type": what, "object": shown })));
    }

    fn push_bookmark(&mut self, annotations: Value) {
        if !self.wants_bookmarks {
            return;
        }
        let mut metadata = json!({ "resourceVersion": self.seen.to_string(), "creationTimestamp": null });
        if annotations.as_object().is_some_and(|some| !some.is_empty()) {
            metadata["annotations"] = annotations;
        }
        let object = match self.format {
            Format::Objects => {
                json!({ "kind": self.kind.kind, "apiVersion": self.kind.api_version(), "metadata": metadata })
            }
            Format::Table(_) => table::of(self.kind, metadata, &[], table::Kept::Nothing, self.cluster.clock.now()),
        };
        self.ready.push_back(line(&json!({ "type": "BOOKMARK", "object": object })));
    }
}

fn line(value: &Value) -> Bytes {
    Bytes::from(format!("{value}\n"))
}
