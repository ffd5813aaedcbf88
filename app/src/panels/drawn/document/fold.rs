//! Which lines hang below which, read from their indentation.

use runbook::outcome::Notation;

/// A line and what hangs below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Branch<'a> {
    /// The line with its indentation.
    pub(super) line: &'a str,
    /// Whether it is a line of a text, in which nothing is a key.
    pub(super) is_prose: bool,
    /// Lines that are set in further.
    pub(super) below: Vec<Branch<'a>>,
}

impl Branch<'_> {
    /// Lines below it, at any depth.
    pub(super) fn count(&self) -> usize {
        let mut count = 0;
        let mut waiting: Vec<&Branch<'_>> = self.below.iter().collect();
        while let Some(branch) = waiting.pop() {
            count += 1;
            waiting.extend(&branch.below);
        }
        count
    }
}

/// Levels that fold. What is set in deeper hangs below the last of them.
const MAX_DEPTH: usize = 24;

/// The lines as trees.
pub(super) fn grow<'a>(lines: &[&'a str], notation: Notation) -> Vec<Branch<'a>> {
    let mut roots: Vec<Branch<'a>> = Vec::new();
    // The open branches from the root down: how far each is set in.
    let mut open: Vec<usize> = Vec::new();
    let mut prose_from: Option<usize> = None;
    for line in lines {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let is_blank = line.trim().is_empty();
        let place = match (is_blank, notation) {
            (true, _) => open.last().map_or(0, |last| last + 1),
            (false, notation) => place(line, indent, notation),
        };
        let place = match prose_from {
            Some(from) if place <= from && !is_blank => {
                prose_from = None;
                place
            }
            // Lines of a text stand side by side, however far each is set in.
            Some(from) => from + 1,
            None => place,
        };
        while open.last().is_some_and(|last| *last >= place) || open.len() > MAX_DEPTH {
            open.pop();
        }
        let branch = Branch { line, is_prose: prose_from.is_some(), below: Vec::new() };
        let siblings = open.iter().try_fold(&mut roots, |level, _| level.last_mut().map(|last| &mut last.below));
        if let Some(siblings) = siblings {
            siblings.push(branch);
            open.push(place);
        }
        if notation == Notation::Yaml && prose_from.is_none() && opens_prose(line) {
            prose_from = Some(place);
        }
    }
    roots
}

/// How far a line is set in. The items of a YAML list stand under their key's own column, and closing brackets of JSON
/// under their opening line; both belong below it.
fn place(line: &str, indent: usize, notation: Notation) -> usize {
    let rest = &line[indent..];
    let is_below = match notation {
        Notation::Yaml => rest == "-" || rest.starts_with("- "),
        Notation::Json => rest.starts_with(['}', ']']),
    };
    indent * 2 + usize::from(is_below)
}

/// `key: |-`: a text of several lines follows.
fn opens_prose(line: &str) -> bool {
    let Some(last) = line.rsplit(' ').next() else { return false };
    let marks = last.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-' || c == '+');
    (marks == "|" || marks == ">") && last.len() < line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(branches: &[Branch<'_>], depth: usize, out: &mut Vec<String>) {
        for branch in branches {
            let prose = if branch.is_prose { " (prose)" } else { "" };
            out.push(format!("{}{}{prose}", ".".repeat(depth), branch.line.trim()));
            outline(&branch.below, depth + 1, out);
        }
    }

    fn grown(text: &str, notation: Notation) -> Vec<String> {
        let mut out = Vec::new();
        outline(&grow(&text.lines().collect::<Vec<_>>(), notation), 0, &mut out);
        out
    }

    #[test]
    fn hangs_yaml_items_below_their_key_and_fields_below_their_item() {
        let text = "spec:\n  list:\n  - a: 1\n    b: 2\n  - c\nkind: Pod";
        assert_eq!(grown(text, Notation::Yaml), ["spec:", ".list:", "..- a: 1", "...b: 2", "..- c", "kind: Pod"]);
    }

    #[test]
    fn nothing_in_a_text_of_lines_is_a_key() {
        let text = "args:\n- |-\n  a: b\n\n    c\nimage: x";
        assert_eq!(
            grown(text, Notation::Yaml),
            ["args:", ".- |-", "..a: b (prose)", ".. (prose)", "..c (prose)", "image: x"]
        );
    }

    #[test]
    fn hangs_closing_brackets_below_their_opening_line() {
        let text = "{\n  \"a\": [\n    1\n  ],\n  \"b\": {}\n}";
        assert_eq!(grown(text, Notation::Json), ["{", ".\"a\": [", "..1", "..],", ".\"b\": {}", ".}"]);
    }

    #[test]
    fn bounds_the_depth() {
        let text: String = (0..500).map(|depth| format!("{}x:\n", " ".repeat(depth))).collect();
        let mut out = Vec::new();
        outline(&grow(&text.lines().collect::<Vec<_>>(), Notation::Yaml), 0, &mut out);
        assert_eq!(out.len(), 500);
        assert!(out.iter().all(|line| line.len() < MAX_DEPTH + 5));
    }
}
