//! Which panels stand on a page without a command, where, and how they start.

use app::server_side::backend::{PanelState, Place, StandingPanel};
use futures::{StreamExt, stream};
use runbook::{
    binding::Bindings,
    document::{Block, DailyWindow},
    text::plain,
};

use super::{Portal, situation};
use crate::{
    checks::{PanelAsk, PanelKind},
    library::Entry,
    sources::Grant,
};

/// Panels of one page that are asked at the same time. They share one gathering of facts.
const CONCURRENT_PANELS: usize = 8;
/// Daily windows of one runbook that get a panel.
const MAX_WINDOWS: usize = 4;
/// What helps to fix a crash.
const FIXES: [PanelKind; 4] = [PanelKind::Memory, PanelKind::References, PanelKind::Conditions, PanelKind::Leases];

impl Portal {
    /// The panels that a page can ask for with these values.
    pub(super) fn standing_asks(&self, grant: &Grant, entry: &Entry, bindings: &Bindings) -> Vec<PanelAsk> {
        let situation = situation(entry, grant, bindings);
        // What is not about the pod is one question for all who look at a pod that is not there.
        let shared = match self.runner.is_about_a_stranger(&situation) {
            true => situation.without_pod(),
            false => situation.clone(),
        };
        let ask = |kind: PanelKind| {
            let situation = if kind.needs_a_pod() { &situation } else { &shared };
            PanelAsk { kind, situation: situation.clone(), rules: entry.crash_rules().clone() }
        };
        let has_pod = bindings.get("namespace").is_some() && bindings.get("pod").is_some();
        kinds(entry, has_pod).into_iter().filter(|kind| has_pod || !kind.needs_a_pod()).map(ask).collect()
    }

    /// The panels of a page, each with what is there without waiting long.
    pub(super) async fn standing(&self, grant: &Grant, entry: &Entry, bindings: &Bindings) -> Vec<StandingPanel> {
        let missing: Vec<String> =
            ["namespace", "pod"].into_iter().filter(|name| bindings.get(name).is_none()).map(str::to_owned).collect();
        let unasked =
            kinds(entry, missing.is_empty()).into_iter().filter(|kind| kind.needs_a_pod() && !missing.is_empty());
        let unasked = unasked.map(|kind| StandingPanel {
            id: kind.id(),
            word: kind.word(),
            place: place(kind, entry),
            state: PanelState::Needs(missing.clone()),
            asking: String::new(),
        });
        let unasked: Vec<StandingPanel> = unasked.collect();
        let asks = self.standing_asks(grant, entry, bindings).into_iter().map(async |ask| {
            let (kind, asking) = (ask.kind, ask.kind.asking(&ask.situation));
            let wait = grant.patience().with_panel();
            let state = match tokio::time::timeout(wait, self.run_panel(ask)).await {
                Ok(report) => PanelState::Done(Box::new(report)),
                Err(_) => PanelState::Idle,
            };
            StandingPanel { id: kind.id(), word: kind.word(), place: place(kind, entry), state, asking }
        });
        let mut panels: Vec<StandingPanel> = stream::iter(asks).buffered(CONCURRENT_PANELS).collect().await;
        panels.extend(unasked);
        panels
    }
}

/// The panels that a runbook has a place for. Without rows of its own it is judged by ours, once there is a pod.
fn kinds(entry: &Entry, has_pod: bool) -> Vec<PanelKind> {
    let has_rows = entry.crash_rules().classifier().is_some();
    let verdict = (has_rows || has_pod).then_some(PanelKind::Verdict);
    let recovery = recovery_step(entry).map(|_| PanelKind::Recovery);
    let windows = (0..entry.windows.len().min(MAX_WINDOWS)).map(PanelKind::Window);
    // What helps to fix a crash stands where crashes are told apart.
    let fixes = verdict.iter().filter(|_| has_rows).flat_map(|_| FIXES).collect::<Vec<_>>();
    verdict.into_iter().chain(recovery).chain(windows).chain(fixes).collect()
}

fn place(kind: PanelKind, entry: &Entry) -> Place {
    match kind {
        PanelKind::Verdict => Place::Top,
        PanelKind::Recovery => recovery_step(entry).map_or(Place::Top, Place::Section),
        PanelKind::Window(at) => match entry.windows.get(at) {
            Some(DailyWindow { block: Some(block), .. }) => Place::Block(*block),
            Some(DailyWindow { section, .. }) if !section.is_empty() => Place::Section(section.clone()),
            _ => Place::Top,
        },
        PanelKind::Memory => fix_place(entry, &["oom", "memory"]),
        PanelKind::References => fix_place(entry, &["startup", "start-up", "config", "secret", "mount"]),
        PanelKind::Conditions => fix_place(entry, &["sync", "certificate", "argocd", "gitops", "startup", "start-up"]),
        PanelKind::Leases => fix_place(entry, &["leader", "lease", "endpoints"]),
    }
}

/// The step in which the reader makes sure that it is over: the last one that says so.
fn recovery_step(entry: &Entry) -> Option<String> {
    let speaks_of_recovery = |title: &str| {
        let title = title.to_lowercase();
        ["recover", "verify", "verification", "resolved", "all clear", "is it over"].iter().any(|w| title.contains(w))
    };
    entry.runbook.steps.iter().rev().find(|step| speaks_of_recovery(&step.title)).map(|step| step.id.clone())
}

/// Under the heading that speaks of it, else together under the verdict.
fn fix_place(entry: &Entry, words: &[&str]) -> Place {
    let speaks_of_it = |block: &&Block| match block {
        // A step's own heading covers too much to be the place of one fix, and a title covers all.
        Block::Heading { level, content, .. } if *level > 2 => {
            let heading = plain(content, &entry.runbook.commands).to_lowercase();
            words.iter().any(|word| heading.contains(word))
        }
        _ => false,
    };
    match entry.runbook.blocks.iter().find(speaks_of_it) {
        Some(Block::Heading { id, .. }) => Place::Section(id.clone()),
        _ => Place::Fix,
    }
}
