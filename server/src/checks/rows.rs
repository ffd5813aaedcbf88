//! Judges tables that are put together here, as kubectl puts them together from objects: events, usage, kinds, rules.

use runbook::{
    columns::{Layout, align_with},
    filter::{self, Budget, Line, TooCostly},
    outcome::{Body, Column, Outcome, Report, Row, Table},
    time::Timestamp,
};

use super::Ask;

/// Rows that a panel shows; a longer answer says how many there are.
const MAX_ROWS: usize = 500;

/// A table in kubectl's columns.
#[derive(Debug)]
pub(super) struct RowsAnswer {
    /// Who answered.
    pub(super) source: String,
    /// What it is, in words: "Events in apps".
    pub(super) what: String,
    /// Heads as kubectl prints them.
    pub(super) heads: Vec<&'static str>,
    /// Heads of the columns that hold numbers.
    pub(super) numeric: &'static [&'static str],
    /// Rows; each has as many cells as there are heads.
    pub(super) rows: Vec<Vec<String>>,
    /// Values that choosing a row binds; as many as there are rows, or none at all.
    pub(super) binds: Vec<Vec<(String, String)>>,
    /// Lines that stand around the table on a terminal, and not on a page.
    pub(super) around: Around,
    /// Whether the command leaves the head out.
    pub(super) without_header: bool,
    /// Whether the head stands even where there are no rows.
    pub(super) always_has_head: bool,
    /// How it stands on a terminal.
    pub(super) layout: Layout,
    /// Whether the row that matters most comes last, next to the prompt; on a page it comes first.
    pub(super) is_newest_last: bool,
    /// How it stands, where that can be told.
    pub(super) outcome: Option<Outcome>,
    /// What the reader should know beside.
    pub(super) notes: Vec<String>,
    /// When the source answered.
    pub(super) asked_at: Timestamp,
}

/// Lines around a table.
#[derive(Debug, Default)]
pub(super) struct Around {
    /// Before it.
    pub(super) before: Vec<String>,
    /// After it.
    pub(super) after: Vec<String>,
}

impl RowsAnswer {
    /// A table of which nothing special is to be said.
    pub(super) fn new(source: &str, what: String, heads: Vec<&'static str>, asked_at: Timestamp) -> Self {
        Self {
            source: source.to_owned(),
            what,
            heads,
            numeric: &[],
            rows: Vec::new(),
            binds: Vec::new(),
            around: Around::default(),
            without_header: false,
            always_has_head: false,
            layout: Layout::Plain,
            is_newest_last: false,
            outcome: None,
            notes: Vec::new(),
            asked_at,
        }
    }

    fn lines_before_rows(&self) -> usize {
        self.around.before.len() + usize::from(!self.without_header)
    }
}

/// The lines that kubectl prints; mostly none, not even a head, when there are no rows.
pub(super) fn lines(answer: &RowsAnswer) -> Vec<Line> {
    if answer.rows.is_empty() && !answer.always_has_head {
        return Vec::new();
    }
    let heads: Vec<String> = answer.heads.iter().map(|head| (*head).to_owned()).collect();
    let table = align_with((!answer.without_header).then_some(&heads), &answer.rows, answer.layout);
    let all = answer.around.before.iter().cloned().chain(table).chain(answer.around.after.iter().cloned());
    all.enumerate().map(|(index, text)| Line { text, origin: Some(index) }).collect()
}

pub(super) fn judge(answer: &RowsAnswer, ask: &Ask, now: Timestamp, budget: &Budget) -> Result<Report, TooCostly> {
    let kept = filter::apply(&ask.check.filters, lines(answer), budget)?;
    Ok(judge_kept(answer, ask, now, kept))
}

/// Judges what a pipe has left of the lines.
pub(super) fn judge_kept(answer: &RowsAnswer, ask: &Ask, now: Timestamp, kept: Vec<Line>) -> Report {
    let total_rows = answer.rows.len();
    let before = answer.lines_before_rows();
    let (body, count) = if kept.iter().all(|line| line.origin.is_some()) {
        let own = kept.iter().filter_map(|line| line.origin?.checked_sub(before).filter(|at| *at < total_rows));
        let mut rows: Vec<Row> = own.map(|at| row(answer, at, ask)).collect();
        if answer.is_newest_last {
            rows.reverse();
        }
        let count = rows.len();
        rows.truncate(MAX_ROWS);
        let column = |head: &&str| Column { name: on_page(head), is_numeric: answer.numeric.contains(head) };
        (Body::Table(Table { columns: answer.heads.iter().map(column).collect(), rows, total_rows }), count)
    } else {
        let text: Vec<&str> = kept.iter().map(|line| line.text.as_str()).collect();
        (Body::Text { text: text.join("\n") }, kept.len())
    };
    let is_whole = ask.check.filters.is_empty();
    let outcome = answer.outcome.clone().filter(|_| is_whole).unwrap_or_else(|| Outcome::Pass {
        summary: match (total_rows, count) {
            (0, _) => format!("{} has no {}.", answer.source, answer.what),
            (1, 1) => "1 row.".into(),
            (total, count) if total == count => format!("{total} rows."),
            (total, 0) => format!("None of the {total} rows passes the command's filters."),
            (total, count) => format!("{count} of {total} rows pass the command's filters."),
        },
    });
    Report {
        title: answer.what.clone(),
        source: answer.source.clone(),
        asked_at: answer.asked_at.min(now),
        outcome,
        body,
        notes: answer.notes.clone(),
    }
}

/// `Last Seen`: heads stand on a page as they do over the API server's own tables.
fn on_page(head: &str) -> String {
    if head.contains(|c: char| c.is_lowercase()) {
        return head.to_owned();
    }
    let word = |word: &str| {
        let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        format!("{first}{}", rest.to_lowercase())
    };
    head.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn row(answer: &RowsAnswer, at: usize, ask: &Ask) -> Row {
    let binds = answer.binds.get(at).cloned().unwrap_or_else(Vec::new);
    let value = |name: &str| binds.iter().find(|(bound, _)| bound == name).map(|(_, value)| value.as_str());
    let situation = &ask.situation;
    let is_bound = situation.pod.is_some()
        && value("pod") == situation.pod.as_deref()
        && (situation.namespace.is_none() || value("namespace") == situation.namespace.as_deref());
    Row { cells: answer.rows[at].clone(), binds, is_bound }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_heads_as_other_tables_have_them() {
        for (head, expected) in
            [("LAST SEEN", "Last Seen"), ("NAME", "Name"), ("CPU(cores)", "CPU(cores)"), ("Verbs", "Verbs"), ("", "")]
        {
            assert_eq!(on_page(head), expected);
        }
    }
}
