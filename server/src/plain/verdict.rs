//! A verdict with its rows and facts, as `runlight judge` prints it.

use std::fmt::{self, Write};

use runbook::verdict::{RowOutcome, Verdict};

/// The sentence, what to do, the rows with what they were read as, and the facts.
pub fn verdict(verdict: &Verdict, out: &mut dyn Write) -> fmt::Result {
    writeln!(out, "{}", verdict.sentence)?;
    if let Some(action) = &verdict.action {
        writeln!(out, "Action: {action}")?;
    }
    if let Some(section) = &verdict.leads_to {
        writeln!(out, "See: {} (#{})", section.title, section.anchor)?;
    }
    for also in &verdict.also {
        writeln!(out, "Also fits: row {}, {}. {}", also.row + 1, verdict.patterns[also.row], also.why)?;
    }
    verdict.notes.iter().try_for_each(|note| writeln!(out, "Note: {note}"))?;
    writeln!(out, "\nRows {}:", verdict.origin.words())?;
    for (at, (row, pattern)) in verdict.rows.iter().zip(&verdict.patterns).enumerate() {
        writeln!(out, "{:3}. {:<16} {pattern}", at + 1, row.outcome.word())?;
        if let Some(read_as) = &row.read_as {
            writeln!(out, "     read as: {read_as}")?;
        }
        match &row.outcome {
            RowOutcome::Unknown(unknown) => writeln!(out, "     {} {}", unknown.reason, unknown.remedy)?,
            RowOutcome::ForTheReader { why } => writeln!(out, "     {why}")?,
            RowOutcome::Matches | RowOutcome::DoesNot => {}
        }
        for fact in &row.evidence {
            writeln!(out, "     {}: {}", fact.source, fact.text.replace('\n', " "))?;
        }
    }
    writeln!(out, "\nFacts:")?;
    for fact in &verdict.facts {
        let mark = if fact.is_unknown { " (unknown)" } else { "" };
        writeln!(out, "  {}{mark}: {}", fact.name, fact.value.replace('\n', " "))?;
    }
    Ok(())
}
