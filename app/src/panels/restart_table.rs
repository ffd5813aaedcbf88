//! Pods by restarts. Choosing a row binds its pod in the address, and so in every command of the page.

use leptos::prelude::*;
use runbook::{
    outcome::{Body, LastState, RestartRow, RestartTable},
    time::Timestamp,
};

use super::{
    Drawing, grouped,
    rows::{self, Head},
};
use crate::{
    live::context::Page,
    ui::{name, time},
};

const COLUMNS: [(&str, bool); 10] = [
    ("Namespace", false),
    ("Pod", false),
    ("Container", false),
    ("Ready", true),
    ("Status", false),
    ("Restarts", true),
    ("Last hour", true),
    ("Last state", false),
    ("Age", true),
    ("Node", false),
];

/// The table, its count and what is known of the watch.
pub(super) fn view(table: &RestartTable, drawing: Drawing<'_>) -> AnyView {
    let now = drawing.now;
    let text = |row: &RestartRow, column| cell_text(row, column, now);
    let (chosen, passed) = rows::choose(&table.rows, drawing.controls, COLUMNS.len(), text, |row| row.is_bound);
    let before = match drawing.before.map(|report| &report.body) {
        Some(Body::RestartTable(before)) => before.rows.as_slice(),
        _ => &[],
    };
    let empty = chosen.is_empty().then(|| {
        let reason = match table.rows.len() {
            0 => format!("No row: none of {} pods is what the command asks for.", grouped(table.total_pods)),
            rows => format!("No row: none of these {} contains what the filter says.", grouped(rows)),
        };
        view! { <p class="empty">{reason}</p> }
    });
    let toolbar = rows::toolbar(chosen.len(), passed, table.total_pods, "pods", drawing.controls);
    let body: Vec<_> = chosen
        .into_iter()
        .map(|row| {
            let old = before.iter().find(|old| old.pod == row.pod && old.namespace == row.namespace);
            row_view(row, old, drawing)
        })
        .collect();
    let heads = COLUMNS.iter().map(|&(label, is_numeric)| Head { label: label.into(), is_numeric }).collect();
    let watch = watch_note(table, now);
    view! {
        {toolbar}
        <div class="table-scroll" tabindex="0" role="region" aria-label="Pods by restarts">
            <table class="rows restarts">
                {rows::head(heads, drawing.controls)}
                <tbody>{body}</tbody>
            </table>
        </div>
        {empty}
        {watch}
    }
    .into_any()
}

fn row_view(row: &RestartRow, old: Option<&RestartRow>, drawing: Drawing<'_>) -> AnyView {
    let class = |name: &'static str, changed: bool| format!("{name}{}", drawing.warmth(changed));
    let ready = class("num ready", old.is_some_and(|old| old.ready != row.ready));
    let status = class("status", old.is_some_and(|old| old.status != row.status));
    let restarts = class("num restarts", old.is_some_and(|old| old.restarts != row.restarts));
    let hour = class("num hour", old.is_some_and(|old| old.restarts_last_hour != row.restarts_last_hour));
    let last = class("last", old.is_some_and(|old| old.last_state != row.last_state));
    let href = Page::current().address_with(&[
        ("namespace", &row.namespace),
        ("pod", &row.pod),
        ("container", &row.container),
    ]);
    let mark = row.is_bound.then(|| view! { <span class="visually-hidden">"The alert's pod: "</span> });
    let age = row.created_at.map(|at| time::age(at, drawing.now));
    view! {
        <tr class:bound=row.is_bound>
            <td class="namespace">{name::cut(&row.namespace)}</td>
            <th scope="row" class="pod">{mark}<a href=href>{name::cut(&row.pod)}</a></th>
            <td class="container">{name::cut(&row.container)}</td>
            <td class=ready>{row.ready.clone()}</td>
            <td class=status>{row.status.clone()}</td>
            <td class=restarts>{row.restarts}</td>
            <td class=hour>{row.restarts_last_hour}</td>
            <td class=last>{row.last_state.as_ref().map(|last| last_state(last, drawing.now))}</td>
            <td class="num age">{age}</td>
            <td class="node">{name::cut(&row.node)}</td>
        </tr>
    }
    .into_any()
}

fn last_state(last: &LastState, now: Timestamp) -> AnyView {
    let reason = match last.exit_code {
        Some(code) => format!("{}, exit {code}", last.reason),
        None => last.reason.clone(),
    };
    let at = last.at.map(|at| view! { ", " {time::distance(at, now)} });
    view! { {reason} {at} }.into_any()
}

fn watch_note(table: &RestartTable, now: Timestamp) -> AnyView {
    let since = table.watching_since.map(|since| {
        view! {
            <p class="note">
                {format!("Restarts in the last hour as seen since {}, when the watch began.", time::clock_text(since, now))}
            </p>
        }
    });
    let stale = table.stale_since.map(|since| {
        view! {
            <p class="note attention">"The watch is broken; these rows are as of " {time::instant(since, now)} "."</p>
        }
    });
    view! { {since} {stale} }.into_any()
}

fn cell_text(row: &RestartRow, column: usize, now: Timestamp) -> String {
    match column {
        0 => row.namespace.clone(),
        1 => row.pod.clone(),
        2 => row.container.clone(),
        3 => row.ready.clone(),
        4 => row.status.clone(),
        5 => row.restarts.to_string(),
        6 => row.restarts_last_hour.to_string(),
        7 => row.last_state.as_ref().map(|last| last.reason.clone()).unwrap_or_default(),
        8 => row.created_at.map(|at| (now.ms_since(at) / 1_000).to_string()).unwrap_or_default(),
        _ => row.node.clone(),
    }
}
