//! The foot of a runbook: what the file says of itself, how far it can be trusted, and where it lies.

use leptos::prelude::*;
use runbook::problem::Severity;

use super::freshness;
use crate::{
    paths,
    server_side::{
        backend::RunbookView,
        library::{Freshness, LibraryQuery, Related},
    },
};

/// Metadata and freshness in words, and the runbooks around this one.
pub(in crate::server_side) fn view(view: &RunbookView) -> AnyView {
    let other: Vec<_> = view.runbook.metadata.other.iter().map(|(name, value)| fact(name, value.clone())).collect();
    view! {
        <footer class="about" id="_about">
            <h2>"About this runbook"</h2>
            <dl>
                {view.freshness.map(|known| fact("Freshness", freshness_of(known, view)))}
                {domain(view)}
                {tags(view)}
                {other}
                {fact("File", view! { <code>{view.file.clone()}</code> })}
                {runbooks("Related", &view.related)}
                {runbooks("Linked from", &view.backlinks)}
            </dl>
            {remarks(view)}
        </footer>
    }
    .into_any()
}

fn fact(name: &str, value: impl IntoView + 'static) -> AnyView {
    view! { <div><dt>{name.to_owned()}</dt><dd>{value}</dd></div> }.into_any()
}

fn freshness_of(known: Freshness, view: &RunbookView) -> AnyView {
    let bar = known.confidence.map(|share| view! { <span class="fresh">{freshness::bar(share)}</span> " " });
    view! { {bar} {freshness::words(known, view.now)} }.into_any()
}

fn domain(view: &RunbookView) -> Option<AnyView> {
    let domain = view.runbook.metadata.domain.clone()?;
    let href = LibraryQuery { domain: Some(domain.clone()), ..LibraryQuery::default() }.address();
    Some(fact("Domain", view! { <a href=href>{domain}</a> }))
}

fn tags(view: &RunbookView) -> Option<AnyView> {
    let tags: Vec<_> = view
        .runbook
        .metadata
        .tags
        .iter()
        .map(|tag| {
            let href = LibraryQuery { tag: Some(tag.clone()), ..LibraryQuery::default() }.address();
            view! { <li><a href=href>{tag.clone()}</a></li> }
        })
        .collect();
    (!tags.is_empty()).then(|| fact("Tags", view! { <ul class="about-tags">{tags}</ul> }))
}

/// Other runbooks with the reason for each. They open without this page's values: another alert has its own.
fn runbooks(name: &str, list: &[Related]) -> Option<AnyView> {
    let items: Vec<_> = list
        .iter()
        .map(|related| {
            let href = paths::runbook(related.path.as_str(), []);
            let why = (!related.why.is_empty()).then(|| view! { <span class="about-why">{related.why.clone()}</span> });
            view! { <li><a href=href>{related.title.clone()}</a> " " {why}</li> }
        })
        .collect();
    (!items.is_empty()).then(|| fact(name, view! { <ul class="about-runbooks">{items}</ul> }))
}

/// What lint says of the file.
fn remarks(view: &RunbookView) -> Option<AnyView> {
    let items: Vec<_> = view
        .runbook
        .problems
        .iter()
        .filter(|problem| problem.severity >= Severity::Warning)
        .map(|problem| {
            let help = problem.help.clone().map(|help| format!(" {help}"));
            view! { <li>{format!("Line {}: {}", problem.line, problem.message)} {help}</li> }
        })
        .collect();
    let count = items.len();
    (count > 0).then(|| {
        let words =
            if count == 1 { "1 remark on this file".to_owned() } else { format!("{count} remarks on this file") };
        view! { <details><summary>{words}</summary><ul>{items}</ul></details> }.into_any()
    })
}
