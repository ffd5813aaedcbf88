//! `LiveMark`: whether the page hears from the portal, in words.

use leptos::prelude::*;

use crate::live::context::{Link, Page};

/// "live", "connecting", or "stale since 02:31:07".
#[island]
pub fn LiveMark() -> impl IntoView {
    let page = Page::current();
    let attribute = move || match page.link.get() {
        Link::Connecting => "connecting",
        Link::Live => "live",
        Link::Stale(_) => "stale",
    };
    let words = move || match page.link.get() {
        Link::Connecting => "connecting".to_owned(),
        Link::Live => "live".to_owned(),
        Link::Stale(since) => format!("stale since {}", since.clock()),
    };
    view! { <span class="live-mark needs-scripts" role="status" data-link=attribute>{words}</span> }
}
