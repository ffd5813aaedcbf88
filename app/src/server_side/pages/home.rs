//! The home page: the library, how the sources stand, and in the demo the links to try.

use leptos::prelude::*;

use super::{
    frame::{bar, failure},
    library,
    title::title,
};
use crate::{
    answer::Word,
    live::{context::PageFacts, link::LiveMark, page::LivePage},
    panels::{drawn, raw},
    paths,
    server_side::{
        alerts::FiringView,
        backend::{DemoLink, HomeView, SourceStatus},
        library::{LibraryQuery, LibraryView},
        request::{answer, door, page_query},
    },
    ui::{mark, sent::Sent},
};

/// The library.
pub(in crate::server_side) fn home_page() -> impl IntoView {
    let query = LibraryQuery::read(&page_query());
    let view = answer(async move {
        let (backend, caller) = door()?;
        Ok((backend.home(&caller).await?, backend.library(&caller, &query).await?))
    });
    Suspend::new(async move {
        match view.await {
            Ok((home, library)) => page(home, library).into_any(),
            Err(error) => failure(error).into_any(),
        }
    })
}

fn page(home: HomeView, library: LibraryView) -> AnyView {
    let facts = PageFacts::without_runbook(home.now);
    view! {
        {title()}
        <LivePage facts=Sent(facts)>{content(home, &library)}</LivePage>
    }
    .into_any()
}

fn content(home: HomeView, library: &LibraryView) -> AnyView {
    let HomeView { firing, sources, demo_links, .. } = home;
    // Who looks for something sees what was found, and nothing else.
    let is_looking = !library.query.is_everything() || library.query.page > 1;
    view! {
        {bar(None, library.query.words.clone(), firing.is_some().then(|| LiveMark().into_any()))}
        <main id="_main" class="home">
            {firing.filter(|_| !is_looking).map(firing_now)}
            {(!is_looking).then(|| demo(demo_links))}
            {library::section(library)}
            {(!is_looking).then(|| source_list(sources))}
        </main>
    }
    .into_any()
}

/// What fires and where to start.
fn firing_now(firing: FiringView) -> AnyView {
    view! {
        <section class="firing" aria-labelledby="firing">
            <h2 id="firing">"Firing now"</h2>
            {raw::live(paths::FIRING_TOPIC, "firing-list", drawn::firing(&firing))}
        </section>
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
            <p class="ways-on">
                <a href=paths::DOCTOR>"What each source lets Runlight see, and how to mend what is missing"</a>
            </p>
        </section>
    }
    .into_any()
}
