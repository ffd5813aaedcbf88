//! `CheckPanel`: a check's Run button, and under it what the check found. Without scripts the button is a plain form
//! that asks for the same page with the check run.

#![expect(missing_docs, reason = "the island macro writes structs that cannot be documented")]

use leptos::{either::Either, ev, html::Section, prelude::*};

use super::{Shown, controls::Settings, sheet};
use crate::{
    answer::{PanelState, Word},
    live::{
        context::{Page, Slot},
        page::{run_form_action, run_form_fields},
    },
    paths,
    ui::{controls::CopyButton, sent::Sent},
};

/// One check of the page.
#[island]
pub fn CheckPanel(
    /// Its id.
    id: String,
    /// The panel that its answer will most likely need: the value of `data-panel` until there is one.
    kind: String,
    /// How it stands when the page is made.
    state: Sent<PanelState>,
    /// The command as the copy button copies it.
    copy: String,
) -> impl IntoView {
    let page = Page::current();
    let slot = page.slot(&id).expect("the page lists each of its checks before it shows a panel");
    slot.state.set(Some(state.0));
    let panel = move || slot.state.with(|state| state.as_ref().and_then(PanelState::panel)).unwrap_or(kind.clone());
    let settings = RwSignal::new(Settings::default());
    let root = NodeRef::<Section>::new();
    keep_drawn(root, page, slot, settings);
    view! {
        {run_button(page, slot, &paths::check_anchor(&id))}
        <CopyButton text=copy />
        <section
            class="panel"
            tabindex="-1"
            data-panel=panel
            data-check=id
            data-outcome=move || slot.word().attribute()
            node_ref=root
            on:click=move |event| act(settings, &event)
            on:input=move |event| settings.update(|settings| settings.look_for(&event_target_value(&event)))
            inner_html=first_drawing(page, slot)
        />
    }
}

/// Runs every check of a step that can be run.
#[island]
pub fn RunStep(
    /// Ids of the step's checks that can be run.
    checks: Vec<String>,
    /// The step's anchor.
    anchor: String,
) -> impl IntoView {
    let page = Page::current();
    let fields = hidden(run_form_fields(page, &checks));
    let label = format!("Run the {} checks of this step", checks.len());
    let run = move |event: ev::SubmitEvent| {
        event.prevent_default();
        checks.iter().filter_map(|id| page.slot(id)).for_each(|slot| page.run(slot));
    };
    view! {
        <form class="run-step" method="get" action=run_form_action(page, &anchor) on:submit=run>
            {fields}
            <button class="button" data-act="run-step">{label}</button>
        </form>
    }
}

/// Run, or why not.
fn run_button(page: Page, slot: Slot, anchor: &str) -> impl IntoView + use<> {
    let id = slot.id.get_value();
    let why_not = slot.state.with_untracked(|state| state.as_ref().and_then(PanelState::why_not));
    if let Some(words) = why_not {
        let link = view! { <a href="#_context">"Set it above"</a> };
        return Either::Left(view! { <p class="why-not">{words} " " {link}</p> });
    }
    let fields = hidden(run_form_fields(page, std::slice::from_ref(&id)));
    let run = move |event: ev::SubmitEvent| {
        event.prevent_default();
        page.run(slot);
    };
    let label = move || if slot.word() == Word::Idle { "Run" } else { "Run again" };
    Either::Right(view! {
        <form class="run" method="get" action=run_form_action(page, anchor) on:submit=run>
            {fields}
            <button class="button primary" data-act="run" aria-describedby=format!("command-{id}")>{label}</button>
        </form>
    })
}

fn hidden(fields: Vec<(String, String)>) -> impl IntoView {
    fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect::<Vec<_>>()
}

fn with_sheet<T>(page: Page, slot: Slot, settings: &Settings, use_it: impl FnOnce(&Shown<'_>) -> T) -> T {
    let (word, error) = (slot.word(), slot.error.get());
    slot.before.with_value(|before| {
        slot.state.with(|state| {
            use_it(&Shown {
                page,
                word,
                state: state.as_ref(),
                error: error.as_ref(),
                before: before.as_ref(),
                turn: slot.turn.get_value(),
                settings,
            })
        })
    })
}

/// The panel as the server writes it. This is the one place where HTML is put in as such: it comes from a tree whose
/// text and attributes were escaped when it was written out.
#[cfg(feature = "ssr")]
fn first_drawing(page: Page, slot: Slot) -> String {
    with_sheet(page, slot, &Settings::default(), |shown| crate::ui::node::html(&sheet(shown)))
}

/// In the browser the server's drawing is there already.
#[cfg(not(feature = "ssr"))]
fn first_drawing(_page: Page, _slot: Slot) -> &'static str {
    ""
}

/// Draws the panel again whenever something in it changes.
fn keep_drawn(root: NodeRef<Section>, page: Page, slot: Slot, settings: RwSignal<Settings>) {
    #[cfg(feature = "hydrate")]
    Effect::new(move |current: Option<isize>| {
        let Some(root) = root.get() else { return 0 };
        page.runs.track();
        settings.with(|settings| {
            with_sheet(page, slot, settings, |shown| crate::ui::patch::patch(&root, &sheet(shown)));
            if current.is_some_and(|current| current != settings.current)
                && let Ok(Some(line)) = root.query_selector(".current")
            {
                line.scroll_into_view_with_bool(false);
            }
            settings.current
        })
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (root, page, slot, settings);
}

/// Carries out what a pressed control of the panel says.
fn act(settings: RwSignal<Settings>, event: &ev::MouseEvent) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let pressed = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let control = pressed.and_then(|pressed| pressed.closest("[data-do]").ok().flatten());
        if let Some(action) = control.and_then(|control| control.get_attribute("data-do")) {
            settings.update(|settings| settings.act(&action));
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (settings, event);
}
