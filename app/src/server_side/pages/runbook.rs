//! A runbook opened for a situation: bar, strip, sentence, rail, text, foot.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use runbook::{check::Reading, names::RunbookPath};

use super::{
    frame::{bar, failure},
    title::title_about,
};
use crate::{
    error::WireError,
    live::{
        context::{CheckFacts, PageFacts},
        link::LiveMark,
        page::LivePage,
        rail::StepRail,
        sentence::Sentence,
    },
    panels::{drawn, raw},
    paths,
    server_side::{
        alerts::AlertView,
        backend::{Query, RunbookView},
        render::{
            crashes, foot, lint,
            markdown::{Text, rail, whole},
            standing, strip,
        },
        request::{answer, door, page_query, path_below, redirect, starts_checks},
    },
    ui::sent::Sent,
};

/// What a page says that came by a link which its reader may not have followed.
const HELD_BACK: &str = "The link names checks to run. Another site opened it, and your browser does not say that you \
                         followed it yourself, so they wait for you to press Run.";

/// `/r/PATH`.
pub(in crate::server_side) fn runbook_page() -> impl IntoView {
    let address = path_below(paths::RUNBOOK_ROOT);
    // A form sends every field; an empty one is no value.
    let query: Query = page_query().into_iter().filter(|(_, value)| !value.is_empty()).collect();
    // The button of a step sends the ids of its checks in one field.
    let mut query: Query = query.into_iter().flat_map(|(name, value)| separate(name, value)).collect();
    let is_held_back = !starts_checks() && query.iter().any(|(name, _)| name == paths::RUN_FIELD);
    if is_held_back {
        query.retain(|(name, _)| name != paths::RUN_FIELD);
    }
    let response = use_context::<ResponseOptions>();
    let asked = query.clone();
    let opened = answer(async move {
        if let Some(plain) = address.strip_suffix(".md") {
            return Ok(Err(plain.to_owned()));
        }
        let path: RunbookPath = address.parse().map_err(|_| no_such_path())?;
        let (backend, caller) = door()?;
        backend.open_runbook(&caller, &path, &asked).await.map(Ok)
    });
    Suspend::new(async move {
        match opened.await {
            Ok(Ok(mut view)) => {
                view.query_notes.extend(is_held_back.then(|| HELD_BACK.to_owned()));
                page(view, &query).into_any()
            }
            Ok(Err(plain)) => {
                let address = paths::runbook(&plain, query.iter().map(|(name, value)| (name.as_str(), value.as_str())));
                if let Some(response) = response {
                    redirect(&response, &address);
                }
                view! { <main><a href=address>"The runbook"</a></main> }.into_any()
            }
            Err(error) => failure(error).into_any(),
        }
    })
}

fn separate(name: String, value: String) -> Query {
    match name == paths::RUN_FIELD {
        true => value.split_whitespace().map(|id| (name.clone(), id.to_owned())).collect(),
        false => vec![(name, value)],
    }
}

fn page(view: RunbookView, query: &Query) -> AnyView {
    let facts = facts(&view, query);
    let kept = facts.clone();
    view! {
        {title_about(&view.runbook.title)}
        <LivePage facts=Sent(facts)>{content(&view, &kept)}</LivePage>
    }
    .into_any()
}

fn content(view: &RunbookView, facts: &PageFacts) -> AnyView {
    let query: Vec<(&str, &str)> = facts.query(&facts.runs).collect();
    let text = Text { view, query: &query, values: None };
    let steps = rail(text);
    let steps = (!steps.is_empty())
        .then(|| view! { <nav class="rail" aria-label="Steps"><StepRail steps=Sent(steps) /></nav> });
    // Fields of parameters that one command alone needs stand at that command, and belong to the form, too.
    let is_apart = |name: &str| strip::is_local(view, name);
    let values = facts.query(&facts.runs).filter(|(name, _)| !is_apart(name));
    let values: Vec<_> = values
        .map(|(name, value)| view! { <input type="hidden" name=name.to_owned() value=value.to_owned() /> })
        .collect();
    view! {
        {bar(Some(view.runbook.title.clone()), String::new(), Some(LiveMark().into_any()))}
        <main id="_main" class="runbook">
            {strip::view(view, &facts.runs)}
            // The event stream fills this when the file has changed; reloading is up to the reader.
            <p class="edited" id="_edited" role="status" hidden><span></span> " " <a href="">"Reload"</a></p>
            {view.lint.as_ref().map(|found| lint::view(view, found))}
            {view.alert.as_ref().map(|alert| raw::live(paths::ALERT_TOPIC, "alert-state", alert_of(alert, text)))}
            {standing::needs(text)}
            {standing::top(text).unwrap_or_else(|| view! { <Sentence /> }.into_any())}
            {view.crashes.as_ref().map(|known| crashes::view(view, known))}
            <form id=paths::RUN_FORM method="get" action=paths::runbook(view.path.as_str(), []) hidden>{values}</form>
            <div class="columns" id=paths::STEPS_ANCHOR>
                {steps}
                <article class="text">{whole(text)}</article>
            </div>
            {foot::view(view)}
        </main>
    }
    .into_any()
}

/// The page's alert in one line; the rest of it comes by the live stream, or when the address asks for it.
fn alert_of(alert: &AlertView, text: Text<'_>) -> String {
    let run = (paths::RUN_FIELD, paths::ALERT_TOPIC);
    match text.query.contains(&run) {
        true => drawn::alert(alert),
        false => drawn::alert_opening(alert, &paths::query(text.query.iter().copied().chain([run]))),
    }
}

/// What the browser's half of the page is told.
fn facts(view: &RunbookView, query: &Query) -> PageFacts {
    let runbook = &view.runbook;
    let text = Text { view, query: &[], values: None };
    let checks = runbook.commands.iter().enumerate().filter(|(_, c)| matches!(c.reading, Reading::Check { .. }));
    let checks: Vec<CheckFacts> = checks
        .map(|(index, command)| CheckFacts {
            id: command.id.as_str().to_owned(),
            step: runbook.steps.iter().position(|step| step.commands.contains(&index)),
            is_command: true,
            is_ready: text.is_ready(command),
            is_specific: !command.parameters.is_empty(),
            brief: text.brief_of(command),
        })
        .chain(standing::facts(view))
        .collect();
    let mut seen = BTreeSet::new();
    let runs = query.iter().filter(|(name, id)| {
        let is_known = id == paths::ALERT_TOPIC || checks.iter().any(|check| check.id == *id);
        name == paths::RUN_FIELD && is_known && seen.insert(id.clone())
    });
    PageFacts {
        path: view.path.as_str().to_owned(),
        revision: view.revision.clone(),
        bindings: view.bindings.0.clone().into_iter().collect(),
        // A label that is a parameter, too, stands among the bindings already.
        labels: view.labels.iter().filter(|(name, _)| view.bindings.get(name).is_none()).cloned().collect(),
        runs: runs.map(|(_, id)| id.clone()).collect(),
        checks,
        now: view.now,
    }
}

fn no_such_path() -> WireError {
    WireError {
        status: 404,
        title: "No such runbook".into(),
        message: "This address is not one that a runbook can have.".into(),
        next_step: "Look for it in the library.".into(),
        links: Vec::new(),
        log_id: None,
    }
}
