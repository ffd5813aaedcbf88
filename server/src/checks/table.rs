//! Judges a table in the source's own columns: it shows rows and does not call them good or bad.

use runbook::{
    filter::{self, Budget, Line, TooCostly},
    outcome::{Body, Column, Outcome, Report, Row, Table},
    time::Timestamp,
};

use super::{Ask, binds, print};
use crate::sources::cluster::KubeTable;

/// Rows that a panel shows; a longer answer says how many there are.
const MAX_ROWS: usize = 500;

/// A table and where it comes from.
#[derive(Debug)]
pub(super) struct TableAnswer {
    /// The cluster.
    pub(super) cluster: String,
    /// What was listed, in words: "certificates in cert-manager".
    pub(super) what: String,
    /// The rows.
    pub(super) table: KubeTable,
    /// Whether each row starts with its namespace, as kubectl prints for `-A`.
    pub(super) with_namespace: bool,
    /// When the source answered.
    pub(super) asked_at: Timestamp,
}

pub(super) fn judge(answer: &TableAnswer, ask: &Ask, now: Timestamp, budget: &Budget) -> Result<Report, TooCostly> {
    let kept = filter::apply(&ask.check.filters, print::table_lines(answer, &ask.check), budget)?;
    Ok(judge_kept(answer, ask, now, kept))
}

/// Judges what a pipe has left of the lines.
pub(super) fn judge_kept(answer: &TableAnswer, ask: &Ask, now: Timestamp, kept: Vec<Line>) -> Report {
    let header_lines = usize::from(!answer.table.rows.is_empty() && !print::without_header(&ask.check));
    let total_rows = answer.table.rows.len();
    let is_table = kept.iter().all(|line| line.origin.is_some());
    let (body, count) = if is_table {
        let rows: Vec<Row> = kept
            .iter()
            .filter_map(|line| line.origin?.checked_sub(header_lines))
            .map(|index| row(answer, index, ask))
            .collect();
        let count = rows.len();
        let columns = columns(answer);
        (Body::Table(Table { columns, rows: rows.into_iter().take(MAX_ROWS).collect(), total_rows }), count)
    } else {
        let text: Vec<&str> = kept.iter().map(|line| line.text.as_str()).collect();
        (Body::Text { text: text.join("\n") }, kept.len())
    };
    Report {
        title: answer.what.clone(),
        source: answer.cluster.clone(),
        asked_at: answer.asked_at.min(now),
        outcome: Outcome::Pass { summary: summarise(answer, is_table, count, total_rows) },
        body,
        notes: Vec::new(),
    }
}

fn summarise(answer: &TableAnswer, is_table: bool, count: usize, total: usize) -> String {
    match (is_table, count) {
        (_, _) if total == 0 => format!("{} has no {}.", answer.cluster, answer.what),
        (true, 1) if total == 1 => "1 row.".into(),
        (true, 0) => format!("None of the {total} rows passes the command's filters."),
        (true, count) if count == total => format!("{count} rows."),
        (true, count) => format!("{count} of {total} rows pass the command's filters."),
        (false, count) => format!("{count} lines after the command's filters."),
    }
}

fn columns(answer: &TableAnswer) -> Vec<Column> {
    let namespace = Column { name: "Namespace".into(), is_numeric: false };
    let own = answer.table.columns.iter();
    let own = own.map(|column| Column { name: column.name.clone(), is_numeric: column.is_numeric });
    answer.with_namespace.then_some(namespace).into_iter().chain(own).collect()
}

fn row(answer: &TableAnswer, index: usize, ask: &Ask) -> Row {
    let source = &answer.table.rows[index];
    let namespace = source.namespace.clone();
    let mut cells = source.cells.clone();
    if answer.with_namespace {
        cells.insert(0, namespace.clone());
    }
    let situation = &ask.situation;
    let is_pod = answer.table.resource == "pods";
    let mut binds: Vec<(String, String)> = match answer.table.resource.as_str() {
        "pods" => vec![("namespace".into(), namespace.clone()), ("pod".into(), source.name.clone())],
        "namespaces" => vec![("namespace".into(), source.name.clone())],
        "nodes" => vec![("node".into(), source.name.clone())],
        _ => binds::of_object(situation, &answer.table.kind, &namespace, &source.name),
    };
    if source.name.is_empty() {
        binds.clear();
    } else if is_pod && let Some(check) = &situation.logs_check {
        binds.push(("run".into(), check.as_str().to_owned()));
    }
    let is_bound = is_pod
        && situation.pod.as_deref() == Some(&source.name)
        && situation.namespace.as_deref().is_none_or(|bound| bound == namespace);
    Row { cells, binds, is_bound }
}
