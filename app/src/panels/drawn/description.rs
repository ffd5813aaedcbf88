//! Descriptions: what tells of each object first, its events as a table with the warnings marked, the whole text as
//! kubectl prints it one press away.

use runbook::{
    outcome::{DescribedObject, Description, Fact, FactGroup, ObjectEvent, ObjectEvents, Report, Tone},
    time::Timestamp,
};

use super::{
    empty, grouped, name,
    node::{Element, Node, el, text},
    note,
    rows::{self, Sheet},
    time, whole_behind,
};
use crate::{answer::Word, ui::mark::outline};

/// Objects that stand open; of more each opens by a press.
const MAX_OPEN: usize = 2;
/// Column heads of events, and whether they hold numbers.
const EVENT_COLUMNS: [(&str, bool); 5] =
    [("Type", false), ("Reason", false), ("Last seen", true), ("Message", false), ("From", false)];

/// Each object, then the whole text.
pub(super) fn draw(description: &Description, report: &Report, kept: &[(&str, &str)]) -> Vec<Node> {
    let is_open = description.objects.len() <= MAX_OPEN;
    let mut drawn: Vec<Node> =
        description.objects.iter().map(|object| draw_object(object, report.asked_at, is_open, kept).into()).collect();
    let lines = description.text.lines().count();
    let label = ["The whole text as kubectl prints it, ", &grouped(lines), " lines"].concat();
    drawn.push(whole_behind(label, &description.text).into());
    drawn
}

fn draw_object(object: &DescribedObject, now: Timestamp, is_open: bool, kept: &[(&str, &str)]) -> Element {
    let groups = object.groups.iter().map(|group| draw_group(group, now));
    let parts = el("div").class("described-parts").all(groups);
    let content = [parts.into()].into_iter().chain(draw_events(object, now));
    if is_open {
        return el("div").class("described").child(heading(object, kept)).all(content);
    }
    let facts = object.groups.iter().flat_map(|group| &group.facts);
    // Of equals the first one tells most.
    let worst = facts.rev().max_by_key(|fact| fact.tone);
    let tone = worst.map_or(Tone::Plain, |fact| fact.tone);
    let why = worst.filter(|fact| fact.tone >= Tone::Unknown);
    let why = why.map(|fact| el("span").class("described-why").text([&fact.name, ": ", &fact.value].concat()));
    let summary = el("summary").child(mark(tone)).child(heading(object, kept)).all(why);
    let key = [object.kind.as_str(), &object.namespace, &object.name].join("/");
    el("details").class("described").with("data-key", key).child(summary).all(content)
}

/// `Pod exits-one in apps`. A pod's name binds it, as a row of a table does.
fn heading(object: &DescribedObject, kept: &[(&str, &str)]) -> Element {
    let shown = name::cut(&object.name);
    let shown = match object.kind.as_str() {
        "Pod" => rows::link(&[("namespace", &object.namespace), ("pod", &object.name)], kept).child(shown),
        _ => shown,
    };
    let place = if object.namespace.is_empty() { String::new() } else { [" in ", &object.namespace].concat() };
    el("span").class("described-name").text([&object.kind, " "].concat()).child(shown).text(place)
}

fn draw_group(group: &FactGroup, now: Timestamp) -> Element {
    let title = (!group.title.is_empty()).then(|| el("p").class("facts-title").text(group.title.clone()));
    let facts = el("dl").class("facts").all(group.facts.iter().map(|fact| draw_fact(fact, now)));
    el("div").class("facts-group").all(title).child(facts)
}

fn draw_fact(fact: &Fact, now: Timestamp) -> Element {
    let value = el("dd").child(mark(fact.tone)).child(el("span").text(fact.value.clone()));
    let value = match fact.at {
        Some(at) => value.child(el("span").class("fact-time").all([text(" ")]).all(time::instant(at, now))),
        None => value,
    };
    el("div").with("data-tone", attribute(fact.tone)).child(el("dt").text(fact.name.clone())).child(value)
}

/// The shape of a tone, and for screen readers its word. What says nothing of how things stand has none.
fn mark(tone: Tone) -> Element {
    let word = match tone {
        Tone::Plain => return el("span").class("mark"),
        Tone::Good => Word::Pass,
        Tone::Unknown => Word::Unknown,
        Tone::Attention => Word::Warn,
        Tone::Failing => Word::Fail,
    };
    let path = el("path").with("fill-rule", "evenodd").with("d", outline(word));
    let shape = el("svg").class("mark").with("viewBox", "0 0 12 12").with("aria-hidden", "true").child(path);
    let label = el("span").class("visually-hidden").text([word.label(), ": "].concat());
    el("span").class("state").with("data-state", word.attribute()).child(shape).child(label)
}

fn attribute(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Good => "good",
        Tone::Unknown => "unknown",
        Tone::Attention => "attention",
        Tone::Failing => "failing",
    }
}

fn draw_events(object: &DescribedObject, now: Timestamp) -> Vec<Node> {
    match &object.events {
        ObjectEvents::Unwanted => Vec::new(),
        ObjectEvents::Unread(reason) => vec![note([text(["Its events are unknown: ", reason].concat())])],
        ObjectEvents::Read(events) if events.is_empty() => {
            vec![empty("No event: the API server keeps them for an hour.".into())]
        }
        ObjectEvents::Read(events) => {
            let sheet = Sheet {
                label: ["Events of ", &object.name].concat(),
                class: "rows events",
                heads: &EVENT_COLUMNS,
                rows: events,
                total: (events.len(), if events.len() == 1 { "event" } else { "events" }),
            };
            sheet.draw(|event| event.is_warning, |event| draw_event(event, now))
        }
    }
}

fn draw_event(event: &ObjectEvent, now: Timestamp) -> Element {
    let tone = if event.is_warning { Tone::Attention } else { Tone::Plain };
    let word = if event.is_warning { "Warning" } else { "Normal" };
    let seen = event.last_at.map(|at| time::distance(at, now));
    let often = match (event.count, event.first_at) {
        (0 | 1, _) => Vec::new(),
        (count, None) => vec![text([", ", &count.to_string(), " times"].concat())],
        (count, Some(first)) => {
            vec![text([", ", &count.to_string(), " times in "].concat()), time::age(first, now).into()]
        }
    };
    let age_s = event.last_at.map_or(0, |at| now.ms_since(at) / 1_000);
    el("tr")
        .class(if event.is_warning { "warning" } else { "" })
        .child(el("td").class("type").child(mark_alone(tone)).text(word))
        .child(el("th").with("scope", "row").class("reason").text(event.reason.clone()))
        .child(el("td").class("num seen").with("data-sort", age_s.to_string()).all(seen).all(often))
        .child(el("td").class("message").text(event.message.clone()))
        .child(el("td").class("from").text(event.source.clone()))
}

/// The shape of a tone without its word, which stands beside it.
fn mark_alone(tone: Tone) -> Element {
    if tone != Tone::Attention {
        return el("span").class("mark");
    }
    let path = el("path").with("fill-rule", "evenodd").with("d", outline(Word::Warn));
    let shape = el("svg").class("mark").with("viewBox", "0 0 12 12").with("aria-hidden", "true").child(path);
    el("span").class("state").with("data-state", Word::Warn.attribute()).child(shape)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panels::drawn::node::html;

    fn described(tone: Tone) -> DescribedObject {
        let fact = Fact { name: "State".into(), value: "<b>waiting</b>".into(), at: Some(Timestamp(0)), tone };
        let event = ObjectEvent {
            is_warning: true,
            reason: "BackOff".into(),
            message: "</td><script>".into(),
            source: "kubelet".into(),
            count: 3,
            last_at: Some(Timestamp(60_000)),
            first_at: Some(Timestamp(0)),
        };
        DescribedObject {
            kind: "Pod".into(),
            namespace: "apps".into(),
            name: "web-0".into(),
            groups: vec![FactGroup { title: "container app".into(), facts: vec![fact] }],
            events: ObjectEvents::Read(vec![event]),
        }
    }

    #[test]
    fn escapes_what_comes_from_outside_and_links_the_pod() {
        let drawn = draw_object(&described(Tone::Failing), Timestamp(120_000), true, &[("cluster", "homelab")]);
        let html = html(&[drawn.into()]);
        assert!(html.contains("&lt;b&gt;waiting&lt;/b&gt;") && html.contains("&lt;/td&gt;&lt;script&gt;"), "{html}");
        assert!(html.contains("href=\"?namespace=apps&amp;pod=web-0&amp;cluster=homelab\""), "{html}");
        assert!(html.contains("class=\"warning\"") && html.contains("failing: "), "{html}");
    }

    #[test]
    fn closes_objects_when_there_are_many() {
        let html = html(&[draw_object(&described(Tone::Plain), Timestamp(0), false, &[]).into()]);
        assert!(html.starts_with("<details") && html.contains("<summary>"), "{html}");
    }
}
