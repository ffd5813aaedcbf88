//! Label and field selectors.

use serde_json::Value;

use super::{Query, kinds::Kind, status::Status};

/// What a request wants to see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Selection {
    labels: Vec<Requirement>,
    fields: Vec<Field>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Requirement {
    label: String,
    rule: Rule,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rule {
    Exists,
    Absent,
    In(Vec<String>),
    NotIn(Vec<String>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Field {
    /// A JSON pointer: `/status/phase`.
    pointer: String,
    value: String,
    is_negated: bool,
}

impl Selection {
    /// Reads `labelSelector` and `fieldSelector`.
    pub(super) fn parse(query: &Query, kind: &Kind) -> Result<Self, Status> {
        let text = |name: &str| query.get(name).map(|text| text.trim()).unwrap_or_default();
        let labels = split_outside_parentheses(text("labelSelector"))
            .map(|part| requirement(part).ok_or_else(|| Status::bad_request(not_a_requirement(part))));
        let fields = text("fieldSelector").split(',').filter(|part| !part.is_empty()).map(|part| {
            let field = field(part)
                .ok_or_else(|| Status::bad_request(format!("invalid selector: '{part}'; can't understand")))?;
            let label = field.pointer.trim_start_matches('/').replace('/', ".");
            if !COMMON_FIELDS.contains(&label.as_str()) && !fields_of(kind).contains(&label.as_str()) {
                return Err(Status::bad_request(format!("field label not supported: {label}")));
            }
            Ok(field)
        });
        Ok(Self { labels: labels.collect::<Result<_, _>>()?, fields: fields.collect::<Result<_, _>>()? })
    }

    /// Whether an object is wanted.
    pub(super) fn matches(&self, object: &Value) -> bool {
        let labels = &object["metadata"]["labels"];
        self.labels.iter().all(|requirement| requirement.holds(labels[&requirement.label].as_str()))
            && self.fields.iter().all(|field| {
                let found = object.pointer(&field.pointer).and_then(Value::as_str).unwrap_or_default();
                (found == field.value) != field.is_negated
            })
    }
}

/// Fields that every kind can be selected by.
const COMMON_FIELDS: &[&str] = &["metadata.name", "metadata.namespace"];

/// More fields that a kind can be selected by: the real server knows no others.
fn fields_of(kind: &Kind) -> &'static [&'static str] {
    match kind.plural {
        "pods" => &[
            "spec.hostNetwork",
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "status.nominatedNodeName",
            "status.phase",
            "status.podIP",
            "status.podIPs",
        ],
        "events" => &[
            "involvedObject.apiVersion",
            "involvedObject.fieldPath",
            "involvedObject.kind",
            "involvedObject.name",
            "involvedObject.namespace",
            "involvedObject.resourceVersion",
            "involvedObject.uid",
            "reason",
            "reportingComponent",
            "source",
            "type",
        ],
        "namespaces" => &["status.phase"],
        "nodes" => &["spec.unschedulable"],
        "secrets" => &["type"],
        "jobs" => &["status.successful"],
        "replicasets" => &["status.replicas"],
        _ => &[],
    }
}

/// What the real server says of a label requirement that it cannot read.
fn not_a_requirement(text: &str) -> String {
    match text.split_whitespace().nth(1) {
        Some(word) => {
            format!("unable to parse requirement: found '{word}', expected: in, notin, =, ==, !=, gt, lt")
        }
        None => format!("unable to parse requirement: {text}"),
    }
}

impl Requirement {
    fn holds(&self, value: Option<&str>) -> bool {
        match &self.rule {
            Rule::Exists => value.is_some(),
            Rule::Absent => value.is_none(),
            Rule::In(values) => value.is_some_and(|value| values.iter().any(|v| v == value)),
            Rule::NotIn(values) => value.is_none_or(|value| values.iter().all(|v| v != value)),
        }
    }
}

fn requirement(text: &str) -> Option<Requirement> {
    let text = text.trim();
    let one = |value: &str| vec![value.trim().to_owned()];
    let (label, rule) = if let Some((label, value)) = text.split_once("!=") {
        (label, Rule::NotIn(one(value)))
    } else if let Some((label, value)) = text.split_once("==").or_else(|| text.split_once('=')) {
        (label, Rule::In(one(value)))
    } else if let Some((head, values)) = text.split_once('(') {
        let values = values.trim_end().strip_suffix(')')?.split(',').map(|value| value.trim().to_owned()).collect();
        match head.trim().rsplit_once(char::is_whitespace)? {
            (label, "in") => (label, Rule::In(values)),
            (label, "notin") => (label, Rule::NotIn(values)),
            _ => return None,
        }
    } else if let Some(label) = text.strip_prefix('!') {
        (label, Rule::Absent)
    } else {
        (text, Rule::Exists)
    };
    let label = label.trim();
    let is_label = !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b));
    is_label.then(|| Requirement { label: label.to_owned(), rule })
}

fn field(text: &str) -> Option<Field> {
    let (path, value, is_negated) = match text.split_once("!=") {
        Some((path, value)) => (path, value, true),
        None => {
            let (path, value) = text.split_once("==").or_else(|| text.split_once('='))?;
            (path, value, false)
        }
    };
    Some(Field { pointer: format!("/{}", path.trim().replace('.', "/")), value: value.trim().to_owned(), is_negated })
}

fn split_outside_parentheses(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    text.split(move |c: char| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        c == ',' && depth == 0
    })
    .filter(|part| !part.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pods() -> &'static Kind {
        crate::kube::kinds::find("", "v1", "pods").expect("the simulator has pods")
    }

    fn selects(labels: &str, fields: &str) -> bool {
        let query = Query::from([("labelSelector".into(), labels.into()), ("fieldSelector".into(), fields.into())]);
        let pod = json!({
            "metadata": { "name": "x", "namespace": "a", "labels": { "app": "web", "tier": "front" } },
            "status": { "phase": "Running" },
        });
        Selection::parse(&query, pods()).expect("valid").matches(&pod)
    }

    #[test]
    fn understands_every_label_rule() {
        for yes in
            ["app=web", "app==web", "app!=db", "app in (db, web),tier", "app notin (db)", "!zone", "tier", "zone!=x"]
        {
            assert!(selects(yes, ""), "{yes}");
        }
        for no in ["app=db", "app!=web", "app in (db)", "app notin (web,db)", "!app", "zone", "app=web,zone"] {
            assert!(!selects(no, ""), "{no}");
        }
    }

    #[test]
    fn understands_fields() {
        assert!(selects("", "status.phase=Running,metadata.name=x"));
        assert!(selects("", "status.phase!=Failed"));
        assert!(!selects("", "spec.nodeName=n"));
    }

    #[test]
    fn refuses_nonsense() {
        for labels in ["a b", "in (x)", "app within (x)", "=x"] {
            let query = Query::from([("labelSelector".into(), labels.into())]);
            assert!(Selection::parse(&query, pods()).is_err(), "{labels}");
        }
        for fields in ["nonsense", "spec.foo=x"] {
            let query = Query::from([("fieldSelector".into(), fields.into())]);
            assert!(Selection::parse(&query, pods()).is_err(), "{fields}");
        }
    }
}
