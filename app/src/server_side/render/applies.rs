//! Which sections the verdict speaks of: the one that the row which fits means, and those that only rows mean which do
//! not fit. The first is marked, the others fold to a line with the reason.

use std::ops::Range;

use runbook::{
    document::Block,
    verdict::{RowOutcome, Standing, Verdict},
};

use super::{markdown::Text, standing};

/// Characters of a fact that a reason quotes.
const MAX_CHARS: usize = 120;

/// Why a section does not apply to this crash; nothing while that is not certain.
pub(super) fn why_not(text: Text<'_>, anchor: &str) -> Option<String> {
    let verdict = standing::verdict(text).filter(|verdict| verdict.standing == Standing::Fits)?;
    let blocks = &text.view.runbook.blocks;
    let range = section_of(blocks, anchor)?;
    let rows = rows_of(text, anchor);
    let inner = blocks[range].iter().filter_map(|block| match block {
        Block::Heading { id, .. } => Some(rows_of(text, id)),
        _ => None,
    });
    let is_out = |row: &usize| verdict.rows.get(*row).is_some_and(|row| row.outcome == RowOutcome::DoesNot);
    let all_out = inner.flatten().all(|row| is_out(&row)) && rows.iter().all(is_out);
    let first = rows.first().copied().filter(|_| all_out)?;
    Some(reason(verdict, first))
}

/// The step that holds the section which the verdict points at, and the section's anchor.
pub(super) fn target<'t>(text: Text<'t>) -> Option<(usize, &'t str)> {
    let verdict = standing::verdict(text)?;
    let anchor = verdict.leads_to.as_ref()?.anchor.as_str();
    let block = position(&text.view.runbook.blocks, anchor)?;
    let step = text.view.runbook.steps.iter().position(|step| step.blocks.contains(&block))?;
    Some((step, anchor))
}

/// The rows that mean a section, from 0.
fn rows_of(text: Text<'_>, anchor: &str) -> Vec<usize> {
    let rules = text.view.classifier.iter().flat_map(|classifier| classifier.rules.iter().enumerate());
    let means = rules.filter(|(_, rule)| rule.leads_to.as_ref().is_some_and(|section| section.anchor == anchor));
    means.map(|(row, _)| row).collect()
}

fn position(blocks: &[Block], anchor: &str) -> Option<usize> {
    blocks.iter().position(|block| matches!(block, Block::Heading { id, .. } if id == anchor))
}

/// A section's blocks behind its heading: up to the next heading that stands as high.
pub(super) fn section_of(blocks: &[Block], anchor: &str) -> Option<Range<usize>> {
    let start = position(blocks, anchor)?;
    let Block::Heading { level: own, .. } = &blocks[start] else { return None };
    let ends = |block: &Block| matches!(block, Block::Heading { level, .. } if level <= own);
    let end = blocks[start + 1..].iter().position(ends).map_or(blocks.len(), |at| start + 1 + at);
    Some(start + 1..end)
}

/// "OOMKilled with exit code 137 is not there (status of app: ended: Error, exit code 1)".
fn reason(verdict: &Verdict, row: usize) -> String {
    let pattern = verdict.patterns.get(row).map_or("", String::as_str);
    let evidence = verdict.rows.get(row).and_then(|row| row.evidence.first());
    let fact = evidence.map_or_else(String::new, |fact| {
        let line = fact.text.lines().next().unwrap_or_default();
        let short: String = line.chars().take(MAX_CHARS).collect();
        let more = if short.len() < fact.text.trim_end().len() { " …" } else { "" };
        [" (", &fact.source, ": ", &short, more, ")"].concat()
    });
    [pattern, " is not there", &fact].concat()
}
