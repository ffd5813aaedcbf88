//! Whether it is over: a big quiet countdown, the rule in words, and at last one line. The page keeps the count true
//! by `data-since` and `data-most`, both in milliseconds.

use runbook::{
    recovery::{Recovery, RecoveryState},
    time::{Span, Timestamp},
};

use super::{
    button,
    node::{Element, Node, el, text},
    note, time,
};
use crate::ui::time::count_text;

/// The count, and the rule under it.
pub(super) fn draw(recovery: &Recovery) -> Vec<Node> {
    let now = recovery.judged_at;
    let mut drawn: Vec<Node> =
        vec![el("p").class("recovery-count").child(figure(recovery).with("data-mark", "recovery")).into()];
    match &recovery.state {
        RecoveryState::Counting { recovers_at, .. } => drawn.push(instants("Over ", *recovers_at, now)),
        RecoveryState::NotReady { quiet_since: Some(since) } => drawn.push(instants("Last restart ", *since, now)),
        RecoveryState::Unknown(unknown) => drawn.push(super::unknown::draw(unknown).into()),
        RecoveryState::Recovered { .. } | RecoveryState::NotReady { .. } | RecoveryState::Gone => {}
    }
    drawn.push(note([text(recovery.rule.clone())]));
    if !matches!(recovery.state, RecoveryState::Recovered { .. }) {
        drawn.push(el("p").class("note").child(button("notify", "Tell me when it has recovered")).into());
    }
    drawn
}

/// The figure, marked for the page's title and for what tells of the end.
fn figure(recovery: &Recovery) -> Element {
    let whole = el("span").class("recovery-figure").all(words(recovery));
    match recovery.state {
        RecoveryState::Counting { .. } => whole.with("data-title", ""),
        RecoveryState::Recovered { .. } => whole.with("data-title", "").with("data-recovered", ""),
        _ => whole,
    }
}

/// What the strip repeats: the count, or the word that stands in its place. A narrow strip leaves out what is more.
pub(super) fn words(recovery: &Recovery) -> Vec<Node> {
    let more = |words: &str| Node::from(el("span").class("more").text(words.to_owned()));
    match (&recovery.state, recovery.quiet_ms(recovery.judged_at)) {
        (RecoveryState::Counting { quiet_since, .. }, Some(quiet_ms)) => {
            let count = el("b")
                .with("data-since", quiet_since.0.to_string())
                .with("data-most", recovery.needed_ms.to_string())
                .text(count_text(quiet_ms));
            vec![more("quiet "), count.into(), more(&[" of ", &count_text(recovery.needed_ms)].concat())]
        }
        (RecoveryState::Recovered { at }, _) => {
            vec![text("recovered"), more(&[" at ", &at.clock(), " UTC"].concat())]
        }
        (RecoveryState::NotReady { .. }, _) => vec![text("not ready")],
        (RecoveryState::Gone, _) => vec![more("the pod is "), text("gone")],
        (RecoveryState::Unknown(_) | RecoveryState::Counting { .. }, _) => vec![more("recovery "), text("unknown")],
    }
}

/// Whether it is over, as the verdict says it in one line.
pub(super) fn answer(recovery: &Recovery) -> Vec<Node> {
    let now = recovery.judged_at;
    let since = |words: &'static str, at: Timestamp| [text(words)].into_iter().chain(time::instant(at, now));
    match &recovery.state {
        RecoveryState::Counting { quiet_since, .. } => {
            let quiet_ms = recovery.quiet_ms(now).unwrap_or_default();
            let count = el("b")
                .with("data-since", quiet_since.0.to_string())
                .with("data-most", recovery.needed_ms.to_string())
                .text(count_text(quiet_ms));
            let most = [" of ", &count_text(recovery.needed_ms)].concat();
            vec![text("Not yet: quiet "), count.into(), text(most)]
        }
        RecoveryState::Recovered { at } => since("Yes, since ", *at).collect(),
        RecoveryState::NotReady { quiet_since: Some(at) } => since("No: not ready, last restart ", *at).collect(),
        RecoveryState::NotReady { quiet_since: None } => vec![text("No: not ready")],
        RecoveryState::Gone => vec![text("The pod is gone, and nothing has replaced it")],
        RecoveryState::Unknown(unknown) => vec![text(["Unknown: ", &unknown.reason].concat())],
    }
}

fn instants(words: &'static str, at: Timestamp, now: Timestamp) -> Node {
    // A moment to come reads as "in 4 min"; one that is past as "6 min ago".
    let distance = if at > now {
        el("span").with("data-at", at.0.to_string()).text(["in ", &Span(at.ms_since(now)).to_string()].concat())
    } else {
        time::distance(at, now)
    };
    let clock = time::clock(at, now);
    note([text(words), clock.into(), text(" ("), distance.into(), text(")")])
}
