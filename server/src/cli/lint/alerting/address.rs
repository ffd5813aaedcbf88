//! A rule's link to its runbook: what it names, and what it loses on the way. Links are templates of Prometheus.

use std::{collections::BTreeSet, ops::Range};

use runbook::problem::Severity;

use super::{super::report::Found, document::Rule, template};

/// Functions after which a value is safe in a query.
const ESCAPES: [&str; 2] = ["urlquery", "queryEscape"];

/// What a link names.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Target {
    /// `X` of `/alert/X` and `/runbooks/component/X`.
    pub(super) alert: Option<String>,
    pub(super) component: Option<String>,
    /// A path or an address.
    pub(super) runbook: Option<String>,
}

/// What a link names. Templates in its path are left out.
pub(super) fn target(text: &str) -> Target {
    let mut path = text.trim().to_owned();
    for action in template::actions(text) {
        path = path.replace(action, "");
    }
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').to_owned();
    if let Some((_, name)) = path.split_once("/alert/") {
        // An empty template leaves a folder: the name is then the rule's own.
        return Target {
            alert: (!name.is_empty() && !name.contains('/')).then(|| name.to_owned()),
            ..Target::default()
        };
    }
    if let Some((_, rest)) = path.split_once("/r/").filter(|_| path.contains("://")) {
        return Target { runbook: Some(rest.to_owned()), ..Target::default() };
    }
    let parts: Vec<&str> = path.rsplit('/').take(3).collect();
    match parts.as_slice() {
        [name, component, "runbooks"] if !name.contains('.') => {
            Target { component: Some((*component).to_owned()), alert: None, runbook: Some((*name).to_owned()) }
        }
        _ => Target { runbook: Some(path), ..Target::default() },
    }
}

/// Whether a link leads to a portal like this one, which fills labels in.
fn takes_labels(text: &str) -> bool {
    let path = text.split('?').next().unwrap_or_default();
    path.contains("://") && (path.contains("/alert/") || path.contains("/r/"))
}

/// What a link loses.
pub(super) fn find(rule: &Rule, link: &str, span: &Range<usize>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut add = |severity, code, message: String, help: String| {
        found.push(Found { severity, code, message, help: Some(help), span: span.clone() });
    };
    if template::actions(link).any(|action| labels(action).any(|label| label == "alertname")) {
        let message = format!("The link of {} has `$labels.alertname`, which is empty in a rule.", rule.alert);
        add(Severity::Error, "empty-alertname", message, format!("Write the name itself: `{}`.", rule.alert));
    }
    let printed = template::actions(link).filter(|action| !prints_nothing(action));
    let bare: BTreeSet<&str> = printed
        .filter(|action| !ESCAPES.iter().any(|escape| action.contains(escape)))
        .flat_map(labels)
        .filter(|label| *label != "alertname")
        .collect();
    if !bare.is_empty() {
        let message = format!("The link of {} takes {} without `urlquery`.", rule.alert, listed(&bare));
        let help = "A value with &, # or a blank would cut the link: `{{ $labels.pod | urlquery }}`.".to_owned();
        add(Severity::Warning, "link-without-urlquery", message, help);
    }
    if takes_labels(link) {
        let kept: BTreeSet<&str> = template::actions(link).flat_map(labels).collect();
        let texts = rule.annotations.values().filter(|text| text.as_str() != link);
        let used: BTreeSet<&str> = texts.flat_map(|text| template::actions(text)).flat_map(labels).collect();
        let lost: BTreeSet<&str> = used.difference(&kept).copied().filter(|label| *label != "alertname").collect();
        if !lost.is_empty() {
            let message =
                format!("The link of {} leaves out {}, which the rule's own words have.", rule.alert, listed(&lost));
            let first = lost.first().copied().unwrap_or_default();
            let help = format!("Add them: `&{first}={{{{ $labels.{first} | urlquery }}}}`.");
            add(Severity::Warning, "link-without-labels", message, help);
        }
    }
    found
}

fn prints_nothing(action: &str) -> bool {
    let inner = action.trim_start_matches('{').trim_start_matches('-').trim_start();
    ["if ", "else", "end", "with ", "range "].iter().any(|word| inner.starts_with(word))
        || inner.starts_with('$') && inner.contains(":=")
}

/// Labels that an action names: `$labels.pod`, `.Labels.pod`.
fn labels(action: &str) -> impl Iterator<Item = &str> {
    let names = ["$labels.", ".Labels."].into_iter().flat_map(move |before| action.split(before).skip(1));
    names.filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        (end > 0).then(|| &rest[..end])
    })
}

fn listed(names: &BTreeSet<&str>) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
