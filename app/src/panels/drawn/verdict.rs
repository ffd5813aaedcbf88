//! The verdict: the one sentence, what to do, and the facts underneath as rows that open. Marks are words too.

use runbook::{
    outcome::Report,
    time::Timestamp,
    verdict::{AlsoFits, Evidence, FactRow, Origin, RowOutcome, Standing, Verdict},
};

use super::{
    brief,
    node::{Element, Node, el, text},
    note, shape, time,
};
use crate::{answer::Word, paths, ui::mark::outline};

/// Facts that stand open to the eye beside the evidence; the others are one press away.
const FIRST_FACTS: [&str; 5] = ["Last state", "Restarts", "Backups", "Pod", "Previous log"];
/// Other rows that fit which stand beside the sentence; all stand in the list of rows.
const MAX_ALSO: usize = 3;
/// Characters of a value that its short row shows.
const SHORT_CHARS: usize = 160;

/// The whole sheet.
pub(super) fn draw(verdict: &Verdict, report: &Report) -> Vec<Node> {
    let (first, rest) = sort_facts(verdict);
    let notes = verdict.notes.iter().chain(&report.notes).map(|words| note([text(words.clone())]));
    [sentence(verdict, report).into()]
        .into_iter()
        .chain(action(verdict).map(Node::from))
        .chain([about(verdict, report).into()])
        .chain(also(verdict))
        .chain([el("div").class("facts").all(first).into()])
        .chain(notes)
        .chain(more("facts", &plural(rest.len(), "more fact"), rest).map(Node::from))
        .chain([rows(verdict).into()])
        .collect()
}

/// A mark at a row: the value of `data-state`, the shape, the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowMark {
    /// The value of `data-state`.
    pub state: &'static str,
    /// The `d` of its path.
    pub outline: &'static str,
    /// The word.
    pub label: &'static str,
}

/// How a row stands, as a mark.
pub fn mark_of(outcome: &RowOutcome) -> RowMark {
    let (state, shape) = match outcome {
        RowOutcome::Matches => ("matches", Word::Pass),
        RowOutcome::DoesNot => ("idle", Word::Idle),
        RowOutcome::Unknown(_) | RowOutcome::ForTheReader { .. } => ("unknown", Word::Unknown),
    };
    RowMark { state, outline: outline(shape), label: outcome.word() }
}

/// The mark as an element.
fn mark(outcome: &RowOutcome) -> Element {
    let RowMark { state, outline, label } = mark_of(outcome);
    let path = el("path").with("fill-rule", "evenodd").with("d", outline);
    let svg =
        el("svg").class("mark").with("data-state", state).with("viewBox", "0 0 12 12").with("aria-hidden", "true");
    el("span").class("state").with("data-state", state).child(svg.child(path)).text(label)
}

fn sentence(verdict: &Verdict, report: &Report) -> Element {
    let word = brief(report).word;
    el("p")
        .class("sentence")
        .with("role", "status")
        .child(shape(word))
        .child(el("span").class("visually-hidden").text([word.label(), ": "].concat()))
        .child(el("span").text(verdict.sentence.clone()))
}

/// The author's words for what to do, lifted out of the row that fits.
fn action(verdict: &Verdict) -> Option<Element> {
    let action = verdict.action.clone()?;
    let section = verdict.leads_to.as_ref().map(|section| {
        let anchor = ["#", &section.anchor].concat();
        let title = if section.title.is_empty() { "the section" } else { section.title.as_str() };
        el("span").text(" ").child(el("a").with("href", anchor).text(["See ", title].concat()))
    });
    let label = el("span").class("verdict-label").text("Action");
    Some(el("p").class("verdict-action").child(label).text(action).all(section))
}

/// The other rows that fit, and why another one leads.
fn also(verdict: &Verdict) -> Vec<Node> {
    let row = |also: &AlsoFits| {
        let pattern = verdict.patterns.get(also.row).cloned().unwrap_or_default();
        el("p")
            .class("verdict-about")
            .child(row_link(also.row, "fits, too", verdict.origin))
            .child(el("span").text(pattern))
            .child(el("span").text(also.why.clone()))
            .into()
    };
    verdict.also.iter().take(MAX_ALSO).map(row).collect()
}

/// `Row 2 of the table fits · kube-scheduler · monitoring-cluster · 02:41:10 UTC, 4 s ago`.
fn about(verdict: &Verdict, report: &Report) -> Element {
    let standing = match (verdict.standing, verdict.winner) {
        (Standing::Fits, Some(row)) => row_link(row, "fits", verdict.origin),
        (Standing::Doubted, Some(row)) => {
            row_link(row, "fits by its pattern; the times speak against it", verdict.origin)
        }
        (Standing::Provisional, Some(row)) => row_link(row, "fits so far", verdict.origin),
        (Standing::Quiet, _) => el("span").text("No crash"),
        (Standing::Unknown, _) => el("span").text("Which row fits is unknown"),
        _ => el("span").text(["No row ", verdict.origin.words(), " fits"].concat()),
    };
    let asked = el("span")
        .class("panel-time")
        .child(time::clock(report.asked_at, report.asked_at))
        .text(", ")
        .child(time::distance(report.asked_at, report.asked_at));
    let container = (!verdict.container.is_empty()).then(|| el("span").class("mono").text(verdict.container.clone()));
    el("p")
        .class("verdict-about")
        .child(standing)
        .all(container)
        .child(el("span").text(report.source.clone()))
        .child(asked)
}

/// The rows of a table have anchors on the page; others are named alone.
fn row_link(row: usize, words: &str, origin: Origin) -> Element {
    let name = ["Row ", &(row + 1).to_string(), " ", origin.words()].concat();
    let anchor = ["#", &paths::row_anchor(row)].concat();
    let named = match origin {
        Origin::Table => el("a").with("href", anchor).text(name),
        _ => el("span").text(name),
    };
    el("span").child(named).text([" ", words].concat())
}

/// What the judgement rests on and what a reader asks first; then the rest.
fn sort_facts(verdict: &Verdict) -> (Vec<Element>, Vec<Element>) {
    let now = verdict.judged_at;
    let evidence = verdict.winner.and_then(|row| verdict.rows.get(row)).map_or(&[][..], |row| &row.evidence);
    let first: Vec<Element> = evidence.iter().enumerate().map(|(at, fact)| evidence_row(at, fact, now)).collect();
    let is_new = |fact: &&FactRow| evidence.iter().all(|known| known.text != fact.value);
    let is_first =
        |fact: &FactRow| FIRST_FACTS.contains(&fact.name.as_str()) || (evidence.is_empty() && fact.name == "State");
    let facts = verdict.facts.iter().enumerate().filter(|(_, fact)| is_new(fact));
    let (open, rest): (Vec<_>, Vec<_>) = facts.partition(|(_, fact)| is_first(fact));
    let draw = |(at, fact): (usize, &FactRow)| fact_row(at, fact, now);
    (first.into_iter().chain(open.into_iter().map(draw)).collect(), rest.into_iter().map(draw).collect())
}

fn evidence_row(at: usize, fact: &Evidence, now: Timestamp) -> Element {
    let label = capitalise(&fact.source);
    row(["evidence-", &at.to_string()].concat(), &label, &fact.text, fact.at, now, None)
}

fn fact_row(at: usize, fact: &FactRow, now: Timestamp) -> Element {
    let mark = fact.is_unknown.then_some(Word::Unknown);
    row(["fact-", &at.to_string()].concat(), &fact.name, &fact.value, fact.at, now, mark)
}

/// A short row; opened, it shows the whole value and its time.
fn row(key: String, name: &str, value: &str, at: Option<Timestamp>, now: Timestamp, mark: Option<Word>) -> Element {
    let unknown = mark.map(|word| {
        el("span").class("state").with("data-state", word.attribute()).child(shape(word)).text(word.label()).text(" ")
    });
    let when = at.map(|at| el("span").class("fact-time").child(time::distance(at, now)));
    let summary = el("summary")
        .child(el("span").class("fact-name").text(name.to_owned()))
        .child(el("span").class("fact-value").all(unknown).text(shorten(value)))
        .all(when);
    let whole = el("pre").with("tabindex", "0").text(value.to_owned());
    let time = at.map(|at| el("p").class("fact-when").all(time::instant(at, now)));
    el("details").class("fact").with("data-key", key).child(summary).child(whole).all(time)
}

/// Every row of the table with what speaks for and against it.
fn rows(verdict: &Verdict) -> Element {
    let count = |word: &str| verdict.rows.iter().filter(|row| row.outcome.word() == word).count();
    let tally: Vec<String> = [
        (count("matches"), "fits", "fit"),
        (count("does not"), "does not", "do not"),
        (count("unknown"), "is unknown", "are unknown"),
        (count("for you to judge"), "is for you to judge", "are for you to judge"),
    ]
    .into_iter()
    .filter(|(number, _, _)| *number > 0)
    .map(|(number, one, many)| format!("{number} {}", if number == 1 { one } else { many }))
    .collect();
    let summary = ["Rows ", verdict.origin.words(), ": ", &tally.join(", ")].concat();
    let items = verdict.rows.iter().zip(&verdict.patterns).enumerate().map(|(at, (row, pattern))| {
        let reason = match &row.outcome {
            RowOutcome::Unknown(unknown) => Some([&unknown.reason, " ", &unknown.remedy].concat()),
            RowOutcome::ForTheReader { why } => Some([&capitalise(why), "."].concat()),
            RowOutcome::Matches | RowOutcome::DoesNot => None,
        };
        let evidence = row.evidence.iter().map(|fact| {
            let source = el("span").class("row-source").text([&fact.source, ": "].concat());
            el("p").class("row-evidence").child(source).text(shorten(&fact.text))
        });
        el("li")
            .with("data-key", ["row-", &at.to_string()].concat())
            .child(
                el("p")
                    .class("row-head")
                    .child(el("span").with("data-mark", at.to_string()).child(mark(&row.outcome)))
                    .child(el("span").class("row-pattern").text(pattern.clone())),
            )
            .all(row.read_as.as_ref().map(|words| el("p").class("row-evidence").text(["Read as: ", words].concat())))
            .all(reason.map(|words| el("p").class("row-evidence").text(words)))
            .all(evidence)
    });
    let list = el("ol").class("verdict-rows").all(items);
    el("details").class("numbers").with("data-key", "rows").child(el("summary").text(summary)).child(list)
}

fn more(class: &'static str, label: &str, content: Vec<Element>) -> Option<Element> {
    let summary = el("summary").text(label.to_owned());
    (!content.is_empty()).then(|| {
        let inside = el("div").class(class).all(content);
        el("details").class("numbers").with("data-key", "more").child(summary).child(inside)
    })
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn shorten(value: &str) -> String {
    let line = value.lines().next().unwrap_or("");
    let short: String = line.chars().take(SHORT_CHARS).collect();
    if short.len() < value.trim_end().len() { short + " …" } else { short }
}

fn capitalise(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
