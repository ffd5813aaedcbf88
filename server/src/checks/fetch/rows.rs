//! Tables that are put together here, as kubectl puts them together from objects: events, usage, kinds, rules, releases.
//! Lays them out; judges nothing.

use runbook::{
    columns::{Layout, align_with},
    outcome::{Column, Outcome},
    sheet::Sheet,
    time::Timestamp,
};

use super::{
    super::{binds::Binding, sheet::SheetAnswer},
    Answer,
};
use crate::sources::cluster::KubeTable;

/// A table in kubectl's columns.
#[derive(Debug)]
pub(super) struct Rows {
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

impl Rows {
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

    /// The table as an answer.
    pub(super) fn answer(self) -> Answer {
        let sheet = self.sheet();
        Answer::Sheet(Box::new(SheetAnswer {
            binding: Binding::Values(self.binds),
            is_newest_last: self.is_newest_last,
            outcome: self.outcome,
            notes: self.notes,
            ..SheetAnswer::new(&self.source, self.what, sheet, self.asked_at)
        }))
    }

    /// The lines that kubectl prints; mostly none, not even a head, when there are no rows.
    fn sheet(&self) -> Sheet {
        let column = |head: &&str| Column { name: on_page(head), is_numeric: self.numeric.contains(head) };
        let mut sheet = Sheet { columns: self.heads.iter().map(column).collect(), ..Sheet::default() };
        if self.rows.is_empty() && !self.always_has_head {
            return sheet;
        }
        let heads: Vec<String> = self.heads.iter().map(|head| (*head).to_owned()).collect();
        let mut table = align_with((!self.without_header).then_some(&heads), &self.rows, self.layout).into_iter();
        self.around.before.iter().for_each(|line| sheet.frame(line));
        if !self.without_header {
            table.next().into_iter().for_each(|head| sheet.frame(head));
        }
        table.zip(&self.rows).for_each(|(text, cells)| sheet.row(text, cells.clone()));
        self.around.after.iter().for_each(|line| sheet.frame(line));
        sheet
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

/// A table of the API server's own, as kubectl prints it. `with_namespace` puts each row's namespace before it.
pub(super) fn of_table(
    source: &str,
    what: String,
    table: KubeTable,
    with_namespace: bool,
    without_header: bool,
    asked_at: Timestamp,
) -> SheetAnswer {
    let namespace = || Column { name: "Namespace".into(), is_numeric: false };
    let own = table.columns.iter().map(|own| Column { name: own.name.clone(), is_numeric: own.is_numeric });
    let columns: Vec<Column> = with_namespace.then(namespace).into_iter().chain(own).collect();
    let head: Vec<String> = columns.iter().map(|column| column.name.to_uppercase()).collect();
    let (mut rows, mut objects) = (Vec::with_capacity(table.rows.len()), Vec::with_capacity(table.rows.len()));
    for row in table.rows {
        let namespace = with_namespace.then(|| row.namespace.clone());
        rows.push(namespace.into_iter().chain(row.cells).collect());
        objects.push((row.namespace, row.name));
    }
    let sheet = Sheet::aligned(columns, (!without_header).then_some(head.as_slice()), rows, Layout::Plain);
    let binding = Binding::Objects { resource: table.resource, kind: table.kind, objects };
    SheetAnswer { binding, ..SheetAnswer::new(source, what, sheet, asked_at) }
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

    #[test]
    fn lines_around_a_table_are_no_rows_of_it() {
        let around = Around { before: vec!["deployment/web".into()], after: vec![String::new()] };
        let rows =
            Rows { rows: vec![vec!["1".into()]], around, ..Rows::new("c", "x".into(), vec!["REVISION"], Timestamp(0)) };
        let sheet = rows.sheet();
        assert_eq!(sheet.printed(), "deployment/web\nREVISION\n1\n\n");
        assert_eq!(sheet.rows, [["1"]]);
        let empty = Rows { rows: Vec::new(), ..rows };
        assert_eq!(empty.sheet().printed(), "");
        assert_eq!(Rows { always_has_head: true, around: Around::default(), ..empty }.sheet().printed(), "REVISION\n");
    }
}
