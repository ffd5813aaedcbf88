//! `/alert/NAME` and `/runbooks/COMPONENT/NAME`: sends an alert's link on to its runbook, query and all. Where there are
//! several, or none, the page says which alert this is and how to go on.

use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use super::{
    frame::{bar, failure},
    title::title_about,
};
use crate::{
    live::{context::PageFacts, link::LiveMark, page::LivePage},
    panels::{drawn, raw},
    paths,
    server_side::{
        backend::{AlertChoice, Candidate, Found, Query},
        request::{answer, door, page_query, path_below, redirect, set_status},
    },
    ui::{controls::CopyButton, sent::Sent},
};

/// The runbook for an alert, the ones to choose from, or the beginning of a new one.
pub(in crate::server_side) fn find_page() -> impl IntoView {
    let below = [paths::ALERT_ROOT, paths::RUNBOOKS_ROOT].map(path_below);
    let link = below.into_iter().find(|link| !link.is_empty()).unwrap_or_default();
    let (query, response) = (page_query(), use_context::<ResponseOptions>());
    let found = answer(async move {
        let (backend, caller) = door()?;
        backend.find_runbook(&caller, &link, &query).await
    });
    Suspend::new(async move {
        match found.await {
            Ok(Found::One { path, section, query }) => {
                let address = address(path.as_str(), section.as_deref(), &query);
                if let Some(response) = response {
                    redirect(&response, &address);
                }
                view! { <main><a href=address>"The runbook for this alert"</a></main> }.into_any()
            }
            Ok(Found::Choice(choice)) => {
                // 300 is "multiple choices": the reader's answer is one of those listed.
                let status = if choice.candidates.is_empty() { 404 } else { 300 };
                if let Some(response) = response {
                    set_status(&response, status);
                }
                page(*choice).into_any()
            }
            Err(error) => failure(error).into_any(),
        }
    })
}

fn page(choice: AlertChoice) -> AnyView {
    let facts = PageFacts {
        labels: std::iter::once(("alertname".to_owned(), choice.alert.clone())).chain(choice.labels.clone()).collect(),
        ..PageFacts::without_runbook(choice.now)
    };
    let name = if choice.alert.is_empty() { "an alert without a name".to_owned() } else { choice.alert.clone() };
    view! {
        {title_about(&name)}
        <LivePage facts=Sent(facts)>{content(choice, name)}</LivePage>
    }
    .into_any()
}

fn content(choice: AlertChoice, name: String) -> AnyView {
    let query: Query = choice.labels.clone();
    let (title, sentence) = match choice.candidates.len() {
        0 if choice.alert.is_empty() => ("The link names no alert", "It ends where the alert's name should stand."),
        0 => ("No runbook for this alert", "No runbook of the library names this alert, and no file has its name."),
        _ => ("Several runbooks for this alert", "Each of these says that it is for this alert. Choose one."),
    };
    let notes: Vec<_> = choice.notes.into_iter().map(|note| view! { <li>{note}</li> }).collect();
    let notes = (!notes.is_empty()).then(|| view! { <div role="status"><ul class="query-notes">{notes}</ul></div> });
    view! {
        {bar(Some(name.clone()), String::new(), choice.state.is_some().then(|| LiveMark().into_any()))}
        <main id="_main" class="plain find">
            <p class="note">{title}</p>
            <h1>{name}</h1>
            {notes}
            {choice.state.as_ref().map(|alert| raw::live(paths::ALERT_TOPIC, "alert-state", drawn::alert(alert)))}
            {labels(choice.labels)}
            <p class="find-sentence">{sentence}</p>
            {list("Runbooks", choice.candidates, &query)}
            {list("Runbooks with a name like it", choice.near, &query)}
            {choice.starter.map(|starter| view! {
                <section aria-labelledby="_starter">
                    <h2 id="_starter">"Begin the missing runbook"</h2>
                    <p>
                        "Save this as " <code>{starter.file}</code>
                        " in a folder of the library. It is found within seconds, and its commands run at once."
                    </p>
                    <div class="starter">
                        <pre tabindex="0"><code>{starter.text.clone()}</code></pre>
                        <CopyButton text=starter.text />
                    </div>
                </section>
            })}
            <p><a href=paths::HOME>"All runbooks"</a></p>
        </main>
    }
    .into_any()
}

fn labels(labels: Query) -> Option<AnyView> {
    let rows: Vec<_> =
        labels.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect();
    (!rows.is_empty()).then(|| view! { <dl class="link-labels">{rows}</dl> }.into_any())
}

fn list(title: &'static str, candidates: Vec<Candidate>, query: &Query) -> Option<AnyView> {
    let rows: Vec<_> = candidates.into_iter().map(|candidate| row(candidate, query)).collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section>
                <h2>{title}</h2>
                <ul class="candidates">{rows}</ul>
            </section>
        }
        .into_any()
    })
}

fn row(candidate: Candidate, query: &Query) -> AnyView {
    let Candidate { path, section, title, reasons } = candidate;
    let href = address(path.as_str(), section.as_deref(), query);
    let why = (!reasons.is_empty()).then(|| view! { <span class="why">{capitalised(&reasons.join("; "))}</span> });
    view! {
        <li>
            <a href=href>{title}</a>
            <code>{path.to_string()}</code>
            {why}
        </li>
    }
    .into_any()
}

fn address(path: &str, section: Option<&str>, query: &Query) -> String {
    let address = paths::runbook(path, query.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    match section {
        Some(section) => paths::section(&address, section),
        None => address,
    }
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
