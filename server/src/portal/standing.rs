//! Which panels stand on a page without a command, where, and how they start.

use app::server_side::backend::{PanelState, Place, StandingPanel};
use futures::{StreamExt, stream};
use runbook::binding::Bindings;

use super::{Portal, open::UNASKED_WAIT, situation};
use crate::{
    checks::{PanelAsk, PanelKind},
    library::Entry,
};

/// Panels of one page that are asked at the same time. They share one gathering of facts.
const CONCURRENT_PANELS: usize = 8;

impl Portal {
    /// The panels that a page can ask for with these values.
    pub(super) fn standing_asks(&self, entry: &Entry, bindings: &Bindings) -> Vec<PanelAsk> {
        let ask = |kind| PanelAsk { kind, situation: situation(entry, bindings), matter: entry.matter().clone() };
        let has_pod = bindings.get("namespace").is_some() && bindings.get("pod").is_some();
        kinds(entry).into_iter().filter(|_| has_pod).map(ask).collect()
    }

    /// The panels of a page, each with what is there without waiting long.
    pub(super) async fn standing(&self, entry: &Entry, bindings: &Bindings) -> Vec<StandingPanel> {
        let missing: Vec<String> =
            ["namespace", "pod"].into_iter().filter(|name| bindings.get(name).is_none()).map(str::to_owned).collect();
        if !missing.is_empty() {
            let panel = |kind: PanelKind| StandingPanel {
                id: kind.id(),
                word: kind.word(),
                place: place(kind, entry),
                state: PanelState::Needs(missing.clone()),
                asking: String::new(),
            };
            return kinds(entry).into_iter().map(panel).collect();
        }
        let asks = self.standing_asks(entry, bindings).into_iter().map(async |ask| {
            let (kind, asking) = (ask.kind, ask.kind.asking(&ask.situation));
            let state = match tokio::time::timeout(UNASKED_WAIT, self.run_panel(ask)).await {
                Ok(report) => PanelState::Done(Box::new(report)),
                Err(_) => PanelState::Idle,
            };
            StandingPanel { id: kind.id(), word: kind.word(), place: place(kind, entry), state, asking }
        });
        stream::iter(asks).buffered(CONCURRENT_PANELS).collect().await
    }
}

/// The panels that a runbook has a place for.
fn kinds(entry: &Entry) -> Vec<PanelKind> {
    let verdict = entry.matter().classifier().map(|_| PanelKind::Verdict);
    let recovery = recovery_step(entry).map(|_| PanelKind::Recovery);
    verdict.into_iter().chain(recovery).collect()
}

fn place(kind: PanelKind, entry: &Entry) -> Place {
    match kind {
        PanelKind::Verdict => Place::Top,
        PanelKind::Recovery => recovery_step(entry).map_or(Place::Top, Place::Section),
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
