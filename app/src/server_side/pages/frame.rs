//! What stands around every page: the bar at the top, and the page that says why another one is not there.

use leptos::prelude::*;

use super::{library::SEARCH_FORM, title::title_about};
use crate::{error::WireError, paths, server_side::backend::Caller, ui::controls::ThemeToggle};

/// The bar: mark, place, search, whatever the page adds, theme.
pub(super) fn bar(place: Option<String>, search: String, extra: Option<AnyView>) -> AnyView {
    let place = place.map(|title| view! { <span class="bar-place">{title}</span> });
    view! {
        <a class="skip" href="#_main">"Skip to the text"</a>
        <header class="bar">
            <a class="bar-mark" href=paths::HOME>
                {mark()}
                "Runlight"
            </a>
            {place}
            <form class="search" id=SEARCH_FORM role="search" method="get" action=paths::HOME>
                <label class="visually-hidden" for="_search">"Search the library"</label>
                <input id="_search" type="search" name=paths::SEARCH_FIELD value=search placeholder="Search" autocomplete="off" />
                <div class="hits" id="_hits"></div>
            </form>
            {extra}
            {who()}
            <ThemeToggle />
        </header>
    }
    .into_any()
}

/// Who has signed in, with the way to sign out. Nothing on a portal that nobody signs in to.
fn who() -> Option<AnyView> {
    let name = match use_context::<Caller>()? {
        Caller::Local => return None,
        caller => caller.to_string(),
    };
    Some(view! { <a class="bar-who" href=paths::ACCOUNT>{name}</a> }.into_any())
}

/// A bar with nothing but the mark, for who has not signed in.
pub(super) fn bare_bar() -> AnyView {
    view! {
        <header class="bar">
            <a class="bar-mark" href=paths::HOME>
                {mark()}
                "Runlight"
            </a>
        </header>
    }
    .into_any()
}

fn mark() -> AnyView {
    view! {
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path d="M1 13.5h14M3 13.5V9M8 13.5V2.5M13 13.5V6.5" />
        </svg>
    }
    .into_any()
}

/// A page in place of one that cannot be shown: what happened, and the ways on.
pub(super) fn failure(error: WireError) -> AnyView {
    let links: Vec<_> =
        error.links.into_iter().map(|(text, href)| view! { <li><a href=href>{text}</a></li> }).collect();
    let links = (!links.is_empty()).then(|| view! { <ul class="ways-on">{links}</ul> });
    let log = error.log_id.map(|id| view! { <p class="note">"In the server's log: " <code>{id}</code></p> });
    view! {
        {title_about(&error.title)}
        {bar(None, String::new(), None)}
        <main id="_main" class="plain">
            <p class="note">{format!("Status {}", error.status)}</p>
            <h1>{error.title}</h1>
            <p class="sentence">{error.message}</p>
            <p>{error.next_step}</p>
            {links}
            <p><a href=paths::HOME>"All runbooks"</a></p>
            {log}
        </main>
    }
    .into_any()
}
