//! What reports look like. Drawn as a tree and written out once; asks nothing, knows no page: the same drawing serves
//! everybody who looks at the same answer.

mod alert;
mod chart;
mod chart_scale;
mod description;
mod document;
mod facts;
mod findings;
mod firing;
mod hits;
mod last_words;
mod log;
mod memory;
mod name;
mod nights;
mod node;
mod recovery;
mod restart_table;
mod rows;
mod several;
mod table;
mod time;
mod unknown;
mod verdict;
mod window;

use runbook::{
    outcome::{Body, Outcome, Report},
    recovery::Recovery,
};

pub use self::hits::hits;
pub(crate) use self::node::escaped;
use self::node::{Element, Node, el, text};
pub use self::{
    alert::{alert, alert_opening},
    firing::firing,
    verdict::{RowMark, mark_of},
};
use crate::{
    answer::{Brief, PanelUpdate, Word},
    paths,
    ui::mark::outline,
};

/// A report as the browser gets it. `kept` is the query of the page that it is drawn for; links of rows keep it. A
/// drawing that many pages share keeps nothing: each browser adds its own when a link is pressed.
pub fn update(report: &Report, kept: &[(&str, &str)]) -> PanelUpdate {
    PanelUpdate { html: node::html(&sheet(report, kept)), ..update_without_body(report) }
}

/// A report as a page opens with it, without what can wait. `id` is the panel's: the page that asks for it has all.
pub fn opening(report: &Report, kept: &[(&str, &str)], id: &str) -> PanelUpdate {
    let run = [(paths::RUN_FIELD, id)];
    let whole = paths::query(kept.iter().copied().chain(run)) + "#" + &paths::check_anchor(id);
    PanelUpdate { html: node::short_html(&sheet(report, kept), &whole), ..update_without_body(report) }
}

fn update_without_body(report: &Report) -> PanelUpdate {
    let has_body = report.body != Body::Empty;
    let panel = has_body.then(|| report.body.word().to_owned());
    PanelUpdate { brief: brief(report), panel, html: String::new() }
}

/// A report as it stands folded away: how it stands, in words, and the way to the rest.
pub fn folded(report: &Report, kept: &[(&str, &str)], id: &str) -> PanelUpdate {
    let run = [(paths::RUN_FIELD, id)];
    let whole = paths::query(kept.iter().copied().chain(run)) + "#" + &paths::check_anchor(id);
    // The line in words can wait, the sentence cannot.
    let mut parts = sheet(report, kept).into_iter();
    let head = node::later_unsaid(parts.next());
    let said = parts.next();
    let rest = node::later("Show what was found", parts);
    let short: Vec<Node> = [head].into_iter().chain(said).chain([rest]).collect();
    PanelUpdate { html: node::short_html(&short, &whole), ..update_without_body(report) }
}

/// What a panel says that is being asked: as long as there is no answer.
pub fn asking(words: &str) -> String {
    let words = el("p").class("panel-asking").with("role", "status").child(shape(Word::Running)).text(words.to_owned());
    node::html(&[words.into()])
}

/// A report in one word and one sentence.
pub fn brief(report: &Report) -> Brief {
    let word = match report.outcome {
        Outcome::Pass { .. } => Word::Pass,
        Outcome::Warn { .. } => Word::Warn,
        Outcome::Fail { .. } => Word::Fail,
        Outcome::Unknown(_) => Word::Unknown,
    };
    Brief { word, summary: report.outcome.summary().to_owned() }
}

/// The recovery in a few words, as the strip repeats it.
pub fn recovery_words(recovery: &Recovery) -> String {
    node::html(&recovery::words(recovery))
}

/// Everything inside a panel's root: the line in words, the sentence, the body, the notes.
fn sheet(report: &Report, kept: &[(&str, &str)]) -> Vec<Node> {
    if let Body::Verdict(verdict) = &report.body {
        return verdict::draw(verdict, report, kept);
    }
    // Screen readers hear this sentence when it changes, and nothing else of the panel.
    let summary = el("p").class("panel-summary").with("role", "status").text(report.outcome.summary().to_owned());
    let body = el("div").class("panel-body").all(body(report, kept));
    let notes = report.notes.iter().map(|words| note([text(words.clone())]));
    [head(report).into(), summary.into(), body.into()].into_iter().chain(notes).collect()
}

/// `Pods by restarts · monitoring-cluster · 02:41:10 UTC, 4 s ago`.
fn head(report: &Report) -> Element {
    let asked = el("span")
        .class("panel-time")
        .child(time::clock(report.asked_at, report.asked_at))
        .text(", ")
        .child(time::beside_clock(report.asked_at, report.asked_at));
    el("p")
        .class("panel-head")
        .child(state(brief(report).word))
        .child(el("span").class("panel-title").text(report.title.clone()))
        .child(el("span").class("panel-source").text(report.source.clone()))
        .child(asked)
}

/// A state: its shape and its word.
fn state(word: Word) -> Element {
    el("span").class("state").with("data-state", word.attribute()).child(shape(word)).text(word.label())
}

/// The shape of a state alone, for places where its word stands nearby.
fn shape(word: Word) -> Element {
    let path = el("path").with("fill-rule", "evenodd").with("d", outline(word));
    el("svg")
        .class("mark")
        .with("data-state", word.attribute())
        .with("viewBox", "0 0 12 12")
        .with("aria-hidden", "true")
        .child(path)
}

fn body(report: &Report, kept: &[(&str, &str)]) -> Vec<Node> {
    match (&report.body, &report.outcome) {
        (Body::Empty, Outcome::Unknown(unknown)) => vec![unknown::draw(unknown).into()],
        (Body::Empty, _) => Vec::new(),
        (Body::RestartTable(table), _) => restart_table::draw(table, report, kept),
        (Body::Table(table), _) => table::draw(table, report, kept),
        (Body::Log(log), _) => log::draw(log),
        (Body::Several(reports), _) => several::draw(reports, kept),
        (Body::Window(window), _) => window::draw(window),
        (Body::Recovery(recovery), _) => recovery::draw(recovery),
        (Body::Memory(advice), _) => memory::draw(advice),
        (Body::Findings(findings), _) => findings::draw(findings, report.asked_at),
        // It is a sheet of its own, drawn above.
        (Body::Verdict(_), _) => Vec::new(),
        (Body::Chart(chart), _) => chart::draw(chart),
        (Body::Description(description), _) => description::draw(description, report, kept),
        (Body::Document(document), _) => document::draw(document),
        (Body::Text { text }, _) => vec![whole(text).into()],
    }
}

/// A text as it is, to be read, selected and copied.
fn whole(text: &str) -> Element {
    el("pre").class("text-body").with("tabindex", "0").text(text.to_owned())
}

/// A text one press away.
fn whole_behind(label: String, text: &str) -> Element {
    el("details").class("whole").child(el("summary").text(label)).child(whole(text))
}

/// A small line under a body.
fn note(content: impl IntoIterator<Item = Node>) -> Node {
    el("p").class("note").all(content).into()
}

/// A line in place of rows that are not there.
fn empty(words: String) -> Node {
    el("p").class("empty").all([text(words)]).into()
}

/// A button that does something in its panel. It needs scripts.
fn button(action: &'static str, label: &'static str) -> Element {
    el("button").with("type", "button").class("button quiet needs-scripts").with("data-do", action).text(label)
}

/// A field that filters rows or finds lines.
fn search(label: &'static str, placeholder: &'static str) -> Element {
    let input = el("input")
        .with("type", "search")
        .with("placeholder", placeholder)
        .with("aria-label", label)
        .with("autocomplete", "off")
        .with("spellcheck", "false");
    el("span").class("filter needs-scripts").child(input)
}

/// `4,812`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn groups_thousands() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(812), "812");
        assert_eq!(grouped(4_812), "4,812");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
