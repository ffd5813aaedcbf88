//! Placeholders as people write them: `<pod>`, `$POD`, `{{ pod }}`, `{pod}`, `[POD_NAME]`, `POD_NAME`.

use std::ops::Range;

use crate::mark::{Mark, MarkKind};

/// Every placeholder of a text, in order: `<pod>`, `$POD`, `${POD}`, `{{ pod }}`, `[POD_NAME]`, `POD_NAME`.
pub fn find_placeholders(text: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut at = 0;
    while at < text.len() {
        match placeholder_at(text, at) {
            Some(found) => {
                let span = at..at + found.len;
                at = span.end;
                marks.push(Mark { span, kind: MarkKind::Placeholder(found.name) });
            }
            None => at += text[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    marks
}

/// A placeholder that begins at some byte of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Its length in bytes.
    pub(crate) len: usize,
    /// Its canonical name.
    pub(crate) name: String,
    /// How it is written.
    pub(crate) form: Form,
}

/// How a placeholder is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `<pod>`, `{{ pod }}`, `[POD_NAME]`, `POD_NAME`: for people.
    Written,
    /// `{pod}`: for people, except between single quotes, where programs of jq and awk stand.
    Braced,
    /// `$POD`, `${POD}`: the shell's own.
    Variable,
}

/// The placeholder that begins at byte `at`, if one does.
pub(crate) fn placeholder_at(text: &str, at: usize) -> Option<Found> {
    match text.as_bytes()[at] {
        b'<' => angle(&text[at..]),
        b'$' => variable(&text[at..]),
        b'{' => braces(&text[at..]).or_else(|| single_braces(text, at)),
        b'[' => brackets(text, at),
        b'A'..=b'Z' => capitals(text, at),
        _ => None,
    }
}

/// Longest placeholder in bytes: beyond it the text is prose or a redirection.
const MAX_PLACEHOLDER_BYTES: usize = 80;
/// Longest name, so that each can be written as `<name>`.
const MAX_NAME_BYTES: usize = MAX_PLACEHOLDER_BYTES - 2;

/// `<pod>`: a letter right after `<`, no shell syntax inside, no blank before `>`.
fn angle(text: &str) -> Option<Found> {
    let close = text.bytes().take(MAX_PLACEHOLDER_BYTES).position(|b| b == b'>' || b == b'\n')?;
    let inner = text.get(1..close)?;
    let is_plain = |c: char| c.is_alphanumeric() || " _-./:,'()|@".contains(c);
    let is_placeholder = text.as_bytes()[close] == b'>'
        && inner.chars().next().is_some_and(char::is_alphabetic)
        && !inner.ends_with(' ')
        && inner.chars().all(is_plain)
        && !inner.contains(" | ");
    is_placeholder.then(|| Found { len: close + 1, name: canonical_name(inner), form: Form::Written })
}

/// `$POD` or `${POD}`.
fn variable(text: &str) -> Option<Found> {
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    let bytes = text.as_bytes();
    let (range, len): (Range<usize>, usize) = if bytes.get(1) == Some(&b'{') {
        let close = bytes.iter().take(MAX_PLACEHOLDER_BYTES).position(|b| *b == b'}')?;
        (2..close, close + 1)
    } else {
        let end = 1 + bytes[1..].iter().take_while(|b| is_name(b)).count();
        (1..end, end)
    };
    let name = text.get(range)?;
    let is_variable = name.len() <= MAX_NAME_BYTES
        && name.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && name.as_bytes().iter().all(is_name)
        && name.bytes().any(|b| b.is_ascii_alphabetic());
    is_variable.then(|| Found { len, name: canonical_name(name), form: Form::Variable })
}

/// Words between double braces that belong to Go templates.
const TEMPLATE_WORDS: [&str; 8] = ["end", "else", "range", "if", "with", "break", "continue", "define"];

/// `{{ pod }}` and `{{ $labels.pod }}`.
fn braces(text: &str) -> Option<Found> {
    let rest = text.strip_prefix("{{")?;
    let close = rest.as_bytes().iter().take(MAX_PLACEHOLDER_BYTES).position(|b| *b == b'}')?;
    if !rest[close..].starts_with("}}") {
        return None;
    }
    let inner = rest[..close].trim();
    let inner = inner.strip_prefix("$labels.").unwrap_or(inner);
    let is_name = inner.len() <= MAX_NAME_BYTES
        && inner.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
        && inner.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
        && !TEMPLATE_WORDS.contains(&inner);
    is_name.then(|| Found { len: close + 4, name: canonical_name(inner), form: Form::Written })
}

/// Words between single braces that belong to awk and to templates.
const PROGRAM_WORDS: [&str; 5] = ["print", "next", "exit", "end", "else"];

/// `{pod}` where it stands as a word of its own, or as a part of a path.
fn single_braces(text: &str, at: usize) -> Option<Found> {
    let bytes = text.as_bytes();
    let opens = at == 0 || b" \t\n=/@\":,".contains(&bytes[at - 1]);
    let len = bytes[at..].iter().take(MAX_PLACEHOLDER_BYTES).position(|b| *b == b'}')? + 1;
    let closes = bytes.get(at + len).is_none_or(|b| b" \t\n/\":;|,)".contains(b));
    let inner = &text[at + 1..at + len - 1];
    let is_name = inner.len() > 1
        && inner.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
        && inner.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
        && !PROGRAM_WORDS.contains(&inner);
    (opens && closes && is_name).then(|| Found { len, name: canonical_name(inner), form: Form::Braced })
}

/// Names that stand for a value in brackets whatever their case, as words of their own.
const BRACKETED: [&str; 9] =
    ["namespace", "pod", "pod-name", "pod_name", "node", "node-name", "cluster", "container", "container-name"];

/// `[POD_NAME]`: else only in capitals, so that a glob or a JSONPath index is not meant.
fn brackets(text: &str, at: usize) -> Option<Found> {
    let bytes = text.as_bytes();
    let len = bytes[at..].iter().take(MAX_PLACEHOLDER_BYTES).position(|b| *b == b']')? + 1;
    let inner = &text[at + 1..at + len - 1];
    let is_word =
        (at == 0 || b" \t\n=/".contains(&bytes[at - 1])) && bytes.get(at + len).is_none_or(|b| b" \t\n/".contains(b));
    let is_name = is_capital_name(inner) || (is_word && BRACKETED.contains(&inner));
    is_name.then(|| Found { len, name: canonical_name(inner), form: Form::Written })
}

/// `POD_NAME` where it stands as a word of its own, or after `=`, `/`, `@` or `:`.
fn capitals(text: &str, at: usize) -> Option<Found> {
    let bytes = text.as_bytes();
    let opens = at == 0 || b" \t\n=/@\"'`:,".contains(&bytes[at - 1]);
    if !opens {
        return None;
    }
    let len = bytes[at..]
        .iter()
        .take(MAX_PLACEHOLDER_BYTES)
        .take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || **b == b'_' || **b == b'-')
        .count();
    let closes = bytes.get(at + len).is_none_or(|b| b" \t\n/\"'`;|,)".contains(b));
    let name = &text[at..at + len];
    // `NAME=value` in front of a command is an assignment; `=` does not close a placeholder.
    (closes && is_capital_name(name)).then(|| Found { len, name: canonical_name(name), form: Form::Written })
}

/// Words in capitals that stand for a value wherever they occur.
const CAPITAL_WORDS: [&str; 11] = [
    "POD",
    "NAMESPACE",
    "CONTAINER",
    "CLUSTER",
    "NODE",
    "DEPLOYMENT",
    "STATEFULSET",
    "VMID",
    "CTID",
    "UPID",
    "HOSTNAME",
];
/// Endings that make a name in capitals a placeholder.
const CAPITAL_ENDINGS: [&str; 6] = ["_NAME", "-NAME", "_ID", "_IP", "_HOST", "_NAMESPACE"];
/// Beginnings that make a name in capitals a placeholder.
const CAPITAL_BEGINNINGS: [&str; 4] = ["YOUR_", "YOUR-", "MY_", "MY-"];

fn is_capital_name(text: &str) -> bool {
    let is_capital =
        text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_' || b == b'-') && text.len() > 2;
    is_capital
        && (CAPITAL_WORDS.contains(&text)
            || CAPITAL_ENDINGS.iter().any(|ending| text.ends_with(ending) && text.len() > ending.len())
            || CAPITAL_BEGINNINGS.iter().any(|start| text.starts_with(start) && text.len() > start.len()))
}

/// One spelling for each parameter: `POD_NAME`, `pod-name` and `pod` are all `pod`; others become lower kebab case.
pub fn canonical_name(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for c in text.trim().chars() {
        if c.is_alphanumeric() {
            // Lower case may bring a mark of its own, which no name holds.
            name.extend(c.to_lowercase().filter(|c| c.is_alphanumeric()));
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name.trim_end_matches('-');
    let bare = ["your-", "my-", "the-"].iter().find_map(|start| name.strip_prefix(start)).unwrap_or(name);
    match bare {
        "pod" | "pod-name" | "podname" | "kubernetes-pod-name" | "k8s-pod-name" => "pod".into(),
        "ns" | "namespace" | "namespace-name" | "pod-namespace" | "kubernetes-namespace" | "k8s-namespace-name" => {
            "namespace".into()
        }
        "cluster" | "cluster-name" | "cluster-id" | "clustername" | "k8s-cluster" | "k8s-cluster-name"
        | "kubernetes-cluster" => "cluster".into(),
        "container" | "container-name" | "k8s-container-name" => "container".into(),
        "node" | "node-name" | "nodename" | "kubernetes-node" | "k8s-node-name" => "node".into(),
        bare => bare.to_owned(),
    }
}
