//! Words that a runbook looks for in logs: the code spans in the first column of its tables.

use crate::runbook::{Block, Inline, Runbook};

/// Shorter words are found in every log.
const MIN_CHARS: usize = 5;

/// Most words of one runbook: each is looked for in each line.
const MAX_TELLING: usize = 100;

/// Words to find in a line, whatever their case and spacing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Telling(String);

impl Telling {
    /// The words that a runbook's tables name.
    pub fn of(runbook: &Runbook) -> Vec<Self> {
        let tables = runbook.blocks.iter().filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        });
        let cells = tables.flat_map(|table| table.rows.iter().filter_map(|row| row.first()));
        let mut found: Vec<Self> = Vec::new();
        for inline in cells.flatten() {
            if let Inline::Code { text, .. } = inline {
                let words = Self(fold(text));
                if found.len() < MAX_TELLING && words.0.chars().count() >= MIN_CHARS && !found.contains(&words) {
                    found.push(words);
                }
            }
        }
        found
    }

    /// Whether a line holds the words.
    pub fn is_in(&self, line: &str) -> bool {
        fold(line).contains(&self.0)
    }
}

/// `leaderelection lost` is written `leader election lost` as often.
fn fold(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_words_of_a_table_whatever_their_spacing() {
        let runbook = crate::parse(
            "# A\n\n| Pattern | Cause |\n|---|---|\n| `LeaderElection lost` now | x |\n| `OK` | y |\n| plain | z |\n",
        );
        let telling = Telling::of(&runbook);
        assert_eq!(telling, [Telling("leaderelectionlost".into())]);
        assert!(telling[0].is_in("E0226 leader election lost"));
        assert!(!telling[0].is_in("leader elected"));
    }
}
