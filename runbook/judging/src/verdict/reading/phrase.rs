//! One phrase of a cell: what stands between two joints. Takes code spans and words from the left, keeps what it
//! understood as clauses, and every stretch that it did not.

use super::{
    numbers,
    tokens::Token,
    words::{is_address, is_clearly_a_state, is_identifier_of_an_error, longest, read_products, write_tokens},
};
use crate::verdict::{
    language::{Clause, Condition, ExitCodes, LinePart, NodeTrouble, Place, Saying},
    lexicon::{Meaning, fold_word, heads::Context, products, sayings, states},
};

/// A phrase under way.
pub(super) struct Phrase<'c> {
    pub(super) context: &'c Context,
    pub(super) numbers_are_exit_codes: bool,
    conditions: Vec<Condition>,
    line: Vec<LinePart>,
    is_line_denied: bool,
    place: Option<Place>,
    glosses: Vec<Condition>,
    left: Vec<String>,
    aside: Vec<String>,
    narrows: bool,
    is_towards: bool,
    denies: bool,
    names_node: bool,
    /// The first word of the stretch that is being taken, and of the one before it.
    previous: String,
    before: String,
}

/// A phrase, read as far as it could be.
pub(super) struct Read {
    /// What it asks for; absent when nothing of it was understood.
    pub(super) condition: Option<Condition>,
    /// Where it says to look.
    pub(super) place: Option<Place>,
    /// A line of which only the object is named, as in "ConfigMap/Secret not found".
    pub(super) is_incomplete: bool,
    /// Words that were not understood.
    pub(super) left: String,
    /// Whether these words make it a narrower one.
    pub(super) narrows: bool,
    /// The phrase as it was written.
    pub(super) text: String,
}

/// Reads one phrase.
pub(super) fn read(tokens: &[Token], context: &Context, numbers_are_exit_codes: bool) -> Result<Read, String> {
    let mut phrase = Phrase {
        context,
        numbers_are_exit_codes,
        conditions: Vec::new(),
        line: Vec::new(),
        is_line_denied: false,
        place: None,
        glosses: Vec::new(),
        left: Vec::new(),
        aside: Vec::new(),
        narrows: false,
        is_towards: false,
        denies: false,
        names_node: false,
        previous: String::new(),
        before: String::new(),
    };
    if let Some(condition) = sole_word(tokens) {
        phrase.conditions.push(condition);
        return Ok(phrase.finish(tokens));
    }
    let mut rest = tokens;
    while let Some(token) = rest.first() {
        let used = match token {
            Token::Code(text) => {
                phrase.take_marked(text)?;
                1
            }
            Token::Word(_) => phrase.take_words(rest),
            Token::Group(inner) => {
                phrase.take_group(inner)?;
                1
            }
            Token::Joint(_) => 1,
        };
        rest = &rest[used..];
    }
    if phrase.denies && phrase.conditions.is_empty() && phrase.line.is_empty() {
        return Err(format!(
            "\"{}\" asks for something to be absent, which a bounded log cannot show",
            write_tokens(tokens)
        ));
    }
    Ok(phrase.finish(tokens))
}

/// A word that prose uses too is a state when it stands alone: `Error`, `Unknown`, "Failed".
fn sole_word(tokens: &[Token]) -> Option<Condition> {
    let is_dress = |word: &str| {
        [
            "state",
            "status",
            "pod",
            "pods",
            "container",
            "stuck",
            "in",
            "phase",
            "the",
            "zustand",
            "estado",
            "etat",
            "reason",
        ]
        .contains(&fold_word(word).as_str())
    };
    let mut words = tokens.iter().filter(|token| !matches!(token, Token::Word(word) if is_dress(word)));
    match (words.next(), words.next()) {
        (Some(Token::Word(word)), None) => {
            let reason = states::find_reason(word).filter(|reason| states::is_everyday_word(reason.name))?;
            let is_written_so = word.starts_with(char::is_uppercase);
            is_written_so.then(|| Condition::Is(Clause::Reason(reason.name.to_owned())))
        }
        _ => None,
    }
}

impl Phrase<'_> {
    pub(super) fn add(&mut self, clause: Clause) {
        self.add_condition(Condition::Is(clause));
    }

    pub(super) fn add_condition(&mut self, condition: Condition) {
        let condition = if std::mem::take(&mut self.denies) { Condition::Not(Box::new(condition)) } else { condition };
        if !self.conditions.contains(&condition) {
            self.conditions.push(condition);
        }
    }

    /// The kernel's kill, or the program's own word for it.
    pub(super) fn add_out_of_memory(&mut self) {
        let line = Clause::Line { parts: vec![LinePart::Says(Saying::Memory)], place: Place::Logs };
        let killed = Condition::Is(Clause::Reason("OOMKilled".into()));
        self.add_condition(Condition::Any(vec![killed, Condition::Is(line)]));
    }

    pub(super) fn push_part(&mut self, part: LinePart) {
        self.is_line_denied |= std::mem::take(&mut self.denies);
        if !self.line.contains(&part) {
            self.line.push(part);
        }
    }

    pub(super) fn set_place(&mut self, place: Place) {
        if self.place.is_none() || place != Place::Anywhere {
            self.place = Some(place);
        }
    }

    fn take_marked(&mut self, text: &str) -> Result<(), String> {
        match text {
            "NotReady" | "Not Ready" if self.names_node => self.add(Clause::Node(NodeTrouble::NotReady)),
            "NotReady" | "Not Ready" => {
                self.denies = !self.denies;
                self.add(Clause::Ready);
            }
            "Ready" | "1/1" => self.add(Clause::Ready),
            count if super::tokens::is_ready_count(count) => {
                self.denies = !self.denies;
                self.add(Clause::Ready);
            }
            "Unknown" if self.names_node => self.add(Clause::Node(NodeTrouble::NotReady)),
            _ => {
                let trouble = [NodeTrouble::Disk, NodeTrouble::Memory, NodeTrouble::Pids]
                    .into_iter()
                    .find(|trouble| trouble.word() == text);
                match trouble {
                    Some(trouble) => self.add(Clause::Node(trouble)),
                    None => return self.take_code(text),
                }
            }
        }
        Ok(())
    }

    fn take_group(&mut self, inner: &[Token]) -> Result<(), String> {
        let read = super::read_tokens(inner, self.context, self.numbers_are_exit_codes);
        match read {
            Ok(pattern) => self.glosses.push(pattern.condition),
            Err(_) => {
                let phrase = read_products(inner);
                match phrase {
                    Some(name) => self.push_part(LinePart::Product { name, is_required: false }),
                    None => self.aside.push(write_tokens(inner)),
                }
            }
        }
        Ok(())
    }

    /// Takes the words at the head of `rest`; answers how many.
    fn take_words(&mut self, rest: &[Token]) -> usize {
        let run: Vec<&str> =
            rest.iter().map_while(|t| if let Token::Word(word) = t { Some(word.as_str()) } else { None }).collect();
        let folded: Vec<String> = run.iter().map(|word| fold_word(word)).collect();
        let known = longest(&folded);
        let before = std::mem::replace(&mut self.previous, folded[0].clone());
        self.before = before;
        let state = super::code::reason(run[0]).filter(|_| is_clearly_a_state(run[0]));
        match (known, state) {
            (Some((meaning, used)), state) if used > 1 || state.is_none() => {
                return used.max(self.take_meaning(meaning, used, rest, &run));
            }
            (_, Some(name)) => self.add(Clause::Reason(name)),
            _ => return self.take_unknown(rest, &run),
        }
        1
    }

    fn take_meaning(&mut self, meaning: Meaning, used: usize, rest: &[Token], run: &[&str]) -> usize {
        match meaning {
            Meaning::Reason(name) => self.add(Clause::Reason(name.to_owned())),
            Meaning::Exit(from, to) => self.add(Clause::Exit(ExitCodes { from, to })),
            Meaning::OutOfMemory => self.add_out_of_memory(),
            Meaning::ExitWord => return self.take_exit_code(used, rest, run),
            Meaning::Says(saying) => self.push_part(LinePart::Says(saying)),
            Meaning::Words(text) => self.push_part(LinePart::Words(text.to_owned())),
            Meaning::Object(kind) => self.push_part(LinePart::Object(kind.to_owned())),
            Meaning::Probe(probe) => self.add(Clause::Probe(probe)),
            Meaning::Node(trouble) => self.add(Clause::Node(trouble)),
            Meaning::Restarting => {
                if let Some((count, more)) = numbers::count_after(&rest[used..]) {
                    self.add(Clause::Restarts { more_than: count });
                    return used + more;
                }
                self.add(Clause::Restarts { more_than: 0 });
            }
            Meaning::RestartWord => {
                let (count, more) = numbers::count_after(&rest[used..]).unwrap_or((0, 0));
                self.add(Clause::Restarts { more_than: count });
                return used + more;
            }
            Meaning::Ready => self.add(Clause::Ready),
            Meaning::NotReady if self.names_node => self.add(Clause::Node(NodeTrouble::NotReady)),
            Meaning::NotReady => {
                self.denies = !self.denies;
                self.add(Clause::Ready);
            }
            Meaning::Soon(within_s) => self.add(Clause::Soon { within_s }),
            Meaning::Place(place) => self.set_place(place),
            Meaning::NoErrors => {
                let parts = vec![LinePart::Says(Saying::Error)];
                let line = Condition::Is(Clause::Line { parts, place: Place::Logs });
                self.add_condition(Condition::Not(Box::new(line)));
            }
            Meaning::Not => self.denies = true,
            Meaning::Towards => self.is_towards = true,
            Meaning::Narrows => {
                self.narrows = true;
                self.left.push(run[..used].join(" "));
            }
            Meaning::Adjunct | Meaning::Filler => {}
        }
        used
    }

    /// "exit code", "exits with": takes the number that follows, in words, code or brackets.
    fn take_exit_code(&mut self, used: usize, rest: &[Token], run: &[&str]) -> usize {
        match numbers::exit_codes_after(&rest[used..]) {
            Some((codes, more)) => {
                self.numbers_are_exit_codes = true;
                self.add(Clause::Exit(codes));
                used + more
            }
            None => {
                self.aside.push(run[..used].join(" "));
                used
            }
        }
    }

    fn take_unknown(&mut self, rest: &[Token], run: &[&str]) -> usize {
        let word = run[0];
        let folded = fold_word(word);
        if let Some((clause, used)) = numbers::time_at(rest) {
            if let Some(clause) = clause {
                self.add(clause);
            }
            return used;
        }
        let counts_nodes = run.get(1).is_some_and(|next| fold_word(next).starts_with("node"));
        if super::tokens::is_ready_count(word) && counts_nodes {
            return 1;
        }
        if super::tokens::is_ready_count(word) {
            self.denies = true;
            self.add(Clause::Ready);
            return 1;
        }
        if let Some((codes, used)) = numbers::bare_codes_at(rest).filter(|_| self.numbers_are_exit_codes) {
            self.add(Clause::Exit(codes));
            return used;
        }
        if numbers::is_http_status(word) && !self.follows_port_word() {
            self.push_part(LinePart::Words(word.to_owned()));
        } else if let Some(port) = numbers::port(word) {
            self.push_part(LinePart::Address(format!(":{port}")));
        } else if is_identifier_of_an_error(word) {
            self.push_part(LinePart::Words(word.to_owned()));
        } else if is_address(word) {
            self.push_part(LinePart::Address(word.to_owned()));
        } else if word.len() > 2 && word.starts_with('/') {
            self.push_part(LinePart::Path(word.to_owned()));
        } else if ["node", "nodes", "knoten", "noeud", "nodo", "kubelet"].contains(&folded.as_str()) {
            self.names_node = true;
        } else if let Some(name) = products::find(&folded) {
            let is_required = self.is_towards;
            self.push_part(LinePart::Product { name: name.to_owned(), is_required });
        } else if let Some((name, value)) =
            word.split_once(['=', ':']).filter(|(name, value)| !name.is_empty() && !value.is_empty())
        {
            self.take_pair(word, name, value);
        } else {
            self.left.push(word.to_owned());
        }
        1
    }

    fn follows_port_word(&self) -> bool {
        ["on", "port", "ports", "auf", "puerto", "porta", "sur"].contains(&self.before.as_str())
    }

    /// `reason=OOMKilled`, `exitCode:137`.
    fn take_pair(&mut self, word: &str, name: &str, value: &str) {
        let is_about_exit = fold_word(name).contains("exit");
        let codes = super::code::exit_codes(value, is_about_exit);
        match (codes, super::code::reason(value)) {
            (Some(codes), _) => self.add(Clause::Exit(codes)),
            (_, Some(reason)) => self.add(Clause::Reason(reason)),
            _ => self.left.push(word.to_owned()),
        }
    }

    fn finish(mut self, tokens: &[Token]) -> Read {
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
        let has_line = !self.line.is_empty();
        let is_object_alone = has_line && self.line.iter().all(is_object);
        let is_incomplete = is_object_alone && self.conditions.is_empty();
        if is_object_alone && !self.conditions.is_empty() {
            // "OOMKilled in the image": a state, and a thing that is named beside it.
            self.aside.extend(self.line.drain(..).map(|part| part.to_string()));
        } else if has_line {
            let place = self.place.or(self.context.place).unwrap_or(Place::Anywhere);
            self.denies = self.is_line_denied;
            let parts = std::mem::take(&mut self.line);
            self.add(Clause::Line { parts, place });
        }
        self.fold_glosses();
        let left =
            if self.conditions.is_empty() { self.left.join(" ") } else { std::mem::take(&mut self.left).join(" ") };
        let condition = match self.conditions.len() {
            0 => None,
            1 => self.conditions.pop(),
            _ => Some(Condition::All(self.conditions)),
        };
        Read { condition, place: self.place, is_incomplete, left, narrows: self.narrows, text: write_tokens(tokens) }
    }

    /// What stands in brackets explains a cause and narrows a mere symptom: "OOMKilled (exit code 137)" is OOMKilled,
    /// "CrashLoopBackOff (exit code 1)" is both.
    fn fold_glosses(&mut self) {
        for gloss in std::mem::take(&mut self.glosses) {
            let explains = self.conditions.iter().any(super::join::is_cause);
            let is_code = matches!(gloss, Condition::Is(Clause::Exit(_)));
            let is_told = (explains && is_code) || self.conditions.contains(&gloss);
            if !is_told {
                self.conditions.push(gloss);
            }
        }
    }
}
