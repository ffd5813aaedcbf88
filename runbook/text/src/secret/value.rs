//! Where a value ends: at its closing quote, or where a word does. Whether it is a secret is told elsewhere.

use std::ops::Range;

/// Bytes of a value that are looked at. A longer one is kept to its end all the same.
pub(super) const MAX_LOOK_BYTES: usize = 1024;

/// A value as it stands behind a key, a flag or a word.
#[derive(Debug, Clone)]
pub(super) struct Value {
    /// Byte range in the text, without quotes.
    pub(super) span: Range<usize>,
    /// Whether it stands in quotes or backticks.
    pub(super) is_quoted: bool,
}

/// Quotes, opening and closing. An escaped one stands in JSON inside a shell's quotes.
const QUOTES: [(&str, &str); 9] = [
    ("\\\"", "\\\""),
    ("\\'", "\\'"),
    ("$'", "'"),
    ("\"", "\""),
    ("'", "'"),
    ("`", "`"),
    ("“", "”"),
    ("‘", "’"),
    ("«", "»"),
];

/// The value that begins at `from`, at most up to `end`.
pub(super) fn read(text: &str, from: usize, end: usize) -> Option<Value> {
    let end = from + look(text.get(from..end)?).len();
    let rest = &text[from..end];
    for (open, close) in QUOTES {
        let Some(inner) = rest.strip_prefix(open) else { continue };
        let Some(length) = find_close(inner, close) else {
            // A quote without an end belongs to a longer text: the value is the word behind it.
            return bare(text, from + open.len(), end);
        };
        let start = from + open.len();
        let span = without_inner_quotes(text, start..start + length);
        return (!span.is_empty()).then_some(Value { span, is_quoted: true });
    }
    bare(text, from, end)
}

/// `'"psk"'`: the value stands in the inner quotes.
fn without_inner_quotes(text: &str, span: Range<usize>) -> Range<usize> {
    let inner = &text[span.clone()];
    let is_quoted = inner.len() > 2 && inner.starts_with(['"', '\'']) && inner.ends_with(&inner[..1]);
    if is_quoted { span.start + 1..span.end - 1 } else { span }
}

fn find_close(inner: &str, close: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + inner.get(from..)?.find(close)?;
        let backslashes = inner[..at].bytes().rev().take_while(|byte| *byte == b'\\').count();
        if close != "\"" || backslashes % 2 == 0 {
            return Some(at);
        }
        from = at + close.len();
    }
}

fn bare(text: &str, from: usize, end: usize) -> Option<Value> {
    let mut stop = end;
    let mut chars = text.get(from..end)?.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        let ends = match c {
            '\'' | '"' | '`' | '<' | '&' | ';' | '|' | '”' | '’' | '»' => true,
            '\\' => next.is_none_or(|next| next.is_whitespace() || matches!(next, 'n' | 'r' | 't' | '"' | '\'')),
            ',' => next.is_none_or(char::is_whitespace) || opens_a_pair(&text[from + at + 1..end]),
            c => c.is_whitespace(),
        };
        // A placeholder's own bracket is part of it.
        if ends && !(c == '<' && at == 0) {
            stop = from + at;
            break;
        }
    }
    let value = &text[from..stop];
    // Prose goes on behind a value: `(password: hunter2),`.
    let kept = value.trim_end_matches([',', ';', ')', ']', '}', '|', '*', '.', '\\', ':']);
    (!kept.is_empty()).then_some(Value { span: from..from + kept.len(), is_quoted: false })
}

/// `uid=1000`, behind a comma in `password=x,uid=1000`.
fn opens_a_pair(rest: &str) -> bool {
    let key = rest.bytes().take(40).take_while(|b| b.is_ascii_alphanumeric() || b"_-.".contains(b)).count();
    key > 0 && rest.as_bytes().get(key).is_some_and(|b| *b == b'=')
}

/// The part of a value that decides about it.
pub(super) fn look(value: &str) -> &str {
    let mut end = value.len().min(MAX_LOOK_BYTES);
    while !value.is_char_boundary(end) {
        end -= 1;
    }
    &value[..end]
}
