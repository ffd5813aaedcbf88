//! Text in logs, events and messages of states: whether one line holds all that a row asks of it.

use std::ops::Range;

use super::{
    Answer, Case, FactKind, Found,
    fold::{find_address, holds_words},
    sources::{Kind, Lines, Source},
    wording::{self, Level},
};
use crate::verdict::{
    Evidence,
    language::{LinePart, Place, Saying},
    lexicon::{products, sayings, states},
    reading,
};

/// A line so near the end of a log says how it ended, whatever stands after it.
pub(super) const NEAR_THE_END: usize = 12;
/// What a line adds when Kubernetes wrote it as the message of a cause.
const MESSAGE_OF_A_CAUSE: u32 = 200;
/// What a line adds when it is the one that the log ends with.
const TELLING: u32 = 10;

impl Case<'_> {
    /// Looks for one line that holds all parts.
    pub(super) fn weigh_line(&self, parts: &[LinePart], place: Place) -> Answer {
        let mut open = Vec::new();
        let mut near = None;
        let mut searched = Vec::new();
        let mut best: Option<Found> = None;
        for source in self.sources(place) {
            match source {
                Source::Unasked(_, unknown) => open.push(unknown.clone()),
                Source::Lines(lines) => {
                    if let Some(found) = find_in(lines, parts) {
                        let is_better = best
                            .as_ref()
                            .is_none_or(|known| (known.is_early, found.points) > (found.is_early, known.points));
                        if is_better {
                            best = Some(found);
                        }
                    }
                    near = near.or_else(|| near_miss(lines, parts));
                    searched.push(format!("{} ({})", lines.name, lines.extent));
                }
            }
        }
        if let Some(found) = best {
            return Answer::Yes(found);
        }
        if !open.is_empty() {
            return Answer::Open(open);
        }
        let wanted: Vec<String> = parts.iter().map(ToString::to_string).collect();
        let source = if searched.is_empty() { "logs and events".into() } else { searched.join(", ") };
        let why = if self.is_healthy() {
            format!("{} is well, so its log and events are no evidence", self.container.name)
        } else {
            format!("not found: {}", wanted.join(" in one line with "))
        };
        let absent = Evidence { text: why, source, at: None };
        Answer::No(near.into_iter().chain([absent]).collect())
    }

    /// Whether an event about this container, or about the pod as a whole, counts.
    pub(super) fn concerns(&self, container: Option<&str>) -> bool {
        container.is_none_or(|name| name == self.container.name)
    }
}

/// The best line of one place: one that is no early warning before one that is, the last before the others.
fn find_in(lines: &Lines, parts: &[LinePart]) -> Option<Found> {
    let candidates = candidates(lines, parts)?;
    let fits = |at: &usize| may_tell(lines, *at, parts) && parts.iter().all(|part| holds(lines, *at, part));
    let mut early = None;
    for at in candidates.into_iter().rev().filter(fits) {
        if !is_early(lines, at) {
            return Some(found_at(lines, at, parts, false));
        }
        early = early.or(Some(at));
    }
    early.map(|at| found_at(lines, at, parts, true))
}

/// Lines that may hold the parts; `None` when none can.
fn candidates(lines: &Lines, parts: &[LinePart]) -> Option<Vec<usize>> {
    let haystack = &lines.haystack;
    let first = parts.iter().find_map(|part| match part {
        LinePart::Words(words) => Some(haystack.lines_with_words(words)),
        LinePart::Says(saying) => Some(haystack.lines_that_say(*saying).to_vec()),
        LinePart::Regex(pattern) => {
            Some(reading::compiled(pattern).map_or_else(Vec::new, |expression| haystack.lines_with(&expression)))
        }
        LinePart::Address(address) if !address.starts_with(':') => Some(haystack.lines_with_address(address)),
        _ => None,
    });
    let found = first.unwrap_or_else(|| (0..haystack.len()).collect());
    (!found.is_empty()).then_some(found)
}

fn holds(lines: &Lines, at: usize, part: &LinePart) -> bool {
    let line = lines.haystack.line(at);
    match part {
        LinePart::Words(words) => holds_words(line, words),
        LinePart::Regex(pattern) => reading::compiled(pattern).is_some_and(|expression| expression.is_match(line)),
        LinePart::Address(address) => holds_address(line, address),
        LinePart::Says(saying) => lines.haystack.lines_that_say(*saying).binary_search(&at).is_ok(),
        LinePart::Object(kind) => holds_object(line, kind),
        LinePart::Product { name, is_required: true } => products::is_named_in(line, name),
        LinePart::Product { name, is_required: false } => {
            products::is_named_in(line, name) || !products::another_is_named_in(line, name)
        }
        LinePart::Path(path) => find_path(line, path).is_some(),
    }
}

/// `:443`: the port, where a line names ports; one that names none may mean it.
fn holds_address(line: &str, address: &str) -> bool {
    let Some(port) = address.strip_prefix(':') else { return find_address(line, address).is_some() };
    let mut named = line.match_indices(':').filter_map(|(at, _)| {
        let digits: &str = line[at + 1..].split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        let is_clock = line[..at].ends_with(|c: char| c.is_ascii_digit()) && digits.len() == 2;
        (digits.len() >= 2 && digits.len() <= 5 && !is_clock).then_some(digits)
    });
    let first = named.next();
    first.is_none() || first == Some(port) || named.any(|digits| digits == port)
}

fn holds_object(line: &str, kind: &str) -> bool {
    let lower = line.to_lowercase();
    let names: &[&str] = match kind {
        "PersistentVolumeClaim" => &["persistentvolumeclaim", "pvc", "claim"],
        "Table" => &["table", "relation"],
        _ => &[],
    };
    let own = kind.to_lowercase();
    names.iter().copied().chain([own.as_str()]).any(|name| holds_word(&lower, name))
}

/// Whether a word stands in a line, with or without an ending; `AUTH_SECRET` is no secret.
fn holds_word(line: &str, word: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, found)| {
        let after = line[at + found.len()..].trim_start_matches('s');
        !line[..at].chars().next_back().is_some_and(goes_on) && !after.chars().next().is_some_and(goes_on)
    })
}

fn find_path(line: &str, path: &str) -> Option<Range<usize>> {
    let path = path.trim_end_matches('/');
    let is_word = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    line.match_indices(path).map(|(at, found)| at..at + found.len()).find(|span| {
        let before = line[..span.start].chars().next_back();
        let after = line[span.end..].chars().next();
        !before.is_some_and(|c| is_word(c) || c == '/' || c == '.') && !after.is_some_and(is_word)
    })
}

/// Whether a line can be evidence for such parts at all.
fn may_tell(lines: &Lines, at: usize, parts: &[LinePart]) -> bool {
    let line = lines.haystack.line(at);
    if lines.is_log() {
        let has_digits = |part: &LinePart| matches!(part, LinePart::Words(text) | LinePart::Regex(text) if text.contains(|c: char| c.is_ascii_digit()));
        // A visitor's 403 is nothing that this program met.
        if wording::is_access(line) && !parts.iter().any(has_digits) {
            return false;
        }
        // A bare word in a notice is spoken of, not met.
        let is_bare = |part: &LinePart| matches!(part, LinePart::Words(words) if !words.trim().contains(' '));
        return !(parts.iter().all(is_bare) && wording::level(line) == Level::Calm);
    }
    let is_network = parts.iter().any(|part| match part {
        LinePart::Says(saying) => sayings::is_of_network(*saying),
        _ => false,
    });
    if !is_network || parts.iter().any(speaks_for_the_kubelet) {
        return true;
    }
    // The kubelet's own troubles with a probe or a registry are not the program's.
    let reason = lines.reasons.get(at).map_or("", String::as_str);
    let is_of_image = line.to_lowercase().contains("image") && matches!(reason, "Failed" | "BackOff")
        || states::siblings("ErrImagePull").contains(&reason);
    !(reason == "Unhealthy" || is_of_image)
}

/// Words that ask for the kubelet's message itself.
fn speaks_for_the_kubelet(part: &LinePart) -> bool {
    let speaks = |text: &str| {
        let text = text.to_lowercase();
        ["probe", "image", "pull", "registry", "manifest", "waiting for the condition"]
            .iter()
            .any(|word| text.contains(word))
    };
    match part {
        LinePart::Words(text) | LinePart::Regex(text) => speaks(text),
        LinePart::Object(kind) => kind == "Image",
        _ => false,
    }
}

/// An early warning: well before the error that the log ends with, and no error itself.
fn is_early(lines: &Lines, at: usize) -> bool {
    let Some(telling) = lines.telling().filter(|_| lines.is_log()) else { return false };
    let is_near = at + NEAR_THE_END >= lines.haystack.len();
    let is_error = matches!(wording::level(lines.haystack.line(at)), Level::Error | Level::Fatal);
    let is_calmer = matches!(wording::level(lines.haystack.line(at)), Level::Calm | Level::Warning);
    at < telling && ((is_calmer && telling - at > 1) || (!is_near && !is_error))
}

fn found_at(lines: &Lines, at: usize, parts: &[LinePart], is_early: bool) -> Found {
    let text = lines.haystack.line(at).trim().to_owned();
    let evidence = vec![Evidence { text, source: lines.name.clone(), at: lines.at(at) }];
    let own: u32 = parts.iter().map(super::points_of_part).sum();
    let is_message_of_cause = lines.reasons.get(at).is_some_and(|reason| {
        states::find_reason(reason).is_some_and(|reason| reason.weight == states::Weight::Settles) || reason == "Failed"
    });
    let is_network = parts.iter().any(|part| matches!(part, LinePart::Says(saying) if sayings::is_of_network(*saying)));
    let says_only = |saying: Saying| parts.iter().all(|part| *part == LinePart::Says(saying));
    let bonus = match lines.kind {
        Kind::Events | Kind::Waiting if is_message_of_cause && (!is_network || says_only(Saying::Timeout)) => {
            MESSAGE_OF_A_CAUSE
        }
        Kind::Message => TELLING,
        _ if lines.telling() == Some(at) => TELLING,
        _ => 0,
    };
    let kind = match lines.kind {
        Kind::Events => FactKind::Event,
        Kind::Waiting => FactKind::State,
        _ => FactKind::Log,
    };
    let points = if is_early { own / 2 } else { own + bonus };
    Found { evidence, points, kind, is_early }
}

/// The line that names the address, yet says something else: it shows why the row does not fit.
fn near_miss(lines: &Lines, parts: &[LinePart]) -> Option<Evidence> {
    let is_address = |part: &&LinePart| matches!(part, LinePart::Address(_));
    let LinePart::Address(address) = parts.iter().find(is_address).filter(|_| parts.len() > 1)? else { return None };
    let mut named = lines.haystack.lines_with_address(address).into_iter().rev();
    let at = named.find(|at| find_address(lines.haystack.line(*at), address).is_some())?;
    let text = lines.haystack.line(at).trim().to_owned();
    Some(Evidence { text, source: lines.name.clone(), at: lines.at(at) })
}
