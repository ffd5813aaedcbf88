//! `runlight lint`: the problems and the coverage of runbooks, for people and for a CI step in the runbooks' own
//! repository. Secrets are never repeated.

use std::{
    io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::ValueEnum;
use runbook::{
    check::Reading,
    document::Runbook,
    lookup,
    problem::{Problem, Severity},
};
use serde::Serialize;

/// `runlight lint`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Markdown files, or folders of them.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Human,
    Json,
}

/// What lint says of one file.
#[derive(Serialize)]
struct FileReport {
    file: String,
    commands: usize,
    checks: usize,
    refused: usize,
    unknown: usize,
    problems: Vec<Problem>,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let mut runbooks = Vec::new();
    for path in &arguments.paths {
        if let Err(cause) = read(path, &mut runbooks) {
            return super::refuse(format!("{} cannot be read: {cause}.", path.display()));
        }
    }
    let between_files = lookup::problems(&runbooks);
    let mut reports: Vec<FileReport> =
        runbooks.into_iter().map(|(file, runbook)| FileReport::new(file, runbook)).collect();
    for (place, problem) in between_files {
        reports[place].problems.push(problem);
    }
    match arguments.format {
        Format::Human => print_human(&reports),
        Format::Json => match serde_json::to_string_pretty(&reports) {
            Ok(json) => println!("{json}"),
            Err(error) => return super::refuse(error),
        },
    }
    let has_errors = reports.iter().flat_map(|report| &report.problems).any(|p| p.severity == Severity::Error);
    ExitCode::from(u8::from(has_errors))
}

fn read(path: &Path, runbooks: &mut Vec<(String, Runbook)>) -> io::Result<()> {
    if path.is_dir() {
        let mut children: Vec<PathBuf> =
            std::fs::read_dir(path)?.map(|child| child.map(|child| child.path())).collect::<io::Result<_>>()?;
        children.sort();
        let is_runbook = |child: &PathBuf| {
            let is_hidden = child.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
            !is_hidden && !child.is_symlink() && (child.is_dir() || child.extension().is_some_and(|e| e == "md"))
        };
        children.iter().filter(|child| is_runbook(child)).try_for_each(|child| read(child, runbooks))
    } else {
        let text = String::from_utf8_lossy(&std::fs::read(path)?).into_owned();
        runbooks.push((path.display().to_string(), runbook::parse(&text)));
        Ok(())
    }
}

impl FileReport {
    fn new(file: String, runbook: Runbook) -> Self {
        let count = |is: fn(&Reading) -> bool| runbook.commands.iter().filter(|c| is(&c.reading)).count();
        Self {
            file,
            commands: runbook.commands.len(),
            checks: count(|reading| matches!(reading, Reading::Check { .. })),
            refused: count(|reading| matches!(reading, Reading::Refused(_))),
            unknown: count(|reading| matches!(reading, Reading::Unknown(_))),
            problems: runbook.problems,
        }
    }
}

fn print_human(reports: &[FileReport]) {
    for report in reports {
        println!(
            "{}: {} commands, {} live, {} refused, {} unknown",
            report.file, report.commands, report.checks, report.refused, report.unknown
        );
        for problem in &report.problems {
            let word = match problem.severity {
                Severity::Info => "note",
                Severity::Warning => "warning",
                Severity::Error => "error",
            };
            println!("  {}:{} {word} [{}] {}", report.file, problem.line, problem.code, problem.message);
            if let Some(help) = &problem.help {
                println!("      {help}");
            }
        }
    }
    let total = |field: fn(&FileReport) -> usize| reports.iter().map(field).sum::<usize>();
    println!(
        "{} files, {} commands, {} live; {} problems",
        reports.len(),
        total(|report| report.commands),
        total(|report| report.checks),
        total(|report| report.problems.len())
    );
}
