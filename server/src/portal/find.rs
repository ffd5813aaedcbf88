//! Where an alert's link leads: to its runbook, to a choice of several, or to a page that helps to write the missing one.

use app::server_side::backend::{AlertChoice, Candidate, Found, Query};
use runbook::{
    lookup::{Lookup, Match, Near, Reason, Wanted},
    starter,
};

use super::{Portal, link::AlertLink, query};
use crate::{alerts::Subject, sources::Grant};

impl Portal {
    /// Follows a link. What fires is asked only for a page that shows it.
    pub(super) async fn find(&self, grant: &Grant, link: &AlertLink) -> Found {
        let names_a_pod = ["namespace", "pod"].iter().all(|name| link.query.iter().any(|(known, _)| known == name));
        if link.alert.is_empty()
            && link.runbooks().is_empty()
            && names_a_pod
            && let Some(entry) = self.library.about_crashes()
        {
            // A pod without an alert: what somebody wants to know is why it crashes.
            return Found::One { path: entry.path.clone(), section: None, query: link.query.clone() };
        }
        let wanted = Wanted { alert: &link.alert, component: link.component.as_deref(), runbook: None };
        let (candidates, near) = match self.library.find_by_any(&wanted, &link.runbooks()) {
            Lookup::One(found) => {
                let has_followed_path = found.reasons.iter().any(|reason| matches!(reason, Reason::Path { .. }));
                let query = if has_followed_path { link.without_runbook() } else { link.query.clone() };
                return Found::One { path: found.path, section: found.section, query };
            }
            Lookup::Several(candidates) => (candidates, Vec::new()),
            Lookup::Missing(near) => (Vec::new(), near),
        };
        let mut labels = labels(&link.query);
        let mut alert = link.alert.clone();
        let subject = Subject::of_link(&alert, &labels);
        let state = if alert.is_empty() { None } else { self.alerts.of_page(grant, &subject).await };
        let state = state.map(|(view, filled)| {
            // A link often has the name in lower case.
            alert.clone_from(&view.name);
            labels.extend(filled);
            view
        });
        let is_missing = candidates.is_empty() && !alert.is_empty();
        let starter = is_missing.then(|| starter::write(&alert, &labels, Some(&self.now().date())));
        Found::Choice(Box::new(AlertChoice {
            candidates: candidates.into_iter().map(candidate).collect(),
            near: near.into_iter().map(offer).collect(),
            notes: link.notes.clone(),
            now: self.now(),
            alert,
            labels,
            starter,
            state,
        }))
    }
}

fn candidate(found: Match) -> Candidate {
    let reasons = found.reasons.iter().map(ToString::to_string).collect();
    Candidate { path: found.path, section: found.section, title: found.title, reasons }
}

fn offer(near: Near) -> Candidate {
    // The title and the path stand there anyway.
    let is_shown = near.title.contains(&near.name) || near.path.as_str().contains(&near.name);
    let reasons = if is_shown { Vec::new() } else { vec![format!("it is called {}", near.name)] };
    Candidate { path: near.path, section: None, title: near.title, reasons }
}

/// What the link says of the alert, without its name and without what is meant for a runbook's page.
fn labels(query: &Query) -> Query {
    let is_label = |(name, value): &&(String, String)| {
        !["alertname", "run"].contains(&name.as_str()) && !value.is_empty() && query::doubt(name, value).is_none()
    };
    query.iter().filter(is_label).cloned().collect()
}
