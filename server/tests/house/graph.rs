//! Which crates may know which: read from cargo, not from the source.

use std::process::Command;

use super::checkout;

/// What would let a view reach a source by itself.
const SOURCES: [&str; 6] = ["kube", "kube-client", "k8s-openapi", "reqwest", "sqlx", "rusqlite"];

/// What would let pure code do input or output.
const INPUT_AND_OUTPUT: [&str; 6] = ["tokio", "axum", "leptos", "kube", "reqwest", "hyper"];

#[test]
fn app_knows_no_source() {
    let server_side = dependencies("app", &["--features", "ssr"]);
    assert_none_of(&server_side, &SOURCES, "app");
}

#[test]
fn the_browser_gets_no_server() {
    let browser = dependencies("frontend", &["--target", "wasm32-unknown-unknown"]);
    assert_none_of(&browser, &["tokio", "axum", "hyper", "server", "pulldown-cmark", "jiff"], "frontend");
}

#[test]
fn runbook_is_pure() {
    let pure = dependencies("runbook", &["--all-features"]);
    assert_none_of(&pure, &INPUT_AND_OUTPUT, "runbook");
}

#[test]
fn xtask_starts_without_dependencies() {
    assert_eq!(dependencies("xtask", &[]), ["xtask"]);
}

fn dependencies(package: &str, more: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--edges",
            "normal,no-proc-macro",
            "--prefix",
            "none",
            "--format",
            "{p}",
            "--package",
            package,
        ])
        .args(more)
        .current_dir(checkout())
        .output()
        .expect("cargo starts");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut names: Vec<String> = text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}

fn assert_none_of(graph: &[String], forbidden: &[&str], package: &str) {
    let found: Vec<_> = graph.iter().filter(|name| forbidden.contains(&name.as_str())).collect();
    assert!(found.is_empty(), "{package} reaches {found:?}; ARCHITECTURE.md says why it must not");
}
