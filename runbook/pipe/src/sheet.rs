//! What a command prints, in two forms at once: the lines that its tool prints, and the table behind them. Lines know
//! their rows, so that a pipe that chooses lines chooses rows: that is written here and nowhere else.

use document::outcome::Column;

use crate::{
    columns::{Layout, align_with},
    filter::{Filter, Line},
};

/// What a command prints, and the table behind it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The table's columns; none when the answer is plain text.
    pub columns: Vec<Column>,
    /// The table's rows, each with as many cells as there are columns.
    pub rows: Vec<Vec<String>>,
    /// The lines, in order.
    pub lines: Vec<SheetLine>,
    /// What the reader should know: what the API does not tell.
    pub notes: Vec<String>,
    /// What is worth a look or wrong, with the sentence that says it.
    pub finding: Option<(Level, String)>,
    /// Set when the tool itself would tell more than the API does: then a filter that finds nothing proves nothing.
    /// The sentence says what is told.
    pub is_part: Option<&'static str>,
}

/// A line that the tool prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetLine {
    /// Its text.
    pub text: String,
    /// What it belongs to.
    pub role: Role,
}

/// What a line belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A row of the table.
    Row(usize),
    /// The head or a border: the table has its own.
    Frame,
    /// Text that only stands in the tool's own form.
    Text,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Worth a look.
    Warn,
    /// Wrong.
    Fail,
}

impl Sheet {
    /// Plain text.
    pub fn text(lines: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let lines = lines.into_iter().map(|text| SheetLine { text: text.into(), role: Role::Text });
        Self { lines: lines.collect(), ..Self::default() }
    }

    /// An empty table; numbers stand on the right.
    pub fn table(columns: &[(&str, bool)]) -> Self {
        let columns = columns.iter().map(|(name, is_numeric)| Column { name: (*name).into(), is_numeric: *is_numeric });
        Self { columns: columns.collect(), ..Self::default() }
    }

    /// A table as kubectl prints it, under a head unless the command leaves that out. Without rows there is nothing, not
    /// even a head.
    pub fn aligned(columns: Vec<Column>, head: Option<&[String]>, rows: Vec<Vec<String>>, layout: Layout) -> Self {
        let lines = if rows.is_empty() { Vec::new() } else { align_with(head, &rows, layout) };
        let mut sheet = Self { columns, ..Self::default() };
        let heads = usize::from(head.is_some());
        for (at, text) in lines.into_iter().enumerate() {
            let role = at.checked_sub(heads).map_or(Role::Frame, Role::Row);
            sheet.lines.push(SheetLine { text, role });
        }
        sheet.rows = rows;
        sheet
    }

    /// Adds a line that stands for no row by itself.
    pub fn line(&mut self, text: impl Into<String>) {
        self.lines.push(SheetLine { text: text.into(), role: Role::Text });
    }

    /// Adds a head or a border.
    pub fn frame(&mut self, text: impl Into<String>) {
        self.lines.push(SheetLine { text: text.into(), role: Role::Frame });
    }

    /// Adds a row with its line.
    pub fn row(&mut self, text: impl Into<String>, cells: Vec<String>) {
        self.lines.push(SheetLine { text: text.into(), role: Role::Row(self.rows.len()) });
        self.rows.push(cells);
    }

    /// Adds a line of a row that is added by itself.
    pub fn row_line(&mut self, text: impl Into<String>, row: usize) {
        self.lines.push(SheetLine { text: text.into(), role: Role::Row(row) });
    }

    /// Adds a row whose lines are added by themselves.
    pub fn silent_row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Adds a note.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Says that the tool itself would tell more, and what this is.
    #[must_use]
    pub fn part(mut self, told: &'static str) -> Self {
        self.notes.push(told.into());
        self.is_part = Some(told);
        self
    }

    /// Keeps the worst finding.
    pub fn find(&mut self, level: Level, sentence: impl Into<String>) {
        if self.finding.as_ref().is_none_or(|(known, _)| *known < level) {
            self.finding = Some((level, sentence.into()));
        }
    }

    /// The lines as a pipe reads them.
    pub fn to_lines(&self) -> Vec<Line> {
        Line::numbered(self.lines.iter().map(|line| line.text.clone()))
    }

    /// The rows that a pipe has left, once each; nothing when it made other text of them, or there is no table.
    pub fn chosen_rows(&self, filters: &[Filter], kept: &[Line]) -> Option<Vec<usize>> {
        if self.columns.is_empty() {
            return None;
        }
        if filters.is_empty() {
            return Some((0..self.rows.len()).collect());
        }
        let (mut rows, mut is_chosen) = (Vec::new(), vec![false; self.rows.len()]);
        for line in kept {
            match self.lines.get(line.origin?)?.role {
                Role::Row(row) if !std::mem::replace(is_chosen.get_mut(row)?, true) => rows.push(row),
                Role::Row(_) | Role::Frame => {}
                Role::Text => return None,
            }
        }
        // Nothing but heads and borders is text.
        (kept.is_empty() || !rows.is_empty()).then_some(rows)
    }

    /// Whether there is more among some of its lines than heads and borders.
    pub fn has_more_than_a_frame(&self, lines: &[Line]) -> bool {
        let role = |line: &Line| line.origin.and_then(|at| self.lines.get(at)).map(|line| line.role);
        lines.iter().any(|line| role(line) != Some(Role::Frame))
    }

    /// What the tool would have told beside, where an answer that a pipe leaves empty, or counts, proves nothing for it.
    pub fn leaves_open(&self, filters: &[Filter], kept: &[Line]) -> Option<&'static str> {
        let told = self.is_part?;
        let counts = filters.iter().any(|filter| match filter {
            Filter::Count(_) => true,
            Filter::Grep(grep) => grep.count,
            _ => false,
        });
        (counts || (!filters.is_empty() && kept.is_empty())).then_some(told)
    }

    /// The text as the tool prints it.
    pub fn printed(&self) -> String {
        self.lines.iter().map(|line| format!("{}\n", line.text)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::{Budget, apply};

    fn sheet() -> Sheet {
        let cells = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let columns = ["Name", "Age"].map(|name| Column { name: name.into(), is_numeric: false }).to_vec();
        let rows = vec![cells(&["web", "5d"]), cells(&["db", "3m"])];
        Sheet::aligned(columns, Some(&cells(&["NAME", "AGE"])), rows, Layout::Plain)
    }

    fn chosen(sheet: &Sheet, filters: &[Filter]) -> Option<Vec<usize>> {
        let kept = apply(filters, sheet.to_lines(), &Budget::default()).expect("it costs little");
        sheet.chosen_rows(filters, &kept)
    }

    #[test]
    fn a_pipe_that_chooses_lines_chooses_rows() {
        assert_eq!(sheet().printed(), "NAME   AGE\nweb    5d\ndb     3m\n");
        assert_eq!(chosen(&sheet(), &[]), Some(vec![0, 1]));
        assert_eq!(chosen(&sheet(), &[Filter::Reverse]), Some(vec![1, 0]), "the head is left to the table");
        assert_eq!(chosen(&sheet(), &[Filter::Head(1)]), None, "the head alone is text");
        assert_eq!(chosen(&sheet(), &[Filter::Head(0)]), Some(Vec::new()));
    }

    #[test]
    fn a_pipe_that_makes_text_leaves_no_rows() {
        assert_eq!(chosen(&sheet(), &[Filter::Number]), None);
        assert_eq!(chosen(&Sheet::text(["web"]), &[]), None);
    }

    #[test]
    fn prints_nothing_for_no_rows() {
        assert_eq!(Sheet::aligned(Vec::new(), Some(&["NAME".into()]), Vec::new(), Layout::Plain).printed(), "");
    }
}
