//! The browser's entry point. It hydrates the islands that the server rendered and does nothing else.

// Without a use of the crate the linker drops every island, silently.
use app as _;

/// Called once by the page's loader script.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
