//! The verdict, in the order in which a reader asks: the one sentence, the last lines before the end, what to do next,
//! whether it is over; then which row fits, the facts, and all rows. Marks are words too.

use runbook::{
    outcome::Report,
    verdict::{AlsoFits, Origin, RowOutcome, Standing, Verdict},
};

use super::{
    brief,
    facts::{self, shorten},
    last_words,
    node::{Element, Node, el, later, text},
    note, recovery, shape, time,
};
use crate::{answer::Word, paths, ui::mark::outline};

/// Other rows that fit which stand beside the sentence; all stand in the list of rows.
const MAX_ALSO: usize = 3;

/// The whole sheet.
pub(super) fn draw(verdict: &Verdict, report: &Report, kept: &[(&str, &str)]) -> Vec<Node> {
    let notes = verdict.notes.iter().chain(&report.notes).map(|words| note([text(words.clone())]));
    [sentence(verdict, report).into()]
        .into_iter()
        .chain(verdict.last_words.as_ref().map(|words| last_words::draw(words, kept).into()))
        .chain(next(verdict).map(Node::from))
        .chain(verdict.recovery.as_ref().map(|recovery| over(recovery).into()))
        .chain([about(verdict, report).into()])
        .chain(also(verdict))
        .chain([facts::draw(verdict).into()])
        .chain(notes)
        .chain([rows(verdict)])
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

/// What to do next: the author's words, and a link to the section that the row means, else to the row, else to the steps.
fn next(verdict: &Verdict) -> Option<Element> {
    let row = |row: usize| (["#", &paths::row_anchor(row)].concat(), ["row ", &(row + 1).to_string()].concat());
    let on_the_page = verdict.origin == Origin::Table;
    let place = match (&verdict.leads_to, verdict.winner) {
        (Some(section), _) => Some((["#", &section.anchor].concat(), section.title.clone())),
        (None, Some(winner)) if on_the_page => Some(row(winner)),
        _ => None,
    };
    let words = match (&verdict.action, verdict.standing) {
        (Some(action), _) => action.clone(),
        (None, Standing::Quiet) => return None,
        (None, Standing::Unknown) => "Ask what is missing, or go through the steps".to_owned(),
        (None, _) if verdict.winner.is_some() => "Read what the row says".to_owned(),
        (None, _) => "Read the last lines, then go through the steps".to_owned(),
    };
    let (anchor, title) = place.unwrap_or_else(|| (["#", paths::STEPS_ANCHOR].concat(), "the steps".to_owned()));
    let title = if title.is_empty() { "the section".to_owned() } else { title };
    let link = el("a").with("href", anchor).class("next-link").text(title);
    let label = el("span").class("verdict-label").text("Next");
    Some(el("p").class("next").child(label).child(el("span").child(el("b").text(words)).text(" ").child(link)))
}

/// Whether it is over, in one line.
fn over(state: &runbook::recovery::Recovery) -> Element {
    let label = el("span").class("verdict-label").text("Over?");
    el("p").class("over").child(label).child(el("span").all(recovery::answer(state)))
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
        .child(time::beside_clock(report.asked_at, report.asked_at));
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

/// Every row of the table with what speaks for and against it.
fn rows(verdict: &Verdict) -> Node {
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
    let label = el("summary").text(summary.clone());
    later(summary, [el("details").class("numbers").with("data-key", "rows").child(label).child(list)])
}

pub(super) fn capitalise(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
