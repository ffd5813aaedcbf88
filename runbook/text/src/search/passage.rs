//! Where in a runbook the words of a query stand: the headings and commands that a list of results shows.

use super::{index::query_words, terms::humps};
use crate::{
    plain::plain,
    runbook::{Block, Runbook},
};

/// Longest passage that is shown, in characters.
const MAX_CHARS: usize = 160;

/// A stretch of a runbook that holds words of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// What it is.
    pub place: Place,
    /// Its text on one line, shortened.
    pub text: String,
}

/// What a passage is, with what leads to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A heading with its anchor.
    Heading(String),
    /// A command: index into `Runbook::commands`.
    Command(usize),
}

/// The headings and commands that hold the most words of a query, in the order of the file, at most `limit`.
pub fn passages(runbook: &Runbook, query: &str, limit: usize) -> Vec<Passage> {
    let words: Vec<String> = query_words(query).into_iter().map(str::to_lowercase).collect();
    let headings = runbook.blocks.iter().filter_map(|block| match block {
        Block::Heading { id, content, .. } => Some((Place::Heading(id.clone()), plain(content, &runbook.commands))),
        _ => None,
    });
    let commands = runbook.commands.iter().enumerate().map(|(at, c)| (Place::Command(at), c.text.clone()));
    let mut found: Vec<(usize, Passage)> = headings
        .chain(commands)
        .filter_map(|(place, text)| {
            let held = words.iter().filter(|word| holds(&text, word)).count();
            (held > 0).then(|| (held, Passage { place, text: one_line(&text) }))
        })
        .collect();
    found.sort_by_key(|(held, _)| std::cmp::Reverse(*held));
    found.truncate(limit);
    found.into_iter().map(|(_, passage)| passage).collect()
}

fn holds(text: &str, word: &str) -> bool {
    let begins = |part: &str| {
        let mut letters = part.chars().flat_map(char::to_lowercase);
        word.chars().all(|wanted| letters.next() == Some(wanted))
    };
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.into_iter().any(|part| begins(part) || humps(part).into_iter().any(begins))
}

fn one_line(text: &str) -> String {
    let line = text.split_whitespace().filter(|word| *word != "\\").collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_CHARS) {
        Some((at, _)) => format!("{}…", line[..at].trim_end()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_holds_the_most_words() {
        let text = "# T\n\n## Check pods\n\n```sh\nkubectl get nodes\nkubectl get \\\n  pods -A\n```\n\n## Other\n";
        let runbook = crate::parse(text);
        let texts = |query| passages(&runbook, query, 2).into_iter().map(|p| p.text).collect::<Vec<_>>();
        assert_eq!(texts("get pod"), ["kubectl get pods -A", "Check pods"]);
        assert_eq!(texts("nodes"), ["kubectl get nodes"]);
        assert_eq!(texts("ods"), [] as [&str; 0]);
        assert_eq!(texts(""), [] as [&str; 0]);
    }

    #[test]
    fn shortens_between_characters() {
        let runbook = crate::parse(&format!("# T\n\n## {}\n", "é".repeat(400)));
        assert_eq!(passages(&runbook, "é", 1)[0].text.chars().count(), MAX_CHARS + 1);
    }
}
