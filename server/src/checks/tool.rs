//! Judges what a host's tool would print: the table behind it where the command only chooses rows, else its text. An
//! answer that is only a part of what the tool prints never proves that something is not there.

use runbook::{
    check::{ApiFormat, Check, ProxmoxAsk, ProxmoxQuestion, Question},
    filter::{self, Budget, Filter, Line, TooCostly},
    outcome::{Body, Cause, Document, Notation, Outcome, Report, Row, Table, Unknown},
    proxmox::{Level, Role, Sheet},
    time::Timestamp,
};
use serde_json::Value;

use super::{Ask, Situation, binds};

/// Rows and lines that a panel shows; a longer answer says how many there are.
const MAX_ROWS: usize = 500;
const MAX_LINES: usize = 5_000;
/// A single line up to this length is its own summary.
const MAX_SUMMARY_CHARS: usize = 100;

/// What a tool would print, and where.
#[derive(Debug)]
pub(super) struct ToolAnswer {
    /// The host.
    pub(super) source: String,
    /// What was asked, in words: "Virtual machines".
    pub(super) what: String,
    /// The answer.
    pub(super) sheet: Sheet,
    /// When the source answered.
    pub(super) asked_at: Timestamp,
}

pub(super) fn judge(answer: &ToolAnswer, ask: &Ask, now: Timestamp, budget: &Budget) -> Result<Report, TooCostly> {
    let sheet = &answer.sheet;
    let kept = filter::apply(&ask.check.filters, lines(answer), budget)?;
    let mut notes = sheet.notes.clone();
    let (body, summary) = match chosen_rows(sheet, &ask.check.filters, &kept) {
        Some(rows) => table(sheet, &rows, &ask.situation, &mut notes),
        None => text(sheet, &kept, is_json(&ask.check), &mut notes),
    };
    let outcome = match (proves_nothing(answer, &ask.check.filters, &kept), &sheet.finding) {
        (Some(unknown), _) => Outcome::Unknown(unknown),
        (None, None) => Outcome::Pass { summary },
        (None, Some((Level::Warn, sentence))) => Outcome::Warn { summary: sentence.clone() },
        (None, Some((Level::Fail, sentence))) => Outcome::Fail { summary: sentence.clone() },
    };
    Ok(Report {
        title: answer.what.clone(),
        source: answer.source.clone(),
        asked_at: answer.asked_at.min(now),
        body: if matches!(outcome, Outcome::Unknown(_)) { Body::Empty } else { body },
        outcome,
        notes,
    })
}

/// The lines that the tool prints.
pub(super) fn lines(answer: &ToolAnswer) -> Vec<Line> {
    let line = |(index, text): (usize, &str)| Line { text: text.to_owned(), origin: Some(index) };
    answer.sheet.lines.iter().map(|line| line.text.as_str()).enumerate().map(line).collect()
}

/// Why an empty answer, or a count, says nothing: the tool itself would have had more to filter.
pub(super) fn proves_nothing(answer: &ToolAnswer, filters: &[Filter], kept: &[Line]) -> Option<Unknown> {
    let told = answer.sheet.is_part?;
    let counts = filters.iter().any(|filter| match filter {
        Filter::Count(_) => true,
        Filter::Grep(grep) => grep.count,
        _ => false,
    });
    (counts || (!filters.is_empty() && kept.is_empty()))
        .then(|| Cause::Untold.unknown(answer.what.clone(), told, "Run it by hand: the command is there to be copied."))
}

/// The rows that the command's filters leave, or `None` when they make other text of them.
fn chosen_rows(sheet: &Sheet, filters: &[Filter], kept: &[Line]) -> Option<Vec<usize>> {
    if sheet.columns.is_empty() {
        return None;
    }
    if filters.is_empty() {
        return Some((0..sheet.rows.len()).collect());
    }
    let mut rows = Vec::new();
    for line in kept {
        match sheet.lines.get(line.origin?)?.role {
            Role::Row(row) if !rows.contains(&row) => rows.push(row),
            Role::Row(_) | Role::Frame => {}
            Role::Text => return None,
        }
    }
    // Nothing but heads and borders is text.
    (kept.is_empty() || !rows.is_empty()).then_some(rows)
}

fn table(sheet: &Sheet, rows: &[usize], situation: &Situation, notes: &mut Vec<String>) -> (Body, String) {
    let total_rows = sheet.rows.len();
    let count = rows.len();
    if count > MAX_ROWS {
        notes.push(format!("Showing the first {MAX_ROWS} of {count} rows."));
    }
    let shown = rows.iter().take(MAX_ROWS).filter_map(|row| sheet.rows.get(*row));
    let heads = || sheet.columns.iter().map(|column| column.name.as_str());
    let binds = |cells: &[String]| binds::of_row(situation, heads(), cells);
    let shown = shown.map(|cells| Row { cells: cells.clone(), binds: binds(cells), is_bound: false });
    let body = Body::Table(Table { columns: sheet.columns.clone(), rows: shown.collect(), total_rows });
    let summary = match (count, total_rows) {
        (_, 0) => "There is none.".into(),
        (0, total) => format!("None of the {total} rows passes the command's filters."),
        (1, 1) => "1 row.".into(),
        (count, total) if count == total => format!("{count} rows."),
        (count, total) => format!("{count} of {total} rows pass the command's filters."),
    };
    (body, summary)
}

/// Whether the whole answer is JSON, which a filter that chooses lines would break.
fn is_json(check: &Check) -> bool {
    let format = match &check.question {
        Question::Proxmox(ProxmoxQuestion { ask: ProxmoxAsk::Api { format, .. }, .. }) => *format,
        Question::Backup(question) => question.format,
        _ => return false,
    };
    check.filters.is_empty() && matches!(format, ApiFormat::Json | ApiFormat::JsonPretty)
}

fn text(sheet: &Sheet, kept: &[Line], is_json: bool, notes: &mut Vec<String>) -> (Body, String) {
    if kept.len() > MAX_LINES {
        notes.push(format!("Showing the first {MAX_LINES} of {} lines.", kept.len()));
    }
    let summary = match (sheet.lines.len(), kept) {
        (0, _) => "The answer is empty.".into(),
        (total, []) => format!("None of {total} lines passes the command's filters."),
        (_, kept) if is_json => size_of_json(kept),
        (_, [only]) if only.text.chars().count() <= MAX_SUMMARY_CHARS => only.text.trim().to_owned(),
        (1, [_]) => "1 line.".into(),
        (total, kept) if total == kept.len() => format!("{total} lines."),
        (total, kept) => format!("{} of {total} lines.", kept.len()),
    };
    let text: Vec<&str> = kept.iter().take(MAX_LINES).map(|line| line.text.as_str()).collect();
    let text = text.join("\n");
    let body = match is_json && kept.len() <= MAX_LINES {
        true => Body::Document(Document { notation: Notation::Json, text: filter::indent_json(&text).unwrap_or(text) }),
        false => Body::Text { text },
    };
    (body, summary)
}

/// What a reader wants to know of JSON before opening it.
fn size_of_json(lines: &[Line]) -> String {
    let text: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let count = |number: usize, one: &str, many: &str| format!("{number} {}.", if number == 1 { one } else { many });
    match serde_json::from_str(&text.join("\n")) {
        Ok(Value::Array(entries)) => count(entries.len(), "entry", "entries"),
        Ok(Value::Object(fields)) => count(fields.len(), "field", "fields"),
        Ok(value) => value.to_string(),
        Err(_) => count(lines.len(), "line", "lines"),
    }
}

#[cfg(test)]
mod tests {
    use runbook::{check::Reading, command};

    use super::*;

    /// A report on a sheet, as if the command's filters stood behind it.
    fn report(sheet: &Sheet, pipe: &str) -> Report {
        let read = command::read(&format!("ssh root@pve 'qm list' {pipe}"), &command::FenceContext::default());
        let Reading::Check { check } = read.reading else { panic!("{pipe}: {:?}", read.reading) };
        let answer =
            ToolAnswer { source: "pve".into(), what: "Guests".into(), sheet: sheet.clone(), asked_at: Timestamp(0) };
        let ask = Ask { check: *check, situation: Situation::default() };
        judge(&answer, &ask, Timestamp(0), &Budget::default()).expect("it costs little")
    }

    fn guests() -> Sheet {
        let mut sheet = Sheet::table(&[("VMID", true), ("Name", false)]);
        sheet.frame("VMID NAME");
        sheet.row("101 web", vec!["101".into(), "web".into()]);
        sheet.row("102 db", vec!["102".into(), "db".into()]);
        sheet
    }

    #[test]
    fn a_filter_that_chooses_lines_chooses_rows() {
        let Body::Table(table) = report(&guests(), "| grep web").body else { panic!("a table") };
        assert_eq!(table.rows.iter().map(|row| row.cells[0].as_str()).collect::<Vec<_>>(), ["101"]);
        assert_eq!(table.total_rows, 2);
        let empty = report(&guests(), "| grep nothing");
        assert_eq!(empty.outcome.summary(), "None of the 2 rows passes the command's filters.");
        assert!(matches!(empty.body, Body::Table(_)));
    }

    #[test]
    fn a_filter_that_makes_other_text_shows_that_text() {
        let made = report(&guests(), "| awk '{print $2}' | tail -1");
        assert_eq!(made.body, Body::Text { text: "db".into() });
        assert_eq!(made.outcome.summary(), "db");
        assert_eq!(report(&guests(), "| head -1").body, Body::Text { text: "VMID NAME".into() });
    }

    #[test]
    fn a_part_of_an_answer_never_proves_that_something_is_absent() {
        let part = guests().part("Only two are told.");
        for pipe in ["| grep nothing", "| wc -l", "| grep -c web"] {
            let Outcome::Unknown(unknown) = report(&part, pipe).outcome else { panic!("{pipe} proves nothing") };
            assert_eq!(unknown.reason, "Only two are told.");
        }
        assert!(matches!(report(&part, "| grep web").outcome, Outcome::Pass { .. }));
        assert!(matches!(report(&part, "").outcome, Outcome::Pass { .. }));
    }

    #[test]
    fn json_is_measured_and_stands_below_its_summary() {
        let summary = |line: &str| {
            let (body, summary) =
                text(&Sheet::text([line]), &[Line { text: line.to_owned(), origin: Some(0) }], true, &mut Vec::new());
            assert!(matches!(body, Body::Document(_)), "{line}");
            summary
        };
        assert_eq!(summary(r#"[{"name":"main"}]"#), "1 entry.");
        assert_eq!(summary(r#"{"a":1,"b":[]}"#), "2 fields.");
        assert_eq!(summary("105"), "105");
    }

    #[test]
    fn a_finding_is_the_outcome() {
        let mut sheet = guests();
        sheet.find(Level::Warn, "web is locked.");
        sheet.find(Level::Fail, "db is gone.");
        sheet.find(Level::Warn, "web is slow.");
        assert_eq!(report(&sheet, "").outcome, Outcome::Fail { summary: "db is gone.".into() });
    }
}
