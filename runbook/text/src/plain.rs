//! Running text without its dress: for titles, anchors, search and windows.

use crate::runbook::{Command, Inline};

/// The words that a reader sees. `commands` are the runbook's; without them a command in the text is left out.
pub fn plain(content: &[Inline], commands: &[Command]) -> String {
    let mut text = String::new();
    write_plain(content, commands, &mut text);
    text
}

fn write_plain(content: &[Inline], commands: &[Command], text: &mut String) {
    for inline in content {
        match inline {
            Inline::Text(part) | Inline::Code { text: part, .. } => text.push_str(part),
            Inline::Command(index) => {
                if let Some(command) = commands.get(*index) {
                    text.push_str(&command.text);
                }
            }
            Inline::Emphasis(content)
            | Inline::Strong(content)
            | Inline::Strike(content)
            | Inline::Link { content, .. }
            | Inline::RunbookLink { content, .. } => write_plain(content, commands, text),
            Inline::Image { alt, .. } => text.push_str(alt),
            Inline::FootnoteReference { .. } => {}
            Inline::Break => text.push('\n'),
        }
    }
}
