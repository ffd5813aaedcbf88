//! Findings for people: one line each, as compilers print them, so that editors and terminals lead to the place.

use std::io::{self, Write};

use runbook::problem::Severity;

use super::report::FileReport;

/// Prints all reports and a sum.
pub(super) fn print(reports: &[FileReport], with_commands: bool, out: &mut dyn Write) -> io::Result<()> {
    for report in reports {
        if let Some(alerts) = report.alerts {
            let missing = report.problems.iter().filter(|finding| finding.code == "alert-without-runbook").count();
            writeln!(out, "{}: {}, {missing} without a runbook", report.file, count(alerts, "alert"))?;
        } else {
            writeln!(
                out,
                "{}: {}, {} live, {} refused, {} unknown",
                report.file,
                count(report.commands, "command"),
                report.checks,
                report.refused,
                report.unknown
            )?;
        }
        for finding in &report.problems {
            let (line, column) = (finding.start.line, finding.start.column);
            let (word, code) = (word(finding.severity), &finding.code);
            writeln!(out, "  {}:{line}:{column}: {word} [{code}] {}", report.file, finding.message)?;
            if let Some(help) = &finding.help {
                writeln!(out, "      {help}")?;
            }
        }
        for command in report.lines.iter().filter(|command| with_commands && command.reason.is_some()) {
            let reason = command.reason.as_deref().unwrap_or_default();
            writeln!(
                out,
                "  {}:{}:{}: {}: {reason}",
                report.file, command.place.line, command.place.column, command.outcome
            )?;
            writeln!(out, "      {}", command.text.replace('\n', "\n      "))?;
        }
    }
    let total = |field: fn(&FileReport) -> usize| reports.iter().map(field).sum::<usize>();
    let by = |severity| reports.iter().flat_map(|report| &report.problems).filter(|f| f.severity == severity).count();
    writeln!(
        out,
        "{}: {}, {} live, {} refused, {} unknown; {}, {}, {}",
        count(reports.len(), "file"),
        count(total(|report| report.commands), "command"),
        total(|report| report.checks),
        total(|report| report.refused),
        total(|report| report.unknown),
        count(by(Severity::Error), "error"),
        count(by(Severity::Warning), "warning"),
        count(by(Severity::Info), "note"),
    )
}

/// A severity as compilers call it.
pub(super) fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
