//! A look at what the portal itself needs: sources at all, the library's folders, where evidence is kept, how people
//! sign in.

use app::server_side::doctor::{Part, Row, State, Topic};

use crate::library::Library;

pub(super) fn part(kind: &'static str, rows: Vec<Row>) -> Part {
    Part { kind, name: String::new(), address: None, version: None, rows }
}

/// A portal without sources shows runbooks and runs no check.
pub(super) fn sources(parts: &[Part]) -> Part {
    let rows = match parts {
        [] => vec![Row::unknown(
            Topic::Setup,
            "No source is configured: runbooks can be read, and no check can be run.",
            "Add [clusters.NAME] to runlight.toml, or let runlight init write one.",
        )],
        _ => Vec::new(),
    };
    part("Sources", rows)
}

/// Its folders, and what was left out of them.
pub(super) fn library(library: &Library) -> Part {
    let shelf = library.shelf();
    let mut rows: Vec<Row> = Vec::new();
    for folder in &shelf.folders {
        let place = folder.folder.display();
        rows.push(match (&folder.failing_since, &folder.reason) {
            (None, None) => Row::ok(Topic::Content, format!("The folder {place} can be read.")),
            (_, reason) => Row::unknown(
                Topic::Content,
                format!(
                    "The folder {place} cannot be read: {}.",
                    reason.as_deref().unwrap_or("no reason given").trim_end_matches('.')
                ),
                "Check the path under folders in [library], and that the user that Runlight runs as may read it.",
            ),
        });
    }
    rows.push(match (shelf.folders.len(), shelf.entries.len()) {
        (0, _) => Row::warning(
            Topic::Content,
            "No folder of runbooks is configured.",
            "Name folders with Markdown files under folders in [library] of runlight.toml.",
        ),
        (_, 0) => Row::warning(
            Topic::Content,
            "Its folders hold no runbook.",
            "Put Markdown files into them: one file for each alert is a good beginning.",
        ),
        (_, count) => Row::ok(Topic::Content, format!("It holds {count} runbooks.")),
    });
    if !shelf.remarks.is_empty() {
        let count = shelf.remarks.len();
        let first = &shelf.remarks[0];
        rows.push(Row::warning(
            Topic::Content,
            format!("{count} files were left out or are ambiguous; the first one is {}: {}", first.file, first.words),
            "The library on the home page lists them all; runlight lint says more of each.",
        ));
    }
    part("Library", rows)
}

/// A row that is ready for what Runlight does not do yet.
pub(super) fn not_there_yet() -> Part {
    let words = "Nothing of a crash is kept beyond what the sources keep themselves.";
    part("Evidence store", vec![Row::new(State::NotConfigured, Topic::Setup, words)])
}
