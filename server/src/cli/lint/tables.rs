//! What is made of a runbook's tables, for people: taken for patterns or not, which cells are read and as what.

use std::io::{self, Write};

use runbook::verdict::{CellAccount, Origin, TableAccount};

use super::report::FileReport;

/// Prints every table of every file.
pub(super) fn print(reports: &[FileReport], out: &mut dyn Write) -> io::Result<()> {
    for report in reports {
        for table in &report.tables {
            print_table(report, table, out)?;
        }
    }
    Ok(())
}

fn print_table(report: &FileReport, table: &TableAccount, out: &mut dyn Write) -> io::Result<()> {
    let word = if table.is_judged { "judged" } else { "not judged" };
    let line = table.line;
    let name = match table.origin {
        Origin::List => "list".to_owned(),
        Origin::Headings => "headings".to_owned(),
        Origin::Sentences => "sentences".to_owned(),
        Origin::Table | Origin::BuiltIn => format!("table \"{}\"", table.heads.join(" | ")),
    };
    writeln!(out, "{}:{line}: {name}: {word}: {}.", report.file, table.why)?;
    table.cells.iter().enumerate().try_for_each(|(at, cell)| print_cell(at, cell, out))
}

fn print_cell(at: usize, cell: &CellAccount, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "  {:3}. {}", at + 1, cell.pattern)?;
    match &cell.read_as {
        Some(read_as) => writeln!(out, "       read as: {read_as}")?,
        None => writeln!(out, "       left to the reader")?,
    }
    if let Some(note) = &cell.note {
        writeln!(out, "       {note}")?;
    }
    if let Some(never) = &cell.never {
        writeln!(out, "       can never lead: {never}")?;
    }
    Ok(())
}
