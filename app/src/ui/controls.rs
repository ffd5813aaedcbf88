//! The small islands: copying, sharing, the theme, the list of keys.

use leptos::{ev, prelude::*};

/// How long a button says that it has done its work.
#[cfg(feature = "hydrate")]
const SAID_MS: u64 = 2_000;

/// Copies a command with its values filled in.
#[island]
pub fn CopyButton(text: String) -> impl IntoView {
    let done = RwSignal::new(false);
    let copy = move |_: ev::MouseEvent| copy_text(text.clone(), done);
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
    let theme = RwSignal::new(stored_theme());
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
    let rows: Vec<_> = KEYS
        .into_iter()
        .map(|(key, does)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{does}</dd></div> })
        .collect();
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
mod browser {
    use leptos::prelude::*;
    use wasm_bindgen_futures::JsFuture;

    pub(super) fn copy_text(text: String, done: RwSignal<bool>) {
        let promise = window().navigator().clipboard().write_text(&text);
        leptos::task::spawn_local(async move {
            if JsFuture::from(promise).await.is_ok() {
                done.set(true);
                set_timeout(move || done.set(false), std::time::Duration::from_millis(super::SAID_MS));
            }
        });
    }

    pub(super) fn page_address() -> String {
        window().location().href().unwrap_or_default()
    }

    pub(super) fn stored_theme() -> String {
        document().document_element().and_then(|root| root.get_attribute("data-theme")).unwrap_or_default()
    }

    pub(super) fn store_theme(theme: &str) {
        let Some(root) = document().document_element() else { return };
        // A browser that keeps nothing still shows the theme until the page is left.
        let storage = window().local_storage().ok().flatten();
        if theme.is_empty() {
            let _ = root.remove_attribute("data-theme");
            let _ = storage.map(|storage| storage.remove_item("theme"));
        } else {
            let _ = root.set_attribute("data-theme", theme);
            let _ = storage.map(|storage| storage.set_item("theme", theme));
        }
    }
}

/// On the server nothing is copied and every page starts in the system's theme.
#[cfg(not(feature = "hydrate"))]
mod browser {
    use leptos::prelude::RwSignal;

    pub(super) fn copy_text(_text: String, _done: RwSignal<bool>) {}

    pub(super) fn page_address() -> String {
        String::new()
    }

    pub(super) fn stored_theme() -> String {
        String::new()
    }

    pub(super) fn store_theme(_theme: &str) {}
}

use browser::{copy_text, page_address, store_theme, stored_theme};
