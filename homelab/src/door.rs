//! The door of one simulated API: who has asked it what, what it is made to do wrong, and which of its answers go on.

use std::{collections::VecDeque, sync::Mutex};

use axum::extract::Request;
use http::{Method, header};
use tokio::sync::watch;

use super::lock;

/// Requests that are remembered.
const REMEMBERED: usize = 8_192;

/// A request that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// How.
    pub method: Method,
    /// The path.
    pub path: String,
    /// The query as it was sent; empty when there is none.
    pub query: String,
    /// Whose token it carried, as the homelab's accounts are called; `nobody` without one that is known.
    pub caller: &'static str,
}

/// One API's door.
pub(super) struct Door {
    /// The account whose token opens it.
    account: &'static str,
    token: String,
    /// Every request gets this HTTP status in place of an answer.
    status: Mutex<Option<u16>>,
    /// Whether answers wait.
    is_held: watch::Sender<bool>,
    asked: Mutex<VecDeque<Asked>>,
    streams: watch::Sender<Vec<String>>,
}

/// An answer that goes on for as long as this is held.
pub(super) struct OpenStream {
    path: String,
    streams: watch::Sender<Vec<String>>,
}

impl Door {
    /// A door that this account opens with its token.
    pub(super) fn new(account: &'static str, token: &str) -> Self {
        Self {
            account,
            token: token.to_owned(),
            status: Mutex::default(),
            is_held: watch::Sender::new(false),
            asked: Mutex::default(),
            streams: watch::Sender::default(),
        }
    }

    /// Takes note of a request and lets it wait while answers are held; the status that it gets in place of an answer.
    pub(super) fn enter<'a>(&'a self, request: &Request) -> impl Future<Output = Option<u16>> + Send + use<'a> {
        self.remember(request);
        async {
            // The sender lives as long as the door, so waiting cannot fail.
            let _ = self.is_held.subscribe().wait_for(|is_held| !is_held).await;
            *lock(&self.status)
        }
    }

    fn remember(&self, request: &Request) {
        let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let is_known = given.is_some_and(|given| given.ends_with(&self.token));
        let asked = Asked {
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            caller: if is_known { self.account } else { "nobody" },
        };
        let mut all = lock(&self.asked);
        if all.len() == REMEMBERED {
            all.pop_front();
        }
        all.push_back(asked);
    }

    /// What has been asked, oldest first.
    pub(super) fn asked(&self) -> Vec<Asked> {
        lock(&self.asked).iter().cloned().collect()
    }

    pub(super) fn hold(&self, is_held: bool) {
        self.is_held.send_replace(is_held);
    }

    pub(super) fn answer_with(&self, status: Option<u16>) {
        *lock(&self.status) = status;
    }

    /// Takes note of an answer that goes on.
    pub(super) fn begin_stream(&self, path: String) -> OpenStream {
        self.streams.send_modify(|open| open.push(path.clone()));
        OpenStream { path, streams: self.streams.clone() }
    }

    /// The paths of answers that go on, now and at every change.
    pub(super) fn streams(&self) -> watch::Receiver<Vec<String>> {
        self.streams.subscribe()
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.streams.send_modify(|open| {
            if let Some(at) = open.iter().position(|path| *path == self.path) {
                open.swap_remove(at);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use futures::FutureExt;

    use super::*;

    fn request(path: &str, authorization: &str) -> Request {
        let request = Request::get(path).header(header::AUTHORIZATION, authorization);
        request.body(Body::empty()).expect("a valid request")
    }

    #[tokio::test]
    async fn remembers_who_asked_what_and_lets_them_wait() {
        let door = Door::new("runlight", "x");
        assert_eq!(door.enter(&request("/a?b=c", "Bearer x")).await, None);
        door.answer_with(Some(403));
        door.hold(true);
        let guest = request("/d", "Bearer y");
        let mut entering = Box::pin(door.enter(&guest));
        assert_eq!(entering.as_mut().now_or_never(), None, "it waits");
        let seen: Vec<_> = door.asked().into_iter().map(|asked| (asked.path, asked.query, asked.caller)).collect();
        assert_eq!(
            seen,
            [("/a".into(), "b=c".into(), "runlight"), ("/d".to_owned(), String::new(), "nobody")],
            "and is known before it is answered"
        );
        door.hold(false);
        assert_eq!(entering.await, Some(403));
    }

    #[test]
    fn knows_which_answers_go_on() {
        let door = Door::new("runlight", "x");
        let streams = door.streams();
        let first = door.begin_stream("/a".into());
        let _second = door.begin_stream("/b".into());
        drop(first);
        assert_eq!(*streams.borrow(), ["/b"]);
    }

    #[tokio::test]
    async fn forgets_the_oldest() {
        let door = Door::new("runlight", "x");
        for number in 0..=REMEMBERED {
            door.enter(&request(&format!("/{number}"), "")).await;
        }
        assert_eq!((door.asked().len(), door.asked()[0].path.as_str()), (REMEMBERED, "/1"));
    }
}
