//! What amtool lists: alerts and silences, in its own columns. The home page says what matters of them.

use runbook::{
    outcome::{Column, Outcome},
    sheet::Sheet,
    time::Timestamp,
};

use super::super::sheet::SheetAnswer;
use crate::sources::alertmanager::{Alert, Silence};

/// Widest column: one long cell must not widen all others without end.
const MAX_WIDTH: usize = 1_000;

/// `amtool alert query`.
pub(super) fn alerts(source: &str, mut alerts: Vec<Alert>, asked_at: Timestamp) -> SheetAnswer {
    alerts.sort_by_key(|alert| alert.since);
    let row = |alert: &Alert| {
        let summary = alert.annotations.get("summary").map_or("", String::as_str);
        [alert.name(), &utc(alert.since), summary, "active"].map(str::to_owned).to_vec()
    };
    let head = ["Alertname", "Starts At", "Summary", "State"];
    list(source, "Active alerts", &head, alerts.iter().map(row).collect(), asked_at)
}

/// `amtool silence query`.
pub(super) fn silences(source: &str, mut silences: Vec<Silence>, asked_at: Timestamp) -> SheetAnswer {
    silences.sort_by_key(|silence| silence.ends_at);
    let row = |silence: Silence| {
        vec![silence.id, silence.matchers.join(" "), utc(silence.ends_at), silence.created_by, silence.comment]
    };
    let head = ["ID", "Matchers", "Ends At", "Created By", "Comment"];
    list(source, "Silences", &head, silences.into_iter().map(row).collect(), asked_at)
}

/// Two blanks stand after every cell, the last one too.
fn list(source: &str, what: &str, head: &[&str], rows: Vec<Vec<String>>, asked_at: Timestamp) -> SheetAnswer {
    let columns: Vec<Column> = head.iter().map(|name| Column { name: (*name).to_owned(), is_numeric: false }).collect();
    let mut sheet = Sheet { columns, ..Sheet::default() };
    let head: Vec<String> = head.iter().map(|name| (*name).to_owned()).collect();
    let all = || std::iter::once(&head).chain(&rows);
    let width = |column: usize| all().map(|row| row[column].chars().count()).max().unwrap_or(0).min(MAX_WIDTH) + 2;
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let text = |row: &[String]| -> String {
        row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}", width = *width)).collect()
    };
    sheet.frame(text(&head));
    let summary = match rows.len() {
        0 => format!("{what}: none."),
        count => format!("{what}: {count}."),
    };
    rows.iter().for_each(|row| sheet.row(text(row), row.clone()));
    let outcome = Some(Outcome::Pass { summary });
    SheetAnswer { outcome, ..SheetAnswer::new(source, what.to_owned(), sheet, asked_at) }
}

/// `2026-11-23 07:04:09 UTC`.
fn utc(at: Timestamp) -> String {
    format!("{} {} UTC", at.date(), at.clock())
}

#[cfg(test)]
mod tests {
    use runbook::{check::Reading, command, filter::Budget, outcome::Body};

    use super::*;
    use crate::checks::{Ask, Situation, sheet};

    #[test]
    fn prints_what_a_real_amtool_prints() {
        let silence = Silence {
            id: "5982d98c-bb39-4df8-8ade-bf24cf579e80".into(),
            matchers: vec!["alertname=\"UpAlways\"".into()],
            ends_at: Timestamp(1_795_424_649_828),
            created_by: "me".into(),
            comment: "noisy".into(),
        };
        let answer = silences("home", vec![silence], Timestamp(0));
        assert_eq!(
            answer.sheet.printed(),
            "ID                                    Matchers              Ends At                  Created By  Comment  \n\
             5982d98c-bb39-4df8-8ade-bf24cf579e80  alertname=\"UpAlways\"  2026-11-23 09:04:09 UTC  me          noisy    \n"
        );
        let none = alerts("home", Vec::new(), Timestamp(0));
        assert_eq!(none.sheet.printed(), "Alertname  Starts At  Summary  State  \n");
    }

    #[test]
    fn a_pipe_that_chooses_silences_keeps_their_table() {
        let read = command::read("amtool silence query | grep noisy", &command::FenceContext::default());
        let Reading::Check { check } = read.reading else { panic!("{:?}", read.reading) };
        let silence = |comment: &str| Silence {
            id: comment.into(),
            matchers: Vec::new(),
            ends_at: Timestamp(0),
            created_by: "me".into(),
            comment: comment.into(),
        };
        let answer = silences("home", vec![silence("noisy"), silence("quiet")], Timestamp(0));
        let ask = Ask { check: *check, situation: Situation::default() };
        let report = sheet::judge(&answer, &ask, Timestamp(0), &Budget::default()).expect("it costs little");
        let Body::Table(table) = report.body else { panic!("{:?}", report.body) };
        assert_eq!(table.rows.iter().map(|row| row.cells[0].as_str()).collect::<Vec<_>>(), ["noisy"]);
        assert_eq!(report.outcome.summary(), "1 of 2 rows pass the command's filters.");
    }
}
