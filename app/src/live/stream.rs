//! The page's one event stream. It brings changed reports and the portal's time; when it falls silent the page says
//! so, keeps what it has, and tries again by itself.

use std::{cell::RefCell, time::Duration};

use leptos::prelude::*;
use runbook::time::Timestamp;
use serde::Deserialize;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

use super::{
    browser::all,
    context::{Link, Page},
};
use crate::{answer::PanelUpdate, panels::hands::patch::replace, paths};

/// The portal sends something every ten seconds; after this long it is not there.
const SILENCE_MS: i64 = 25_000;
/// Waits before trying again, in seconds, when the browser has given up.
const RETRY_S: [u64; 5] = [1, 2, 4, 8, 15];
/// Checks that are run one after another share one new stream.
const DEBOUNCE: Duration = Duration::from_millis(300);

thread_local! {
    static STREAM: RefCell<Stream> = RefCell::default();
}

/// What is known of the stream.
#[derive(Default)]
struct Stream {
    source: Option<EventSource>,
    checks: Vec<String>,
    heard_at: Option<Timestamp>,
    failures: usize,
    is_due: bool,
}

#[derive(Deserialize)]
struct Beat {
    now: Timestamp,
}

#[derive(Deserialize)]
struct Change {
    check: String,
    panel: PanelUpdate,
}

/// Opens the stream, and again whenever more checks have been run.
pub(super) fn open(page: Page) {
    Effect::new(move |_| {
        page.runs.track();
        connect_soon(page, DEBOUNCE, false);
    });
    let _ = set_interval_with_handle(move || watch_silence(page), Duration::from_secs(1));
}

fn connect_soon(page: Page, wait: Duration, is_again: bool) {
    let is_due = STREAM.with_borrow_mut(|stream| std::mem::replace(&mut stream.is_due, true));
    if is_due {
        return;
    }
    set_timeout(
        move || {
            let checks = shown(page);
            let is_needed = STREAM.with_borrow_mut(|stream| {
                stream.is_due = false;
                is_again || stream.source.is_none() || stream.checks != checks
            });
            if is_needed {
                connect(page, checks);
            }
        },
        wait,
    );
}

fn connect(page: Page, checks: Vec<String>) {
    let address = page.facts.with_value(|facts| {
        let bindings = facts.bindings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let labels = facts.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        paths::live(&facts.path, &facts.revision, checks.iter().map(String::as_str), bindings, labels)
    });
    let Ok(source) = EventSource::new(&address) else { return };
    listen(&source, "hello", move |data| beat(page, &data));
    listen(&source, "ping", move |data| beat(page, &data));
    listen(&source, "report", move |data| {
        heard(page, page.now());
        let Ok(change) = serde_json::from_str::<Change>(&data) else { return };
        match page.slot(&change.check) {
            Some(slot) => slot.settle(change.panel),
            None => place(&change),
        }
    });
    listen(&source, "edited", |words| super::browser::say_in("_edited", &words));
    let failed = Closure::<dyn FnMut()>::new(move || lost(page));
    source.set_onerror(Some(failed.as_ref().unchecked_ref()));
    failed.forget();
    let old = STREAM.with_borrow_mut(|stream| {
        stream.checks = checks;
        stream.source.replace(source)
    });
    if let Some(old) = old {
        old.set_onerror(None);
        old.close();
    }
}

fn listen(source: &EventSource, event: &str, act: impl Fn(String) + 'static) {
    let act = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(data) = event.data().as_string() {
            act(data);
        }
    });
    let _ = source.add_event_listener_with_callback(event, act.as_ref().unchecked_ref());
    act.forget();
}

/// Shows what belongs to no check: what fires, the state of the page's alert.
fn place(change: &Change) {
    for part in all(&["[data-live=", &change.check, "]"].concat()) {
        replace(&part, &change.panel.html);
    }
}

fn beat(page: Page, data: &str) {
    if let Ok(Beat { now }) = serde_json::from_str(data) {
        page.set_clock(now);
        heard(page, now);
    }
}

fn heard(page: Page, now: Timestamp) {
    STREAM.with_borrow_mut(|stream| {
        stream.heard_at = Some(now);
        stream.failures = 0;
    });
    if page.link.get_untracked() != Link::Live {
        page.link.set(Link::Live);
    }
}

/// The stream broke. The browser tries again by itself unless it was told no; then the page does.
fn lost(page: Page) {
    mark_stale(page);
    let retry = STREAM.with_borrow_mut(|stream| {
        let has_given_up = stream.source.as_ref().is_none_or(|source| source.ready_state() == EventSource::CLOSED);
        let wait = RETRY_S[stream.failures.min(RETRY_S.len() - 1)];
        stream.failures += 1;
        has_given_up.then_some(wait)
    });
    if let Some(seconds) = retry {
        connect_soon(page, Duration::from_secs(seconds), true);
    }
}

fn watch_silence(page: Page) {
    let heard_at = STREAM.with_borrow(|stream| stream.heard_at);
    if page.link.get_untracked() == Link::Live && heard_at.is_some_and(|at| page.now().ms_since(at) > SILENCE_MS) {
        mark_stale(page);
    }
}

/// Says since when nothing has been heard; a page that has never heard anything is as old as its making.
fn mark_stale(page: Page) {
    let since =
        STREAM.with_borrow(|stream| stream.heard_at).unwrap_or_else(|| page.facts.with_value(|facts| facts.now));
    if !matches!(page.link.get_untracked(), Link::Stale(_)) {
        page.link.set(Link::Stale(since));
    }
}

/// Checks whose reports the page shows or has asked for.
fn shown(page: Page) -> Vec<String> {
    let runs = page.runs.get_untracked();
    page.slots.with_value(|slots| {
        let shown = slots.iter().filter(|slot| {
            slot.brief.with_untracked(|brief| brief.word.has_run()) || slot.id.with_value(|id| runs.contains(id))
        });
        shown.map(|slot| slot.id.get_value()).collect()
    })
}
