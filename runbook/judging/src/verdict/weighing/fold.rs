//! Finding text as people mean it: case and spacing folded, whole words, addresses to the last digit.

use std::{borrow::Cow, ops::Range, sync::LazyLock};

use regex::Regex;

pub(crate) use crate::log_reading::without_escapes as strip_ansi;

/// Where `needle` stands in `text`, in bytes. Case, spaces, hyphens, underscores and quotes do not matter, but words
/// are whole: `10.96.0.1` is not in `10.96.0.10`. A `<placeholder>`, `*` or `…` in the needle stands for anything.
pub fn find_folded(text: &str, needle: &str) -> Option<Range<usize>> {
    let text = Folded::new(text);
    let mut pieces = split_at_wildcards(needle);
    pieces.retain(|piece| piece.iter().any(|c| c.is_alphanumeric()));
    let mut found: Option<Range<usize>> = None;
    let mut from = 0;
    for piece in &pieces {
        let here = text.find(piece, from)?;
        from = here.end;
        found = Some(found.map_or(here.start, |all| all.start)..here.end);
    }
    found.map(|chars| text.bytes(&chars))
}

/// Whether a line holds the words, with or without the names that it quotes: a row says "relation does not exist" of
/// `relation "users" does not exist`.
pub(crate) fn holds_words(line: &str, words: &str) -> bool {
    find_folded(line, words).is_some()
        || (may_leave_names_out(words) && unquoted(line).is_some_and(|bare| find_folded(&bare, words).is_some()))
}

/// Whether words are enough to be told by without the names between them.
pub(super) fn may_leave_names_out(words: &str) -> bool {
    words.split_whitespace().count() > 2
}

/// A line without what it quotes or sets in brackets; none when it does neither.
pub(super) fn unquoted(line: &str) -> Option<String> {
    static QUOTED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#""[^"]{1,200}"|'[^' ]{1,200}'|`[^`]{1,200}`|\([^()]{1,200}\)"#).expect("a fixed pattern compiles")
    });
    match QUOTED.replace_all(line, "") {
        Cow::Borrowed(_) => None,
        Cow::Owned(bare) => Some(bare),
    }
}

/// Where an address stands, in bytes: a host matches with any port, a host and port only with that port.
pub(crate) fn find_address(text: &str, address: &str) -> Option<Range<usize>> {
    let lower = text.to_lowercase();
    let address = address.to_lowercase();
    lower.match_indices(&address).map(|(at, found)| at..at + found.len()).find(|span| {
        let before = lower[..span.start].chars().next_back();
        let mut after = lower[span.end..].chars();
        let next = after.next();
        let goes_on = match next {
            Some('.') => after.next().is_some_and(char::is_alphanumeric),
            Some(c) => c.is_alphanumeric() || c == '-',
            None => false,
        };
        !goes_on && !before.is_some_and(|c| c.is_alphanumeric() || c == '.' || c == '-')
    })
}

/// Text without what does not matter, and where each character came from.
struct Folded<'t> {
    text: &'t str,
    chars: Vec<(usize, char)>,
}

impl<'t> Folded<'t> {
    fn new(text: &'t str) -> Self {
        let chars = text.char_indices().filter(|(_, c)| matters(*c)).map(|(at, c)| (at, fold(c))).collect();
        Self { text, chars }
    }

    fn find(&self, piece: &[char], from: usize) -> Option<Range<usize>> {
        let last = self.chars.len().checked_sub(piece.len())?;
        (from..=last).find_map(|start| {
            let span = start..start + piece.len();
            let same = self.chars[span.clone()].iter().zip(piece).all(|((_, here), wanted)| here == wanted);
            (same && self.is_whole(&span)).then_some(span)
        })
    }

    fn bytes(&self, span: &Range<usize>) -> Range<usize> {
        let (last_at, _) = self.chars[span.end - 1];
        let end = last_at + self.text[last_at..].chars().next().map_or(0, char::len_utf8);
        self.chars[span.start].0..end
    }

    fn is_whole(&self, span: &Range<usize>) -> bool {
        let bytes = self.bytes(span);
        let first = self.chars[span.start].1;
        let last = self.chars[span.end - 1].1;
        let before = self.text[..bytes.start].chars().next_back();
        let rest = &self.text[bytes.end..];
        let runs_on_before = first.is_alphanumeric() && before.is_some_and(char::is_alphanumeric);
        // `1.2` before or after a number makes it another number.
        let is_part_of_number = (first.is_ascii_digit() && before == Some('.'))
            || (last.is_ascii_digit() && rest.starts_with('.') && rest[1..].starts_with(|c: char| c.is_ascii_digit()));
        let runs_on_after = last.is_alphanumeric() && !ends_a_word(rest, last);
        !(runs_on_before || is_part_of_number || runs_on_after)
    }
}

/// Whether a word ends here: nothing follows, or only an ending of plural or tense.
fn ends_a_word(rest: &str, last: char) -> bool {
    let tail: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
    tail.is_empty() || (!last.is_ascii_digit() && ["s", "es", "ed", "d", "ing"].contains(&tail.to_lowercase().as_str()))
}

pub(super) fn matters(c: char) -> bool {
    !(c.is_whitespace() || matches!(c, '-' | '_' | '"' | '\'' | '`' | '“' | '”' | '’'))
}

pub(super) fn fold(c: char) -> char {
    // A character whose lower case is several characters keeps its first; both sides are folded alike.
    c.to_lowercase().next().unwrap_or(c)
}

/// The pieces of a needle between what stands for anything: `<name>`, `{name}`, `$NAME`, `...`, `..`, `…`, `*`, `%s`, a
/// lone X, Y or N, and the counts in "0/3 nodes".
pub(super) fn split_at_wildcards(needle: &str) -> Vec<Vec<char>> {
    static WILD: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"<[^<>]*>|\{\{?[^{}]*\}\}?|\$\{?[A-Za-z_]+\}?|\.{2,}|…|\*+|%[sdvq]|\b[XYZNM]\b|\b[Xx]{2,}\b|\b[0-9]+/[0-9XNM]+\b|\[\.\.\.\]")
            .expect("a fixed pattern compiles")
    });
    WILD.split(needle).map(|piece| piece.chars().filter(|c| matters(*c)).map(fold).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_case_and_spacing() {
        assert_eq!(find_folded("F0226 Leader Election  lost", "leaderelection lost"), Some(6..27));
        assert!(find_folded("\"leaderelection lost\"", "leader-election lost").is_some());
        assert!(find_folded("leaderelection.go:332", "leaderelection lost").is_none());
    }

    #[test]
    fn looks_past_the_names_that_a_line_quotes() {
        assert!(holds_words(
            "Connection to node -1 (kafka/10.1.1.1:9092) could not be made",
            "connection to node -1 could not be made"
        ));
        assert!(holds_words("bucket \"tiles\" does not exist", "bucket does not exist"));
        assert!(holds_words("cannot open 'a.db' for writing", "cannot open for writing"));
        assert!(!holds_words("bucket \"tiles\" is full", "bucket does not exist"));
        assert!(!holds_words("key \"no\" such", "key such"));
    }

    #[test]
    fn finds_whole_words_and_their_endings() {
        assert!(find_folded("probes failed", "probe fail").is_none());
        assert!(find_folded("two panics", "panic").is_some());
        assert!(find_folded("the portal", "port").is_none());
        assert!(find_folded("export", "port").is_none());
        assert!(find_folded("code 12", "code 1").is_none());
    }

    #[test]
    fn finds_addresses_to_the_last_digit() {
        assert!(find_address("dial tcp 10.96.0.1:443: i/o timeout", "10.96.0.1").is_some());
        assert!(find_address("dial tcp 10.96.0.10:53: i/o timeout", "10.96.0.1").is_none());
        assert!(find_address("dial tcp 110.96.0.1:443", "10.96.0.1").is_none());
        assert!(find_address("https://127.0.0.1:7445/apis", "127.0.0.1:7445").is_some());
        assert!(find_address("127.0.0.1:74450", "127.0.0.1:7445").is_none());
        assert!(find_address("could not reach 10.96.0.1.", "10.96.0.1").is_some());
        assert!(find_address("db.internal.example", "db.internal").is_none());
    }

    #[test]
    fn placeholders_stand_for_anything() {
        let line = "secret \"web-tls\" not found";
        assert!(find_folded(line, "secret <name> not found").is_some());
        assert!(find_folded(line, "not found … secret").is_none());
        assert!(find_folded(line, "<name>").is_none());
    }

    #[test]
    fn survives_text_of_every_kind() {
        for text in ["", "é", "İ", "\u{0}", "a\u{301}b", "…"] {
            assert!(find_folded(text, "x").is_none());
            assert!(find_folded("x", text).is_none());
        }
    }
}
