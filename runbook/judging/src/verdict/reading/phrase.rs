//! One phrase of a cell: what stands between two joints. Takes code spans and words from the left, keeps what it
//! understood as clauses, and every stretch that it did not.

use super::{
    numbers,
    tokens::Token,
    words::{is_address, is_clearly_a_state, is_identifier_of_an_error, longest, read_products, write_tokens},
};
use crate::verdict::{
    language::{Clause, Condition, ExitCodes, LinePart, NodeTrouble, Place, Saying},
    lexicon::{Meaning, fold_word, heads::Context, products},
};

/// A phrase under way.
pub(super) struct Phrase<'c> {
    pub(super) context: &'c Context,
    pub(super) numbers_are_exit_codes: bool,
    pub(super) conditions: Vec<Condition>,
    pub(super) line: Vec<LinePart>,
    pub(super) is_line_denied: bool,
    pub(super) place: Option<Place>,
    pub(super) glosses: Vec<Condition>,
    pub(super) left: Vec<String>,
    pub(super) aside: Vec<String>,
    pub(super) narrows: bool,
    is_towards: bool,
    pub(super) denies: bool,
    pub(super) names_node: bool,
    /// Of whom it speaks: a container that prepares the pod.
    pub(super) names_init: bool,
    /// Text in code marks was taken.
    pub(super) has_code: bool,
    /// `0/1` stood before: "ready" after it says what was counted.
    has_count: bool,
    /// What a refused or late connection went to, where that is nothing that is known.
    pub(super) target: Vec<String>,
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
    /// It denies something that was not understood.
    pub(super) denies_unread: bool,
    /// Why it can never be looked up, when that is known.
    pub(super) refusal: Option<String>,
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
        names_init: false,
        has_code: false,
        has_count: false,
        target: Vec::new(),
        previous: String::new(),
        before: String::new(),
    };
    if let Some(condition) = super::words::sole_word(tokens) {
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
    // "OOMKilled, never Tuesdays": so, too, where no line is named.
    if phrase.denies && !(phrase.conditions.is_empty() && phrase.line.is_empty()) {
        phrase.narrows = true;
        phrase.left = vec![write_tokens(tokens)];
    }
    let denies_unread = phrase.denies;
    let is_denial_alone = phrase.denies && phrase.conditions.is_empty() && phrase.line.is_empty();
    let mut read = phrase.finish(tokens);
    read.denies_unread |= denies_unread;
    if is_denial_alone {
        let text = &read.text;
        read.refusal = Some(format!("\"{text}\" asks for something to be absent, which a bounded log cannot show"));
        read.narrows = true;
        read.condition = None;
    }
    Ok(read)
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
        self.has_code = true;
        match text {
            "NotReady" | "Not Ready" if self.names_node => self.add(Clause::Node(NodeTrouble::NotReady)),
            "NotReady" | "Not Ready" => {
                self.denies = !self.denies;
                self.add(Clause::Ready);
            }
            "Ready" | "1/1" => self.add(Clause::Ready),
            count if super::tokens::is_ready_count(super::words::without_ready(count)) => self.take_ready_count(),
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

    /// `0/1`: fewer are ready than there are.
    fn take_ready_count(&mut self) {
        self.denies = true;
        self.add(Clause::Ready);
        self.has_count = true;
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
        if let Some((more_than, used)) = numbers::restarts_at(&folded) {
            self.add(Clause::Restarts { more_than });
            return used;
        }
        if let Some(used) = self.take_container(&folded, rest).or_else(|| self.take_code_number(&folded, rest)) {
            return used;
        }
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

    /// "code 137", where no request is spoken of; answers how many tokens that takes.
    fn take_code_number(&mut self, folded: &[String], rest: &[Token]) -> Option<usize> {
        let is_code = ["code", "codigo", "rc"].contains(&folded[0].as_str());
        let is_of_requests = ["status", "http", "error", "response"].contains(&self.previous.as_str());
        if !is_code || is_of_requests {
            return None;
        }
        let (codes, used) = numbers::exit_codes_after(&rest[1..])?;
        self.numbers_are_exit_codes = true;
        self.add(Clause::Exit(codes));
        Some(used + 1)
    }

    /// "init container", "sidecar `proxy`": of which container the row speaks; answers how many tokens that takes.
    fn take_container(&mut self, folded: &[String], rest: &[Token]) -> Option<usize> {
        let (used, is_init) = super::subject::container_words(folded)?;
        self.names_init |= is_init;
        match rest.get(used) {
            Some(Token::Code(name)) if super::code::is_name(name) => {
                self.add(Clause::Container(name.clone()));
                Some(used + 1)
            }
            _ => is_init.then_some(used),
        }
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
                    let is_times = |token: &Token| matches!(token, Token::Word(word) if ["times", "mal", "fois", "veces", "vezes"].contains(&fold_word(word).as_str()));
                    return used + more + usize::from(rest.get(used + more).is_some_and(is_times));
                }
                if let Some((count, more)) = numbers::times_after(&rest[used..]) {
                    self.add(Clause::Restarts { more_than: count - 1 });
                    self.add_condition(Condition::Not(Box::new(Condition::Is(Clause::Restarts { more_than: count }))));
                    return used + more;
                }
                self.add(Clause::Restarts { more_than: 0 });
            }
            Meaning::RestartWord => {
                let (count, more) = numbers::count_after(&rest[used..]).unwrap_or((0, 0));
                self.add(Clause::Restarts { more_than: count });
                return used + more;
            }
            Meaning::Ready | Meaning::NotReady if self.has_count => {}
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
            Meaning::NoOutput => {
                let parts = vec![LinePart::Regex(r"\S".into())];
                let line = Condition::Is(Clause::Line { parts, place: Place::Logs });
                self.add_condition(Condition::Not(Box::new(line)));
            }
            Meaning::Not => self.denies = true,
            Meaning::Towards => self.is_towards = true,
            Meaning::Narrows => {
                self.narrows = true;
                // "calling the API": whom it calls says as much as that it calls, whatever words are read of it.
                let calls = ["calling", "talking", "contacting", "querying", "accessing", "reaching"];
                let shown = if calls.contains(&fold_word(run[0]).as_str()) { run } else { &run[..used] };
                self.left.push(shown.join(" "));
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
            self.take_ready_count();
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
        } else if self.before.is_empty() && run.get(1).is_some_and(|next| super::words::is_verb(&fold_word(next))) {
            // "Grafana exits with …": whose pod it is says nothing of how it ends.
            self.aside.push(word.to_owned());
        } else {
            let says_where =
                ["on", "to", "from", "against", "at", "zu", "zum", "zur", "auf", "vers", "hacia", "contra"];
            if says_where.contains(&self.before.as_str()) {
                self.target.push(folded);
            }
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
}
