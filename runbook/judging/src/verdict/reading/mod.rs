//! What a table cell asks for: from words to a condition that facts can answer. What could not be read is kept beside
//! the condition: half a pattern must not be judged as the whole.

mod code;
mod join;
mod numbers;
mod outcome;
mod phrase;
mod rest;
mod subject;
mod tokens;
mod words;

pub(crate) use self::{
    code::compiled,
    join::is_cause,
    tokens::{MAX_CELL_CHARS, tokenise},
};

use self::{
    phrase::Read,
    rest::{is_remainder, says_the_rest},
    tokens::{Joint, Token},
    words::write_tokens,
};
use super::{
    RuleReading, Stretch,
    language::{Clause, Condition, ExitCodes, LinePart, Place, Saying},
    lexicon::{self, Meaning, fold_word, heads::Context},
};

/// A cell, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    pub(crate) condition: Condition,
    /// Words that could not be read.
    pub(crate) left: Vec<Stretch>,
}

/// Reads a pattern. `context`: what the column's head says of its cells.
pub(crate) fn read_pattern(tokens: Option<&[Token]>, context: &Context) -> (RuleReading, Vec<Stretch>) {
    let unread = |why: String| (RuleReading::Unread { why }, Vec::new());
    let Some(tokens) = tokens else {
        return unread(format!("the cell is longer than {MAX_CELL_CHARS} characters, which no pattern is"));
    };
    let tokens = without_number(tokens);
    if tokens.iter().all(|token| matches!(token, Token::Joint(_))) {
        return unread("the cell is empty".into());
    }
    if is_remainder(tokens) {
        return (RuleReading::Remainder, Vec::new());
    }
    match read_tokens(tokens, context, context.numbers_are_exit_codes) {
        Ok(pattern) => (RuleReading::When(pattern.condition), pattern.left),
        Err(why) => unread(why),
    }
}

/// Without "1." or "a)" before the words.
fn without_number(tokens: &[Token]) -> &[Token] {
    match tokens {
        [Token::Word(word), Token::Joint(Joint::Remark), rest @ ..]
            if !rest.is_empty() && word.len() <= 2 && word.chars().all(|c| c.is_ascii_digit()) =>
        {
            rest
        }
        [Token::Joint(Joint::Remark | Joint::Comma), rest @ ..] if !rest.is_empty() => rest,
        _ => tokens,
    }
}

/// Reads tokens; the reason, when nothing of them can be looked up.
pub(super) fn read_tokens(tokens: &[Token], context: &Context, numbers: bool) -> Result<Pattern, String> {
    let numbers = numbers || speaks_of_exit(tokens);
    if let Some((start, codes, end)) = numbers::excepted_codes(tokens).filter(|_| numbers) {
        return read_exception(&tokens[..start], &codes, &tokens[end..]);
    }
    let mut reads: Vec<(Option<Joint>, Read)> = Vec::new();
    let phrases = split(tokens);
    for (at, (joint, phrase)) in phrases.iter().enumerate() {
        let mut read = phrase::read(phrase, context, numbers)?;
        if *joint == Some(Joint::Slash) && read.condition.is_none() && at > 0 {
            read = share_first_words(phrases[at - 1].1, phrase, context, numbers).unwrap_or(read);
        }
        if at == 1 && *joint == Some(Joint::Remark) {
            name_program(phrases[0].1, &mut read);
        }
        // What stands before a colon and is not understood heads what comes after it.
        read.narrows &=
            !(at == 0 && read.condition.is_none() && phrases.get(1).is_some_and(|two| two.0 == Some(Joint::Remark)));
        reads.push((*joint, read));
    }
    hand_on_places(&mut reads);
    join::share_lines(&mut reads);
    let refusal = reads.iter_mut().find_map(|(_, read)| read.refusal.take());
    let has_condition = reads.iter().any(|(_, read)| read.condition.is_some() && !read.is_incomplete);
    if !has_condition {
        // "The node does not contain the driver": what a program may say in so many words.
        let is_sentence = content_words(&write_tokens(tokens)).len() > 3;
        return refusal.filter(|_| !is_sentence).map_or_else(|| read_prose(tokens, context), Err);
    }
    let mut terms = Terms::default();
    for (joint, read) in reads {
        terms.take(joint, read);
    }
    let condition = join::join(terms.conditions, &terms.joints)?;
    Ok(Pattern { condition, left: terms.left })
}

/// "Exit code other than 0 or 137": an exit code, and none of these. With more around it the cell is not understood.
fn read_exception(before: &[Token], codes: &[ExitCodes], after: &[Token]) -> Result<Pattern, String> {
    let is_known =
        |word: &String| ["exit", "exits", "exited", "code", "codes", "status", "any"].contains(&word.as_str());
    let around = format!("{} {}", write_tokens(before), write_tokens(after));
    if let Some(word) = content_words(&around.replace('-', " ")).iter().find(|word| !is_known(word)) {
        return Err(format!("\"{word}\" beside an exception is nothing that can be looked up"));
    }
    let some = Condition::Is(Clause::Exit(ExitCodes { from: 0, to: 255 }));
    let denied = codes.iter().map(|codes| Condition::Not(Box::new(Condition::Is(Clause::Exit(*codes)))));
    Ok(Pattern { condition: Condition::All(std::iter::once(some).chain(denied).collect()), left: Vec::new() })
}

/// "mount.nfs: access denied": the line names the program that says it.
fn name_program(before: &[Token], read: &mut Read) {
    if let [Token::Word(program)] = before
        && words::is_program_name(program)
        && let Some(Condition::Is(Clause::Line { parts, .. })) = &mut read.condition
    {
        parts.insert(0, LinePart::Words(program.clone()));
    }
}

/// "Insufficient cpu/memory": the second choice begins with the words of the first.
fn share_first_words(before: &[Token], phrase: &[Token], context: &Context, numbers: bool) -> Option<Read> {
    let (_, first) = before.split_last().filter(|(_, first)| !first.is_empty())?;
    let whole: Vec<Token> = first.iter().chain(phrase).cloned().collect();
    phrase::read(&whole, context, numbers).ok().filter(|read| read.condition.is_some() && !read.is_incomplete)
}

#[derive(Default)]
struct Terms {
    conditions: Vec<Condition>,
    joints: Vec<Joint>,
    left: Vec<Stretch>,
}

impl Terms {
    fn take(&mut self, joint: Option<Joint>, read: Read) {
        let is_known = read.condition.is_some() && !read.is_incomplete;
        let words = content_words(if is_known { &read.left } else { &read.text });
        let prose = Condition::Is(Clause::Prose(words.join(" ")));
        let condition = match (read.condition.filter(|_| is_known), joint) {
            // A symptom with words beside it is a narrower one: the words must speak for it.
            (Some(condition), _) if !words.is_empty() && !read.denies_unread && !is_specific(&condition) => {
                Condition::All(vec![condition, prose])
            }
            (Some(condition), _) => {
                self.keep(&read.left, read.narrows);
                condition
            }
            (None, _) if words.is_empty() => return,
            (None, Some(Joint::Slash | Joint::Or)) => prose,
            (None, Some(Joint::And | Joint::With | Joint::Comma)) if says_the_rest(&read.text) => {
                Condition::Is(Clause::Rest)
            }
            // Beside a cause such words are one more thing for the reader to see.
            (None, Some(Joint::And | Joint::With)) if words.len() > 1 && self.conditions.iter().any(is_specific) => {
                return self.keep(&read.text, true);
            }
            (None, Some(Joint::And | Joint::With)) if words.len() > 1 => prose,
            (None, _) => return self.keep(&read.text, read.narrows),
        };
        if !self.conditions.is_empty() {
            self.joints.push(joint.unwrap_or(Joint::With));
        }
        self.conditions.push(condition);
    }

    fn keep(&mut self, words: &str, narrows: bool) {
        // "calling the API": no word of it says much, and all of them together narrow the row.
        let is_said = narrows && words.split_whitespace().filter(|word| word.len() > 2).count() > 1;
        if is_said || content_words(words).iter().any(|word| word.len() > 1) {
            self.left.push(Stretch { text: words.trim().to_owned(), narrows });
        }
    }
}

/// Whether a condition rests on more than a symptom or an exit code, so that words beside it only adorn it.
fn is_specific(condition: &Condition) -> bool {
    let is_vague = |part: &LinePart| {
        matches!(part, LinePart::Says(Saying::Timeout | Saying::NotFound | Saying::Error))
            || matches!(part, LinePart::Product { is_required: false, .. })
    };
    match condition {
        // "Payment timeout": time runs out in many places.
        Condition::Is(Clause::Line { parts, .. }) if parts.iter().all(is_vague) => false,
        condition => join::is_cause(condition),
    }
}

/// A cell of which nothing is known: the text of a line where the head says so, else words that may speak for it.
fn read_prose(tokens: &[Token], context: &Context) -> Result<Pattern, String> {
    let text = write_tokens(tokens);
    let words = content_words(&text);
    if context.is_text && text.chars().filter(|c| c.is_alphabetic()).count() >= 4 {
        let place = context.place.unwrap_or(Place::Anywhere);
        let part = LinePart::Words(text);
        return Ok(Pattern { condition: Condition::Is(Clause::Line { parts: vec![part], place }), left: Vec::new() });
    }
    if words.len() < 2 || words.len() > 12 {
        return Err(format!("\"{}\" is nothing that can be looked up", shorten(&text)));
    }
    Ok(Pattern { condition: Condition::Is(Clause::Prose(words.join(" "))), left: Vec::new() })
}

fn shorten(text: &str) -> String {
    let short: String = text.chars().take(120).collect();
    if short.len() < text.len() { format!("{short} …") } else { short }
}

/// The words of prose that mean something by themselves.
fn content_words(text: &str) -> Vec<String> {
    let fold = |word: &str| fold_word(word.trim_matches(|c: char| !c.is_alphanumeric()));
    let is_content = |word: &String| {
        let meaning = lexicon::longest(&[word.as_str()]).map(|(meaning, _)| meaning);
        !word.is_empty()
            && !matches!(
                meaning,
                Some(Meaning::Filler | Meaning::Towards | Meaning::Adjunct | Meaning::Narrows | Meaning::Place(_))
            )
            && !["or", "and", "und", "oder", "et", "ou", "y", "e", "with", "but"].contains(&word.as_str())
    };
    text.split_whitespace().map(fold).filter(is_content).collect()
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
        joint = Some(joint.filter(|_| matches!(next, Joint::Comma | Joint::Remark)).unwrap_or(*next));
        rest = &rest[end + 1..];
    }
}

/// "Error in logs: `x`", "`x` – events": a phrase that only says where to look says it of its neighbour.
fn hand_on_places(reads: &mut [(Option<Joint>, Read)]) {
    for at in 0..reads.len() {
        let Some(place) = reads[at].1.place else { continue };
        let says_only_where = match &reads[at].1.condition {
            None => true,
            // "Error in logs: …"
            Some(Condition::Is(Clause::Line { parts, .. })) => *parts == [LinePart::Says(Saying::Error)],
            Some(_) => false,
        };
        let next = at + 1;
        let neighbour = if next < reads.len() { next } else { at.wrapping_sub(1) };
        if !says_only_where || neighbour >= reads.len() {
            continue;
        }
        let is_line = |read: &Read| matches!(&read.condition, Some(Condition::Is(Clause::Line { .. })));
        if is_line(&reads[neighbour].1) {
            if let Some(Condition::Is(Clause::Line { place: there, .. })) = &mut reads[neighbour].1.condition
                && *there == Place::Anywhere
            {
                *there = place;
            }
            reads[at].1.condition = None;
            if content_words(&reads[at].1.left).is_empty() {
                reads[at].1.text = String::new();
            }
        }
    }
}

/// Whether exit codes or signals are spoken of, so that a bare number is one.
fn speaks_of_exit(tokens: &[Token]) -> bool {
    let words: Vec<String> = tokens
        .iter()
        .flat_map(|token| match token {
            Token::Word(word) => word.split('-').map(fold_word).collect(),
            Token::Code(text) => vec![fold_word(text)],
            Token::Group(inner) if speaks_of_exit(inner) => vec!["exit".into()],
            _ => Vec::new(),
        })
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    (0..words.len()).any(|at| {
        let meaning = lexicon::longest(&words[at..]).map(|(meaning, _)| meaning);
        matches!(meaning, Some(Meaning::ExitWord | Meaning::Exit(..) | Meaning::Reason("OOMKilled")))
    })
}

#[cfg(test)]
mod tests;
