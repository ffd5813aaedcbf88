//! Backup runs against a daily window, on one time axis. It reads without colour: every mark has its words.

use leptos::prelude::*;
use runbook::{
    outcome::{BackupRun, TimeSpan, Window},
    time::{Span, Timestamp},
};

use super::Drawing;
use crate::ui::time;

/// Nothing further than this from the window nearest to now is drawn; it stands in the table.
const REACH_MS: i64 = 3 * 3_600_000;
/// Least space on either side of the axis.
const MARGIN_MS: i64 = 15 * 60_000;
/// Heights in pixels.
const TOP: i64 = 22;
const LANE: i64 = 34;

/// The axis, what stands beside it in words, and the numbers one press away.
pub(super) fn view(window: &Window, drawing: Drawing<'_>) -> AnyView {
    let now = drawing.now;
    let next = window.next_run.map(|at| view! { <p class="note">"Next run " {time::instant(at, now)} "."</p> });
    let node_time = window.node_time.clone().map(|text| view! { <p class="note">"On the node it is " {text} "."</p> });
    let locked = (!window.locked_guests.is_empty()).then(
        || view! { <p class="note">{format!("Locked for backup now: {}.", window.locked_guests.join(", "))}</p> },
    );
    view! {
        {axis(window)}
        {locked}
        {next}
        {node_time}
        <details class="numbers">
            <summary>"The numbers"</summary>
            {numbers(window, now)}
        </details>
    }
    .into_any()
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
        for at in ends.chain(window.restarts.iter().map(|at| at.0)).filter(|at| is_near(*at)) {
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

fn axis(window: &Window) -> AnyView {
    let axis = Axis::of(window);
    let mut nodes: Vec<&str> = window.runs.iter().map(|run| run.node.as_str()).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let lanes = i64::try_from(nodes.len().max(1)).unwrap_or(1);
    let floor = TOP + lanes * LANE + if window.restarts.is_empty() { 0 } else { LANE };
    let height = floor + 20;
    let shades: Vec<_> = window
        .spans
        .iter()
        .filter(|span| axis.shows(span.from.0, span.to.0))
        .map(|span| shade(span, &window.label, &axis, floor))
        .collect();
    let bars: Vec<_> = window
        .runs
        .iter()
        .filter(|run| axis.shows(run.started_at.0, run.ended_at.unwrap_or(window.now).0))
        .map(|run| {
            let lane = nodes.iter().position(|node| *node == run.node).unwrap_or(0);
            bar(run, window.now, &axis, TOP + LANE * i64::try_from(lane).unwrap_or(0))
        })
        .collect();
    let restarts = restarts(window, &axis, TOP + lanes * LANE);
    let hours: Vec<_> = hours(&axis).into_iter().map(|at| hour(at, &axis, floor)).collect();
    let now_x = axis.x(window.now.0);
    view! {
        <svg class="window-axis" width="100%" height=height role="img" aria-label=spoken(window)>
            {shades}
            <line class="axis-line" x1="0" x2="100%" y1=floor y2=floor />
            {hours}
            {bars}
            {restarts}
            <line class="now-line" x1=now_x.clone() x2=now_x.clone() y1=TOP - 6 y2=floor + 4 />
            <text class="now-text" x=now_x y=TOP - 9 text-anchor=axis.anchor(window.now.0)>
                {format!("now {}", short(window.now))}
            </text>
        </svg>
    }
    .into_any()
}

fn shade(span: &TimeSpan, label: &str, axis: &Axis, floor: i64) -> AnyView {
    let (from, to) = (span.from.0, span.to.0);
    let words = format!("{label} {} to {}", short(span.from), short(span.to));
    view! {
        <rect class="shade" x=axis.x(from) y=TOP - 4 width=axis.width(from, to) height=floor - TOP + 4>
            <title>{words}</title>
        </rect>
    }
    .into_any()
}

fn bar(run: &BackupRun, now: Timestamp, axis: &Axis, y: i64) -> AnyView {
    let (from, to) = (run.started_at.0, run.ended_at.unwrap_or(now).0);
    let is_running = run.ended_at.is_none();
    let kind = match (is_running, run.is_waiting) {
        (true, true) => "bar waiting",
        (true, false) => "bar running",
        (false, _) if run.status == "OK" => "bar",
        (false, _) => "bar failed",
    };
    let words = format!("{} · {}", run.node, run_words(run));
    let anchor = axis.anchor(from);
    let text_at = if anchor == "end" { to } else { from };
    view! {
        <text class="bar-text" x=axis.x(text_at) y=y + 12 text-anchor=anchor>{words}</text>
        <rect class=kind x=axis.x(from) y=y + 17 width=axis.width(from, to) height="9" />
    }
    .into_any()
}

fn restarts(window: &Window, axis: &Axis, y: i64) -> Option<impl IntoView + use<>> {
    let seen: Vec<_> = window.restarts.iter().filter(|at| axis.shows(at.0, at.0)).collect();
    let first = seen.first()?.0;
    let words = match seen.len() {
        1 => "1 restart".to_owned(),
        count => format!("{count} restarts"),
    };
    let ticks: Vec<_> = seen
        .iter()
        .map(|at| view! { <line class="restart" x1=axis.x(at.0) x2=axis.x(at.0) y1=y + 15 y2=y + 28 /> })
        .collect();
    let anchor = axis.anchor(first);
    Some(view! { <text class="bar-text" x=axis.x(first) y=y + 11 text-anchor=anchor>{words}</text> {ticks} })
}

/// Whole hours on the axis: every one, or every second, third, sixth when they would stand too close.
fn hours(axis: &Axis) -> Vec<i64> {
    const HOUR_MS: i64 = 3_600_000;
    let span = (axis.to - axis.from) / HOUR_MS;
    let step = HOUR_MS * [1, 2, 3, 6].into_iter().find(|step| span / step <= 6).unwrap_or(12);
    let first = (axis.from / step + 1) * step;
    (0..).map(|n| first + n * step).take_while(|at| *at < axis.to).collect()
}

fn hour(at: i64, axis: &Axis, floor: i64) -> AnyView {
    view! {
        <line class="axis-line" x1=axis.x(at) x2=axis.x(at) y1=floor y2=floor + 4 />
        <text class="hour" x=axis.x(at) y=floor + 16 text-anchor="middle">{short(Timestamp(at))}</text>
    }
    .into_any()
}

fn numbers(window: &Window, now: Timestamp) -> AnyView {
    let rows: Vec<_> = window
        .runs
        .iter()
        .map(|run| {
            let length = Span(run.ended_at.unwrap_or(window.now).ms_since(run.started_at)).to_string();
            view! {
                <tr>
                    <th scope="row">{run.node.clone()}</th>
                    <td>{if run.guests.is_empty() { "several".to_owned() } else { run.guests.clone() }}</td>
                    <td>{time::clock_text(run.started_at, now)}</td>
                    <td>{run.ended_at.map(|at| time::clock_text(at, now))}</td>
                    <td class="num">{length}</td>
                    <td>{run_state(run)}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="Backup runs">
            <table class="rows">
                <thead>
                    <tr>
                        <th scope="col">"Node"</th>
                        <th scope="col">"Guests"</th>
                        <th scope="col">"Began"</th>
                        <th scope="col">"Ended"</th>
                        <th scope="col" class="num">"Took"</th>
                        <th scope="col">"Status"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The drawing in words.
fn spoken(window: &Window) -> String {
    let spans = window
        .spans
        .iter()
        .map(|span| format!("{} {} {} to {}.", window.label, span.from.date(), short(span.from), short(span.to)));
    let runs = window.runs.iter().map(|run| format!("{}: {}.", run.node, run_words(run)));
    let mut words: Vec<String> = spans.chain(runs).collect();
    words.push(format!("Now {}. {} restarts drawn.", short(window.now), window.restarts.len()));
    words.join(" ")
}

fn run_words(run: &BackupRun) -> String {
    match run.ended_at {
        Some(end) => format!("{} to {}, {}", short(run.started_at), short(end), run_state(run)),
        None => format!("{} since {}", run_state(run), short(run.started_at)),
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
