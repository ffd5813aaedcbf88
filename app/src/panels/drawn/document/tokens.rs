//! The parts of a line: keys stand back, numbers and words of the notation apart, texts as they are.

use runbook::outcome::Notation;

use crate::panels::drawn::node::{Node, el, text};

/// A line in its parts. Together they are the line.
pub(super) fn draw(line: &str, notation: Notation, is_prose: bool) -> Vec<Node> {
    // An empty line keeps its height.
    if line.is_empty() {
        return vec![text("\u{200b}")];
    }
    if is_prose {
        return vec![text(line.to_owned())];
    }
    let Some((key, value)) = split(line, notation) else { return vec![value_of(line)] };
    vec![el("span").class("document-key").text(key.to_owned()).into(), value_of(value)]
}

/// The key with its indentation and colon, and what follows it.
fn split(line: &str, notation: Notation) -> Option<(&str, &str)> {
    let start = line.len() - line.trim_start_matches([' ', '-']).len();
    let end = match line[start..].strip_prefix('"') {
        // A key in quotes may hold a colon.
        Some(quoted) => start + 1 + closing_quote(quoted)? + 1,
        None if notation == Notation::Json => return None,
        None => {
            start + line[start..].find(": ").or_else(|| line[start..].ends_with(':').then(|| line.len() - start - 1))?
        }
    };
    let rest = line[end..].strip_prefix(':')?;
    (rest.is_empty() || rest.starts_with(' ')).then(|| line.split_at(end + 1))
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let closes = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        closes.then_some(at)
    })
}

fn value_of(value: &str) -> Node {
    let bare = value.trim_matches([' ', '-', ',']);
    let is_word = matches!(bare, "true" | "false" | "null" | "~" | "{}" | "[]");
    let is_number = !bare.is_empty() && bare.parse::<f64>().is_ok() && bare.starts_with(|c: char| c.is_ascii_digit());
    if is_word || is_number {
        return el("span").class("document-word").text(value.to_owned()).into();
    }
    text(value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_keys_from_values() {
        let cases = [
            ("  image: web:1", Notation::Yaml, Some(("  image:", " web:1"))),
            ("- name: x", Notation::Yaml, Some(("- name:", " x"))),
            ("spec:", Notation::Yaml, Some(("spec:", ""))),
            ("- http://x/y", Notation::Yaml, None),
            ("\"a: b\": c", Notation::Yaml, Some(("\"a: b\":", " c"))),
            ("    \"a\\\": \": 1,", Notation::Json, Some(("    \"a\\\": \":", " 1,"))),
            ("    \"only a text\",", Notation::Json, None),
            ("\"unclosed", Notation::Json, None),
            ("- ", Notation::Yaml, None),
        ];
        for (line, notation, expected) in cases {
            assert_eq!(split(line, notation), expected, "{line}");
        }
    }
}
