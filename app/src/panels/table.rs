//! A table in the source's own columns.

use runbook::outcome::{Body, Row, Table};

use super::{Drawing, rows};
use crate::ui::{
    name,
    node::{Element, Node, el},
};

/// The table and its count.
pub(super) fn draw(table: &Table, drawing: Drawing<'_>) -> Vec<Node> {
    let cell = |row: &Row, column: usize| row.cells.get(column).cloned().unwrap_or_default();
    let heads: Vec<(&str, bool)> =
        table.columns.iter().map(|column| (column.name.as_str(), column.is_numeric)).collect();
    let chosen = rows::choose(&table.rows, drawing.settings, heads.len(), &cell, |row| row.is_bound);
    let before = match drawing.before.map(|report| &report.body) {
        Some(Body::Table(before)) => before.rows.as_slice(),
        _ => &[],
    };
    let row = |row: &Row| {
        let old = before.iter().find(|old| old.cells.first() == row.cells.first() && old.binds == row.binds);
        draw_row(row, old, &heads, drawing)
    };
    let label = drawing.report.title.clone();
    rows::table(label, "rows", &heads, chosen, (table.total_rows, "rows"), drawing.settings, &row)
}

fn draw_row(row: &Row, old: Option<&Row>, heads: &[(&str, bool)], drawing: Drawing<'_>) -> Element {
    let old = old.unwrap_or(row);
    let binds: Vec<(&str, &str)> = row.binds.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let cells = row.cells.iter().enumerate().map(|(column, cell)| {
        let is_numeric = heads.get(column).is_some_and(|(_, is_numeric)| *is_numeric);
        let class = drawing.class(if is_numeric { "num" } else { "" }, old.cells.get(column) != Some(cell));
        // The row's link stands in the cell that holds the value which it binds.
        let is_link = binds.iter().any(|(name, value)| *name != "namespace" && value == cell);
        let td = el("td").class(class);
        if is_link {
            td.child(el("a").with("href", drawing.page.address_with(&binds)).child(name::cut(cell)))
        } else {
            td.text(cell.clone())
        }
    });
    el("tr").class(if row.is_bound { "bound" } else { "" }).all(cells)
}
