//! `-o custom-columns`, and tables as kubectl prints them.

use serde_json::Value;

use crate::{
    filter::{Budget, TooCostly},
    jsonpath::{self, JsonPathError, Path, text},
};

/// Columns that the author chose.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    columns: Vec<(String, Path)>,
}

impl Columns {
    /// Reads `NAME:.metadata.name,AGE:.metadata.creationTimestamp`.
    ///
    /// # Errors
    /// What is not read in it.
    pub fn parse(text: &str) -> Result<Self, JsonPathError> {
        let mut columns = Vec::new();
        for part in split_columns(text) {
            let Some((name, path)) = part.split_once(':') else {
                return Err(JsonPathError(format!("`{}` is not NAME:PATH.", part.trim())));
            };
            columns.push((name.trim().to_owned(), Path::parse(path)?));
        }
        match columns.is_empty() {
            true => Err(JsonPathError("No column is named.".into())),
            false => Ok(Self { columns }),
        }
    }

    /// The heads of the columns.
    pub fn heads(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_str())
    }

    /// The cells of one object; `<none>` where it has nothing.
    ///
    /// # Errors
    /// When they take more than the budget has.
    pub fn cells(&self, object: &Value, budget: &Budget) -> Result<Vec<String>, TooCostly> {
        let cell = |path: &Path| {
            let mut cell = String::new();
            for value in path.find(object, budget)?.into_iter().filter(|value| !value.is_null()) {
                // Twice, as a value is written before it joins the others.
                budget.build(jsonpath::weight(value, budget)?.saturating_mul(2))?;
                if !cell.is_empty() {
                    cell.push(',');
                }
                cell.push_str(&cell_text(value));
            }
            Ok(if cell.is_empty() { "<none>".to_owned() } else { cell })
        };
        self.columns.iter().map(|(_, path)| cell(path)).collect()
    }

    /// Whether every path of it fulfils a condition.
    pub fn all_paths(&self, is_wanted: impl Fn(&Path) -> bool) -> bool {
        self.columns.iter().all(|(_, path)| is_wanted(path))
    }
}

/// Objects and lists stand in Go's notation: `map[a:b]`, `[a b]`.
fn cell_text(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("{name}:{}", cell_text(value))).collect();
            format!("map[{}]", fields.join(" "))
        }
        Value::Array(entries) => {
            let entries: Vec<String> = entries.iter().map(cell_text).collect();
            format!("[{}]", entries.join(" "))
        }
        other => text(other),
    }
}

/// Commas inside brackets and parentheses belong to a path.
fn split_columns(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    for (at, c) in text.char_indices() {
        match c {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// kubectl's table writer: this many blanks stand between columns, …
const GAP: usize = 3;
/// … and a column with its blanks is at least this wide.
const MIN_WIDTH: usize = 6;
/// Blanks between columns where they stand close.
const TIGHT_GAP: usize = 2;

/// Rows as kubectl prints them, a line each: every column as wide as its widest cell. The head is left out when it is
/// `None`.
pub fn align(heads: Option<&[String]>, rows: &[Vec<String>]) -> Vec<String> {
    align_with(heads, rows, Layout::Plain)
}

/// How a table stands on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// As most of kubectl's tables: a line ends where its last cell ends.
    Plain,
    /// As `kubectl top`: the last column is filled up like every other.
    Filled,
    /// As the history of a rollout: two blanks between columns that are as narrow as can be.
    Tight,
    /// As Helm's tables: columns as narrow as can be, each filled up, a tab between them.
    Tabbed,
}

/// The same in another layout.
pub fn align_with(heads: Option<&[String]>, rows: &[Vec<String>], layout: Layout) -> Vec<String> {
    let lines: Vec<&[String]> = heads.into_iter().chain(rows.iter().map(Vec::as_slice)).collect();
    let (gap, min_width) = match layout {
        Layout::Plain | Layout::Filled => (GAP, MIN_WIDTH),
        Layout::Tight => (TIGHT_GAP, 0),
        Layout::Tabbed => (0, 0),
    };
    let mut widths: Vec<usize> = Vec::new();
    for line in &lines {
        widths.resize(widths.len().max(line.len()), min_width);
        line.iter().zip(&mut widths).for_each(|(cell, width)| *width = (*width).max(cell.chars().count() + gap));
    }
    let write = |line: &[String]| {
        let mut text = String::new();
        for (index, cell) in line.iter().enumerate() {
            text.push_str(cell);
            if index + 1 < line.len() || matches!(layout, Layout::Filled | Layout::Tabbed) {
                text.extend(std::iter::repeat_n(' ', widths[index] - cell.chars().count()));
            }
            if index + 1 < line.len() && layout == Layout::Tabbed {
                text.push('\t');
            }
        }
        text
    };
    lines.into_iter().map(write).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(row: &[&str]) -> Vec<String> {
        row.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn aligns_columns_as_kubectl_does() {
        let rows = [cells(&["web-0", "1/1", "5d"]), cells(&["a", "0/1", "3m"])];
        let heads = cells(&["NAME", "READY", "AGE"]);
        let lines = ["NAME    READY   AGE", "web-0   1/1     5d", "a       0/1     3m"];
        assert_eq!(align(Some(&heads), &rows), lines);
        assert_eq!(align(None, &rows[1..]), ["a     0/1   3m"], "a column has at least six characters");
    }

    #[test]
    fn keeps_to_the_layout() {
        let rows = [cells(&["x", "10m"])];
        assert_eq!(align_with(None, &rows, Layout::Filled), ["x     10m   "]);
        assert_eq!(align_with(None, &rows, Layout::Tight), ["x  10m"]);
        assert_eq!(align(None, &rows), ["x     10m"]);
    }
}
