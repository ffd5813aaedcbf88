//! The few things that the page asks of the browser itself.

use std::{cell::Cell, time::Duration};

use leptos::prelude::*;
use runbook::time::Timestamp;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Notification};

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

/// Goes to an anchor of the page, as a link does: what is folded around it opens.
pub(crate) fn go_to(anchor: &str) {
    let _ = window().location().set_hash(anchor);
}

/// Opens what is folded around the place that the address names: not every browser does that by itself.
pub(super) fn unfold_around_anchor() {
    let hash = window().location().hash().unwrap_or_default();
    let place = document().get_element_by_id(hash.trim_start_matches('#'));
    let mut around = place.clone();
    let mut was_folded = false;
    while let Some(element) = around {
        if element.tag_name() == "DETAILS" && !element.has_attribute("open") {
            let _ = element.set_attribute("open", "");
            was_folded = true;
        }
        around = element.parent_element();
    }
    if let Some(place) = place.filter(|_| was_folded) {
        place.scroll_into_view();
    }
}

/// Keeps every distance on the page true ("4 s ago"), and every count; tells when a recovery is over.
pub(super) fn tick_every_second(page: Page) {
    let title = document().title();
    let was_counting = Cell::new(false);
    let tick = move || {
        let now = page.now();
        for element in all("[data-at]") {
            if let Some(at) = number(&element, "data-at") {
                write(&element, &time::distance_text(Timestamp(at), now));
            }
        }
        for element in all("[data-since]") {
            if let (Some(since), Some(most)) = (number(&element, "data-since"), number(&element, "data-most")) {
                write(&element, &time::count_text((now.0 - since).min(most)));
            }
        }
        if let Some(told) = all("[data-title]").first() {
            let words = told.text_content().unwrap_or_default();
            document().set_title(&[&words, " \u{b7} ", &title].concat());
            let is_counting = !told.has_attribute("data-recovered");
            if was_counting.replace(is_counting) && !is_counting {
                // A browser that was not asked for leave, or refused it, stays silent.
                let _ = Notification::new(&document().title());
            }
        } else if document().title() != title {
            document().set_title(&title);
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

/// Asks the browser for leave to tell something while the page is not in view.
pub(crate) fn ask_to_notify() {
    let _ = Notification::request_permission();
}

fn number(element: &Element, attribute: &str) -> Option<i64> {
    element.get_attribute(attribute)?.parse().ok()
}

/// Writes a text in place. The node stays: the view that made it holds on to it.
fn write(element: &Element, words: &str) {
    if let Some(text) = element.first_child()
        && text.node_value().as_deref() != Some(words)
    {
        text.set_node_value(Some(words));
    }
}

/// Every element of the page that a selector finds, in order.
pub(crate) fn all(selector: &str) -> Vec<Element> {
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
