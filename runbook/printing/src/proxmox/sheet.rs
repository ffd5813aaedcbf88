//! An answer in two forms at once: the lines that the tool prints, and the table behind them. Lines know their rows, so
//! that a pipe that chooses lines chooses rows.

use document::outcome::Column;

/// What a tool prints, and the table behind it.
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
    pub(super) fn row_line(&mut self, text: impl Into<String>, row: usize) {
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

    /// The text as the tool prints it.
    pub fn printed(&self) -> String {
        self.lines.iter().map(|line| format!("{}\n", line.text)).collect()
    }
}
