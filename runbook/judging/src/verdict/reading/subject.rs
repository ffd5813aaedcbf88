//! Of what a phrase speaks: an init container, a sidecar by its name, what a refused connection went to.

use super::tokens::Token;
use super::{phrase::Phrase, words::write_tokens};
use crate::verdict::{
    language::{Clause, Condition, LinePart},
    lexicon::{fold_word, sayings, states},
};

impl Phrase<'_> {
    /// What an init container does: it fails, or the pod waits for it.
    pub(super) fn fold_init(&mut self, tokens: &[Token]) {
        let is_container_state = |name: &str| {
            states::find_reason(name).is_some_and(|reason| reason.source == states::ReasonSource::Container)
        };
        let mut is_told = false;
        for condition in &mut self.conditions {
            if let Condition::Is(Clause::Reason(name)) = condition {
                is_told = true;
                if !name.starts_with("Init:") && is_container_state(name) {
                    *name = format!("Init:{name}");
                }
            }
            is_told |= !matches!(condition, Condition::Is(Clause::Container(_) | Clause::Reason(_)));
        }
        if is_told {
            return;
        }
        let reason = |name: &str| Condition::Is(Clause::Reason(name.into()));
        let text = fold_word(&write_tokens(tokens));
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        self.denies = false;
        self.left.retain(|word| {
            let word = fold_word(word);
            !INIT_WAITS.iter().chain(&INIT_FAILS).any(|known| word.contains(known))
        });
        if says(&INIT_WAITS) {
            self.conditions.push(reason("Init:"));
        } else if says(&INIT_FAILS) {
            self.conditions.push(Condition::Any(vec![reason("Init:Error"), reason("Init:CrashLoopBackOff")]));
        }
    }

    /// "Connection refused on NodePort": many connections are refused, and only one that names this is meant.
    pub(super) fn fold_target(&mut self) {
        let is_network = |part: &LinePart| matches!(part, LinePart::Says(saying) if sayings::is_of_network(*saying));
        if self.target.is_empty() || self.narrows {
            return;
        }
        if let [one @ Condition::Is(Clause::Line { parts, .. })] = self.conditions.as_slice()
            && parts.iter().all(is_network)
        {
            let prose = Condition::Is(Clause::Prose(self.target.join(" ")));
            self.conditions = vec![Condition::All(vec![one.clone(), prose])];
            self.left.retain(|word| !self.target.contains(&fold_word(word)));
        }
    }
}

/// How it is said that a pod waits for an init container.
const INIT_WAITS: [&str; 22] = [
    "wait", "hang", "stuck", "stall", "finish", "complete", "running", "wartet", "warten", "fertig", "hangt", "steckt",
    "attend", "bloqu", "termine", "espera", "atascad", "colgad", "travad", "preso", "presa", "acaba",
];
/// How it is said that it fails.
const INIT_FAILS: [&str; 14] = [
    "fail", "crash", "error", "exits", "dies", "fehl", "absturz", "sturzt", "echou", "echec", "erreur", "falla",
    "falha", "erro",
];

/// Words for a container at the head of folded words: how many, and whether it is one that prepares the pod.
pub(super) fn container_words(folded: &[String]) -> Option<(usize, bool)> {
    let parts: Vec<&str> = folded.iter().take(4).map(String::as_str).collect();
    let is_container = |word: &str| {
        ["container", "containers", "conteneur", "conteneurs", "contenedor", "contenedores"].contains(&word)
    };
    let is_init = |word: &str| {
        ["d'init", "d'initialisation", "init", "inicial", "inicializacion", "inicializacao", "initialisation"]
            .contains(&word)
    };
    match parts.as_slice() {
        ["init-container" | "init-containers" | "initcontainer" | "initcontainers" | "init-conteneur", ..] => {
            Some((1, true))
        }
        ["init", word, ..] if is_container(word) => Some((2, true)),
        [word, "de", next, ..] if is_container(word) && is_init(next) => Some((3, true)),
        [word, next, ..] if is_container(word) && is_init(next) => Some((2, true)),
        ["sidecar" | "sidecars", word, ..] if is_container(word) => Some((2, false)),
        ["sidecar" | "sidecars", ..] => Some((1, false)),
        [word, ..] if is_container(word) => Some((1, false)),
        _ => None,
    }
}
