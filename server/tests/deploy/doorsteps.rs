//! What leads to the portal from elsewhere: Grafana's data link, and the manifest of the plug-in for kubectl.

use std::{fs, process::Command};

use server::portal::{link, query};
use yaml_serde::Value;

use super::folder;

#[test]
fn the_data_link_of_the_alert_list_leads_to_the_runbook() {
    let text = fs::read_to_string(folder().join("../grafana/alerts.json")).expect("the panel is there");
    let panel: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let url = panel["fieldConfig"]["overrides"][0]["properties"][0]["value"][0]["url"].as_str().expect("a link");
    let page = fs::read_to_string(folder().join("../../docs/grafana.md")).expect("the page is there");
    assert!(page.contains(url), "docs/grafana.md shows another link");
    let values = [("alertname", "PodDown"), ("cluster", "homelab-prod"), ("namespace", "web"), ("pod", "shop-0")];
    let fill = |url: &str, name: &str, value: &str| url.replace(&format!("${{__data.fields.{name}}}"), value);
    // An alert without a container has no such column.
    let filled = values.iter().fold(url.to_owned(), |url, (name, value)| fill(&url, name, value));
    let (path, raw) = filled.split_once("/alert/").expect("an alert's link").1.split_once('?').expect("labels");
    let read = link::read(path, &query::decode(raw));
    assert_eq!(read.alert, "PodDown");
    let reading = query::read(&read.query, |name| ["cluster", "namespace", "pod", "container"].contains(&name));
    for (name, value) in &values[1..] {
        assert_eq!(reading.bindings.get(name), Some(*value), "{name}");
    }
    assert_eq!(reading.bindings.get("container"), None);
    assert_eq!(reading.notes.len(), 1, "{:?}", reading.notes);
}

#[test]
fn the_manifest_for_krew_is_filled_in_from_a_release() {
    let krew = folder().join("../krew");
    let sums = tempfile::NamedTempFile::new().expect("a file");
    let (one, other) = ("a".repeat(64), "b".repeat(64));
    let lines = format!(
        "{one}  runlight-1.2.3-x86_64-linux.tar.gz\n{other}  runlight-1.2.3-aarch64-linux.tar.gz\n{other}  x.cdx.json\n"
    );
    fs::write(sums.path(), lines).expect("written");
    let run = |tag: &str| {
        let arguments = [tag, "https://runlight.example.org", "https://downloads.example.org/v1.2.3"];
        Command::new(krew.join("manifest")).args(arguments).arg(sums.path()).output().expect("it can be started")
    };
    let output = run("v1.2.3");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(!text.contains('@'), "{text}");
    let manifest: Value = yaml_serde::from_str(&text).expect("YAML");
    assert_eq!(manifest["apiVersion"], Value::from("krew.googlecontainertools.github.com/v1alpha2"));
    assert_eq!((&manifest["kind"], &manifest["metadata"]["name"]), (&"Plugin".into(), &"runlight".into()));
    assert_eq!(manifest["spec"]["version"], Value::from("v1.2.3"));
    assert!(manifest["spec"]["shortDescription"].as_str().expect("words").len() <= 50);
    let platforms = manifest["spec"]["platforms"].as_sequence().expect("a list");
    for (platform, (sum, machine)) in platforms.iter().zip([(&one, "x86_64"), (&other, "aarch64")]) {
        let uri = format!("https://downloads.example.org/v1.2.3/runlight-1.2.3-{machine}-linux.tar.gz");
        assert_eq!((&platform["uri"], &platform["sha256"]), (&uri.into(), &sum.as_str().into()));
        // What the archive of .ci/release holds.
        assert_eq!(platform["files"][0]["from"], Value::from("*/runlight"));
        assert_eq!(platform["bin"], Value::from("runlight"));
    }
    let absent = run("v9.9.9");
    assert!(!absent.status.success());
    assert!(String::from_utf8_lossy(&absent.stderr).contains("has no sum of runlight-9.9.9-x86_64-linux.tar.gz"));
}
