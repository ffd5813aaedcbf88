//! What `deploy` ships, held against the tools of those who take it. Where those are missing a test says
//! so and passes; `cargo xtask test alerts` installs them.

mod chart;
mod doorsteps;
mod itself;
mod links;
mod receivers;
mod tools;

use std::{fs, path::PathBuf};

use tools::{AMTOOL, PROMTOOL};
use yaml_serde::Value;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../deploy/alerts")
}

fn read(name: &str) -> String {
    fs::read_to_string(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn both_forms_hold_the_same_rules() {
    let plain: Value = yaml_serde::from_str(&read("rules.yaml")).expect("YAML");
    let object: Value = yaml_serde::from_str(&read("prometheus-rule.yaml")).expect("YAML");
    assert_eq!(object["kind"], Value::from("PrometheusRule"));
    assert!(plain["groups"].is_sequence());
    assert_eq!(plain["groups"], object["spec"]["groups"]);
}

#[test]
fn promtool_finds_the_rules_and_what_they_do_right() {
    let Some(promtool) = PROMTOOL.find() else { return };
    promtool.run(&folder(), &["check", "rules", "--lint=all", "--lint-fatal", "rules.yaml"]).expect("valid rules");
    promtool.run(&folder(), &["test", "rules", "rules.test.yaml"]).expect("rules that do what their tests say");
}

#[test]
fn promtool_finds_that_backups_hold_crash_alerts_back() {
    let Some(promtool) = PROMTOOL.find() else { return };
    promtool.run(&folder(), &["check", "rules", "--lint=all", "--lint-fatal", "backup.yaml"]).expect("valid rules");
    promtool.run(&folder(), &["test", "rules", "backup.test.yaml"]).expect("rules that do what their tests say");
}

/// A test that passes with any rule would say nothing.
#[test]
fn the_tests_of_the_rules_notice_a_wrong_one() {
    let Some(promtool) = PROMTOOL.find() else { return };
    for (right, wrong) in [
        ("> 5", "> 4"),
        ("> 5", ">= 5"),
        ("> 5", "> 6"),
        ("for: 15m", "for: 45m"),
        ("for: 15m", "for: 5m"),
        ("[1h]", "[30m]"),
        ("[1h]", "[2h]"),
        ("namespace=\"kube-system\", ", ""),
        ("|etcd", ""),
        ("$labels.pod | urlquery", "$labels.pod"),
        ("or $labels.cluster $externalLabels.cluster", "$externalLabels.cluster"),
        ("or $labels.cluster $externalLabels.cluster", "$labels.cluster"),
    ] {
        let copy = tempfile::tempdir().expect("a folder");
        let rules = read("rules.yaml");
        assert!(rules.contains(right), "{right}");
        fs::write(copy.path().join("rules.yaml"), rules.replace(right, wrong)).expect("written");
        fs::write(copy.path().join("rules.test.yaml"), read("rules.test.yaml")).expect("written");
        let outcome = promtool.run(copy.path(), &["test", "rules", "rules.test.yaml"]);
        assert!(outcome.is_err(), "{right} as {wrong} passes");
    }
}

#[test]
fn amtool_accepts_the_configuration_with_its_templates() {
    let Some(amtool) = AMTOOL.find() else { return };
    let said = amtool.run(&folder(), &["check-config", "alertmanager.yaml"]).expect("a valid configuration");
    assert!(said.contains("1 templates"), "{said}");
    for template in
        ["runlight.title", "runlight.slack.text", "runlight.mail.subject", "runlight.mail.text", "runlight.mail.html"]
    {
        assert!(read("alertmanager.yaml").contains(&format!("template \"{template}\"")), "{template} is used");
    }
}
