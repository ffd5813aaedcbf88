//! What an assistant is told beyond what pages show: a runbook as text with its checks' ids, the verdict alone, and the
//! library as a list. By the same door as pages: a caller, their grant, their audit line.

use std::{collections::BTreeMap, time::Instant};

use app::{error::WireError, paths, server_side::backend::Caller};
use runbook::{
    binding::{BindError, Bindings},
    check::Reading,
    document::Command,
    names::RunbookPath,
    outcome::Report,
};

use super::{Portal, audit, open, permit, situation};
use crate::{
    checks::{PanelAsk, PanelKind},
    config,
    evidence::Evidence,
    library::Entry,
    plain,
    sources::Grant,
};

/// A runbook as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunbookText {
    /// Its title.
    pub title: String,
    /// What stands above the text, a line each: the alert, the page, what the values say.
    pub head: Vec<String>,
    /// The text, with the ids of its checks.
    pub text: String,
}

impl Portal {
    /// A runbook's text, filled in with values. Asks no source.
    pub fn runbook_text(
        &self,
        caller: &Caller,
        path: &RunbookPath,
        bindings: &BTreeMap<String, String>,
    ) -> Result<RunbookText, WireError> {
        let entry = self.entry(caller, path)?;
        let grant = self.grant(caller);
        let bindings = with_only_cluster(&grant, open::valid_bindings(bindings)?);
        let standing = |command: &Command| standing(command, &entry, &grant, &bindings);
        let text = plain::runbook(&entry.runbook, &bindings, &standing);
        let mut head = Vec::new();
        head.extend(entry.runbook.metadata.alert.iter().map(|alert| format!("Alert: {alert}")));
        head.push(format!("Page: {}", self.page_of(path, &bindings.0)));
        if let Some(wanted) = bindings.get("cluster")
            && let Some(unknown) = grant.without_cluster(wanted)
        {
            head.push(format!("{}: {} {}", unknown.asked, unknown.reason, unknown.remedy));
        }
        Ok(RunbookText { title: entry.title.clone(), head, text })
    }

    /// The verdict of a runbook on a pod.
    pub async fn verdict(
        &self,
        caller: &Caller,
        path: &RunbookPath,
        bindings: &BTreeMap<String, String>,
    ) -> Result<Report, WireError> {
        let entry = self.entry(caller, path)?;
        let grant = self.grant(caller);
        let bindings = with_only_cluster(&grant, open::valid_bindings(bindings)?);
        let missing: Vec<String> =
            ["namespace", "pod"].into_iter().filter(|name| bindings.get(name).is_none()).map(str::to_owned).collect();
        if !missing.is_empty() {
            return Err(open::cannot_be_run(&BindError::Missing(missing)));
        }
        let since = Instant::now();
        let kind = PanelKind::Verdict;
        let situation = situation(&entry, &grant, &bindings);
        let report = self.run_panel(PanelAsk { kind, situation, rules: entry.crash_rules().clone() }).await;
        audit::write(caller, path, &kind.id(), &report, since);
        Ok(report)
    }

    /// Reads what another process keeps, and keeps nothing.
    pub fn read_evidence(&self, section: &config::Evidence) {
        let evidence = Evidence::reading(section, self.clock, &self.sources);
        self.runner.read_kept_logs(&evidence);
        // A second one changes nothing.
        drop(self.evidence.set(evidence));
    }

    /// Runbooks of the library behind an address, in order: address and title. Everybody who is let in may read all of them.
    pub fn runbooks_after(&self, _caller: &Caller, after: &str, most: usize) -> Vec<(RunbookPath, String)> {
        let shelf = self.library.shelf();
        let behind = shelf.entries.values().filter(|entry| entry.path.as_str() > after);
        behind.take(most).map(|entry| (entry.path.clone(), entry.title.clone())).collect()
    }

    /// Where readers open an address of this portal: with its public name where it has one.
    pub fn link_to(&self, address: &str) -> String {
        self.sign_in.public_url().map_or_else(|| address.to_owned(), |url| url.with_path(address))
    }

    /// Where readers open a runbook.
    pub fn page_of(&self, path: &RunbookPath, bindings: &BTreeMap<String, String>) -> String {
        let values = bindings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        self.link_to(&paths::runbook(path.as_str(), values))
    }
}

/// With one cluster there is nothing to choose.
fn with_only_cluster(grant: &Grant, mut bindings: Bindings) -> Bindings {
    if bindings.get("cluster").is_none()
        && let [only] = grant.clusters()
    {
        bindings.0.insert("cluster".into(), only.name().to_owned());
    }
    bindings
}

/// How a command stands: whether it can be run by its id, what it lacks, or why it is no check.
fn standing(command: &Command, entry: &Entry, grant: &Grant, bindings: &Bindings) -> String {
    match &permit::permitted(command, grant, bindings).reading {
        Reading::Check { .. } => match Portal::ask(entry, command, (grant, bindings)) {
            Ok(_) => "ready".into(),
            Err(BindError::Missing(names)) => format!("needs {}", names.join(", ")),
            Err(error) => open::explain_binding(&error),
        },
        Reading::Refused(refusal) => format!("never run: {}", refusal.reason),
        Reading::Unknown(refusal) => format!("not a check: {}", refusal.reason),
    }
}
