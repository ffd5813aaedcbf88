//! Pods by restarts. Choosing a row binds its pod in the address, and so in every command of the page.

use runbook::{
    outcome::{LastState, Report, RestartRow, RestartTable},
    time::Timestamp,
};

use super::{
    name,
    node::{Element, Node, el, later_unsaid, text},
    note,
    rows::{self, Sheet},
    time,
};

/// Column heads, and whether they hold numbers.
const COLUMNS: [(&str, bool); 9] = [
    ("Namespace", false),
    ("Pod", false),
    ("Container", false),
    ("Ready", false),
    ("Restarts", true),
    ("Last hour", true),
    ("Last state", false),
    ("Age", true),
    ("Node", false),
];

/// The column of nodes, which is the last.
const NODE: usize = COLUMNS.len() - 1;

/// The table, its count and what is known of the watch.
pub(super) fn draw(table: &RestartTable, report: &Report, kept: &[(&str, &str)]) -> Vec<Node> {
    let now = report.asked_at;
    // A column that says the same in every row leaves its room to the names.
    let only_node = only_node(&table.rows);
    let sheet = Sheet {
        label: report.title.clone(),
        class: "rows restarts",
        heads: if only_node.is_some() { &COLUMNS[..NODE] } else { &COLUMNS },
        rows: &table.rows,
        total: (table.total_pods, "pods"),
    };
    let draw_one = |row: &RestartRow| {
        let drawn = draw_row(row, table.logs_check.as_deref(), now, kept);
        if only_node.is_some() { drawn } else { drawn.child(el("td").class("node").child(name::cut(&row.node))) }
    };
    let mut drawn = sheet.draw(|row| row.is_bound, draw_one);
    if let Some(node) = only_node {
        drawn.push(note([text("All of them run on "), el("span").class("mono").text(node).into(), text(".")]));
    }
    if let Some(matcher) = table.rows.iter().find_map(|row| row.excluded_by.as_ref()) {
        let alert = table.alert.as_deref().unwrap_or("the alert");
        let words = ["The rule of ", alert, " leaves the pods marked as excluded out: "].concat();
        drawn.push(note([text(words), el("code").text(matcher.clone()).into()]));
    }
    if let Some(name) = &table.recorded_by {
        let words = "Restarts in the last hour as recorded by Prometheus ";
        drawn.push(note([text([words, name, ", or as the watch has seen them where that is more."].concat())]));
    } else if let Some(since) = table.watching_since {
        let clock = time::clock(since, now).into();
        drawn.push(note([text("Restarts in the last hour as seen since "), clock, text(", when the watch began.")]));
    }
    if let Some(since) = table.stale_since {
        let words = text("The watch is broken; these rows are as of ");
        drawn.push(note([words].into_iter().chain(time::instant(since, now)).chain([text(".")])));
    }
    drawn
}

fn draw_row(row: &RestartRow, logs_check: Option<&str>, now: Timestamp, kept: &[(&str, &str)]) -> Element {
    let binds = [("namespace", row.namespace.as_str()), ("pod", &row.pod), ("container", &row.container)];
    let mark = row.is_bound.then(|| el("span").class("visually-hidden").text("The alert's pod: "));
    let excluded = row
        .excluded_by
        .as_ref()
        .map(|matcher| el("span").class("excluded").with("title", matcher.clone()).text("excluded"));
    let last = row.last_state.as_ref().map(|last| last_state(last, now));
    // A pod that has never ended tells nothing by its log alone; choosing its name is enough.
    let logs = logs_check.filter(|_| row.last_state.is_some() || row.is_bound);
    // Of a long table's other rows the links can wait: their names lead to the same pods.
    let logs = logs.map(|check| {
        let link = rows::logs(&binds, check, kept);
        if row.is_bound { link.into() } else { later_unsaid([link]) }
    });
    let age_s = row.created_at.map(|at| now.ms_since(at) / 1_000).unwrap_or(0);
    el("tr")
        .class(if row.is_bound { "bound" } else { "" })
        .with("data-key", [row.namespace.as_str(), &row.pod, &row.container].join("/"))
        .child(el("td").class("namespace").child(name::cut(&row.namespace)))
        .child(
            el("th")
                .with("scope", "row")
                .class("pod")
                .all(mark)
                .child(rows::link(&binds, kept).child(name::cut(&row.pod)))
                .all(excluded),
        )
        .child(el("td").class("container").child(name::cut(&row.container)))
        .child(el("td").class("ready").text(row.ready.clone()).text(status(row)))
        .child(el("td").class(number("num count", row.restarts)).text(row.restarts.to_string()))
        .child(el("td").class(number("num hour", row.restarts_last_hour)).text(row.restarts_last_hour.to_string()))
        .child(el("td").class("last").all(last.into_iter().flatten()).all(logs))
        .child(
            el("td")
                .class("num age")
                .with("data-sort", age_s.to_string())
                .all(row.created_at.map(|at| time::age(at, now))),
        )
}

/// The node that carries every pod of a table with several rows.
fn only_node(rows: &[RestartRow]) -> Option<String> {
    let (first, rest) = rows.split_first()?;
    let is_same = !first.node.is_empty() && !rest.is_empty() && rest.iter().all(|row| row.node == first.node);
    is_same.then(|| first.node.clone())
}

/// The classes of a number: zeros stand back.
fn number(classes: &'static str, number: u32) -> String {
    [classes, if number == 0 { " zero" } else { "" }].concat()
}

/// kubectl's word for a pod that does not simply run; most do, and saying so would only make noise.
fn status(row: &RestartRow) -> String {
    if row.status == "Running" { String::new() } else { [" ", &row.status].concat() }
}

/// `OOMKilled, exit 137, 14 min ago`.
fn last_state(last: &LastState, now: Timestamp) -> Vec<Node> {
    let mut drawn = vec![text(last.reason.clone())];
    if let Some(code) = last.exit_code {
        drawn.push(text(format!(", exit {code}")));
    }
    if let Some(at) = last.at {
        drawn.push(text(", "));
        drawn.push(time::distance(at, now).into());
    }
    drawn
}
