//! Opens a runbook for a situation: bindings from the query, and every report that is there without waiting.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use app::{
    error::WireError,
    server_side::{
        alerts::AlertView,
        backend::{PanelState, Query, RunbookView},
    },
};
use futures::{StreamExt, join, stream};
use runbook::{
    binding::{self, BindError, Bindings, STANDARD_PARAMETERS},
    check::Reading,
    document::{Command, Runbook},
    names::CheckId,
};

use super::{Portal, permit, query};
use crate::{
    alerts::Subject,
    checks::Ask,
    library::{Entry, Shelf},
    sources::Grant,
};

/// Checks of one page that are asked at the same time.
const CONCURRENT_CHECKS: usize = 8;
/// Most parameters that a page has fields for.
const MAX_PARAMETERS: usize = 200;
/// Most panels that a page is opened with, and most that an address can ask for.
const MAX_PANELS: usize = 20;
/// Most rows and lines of all panels that a page is opened with.
const MAX_ROWS: usize = 2_000;

impl Portal {
    /// The runbook with its bindings and reports.
    pub(super) async fn view(&self, grant: &Grant, entry: &Entry, query: &Query) -> RunbookView {
        let parameters = parameters(grant, entry);
        // What is no parameter of this runbook is a label of the alert: it is shown and kept, and binds nothing.
        let mut reading = query::read(query, |name| parameters.iter().any(|known| known == name));
        if parameters.iter().any(|name| name == "cluster") {
            check_cluster(grant, &mut reading);
        }
        let alert = self.alert_of(grant, entry, &mut reading, &parameters).await;
        let mut runbook = Arc::clone(&entry.runbook);
        for (at, command) in entry.runbook.commands.iter().enumerate() {
            if let Cow::Owned(permitted) = permit::permitted(command, grant, &reading.bindings) {
                Arc::make_mut(&mut runbook).commands[at] = permitted;
            }
        }
        let plans = self.plan(grant, entry, &runbook, &reading);
        let asked = plans.panels.into_iter().map(async |(id, plan)| (id, self.panel(grant, plan).await));
        let panels = stream::iter(asked).buffered(CONCURRENT_CHECKS).collect::<Vec<_>>();
        let (panels, standing, offers, crashes) = join!(
            panels,
            self.standing(grant, entry, &reading.bindings),
            self.offers(grant, entry, &reading.bindings),
            self.crashes(grant, &reading.bindings)
        );
        let (panels, unshown) = within_a_page(panels);
        reading.notes.extend(said_of_unasked(plans.unasked + unshown));
        let shelf = self.library.shelf();
        RunbookView {
            path: entry.path.clone(),
            runbook,
            file: entry.file.clone(),
            bindings: reading.bindings,
            query_notes: reading.notes,
            parameters,
            clusters: grant.clusters().iter().map(|cluster| cluster.name().to_owned()).collect(),
            labels: reading.labels,
            offers,
            panels,
            standing,
            classifier: entry.crash_rules().classifier().cloned(),
            alert,
            crashes,
            lint: self.lint_of(entry).await,
            freshness: self.library.freshness(entry, self.now()),
            revision: entry.revision.clone(),
            links: links(entry, &shelf),
            pictures: self.library.pictures_of(entry),
            related: shelf.related(entry),
            backlinks: shelf.backlinks_of(entry),
            now: self.now(),
        }
    }

    /// The state of the runbook's alert. What the link left out is filled in from the only one that fires.
    async fn alert_of(
        &self,
        grant: &Grant,
        entry: &Entry,
        reading: &mut query::Reading,
        parameters: &[String],
    ) -> Option<AlertView> {
        let subject = Subject {
            path: Some(entry.path.clone()),
            name: alert_name(entry, &reading.labels)?,
            bindings: reading.bindings.clone(),
            labels: reading.labels.clone(),
            parameters: parameters.to_vec(),
        };
        let (view, filled) = self.alerts.of_page(grant, &subject).await?;
        reading.bindings.0.extend(filled);
        Some(view)
    }

    /// What each check of a page comes to while it is opened. A page asks few questions that nobody asked for, and each
    /// of them once.
    fn plan(&self, grant: &Grant, entry: &Entry, runbook: &Runbook, reading: &query::Reading) -> Plans {
        let wanted: HashSet<&str> = reading.run.iter().map(String::as_str).collect();
        let mut unasked = Unasked::default();
        let mut plans = Plans::default();
        let mut run = 0;
        for command in runbook.commands.iter().filter(|it| matches!(it.reading, Reading::Check { .. })) {
            let plan = match Self::ask(entry, command, (grant, &reading.bindings)) {
                Err(BindError::Missing(names)) => Plan::Stands(PanelState::Needs(names)),
                Err(error) => Plan::Stands(PanelState::Invalid(explain_binding(&error))),
                Ok(ask) if wanted.contains(command.id.as_str()) && run < MAX_PANELS => {
                    run += 1;
                    unasked.note(&ask);
                    Plan::Run(Box::new(ask))
                }
                Ok(ask) if self.runner.is_cached(&ask) => match unasked.take(&ask) {
                    true => Plan::Unasked(Box::new(ask)),
                    false => {
                        plans.unasked += 1;
                        Plan::Stands(PanelState::Idle)
                    }
                },
                Ok(_) => Plan::Stands(PanelState::Idle),
            };
            plans.panels.push((command.id.clone(), plan));
        }
        plans
    }

    async fn panel(&self, grant: &Grant, plan: Plan) -> PanelState {
        match plan {
            Plan::Stands(state) => state,
            Plan::Run(ask) => PanelState::Done(Box::new(self.run(&ask).await)),
            Plan::Unasked(ask) => {
                // Cached ones take no time at all; one whose cache is still filling arrives later by the live stream.
                match tokio::time::timeout(grant.patience().with_panel(), self.run(&ask)).await {
                    Ok(report) => PanelState::Done(Box::new(report)),
                    Err(_) => PanelState::Idle,
                }
            }
        }
    }
}

/// What a reader can give values for: the parameters of every command that is a check, or would be where the data of
/// Secrets may be shown.
fn parameters(grant: &Grant, entry: &Entry) -> Vec<String> {
    let is_shown = grant.clusters().iter().any(|cluster| grant.shows_secret_data(cluster));
    let shown = |command| Command::showing_secret_data(command).filter(|_| is_shown);
    let commands = entry.runbook.commands.iter();
    let commands: Vec<Cow<'_, Command>> =
        commands.map(|command| shown(command).map_or(Cow::Borrowed(command), Cow::Owned)).collect();
    let has_check = commands.iter().any(|command| matches!(command.reading, Reading::Check { .. }));
    // A table of crash patterns asks about the alert's pod, without any command.
    let asks = has_check || entry.crash_rules().classifier().is_some();
    let standard = STANDARD_PARAMETERS.iter().filter(|_| asks).map(|name| (*name).to_owned());
    let mut names: Vec<String> = standard.collect();
    let mut seen: HashSet<String> = names.iter().cloned().collect();
    for name in commands.iter().flat_map(|command| &command.parameters) {
        if names.len() < MAX_PARAMETERS && seen.insert(name.clone()) {
            names.push(name.clone());
        }
    }
    names
}

/// An unknown cluster is said once at the top; every panel says it too when it is asked.
fn check_cluster(grant: &Grant, reading: &mut query::Reading) {
    let Some(wanted) = reading.bindings.get("cluster") else {
        // With one cluster there is nothing to choose.
        if let [only] = grant.clusters() {
            reading.bindings.0.insert("cluster".into(), only.name().to_owned());
        }
        return;
    };
    if let Some(unknown) = grant.without_cluster(wanted) {
        reading.notes.push(format!("{}: {} {}", unknown.asked, unknown.reason, unknown.remedy));
    } else if grant.cluster(wanted).is_none() {
        let names: Vec<&str> = grant.clusters().iter().map(|cluster| cluster.name()).collect();
        let near = crate::config::nearest(wanted, names.iter().copied());
        let advice = match near {
            Some(near) => format!("Did you mean {near}?"),
            None if names.is_empty() => "runlight.toml has no [clusters.NAME] section.".into(),
            None => format!("Known are {}.", names.join(", ")),
        };
        reading.notes.push(format!("No cluster is configured as {wanted}. {advice}"));
    }
}

/// Which questions a page has asked: few that nobody asked for, and each of them once.
#[derive(Debug, Default)]
pub(super) struct Unasked(HashSet<Ask>);

impl Unasked {
    /// Somebody asked for it. Always true.
    pub(super) fn note(&mut self, ask: &Ask) -> bool {
        self.0.insert(ask.clone());
        true
    }

    /// Whether it is asked without being asked for.
    pub(super) fn take(&mut self, ask: &Ask) -> bool {
        self.0.len() < MAX_PANELS && self.0.insert(ask.clone())
    }
}

/// What a check of a page comes to.
enum Plan {
    /// It stands as it is, with its button.
    Stands(PanelState),
    /// The address names it.
    Run(Box<Ask>),
    /// It is answered without being asked for.
    Unasked(Box<Ask>),
}

/// The checks of a page.
#[derive(Default)]
struct Plans {
    panels: Vec<(CheckId, Plan)>,
    /// How many could be answered at once, and are not.
    unasked: usize,
}

/// Panels until the rows are as many as a page holds; the rest wait for their buttons, and are counted.
fn within_a_page(panels: Vec<(CheckId, PanelState)>) -> (BTreeMap<CheckId, PanelState>, usize) {
    let (mut rows_left, mut unshown) = (MAX_ROWS, 0);
    let bounded = panels.into_iter().map(|(id, state)| {
        let rows = if let PanelState::Done(report) = &state { report.body.row_count() } else { 0 };
        match rows_left.checked_sub(rows) {
            Some(left) => {
                rows_left = left;
                (id, state)
            }
            // One panel alone may be as long as it is.
            None if rows_left == MAX_ROWS => {
                rows_left = 0;
                (id, state)
            }
            None => {
                unshown += 1;
                (id, PanelState::Idle)
            }
        }
    });
    (bounded.collect(), unshown)
}

fn said_of_unasked(count: usize) -> Option<String> {
    let checks = if count == 1 { "1 more check is".to_owned() } else { format!("{count} more checks are") };
    (count > 0).then(|| {
        format!(
            "{checks} not run by itself: a page opens with {MAX_PANELS} answers and {MAX_ROWS} rows at most, and shows equal ones \
             once. Press Run where you want one."
        )
    })
}

/// The runbooks that the text names and that exist.
fn links(entry: &Entry, shelf: &Shelf) -> BTreeMap<String, runbook::names::RunbookPath> {
    let found = |written: &String| Some((written.clone(), shelf.resolve(&entry.path, written)?));
    entry.written_links.iter().filter_map(found).collect()
}

/// Takes values that came from a page, or says which one is wrong.
pub(super) fn valid_bindings(values: &BTreeMap<String, String>) -> Result<Bindings, WireError> {
    let mut bindings = Bindings::default();
    for (name, value) in values.iter().filter(|(_, value)| !value.is_empty()) {
        let name = binding::canonical_name(name);
        binding::validate(&name, value).map_err(|error| WireError {
            status: 422,
            title: "A value cannot be used".into(),
            message: explain_binding(&error),
            next_step: "Correct it at the top of the page.".into(),
            links: Vec::new(),
            log_id: None,
        })?;
        bindings.0.insert(name, value.clone());
    }
    Ok(bindings)
}

/// A command of a runbook by its id.
pub(super) fn command<'a>(entry: &'a Entry, check: &CheckId) -> Result<&'a Command, WireError> {
    entry.runbook.command(check).ok_or_else(|| WireError {
        status: 404,
        title: "No such check".into(),
        message: "The runbook no longer has this command: it has been edited since the page was opened.".into(),
        next_step: "Reload the page.".into(),
        links: Vec::new(),
        log_id: None,
    })
}

/// Why a check could not be put, for readers.
pub(super) fn cannot_be_run(error: &BindError) -> WireError {
    WireError {
        status: 422,
        title: "The check cannot be run".into(),
        message: explain_binding(error),
        next_step: "Fill in the values at the top of the page.".into(),
        links: Vec::new(),
        log_id: None,
    }
}

/// Why a command could not be resolved, one sentence.
pub(super) fn explain_binding(error: &BindError) -> String {
    match error {
        BindError::Missing(names) => format!("It needs a value for {}.", names.join(" and ")),
        BindError::Invalid { name, rule } => format!("The value for {name} breaks a rule: {rule}."),
        BindError::NotACheck(reason) => reason.clone(),
    }
}

/// The alert that a page is about: the one that the link names, else the one that the runbook serves.
pub(super) fn alert_name(entry: &Entry, labels: &[(String, String)]) -> Option<String> {
    let named = labels.iter().find(|(name, _)| name == "alertname").map(|(_, value)| value.clone());
    named.or_else(|| entry.runbook.metadata.alert.clone())
}
