//! A crash that was kept, or a page that was shared: title and time first, then what it was.

use leptos::prelude::*;
use runbook::{outcome::Report, time::Timestamp};

use super::{
    frame::{bar, failure},
    title::title_about,
};
use crate::{
    panels::{drawn, raw},
    paths,
    server_side::{
        evidence::{CrashLink, CrashView, DifferenceView, EvidenceView, SharedView},
        request::{answer as ask, door, path_below},
    },
    ui::time::{distance_text, full_text},
};

/// `/e/ID`.
pub(in crate::server_side) fn evidence_page() -> impl IntoView {
    let id = path_below(paths::EVIDENCE_ROOT);
    let view = ask(async move {
        let (backend, caller) = door()?;
        backend.evidence(&caller, &id).await
    });
    Suspend::new(async move {
        match view.await {
            Ok(EvidenceView::Crash(crash)) => crash_page(&crash),
            Ok(EvidenceView::Page(page)) => shared_page(&page),
            Err(error) => failure(error),
        }
    })
}

fn crash_page(crash: &CrashView) -> AnyView {
    let facts: Vec<_> = crash.facts.iter().map(|(name, value)| fact(name, value)).collect();
    let seen = crash.seen.as_ref().map(|seen| {
        let note = seen.note.clone().map(|note| view! { "; last note: " <q>{note}</q> });
        view! { <p>{seen.words()}{note}"."</p> }
    });
    let in_loop = (crash.in_loop > 1)
        .then(|| view! { <p>{format!("One of {} crashes that followed one another.", crash.in_loop)}</p> });
    let telling = crash.telling.clone().map(|line| view! { <pre class="telling" tabindex="0">{line}</pre> });
    let verdict = crash.verdict.as_ref().map(|(report, words)| {
        view! {
            <section aria-labelledby="verdict-then">
                <h2 id="verdict-then">"The verdict then"</h2>
                {still(report)}
                <p class="note">{words.clone()}</p>
            </section>
        }
    });
    let runbook = crash
        .runbook
        .clone()
        .map(|(title, href)| view! { <p><a href=href>{format!("Open {title} for this pod now")}</a></p> });
    let unknown: Vec<_> = crash.unknown.iter().map(|words| view! { <li>{words.clone()}</li> }).collect();
    let unknown = (!unknown.is_empty()).then(|| {
        view! {
            <section><h2>"What is not known"</h2><ul>{unknown}</ul></section>
        }
    });
    view! {
        {title_about(&crash.title)}
        {bar(Some("Evidence".into()), String::new(), None)}
        <main id="_main" class="home evidence">
            <h1>{crash.title.clone()}</h1>
            <p class="sentence"><span>{instant(crash.at, crash.now)}</span></p>
            {telling}
            {seen}
            {in_loop}
            {neighbours(crash)}
            {verdict}
            {crash.difference.as_ref().map(|found| difference(found, crash.now))}
            <section><h2>"Log of the run that ended"</h2>{still(&crash.log)}</section>
            <section><h2>"Events"</h2>{still(&crash.events)}</section>
            {backup(crash)}
            <section><h2>"The crash"</h2><dl class="evidence-facts">{facts}</dl></section>
            {unknown}
            {runbook}
            {pin(&crash.id, crash.is_pinned)}
        </main>
    }
    .into_any()
}

fn shared_page(page: &SharedView) -> AnyView {
    let bindings: Vec<_> = page.bindings.iter().map(|(name, value)| fact(name, value)).collect();
    let reports: Vec<_> = page
        .reports
        .iter()
        .map(|(command, report)| {
            let command =
                (!command.is_empty()).then(|| view! { <pre class="telling" tabindex="0">{command.clone()}</pre> });
            view! { <section>{command}{still(report)}</section> }
        })
        .collect();
    view! {
        {title_about(&page.title)}
        {bar(Some("Shared page".into()), String::new(), None)}
        <main id="_main" class="home evidence">
            <h1>{page.title.clone()}</h1>
            <p class="sentence"><span>{format!("As {} saw it at ", page.by)}{instant(page.at, page.now)}</span></p>
            <dl class="evidence-facts">{bindings}</dl>
            {reports}
            <p><a href=page.live.clone()>"The same page, live"</a></p>
            {pin(&page.id, page.is_pinned)}
        </main>
    }
    .into_any()
}

/// How long it stays, and a press that changes it.
fn pin(id: &str, is_pinned: bool) -> AnyView {
    let (words, action, value) = match is_pinned {
        true => ("It is kept whatever its age.", "Keep no longer than others", "no"),
        false => ("It is kept as long as [evidence] says, then it goes.", "Keep", "yes"),
    };
    view! {
        <form class="share-form" method="post" action=paths::evidence_pin(id)>
            <button class="button" name="keep" value=value>{action}</button>
            <span class="note">{words}</span>
        </form>
    }
    .into_any()
}

/// A report as it was, drawn by the same code as on a live page; nothing in it moves.
fn still(report: &Report) -> AnyView {
    let update = drawn::update(report, &[]);
    let panel = update.panel.unwrap_or_else(|| "empty".to_owned());
    raw::still(panel, update.brief.word.attribute(), update.html).into_any()
}

fn fact(name: &str, value: &str) -> AnyView {
    view! { <div><dt>{name.to_owned()}</dt><dd class="mono">{value.to_owned()}</dd></div> }.into_any()
}

fn instant(at: Timestamp, now: Timestamp) -> AnyView {
    view! { <time datetime=at.rfc3339()>{full_text(at)}</time> " (" {distance_text(at, now)} ")" }.into_any()
}

fn neighbours(crash: &CrashView) -> AnyView {
    let items: Vec<_> = crash
        .neighbours
        .iter()
        .map(|(name, link)| {
            let link = link.as_ref().map_or_else(
                || view! { <span class="note">"none"</span> }.into_any(),
                |link| view! { <a href=link.href.clone()>{instant(link.at, crash.now)}</a> }.into_any(),
            );
            view! { <li>{*name} ": " {link}</li> }
        })
        .collect();
    view! { <nav aria-label="Crashes of the same owner"><ul class="neighbours">{items}</ul></nav> }.into_any()
}

fn difference(found: &DifferenceView, now: Timestamp) -> AnyView {
    let CrashLink { href, at, .. } = found.before.clone();
    let rows: Vec<_> = found
        .fields
        .iter()
        .map(|(name, then, new)| {
            view! { <tr><th scope="row">{*name}</th><td class="mono">{then.clone()}</td><td class="mono">{new.clone()}</td></tr> }
        })
        .collect();
    let lines = |title: &'static str, lines: &[String]| {
        (!lines.is_empty()).then(|| {
            view! { <h3>{title}</h3><pre class="telling" tabindex="0">{lines.join("\n")}</pre> }
        })
    };
    let table = (!rows.is_empty()).then(|| {
        view! {
            <div class="table-wrap" tabindex="0">
                <table>
                    <thead><tr><th></th><th>"Then"</th><th>"This time"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    let same = (found.fields.is_empty() && found.only_before.is_empty() && found.only_now.is_empty())
        .then(|| view! { <p>"Nothing that was kept of both differs, apart from times, ids and addresses."</p> });
    let unknown: Vec<_> = found.unknown.iter().map(|words| view! { <p class="note">{words.clone()}</p> }).collect();
    view! {
        <section>
            <h2>"What differs from the crash before"</h2>
            <p><a href=href>{instant(at, now)}</a></p>
            {same}
            {table}
            {lines("Last lines only then", &found.only_before)}
            {lines("Last lines only this time", &found.only_now)}
            {unknown}
        </section>
    }
    .into_any()
}

fn backup(crash: &CrashView) -> AnyView {
    let words = match &crash.backup {
        Ok(work) if work.is_empty() => view! { <p>"No backup was at work."</p> }.into_any(),
        Ok(work) => {
            let items: Vec<_> = work.iter().map(|words| view! { <li>{words.clone()}</li> }).collect();
            view! { <ul>{items}</ul> }.into_any()
        }
        Err(unknown) => view! { <p>{unknown.reason.clone()} " " {unknown.remedy.clone()}</p> }.into_any(),
    };
    view! { <section><h2>"Backups at that time"</h2>{words}</section> }.into_any()
}
