//! The alerting rules of a YAML text: a plain rules file, a PrometheusRule or VMRule, a list of them, a ConfigMap that
//! holds a rules file, a chart's values. Wherever a mapping has `groups` with `rules`, they are rules.

use std::collections::BTreeMap;

use serde::Deserialize;
use yaml_serde::Value;

use super::template;

/// Deeper than any of those forms.
const MAX_DEPTH: usize = 8;
/// Rules of one file that are looked at.
const MAX_RULES: usize = 50_000;

/// An alerting rule.
#[derive(Debug, PartialEq)]
pub(super) struct Rule {
    pub(super) alert: String,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) annotations: BTreeMap<String, String>,
}

/// Why a file's rules could not be read.
#[derive(Debug, PartialEq)]
pub(super) enum Unread {
    /// It is YAML only when Helm has filled it in.
    Template,
    /// It is no YAML; the reader's words.
    Yaml(String),
}

/// All rules of a text, in order.
pub(super) fn read(text: &str) -> Result<Vec<Rule>, Unread> {
    let is_template = template::is_one(text);
    let read = match is_template {
        true => documents(&template::strip(text)),
        false => documents(text),
    };
    read.map_err(|cause| if is_template { Unread::Template } else { Unread::Yaml(cause) })
}

fn documents(text: &str) -> Result<Vec<Rule>, String> {
    let mut rules = Vec::new();
    for document in yaml_serde::Deserializer::from_str(text) {
        let value = Value::deserialize(document).map_err(|cause| cause.to_string())?;
        walk(&value, MAX_DEPTH, &mut rules);
    }
    rules.truncate(MAX_RULES);
    Ok(rules)
}

fn walk(value: &Value, depth: usize, rules: &mut Vec<Rule>) {
    if depth == 0 || rules.len() >= MAX_RULES {
        return;
    }
    match value {
        Value::Mapping(mapping) => {
            for (name, value) in mapping {
                match (name.as_str(), value) {
                    (Some("rules"), Value::Sequence(listed)) => rules.extend(listed.iter().filter_map(rule)),
                    // A ConfigMap holds a whole file as a text.
                    (_, Value::String(text)) if text.contains("groups:") && text.contains("alert:") => {
                        if let Ok(inner) = yaml_serde::from_str::<Value>(text) {
                            walk(&inner, depth - 1, rules);
                        }
                    }
                    _ => walk(value, depth - 1, rules),
                }
            }
        }
        Value::Sequence(listed) => listed.iter().for_each(|value| walk(value, depth - 1, rules)),
        _ => {}
    }
}

fn rule(value: &Value) -> Option<Rule> {
    let alert = value.get("alert")?.as_str()?.trim().to_owned();
    let map = |name: &str| {
        let pairs = value.get(name).and_then(Value::as_mapping).into_iter().flatten();
        pairs.filter_map(|(name, value)| Some((name.as_str()?.to_owned(), value.as_str()?.to_owned()))).collect()
    };
    (!alert.is_empty()).then(|| Rule { alert, labels: map("labels"), annotations: map("annotations") })
}

/// Names behind `alert:` at the beginning of a line, with the place of each, whether the text is YAML or not.
pub(super) fn lines(text: &str) -> Vec<(&str, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_start().trim_start_matches("- ").trim_start();
        let bare = bare.strip_prefix("alert:").or_else(|| bare.strip_prefix("\"alert\":"));
        if let Some(name) = bare {
            let name = name.split(" #").next().unwrap_or_default();
            let name = name.trim().trim_end_matches(',').trim_matches(['"', '\'']);
            if !name.is_empty() {
                found.push((name, at + line.find(name).unwrap_or_default()));
            }
        }
        at += line.len();
    }
    found
}
