//! Sentences of a runbook that repeat the alert's own: a placeholder in them that no label fills (`<N>`) stands for what
//! the alert says in its place.

use runbook::{
    binding::{Bindings, Piece, fill},
    document::Inline,
};

use super::markdown::Text;
use crate::server_side::alerts::AlertState;

/// Longest value that is taken, in characters.
const MAX_CHARS: usize = 60;

/// A stretch of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Words(String),
    Open(String),
}

/// The page's values and what this sentence gets from the alert; nothing when it gets nothing.
pub(super) fn values(text: Text<'_>, content: &[Inline]) -> Option<Bindings> {
    let AlertState::Firing(alert) = &text.view.alert.as_ref()?.state else { return None };
    let mut parts = Vec::new();
    read(content, text.bindings(), &mut parts);
    if !parts.iter().any(|part| matches!(part, Part::Open(_))) {
        return None;
    }
    let found = alert.annotations.iter().find_map(|(_, said)| match_sentence(&parts, said))?;
    let mut values = text.bindings().clone();
    values.0.extend(found);
    Some(values)
}

fn read(content: &[Inline], bindings: &Bindings, parts: &mut Vec<Part>) {
    for inline in content {
        match inline {
            Inline::Text(words) => push(parts, words),
            Inline::Code { text, marks } => {
                for piece in fill(text, marks, bindings) {
                    match piece {
                        Piece::Text(words) | Piece::Masked(words) | Piece::Filled { value: words, .. } => {
                            push(parts, &words);
                        }
                        Piece::Placeholder { name, .. } => parts.push(Part::Open(name)),
                    }
                }
            }
            Inline::Emphasis(inner) | Inline::Strong(inner) => read(inner, bindings, parts),
            _ => push(parts, " "),
        }
    }
}

/// Stretches of words that follow each other become one.
fn push(parts: &mut Vec<Part>, words: &str) {
    match parts.last_mut() {
        Some(Part::Words(before)) => before.push_str(words),
        _ => parts.push(Part::Words(words.to_owned())),
    }
}

/// What stands in the sentence's open places, when its words are those of the annotation.
fn match_sentence(parts: &[Part], said: &str) -> Option<Vec<(String, String)>> {
    let mut rest = said.trim();
    let mut open: Option<&str> = None;
    let mut found = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        match part {
            Part::Open(name) if open.is_none() => open = Some(name),
            Part::Open(_) => return None,
            Part::Words(words) => {
                // The author may quote the alert.
                let words = if at == 0 { words.trim_start_matches(['"', '“', ' ']) } else { words };
                let words = if at + 1 == parts.len() { words.trim_end_matches(['"', '”', ' ']) } else { words };
                let start = rest.find(words)?;
                let before = &rest[..start];
                match open.take() {
                    Some(name) if is_value(before) => found.push((name.to_owned(), before.to_owned())),
                    None if before.is_empty() => {}
                    _ => return None,
                }
                rest = &rest[start + words.len()..];
            }
        }
    }
    match open {
        Some(name) if is_value(rest) => found.push((name.to_owned(), rest.to_owned())),
        None if rest.is_empty() => {}
        _ => return None,
    }
    Some(found)
}

fn is_value(words: &str) -> bool {
    !words.is_empty() && words.chars().count() <= MAX_CHARS && !words.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Part {
        Part::Words(text.into())
    }

    #[test]
    fn takes_what_the_alert_says_in_the_open_place_and_nothing_else() {
        let quoted = [words("\"Container web in pod web-0 has restarted "), Part::Open("n".into()), words(" times.\"")];
        let said = |said| match_sentence(&quoted, said);
        let pair = ("n".to_owned(), "11".to_owned());
        assert_eq!(said("Container web in pod web-0 has restarted 11 times."), Some(vec![pair]));
        assert_eq!(said("Container web in pod web-1 has restarted 11 times."), None);
        assert_eq!(said("Container web in pod web-0 has restarted very many times."), None);
        assert_eq!(said("Container web in pod web-0 has restarted 11 times. And more."), None);
        assert_eq!(match_sentence(&[Part::Open("a".into()), Part::Open("b".into())], "xy"), None);
    }
}
