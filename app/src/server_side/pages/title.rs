//! The title in a page's head. `leptos_meta` puts the text of a title into the head as it gets it, so that `</title>` in
//! an alert's name would end it: this is the one place that writes a title, and it escapes.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::panels::drawn;

/// The title of a page about something. What the page is about may come from a link, a file or a source.
pub(super) fn title_about(subject: &str) -> AnyView {
    write(&format!("{subject} · Runlight"))
}

/// The title of the page that is about everything.
pub(super) fn title() -> AnyView {
    write("Runlight")
}

fn write(text: &str) -> AnyView {
    view! { <Title text=drawn::escaped(text) /> }.into_any()
}
