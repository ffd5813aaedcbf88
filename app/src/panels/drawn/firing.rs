//! What fires, for the home page: by runbook, the gravest first. Each line is a link with everything that its alert
//! says.

use super::{
    empty, grouped,
    node::{self, Element, Node, el, text},
    note, outline, time, unknown,
};
use crate::{
    answer::Word,
    server_side::alerts::{AlertGroup, AlertRow, FiringView},
};

/// The list as HTML; its text is escaped.
pub fn firing(view: &FiringView) -> String {
    let mut drawn: Vec<Node> = Vec::new();
    for gap in &view.unknown {
        let words =
            el("p").class("panel-summary").child(super::state(Word::Unknown)).text(" ").text(gap.reason.clone());
        drawn.extend([words.into(), unknown::draw(gap).into()]);
    }
    if view.total > 0 {
        let count = match (view.shown, view.total) {
            (_, 1) => "1 alert".to_owned(),
            (shown, total) if shown == total => format!("{} alerts", grouped(total)),
            (shown, total) => format!("showing {} of {} alerts", grouped(shown), grouped(total)),
        };
        let words = el("p").class("firing-count").text(format!("{count}, as of "));
        drawn.push(words.child(time::clock(view.asked_at, view.asked_at)).into());
    } else if view.unknown.is_empty() {
        drawn.push(empty("Nothing fires.".into()));
    }
    drawn.extend(view.groups.iter().map(|group| draw_group(group, view).into()));
    node::html(&drawn)
}

/// Alerts of a group that stand open; a critical one always does.
const OPEN_ROWS: usize = 3;

/// A group: its gravest alerts, the others one press away. What wakes nobody is one line.
fn draw_group(group: &AlertGroup, view: &FiringView) -> Element {
    let link = el("a").with("href", group.href.clone()).text(group.title.clone());
    let remark = (!group.note.is_empty()).then(|| el("span").class("group-note").text(group.note));
    let rest = group.total - group.alerts.len();
    let more = (rest > 0).then(|| {
        let words = format!("Showing {} of {}.", grouped(group.alerts.len()), grouped(group.total));
        note([text(words)])
    });
    let list = |alerts: &[AlertRow]| {
        let rows = alerts.iter().map(|alert| el("li").class(row_class(alert)).all(row(alert, view.asked_at)));
        (!alerts.is_empty()).then(|| el("ul").class("alert-rows").all(rows))
    };
    let section = el("section").class("alert-group");
    let is_quiet = |alert: &AlertRow| matches!(alert.severity.as_str(), "none" | "info");
    if group.alerts.len() > 1 && group.alerts.iter().all(is_quiet) {
        let first = severity(&group.alerts[0].severity);
        let count = [" ", &grouped(group.total), " alerts"].concat();
        let title = el("span").class("group-title").text(group.title.clone());
        let summary = el("summary").child(first).child(title).text(count).all(remark);
        let runbook = el("p").class("note").child(link);
        let inside = el("details").class("storm").with("data-key", group.title.clone()).child(summary).child(runbook);
        return section.child(inside.all(list(&group.alerts)).all(more));
    }
    let is_open = |alert: &AlertRow| matches!(alert.severity.as_str(), "critical" | "page" | "error");
    let open = group.alerts.iter().filter(|alert| is_open(alert)).count().max(OPEN_ROWS);
    // One row more is no longer than the line that would stand for it.
    let open = if group.alerts.len() <= open + 1 { group.alerts.len() } else { open };
    let (shown, folded) = group.alerts.split_at(open);
    let folded = list(folded).map(|rows| {
        let words = [&grouped(group.alerts.len() - open), " more"].concat();
        el("details").class("storm").with("data-key", group.title.clone()).child(el("summary").text(words)).child(rows)
    });
    section.child(el("h3").child(link).all(remark)).all(list(shown)).all(folded).all(more)
}

/// The classes of a row: what is held back stands back.
pub(super) fn row_class(alert: &AlertRow) -> &'static str {
    if alert.held.word().is_empty() { "alert-row" } else { "alert-row held" }
}

/// The content of a row: severity, what it is about, since when, whether it is held back, the rest of its labels.
pub(super) fn row(alert: &AlertRow, now: runbook::time::Timestamp) -> Vec<Node> {
    let since = el("span")
        .class("alert-since")
        .text("since ")
        .child(time::clock(alert.since, now))
        .text(", ")
        .child(time::beside_clock(alert.since, now));
    let held = (!alert.held.word().is_empty()).then(|| el("span").class("alert-held").text(alert.held.word()));
    let labels = alert.labels.iter().map(|(name, value)| {
        el("span")
            .class("alert-label")
            .child(el("span").class("label-name").text([name, "="].concat()))
            .text(value.clone())
    });
    let labels = (!alert.labels.is_empty()).then(|| el("span").class("alert-labels").all(labels));
    let verdict = alert.verdict.as_ref().map(|words| el("span").class("alert-verdict").text(words.clone()));
    let subject = if alert.subject.is_empty() { alert.name.clone() } else { alert.subject.clone() };
    [
        Some(severity(&alert.severity)),
        Some(el("a").class("alert-subject").with("href", alert.href.clone()).text(subject)),
        Some(since),
        held,
        verdict,
        labels,
    ]
    .into_iter()
    .flatten()
    .map(Node::from)
    .collect()
}

/// A severity with the shape of a state: it reads without its colour.
pub(super) fn severity(severity: &str) -> Element {
    let word = match severity {
        "critical" | "page" | "error" => Word::Fail,
        "warning" | "warn" => Word::Warn,
        _ => Word::Idle,
    };
    let path = el("path").with("fill-rule", "evenodd").with("d", outline(word));
    let shape = el("svg").class("mark").with("viewBox", "0 0 12 12").with("aria-hidden", "true").child(path);
    let words = if severity.is_empty() { "no severity".to_owned() } else { severity.to_owned() };
    el("span").class("state alert-severity").with("data-state", word.attribute()).child(shape).text(words)
}
