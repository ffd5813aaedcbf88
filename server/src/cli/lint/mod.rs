//! `runlight lint`: the problems and the coverage of runbooks, for people and for a CI step in the runbooks' own
//! repository. Asks no source, changes no file, and never repeats a secret.

mod alerting;
mod files;
mod human;
mod links;
mod metadata;
mod named;
mod report;
mod rules;
mod sarif;
mod tables;
#[cfg(test)]
mod tests;

use std::{io, path::PathBuf, process::ExitCode};

#[cfg(feature = "homelab")]
use app::server_side::preview::{LintFinding, LintView};
use clap::ValueEnum;
use runbook::{document::Runbook, lookup, problem::Severity, time::Timestamp};

pub(super) use self::named::Names;
use self::{
    files::{File, Kind},
    report::FileReport,
};
use super::output;
use crate::{clock::Clock, config::Config};

/// `runlight lint`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// How to print: for people, as JSON, or as SARIF 2.1.0 for code hosts that show findings in place.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// A configuration: contexts and hosts that no section of it names are reported.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Exit 1 on warnings, too.
    #[arg(long)]
    strict: bool,
    /// List every command that is not live, with the reason.
    #[arg(long)]
    commands: bool,
    /// Say of every table whether its rows are judged and why, as what each cell is read, and which can never lead.
    #[arg(long)]
    explain_tables: bool,
    /// Files or folders with alerting rules: every alert must lead to one of the runbooks, and every runbook's alert must
    /// be in a rule.
    #[arg(long, value_name = "PATH")]
    rules: Vec<PathBuf>,
    /// Markdown files, or folders of them.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Human,
    Json,
    Sarif,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let names = match arguments.config.as_ref().map(|file| Config::load(file, std::env::vars())).transpose() {
        Ok(config) => config.map(|config| Names::of(&config)),
        Err(error) => return super::refuse(error),
    };
    let reports = lint(&arguments.paths, names.as_ref(), Clock::system().now());
    let reports = match reports.and_then(|reports| with_rules(reports, &arguments.rules)) {
        Ok(reports) => reports,
        Err(cause) => return super::refuse(cause),
    };
    let printed = output::print(|out| print(arguments, &reports, out));
    let threshold = if arguments.strict { Severity::Warning } else { Severity::Error };
    let fails = reports.iter().flat_map(|report| &report.problems).any(|finding| finding.severity >= threshold);
    printed.unwrap_or_else(|| ExitCode::from(u8::from(fails)))
}

/// What is said of one file beside its preview.
#[cfg(feature = "homelab")]
pub(super) fn of_file(file: &std::path::Path, names: Option<&Names>) -> LintView {
    let report = match lint(&[file.to_owned()], names, Clock::system().now()) {
        Ok(mut reports) if reports.len() == 1 => reports.remove(0),
        Ok(_) => return LintView { commands: "No file is read.".into(), findings: Vec::new() },
        Err(words) => return LintView { commands: words, findings: Vec::new() },
    };
    let severity = |severity: Severity| match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    LintView {
        commands: format!(
            "{} commands: {} checks, {} never run, {} not understood.",
            report.commands, report.checks, report.refused, report.unknown
        ),
        findings: report
            .problems
            .into_iter()
            .map(|finding| LintFinding {
                severity: severity(finding.severity),
                code: finding.code,
                line: finding.start.line,
                message: finding.message,
                help: finding.help,
            })
            .collect(),
    }
}

/// Reads every file below the paths. A path that cannot be read at all is an error; a file that cannot is a finding.
fn lint(paths: &[PathBuf], names: Option<&Names>, now: Timestamp) -> Result<Vec<FileReport>, String> {
    let files = files::collect(paths, Kind::Markdown)?;
    let file_names = files.iter().filter_map(|file| file.path.file_name()).collect();
    let mut reports: Vec<FileReport> = files.iter().map(|file| report::read(file, &file_names, names, now)).collect();
    let read: Vec<(usize, (String, Runbook))> = reports
        .iter()
        .enumerate()
        .filter_map(|(place, report)| Some((place, (report.file.clone(), report.read.as_ref()?.1.clone()))))
        .collect();
    let (places, runbooks): (Vec<usize>, Vec<(String, Runbook)>) = read.into_iter().unzip();
    for (place, problem) in lookup::problems(&runbooks) {
        reports[places[place]].add(&problem);
    }
    // What was named itself is read as it was asked.
    let is_read = |file: &File| paths.contains(&file.path);
    let others = files::collect(paths, Kind::Other)?;
    reports.extend(others.iter().filter(|file| !is_read(file)).filter_map(report::of_other_format));
    reports.iter_mut().for_each(FileReport::sort);
    Ok(reports)
}

/// The same with the rules that lead to them.
fn with_rules(mut reports: Vec<FileReport>, rules: &[PathBuf]) -> Result<Vec<FileReport>, String> {
    if !rules.is_empty() {
        let compared = alerting::compare(rules, &mut reports)?;
        reports.extend(compared);
        reports.iter_mut().for_each(FileReport::sort);
    }
    Ok(reports)
}

fn print(arguments: &Arguments, reports: &[FileReport], out: &mut dyn io::Write) -> io::Result<()> {
    match arguments.format {
        Format::Human => {
            human::print(reports, arguments.commands, out)?;
            if arguments.explain_tables { tables::print(reports, out) } else { Ok(()) }
        }
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, reports)?;
            writeln!(out)
        }
        Format::Sarif => {
            serde_json::to_writer_pretty(&mut *out, &sarif::log(reports))?;
            writeln!(out)
        }
    }
}
