//! The box-drawn tables of pvesh and proxmox-backup-manager.

use super::Sheet;
use crate::outcome::Column;

/// A table in a box; nothing at all, not even a head, without rows. Cells may hold several lines. Columns that are empty throughout stand in the tool's own form, and
/// are left out of the table.
pub(super) fn draw(columns: &[Column], rows: Vec<Vec<String>>) -> Sheet {
    if rows.is_empty() {
        return Sheet { columns: columns.to_vec(), ..Sheet::default() };
    }
    let widths: Vec<usize> = (0..columns.len())
        .map(|at| {
            let longest = rows.iter().filter_map(|row| row.get(at)).flat_map(|cell| cell.lines()).map(length).max();
            length(&columns[at].name).max(longest.unwrap_or(0))
        })
        .collect();
    let border = |left: &str, fill: &str, cross: &str, right: &str| {
        let parts: Vec<String> = widths.iter().map(|width| fill.repeat(width + 2)).collect();
        format!("{left}{}{right}", parts.join(cross))
    };
    let mut sheet = Sheet::default();
    sheet.frame(border("┌", "─", "┬", "┐"));
    let heads: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    sheet.frame(line(&heads, columns, &widths));
    sheet.frame(border("╞", "═", "╪", "╡"));
    let shown: Vec<usize> = (0..columns.len())
        .filter(|at| rows.iter().any(|row| row.get(*at).is_some_and(|cell| !cell.is_empty())))
        .collect();
    for (index, row) in rows.iter().enumerate() {
        if index > 0 {
            sheet.frame(border("├", "─", "┼", "┤"));
        }
        let height = row.iter().map(|cell| cell.lines().count()).max().unwrap_or(1).max(1);
        for at in 0..height {
            let cells: Vec<&str> = row.iter().map(|cell| cell.lines().nth(at).unwrap_or("")).collect();
            sheet.row_line(line(&cells, columns, &widths), index);
        }
        sheet.silent_row(shown.iter().filter_map(|at| row.get(*at)).cloned().collect());
    }
    sheet.frame(border("└", "─", "┴", "┘"));
    sheet.columns = shown.into_iter().map(|at| columns[at].clone()).collect();
    sheet
}

fn line(cells: &[&str], columns: &[Column], widths: &[usize]) -> String {
    let cells = cells.iter().zip(columns).zip(widths).map(|((cell, column), width)| {
        let blanks = " ".repeat(width.saturating_sub(length(cell)));
        if column.is_numeric { format!(" {blanks}{cell} ") } else { format!(" {cell}{blanks} ") }
    });
    format!("│{}│", cells.collect::<Vec<_>>().join("│"))
}

fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_boxes_with_numbers_on_the_right_and_cells_of_several_lines() {
        let column = |name: &str, is_numeric| Column { name: name.into(), is_numeric };
        let columns = [column("name", false), column("free", true), column("note", false)];
        let rows = vec![
            vec!["a".to_owned(), "7".into(), String::new()],
            vec!["one\ntwo".to_owned(), "12345".into(), String::new()],
        ];
        let sheet = draw(&columns, rows);
        let expected = "\
┌──────┬───────┬──────┐
│ name │  free │ note │
╞══════╪═══════╪══════╡
│ a    │     7 │      │
├──────┼───────┼──────┤
│ one  │ 12345 │      │
│ two  │       │      │
└──────┴───────┴──────┘
";
        assert_eq!(sheet.printed(), expected);
        assert_eq!(sheet.columns.len(), 2, "an empty column is no column of the panel");
        assert_eq!(sheet.rows, [vec!["a".to_owned(), "7".into()], vec!["one\ntwo".into(), "12345".into()]]);
    }
}
