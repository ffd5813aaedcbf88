//! Judges what amtool lists: alerts and silences. Shows them; the home page says what matters of them.

use runbook::{
    filter::{self, Budget, Line, TooCostly},
    outcome::{Body, Column, Outcome, Report, Row, Table},
    time::Timestamp,
};

use super::Ask;
use crate::sources::alertmanager::{Alert, Silence};

/// Rows that a panel shows.
const MAX_ROWS: usize = 500;

/// Widest column: one long cell must not widen all others without end.
const MAX_WIDTH: usize = 1_000;

/// A list in amtool's own columns.
#[derive(Debug)]
pub(super) struct ListingAnswer {
    source: String,
    what: &'static str,
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    asked_at: Timestamp,
}

/// `amtool alert query`.
pub(super) fn alerts(source: String, mut alerts: Vec<Alert>, asked_at: Timestamp) -> ListingAnswer {
    alerts.sort_by_key(|alert| alert.since);
    let row = |alert: &Alert| {
        let summary = alert.annotations.get("summary").map_or("", String::as_str);
        [alert.name(), &utc(alert.since), summary, "active"].map(str::to_owned).to_vec()
    };
    let head = vec!["Alertname", "Starts At", "Summary", "State"];
    ListingAnswer { source, what: "Active alerts", head, rows: alerts.iter().map(row).collect(), asked_at }
}

/// `amtool silence query`.
pub(super) fn silences(source: String, mut silences: Vec<Silence>, asked_at: Timestamp) -> ListingAnswer {
    silences.sort_by_key(|silence| silence.ends_at);
    let row = |silence: Silence| {
        vec![silence.id, silence.matchers.join(" "), utc(silence.ends_at), silence.created_by, silence.comment]
    };
    let head = vec!["ID", "Matchers", "Ends At", "Created By", "Comment"];
    ListingAnswer { source, what: "Silences", head, rows: silences.into_iter().map(row).collect(), asked_at }
}

pub(super) fn judge(answer: &ListingAnswer, ask: &Ask, now: Timestamp, budget: &Budget) -> Result<Report, TooCostly> {
    let total = answer.rows.len();
    let (body, summary) = if ask.check.filters.is_empty() {
        let columns = answer.head.iter().map(|name| Column { name: (*name).to_owned(), is_numeric: false }).collect();
        let row = |cells: &Vec<String>| Row { cells: cells.clone(), binds: Vec::new(), is_bound: false };
        let rows = answer.rows.iter().take(MAX_ROWS).map(row).collect();
        let summary = match total {
            0 => format!("{}: none.", answer.what),
            1 => format!("{}: 1.", answer.what),
            total => format!("{}: {total}.", answer.what),
        };
        (Body::Table(Table { columns, rows, total_rows: total }), summary)
    } else {
        let kept = filter::apply(&ask.check.filters, lines(answer), budget)?;
        let text: Vec<&str> = kept.iter().map(|line| line.text.as_str()).collect();
        let summary = format!("{} lines after the command's filters.", kept.len());
        (Body::Text { text: text.join("\n") }, summary)
    };
    Ok(Report {
        title: answer.what.into(),
        source: answer.source.clone(),
        asked_at: answer.asked_at.min(now),
        outcome: Outcome::Pass { summary },
        body,
        notes: Vec::new(),
    })
}

/// The lines that amtool prints: two blanks after every cell, the last one too.
pub(super) fn lines(answer: &ListingAnswer) -> Vec<Line> {
    let head: Vec<String> = answer.head.iter().map(|name| (*name).to_owned()).collect();
    let all: Vec<&Vec<String>> = std::iter::once(&head).chain(&answer.rows).collect();
    let width = |column: usize| all.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).min(MAX_WIDTH) + 2;
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let text = |row: &Vec<String>| -> String {
        row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}", width = *width)).collect()
    };
    all.iter().enumerate().map(|(index, row)| Line { text: text(row), origin: Some(index) }).collect()
}

/// `2026-11-23 07:04:09 UTC`.
fn utc(at: Timestamp) -> String {
    format!("{} {} UTC", at.date(), at.clock())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_what_a_real_amtool_prints() {
        let silence = Silence {
            id: "5982d98c-bb39-4df8-8ade-bf24cf579e80".into(),
            matchers: vec!["alertname=\"UpAlways\"".into()],
            ends_at: Timestamp(1_795_424_649_828),
            created_by: "me".into(),
            comment: "noisy".into(),
        };
        let answer = silences("home".into(), vec![silence], Timestamp(0));
        let texts: Vec<String> = lines(&answer).into_iter().map(|line| line.text).collect();
        assert_eq!(
            texts,
            [
                "ID                                    Matchers              Ends At                  Created By  Comment  ",
                "5982d98c-bb39-4df8-8ade-bf24cf579e80  alertname=\"UpAlways\"  2026-11-23 09:04:09 UTC  me          noisy    ",
            ]
        );
        let none = alerts("home".into(), Vec::new(), Timestamp(0));
        assert_eq!(lines(&none)[0].text, "Alertname  Starts At  Summary  State  ");
    }
}
