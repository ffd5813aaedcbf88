//! Files stay short enough to be read at one sitting, and every module says what it is for.

use super::rust_files;

/// The longest file outside the list below.
const MAX_LINES: usize = 400;

/// Files that may be longer: path and reason.
const ALLOWED: [(&str, &str); 7] = [
    ("runbook/src/command/gitops.rs", "the tables of argocd and flux commands"),
    ("runbook/src/command/stages.rs", "the table of pipe stages, a few lines each"),
    ("runbook/src/filter/awk/eval.rs", "one language, one match per kind of expression"),
    ("runbook/src/filter/awk/parse.rs", "one grammar, in the order of its rules"),
    ("runbook/src/filter/jq.rs", "one table of what jq may do here"),
    ("runbook/src/filter/sed.rs", "one language"),
    ("runbook/src/shell/lexer.rs", "one state machine"),
];

#[test]
fn no_file_is_longer_than_one_sitting() {
    let long: Vec<_> = rust_files()
        .iter()
        .filter(|file| !file.path.contains("/tests/"))
        .filter(|file| file.text.lines().count() > MAX_LINES)
        .filter(|file| !ALLOWED.iter().any(|(path, _reason)| *path == file.path))
        .map(|file| format!("{}: {} lines", file.path, file.text.lines().count()))
        .collect();
    assert!(long.is_empty(), "split these: {long:#?}");
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<_> =
        rust_files().into_iter().filter(|file| !file.text.starts_with("//!")).map(|file| file.path).collect();
    assert!(silent.is_empty(), "these open without a word: {silent:#?}");
}
