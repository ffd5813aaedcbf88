//! The box-drawn tables of pvesh and proxmox-backup-manager.

use super::Sheet;
use command::check::TableForm;
use document::outcome::Column;

/// A table in a box, with a head.
pub(super) fn draw(columns: &[Column], rows: Vec<Vec<String>>) -> Sheet {
    draw_as(TableForm::default(), columns, rows)
}

/// A table; nothing at all, not even a head, without rows. Cells may hold several lines. Columns that are empty
/// throughout stand in the tool's own form, and are left out of the table.
pub(super) fn draw_as(form: TableForm, columns: &[Column], rows: Vec<Vec<String>>) -> Sheet {
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
    let line = |cells: &[&str]| line(cells, columns, &widths, form.has_border);
    let mut sheet = Sheet::default();
    let border = |sheet: &mut Sheet, left, fill, cross, right| {
        if form.has_border {
            sheet.frame(border(left, fill, cross, right));
        }
    };
    border(&mut sheet, "┌", "─", "┬", "┐");
    if form.has_head {
        let heads: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        sheet.frame(line(&heads));
        border(&mut sheet, "╞", "═", "╪", "╡");
    }
    let shown: Vec<usize> = (0..columns.len())
        .filter(|at| rows.iter().any(|row| row.get(*at).is_some_and(|cell| !cell.is_empty())))
        .collect();
    for (index, row) in rows.iter().enumerate() {
        if index > 0 {
            border(&mut sheet, "├", "─", "┼", "┤");
        }
        let height = row.iter().map(|cell| cell.lines().count()).max().unwrap_or(1).max(1);
        for at in 0..height {
            let cells: Vec<&str> = row.iter().map(|cell| cell.lines().nth(at).unwrap_or("")).collect();
            sheet.row_line(line(&cells), index);
        }
        sheet.silent_row(shown.iter().filter_map(|at| row.get(*at)).cloned().collect());
    }
    border(&mut sheet, "└", "─", "┴", "┘");
    sheet.columns = shown.into_iter().map(|at| columns[at].clone()).collect();
    sheet
}

fn line(cells: &[&str], columns: &[Column], widths: &[usize], has_border: bool) -> String {
    let padded = cells.iter().zip(columns).zip(widths).enumerate().map(|(at, ((cell, column), width))| {
        let blanks = " ".repeat(width.saturating_sub(length(cell)));
        match column.is_numeric {
            // Without a border the tool leaves its last column as it is.
            _ if !has_border && at + 1 == columns.len() => (*cell).to_owned(),
            true => format!("{blanks}{cell}"),
            false => format!("{cell}{blanks}"),
        }
    });
    let padded: Vec<String> = padded.collect();
    if has_border { format!("│ {} │", padded.join(" │ ")) } else { padded.join(" ") }
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
