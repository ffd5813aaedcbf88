//! `CheckPanel`: a check's Run button, and under it what the check found. Without scripts the button is a plain form
//! that asks for the same page with the check run.

#![expect(missing_docs, reason = "the island macro writes structs that cannot be documented")]

use leptos::{either::Either, ev, html::Div, prelude::*};

use super::raw;
use crate::{
    answer::Word,
    live::{
        context::{Page, Slot},
        page::run_form_action,
    },
    paths,
    ui::{
        controls::CopyButton,
        sent::{Kept, Sent},
    },
};

/// What a panel starts with.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct PanelFacts {
    /// The check's id.
    pub id: String,
    /// The value of `data-panel`: what the panel is, or will most likely be.
    pub panel: String,
    /// Why the check cannot be run as it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why_not: Option<String>,
    /// The command as the copy button copies it; empty when that is the line on the page.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub copy: String,
}

/// One check of the page.
#[island]
pub fn CheckPanel(
    /// What it starts with.
    facts: Sent<PanelFacts>,
    /// What it shows at first.
    drawn: Kept,
) -> impl IntoView {
    let PanelFacts { id, panel, why_not, copy } = facts.0;
    let slot = Page::current().slot(&id).expect("the page lists each of its checks before it shows a panel");
    view! {
        {run_button(slot, id.clone(), why_not)}
        <CopyButton text=copy />
        {panel_section(slot, id, panel, drawn)}
    }
}

/// A panel that stands on the page without a command: it has nothing to press, and its answers come by themselves.
#[island]
pub fn Standing(
    /// The id under which its updates come.
    id: String,
    /// The value of `data-panel`.
    panel: String,
    /// What it shows at first.
    drawn: Kept,
) -> impl IntoView {
    let slot = Page::current().slot(&id).expect("the page lists each of its panels before it shows one");
    panel_section(slot, id, panel, drawn)
}

/// The panel itself: what was found, and what a reader sets in it.
fn panel_section(slot: Slot, id: String, panel: String, drawn: Kept) -> impl IntoView {
    let sheet = NodeRef::<Div>::new();
    let settings = hands::keep(sheet, slot);
    view! {
        <section
            class="panel"
            tabindex="-1"
            data-panel=move || slot.panel.get().unwrap_or_else(|| panel.clone())
            data-check=id
            data-outcome=move || slot.word().attribute()
            on:click=move |event| hands::press(settings, &event)
            on:input=move |event| hands::look_for(settings, event_target_value(&event))
        >
            <p class="panel-problem" role="alert" hidden=move || slot.problem.with(String::is_empty)>
                {move || slot.problem.get()}
            </p>
            {raw::sheet(drawn, sheet)}
        </section>
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
    let label = ["Run the ", &checks.len().to_string(), " checks of this step"].concat();
    // One button sends one value: the page takes ids with blanks between them.
    let all = checks.join(" ");
    let run = move |event: ev::MouseEvent| {
        event.prevent_default();
        checks.iter().filter_map(|id| page.slot(id)).for_each(|slot| page.run(slot));
    };
    view! {
        <p class="run-step">
            <button
                class="button"
                form=paths::RUN_FORM
                formaction=run_form_action(page, &anchor)
                name=paths::RUN_FIELD
                value=all
                data-act="run-step"
                on:click=run
            >
                {label}
            </button>
        </p>
    }
}

/// Run, or why not. Without scripts the button sends the page's one form, which holds its values, with this check.
fn run_button(slot: Slot, id: String, why_not: Option<String>) -> impl IntoView {
    if let Some(words) = why_not {
        return Either::Left(view! { <p class="why-not">{words}</p> });
    }
    let page = Page::current();
    let action = run_form_action(page, &paths::check_anchor(&id));
    let run = move |event: ev::MouseEvent| {
        event.prevent_default();
        page.run(slot);
    };
    let label = move || if slot.word() == Word::Idle { "Run" } else { "Run again" };
    Either::Right(view! {
        <span class="run">
            <button
                class="button primary"
                form=paths::RUN_FORM
                formaction=action
                name=paths::RUN_FIELD
                value=id.clone()
                data-act="run"
                aria-describedby=["command-", &id].concat()
                on:click=run
            >
                {label}
            </button>
        </span>
    })
}

#[cfg(feature = "hydrate")]
mod hands {
    //! What keeps a panel's content as it should be.

    use leptos::{ev, html::Div, prelude::*};
    use wasm_bindgen::JsCast;
    use web_sys::Element;

    use crate::{
        live::{
            browser::{ask_to_notify, go_to},
            context::{Page, Slot},
        },
        panels::hands::{
            apply::{apply, reveal},
            patch::{replace, spread_marks},
            settings::Settings,
        },
        paths,
    };

    /// Puts each new drawing in place, and each new setting into effect.
    pub(super) fn keep(sheet: NodeRef<Div>, slot: Slot) -> RwSignal<Settings> {
        let settings = RwSignal::new(Settings::default());
        Effect::new(move |_| {
            let Some(sheet) = sheet.get() else { return };
            if slot.html.with(|html| html.as_ref().map(|html| replace(&sheet, html)).is_some()) {
                settings.with_untracked(|settings| apply(&sheet, settings));
                spread_marks(&sheet);
            }
        });
        Effect::new(move |_| {
            if let Some(sheet) = sheet.get() {
                settings.with(|settings| apply(&sheet, settings));
            }
        });
        settings
    }

    /// Carries out what a pressed control says. A row's link gets what the page holds besides the row's own values.
    pub(super) fn press(settings: RwSignal<Settings>, event: &ev::MouseEvent) {
        let Some(pressed) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
        if let Ok(Some(link)) = pressed.closest("a[data-run]") {
            let id = link.get_attribute("data-run").unwrap_or_default();
            // The check is run where it stands; without it, or without its values, the link leads as it is.
            if let Some(slot) = Page::current().slot(&id).filter(|slot| slot.is_ready) {
                event.prevent_default();
                Page::current().run(slot);
                go_to(&paths::check_anchor(&id));
            }
        } else if let Ok(Some(link)) = pressed.closest("a[data-bind]") {
            let binds = link.get_attribute("data-bind").unwrap_or_default();
            let _ = link.set_attribute("href", &Page::current().address_with(&binds));
        } else if let Ok(Some(control)) = pressed.closest("[data-do]") {
            let action = control.get_attribute("data-do").unwrap_or_default();
            if action == "notify" {
                return ask_to_notify();
            }
            settings.update(|settings| settings.act(&action));
            let panel = control.closest(".panel").ok().flatten();
            if let ("next" | "previous", Some(panel)) = (action.as_str(), panel) {
                // The line is marked once the settings have come into effect.
                request_animation_frame(move || reveal(&panel));
            }
        }
    }

    pub(super) fn look_for(settings: RwSignal<Settings>, words: String) {
        settings.update(|settings| settings.look_for(&words));
    }
}

/// The server draws a panel once; nothing happens in it there.
#[cfg(not(feature = "hydrate"))]
mod hands {
    use leptos::{ev, html::Div, prelude::NodeRef};

    use crate::live::context::Slot;

    #[derive(Clone, Copy)]
    pub(super) struct NoSettings;

    pub(super) fn keep(_sheet: NodeRef<Div>, _slot: Slot) -> NoSettings {
        NoSettings
    }

    pub(super) fn press(_settings: NoSettings, _event: &ev::MouseEvent) {}

    pub(super) fn look_for(_settings: NoSettings, _words: String) {}
}
