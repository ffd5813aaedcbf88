//! docs/threats.md is true: each line names its tests, and each of them exists.

use std::collections::BTreeSet;

use super::{checkout, rust_files};

#[test]
fn every_threat_names_tests_that_exist() {
    let page = std::fs::read_to_string(checkout().join("docs/threats.md")).expect("the page is there");
    let tests: BTreeSet<String> = rust_files().iter().flat_map(|file| tests_in(&file.text)).collect();
    let threats: Vec<String> = threats_in(&page);
    assert!(threats.len() >= 15, "{} threats; is the page still read as it is written?", threats.len());
    for threat in threats {
        let (_, named) = threat.split_once("Tests:").unwrap_or_else(|| panic!("this threat names no test: {threat}"));
        let named: Vec<&str> = named.split(',').map(|name| name.trim().trim_matches('`')).collect();
        for name in named {
            assert!(tests.contains(name), "there is no test `{name}`, which docs/threats.md names: {threat}");
        }
    }
}

/// The items of the page's lists, each on one line.
fn threats_in(page: &str) -> Vec<String> {
    let mut threats: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in page.lines() {
        match line.strip_prefix("- ") {
            Some(first) => {
                threats.push(first.to_owned());
                is_open = true;
            }
            None if is_open && line.starts_with("  ") => {
                let threat = threats.last_mut().expect("an item is open");
                threat.push(' ');
                threat.push_str(line.trim());
            }
            None => is_open = false,
        }
    }
    threats
}

/// Names of the functions behind `#[test]` and its kin, and of a suite's that runs each of its tests in several places.
fn tests_in(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if is_test && let Some((_, rest)) = line.split_once("fn ") {
            names.extend(rest.split('(').next().map(str::to_owned));
            is_test = false;
        } else if let Some((name, _)) = line.strip_prefix("(\"").and_then(|rest| rest.split_once("\", |place|")) {
            names.push(name.to_owned());
        }
    }
    names
}
