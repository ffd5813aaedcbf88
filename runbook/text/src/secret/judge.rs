//! Whether a value behind a key is a secret: what the key promises, and what the value looks like.

use super::{key::Kind, looks, stand_in, value};

/// How a value is tied to its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tie {
    /// `password = x` in code or a shell's assignment.
    Equals,
    /// `password: x` in a file or in prose.
    Colon,
    /// `--password x`, `--password=x`.
    Flag,
    /// `password x`, `the password is x`: most words there are words.
    Prose,
}

/// A value with what follows it on its line.
pub(super) struct Candidate<'t> {
    pub(super) value: &'t str,
    pub(super) is_quoted: bool,
    /// The rest of the line behind the value.
    pub(super) rest: &'t str,
}

/// Whether it is a secret.
pub(super) fn is_secret(kind: Kind, tie: Tie, candidate: &Candidate<'_>) -> bool {
    let value = value::look(candidate.value);
    let is_drawn = !value.chars().any(char::is_alphanumeric);
    if is_drawn || stand_in::is_placeholder(value) {
        return false;
    }
    if looks::is_crypt_hash(value) {
        return true;
    }
    // The token's name may be told; its own shape is known.
    let has_own_shape = value.contains('@') && value.contains('!') && value.contains(['=', ':']);
    if has_own_shape
        && candidate.value.split_once('!').is_some_and(|(_, tail)| tail.contains(['=', ':']))
        && kind == Kind::Token
    {
        return false;
    }
    if value.rsplit_once('=').is_some_and(|(_, tail)| stand_in::is_generic(tail)) {
        return false;
    }
    if stand_in::is_generic(value) || is_computed(value, tie, candidate.is_quoted) {
        return false;
    }
    match kind {
        Kind::Password => is_password(value, tie, candidate),
        Kind::ShortPassword => is_password(value, tie, candidate) && is_no_count(value) && !looks::is_path(value),
        Kind::Pin => is_pin(value),
        Kind::Token => is_token(value, tie, candidate),
        Kind::AnyKey => is_key(value),
    }
}

/// A variable or an expression. In a file, `$` may be a letter like any other: `Pa$$w0rd`.
fn is_computed(value: &str, tie: Tie, is_quoted: bool) -> bool {
    if !is_quoted && looks::is_code(value) {
        return true;
    }
    let Some(at) = value.find('$').filter(|at| *at > 0) else { return false };
    let next = value[at + 1..].chars().next();
    tie != Tie::Colon && !is_quoted && next.is_some_and(|c| c.is_ascii_uppercase() || c == '_')
}

fn is_password(value: &str, tie: Tie, candidate: &Candidate<'_>) -> bool {
    if looks::is_address(value) || looks::is_path(value) {
        return false;
    }
    match tie {
        Tie::Prose => looks::is_odd(value) && !value.contains(['[', ']', '(', ')', '{', '}']),
        Tie::Flag => true,
        Tie::Equals | Tie::Colon => !is_prose(value, candidate),
    }
}

/// `Password: see the vault`: a word that others follow, or a sentence in quotes.
fn is_prose(value: &str, candidate: &Candidate<'_>) -> bool {
    if candidate.is_quoted {
        let words: Vec<&str> = value.split_whitespace().collect();
        return words.len() > 2 && words.iter().all(|word| is_word(word));
    }
    let next = candidate.rest.trim_start().chars().next();
    // Behind a comma a sentence goes on as well: `password: rotate, then restart`.
    next.is_some_and(char::is_alphanumeric) && is_word(value)
}

fn is_word(word: &str) -> bool {
    let rest = word.trim_start_matches(|c: char| c.is_uppercase());
    looks::is_plain_word(if rest.is_empty() { "a" } else { rest })
}

/// `pass: 12, fail: 0` counts tests.
fn is_no_count(value: &str) -> bool {
    value.len() > 3 || !value.bytes().all(|b| b.is_ascii_digit())
}

fn is_pin(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    (4..=12).contains(&digits) && value.bytes().all(|b| b.is_ascii_digit() || b == b'-' || b == b' ')
        || looks::is_random(value)
}

fn is_token(value: &str, tie: Tie, candidate: &Candidate<'_>) -> bool {
    // Groups of digits, as BitLocker writes a recovery key.
    if value.bytes().all(|b| b.is_ascii_digit() || b == b'-') && value.len() >= 20 && value.matches('-').count() >= 3 {
        return true;
    }
    if looks::is_path(value) || looks::is_address(value) || looks::is_name(value) || looks::is_measure(value) {
        return false;
    }
    if value.contains(' ') {
        return false;
    }
    match tie {
        Tie::Flag => looks::is_odd(value) || looks::is_random(value) || looks::is_uuid(value) || value.len() >= 12,
        Tie::Prose => looks::is_random(value) && !looks::is_uuid(value),
        Tie::Equals | Tie::Colon => {
            // `AUTH_SECRET=supersecretvalue`: what calls itself so and is no name of an object.
            let calls_itself_so = tie == Tie::Equals
                && value.len() >= 10
                && value.bytes().all(|b| b.is_ascii_lowercase())
                && ["secret", "token", "passw"].iter().any(|word| value.contains(word));
            let is_long_word =
                candidate.is_quoted && value.len() >= 16 && value.bytes().all(|b| b.is_ascii_alphanumeric());
            calls_itself_so || looks::is_odd(value) || looks::is_random(value) || looks::is_uuid(value) || is_long_word
        }
    }
}

/// Any key: thirty-two hex digits, or what mixes letters as no name does.
fn is_key(value: &str) -> bool {
    let has_digit = value.bytes().any(|b| b.is_ascii_digit() || b"+/=".contains(&b));
    let has_capitals = value.bytes().any(|b| b.is_ascii_uppercase()) && value.bytes().any(|b| b.is_ascii_lowercase());
    let is_hex = value.len() >= 32 && value.bytes().all(|b| b.is_ascii_hexdigit());
    (looks::is_random(value) && value.len() >= 20 && has_digit && (has_capitals || is_hex) && !value.contains('.'))
        && !looks::is_path(value)
}
