//! Hugo's shortcodes, as far as they mean something to a reader here: `{{< ref "x.md" >}}` becomes the path that it
//! names, and a paired `{{% notice warning %}}` a block quote of that kind. All others stay in the text as they are.
//! Rewritten before Markdown is read, line for line.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::{admonition, lines::Lines, source::Edit};

/// Paired shortcodes that are admonitions whatever their first argument says.
const KINDS: [&str; 7] = ["note", "tip", "info", "warning", "caution", "danger", "important"];
/// Paired shortcodes whose first argument is the kind.
const FRAMES: [&str; 5] = ["hint", "notice", "admonition", "alert", "callout"];

static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\{\{[<%]\s*(?:rel)?ref\s+["`]?([^"`<>{}()\s:]+)["`]?\s*[>%]\}\}"#).expect("a fixed pattern compiles")
});
static MARK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"^\s*\{\{[<%]\s*(/?)\s*([A-Za-z-]+)([^{}]*?)/?[>%]\}\}\s*$"#).expect("a fixed pattern compiles")
});

/// The edits that turn shortcodes into Markdown.
pub(crate) fn rewrite(file: &str) -> Vec<Edit> {
    // Most files have none, and need not be looked at line by line.
    if !file.contains("{{<") && !file.contains("{{%") {
        return Vec::new();
    }
    let mut edits = Vec::new();
    let mut open: Option<Open> = None;
    for line in Lines::of(file) {
        let mark = if line.is_in_fence { None } else { MARK.captures(line.text) };
        let whole = line.start..line.start + line.text.len();
        match (&mut open, mark.as_ref().and_then(read_mark)) {
            (None, Some(Mark::Opens { name, kind })) => {
                let first = Edit { original: whole, replacement: admonition::first_line(&kind).into() };
                open = Some(Open { name, edits: vec![first] });
            }
            (Some(frame), Some(Mark::Closes(name))) if frame.name == name => {
                edits.append(&mut frame.edits);
                edits.push(Edit { original: whole, replacement: "".into() });
                open = None;
            }
            (Some(frame), _) => frame.edits.push(Edit { original: line.start..line.start, replacement: "> ".into() }),
            (None, _) => {}
        }
        if !line.is_in_fence {
            edits.extend(
                REFERENCE.captures_iter(line.text).filter_map(|found| reference(&found, line.start, line.text)),
            );
        }
    }
    // A frame that is never closed stays text.
    edits
}

struct Open {
    name: String,
    edits: Vec<Edit>,
}

enum Mark {
    Opens { name: String, kind: String },
    Closes(String),
}

fn read_mark(mark: &Captures<'_>) -> Option<Mark> {
    let name = mark[2].to_lowercase();
    if !mark[1].is_empty() {
        return Some(Mark::Closes(name));
    }
    let words = mark[3].split_whitespace().map(|word| word.rsplit('=').next().unwrap_or(word));
    let kind = words.map(|word| word.trim_matches('"').to_lowercase()).find(|word| KINDS.contains(&word.as_str()));
    if KINDS.contains(&name.as_str()) {
        return Some(Mark::Opens { kind: name.clone(), name });
    }
    FRAMES.contains(&name.as_str()).then(|| Mark::Opens { name, kind: kind.unwrap_or_else(|| "note".into()) })
}

/// The path, as the target of the link around it, or in backticks where it stands alone.
fn reference(found: &Captures<'_>, line_start: usize, line: &str) -> Option<Edit> {
    let whole = found.get(0)?;
    let target = &found[1];
    let (path, anchor) = target.split_once('#').map_or((target, String::new()), |(path, a)| (path, format!("#{a}")));
    let extension = if path.is_empty() || path.ends_with(".md") { "" } else { ".md" };
    let path = format!("{}{extension}{anchor}", path.trim_end_matches('/'));
    let is_target = line[..whole.start()].ends_with("](");
    let replacement = if is_target { path } else { format!("`{path}`") };
    Some(Edit { original: line_start + whole.start()..line_start + whole.end(), replacement: replacement.into() })
}
