//! Where an alert's link leads: to its runbook, to a choice of several, or to a page that helps to write the missing one.

use app::server_side::backend::{AlertChoice, Candidate, Found, Query};
use runbook::{
    lookup::{Lookup, Match, Near, Reason, Wanted},
    starter,
};

use super::{Portal, link::AlertLink, query};

impl Portal {
    /// Follows a link.
    pub(super) fn find(&self, link: &AlertLink) -> Found {
        let wanted = Wanted { alert: &link.alert, component: link.component.as_deref(), runbook: link.runbook() };
        let lookup = self.library.find(&wanted);
        let choice = AlertChoice {
            alert: link.alert.clone(),
            labels: labels(&link.query),
            notes: link.notes.clone(),
            ..AlertChoice::default()
        };
        match lookup {
            Lookup::One(found) => {
                let has_followed_path = found.reasons.iter().any(|reason| matches!(reason, Reason::Path { .. }));
                let query = if has_followed_path { link.without_runbook() } else { link.query.clone() };
                Found::One { path: found.path, section: found.section, query }
            }
            Lookup::Several(candidates) => Found::Choice(Box::new(AlertChoice {
                candidates: candidates.into_iter().map(candidate).collect(),
                ..choice
            })),
            Lookup::Missing(near) => {
                let starter = (!link.alert.is_empty())
                    .then(|| starter::write(&link.alert, &choice.labels, Some(&self.now().date())));
                Found::Choice(Box::new(AlertChoice { near: near.into_iter().map(offer).collect(), starter, ..choice }))
            }
        }
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
