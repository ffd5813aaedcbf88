//! The ways in and out that are counted: server functions, raw HTML, silent defaults.

use super::{checkout, rust_files};

/// The list that a change of the public API must change too.
const GOLDEN: &str = "server/tests/house/server_functions.txt";

#[test]
fn server_functions_are_those_of_the_golden_file() {
    let golden = std::fs::read_to_string(checkout().join(GOLDEN)).expect("the golden file is there");
    let mut found = String::new();
    for file in rust_files().iter().filter(|file| file.path.starts_with("app/src/")) {
        for signature in server_functions(&file.text) {
            found.push_str(&format!("{}: {signature}\n", file.path));
        }
    }
    assert_eq!(found, golden, "the public API changed; if that is meant, change {GOLDEN} with it");
}

#[test]
fn raw_html_is_written_in_at_most_one_file() {
    let files = rust_files();
    let writers: Vec<_> = files
        .iter()
        .filter(|file| {
            file.path.starts_with("app/src/") && code_lines(&file.text).any(|line| line.contains("inner_html"))
        })
        .map(|file| &file.path)
        .collect();
    assert!(writers.len() <= 1, "inner_html stands in {writers:?}");
}

/// `leptos_meta` writes what it is given into the head as it is, so one file gives it titles, and escapes them.
#[test]
fn titles_are_written_in_one_file() {
    const MARKS: [&str; 4] = ["<Title", "<title", "Title;", "leptos_meta::*"];
    let files = rust_files();
    let is_ours =
        |path: &str| ["app/src/", "server/src/", "frontend/src/"].iter().any(|folder| path.starts_with(folder));
    let writers: Vec<_> = files
        .iter()
        .filter(|file| is_ours(&file.path))
        .filter(|file| code_lines(&file.text).any(|line| MARKS.iter().any(|mark| line.contains(mark))))
        .map(|file| file.path.as_str())
        .collect();
    assert_eq!(writers, ["app/src/server_side/pages/title.rs"]);
    let knows_meta = |file: &&super::Source| code_lines(&file.text).any(|line| line.contains("leptos_meta"));
    let knowers: Vec<_> =
        files.iter().filter(|file| is_ours(&file.path)).filter(knows_meta).map(|file| file.path.as_str()).collect();
    assert_eq!(knowers, ["app/src/server_side/pages/title.rs", "app/src/server_side/shell.rs"]);
}

#[test]
fn no_source_answers_with_a_default() {
    for file in rust_files() {
        if file.path.starts_with("server/src/sources/") || file.path.starts_with("server/src/checks/") {
            let silent = code_lines(&file.text).any(|line| line.contains("unwrap_or_default()"));
            assert!(!silent, "{}: a failure must never read as health; say Unknown", file.path);
        }
    }
}

/// Names out of links are nobody's business who reads the log; telemetry.rs says so.
#[test]
fn the_log_holds_nothing_that_was_asked_for() {
    const FIELDS: [&str; 6] = ["asked", "binding", "namespace", "pod", "container", "query"];
    let mut found = Vec::new();
    for file in rust_files().iter().filter(|file| file.path.starts_with("server/src/")) {
        let is_log = |line: &&str| line.contains("tracing::") && line.contains("!(");
        for line in code_lines(&file.text).filter(is_log) {
            // What stands before the sentence are fields.
            let fields = line.split('"').next().unwrap_or(line);
            let fields = fields.split_once("!(").map_or(fields, |(_, fields)| fields);
            let names =
                fields.split(',').map(|field| field.split('=').next().unwrap_or(field).trim_matches([' ', '%', '?']));
            found.extend(names.filter(|name| FIELDS.contains(name)).map(|name| format!("{}: {name}", file.path)));
        }
    }
    assert!(found.is_empty(), "{found:?}");
}

/// A question that is not a GET: only reviews, which Kubernetes takes as a POST and does not store, and they in one place.
#[test]
fn nothing_but_a_review_leaves_with_another_method_than_get() {
    const METHODS: [&str; 12] = [
        "Request::post",
        "Request::put",
        "Request::patch",
        "Request::delete",
        "Method::POST",
        "Method::PUT",
        "Method::PATCH",
        "Method::DELETE",
        ".post(",
        ".put(",
        ".patch(",
        ".delete(",
    ];
    let mut found = Vec::new();
    for file in rust_files() {
        if file.path.starts_with("server/src/sources/") || file.path.starts_with("server/src/checks/") {
            let changing = code_lines(&file.text).filter(|line| METHODS.iter().any(|method| line.contains(method)));
            found.extend(changing.map(|line| format!("{}: {line}", file.path)));
        }
    }
    assert_eq!(found, ["server/src/sources/cluster/connection.rs: let request = Request::post(review.path())"]);
}

/// Each `#[server…] pub async fn name(parameters) -> answer`, on one line.
fn server_functions(text: &str) -> Vec<String> {
    let mut signatures = Vec::new();
    for part in text.split("#[server").skip(1) {
        let signature = part.split("pub async fn ").nth(1).and_then(|rest| rest.split('{').next());
        let signature = signature.expect("a server function has a signature");
        let line = signature.split_whitespace().collect::<Vec<_>>().join(" ");
        signatures.push(line.replace("( ", "(").replace(", )", ")").replace(",)", ")"));
    }
    signatures
}

fn code_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.starts_with("//"))
}
