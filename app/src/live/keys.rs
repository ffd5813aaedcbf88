//! The keyboard, and which step is being read. Keys press the page's own buttons, so that each does exactly what the button does.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlElement};

use super::browser::{all, open_part};

/// Height of what stays at the top of the page, in pixels: a step above it has been read.
const HEAD_PX: f64 = 140.0;

/// Listens for as long as the page lives.
pub(super) fn listen() {
    let handle = window_event_listener(ev::keydown, |event| {
        if !is_command(&event) && !is_typing() && press(&event.key()) {
            event.prevent_default();
        }
    });
    std::mem::forget(handle);
    follow_reader();
    std::mem::forget(window_event_listener(ev::scroll, |_| follow_reader()));
}

/// Does what a key stands for; whether it stands for anything.
fn press(key: &str) -> bool {
    match key {
        "j" => step(1),
        "k" => step(-1),
        "r" => click(place(".command"), "[data-act=run]"),
        "R" => {
            let step = place(".step");
            if step.as_ref().is_some_and(|step| matches!(step.query_selector("[data-act=run-step]"), Ok(Some(_)))) {
                click(step, "[data-act=run-step]");
            } else {
                click(step, "[data-act=run]");
            }
        }
        "c" => click(place(".command"), "[data-act=copy]"),
        "s" => click(document().body().map(Into::into), "[data-act=share]"),
        "?" => {
            if let Some(dialog) =
                document().get_element_by_id("_keys").and_then(|e| e.dyn_into::<HtmlDialogElement>().ok())
            {
                let _ = dialog.show_modal();
            }
        }
        _ => return false,
    }
    true
}

/// Whether a key press is meant for the browser.
pub(super) fn is_command(event: &web_sys::KeyboardEvent) -> bool {
    event.ctrl_key() || event.meta_key() || event.alt_key()
}

/// Keys belong to a field while somebody types into it, and to an open dialog.
pub(super) fn is_typing() -> bool {
    let in_field = document()
        .active_element()
        .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
    in_field || !all("dialog[open]").is_empty()
}

fn step(by: i64) {
    let steps = all(".step");
    let position = (position(&steps) + by).max(0) as usize;
    if let Some(step) = steps.get(position) {
        open_part(step);
    }
}

/// The step that is being read; -1 before the first.
fn position(steps: &[Element]) -> i64 {
    steps.iter().filter(|step| step.get_bounding_client_rect().top() < HEAD_PX).count() as i64 - 1
}

/// Shows in the rail which step is being read. On a phone, where the rail is one line, it comes to that step.
fn follow_reader() {
    let position = position(&all(".step"));
    for (at, link) in (0..).zip(all("[data-step-link]")) {
        let is_current = at == position.max(0);
        if is_current == link.has_attribute("aria-current") {
            continue;
        }
        if !is_current {
            let _ = link.remove_attribute("aria-current");
            continue;
        }
        let _ = link.set_attribute("aria-current", "step");
        let (item, list) = (link.parent_element(), link.closest("ol").ok().flatten());
        if let (Some(item), Some(list)) = (item.and_then(|item| item.dyn_into::<HtmlElement>().ok()), list) {
            list.set_scroll_left(item.offset_left());
        }
    }
}

/// The part of the page that has focus, or the first such part inside it, or the first one in view.
fn place(selector: &str) -> Option<Element> {
    let focused = document().active_element();
    let around = focused.as_ref().and_then(|element| element.closest(selector).ok().flatten());
    let inside = || focused.as_ref().filter(|e| e.tag_name() != "BODY")?.query_selector(selector).ok().flatten();
    let in_view = || all(selector).into_iter().find(|part| part.get_bounding_client_rect().bottom() > HEAD_PX);
    around.or_else(inside).or_else(in_view)
}

fn click(place: Option<Element>, button: &str) {
    let found = place.and_then(|place| place.query_selector(button).ok().flatten());
    if let Some(button) = found.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        button.click();
    }
}
