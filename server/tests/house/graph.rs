//! Which crates may know which: read from cargo, not from the source.

use std::process::Command;

use super::checkout;

/// What would let a view reach a source by itself.
const SOURCES: [&str; 6] = ["kube", "kube-client", "k8s-openapi", "reqwest", "sqlx", "rusqlite"];

/// What would let pure code do input or output. `http` is names and values alone.
const INPUT_AND_OUTPUT: [&str; 6] = ["tokio", "axum", "leptos", "kube", "reqwest", "hyper"];

/// The pure crates from the bottom upwards, each with all that it knows of the others, directly or not.
const ROOMS: [(&str, &[&str]); 7] = [
    ("document", &[]),
    ("pipe", &["document"]),
    ("command", &["document", "pipe"]),
    ("text", &["command", "document", "pipe"]),
    ("printing", &["command", "document", "pipe"]),
    ("judging", &["command", "document", "pipe", "text"]),
    ("runbook", &["command", "document", "judging", "pipe", "printing", "text"]),
];

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
fn the_pure_crates_are_pure() {
    for (package, _) in ROOMS {
        assert_none_of(&dependencies(package, &["--all-features"]), &INPUT_AND_OUTPUT, package);
    }
}

#[test]
fn who_asks_is_decided_without_input_or_output() {
    let known = dependencies("access", &["--all-features"]);
    assert_none_of(&known, &INPUT_AND_OUTPUT, "access");
    assert_none_of(&known, &["app", "clock", "document", "runbook", "server"], "access");
}

#[test]
fn arrows_between_the_pure_crates_point_downwards() {
    for (package, below) in ROOMS {
        let mut known = dependencies(package, &["--all-features"]);
        known.retain(|name| name != package && ROOMS.iter().any(|(room, _)| room == name));
        assert_eq!(known, below, "what {package} knows: see the map in ARCHITECTURE.md");
    }
}

#[test]
fn evidence_knows_documents_alone() {
    let mut known = dependencies("evidence", &[]);
    assert_none_of(&known, &["server", "app", "axum", "kube", "reqwest"], "evidence");
    known.retain(|name| ROOMS.iter().any(|(room, _)| room == name));
    assert_eq!(known, ["document"], "what evidence knows: see the map in ARCHITECTURE.md");
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
