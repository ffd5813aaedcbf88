//! What a table cell asks for: from words to a condition that facts can answer. Says why, when a cell holds more than
//! facts can answer: half a pattern must not be judged as the whole.

use std::{str::FromStr, sync::LazyLock};

use regex::Regex;

use super::{
    Clause, Condition, LinePart, Place, RuleReading,
    tokens::{Joint, Token},
    words::{self, Meaning},
};

/// Reads a pattern. `is_about_exit_codes`: the column's head says that bare numbers are exit codes.
pub(crate) fn read_pattern(tokens: &[Token], is_about_exit_codes: bool) -> RuleReading {
    if tokens.iter().all(|token| matches!(token, Token::Joint(_))) {
        return unread("the cell is empty");
    }
    if is_remainder(tokens) {
        return RuleReading::Remainder;
    }
    let mut numbers_are_exit_codes = is_about_exit_codes;
    let mut terms = Vec::new();
    let mut joints = Vec::new();
    for (joint, phrase) in split(tokens) {
        match read_phrase(phrase, numbers_are_exit_codes) {
            Ok(condition) => {
                let is_choice = !matches!(joint, Some(Joint::And | Joint::With));
                let condition = match terms.last() {
                    Some(before) if is_choice => share_line(before, condition),
                    _ => condition,
                };
                numbers_are_exit_codes |= speaks_of_exit_codes(&condition);
                joints.extend(joint.filter(|_| !terms.is_empty()));
                terms.push(condition);
            }
            Err(why) => return RuleReading::Unread { why },
        }
    }
    join(terms, &joints).map_or_else(|why| unread(&why), RuleReading::When)
}

fn unread(why: &str) -> RuleReading {
    RuleReading::Unread { why: why.to_owned() }
}

/// "timeouts to A or B": the second address shares what is said of the first.
fn share_line(before: &Condition, condition: Condition) -> Condition {
    let is_address = |part: &LinePart| matches!(part, LinePart::Address(_));
    match (before, condition) {
        (Condition::Is(Clause::Line { parts: said, place: before }), Condition::Is(Clause::Line { parts, place }))
            if said.iter().any(is_address) && parts.iter().all(is_address) =>
        {
            let shared = said.iter().filter(|part| !is_address(part)).cloned().chain(parts).collect();
            let place = if place == Place::Anywhere { *before } else { place };
            Condition::Is(Clause::Line { parts: shared, place })
        }
        (_, condition) => condition,
    }
}

/// Phrases with the joint before each.
fn split(tokens: &[Token]) -> Vec<(Option<Joint>, &[Token])> {
    let mut phrases = Vec::new();
    let mut joint = None;
    let mut rest = tokens;
    loop {
        let end = rest.iter().position(|token| matches!(token, Token::Joint(_))).unwrap_or(rest.len());
        if end > 0 {
            phrases.push((joint, &rest[..end]));
            joint = None;
        }
        let Some(Token::Joint(next)) = rest.get(end) else { return phrases };
        // ", or" and ", and" are one joint: the word says which.
        joint = Some(joint.filter(|_| *next == Joint::Comma).unwrap_or(*next));
        rest = &rest[end + 1..];
    }
}

/// Joins terms: `/` first, then "or" before "with", then the rest. A mixture that can be read in two ways is an error.
fn join(terms: Vec<Condition>, joints: &[Joint]) -> Result<Condition, String> {
    let mut joints = settle_commas(&terms, joints);
    let mut terms = terms;
    if let Some(at) = joints.iter().position(|joint| *joint == Joint::With) {
        let after = terms.split_off(at + 1);
        let rest = joints.split_off(at);
        return Ok(Condition::All(vec![join(terms, &joints)?, join(after, &rest[1..])?]));
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
    let any = |mut group: Vec<Condition>| if group.len() == 1 { group.remove(0) } else { Condition::Any(group) };
    let mut joined: Vec<Condition> = groups.into_iter().map(any).collect();
    let is_or = |joint: &Joint| *joint == Joint::Or;
    match (outer.iter().any(is_or), outer.iter().all(is_or)) {
        _ if joined.len() == 1 => Ok(joined.remove(0)),
        (true, true) => Ok(Condition::Any(joined)),
        (false, _) => Ok(Condition::All(joined)),
        (true, false) => Err("it mixes \"and\" with \"or\" and can be read in two ways".into()),
    }
}

/// A comma is a choice before an "or" and between states; else it adds. Two exit codes are always a choice.
fn settle_commas(terms: &[Condition], joints: &[Joint]) -> Vec<Joint> {
    let last_word = joints.iter().rfind(|joint| **joint != Joint::Comma);
    let are = |at: usize, is_kind: fn(&Clause) -> bool| {
        [&terms[at], &terms[at + 1]].iter().all(|term| matches!(term, Condition::Is(clause) if is_kind(clause)))
    };
    let settle = |(at, joint): (usize, &Joint)| match joint {
        Joint::Comma | Joint::And if are(at, |clause| matches!(clause, Clause::ExitCode(_))) => Joint::Slash,
        Joint::Comma if last_word == Some(&Joint::Or) => Joint::Or,
        Joint::Comma if are(at, |clause| matches!(clause, Clause::Reason(_))) => Joint::Or,
        Joint::Comma => Joint::And,
        other => *other,
    };
    joints.iter().enumerate().map(settle).collect()
}

/// Words of a phrase that have been understood, and what is left.
#[derive(Default)]
struct Phrase {
    conditions: Vec<Condition>,
    line: Vec<LinePart>,
    place: Option<Place>,
    left: Vec<String>,
}

fn read_phrase(tokens: &[Token], numbers_are_exit_codes: bool) -> Result<Condition, String> {
    let mut phrase = Phrase::default();
    let mut rest = tokens;
    while let Some(token) = rest.first() {
        let used = match token {
            Token::Code(text) => phrase.take_code(text, numbers_are_exit_codes),
            Token::Word(_) => phrase.take_words(rest, numbers_are_exit_codes)?,
            Token::Joint(_) => 1,
        };
        rest = &rest[used..];
    }
    phrase.finish()
}

impl Phrase {
    fn take_code(&mut self, text: &str, numbers_are_exit_codes: bool) -> usize {
        if let Some(code) = exit_code(text, numbers_are_exit_codes) {
            self.add(Clause::ExitCode(code));
        } else if let Some(reason) = words::find_reason(text) {
            self.add(Clause::Reason(keep_init(text, reason.name)));
        } else if is_address(text) {
            self.line.push(LinePart::Address(text.to_owned()));
        } else {
            self.line.push(LinePart::Words(text.to_owned()));
        }
        1
    }

    /// Takes the words at the head of `rest`; answers how many.
    fn take_words(&mut self, rest: &[Token], numbers_are_exit_codes: bool) -> Result<usize, String> {
        let run: Vec<&str> =
            rest.iter().map_while(|t| if let Token::Word(word) = t { Some(word.as_str()) } else { None }).collect();
        let lower: Vec<String> = run.iter().map(|word| word.to_lowercase().replace('-', " ")).collect();
        if let Some((code, used)) = exit_code_in_words(&lower) {
            self.add(Clause::ExitCode(code));
            return Ok(used);
        }
        // "exit code `137`": the number stands in a code span.
        if ["exit", "exited"].contains(&lower[0].as_str())
            && let Some(Token::Code(text)) = rest.get(run.len())
        {
            let only_joins = lower[1..].iter().all(|word| joins_exit_code(word));
            if let (true, Ok(code)) = (only_joins, i32::from_str(text)) {
                self.add(Clause::ExitCode(code));
                return Ok(run.len() + 1);
            }
        }
        if let Some((place, used)) = place(&lower) {
            self.place = Some(place);
            return Ok(used);
        }
        if let Some((meaning, used)) = meaning(&lower) {
            match meaning {
                Meaning::Reason(name) => self.add(Clause::Reason(name.to_owned())),
                Meaning::ExitCode(code) => self.add(Clause::ExitCode(code)),
                Meaning::Words(text) => self.line.push(LinePart::Words(text.to_owned())),
                Meaning::Timeout => self.line.push(LinePart::Timeout),
            }
            return Ok(used);
        }
        let word = run[0];
        if words::NEGATIONS.contains(&lower[0].as_str()) {
            return Err(format!(
                "\"{}\" asks for something to be absent, which a bounded log cannot show",
                run.join(" ")
            ));
        }
        if let (true, Ok(code)) = (numbers_are_exit_codes, i32::from_str(word)) {
            self.add(Clause::ExitCode(code));
        } else if is_address(word) {
            self.line.push(LinePart::Address(word.to_owned()));
        } else if let Some(reason) = words::find_reason(word).filter(|reason| names_a_state(word, reason.name)) {
            self.add(Clause::Reason(keep_init(word, reason.name)));
        } else if !words::FILLERS.contains(&lower[0].as_str()) {
            self.left.push(word.to_owned());
        }
        Ok(1)
    }

    fn add(&mut self, clause: Clause) {
        self.conditions.push(Condition::Is(clause));
    }

    fn finish(mut self) -> Result<Condition, String> {
        if !self.left.is_empty() {
            return Err(format!("\"{}\" is nothing that can be looked up", self.left.join(" ")));
        }
        if !self.line.is_empty() {
            self.add(Clause::Line { parts: self.line.clone(), place: self.place.unwrap_or(Place::Anywhere) });
        }
        match self.conditions.len() {
            0 => Err("it names nothing that can be looked up".into()),
            1 => Ok(self.conditions.remove(0)),
            _ => Ok(Condition::All(self.conditions)),
        }
    }
}

/// `OOMKilled` in prose is a state; "error" is a word unless it is written as the state is and stands alone.
fn names_a_state(word: &str, reason: &str) -> bool {
    !words::is_everyday_word(reason) || (word == reason && reason == "Completed")
}

fn keep_init(text: &str, reason: &str) -> String {
    if text.starts_with("Init:") { format!("Init:{reason}") } else { reason.to_owned() }
}

static EXIT_CODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:exit(?:ed)?(?:[ -]?(?:code|status))?|code)\s*[:=]?\s*([0-9]{1,3})$")
        .expect("a fixed pattern compiles")
});

/// A code span that is an exit code: `exit code 137`, `Exit Code: 1`, and `137` where numbers are exit codes.
fn exit_code(text: &str, numbers_are_exit_codes: bool) -> Option<i32> {
    let named = EXIT_CODE.captures(text).and_then(|found| found[1].parse().ok());
    named.or_else(|| numbers_are_exit_codes.then(|| text.parse().ok()).flatten())
}

/// "exit code 137", "exits 1", "exited with code 2" at the head of words.
fn exit_code_in_words(words: &[String]) -> Option<(i32, usize)> {
    if !["exit", "exits", "exited"].contains(&words.first()?.as_str()) {
        return None;
    }
    let used = 1 + words[1..].iter().take_while(|word| joins_exit_code(word)).count();
    Some((words.get(used)?.parse().ok()?, used + 1))
}

fn joins_exit_code(word: &str) -> bool {
    ["with", "code", "codes", "status", "is", "of", "="].contains(&word)
}

/// "in the previous logs", "in events" at the head of words.
fn place(words: &[String]) -> Option<(Place, usize)> {
    if !["in", "from", "within"].contains(&words.first()?.as_str()) {
        return None;
    }
    let is_qualifier = |word: &&String| {
        ["the", "its", "pod", "container", "previous", "last", "current", "app", "application", "kubernetes"]
            .contains(&word.as_str())
    };
    let qualifiers = words[1..].iter().take_while(is_qualifier).count();
    let noun = words.get(1 + qualifiers)?;
    let is_previous = words[1..=qualifiers].iter().any(|word| word == "previous");
    let place = match noun.as_str() {
        "log" | "logs" if is_previous => Place::PreviousLog,
        "log" | "logs" | "output" | "stderr" | "stdout" => Place::Logs,
        "event" | "events" | "describe" => Place::Events,
        "terminated" | "termination" | "state" | "status" | "reason" => return Some((Place::Anywhere, 2 + qualifiers)),
        _ => return None,
    };
    Some((place, 2 + qualifiers))
}

/// The longest known phrase at the head of words.
fn meaning(words: &[String]) -> Option<(Meaning, usize)> {
    let starts = |phrase: &str| {
        let mut words = words.iter().flat_map(|word| word.split(' '));
        phrase.split(' ').all(|part| words.next() == Some(part))
    };
    let (phrase, meaning) =
        words::PHRASES.iter().filter(|(phrase, _)| starts(phrase)).max_by_key(|(phrase, _)| phrase.len())?;
    // A hyphened word counts as one token but as several parts.
    let mut parts = phrase.split(' ').count();
    let used = words.iter().take_while(|word| {
        let goes_on = parts > 0;
        parts = parts.saturating_sub(word.split(' ').count());
        goes_on
    });
    Some((*meaning, used.count()))
}

/// An IPv4 address, a bracketed IPv6 address, or a host name with a port; each with or without a port.
pub(crate) fn is_address(text: &str) -> bool {
    static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?::[0-9]{1,5})?|\[[0-9a-fA-F:]+\](?::[0-9]{1,5})?|[A-Za-z0-9][A-Za-z0-9.-]*:[0-9]{2,5})$")
            .expect("a fixed pattern compiles")
    });
    ADDRESS.is_match(text)
}

fn is_remainder(tokens: &[Token]) -> bool {
    let mut words: Vec<String> = Vec::new();
    for token in tokens {
        match token {
            Token::Word(word) => words.push(word.to_lowercase().replace('-', " ")),
            // "Code bug or config issue" is prose; a code span is something to look up.
            Token::Code(_) => return false,
            Token::Joint(Joint::With | Joint::And) => return false,
            Token::Joint(_) => {}
        }
    }
    let text = words.join(" ");
    let bare = ["in the logs", "in logs", "in the log", "in log", "in pod logs", "in container logs"]
        .iter()
        .find_map(|tail| text.strip_suffix(tail))
        .unwrap_or(&text);
    words::REMAINDERS.contains(&bare.trim().trim_start_matches("any ").trim_start_matches("the "))
}

fn speaks_of_exit_codes(condition: &Condition) -> bool {
    match condition {
        Condition::Is(clause) => matches!(clause, Clause::ExitCode(_)),
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(speaks_of_exit_codes),
    }
}

#[cfg(test)]
mod tests;
