//! Task lists: the reader's own ticks, kept in this browser for one runbook, one situation and one day. The portal never
//! hears of them.

use leptos::{ev, prelude::*};
use runbook::time::DAY_MS;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, Storage};

use super::{browser::all, context::Page};
use crate::paths;

/// Sets the ticks of before, and keeps those to come.
pub(super) fn keep(page: Page) {
    let boxes = boxes();
    if boxes.is_empty() {
        return;
    }
    restore(page, &boxes);
    std::mem::forget(window_event_listener(ev::change, move |_| {
        if let Some(storage) = storage() {
            // A browser that keeps nothing shows the ticks until the page is left.
            let _ = storage.set_item(&key(page), &write(page));
        }
    }));
}

fn restore(page: Page, boxes: &[(String, HtmlInputElement)]) {
    let kept = storage().and_then(|storage| storage.get_item(&key(page)).ok().flatten());
    let Some(kept) = kept else { return };
    let mut lines = kept.lines();
    let kept_at: i64 = lines.next().and_then(|at| at.parse().ok()).unwrap_or_default();
    // Another alert, and another day, begin at the top again.
    if lines.next() != Some(&situation(page)) || page.now().0 - kept_at > DAY_MS {
        return;
    }
    let ticked: Vec<&str> = lines.collect();
    for (id, tick) in boxes {
        tick.set_checked(ticked.contains(&id.as_str()));
    }
}

/// When, for what, and what is ticked: a line each.
fn write(page: Page) -> String {
    let mut lines = vec![page.now().0.to_string(), situation(page)];
    lines.extend(boxes().into_iter().filter(|(_, tick)| tick.checked()).map(|(id, _)| id));
    lines.join("\n")
}

/// The values that the page was opened with.
fn situation(page: Page) -> String {
    page.facts.with_value(|facts| paths::query(facts.query(&[])))
}

fn key(page: Page) -> String {
    page.facts.with_value(|facts| ["tasks ", &facts.path].concat())
}

fn boxes() -> Vec<(String, HtmlInputElement)> {
    let named = |element: web_sys::Element| Some((element.get_attribute("data-task")?, element.dyn_into().ok()?));
    all("[data-task]").into_iter().filter_map(named).collect()
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}
