//! A report as plain text: the head that every panel has, then its body.

use std::fmt::{self, Write};

use runbook::{
    chart::{Chart, number_text},
    columns,
    outcome::{Body, FindingState, Findings, Log, Outcome, Report, RestartTable, Table},
    time::Timestamp,
};

use super::verdict::verdict;

/// Most bytes of a body that has no text of its own and is written as JSON.
const MAX_JSON_BYTES: usize = 16 * 1024;

/// The whole report.
pub fn report(report: &Report) -> String {
    let mut text = String::new();
    // A `String` takes everything.
    let _ = write_report(report, &mut text);
    text
}

fn write_report(report: &Report, out: &mut String) -> fmt::Result {
    let source = if report.source.is_empty() { String::new() } else { format!(", {}", report.source) };
    writeln!(out, "{}{source}, {}", report.title, time(report.asked_at))?;
    writeln!(out, "Outcome: {}", report.outcome.word())?;
    match &report.outcome {
        Outcome::Unknown(unknown) => {
            writeln!(out, "Not known: {}", unknown.asked)?;
            writeln!(out, "Reason: {}", unknown.reason)?;
            writeln!(out, "What would help: {}", unknown.remedy)?;
            if let Some(id) = &unknown.log_id {
                writeln!(out, "The log of Runlight has the cause under {id}.")?;
            }
        }
        known => writeln!(out, "{}", known.summary())?,
    }
    report.notes.iter().try_for_each(|note| writeln!(out, "Note: {note}"))?;
    out.push('\n');
    write_body(&report.body, out)
}

fn write_body(body: &Body, out: &mut String) -> fmt::Result {
    match body {
        Body::Empty => Ok(()),
        Body::RestartTable(table) => write_restarts(table, out),
        Body::Table(table) => write_table(table, out),
        Body::Log(log) => write_log(log, out),
        Body::Verdict(judged) => verdict(judged, out),
        Body::Several(reports) => reports.iter().try_for_each(|report| {
            write_report(report, out)?;
            writeln!(out)
        }),
        Body::Chart(chart) => write_chart(chart, out),
        Body::Description(description) => write_text(&description.text, out),
        Body::Document(document) => write_text(&document.text, out),
        Body::Text { text } => write_text(text, out),
        Body::Findings(findings) => write_findings(findings, out),
        Body::Memory(advice) => {
            writeln!(out, "{}", advice.sentence)?;
            advice.steps.iter().try_for_each(|step| writeln!(out, "\n{}:\n{}", step.label, step.yaml))
        }
        Body::Window(_) | Body::Recovery(_) => write_json(body, out),
    }
}

fn write_text(text: &str, out: &mut String) -> fmt::Result {
    out.push_str(text);
    if text.is_empty() || text.ends_with('\n') { Ok(()) } else { writeln!(out) }
}

/// What is mostly times and numbers: its sentence stands above, this is the rest.
fn write_json(body: &Body, out: &mut String) -> fmt::Result {
    let text = serde_json::to_string(body).map_err(|_| fmt::Error)?;
    match text.len() > MAX_JSON_BYTES {
        true => writeln!(out, "[{} bytes of times and numbers are left out; the page draws them.]", text.len()),
        false => writeln!(out, "{text}"),
    }
}

fn write_restarts(table: &RestartTable, out: &mut String) -> fmt::Result {
    let heads = ["NAMESPACE", "POD", "CONTAINER", "READY", "STATUS", "RESTARTS", "LAST HOUR", "LAST STATE", "ALERT"];
    let rows = table.rows.iter().map(|row| {
        let last = row.last_state.as_ref().map_or_else(String::new, |last| {
            let code = last.exit_code.map_or_else(String::new, |code| format!(", exit code {code}"));
            let at = last.at.map_or_else(String::new, |at| format!(", {}", time(at)));
            format!("{}{code}{at}", last.reason)
        });
        let alert = match (&row.excluded_by, row.is_bound) {
            (Some(matcher), _) => format!("left out by {matcher}"),
            (None, true) => "this pod".to_owned(),
            (None, false) => String::new(),
        };
        vec![
            row.namespace.clone(),
            row.pod.clone(),
            row.container.clone(),
            row.ready.clone(),
            row.status.clone(),
            row.restarts.to_string(),
            row.restarts_last_hour.to_string(),
            last,
            alert,
        ]
    });
    write_columns(&heads.map(str::to_owned), &rows.collect::<Vec<_>>(), out)?;
    if let Some(since) = table.stale_since {
        writeln!(out, "The watch is broken since {}: this is as old.", time(since))?;
    }
    writeln!(out, "{} of {} pods.", table.rows.len(), table.total_pods)
}

fn write_table(table: &Table, out: &mut String) -> fmt::Result {
    let heads: Vec<String> = table.columns.iter().map(|column| column.name.to_uppercase()).collect();
    let rows: Vec<Vec<String>> =
        table.rows.iter().map(|row| row.cells.iter().map(|cell| cell.replace('\n', " ")).collect()).collect();
    write_columns(&heads, &rows, out)?;
    writeln!(out, "{} of {} rows.", table.rows.len(), table.total_rows)
}

fn write_columns(heads: &[String], rows: &[Vec<String>], out: &mut String) -> fmt::Result {
    columns::align(Some(heads), rows).iter().try_for_each(|line| writeln!(out, "{}", line.trim_end()))
}

fn write_log(log: &Log, out: &mut String) -> fmt::Result {
    let previous = if log.is_previous { ", the run before" } else { "" };
    writeln!(out, "{} {}{previous}: {}", log.pod, log.container, log.extent)?;
    if let Some(absence) = &log.absence {
        return writeln!(out, "{absence}");
    }
    for line in &log.lines {
        let mark = if line.is_match { "> " } else { "" };
        let at = line.at.map_or_else(String::new, |at| format!("{} ", at.rfc3339()));
        let text: String = line.spans.iter().map(|span| span.text.as_str()).collect();
        writeln!(out, "{mark}{at}{text}")?;
    }
    Ok(())
}

fn write_chart(chart: &Chart, out: &mut String) -> fmt::Result {
    writeln!(out, "{}\n{} to {}", chart.expression, time(chart.span.from), time(chart.span.to))?;
    if let Some(threshold) = chart.threshold {
        writeln!(out, "Threshold: {} {}", threshold.comparison, number_text(threshold.value))?;
    }
    for line in &chart.lines {
        let values = || line.points.iter().map(|(_, value)| *value).filter(|value| value.is_finite());
        let now = line.now.map_or_else(|| "no value now".to_owned(), |now| format!("now {}", number_text(now)));
        let (least, most) = (values().reduce(f64::min), values().reduce(f64::max));
        let between = match (least, most) {
            (Some(least), Some(most)) => format!(", between {} and {}", number_text(least), number_text(most)),
            _ => String::new(),
        };
        writeln!(out, "{}: {now}{between}", line.name)?;
    }
    writeln!(out, "{} of {} series.", chart.lines.len(), chart.total_lines)
}

fn write_findings(findings: &Findings, out: &mut String) -> fmt::Result {
    for row in &findings.rows {
        let state = match row.state {
            FindingState::Good => "ok",
            FindingState::Bad => "wrong",
            FindingState::Unknown => "unknown",
            FindingState::Plain => "-",
        };
        let detail = row.detail.as_ref().map_or_else(String::new, |detail| format!(" ({detail})"));
        writeln!(out, "{state}: {} {}{detail}", row.subject, row.words)?;
    }
    Ok(())
}

/// A moment as everything in plain text writes it.
pub(super) fn time(at: Timestamp) -> String {
    format!("{} {} UTC", at.date(), at.clock())
}

#[cfg(test)]
mod tests {
    use runbook::outcome::{Cause, Column, LogLine, Row, StyledText, Unknown};

    use super::*;

    fn of(outcome: Outcome, body: Body) -> String {
        report(&Report {
            title: "Pods".into(),
            source: "homelab-prod".into(),
            asked_at: Timestamp(1_793_672_621_000),
            outcome,
            body,
            notes: vec!["a note".into()],
        })
    }

    #[test]
    fn an_answer_that_could_not_be_had_says_so_first() {
        let refused = Cause::Unauthorized.unknown("Pods of homelab-prod", "It answered 401.", "Give it a token.");
        let unknown = Unknown { log_id: Some("4bf9".into()), ..refused };
        let text = of(Outcome::Unknown(unknown), Body::Empty);
        for line in ["Outcome: unknown", "Reason: It answered 401.", "What would help: Give it a token.", "under 4bf9"]
        {
            assert!(text.contains(line), "{text}");
        }
        assert!(text.starts_with("Pods, homelab-prod, 2026-11-03"), "{text}");
    }

    #[test]
    fn a_table_keeps_its_columns_and_a_cell_its_line() {
        let columns = ["Name", "Words"].map(|name| Column { name: name.into(), is_numeric: false }).to_vec();
        let row = Row { cells: vec!["web-0".into(), "a\nb".into()], binds: Vec::new(), is_bound: false };
        let text = of(
            Outcome::Pass { summary: "1 row".into() },
            Body::Table(Table { columns, rows: vec![row], total_rows: 7 }),
        );
        assert!(text.contains("NAME    WORDS\nweb-0   a b\n1 of 7 rows.\n"), "{text}");
    }

    #[test]
    fn a_log_says_how_much_of_it_there_is() {
        let line = LogLine {
            at: Some(Timestamp(1_793_672_621_000)),
            spans: vec![StyledText { text: "lost".into(), style: "ansi-red".into() }],
            is_match: true,
        };
        let log = Log {
            pod: "web/web-0".into(),
            container: "app".into(),
            is_previous: true,
            lines: vec![line],
            extent: "last line".into(),
            is_following: false,
            absence: None,
        };
        let text = of(Outcome::Warn { summary: "1 line".into() }, Body::Log(log));
        assert!(text.contains("web/web-0 app, the run before: last line\n> 2026-11-03T"), "{text}");
        assert!(text.trim_end().ends_with("lost"), "{text}");
    }
}
