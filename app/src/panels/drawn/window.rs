//! Backup runs against a daily window, on one time axis. It reads without colour: every mark has its words.

use runbook::{
    outcome::{BackupRun, Stretch, TimeSpan, Window, WindowDetail},
    time::{Span, Timestamp},
};

use super::{
    nights,
    node::{Element, Node, el, later, text},
    note, rows, time,
};
use crate::ui::time::clock_text;

/// Nothing further than this from the window nearest to now is drawn; it stands in the table.
const REACH_MS: i64 = 3 * 3_600_000;
/// Least space on either side of the axis.
const MARGIN_MS: i64 = 15 * 60_000;
/// Heights in pixels.
const TOP: i64 = 22;
const LANE: i64 = 34;

/// The axis, what stands beside it in words, and the numbers one press away.
pub(super) fn draw(window: &Window) -> Vec<Node> {
    let now = window.now;
    if let Some(detail) = &window.detail {
        return draw_detail(window, detail);
    }
    let mut drawn = vec![axis(window).into()];
    if !window.locked_guests.is_empty() {
        drawn.push(note([text(["Locked for backup now: ", &window.locked_guests.join(", "), "."].concat())]));
    }
    if let Some(at) = window.next_run {
        drawn.push(note([text("Next run ")].into_iter().chain(time::instant(at, now)).chain([text(".")])));
    }
    if let Some(words) = &window.node_time {
        drawn.push(note([text(["On the node it is ", words, "."].concat())]));
    }
    if !window.runs.is_empty() {
        let summary = el("summary").text("The numbers");
        let table = el("details").class("numbers").child(summary).child(numbers(window, now));
        drawn.push(later("The numbers", [table]));
    }
    drawn
}

/// A panel of its own: the statement first, the numbers of nights, runs and restarts one press away.
fn draw_detail(window: &Window, detail: &WindowDetail) -> Vec<Node> {
    let now = window.now;
    let tables = nights::nights(detail, now)
        .into_iter()
        .chain(nights::restarts(window))
        .chain((!window.runs.is_empty()).then(|| numbers(window, now)))
        .map(Node::from)
        .chain(nights::tasks(detail, now));
    let summary = el("summary").text("The last nights and the numbers");
    let numbers = el("details").class("numbers").with("data-key", "numbers").child(summary).all(tables);
    nights::statement(detail)
        .into_iter()
        .chain(nights::server_statements(detail))
        .chain([axis(window).into()])
        .chain(nights::hosts(detail, now))
        .chain([later("The last nights and the numbers", [numbers])])
        .collect()
}

/// The stretch of time that is drawn, and where an instant stands on it.
struct Axis {
    from: i64,
    to: i64,
}

impl Axis {
    fn of(window: &Window) -> Self {
        let now = window.now.0;
        let near = window.spans.iter().min_by_key(|span| distance(span, now));
        let (mut from, mut to) = near.map_or((now, now), |span| (span.from.0.min(now), span.to.0.max(now)));
        let (earliest, latest) = (from - REACH_MS, to + REACH_MS);
        let is_near = |at: i64| at >= earliest && at <= latest;
        let ends = window.runs.iter().flat_map(|run| [run.started_at.0, run.ended_at.map_or(now, |end| end.0)]);
        let work = stretches(window).flat_map(|stretch| [stretch.span.from.0, stretch.span.to.0]);
        for at in ends.chain(work).chain(window.restarts.iter().map(|at| at.0)).filter(|at| is_near(*at)) {
            from = from.min(at);
            to = to.max(at);
        }
        let margin = MARGIN_MS.max((to - from) / 20);
        Self { from: from - margin, to: to + margin }
    }

    fn shows(&self, from: i64, to: i64) -> bool {
        to >= self.from && from <= self.to
    }

    /// In tenths of a per cent, clamped to the axis.
    fn permille(&self, at: i64) -> i64 {
        (at.clamp(self.from, self.to) - self.from) * 1_000 / (self.to - self.from)
    }

    fn x(&self, at: i64) -> String {
        percent(self.permille(at))
    }

    fn width(&self, from: i64, to: i64) -> String {
        percent((self.permille(to) - self.permille(from)).max(2))
    }

    /// Text near the right end is set to the left of its place.
    fn anchor(&self, at: i64) -> &'static str {
        if self.permille(at) > 600 { "end" } else { "start" }
    }
}

fn axis(window: &Window) -> Element {
    let axis = Axis::of(window);
    let now = window.now;
    let runs: Vec<&BackupRun> =
        window.runs.iter().filter(|run| axis.shows(run.started_at.0, run.ended_at.unwrap_or(now).0)).collect();
    let work: Vec<&Stretch> = stretches(window).filter(|it| axis.shows(it.span.from.0, it.span.to.0)).collect();
    // A lane for each node, then one for each kind of work of a backup server.
    let mut nodes: Vec<&str> = window.runs.iter().map(|run| run.node.as_str()).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let mut kinds: Vec<_> = work.iter().map(|stretch| (&stretch.server, stretch.work)).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let lanes = lane_count((nodes.len() + kinds.len()).max(1));
    let floor = TOP + lanes * LANE + if window.restarts.is_empty() { 0 } else { LANE };
    let spans = window.spans.iter().filter(|span| axis.shows(span.from.0, span.to.0));
    let lane = |at: Option<usize>| TOP + LANE * lane_count(at.unwrap_or(0));
    let bars = runs.iter().flat_map(|run| bar(run, now, &axis, lane(nodes.iter().position(|node| *node == run.node))));
    let work = work.iter().flat_map(|stretch| {
        let at = kinds.iter().position(|kind| *kind == (&stretch.server, stretch.work));
        work_bar(stretch, &axis, lane(at.map(|at| nodes.len() + at)))
    });
    let now_x = axis.x(window.now.0);
    let now_text =
        label("now-text", now_x.clone(), TOP - 9, axis.anchor(window.now.0), ["now ", &short(window.now)].concat());
    el("svg")
        .class("window-axis")
        .with("width", "100%")
        .with("height", (floor + 20).to_string())
        .with("role", "img")
        .with("aria-label", spoken(window, &axis))
        .all(spans.map(|span| shade(span, &window.label, &axis, floor)))
        .child(line("axis-line", ("0".into(), "100%".into()), (floor, floor)))
        .all(hours(&axis).into_iter().flat_map(|at| hour(at, &axis, floor)))
        .all(bars)
        .all(work)
        .all(restarts(window, &axis, TOP + lanes * LANE))
        .child(line("now-line", (now_x.clone(), now_x), (TOP - 6, floor + 4)))
        .child(now_text)
}

fn shade(span: &TimeSpan, label: &str, axis: &Axis, floor: i64) -> Element {
    let words = [label, " ", &short(span.from), " to ", &short(span.to)].concat();
    rect("shade", axis, (span.from.0, span.to.0), (TOP - 4, floor - TOP + 4)).child(el("title").text(words))
}

fn bar(run: &BackupRun, now: Timestamp, axis: &Axis, y: i64) -> [Element; 2] {
    let (from, to) = (run.started_at.0, run.ended_at.unwrap_or(now).0);
    let class = match (run.ended_at, run.is_waiting) {
        (None, true) => "run-bar waiting",
        (None, false) => "run-bar running",
        (Some(_), _) if run.status == "OK" => "run-bar",
        (Some(_), _) => "run-bar failed",
    };
    named_bar(class, [&run.node, " · ", &run_words(run)].concat(), axis, (from, to), y)
}

fn work_bar(stretch: &Stretch, axis: &Axis, y: i64) -> [Element; 2] {
    let class = match (stretch.is_running, stretch.failed) {
        (true, _) => "run-bar work running",
        (false, 0) => "run-bar work",
        (false, _) => "run-bar work failed",
    };
    named_bar(class, work_words(stretch), axis, (stretch.span.from.0, stretch.span.to.0), y)
}

/// A bar with its words above it.
fn named_bar(class: &'static str, words: String, axis: &Axis, (from, to): (i64, i64), y: i64) -> [Element; 2] {
    let anchor = axis.anchor(from);
    let text_at = if anchor == "end" { to } else { from };
    [label("run-text", axis.x(text_at), y + 12, anchor, words), rect(class, axis, (from, to), (y + 17, 9))]
}

/// What the backup servers did, where a panel of its own knows it.
fn stretches(window: &Window) -> impl Iterator<Item = &Stretch> {
    window.detail.iter().flat_map(|detail| &detail.stretches)
}

/// `pbs · backup, running since 02:00`; `pbs · verification 06:30 to 08:05, 1 of 2 failed`.
fn work_words(stretch: &Stretch) -> String {
    let begin = [&stretch.server, " · ", stretch.work.words()].concat();
    if stretch.is_running {
        return [&begin, ", running since ", &short(stretch.span.from)].concat();
    }
    let ends = [" ", &short(stretch.span.from), " to ", &short(stretch.span.to)].concat();
    [begin, ends, nights::failed_words(stretch)].concat()
}

fn lane_count(lanes: usize) -> i64 {
    i64::try_from(lanes).unwrap_or(0)
}

fn restarts(window: &Window, axis: &Axis, y: i64) -> Vec<Element> {
    let seen: Vec<i64> = window.restarts.iter().map(|at| at.0).filter(|at| axis.shows(*at, *at)).collect();
    let Some(first) = seen.first() else { return Vec::new() };
    let words = match seen.len() {
        1 => "1 restart".to_owned(),
        count => [&count.to_string(), " restarts"].concat(),
    };
    let words = label("run-text", axis.x(*first), y + 11, axis.anchor(*first), words);
    let ticks = seen.iter().map(|at| line("restart", (axis.x(*at), axis.x(*at)), (y + 15, y + 28)));
    [words].into_iter().chain(ticks).collect()
}

/// Whole hours on the axis: every one, or every second, third, sixth when they would stand too close.
fn hours(axis: &Axis) -> Vec<i64> {
    const HOUR_MS: i64 = 3_600_000;
    let span = (axis.to - axis.from) / HOUR_MS;
    let step = HOUR_MS * [1, 2, 3, 6].into_iter().find(|step| span / step <= 6).unwrap_or(12);
    let first = (axis.from / step + 1) * step;
    (0..).map(|n| first + n * step).take_while(|at| *at < axis.to).collect()
}

fn hour(at: i64, axis: &Axis, floor: i64) -> [Element; 2] {
    [
        line("axis-line", (axis.x(at), axis.x(at)), (floor, floor + 4)),
        label("hour", axis.x(at), floor + 16, "middle", short(Timestamp(at))),
    ]
}

fn label(class: &'static str, x: String, y: i64, anchor: &'static str, words: String) -> Element {
    el("text").class(class).with("x", x).with("y", y.to_string()).with("text-anchor", anchor).text(words)
}

fn line(class: &'static str, x: (String, String), y: (i64, i64)) -> Element {
    let line = el("line").class(class).with("x1", x.0).with("x2", x.1);
    line.with("y1", y.0.to_string()).with("y2", y.1.to_string())
}

/// A bar between two instants; `y` is its top and its height.
fn rect(class: &'static str, axis: &Axis, ends: (i64, i64), y: (i64, i64)) -> Element {
    let rect = el("rect").class(class).with("x", axis.x(ends.0)).with("width", axis.width(ends.0, ends.1));
    rect.with("y", y.0.to_string()).with("height", y.1.to_string())
}

fn numbers(window: &Window, now: Timestamp) -> Element {
    let cell = |words: String| el("td").text(words);
    let row = |run: &BackupRun| {
        let guests = if run.guests.is_empty() { "several".to_owned() } else { run.guests.clone() };
        let length = Span(run.ended_at.unwrap_or(window.now).ms_since(run.started_at)).to_string();
        el("tr")
            .child(el("th").with("scope", "row").text(run.node.clone()))
            .child(cell(guests))
            .child(cell(clock_text(run.started_at, now)))
            .child(cell(run.ended_at.map(|at| clock_text(at, now)).unwrap_or_default()))
            .child(cell(length).class("num"))
            .child(cell(run_state(run)))
    };
    let head = ["Node", "Guests", "Began", "Ended", "Took", "Status"];
    let head = head.map(|name| el("th").with("scope", "col").text(name));
    let table = el("table")
        .class("rows")
        .child(el("thead").child(el("tr").all(head)))
        .child(el("tbody").all(window.runs.iter().map(row)));
    rows::scroll("Backup runs".into(), table)
}

/// The drawing in words.
fn spoken(window: &Window, axis: &Axis) -> String {
    let spans = window
        .spans
        .iter()
        .filter(|span| axis.shows(span.from.0, span.to.0))
        .map(|span| format!("{} {} {} to {}.", window.label, span.from.date(), short(span.from), short(span.to)));
    let is_seen = |run: &&BackupRun| axis.shows(run.started_at.0, run.ended_at.unwrap_or(window.now).0);
    let runs = window.runs.iter().filter(is_seen).map(|run| [&run.node, ": ", &run_words(run), "."].concat());
    let work = stretches(window).filter(|work| axis.shows(work.span.from.0, work.span.to.0));
    let work = work.map(|stretch| [&work_words(stretch), "."].concat());
    let mut words: Vec<String> = spans.chain(runs).chain(work).collect();
    words.push(["Now ", &short(window.now), "."].concat());
    words.join(" ")
}

fn run_words(run: &BackupRun) -> String {
    match run.ended_at {
        Some(end) => [&short(run.started_at), " to ", &short(end), ", ", &run_state(run)].concat(),
        None => [&run_state(run), " since ", &short(run.started_at)].concat(),
    }
}

fn run_state(run: &BackupRun) -> String {
    match (run.ended_at, run.is_waiting) {
        (None, true) => "waiting for the lock".into(),
        (None, false) => "running".into(),
        (Some(_), _) => run.status.clone(),
    }
}

fn distance(span: &TimeSpan, at: i64) -> i64 {
    if at < span.from.0 { span.from.0 - at } else { (at - span.to.0).max(0) }
}

fn percent(permille: i64) -> String {
    format!("{}.{}%", permille / 10, permille % 10)
}

/// `02:23`.
fn short(at: Timestamp) -> String {
    let mut clock = at.clock();
    clock.truncate(5);
    clock
}
