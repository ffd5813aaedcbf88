//! What makes two crashes the same kind of crash: owner, container, reason, exit code and the telling line without what
//! changes from run to run (times, numbers, ids, addresses).

use serde::Serialize;

use crate::{Crash, id::EvidenceId};

/// Characters of a telling line that count.
const MAX_CHARS: usize = 300;
/// A word with letters and digits of at least this length is an id.
const ID_CHARS: usize = 5;
/// The longest unit behind a number: `ms`, `mib`, or the letter at the end of a time.
const MAX_UNIT_CHARS: usize = 3;

/// The fingerprint of a kind of crash.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Fingerprint(pub String);

pub(crate) fn of(crash: &Crash, telling: Option<&str>) -> Fingerprint {
    let line = telling.map_or_else(String::new, |line| normalise(&line.replace(&crash.pod, "#")));
    let parts = [
        "kind",
        &crash.key.cluster,
        &crash.namespace,
        &crash.owner.kind,
        &crash.owner.name,
        &crash.key.container,
        &crash.ended.reason,
        &crash.ended.exit_code.to_string(),
        &line,
    ];
    Fingerprint(EvidenceId::of(&parts).to_string())
}

/// A line without what changes from run to run: numbers, times, ids and addresses become `#`.
pub fn normalise(line: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for char in line.chars().take(MAX_CHARS).chain([' ']) {
        if char.is_alphanumeric() {
            word.extend(char.to_lowercase());
            continue;
        }
        push_word(&mut out, &word);
        word.clear();
        match char.is_whitespace() || char.is_control() {
            true if out.ends_with(' ') => {}
            true => out.push(' '),
            false => out.push(char),
        }
    }
    join_numbers(out.trim())
}

fn push_word(out: &mut String, word: &str) {
    let is_hexadecimal = word.len() >= 8 && word.chars().all(|char| char.is_ascii_hexdigit());
    if is_hexadecimal || is_id(word) {
        return out.push('#');
    }
    // `v2`, `http2`, `10ms`: the letters tell.
    word.chars().for_each(|char| match char.is_ascii_digit() {
        true if out.ends_with('#') => {}
        true => out.push('#'),
        false => out.push(char),
    });
}

/// Letters and digits without order: `x2xkq`, but not `http2`, and not a number with its unit.
fn is_id(word: &str) -> bool {
    let named = word.trim_end_matches(|char: char| char.is_ascii_digit());
    let unit = word.trim_start_matches(|char: char| char.is_ascii_digit());
    let has_digit = |text: &str| text.chars().any(|char| char.is_ascii_digit());
    word.chars().count() >= ID_CHARS && has_digit(named) && (has_digit(unit) || unit.chars().count() > MAX_UNIT_CHARS)
}

/// `#-#-#t#:#:#.#z` and `#.#.#.#:#` become one `#`: a time without a fraction is a time as well.
fn join_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('#') {
        out.push_str(&rest[..at]);
        out.push('#');
        rest = &rest[at + 1..];
        while let Some(end) = joined_number(rest) {
            rest = &rest[end..];
        }
    }
    out.push_str(rest);
    out
}

/// The length of a separator and the number after it.
fn joined_number(rest: &str) -> Option<usize> {
    let separator = rest.strip_prefix(['.', ':', '-', ',', '/', '_', 't', '+']).unwrap_or(rest);
    if let Some(after) = separator.strip_prefix('#') {
        return Some(rest.len() - after.len());
    }
    // The `z` of a time, not the first letter of a word.
    let after = rest.strip_prefix('z')?;
    (!after.starts_with(char::is_alphanumeric)).then_some(1)
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn what_changes_from_run_to_run_does_not_count() {
        let alike = [
            [
                "2026-02-26T02:23:41.123Z dial tcp 10.42.0.7:5432: connect: connection refused",
                "2026-11-03T14:00:01Z dial tcp 10.42.3.119:5432: connect: connection refused",
            ],
            ["request 7f3a9c21 took 1503 ms", "request deadbeef took 2 ms"],
            ["lease lost by web-x2xkq after 10.5s", "lease lost by web-9mqwv after 9.75s"],
            ["panic: 0xc000123450", "panic: 0xc0009abcde"],
        ];
        for [left, right] in alike {
            assert_eq!(normalise(left), normalise(right));
        }
    }

    #[test]
    fn words_count() {
        assert_ne!(normalise("connection refused"), normalise("connection reset"));
        assert_ne!(normalise("feed face"), normalise("feed me"));
        assert_eq!(normalise("  HTTP2   v1 \t failed\u{7} "), "http# v# failed");
        assert_eq!(normalise(""), "");
    }
}
