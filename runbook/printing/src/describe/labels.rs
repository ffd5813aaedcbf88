//! Labels, annotations, selectors, taints and tolerations as kubectl writes them.

use serde_json::Value;

use super::{
    look::{Look, or_none, print},
    page::Page,
};

/// An annotation longer than this goes on its own lines, and is cut.
const MAX_ANNOTATION: usize = 140;
/// Holds the whole object once more, with a Secret's data in it; kubectl leaves it out, too.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// `key=value` below each other.
pub(super) fn write_labels(page: &mut Page, level: usize, title: &str, labels: &Value) {
    page.rows(level, title, pairs(labels));
}

/// `key=value`, by key.
pub(super) fn pairs(fields: &Value) -> Vec<String> {
    fields.own_fields().iter().map(|(key, value)| format!("{key}={}", print(value))).collect()
}

/// `key=value,key=value`, or `<none>`.
pub(super) fn joined_labels(labels: &Value) -> String {
    or_none(&joined_fields(labels)).to_owned()
}

/// `key=value,key=value`.
pub(super) fn joined_fields(fields: &Value) -> String {
    pairs(fields).join(",")
}

/// `key: value` below each other; long ones cut.
pub(super) fn write_annotations(page: &mut Page, level: usize, annotations: &Value) {
    let mut lines = Vec::new();
    for (key, value) in annotations.own_fields().iter().filter(|(key, _)| *key != LAST_APPLIED) {
        let value = print(value);
        let value = value.strip_suffix('\n').unwrap_or(&value);
        if value.len() + key.len() + 2 > MAX_ANNOTATION || value.contains('\n') {
            lines.push(format!("{key}:"));
            lines.extend(value.split('\n').map(|line| format!("  {}", shorten(line, MAX_ANNOTATION - 2))));
        } else {
            lines.push(format!("{key}: {value}"));
        }
    }
    page.rows(level, "Annotations", lines);
}

/// At most so many bytes, with three dots where something was cut.
pub(super) fn shorten(text: &str, max_bytes: usize) -> String {
    if text.len() <= max_bytes {
        return text.to_owned();
    }
    let end = (0..=max_bytes).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{}...", &text[..end])
}

/// A label selector in kubectl's words: `app=web,tier in (a,b)`, or `<none>`.
pub(super) fn selector(selector: &Value) -> String {
    or_none(&selector_query(selector)).to_owned()
}

/// A label selector as the API takes it.
pub(super) fn selector_query(selector: &Value) -> String {
    let mut terms: Vec<(String, String)> = selector
        .fields("matchLabels")
        .iter()
        .map(|(key, value)| ((*key).to_owned(), format!("{key}={}", print(value))))
        .collect();
    for term in selector.list("matchExpressions") {
        let key = term.text("key");
        let mut values: Vec<String> = term.list("values").iter().map(print).collect();
        values.sort_unstable();
        let words = match term.text("operator") {
            "In" => format!("{key} in ({})", values.join(",")),
            "NotIn" => format!("{key} notin ({})", values.join(",")),
            "Exists" => key.to_owned(),
            "DoesNotExist" => format!("!{key}"),
            other => format!("{key} {other}"),
        };
        terms.push((key.to_owned(), words));
    }
    terms.sort_by(|a, b| a.0.cmp(&b.0));
    terms.into_iter().map(|(_, words)| words).collect::<Vec<_>>().join(",")
}

/// `key=value:NoExecute op=Exists for 300s` below each other.
pub(super) fn write_tolerations(page: &mut Page, level: usize, tolerations: &[Value]) {
    let mut tolerations: Vec<&Value> = tolerations.iter().collect();
    tolerations.sort_by_key(|toleration| toleration.text("key"));
    page.rows(level, "Tolerations", tolerations.into_iter().map(toleration));
}

fn toleration(toleration: &Value) -> String {
    let (key, value, effect) = (toleration.text("key"), toleration.text("value"), toleration.text("effect"));
    let mut words = key.to_owned();
    if !value.is_empty() {
        words.push_str(&format!("={value}"));
    }
    if !effect.is_empty() {
        words.push_str(&format!(":{effect}"));
    }
    if toleration.text("operator") == "Exists" && value.is_empty() {
        words.push_str(if words.is_empty() { "op=Exists" } else { " op=Exists" });
    }
    if toleration.has("tolerationSeconds") {
        words.push_str(&format!(" for {}s", toleration.number("tolerationSeconds")));
    }
    words
}

/// `key=value:NoSchedule` below each other.
pub(super) fn taints(taints: &[Value]) -> Vec<String> {
    let mut taints: Vec<&Value> = taints.iter().collect();
    taints.sort_by_key(|taint| format!("{},{}", taint.text("effect"), taint.text("key")));
    let words = |taint: &&Value| match (taint.text("key"), taint.text("value"), taint.text("effect")) {
        (key, "", "") => key.to_owned(),
        (key, value, "") => format!("{key}={value}:"),
        (key, "", effect) => format!("{key}:{effect}"),
        (key, value, effect) => format!("{key}={value}:{effect}"),
    };
    taints.iter().map(words).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn writes_selectors_as_the_api_takes_them() {
        let value = json!({ "matchLabels": { "b": "2", "a": "1" }, "matchExpressions": [
            { "key": "c", "operator": "In", "values": ["y", "x"] }, { "key": "d", "operator": "DoesNotExist" }] });
        assert_eq!(selector(&value), "a=1,b=2,c in (x,y),!d");
        assert_eq!(selector(&Value::Null), "<none>");
    }

    #[test]
    fn cuts_long_annotations_and_never_shows_the_last_applied_object() {
        let mut page = Page::default();
        let long = "ü".repeat(100);
        let annotations =
            json!({ "a": "short", "b": long, "c": "two\nlines\n", LAST_APPLIED: "{\"data\":\"c2VjcmV0\"}" });
        write_annotations(&mut page, 0, &annotations);
        let text = page.finish();
        let cut = format!("{}...", "ü".repeat(69));
        assert_eq!(
            text,
            format!(
                "Annotations:  a: short\n              b:\n                {cut}\n              c:\n                two\n                lines\n"
            )
        );
    }

    #[test]
    fn writes_taints_and_tolerations() {
        let list =
            [json!({ "key": "a", "effect": "NoSchedule" }), json!({ "key": "b", "value": "x", "effect": "NoExecute" })];
        assert_eq!(taints(&list), ["b=x:NoExecute", "a:NoSchedule"]);
        assert_eq!(toleration(&json!({ "operator": "Exists" })), "op=Exists");
        let value = json!({ "key": "k", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300 });
        assert_eq!(toleration(&value), "k:NoExecute op=Exists for 300s");
    }
}
