//! A runbook's text as Markdown, with the id of each check beside its command. The text has been read by the library, so
//! its secrets are dots already; nothing is taken from the file itself.

use runbook::{
    binding::{Bindings, Piece, fill},
    document::{Block, Command, Fence, FenceLine, Inline, ListItem, Runbook, TableBlock},
};

/// How a command stands for a reader: one phrase, such as "ready" or "needs pod".
pub type Standing<'a> = &'a dyn Fn(&Command) -> String;

/// Blocks inside blocks that are written; what is nested deeper stands without its indentation.
const MAX_DEPTH: usize = 16;

/// The whole text. Values are filled into commands.
pub fn runbook(runbook: &Runbook, bindings: &Bindings, standing: Standing<'_>) -> String {
    let mut writer = Writer { runbook, bindings, standing, out: String::new() };
    writer.blocks(&runbook.blocks, "", 0);
    writer.out
}

struct Writer<'a> {
    runbook: &'a Runbook,
    bindings: &'a Bindings,
    standing: Standing<'a>,
    out: String,
}

impl Writer<'_> {
    fn blocks(&mut self, blocks: &[Block], indent: &str, depth: usize) {
        for block in blocks {
            self.block(block, indent, depth);
        }
    }

    fn block(&mut self, block: &Block, indent: &str, depth: usize) {
        let deeper = |more: &str| if depth < MAX_DEPTH { format!("{indent}{more}") } else { indent.to_owned() };
        match block {
            Block::Heading { level, id, content } => {
                let marks = "#".repeat(usize::from(*level));
                let text = self.inline(content);
                self.line(indent, &format!("{marks} {text} (#{id})"));
            }
            Block::Paragraph(content) => {
                let text = self.inline(content);
                text.lines().for_each(|line| self.line(indent, line));
            }
            Block::Fence(fence) => self.fence(fence, indent),
            Block::List { start, items } => {
                for (at, item) in items.iter().enumerate() {
                    self.item(item, start.map(|start| start.saturating_add(at as u64)), indent, &deeper("  "), depth);
                }
            }
            Block::Quote { kind, content } => {
                if let Some(kind) = kind {
                    self.line(indent, &format!("> {}:", kind.to_uppercase()));
                }
                self.blocks(content, &deeper("> "), depth + 1);
            }
            Block::Table(table) => self.table(table, indent),
            Block::Details { summary, content } => {
                self.line(indent, summary);
                self.blocks(content, &deeper("  "), depth + 1);
            }
            Block::Footnote { label, content } => {
                self.line(indent, &format!("[{label}]:"));
                self.blocks(content, &deeper("  "), depth + 1);
            }
            Block::Rule => self.line(indent, "---"),
        }
        if !matches!(block, Block::List { .. }) || depth == 0 {
            self.out.push('\n');
        }
    }

    fn item(&mut self, item: &ListItem, number: Option<u64>, indent: &str, below: &str, depth: usize) {
        let mark = number.map_or_else(|| "-".to_owned(), |number| format!("{number}."));
        let task = match &item.task {
            Some(task) if task.is_done => " [x]",
            Some(_) => " [ ]",
            None => "",
        };
        let (first, rest) = match item.content.split_first() {
            Some((Block::Paragraph(content), rest)) => (self.inline(content).replace('\n', " "), rest),
            _ => (String::new(), item.content.as_slice()),
        };
        self.line(indent, format!("{mark}{task} {first}").trim_end());
        self.blocks(rest, below, depth + 1);
    }

    fn fence(&mut self, fence: &Fence, indent: &str) {
        self.line(indent, &format!("```{}", fence.language.as_deref().unwrap_or("")));
        for line in &fence.lines {
            match line {
                FenceLine::Command(index) => {
                    if let Some(command) = self.runbook.commands.get(*index) {
                        let text = self.filled(command);
                        text.lines().for_each(|line| self.line(indent, line));
                        let standing = self.standing(command);
                        self.line(indent, &format!("# {standing}"));
                    }
                }
                FenceLine::Comment(comment) => self.line(indent, &format!("# {comment}")),
                FenceLine::Text(text) => text.lines().for_each(|line| self.line(indent, line)),
            }
        }
        self.line(indent, "```");
    }

    fn table(&mut self, table: &TableBlock, indent: &str) {
        let row = |writer: &Self, cells: &[Vec<Inline>]| {
            let cells: Vec<String> = cells.iter().map(|cell| writer.inline(cell).replace('\n', " ")).collect();
            format!("| {} |", cells.join(" | "))
        };
        let head = row(self, &table.head);
        self.line(indent, &head);
        self.line(indent, &format!("|{}", "---|".repeat(table.head.len())));
        for cells in &table.rows {
            let line = row(self, cells);
            self.line(indent, &line);
        }
    }

    fn line(&mut self, indent: &str, text: &str) {
        self.out.push_str(indent);
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn inline(&self, content: &[Inline]) -> String {
        let mut text = String::new();
        self.write_inline(content, &mut text);
        text
    }

    fn write_inline(&self, content: &[Inline], text: &mut String) {
        for inline in content {
            match inline {
                Inline::Text(part) => text.push_str(part),
                Inline::Code { text: code, .. } => text.push_str(&format!("`{code}`")),
                Inline::Command(index) => {
                    if let Some(command) = self.runbook.commands.get(*index) {
                        text.push_str(&format!("`{}` ({})", self.filled(command), self.standing(command)));
                    }
                }
                Inline::Emphasis(content) | Inline::Strong(content) | Inline::Strike(content) => {
                    self.write_inline(content, text);
                }
                Inline::Link { href, content } => {
                    self.write_inline(content, text);
                    text.push_str(&format!(" <{href}>"));
                }
                Inline::RunbookLink { path, content } => {
                    self.write_inline(content, text);
                    text.push_str(&format!(" <{path}>"));
                }
                Inline::Image { alt, .. } => text.push_str(&format!("[picture: {alt}]")),
                Inline::FootnoteReference { label, .. } => text.push_str(&format!("[{label}]")),
                Inline::Break => text.push('\n'),
            }
        }
    }

    /// `check a1b2c3: ready`.
    fn standing(&self, command: &Command) -> String {
        format!("check {}: {}", command.id, (self.standing)(command))
    }

    fn filled(&self, command: &Command) -> String {
        let pieces = fill(&command.text, &command.marks, self.bindings);
        let piece = |piece: Piece| match piece {
            Piece::Text(text) | Piece::Masked(text) | Piece::Placeholder { text, .. } => text,
            Piece::Filled { value, .. } => value,
        };
        pieces.into_iter().map(piece).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_the_text_with_the_id_of_each_check_and_no_secret() {
        let text = "# Alert: X\n\n## Look\n\nRun `kubectl get pods -A` first, **then**:\n\n\
                    ```bash\n# Logs\nkubectl logs -n <namespace> <pod>\nsshpass -p 'hunter2' ssh root@10.0.0.1 reboot\n```\n\n\
                    1. one\n   - two\n2. three\n\n> [!NOTE]\n> Careful.\n\n| A | B |\n|---|---|\n| `x` | y |\n";
        let read = ::runbook::parse(text);
        let bindings = Bindings([("pod".to_owned(), "web-0".to_owned())].into());
        let written = runbook(&read, &bindings, &|command| format!("{} parameters", command.parameters.len()));
        let logs = read.commands.iter().find(|command| command.text.contains("logs")).expect("a command");
        for part in [
            "## Look (#look)",
            "Run `kubectl get pods -A` (check ",
            ": 0 parameters) first, then:",
            &format!("kubectl logs -n <namespace> web-0\n# check {}: 2 parameters\n", logs.id),
            "# Logs\n",
            "1. one\n  - two\n2. three\n",
            "> NOTE:\n> Careful.\n",
            "| A | B |\n|---|---|\n| `x` | y |\n",
        ] {
            assert!(written.contains(part), "{part:?} is missing in:\n{written}");
        }
        assert!(!written.contains("hunter2"), "{written}");
    }
}
