//! `kubectl describe`, `events`, `top`, `rollout status|history` and `wait`.

use super::{
    super::{
        args::{Arg, Parsed},
        reason::{Stop, unknown},
        table::Place,
    },
    get::{resources, selector},
    question, scope,
};
use crate::check::{
    ClusterAsk, Describe, Events, Question, Resource, Rollout, RolloutAsk, Top, TopOrder, TopSubject, Wait, WaitFor,
};

/// `kubectl describe`.
pub(super) fn describe(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    let describe = Describe {
        resources: resources(parsed)?,
        scope: scope(parsed),
        selector: selector(parsed)?,
        show_events: parsed.switched("show-events"),
    };
    question(parsed, place, ClusterAsk::Describe(describe))
}

/// `kubectl events`.
pub(super) fn events(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    if let Some(arg) = parsed.operands.first() {
        return Err(unknown(arg.span(), "`kubectl events` takes no words; `--for KIND/NAME` names an object."));
    }
    if let Some(arg) = parsed.arg("output").filter(|arg| arg.as_str() != "wide") {
        return Err(unknown(arg.span(), "Events are shown as a table only."));
    }
    let events = Events {
        scope: scope(parsed),
        about: parsed.text("for"),
        types: parsed
            .all("types")
            .flat_map(|arg| arg.as_str().split(',').map(str::to_owned).collect::<Vec<_>>())
            .collect(),
        watch: parsed.has("watch"),
        no_headers: parsed.has("no-headers"),
    };
    question(parsed, place, ClusterAsk::Events(events))
}

/// `kubectl top pods`.
pub(super) fn top_pods(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    top(parsed, place, TopSubject::Pods)
}

/// `kubectl top nodes`.
pub(super) fn top_nodes(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    top(parsed, place, TopSubject::Nodes)
}

fn top(parsed: &Parsed<'_>, place: &Place<'_>, subject: TopSubject) -> Result<Question, Stop> {
    let name = match parsed.operands.as_slice() {
        [] => None,
        [name] => Some(name.as_str().to_owned()),
        [_, extra, ..] => return Err(unknown(extra.span(), "Only one name can be given.")),
    };
    let sort_by = match parsed.arg("sort-by") {
        None => None,
        Some(arg) => Some(match arg.as_str().trim_matches('.') {
            "cpu" => TopOrder::Cpu,
            "memory" | "mem" => TopOrder::Memory,
            _ => return Err(unknown(arg.span(), "`kubectl top` sorts by cpu or memory.")),
        }),
    };
    let top = Top {
        subject,
        name,
        scope: scope(parsed),
        selector: selector(parsed)?,
        field_selector: parsed.text("field-selector"),
        containers: parsed.has("containers"),
        sort_by,
        no_headers: parsed.has("no-headers"),
        sum: parsed.has("sum"),
    };
    question(parsed, place, ClusterAsk::Top(top))
}

/// `kubectl rollout status`.
pub(super) fn rollout_status(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    let ask = RolloutAsk::Status {
        watch: parsed.switched("watch").unwrap_or(true),
        timeout_s: parsed.duration_s("timeout")?,
    };
    rollout(parsed, place, ask)
}

/// `kubectl rollout history`.
pub(super) fn rollout_history(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    let revision = parsed.number("revision")?;
    rollout(parsed, place, RolloutAsk::History { revision })
}

fn rollout(parsed: &Parsed<'_>, place: &Place<'_>, ask: RolloutAsk) -> Result<Question, Stop> {
    let mut resources = resources(parsed)?;
    let (Some(resource), true) = (resources.pop(), resources.is_empty()) else {
        return Err(unknown(parsed.span.clone(), "One rollout is asked about at a time."));
    };
    question(
        parsed,
        place,
        ClusterAsk::Rollout(Rollout { resource, scope: scope(parsed), selector: selector(parsed)?, ask }),
    )
}

/// `kubectl wait`.
pub(super) fn wait(parsed: &Parsed<'_>, place: &Place<'_>) -> Result<Question, Stop> {
    let Some(condition) = parsed.arg("for") else {
        return Err(unknown(parsed.span.clone(), "`kubectl wait` needs `--for`: until when?"));
    };
    let resources = resources(parsed)?;
    let selector = selector(parsed)?;
    let field_selector = parsed.text("field-selector");
    let names_nobody = resources.iter().any(|resource: &Resource| resource.names.is_empty());
    if names_nobody && selector.is_none() && field_selector.is_none() && !parsed.has("all") {
        return Err(unknown(
            parsed.span.clone(),
            "Nothing is named to wait for: a name, a selector or `--all` is missing.",
        ));
    }
    let timeout_s = match parsed.arg("timeout") {
        Some(arg) if arg.as_str().starts_with('-') => None,
        _ => parsed.duration_s("timeout")?,
    };
    let wait =
        Wait { resources, scope: scope(parsed), selector, field_selector, until: wait_for(condition)?, timeout_s };
    question(parsed, place, ClusterAsk::Wait(wait))
}

fn wait_for(arg: &Arg<'_>) -> Result<WaitFor, Stop> {
    let text = arg.as_str();
    if let Some(condition) = text.strip_prefix("condition=") {
        let (name, status) = condition.split_once('=').unwrap_or((condition, "True"));
        return Ok(WaitFor::Condition { name: name.to_owned(), status: status.to_owned() });
    }
    if let Some(path) = text.strip_prefix("jsonpath=") {
        let (path, value) = match path.find("}=").map(|at| at + 1) {
            Some(at) => (&path[..at], Some(path[at + 1..].to_owned())),
            None if path.starts_with('{') => (path, None),
            None => path.split_once('=').map_or((path, None), |(path, value)| (path, Some(value.to_owned()))),
        };
        return Ok(WaitFor::JsonPath { path: path.to_owned(), value });
    }
    match text {
        "delete" => Ok(WaitFor::Delete),
        "create" => Ok(WaitFor::Create),
        _ => Err(unknown(arg.span(), "`--for` takes condition=…, jsonpath=…, delete or create.")),
    }
}
