//! Parameters and the values they get. Values are checked here, once, and can never become shell syntax: they
//! replace parts of words after the shell's own reading.

mod placeholder;

use std::{collections::BTreeMap, fmt};

pub(crate) use placeholder::{Form, placeholder_at};
pub use placeholder::{canonical_name, find_placeholders};
use serde::{Deserialize, Serialize};

use crate::mark::{Mark, MarkKind};
use document::names::{ClusterName, ContainerName, InvalidName, Namespace, ObjectName};

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

/// Parameters that every runbook about pods can use, in the order of the alert strip.
pub const STANDARD_PARAMETERS: [&str; 4] = ["cluster", "namespace", "pod", "container"];

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
