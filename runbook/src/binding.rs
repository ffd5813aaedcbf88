//! Parameters and the values they get. Values are checked here, once, and can never become shell syntax: they
//! replace parts of words after the shell's own reading.

use std::{collections::BTreeMap, fmt, ops::Range};

use serde::{Deserialize, Serialize};

use crate::{
    document::{Mark, MarkKind},
    names::{ClusterName, ContainerName, InvalidName, Namespace, ObjectName},
};

/// Values by canonical parameter name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bindings(pub BTreeMap<String, String>);

impl Bindings {
    /// The value of a canonical name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// Why a command could not be resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum BindError {
    /// These parameters are empty.
    Missing(Vec<String>),
    /// A value breaks its parameter's rule.
    Invalid {
        /// The parameter.
        name: String,
        /// The rule, as a sentence without a full stop.
        rule: String,
    },
    /// With the values filled in it is no longer a check.
    NotACheck(String),
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(names) => write!(f, "no value yet for {}", names.join(", ")),
            Self::Invalid { name, rule } => write!(f, "the value of {name} cannot be used: {rule}"),
            Self::NotACheck(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for BindError {}

/// A stretch of a command as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Piece {
    /// The author's text.
    Text(String),
    /// A placeholder with its value.
    Filled {
        /// Its canonical name.
        name: String,
        /// What stands in its place.
        value: String,
    },
    /// A placeholder without a value.
    Placeholder {
        /// Its canonical name.
        name: String,
        /// As the author wrote it: `<pod>`.
        text: String,
    },
    /// A secret that stood in the file, as dots.
    Masked(String),
}

/// Cuts a command's text at its marks and fills in values.
pub fn fill(text: &str, marks: &[Mark], bindings: &Bindings) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for mark in marks {
        let (Some(before), Some(marked)) = (text.get(at..mark.span.start), text.get(mark.span.clone())) else {
            continue;
        };
        let piece = match &mark.kind {
            MarkKind::Placeholder(name) => match bindings.get(name) {
                Some(value) => Piece::Filled { name: name.clone(), value: value.to_owned() },
                None => Piece::Placeholder { name: name.clone(), text: marked.to_owned() },
            },
            MarkKind::Masked => Piece::Masked(marked.to_owned()),
            MarkKind::Culprit => continue,
        };
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        pieces.push(piece);
        at = mark.span.end;
    }
    if let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    pieces
}

/// Longest value of a parameter that has no rule of its own, in bytes.
const MAX_VALUE_BYTES: usize = 253;

/// Checks a value against the rule of its parameter.
///
/// # Errors
/// The rule that the value breaks.
pub fn validate(name: &str, value: &str) -> Result<(), BindError> {
    let named = |result: Result<(), InvalidName>| result.map_err(|invalid| invalid.rule);
    let result = match name {
        "namespace" => named(value.parse::<Namespace>().map(drop)),
        "pod" | "node" => named(value.parse::<ObjectName>().map(drop)),
        "container" => named(value.parse::<ContainerName>().map(drop)),
        "cluster" => named(value.parse::<ClusterName>().map(drop)),
        _ => free_value(value).map_err(str::to_owned),
    };
    result.map_err(|rule| BindError::Invalid { name: name.to_owned(), rule })
}

/// Whether a parameter has a rule of its own, by its canonical name.
pub fn has_rule(name: &str) -> bool {
    matches!(name, "namespace" | "pod" | "node" | "container" | "cluster")
}

fn free_value(value: &str) -> Result<(), &'static str> {
    if value.is_empty() || value.len() > MAX_VALUE_BYTES {
        return Err("1 to 253 characters");
    }
    if value.starts_with('-') {
        return Err("it must not start with '-'");
    }
    if !value.bytes().all(|b| b.is_ascii_alphanumeric() || b"._:/@+=,-".contains(&b)) {
        return Err("only letters, digits and . _ : / @ + = , -");
    }
    Ok(())
}

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
        "pod" | "pod-name" | "podname" => "pod".into(),
        "ns" | "namespace" | "namespace-name" | "pod-namespace" => "namespace".into(),
        "cluster" | "cluster-name" => "cluster".into(),
        "container" | "container-name" => "container".into(),
        "node" | "node-name" | "nodename" => "node".into(),
        bare => bare.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let name = |mark: Mark| match mark.kind {
            MarkKind::Placeholder(name) => name,
            kind => panic!("{kind:?}"),
        };
        find_placeholders(text).into_iter().map(name).collect()
    }

    #[test]
    fn finds_placeholders_in_every_spelling() {
        assert_eq!(names("logs -n <namespace> <pod-name> -c ${CONTAINER_NAME}"), ["namespace", "pod", "container"]);
        assert_eq!(names("grafana-<pod-id> --context=admin@<cluster>"), ["pod-id", "cluster"]);
        assert_eq!(
            names("get pod POD_NAME -n YOUR_NAMESPACE [NODE_NAME] {{ $labels.pod }}"),
            ["pod", "namespace", "node", "pod"]
        );
        assert_eq!(names("ssh root@<node ip>"), ["node-ip"]);
        assert_eq!(names("logs [pod-name] -n [namespace]"), ["pod", "namespace"]);
        assert_eq!(names("qm config {vmid} -n {namespace}/{POD_NAME}"), ["vmid", "namespace", "pod"]);
        assert_eq!(names("--repository <user@realm@host:store>"), ["user-realm-host-store"]);
    }

    #[test]
    fn leaves_redirections_templates_and_special_variables_alone() {
        assert!(names("cat < in > out; cat <in >out").is_empty());
        assert!(names("cat <<EOF; diff <(a) <(b)").is_empty());
        assert!(names("'{.a}{end}' {print} {} {a,b} {x.y} {1..3} '{name}' a{b} [.[]|{name}]").is_empty());
        assert!(names("{{range .items}}{{end}} {.items[0].name} $1 $? $$ ${x:-y} ${#x}").is_empty());
        assert!(names("NAME:.metadata.name,AGE:.x NODE:.spec.nodeName POD_NAME=x").is_empty());
    }

    #[test]
    fn validates_values_by_the_rule_of_their_parameter() {
        assert_eq!(validate("namespace", "kube-system"), Ok(()));
        assert_eq!(validate("vmid", "101"), Ok(()));
        for (name, value) in
            [("namespace", "a.b"), ("pod", "A"), ("vmid", "-rf"), ("x", "a b"), ("x", "a;b"), ("x", "$(y)"), ("x", "")]
        {
            assert!(matches!(validate(name, value), Err(BindError::Invalid { .. })), "{name}={value}");
        }
    }

    #[test]
    fn fills_values_between_the_authors_words() {
        let text = "logs <pod> -n <namespace>";
        let bindings = Bindings(BTreeMap::from([("pod".into(), "web-0".into())]));
        assert_eq!(
            fill(text, &find_placeholders(text), &bindings),
            [
                Piece::Text("logs ".into()),
                Piece::Filled { name: "pod".into(), value: "web-0".into() },
                Piece::Text(" -n ".into()),
                Piece::Placeholder { name: "namespace".into(), text: "<namespace>".into() },
            ]
        );
    }
}
