//! What a phrase comes to once all its words are taken: its clauses as one condition, what stands in brackets folded in, and
//! the words that were not understood.

use super::{
    phrase::{Phrase, Read},
    tokens::Token,
    words::write_tokens,
};
use crate::verdict::{
    language::{Clause, Condition, LinePart, NodeTrouble, Place},
    lexicon::sayings,
};

impl Phrase<'_> {
    pub(super) fn finish(mut self, tokens: &[Token]) -> Read {
        let says_network =
            self.line.iter().any(|part| matches!(part, LinePart::Says(saying) if sayings::is_of_network(*saying)));
        for part in &mut self.line {
            if let LinePart::Product { is_required, .. } = part {
                *is_required |= says_network;
            }
        }
        let is_object = |part: &LinePart| {
            matches!(part, LinePart::Object(_) | LinePart::Product { .. })
                // A bare number is nothing that a line could be told by.
                || matches!(part, LinePart::Words(words) if words.chars().all(|c| c.is_ascii_digit()))
                || (matches!(part, LinePart::Address(address) if address.starts_with(':')))
        };
        // "Readiness probe returns 503": the kubelet's message names the answer.
        let names_probe = self.conditions.iter().any(|one| matches!(one, Condition::Is(Clause::Probe(_))));
        let is_answer =
            |part: &LinePart| matches!(part, LinePart::Words(words) if super::numbers::is_http_status(words));
        if names_probe && self.line.len() == 1 && is_answer(&self.line[0]) {
            let parts = std::mem::take(&mut self.line);
            self.add(Clause::Line { parts, place: Place::Events });
        }
        let has_line = !self.line.is_empty();
        let is_object_alone = has_line && self.line.iter().all(is_object);
        let stands_alone = self.conditions.is_empty() && self.glosses.is_empty();
        let is_incomplete = is_object_alone && stands_alone;
        let denies_unread = is_object_alone && !stands_alone && self.is_line_denied;
        if is_object_alone && !stands_alone {
            // "OOMKilled in the image": a state, and a thing that is named beside it.
            self.aside.extend(self.line.drain(..).map(|part| part.to_string()));
        } else if has_line {
            let place = self.place.or(self.context.place).unwrap_or(Place::Anywhere);
            self.denies = self.is_line_denied;
            let parts = std::mem::take(&mut self.line);
            self.add(Clause::Line { parts, place });
        }
        // "node condition Ready is false"
        let denies_ready = |token: &Token| matches!(token, Token::Word(word) | Token::Code(word) if ["false", "unknown"].contains(&word.to_lowercase().as_str()));
        if self.names_node && self.conditions == [Condition::Is(Clause::Ready)] && tokens.iter().any(denies_ready) {
            self.conditions = vec![Condition::Is(Clause::Node(NodeTrouble::NotReady))];
            self.left.clear();
        }
        self.fold_glosses();
        if self.names_init {
            self.fold_init(tokens);
        }
        self.fold_target();
        // "without a core file": what is denied was not understood, so the state alone is not the row.
        if denies_unread {
            self.narrows = true;
            self.left = vec![write_tokens(tokens)];
        }
        let left =
            if self.conditions.is_empty() { self.left.join(" ") } else { std::mem::take(&mut self.left).join(" ") };
        let condition = match self.conditions.len() {
            0 => None,
            1 => self.conditions.pop(),
            _ => Some(Condition::All(self.conditions)),
        };
        let text = write_tokens(tokens);
        Read {
            condition,
            place: self.place,
            is_incomplete,
            denies_unread,
            refusal: None,
            left,
            narrows: self.narrows,
            text,
        }
    }

    /// What stands in brackets explains a cause and narrows a mere symptom: "OOMKilled (exit code 137)" is OOMKilled,
    /// "CrashLoopBackOff (exit code 1)" is both.
    fn fold_glosses(&mut self) {
        for mut gloss in std::mem::take(&mut self.glosses) {
            if let (Condition::Is(Clause::Line { place: place @ Place::Anywhere, .. }), Some(there)) =
                (&mut gloss, self.place)
            {
                *place = there;
            }
            // "File is missing (FailedMount)": the state says what the words describe.
            if let [one @ Condition::Is(Clause::Line { .. })] = self.conditions.as_slice()
                && !self.has_code
                && is_state_of_a_cause(&gloss)
            {
                self.conditions = vec![Condition::with_the_better(gloss, one.clone())];
                continue;
            }
            let explains = self.conditions.iter().any(super::join::is_cause);
            let is_code = matches!(gloss, Condition::Is(Clause::Exit(_)));
            let is_told = (explains && is_code) || self.conditions.contains(&gloss);
            if !is_told {
                self.conditions.push(gloss);
            }
        }
    }
}

/// A state, an event or a probe that says why by itself, or a choice of such.
fn is_state_of_a_cause(condition: &Condition) -> bool {
    match condition {
        Condition::Is(Clause::Reason(_) | Clause::Probe(_) | Clause::Node(_)) => super::join::is_cause(condition),
        Condition::Any(parts) => parts.iter().all(is_state_of_a_cause),
        _ => false,
    }
}
