//! Answers as the tool itself prints them: what `runlight check` shows, and what pipe filters read.

use runbook::{
    check::{Check, ClusterAsk, Output, Question},
    columns,
    filter::Line,
    time::Timestamp,
};

use super::{fetch::Answer, logs, table::TableAnswer};

/// The lines of an answer, before the pipe.
pub(super) fn lines(answer: &Answer, check: &Check, now: Timestamp) -> Vec<Line> {
    match answer {
        Answer::Table(answer) => table_lines(answer, check),
        Answer::Pods(answer) => super::pods::lines(answer, now),
        Answer::Text(answer) => super::text::lines(answer),
        Answer::Describe(answer) => super::describe::lines(answer),
        Answer::Log(answer) => logs::lines(answer),
        Answer::Rows(answer) => super::rows::lines(answer),
        Answer::Parts(answer) => super::parts::lines(answer, check, now),
        Answer::Backups(answer) => super::backups::lines(answer),
        Answer::Tool(answer) => super::tool::lines(answer),
        Answer::Query(answer) => super::query_text::lines(&answer.value),
        Answer::Listing(answer) => super::listing::lines(answer),
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
    let lines = columns::align((!without_header).then_some(head.as_slice()), &rows);
    lines.into_iter().enumerate().map(|(index, text)| Line { text, origin: Some(index) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_nothing_for_no_rows() {
        assert!(align(vec!["NAME".into()], Vec::new(), false).is_empty());
    }

    #[test]
    fn leaves_the_header_out_when_told_to() {
        let lines = align(vec!["NAME".into()], vec![vec!["x".into()]], true);
        assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["x"]);
    }
}
