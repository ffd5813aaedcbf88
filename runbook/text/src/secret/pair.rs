//! A key and its value on one line, in whatever notation: `key: x`, `key=x`, `"key": "x"`, `<key>x</key>`,
//! `('key', 'x')`, `${KEY:-x}`. Whether the key is one of a secret is told elsewhere.

use std::ops::Range;

use super::{
    Found, Line,
    judge::{Candidate, Tie, is_secret},
    key::{self, Kind, MAX_KEY_BYTES},
    value::{self, Value},
};

/// A key with the place where its value begins.
struct Pair {
    key: Range<usize>,
    tie: Tie,
    value_at: usize,
}

pub(super) fn read(line: &Line<'_>, found: &mut Found<'_>) {
    let bytes = line.text.as_bytes();
    let mut at = line.span.start;
    while at < line.span.end {
        let next = at + 1;
        at = match bytes[at] {
            b':' | b'=' | b',' | b'>' => pair(line, at).and_then(|pair| judge(line, &pair, found)).unwrap_or(next),
            _ => next,
        };
    }
}

/// The end of the value, when it is a secret.
fn judge(line: &Line<'_>, pair: &Pair, found: &mut Found<'_>) -> Option<usize> {
    let key = &line.text[pair.key.clone()];
    let kind = match key::classify(key) {
        // `API key`: the word before it says whose.
        kind @ (None | Some(Kind::AnyKey)) => with_word_before(line, pair).and_then(|key| key::classify(&key)).or(kind),
        kind => kind,
    }?;
    let value = value::read(line.text, pair.value_at, line.span.end)?;
    let value = whole_word(line, pair, value);
    let candidate = candidate(line, &value);
    let tie = if key.starts_with('-') { Tie::Flag } else { pair.tie };
    is_secret(kind, tie, &candidate).then(|| {
        let end = value.span.end;
        found.likely(value.span, kind.what());
        end
    })
}

/// A tag ends its value; a default value ends with its brace.
fn whole_word(line: &Line<'_>, pair: &Pair, value: Value) -> Value {
    let opening = line.text[line.span.start..pair.key.start].bytes().next_back();
    if matches!(opening, Some(b'?' | b'&')) {
        // A link in Markdown ends with its bracket.
        let length = line.text[value.span.clone()].find(')').unwrap_or(value.span.len());
        return Value { span: value.span.start..value.span.start + length, ..value };
    }
    if !value.is_quoted && line.text[..pair.value_at].ends_with('>') {
        let rest = value::look(&line.text[pair.value_at..line.span.end]);
        let length = rest.find("</").unwrap_or(rest.len());
        return Value { span: pair.value_at..pair.value_at + length, is_quoted: true };
    }
    value
}

pub(super) fn candidate<'t>(line: &Line<'t>, value: &Value) -> Candidate<'t> {
    Candidate {
        value: &line.text[value.span.clone()],
        is_quoted: value.is_quoted,
        rest: &line.text[value.span.end..line.span.end],
    }
}

/// `API key`: a second word, one blank before the first.
fn with_word_before(line: &Line<'_>, pair: &Pair) -> Option<String> {
    let key = &line.text[pair.key.clone()];
    let is_open = ["key", "keys", "phrase", "code", "word", "string"].iter().any(|word| key.eq_ignore_ascii_case(word));
    let before = line.text[line.span.start..pair.key.start].strip_suffix([' ', '-'])?;
    let word = before.len() - before.bytes().rev().take(24).take_while(u8::is_ascii_alphanumeric).count();
    (is_open && word < before.len()).then(|| format!("{}_{key}", &before[word..]))
}

/// The pair whose separator stands here.
fn pair(line: &Line<'_>, at: usize) -> Option<Pair> {
    let bytes = &line.text.as_bytes()[..line.span.end];
    let (mark, next) = (bytes[at], bytes.get(at + 1).copied());
    let before = at.checked_sub(1).map_or(b' ', |before| bytes[before]);
    match mark {
        b'=' if matches!(next, Some(b'=' | b'~')) || matches!(before, b'=' | b'!' | b'<' | b'>' | b'~') => None,
        b'=' => {
            let end = at - usize::from(matches!(before, b':' | b'+' | b'?'));
            let value_at = at + if next == Some(b'>') { 2 } else { 1 };
            let key = key_before(line, end)?;
            Some(Pair { key, tie: Tie::Equals, value_at: skip_blanks(line, value_at) })
        }
        b':' if matches!(next, Some(b':' | b'=')) || before == b':' => None,
        b':' if line.text[at..line.span.end].starts_with("://") => None,
        b':' => colon(line, at, next),
        b',' if matches!(before, b'"' | b'\'') => {
            let key = key_before(line, at)?;
            let value_at = skip_blanks(line, at + 1);
            matches!(bytes.get(value_at), Some(b'"' | b'\'')).then_some(Pair { key, tie: Tie::Colon, value_at })
        }
        b'>' => tag(line, at),
        _ => None,
    }
}

fn colon(line: &Line<'_>, at: usize, next: Option<u8>) -> Option<Pair> {
    let key = key_before(line, at)?;
    let text = line.text;
    let opening = text[line.span.start..key.start].bytes().next_back();
    // `${DB_PASSWORD:-x}`: what counts where the variable is not set.
    if opening == Some(b'{') && matches!(next, Some(b'-' | b'=')) {
        return Some(Pair { key, tie: Tie::Equals, value_at: at + 2 });
    }
    let is_apart = matches!(next, None | Some(b' ' | b'\t' | b'"' | b'\'' | b'*' | b'`' | b'\\'))
        || !next.is_some_and(|b| b.is_ascii());
    // `a:secret:b` is one word, such as an ARN.
    let begins = opening.is_none_or(|b| {
        matches!(b, b' ' | b'\t' | b'"' | b'\'' | b'{' | b'(' | b',' | b'/' | b'`' | b';' | b'|' | b'&')
    });
    if !is_apart && (!begins || text[key.clone()].starts_with('-')) {
        return None;
    }
    // `"Password:"` is a prompt: the quote behind it ends the word.
    let quote = next.filter(|b| matches!(b, b'"' | b'\''));
    if quote.is_some() && quote == opening && !text[key.end..at].contains(['"', '\'']) {
        return None;
    }
    let mut value_at = skip_blanks(line, at + 1);
    while text[value_at..line.span.end].starts_with('*') {
        value_at = skip_blanks(line, value_at + 1);
    }
    Some(Pair { key, tie: Tie::Colon, value_at })
}

/// `<password>x</password>`, and `name="password" value="x"` is read by its quotes.
fn tag(line: &Line<'_>, at: usize) -> Option<Pair> {
    let key = key_before(line, at)?;
    let name = &line.text[key.clone()];
    let opening = line.text[line.span.start..key.start].bytes().next_back();
    let rest = value::look(&line.text[at + 1..line.span.end]);
    let close = rest.find("</")?;
    let is_closed = rest[close + 2..].starts_with(name);
    // `<property name="password">x</property>`
    let before = &line.text.get(key.start.saturating_sub(6).max(line.span.start)..key.start).unwrap_or("");
    let is_named = ["name=\"", "key=\"", "id=\""].iter().any(|mark| before.ends_with(mark));
    (is_named || opening == Some(b'<') && is_closed && close > 0).then_some(Pair {
        key,
        tie: Tie::Colon,
        value_at: at + 1,
    })
}

fn skip_blanks(line: &Line<'_>, from: usize) -> usize {
    let rest = &line.text.as_bytes()[from.min(line.span.end)..line.span.end];
    from + rest.iter().take_while(|b| matches!(b, b' ' | b'\t')).count()
}

/// The key that ends here, but for blanks, quotes, stars and brackets.
fn key_before(line: &Line<'_>, end: usize) -> Option<Range<usize>> {
    let text = &line.text.as_bytes()[line.span.start..end];
    let blanks = text.iter().rev().take(24).take_while(|b| matches!(b, b' ' | b'\t')).count();
    let text = &text[..text.len() - blanks];
    let marks =
        text.iter().rev().take(5).take_while(|b| matches!(b, b'"' | b'\'' | b'`' | b'*' | b']' | b')' | b'\\')).count();
    let text = &text[..text.len() - marks];
    let is_key = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    let length = text.iter().rev().take(MAX_KEY_BYTES).take_while(is_key).count();
    let start = line.span.start + text.len() - length;
    let key = start..start + length;
    let is_path_end = text[..text.len() - length].last() == Some(&b'/') && is_in_path(&text[..text.len() - length]);
    (length > 0 && !is_path_end).then_some(key)
}

/// Whether what stands before a slash is a path from a root: `/etc/`.
fn is_in_path(before: &[u8]) -> bool {
    let is_path = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'/' | b'~' | b'$');
    let length = before.iter().rev().take(MAX_KEY_BYTES).take_while(is_path).count();
    length > 1
}
