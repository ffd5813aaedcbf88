//! One firing of one alert: what happened when, what was written down, and all of it as Markdown.

use leptos::prelude::*;

use super::{
    frame::{bar, failure},
    title::title_about,
};
use crate::{
    paths,
    server_side::{
        incident::{IncidentView, Line},
        request::{answer as ask, door, path_below},
    },
    ui::time::{distance_text, full_text},
};

/// `/i/ID`.
pub(in crate::server_side) fn incident_page() -> impl IntoView {
    let id = path_below(paths::INCIDENT_ROOT);
    let view = ask(async move {
        let (backend, caller) = door()?;
        backend.incident(&caller, &id).await
    });
    Suspend::new(async move {
        match view.await {
            Ok(incident) => page(&incident),
            Err(error) => failure(error),
        }
    })
}

fn page(incident: &IncidentView) -> AnyView {
    let now = incident.now;
    let line = |line: &Line| {
        let words = line.words.clone();
        let words = match line.href.clone() {
            Some(href) => view! { <a href=href>{words}</a> }.into_any(),
            None => words.into_any(),
        };
        view! {
            <li>
                <time datetime=line.at.rfc3339()>{full_text(line.at)}</time>
                <span>{words}</span>
            </li>
        }
    };
    let lines: Vec<_> = incident.lines.iter().map(line).collect();
    let labels: Vec<_> = incident
        .labels
        .iter()
        .map(|(name, value)| view! { <div><dt>{name.clone()}</dt><dd class="mono">{value.clone()}</dd></div> })
        .collect();
    let note = paths::incident_note(&incident.id);
    let began = incident.starts_at;
    view! {
        {title_about(&incident.title)}
        {bar(Some("Incident".into()), String::new(), None)}
        <main id="_main" class="home evidence incident">
            <h1>{incident.title.clone()}</h1>
            <p class="sentence"><span>
                {incident.state.clone()} " It began at "
                <time datetime=began.rfc3339()>{full_text(began)}</time> " (" {distance_text(began, now)} ")."
            </span></p>
            <p><a href=incident.runbook.clone()>"The runbook for this alert"</a></p>
            <section>
                <h2>"What happened"</h2>
                <ol class="time-line">{lines}</ol>
            </section>
            <section>
                <h2>"Write something down"</h2>
                <p class="note">"It is kept here alone; nothing is sent to Alertmanager or a cluster."</p>
                <form class="note-form" method="post" action=note>
                    <label>"Your name" <input name="who" maxlength="80" autocomplete="nickname" /></label>
                    <label>"Note" <textarea name="text" maxlength="4000" rows="3"></textarea></label>
                    <button class="button">"Add the note"</button>
                    <span class="note">"Without words it says that you have it."</span>
                </form>
            </section>
            <section>
                <h2>"For a ticket"</h2>
                <p>
                    <a href=paths::incident_file(&incident.id, "markdown")>"As Markdown"</a> " · "
                    <a href=paths::incident_file(&incident.id, "json")>"As JSON"</a>
                </p>
                <pre class="telling" tabindex="0">{incident.markdown.clone()}</pre>
            </section>
            <section><h2>"The alert"</h2><dl class="evidence-facts">{labels}</dl></section>
        </main>
    }
    .into_any()
}
