//! Rules in every form that they come in, against a few runbooks.

use std::fs;

use super::{
    super::{lint, report::FileReport, with_rules},
    address,
    document::{self, Unread},
};
use runbook::time::Timestamp;

const NOW: Timestamp = Timestamp(1_795_392_000_000);

fn compare(rules: &[(&str, &str)], runbooks: &[(&str, &str)]) -> Result<Vec<FileReport>, String> {
    let folder = tempfile::tempdir().expect("a folder");
    for (below, files) in [("rules", rules), ("runbooks", runbooks)] {
        for (name, text) in files {
            let path = folder.path().join(below).join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
    }
    let read = lint(&[folder.path().join("runbooks")], None, NOW)?;
    with_rules(read, &[folder.path().join("rules")])
}

/// `file:line:column code` of what is found with rules alone.
fn found(reports: &[FileReport]) -> Vec<String> {
    let own = |code: &str| !matches!(code, "no-metadata" | "no-title" | "incomplete-metadata");
    let mut found = Vec::new();
    for report in reports {
        let name = report.file.rsplit('/').next().unwrap_or_default();
        let problems = report.problems.iter().filter(|problem| own(&problem.code));
        found.extend(problems.map(|p| format!("{name}:{}:{} {}", p.start.line, p.start.column, p.code)));
    }
    found
}

const RULES: &str = "groups:
  - name: a
    rules:
      - record: x
        expr: y
      - alert: ByName
        expr: up
      - alert: ByPath
        expr: up
        annotations:
          runbook: checkout/runbooks/alerts/by-path.md
      - alert: ByAddress
        expr: up
        annotations:
          runbook_url: https://runlight.example.org/alert/ByName?pod={{ $labels.pod | urlquery }}
      - alert: Nowhere
        expr: up
        annotations:
          runbook_url: https://runlight.example.org/alert/Gone
";

#[test]
fn an_alert_leads_to_its_runbook_by_name_path_or_address() {
    let runbooks = [("by-name.md", "# Alert: ByName\n"), ("alerts/by-path.md", "# Something\n")];
    let reports = compare(&[("a.yaml", RULES)], &runbooks).expect("they are read");
    assert_eq!(found(&reports), ["a.yaml:16:16 alert-without-runbook"]);
    assert_eq!(reports.last().and_then(|report| report.alerts), Some(4));
}

#[test]
fn a_runbook_whose_alert_is_in_no_rule_says_so_at_the_name() {
    let runbooks = [("by-name.md", "# Alert: ByName\n"), ("old.md", "# Title\n\nAlert: RenamedSince\n")];
    let rules = "groups: [{ name: a, rules: [{ alert: ByName, expr: up }] }]";
    let reports = compare(&[("a.yml", rules)], &runbooks).expect("they are read");
    assert_eq!(found(&reports), ["old.md:3:8 runbook-without-alert"]);
}

#[test]
fn rules_are_found_in_every_form_that_they_come_in() {
    let plain = "groups:\n- name: a\n  rules:\n  - alert: A\n    expr: up\n";
    let indented = plain.replace('\n', "\n    ");
    let object = format!("kind: PrometheusRule\nspec:\n    {indented}");
    let list = format!("kind: List\nitems:\n- kind: VMRule\n  spec:\n    {indented}");
    let map = format!("kind: ConfigMap\ndata:\n  a.rules: |\n    {indented}");
    let values = format!("additionalPrometheusRulesMap:\n  own:\n    {indented}");
    for text in [
        plain,
        &object,
        &list,
        &map,
        &values,
        &format!("a: 1\n---\n{plain}"),
        "{\"groups\":[{\"rules\":[{\"alert\":\"A\"}]}]}",
    ] {
        let rules = document::read(text).expect(text);
        assert_eq!(rules.iter().map(|rule| rule.alert.as_str()).collect::<Vec<_>>(), ["A"], "{text}");
    }
    assert_eq!(document::read("kind: Deployment\nspec: {}\n").expect("YAML"), []);
}

#[test]
fn a_template_of_helm_is_read_as_if_its_conditions_were_met() {
    let text = r#"{{- /*
Made from 'general' with "care.
*/ -}}
{{- if and .Values.create .Values.rules.general }}
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: {{ printf "%s-%s" (include "name" .) "general" | trunc 63 | trimSuffix "-" }}
{{- if .Values.labels }}
  labels:
{{ toYaml .Values.labels | indent 4 }}
{{- end }}
spec:
  groups:
  - name: general
    rules:
{{- if not (.Values.disabled.TargetDown | default false) }}
    - alert: TargetDown
      annotations:
        description: '{{`{{`}} $labels.job {{`}}`}} is down'
        runbook_url: {{ .Values.runbookUrl }}/general/targetdown?job={{ `{{ $labels.job | urlquery }}` }}
      expr: up == 0
      for: {{ dig "TargetDown" "for" "10m" .Values.custom }}
      labels:
        severity: {{ dig "TargetDown" "severity" "warning" .Values.custom }}
{{- end }}
{{- end }}
"#;
    let rules = document::read(text).expect("it is read");
    assert_eq!(rules.len(), 1);
    assert_eq!(rules[0].alert, "TargetDown");
    assert_eq!(rules[0].annotations["description"], "{{ $labels.job }} is down");
    assert_eq!(rules[0].annotations["runbook_url"], "HELM/general/targetdown?job={{ $labels.job | urlquery }}");
    let unread = "rules:\n{{ range .Values.alerts }}\n  - alert: {{ .name }}\n expr: [\n{{ end }}\n";
    assert_eq!(document::read(unread), Err(Unread::Template));
    let runbooks = [("a.md", "# Alert: A\n")];
    let plain = "groups: [{ name: a, rules: [{ alert: A }] }]";
    let reports = compare(&[("a.yaml", plain), ("b.yaml", unread)], &runbooks).expect("they are read");
    assert_eq!(found(&reports), ["b.yaml:1:1 unread-template"]);
}

#[test]
fn a_link_keeps_every_label_and_escapes_it() {
    let rule = |link: &str| {
        let text = format!(
            "groups: [{{ rules: [{{ alert: A, annotations: {{ summary: '{{{{ $labels.pod }}}} of {{{{ $labels.namespace }}}}', runbook_url: '{link}' }} }}] }}]"
        );
        document::read(&text).expect("YAML").remove(0)
    };
    for (link, codes) in [
        (
            "https://r.example/alert/A?pod={{ $labels.pod | urlquery }}&namespace={{ $labels.namespace | urlquery }}",
            &[][..],
        ),
        ("https://r.example/alert/A?pod={{ $labels.pod | urlquery }}", &["link-without-labels"]),
        (
            "https://r.example/alert/A?pod={{ $labels.pod }}&namespace={{ $labels.namespace | urlquery }}",
            &["link-without-urlquery"],
        ),
        (
            "https://r.example/alert/{{ $labels.alertname }}?{{ with $labels.pod }}pod={{ . | urlquery }}{{ end }}&n={{ $labels.namespace | urlquery }}",
            &["empty-alertname"],
        ),
        // A link to a site of documents takes no labels.
        ("https://docs.example/runbooks/a", &[]),
    ] {
        let rule = rule(link);
        let found: Vec<_> =
            address::find(&rule, &rule.annotations["runbook_url"], &(0..0)).iter().map(|f| f.code).collect();
        assert_eq!(found, codes, "{link}");
    }
}

#[test]
fn what_cannot_be_read_is_a_finding_and_nothing_takes_long() {
    let runbooks = [("a.md", "# Alert: A\n")];
    let plain = ("a.yaml", "groups: [{ name: a, rules: [{ alert: A }] }]");
    let broken = compare(&[plain, ("b.yaml", "groups:\n  - alert: [\n")], &runbooks).expect("they are read");
    assert_eq!(found(&broken), ["b.yaml:1:1 unreadable-rules"]);
    let other = compare(&[plain, ("b.yaml", "a: [\n")], &runbooks).expect("they are read");
    assert_eq!(found(&other), Vec::<String>::new());
    let large = "#".repeat(10 * 1024 * 1024 + 1);
    assert_eq!(
        found(&compare(&[plain, ("b.yaml", &large)], &runbooks).expect("they are read")),
        ["b.yaml:1:1 too-large"]
    );
    let bomb = format!(
        "a: &a [x,x,x,x,x,x,x,x,x]\n{}alert: [\n",
        ('b'..='j')
            .map(|name| {
                let before = char::from(name as u8 - 1);
                format!("{name}: &{name} [{}]\n", vec![format!("*{before}"); 9].join(","))
            })
            .collect::<String>()
    );
    assert!(compare(&[plain, ("b.yaml", &bomb)], &runbooks).is_ok());
    assert!(document::read(&"[".repeat(100_000)).is_err());
    assert!(compare(&[("b.yaml", "a: 1")], &runbooks).expect_err("no rule").contains("No alerting rule"));
}
