//! `LivePage`: the island around a runbook's page. Its content is rendered by the server and stays as it is; what the
//! islands inside share lives here.

#![expect(missing_docs, reason = "the island macro writes structs that cannot be documented")]

use leptos::prelude::*;

use crate::{
    live::context::{Page, PageFacts},
    paths,
    ui::{controls::Keys, sent::Sent},
};

/// Gives the islands inside their shared state, and starts what moves: the clock, the event stream, the keyboard.
#[island]
pub fn LivePage(facts: Sent<PageFacts>, children: Children) -> impl IntoView {
    let page = Page::new(facts.0);
    provide_context(page);
    #[cfg(feature = "hydrate")]
    start(page);
    view! {
        {children()}
        <Keys />
    }
}

#[cfg(feature = "hydrate")]
fn start(page: Page) {
    use super::{browser, keys, stream, tasks};
    browser::tick_every_second(page);
    browser::unfold_around_anchor();
    std::mem::forget(window_event_listener(leptos::ev::hashchange, |_| browser::unfold_around_anchor()));
    keys::listen();
    tasks::keep(page);
    // The panels inside say what they hold as they hydrate, which happens after this.
    leptos::task::spawn_local(async move { stream::open(page) });
}

/// Where the page's one form goes when a check's button sends it: to the page, at the anchor of the check.
pub fn run_form_action(page: Page, anchor: &str) -> String {
    page.facts.with_value(|facts| format!("{}#{anchor}", paths::runbook(&facts.path, [])))
}
