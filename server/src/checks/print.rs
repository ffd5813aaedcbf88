//! Answers as the tool itself prints them: what `runlight check` shows, and what pipe filters read.

use runbook::{
    check::{Check, ClusterAsk, Output, Question},
    filter::Line,
    time::Timestamp,
};

use super::{fetch::Answer, logs, table::TableAnswer};

/// kubectl's table writer: a column is at least this wide, …
const MIN_COLUMN_WIDTH: usize = 6;
/// … and this many blanks stand between columns.
const COLUMN_PADDING: usize = 3;

/// The lines of an answer, before the pipe.
pub(super) fn lines(answer: &Answer, check: &Check, now: Timestamp) -> Vec<Line> {
    match answer {
        Answer::Table(answer) => table_lines(answer, check),
        Answer::Pods(answer) => super::pods::lines(answer, now),
        Answer::Text(answer) => super::text::lines(answer),
        Answer::Describe(answer) => super::describe::lines(answer),
        Answer::Log(answer) => logs::lines(answer),
        Answer::Backups(answer) => super::backups::lines(answer),
        Answer::Tool(answer) => super::tool::lines(answer),
    }
}

/// A table's lines: the header first, unless the command leaves it out.
pub(super) fn table_lines(answer: &TableAnswer, check: &Check) -> Vec<Line> {
    let with_namespace = answer.with_namespace;
    let namespace_head = with_namespace.then(|| "NAMESPACE".to_owned());
    let head: Vec<String> =
        namespace_head.into_iter().chain(answer.table.columns.iter().map(|c| c.name.to_uppercase())).collect();
    let rows = answer.table.rows.iter().map(|row| {
        let namespace = with_namespace.then(|| row.namespace.clone());
        namespace.into_iter().chain(row.cells.iter().cloned()).collect()
    });
    align(head, rows.collect(), without_header(check))
}

/// Whether the command leaves the header out.
pub(super) fn without_header(check: &Check) -> bool {
    match &check.question {
        Question::Cluster(question) => match &question.ask {
            ClusterAsk::Get(get) => get.no_headers || get.output == Output::Name,
            _ => false,
        },
        _ => false,
    }
}

/// Cells in kubectl's columns. Without rows there is nothing, not even a header, as kubectl says "No resources found"
/// on its error stream.
pub(super) fn align(head: Vec<String>, rows: Vec<Vec<String>>, without_header: bool) -> Vec<Line> {
    if rows.is_empty() {
        return Vec::new();
    }
    let all: Vec<Vec<String>> = (!without_header).then_some(head).into_iter().chain(rows).collect();
    let columns = all.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let longest = all.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
        (longest.unwrap_or(0) + COLUMN_PADDING).max(MIN_COLUMN_WIDTH)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let mut text = String::new();
        for (column, cell) in row.iter().enumerate() {
            text.push_str(cell);
            if column + 1 < row.len() {
                text.extend(std::iter::repeat_n(' ', widths[column] - cell.chars().count()));
            }
        }
        text
    };
    all.iter().enumerate().map(|(index, row)| Line { text: line(row), origin: Some(index) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(lines: &[Line]) -> Vec<&str> {
        lines.iter().map(|line| line.text.as_str()).collect()
    }

    fn cells(row: &[&str]) -> Vec<String> {
        row.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn aligns_columns_as_kubectl_does() {
        let rows = vec![cells(&["web-0", "1/1", "5d"]), cells(&["a", "0/1", "3m"])];
        let lines = align(cells(&["NAME", "READY", "AGE"]), rows, false);
        assert_eq!(texts(&lines), ["NAME    READY   AGE", "web-0   1/1     5d", "a       0/1     3m"]);
    }

    #[test]
    fn prints_nothing_for_no_rows() {
        assert!(align(cells(&["NAME"]), Vec::new(), false).is_empty());
    }

    #[test]
    fn leaves_the_header_out_when_told_to() {
        assert_eq!(texts(&align(cells(&["NAME"]), vec![cells(&["x"])], true)), ["x"]);
    }
}
