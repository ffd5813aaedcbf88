//! What lint says of one file: its commands by outcome, and its findings with their places.

use std::{fs, ops::Range};

use runbook::{
    check::Reading,
    document::{Command, Runbook},
    problem::{Place, Places, Problem, Severity},
    time::Timestamp,
    verdict::{TableAccount, explain_tables, explain_text, find_unjudged_rows, find_unjudged_text_rows},
};
use serde::Serialize;

use super::{
    files::File,
    links::{self, FileNames},
    metadata,
    named::Names,
};

/// The portal serves no larger file.
const MAX_FILE_BYTES: u64 = 2 * 1024 * 1024;

/// What lint says of one file.
#[derive(Debug, Serialize)]
pub(super) struct FileReport {
    pub(super) file: String,
    /// How many commands stand in it, and how many of them are live, refused and unknown.
    pub(super) commands: usize,
    pub(super) checks: usize,
    pub(super) refused: usize,
    pub(super) unknown: usize,
    /// How many alerting rules stand in it; none for a runbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) alerts: Option<usize>,
    pub(super) problems: Vec<Finding>,
    /// Every command, in order.
    pub(super) lines: Vec<CommandLine>,
    /// Every table, in order, and what is made of it.
    pub(super) tables: Vec<TableAccount>,
    /// The file's text and what was read in it, for what can be said of several files only.
    #[serde(skip)]
    pub(super) read: Option<(String, Runbook)>,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    pub(super) severity: Severity,
    pub(super) code: String,
    pub(super) message: String,
    pub(super) help: Option<String>,
    #[serde(flatten)]
    pub(super) start: Place,
    pub(super) end: Place,
}

/// A command and what it comes to. Secrets in its text are masked.
#[derive(Debug, Serialize)]
pub(super) struct CommandLine {
    #[serde(flatten)]
    pub(super) place: Place,
    pub(super) text: String,
    pub(super) outcome: &'static str,
    pub(super) reason: Option<String>,
}

/// A finding before its place is counted.
pub(super) struct Found {
    pub(super) severity: Severity,
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) help: Option<String>,
    pub(super) span: Range<usize>,
}

/// Reads a file. One that cannot be read has a finding that says so.
pub(super) fn read(file: &File, names: &FileNames, known: Option<&Names>, now: Timestamp) -> FileReport {
    let shown = file.path.display().to_string();
    match read_text(file) {
        Ok(text) => of_text(shown, &text, file, names, known, now),
        Err(found) => FileReport { problems: vec![found.placed(&Places::of(""))], ..FileReport::empty(shown) },
    }
}

fn read_text(file: &File) -> Result<String, Found> {
    let problem = |code, message: String| Found { severity: Severity::Error, code, message, help: None, span: 0..0 };
    let size = file.path.metadata().map(|metadata| metadata.len()).unwrap_or_default();
    if size > MAX_FILE_BYTES {
        let message = format!("This file has {size} bytes; the portal serves no runbook above {MAX_FILE_BYTES}.");
        return Err(problem("too-large", message));
    }
    match fs::read(&file.path) {
        // A stray byte in another encoding shows as a mark, as the portal shows it.
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(cause) => Err(problem("unreadable-file", format!("This file cannot be read: {cause}."))),
    }
}

fn of_text(
    shown: String,
    text: &str,
    file: &File,
    names: &FileNames,
    known: Option<&Names>,
    now: Timestamp,
) -> FileReport {
    let runbook = runbook::parse(text);
    let mut found: Vec<Found> = links::find_dead(file, &runbook, names);
    found.extend(known.iter().flat_map(|known| known.find_unknown(text, &runbook)));
    found.extend(metadata::find(text, &runbook, now));
    let places = Places::of(text);
    let mut problems: Vec<Finding> = runbook
        .problems
        .iter()
        .chain(&find_unjudged_rows(&runbook))
        .chain(&find_unjudged_text_rows(&runbook, text))
        .map(|problem| Finding::of(problem, &places))
        .collect();
    problems.extend(found.into_iter().map(|found| found.placed(&places)));
    let count = |is: fn(&Reading) -> bool| runbook.commands.iter().filter(|c| is(&c.reading)).count();
    FileReport {
        commands: runbook.commands.len(),
        checks: count(|reading| matches!(reading, Reading::Check { .. })),
        refused: count(|reading| matches!(reading, Reading::Refused(_))),
        unknown: count(|reading| matches!(reading, Reading::Unknown(_))),
        problems,
        lines: runbook.commands.iter().map(|command| CommandLine::of(command, &places)).collect(),
        tables: explain_tables(&runbook).into_iter().chain(explain_text(&runbook, text)).collect(),
        read: Some((text.to_owned(), runbook)),
        ..FileReport::empty(shown)
    }
}

/// What is said of a text that is no Markdown: that it is not read.
pub(super) fn of_other_format(file: &File) -> Option<FileReport> {
    let format = crate::library::other_format(&file.path)?;
    let found = Found {
        severity: Severity::Warning,
        code: "not-markdown",
        message: format!(
            "This is {format}, and runbooks are read from Markdown (.md, .markdown): the portal leaves it out."
        ),
        help: Some("Write the runbook in Markdown, or keep the file in another folder.".into()),
        span: 0..0,
    };
    let problems = vec![found.placed(&Places::of(""))];
    Some(FileReport { problems, ..FileReport::empty(file.path.display().to_string()) })
}

impl FileReport {
    pub(super) fn empty(file: String) -> Self {
        Self {
            file,
            commands: 0,
            checks: 0,
            refused: 0,
            unknown: 0,
            alerts: None,
            problems: Vec::new(),
            lines: Vec::new(),
            tables: Vec::new(),
            read: None,
        }
    }

    /// Adds what was found between files. Such a problem has no place of its own: the alert's name gives it one.
    pub(super) fn add(&mut self, problem: &Problem) {
        let Some((text, runbook)) = &self.read else { return };
        // The message names the alert as another file may spell it.
        let wanted = problem.message.split_whitespace().next().map(fold);
        let named = runbook.alerts.iter().filter(|alert| Some(fold(&alert.name)) == wanted);
        let found = named.filter_map(|alert| text.find(alert.name.as_str()).map(|at| at..at + alert.name.len())).next();
        let problem = Problem { span: found.unwrap_or_else(|| problem.span.clone()), ..problem.clone() };
        let placed = Finding::of(&problem, &Places::of(text));
        self.problems.push(placed);
    }

    /// Findings in the order of the file.
    pub(super) fn sort(&mut self) {
        self.problems.sort_by(|a, b| (a.start, &a.code, &a.message).cmp(&(b.start, &b.code, &b.message)));
    }
}

/// As the portal compares alerts' names.
fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Finding {
    fn of(problem: &Problem, places: &Places<'_>) -> Self {
        Self {
            severity: problem.severity,
            code: problem.code.clone(),
            message: problem.message.clone(),
            help: problem.help.clone(),
            start: places.at(problem.span.start),
            end: places.at(problem.span.end),
        }
    }
}

impl Found {
    pub(super) fn placed(self, places: &Places<'_>) -> Finding {
        Finding {
            severity: self.severity,
            code: self.code.to_owned(),
            message: self.message,
            help: self.help,
            start: places.at(self.span.start),
            end: places.at(self.span.end),
        }
    }
}

impl CommandLine {
    fn of(command: &Command, places: &Places<'_>) -> Self {
        let (outcome, reason) = match &command.reading {
            Reading::Check { .. } => ("check", None),
            Reading::Refused(refusal) => ("refused", Some(refusal.reason.clone())),
            Reading::Unknown(refusal) => ("unknown", Some(refusal.reason.clone())),
        };
        Self { place: places.at(command.span.start), text: command.text.clone(), outcome, reason }
    }
}
