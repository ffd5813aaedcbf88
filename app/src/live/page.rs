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

/// A form that goes to this page with more checks run: what a Run button is without scripts.
pub fn run_form_fields(page: Page, runs: &[String]) -> Vec<(String, String)> {
    page.facts.with_value(|facts| {
        let mut all = page.runs.get_untracked();
        all.extend(runs.iter().filter(|id| !facts.runs.contains(id)).cloned());
        facts.query(&all).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    })
}

/// The `action` of such a form: the page, at the anchor of the check.
pub fn run_form_action(page: Page, anchor: &str) -> String {
    page.facts.with_value(|facts| format!("{}#{anchor}", paths::runbook(&facts.path, [])))
}
