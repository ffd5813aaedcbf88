//! What a runbook is once it has been read: plain data, in the order of the file.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::alerts::NamedAlert;
pub use command::{
    mark::{Mark, MarkKind},
    recognition::Command,
};
use document::{names::CheckId, problem::Problem};

/// One Markdown file, read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Runbook {
    /// The first H1, else front matter's `title`, else the empty string (the library then uses the file's name).
    pub title: String,
    /// What the file says of itself.
    pub metadata: Metadata,
    /// The alerts that it names, and how.
    pub alerts: Vec<NamedAlert>,
    /// The text, in order, without the H1 that became the title and without the metadata section.
    pub blocks: Vec<Block>,
    /// What a reader does, in order.
    pub steps: Vec<Step>,
    /// Every command found, in order; blocks refer to them by index.
    pub commands: Vec<Command>,
    /// Daily windows that a heading or paragraph names, such as a backup window.
    pub windows: Vec<DailyWindow>,
    /// What lint reports.
    pub problems: Vec<Problem>,
    /// Files that the text points at, in order.
    pub references: Vec<Reference>,
}

/// A place where the text points at a file: a link, a picture, or a path in backticks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// The path as written, with its anchor. Never a web address, never an anchor alone.
    pub path: String,
    /// How it is written.
    pub kind: ReferenceKind,
    /// Byte range in the file.
    pub span: Range<usize>,
}

/// How a reference is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReferenceKind {
    /// `[text](path)`, `![picture](path)`: from the file's own folder.
    Link,
    /// A path of a Markdown file in backticks: from the file's own folder or from the library's root.
    Backticks,
    /// `[[Page]]`, `[[Page|text]]`: a file by its name, wherever it lies.
    Wiki,
}

impl Runbook {
    /// The command with this id.
    pub fn command(&self, id: &CheckId) -> Option<&Command> {
        self.commands.iter().find(|command| command.id == *id)
    }
}

/// What a runbook says of itself, in front matter or in a closing "Metadata" section.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
    /// The alert it serves: `# Alert: NAME`, or front matter's `alert`.
    pub alert: Option<String>,
    /// The area it belongs to.
    pub domain: Option<String>,
    /// Free words.
    pub tags: Vec<String>,
    /// Share of confidence lost per quarter since `last_updated`: 0.1 is 10 %.
    pub decay_rate: Option<f64>,
    /// `YYYY-MM-DD`, as written.
    pub last_updated: Option<String>,
    /// Every other key, in order.
    pub other: Vec<(String, String)>,
}

/// A step: a "Step N" heading, a numbered heading, or a section such as Diagnosis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The anchor of its heading.
    pub id: String,
    /// Its heading's text.
    pub title: String,
    /// `blocks` that belong to it, its heading first.
    pub blocks: Range<usize>,
    /// `commands` that stand in it.
    pub commands: Range<usize>,
}

/// A block of text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Block {
    /// A heading with its GitHub anchor.
    Heading {
        /// 1 to 6.
        level: u8,
        /// The anchor, unique in the file.
        id: String,
        /// Its text.
        content: Vec<Inline>,
    },
    /// Running text.
    Paragraph(Vec<Inline>),
    /// A code fence or an indented block.
    Fence(Fence),
    /// A list.
    List {
        /// The first number, for an ordered list.
        start: Option<u64>,
        /// Its items.
        items: Vec<ListItem>,
    },
    /// A block quote, or a GitHub or `!!!` admonition.
    Quote {
        /// `note`, `warning`, … for an admonition.
        kind: Option<String>,
        /// What is quoted.
        content: Vec<Block>,
    },
    /// A table.
    Table(TableBlock),
    /// A collapsed part: `<details>`.
    Details {
        /// The line that stays visible.
        summary: String,
        /// What opens.
        content: Vec<Block>,
    },
    /// The text of a footnote.
    Footnote {
        /// Its label.
        label: String,
        /// Its text.
        content: Vec<Block>,
    },
    /// A thematic break.
    Rule,
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListItem {
    /// Set in a task list.
    pub task: Option<Task>,
    /// Its content; a tight item is one paragraph.
    pub content: Vec<Block>,
}

/// A task of a task list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Derived from its text, unique in the file: a reader's tick survives edits elsewhere.
    pub id: String,
    /// Whether the author ticked it.
    pub is_done: bool,
}

/// A table of the author's.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TableBlock {
    /// Column heads.
    pub head: Vec<Vec<Inline>>,
    /// Rows; each has as many cells as `head`.
    pub rows: Vec<Vec<Vec<Inline>>>,
    /// Where each of the rows stands.
    pub places: Vec<RowPlace>,
}

/// Where a row of a table stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowPlace {
    /// Line in the file, from 1.
    pub line: usize,
    /// Byte range in the file.
    pub span: Range<usize>,
}

/// A code fence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fence {
    /// The first word after the backticks, in lower case.
    pub language: Option<String>,
    /// The content in order. A fence without a command is one `Text`.
    pub lines: Vec<FenceLine>,
}

/// A stretch of a fence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FenceLine {
    /// A command: index into `Runbook::commands`.
    Command(usize),
    /// A comment, without its `#`.
    Comment(String),
    /// Output, configuration or anything else, line breaks included, secrets masked.
    Text(String),
}

/// A stretch of running text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Inline {
    /// Plain text.
    Text(String),
    /// Inline code that is no command.
    Code {
        /// Its text, secrets masked.
        text: String,
        /// Placeholders in it.
        marks: Vec<Mark>,
    },
    /// Inline code that is a command: index into `Runbook::commands`.
    Command(usize),
    /// Emphasis.
    Emphasis(Vec<Inline>),
    /// Strong emphasis.
    Strong(Vec<Inline>),
    /// Struck through.
    Strike(Vec<Inline>),
    /// A link. `href` is as written; only http, https, mailto, relative and anchor links are kept.
    Link {
        /// Where to.
        href: String,
        /// What is shown.
        content: Vec<Inline>,
    },
    /// A backticked or linked path of another runbook: relative, ends in `.md`.
    RunbookLink {
        /// The path as written.
        path: String,
        /// What is shown.
        content: Vec<Inline>,
    },
    /// A picture from the library folder.
    Image {
        /// Relative path as written.
        source: String,
        /// The text that stands for it.
        alt: String,
    },
    /// A reference to a footnote's label.
    FootnoteReference {
        /// The footnote.
        label: String,
        /// How often it was pointed at before.
        earlier: usize,
    },
    /// A line break that shows.
    Break,
}

/// A window that comes back every day, as the text names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DailyWindow {
    /// The words before it: "PBS Backup Window".
    pub label: String,
    /// Minutes after midnight at which it opens: 0 to 1,439.
    pub opens_min: u16,
    /// Minutes after midnight at which it closes; at or before `opens_min` it closes on the next day.
    pub closes_min: u16,
    /// The zone as written; UTC when none is.
    pub zone: String,
    /// The anchor of the heading it stands under.
    pub section: String,
    /// Which block of the runbook names it, when that is no heading.
    pub block: Option<usize>,
}
