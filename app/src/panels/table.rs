//! A table in the source's own columns.

use leptos::prelude::*;
use runbook::outcome::{Body, Row, Table};

use super::{
    Drawing, grouped,
    rows::{self, Head},
};
use crate::{live::context::Page, ui::name};

/// The table and its count.
pub(super) fn view(table: &Table, drawing: Drawing<'_>) -> AnyView {
    let text = |row: &Row, column: usize| row.cells.get(column).cloned().unwrap_or_default();
    let (chosen, passed) = rows::choose(&table.rows, drawing.controls, table.columns.len(), text, |row| row.is_bound);
    let before = match drawing.before.map(|report| &report.body) {
        Some(Body::Table(before)) => before.rows.as_slice(),
        _ => &[],
    };
    let empty = chosen.is_empty().then(|| {
        let reason = match table.rows.len() {
            0 => format!("No row: none of {} is what the command asks for.", grouped(table.total_rows)),
            rows => format!("No row: none of these {} contains what the filter says.", grouped(rows)),
        };
        view! { <p class="empty">{reason}</p> }
    });
    let toolbar = rows::toolbar(chosen.len(), passed, table.total_rows, "rows", drawing.controls);
    let numeric: Vec<bool> = table.columns.iter().map(|column| column.is_numeric).collect();
    let body: Vec<_> = chosen
        .into_iter()
        .map(|row| {
            let old = before.iter().find(|old| old.cells.first() == row.cells.first() && old.binds == row.binds);
            row_view(row, old, &numeric, drawing)
        })
        .collect();
    let heads =
        table.columns.iter().map(|column| Head { label: column.name.clone(), is_numeric: column.is_numeric }).collect();
    let label = drawing.report.title.clone();
    view! {
        {toolbar}
        <div class="table-scroll" tabindex="0" role="region" aria-label=label>
            <table class="rows">
                {rows::head(heads, drawing.controls)}
                <tbody>{body}</tbody>
            </table>
        </div>
        {empty}
    }
    .into_any()
}

fn row_view(row: &Row, old: Option<&Row>, numeric: &[bool], drawing: Drawing<'_>) -> AnyView {
    let binds: Vec<(&str, &str)> = row.binds.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let href = (!binds.is_empty()).then(|| Page::current().address_with(&binds));
    let is_bound = row.is_bound;
    let cells: Vec<_> = row
        .cells
        .iter()
        .enumerate()
        .map(|(column, cell)| {
            let changed = old.is_some_and(|old| old.cells.get(column) != Some(cell));
            let kind = if numeric.get(column) == Some(&true) { "num" } else { "" };
            let class = format!("{kind}{}", drawing.warmth(changed));
            // The row's own link stands in the cell that holds the value which it binds.
            let is_link = row.binds.iter().any(|(name, value)| name != "namespace" && value == cell);
            match href.clone().filter(|_| is_link) {
                Some(href) => view! { <td class=class><a href=href>{name::cut(cell)}</a></td> }.into_any(),
                None => view! { <td class=class>{cell.clone()}</td> }.into_any(),
            }
        })
        .collect();
    view! { <tr class:bound=is_bound>{cells}</tr> }.into_any()
}
