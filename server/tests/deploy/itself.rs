//! What watches Runlight itself, and what starts it elsewhere than in Kubernetes: rules by promtool, the unit by systemd's
//! own look, the Kustomize base by kubectl.

use std::{fs, path::Path, process::Command};

use yaml_serde::Value;

use super::{folder, tools::PROMTOOL};

#[test]
fn promtool_finds_the_rules_about_runlight_and_what_they_do_right() {
    let Some(promtool) = PROMTOOL.find() else { return };
    let own = folder().join("../runlight");
    let rules = "../chart/files/rules.yaml";
    promtool.run(&own, &["check", "rules", "--lint=all", "--lint-fatal", rules]).expect("valid rules");
    promtool.run(&own, &["test", "rules", "rules.test.yaml"]).expect("rules that do what their tests say");
}

#[test]
fn every_rule_about_runlight_has_a_test() {
    let deploy = folder().join("..");
    let rules: Value = yaml_serde::from_str(&read(&deploy.join("chart/files/rules.yaml"))).expect("YAML");
    let tests = read(&deploy.join("runlight/rules.test.yaml"));
    for rule in rules["groups"][0]["rules"].as_sequence().expect("rules") {
        let name = rule["alert"].as_str().expect("a name");
        assert!(tests.contains(name), "{name} has no test");
    }
}

#[test]
fn systemd_takes_the_unit_and_calls_it_tight() {
    let unit = folder().join("../systemd/runlight.service");
    let analyze = |arguments: &[&str]| {
        Command::new("systemd-analyze").args(arguments).arg(&unit).env("SYSTEMD_COLORS", "0").output()
    };
    let has_offline = analyze(&["--version"]).ok().and_then(|output| {
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        said.split_whitespace().nth(1)?.parse::<u32>().ok()
    });
    if has_offline.is_none_or(|version| version < 250) {
        eprintln!("NOT RUN: there is no systemd-analyze of version 250 or newer");
        return;
    }
    let output = analyze(&["security", "--offline=yes", "--threshold=20"]).expect("it can be started");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "looser than 2.0: {said}");
    // The program is not installed where this is tested; nothing else may be found.
    let verified = analyze(&["verify", "--man=no"]).expect("it can be started");
    let complaints = String::from_utf8_lossy(&verified.stderr).into_owned();
    let of_ours = |line: &&str| line.contains("runlight.service") && !line.contains("is not executable");
    assert_eq!(complaints.lines().filter(of_ours).collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn kustomize_takes_the_base() {
    let base = folder().join("..");
    let Ok(output) = Command::new("kubectl").arg("kustomize").arg(&base).output() else {
        eprintln!("NOT RUN: there is no kubectl");
        return;
    };
    let made = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let kinds: Vec<&str> = made.lines().filter_map(|line| line.strip_prefix("kind: ")).collect();
    for kind in
        ["Namespace", "ServiceAccount", "ClusterRole", "ClusterRoleBinding", "ConfigMap", "Service", "Deployment"]
    {
        assert!(kinds.contains(&kind), "{kind} is missing: {kinds:?}");
    }
    let config: server::config::Config = read(&base.join("kustomize/runlight.toml")).parse().expect("a configuration");
    assert!(config.clusters["this-cluster"].in_cluster);
}

/// The pod of the base and that of the chart are held to the same rules.
#[test]
fn the_base_is_as_tight_as_the_chart() {
    let base: Value = yaml_serde::from_str(&read(&folder().join("../kustomize/deployment.yaml"))).expect("YAML");
    let values: Value = yaml_serde::from_str(&read(&folder().join("../chart/values.yaml"))).expect("YAML");
    let pod = &base["spec"]["template"]["spec"];
    assert_eq!(pod["securityContext"], values["podSecurityContext"]);
    assert_eq!(pod["containers"][0]["securityContext"], values["securityContext"]);
    assert_eq!(pod["containers"][0]["resources"], values["resources"]);
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
