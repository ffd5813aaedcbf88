//! The facts under the verdict: by what they are about, each said once, what the judgement rests on first.

use runbook::{
    time::Timestamp,
    verdict::{Aspect, Evidence, FactRow, Verdict},
};

use super::{
    node::{Element, el},
    shape, time,
    verdict::capitalise,
};
use crate::answer::Word;

/// Every aspect, in the order in which a reader asks.
const ASPECTS: [Aspect; 5] = [Aspect::End, Aspect::Log, Aspect::Event, Aspect::Container, Aspect::Surroundings];
/// Characters of a value that stands whole in its row; a longer one opens.
const SHORT_CHARS: usize = 160;

/// A row as it is drawn.
struct Row<'v> {
    aspect: Aspect,
    key: String,
    name: String,
    value: &'v str,
    at: Option<Timestamp>,
    is_unknown: bool,
}

/// All facts.
pub(super) fn draw(verdict: &Verdict) -> Element {
    let evidence = verdict.winner.and_then(|row| verdict.rows.get(row)).map_or(&[][..], |row| &row.evidence);
    let added = evidence.iter().enumerate().filter(|(_, fact)| !is_said(fact, verdict));
    let added = added.map(|(at, fact)| Row {
        aspect: aspect_of(fact),
        key: ["evidence-", &at.to_string()].concat(),
        name: capitalise(&fact.source),
        value: &fact.text,
        at: fact.at,
        is_unknown: false,
    });
    let known = verdict.facts.iter().enumerate().filter(|(_, fact)| !is_shown_above(fact, verdict));
    let known = known.map(|(at, fact)| Row {
        aspect: fact.aspect,
        key: ["fact-", &at.to_string()].concat(),
        name: fact.name.clone(),
        value: &fact.value,
        at: fact.at,
        is_unknown: fact.is_unknown,
    });
    let rows: Vec<Row<'_>> = added.chain(known).collect();
    let mut order = ASPECTS;
    let strongest = evidence.first().map(aspect_of);
    order.sort_by_key(|aspect| Some(*aspect) != strongest);
    let groups = order.into_iter().filter_map(|aspect| group(aspect, &rows, verdict.judged_at));
    el("div").class("case-facts").all(groups)
}

fn group(aspect: Aspect, rows: &[Row<'_>], now: Timestamp) -> Option<Element> {
    let rows: Vec<Element> = rows.iter().filter(|row| row.aspect == aspect).map(|row| draw_row(row, now)).collect();
    (!rows.is_empty()).then(|| {
        let words = el("p").class("aspect-name").text(aspect.words());
        el("div").class("aspect").with("data-key", aspect.words()).child(words).all(rows)
    })
}

fn aspect_of(fact: &Evidence) -> Aspect {
    match fact.source.as_str() {
        "events" => Aspect::Event,
        source if source.starts_with("status of") => Aspect::End,
        source if source.contains("log") || source.contains("message") => Aspect::Log,
        _ => Aspect::Surroundings,
    }
}

/// Whether another place of the page says it already: the facts tell every state in their own words.
fn is_said(fact: &Evidence, verdict: &Verdict) -> bool {
    let words = fact.text.trim();
    let mut lines = verdict.last_words.iter().flat_map(|last| &last.lines);
    let is_log = aspect_of(fact) == Aspect::Log;
    fact.source.starts_with("status of")
        || verdict.facts.iter().any(|known| known.value.contains(words))
        // A line of the log stands there without its time.
        || lines.any(|line| line.text.contains(words) || (is_log && fact.at.is_some() && line.at == fact.at))
}

/// What the log says of the end stands above the facts, with its lines.
fn is_shown_above(fact: &FactRow, verdict: &Verdict) -> bool {
    let log = fact.aspect == Aspect::Log && !fact.is_unknown;
    log && verdict.last_words.is_some()
}

/// A row; one whose value is too long for it opens, and shows the whole value and its time.
fn draw_row(row: &Row<'_>, now: Timestamp) -> Element {
    let short = shorten(row.value);
    let is_whole = short == row.value.trim_end();
    let unknown = row.is_unknown.then(|| {
        let word = Word::Unknown;
        el("span").class("state").with("data-state", word.attribute()).child(shape(word)).text(word.label()).text(" ")
    });
    let name = el("span").class("fact-name").text(row.name.clone());
    let value = el("span").class("fact-value").all(unknown).text(short);
    let when = row.at.map(|at| el("span").class("fact-time").child(time::distance(at, now)));
    if is_whole {
        return el("div").class("fact").with("data-key", row.key.clone()).child(name).child(value).all(when);
    }
    let summary = el("summary").child(name).child(value).all(when);
    let whole = el("pre").with("tabindex", "0").text(row.value.to_owned());
    el("details").class("fact").with("data-key", row.key.clone()).child(summary).child(whole)
}

/// The first line of a value, cut where it is long.
pub(super) fn shorten(value: &str) -> String {
    let line = value.lines().next().unwrap_or("");
    let short: String = line.chars().take(SHORT_CHARS).collect();
    if short.len() < value.trim_end().len() { short + " …" } else { short }
}
