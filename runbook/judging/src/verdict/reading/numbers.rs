//! Numbers in cells: exit codes, counts of restarts, lengths of time, ports.

use super::{code, tokens::Token};
use crate::verdict::{
    language::{Clause, ExitCodes},
    lexicon::fold_word,
};

/// Words that may stand between "exit" and its number.
const JOINS: [&str; 14] =
    ["with", "code", "codes", "status", "is", "of", "=", "mit", "avec", "con", "com", "codigo", "the", "="];

/// The exit codes at the head of tokens, and how many tokens they take.
pub(super) fn exit_codes_after(tokens: &[Token]) -> Option<(ExitCodes, usize)> {
    let skipped = tokens
        .iter()
        .take_while(|token| matches!(token, Token::Word(word) if JOINS.contains(&fold_word(word).as_str())))
        .count();
    match tokens.get(skipped)? {
        Token::Code(text) => Some((code::exit_codes(text, true)?, skipped + 1)),
        Token::Group(inner) => match inner.as_slice() {
            [Token::Word(text) | Token::Code(text)] => Some((code::exit_codes(text, true)?, skipped + 1)),
            _ => None,
        },
        Token::Word(_) => bare_codes_at(&tokens[skipped..]).map(|(codes, used)| (codes, skipped + used)),
        Token::Joint(_) => None,
    }
}

/// `137`, `> 128`, `128+`, `1-127`, `1 to 127`, "non-zero".
pub(super) fn bare_codes_at(tokens: &[Token]) -> Option<(ExitCodes, usize)> {
    let words: Vec<&str> = tokens
        .iter()
        .take(3)
        .map_while(|token| if let Token::Word(word) = token { Some(word.as_str()) } else { None })
        .collect();
    let first = fold_word(words.first()?);
    if ["nonzero", "non-zero"].contains(&first.as_str()) {
        return Some((ExitCodes { from: 1, to: 255 }, 1));
    }
    // The longest reading first: "1 to 127" before "1".
    (1..=words.len()).rev().find_map(|used| {
        let text = words[..used].join(" ");
        let is_joined =
            used == 1 || (used == 3 && ["to", "bis", "a"].contains(&words[1])) || (used == 2 && is_sign(words[0]));
        let text = if used == 3 { [words[0], words[2]].join("-") } else { text };
        is_joined.then(|| code::exit_codes(&text, true)).flatten().map(|codes| (codes, used))
    })
}

fn is_sign(word: &str) -> bool {
    [">", ">=", "≥", "!=", "≠"].contains(&word)
}

/// `> 5`, `>5`, `5+`, "more than 5": at the head of tokens, a count and how many tokens it takes.
pub(super) fn count_after(tokens: &[Token]) -> Option<(u32, usize)> {
    let words: Vec<String> = tokens
        .iter()
        .take(4)
        .map_while(|token| match token {
            Token::Word(word) | Token::Code(word) => Some(fold_word(word)),
            _ => None,
        })
        .collect();
    let skipped = words
        .iter()
        .take_while(|word| ["is", "count", "are", "than", "more", "over", "above"].contains(&word.as_str()))
        .count();
    let word = words.get(skipped)?;
    if is_sign(word) {
        let number: u32 = words.get(skipped + 1)?.parse().ok()?;
        return Some((if word == ">" { number } else { number.checked_sub(1)? }, skipped + 2));
    }
    let digits = word.trim_start_matches(['>', '≥', '=']).trim_end_matches('+');
    let number: u32 = digits.parse().ok()?;
    let is_strict = word.starts_with('>') && !word.starts_with(">=");
    let is_compared = digits.len() < word.len() || skipped > 0;
    is_compared.then(|| (if is_strict || skipped > 0 { number } else { number.saturating_sub(1) }, skipped + 1))
}

/// "more than 5 restarts", "3+ restarts": how many restarts must be passed, and how many words that takes.
pub(super) fn restarts_at(words: &[String]) -> Option<(u32, usize)> {
    const LEADS: [&str; 16] = [
        "more", "than", "over", "above", ">", "mehr", "als", "uber", "plus", "de", "mas", "mais", "at", "least", ">=",
        "≥",
    ];
    const RESTARTS: [&str; 10] = [
        "restart",
        "restarts",
        "crashes",
        "neustarts",
        "neustarten",
        "redemarrages",
        "reinicios",
        "reinicializacoes",
        "reboots",
        "relaunches",
    ];
    let skipped = words.iter().take_while(|word| LEADS.contains(&word.as_str())).count();
    let word = words.get(skipped)?;
    let is_restart = words.get(skipped + 1).is_some_and(|next| RESTARTS.contains(&next.as_str()));
    let digits = word.trim_start_matches(['>', '≥', '=']).trim_end_matches('+');
    let number: u32 = digits.parse().ok().filter(|_| is_restart)?;
    let is_reached = skipped == 0 && !word.starts_with('>')
        || word.starts_with(">=")
        || words[..skipped].iter().any(|lead| ["least", ">=", "≥"].contains(&lead.as_str()));
    Some((if is_reached { number.checked_sub(1)? } else { number }, skipped + 2))
}

/// "exactly once", "only twice", at the head of tokens: how often, and how many tokens that takes.
pub(super) fn times_after(tokens: &[Token]) -> Option<(u32, usize)> {
    let word = |at: usize| match tokens.get(at) {
        Some(Token::Word(word)) => Some(fold_word(word)),
        _ => None,
    };
    let is_exact = word(0).is_some_and(|first| ["exactly", "only", "just"].contains(&first.as_str()));
    let skipped = usize::from(is_exact);
    match word(skipped)?.as_str() {
        "once" => Some((1, skipped + 1)),
        "twice" => Some((2, skipped + 1)),
        _ => None,
    }
}

/// "exit code other than 0, 1, 137": where "other than" stands, the codes, and where what follows them begins.
pub(super) fn excepted_codes(tokens: &[Token]) -> Option<(usize, Vec<ExitCodes>, usize)> {
    let is = |at: usize, text: &str| matches!(tokens.get(at), Some(Token::Word(word)) if fold_word(word) == text);
    let (start, mut at) = (0..tokens.len()).find_map(|at| {
        let two = is(at, "other") && is(at + 1, "than") || is(at, "different") && is(at + 1, "from");
        let one = is(at, "except") || is(at, "besides") || is(at, "ausser") || is(at, "sauf") || is(at, "excepto");
        (two || one).then_some((at, at + if two { 2 } else { 1 }))
    })?;
    let mut codes = Vec::new();
    let mut end = at;
    while let Some(token) = tokens.get(at) {
        match token {
            Token::Word(text) | Token::Code(text) => match code::exit_codes(text, true) {
                Some(code) => codes.push(code),
                None => break,
            },
            Token::Joint(_) => {
                at += 1;
                continue;
            }
            Token::Group(_) => break,
        }
        at += 1;
        end = at;
    }
    (!codes.is_empty()).then_some((start, codes, end))
}

/// "for more than 5 min", "> 10 minutes", "within 30 s", at the head of tokens; how often something happens ("every 10 s")
/// asks for nothing.
pub(super) fn time_at(tokens: &[Token]) -> Option<(Option<Clause>, usize)> {
    let words: Vec<String> = tokens
        .iter()
        .take(7)
        .map_while(|token| if let Token::Word(word) = token { Some(fold_word(word)) } else { None })
        .collect();
    let lead = [
        "for", "more", "than", "at", "least", "over", "longer", "within", "in", ">", ">=", "seit", "mehr", "als",
        "depuis", "plus", "de", "mas", "ha", "mais", "under", "less", "every", "each", "alle", "toutes", "les", "cada",
        "after",
    ];
    let skipped = words.iter().take_while(|word| lead.contains(&word.as_str())).count();
    let word = words.get(skipped)?.trim_start_matches(['>', '~', '≥', '<']);
    let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
    let number: u32 = digits.parse().ok()?;
    let suffix = word[digits.len()..].trim_start_matches(['+', '-']);
    let (unit, used) = if suffix.is_empty() { (words.get(skipped + 1)?.as_str(), 2) } else { (suffix, 1) };
    let seconds = number.checked_mul(match unit {
        "s" | "sec" | "secs" | "second" | "seconds" | "sekunden" | "secondes" | "segundos" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" | "minuten" | "minutos" => 60,
        "h" | "hour" | "hours" | "stunden" | "heures" | "horas" => 3_600,
        _ => return None,
    })?;
    let lead = &words[..skipped];
    let is_short = lead.iter().any(|word| ["within", "under", "less", "in"].contains(&word.as_str()));
    let is_rhythm = lead.iter().any(|word| ["every", "each", "alle", "toutes", "cada"].contains(&word.as_str()));
    let clause = if is_short { Clause::Soon { within_s: seconds } } else { Clause::Lasting { at_least_s: seconds } };
    Some(((!is_rhythm).then_some(clause), skipped + used))
}

/// A number that can only be a port.
pub(super) fn port(word: &str) -> Option<&str> {
    let digits = word.strip_prefix(':').unwrap_or(word);
    let number: u32 = digits.parse().ok().filter(|_| super::tokens::is_number(digits))?;
    let is_named = word.starts_with(':');
    (number <= 65_535 && (is_named || number > 255)).then_some(digits)
}

/// A number that HTTP uses for a refusal or a failure.
pub(super) fn is_http_status(word: &str) -> bool {
    word.len() == 3 && super::tokens::is_number(word) && (word.starts_with('4') || word.starts_with('5'))
}
