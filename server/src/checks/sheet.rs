//! The one judge of what commands print: the table behind the lines where a pipe only chooses among them, else the text
//! that it makes. Shows answers and does not call them good or bad unless whoever asked says so; asks nothing. An answer
//! that is only a part of what its tool prints never proves that something is not there.

use runbook::{
    filter::{self, Budget, Filter, Line, TooCostly},
    outcome::{Body, Cause, Document, Notation, Outcome, Report, Row, Table, Unknown},
    sheet::{Level, Sheet},
    time::Timestamp,
};
use serde_json::Value;

use super::{
    Ask, Situation,
    binds::Binding,
    folding::{Folding, folding},
};

/// Rows and lines that a panel shows; a longer answer says how many there are.
const MAX_ROWS: usize = 500;
const MAX_LINES: usize = 5_000;
/// A single line up to this length is its own summary.
const MAX_SUMMARY_CHARS: usize = 100;

/// What a command prints, and where it comes from.
#[derive(Debug)]
pub(super) struct SheetAnswer {
    /// Who answered.
    pub(super) source: String,
    /// What it is, in words: "Virtual machines", "events in apps".
    pub(super) what: String,
    /// The lines, and the table behind them.
    pub(super) sheet: Sheet,
    /// Which values choosing a row binds.
    pub(super) binding: Binding,
    /// Whether the row that matters most comes last, next to the prompt; on a page it comes first.
    pub(super) is_newest_last: bool,
    /// How it stands, where that can be told.
    pub(super) outcome: Option<Outcome>,
    /// The sentence for a table without rows.
    pub(super) nothing: String,
    /// What the reader should know beside what the sheet notes.
    pub(super) notes: Vec<String>,
    /// Whether it is the data of Secrets, which the configuration lets be shown.
    pub(super) is_secret_data: bool,
    /// When the source answered.
    pub(super) asked_at: Timestamp,
}

impl SheetAnswer {
    /// A sheet of which nothing special is to be said.
    pub(super) fn new(source: &str, what: String, sheet: Sheet, asked_at: Timestamp) -> Self {
        Self {
            nothing: format!("{source} has no {what}."),
            source: source.to_owned(),
            what,
            sheet,
            binding: Binding::Values(Vec::new()),
            is_newest_last: false,
            outcome: None,
            notes: Vec::new(),
            is_secret_data: false,
            asked_at,
        }
    }

    /// A text of which nothing special is to be said.
    pub(super) fn text(source: &str, what: String, text: impl AsRef<str>, asked_at: Timestamp) -> Self {
        Self::new(source, what, Sheet::text(text.as_ref().lines()), asked_at)
    }

    /// What a tool of a host would print.
    pub(super) fn of_host(source: &str, what: String, sheet: Sheet, asked_at: Timestamp) -> Self {
        let nothing = "There is none.".into();
        Self { binding: Binding::Cells, nothing, ..Self::new(source, what, sheet, asked_at) }
    }

    /// Why an empty answer, or a count, says nothing: the tool itself would have had more to filter.
    pub(super) fn proves_nothing(&self, filters: &[Filter], kept: &[Line]) -> Option<Unknown> {
        let told = self.sheet.leaves_open(filters, kept)?;
        let remedy = "Run it by hand: the command is there to be copied.";
        Some(Cause::Untold.unknown(self.what.clone(), told, remedy))
    }

    /// How it stands, as far as that is known of what a pipe leaves: a table's rows speak for themselves.
    fn finding(&self, filters: &[Filter]) -> Option<Outcome> {
        let is_told = filters.is_empty() || self.sheet.columns.is_empty();
        match &self.sheet.finding {
            Some((Level::Warn, sentence)) => Some(Outcome::Warn { summary: sentence.clone() }),
            Some((Level::Fail, sentence)) => Some(Outcome::Fail { summary: sentence.clone() }),
            None => self.outcome.clone().filter(|_| is_told),
        }
    }
}

pub(super) fn judge(answer: &SheetAnswer, ask: &Ask, now: Timestamp, budget: &Budget) -> Result<Report, TooCostly> {
    let kept = filter::apply(&ask.check.filters, answer.sheet.to_lines(), budget)?;
    Ok(judge_kept(answer, ask, now, &kept))
}

/// Judges what a pipe has left of the lines.
pub(super) fn judge_kept(answer: &SheetAnswer, ask: &Ask, now: Timestamp, kept: &[Line]) -> Report {
    let filters = &ask.check.filters;
    let mut notes = [answer.sheet.notes.as_slice(), &answer.notes].concat();
    let (body, summary) = match answer.sheet.chosen_rows(filters, kept) {
        Some(rows) => table(answer, rows, &ask.situation, &mut notes),
        None => text(answer, kept, folding(&ask.check), &mut notes),
    };
    let (outcome, body) = match answer.proves_nothing(filters, kept) {
        Some(unknown) => (Outcome::Unknown(unknown), Body::Empty),
        None => (answer.finding(filters).unwrap_or(Outcome::Pass { summary }), body),
    };
    Report {
        title: answer.what.clone(),
        source: answer.source.clone(),
        asked_at: answer.asked_at.min(now),
        outcome,
        body,
        notes,
    }
}

fn table(answer: &SheetAnswer, mut rows: Vec<usize>, situation: &Situation, notes: &mut Vec<String>) -> (Body, String) {
    let sheet = &answer.sheet;
    let (count, total_rows) = (rows.len(), sheet.rows.len());
    if count > MAX_ROWS {
        notes.push(format!("Showing the first {MAX_ROWS} of {count} rows."));
    }
    if answer.is_newest_last {
        rows.reverse();
    }
    let row = |at: usize| {
        let binds = answer.binding.of(at, sheet, situation);
        Some(Row { cells: sheet.rows.get(at)?.clone(), is_bound: is_bound(&binds, situation), binds })
    };
    let shown = rows.into_iter().take(MAX_ROWS).filter_map(row).collect();
    let body = Body::Table(Table { columns: sheet.columns.clone(), rows: shown, total_rows });
    let summary = match (count, total_rows) {
        (_, 0) => answer.nothing.clone(),
        (0, total) => format!("None of the {total} rows passes the command's filters."),
        (1, 1) => "1 row.".into(),
        (count, total) if count == total => format!("{count} rows."),
        (count, total) => format!("{count} of {total} rows pass the command's filters."),
    };
    (body, summary)
}

/// Whether a row is the pod that the reader looks at.
fn is_bound(binds: &[(String, String)], situation: &Situation) -> bool {
    let value = |name: &str| binds.iter().find(|(bound, _)| bound == name).map(|(_, value)| value.as_str());
    situation.pod.is_some()
        && value("pod") == situation.pod.as_deref()
        && (situation.namespace.is_none() || value("namespace") == situation.namespace.as_deref())
}

fn text(answer: &SheetAnswer, kept: &[Line], folding: Folding, notes: &mut Vec<String>) -> (Body, String) {
    if kept.len() > MAX_LINES {
        notes.push(format!("Showing the first {MAX_LINES} of {} lines.", kept.len()));
    }
    // The data of Secrets stands in the panel alone.
    let says_itself = |line: &Line| {
        let is_short = line.text.chars().count() <= MAX_SUMMARY_CHARS && !line.text.trim().is_empty();
        is_short && folding == Folding::None && !answer.is_secret_data
    };
    let summary = match (answer.sheet.lines.len(), kept) {
        (0, _) => "The answer is empty.".into(),
        (total, []) => format!("None of {total} lines passes the command's filters."),
        (_, kept) if folding == Folding::HostJson => size_of_json(kept),
        (_, [only]) if says_itself(only) => only.text.trim().to_owned(),
        (1, [_]) => "1 line.".into(),
        (total, kept) if total == kept.len() => format!("{total} lines."),
        (total, kept) => format!("{} of {total} lines.", kept.len()),
    };
    let text: Vec<&str> = kept.iter().take(MAX_LINES).map(|line| line.text.as_str()).collect();
    (folded(text.join("\n"), folding, kept.len()), summary)
}

/// YAML and JSON fold; anything else stands as it is.
fn folded(text: String, folding: Folding, lines: usize) -> Body {
    match folding {
        Folding::HostJson if lines <= MAX_LINES => indented(text),
        // Helm writes its JSON on one line, which would not fold.
        Folding::As(Notation::Json) if lines == 1 => indented(text),
        Folding::As(notation) if !text.is_empty() => Body::Document(Document { notation, text }),
        _ => Body::Text { text },
    }
}

fn indented(text: String) -> Body {
    Body::Document(Document { notation: Notation::Json, text: filter::indent_json(&text).unwrap_or(text) })
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
        let answer = SheetAnswer::of_host("pve", "Guests".into(), sheet.clone(), Timestamp(0));
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
            let answer = SheetAnswer::of_host("pve", "x".into(), Sheet::text([line]), Timestamp(0));
            let (body, summary) = text(&answer, &answer.sheet.to_lines(), Folding::HostJson, &mut Vec::new());
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
