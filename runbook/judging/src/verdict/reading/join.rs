//! Phrases into one condition: what a comma, a slash or a colon between them means follows from what they are.

use super::{phrase::Read, tokens::Joint, words::is_about_an_error};
use crate::verdict::{
    language::{Clause, Condition, LinePart, Place},
    lexicon::states::{self, ReasonSource, Weight},
};

/// Whether a condition names a cause by itself.
pub(crate) fn is_cause(condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(is_cause),
        Condition::Not(_) => false,
        Condition::Is(clause) => match clause {
            Clause::Reason(name) => weight_of(name) == Weight::Settles,
            Clause::Line { parts, .. } => parts.iter().any(is_about_an_error),
            Clause::Probe(_) | Clause::Node(_) => true,
            _ => false,
        },
    }
}

fn weight_of(name: &str) -> Weight {
    let bare = name.strip_prefix("Init:").unwrap_or(name);
    states::find_reason(bare).map_or(Weight::Symptom, |reason| reason.weight)
}

/// "timeouts to A or B", "ConfigMap/Secret not found": the phrase that names an object alone shares what is said of the
/// other.
pub(super) fn share_lines(reads: &mut [(Option<Joint>, Read)]) {
    for at in 1..reads.len() {
        let is_choice = !matches!(reads[at].0, Some(Joint::And | Joint::With | Joint::Remark));
        if !is_choice {
            continue;
        }
        let (before, after) = reads.split_at_mut(at);
        let (earlier, later) = (&mut before[at - 1].1, &mut after[0].1);
        if earlier.is_incomplete && !later.is_incomplete {
            share(later, earlier);
        } else if is_objects_alone(later) {
            share(earlier, later);
        }
    }
}

fn is_objects_alone(read: &Read) -> bool {
    let is_object =
        |part: &LinePart| matches!(part, LinePart::Address(_) | LinePart::Object(_) | LinePart::Product { .. });
    matches!(&read.condition, Some(Condition::Is(Clause::Line { parts, .. })) if parts.iter().all(is_object))
}

/// Gives the words of one line to another that only names an object.
fn share(from: &Read, to: &mut Read) {
    let is_object =
        |part: &LinePart| matches!(part, LinePart::Address(_) | LinePart::Object(_) | LinePart::Product { .. });
    let Some(Condition::Is(Clause::Line { parts: said, place: from_place })) = &from.condition else { return };
    let Some(Condition::Is(Clause::Line { parts, place })) = &mut to.condition else { return };
    if !said.iter().any(is_object) || said.iter().all(is_object) {
        return;
    }
    let own = std::mem::take(parts);
    // In the order in which the words were written: object and saying, or saying and address.
    let is_object_first = said.first().is_some_and(is_object);
    let shared = said.iter().filter(|part| !is_object(part)).cloned();
    *parts = if is_object_first { own.into_iter().chain(shared).collect() } else { shared.chain(own).collect() };
    if *place == Place::Anywhere {
        *place = *from_place;
    }
    to.is_incomplete = false;
}

/// Joins terms: `/` first, then "or" before "with", then the rest. A mixture that can be read in two ways is an error.
pub(super) fn join(terms: Vec<Condition>, joints: &[Joint]) -> Result<Condition, String> {
    let mut joints = settle_commas(&terms, joints);
    let mut terms = terms;
    if let Some(at) = joints.iter().position(|joint| *joint == Joint::With) {
        let after = terms.split_off(at + 1);
        let rest = joints.split_off(at);
        return Ok(all(vec![join(terms, &joints)?, join(after, &rest[1..])?]));
    }
    let mut groups: Vec<Vec<Condition>> = Vec::new();
    let mut outer = Vec::new();
    for (at, term) in terms.into_iter().enumerate() {
        let joint = at.checked_sub(1).map(|before| joints[before]);
        match groups.last_mut() {
            Some(group) if joint == Some(Joint::Slash) => group.push(term),
            _ => {
                outer.extend(joint);
                groups.push(vec![term]);
            }
        }
    }
    let mut joined: Vec<Condition> = groups.into_iter().map(any).collect();
    let is_or = |joint: &Joint| *joint == Joint::Or;
    match (outer.iter().any(is_or), outer.iter().all(is_or)) {
        _ if joined.len() == 1 => Ok(joined.remove(0)),
        (true, true) => Ok(any(joined)),
        (false, _) => Ok(all(joined)),
        (true, false) => Err("it mixes \"and\" with \"or\" and can be read in two ways".into()),
    }
}

fn all(parts: Vec<Condition>) -> Condition {
    let mut flat: Vec<Condition> = Vec::new();
    for part in parts {
        let inner = if let Condition::All(inner) = part { inner } else { vec![part] };
        for one in inner {
            if !flat.contains(&one) {
                flat.push(one);
            }
        }
    }
    loosen_phase(&mut flat);
    if flat.len() == 1 { flat.remove(0) } else { Condition::All(flat) }
}

/// A choice. Of an exit code and a mere symptom beside it ("Exit 1 / Error") the code is what is meant.
fn any(parts: Vec<Condition>) -> Condition {
    let names_code = |part: &Condition| matches!(part, Condition::Is(Clause::Exit(_)));
    let is_symptom =
        |part: &Condition| matches!(part, Condition::Is(Clause::Reason(name)) if weight_of(name) == Weight::Symptom);
    let drops_symptoms = parts.iter().any(names_code) && parts.iter().all(|part| names_code(part) || is_symptom(part));
    let mut flat: Vec<Condition> = Vec::new();
    for part in parts {
        if drops_symptoms && is_symptom(&part) {
            continue;
        }
        let inner = if let Condition::Any(inner) = part { inner } else { vec![part] };
        for one in inner {
            if !flat.contains(&one) {
                flat.push(one);
            }
        }
    }
    if flat.len() == 1 { flat.remove(0) } else { Condition::Any(flat) }
}

/// "Pod Pending, events show …": beside a cause, Pending is the phase that `describe` prints; alone it is kubectl's
/// STATUS, which names what a container waits for.
fn loosen_phase(parts: &mut [Condition]) {
    let is_pending = |part: &Condition| matches!(part, Condition::Is(Clause::Reason(name)) if name == "Pending");
    let tells_more = |part: &Condition| !is_pending(part) && !matches!(part, Condition::Is(Clause::Lasting { .. }));
    if !parts.iter().any(tells_more) {
        return;
    }
    for part in parts {
        if is_pending(part) {
            *part = Condition::Is(Clause::Phase("Pending".into()));
        }
    }
}

/// What kind of fact a term asks for: two of one kind that cannot both hold are a choice, whatever stands between.
#[derive(PartialEq, Clone, Copy)]
enum Kind {
    Exit,
    /// Of a container.
    State,
    /// Of the pod as a whole.
    Pod,
    Event,
    Text,
    Other,
}

fn kind(term: &Condition) -> Kind {
    match term {
        Condition::Is(Clause::Exit(_)) => Kind::Exit,
        Condition::Is(Clause::Line { .. } | Clause::Prose(_)) => Kind::Text,
        Condition::Is(Clause::Reason(name)) => {
            let bare = name.strip_prefix("Init:").unwrap_or(name);
            match states::find_reason(bare).map(|reason| reason.source) {
                Some(ReasonSource::Event) => Kind::Event,
                Some(ReasonSource::Pod) => Kind::Pod,
                _ => Kind::State,
            }
        }
        Condition::Any(parts) if parts.windows(2).all(|two| kind(&two[0]) == kind(&two[1])) => {
            parts.first().map_or(Kind::Other, kind)
        }
        _ => Kind::Other,
    }
}

/// A symptom goes with any cause; two causes that are states of a container exclude each other.
fn is_symptom(term: &Condition) -> bool {
    matches!(term, Condition::Is(Clause::Reason(name)) if weight_of(name) == Weight::Symptom)
}

/// A comma is a choice before an "or" and between two of a kind; else it adds. Two exit codes are always a choice.
fn settle_commas(terms: &[Condition], joints: &[Joint]) -> Vec<Joint> {
    let last_or = joints.iter().rposition(|joint| *joint == Joint::Or);
    let last_word = joints.iter().rfind(|joint| !matches!(joint, Joint::Comma | Joint::Remark));
    let settle = |(at, joint): (usize, &Joint)| {
        let (one, two) = (kind(&terms[at]), kind(&terms[at + 1]));
        let are_causes = !is_symptom(&terms[at]) && !is_symptom(&terms[at + 1]);
        let exclude = one == two && (one == Kind::Exit || (one == Kind::State && are_causes));
        let are_states = [one, two].iter().all(|kind| matches!(kind, Kind::State | Kind::Pod));
        match joint {
            Joint::Remark => Joint::With,
            Joint::Comma | Joint::And if exclude => Joint::Slash,
            // "A or B, event C"
            Joint::Comma if last_or.is_some_and(|or| or < at) && one != two => Joint::With,
            Joint::Comma if last_word == Some(&Joint::Or) => Joint::Or,
            Joint::Comma
                if ((one == two && one != Kind::Other) || (are_states && are_causes))
                    && last_word != Some(&Joint::And) =>
            {
                Joint::Or
            }
            Joint::Comma => Joint::And,
            other => *other,
        }
    };
    joints.iter().enumerate().map(settle).collect()
}
