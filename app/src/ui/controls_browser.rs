//! What the small islands ask of the browser.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlDocument, HtmlTextAreaElement};

/// How long a button says that it has done its work.
const SAID_FOR: Duration = Duration::from_secs(2);

/// Copies a text, and says so once it has been copied.
pub(super) fn copy_text(text: String, done: RwSignal<bool>) {
    let clipboard = window().navigator().clipboard();
    if JsValue::from(clipboard.clone()).is_undefined() {
        // Over plain HTTP browsers offer no clipboard; the old way still works there.
        say(done, copy_by_selection(&text));
        return;
    }
    leptos::task::spawn_local(async move {
        say(done, JsFuture::from(clipboard.write_text(&text)).await.is_ok());
    });
}

/// The command beside a button.
pub(super) fn command_of(event: &leptos::ev::MouseEvent) -> String {
    let button = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let block = button.and_then(|button| button.closest(".command").ok().flatten());
    let line = block.and_then(|block| block.query_selector("code").ok().flatten());
    line.and_then(|line| line.text_content()).unwrap_or_default()
}

pub(super) fn page_address() -> String {
    window().location().href().unwrap_or_default()
}

pub(super) fn stored_theme() -> String {
    document().document_element().and_then(|root| root.get_attribute("data-theme")).unwrap_or_default()
}

/// Sets the theme and keeps it. A browser that keeps nothing shows it until the page is left.
pub(super) fn store_theme(theme: &str) {
    let Some(root) = document().document_element() else { return };
    let storage = window().local_storage().ok().flatten();
    let _ = match theme {
        "" => root.remove_attribute("data-theme"),
        theme => root.set_attribute("data-theme", theme),
    };
    let _ = storage.map(|storage| match theme {
        "" => storage.remove_item("theme"),
        theme => storage.set_item("theme", theme),
    });
}

fn say(done: RwSignal<bool>, is_copied: bool) {
    if is_copied {
        done.set(true);
        set_timeout(move || done.set(false), SAID_FOR);
    }
}

fn copy_by_selection(text: &str) -> bool {
    let copy = || {
        let document = document().dyn_into::<HtmlDocument>().ok()?;
        let field = document.create_element("textarea").ok()?.dyn_into::<HtmlTextAreaElement>().ok()?;
        field.set_value(text);
        document.body()?.append_child(&field).ok()?;
        field.select();
        let is_copied = document.exec_command("copy").ok();
        field.remove();
        is_copied
    };
    copy().unwrap_or(false)
}
