//! A table in the source's own columns.

use runbook::outcome::{Report, Row, Table};

use super::{
    name,
    node::{Element, Node, el},
    rows::{self, Sheet},
};
use crate::paths;

/// The table and its count.
pub(super) fn draw(table: &Table, report: &Report, kept: &[(&str, &str)]) -> Vec<Node> {
    let heads: Vec<(&str, bool)> =
        table.columns.iter().map(|column| (column.name.as_str(), column.is_numeric)).collect();
    let sheet = Sheet {
        label: report.title.clone(),
        class: "rows",
        heads: &heads,
        rows: &table.rows,
        total: (table.total_rows, "rows"),
    };
    sheet.draw(|row| row.is_bound, |row| draw_row(row, &heads, kept))
}

fn draw_row(row: &Row, heads: &[(&str, bool)], kept: &[(&str, &str)]) -> Element {
    let (checks, binds): (Vec<_>, Vec<_>) = row
        .binds
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .partition(|(name, _)| *name == paths::RUN_FIELD);
    let check = checks.first().map(|(_, id)| *id);
    let cells = row.cells.iter().enumerate().map(|(column, cell)| {
        let is_numeric = heads.get(column).is_some_and(|(_, is_numeric)| *is_numeric);
        let td = el("td").class(if is_numeric { "num" } else { "" });
        // The row's link stands in the cell that holds the value which it binds.
        let is_alone = binds.iter().all(|(name, _)| *name == "namespace");
        // Where a table has several kinds, names tell them apart: `pod/web-0`.
        let holds = |value: &str| cell.strip_suffix(value).is_some_and(|kind| kind.is_empty() || kind.ends_with('/'));
        let is_link = binds.iter().any(|(name, value)| (is_alone || *name != "namespace") && holds(value));
        if !is_link {
            return td.text(cell.clone());
        }
        td.child(rows::link(&binds, kept).child(name::cut(cell))).all(check.map(|id| rows::logs(&binds, id, kept)))
    });
    let row_element = el("tr").class(if row.is_bound { "bound" } else { "" }).all(cells);
    let key: Vec<&str> = binds.iter().map(|(_, value)| *value).collect();
    if key.is_empty() { row_element } else { row_element.with("data-key", key.join("/")) }
}
