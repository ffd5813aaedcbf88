//! Judges an unfiltered description: what calls for attention decides the outcome, the most telling fact the sentence.

use runbook::{
    describe,
    filter::Line,
    outcome::{Body, Cause, DescribedObject, Description, ObjectEvents, Outcome, Report, Tone},
    time::Timestamp,
};

use super::{DescribeAnswer, MAX_LINES, notes};

pub(super) fn judge(answer: &DescribeAnswer, lines: &[Line], now: Timestamp) -> Report {
    let tell = |it: &super::Described| describe::tell(&it.object, &it.related, it.events());
    let mut objects: Vec<DescribedObject> = answer.objects.iter().map(tell).collect();
    objects.sort_by_key(|object| std::cmp::Reverse(describe::worst(object).map(|(_, fact)| fact.tone)));
    let mut notes = notes(answer);
    if lines.len() > MAX_LINES {
        notes.push(format!("The whole text is cut after {MAX_LINES} of {} lines.", lines.len()));
    }
    let text: Vec<&str> = lines.iter().take(MAX_LINES).map(|line| line.text.as_str()).collect();
    Report {
        title: answer.what.clone(),
        source: answer.cluster.clone(),
        asked_at: answer.asked_at.min(now),
        outcome: outcome(&objects),
        body: Body::Description(Description { objects, text: text.join("\n") }),
        notes,
    }
}

fn outcome(objects: &[DescribedObject]) -> Outcome {
    let worst = objects.iter().filter_map(|object| Some((object, describe::worst(object)?)));
    let in_trouble: Vec<_> = worst.collect();
    let Some((object, (group, fact))) = in_trouble.iter().rev().max_by_key(|(_, (_, fact))| fact.tone) else {
        return calm(objects);
    };
    let of = if group.title.is_empty() { String::new() } else { format!(", {}", group.title) };
    let last = group.facts.iter().find(|it| fact.name == "State" && it.name == "Last state");
    let last = last.map_or_else(String::new, |last| format!("; its last run: {}", last.value));
    let mut summary = format!(
        "{} {}{of}: {} {}{last}.",
        object.kind,
        object.name,
        fact.name.to_lowercase(),
        fact.value.trim_end_matches('.')
    );
    if objects.len() > 1 {
        summary = format!("{} of {} objects call for attention. {summary}", in_trouble.len(), objects.len());
    }
    match fact.tone {
        Tone::Failing => Outcome::Fail { summary },
        Tone::Unknown => Outcome::Unknown(Cause::Untold.unknown(
            format!("{} {}", object.kind, object.name),
            summary,
            "What could be read stands below; give Runlight's account the right to read the rest.",
        )),
        _ => Outcome::Warn { summary },
    }
}

/// Nothing in the objects themselves calls for attention; what was said about them still may.
fn calm(objects: &[DescribedObject]) -> Outcome {
    let events = objects.iter().filter_map(|object| match &object.events {
        ObjectEvents::Read(events) => Some(events),
        _ => None,
    });
    let warnings: Vec<_> = events.flatten().filter(|event| event.is_warning).collect();
    match (warnings.first(), objects) {
        (Some(first), _) => Outcome::Warn {
            summary: match warnings.len() {
                1 => format!("One warning among the events: {}.", first.reason),
                count => format!("{count} warnings among the events, the last one {}.", first.reason),
            },
        },
        (None, [object]) => {
            let first = object.groups.iter().flat_map(|group| &group.facts).next();
            let fact = first.map_or_else(String::new, |it| format!(": {} {}", it.name.to_lowercase(), it.value));
            Outcome::Pass {
                summary: format!("{} {}{fact}. Nothing in it calls for attention.", object.kind, object.name),
            }
        }
        (None, objects) => {
            Outcome::Pass { summary: format!("{} objects; nothing in them calls for attention.", objects.len()) }
        }
    }
}
