//! `runlight doctor` as a script meets it: exit codes, the list, JSON.

use std::{fs, process::Output};

use super::runlight;

fn doctor(arguments: &[&str]) -> Output {
    let mut all = vec!["doctor"];
    all.extend(arguments);
    runlight(&all).output().expect("the program runs")
}

/// A configuration in a folder of its own, with one folder of runbooks.
fn configured(more: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("runbooks")).expect("created");
    fs::write(folder.path().join("runbooks/a.md"), "# A\n").expect("written");
    let path = folder.path().join("runlight.toml");
    fs::write(&path, format!("[server]\ncheck_timeout_ms = 3000\n[library]\nfolders = [\"runbooks\"]\n{more}"))
        .expect("written");
    let path = path.display().to_string();
    (folder, path)
}

#[test]
fn refuses_a_configuration_that_cannot_be_right() {
    assert_eq!(doctor(&["--config", "/no/such/runlight.toml"]).status.code(), Some(2));
    let (_folder, path) = configured("[clusters.a]\n");
    let output = doctor(&["--config", &path]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("clusters.a: it has neither kubeconfig nor in_cluster"), "{said}");
}

#[test]
fn tells_by_its_exit_code_that_something_would_be_unknown() {
    let (_folder, path) = configured("[clusters.lab]\nkubeconfig = \"absent\"\n");
    let output = doctor(&["--config", &path]);
    assert_eq!(output.status.code(), Some(1));
    let list = String::from_utf8_lossy(&output.stdout);
    assert!(list.contains("Kubernetes lab\n") && list.contains("absent of lab cannot be read"), "{list}");
    assert!(list.contains("  ok              It holds 1 runbooks."), "{list}");
}

#[test]
fn prints_json_for_scripts() {
    let (_folder, path) = configured("[alertmanager.home]\nurl = \"http://127.0.0.1:1\"\n");
    let output = doctor(&["--config", &path, "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON and nothing else");
    assert_eq!(value["ok"], false);
    assert_eq!(value["parts"][0]["kind"], "Alertmanager");
    assert_eq!(value["parts"][0]["address"], "127.0.0.1:1");
    assert_eq!(value["parts"][0]["rows"][0]["state"], "unknown");
    assert_eq!(value["parts"][0]["rows"][0]["topic"], "reach");
}
