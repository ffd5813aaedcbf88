//! Judges the value of an expression: against its own threshold, and as lines over the last hour.

use runbook::{
    chart::{Chart, Line, Threshold},
    outcome::{Body, Cause, Outcome, Report, TimeSpan},
    time::Timestamp,
};

use super::{query_text, series_name};
use crate::sources::{
    SourceFailure,
    prometheus::{Labels, Sample, Series, Value},
};

/// Lines that a chart carries; the drawing shows fewer, its table all of them.
const MAX_LINES: usize = 50;

/// What a Prometheus said of an expression.
#[derive(Debug)]
pub(super) struct QueryAnswer {
    /// Which Prometheus.
    pub(super) source: String,
    /// As it was asked.
    pub(super) expression: String,
    /// Its value now.
    pub(super) value: Value,
    /// The value of what it compares.
    pub(super) measured: Value,
    /// The course of what it compares.
    pub(super) course: Result<Vec<Series>, SourceFailure>,
    /// The stretch of time of the course.
    pub(super) span: TimeSpan,
    /// What it compares with.
    pub(super) threshold: Option<Threshold>,
    /// The same on Prometheus' own page.
    pub(super) graph_href: String,
    /// When it was asked.
    pub(super) asked_at: Timestamp,
}

/// The panel's header.
pub(super) const TITLE: &str = "PromQL over the last hour";

/// What stands behind a pipe is judged as text.
pub(super) fn judge(answer: &QueryAnswer, now: Timestamp) -> Report {
    let gap = answer.course.as_ref().err();
    let gap = gap.map(|failure| format!("The last hour cannot be drawn: {} {}", failure.reason, failure.remedy));
    let (outcome, body) = draw(answer);
    Report {
        title: TITLE.into(),
        source: answer.source.clone(),
        asked_at: answer.asked_at.min(now),
        outcome,
        body,
        notes: gap.into_iter().collect(),
    }
}

fn draw(answer: &QueryAnswer) -> (Outcome, Body) {
    if let Value::String((_, text)) = &answer.value {
        return (Outcome::Pass { summary: "A text.".into() }, Body::Text { text: text.clone() });
    }
    let mut lines = lines_of(answer);
    if lines.is_empty() {
        return (nothing(answer), Body::Empty);
    }
    let rank = |line: &Line| {
        let now = line.now.filter(|value| !value.is_nan());
        (is_met(answer.threshold, line), now.unwrap_or(f64::NEG_INFINITY))
    };
    lines.sort_by(|a, b| {
        let ((a_met, a_now), (b_met, b_now)) = (rank(a), rank(b));
        b_met.cmp(&a_met).then(b_now.total_cmp(&a_now)).then_with(|| a.name.cmp(&b.name))
    });
    let outcome = summarise(answer.threshold, &lines);
    let total_lines = lines.len();
    lines.truncate(MAX_LINES);
    let chart = Chart {
        expression: answer.expression.clone(),
        span: answer.span,
        lines,
        total_lines,
        threshold: answer.threshold,
        graph_href: Some(answer.graph_href.clone()),
    };
    (outcome, Body::Chart(chart))
}

/// No series: that nothing is wrong cannot be told from that nothing is measured.
fn nothing(answer: &QueryAnswer) -> Outcome {
    let expression = &answer.expression;
    if expression.contains("absent") {
        return Outcome::Pass { summary: "Nothing that it asks for is absent.".into() };
    }
    Outcome::Unknown(Cause::NotFound.unknown(
        expression.clone(),
        format!("{} has no series for this expression now.", answer.source),
        "Check the names of its metric and labels, and that what exports them is scraped.",
    ))
}

fn summarise(threshold: Option<Threshold>, lines: &[Line]) -> Outcome {
    let first = &lines[0];
    let value = |line: &Line| line.now.map_or_else(|| "no value now".to_owned(), query_text::number);
    let Some(threshold) = threshold else {
        let summary = match lines.len() {
            1 => format!("The value is {}.", value(first)),
            many => format!("{many} series; the highest is {} ({}).", value(first), first.name),
        };
        return Outcome::Pass { summary };
    };
    let limit = format!("{} {}", threshold.comparison.words(), query_text::number(threshold.value));
    let met = lines.iter().filter(|line| is_met(Some(threshold), line)).count();
    match (met, lines.len()) {
        (0, 1) => Outcome::Pass { summary: format!("The value is {}: not {limit}.", value(first)) },
        (0, many) => Outcome::Pass {
            summary: format!("None of {many} series is {limit}; the highest is {} ({}).", value(first), first.name),
        },
        (1, 1) => Outcome::Warn { summary: format!("The value is {}: {limit}.", value(first)) },
        (1, many) => {
            Outcome::Warn { summary: format!("1 of {many} series is {limit}: {} at {}.", first.name, value(first)) }
        }
        (met, many) => Outcome::Warn {
            summary: format!("{met} of {many} series are {limit}, first of all {} at {}.", first.name, value(first)),
        },
    }
}

fn is_met(threshold: Option<Threshold>, line: &Line) -> bool {
    threshold.is_some_and(|threshold| line.now.is_some_and(|value| threshold.is_met_by(value)))
}

/// A series before it has a name.
struct Found<'a> {
    labels: &'a Labels,
    now: Option<f64>,
    points: Vec<(Timestamp, f64)>,
}

/// Every series that has a value now, or had one in the last hour, under the shortest name that tells it apart.
fn lines_of(answer: &QueryAnswer) -> Vec<Line> {
    let mut course: Vec<&Series> = answer.course.iter().flatten().collect();
    let points = |series: &Series| series.values.iter().map(|point| (point.at(), point.number)).collect::<Vec<_>>();
    let nameless = Labels::new();
    let mut found: Vec<Found<'_>> = Vec::new();
    match &answer.measured {
        Value::Vector(samples) => {
            for Sample { metric: labels, value } in samples {
                let at = course.iter().position(|series| series.metric == *labels);
                let points = at.map_or_else(Vec::new, |at| points(course.swap_remove(at)));
                found.push(Found { labels, now: value.as_ref().map(|point| point.number), points });
            }
        }
        Value::Matrix(all) => found.extend(all.iter().map(|series| Found {
            labels: &series.metric,
            now: series.values.last().map(|point| point.number),
            points: points(series),
        })),
        Value::Scalar(point) => {
            let points = course.first().map_or_else(Vec::new, |series| points(series));
            found.push(Found { labels: &nameless, now: Some(point.number), points });
            course.clear();
        }
        Value::String(_) => {}
    }
    found.extend(course.iter().map(|series| Found { labels: &series.metric, now: None, points: points(series) }));
    let names = series_name::shortest(&found.iter().map(|found| found.labels).collect::<Vec<_>>());
    let line = |(found, name): (Found<'_>, String)| Line {
        name,
        labels: found.labels.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
        now: found.now,
        points: found.points,
    };
    found.into_iter().zip(names).map(line).collect()
}

#[cfg(test)]
mod tests {
    use runbook::chart::Comparison;

    use super::*;

    const ABOVE_FIVE: Threshold = Threshold { comparison: Comparison::Above, value: 5.0 };

    fn line(name: &str, now: Option<f64>) -> Line {
        Line { name: name.into(), labels: Vec::new(), now, points: Vec::new() }
    }

    #[test]
    fn says_which_series_meet_the_threshold() {
        let lines = [line("a/x", Some(9.02)), line("a/y", Some(6.0)), line("a/z", Some(1.0))];
        let outcome = summarise(Some(ABOVE_FIVE), &lines);
        assert_eq!(outcome.word(), "warn");
        assert_eq!(outcome.summary(), "2 of 3 series are above 5, first of all a/x at 9.02.");
        let outcome = summarise(Some(ABOVE_FIVE), &lines[2..]);
        assert_eq!((outcome.word(), outcome.summary()), ("pass", "The value is 1: not above 5."));
        assert_eq!(summarise(None, &lines).summary(), "3 series; the highest is 9.02 (a/x).");
    }

    #[test]
    fn takes_no_value_and_not_a_number_for_no_alarm() {
        for now in [None, Some(f64::NAN)] {
            assert!(!is_met(Some(ABOVE_FIVE), &line("a", now)));
        }
        assert!(is_met(Some(ABOVE_FIVE), &line("a", Some(f64::INFINITY))));
    }
}
