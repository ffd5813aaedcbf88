//! What an expression has been over time: lines told apart by their dashes, the threshold as a labelled line, and the
//! numbers as a table one press away. It reads without colour.

use runbook::{
    chart::{Chart, Line, number_text},
    time::Timestamp,
};

use super::{
    chart_scale::{Scale, Times},
    grouped,
    node::{Element, Node, el, text},
    note, rows,
};

/// Lines that are drawn; the table has them all.
const DRAWN: usize = 6;
/// Heights in pixels: above the plot, the plot, and what stands under it.
const TOP: i64 = 18;
const HEIGHT: i64 = 130;
const FOOT: i64 = 22;
/// Side of the box in which lines are drawn before it is stretched over the plot.
const BOX: f64 = 1_000.0;

/// The drawing, its legend, the numbers and the link to the same on Prometheus' own page.
pub(super) fn draw(chart: &Chart) -> Vec<Node> {
    let lines = &chart.lines[..chart.lines.len().min(DRAWN)];
    let has_course = lines.iter().any(|line| line.points.len() > 1);
    let mut drawn = Vec::new();
    if has_course {
        drawn.push(plot(chart, lines).into());
    }
    let items = lines.iter().enumerate().map(|(at, line)| legend(at, line, chart, has_course));
    drawn.push(el("ul").class("chart-legend").all(items).into());
    if chart.total_lines > lines.len() {
        let words = format!("The first {} of {} series.", lines.len(), grouped(chart.total_lines));
        drawn.push(note([text(words)]));
    }
    let numbers = el("details").class("numbers").child(el("summary").text("The numbers")).child(numbers(chart));
    drawn.push(numbers.into());
    if let Some(href) = &chart.graph_href {
        let link = el("a").with("href", href.clone()).with("rel", "noreferrer").text("The same in Prometheus");
        drawn.push(note([link.into()]));
    }
    drawn
}

fn plot(chart: &Chart, lines: &[Line]) -> Element {
    let values = lines.iter().flat_map(|line| line.points.iter().map(|(_, value)| *value));
    let scale = Scale::over(values.chain(chart.threshold.map(|threshold| threshold.value)));
    let times = Times::over(chart.span);
    let y = |value: f64| format!("{:.1}", TOP as f64 + (1.0 - scale.share(value)) * HEIGHT as f64);
    let grid = scale.marks().into_iter().flat_map(|mark| {
        let line = level("grid", y(mark));
        [line, label("grid-text", "0".into(), y(mark), "start", number_text(mark))]
    });
    let ticks = times.marks().into_iter().map(|at| {
        let words = Timestamp(at).clock();
        let middle = (TOP + HEIGHT + 16).to_string();
        label("tick", times.x(at), middle, "middle", words[..5].to_owned())
    });
    let threshold = chart.threshold.into_iter().flat_map(|threshold| {
        let words = format!("{} {}", threshold.comparison, number_text(threshold.value));
        let at = y(threshold.value);
        [level("threshold", at.clone()), label("threshold-text", "100%".into(), at, "end", words)]
    });
    let paths = lines.iter().enumerate().map(|(at, line)| {
        let path = el("path").class(format!("chart-line line-{at}")).with("vector-effect", "non-scaling-stroke");
        path.with("d", course(line, &scale, &times)).child(el("title").text(line.name.clone()))
    });
    let stretched = el("svg")
        .with("x", "0")
        .with("y", TOP.to_string())
        .with("width", "100%")
        .with("height", HEIGHT.to_string())
        .with("viewBox", "0 0 1000 1000")
        .with("preserveAspectRatio", "none")
        .all(paths);
    el("svg")
        .class("chart")
        .with("width", "100%")
        .with("height", (TOP + HEIGHT + FOOT).to_string())
        .with("role", "img")
        .with("aria-label", spoken(chart, lines))
        .all(grid)
        .all(ticks)
        .all(threshold)
        .child(stretched)
}

/// A line's way through the box, broken where values are missing.
fn course(line: &Line, scale: &Scale, times: &Times) -> String {
    let mut way = String::new();
    let mut before: Option<i64> = None;
    let steps = line.points.windows(2).map(|pair| pair[1].0.0 - pair[0].0.0).filter(|step| *step > 0);
    let longest_step = steps.min().unwrap_or(0) * 5 / 2;
    for (at, value) in line.points.iter().filter(|(_, value)| value.is_finite()) {
        let is_on = before.is_some_and(|before| at.0 - before <= longest_step);
        let (x, y) = (times.share(at.0) * BOX, (1.0 - scale.share(*value)) * BOX);
        way.push_str(&format!("{}{x:.1} {y:.1}", if is_on { "L" } else { "M" }));
        before = Some(at.0);
    }
    way
}

fn legend(at: usize, line: &Line, chart: &Chart, has_course: bool) -> Element {
    let sample = has_course.then(|| {
        let path = el("path").class(format!("chart-line line-{at}")).with("d", "M0 5H28");
        el("svg").class("sample").with("viewBox", "0 0 28 10").with("aria-hidden", "true").child(path)
    });
    el("li")
        .all(sample)
        .child(el("span").class("chart-name").text(line.name.clone()))
        .child(el("span").class("chart-value").text(now_text(line)))
        .all(verdict(line, chart).map(|words| el("span").class("chart-met").text(words)))
}

/// `above 5`, for a line that is.
fn verdict(line: &Line, chart: &Chart) -> Option<String> {
    let threshold = chart.threshold?;
    let is_met = line.now.is_some_and(|value| threshold.is_met_by(value));
    is_met.then(|| format!("{} {}", threshold.comparison.words(), number_text(threshold.value)))
}

fn numbers(chart: &Chart) -> Element {
    let heads = ["Series", "Now", "Lowest", "Highest"].into_iter().chain(chart.threshold.map(|_| "Threshold"));
    let head = heads.map(|name| el("th").with("scope", "col").text(name));
    let row = |line: &Line| {
        let values = || line.points.iter().map(|(_, value)| *value).filter(|value| value.is_finite());
        let lowest = values().reduce(f64::min).map(number_text);
        let highest = values().reduce(f64::max).map(number_text);
        let number = |words: Option<String>| el("td").class("num").text(words.unwrap_or_default());
        let met = chart.threshold.map(|_| el("td").text(verdict(line, chart).unwrap_or_default()));
        el("tr")
            .child(el("th").with("scope", "row").text(line.name.clone()))
            .child(number(line.now.map(number_text)))
            .child(number(lowest))
            .child(number(highest))
            .all(met)
    };
    let table = el("table")
        .class("rows")
        .child(el("thead").child(el("tr").all(head)))
        .child(el("tbody").all(chart.lines.iter().map(row)));
    rows::scroll("The numbers of the chart".into(), table)
}

/// The drawing in words.
fn spoken(chart: &Chart, lines: &[Line]) -> String {
    let mut words = vec![format!("{} over the last hour.", chart.expression)];
    words.extend(lines.iter().map(|line| format!("{}: {} now.", line.name, now_text(line))));
    words.extend(
        chart.threshold.map(|it| format!("The threshold is {} {}.", it.comparison.words(), number_text(it.value))),
    );
    words.join(" ")
}

fn now_text(line: &Line) -> String {
    line.now.map_or_else(|| "none".to_owned(), number_text)
}

fn level(class: &'static str, y: String) -> Element {
    let line = el("line").class(class).with("x1", "0").with("x2", "100%");
    line.with("y1", y.clone()).with("y2", y)
}

/// Words at a place; those of a level stand a little above it.
fn label(class: &'static str, x: String, y: String, anchor: &'static str, words: String) -> Element {
    let lift = if class == "tick" { "0" } else { "-4" };
    el("text").class(class).with("x", x).with("y", y).with("dy", lift).with("text-anchor", anchor).text(words)
}
