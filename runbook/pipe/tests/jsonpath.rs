//! JSONPath templates and custom columns, against what kubectl prints for them.

use pipe::{
    columns::{Columns, align},
    filter::Budget,
    jsonpath::{self, Path, Template},
};
use serde_json::{Value, json};

fn pods() -> Value {
    json!({"kind": "List", "items": [
        {"metadata": {"name": "web-0", "labels": {"app.kubernetes.io/name": "web"}},
         "spec": {"containers": [{"name": "a", "image": "x:1"}, {"name": "b", "image": "y:2"}]},
         "status": {"phase": "Running", "restarts": 3}},
        {"metadata": {"name": "web-1", "labels": {}},
         "spec": {"containers": [{"name": "a", "image": "x:2"}]},
         "status": {"phase": "Pending", "restarts": 0}}
    ]})
}

fn render(template: &str) -> String {
    Template::parse(template)
        .unwrap_or_else(|error| panic!("{template}: {error}"))
        .render(&pods())
        .unwrap_or_else(|error| panic!("{template}: {error}"))
}

#[test]
fn prints_what_kubectl_prints() {
    for (template, expected) in [
        ("{.items[*].metadata.name}", "web-0 web-1"),
        ("{.items[0].metadata.name}", "web-0"),
        ("{.items[-1].metadata.name}", "web-1"),
        ("{.items[0:1].metadata.name}", "web-0"),
        ("{range .items[*]}{.metadata.name}{\"\\t\"}{.status.phase}{\"\\n\"}{end}", "web-0\tRunning\nweb-1\tPending\n"),
        ("{range .items[*]}{.metadata.name}: {.status.restarts}{'\\n'}{end}", "web-0: 3\nweb-1: 0\n"),
        ("{.items[0].metadata.labels.app\\.kubernetes\\.io/name}", "web"),
        ("{.items[0].metadata.labels['app\\.kubernetes\\.io/name']}", "web"),
        ("{.items[?(@.status.phase==\"Pending\")].metadata.name}", "web-1"),
        ("{.items[?(@.status.restarts>1)].metadata.name}", "web-0"),
        ("{.items[?(@.status.missing)].metadata.name}", ""),
        ("{..image}", "x:1 y:2 x:2"),
        ("{.items[*].spec.containers[*].image}", "x:1 y:2 x:2"),
        ("{.items[*]['metadata.name', 'kind']}", ""),
        ("{.items[0].status}", "{\"phase\":\"Running\",\"restarts\":3}"),
        ("{.missing.field}", ""),
        ("{.kind}/{.items[0].metadata.name}", "List/web-0"),
        ("{@.kind}", "List"),
        ("{$.kind}", "List"),
        ("plain", "plain"),
        ("{range .items[*]}{range .spec.containers[*]}{.name},{end};{end}", "a,b,;a,;"),
    ] {
        assert_eq!(render(template), expected, "{template}");
    }
}

/// As kubectl 1.36 ends: a missing field is nothing, a missing entry of a list is an error.
#[test]
fn gives_up_where_a_list_has_no_such_entry() {
    let ends = |template: &str, value: Value| {
        Template::parse(template).expect("it is read").render(&value).map_err(|error| error.to_string())
    };
    let beyond = "array index out of bounds: index 0, length 0";
    assert_eq!(ends("{.items[0].metadata.name}", json!({"items": []})), Err(beyond.into()));
    assert_eq!(ends("{range .items[*]}{.a[0]}{end}", json!({"items": [{"a": [1]}, {"a": []}]})), Err(beyond.into()));
    let before = "array index out of bounds: index -2, length 1";
    assert_eq!(ends("{.items[-2]}", json!({"items": [1]})), Err(before.into()));
    assert_eq!(ends("{.no.such[0].field}", json!({"items": []})), Ok(String::new()));
}

#[test]
fn says_what_it_does_not_read() {
    for template in [
        "{",
        "{.a",
        "{.a[}",
        "{range .a}",
        "{end}",
        "{.a[?(@.b=~\"c\")]}",
        "{.a[x]}",
        "{\"a}",
        "{`x`}",
        "{.a | base64}",
        "{$(ls)}",
        // Found by the fuzz target `jsonpath`: what follows the comma is no quote, and takes two bytes.
        "{.items['a',\u{78C}b\u{78C}]}",
        "{.items['a',b]}",
    ] {
        assert!(Template::parse(template).is_err(), "{template}");
    }
    let deep = "{range .a}".repeat(1000);
    assert!(Template::parse(&deep).is_err());
}

#[test]
fn paths_may_leave_braces_and_dot_away() {
    for path in ["metadata.name", ".metadata.name", "{.metadata.name}", "{metadata.name}"] {
        let path = Path::parse(path).expect("it is a path");
        assert_eq!(path.find(&pods()["items"][0], &Budget::default()), Ok(vec![&json!("web-0")]));
    }
    for path in ["", "{.a", "a b", ".a | .b"] {
        assert!(Path::parse(path).is_err(), "{path}");
    }
}

#[test]
fn sorts_numbers_by_size_and_puts_what_is_missing_first() {
    let sorted = |values: &[Option<Value>]| {
        let mut values = values.to_vec();
        jsonpath::sort(&mut values, Option::as_ref);
        values
    };
    let some = |value: Value| Some(value);
    assert_eq!(sorted(&[some(json!(10)), some(json!(2)), None]), [None, some(json!(2)), some(json!(10))]);
    assert_eq!(sorted(&[some(json!("web-10")), some(json!("web-2"))]), [some(json!("web-2")), some(json!("web-10"))]);
    let (first, second) = (json!("2026-01-01T00:00:00Z"), json!("2026-01-02T00:00:00Z"));
    assert_eq!(
        sorted(&[some(second.clone()), some(Value::Null), some(first.clone())]),
        [some(Value::Null), some(first), some(second)]
    );
}

#[test]
fn chooses_columns() {
    let columns = Columns::parse("NAME:.metadata.name,IMAGES:.spec.containers[*].image,X:.no.such,L:.metadata.labels");
    let columns = columns.expect("they are columns");
    let heads: Vec<String> = columns.heads().map(str::to_owned).collect();
    let rows: Vec<Vec<String>> = pods()["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|pod| columns.cells(pod, &Budget::default()).expect("it costs little"))
        .collect();
    let expected = "\
NAME    IMAGES    X        L
web-0   x:1,y:2   <none>   map[app.kubernetes.io/name:web]
web-1   x:2       <none>   map[]
";
    assert_eq!(align(Some(&heads), &rows).join("\n") + "\n", expected);
    assert!(Columns::parse("NAME").is_err());
    assert!(Columns::parse("").is_err());
}
