//! Pods by restarts. Choosing a row binds its pod in the address, and so in every command of the page.

use runbook::{
    outcome::{Body, LastState, RestartRow, RestartTable},
    time::Timestamp,
};

use super::{Drawing, note, rows};
use crate::ui::{
    name,
    node::{Element, Node, el, text},
    time,
};

/// Column heads, and whether they hold numbers.
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
pub(super) fn draw(table: &RestartTable, drawing: Drawing<'_>) -> Vec<Node> {
    let now = drawing.now;
    let cell = |row: &RestartRow, column| cell_text(row, column, now);
    let chosen = rows::choose(&table.rows, drawing.settings, COLUMNS.len(), &cell, |row| row.is_bound);
    let before = match drawing.before.map(|report| &report.body) {
        Some(Body::RestartTable(before)) => before.rows.as_slice(),
        _ => &[],
    };
    let row = |row: &RestartRow| {
        let old = before.iter().find(|old| old.pod == row.pod && old.namespace == row.namespace);
        draw_row(row, old, drawing)
    };
    let label = drawing.report.title.clone();
    let total = (table.total_pods, "pods");
    let mut drawn = rows::table(label, "rows restarts", &COLUMNS, chosen, total, drawing.settings, &row);
    if let Some(since) = table.watching_since {
        let clock = time::clock(since, now).into();
        drawn.push(note([text("Restarts in the last hour as seen since "), clock, text(", when the watch began.")]));
    }
    if let Some(since) = table.stale_since {
        let words = text("The watch is broken; these rows are as of ");
        drawn.push(note([words].into_iter().chain(time::instant(since, now)).chain([text(".")])));
    }
    drawn
}

fn draw_row(row: &RestartRow, old: Option<&RestartRow>, drawing: Drawing<'_>) -> Element {
    let old = old.unwrap_or(row);
    let class = |names: &str, has_changed| drawing.class(names, has_changed);
    let binds = [("namespace", row.namespace.as_str()), ("pod", &row.pod), ("container", &row.container)];
    let link = el("a").with("href", drawing.page.address_with(&binds)).child(name::cut(&row.pod));
    let mark = row.is_bound.then(|| el("span").class("visually-hidden").text("The alert's pod: "));
    let last = row.last_state.as_ref().map(|last| last_state(last, drawing.now));
    el("tr")
        .class(if row.is_bound { "bound" } else { "" })
        .child(el("td").class("namespace").child(name::cut(&row.namespace)))
        .child(el("th").with("scope", "row").class("pod").all(mark).child(link))
        .child(el("td").class("container").child(name::cut(&row.container)))
        .child(el("td").class(class("num ready", old.ready != row.ready)).text(row.ready.clone()))
        .child(el("td").class(class("status", old.status != row.status)).text(row.status.clone()))
        .child(el("td").class(class("num count", old.restarts != row.restarts)).text(row.restarts.to_string()))
        .child(
            el("td")
                .class(class("num hour", old.restarts_last_hour != row.restarts_last_hour))
                .text(row.restarts_last_hour.to_string()),
        )
        .child(el("td").class(class("last", old.last_state != row.last_state)).all(last.into_iter().flatten()))
        .child(el("td").class("num age").all(row.created_at.map(|at| time::age(at, drawing.now))))
        .child(el("td").class("node").child(name::cut(&row.node)))
}

/// `OOMKilled, exit 137, 14 min ago`.
fn last_state(last: &LastState, now: Timestamp) -> Vec<Node> {
    let mut drawn = vec![text(last.reason.clone())];
    if let Some(code) = last.exit_code {
        drawn.push(text([", exit ", &code.to_string()].concat()));
    }
    if let Some(at) = last.at {
        drawn.push(text(", "));
        drawn.push(time::distance(at, now).into());
    }
    drawn
}

/// What sorting and filtering look at.
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
