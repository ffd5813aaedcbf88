//! `kubectl explain`: a field and what it holds, out of a cluster's OpenAPI document, in kubectl's layout. Pure: whoever
//! can read brings the document.

use std::{collections::BTreeSet, fmt::Write};

use serde_json::{Map, Value};

/// Widths at which kubectl breaks lines.
const PAGE_WIDTH: usize = 76;
const FIELD_WIDTH: usize = 78;
/// Values of an enumeration that stand in a list of fields.
const MAX_VALUES: usize = 4;
/// How deep fields are followed; documents that nest deeper are cut there.
const MAX_DEPTH: usize = 64;

/// What is to be explained.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Empty for the core group.
    pub group: &'a str,
    /// `v1`.
    pub version: &'a str,
    /// `Pod`.
    pub kind: &'a str,
    /// `spec`, `containers`; empty for the kind itself.
    pub fields: &'a [String],
}

/// Why there is no explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotExplained {
    /// The document does not describe the kind.
    NoSuchKind,
    /// The kind has no such field.
    NoSuchField(String),
}

/// The explanation as kubectl prints it.
///
/// # Errors
/// When the document does not hold what is asked for.
pub fn explain(document: &Value, asked: &Asked<'_>, is_recursive: bool) -> Result<String, NotExplained> {
    let schemas = document["components"]["schemas"].as_object().ok_or(NotExplained::NoSuchKind)?;
    let names = |one: &Value| {
        one["kind"] == asked.kind
            && one["version"] == asked.version
            && one["group"].as_str().unwrap_or("") == asked.group
    };
    let is_it =
        |schema: &&Value| schema["x-kubernetes-group-version-kind"].as_array().is_some_and(|all| all.iter().any(names));
    let schema = schemas.values().find(is_it).ok_or(NotExplained::NoSuchKind)?;
    let explainer = Explainer { schemas, is_recursive };
    let mut out = String::new();
    if !asked.group.is_empty() {
        let _ = writeln!(out, "GROUP:      {}", asked.group);
    }
    let _ = writeln!(out, "KIND:       {}\nVERSION:    {}\n", asked.kind, asked.version);
    if !explainer.write(&mut out, schema, asked.fields, &mut BTreeSet::new(), 0) {
        let field = asked.fields.last().map_or_else(String::new, Clone::clone);
        return Err(NotExplained::NoSuchField(field));
    }
    out.push('\n');
    Ok(out)
}

struct Explainer<'d> {
    schemas: &'d Map<String, Value>,
    is_recursive: bool,
}

impl<'d> Explainer<'d> {
    /// Follows the fields and writes what is at their end. Whether there was something.
    fn write(
        &self,
        out: &mut String,
        schema: &'d Value,
        fields: &[String],
        seen: &mut BTreeSet<&'d str>,
        depth: usize,
    ) -> bool {
        let reference = schema["$ref"].as_str();
        let resolved = self.resolve(schema);
        if depth > MAX_DEPTH || reference.is_some_and(|reference| seen.contains(reference)) {
            return false;
        }
        let Some((first, rest)) = fields.split_first() else {
            self.write_page(out, resolved);
            return true;
        };
        seen.extend(reference);
        if let Some(field) = resolved["properties"].get(first) {
            if rest.is_empty() {
                let _ = writeln!(out, "FIELD: {first} <{}>", self.type_of(field, 0));
                if let Some(values) = field["enum"].as_array().filter(|values| !values.is_empty()) {
                    let values: String = values.iter().map(|value| format!("\n    {}", plain(value))).collect();
                    let _ = write!(out, "ENUM:{values}");
                }
                out.push_str("\n\n");
            }
            return self.write(out, field, rest, &mut BTreeSet::new(), depth + 1);
        }
        match inner(resolved) {
            Some(inner) => self.write(out, inner, fields, seen, depth + 1),
            None => alternatives(resolved).any(|one| self.write(out, one, fields, seen, depth + 1)),
        }
    }

    fn write_page(&self, out: &mut String, schema: &'d Value) {
        let mut description = String::new();
        self.describe(&mut description, schema, 0);
        let description = if description.is_empty() { "<empty>" } else { &description };
        let _ = writeln!(out, "DESCRIPTION:\n{}", indent(4, &wrap(PAGE_WIDTH, description)));
        let mut list = String::new();
        self.write_fields(&mut list, schema, 1, &mut BTreeSet::new());
        if !list.is_empty() {
            let _ = write!(out, "FIELDS:\n{list}");
        }
    }

    fn describe(&self, out: &mut String, schema: &'d Value, depth: usize) {
        let schema = self.resolve(schema);
        if depth > MAX_DEPTH {
            return;
        }
        if let Some(text) = schema["description"].as_str().filter(|text| !text.is_empty()) {
            let _ = writeln!(out, "{text}");
        }
        alternatives(schema).chain(inner(schema)).for_each(|more| self.describe(out, more, depth + 1));
    }

    fn write_fields(&self, out: &mut String, schema: &'d Value, level: usize, seen: &mut BTreeSet<&'d str>) {
        let reference = schema["$ref"].as_str();
        if level > MAX_DEPTH || reference.is_some_and(|reference| seen.contains(reference)) {
            return;
        }
        let is_new = reference.is_some_and(|reference| seen.insert(reference));
        let resolved = self.resolve(schema);
        for (name, field) in resolved["properties"].as_object().into_iter().flatten() {
            self.write_field(out, resolved, name, field, level * 2);
            if self.is_recursive {
                self.write_fields(out, field, level + 1, seen);
            }
        }
        for more in alternatives(resolved).chain(inner(resolved)) {
            self.write_fields(out, more, level, seen);
        }
        // Only what lies above a field counts as seen; its neighbours may hold the same again.
        if let Some(reference) = reference.filter(|_| is_new) {
            seen.remove(reference);
        }
    }

    fn write_field(&self, out: &mut String, schema: &'d Value, name: &str, field: &'d Value, by: usize) {
        let is_required = schema["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
        let required = if is_required { " -required-" } else { "" };
        let _ = write!(out, "{}{name}\t<{}>{required}", " ".repeat(by), self.type_of(field, 0));
        if let Some(values) = field["enum"].as_array().filter(|values| !values.is_empty()) {
            let shown: Vec<String> = values.iter().take(MAX_VALUES).map(plain).collect();
            let more = if values.len() > MAX_VALUES { ", ...." } else { "" };
            let _ = write!(out, "\n{}enum: {}{more}", " ".repeat(by), shown.join(", "));
        }
        out.push('\n');
        if !self.is_recursive {
            let text = field["description"].as_str().filter(|text| !text.is_empty()).unwrap_or("<no description>");
            let _ = writeln!(out, "{}\n", indent(by + 2, &wrap(FIELD_WIDTH - by, text)));
        }
    }

    /// `string`, `[]Container`, `map[string]string`, `Object`.
    fn type_of(&self, schema: &'d Value, depth: usize) -> String {
        if depth > MAX_DEPTH {
            return "Object".into();
        }
        if let Some(items) = schema.get("items") {
            return format!("[]{}", self.type_of(items, depth + 1));
        }
        if let Some(values) = schema.get("additionalProperties").filter(|values| !values.is_boolean()) {
            return format!("map[string]{}", self.type_of(values, depth + 1));
        }
        let own = |schema: &Value| match schema["type"].as_str() {
            None | Some("" | "object") => "Object".to_owned(),
            Some(name) => name.to_owned(),
        };
        if let ([only], true) =
            (schema["allOf"].as_array().map_or(&[][..], Vec::as_slice), schema["properties"].is_null())
        {
            return self.type_of(only, depth + 1);
        }
        let Some(reference) = schema["$ref"].as_str() else { return own(schema) };
        let target = self.resolve(schema);
        match target["type"].as_str() {
            None | Some("object") => {
                let name = reference.rsplit('/').next().unwrap_or(reference);
                name.rsplit('.').next().unwrap_or("Object").to_owned()
            }
            Some(name) => name.to_owned(),
        }
    }

    fn resolve(&self, schema: &'d Value) -> &'d Value {
        let name = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/components/schemas/"));
        name.and_then(|name| self.schemas.get(name)).unwrap_or(schema)
    }
}

fn alternatives(schema: &Value) -> impl Iterator<Item = &Value> {
    schema["allOf"].as_array().into_iter().flatten()
}

/// What a list or a map holds.
fn inner(schema: &Value) -> Option<&Value> {
    schema.get("items").or_else(|| schema.get("additionalProperties").filter(|values| !values.is_boolean()))
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "\"\"".into(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Breaks lines between words; what a line begins with stays, the blanks at a break go.
fn wrap(width: usize, text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.split('\n') {
        let (mut current, mut rest) = (String::new(), line);
        while !rest.is_empty() {
            let word_at = rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len());
            let (blanks, from_word) = rest.split_at(word_at);
            let word_end = from_word.find(char::is_whitespace).unwrap_or(from_word.len());
            let (word, after) = from_word.split_at(word_end);
            let before = current.chars().count() + blanks.chars().count();
            if before > 1 && before + word.chars().count() > width {
                lines.push(std::mem::take(&mut current));
            } else {
                current.push_str(blanks);
            }
            current.push_str(word);
            rest = after;
        }
        lines.push(current);
    }
    lines.join("\n")
}

/// Every line moved to the right; empty ones too, as kubectl leaves them.
fn indent(by: usize, text: &str) -> String {
    let pad = " ".repeat(by);
    text.split('\n').map(|line| format!("{pad}{line}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        json!({"components": {"schemas": {
            "io.k8s.api.core.v1.Pod": {
                "description": "A pod.", "type": "object",
                "x-kubernetes-group-version-kind": [{"group": "", "kind": "Pod", "version": "v1"}],
                "required": ["kind"],
                "properties": {
                    "kind": {"type": "string", "description": "Its kind."},
                    "spec": {"allOf": [{"$ref": "#/components/schemas/io.k8s.api.core.v1.PodSpec"}],
                        "description": "What is wanted."},
                },
            },
            "io.k8s.api.core.v1.PodSpec": {
                "description": "Specification.", "type": "object",
                "properties": {
                    "names": {"type": "array", "items": {"type": "string"}},
                    "policy": {"type": "string", "enum": ["Always", ""]},
                    "self": {"$ref": "#/components/schemas/io.k8s.api.core.v1.PodSpec"},
                },
            },
        }}})
    }

    fn ask(fields: &[&str], is_recursive: bool) -> Result<String, NotExplained> {
        let fields: Vec<String> = fields.iter().map(|field| (*field).to_owned()).collect();
        explain(&document(), &Asked { group: "", version: "v1", kind: "Pod", fields: &fields }, is_recursive)
    }

    #[test]
    fn explains_a_kind_and_its_fields() {
        let text = ask(&[], false).expect("it is there");
        let expected = "KIND:       Pod\nVERSION:    v1\n\nDESCRIPTION:\n    A pod.\n    \nFIELDS:\n  \
                        kind\t<string> -required-\n    Its kind.\n\n  spec\t<PodSpec>\n    What is wanted.\n\n\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn follows_fields_and_says_what_does_not_exist() {
        let text = ask(&["spec", "policy"], false).expect("it is there");
        assert!(text.contains("FIELD: policy <string>\nENUM:\n    Always\n    \"\"\n\n"), "{text}");
        assert_eq!(ask(&["spec", "nothing"], false), Err(NotExplained::NoSuchField("nothing".into())));
    }

    #[test]
    fn breaks_lines_between_words() {
        assert_eq!(wrap(7, "one two three"), "one two\nthree");
        assert_eq!(wrap(20, "list:\n - a\n\nend"), "list:\n - a\n\nend");
        assert_eq!(wrap(4, "a toolongword b"), "a\ntoolongword\nb");
    }

    #[test]
    fn ends_in_a_document_that_goes_in_circles() {
        let text = ask(&["spec"], true).expect("it is there");
        assert!(text.contains("names\t<[]string>") && text.contains("self\t<PodSpec>"), "{text}");
        assert!(text.len() < 4_000);
    }
}
