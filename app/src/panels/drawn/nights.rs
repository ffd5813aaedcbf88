//! What stands around the axis of a daily window: the statement, what each Proxmox node does, the last nights.

use runbook::{
    outcome::{HostState, Night, ServerTask, Stretch, Window, WindowDetail, WindowHost},
    time::{Span, Timestamp},
};

use super::{
    node::{Element, Node, el, later_unsaid, text},
    note, rows, shape, time,
};
use crate::{answer::Word, ui::time::clock_text};

/// Tasks of backup servers that the table holds.
const MAX_TASKS: usize = 200;

/// "5 of 5 restarts inside backup runs; 0 outside in 7 days", where a pod is chosen.
pub(super) fn statement(detail: &WindowDetail) -> Option<Node> {
    let words = detail.statement.clone()?;
    let whose = detail.pod.clone().map(|pod| el("span").class("mono").text(pod));
    Some(el("p").class("window-statement").text([&words, "."].concat()).all(whose).into())
}

/// The same arithmetic for each backup server, one quiet line each.
pub(super) fn server_statements(detail: &WindowDetail) -> impl Iterator<Item = Node> + '_ {
    detail.server_statements.iter().map(|words| note([text([words, "."].concat())]))
}

/// The Proxmox nodes and the backup servers, one below the other.
pub(super) fn hosts(detail: &WindowDetail, now: Timestamp) -> Option<Node> {
    let items = detail.hosts.iter().chain(&detail.servers).map(|host| draw_host(host, now));
    (!detail.hosts.is_empty() || !detail.servers.is_empty()).then(|| el("dl").class("hosts").all(items).into())
}

fn draw_host(host: &WindowHost, now: Timestamp) -> Element {
    let word = match host.state {
        HostState::Idle | HostState::Waiting => Word::Idle,
        HostState::Reading => Word::Warn,
        HostState::Unknown => Word::Unknown,
    };
    let named = |name: &'static str, words: &Option<String>| {
        words.as_ref().map(|words| el("p").class("host-fact").text([name, words].concat()))
    };
    let locked = (!host.locked.is_empty()).then(|| host.locked.join(", "));
    let next = host.next_run.map(|at| {
        let words = [text("Next run ")].into_iter().chain(time::instant(at, now));
        el("p").class("host-fact").all(words)
    });
    let head = el("p").child(shape(word)).text(" ").text(host.doing.clone());
    el("div").with("data-key", host.name.clone()).child(el("dt").text(host.name.clone())).child(
        el("dd")
            .child(head)
            .all(named("Carries ", &host.carries))
            .all([later_unsaid(
                named("Locked for backup: ", &locked)
                    .into_iter()
                    .chain(named("", &host.pressure))
                    .chain(named("On the node it is ", &host.clock))
                    .chain(next),
            )])
            .all(host.gaps.iter().map(|gap| el("p").class("host-fact").text(gap.clone()))),
    )
}

/// The nights as a table; what the axis cannot hold.
pub(super) fn nights(detail: &WindowDetail, now: Timestamp) -> Option<Element> {
    let head = ["Night", "Runs", "Against the window"].map(|name| el("th").with("scope", "col").text(name));
    let restarts = el("th").with("scope", "col").class("num").text("Restarts");
    let table = el("table")
        .class("rows nights")
        .child(el("thead").child(el("tr").all(head).child(restarts)))
        .child(el("tbody").all(detail.nights.iter().map(|night| draw_night(night, now))));
    (!detail.nights.is_empty()).then(|| rows::scroll("The last nights".into(), table))
}

fn draw_night(night: &Night, now: Timestamp) -> Element {
    let run = |run: &runbook::outcome::BackupRun| {
        let end = run.ended_at.map_or_else(|| "now".to_owned(), short);
        let state = match (run.ended_at, run.is_waiting) {
            (None, true) => ", waiting for the lock".to_owned(),
            (None, false) => ", running".to_owned(),
            (Some(_), _) if run.status == "OK" => String::new(),
            (Some(_), _) => [", ", &run.status].concat(),
        };
        el("div").text([&run.node, " ", &short(run.started_at), " to ", &end, &state].concat())
    };
    let work = |stretch: &Stretch| {
        let end = if stretch.is_running { "now".to_owned() } else { short(stretch.span.to) };
        let words = [&stretch.server, " ", stretch.work.words(), " ", &short(stretch.span.from), " to ", &end];
        el("div").text(words.concat() + &failed_words(stretch))
    };
    let is_empty = night.runs.is_empty() && night.stretches.is_empty();
    let runs = el("td").all(night.runs.iter().map(run)).all(night.stretches.iter().map(work));
    let runs = if is_empty { runs.text("none") } else { runs };
    let fit = match (night.runs.is_empty(), night.fit.as_slice()) {
        (true, _) => String::new(),
        (false, []) => "within".to_owned(),
        (false, fits) => fits.join("; "),
    };
    let span = [&night.span.from.date(), " ", &short(night.span.from), " to ", &short(night.span.to)].concat();
    let is_now = night.span.from <= now && now < night.span.to;
    el("tr")
        .class(if is_now { "bound" } else { "" })
        .child(el("th").with("scope", "row").text(span))
        .child(runs)
        .child(el("td").text(fit))
        .child(el("td").class("num").text(night.restarts.to_string()))
}

/// ", 1 of 4 failed".
pub(super) fn failed_words(stretch: &Stretch) -> String {
    match stretch.failed {
        0 => String::new(),
        failed => [", ", &failed.to_string(), " of ", &stretch.tasks.to_string(), " failed"].concat(),
    }
}

/// What the backup servers did, newest first: as many tasks as somebody reads.
pub(super) fn tasks(detail: &WindowDetail, now: Timestamp) -> Vec<Node> {
    let total = detail.tasks.len();
    if total == 0 {
        return Vec::new();
    }
    let cell = |words: String| el("td").text(words);
    let row = |task: &ServerTask| {
        let end = task.ended_at.unwrap_or(now);
        el("tr")
            .child(el("th").with("scope", "row").text(task.server.clone()))
            .child(cell(task.work.words().to_owned()))
            .child(cell(if task.subject.is_empty() { "the server".into() } else { task.subject.clone() }))
            .child(cell(clock_text(task.started_at, now)))
            .child(cell(task.ended_at.map_or_else(|| "runs".to_owned(), |at| clock_text(at, now))))
            .child(cell(Span(end.ms_since(task.started_at)).to_string()).class("num"))
            .child(cell(task.status.clone()))
    };
    let head = ["Server", "Work", "On", "Began", "Ended"].map(|name| el("th").with("scope", "col").text(name));
    let took = el("th").with("scope", "col").class("num").text("Took");
    let status = el("th").with("scope", "col").text("Status");
    let table = el("table")
        .class("rows")
        .child(el("thead").child(el("tr").all(head).child(took).child(status)))
        .child(el("tbody").all(detail.tasks.iter().rev().take(MAX_TASKS).map(row)));
    let bound = (total > MAX_TASKS).then(|| {
        let words = ["The newest ", &MAX_TASKS.to_string(), " of ", &total.to_string(), " tasks."].concat();
        note([text(words)])
    });
    [rows::scroll("Tasks of the backup servers".into(), table).into()].into_iter().chain(bound).collect()
}

/// The restarts as a table: when each was, and what ran then.
pub(super) fn restarts(window: &Window) -> Option<Element> {
    let row = |at: &Timestamp| {
        let during = window
            .runs
            .iter()
            .filter(|run| !run.is_waiting && run.started_at <= *at && run.ended_at.is_none_or(|end| *at <= end));
        let names: Vec<&str> = during.map(|run| run.node.as_str()).collect();
        let words = if names.is_empty() { "no backup".to_owned() } else { ["backup on ", &names.join(", ")].concat() };
        el("tr").child(el("th").with("scope", "row").text(clock_text(*at, window.now))).child(el("td").text(words))
    };
    let head = ["Restart", "What ran then"].map(|name| el("th").with("scope", "col").text(name));
    let table = el("table")
        .class("rows")
        .child(el("thead").child(el("tr").all(head)))
        .child(el("tbody").all(window.restarts.iter().rev().map(row)));
    (!window.restarts.is_empty()).then(|| rows::scroll("Restarts".into(), table))
}

/// `02:23`.
fn short(at: Timestamp) -> String {
    at.clock().chars().take(5).collect()
}
