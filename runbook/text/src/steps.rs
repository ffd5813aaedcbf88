//! Which sections of a runbook are steps: what a reader does next, as the rail beside the text shows it.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use crate::{
    plain::plain,
    runbook::{Block, Command, FenceLine, Inline, Step},
};
use command::check::{PrometheusQuestion, Question, Reading};

/// The steps of a text, in order. No block belongs to two.
pub(crate) fn find(blocks: &[Block], commands: &[Command]) -> Vec<Step> {
    let finder = Finder { blocks, commands };
    let mut steps = Vec::new();
    finder.find_in(0..blocks.len(), &mut steps);
    steps
}

/// Whether a heading's text says that the reader acts under it.
pub(crate) fn is_named_like_a_step(title: &str) -> bool {
    is_numbered(title) || names_an_act(title)
}

struct Finder<'b> {
    blocks: &'b [Block],
    commands: &'b [Command],
}

/// A section: its heading's place, level and text.
struct Section {
    range: Range<usize>,
    id: String,
    title: String,
}

impl Finder<'_> {
    /// Finds steps among the sections of the highest level that stands in a range.
    fn find_in(&self, range: Range<usize>, steps: &mut Vec<Step>) {
        for section in self.sections(range) {
            let inner = section.range.start + 1..section.range.end;
            let children = self.sections(inner.clone());
            let numbered = children.iter().filter(|child| is_numbered(&child.title)).count();
            if is_numbered(&section.title) && !is_background(&section.title) {
                steps.push(self.step(section));
            } else if numbered >= 2 {
                let intro_end = children[0].range.start;
                self.push_when_it_acts(Section { range: section.range.start..intro_end, ..section }, false, steps);
                for child in children {
                    let is_step = is_numbered(&child.title);
                    if is_step { steps.push(self.step(child)) } else { self.push_when_it_acts(child, false, steps) }
                }
            } else {
                let names_an_act = names_an_act(&section.title);
                self.push_when_it_acts(section, names_an_act, steps);
            }
        }
    }

    fn push_when_it_acts(&self, section: Section, names_an_act: bool, steps: &mut Vec<Step>) {
        // An expression that a section quotes says when the alert fires; it gives the reader nothing to do.
        let has_commands = self.commands[self.commands_in(section.range.clone())].iter().any(|it| !is_expression(it));
        if !is_background(&section.title) && (has_commands || names_an_act) {
            steps.push(self.step(section));
        }
    }

    fn step(&self, section: Section) -> Step {
        let commands = self.commands_in(section.range.clone());
        Step { id: section.id, title: section.title, blocks: section.range, commands }
    }

    /// The sections of the highest level in a range, each up to the next heading of that level.
    fn sections(&self, range: Range<usize>) -> Vec<Section> {
        let level_of = |block: &Block| if let Block::Heading { level, .. } = block { Some(*level) } else { None };
        let Some(top) = self.blocks[range.clone()].iter().filter_map(level_of).min() else { return Vec::new() };
        let starts: Vec<usize> = range.clone().filter(|at| level_of(&self.blocks[*at]) == Some(top)).collect();
        let ends = starts.iter().skip(1).copied().chain([range.end]);
        let section = |(start, end): (&usize, usize)| match &self.blocks[*start] {
            Block::Heading { id, content, .. } => {
                let title = plain(content, self.commands).split_whitespace().collect::<Vec<_>>().join(" ");
                Some(Section { range: *start..end, id: id.clone(), title })
            }
            _ => None,
        };
        starts.iter().zip(ends).filter_map(section).collect()
    }

    /// The commands in a range of blocks: they are numbered in the order of the text.
    fn commands_in(&self, range: Range<usize>) -> Range<usize> {
        let mut found: Option<Range<usize>> = None;
        let mut note = |index: usize| {
            let so_far = found.take().unwrap_or(index..index + 1);
            found = Some(so_far.start.min(index)..so_far.end.max(index + 1));
        };
        self.blocks[range].iter().for_each(|block| visit_block(block, &mut note));
        found.unwrap_or(0..0)
    }
}

fn is_expression(command: &Command) -> bool {
    let Reading::Check { check } = &command.reading else { return false };
    matches!(&check.question, Question::Prometheus(PrometheusQuestion { address: None, .. }))
}

fn visit_block(block: &Block, note: &mut impl FnMut(usize)) {
    match block {
        Block::Heading { content, .. } | Block::Paragraph(content) => visit_text(content, note),
        Block::Fence(fence) => fence.lines.iter().for_each(|line| {
            if let FenceLine::Command(index) = line {
                note(*index);
            }
        }),
        Block::List { items, .. } => {
            items.iter().flat_map(|item| &item.content).for_each(|block| visit_block(block, note));
        }
        Block::Quote { content, .. } | Block::Details { content, .. } | Block::Footnote { content, .. } => {
            content.iter().for_each(|block| visit_block(block, note));
        }
        Block::Table(table) => table.rows.iter().flatten().for_each(|cell| visit_text(cell, note)),
        Block::Rule => {}
    }
}

fn visit_text(content: &[Inline], note: &mut impl FnMut(usize)) {
    for inline in content {
        match inline {
            Inline::Command(index) => note(*index),
            Inline::Emphasis(content) | Inline::Strong(content) | Inline::Strike(content) => visit_text(content, note),
            _ => {}
        }
    }
}

/// `Step 2: …`, `2. …`, `2) …`, `Phase 1`, `Step A`.
fn is_numbered(title: &str) -> bool {
    static NUMBERED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^\W*(?:(?:step|phase|stage|part)\s*[#:]?\s*(?:[0-9]{1,3}|[a-z])\b|[0-9]{1,3}(?:\.[0-9]{1,3})*\s*[.):]\s*\S|[0-9]{1,3}(?:\.[0-9]{1,3})+\s+\S)")
            .expect("a fixed pattern compiles")
    });
    NUMBERED.is_match(title)
}

/// Whether a section's name says that the reader acts in it, even where it holds no command.
fn names_an_act(title: &str) -> bool {
    const ACTS: [&str; 14] = [
        "diagnos",
        "mitigat",
        "troubleshoot",
        "verif",
        "resol",
        "recover",
        "remediat",
        "rollback",
        "roll back",
        "procedure",
        "investigat",
        "triage",
        "what to do",
        "immediate action",
    ];
    let title = title.to_lowercase();
    ACTS.iter().any(|act| title.contains(act))
        || matches!(title.as_str(), "fix" | "actions" | "action" | "steps" | "solution")
}

/// Sections that a reader looks things up in.
fn is_background(title: &str) -> bool {
    const BACKGROUND: [&str; 12] = [
        "metadata",
        "related",
        "reference",
        "references",
        "see also",
        "links",
        "tags",
        "changelog",
        "appendix",
        "further reading",
        "lessons learned",
        "table of contents",
    ];
    let title = title.to_lowercase();
    BACKGROUND.iter().any(|name| title == *name || title.starts_with(&format!("{name} ")))
}
