//! Blocks under construction: the open containers and the open stretches of running text. Knows no Markdown parser.
//! Bounds nesting: what stands deeper than a reader can follow joins the level above.

use std::collections::HashMap;

use crate::{
    code::fnv1a,
    plain::plain,
    runbook::{Block, Inline, ListItem, Task},
};

/// Containers nested deeper than this are opened up into the one around them.
const MAX_CONTAINERS: usize = 24;
/// Emphasis and links nested deeper than this are opened up.
const MAX_STRETCHES: usize = 12;

/// What holds blocks.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Container {
    /// The file.
    Root,
    /// A block quote.
    Quote(Option<String>),
    /// A list; holds items alone.
    List(Option<u64>, Vec<ListItem>),
    /// An item of the list around it.
    Item(Option<bool>),
    /// A folding part with its summary.
    Details(String),
    /// A footnote with its label.
    Footnote(String),
}

/// A stretch of running text that holds others.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Stretch {
    /// The text of a paragraph, heading or cell.
    Root,
    Emphasis,
    Strong,
    Strike,
    /// A link; `None` when its target was dropped.
    Link(Option<crate::link::Target>),
    /// A picture with its source as written; its content is the text that stands for it.
    Image(String),
}

/// An open container and its blocks so far.
#[derive(Debug)]
struct Open {
    container: Container,
    blocks: Vec<Block>,
}

/// Blocks under construction.
#[derive(Debug)]
pub(crate) struct Builder {
    open: Vec<Open>,
    /// For each container that Markdown has opened: whether it stands in `open`.
    is_kept: Vec<bool>,
    stretches: Vec<(Stretch, Vec<Inline>)>,
    /// Stretches that were opened beyond the bound.
    flattened: usize,
    /// How often a task's text has come.
    tasks: HashMap<String, usize>,
}

impl Builder {
    pub(crate) fn new() -> Self {
        let root = Open { container: Container::Root, blocks: Vec::new() };
        Self { open: vec![root], is_kept: Vec::new(), stretches: Vec::new(), flattened: 0, tasks: HashMap::new() }
    }

    /// Everything, once all containers have been closed.
    pub(crate) fn finish(mut self) -> Vec<Block> {
        self.end_text();
        while self.open.len() > 1 {
            self.close_last();
        }
        self.open.pop().map(|root| root.blocks).unwrap_or_default()
    }

    /// Whether new blocks stand directly in the file.
    pub(crate) fn is_at_root(&self) -> bool {
        self.open.len() == 1 && self.is_kept.is_empty()
    }

    pub(crate) fn push(&mut self, block: Block) {
        self.end_text();
        self.push_block(block);
    }

    pub(crate) fn begin(&mut self, container: Container) {
        self.end_text();
        let is_kept = self.open.len() < MAX_CONTAINERS;
        self.is_kept.push(is_kept);
        if is_kept {
            self.open.push(Open { container, blocks: Vec::new() });
        }
    }

    /// Closes the innermost container that Markdown opened, and folding parts still open in it.
    pub(crate) fn end(&mut self) {
        self.end_text();
        if self.is_kept.pop() != Some(true) {
            return;
        }
        while self.open.len() > 1 && self.is_details_open() {
            self.close_last();
        }
        if self.open.len() > 1 {
            self.close_last();
        }
    }

    /// Opens a folding part: HTML may leave it open, so Markdown's own containers are counted without it.
    pub(crate) fn begin_details(&mut self) {
        self.end_text();
        if self.open.len() < MAX_CONTAINERS && self.is_kept.last() != Some(&false) {
            self.open.push(Open { container: Container::Details(String::new()), blocks: Vec::new() });
        }
    }

    /// Closes the innermost folding part, when it was opened in the same container.
    pub(crate) fn end_details(&mut self) {
        self.end_text();
        if self.is_details_open() {
            self.close_last();
        }
    }

    /// Sets the line that stays visible of the innermost folding part.
    pub(crate) fn set_summary(&mut self, text: &str) {
        if let Some(Open { container: Container::Details(summary), .. }) = self.open.last_mut() {
            *summary = text.split_whitespace().collect::<Vec<_>>().join(" ");
        }
    }

    /// Marks the open item as a task.
    pub(crate) fn set_task(&mut self, is_done: bool) {
        if let Some(Open { container: Container::Item(task), .. }) = self.open.last_mut() {
            *task = Some(is_done);
        }
    }

    /// Opens running text; its content is taken with [`Builder::take_text`].
    pub(crate) fn begin_text(&mut self) {
        self.end_text();
        self.stretches.push((Stretch::Root, Vec::new()));
    }

    /// Takes the open running text.
    pub(crate) fn take_text(&mut self) -> Vec<Inline> {
        while self.stretches.len() > 1 {
            self.close_stretch();
        }
        self.flattened = 0;
        self.stretches.pop().map(|(_, content)| trim(link_text(content))).unwrap_or_default()
    }

    pub(crate) fn begin_stretch(&mut self, stretch: Stretch) {
        if self.stretches.is_empty() {
            self.begin_text();
        }
        if self.stretches.len() > MAX_STRETCHES {
            self.flattened += 1;
        } else {
            self.stretches.push((stretch, Vec::new()));
        }
    }

    pub(crate) fn end_stretch(&mut self) {
        if self.flattened > 0 {
            self.flattened -= 1;
        } else if self.stretches.len() > 1 {
            self.close_stretch();
        }
    }

    /// Ends the link that raw HTML has opened; without one nothing ends.
    pub(crate) fn end_html_link(&mut self) {
        if self.flattened == 0 && matches!(self.stretches.last(), Some((Stretch::Link(_), _))) {
            self.close_stretch();
        }
    }

    /// Whether a link or picture is open: its text holds no links and no commands.
    pub(crate) fn is_in_link(&self) -> bool {
        self.stretches.iter().any(|(stretch, _)| matches!(stretch, Stretch::Link(_) | Stretch::Image(_)))
    }

    /// Adds running text; where none is open (in a tight list item), a paragraph begins.
    pub(crate) fn push_inline(&mut self, inline: Inline) {
        if self.stretches.is_empty() {
            self.stretches.push((Stretch::Root, Vec::new()));
        }
        if let Some((_, content)) = self.stretches.last_mut() {
            append(content, inline);
        }
    }

    /// Adds a picture, or a link to one that lies elsewhere.
    pub(crate) fn push_picture(&mut self, source: String, alt: String) {
        self.push_inline(picture(source, alt));
    }

    /// Ends a paragraph that no one else ends.
    fn end_text(&mut self) {
        if !self.stretches.is_empty() {
            let content = self.take_text();
            if !content.is_empty() {
                self.push_block(Block::Paragraph(content));
            }
        }
    }

    fn push_block(&mut self, block: Block) {
        if let Some(open) = self.open.last_mut() {
            open.blocks.push(block);
        }
    }

    fn is_details_open(&self) -> bool {
        matches!(self.open.last(), Some(Open { container: Container::Details(_), .. }))
    }

    fn close_last(&mut self) {
        let Some(Open { container, blocks }) = self.open.pop() else { return };
        match container {
            Container::Root => self.open.push(Open { container, blocks }),
            Container::Quote(kind) => self.push_block(admonish(kind, blocks)),
            Container::List(start, items) => {
                if !items.is_empty() {
                    self.push_block(Block::List { start, items });
                }
                // Blocks whose items were too deep to be kept.
                blocks.into_iter().for_each(|block| self.push_block(block));
            }
            Container::Item(is_done) => {
                let task = is_done.map(|is_done| Task { id: self.name_task(&blocks), is_done });
                match self.open.last_mut() {
                    Some(Open { container: Container::List(_, items), .. }) => {
                        items.push(ListItem { task, content: blocks });
                    }
                    _ => blocks.into_iter().for_each(|block| self.push_block(block)),
                }
            }
            Container::Details(summary) => self.push_block(Block::Details { summary, content: blocks }),
            Container::Footnote(label) => self.push_block(Block::Footnote { label, content: blocks }),
        }
    }

    fn name_task(&mut self, content: &[Block]) -> String {
        let text = match content.first() {
            // Commands are not read yet when their item ends; their positions stand for them.
            Some(Block::Paragraph(content)) => plain(content, &[]),
            _ => String::new(),
        };
        let count = self.tasks.entry(text.clone()).and_modify(|count| *count += 1).or_insert(0);
        let id = format!("{:08x}", fnv1a(&text));
        if *count == 0 { id } else { format!("{id}-{}", *count + 1) }
    }

    fn close_stretch(&mut self) {
        use crate::link::Target;
        let Some((stretch, content)) = self.stretches.pop() else { return };
        let is_link = matches!(stretch, Stretch::Link(_) | Stretch::Image(_));
        let content = if is_link || self.is_in_link() { content } else { link_text(content) };
        let closed = match stretch {
            Stretch::Emphasis => Inline::Emphasis(content),
            Stretch::Strong => Inline::Strong(content),
            Stretch::Strike => Inline::Strike(content),
            Stretch::Link(Some(Target::Page(href))) => Inline::Link { href, content },
            Stretch::Link(Some(Target::Runbook(path))) => Inline::RunbookLink { path, content },
            Stretch::Link(_) | Stretch::Root => {
                content.into_iter().for_each(|inline| self.push_inline(inline));
                return;
            }
            Stretch::Image(source) => picture(source, crate::plain::plain(&content, &[])),
        };
        self.push_inline(closed);
    }
}

/// A picture of the library, or a link to one that lies elsewhere: the page loads nothing from third parties.
fn picture(source: String, alt: String) -> Inline {
    use crate::link::{Target, target};
    let text = if alt.is_empty() { source.clone() } else { alt.clone() };
    match target(&source) {
        Target::Page(href) if href.contains("://") || href.starts_with("mailto:") => {
            Inline::Link { href, content: vec![Inline::Text(text)] }
        }
        Target::Page(source) | Target::Runbook(source) => Inline::Image { source, alt },
        Target::Unsafe => Inline::Text(alt),
    }
}

/// A quote that was an `!!!` admonition carries its kind and title in its first line.
fn admonish(kind: Option<String>, mut content: Vec<Block>) -> Block {
    let mark = match content.first() {
        Some(Block::Paragraph(inlines)) if kind.is_none() => match inlines.first() {
            Some(Inline::Text(text)) => crate::admonition::read_mark(text.lines().next().unwrap_or("")),
            _ => None,
        },
        _ => None,
    };
    let Some((kind, title)) = mark else { return Block::Quote { kind, content } };
    let Some(Block::Paragraph(inlines)) = content.first_mut() else {
        return Block::Quote { kind: Some(kind), content };
    };
    if let Some(Inline::Text(text)) = inlines.first_mut() {
        *text = text.split_once('\n').map_or(String::new(), |(_, rest)| rest.to_owned());
    }
    inlines.retain(|inline| !matches!(inline, Inline::Text(text) if text.is_empty()));
    if inlines.is_empty() {
        content.remove(0);
    }
    if let Some(title) = title {
        content.insert(0, Block::Paragraph(vec![Inline::Strong(vec![Inline::Text(title)])]));
    }
    Block::Quote { kind: Some(kind), content }
}

fn append(content: &mut Vec<Inline>, inline: Inline) {
    match (content.last_mut(), inline) {
        (_, Inline::Text(text)) if text.is_empty() => {}
        (Some(Inline::Text(last)), Inline::Text(text)) => last.push_str(&text),
        (_, inline) => content.push(inline),
    }
}

/// Bare web addresses in text become links.
fn link_text(content: Vec<Inline>) -> Vec<Inline> {
    let has_address = content.iter().any(|inline| matches!(inline, Inline::Text(text) if text.contains("://")));
    if !has_address {
        return content;
    }
    let link = |inline| match inline {
        Inline::Text(text) => crate::link::link_addresses(&text),
        inline => vec![inline],
    };
    content.into_iter().flat_map(link).collect()
}

/// Blanks and breaks at the edges of a paragraph mean nothing.
fn trim(mut content: Vec<Inline>) -> Vec<Inline> {
    let is_empty = |inline: &Inline| match inline {
        Inline::Text(text) => text.trim().is_empty(),
        Inline::Break => true,
        _ => false,
    };
    while content.last().is_some_and(is_empty) {
        content.pop();
    }
    let lead = content.iter().take_while(|inline| is_empty(inline)).count();
    content.drain(..lead);
    if let Some(Inline::Text(text)) = content.first_mut() {
        text.drain(..text.len() - text.trim_start().len());
    }
    if let Some(Inline::Text(text)) = content.last_mut() {
        text.truncate(text.trim_end().len());
    }
    content
}
