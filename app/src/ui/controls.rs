//! The small islands: copying, sharing, the theme, the list of keys.

#![expect(missing_docs, reason = "the island macro writes structs that cannot be documented")]

use leptos::{ev, prelude::*};

/// Copies a command with its values filled in; without a text of its own, the line as it stands on the page.
#[island]
pub fn CopyButton(text: String) -> impl IntoView {
    let done = RwSignal::new(false);
    let copy = move |event: ev::MouseEvent| {
        let own = if text.is_empty() { command_of(&event) } else { text.clone() };
        copy_text(own, done);
    };
    view! {
        <button type="button" class="button quiet needs-scripts" data-act="copy" on:click=copy>
            <span aria-live="polite">{move || if done.get() { "Copied" } else { "Copy" }}</span>
        </button>
    }
}

/// Copies the address of the page as it stands.
#[island]
pub fn ShareButton() -> impl IntoView {
    let done = RwSignal::new(false);
    let share = move |_: ev::MouseEvent| copy_text(page_address(), done);
    view! {
        <button type="button" class="button needs-scripts" data-act="share" on:click=share>
            <span aria-live="polite">{move || if done.get() { "Link copied" } else { "Share" }}</span>
        </button>
    }
}

/// Goes round the themes: as the system has it, light, dark.
#[island]
pub fn ThemeToggle() -> impl IntoView {
    // The server knows no theme, so the page starts with the system's and learns the reader's after it has hydrated.
    let theme = RwSignal::new(String::new());
    Effect::new(move |_| theme.set(stored_theme()));
    let turn = move |_: ev::MouseEvent| {
        let next = match theme.get_untracked().as_str() {
            "light" => "dark",
            "dark" => "",
            _ => "light",
        };
        store_theme(next);
        theme.set(next.to_owned());
    };
    let words = move || match theme.read().as_str() {
        "light" => "Light",
        "dark" => "Dark",
        _ => "Auto",
    };
    view! {
        <button type="button" class="button bare needs-scripts" on:click=turn>
            <span class="visually-hidden">"Theme: "</span>
            {words}
        </button>
    }
}

/// The list of keys, behind `?`.
#[component]
pub fn Keys() -> impl IntoView {
    const KEYS: [(&str, &str); 8] = [
        ("j", "next step"),
        ("k", "previous step"),
        ("r", "run the check that has focus"),
        ("Shift R", "run the checks of this step"),
        ("/", "search the library"),
        ("c", "copy the command that has focus"),
        ("s", "copy a link to this page"),
        ("?", "this list"),
    ];
    let rows: Vec<_> =
        KEYS.into_iter().map(|(key, does)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{does}</dd></div> }).collect();
    view! {
        <dialog id="_keys" aria-labelledby="_keys-title">
            <form method="dialog">
                <p class="dialog-title" id="_keys-title">"Keys"</p>
                <dl>{rows}</dl>
                <button class="button">"Close"</button>
            </form>
        </dialog>
    }
}

#[cfg(feature = "hydrate")]
#[path = "controls_browser.rs"]
mod browser;

/// On the server nothing is copied and every page starts in the system's theme.
#[cfg(not(feature = "hydrate"))]
mod browser {
    use leptos::prelude::RwSignal;

    pub(super) fn copy_text(_text: String, _done: RwSignal<bool>) {}

    pub(super) fn command_of(_event: &leptos::ev::MouseEvent) -> String {
        String::new()
    }

    pub(super) fn page_address() -> String {
        String::new()
    }

    pub(super) fn stored_theme() -> String {
        String::new()
    }

    pub(super) fn store_theme(_theme: &str) {}
}

use browser::{command_of, copy_text, page_address, store_theme, stored_theme};
