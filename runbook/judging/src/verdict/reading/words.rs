//! Words and tokens of a phrase, one at a time: what a word is by its looks, and how tokens are written again.

use std::sync::LazyLock;

use regex::Regex;

use super::tokens::{Joint, Token};
use crate::verdict::{
    language::{Clause, Condition, LinePart, Saying},
    lexicon::{self, Meaning, fold_word, products, states},
};

/// The longest known phrase at the head of folded words, in words; a hyphen parts a word in two.
pub(super) fn longest(folded: &[String]) -> Option<(Meaning, usize)> {
    let mut parts = Vec::new();
    let mut ends = Vec::new();
    for word in folded.iter().take(12) {
        parts.extend(word.split('-').filter(|part| !part.is_empty()));
        ends.push(parts.len());
    }
    let (meaning, used) = lexicon::longest(&parts)?;
    let words = ends.iter().position(|end| *end >= used)? + 1;
    Some((meaning, words))
}

/// `OOMKilled` in prose is a state; "error" is a word.
pub(super) fn is_clearly_a_state(word: &str) -> bool {
    let bare = word.strip_prefix("Init:").unwrap_or(word);
    word.starts_with("Init:") || states::find_reason(bare).is_some_and(|reason| !states::is_everyday_word(reason.name))
}

/// `UnknownHostException`, `java.lang.OutOfMemoryError`, `ECONNRESET`: nobody writes such a word but a program.
pub(super) fn is_identifier_of_an_error(word: &str) -> bool {
    let is_code = word.len() >= 5 && word.starts_with('E') && word.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    let last = word.rsplit(['.', ':']).next().unwrap_or(word);
    let is_named = ["Error", "Exception", "Failure", "Fault"].iter().any(|ending| {
        last.strip_suffix(ending).is_some_and(|rest| rest.len() > 2 && rest.starts_with(char::is_uppercase))
    });
    // `MountVolume.SetUp`
    let is_dotted = word.split_once('.').is_some_and(|(one, two)| {
        let is_camel = |part: &str| part.starts_with(char::is_uppercase) && part.chars().any(char::is_lowercase);
        is_camel(one) && is_camel(two)
    });
    is_code || is_named || is_dotted
}

/// How a pod's name goes on to what the pod does.
pub(super) fn is_verb(word: &str) -> bool {
    const VERBS: &str = "restarts restarting exits exit exited stuck stays stay hangs keeps killed dies died crashes \
         crashed crashing crashloops fails failed shows says is gets never cannot can't won't does doesn't logs reports \
         ends stops quits startet bleibt hangt stirbt sturzt meldet wird beendet redemarre reste plante meurt affiche est \
         reinicia se muere termina muestra queda reiniciando sai morre fica";
    VERBS.split_whitespace().any(|verb| verb == word)
}

/// `mount.nfs`, as a program names itself before a colon.
pub(super) fn is_program_name(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['.', '/']).collect();
    let is_part = |part: &&str| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
    };
    parts.len() > 1 && parts.iter().all(is_part)
}

pub(super) fn read_products(tokens: &[Token]) -> Option<String> {
    let [Token::Word(word) | Token::Code(word)] = tokens else { return None };
    products::find(&fold_word(word)).map(str::to_owned)
}

/// An IPv4 address, a bracketed IPv6 address, or a host name with a port; each with or without a port.
pub(super) fn is_address(text: &str) -> bool {
    static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?::[0-9]{1,5})?|\[[0-9a-fA-F:]+\](?::[0-9]{1,5})?|[A-Za-z0-9][A-Za-z0-9.-]*:[0-9]{2,5}|:[0-9]{2,5})$")
            .expect("a fixed pattern compiles")
    });
    ADDRESS.is_match(text)
}

/// Tokens as text again, for what is said of them.
pub(super) fn write_tokens(tokens: &[Token]) -> String {
    let write = |token: &Token| match token {
        Token::Code(text) | Token::Word(text) => text.clone(),
        Token::Group(inner) => format!("({})", write_tokens(inner)),
        Token::Joint(Joint::Slash) => "/".into(),
        Token::Joint(Joint::Or) => "or".into(),
        Token::Joint(Joint::And) => "and".into(),
        Token::Joint(Joint::With) => "with".into(),
        Token::Joint(Joint::Comma) => ",".into(),
        Token::Joint(Joint::Remark) => "–".into(),
    };
    tokens.iter().map(write).collect::<Vec<_>>().join(" ")
}

/// Whether a line says anything beyond which object it is about.
pub(super) fn is_about_an_error(part: &LinePart) -> bool {
    matches!(part, LinePart::Says(saying) if *saying != Saying::Error)
        || matches!(part, LinePart::Words(_) | LinePart::Regex(_))
}

/// `READY 1/2`, as kubectl heads its count.
pub(super) fn without_ready(text: &str) -> &str {
    text.split_once(' ').filter(|(head, _)| head.eq_ignore_ascii_case("ready")).map_or(text, |(_, count)| count.trim())
}

/// A word that prose uses too is a state when it stands alone: `Error`, `Unknown`, "Failed".
pub(super) fn sole_word(tokens: &[Token]) -> Option<Condition> {
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
