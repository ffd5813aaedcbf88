//! The home page: the library, how the sources stand, and in the demo the links to try.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos_meta::Title;

use super::frame::{bar, failure};
use crate::{
    answer::Word,
    paths,
    server_side::{
        backend::{DemoLink, HomeView, RunbookSummary, SourceStatus},
        request::{answer, door, page_query},
    },
    ui::mark,
};

/// The library.
pub(in crate::server_side) fn home_page() -> impl IntoView {
    let search = page_query().into_iter().find(|(name, _)| name == paths::SEARCH_FIELD).map(|(_, value)| value);
    let view = answer(async {
        let (backend, caller) = door()?;
        backend.home(&caller).await
    });
    Suspend::new(async move {
        match view.await {
            Ok(view) => page(view, search.unwrap_or_default()).into_any(),
            Err(error) => failure(error).into_any(),
        }
    })
}

fn page(home: HomeView, search: String) -> AnyView {
    let HomeView { runbooks, sources, demo_links } = home;
    let title = if search.is_empty() { "Runbooks".to_owned() } else { format!("Runbooks with “{search}”") };
    view! {
        <Title text="Runlight" />
        {bar(None, search.clone(), None)}
        <main id="_main" class="home">
            {demo(demo_links)}
            <section class="library" aria-labelledby="library">
                <h1 id="library">{title}</h1>
                {library(runbooks, &search)}
            </section>
            {source_list(sources)}
        </main>
    }
    .into_any()
}

fn demo(links: Vec<DemoLink>) -> Option<AnyView> {
    let items: Vec<_> = links.into_iter().map(|link| view! { <li><a href=link.href>{link.story}</a></li> }).collect();
    (!items.is_empty()).then(|| {
        view! {
            <section class="demo-links" aria-labelledby="demo">
                <h2 id="demo">"Tonight in the simulated homelab"</h2>
                <ul>{items}</ul>
            </section>
        }
        .into_any()
    })
}

fn library(runbooks: Vec<RunbookSummary>, search: &str) -> AnyView {
    let needle = search.to_lowercase();
    let total = runbooks.len();
    let mut folders: BTreeMap<String, Vec<RunbookSummary>> = BTreeMap::new();
    for runbook in runbooks.into_iter().filter(|runbook| mentions(runbook, &needle)) {
        let folder = runbook.path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        folders.entry(folder).or_default().push(runbook);
    }
    if folders.is_empty() {
        let words = match total {
            0 => "The library is empty. Name its folders in runlight.toml under [library].".to_owned(),
            total => format!("None of {total} runbooks mentions this in its title, alert, area or path."),
        };
        return view! { <p class="empty">{words}</p> }.into_any();
    }
    folders
        .into_iter()
        .map(|(folder, runbooks)| {
            let heading = (!folder.is_empty()).then(|| view! { <h2 class="folder">{folder}</h2> });
            let rows: Vec<_> = runbooks.into_iter().map(row).collect();
            view! { {heading} <ul class="runbooks">{rows}</ul> }
        })
        .collect::<Vec<_>>()
        .into_any()
}

fn row(runbook: RunbookSummary) -> AnyView {
    let steps = match runbook.steps {
        0 => "no steps".to_owned(),
        1 => "1 step".to_owned(),
        steps => format!("{steps} steps"),
    };
    let live = format!("{} of {} commands run here", runbook.checks, runbook.commands);
    let confidence = runbook
        .freshness
        .and_then(|freshness| freshness.confidence)
        .map(|share| format!("confidence {:.0} %", share * 100.0));
    view! {
        <li>
            <a href=paths::runbook(runbook.path.as_str(), [])>{runbook.title}</a>
            <span class="runbook-facts">
                <span>{steps}</span>
                <span>{live}</span>
                {runbook.domain.map(|domain| view! { <span>{domain}</span> })}
                {confidence.map(|words| view! { <span>{words}</span> })}
            </span>
        </li>
    }
    .into_any()
}

fn mentions(runbook: &RunbookSummary, needle: &str) -> bool {
    let texts = [
        Some(runbook.title.as_str()),
        Some(runbook.path.as_str()),
        runbook.alert.as_deref(),
        runbook.domain.as_deref(),
    ];
    texts.into_iter().flatten().any(|text| text.to_lowercase().contains(needle))
}

fn source_list(sources: Vec<SourceStatus>) -> AnyView {
    let rows: Vec<_> = sources
        .into_iter()
        .map(|source| {
            let (word, words) = match source.state {
                Ok(known) => (Word::Pass, known),
                Err(unknown) => (Word::Unknown, format!("{} {}", unknown.reason, unknown.remedy)),
            };
            view! {
                <li>
                    {mark::worded(move || word)}
                    <span class="source-name">{source.name}</span>
                    <span class="source-kind">{source.kind}</span>
                    <span class="source-words">{words}</span>
                </li>
            }
        })
        .collect();
    let body = if rows.is_empty() {
        view! { <p class="empty">"No source is configured: runbooks can be read, and no check can be run."</p> }
            .into_any()
    } else {
        view! { <ul class="sources">{rows}</ul> }.into_any()
    };
    view! {
        <section class="source-list" aria-labelledby="sources">
            <h2 id="sources">"Sources"</h2>
            {body}
        </section>
    }
    .into_any()
}
