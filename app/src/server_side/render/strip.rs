//! The alert strip: what fired, for what, and the values that fill the commands, editable without scripts.

use leptos::prelude::*;
use runbook::{binding::STANDARD_PARAMETERS, check::Reading, document::Command};

use super::standing;
use crate::{
    panels::raw,
    paths,
    server_side::{
        alerts::AlertState,
        backend::{RunbookView, StandingPanel},
    },
    ui::controls::ShareButton,
};

/// The strip under the bar.
pub(in crate::server_side) fn view(view: &RunbookView, runs: &[String]) -> AnyView {
    let runbook = &view.runbook;
    let title = runbook.metadata.alert.clone().unwrap_or_else(|| runbook.title.clone());
    // The alert's name is the title already, and its line below has all its labels.
    let is_said = view.alert.as_ref().is_some_and(|alert| matches!(alert.state, AlertState::Firing(_)));
    let labels: Vec<_> = view
        .labels
        .iter()
        .filter(|(_, value)| *value != title && !is_said)
        .map(|(name, value)| {
            view! { <span class="label" title=name.clone()>
                <span class="visually-hidden">{name.clone()} " "</span>
                {value.clone()}
            </span> }
        })
        .collect();
    let notes: Vec<_> = view.query_notes.iter().map(|note| view! { <li>{note.clone()}</li> }).collect();
    let notes = (!notes.is_empty()).then(|| view! { <div role="status"><ul class="query-notes">{notes}</ul></div> });
    let context = (!view.parameters.is_empty()).then(|| context(view, runs));
    // The browser fills it in from the recovery's own panel, and keeps it true.
    let is_recovery = |panel: &&StandingPanel| panel.word == "recovery" && standing::is_shown(panel);
    let recovery = view.standing.iter().find(is_recovery).map(|panel| {
        let anchor = ["#", &paths::check_anchor(panel.id.as_str())].concat();
        raw::strip_recovery(anchor, standing::recovery_words(panel).unwrap_or_else(|| "recovery".to_owned()))
    });
    view! {
        <div class="strip">
            <h1>{title}</h1>
            {labels}
            {context}
            {recovery}
            <span class="strip-actions">
                <ShareButton />
                <a class="button" href="#_about">"Source"</a>
            </span>
        </div>
        {notes}
    }
    .into_any()
}

/// Whether a parameter is needed by one command alone, so that its value stands there and not in the strip.
pub(in crate::server_side) fn is_local(view: &RunbookView, name: &str) -> bool {
    let users = view.runbook.commands.iter().filter(|command| command.parameters.iter().any(|own| own == name));
    let is_check = |command: &&Command| matches!(command.reading, Reading::Check { .. });
    !STANDARD_PARAMETERS.contains(&name) && users.filter(is_check).count() == 1
}

/// The chips, and behind them the form that changes them.
fn context(view: &RunbookView, runs: &[String]) -> AnyView {
    let (local, shared): (Vec<&String>, Vec<&String>) = view.parameters.iter().partition(|name| is_local(view, name));
    let chips: Vec<_> = shared.iter().map(|name| chip(name, view.bindings.get(name))).collect();
    let fields: Vec<_> = shared.iter().map(|name| field(view, name)).collect();
    let elsewhere = local.into_iter().filter_map(|name| Some((name.clone(), view.bindings.get(name)?.to_owned())));
    let labels = view.labels.iter().cloned().chain(elsewhere);
    let kept: Vec<_> = labels
        .chain(runs.iter().map(|id| (paths::RUN_FIELD.to_owned(), id.clone())))
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect();
    view! {
        <details class="context" id="_context">
            <summary><span class="chips">{chips}</span> <span class="context-edit">"Edit"</span></summary>
            <form method="get" action=paths::runbook(view.path.as_str(), [])>
                {fields}
                {kept}
                <button class="button primary">"Fill in"</button>
            </form>
        </details>
    }
    .into_any()
}

fn chip(name: &str, value: Option<&str>) -> AnyView {
    let class = if value.is_some() { "chip" } else { "chip unset" };
    let (name, value) = (name.to_owned(), value.unwrap_or("not set").to_owned());
    view! {
        <span class=class>
            <span class="chip-name">{name}</span>
            " "
            <span class="chip-value">{value}</span>
        </span>
    }
    .into_any()
}

fn field(view: &RunbookView, name: &str) -> AnyView {
    let (id, value) = (format!("_bind-{name}"), view.bindings.get(name).unwrap_or_default().to_owned());
    let input = if name == "cluster" && !view.clusters.is_empty() {
        let mut clusters = view.clusters.clone();
        if !value.is_empty() && !clusters.contains(&value) {
            clusters.push(value.clone());
        }
        let options: Vec<_> = std::iter::once(String::new())
            .chain(clusters)
            .map(|cluster| {
                let text = if cluster.is_empty() { "not set".to_owned() } else { cluster.clone() };
                view! { <option value=cluster.clone() selected=cluster == value>{text}</option> }
            })
            .collect();
        view! { <select id=id.clone() name=name.to_owned()>{options}</select> }.into_any()
    } else {
        view! {
            <input
                id=id.clone()
                name=name.to_owned()
                value=value
                placeholder="not set"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
            />
        }
        .into_any()
    };
    let offer = super::command::offer(view, name);
    view! { <div class="field"><label for=id>{name.to_owned()}</label>{input}{offer}</div> }.into_any()
}
