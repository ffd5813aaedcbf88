//! What lint says of alerts with more than one runbook: each reader would have to choose.

use super::{Book, Index};
use crate::runbook::Runbook;
use document::{
    names::RunbookPath,
    problem::{Problem, Severity},
};

/// The problems between files, each with the place of its file in `files` (a file's path and its content).
pub fn problems(files: &[(String, Runbook)]) -> Vec<(usize, Problem)> {
    // A path as a library would have it: what leads to the folder does not matter here.
    let paths: Vec<Option<RunbookPath>> = files.iter().map(|(file, _)| library_path(file)).collect();
    let books = files.iter().zip(&paths).filter_map(|((_, runbook), path)| {
        let path = path.as_ref()?;
        Some(Book { path, title: &runbook.title, alerts: &runbook.alerts, folder: 0 })
    });
    let mut problems = Vec::new();
    for (alert, rivals) in Index::new(books).doubles() {
        for rival in &rivals {
            let Some(place) = paths.iter().position(|path| path.as_ref() == Some(rival)) else { continue };
            let others: Vec<String> =
                rivals.iter().filter(|other| *other != rival).map(|other| format!("{other}.md")).collect();
            problems.push((
                place,
                Problem {
                    severity: Severity::Warning,
                    code: "two-runbooks-for-one-alert".into(),
                    message: format!("{alert} has another runbook: {}.", others.join(", ")),
                    help: Some("Keep one of them, or take the alert's name out of the others.".into()),
                    line: 1,
                    span: 0..0,
                },
            ));
        }
    }
    problems.sort_by_key(|(place, _)| *place);
    problems
}

fn library_path(file: &str) -> Option<RunbookPath> {
    let path = file.strip_suffix(".md").unwrap_or(file);
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
    parts.join("/").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_both_files_and_names_the_other() {
        let file = |path: &str, text: &str| (path.to_owned(), crate::parse(text));
        let files = [
            file("/srv/runbooks/a/crash.md", "# Alert: PodCrash\n"),
            file("/srv/runbooks/other.md", "# Alert: PodOther\n"),
            file("/srv/runbooks/b/PodCrash.md", "# Crashes\n"),
        ];
        let found = problems(&files);
        let said: Vec<_> = found.iter().map(|(place, problem)| (*place, problem.message.as_str())).collect();
        assert_eq!(
            said,
            [
                (0, "PodCrash has another runbook: srv/runbooks/b/PodCrash.md."),
                (2, "PodCrash has another runbook: srv/runbooks/a/crash.md."),
            ]
        );
    }
}
