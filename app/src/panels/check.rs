//! `CheckPanel`: a check's Run button, and under it what the check found. Without scripts the button is a plain form
//! that asks for the same page with the check run.

#![expect(missing_docs, reason = "the island macro writes structs that cannot be documented")]

use leptos::{ev, prelude::*};
use runbook::outcome::{Body, Outcome, Report};

use super::{Drawing, body, controls::Controls};
use crate::{
    answer::{PanelState, Word},
    live::context::{Page, Slot},
    live::page::{run_form_action, run_form_fields},
    paths,
    ui::{controls::CopyButton, mark, time},
};

/// One check of the page.
#[island]
pub fn CheckPanel(
    /// Its id.
    id: String,
    /// The panel that its answer will most likely need: the value of `data-panel` until there is one.
    kind: String,
    /// How it stands when the page is made.
    state: PanelState,
    /// The command as the copy button copies it.
    copy: String,
) -> impl IntoView {
    let page = Page::current();
    let slot = page.slot(&id).expect("the page lists each of its checks before it shows a panel");
    slot.state.set(Some(state));
    let controls = Controls::default();
    let anchor = paths::check_anchor(&id);
    let panel = move || slot.state.with(|state| panel_word(state.as_ref(), &kind));
    view! {
        {run_button(page, slot, &anchor)}
        <CopyButton text=copy />
        <section class="panel" data-panel=panel data-check=id data-outcome=move || slot.word().attribute() tabindex="-1">
            {move || problem(slot)}
            {move || slot.state.with(|state| content(page, slot, state.as_ref(), controls))}
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
    let action = run_form_action(page, &anchor);
    let fields = hidden(run_form_fields(page, &checks));
    let label = format!("Run the {} checks of this step", checks.len());
    let run = move |event: ev::SubmitEvent| {
        event.prevent_default();
        checks.iter().filter_map(|id| page.slot(id)).for_each(|slot| page.run(slot));
    };
    view! {
        <form class="run-step" method="get" action=action on:submit=run>
            {fields}
            <button class="button" data-act="run-step">{label}</button>
        </form>
    }
}

fn run_button(page: Page, slot: Slot, anchor: &str) -> AnyView {
    if !slot.is_ready {
        return slot.state.with(|state| why_not(state.as_ref())).into_any();
    }
    let id = slot.id.get_value();
    let fields = hidden(run_form_fields(page, std::slice::from_ref(&id)));
    let run = move |event: ev::SubmitEvent| {
        event.prevent_default();
        page.run(slot);
    };
    let label = move || if slot.brief.with(|brief| brief.word == Word::Idle) { "Run" } else { "Run again" };
    view! {
        <form class="run" method="get" action=run_form_action(page, anchor) on:submit=run>
            {fields}
            <button class="button primary" data-act="run" aria-describedby=format!("command-{id}")>{label}</button>
        </form>
    }
    .into_any()
}

fn why_not(state: Option<&PanelState>) -> AnyView {
    let (words, link) = match state {
        Some(PanelState::Needs(names)) => (format!("Needs {}. ", names.join(" and ")), Some("Set it above")),
        Some(PanelState::Invalid(sentence)) => (format!("{sentence} "), Some("Change it above")),
        _ => (String::new(), None),
    };
    let link = link.map(|text| view! { <a href="#_context">{text}</a> });
    view! { <p class="why-not">{words} {link}</p> }.into_any()
}

/// Why the last question could not be put. An older answer stays below.
fn problem(slot: Slot) -> Option<AnyView> {
    slot.error.get().map(|error| {
        view! {
            <dl class="unknown" role="alert">
                <div><dt>{error.title}</dt><dd>{error.message}</dd></div>
                <div><dt>"Remedy"</dt><dd>{error.next_step}</dd></div>
            </dl>
        }
        .into_any()
    })
}

fn content(page: Page, slot: Slot, state: Option<&PanelState>, controls: Controls) -> AnyView {
    let Some(PanelState::Done(report)) = state else { return ().into_any() };
    let (before, turn) = (slot.before.get_value(), slot.turn.get_value());
    let drawing = Drawing { report, before: before.as_ref(), turn, now: page.now(), controls };
    let notes: Vec<_> = report.notes.iter().map(|note| view! { <p class="note">{note.clone()}</p> }).collect();
    view! {
        {header(slot, drawing)}
        <div class="panel-body">{body(drawing)}</div>
        {notes}
    }
    .into_any()
}

/// The panel's line in words. Screen readers hear its sentence when it changes, and nothing else of the panel.
fn header(slot: Slot, drawing: Drawing<'_>) -> AnyView {
    let report = drawing.report;
    let asked = view! {
        <time datetime=report.asked_at.rfc3339()>{time::clock_text(report.asked_at, drawing.now)}</time>
        ", "
        {time::distance(report.asked_at, drawing.now)}
    };
    view! {
        <p class="panel-head">
            {mark::worded(move || slot.word())}
            <span class="panel-title">{report.title.clone()}</span>
            <span class="panel-source">{report.source.clone()}</span>
            <span class="panel-time">{asked}</span>
        </p>
        <p class="panel-summary" role="status">{summary(report)}</p>
    }
    .into_any()
}

/// An unknown answer without a body says everything itself.
fn summary(report: &Report) -> String {
    match (&report.outcome, &report.body) {
        (Outcome::Unknown(_), Body::Empty) => String::new(),
        (outcome, _) => outcome.summary().to_owned(),
    }
}

fn panel_word(state: Option<&PanelState>, expected: &str) -> String {
    match state {
        Some(PanelState::Done(report)) if report.body != Body::Empty => report.body.word().to_owned(),
        _ => expected.to_owned(),
    }
}

fn hidden(fields: Vec<(String, String)>) -> impl IntoView {
    fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect::<Vec<_>>()
}
