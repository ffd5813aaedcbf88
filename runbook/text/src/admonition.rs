//! `!!! note "Title"` admonitions (and the folding `???` kind) and tabs (`=== "Title"`), rewritten as block quotes before Markdown is read, so
//! that their indented text is read as text and not as code. Only marks are replaced, line for line.

use crate::{lines::Lines, source::Edit};

/// What the first line of a rewritten admonition begins with, inside its quote.
const MARK: &str = "!!";

/// The edits that turn admonitions into block quotes.
pub(crate) fn quote(file: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut open_at: Option<usize> = None;
    for line in Lines::of(file) {
        let indent = line.text.len() - line.text.trim_start_matches(' ').len();
        let is_blank = line.text.trim().is_empty();
        if let Some(column) = open_at {
            if is_blank {
                // Ends the paragraph but not the quote. Behind the last line it does no harm.
                let at = line.start + column.min(indent);
                edits.push(Edit { original: at..at, replacement: ">".into() });
                continue;
            }
            if indent >= column + 4 {
                let at = line.start + column;
                edits.push(Edit { original: at..at + 1, replacement: ">".into() });
                continue;
            }
            open_at = None;
        }
        if !line.is_in_fence && kind(&line.text[indent..]).is_some() {
            open_at = Some(indent);
            let at = line.start + indent;
            let mark_len = 3 + usize::from(line.text[indent + 3..].starts_with('+'));
            let tab = if line.text[indent..].starts_with("===") { " tab" } else { "" };
            edits.push(Edit { original: at..at + mark_len, replacement: format!(">{MARK}{tab}").into() });
        }
    }
    edits
}

/// The first line of a quote that reads as an admonition.
pub(crate) fn first_line(kind: &str) -> String {
    format!(">{MARK} {kind}")
}

/// The kind and title that a quote's first line carries when it was an admonition.
pub(crate) fn read_mark(line: &str) -> Option<(String, Option<String>)> {
    let rest = line.strip_prefix(MARK)?.strip_prefix(' ')?.trim();
    let (kind, title) = rest.split_once(' ').unwrap_or((rest, ""));
    let title = title.trim().trim_matches(['"', '“', '”']).to_owned();
    Some((kind.to_lowercase(), Some(title).filter(|title| !title.is_empty())))
}

/// `!!! note …`, `??? tip …`, `???+ tip …`.
fn kind(text: &str) -> Option<&str> {
    if let Some(title) = text.strip_prefix("=== ") {
        let is_quoted = title.len() > 2 && title.starts_with(['"', '\'']) && title.trim_end().ends_with(&title[..1]);
        return is_quoted.then_some("tab");
    }
    let rest = text.strip_prefix("!!!").or_else(|| text.strip_prefix("???+")).or_else(|| text.strip_prefix("???"))?;
    let kind = rest.strip_prefix(' ')?.split_whitespace().next()?;
    kind.chars().all(|c| c.is_ascii_alphabetic() || c == '-').then_some(kind)
}
