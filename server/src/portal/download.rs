//! A check's printed answer as a file: what `> file` in a command would have written, on the reader's machine instead.

use std::time::Instant;

use app::{
    error::WireError,
    server_side::backend::{Caller, Query},
};
use runbook::{
    check::Reading,
    names::{CheckId, RunbookPath},
    outcome::Unknown,
};

use super::{Portal, audit::Audited, open, permit, query};

/// A file for the reader to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// The name that the command gives it, as the author wrote it; `None` when it gives none.
    pub name: Option<String>,
    /// The lines that the command prints.
    pub text: String,
}

impl Portal {
    /// Runs one check of a runbook with the values of a page's query, and prints it.
    pub async fn download(
        &self,
        caller: &Caller,
        path: &RunbookPath,
        check: &CheckId,
        query: &Query,
    ) -> Result<Download, WireError> {
        let entry = self.entry(caller, path)?;
        let command = open::command(&entry, check)?;
        let shown = command.showing_secret_data();
        let parameters = shown.as_ref().map_or(&command.parameters, |shown| &shown.parameters);
        let is_parameter = |name: &str| name == "cluster" || parameters.iter().any(|known| known == name);
        let reading = query::read(&query::mend(query), is_parameter);
        let grant = self.grant(caller);
        let ask =
            Self::ask(&entry, command, (&grant, &reading.bindings)).map_err(|error| open::cannot_be_run(&error))?;
        let since = Instant::now();
        let printed = self.runner.print_for_reader(&ask).await;
        let outcome = if printed.is_ok() { "printed" } else { "unknown" };
        Audited { caller, runbook: path, check, source: "", outcome, took: since.elapsed() }.write();
        let mut printed = printed.map_err(no_answer)?;
        // A file tells nobody later that a part of it is missing.
        if let Some(complaint) = printed.complaints.pop() {
            return Err(no_answer(complaint));
        }
        let name = match &permit::permitted(command, &grant, &reading.bindings).reading {
            Reading::Check { check } => check.download.clone(),
            Reading::Refused(_) | Reading::Unknown(_) => None,
        };
        let text = printed.lines.into_iter().map(|line| line + "\n").collect();
        Ok(Download { name, text })
    }
}

fn no_answer(unknown: Unknown) -> WireError {
    WireError {
        status: 502,
        title: unknown.asked,
        message: unknown.reason,
        next_step: unknown.remedy,
        links: Vec::new(),
        log_id: unknown.log_id,
    }
}
