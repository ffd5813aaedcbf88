//! Which lines are worth a reader's time: one look for all words together, since most lines hold none of them.

use std::sync::LazyLock;

use regex::Regex;

use super::program;

/// Parts of words that mean a secret, a login or what holds one.
const STEMS: &str = "pass|pw|psk|pin|secret|token|key|cred|auth|phrase|sig|cookie|sess|sid|dsn|otp|seed|mnemonic|webhook|\
                     jwt|bearer|basic|pat|code|salt|commun|kennwort|senha|contrase|wachtw|dockerc|connection|hmac|psw|\
                     login|root|admin|encrypt|send|clave|parola|hasło|haslo|heslo|пароль|Пароль|ПАРОЛЬ|PVE:|PBS:|PMG:|log in|sign in|user|account|anmeld|identified|sonar|option|licen";

static NAMED: LazyLock<Regex> = LazyLock::new(|| pattern(&format!("(?i-u){STEMS}")));
static PROGRAMS: LazyLock<Regex> = LazyLock::new(|| {
    let mut names: Vec<String> = program::names().map(regex::escape).collect();
    names.sort_unstable();
    pattern(&format!("(?i-u){STEMS}|-stdin|\\b(?:{})\\b", names.join("|")))
});

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern of plain words compiles, as the tests show")
}

/// Whether a line may hold a key, a header or a sentence about a secret.
pub(super) fn names_a_secret(line: &str) -> bool {
    NAMED.is_match(line)
}

/// Whether a line may run a program that takes one.
pub(super) fn names_a_program(line: &str) -> bool {
    PROGRAMS.is_match(line)
}
