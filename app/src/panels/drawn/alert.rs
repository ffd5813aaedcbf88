//! The live state of a page's alert, in one line; its annotations, its rule and its like one press away.

use runbook::time::Timestamp;

use super::{
    firing::{row, row_class, severity},
    grouped,
    node::{self, Element, Node, el, later, later_unsaid, text},
    note, state, time, unknown,
};
use crate::{
    answer::Word,
    server_side::alerts::{AlertRow, AlertState, AlertView, LiveAlert, RuleView},
};

/// The state as HTML; its text is escaped. Empty when nothing is known and nothing is missing.
pub fn alert(view: &AlertView) -> String {
    node::html(&draw(view))
}

/// The same as a page opens with it; `whole` is the address of the page that has the rest.
pub fn alert_opening(view: &AlertView, whole: &str) -> String {
    node::short_html(&draw(view), whole)
}

fn draw(view: &AlertView) -> Vec<Node> {
    let now = view.asked_at;
    let rule = draw_rule(view);
    let folded = |rule: Vec<Node>| {
        let summary = el("summary").text("The alert's rule");
        (!rule.is_empty()).then(|| el("details").class("alert-more").child(summary).all(rule).into())
    };
    let mut drawn: Vec<Node> = match &view.state {
        AlertState::NotAsked => folded(rule).into_iter().collect(),
        AlertState::Unknown(gap) => {
            let words = [" Whether ", &view.name, " fires is not known: ", &gap.reason].concat();
            let said = [line([state(Word::Unknown).into(), text(words)]), unknown::draw(gap).into()];
            said.into_iter().chain(folded(rule)).collect()
        }
        AlertState::Quiet { elsewhere, choices } => vec![behind(quiet(view, *elsewhere, choices), rule)],
        AlertState::Firing(alert) => vec![behind(firing(alert, view), rule)],
        AlertState::Several { total, choices } => {
            let words = format!("{} fires for {} at this moment: choose the one you mean.", view.name, grouped(*total));
            let said = [line([severity("").into(), text(words)]), list(choices, *total, now)];
            said.into_iter().chain(folded(rule)).collect()
        }
    };
    if let Some(matcher) = view.rule.iter().flatten().find_map(|rule| rule.excluded_by.as_ref()) {
        let words = "The alert's rule leaves this pod out: ";
        drawn.push(note([text(words), el("code").text(matcher.clone()).into()]));
    }
    if !view.others.is_empty() {
        let words = match view.total_others {
            1 => "1 other alert with the same labels".to_owned(),
            total => format!("{} other alerts with the same labels", grouped(total)),
        };
        let rows = list(&view.others, view.total_others, now);
        drawn.push(el("details").class("alert-more").child(el("summary").text(words)).all([rows]).into());
    }
    drawn
}

/// One line, and all the rest one press away.
fn behind((line, rest): (Vec<Node>, Vec<Node>), rule: Vec<Node>) -> Node {
    let summary = el("summary").class("alert-line").all(line);
    el("details").class("alert-more").with("data-key", "alert").child(summary).all(rest).all(rule).into()
}

fn line(content: impl IntoIterator<Item = Node>) -> Node {
    el("p").class("alert-line").all(content).into()
}

fn quiet(view: &AlertView, elsewhere: usize, choices: &[AlertRow]) -> (Vec<Node>, Vec<Node>) {
    let name = &view.name;
    let words = match elsewhere {
        0 => format!("{name} does not fire now."),
        1 => format!("{name} does not fire for these values now. It fires for one other:"),
        others => format!("{name} does not fire for these values now. It fires for {} others:", grouped(others)),
    };
    let rows = (!choices.is_empty()).then(|| list(choices, elsewhere, view.asked_at));
    (vec![text(words)], rows.into_iter().collect())
}

fn firing(alert: &LiveAlert, view: &AlertView) -> (Vec<Node>, Vec<Node>) {
    let now = view.asked_at;
    let mut said = vec![severity(&alert.severity).into(), text(" Firing since ")];
    said.extend(time::instant(alert.since, now));
    said.push(text(match alert.held.word() {
        "" => ".".to_owned(),
        word => format!(", {word}."),
    }));
    let mut drawn = Vec::new();
    if let Some((_, summary)) = alert.annotations.iter().find(|(name, _)| name == "description" || name == "summary") {
        drawn.push(el("p").class("alert-annotation").text(summary.clone()).into());
    }
    let mut links =
        vec![el("a").with("href", alert.silence_href.clone()).with("rel", "noreferrer").text("Silence").into()];
    for (href, words) in [(&alert.generator_href, "Expression"), (&alert.dashboard_href, "Dashboard")] {
        if let Some(href) = href {
            links.push(text(" "));
            links.push(el("a").with("href", href.clone()).with("rel", "noreferrer").text(words).into());
        }
    }
    drawn.push(el("p").class("alert-links").all(links).into());
    if !view.filled.is_empty() {
        let words = ["Filled in from the alert: ", &view.filled.join(", "), "."].concat();
        drawn.push(note([text(words)]));
    }
    let source = note([text(["As ", &alert.source, " says."].concat())]);
    let rest = [pairs(alert.labels.iter().chain(&alert.annotations)).into(), source];
    drawn.push(later("Its labels, annotations and rule", rest));
    (said, drawn)
}

/// The rule, or why it is not known.
fn draw_rule(view: &AlertView) -> Vec<Node> {
    match &view.rule {
        Some(Ok(rule)) => draw_known_rule(rule),
        Some(Err(gap)) => {
            vec![note([text(["The alert's rule is not known: ", &gap.reason, " ", &gap.remedy].concat())])]
        }
        None => Vec::new(),
    }
}

fn draw_known_rule(rule: &RuleView) -> Vec<Node> {
    let words = match rule.for_s {
        for_s if for_s > 0.0 => {
            let ms = (for_s * 1_000.0) as i64;
            ["The rule, which must hold for ", &runbook::time::Span(ms).to_string()].concat()
        }
        _ => "The rule".to_owned(),
    };
    let link = el("a").with("href", rule.graph_href.clone()).with("rel", "noreferrer").text("See it in Prometheus");
    let place = [" (", &rule.source, ", group ", &rule.group, ")."].concat();
    let rest: [Node; 4] = [
        note([text(words)]),
        el("pre").class("text-body").with("tabindex", "0").text(rule.expression.clone()).into(),
        pairs(rule.labels.iter().chain(&rule.annotations)).into(),
        note([link.into(), text(place)]),
    ];
    vec![later_unsaid(rest)]
}

fn list(rows: &[AlertRow], total: usize, now: Timestamp) -> Node {
    let items = rows.iter().map(|alert| el("li").class(row_class(alert)).all(row(alert, now)));
    let list = el("ul").class("alert-rows").all(items);
    if total > rows.len() {
        let words = format!("Showing {} of {}.", grouped(rows.len()), grouped(total));
        return el("div").child(list).all([note([text(words)])]).into();
    }
    list.into()
}

fn pairs<'a>(pairs: impl Iterator<Item = &'a (String, String)>) -> Element {
    let row = |(name, value): &(String, String)| {
        el("div").child(el("dt").text(name.clone())).child(el("dd").text(value.clone()))
    };
    el("dl").class("unknown").all(pairs.map(row))
}
