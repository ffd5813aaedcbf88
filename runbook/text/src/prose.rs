//! The prose of a runbook, sentence bearer by sentence bearer, each with the heading it stands under.

use crate::{
    plain::plain,
    runbook::{Block, Command, Runbook},
};

/// A heading's, paragraph's or list item's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The nearest heading before it.
    pub heading: String,
    /// Its own text.
    pub text: String,
}

/// Every passage, in order.
pub fn passages(runbook: &Runbook) -> Vec<Passage> {
    let mut found = Vec::new();
    let mut heading = runbook.title.clone();
    collect(&runbook.blocks, &runbook.commands, &mut heading, &mut found);
    found
}

fn collect(blocks: &[Block], commands: &[Command], heading: &mut String, found: &mut Vec<Passage>) {
    for block in blocks {
        match block {
            Block::Heading { content, .. } => {
                *heading = plain(content, commands);
                found.push(Passage { heading: heading.clone(), text: heading.clone() });
            }
            Block::Paragraph(content) => {
                found.push(Passage { heading: heading.clone(), text: plain(content, commands) });
            }
            Block::List { items, .. } => {
                items.iter().for_each(|item| collect(&item.content, commands, heading, found));
            }
            Block::Quote { content, .. } | Block::Details { content, .. } | Block::Footnote { content, .. } => {
                collect(content, commands, heading, found);
            }
            Block::Fence(_) | Block::Table(_) | Block::Rule => {}
        }
    }
}
