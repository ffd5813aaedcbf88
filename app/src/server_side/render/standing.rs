//! Panels that stand on the page without a command: the verdict under the strip, others under the headings that they
//! belong to; and the verdict's marks at the rows of the author's table.

use leptos::prelude::*;
use runbook::{
    document::{Block, TableBlock},
    outcome::Body,
    verdict::{Verdict, read_table},
};

use super::markdown::Text;
use crate::{
    answer::Brief,
    live::context::CheckFacts,
    panels::{
        check::Standing,
        drawn::{self, RowMark, mark_of},
    },
    paths,
    server_side::backend::{PanelState, Place, RunbookView, StandingPanel},
    ui::sent::Kept,
};

/// What stands under the strip; nothing when the runbook has no such panel or they lack a value.
pub(in crate::server_side) fn top(text: Text<'_>) -> Option<AnyView> {
    let panels: Vec<_> = text.view.standing.iter().filter(|panel| panel.place == Place::Top).collect();
    let is_open = panels.iter().any(|panel| is_shown(panel));
    is_open.then(|| {
        let drawn: Vec<_> = panels.into_iter().map(|panel| draw(text, panel)).collect();
        let fixes = text.view.standing.iter().filter(|panel| panel.place == Place::Fix && is_shown(panel));
        let fixes: Vec<_> = fixes.map(|panel| draw(text, panel)).collect();
        let fixes = (!fixes.is_empty()).then(|| {
            view! { <details class="fix"><summary>"What helps to fix it"</summary>{fixes}</details> }
        });
        view! { <div class="standing">{drawn}{fixes}</div> }.into_any()
    })
}

/// One line on what the panels under the strip need; nothing when they have it.
pub(in crate::server_side) fn needs(text: Text<'_>) -> Option<AnyView> {
    text.view.standing.iter().find_map(|panel| match &panel.state {
        PanelState::Needs(names) if panel.place == Place::Top => {
            let words =
                ["The table of crash patterns is judged once ", &names.join(" and "), " have a value."].concat();
            Some(view! { <p class="standing-needs">{words} " " <a href="#_context">"Set it above"</a></p> }.into_any())
        }
        _ => None,
    })
}

/// What stands under a heading.
pub(super) fn below(text: Text<'_>, anchor: &str) -> AnyView {
    at(text, |place| matches!(place, Place::Section(id) if id == anchor))
}

/// What stands under a block of the runbook, by its index.
pub(super) fn below_block(text: Text<'_>, index: usize) -> AnyView {
    at(text, |place| *place == Place::Block(index))
}

fn at(text: Text<'_>, is_here: impl Fn(&Place) -> bool) -> AnyView {
    let here = |panel: &&StandingPanel| is_here(&panel.place);
    let panels = text.view.standing.iter().filter(here).filter(|panel| is_shown(panel));
    panels.map(|panel| draw(text, panel)).collect::<Vec<_>>().into_any()
}

/// What the browser is told of them. They cannot be run: they run by themselves.
pub(in crate::server_side) fn facts(view: &RunbookView) -> impl Iterator<Item = CheckFacts> {
    view.standing.iter().filter(|panel| is_shown(panel)).map(|panel| CheckFacts {
        id: panel.id.as_str().to_owned(),
        step: step_of(view, &panel.place),
        is_command: false,
        is_ready: false,
        is_specific: true,
        brief: match &panel.state {
            PanelState::Done(report) => drawn::brief(report),
            _ => Brief::default(),
        },
    })
}

/// The step that a place lies in.
fn step_of(view: &RunbookView, place: &Place) -> Option<usize> {
    let runbook = &view.runbook;
    let block = match place {
        Place::Block(block) => *block,
        Place::Section(anchor) => {
            let is_it = |block: &Block| matches!(block, Block::Heading { id, .. } if id == anchor);
            runbook.blocks.iter().position(is_it)?
        }
        Place::Top | Place::Fix => return None,
    };
    runbook.steps.iter().position(|step| step.blocks.contains(&block))
}

/// Whether a table is the one that the verdict judges.
pub(super) fn is_judged(text: Text<'_>, table: &TableBlock) -> bool {
    let Some(classifier) = &text.view.classifier else { return false };
    let is_asked = text.view.standing.iter().any(|panel| panel.word == "verdict" && is_shown(panel));
    is_asked && read_table(table, &text.view.runbook.commands).is_some_and(|read| read.has_rows_of(classifier))
}

/// The verdict, once it is there.
pub(super) fn verdict(text: Text<'_>) -> Option<&Verdict> {
    text.view.standing.iter().find_map(|panel| match &panel.state {
        PanelState::Done(report) => match &report.body {
            Body::Verdict(verdict) => Some(&**verdict),
            _ => None,
        },
        _ => None,
    })
}

/// The mark of a heading to which the row that fits leads.
pub(super) fn section_mark(text: Text<'_>, anchor: &str) -> Option<AnyView> {
    let verdict = verdict(text).filter(|verdict| verdict.leads_to.as_ref().is_some_and(|to| to.anchor == anchor))?;
    let row = verdict.winner?;
    let words = ["Row ", &(row + 1).to_string(), " ", verdict.origin.words(), " leads here"].concat();
    Some(view! { <p class="section-mark"><span class="state" data-state="matches">{words}</span></p> }.into_any())
}

/// How a row of that table stands. The browser puts newer marks in its place.
pub(super) fn row_mark(text: Text<'_>, row: usize) -> AnyView {
    let mark = verdict(text).and_then(|verdict| verdict.rows.get(row)).map(|judged| {
        let RowMark { state, outline, label } = mark_of(&judged.outcome);
        view! {
            <span class="state" data-state=state>
                <svg class="mark" data-state=state viewBox="0 0 12 12" aria-hidden="true">
                    <path fill-rule="evenodd" d=outline></path>
                </svg>
                {label}
            </span>
        }
    });
    view! { <span class="row-mark" data-row-mark=row.to_string()>{mark}</span> }.into_any()
}

/// The recovery in a few words, for the strip; nothing until it is known.
pub(super) fn recovery_words(panel: &StandingPanel) -> Option<String> {
    let PanelState::Done(report) = &panel.state else { return None };
    let Body::Recovery(recovery) = &report.body else { return None };
    Some(drawn::recovery_words(recovery))
}

/// Whether it has what it needs.
pub(super) fn is_shown(panel: &StandingPanel) -> bool {
    matches!(panel.state, PanelState::Idle | PanelState::Done(_))
}

fn draw(text: Text<'_>, panel: &StandingPanel) -> AnyView {
    let (word, html) = match &panel.state {
        PanelState::Done(report) => {
            let id = panel.id.as_str();
            let is_folded = panel.place == Place::Fix && !text.query.contains(&(paths::RUN_FIELD, id));
            let update = if is_folded { drawn::folded(report, text.query, id) } else { text.draw(report, id) };
            (update.panel, update.html)
        }
        _ => (None, drawn::asking(&panel.asking)),
    };
    let id = panel.id.as_str().to_owned();
    let anchor = paths::check_anchor(&id);
    view! {
        <div id=anchor>
            <Standing id=id panel=word.unwrap_or_else(|| panel.word.to_owned()) drawn=Kept(html) />
        </div>
    }
    .into_any()
}
