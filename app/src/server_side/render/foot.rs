//! The foot of a runbook: what the file says of itself, how far it can be trusted, and where it lies.

use leptos::prelude::*;
use runbook::{problem::Severity, time::Timestamp};

use crate::{
    server_side::backend::{Freshness, RunbookView},
    ui::time,
};

/// Metadata and freshness in words.
pub(in crate::server_side) fn view(view: &RunbookView) -> AnyView {
    let metadata = &view.runbook.metadata;
    let mut facts: Vec<(String, String)> = Vec::new();
    facts.extend(view.freshness.map(|freshness| ("Freshness".to_owned(), freshness_words(freshness, view.now))));
    facts.extend(metadata.domain.clone().map(|domain| ("Domain".to_owned(), domain)));
    if !metadata.tags.is_empty() {
        facts.push(("Tags".to_owned(), metadata.tags.join(", ")));
    }
    facts.extend(metadata.other.iter().cloned());
    let facts: Vec<_> =
        facts.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect();
    let file = view.file.clone();
    view! {
        <footer class="about" id="_about">
            <h2>"About this runbook"</h2>
            <dl>
                {facts}
                <div><dt>"File"</dt><dd><code>{file}</code></dd></div>
            </dl>
            {remarks(view)}
        </footer>
    }
    .into_any()
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

/// `last touched 9 months ago; confidence about 73 %`.
fn freshness_words(freshness: Freshness, now: Timestamp) -> String {
    let touched =
        format!("last touched {} ({})", time::long_ago(freshness.touched_at, now), freshness.touched_at.date());
    match freshness.confidence {
        Some(share) => format!("{touched}; confidence about {:.0} %", share * 100.0),
        None => touched,
    }
}
