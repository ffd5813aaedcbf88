//! Blocks of a runbook, in the order of the file, its steps as sections.

use std::ops::Range;

use leptos::prelude::*;
use runbook::{
    binding::Bindings,
    check::Reading,
    document::{Block, Command, Inline, ListItem, Step, TableBlock},
    outcome::Report,
};

use super::{
    applies, command, fence,
    inline::{checks_in, footnote_id, inlines},
    standing, told,
};
use crate::{
    answer::{Brief, PanelUpdate},
    live::rail::{RailStep, StepSays},
    panels::{check::RunStep, drawn},
    paths,
    server_side::backend::{PanelState, RunbookView},
};

/// What the text is drawn from.
#[derive(Clone, Copy)]
pub(in crate::server_side) struct Text<'a> {
    /// The runbook and its situation.
    pub(in crate::server_side) view: &'a RunbookView,
    /// The query of the page: what its links keep.
    pub(in crate::server_side) query: &'a [(&'a str, &'a str)],
    /// Values that stand in place of the page's own.
    pub(in crate::server_side) values: Option<&'a Bindings>,
}

impl<'a> Text<'a> {
    /// Values for placeholders.
    pub(super) fn bindings(self) -> &'a Bindings {
        self.values.unwrap_or(&self.view.bindings)
    }

    /// A command by its index.
    pub(super) fn command(self, index: usize) -> Option<&'a Command> {
        self.view.runbook.commands.get(index)
    }

    /// Whether a command can be run at all.
    pub(super) fn is_check(self, index: usize) -> bool {
        self.command(index).is_some_and(|command| matches!(command.reading, Reading::Check { .. }))
    }

    /// Why a check cannot be run with the values that there are.
    pub(in crate::server_side) fn why_not(self, command: &Command) -> Option<String> {
        match self.view.panels.get(&command.id)? {
            PanelState::Needs(names) => Some(format!("Needs {}.", names.join(" and "))),
            PanelState::Invalid(sentence) => Some(sentence.clone()),
            PanelState::Idle | PanelState::Done(_) => None,
        }
    }

    /// What a check has found so far, drawn.
    pub(super) fn panel_of(self, command: &Command) -> Option<PanelUpdate> {
        match self.view.panels.get(&command.id)? {
            PanelState::Done(report) => Some(self.draw(report, command.id.as_str())),
            PanelState::Idle | PanelState::Needs(_) | PanelState::Invalid(_) => None,
        }
    }

    /// A report: whole where the page's address asks for it, else as a page opens with it.
    pub(super) fn draw(self, report: &Report, id: &str) -> PanelUpdate {
        match self.query.contains(&(paths::RUN_FIELD, id)) {
            true => drawn::update(report, self.query),
            false => drawn::opening(report, self.query, id),
        }
    }

    /// How a check stands.
    pub(in crate::server_side) fn brief_of(self, command: &Command) -> Brief {
        match self.view.panels.get(&command.id) {
            Some(PanelState::Done(report)) => drawn::brief(report),
            _ => Brief::default(),
        }
    }

    /// Whether a command is a check that can be run with the values that there are.
    pub(in crate::server_side) fn is_ready(self, command: &Command) -> bool {
        matches!(command.reading, Reading::Check { .. }) && self.why_not(command).is_none()
    }
}

/// The steps as the rail shows them: where the verdict leads, what does not apply, and where "Next" goes from each.
pub(in crate::server_side) fn rail(text: Text<'_>) -> Vec<RailStep> {
    let steps = &text.view.runbook.steps;
    let target = applies::target(text);
    let is_out: Vec<bool> = steps.iter().map(|step| applies::why_not(text, &step.id).is_some()).collect();
    let next = |at: usize| match target {
        Some((step, anchor)) if at < step => Some(["#", anchor].concat()),
        _ => (at + 1..steps.len()).find(|next| !is_out[*next]).map(|next| ["#", &steps[next].id].concat()),
    };
    let one = |(at, step): (usize, &Step)| RailStep {
        id: step.id.clone(),
        title: step.title.clone(),
        says: match target {
            Some((step, _)) if step == at => StepSays::LeadsHere,
            _ if is_out[at] => StepSays::DoesNotApply,
            _ => StepSays::Nothing,
        },
        next: next(at),
    };
    steps.iter().enumerate().map(one).collect()
}

/// The whole text.
pub(in crate::server_side) fn whole(text: Text<'_>) -> AnyView {
    let all = &text.view.runbook.blocks;
    let mut parts = Vec::new();
    let mut at = 0;
    for step in &text.view.runbook.steps {
        // Ranges that overlap or point outside are read as far as they make sense: nothing is shown twice or lost.
        let (start, end) = (step.blocks.start.clamp(at, all.len()), step.blocks.end.clamp(at, all.len()));
        parts.push(outer_blocks(text, at..start));
        parts.push(section(text, step, start..end.max(start)));
        at = end.max(start);
    }
    parts.push(outer_blocks(text, at..all.len()));
    parts.into_any()
}

fn section(text: Text<'_>, step: &Step, range: Range<usize>) -> AnyView {
    let commands = text.view.runbook.commands.get(step.commands.clone()).unwrap_or_default();
    let ready: Vec<String> = commands.iter().filter(|c| text.is_ready(c)).map(|c| c.id.as_str().to_owned()).collect();
    let run = (ready.len() > 1).then(|| view! { <RunStep checks=ready anchor=step.id.clone() /> });
    let (title, rest) = match text.view.runbook.blocks.get(range.start) {
        Some(Block::Heading { level, id, content }) if !range.is_empty() => {
            (Some((*level, id.clone(), inlines(text, content))), range.start + 1..range.end)
        }
        _ => (None, range),
    };
    let below = title.as_ref().map(|(_, id, _)| standing::below(text, id));
    let mark = title.as_ref().map(|(_, id, _)| standing::section_mark(text, id));
    let rest = view! { {below} {run} {outer_blocks(text, rest)} }.into_any();
    let rest = match applies::why_not(text, &step.id) {
        Some(reason) => folded(reason, rest),
        None => rest,
    };
    view! {
        <section class="step" data-step=step.id.clone() aria-labelledby=step.id.clone()>
            {title.map(|(level, id, content)| heading(level, id, content))}
            {mark}
            {rest}
        </section>
    }
    .into_any()
}

/// A section that does not apply: a line with the reason, which opens.
fn folded(reason: String, content: AnyView) -> AnyView {
    view! {
        <details class="not-now">
            <summary>"Does not apply to this crash: " {reason}"."</summary>
            <div class="not-now-content">{content}</div>
        </details>
    }
    .into_any()
}

/// Blocks of the runbook itself, each with the panels that stand under it.
fn outer_blocks(text: Text<'_>, range: Range<usize>) -> AnyView {
    let all = &text.view.runbook.blocks;
    let mut drawn = Vec::new();
    let mut at = range.start;
    while let Some(item) = all.get(at).filter(|_| at < range.end) {
        let reason = match item {
            Block::Heading { id, .. } => applies::why_not(text, id).zip(applies::section_of(all, id)),
            _ => None,
        };
        match (item, reason) {
            (Block::Heading { level, id, content }, Some((reason, section))) => {
                let rest = outer_blocks(text, at + 1..section.end.min(range.end));
                let rest = view! { {standing::below(text, id)} {rest} }.into_any();
                let title = heading(*level, id.clone(), inlines(text, content));
                drawn.push(view! { {title} {folded(reason, rest)} }.into_any());
                at = section.end.min(range.end);
            }
            _ => {
                drawn.push(view! { {block(text, item)} {standing::below_block(text, at)} }.into_any());
                at += 1;
            }
        }
    }
    drawn.into_any()
}

fn blocks(text: Text<'_>, content: &[Block]) -> AnyView {
    content.iter().map(|item| block(text, item)).collect::<Vec<_>>().into_any()
}

fn block(text: Text<'_>, block: &Block) -> AnyView {
    match block {
        Block::Heading { level, id, content } => {
            let panels = standing::below(text, id);
            let mark = standing::section_mark(text, id);
            view! { {heading(*level, id.clone(), inlines(text, content))} {mark} {panels} }.into_any()
        }
        Block::Paragraph(content) => {
            let told = told::values(text, content);
            let words = inlines(Text { values: told.as_ref(), ..text }, content);
            view! { <p>{words}</p> {panels_of(text, [content])} }.into_any()
        }
        Block::Fence(content) => fence::view(text, content),
        Block::List { start, items } => list(text, *start, items),
        Block::Quote { kind, content } => quote(text, kind.as_deref(), content),
        Block::Table(content) => table(text, content),
        Block::Details { summary, content } => view! {
            <details class="folded"><summary>{summary.clone()}</summary>{blocks(text, content)}</details>
        }
        .into_any(),
        Block::Footnote { label, content } => {
            let back = format!("#{}", footnote_id("note-ref", label));
            view! {
                <aside class="footnote" id=footnote_id("note", label)>
                    <sup>{label.clone()}</sup>
                    {blocks(text, content)}
                    <a class="footnote-back" href=back aria-label="Back to the text">"↩"</a>
                </aside>
            }
            .into_any()
        }
        Block::Rule => view! { <hr /> }.into_any(),
    }
}

/// The page's own title is the only first-level heading.
fn heading(level: u8, id: String, content: AnyView) -> AnyView {
    let anchor = view! { <a class="anchor" href=format!("#{id}") aria-label="Link to this section">"#"</a> };
    match level {
        0..=2 => view! { <h2 id=id>{content} {anchor}</h2> }.into_any(),
        3 => view! { <h3 id=id>{content} {anchor}</h3> }.into_any(),
        4 => view! { <h4 id=id>{content} {anchor}</h4> }.into_any(),
        5 => view! { <h5 id=id>{content} {anchor}</h5> }.into_any(),
        _ => view! { <h6 id=id>{content} {anchor}</h6> }.into_any(),
    }
}

/// The blocks of checks that stand in running text, in order.
fn panels_of<'b>(text: Text<'_>, contents: impl IntoIterator<Item = &'b Vec<Inline>>) -> AnyView {
    let mut found = Vec::new();
    contents.into_iter().for_each(|content| checks_in(text, content, &mut found));
    found.into_iter().map(|index| command::block(text, index)).collect::<Vec<_>>().into_any()
}

fn list(text: Text<'_>, start: Option<u64>, items: &[ListItem]) -> AnyView {
    let items: Vec<_> = items.iter().map(|item| list_item(text, item)).collect();
    match start {
        Some(start) => view! { <ol start=start.to_string()>{items}</ol> }.into_any(),
        None => view! { <ul>{items}</ul> }.into_any(),
    }
}

fn list_item(text: Text<'_>, item: &ListItem) -> AnyView {
    let Some(task) = &item.task else {
        return match item.content.as_slice() {
            [Block::Paragraph(only)] => view! { <li>{inlines(text, only)} {panels_of(text, [only])}</li> }.into_any(),
            content => view! { <li>{blocks(text, content)}</li> }.into_any(),
        };
    };
    // The reader's ticks are kept by the page's script; without it a box is a box.
    let tick = || view! { <input type="checkbox" data-task=task.id.clone() checked=task.is_done autocomplete="off" /> };
    match item.content.split_first() {
        Some((Block::Paragraph(first), rest)) => view! {
            <li class="task">
                <label>{tick()} <span>{inlines(text, first)}</span></label>
                {panels_of(text, [first])}
                {blocks(text, rest)}
            </li>
        }
        .into_any(),
        _ => view! { <li class="task"><label>{tick()} "Task"</label> {blocks(text, &item.content)}</li> }.into_any(),
    }
}

fn quote(text: Text<'_>, kind: Option<&str>, content: &[Block]) -> AnyView {
    let inner = blocks(text, content);
    match kind {
        Some(kind) => {
            let label = kind.to_owned();
            view! { <aside class="admonition"><p class="admonition-kind">{label}</p>{inner}</aside> }.into_any()
        }
        None => view! { <blockquote>{inner}</blockquote> }.into_any(),
    }
}

fn table(text: Text<'_>, content: &TableBlock) -> AnyView {
    let head: Vec<_> = content.head.iter().map(|cell| view! { <th scope="col">{inlines(text, cell)}</th> }).collect();
    let is_judged = standing::is_judged(text, content);
    let row = |(at, row): (usize, &Vec<Vec<Inline>>)| {
        let cells = row.iter().enumerate().map(|(column, cell)| {
            let mark = (is_judged && column == 0).then(|| standing::row_mark(text, at));
            view! { <td>{mark}{inlines(text, cell)}</td> }
        });
        let id = is_judged.then(|| paths::row_anchor(at));
        view! { <tr id=id>{cells.collect::<Vec<_>>()}</tr> }
    };
    let rows: Vec<_> = content.rows.iter().enumerate().map(row).collect();
    view! {
        <div class="table-scroll" tabindex="0" role="group" aria-label="Table">
            <table class="authored"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>
        </div>
        {panels_of(text, content.rows.iter().flatten())}
    }
    .into_any()
}
