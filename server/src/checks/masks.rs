//! Dots for secrets in what sources answer: environment values, descriptions of guests, log lines. A report is masked
//! when it has been judged, so that no judgement rests on dots. The data of Secrets that the configuration lets be shown
//! is not masked: it is what was asked for.

use std::ops::Range;

use runbook::{
    MASK,
    outcome::{Body, Description, Findings, LastWords, LogLine, ObjectEvents, Outcome, Report, StyledText, Table},
    secret,
    verdict::{RowOutcome, Verdict},
};

/// Masks a report, and says so in it.
pub(super) fn mask(report: &mut Report) {
    let mut masks = Masks { count: 0 };
    masks.body(&mut report.body);
    masks.outcome(&mut report.outcome);
    report.notes.iter_mut().for_each(|note| masks.text(note));
    if masks.count > 0 {
        let what = if masks.count == 1 { "A secret stands" } else { "Secrets stand" };
        report.notes.push(format!("{what} in this answer, shown as {MASK}."));
    }
}

/// Masks lines of text, each for itself but for what needs its neighbours.
pub(crate) fn mask_lines(lines: &mut [String]) {
    let text = lines.join("\n");
    let mut at = 0;
    let spans = secret::spans(&text);
    for line in lines {
        let end = at + line.len();
        let within: Vec<Range<usize>> = inside(&spans, at, end);
        for span in within.iter().rev() {
            line.replace_range(span.clone(), MASK);
        }
        at = end + 1;
    }
}

/// The spans within a stretch of text, from its beginning.
fn inside(spans: &[Range<usize>], start: usize, end: usize) -> Vec<Range<usize>> {
    let first = spans.partition_point(|span| span.end <= start);
    let here = spans[first..].iter().take_while(|span| span.start < end);
    here.map(|span| span.start.max(start) - start..span.end.min(end) - start).collect()
}

struct Masks {
    count: usize,
}

impl Masks {
    fn text(&mut self, text: &mut String) {
        let spans = secret::spans(text);
        self.count += spans.len();
        for span in spans.into_iter().rev() {
            text.replace_range(span, MASK);
        }
    }

    /// A value that stands beside its name: `args`, `DB_PASSWORD`.
    fn named(&mut self, name: &str, value: &mut String) {
        let head = format!("{name}: ");
        let mut whole = format!("{head}{value}");
        let spans = secret::spans(&whole);
        let spans: Vec<_> = spans.into_iter().filter(|span| span.start >= head.len()).collect();
        if spans.is_empty() {
            return;
        }
        self.count += spans.len();
        for span in spans.into_iter().rev() {
            whole.replace_range(span, MASK);
        }
        *value = whole.split_off(head.len());
    }

    fn outcome(&mut self, outcome: &mut Outcome) {
        match outcome {
            Outcome::Pass { summary } | Outcome::Warn { summary } | Outcome::Fail { summary } => self.text(summary),
            Outcome::Unknown(unknown) => self.text(&mut unknown.reason),
        }
    }

    fn body(&mut self, body: &mut Body) {
        match body {
            Body::Text { text } => self.text(text),
            Body::Document(document) => self.text(&mut document.text),
            Body::Table(table) => self.table(table),
            Body::Log(log) => self.log(&mut log.lines),
            Body::Description(description) => self.description(description),
            Body::Findings(findings) => self.findings(findings),
            Body::Verdict(verdict) => self.verdict(verdict),
            Body::Several(reports) => reports.iter_mut().for_each(|report| {
                self.body(&mut report.body);
                self.outcome(&mut report.outcome);
            }),
            // Names, numbers and times.
            Body::Empty
            | Body::RestartTable(_)
            | Body::Window(_)
            | Body::Recovery(_)
            | Body::Chart(_)
            | Body::Memory(_) => {}
        }
    }

    fn table(&mut self, table: &mut Table) {
        let names: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
        for row in &mut table.rows {
            // Of two columns the first one may name what stands in the second.
            let key = if names.len() == 2 { row.cells.first().cloned() } else { None };
            for (at, cell) in row.cells.iter_mut().enumerate() {
                match (&key, names.get(at)) {
                    (Some(key), _) if at == 1 => self.named(key, cell),
                    (_, Some(name)) => self.named(name, cell),
                    (_, None) => self.text(cell),
                }
            }
        }
    }

    /// Styles cut a line into stretches; a secret may stand in several of them.
    fn log(&mut self, lines: &mut [LogLine]) {
        let whole: Vec<String> =
            lines.iter().map(|line| line.spans.iter().map(|span| span.text.as_str()).collect()).collect();
        let text = whole.join("\n");
        let spans = secret::spans(&text);
        self.count += spans.len();
        let mut at = 0;
        for (line, whole) in lines.iter_mut().zip(&whole) {
            let within = inside(&spans, at, at + whole.len());
            if !within.is_empty() {
                line.spans = cut_out(&line.spans, &within);
            }
            at += whole.len() + 1;
        }
    }

    fn description(&mut self, description: &mut Description) {
        self.text(&mut description.text);
        for object in &mut description.objects {
            for fact in object.groups.iter_mut().flat_map(|group| &mut group.facts) {
                self.named(&fact.name, &mut fact.value);
            }
            if let ObjectEvents::Read(events) = &mut object.events {
                events.iter_mut().for_each(|event| self.text(&mut event.message));
            }
        }
    }

    fn findings(&mut self, findings: &mut Findings) {
        for row in &mut findings.rows {
            self.text(&mut row.words);
            row.detail.iter_mut().for_each(|detail| self.text(detail));
        }
    }

    /// A secret may begin in one line and go on in the next.
    fn last_words(&mut self, words: &mut LastWords) {
        let text = words.lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
        let spans = secret::spans(&text);
        self.count += spans.len();
        let mut at = 0;
        for line in &mut words.lines {
            let end = at + line.text.len();
            for span in inside(&spans, at, end).into_iter().rev() {
                line.text.replace_range(span, MASK);
            }
            at = end + 1;
        }
    }

    fn verdict(&mut self, verdict: &mut Verdict) {
        for row in &mut verdict.rows {
            row.evidence.iter_mut().for_each(|evidence| self.text(&mut evidence.text));
            if let RowOutcome::Unknown(reason) = &mut row.outcome {
                self.text(&mut reason.reason);
            }
        }
        verdict.facts.iter_mut().for_each(|fact| self.named(&fact.name, &mut fact.value));
        self.text(&mut verdict.sentence);
        verdict.last_words.iter_mut().for_each(|words| self.last_words(words));
    }
}

/// A line's stretches with dots for these parts of the whole line; the dots have the style of the first letter.
fn cut_out(stretches: &[StyledText], secrets: &[Range<usize>]) -> Vec<StyledText> {
    let mut out = Vec::with_capacity(stretches.len());
    let mut at = 0;
    for stretch in stretches {
        let end = at + stretch.text.len();
        let mut text = String::new();
        let mut done = at;
        for secret in secrets.iter().filter(|secret| secret.start < end && secret.end > at) {
            text.push_str(&stretch.text[done - at..secret.start.max(at) - at]);
            if secret.start >= at {
                text.push_str(MASK);
            }
            done = secret.end.min(end);
        }
        text.push_str(&stretch.text[done - at..]);
        if !text.is_empty() {
            out.push(StyledText { text, style: stretch.style.clone() });
        }
        at = end;
    }
    out
}

#[cfg(test)]
mod tests {
    use runbook::time::Timestamp;

    use super::*;

    fn report(body: Body) -> Report {
        Report {
            title: "x".into(),
            source: "y".into(),
            asked_at: Timestamp(0),
            outcome: Outcome::Pass { summary: "password: hunter2".into() },
            body,
            notes: Vec::new(),
        }
    }

    fn stretch(text: &str) -> StyledText {
        StyledText { text: text.into(), style: String::new() }
    }

    #[test]
    fn masks_text_and_says_so() {
        let mut report = report(Body::Text { text: "description: db login admin / hunter2\nargs: -x".into() });
        mask(&mut report);
        assert_eq!(report.body, Body::Text { text: format!("description: db login admin / {MASK}\nargs: -x") });
        assert_eq!(report.outcome.summary(), format!("password: {MASK}"));
        assert_eq!(report.notes.len(), 1);
    }

    #[test]
    fn masks_a_secret_in_several_styles_and_keeps_the_rest() {
        let line = LogLine { at: None, spans: vec![stretch("token=abc1"), stretch("23def456 ok")], is_match: false };
        let mut lines = vec![line];
        Masks { count: 0 }.log(&mut lines);
        let text: String = lines[0].spans.iter().map(|span| span.text.as_str()).collect();
        assert_eq!(text, format!("token={MASK} ok"));
    }

    #[test]
    fn masks_a_value_by_the_name_beside_it() {
        let mut value = "hunter2".to_owned();
        Masks { count: 0 }.named("DB_PASSWORD", &mut value);
        assert_eq!(value, MASK);
        let mut lines = vec!["a".to_owned(), "password: hunter2 # b".to_owned()];
        mask_lines(&mut lines);
        assert_eq!(lines, ["a".to_owned(), format!("password: {MASK} # b")]);
    }
}
