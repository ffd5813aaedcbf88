//! The library on the home page: the filters of the address, the list, its pages, and what is to be said of files.

use leptos::prelude::*;

use crate::{
    answer::Word,
    paths,
    server_side::{
        evidence::CrashLink,
        library::{Facet, LibraryQuery, LibraryView, Note, Passage, Row, RunbookSummary},
        render::freshness,
    },
    ui::{mark, time::distance_text},
};

/// The id of the bar's search form: fields of this section belong to it.
pub(super) const SEARCH_FORM: &str = "_search-form";
/// Names of one kind that are shown before the rest is folded away.
const SHOWN_FACETS: usize = 12;
/// Tags that a line shows; its runbook's page has them all.
const SHOWN_TAGS: usize = 6;
/// Columns of the list.
const COLUMNS: &str = "6";

/// The whole section.
pub(super) fn section(view: &LibraryView) -> AnyView {
    // The bar's search keeps the other filters.
    let kept: Vec<_> = view
        .query
        .fields()
        .into_iter()
        .filter(|(name, _)| *name != paths::SEARCH_FIELD)
        .map(|(name, value)| view! { <input type="hidden" form=SEARCH_FORM name=name value=value.to_owned() /> })
        .collect();
    view! {
        <section class="library" aria-labelledby="library">
            <div class="library-head">
                <h1 id="library">"Runbooks"</h1>
                <p class="library-count" role="status">{count_words(view)}</p>
            </div>
            {kept}
            {notices(&view.notes)}
            {chosen(&view.query)}
            {facet_lists(view)}
            {list(view)}
            {pages(view)}
            {crashes(view)}
            {remarks(&view.notes)}
        </section>
    }
    .into_any()
}

/// `443 runbooks`, `12 of 443 runbooks mention “pvc”`.
fn count_words(view: &LibraryView) -> String {
    let LibraryView { query, total, found, .. } = view;
    let runbooks = |count: usize| if count == 1 { "1 runbook".to_owned() } else { format!("{count} runbooks") };
    match (query.is_everything(), query.words.as_str()) {
        (true, _) => runbooks(*total),
        (false, "") => format!("{found} of {}", runbooks(*total)),
        (false, words) => format!("{found} of {} with “{words}”", runbooks(*total)),
    }
}

/// Kept crashes with the words that were searched for.
fn crashes(view: &LibraryView) -> Option<AnyView> {
    let item = |link: &CrashLink| {
        let place = format!("{} {}: {}", link.pod, link.container, link.words);
        view! {
            <li>
                <a href=link.href.clone()>{place}</a> ", "
                <time datetime=link.at.rfc3339()>{distance_text(link.at, view.now)}</time>
            </li>
        }
    };
    let items: Vec<_> = view.crashes.iter().map(item).collect();
    (!items.is_empty()).then(|| {
        view! {
            <section aria-labelledby="kept-crashes">
                <h2 id="kept-crashes">{format!("Kept crashes with “{}”", view.query.words)}</h2>
                <ul class="neighbours">{items}</ul>
            </section>
        }
        .into_any()
    })
}

/// The filters that are on; each is taken off by its link.
fn chosen(query: &LibraryQuery) -> Option<AnyView> {
    let without: [(&str, &Option<String>, LibraryQuery); 3] = [
        ("Folder", &query.folder, query.with(|query| query.folder = None)),
        ("Area", &query.domain, query.with(|query| query.domain = None)),
        ("Tag", &query.tag, query.with(|query| query.tag = None)),
    ];
    let words = (!query.words.is_empty()).then(|| query.with(|query| query.words.clear()));
    let words = words.map(|rest| ("Words", query.words.clone(), rest));
    let named = without.into_iter().filter_map(|(kind, value, rest)| Some((kind, value.clone()?, rest)));
    let chips: Vec<_> = words
        .into_iter()
        .chain(named)
        .map(|(kind, value, rest)| {
            view! {
                <li>
                    <a class="facet chosen" href=rest.address()>
                        <span class="facet-kind">{kind}</span> " " {value}
                        <span class="facet-off" aria-hidden="true">"×"</span>
                        <span class="visually-hidden">" (take off)"</span>
                    </a>
                </li>
            }
        })
        .collect();
    (!chips.is_empty()).then(|| view! { <ul class="facets" aria-label="Filters that are on">{chips}</ul> }.into_any())
}

fn facet_lists(view: &LibraryView) -> AnyView {
    let query = &view.query;
    let by_folder = |name: &str| query.with(|query| query.folder = Some(name.to_owned())).address();
    let by_domain = |name: &str| query.with(|query| query.domain = Some(name.to_owned())).address();
    let by_tag = |name: &str| query.with(|query| query.tag = Some(name.to_owned())).address();
    [
        facet_list("Folders", "folders", &view.folders, &by_folder),
        facet_list("Areas", "areas", &view.domains, &by_domain),
        facet_list("Tags", "tags", &view.tags, &by_tag),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .into_any()
}

/// One kind of filter. A name that all of the list has would narrow nothing, so it takes two to choose from.
fn facet_list(
    kind: &'static str,
    kinds: &'static str,
    facets: &[Facet],
    address: &dyn Fn(&str) -> String,
) -> Option<AnyView> {
    let item = |facet: &Facet| {
        // A folder is named by its last part: the rest stands above as the one that is chosen.
        let shown = if kind == "Folders" { facet.name.rsplit('/').next().unwrap_or(&facet.name) } else { &facet.name };
        view! {
            <li>
                <a class="facet" href=address(&facet.name)>
                    {shown.to_owned()} " " <span class="facet-count">{facet.count}</span>
                </a>
            </li>
        }
        .into_any()
    };
    let open: Vec<&Facet> = facets.iter().filter(|facet| !facet.is_chosen).collect();
    if open.is_empty() || facets.len() < 2 {
        return None;
    }
    let (first, rest) = open.split_at(open.len().min(SHOWN_FACETS));
    let first: Vec<_> = first.iter().map(|facet| item(facet)).collect();
    let rest: Vec<_> = rest.iter().map(|facet| item(facet)).collect();
    let more = (!rest.is_empty()).then(|| {
        let words = format!("{} more {kinds}", rest.len());
        view! { <details class="facets-more"><summary>{words}</summary><ul class="facets">{rest}</ul></details> }
    });
    Some(
        view! {
            <div class="facet-list">
                <p class="facet-kind">{kind}</p>
                <div>
                    <ul class="facets" aria-label=kind>{first}</ul>
                    {more}
                </div>
            </div>
        }
        .into_any(),
    )
}

fn list(view: &LibraryView) -> AnyView {
    if view.rows.is_empty() {
        return nothing(view);
    }
    // Found by words, the best stand first; else the folders keep their runbooks together.
    let is_by_folder = view.query.words.is_empty();
    let mut folder = String::new();
    let mut rows: Vec<AnyView> = Vec::new();
    for line in &view.rows {
        let own = line.summary.path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
        if is_by_folder && own != folder {
            folder = own.to_owned();
            rows.push(folder_row(&view.query, own));
        }
        rows.push(row(line, view));
    }
    view! {
        <table class="rows library-list">
            <thead>
                <tr>
                    <th scope="col">"Runbook"</th>
                    <th scope="col">"Area"</th>
                    <th scope="col" class="num">"Steps"</th>
                    <th scope="col" class="num">"Live commands"</th>
                    <th scope="col">"Freshness"</th>
                    <th scope="col">"Problems"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn folder_row(query: &LibraryQuery, folder: &str) -> AnyView {
    let href = query.with(|query| query.folder = Some(folder.to_owned())).address();
    view! {
        <tr class="library-folder">
            <th colspan=COLUMNS scope="rowgroup"><a href=href>{format!("{folder}/")}</a></th>
        </tr>
    }
    .into_any()
}

fn row(line: &Row, list: &LibraryView) -> AnyView {
    let runbook = &line.summary;
    let steps = match runbook.steps {
        1 => "1 step".to_owned(),
        steps => format!("{steps} steps"),
    };
    let live = match runbook.commands {
        0 => "none".to_owned(),
        commands => format!("{} of {commands}", runbook.checks),
    };
    let problems = (runbook.problems > 0).then(|| {
        let words =
            if runbook.problems == 1 { "1 problem".to_owned() } else { format!("{} problems", runbook.problems) };
        view! { <span class="state" data-state="warn">{mark::shape(|| Word::Warn)} {words}</span> }
    });
    view! {
        <tr>
            <th scope="row" class="runbook-cell">
                <a class="runbook-title" href=paths::runbook(runbook.path.as_str(), [])>{runbook.title.clone()}</a>
                {second_line(runbook, list)}
                {passages(runbook, &line.passages)}
            </th>
            <td class="area">{runbook.domain.clone()}</td>
            <td class="num steps" data-words=steps>{runbook.steps}</td>
            <td class="num live" class:none={runbook.checks == 0}>{live}</td>
            <td class="fresh">{runbook.freshness.map(|known| freshness::short(known, list.now))}</td>
            <td class="problems">{problems}</td>
        </tr>
    }
    .into_any()
}

/// The alert that it serves, when the title does not say so, and its tags.
fn second_line(runbook: &RunbookSummary, list: &LibraryView) -> Option<AnyView> {
    let alert = runbook.alert.clone().filter(|alert| !runbook.title.contains(alert.as_str()));
    let alert = alert.map(|alert| view! { <span class="mono">{alert}</span> });
    // Without the folder's own line above it, a runbook says itself where it lies.
    let folder = runbook.path.as_str().rsplit_once('/').filter(|_| !list.query.words.is_empty());
    let folder = folder.map(|(folder, _)| view! { <span class="mono">{format!("{folder}/")}</span> });
    let tags: Vec<_> = runbook
        .tags
        .iter()
        .take(SHOWN_TAGS)
        .map(|tag| {
            let href = list.query.with(|query| query.tag = Some(tag.clone())).address();
            view! { <a class="tag" href=href>{tag.clone()}</a> }
        })
        .collect();
    let more = runbook.tags.len().saturating_sub(SHOWN_TAGS);
    let more = (more > 0).then(|| view! { <span class="tags-more">{format!("{more} more")}</span> });
    (alert.is_some() || folder.is_some() || !tags.is_empty())
        .then(|| view! { <span class="runbook-line">{folder} {alert} {tags} {more}</span> }.into_any())
}

/// Where the words stand.
fn passages(runbook: &RunbookSummary, passages: &[Passage]) -> Option<AnyView> {
    let items: Vec<_> = passages
        .iter()
        .map(|passage| {
            let href = format!("{}#{}", paths::runbook(runbook.path.as_str(), []), passage.anchor);
            let class = if passage.is_command { "passage mono" } else { "passage" };
            view! { <a class=class href=href>{passage.text.clone()}</a> }
        })
        .collect();
    (!items.is_empty()).then(|| view! { <span class="passages">{items}</span> }.into_any())
}

fn nothing(view: &LibraryView) -> AnyView {
    let words = match view.total {
        0 if view.notes.is_empty() => {
            "The library is empty. Name its folders in runlight.toml under [library].".to_owned()
        }
        0 => "The library holds no runbook.".to_owned(),
        total => format!("None of {total} runbooks has all of this."),
    };
    let near: Vec<_> =
        view.near.iter().map(|(title, href)| view! { <li><a href=href.clone()>{title.clone()}</a></li> }).collect();
    let near =
        (!near.is_empty()).then(|| view! { <p>"Did you mean one of these?"</p> <ul class="ways-on">{near}</ul> });
    let all = (view.total > 0).then(|| view! { <p><a href=paths::HOME>"All runbooks"</a></p> });
    view! { <p class="empty">{words}</p> {near} {all} }.into_any()
}

fn pages(view: &LibraryView) -> Option<AnyView> {
    let to = |page: usize| LibraryQuery { page, ..view.query.clone() }.address();
    let page = view.query.page;
    let previous = (page > 1).then(|| view! { <a class="button" rel="prev" href=to(page - 1)>"Previous"</a> });
    let next = (page < view.pages).then(|| view! { <a class="button" rel="next" href=to(page + 1)>"Next"</a> });
    (view.pages > 1).then(|| {
        let words = format!("Page {page} of {}", view.pages);
        view! { <nav class="pages" aria-label="Pages">{previous} <span>{words}</span> {next}</nav> }.into_any()
    })
}

/// What concerns the whole list stands above it.
fn notices(notes: &[Note]) -> Option<AnyView> {
    let items: Vec<_> = notes
        .iter()
        .filter(|note| note.is_grave)
        .map(|note| {
            view! {
                <li>
                    {mark::worded(|| Word::Unknown)} " " <code>{note.place.clone()}</code> " " {note.words.clone()}
                </li>
            }
        })
        .collect();
    (!items.is_empty()).then(|| view! { <div role="status"><ul class="library-notices">{items}</ul></div> }.into_any())
}

/// What concerns single files stands below it, folded.
fn remarks(notes: &[Note]) -> Option<AnyView> {
    let items: Vec<_> = notes
        .iter()
        .filter(|note| !note.is_grave)
        .map(|note| view! { <li><code>{note.place.clone()}</code> " " {note.words.clone()}</li> })
        .collect();
    let words = match items.len() {
        0 => return None,
        1 => "1 remark on the library's files".to_owned(),
        count => format!("{count} remarks on the library's files"),
    };
    Some(view! { <details class="library-remarks"><summary>{words}</summary><ul>{items}</ul></details> }.into_any())
}
