//! Tables and lists of Markdown: a column that is headed Password, a row whose first cell is one, and what stands under a
//! heading such as Credentials.

use std::ops::Range;

use super::{
    Found, Line,
    judge::{Candidate, Tie, is_secret},
    key::{self, Kind},
    lines, looks, prose, stand_in,
};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Other,
    Secret(Kind),
    /// `admin / x`.
    Login,
}

pub(super) fn read(text: &str, found: &mut Found<'_>) {
    let mut is_secret_section = false;
    let mut columns: Option<Vec<Column>> = None;
    let mut before: Option<Range<usize>> = None;
    let mut is_in_fence = false;
    for span in lines(text) {
        let line = text[span.clone()].trim_start_matches(['>', ' ', '\t']);
        if line.starts_with("```") || line.starts_with("~~~") {
            is_in_fence = !is_in_fence;
        }
        if !is_in_fence && line.starts_with('#') {
            is_secret_section = names_secrets(line);
        }
        if !line.starts_with('|') {
            columns = None;
            if is_secret_section && line.starts_with(['-', '*', '+']) {
                item(text, span.clone(), found);
            }
        } else if is_rule(line) {
            let head = before.clone().map(|head| cells(text, head)).unwrap_or_default();
            columns = Some(head.into_iter().map(|cell| column(&text[cell])).collect());
        } else if let Some(columns) = &columns {
            row(text, span.clone(), columns, is_secret_section, found);
        }
        before = Some(span);
    }
}

/// `## Passwords`, `## Default credentials`.
fn names_secrets(heading: &str) -> bool {
    const WORDS: &[&str] = &[
        "password",
        "credential",
        "login",
        "secret",
        "token",
        "passwort",
        "zugangsdaten",
        "api key",
        "access data",
        "accounts",
    ];
    let lower = heading.to_ascii_lowercase();
    WORDS.iter().any(|word| lower.contains(word))
}

/// The line under a table's head.
fn is_rule(line: &str) -> bool {
    line.contains('-') && line.bytes().all(|b| matches!(b, b'|' | b'-' | b':' | b' ' | b'\t'))
}

/// A row's cells, without blanks.
fn cells(text: &str, line: Range<usize>) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    let mut at = line.start;
    let mut rest = &text[line.clone()];
    while !rest.is_empty() {
        // `\|` is a letter of its cell.
        let mut bars = rest.match_indices('|').map(|(at, _)| at);
        let bar = bars.find(|at| !rest[..*at].ends_with('\\')).map_or(rest.len(), |at| at + 1);
        let part = &rest[..bar];
        rest = &rest[bar..];
        let cell = part.trim_end_matches('|');
        let inner = cell.trim();
        let start = at + (inner.as_ptr() as usize - part.as_ptr() as usize);
        if at > line.start || !inner.is_empty() {
            cells.push(start..start + inner.len());
        }
        at += part.len();
    }
    // The first bar opens the row.
    if text[line].trim_start().starts_with('|') && cells.first().is_some_and(Range::is_empty) {
        cells.remove(0);
    }
    cells
}

fn column(head: &str) -> Column {
    let head = head.trim_matches(['*', '`', '_']).to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| head.contains(word));
    if says(&[
        "policy",
        "rotation",
        "location",
        "where",
        "path",
        "file",
        "name",
        "reset",
        "required",
        "key in",
        "stored",
        "secrets",
        "namespace",
    ]) {
        return Column::Other;
    }
    if says(&["user/pass", "user / pass", "login", "credential", "username/pass"]) {
        return Column::Login;
    }
    if says(&["password", "passwd", "passwort", "passphrase", "kennwort", "psk"])
        || matches!(head.as_str(), "pw" | "pass" | "pwd")
    {
        return Column::Secret(Kind::Password);
    }
    if matches!(head.as_str(), "pin" | "pin code" | "code") {
        return Column::Secret(Kind::Pin);
    }
    if says(&["token", "secret", "api key", "apikey", "api-key", "access key", "key value", "license key"]) {
        return Column::Secret(Kind::Token);
    }
    Column::Other
}

fn row(text: &str, span: Range<usize>, columns: &[Column], is_secret_section: bool, found: &mut Found<'_>) {
    let cells = cells(text, span.clone());
    let first = cells.first().map_or("", |cell| text[cell.clone()].trim_matches(['*', '_', ' ']));
    let named = named(first);
    for (at, cell) in cells.iter().enumerate() {
        let column = columns.get(at).copied().unwrap_or(Column::Other);
        match (column, named) {
            (Column::Secret(kind), _) => value_cell(text, cell.clone(), kind, found),
            (Column::Login, _) => prose::logins(&Line::new(text, span.clone()), cell.clone(), found),
            (Column::Other, Some(kind)) if at > 0 && !is_plain(text, cell.clone()) => {
                value_cell(text, cell.clone(), kind, found);
            }
            (Column::Other, _) if at > 0 && is_secret_section => odd_cell(text, cell.clone(), found),
            _ => {}
        }
    }
}

/// What a row is about: `Password`, `Root password`, `DB_PASSWORD`.
fn named(cell: &str) -> Option<Kind> {
    let words: Vec<&str> = cell.split_whitespace().collect();
    // A command in backticks is none.
    let is_command = words.len() > 1 && cell.contains('`')
        || words.first().is_some_and(|word| word.bytes().all(|b| b.is_ascii_lowercase()) && words.len() > 1);
    (words.len() <= 4 && !is_command)
        .then(|| key::classify(&words.join("_")))
        .flatten()
        .filter(|kind| *kind != Kind::AnyKey)
}

/// Whether a cell holds a word as sentences have it.
fn is_plain(text: &str, cell: Range<usize>) -> bool {
    word(text, cell).is_some_and(|word| looks::is_plain_word(&text[word]))
}

/// The one word of a cell: none, where a sentence stands.
fn word(text: &str, cell: Range<usize>) -> Option<Range<usize>> {
    let inner = text[cell].trim_matches(['`', '*', '"', '\'', ' ']);
    let is_one = !inner.is_empty() && (!inner.contains(char::is_whitespace));
    let start = inner.as_ptr() as usize - text.as_ptr() as usize;
    is_one.then(|| start..start + inner.len())
}

fn value_cell(text: &str, cell: Range<usize>, kind: Kind, found: &mut Found<'_>) {
    let Some(word) = word(text, cell) else { return };
    let candidate = Candidate { value: &text[word.clone()], is_quoted: false, rest: "" };
    if is_secret(kind, Tie::Colon, &candidate) && !looks::is_measure(candidate.value) | (kind == Kind::Pin) {
        found.likely(word, kind.what());
    }
}

fn odd_cell(text: &str, cell: Range<usize>, found: &mut Found<'_>) {
    let Some(word) = word(text, cell) else { return };
    let value = &text[word.clone()];
    if looks::is_odd(value)
        && !stand_in::is_placeholder(value)
        && !stand_in::is_generic(value)
        && !looks::is_uuid(value)
    {
        found.likely(word, "A secret");
    }
}

/// `- root: x` under a heading that speaks of logins.
fn item(text: &str, span: Range<usize>, found: &mut Found<'_>) {
    let line = Line::new(text, span.clone());
    prose::logins(&line, span.clone(), found);
    if let Some((_, rest)) = text[span.clone()].split_once(": ") {
        odd_cell(text, span.end - rest.len()..span.end, found);
    }
}
