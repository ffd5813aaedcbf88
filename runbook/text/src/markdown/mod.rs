//! Markdown to blocks. The only file that sees pulldown-cmark's events. Raw HTML never gets through as HTML.

mod links;

use std::{collections::HashMap, ops::Range};

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::{
    anchor::Anchors,
    builder::{Builder, Container, Stretch},
    code::{Code, CodeBlock, plain_code},
    effort::{Effort, TooMuchToRead},
    html::{self, Piece},
    lines::fence_edge,
    plain::plain,
    runbook::{Block, Command, Inline, Reference, ReferenceKind, RowPlace, TableBlock},
    source::Source,
};
use document::problem::{Problem, Severity};

/// A file's text, read.
pub(crate) struct Text {
    /// The first H1's text, which is not among the blocks; empty when there is none.
    pub(crate) title: String,
    pub(crate) blocks: Vec<Block>,
    pub(crate) commands: Vec<Command>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) references: Vec<Reference>,
}

/// Reads the source from an offset on.
///
/// # Errors
/// What takes more work than the effort allows.
pub(crate) fn read(source: &Source, body_at: usize, effort: &Effort) -> Result<Text, TooMuchToRead> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_WIKILINKS
        | Options::ENABLE_GFM;
    let mut reader = Reader::new(source);
    for (event, range) in Parser::new_ext(&source.text()[body_at..], options).into_offset_iter() {
        effort.spend(cost(&event, range.len()));
        effort.check()?;
        reader.take(event, range.start + body_at..range.end + body_at);
    }
    let blocks = reader.builder.finish();
    Ok(Text {
        title: reader.title.unwrap_or_default(),
        blocks,
        commands: reader.code.commands,
        problems: reader.problems,
        references: reader.references,
    })
}

/// The steps that an event takes, with what is made of it later: code is read as commands, rows as rules.
fn cost(event: &Event<'_>, size_bytes: usize) -> usize {
    match event {
        Event::Code(_) => 8 + size_bytes / 8,
        Event::End(TagEnd::CodeBlock) => 1 + size_bytes / 4,
        Event::End(TagEnd::TableRow) => 16 + size_bytes / 16,
        Event::End(TagEnd::Heading(_) | TagEnd::Link | TagEnd::Image) => 4 + size_bytes / 64,
        _ => 1 + size_bytes / 256,
    }
}

struct Reader<'s> {
    source: &'s Source,
    builder: Builder,
    code: Code,
    anchors: Anchors,
    title: Option<String>,
    problems: Vec<Problem>,
    references: Vec<Reference>,
    /// The open code block.
    code_block: Option<CodeBlock>,
    /// The open block of raw HTML.
    html: Option<String>,
    /// The open summary of a folding part.
    summary: Option<String>,
    table: TableBlock,
    row: Vec<Vec<Inline>>,
    is_in_heading: bool,
    /// Whether two brackets that are no link of a wiki are open.
    is_in_brackets: bool,
    /// How often each footnote has been pointed at.
    footnotes: HashMap<String, usize>,
}

impl<'s> Reader<'s> {
    fn new(source: &'s Source) -> Self {
        Self {
            source,
            builder: Builder::new(),
            code: Code::default(),
            anchors: Anchors::default(),
            title: None,
            problems: Vec::new(),
            references: Vec::new(),
            code_block: None,
            html: None,
            summary: None,
            table: TableBlock::default(),
            row: Vec::new(),
            is_in_heading: false,
            is_in_brackets: false,
            footnotes: HashMap::new(),
        }
    }

    fn take(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.begin(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) => self.take_text(&text, range),
            Event::Code(code) => {
                let holds_commands = !self.is_in_heading && !self.builder.is_in_link();
                let inline =
                    if holds_commands { self.code.read_span(&code, &range, self.source) } else { plain_code(&code) };
                if let Inline::RunbookLink { path, .. } = &inline {
                    self.refer(path, ReferenceKind::Backticks, range);
                }
                self.builder.push_inline(inline);
            }
            Event::Html(html) => self.html.get_or_insert_default().push_str(&html),
            Event::InlineHtml(html) => self.take_inline_html(&html, range),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.push_text(&text),
            Event::FootnoteReference(label) => {
                let label = label.into_string();
                let count = self.footnotes.entry(label.clone()).or_insert(0);
                let earlier = std::mem::replace(count, *count + 1);
                self.builder.push_inline(Inline::FootnoteReference { label, earlier });
            }
            Event::SoftBreak => self.push_text("\n"),
            Event::HardBreak => self.builder.push_inline(Inline::Break),
            Event::Rule => self.builder.push(Block::Rule),
            Event::TaskListMarker(is_done) => self.builder.set_task(is_done),
        }
    }

    fn begin(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Paragraph | Tag::TableCell => self.builder.begin_text(),
            Tag::Heading { .. } => {
                self.is_in_heading = true;
                self.builder.begin_text();
            }
            Tag::BlockQuote(kind) => {
                self.builder.begin(Container::Quote(kind.map(|kind| format!("{kind:?}").to_lowercase())));
            }
            Tag::List(start) => self.builder.begin(Container::List(start, Vec::new())),
            Tag::Item => self.builder.begin(Container::Item(None)),
            Tag::FootnoteDefinition(label) => self.builder.begin(Container::Footnote(label.into_string())),
            Tag::CodeBlock(kind) => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => Some(info.into_string()),
                    CodeBlockKind::Indented => None,
                };
                self.code_block = Some(CodeBlock { info, text: String::new(), origins: Vec::new() });
            }
            Tag::HtmlBlock => self.html = Some(String::new()),
            Tag::Table(_) => self.table = TableBlock::default(),
            Tag::TableHead | Tag::TableRow => self.row.clear(),
            Tag::Emphasis => self.builder.begin_stretch(Stretch::Emphasis),
            Tag::Strong => self.builder.begin_stretch(Stretch::Strong),
            Tag::Strikethrough => self.builder.begin_stretch(Stretch::Strike),
            Tag::Link { link_type: LinkType::WikiLink { has_pothole }, dest_url, .. } => {
                self.begin_wiki_link(&dest_url, has_pothole, range);
            }
            // Raw HTML may have a link open already, and links hold no links.
            Tag::Link { .. } if self.builder.is_in_link() => self.builder.begin_stretch(Stretch::Link(None)),
            Tag::Link { link_type, dest_url, .. } => {
                let href = match link_type {
                    LinkType::Email => format!("mailto:{dest_url}"),
                    _ => dest_url.into_string(),
                };
                let target = self.checked_target(&href, range);
                self.builder.begin_stretch(Stretch::Link(target));
            }
            Tag::Image { dest_url, .. } => {
                self.checked_target(&dest_url, range);
                self.builder.begin_stretch(Stretch::Image(dest_url.into_string()));
            }
            // Not asked for in the options; were they, their text would be running text.
            Tag::Superscript
            | Tag::Subscript
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Paragraph => {
                let content = self.builder.take_text();
                if !content.is_empty() {
                    self.builder.push(Block::Paragraph(content));
                }
            }
            TagEnd::Heading(level) => self.end_heading(level as u8, range),
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item | TagEnd::FootnoteDefinition => self.builder.end(),
            TagEnd::CodeBlock => self.end_code_block(range),
            TagEnd::HtmlBlock => self.end_html(range),
            TagEnd::TableCell => self.row.push(self.builder.take_text()),
            TagEnd::TableHead => self.table.head = std::mem::take(&mut self.row),
            TagEnd::TableRow => {
                let mut row = std::mem::take(&mut self.row);
                row.resize(self.table.head.len(), Vec::new());
                self.table.rows.push(row);
                let line = self.source.line(range.start);
                self.table.places.push(RowPlace { line, span: self.source.in_file(range) });
            }
            TagEnd::Table => {
                let table = std::mem::take(&mut self.table);
                self.builder.push(Block::Table(table));
            }
            TagEnd::Link if std::mem::take(&mut self.is_in_brackets) => {
                self.push_text("]]");
                self.builder.end_stretch();
            }
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image => {
                self.builder.end_stretch();
            }
            TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::MetadataBlock(_) => {}
        }
    }

    fn take_text(&mut self, text: &str, range: Range<usize>) {
        match &mut self.code_block {
            Some(block) => {
                block.origins.push((block.text.len(), range.start));
                block.text.push_str(text);
            }
            None => self.push_text(text),
        }
    }

    /// Running text, or the summary of a folding part while one is open.
    fn push_text(&mut self, text: &str) {
        match &mut self.summary {
            Some(summary) => summary.push_str(text),
            None => self.builder.push_inline(Inline::Text(text.to_owned())),
        }
    }

    fn end_heading(&mut self, level: u8, range: Range<usize>) {
        self.is_in_heading = false;
        let content = self.builder.take_text();
        let text = plain(&content, &[]);
        let id = self.anchors.make(&text);
        let is_title = level == 1 && self.builder.is_at_root();
        match (&self.title, is_title) {
            (None, true) => self.title = Some(text.split_whitespace().collect::<Vec<_>>().join(" ")),
            (Some(_), true) => {
                self.report("several-titles", Severity::Info, "This is not the first H1 of the file.", range);
                self.builder.push(Block::Heading { level, id, content });
            }
            _ => self.builder.push(Block::Heading { level, id, content }),
        }
    }

    fn end_code_block(&mut self, range: Range<usize>) {
        let Some(mut block) = self.code_block.take() else { return };
        block.text = block.text.replace("\r\n", "\n");
        if block.info.is_some() && !is_closed(&self.source.text()[range.clone()]) {
            let first_line = self.source.text()[range.clone()].lines().next().map_or(0, str::len);
            let message = "This code fence is never closed, so all that follows it is code.";
            self.report("unclosed-fence", Severity::Warning, message, range.start..range.start + first_line);
        }
        let fence = self.code.read_block(&block, self.source);
        self.builder.push(Block::Fence(fence));
    }

    /// Raw HTML on lines of its own: its text becomes paragraphs.
    fn end_html(&mut self, range: Range<usize>) {
        let html = self.html.take().unwrap_or_default();
        for piece in html::pieces(&html) {
            match piece {
                Piece::Text(text) => self.push_text(&text),
                Piece::Break => self.builder.push_inline(Inline::Break),
                Piece::Image { source, alt } => self.push_picture(source, alt),
                Piece::LinkOpen(href) => self.begin_html_link(&href, range.clone()),
                Piece::LinkClose => self.builder.end_html_link(),
                piece => self.fold(&piece),
            }
        }
        if self.summary.is_none() {
            let content = self.builder.take_text();
            if !content.is_empty() {
                self.builder.push(Block::Paragraph(content));
            }
        }
    }

    fn take_inline_html(&mut self, html: &str, range: Range<usize>) {
        // `{{<ref x>}}` is a shortcode, whatever its inner part looks like.
        if self.source.text()[..range.start].ends_with("{{") {
            return self.push_text(html);
        }
        for piece in html::pieces(html) {
            match piece {
                Piece::Text(text) => self.push_text(&text),
                Piece::Break => self.builder.push_inline(Inline::Break),
                Piece::Image { source, .. } if self.checked_target(&source, range.clone()).is_none() => {}
                Piece::Image { source, alt } => self.push_picture(source, alt),
                Piece::LinkOpen(href) => self.begin_html_link(&href, range.clone()),
                Piece::LinkClose => self.builder.end_html_link(),
                // Folding parts are blocks; in the middle of a line their edges mean nothing.
                _ => {}
            }
        }
    }

    /// A picture; the summary of a folding part holds none.
    fn push_picture(&mut self, source: String, alt: String) {
        match &self.summary {
            Some(_) => self.push_text(&alt),
            None => self.builder.push_picture(source, alt),
        }
    }

    fn fold(&mut self, piece: &Piece) {
        match piece {
            Piece::DetailsOpen => self.builder.begin_details(),
            Piece::DetailsClose => {
                self.end_summary();
                self.builder.end_details();
            }
            Piece::SummaryOpen => self.summary = Some(String::new()),
            Piece::SummaryClose => self.end_summary(),
            Piece::Text(_) | Piece::Break | Piece::Image { .. } | Piece::LinkOpen(_) | Piece::LinkClose => {}
        }
    }

    fn end_summary(&mut self) {
        if let Some(summary) = self.summary.take() {
            self.builder.set_summary(&summary);
        }
    }

    fn report(&mut self, code: &str, severity: Severity, message: &str, range: Range<usize>) {
        self.problems.push(Problem {
            severity,
            code: code.into(),
            message: message.into(),
            help: None,
            line: self.source.line(range.start),
            span: self.source.in_file(range),
        });
    }
}

/// Whether a fence's last line closes it.
fn is_closed(fence: &str) -> bool {
    let mut lines = fence.trim_end().lines();
    let first = lines.next().and_then(fence_edge);
    let last = lines.next_back().and_then(fence_edge);
    matches!((first, last), (Some((open, least, _)), Some((mark, length, true))) if open == mark && length >= least)
}
