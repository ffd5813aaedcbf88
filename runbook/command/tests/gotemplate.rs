//! Go templates as kubectl prints them: what is expected here was printed by kubectl 1.36.3.

use command::{
    check::{ClusterAsk, Output, Question, Reading},
    recognition::recognise,
};
use pipe::{
    filter::{Budget, Stop},
    gotemplate::GoTemplate,
};
use serde_json::{Value, json};

fn list() -> Value {
    json!({"kind": "List", "items": [
        {"metadata": {"name": "web-0", "labels": {"b": "2", "a": "1"}, "generation": 1_234_567}, "spec": {"replicas": 3, "on": true,
         "note": null, "empty": []}, "status": {"ratio": 0.5, "text": "line\n"}},
        {"metadata": {"name": "db-0"}, "spec": {"replicas": 0, "on": false, "ports": [80, 443]}}]})
}

fn render(template: &str) -> Result<String, String> {
    GoTemplate::parse(template).map_err(|error| error.0)?.render(&list()).map_err(|error| error.0)
}

#[test]
fn prints_what_kubectl_prints() {
    for (template, expected) in [
        ("{{range .items}}{{.metadata.name}}{{\"\\n\"}}{{end}}", "web-0\ndb-0\n"),
        ("{{range $i, $e := .items}}{{$i}}={{$e.metadata.name}} {{end}}", "0=web-0 1=db-0 "),
        (
            "{{range .items}}{{range $k, $v := .metadata.labels}}{{$k}}:{{$v}},{{else}}none{{end}};{{end}}",
            "a:1,b:2,;none;",
        ),
        ("{{range .items}}{{if .spec.on}}yes{{else}}no{{end}} {{end}}", "yes no "),
        ("{{range .items}}{{if eq .metadata.name \"db-0\"}}db{{else if .spec.on}}on{{end}}{{end}}", "ondb"),
        ("{{with (index .items 0)}}{{.metadata.name}} {{.status.ratio}}{{end}}", "web-0 0.5"),
        ("{{with .nothing}}x{{else}}none{{end}}", "none"),
        ("{{.kind | printf \"%-6s|\"}}{{printf \"%5s|%q|%v\" \"a\" \"b\" 3}}", "List  |    a|\"b\"|3"),
        ("{{len .items}} {{len \"abc\"}} {{len (index .items 0).metadata.labels}}", "2 3 2"),
        ("{{(index .items 0).spec.replicas}} {{(index .items 0).metadata.generation}}", "3 1234567"),
        ("{{(index .items 0).metadata.labels}} {{(index .items 1).spec.ports}}", "map[a:1 b:2] [80 443]"),
        ("{{.nothing}} {{.nothing.deeper}} {{(index .items 0).spec.note}}", "<no value> <no value> <no value>"),
        ("{{$n := len .items}}{{if gt $n 1}}many{{end}}", "many"),
        ("{{$x := \"a\"}}{{range .items}}{{$x = .metadata.name}}{{end}}{{$x}}", "db-0"),
        ("{{if and .kind (not .nothing)}}a{{end}}{{if or .nothing .kind}}b{{end}}", "ab"),
        (
            "{{and 1 0}} {{or 0 \"x\"}} {{not true}} {{eq 1 2 1}} {{ne \"a\" \"b\"}} {{lt 1 2}}",
            "0 x false true true true",
        ),
        ("a  {{- \" b \" -}}  c {{/* nothing */}}d", "a b c d"),
        ("{{println \"a\" 1}}{{print 1 2 \"a\" 3 4}}", "a 1\n1 2a3 4"),
        ("{{index (index .items 0).metadata.labels \"b\"}} {{slice \"abcdef\" 1 3}}", "2 bc"),
        ("{{range .items}}{{if .spec.on}}{{continue}}{{end}}{{.metadata.name}}{{break}}{{end}}", "db-0"),
        (
            "{{\"aGk=\" | base64decode}} {{exists . \"items\" 0 \"spec\" \"on\"}} {{exists . \"x\" \"y\"}}",
            "hi true false",
        ),
        ("{{`raw \\n`}} {{eq (index .items 0).spec.replicas 3}}", "raw \\n true"),
        ("{{range .items}}{{$.kind}}/{{.metadata.name}} {{end}}", "List/web-0 List/db-0 "),
        (
            "{{printf \"%d %s %t\" 5 .kind true}} {{printf \"%d %s\" (index .items 0).spec.replicas 7}}",
            "5 List true 3 %!s(int=7)",
        ),
        ("{{1234567.5}} {{100000000.0}} {{0.00001}} {{3.0}} {{123456.0}}", "1.2345675e+06 1e+08 1e-05 3 123456"),
        (
            "{{printf \"%05d|%-5d|%+d|%5.1f|%x|%T\" 42 42 42 2.25 \"hi\" .items}}",
            "00042|42   |+42|  2.2|6869|[]interface {}",
        ),
        (
            "{{printf \"%d\" \"x\"}} {{printf \"%s\"}} {{printf \"a\" 1 \"b\"}}",
            "%!d(string=x) %!s(MISSING) a%!(EXTRA int=1, string=b)",
        ),
        (
            "{{range 3}}{{.}}{{end}} {{eq .nothing nil}} {{eq .kind nil}} {{.kind | len | printf \"%03d\"}}",
            "012 true false 004",
        ),
        ("{{with $x := .kind}}{{$x}}{{else with .nope}}{{end}}{{print nil}}", "List<nil>"),
        ("no action", "no action"),
        ("", ""),
    ] {
        assert_eq!(render(template), Ok(expected.to_owned()), "{template}");
    }
}

#[test]
fn what_go_stops_at_is_an_error() {
    for template in [
        "{{eq (index .items 0).spec.replicas 3.0}}",
        "{{ge 1 1.0}}",
        "{{eq .kind 1}}",
        "{{lt .kind 1}}",
        "{{index .items 7}}",
        "{{index .nothing 0}}",
        "{{len .nothing}}",
        "{{.kind.deeper}}",
        "{{(index .items 0).spec.note.deeper}}",
        "{{range .kind}}{{end}}",
        "{{slice \"abc\" 2 9}}",
        "{{\"?\" | base64decode}}",
        "{{not 1 2}}",
    ] {
        assert!(GoTemplate::parse(template).is_ok(), "{template}");
        assert!(render(template).is_err(), "{template}: {:?}", render(template));
    }
}

#[test]
fn what_is_not_understood_is_not_read() {
    for template in [
        "{{",
        "{{.a",
        "{{range .items}}",
        "{{end}}",
        "{{else}}",
        "{{if}}x{{end}}",
        "{{if .a}}{{else}}{{else}}{{end}}",
        "{{define \"x\"}}{{end}}",
        "{{template \"x\"}}",
        "{{block \"x\" .}}{{end}}",
        "{{call .a}}",
        "{{js .a}}",
        "{{break}}",
        "{{$x}}",
        "{{$x = 1}}",
        "{{range $a, $b, $c := .items}}{{end}}",
        "{{.a .b}}",
        "{{.a | .b}}",
        "{{.a |}}",
        "{{| .a}}",
        "{{nil}}",
        "{{(.a}}",
        "{{.a)}}",
        "{{\"a}}",
        "{{\"\\q\"}}",
        "{{/* a }}",
        "{{printf \"%s\" len}}",
        "{{ }}",
        "{{a b}}",
        "{{99999999999999999999}}x{{1x}}",
        "{{'a'}}",
    ] {
        assert!(GoTemplate::parse(template).is_err(), "{template}");
    }
}

#[test]
fn deep_long_and_endless_templates_end() {
    let blocks = |n: usize| format!("{}x{}", "{{if true}}".repeat(n), "{{end}}".repeat(n));
    assert!(GoTemplate::parse(&blocks(20)).is_ok());
    assert!(GoTemplate::parse(&blocks(1_000)).is_err());
    assert!(GoTemplate::parse(&format!("{{{{{}1{}}}}}", "(".repeat(5_000), ")".repeat(5_000))).is_err());
    assert!(GoTemplate::parse(&"{{if true}}a{{else if true}}".repeat(600)).is_err());
    assert!(GoTemplate::parse(&"x".repeat(20_000)).is_err());
    let many = json!({ "items": vec![json!({}); 20_000] });
    for template in [
        "{{range .items}}{{range $.items}}{{range $.items}}{{end}}{{end}}{{end}}",
        "{{range 9000000000000}}{{end}}",
        "{{range .items}}{{range $.items}}{{printf \"%4096s\" \"x\"}}{{end}}{{end}}",
        "{{range .items}}{{$.items}}{{end}}",
    ] {
        let budget = Budget::of(2_000_000, 32 << 20, Stop::default());
        let result = GoTemplate::parse(template).expect("it is read").render_within(&many, &budget);
        assert!(result.is_err_and(|error| error.0.contains("spends on one answer")), "{template}");
    }
}

#[test]
fn templates_are_recognised_and_secrets_stay_closed() {
    let output = |command: &str| match recognise(command) {
        Reading::Check { check } => match check.question {
            Question::Cluster(question) => match question.ask {
                ClusterAsk::Get(get) => Ok(get.output),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        },
        Reading::Refused(refusal) | Reading::Unknown(refusal) => Err(refusal.reason),
    };
    let template = "{{range .items}}{{.metadata.name}}{{\"\\n\"}}{{end}}";
    for command in [
        format!("kubectl get pods -o go-template='{template}'"),
        format!("kubectl get pods -o=go-template='{template}'"),
        format!("kubectl get pods --output=go-template --template='{template}'"),
        format!("kubectl get pods --template '{template}'"),
        format!("oc get pods -o template --template='{template}'"),
        "kubectl get pods -o go-template=\"{{range .items}}{{.metadata.name}}{{\\\"\\n\\\"}}{{end}}\"".to_owned(),
    ] {
        assert_eq!(output(&command), Ok(Output::GoTemplate(template.into())), "{command}");
    }
    for command in [
        format!("kubectl get secrets -o go-template='{template}'"),
        "kubectl get secret x -o go-template='{{.data.password | base64decode}}'".to_owned(),
        "kubectl get secret x --template={{.data.password}}".to_owned(),
        "kubectl get pods,secrets -o template --template='{{.}}'".to_owned(),
        "kubectl get pods -o go-template-file=/etc/shadow".to_owned(),
        "kubectl get pods -o go-template='{{template \"x\"}}'".to_owned(),
        "kubectl get pods -o go-template".to_owned(),
    ] {
        assert!(output(&command).is_err(), "{command}");
    }
}
