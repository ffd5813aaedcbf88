//! The few things that the page asks of the browser itself.

use std::time::Duration;

use leptos::prelude::*;
use runbook::time::Timestamp;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use super::context::Page;
use crate::ui::time;

/// Milliseconds since the page was opened, by a clock that nobody can set.
pub(super) fn elapsed_ms() -> i64 {
    window().performance().map_or(0, |clock| clock.now() as i64)
}

/// Changes the address without loading anything; the anchor stays.
pub(super) fn replace_address(address: &str) {
    let anchor = window().location().hash().unwrap_or_default();
    replace_whole_address(&format!("{address}{anchor}"));
}

/// Makes a part of the page the open one: in the address, in view, and where the keyboard stands.
pub(super) fn open_part(part: &Element) {
    let path = window().location().pathname().unwrap_or_default();
    let query = window().location().search().unwrap_or_default();
    let id = part.get_attribute("data-step").unwrap_or_else(|| part.id());
    replace_whole_address(&format!("{path}{query}#{id}"));
    part.scroll_into_view();
    if let Some(part) = part.dyn_ref::<web_sys::HtmlElement>() {
        let _ = part.focus();
    }
}

/// Keeps every distance on the page true ("4 s ago").
pub(super) fn tick_every_second(page: Page) {
    let tick = move || {
        let now = page.now();
        for element in all("[data-at]") {
            let at = element.get_attribute("data-at").and_then(|at| at.parse().ok());
            // The text node stays: the view that made it holds on to it.
            if let (Some(at), Some(text)) = (at, element.first_child()) {
                let words = time::distance_text(Timestamp(at), now);
                if text.node_value().as_deref() != Some(&words) {
                    text.set_node_value(Some(&words));
                }
            }
        }
    };
    let _ = set_interval_with_handle(tick, Duration::from_secs(1));
}

/// Shows a notice that the server has rendered hidden, with these words.
pub(super) fn say_in(id: &str, words: &str) {
    if let Some(notice) = document().get_element_by_id(id) {
        if let Some(place) = notice.first_element_child() {
            place.set_text_content(Some(words));
        }
        let _ = notice.remove_attribute("hidden");
    }
}

/// Every element of the page that a selector finds, in order.
pub(super) fn all(selector: &str) -> Vec<Element> {
    document().document_element().map(|root| within(&root, selector)).unwrap_or_default()
}

/// Every element inside another one that a selector finds, in order.
pub(crate) fn within(root: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = root.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok()).collect()
}

fn replace_whole_address(address: &str) {
    // A browser that refuses (too many changes in a short time) leaves the older address; the page still works.
    let _ = window().history().and_then(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(address)));
}
