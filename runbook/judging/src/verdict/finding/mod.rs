//! Where a runbook classifies crashes: in a table, in a list, in headings with a fix under each, or in sentences that
//! begin with "If you see". Reads the document; judges no facts.

mod built_in;
mod explain;
mod headings;
mod items;
mod leads;
mod prose;
pub(crate) mod table;

pub use self::{
    built_in::built_in,
    explain::{CellAccount, TableAccount, explain_tables, explain_text, find_unjudged_rows, find_unjudged_text_rows},
    table::read_table,
};

use text::runbook::{Block, Command};

use super::{Classifier, RuleReading};

/// Fewer rows than this are no list of patterns, unless they stand in a table.
const LEAST_ROWS: usize = 2;

/// The classifier of a runbook, with the index of the block that it begins in: its first table of patterns, else the
/// richest of its lists, headings and sentences. Looks into quotes and collapsed parts too.
pub fn find_classifier(blocks: &[Block], commands: &[Command]) -> Option<(usize, Classifier)> {
    let (at, mut classifier) = find_table(blocks, commands).or_else(|| find_in_text(blocks, commands))?;
    leads::find(&mut classifier, at, blocks, commands);
    Some((at, classifier))
}

fn find_table(blocks: &[Block], commands: &[Command]) -> Option<(usize, Classifier)> {
    blocks.iter().enumerate().find_map(|(at, block)| read_block(block, commands).map(|classifier| (at, classifier)))
}

fn read_block(block: &Block, commands: &[Command]) -> Option<Classifier> {
    match block {
        Block::Table(table) => read_table(table, commands),
        Block::Quote { content, .. } | Block::Details { content, .. } => {
            find_table(content, commands).map(|(_, classifier)| classifier)
        }
        _ => None,
    }
}

fn find_in_text(blocks: &[Block], commands: &[Command]) -> Option<(usize, Classifier)> {
    let lists = items::find_lists(blocks, commands);
    let sentences = prose::find_sentences(blocks, commands);
    let headings = headings::find_headings(blocks, commands);
    let read = |classifier: &Classifier| {
        classifier.rules.iter().filter(|rule| matches!(rule.reading, RuleReading::When(_))).count()
    };
    let all = lists.into_iter().chain(sentences).chain(headings);
    let is_enough = |one: &(usize, Classifier)| one.1.rules.len() >= LEAST_ROWS && read(&one.1) >= LEAST_ROWS;
    // The first of equals.
    all.filter(is_enough).fold(None, |best: Option<(usize, Classifier)>, one| match &best {
        Some((_, known)) if read(known) >= read(&one.1) => best,
        _ => Some(one),
    })
}

/// Text on one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
