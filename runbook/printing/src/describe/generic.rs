//! Any other object, custom resources above all: its fields by name, indented, each name as words.

use serde_json::Value;

use super::{
    labels::{write_annotations, write_labels},
    look::{Look, print},
    page::Page,
};

/// Fields that stand at the top already, or that nobody reads.
const SHOWN_BEFORE: [&str; 5] =
    [".metadata.managedFields", ".metadata.name", ".metadata.namespace", ".metadata.labels", ".metadata.annotations"];
/// Levels beyond which an object is not followed. The API allows no such depth.
const MAX_DEPTH: usize = 64;
/// Words that stay in capitals.
const ACRONYMS: [&str; 5] = ["API", "URL", "UID", "OSB", "GUID"];

/// An object of any kind, its events aside.
pub(super) fn write_object(page: &mut Page, object: &Value) {
    page.row(0, "Name", object.text("metadata.name"));
    page.row(0, "Namespace", object.text("metadata.namespace"));
    write_labels(page, 0, "Labels", object.at("metadata.labels"));
    write_annotations(page, 0, object.at("metadata.annotations"));
    write_fields(page, 0, object, "");
}

fn write_fields(page: &mut Page, level: usize, object: &Value, path: &str) {
    if level > MAX_DEPTH {
        return page.line(level, "...");
    }
    for (name, value) in object.own_fields() {
        let path = format!("{path}.{name}");
        if SHOWN_BEFORE.contains(&path.as_str()) {
            continue;
        }
        let label = label(name);
        match value {
            Value::Object(_) => {
                page.line(level, format_args!("{label}:"));
                write_fields(page, level + 1, value, &path);
            }
            Value::Array(entries) => {
                page.line(level, format_args!("{label}:"));
                for entry in entries {
                    match entry {
                        Value::Object(_) => write_fields(page, level + 1, entry, &path),
                        other => page.line(level + 1, print(other)),
                    }
                }
            }
            other => page.row(level, &label, print(other)),
        }
    }
}

/// `observedGeneration` as `Observed Generation`. A name with anything but letters and hyphens stays as it is.
fn label(field: &str) -> String {
    if field.chars().any(|c| !c.is_alphabetic() && c != '-') {
        return field.to_owned();
    }
    let words = split_camel_case(field).into_iter().map(|word| {
        let capitals = word.to_uppercase();
        if ACRONYMS.contains(&capitals.as_str()) {
            return capitals;
        }
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_uppercase().to_string());
        [first.as_deref().unwrap_or(""), letters.as_str()].concat()
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Stretches of small letters, of capitals, and of anything else. A capital belongs to the small letters after it:
/// `podIPs` is `pod`, `I`, `Ps`. Three capitals and more are taken for a name and stay with them: `URLs`, `HTTPRoute`.
fn split_camel_case(text: &str) -> Vec<String> {
    #[derive(PartialEq, Clone, Copy)]
    enum Class {
        Lower,
        Upper,
        Other,
    }
    let class = |c: char| match c {
        c if c.is_lowercase() => Class::Lower,
        c if c.is_uppercase() => Class::Upper,
        _ => Class::Other,
    };
    let mut stretches: Vec<(Class, String)> = Vec::new();
    for c in text.chars() {
        match stretches.last_mut() {
            Some((last, stretch)) if *last == class(c) => stretch.push(c),
            _ => stretches.push((class(c), c.to_string())),
        }
    }
    let mut words: Vec<String> = Vec::new();
    let mut capitals = 0;
    for (class, stretch) in stretches {
        match (class, words.last_mut()) {
            (Class::Lower, Some(last)) if capitals >= 3 => last.push_str(&stretch),
            (Class::Lower, Some(last)) if capitals > 0 => {
                let first = last.pop().map_or_else(String::new, String::from);
                words.push(first + &stretch);
            }
            _ => words.push(stretch.clone()),
        }
        capitals = if class == Class::Upper { stretch.chars().count() } else { 0 };
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_names_as_words() {
        let cases = [
            ("observedGeneration", "Observed Generation"),
            ("apiVersion", "API Version"),
            ("uid", "UID"),
            ("podIPs", "Pod I Ps"),
            ("dnsNames", "Dns Names"),
            ("a-b", "A - B"),
            ("tls.crt", "tls.crt"),
            ("x509", "x509"),
            ("k", "K"),
            ("HTTPRoute", "HTTPRoute"),
            ("hostsURLsX", "Hosts URLs X"),
            ("ABc", "A Bc"),
            ("hTTP", "H TTP"),
            ("apiURL", "API URL"),
            ("ABCdEF", "ABCd EF"),
        ];
        for (name, words) in cases {
            assert_eq!(label(name), words, "{name}");
        }
    }

    #[test]
    fn leaves_out_what_stands_above_and_follows_lists() {
        let object = serde_json::json!({ "kind": "Certificate", "metadata": { "name": "web", "namespace": "apps",
            "labels": { "a": "b" }, "managedFields": [{ "manager": "x" }], "generation": 2 },
            "spec": { "dnsNames": ["a.example", "b.example"], "usages": [], "issuerRef": { "name": "ca" } },
            "status": { "conditions": [{ "type": "Ready", "status": "False" }], "last": null } });
        let mut page = Page::default();
        write_object(&mut page, &object);
        let expected = "Name:         web\nNamespace:    apps\nLabels:       a=b\nAnnotations:  <none>\nKind:         Certificate\n\
            Metadata:\n  Generation:  2\nSpec:\n  Dns Names:\n    a.example\n    b.example\n  Issuer Ref:\n    Name:  ca\n  \
            Usages:\nStatus:\n  Conditions:\n    Status:  False\n    Type:    Ready\n  Last:      <nil>\n";
        assert_eq!(page.finish(), expected);
    }
}
