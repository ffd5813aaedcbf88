//! The search field of every page: results under it as somebody types, and the keys between them. Enter in the field
//! sends its form, which is what searching is without scripts.

use std::{cell::Cell, time::Duration};

use leptos::{ev, prelude::*};
use serde::Serialize;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent};

use super::{ask, browser::within, keys};
use crate::{panels::raw, paths};

/// Typing goes on within this time as a rule.
const PAUSE: Duration = Duration::from_millis(120);

thread_local! {
    /// Counts what was typed, so that a late answer to an earlier word is not shown.
    static TYPED: Cell<u32> = const { Cell::new(0) };
}

#[derive(Serialize)]
struct Question<'a> {
    words: &'a str,
}

/// Listens for as long as the page lives.
pub fn listen() {
    std::mem::forget(window_event_listener(ev::input, |event| {
        if event.target().is_some_and(|target| Some(target) == field().map(Into::into)) {
            search_soon();
        }
    }));
    std::mem::forget(window_event_listener(ev::keydown, |event| {
        if press(&event) {
            event.prevent_default();
        }
    }));
}

/// Does what a key stands for; whether it stands for anything.
fn press(event: &KeyboardEvent) -> bool {
    let key = event.key();
    if key == "/" && !keys::is_command(event) && !keys::is_typing() {
        return focus(field().map(Into::into));
    }
    // The other keys are those of the field and of the results under it.
    let Some(form) = document().active_element().and_then(|here| here.closest(".search").ok().flatten()) else {
        return false;
    };
    let stops = within(&form, "input, a");
    let here = document().active_element();
    let at = stops.iter().position(|stop| Some(stop) == here.as_ref()).unwrap_or(0);
    match key.as_str() {
        "ArrowDown" => focus(stops.get(at + 1).cloned()),
        "ArrowUp" => focus(at.checked_sub(1).and_then(|before| stops.get(before)).cloned()),
        "Escape" => {
            show("");
            focus(stops.first().cloned())
        }
        _ => false,
    }
}

fn search_soon() {
    let typed = TYPED.get() + 1;
    TYPED.set(typed);
    set_timeout(
        move || {
            if TYPED.get() == typed {
                leptos::task::spawn_local(search(typed));
            }
        },
        PAUSE,
    );
}

async fn search(typed: u32) {
    let words = field().map(|field| field.value()).unwrap_or_default();
    if words.trim().is_empty() {
        return show("");
    }
    let Ok(question) = serde_json::to_string(&Question { words: &words }) else { return };
    // Without an answer the field is what it is without scripts.
    if let Ok((true, answer)) = ask::post(paths::SEARCH, &question).await
        && TYPED.get() == typed
        && let Ok(drawn) = serde_json::from_str::<String>(&answer)
    {
        show(&drawn);
    }
}

fn show(drawn: &str) {
    if let (Some(place), Some(hits)) = (document().get_element_by_id("_hits"), raw::fragment(drawn)) {
        place.set_text_content(None);
        let _ = place.append_child(&hits);
    }
}

fn field() -> Option<HtmlInputElement> {
    document().get_element_by_id("_search")?.dyn_into().ok()
}

fn focus(element: Option<Element>) -> bool {
    element.and_then(|element| element.dyn_into::<HtmlElement>().ok()).is_some_and(|element| element.focus().is_ok())
}
