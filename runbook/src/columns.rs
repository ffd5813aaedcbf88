//! `-o custom-columns`, and tables as kubectl prints them.

use serde_json::Value;

use crate::jsonpath::{JsonPathError, Path, text};

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
    pub fn cells(&self, object: &Value) -> Vec<String> {
        let cell = |path: &Path| {
            let found: Vec<String> =
                path.find(object).into_iter().filter(|value| !value.is_null()).map(cell_text).collect();
            if found.is_empty() { "<none>".to_owned() } else { found.join(",") }
        };
        self.columns.iter().map(|(_, path)| cell(path)).collect()
    }

    /// Whether every path of it fulfils a condition.
    pub(crate) fn all_paths(&self, is_wanted: impl Fn(&Path) -> bool) -> bool {
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

/// Blanks between kubectl's columns.
const GAP: usize = 3;

/// Rows as kubectl prints them: every column as wide as its widest cell, three blanks apart. The head is left out
/// when it is `None`.
pub fn print_table(heads: Option<&[String]>, rows: &[Vec<String>]) -> String {
    let lines: Vec<&[String]> = heads.into_iter().chain(rows.iter().map(Vec::as_slice)).collect();
    let mut widths: Vec<usize> = Vec::new();
    for line in &lines {
        widths.resize(widths.len().max(line.len()), 0);
        line.iter().zip(&mut widths).for_each(|(cell, width)| *width = (*width).max(cell.chars().count()));
    }
    let mut out = String::new();
    for line in lines {
        for (index, cell) in line.iter().enumerate() {
            out.push_str(cell);
            // The last column is filled up only when kubectl's own lines are: it leaves it as it is.
            if index + 1 < line.len() {
                out.extend(std::iter::repeat_n(' ', widths[index] - cell.chars().count() + GAP));
            }
        }
        out.push('\n');
    }
    out
}
