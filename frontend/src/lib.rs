//! The browser's entry point. It hydrates the islands that the server rendered, starts the search field, and does
//! nothing else.

/// Called once by the page's loader script.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    // Without a use of the crate the linker drops every island, silently.
    app::live::search::listen();
    leptos::mount::hydrate_islands();
}
